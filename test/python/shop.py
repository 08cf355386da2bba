"""A small project with every way of keeping history, for tests that disturb it: two bronze tables, four of silver, gold."""
import datetime
import os
import random
import shutil
import subprocess
from pathlib import Path

import store_servers

INGOT = os.environ.get("INGOT")
FIRST = datetime.date(2026, 1, 1)


def project(warehouse: str = "./warehouse", storage: str = "{}") -> str:
    return ("config_version: 1\nname: shop\ndefault_target: dev\ntargets:\n"
            f"  dev: {{engine: duckdb, warehouse: {warehouse}, storage: {storage}}}\n")


FILES = {
    "ingot.yml": project(),
    "sources/shop.yml": """\
system: shop
connection: {type: file, path: data}
tables:
  - name: orders
    path: "orders_{date}.csv"
    load: cdc
    options: {types: {id: BIGINT, state: VARCHAR, amount: BIGINT, seen: TIMESTAMP, gone: BOOLEAN}}
  - name: customers
    path: "customers_{date}.csv"
    load: full
    options: {types: {id: BIGINT, city: VARCHAR}}
""",
    "models/silver/orders.sql": """\
-- @silver(keys: [id], order_by: seen, history: latest, deletes: soft, delete_when: gone)
-- @expect(positive: {where: "amount >= 0", on_fail: quarantine})
SELECT id, state, amount, seen, gone FROM bronze.shop_orders
""",
    "models/silver/order_history.sql": """\
-- @silver(keys: [id], order_by: seen, history: scd2, deletes: soft, delete_when: gone)
SELECT id, state, amount, seen, gone FROM bronze.shop_orders
""",
    "models/silver/customers.sql": "-- @silver(keys: [id], history: scd2, deletes: infer)\nSELECT id, city FROM bronze.shop_customers\n",
    "models/gold/by_city.sql": """\
-- @gold
SELECT c.city, count(*) AS orders, sum(o.amount) AS amount
FROM silver.orders AS o JOIN silver.customers AS c ON c.id = o.id % 20 AND c.is_current GROUP BY c.city
""",
    "models/gold/open_orders.sql": "-- @gold(materialized: view)\nSELECT id, amount FROM silver.orders WHERE is_current AND state <> 'paid'\n",
}
TABLES = ["bronze.shop_orders", "bronze.shop_customers", "silver.orders", "silver.order_history", "silver.customers",
          "gold.by_city", "gold.open_orders"]


def date_of(day: int) -> str:
    return (FIRST + datetime.timedelta(days=day)).isoformat()


class Shop:
    def __init__(self, folder: Path):
        self.folder = folder

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    @classmethod
    def make(cls, folder: Path, days: int, seed: int) -> "Shop":
        shop = cls(folder)
        for path, text in FILES.items():
            shop.write(path, text)
        chance = random.Random(seed)
        for day in range(days):
            shop.write(f"data/orders_{date_of(day)}.csv", "id,state,amount,seen,gone\n" + "".join(order(chance, day) for _ in range(30)))
            shop.write(f"data/customers_{date_of(day)}.csv", "id,city\n" + "".join(
                f"{id},{chance.choice(['Bern', 'Rome', 'Oslo'])}\n" for id in range(20) if chance.random() > 0.1))
        return shop

    def write(self, path: str, text: str) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def copy(self, folder: Path) -> "Shop":
        shutil.copytree(self.folder, folder)
        return Shop(folder)

    def start(self, *words: str, **env: str) -> subprocess.Popen:
        return subprocess.Popen([INGOT, *words], cwd=self.folder, env=os.environ | env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace")

    def ingot(self, *words: str, **env: str) -> str:
        process = self.start(*words, **env)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, f"{words}: {process.returncode}\n{out}{err}"
        return out

    def rows(self, sql: str, *flags: str) -> str:
        return self.ingot("query", sql, "--format", "csv", *flags)

    def tables(self, *flags: str) -> dict[str, str]:
        return {name: self.rows(f"SELECT * EXCLUDE (_ingot_file) FROM {name} ORDER BY ALL" if name.startswith("bronze")
                                else f"SELECT * FROM {name} ORDER BY ALL", *flags) for name in TABLES}

    def bronze(self) -> dict[str, bytes]:
        """What must be the same bytes whoever landed it, and when."""
        root = self.warehouse / "bronze"
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
                if path.is_file() and path.name != "_metadata.json"}


class StoreShop(Shop):
    """The shop with its warehouse in a store."""

    def __init__(self, folder: Path, server: store_servers.Server):
        super().__init__(folder)
        self.server, self.env = server, dict(server.env)

    @property
    def warehouse(self) -> Path:
        return self.server.folder

    @classmethod
    def beside(cls, shop: Shop, folder: Path, server: store_servers.Server, storage: str = "{}") -> "StoreShop":
        shop.copy(folder)
        made = cls(folder, server)
        made.write("ingot.yml", project(repr(server.url), storage))
        return made

    def start(self, *words: str, **env: str) -> subprocess.Popen:
        return super().start(*words, **(self.env | env))


def order(chance: random.Random, day: int) -> str:
    # Some rows are late by up to three days, some are rejected by the rule, some are deletes.
    at = datetime.datetime.combine(FIRST, datetime.time()) + datetime.timedelta(days=day - chance.choice([0, 0, 0, 1, 3]), microseconds=chance.randrange(10**11))
    amount = -1 if chance.random() < 0.03 else chance.randrange(100)
    return f"{chance.randrange(60)},{chance.choice(['new', 'paid', 'sent'])},{amount},{at},{str(chance.random() < 0.05).lower()}\n"
