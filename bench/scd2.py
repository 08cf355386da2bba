"""Thirty daily batches into an scd2 table of 100,000 keys, and one batch of 5 M rows over 1 M keys (`large`), against the same
work written by hand in SQL.

Both sides land each day's CSV as Parquet and bring the table up to date, one process a day; what they hold in the end is
compared row for row first. The hand-written side knows that days come in order and may not be late; ingot does not.
"""
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
from measure import INGOT, QUICK, RUNS, Cost, cost_of, interleaved, show

KEYS, DAYS = (10_000, 10) if QUICK else (100_000, 30)
LARGE_KEYS = 100_000 if QUICK else 1_000_000
COLUMNS = "id BIGINT, name VARCHAR, city VARCHAR, segment VARCHAR, balance DECIMAL(12,2), score INTEGER, updated_at TIMESTAMP"
VALUES = ["name", "city", "segment", "balance", "score"]
LIBRARY = next(Path(INGOT).parent.parent.glob("lib/libingot_duckdb.so"))
TYPES = {column.split(" ", 1)[0]: column.split(" ", 1)[1] for column in COLUMNS.split(", ")}


def date_of(day: int) -> str:
    return f"2026-01-{day + 1:02}"


def make_data(folder: Path) -> None:
    """5 % of the keys change a day, 0.5 % go, as many come. What stands in a row follows from its key and the day it changed."""
    db = duckdb.connect()
    db.execute(f"""
        CREATE TABLE life AS
        SELECT id, born, coalesce(min(d) FILTER (d > born AND hash(id, d, 'gone') % 200 = 0), 99) AS gone
        FROM (SELECT range AS id, greatest(0, (range - {KEYS}) // ({KEYS} // 200) + 1) AS born
              FROM range({KEYS} + {KEYS} // 200 * {DAYS - 1})), range({DAYS}) AS r(d) GROUP BY ALL;
        CREATE TABLE seen AS
        SELECT id, d, d = born OR hash(id, d) % 20 = 0 AS changed, d = gone AS deleted,
               max(CASE WHEN d = born OR hash(id, d) % 20 = 0 THEN d END) OVER (PARTITION BY id ORDER BY d) AS v
        FROM life, range({DAYS}) AS r(d) WHERE d BETWEEN born AND gone;
        CREATE VIEW rows AS
        SELECT id, 'Customer ' || hash(id, v) % 1000000 AS name, ['Bern', 'Rome', 'Oslo', 'Lima'][1 + (hash(id) % 4)::INT] AS city,
               's' || hash(v, id) % 50 AS segment, (hash(id, v, 1) % 10000000 / 100)::DECIMAL(12,2) AS balance,
               (hash(id, v, 2) % 1000)::INTEGER AS score,
               TIMESTAMP '2026-01-01' + to_days(CASE WHEN deleted THEN d ELSE v END::INT) + to_seconds(id % 86400) AS updated_at, d, changed, deleted
        FROM seen""")
    for day in range(DAYS):
        for load, where, more in (("full", "NOT deleted", ""), ("changes", "changed OR deleted", ", deleted")):
            db.execute(f"COPY (SELECT * EXCLUDE (d, changed, deleted){more} FROM rows WHERE d = {day} AND ({where}) ORDER BY id) "
                       f"TO '{folder}/{load}_{date_of(day)}.csv' (HEADER)")


def make_large(folder: Path) -> None:
    """Five rows a key, in no order; one in ten says nothing new, one in fifty is a delete."""
    duckdb.connect().execute(f"""
        COPY (SELECT id, 'Customer ' || hash(id, v) % 1000000 AS name, ['Bern', 'Rome', 'Oslo', 'Lima'][1 + (hash(id) % 4)::INT] AS city,
                     's' || hash(v, id) % 50 AS segment, (hash(id, v, 1) % 10000000 / 100)::DECIMAL(12,2) AS balance,
                     (hash(id, v, 2) % 1000)::INTEGER AS score, TIMESTAMP '2026-01-01' + to_days(n::INT) + to_seconds(id % 86400) AS updated_at,
                     hash(id, n, 'gone') % 50 = 0 AS deleted
              FROM (SELECT id, n, n - (hash(id, n) % 10 = 0)::INT AS v FROM range({LARGE_KEYS}) AS k(id), range(5) AS r(n)) ORDER BY hash(id, n))
        TO '{folder}/large_{date_of(0)}.csv' (HEADER)""")


class Ingot:
    def __init__(self, data: Path, folder: Path, load: str):
        self.data, self.folder, self.load = data, folder, load

    def prepare(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        full = self.load == "full"
        types = TYPES if full else TYPES | {"deleted": "BOOLEAN"}
        listed = ", ".join(f'{name}: "{type}"' for name, type in types.items())
        history = "deletes: infer" if full else "order_by: updated_at, deletes: soft, delete_when: deleted"
        for path, text in {
            "ingot.yml": "config_version: 1\nname: bench\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n",
            "sources/crm.yml": f"system: crm\nconnection: {{type: file, path: {self.data}}}\ntables:\n  - name: customers\n"
                               f"    path: \"{self.load}_{{date}}.csv\"\n    load: {'full' if full else 'cdc'}\n    options: {{types: {{{listed}}}}}\n",
            "models/silver/customers.sql": f"-- @silver(keys: [id], {history}, history: scd2, columns: {{track: [{', '.join(VALUES)}], ignore: [updated_at]}})\n"
                                           f"SELECT id, {', '.join(VALUES)}, updated_at FROM bronze.crm_customers\n"}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)

    def daily(self) -> Cost:
        self.prepare()
        return sum((cost_of([INGOT, "run", "--date", date_of(day)], self.folder) for day in range(DAYS)), Cost())

    def at_once(self) -> Cost:
        self.prepare()
        return cost_of([INGOT, "run", "--from", date_of(0), "--to", date_of(DAYS - 1)], self.folder)

    def first_day(self) -> Cost:
        self.prepare()
        return cost_of([INGOT, "run", "--date", date_of(0)], self.folder)

    def table(self) -> tuple[str, str]:
        return f"{self.folder}/warehouse/catalog.duckdb", "silver.customers"


class ByHand:
    def __init__(self, data: Path, folder: Path, load: str):
        self.data, self.folder, self.load = data, folder, load

    def sql(self, day: int) -> str:
        changes = self.load == "changes"
        types = TYPES | ({"deleted": "BOOLEAN"} if changes else {})
        start = "updated_at" if changes else f"DATE '{date_of(day)}'"
        kind = "TIMESTAMP" if changes else "DATE"
        names, parquet = ", ".join(["id", *VALUES]), f"{self.folder}/bronze/{date_of(day)}.parquet"
        differs = " OR ".join(f"n.{name} IS DISTINCT FROM t.{name}" for name in VALUES)
        upserts = "n" if not changes else "(SELECT * FROM n WHERE NOT deleted)"
        gone = f"SELECT id, {start} AS moment FROM n WHERE deleted" if changes else f"SELECT id, {start} AS moment FROM customers WHERE is_current AND id NOT IN (SELECT id FROM n)"
        return f"""
            COPY (FROM read_csv('{self.data}/{self.load}_{date_of(day)}.csv', header = true, columns = {types})) TO '{parquet}' (FORMAT parquet);
            CREATE TABLE IF NOT EXISTS customers ({COLUMNS.rsplit(', ', 1)[0]}, effective_from {kind}, effective_to {kind}, is_current BOOLEAN);
            BEGIN;
            CREATE TEMP TABLE n AS FROM '{parquet}';
            CREATE TEMP TABLE fresh AS SELECT n.*, {start} AS moment FROM {upserts} AS n LEFT JOIN (FROM customers WHERE is_current) AS t USING (id)
                WHERE t.id IS NULL OR {differs};
            CREATE TEMP TABLE gone AS {gone};
            UPDATE customers SET effective_to = c.moment, is_current = false
                FROM (SELECT id, moment FROM fresh UNION ALL SELECT id, moment FROM gone) AS c WHERE customers.id = c.id AND is_current;
            INSERT INTO customers SELECT {names}, moment, NULL, true FROM fresh;
            COMMIT;"""

    def daily(self, days: int = DAYS) -> Cost:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "bronze").mkdir(parents=True)
        total = Cost()
        for day in range(days):
            (self.folder / "day.sql").write_text(self.sql(day))
            total += cost_of([sys.executable, "-SE", str(Path(__file__).with_name("raw_duckdb.py")), str(LIBRARY), f"{self.folder}/hand.duckdb"],
                             stdin=open(self.folder / "day.sql"))
        return total

    def first_day(self) -> Cost:
        return self.daily(days=1)

    def table(self) -> tuple[str, str]:
        return f"{self.folder}/hand.duckdb", "customers"


class LargeByHand(ByHand):
    """The first batch of a table: nothing stands, so the versions follow from the rows alone."""

    def sql(self, day: int) -> str:
        parquet, values = f"{self.folder}/bronze/{date_of(day)}.parquet", ", ".join(VALUES)
        differs = " OR ".join(f"{name} IS DISTINCT FROM lag({name}) OVER w" for name in VALUES)
        return f"""
            COPY (FROM read_csv('{self.data}/large_{date_of(day)}.csv', header = true, columns = {TYPES | {"deleted": "BOOLEAN"}})) TO '{parquet}' (FORMAT parquet);
            CREATE TABLE customers AS
            SELECT id, {values}, effective_from, effective_to, effective_to IS NULL AS is_current
            FROM (SELECT id, {values}, updated_at AS effective_from, lead(updated_at) OVER (PARTITION BY id ORDER BY updated_at) AS effective_to, deleted
                  FROM (SELECT *, deleted IS DISTINCT FROM lag(deleted) OVER w OR (NOT deleted AND ({differs})) AS opens
                        FROM '{parquet}' WINDOW w AS (PARTITION BY id ORDER BY updated_at))
                  WHERE opens)
            WHERE NOT deleted;"""


class ByHandInParquet(ByHand):
    """What others can read while it changes, as ingot's table: a Parquet file, written anew, synced and renamed each day."""

    def sql(self, day: int) -> str:
        made = "CREATE TABLE IF NOT EXISTS customers"
        all_of_day = super().sql(day)
        if day:
            begin = all_of_day.index(made)
            end = all_of_day.index(";", begin)
            all_of_day = all_of_day[:begin] + f"CREATE TABLE customers AS FROM '{self.folder}/customers.parquet'" + all_of_day[end:]
        return all_of_day + f" COPY customers TO '{self.folder}/fresh.parquet' (FORMAT parquet);"

    def daily(self) -> Cost:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "bronze").mkdir(parents=True)
        total = Cost()
        for day in range(DAYS):
            (self.folder / "day.sql").write_text(self.sql(day))
            total += cost_of([sys.executable, "-SE", str(Path(__file__).with_name("raw_duckdb.py")), str(LIBRARY), ":memory:"],
                             stdin=open(self.folder / "day.sql"))
            for synced in (self.folder / "bronze" / f"{date_of(day)}.parquet", self.folder / "fresh.parquet"):
                with open(synced, "rb") as file:
                    os.fsync(file)
            os.replace(self.folder / "fresh.parquet", self.folder / "customers.parquet")
        return total

    def table(self) -> tuple[str, str]:
        with duckdb.connect(f"{self.folder}/shown.duckdb") as db:
            db.execute(f"CREATE OR REPLACE VIEW customers AS FROM '{self.folder}/customers.parquet'")
        return f"{self.folder}/shown.duckdb", "customers"


def same_rows(left: tuple[str, str], right: tuple[str, str]) -> int:
    names = ", ".join(["id", *VALUES, "effective_from", "effective_to", "is_current"])
    with duckdb.connect() as db:
        db.execute(f"ATTACH '{left[0]}' AS a (READ_ONLY); ATTACH '{right[0]}' AS b (READ_ONLY)")
        for one, other in ((f"a.{left[1]}", f"b.{right[1]}"), (f"b.{right[1]}", f"a.{left[1]}")):
            odd = db.execute(f"SELECT {names} FROM {one} EXCEPT ALL SELECT {names} FROM {other} LIMIT 5").fetchall()
            if odd:
                sys.exit(f"in {one} only: {odd}")
        return db.execute(f"SELECT count(*) FROM a.{left[1]}").fetchone()[0]


def main() -> None:
    only = sys.argv[1:] or ["full", "changes", "large"]
    with tempfile.TemporaryDirectory(prefix="ingot-scd2-") as name:
        folder = Path(name)
        if "large" in only:
            large(folder)
        only = [load for load in only if load != "large"]
        if only:
            make_data(folder)
            by_day(folder, only)


def large(folder: Path) -> None:
    make_large(folder)
    hand, ours = LargeByHand(folder, folder / "hand", "large"), Ingot(folder, folder / "ours", "large")
    hand.first_day()
    ours.first_day()
    print(f"large: {5 * LARGE_KEYS} rows, {LARGE_KEYS} keys: {same_rows(ours.table(), hand.table())} versions, the same on both sides")
    show(interleaved({"by hand, one batch": hand.first_day, "ingot, one batch": ours.first_day}, RUNS), "by hand, one batch", 1.2)


def by_day(folder: Path, loads: list[str]) -> None:
    startup = interleaved({"python alone": lambda: cost_of([sys.executable, "-SE", "-c", "import ctypes"]), "ingot --version": lambda: cost_of([INGOT, "--version"])}, RUNS)
    print(f"{DAYS} days, {KEYS} keys. Start-up that is within the numbers below {DAYS} times:")
    show(startup)
    for load in loads:
        hand, each, at_once = ByHand(folder, folder / "hand", load), Ingot(folder, folder / "daily", load), Ingot(folder, folder / "once", load)
        parquet = ByHandInParquet(folder, folder / "parquet", load)
        for contestant in (hand.daily, parquet.daily, each.daily, at_once.at_once):
            contestant()
        rows = same_rows(each.table(), hand.table())
        same_rows(at_once.table(), hand.table())
        same_rows(parquet.table(), hand.table())
        print(f"{load}: {rows} rows, the same on all sides")
        show(interleaved({"by hand, a process a day": hand.daily, "by hand, published as Parquet": parquet.daily, "ingot, a process a day": each.daily, "ingot, one process": at_once.at_once}), "by hand, a process a day", 1.2)


if __name__ == "__main__":
    main()
