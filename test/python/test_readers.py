"""Readers beside a run see one version, whole: never an error, never a mix, never nothing."""
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable
from readers import reading
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
PUBLISHES = 50
KEYS = 40
# Every batch gives all living keys the same number, so one version of a table has one number, and as many keys as always.
# The keys move on: each batch has one key less and one more, and of those that stay every version is kept.
CURRENT = "SELECT count(*), count(DISTINCT batch), min(batch), count(DISTINCT id) FROM "
HISTORY = ("SELECT (count(*) - ({keys} - 1) * max(batch))::BIGINT - max(batch), count(DISTINCT batch) FILTER (is_current), "
           "min(batch) FILTER (is_current), count(DISTINCT id) FILTER (is_current) FROM silver.marks").format(keys=KEYS)
FEEDS = {"full": ("full", "deletes: infer", ""), "changes": ("cdc", "deletes: soft, order_by: batch, delete_when: gone", ", gone: BOOLEAN")}


def files_of(feed: str) -> dict[str, str]:
    load, history, more = FEEDS[feed]
    return {
        "sources/shop.yml": f"""\
system: shop
connection: {{type: file, path: data}}
tables:
  - {{name: marks, path: "marks_{{date}}.csv", load: {load}, options: {{types: {{id: BIGINT, batch: BIGINT{more}}}}}}}
""",
        "models/silver/marks.sql": f"-- @silver(keys: [id], history: scd2, {history}, columns: {{track: [batch]}})\nSELECT id, batch FROM bronze.shop_marks\n",
        "models/gold/now.sql": "-- @gold\nSELECT id, batch FROM silver.marks WHERE is_current\n",
        "models/gold/shown.sql": "-- @gold(materialized: view)\nSELECT id, batch FROM silver.marks WHERE is_current\n",
    }


def rows_of(feed: str, day: int) -> str:
    living = [f"{id},{day}" for id in range(day, day + KEYS)]
    if feed == "full":
        return "\n".join(["id,batch", *living]) + "\n"
    gone = [f"{day - 1},{day},true"] if day else []
    return "\n".join(["id,batch,gone", *gone, *(row + ",false" for row in living)]) + "\n"


@pytest.fixture(params=FEEDS)
def shop(request, tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.write("ingot.yml", "config_version: 1\nname: shop\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")
    for path, text in files_of(request.param).items():
        shop.write(path, text)
    for day in range(PUBLISHES + 1):
        shop.write(f"data/marks_{date_of(day)}.csv", rows_of(request.param, day))
    shop.ingot("run", "--date", date_of(0))
    return shop


def judge(answer: tuple, seen: set) -> tuple:
    count, batches, batch, keys = answer
    if (count, batches, keys) != (KEYS, 1, KEYS):
        return batch, f"{count} rows of {batches} versions and {keys} keys"
    return batch, f"version {batch} after {max(seen)}" if seen and batch < max(seen) else None


def through_program(shop: Shop, query: str):
    return lambda: tuple(int(cell) for cell in shop.rows(query).splitlines()[1].split(","))


def ask_catalog(path: str, query: str) -> tuple:
    with duckdb.connect(path, read_only=True) as db:
        return db.execute(query).fetchone()


def through_catalog(shop: Shop, query: str):
    # A process of its own: within one, DuckDB gives a second reader of a path what a first one has open.
    process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    return lambda: process.submit(ask_catalog, str(shop.warehouse / "catalog.duckdb"), query).result()


def through_delta(shop: Shop, table: str):
    def look() -> tuple:
        rows = DeltaTable(str(shop.warehouse / table)).to_pyarrow_table().to_pylist()
        rows = [row for row in rows if row.get("is_current", True)]
        batches = [row["batch"] for row in rows]
        return len(rows), len(set(batches)), min(batches), len({row["id"] for row in rows})
    return look


def test_readers_see_one_version(shop: Shop) -> None:
    with reading(judge, through_program(shop, CURRENT + "gold.now"), through_program(shop, HISTORY),
                 through_catalog(shop, CURRENT + "gold.shown"), through_catalog(shop, HISTORY), through_delta(shop, "gold/now"),
                 through_delta(shop, "silver/domain=shop/entity=marks/v1"), more_than=5) as readers:
        for day in range(1, PUBLISHES + 1):
            shop.ingot("run", "--date", date_of(day))
            if any(reader.wrong for reader in readers):
                break
        time.sleep(0.5)


def test_readers_see_one_version_while_files_are_merged(shop: Shop) -> None:
    with reading(judge, through_program(shop, CURRENT + "silver.marks WHERE is_current"), through_program(shop, HISTORY),
                 through_catalog(shop, CURRENT + "gold.shown"), through_delta(shop, "silver/domain=shop/entity=marks/v1"), more_than=3):
        for day in range(1, 16):
            shop.ingot("run", "--date", date_of(day))
            shop.ingot("compact", *([], ["--sort-by", "id"], ["--z-order", "id,batch"])[day % 3])
    shop.ingot("state", "verify", "--deep")
