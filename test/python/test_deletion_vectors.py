"""Tables whose merges mark rows instead of writing files again, as other readers see them: every version, and the catalogue."""
from pathlib import Path

import duckdb
import polars
import pytest
from deltalake import DeltaTable, QueryBuilder

from marked_table import ingot, run_days
from shop import INGOT

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
SHOWN = "id, v, CAST(effective_from AS VARCHAR), CAST(effective_to AS VARCHAR)"


def through_query_builder(place: Path, version: int) -> list:
    rows_read = QueryBuilder().register("t", DeltaTable(str(place), version=version)).execute("SELECT id, v, effective_from, effective_to FROM t").read_all()
    return sorted(duckdb.sql(f"SELECT {SHOWN} FROM rows_read").fetchall(), key=repr)


def through_polars(place: Path, version: int) -> list:
    rows_read = polars.scan_delta(str(place), version=version).select("id", "v", "effective_from", "effective_to").collect().to_arrow()  # noqa: F841
    return sorted(duckdb.sql(f"SELECT {SHOWN} FROM rows_read").fetchall(), key=repr)


@pytest.mark.parametrize("load", ["changes", "late"])
def test_every_reader_sees_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: str) -> None:
    monkeypatch.setenv("INGOT_FILE_ROWS", "2048")
    versions, vectors = {}, 0
    for place in run_days(tmp_path, load, 13):
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
