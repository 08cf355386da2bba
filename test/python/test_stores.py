"""Warehouses in object stores: the same tables as on disk, whatever happens on the way."""
import json
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import duckdb
import pytest
import store_servers
from fault_proxy import FaultProxy
from shop import INGOT, Shop, StoreShop, date_of, project

CONTRACT = os.environ.get("STORE_CONTRACT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
SEED = 20260101
DAYS = 4
ALL_DAYS = ["--from", date_of(0), "--to", date_of(DAYS - 1)]


def failing(shop: Shop, *words: str, **env: str) -> tuple[int, str]:
    process = shop.start(*words, **env)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Shop:
    return Shop.make(tmp_path_factory.mktemp("shop") / "sources", DAYS, SEED)


@pytest.fixture(scope="module")
def on_disk(sources: Shop) -> tuple[dict, dict]:
    shop = sources.copy(sources.folder.parent / "on_disk")
    shop.ingot("run", *ALL_DAYS)
    return shop.tables(), shop.bronze()


@pytest.fixture
def s3(tmp_path: Path):
    with store_servers.s3(tmp_path) as server:
        yield server


@pytest.mark.skipif(not CONTRACT, reason="STORE_CONTRACT names no program")
@pytest.mark.parametrize("kind", ["disk", "s3", "azure", "gcs"])
def test_contract(kind: str, tmp_path: Path) -> None:
    def kept(root: str, env: dict[str, str]) -> None:
        done = subprocess.run([CONTRACT, root, tmp_path / "scratch"], env=os.environ | env, capture_output=True, text=True, timeout=300)
        assert done.stdout == "kept\n", done.stdout + done.stderr

    if kind == "disk":
        return kept(str(tmp_path / "root"), {})
    with getattr(store_servers, kind)(tmp_path / "server") as server:
        kept(server.url, server.env)


def test_a_warehouse_on_s3_is_the_one_on_disk(s3, sources: Shop, on_disk, tmp_path: Path) -> None:
    shop = StoreShop.beside(sources, tmp_path / "shop", s3)
    shop.ingot("run", *ALL_DAYS)
    tables, bronze = on_disk
    assert shop.tables() == tables
    assert shop.bronze() == bronze
    assert "0 steps" in shop.ingot("plan", *ALL_DAYS) or "nothing" in shop.ingot("plan", *ALL_DAYS).lower()
    shop.ingot("state", "verify")
    # Without the project, and with nothing but the URL.
    rows = shop.ingot("query", "SELECT count(*) AS n FROM silver.orders", "--warehouse", s3.url, "--format", "csv")
    assert rows == shop.rows("SELECT count(*) AS n FROM silver.orders")


@pytest.mark.parametrize("place", ["disk", "s3"])
def test_all_tables_as_they_stood_when_a_run_ended(place: str, request: pytest.FixtureRequest, sources: Shop, tmp_path: Path) -> None:
    shop = sources.copy(tmp_path / "shop") if place == "disk" else StoreShop.beside(sources, tmp_path / "shop", request.getfixturevalue("s3"))
    stood = {}
    for day in range(DAYS):
        shop.ingot("run", "--date", date_of(day), INGOT_RUN_ID=f"run-{day}")
        stood[f"run-{day}"] = shop.tables()
    for run, tables in stood.items():
        assert shop.tables("--as-of-run", run) == tables, run


@pytest.mark.parametrize("kind", ["azure", "gcs"])
def test_a_warehouse_elsewhere(kind: str, sources: Shop, on_disk, tmp_path: Path) -> None:
    with getattr(store_servers, kind)(tmp_path / "server") as server:
        shop = StoreShop.beside(sources, tmp_path / "shop", server)
        shop.ingot("run", *ALL_DAYS)
        assert shop.tables() == on_disk[0]


@pytest.mark.parametrize("name", ["before-publish", "after-publish", "after-write", "before-commit", "after-commit", "before-catalog", "after-steps"])
def test_killed_on_s3(name: str, s3, sources: Shop, on_disk, tmp_path: Path) -> None:
    shop = StoreShop.beside(sources, tmp_path / "shop", s3)
    process = shop.start("run", *ALL_DAYS, INGOT_FAIL_AT=name + ":2" if name != "after-steps" and name != "before-catalog" else name)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    shop.ingot("run", *ALL_DAYS)
    assert shop.tables() == on_disk[0]
    assert shop.bronze() == on_disk[1]


def replaceable(shop: Shop, version: int) -> None:
    shop.write("sources/shop.yml", """\
system: shop
connection: {type: file, path: data}
tables:
  - {name: prices, path: "prices_{date}.csv", options: {max_rows_per_file: 100}}
""")
    shop.write(f"data/prices_{date_of(0)}.csv", "id,version\n" + "".join(f"{id},{version}\n" for id in range(1000 + 100 * version)))


def test_a_reader_of_a_slice_that_is_replaced_sees_no_mix(s3, sources: Shop, tmp_path: Path) -> None:
    shop = StoreShop.beside(sources, tmp_path / "shop", s3)
    for model in (shop.folder / "models").rglob("*.sql"):
        model.unlink()
    replaceable(shop, 0)
    shop.ingot("run", "--date", date_of(0))
    slice = next(shop.warehouse.rglob("dt=*"))
    seen, stop = [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            record = json.loads((slice / "_metadata.json").read_text())
            try:
                parts = [slice / part["path"] for part in record["files"]]
                versions = duckdb.sql(f"SELECT list(DISTINCT version), count(*) FROM read_parquet({[str(p) for p in parts]})").fetchone()
            except duckdb.IOException:
                continue  # replaced and swept meanwhile: a whole error, and the next look is right
            seen.append((tuple(versions[0]), versions[1]))

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(1, 5):
        replaceable(shop, version)
        shop.ingot("run", "--date", date_of(0))
        assert shop.rows("SELECT DISTINCT version FROM bronze.shop_prices") == f"version\n{version}\n"
    stop.set()
    reader.join()
    assert set(seen) <= {((v,), 1000 + 100 * v) for v in range(5)}, set(seen)
    assert len(seen) > 1
    record = json.loads((slice / "_metadata.json").read_text())
    assert sorted(p.name for p in slice.iterdir()) == sorted(["_checksums.json", "_metadata.json"] + [p["path"] for p in record["files"]])


def test_wrong_credentials_are_told_and_never_shown(s3, sources: Shop, tmp_path: Path) -> None:
    shop = StoreShop.beside(sources, tmp_path / "shop", s3)
    wrong = "wrong-canary-4711"
    status, said = failing(shop, "run", "--date", date_of(0), AWS_SECRET_ACCESS_KEY=wrong)
    assert status == 3 and "STG104" in said, said
    status, said = failing(shop, "query", "SELECT 1", AWS_SECRET_ACCESS_KEY=wrong)
    assert status == 3 and "STG104" in said, said
    assert wrong not in said
    everything = said + "".join(p.read_text(errors="replace") for p in (shop.folder / "target").rglob("*") if p.is_file())
    assert wrong not in everything and store_servers.SECRET not in everything


def test_credentials_by_reference(s3, sources: Shop, tmp_path: Path) -> None:
    storage = f"{{s3: {{endpoint: {s3.endpoint!r}, region: us-east-1, access_key: {store_servers.KEY}, secret_key: 'secret://env/LAKE_SECRET'}}}}"
    shop = StoreShop.beside(sources, tmp_path / "shop", s3, storage)
    shop.env = {"LAKE_SECRET": store_servers.SECRET}
    shop.ingot("run", "--date", date_of(0))
    shop.env = {}
    status, said = failing(shop, "run", "--date", date_of(1))
    assert status == 1 and "AUTH001" in said and "LAKE_SECRET" in said, said


def test_a_store_that_is_not_there(sources: Shop, tmp_path: Path) -> None:
    dead = store_servers.Server("s3://lake/retail", f"http://127.0.0.1:{store_servers.free_port()}")
    shop = StoreShop.beside(sources, tmp_path / "shop", dead, f"{{s3: {{endpoint: {dead.endpoint!r}}}, retry: {{attempts: 1, seconds: 2}}}}")
    status, said = failing(shop, "run", "--date", date_of(0), AWS_ACCESS_KEY_ID="k", AWS_SECRET_ACCESS_KEY="s")
    assert status == 3 and "STG001" in said, said


@pytest.mark.parametrize("seed", range(3))
def test_faults_on_the_way_end_well_or_are_told(seed: int, s3, sources: Shop, on_disk, tmp_path: Path) -> None:
    with FaultProxy(s3.endpoint, 0.1, seed) as proxy:
        shop = StoreShop.beside(sources, tmp_path / "shop", s3)
        shop.env["AWS_ENDPOINT_URL"] = proxy.endpoint
        status, said = failing(shop, "run", *ALL_DAYS)
        assert sum(proxy.broken.values()) > 10, proxy.broken
    assert status == 0 or (status == 3 and re.search(r"STG\d{3}|STATE\d{3}", said)), said
    shop.env = dict(s3.env)
    shop.ingot("run", *ALL_DAYS)
    assert shop.tables() == on_disk[0]
    assert shop.bronze() == on_disk[1]
    shop.ingot("state", "verify")


def test_sources_in_a_store_land_as_from_disk(s3, sources: Shop, on_disk, tmp_path: Path) -> None:
    shop = StoreShop.beside(sources, tmp_path / "shop", s3)
    landing = s3.folder.parent / "landing"
    (shop.folder / "data").rename(landing)
    text = (shop.folder / "sources/shop.yml").read_text()
    shop.write("sources/shop.yml", text.replace("path: data}", "path: 's3://lake/landing'}").replace("orders_{date}.csv", "*rders_{date}.csv"))
    shop.ingot("run", *ALL_DAYS)
    assert shop.tables() == on_disk[0]
    assert shop.bronze() == on_disk[1]
    assert "s3://lake/landing/orders_" in shop.rows("SELECT DISTINCT _ingot_file FROM bronze.shop_orders")
    status, said = failing(shop, "run", "--date", "2027-01-01")
    assert status == 2 and "EXT101" in said and "s3://lake/landing/" in said, said
    shop.ingot("doctor")
    shop.ingot("doctor", "--connect")


def test_new_file_in_a_store_that_is_written_again_lands_once(s3, tmp_path: Path) -> None:
    shop = StoreShop(tmp_path / "shop", s3)
    shop.write("ingot.yml", project("./warehouse"))
    shop.write("sources/in.yml", "system: in\nconnection: {type: file, path: 's3://lake/arrivals'}\n"
               "tables: [{name: rows, path: '*.csv', load: cdc, options: {new_files: true}}]\n")
    arrivals = s3.folder.parent / "arrivals"
    arrivals.mkdir()
    for day, text in enumerate(["id\n1\n", "id\n1\n", "id\n2\n"]):
        (arrivals / "a.csv").write_text(text)
        os.utime(arrivals / "a.csv", (day, day))
        shop.ingot("run", "--date", date_of(day))
    assert shop.rows("SELECT id FROM bronze.in_rows ORDER BY id").split() == ["id", "1", "2"]


def test_what_stays_in_the_house(s3, sources: Shop, tmp_path: Path) -> None:
    shop = StoreShop.beside(sources, tmp_path / "shop", s3, "{scope: onprem}")
    shop.ingot("run", "--date", date_of(0))
    del shop.env["AWS_ENDPOINT_URL"]
    status, said = failing(shop, "run", "--date", date_of(1))
    assert status == 3 and "STG105" in said and "onprem" in said, said
