"""The example project, whole: what ingot makes of it against plain DuckDB over the same files.

Silver is written out here a second time, by hand; gold is the models' own SQL over that silver.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

INGOT = os.environ.get("INGOT")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/flights"
YEAR = ["--from", "2013-01-01", "--to", "2013-12-31"]
GOLD = ["daily_delays", "route_performance", "weather_delay", "dim_plane", "fct_flights", "fct_flights_complete"]
SILVER = ["flights", "weather", "planes", "airports", "airlines"]

needs_ingot = pytest.mark.skipif(not INGOT, reason="INGOT is not set")

def as_text(files: str) -> str:
    """The files with NA as NULL. Nothing is sniffed: that would cost 75 ms a file."""
    with open(next((EXAMPLE / "data").glob(files))) as first:
        columns = {name: "VARCHAR" for name in first.readline().strip().split(",")}
    return f"read_csv('{EXAMPLE}/data/{files}', columns = {columns}, header = true, nullstr = 'NA', auto_detect = false)"


# A register of two drops as history: a row that changes closes one version and opens the next.
def register(db: duckdb.DuckDBPyConnection, table: str, columns: str, keep: str = "true") -> None:
    old, new = (f"(SELECT {columns} FROM {as_text(f'{table}_{day}.csv')} WHERE {keep})"
                for day in ("2013-01-01", "2013-07-01"))
    first, second = "DATE '2013-01-01'", "DATE '2013-07-01'"
    db.execute(f"""
        CREATE TABLE silver.{table} AS
        -- the same in both drops
        SELECT *, {first} AS effective_from, NULL::DATE AS effective_to, true AS is_current
        FROM (FROM {old} INTERSECT FROM {new})
        UNION ALL  -- changed, or gone
        SELECT *, {first}, {second}, false FROM (FROM {old} EXCEPT FROM {new})
        UNION ALL  -- changed, or come
        SELECT *, {second}, NULL, true FROM (FROM {new} EXCEPT FROM {old})
    """)


@pytest.fixture(scope="session")
def expected() -> duckdb.DuckDBPyConnection:
    subprocess.run([sys.executable, EXAMPLE / "prepare"], check=True)
    db = duckdb.connect()
    db.execute("CREATE SCHEMA silver; CREATE SCHEMA gold")
    db.execute(f"""
        CREATE TABLE silver.flights AS
        SELECT make_date(year::INTEGER, month::INTEGER, day::INTEGER) AS flight_date, carrier, flight::INTEGER AS flight, origin, dest, tailnum,
               sched_dep_time::INTEGER AS sched_dep_time, dep_time::INTEGER AS dep_time, dep_delay::INTEGER AS dep_delay,
               sched_arr_time::INTEGER AS sched_arr_time, arr_time::INTEGER AS arr_time, arr_delay::INTEGER AS arr_delay,
               air_time::INTEGER AS air_time, distance::INTEGER AS distance, dep_time IS NULL AS cancelled,
               time_hour::TIMESTAMP AS hour_utc
        FROM {as_text("flights/*.csv")}""")
    db.execute(f"""
        CREATE TABLE silver.weather AS
        SELECT origin, time_hour::TIMESTAMP AS hour_utc, temp::DOUBLE AS temperature, humid::DOUBLE AS humidity,
               wind_speed::DOUBLE AS wind_speed, wind_gust::DOUBLE AS wind_gust, precip::DOUBLE AS precipitation,
               pressure::DOUBLE AS pressure, visib::DOUBLE AS visibility
        FROM {as_text("weather/*.csv")}
        WHERE wind_speed IS NULL OR wind_speed::DOUBLE <= 250""")
    register(db, "planes", "tailnum, year::INTEGER AS year_built, type, manufacturer, model, "
             "engines::INTEGER AS engines, seats::INTEGER AS seats, engine")
    register(db, "airports", "faa, name, lat::DOUBLE AS lat, lon::DOUBLE AS lon, alt::INTEGER AS alt, "
             "tz::INTEGER AS tz, tzone AS time_zone", "name <> 'All Airports'")
    db.execute(f"CREATE TABLE silver.airlines AS FROM {as_text('airlines_2013-01-01.csv')}")
    for name in GOLD:
        db.execute(f"CREATE TABLE gold.{name} AS {(EXAMPLE / 'models/gold' / (name + '.sql')).read_text()}")
    return db


def one(db: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    return db.execute(sql).fetchone()


def test_the_data_is_what_the_page_says(expected: duckdb.DuckDBPyConnection) -> None:
    assert one(expected, "SELECT count(*), count(*) FILTER (cancelled), sum(distance) FROM silver.flights") == (336776, 8255, 350217607)
    assert one(expected, "SELECT count(*) FROM silver.weather") == (26114,)
    assert one(expected, "SELECT count(*), count(*) FILTER (is_current) FROM silver.planes") == (3329, 3322)
    assert one(expected, "SELECT count(*), count(*) FILTER (is_current) FROM silver.airports") == (1463, 1459)
    assert one(expected, "FROM gold.fct_flights_complete") == (336776, 336776, 336776)
    assert one(expected, "SELECT count(*), count(DISTINCT plane_key) FROM gold.dim_plane") == (3330, 3330)


def ingot(folder: Path, *words: str, stdout=subprocess.PIPE) -> subprocess.CompletedProcess:
    done = subprocess.run([INGOT, *words], cwd=folder, stdout=stdout, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()
    return done


def rows(folder: Path, table: str, into: Path) -> str:
    with open(into, "wb") as file:
        ingot(folder, "query", f"SELECT * FROM {table}", "--format", "parquet", stdout=file)
    return f"read_parquet('{into}')"


@pytest.fixture(scope="session")
def project(expected: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flights") / "flights"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("data", "warehouse", "target"))
    (folder / "data").symlink_to(EXAMPLE / "data")
    ingot(folder, "run", *YEAR)
    return folder


@needs_ingot
@pytest.mark.parametrize("table", [f"silver.{name}" for name in SILVER] + [f"gold.{name}" for name in GOLD])
def test_table(table: str, project: Path, expected: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    actual = rows(project, table, tmp_path / "rows.parquet")
    assert one(expected, f"SELECT count(*) FROM {actual}") == one(expected, f"SELECT count(*) FROM {table}")
    columns = ", ".join(f'"{name}"' for name, *_ in expected.execute(f"DESCRIBE {table}").fetchall())
    for left, right in ((actual, table), (table, actual)):
        odd = expected.execute(f"SELECT {columns} FROM {left} EXCEPT SELECT {columns} FROM {right} LIMIT 3").fetchall()
        assert odd == [], f"in {left}, not in {right}"


@needs_ingot
def test_again_nothing_changes(project: Path) -> None:
    def published() -> dict[str, bytes]:
        logs = [*(project / "warehouse").rglob("_delta_log/*.json"), *(project / "warehouse").rglob("_checksums.json")]
        return {str(path): path.read_bytes() for path in logs}

    before = published()
    assert before
    ingot(project, "run", *YEAR)
    assert published() == before


@needs_ingot
def test_a_day_that_is_replayed_changes_nothing_else(project: Path) -> None:
    def other_days() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (project / "warehouse/bronze").rglob("*.parquet")
                if "dt=2013-06-13" not in str(path)}

    before = other_days()
    ingot(project, "run", "--date", "2013-06-13")
    assert other_days() == before
    counted = ingot(project, "query", "SELECT count(*) AS n FROM silver.flights", "--format", "csv").stdout
    assert counted == b"n\n336776\n"
