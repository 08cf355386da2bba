"""Tables whose merges mark rows instead of writing files again, as other readers see them: every version, and the catalogue."""
import csv
import random
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars
import pytest
from deltalake import DeltaTable, QueryBuilder

from shop import INGOT

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS, AT = 9_000, datetime(2026, 1, 1)
FILES = {
    "ingot.yml": "config_version: 1\nname: t\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n",
    "sources/s.yml": """system: s
connection: {type: file, path: data}
tables:
  - {name: rows, path: "rows_{date}.csv", load: cdc, options: {types: {id: BIGINT, v: BIGINT, at: TIMESTAMP}}}
""",
    "models/silver/t.sql": "-- @silver(keys: [id], order_by: at, history: scd2, deletion_vectors: true)\nSELECT * FROM bronze.s_rows\n",
    "models/gold/g.sql": "-- @gold\nSELECT count(*) AS n, sum(v) AS v FROM silver.t\n",
}
SHOWN = "id, v, CAST(effective_from AS VARCHAR), CAST(effective_to AS VARCHAR)"


def ingot(folder: Path, *args: str) -> str:
    done = subprocess.run([INGOT, *args], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def through_query_builder(place: Path, version: int) -> list:
    rows_read = QueryBuilder().register("t", DeltaTable(str(place), version=version)).execute("SELECT id, v, effective_from, effective_to FROM t").read_all()
    return sorted(duckdb.sql(f"SELECT {SHOWN} FROM rows_read").fetchall(), key=repr)


def through_polars(place: Path, version: int) -> list:
    rows_read = polars.scan_delta(str(place), version=version).select("id", "v", "effective_from", "effective_to").collect().to_arrow()  # noqa: F841
    return sorted(duckdb.sql(f"SELECT {SHOWN} FROM rows_read").fetchall(), key=repr)


@pytest.mark.parametrize("load", ["changes", "late"])
def test_every_reader_sees_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: str) -> None:
    monkeypatch.setenv("INGOT_FILE_ROWS", "2048")
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "data").mkdir()
    chance, versions, vectors = random.Random(load), {}, 0
    for number in range(13):
        day = date(2026, 2, 1) + timedelta(number)
        ids = range(ROWS) if number == 0 else chance.sample(range(ROWS + 500), 300)
        with open(tmp_path / f"data/rows_{day}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "v", "at"])
            for i in ids:
                days = number if load == "changes" else chance.randrange(-number, number + 1)
                writer.writerow([i, chance.randrange(4), AT + timedelta(days=days)])
        ingot(tmp_path, "run", "--date", str(day))
        (place,) = (log.parent for log in tmp_path.glob("warehouse/silver/**/_delta_log"))
        with duckdb.connect(str(tmp_path / "warehouse/catalog.duckdb"), read_only=True) as catalog:
            rows = sorted(catalog.execute(f"SELECT {SHOWN} FROM silver.t").fetchall(), key=repr)
            assert catalog.execute("SELECT n, v FROM gold.g").fetchone() == (len(rows), sum(row[1] for row in rows))
            vectors += bool(catalog.execute("FROM duckdb_tables() WHERE schema_name = 'deleted'").fetchall())
        versions[DeltaTable(str(place)).version()] = rows
    assert vectors > 6 and len(versions) == 13
    # Of the files of the first run none is whole; most still stand, and those that were worn out were written again.
    assert "verified" in ingot(tmp_path, "state", "verify", "--deep")
    for version, rows in versions.items():
        assert through_query_builder(place, version) == rows, version
        assert through_polars(place, version) == rows, version
    # One that does not know of vectors refuses the table, rather than showing rows that are gone.
    with pytest.raises(Exception, match="[Dd]eletion"):
        DeltaTable(str(place)).to_pyarrow_table()
    assert list(place.glob("*.bin"))
    ingot(tmp_path, "compact", "--retain", "0h")
    newest = max(versions)
    assert through_query_builder(place, newest + 1) == versions[newest]
    assert not list(place.glob("*.bin"))
    ingot(tmp_path, "run", "--full-refresh", "--date", "2026-02-13")
    assert through_query_builder(place, newest + 2) == versions[newest]
