"""Tables as plain files (format: parquet, csv, engine), as their readers see them: pyarrow, polars, duckdb; one version, always."""
import io
import signal
from pathlib import Path

import duckdb
import polars
import pyarrow.dataset
import pytest
import store_servers
from readers import reading
from shop import INGOT, Shop, StoreShop, date_of, project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
KEYS = 30
DAYS = 15
SOURCE = """\
system: shop
connection: {type: file, path: data}
tables:
  - {name: marks, path: "marks_{date}.csv", load: full, options: {types: {id: BIGINT, batch: BIGINT}}}
"""
PLACES = {"parquet": "gold/as_parquet", "csv": "gold/as_csv", "engine": "gold/as_engine"}


def made(shop: Shop, warehouse: str = "./warehouse") -> Shop:
    shop.write("ingot.yml", project(warehouse))
    shop.write("sources/shop.yml", SOURCE)
    shop.write("models/silver/marks.sql", "-- @silver(keys: [id], format: parquet)\nSELECT id, batch FROM bronze.shop_marks\n")
    for kind in PLACES:
        shop.write(f"models/gold/as_{kind}.sql",
                   f"-- @gold(format: {kind})\nSELECT id, batch, DATE '2026-01-01' AS day, CASE WHEN id = 1 THEN NULL ELSE 'ä, \"' || id END AS text FROM silver.marks\n")
    for day in range(DAYS + 1):
        shop.write(f"data/marks_{date_of(day)}.csv", "id,batch\n" + "".join(f"{id},{day}\n" for id in range(KEYS)))
    shop.ingot("run", "--date", date_of(0))
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return made(Shop(tmp_path))


@pytest.fixture
def stored(tmp_path: Path):
    with store_servers.s3(tmp_path / "server") as server:
        yield made(StoreShop(tmp_path / "shop", server), server.url)


def test_other_readers_read_the_same(shop: Shop) -> None:
    folder = shop.warehouse / PLACES["parquet"]
    by_arrow = pyarrow.dataset.dataset(folder).to_table().sort_by("id")
    by_polars = polars.read_parquet(str(folder / "*.parquet")).sort("id")
    assert by_arrow.to_pylist() == by_polars.to_dicts()
    assert by_polars["text"].to_list()[:3] == ['ä, "0', None, 'ä, "2']
    assert str(by_polars.schema["day"]) == "Date" and by_polars.schema["id"] == polars.Int64
    by_csv = polars.read_csv(shop.warehouse / PLACES["csv"] / "*.csv", try_parse_dates=True).sort("id")
    assert by_csv.to_dicts() == by_polars.to_dicts()
    with duckdb.connect(str(shop.warehouse / PLACES["engine"] / "as_engine.duckdb"), read_only=True) as db:
        assert db.execute("FROM gold.as_engine ORDER BY id").pl().to_dicts() == by_polars.to_dicts()
    silver = shop.folder / "warehouse/silver/domain=shop/entity=marks/v1"
    assert polars.read_parquet(str(silver / "*.parquet")).height == pyarrow.dataset.dataset(silver).to_table().num_rows == KEYS


def judge(batches: list, _: set) -> tuple:
    is_whole = len(batches) == KEYS and len(set(batches)) == 1
    return batches[0], None if is_whole else f"{len(batches)} rows of {len(set(batches))} versions"


def test_readers_see_one_version(shop: Shop) -> None:
    parquet, csv, engine = (shop.warehouse / place for place in PLACES.values())

    def through_engine() -> list:
        with duckdb.connect(str(engine / "as_engine.duckdb"), read_only=True) as db:
            return [row[0] for row in db.execute("SELECT batch FROM gold.as_engine").fetchall()]
    with reading(judge, lambda: polars.read_parquet(parquet / "part-0.parquet")["batch"].to_list(),
                 lambda: polars.read_csv(csv / "part-0.csv")["batch"].to_list(), through_engine, more_than=3):
        for day in range(1, DAYS + 1):
            shop.ingot("run", "--date", date_of(day))


def test_readers_of_a_store_see_one_version(stored: StoreShop) -> None:
    parquet, csv, engine = (stored.warehouse / place for place in PLACES.values())
    with reading(judge, lambda: polars.read_parquet(io.BytesIO((parquet / "part-0.parquet").read_bytes()))["batch"].to_list(),
                 lambda: polars.read_csv(io.BytesIO((csv / "part-0.csv").read_bytes()))["batch"].to_list(), more_than=2):
        for day in range(1, 6):
            stored.ingot("run", "--date", date_of(day))
    with duckdb.connect(str(engine / "as_engine.duckdb"), read_only=True) as db:
        assert db.execute("SELECT DISTINCT batch FROM gold.as_engine").fetchall() == [(5,)]


@pytest.mark.parametrize("place", ["before-files", "between-files", "after-files"])
def test_killed_it_is_mended_in_a_store(stored: StoreShop, place: str) -> None:
    process = stored.start("run", "--date", date_of(1), INGOT_FAIL_AT=place)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    stored.ingot("run", "--date", date_of(1))
    for kind, folder in PLACES.items():
        assert sorted(path.name for path in (stored.warehouse / folder).iterdir()) == [
            ".version.json", "as_engine.duckdb" if kind == "engine" else f"part-0.{kind}"]
    assert set(polars.read_csv(stored.warehouse / PLACES["csv"] / "part-0.csv")["batch"]) == {1}


def test_what_a_store_cannot_exchange_is_refused(stored: StoreShop) -> None:
    def refused() -> str:
        process = stored.start("run", "--date", date_of(1))
        _, said = process.communicate(timeout=120)
        assert process.returncode == 1, said
        return said

    stored.write("models/gold/by_id.sql", "-- @gold(format: parquet, partition_by: [id])\nSELECT id, batch FROM silver.marks\n")
    assert "CFG108" in (said := refused()) and "leave partition_by: out" in said
    (stored.folder / "models/gold/by_id.sql").unlink()
    stored.write("models/gold/as_csv.sql", "-- @gold\nSELECT id, batch FROM silver.marks\n")
    assert "CFG108" in (said := refused()) and "moves no folders" in said


SLICES = "-- @silver(keys: [id], scope: slice{more})\nSELECT id, batch FROM bronze.shop_marks\n"


@pytest.mark.parametrize("place", ["before-files", "between-files", "between-slices", "after-files"])
def test_slices_are_objects_of_a_store(stored: StoreShop, place: str) -> None:
    """Each is one object; a run that was killed among them is mended by the next; a run that adds one leaves the others alone."""
    stored.write("models/silver/slices.sql", SLICES.format(more=""))
    folder = stored.warehouse / "silver/domain=shop/entity=slices/v1"
    stored.ingot("run", "--date", date_of(0))
    first = folder / f"load_date={date_of(0)}/part-0.parquet"
    written = first.stat().st_mtime_ns
    stored.ingot("run", "--date", date_of(1))
    assert first.stat().st_mtime_ns == written
    stored.write(f"data/marks_{date_of(1)}.csv", "id,batch\n7,77\n")
    process = stored.start("run", "--from", date_of(1), "--to", date_of(2), INGOT_FAIL_AT=place)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    stored.ingot("run", "--from", date_of(1), "--to", date_of(2))
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        ".version.json", *(f"load_date={date_of(day)}/part-0.parquet" for day in range(3))]
    assert polars.read_parquet(folder / f"load_date={date_of(1)}/part-0.parquet").select("id", "batch").rows() == [(7, 77)]
    assert polars.read_parquet(first).height == KEYS
    (folder / f"load_date={date_of(2)}/part-0.parquet").unlink()
    assert "STATE103" in stored.start("state", "verify").communicate(timeout=120)[1]
    stored.ingot("state", "repair")
    assert polars.read_parquet(folder / f"load_date={date_of(2)}/part-0.parquet").height == KEYS


def test_slices_of_several_files_are_refused_in_a_store(stored: StoreShop) -> None:
    stored.write("models/silver/slices.sql", SLICES.format(more=", partition_by: [batch]"))
    process = stored.start("run", "--date", date_of(1))
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1 and "CFG108" in said and "use format: delta there" in said
