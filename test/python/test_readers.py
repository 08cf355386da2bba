"""Readers beside a run see one version, whole: never an error, never a mix, never nothing."""
import threading
import time
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
PUBLISHES = 50
KEYS = 40
# Every load gives all keys the same number, so one version of a table has one number, and all keys.
SUM = "SELECT count(*), count(DISTINCT batch), min(batch), count(DISTINCT id) FROM "
FILES = {
    "sources/shop.yml": """\
system: shop
connection: {type: file, path: data}
tables:
  - {name: marks, path: "marks_{date}.csv", load: full, options: {types: {id: BIGINT, batch: BIGINT}}}
""",
    "models/silver/marks.sql": "-- @silver(keys: [id], history: scd2, deletes: infer)\nSELECT id, batch FROM bronze.shop_marks\n",
    "models/gold/now.sql": "-- @gold\nSELECT id, batch FROM silver.marks WHERE is_current\n",
    "models/gold/shown.sql": "-- @gold(materialized: view)\nSELECT id, batch FROM silver.marks WHERE is_current\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.write("ingot.yml", "config_version: 1\nname: shop\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")
    for path, text in FILES.items():
        shop.write(path, text)
    for day in range(PUBLISHES + 1):
        shop.write(f"data/marks_{date_of(day)}.csv", "id,batch\n" + "".join(f"{id},{day}\n" for id in range(KEYS)))
    shop.ingot("run", "--date", date_of(0))
    return shop


class Reader(threading.Thread):
    """Reads until told to stop; keeps what was wrong and how often it looked."""

    def __init__(self, look) -> None:
        super().__init__()
        self.look, self.wrong, self.seen, self.stopping = look, [], set(), False

    def run(self) -> None:
        while not self.stopping and not self.wrong:
            try:
                count, batches, batch, keys = self.look()
            except Exception as error:  # noqa: BLE001 - any error is the finding
                self.wrong.append(repr(error))
                return
            if (count, batches, keys) != (KEYS, 1, KEYS):
                self.wrong.append(f"{count} rows of {batches} versions and {keys} keys")
            elif self.seen and batch < max(self.seen):
                self.wrong.append(f"version {batch} after {max(self.seen)}")
            self.seen.add(batch)


def through_program(shop: Shop, source: str):
    return lambda: tuple(int(cell) for cell in shop.rows(SUM + source).splitlines()[1].split(","))


def through_catalog(shop: Shop, source: str):
    def look() -> tuple:
        # A configuration of its own gives this reader an instance of its own, as another process has.
        with duckdb.connect(str(shop.warehouse / "catalog.duckdb"), read_only=True) as db:
            return db.execute(SUM + source).fetchone()
    return look


def through_delta(shop: Shop):
    def look() -> tuple:
        rows = DeltaTable(str(shop.warehouse / "gold/now")).to_pyarrow_table()
        batches = rows.column("batch").to_pylist()
        return len(batches), len(set(batches)), min(batches), len(set(rows.column("id").to_pylist()))
    return look


def test_readers_see_one_version(shop: Shop) -> None:
    readers = [Reader(look) for look in (
        through_program(shop, "gold.now"), through_program(shop, "silver.marks WHERE is_current"),
        through_catalog(shop, "gold.shown"), through_delta(shop))]
    for reader in readers:
        reader.start()
    try:
        for day in range(1, PUBLISHES + 1):
            shop.ingot("run", "--date", date_of(day))
            if any(reader.wrong for reader in readers):
                break
        time.sleep(0.5)
    finally:
        for reader in readers:
            reader.stopping = True
        for reader in readers:
            reader.join()
    assert [reader.wrong for reader in readers] == [[]] * len(readers)
    # A reader that never saw a change proves nothing.
    assert min(len(reader.seen) for reader in readers) > 5
