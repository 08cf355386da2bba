"""The program is killed at every boundary it names, and at random times; the next run's tables are an undisturbed run's."""
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest
from shop import INGOT, Shop, date_of
from warehouse_files import unnamed_files

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
SEED = 20260101
DAYS = 13  # enough commits for a checkpoint
REST = ["--from", date_of(1), "--to", date_of(DAYS - 1)]
SOURCES = Path(__file__).resolve().parents[2] / "src"


# Passed by the commands on slices and joins alone, which are killed there in test/golden/foundry and test_foundry_stores.py.
OF_OTHER_COMMANDS = {"join-chunk", "slice-staged", "slice-published", "after-upload"}
# Passed where a store cannot exchange a folder; killed there in test_plain_files.py.
OF_STORES = {"between-files"}
# Passed by the first run after a change of format.
OF_A_CHANGED_FORMAT = {"before-move"}


def boundaries() -> list[str]:
    names = {name for path in SOURCES.rglob("*.cpp") for name in re.findall(r'boundary\("([a-z-]+)"\)', path.read_text())}
    names -= OF_OTHER_COMMANDS | OF_STORES | OF_A_CHANGED_FORMAT
    assert len(names) > 5
    return sorted(names)


def with_source_that_is_asked(shop: Shop) -> None:
    with duckdb.connect(str(shop.folder / "erp.duckdb")) as erp:
        erp.execute("CREATE TABLE moves AS SELECT i AS id, i * 2 AS n FROM range(100) t(i)")
    (shop.folder / "sources" / "erp.yml").write_text(
        "system: erp\nconnection: {type: duckdb, path: erp.duckdb}\n"
        "tables:\n  - {name: moves, load: cdc, cursor: {column: id, lag: 10}}\n  - {name: all_moves, table: moves}\n"
    )


def with_plain_files(shop: Shop, format: str) -> None:
    (shop.folder / "models" / "silver" / "plain_orders.sql").write_text(
        f"-- @silver(keys: [id], history: append, format: {format})\nSELECT id, state, amount, seen, gone FROM bronze.shop_orders\n")


def with_tables_of_other_ways(shop: Shop) -> None:
    """One whose readers see slices, and one that marks rows instead of writing files again."""
    for name, way in (("slice_orders", "scope: slice"), ("marked_orders", "order_by: seen, history: scd2, deletion_vectors: true")):
        (shop.folder / "models" / "silver" / f"{name}.sql").write_text(
            f"-- @silver(keys: [id], {way})\nSELECT id, state, amount, seen FROM bronze.shop_orders\n")


def tables_of(shop: Shop) -> dict[str, str]:
    more = ("plain_orders", "slice_orders", "marked_orders")
    return shop.tables() | {f"silver.{name}": shop.rows(f"SELECT * FROM silver.{name} ORDER BY ALL") for name in more}


@pytest.fixture(scope="module", autouse=True)
def room_of_files():
    """Small tables are one file, larger ones are many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INGOT_FILE_ROWS", "40")
        yield


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop.make(tmp_path_factory.mktemp("shop") / "first", DAYS, SEED)
    with_source_that_is_asked(shop)
    with_plain_files(shop, "parquet")
    with_tables_of_other_ways(shop)
    shop.ingot("run", "--date", date_of(0))
    return shop


@pytest.fixture(scope="module")
def undisturbed(first_day: Shop) -> tuple[dict, dict, float]:
    shop = first_day.copy(first_day.folder.parent / "undisturbed")
    began = time.monotonic()
    shop.ingot("run", *REST)
    seconds = time.monotonic() - began
    assert unnamed_files(shop.warehouse) == []
    return tables_of(shop), shop.bronze(), seconds


def repair_leaves_no_orphan(shop: Shop) -> None:
    help = subprocess.run([INGOT, "state", "--help"], capture_output=True, text=True)
    if "repair" in help.stdout + help.stderr:
        shop.ingot("state", "repair")
        assert unnamed_files(shop.warehouse) == []


def ends_well(shop: Shop, undisturbed: tuple[dict, dict, float]) -> None:
    shop.ingot("run", *REST)
    tables, bronze, _ = undisturbed
    assert tables_of(shop) == tables
    assert shop.bronze() == bronze
    repair_leaves_no_orphan(shop)
    assert tables_of(shop) == tables


# A later time matters too: then much stands already.
@pytest.mark.parametrize("time_of", ["", ":3"])
@pytest.mark.parametrize("name", boundaries())
def test_killed_at(name: str, time_of: str, first_day: Shop, undisturbed, tmp_path: Path) -> None:
    shop = first_day.copy(tmp_path / "shop")
    process = shop.start("run", *REST, INGOT_FAIL_AT=name + time_of)
    process.communicate(timeout=120)
    # What is passed less than three times kills nothing the second time; the tables have to be right all the same.
    if not time_of or process.returncode != 0:
        assert process.returncode == -signal.SIGKILL, f"{name} is never passed"
    ends_well(shop, undisturbed)


def test_killed_while_a_table_moves_to_another_format(first_day: Shop, undisturbed, tmp_path: Path) -> None:
    shop = first_day.copy(tmp_path / "shop")
    with_plain_files(shop, "delta")
    process = shop.start("run", *REST, INGOT_FAIL_AT="before-move")
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    ends_well(shop, undisturbed)


def kill_at_random_times(shop: Shop, undisturbed, times: int, seed: int) -> None:
    chance = random.Random(seed)
    print(f"seed {seed}")
    *_, seconds = undisturbed
    for _ in range(times):
        process = shop.start("run", *REST)
        time.sleep(chance.uniform(0, seconds))
        process.kill()
        process.communicate()
    ends_well(shop, undisturbed)


@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
def test_killed_again_and_again(seed: int, first_day: Shop, undisturbed, tmp_path: Path) -> None:
    kill_at_random_times(first_day.copy(tmp_path / "shop"), undisturbed, 3, seed)
