"""Tables whose merges mark rows instead of writing files again, as other readers see them: every version, and the catalogue."""
import json
import shutil
import subprocess
import uuid
from pathlib import Path
from urllib.parse import quote

import duckdb
import polars
import pytest
from deltalake import DeltaTable, QueryBuilder

from marked_table import ROWS, ingot, run_days
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
    versions, runs, vectors = {}, {}, 0
    for place in run_days(tmp_path, load, 13):
        runs[max(run.stem for run in tmp_path.glob("warehouse/_ingot/runs/*.json"))] = rows_of(tmp_path)
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
    for run, shown in runs.items():
        assert rows_of(tmp_path, "--as-of-run", run) == shown, run
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


def rows_of(folder: Path, *flags: str) -> str:
    return ingot(folder, "query", *flags, "--format", "csv", f"SELECT {SHOWN} FROM silver.t ORDER BY ALL")


def file_of_vector(name: str) -> str:
    """The log has the UUID of a file of vectors in Z85."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
    value = b""
    for at in range(0, 20, 5):
        group = 0
        for digit in name[at : at + 5]:
            group = group * 85 + digits.index(digit)
        value += group.to_bytes(4, "big")
    return f"deletion_vector_{uuid.UUID(bytes=value)}.bin"


def name_vectors_by_path(place: Path, elsewhere: Path, scheme: str) -> int:
    """As a clone has them: the same vectors in another folder, which the log names by absolute paths. How many there are."""
    files, commit = {}, [{"commitInfo": {"timestamp": 1, "operation": "CLONE"}}]
    logs = sorted(place.glob("_delta_log/*.json"))
    for line in "".join(log.read_text() for log in logs).splitlines():
        action = json.loads(line)
        if "remove" in action:
            files.pop((action["remove"]["path"], str(action["remove"].get("deletionVector"))), None)
        if "add" in action:
            files[action["add"]["path"], str(action["add"].get("deletionVector"))] = action["add"]
    for add in files.values():
        if not (vector := add.get("deletionVector")):
            continue
        target = elsewhere / "a b" / file_of_vector(vector["pathOrInlineDv"])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(place / target.name, target)
        named = vector | {"storageType": "p", "pathOrInlineDv": scheme + quote(str(target))}
        commit.append({"remove": {"path": add["path"], "deletionTimestamp": 1, "dataChange": False, "deletionVector": vector}})
        commit.append({"add": add | {"dataChange": False, "deletionVector": named}})
    (place / f"_delta_log/{len(logs):020}.json").write_text("\n".join(map(json.dumps, commit)) + "\n")
    for file in place.glob("*.bin"):
        file.unlink()
    return len(commit) // 2


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_vectors_named_by_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("INGOT_FILE_ROWS", "2048")
    (place,) = set(run_days(tmp_path, "changes", 3))
    rows = rows_of(tmp_path)
    assert name_vectors_by_path(place, tmp_path / "elsewhere", scheme) > 2
    ingot(tmp_path, "state", "repair")
    assert rows_of(tmp_path) == rows
    ingot(tmp_path, "build", "--full-refresh", "--date", "2026-02-03")
    assert ingot(tmp_path, "query", "--format", "csv", "SELECT n FROM gold.g") == f"n\n{len(rows.splitlines()) - 1}\n"
    assert "verified" in ingot(tmp_path, "state", "verify", "--deep")
    # A merge would have to read them to add to them.
    (tmp_path / "data/rows_2026-02-04.csv").write_text("id,v,at\n" + "".join(f"{i},9,2026-02-04 00:00:00\n" for i in range(0, ROWS, 30)))
    refused = subprocess.run([INGOT, "run", "--date", "2026-02-04"], cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 3 and "STG101" in refused.stderr and "ingot compact" in refused.stderr
    assert rows_of(tmp_path) == rows
    ingot(tmp_path, "compact")
    assert rows_of(tmp_path) == rows
    ingot(tmp_path, "run", "--date", "2026-02-04")
    assert len(rows_of(tmp_path).splitlines()) > len(rows.splitlines())
    assert "verified" in ingot(tmp_path, "state", "verify", "--deep")
