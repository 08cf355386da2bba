"""Rows of an API are written while more of them are fetched: the slice is the one that all rows at once would have made."""
import hashlib
import json
import random
import time
from pathlib import Path

import duckdb
import pytest
from api_project import INGOT, Project
from api_server import Api

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
SEED = 20261121
ROWS, SIZE, ODD = 15_000, 500, 11_000  # the row that is unlike those before it


def usual(i: int) -> dict:
    return {"id": i, "name": f"n{i}", "amount": i, "paid": i % 3 == 0, "none": None, "at": {"city": "Kiel", "tags": [i]}}


def odd(**members):
    return lambda i: usual(i) | (members if i >= ODD else {})


# What rows from ODD on do to the types that those before them had.
KINDS = {
    "of one kind": usual,
    "a new column": odd(extra="x"),
    "a fraction among whole numbers": odd(amount=0.5),
    "text among numbers": odd(amount="many"),
    "a number among texts": odd(name=7),
    "text where nothing was": odd(none="x\ny"),
    "a number where nothing was": odd(none=1),
    "an object among texts": odd(name={"first": "Cid"}),
    "half of a surrogate pair": odd(name="\ud800"),
    "a value among objects": lambda i: usual(i) if i != ODD else i,
    "columns that come and go": lambda i: usual(i) | {f"c{i // 1000}": i},
    "nothing at first": lambda i: usual(i) if i >= SIZE else {},
}


def landed_whole(folder: Path, rows: list, table: dict) -> Path:
    """The same rows in one file that is there from the start."""
    project = Project(folder, "http://127.0.0.1:1", [])
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "sources/s.yml").write_text(json.dumps({"system": "s", "connection": {"type": "file", "path": "."}, "tables": [
        {"name": "t", "path": "rows.jsonl", "load": "full"} | table]}))
    project.ok()
    return folder


def parts_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "warehouse/bronze").rglob("*.parquet")}


def rejected(folder: Path) -> list[tuple]:
    return duckdb.sql(f"SELECT line, text, reason FROM '{folder}/warehouse/_quarantine/bronze.s_t/*.parquet' ORDER BY ALL").fetchall()


class Paged:
    """Pages of rows; one of them waits until rows of those before it are being written."""

    def __init__(self, rows: list, folder: Path, waits_at: int | None = None):
        self.rows, self.folder, self.waits_at, self.was_written_meanwhile = rows, folder, waits_at, False

    def __call__(self, asked):
        offset = int(asked.query["offset"])
        if offset == self.waits_at:
            until = time.monotonic() + 20
            while not self.was_written_meanwhile and time.monotonic() < until:
                self.was_written_meanwhile = any(self.folder.glob("warehouse/_ingot/staging/*/*/scratch/rows.parquet"))
                time.sleep(0.002)
        return {"total": len(self.rows), "items": self.rows[offset:offset + SIZE]}


TABLE = {"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": SIZE, "total_path": "total"}}


@pytest.mark.parametrize("kind", KINDS)
def test_the_slice_is_that_of_all_rows_at_once(tmp_path, kind):
    rows = [KINDS[kind](i) for i in range(ROWS)]
    pages = Paged(rows, tmp_path / "api", 10 * SIZE)
    with Api({"/t": pages}) as api:
        project = Project(tmp_path / "api", api.url, [dict(TABLE)])
        project.ok()
    assert pages.was_written_meanwhile
    whole = landed_whole(tmp_path / "whole", rows, {})
    assert parts_of(project.folder) == parts_of(whole) != {}


def test_what_does_not_fit_is_quarantined_once(tmp_path):
    rows = [odd(amount="many")(i) if i % 100 == 0 else usual(i) for i in range(ROWS)]
    declared = {"types": {"amount": "DECIMAL(9,2)", "none": "DATE"}}
    pages = Paged(rows, tmp_path / "api", 10 * SIZE)
    with Api({"/t": pages}) as api:
        project = Project(tmp_path / "api", api.url, [TABLE | declared])
        project.ok()
    assert pages.was_written_meanwhile
    whole = landed_whole(tmp_path / "whole", rows, declared)
    assert parts_of(project.folder) == parts_of(whole)
    found = rejected(project.folder)
    assert found == rejected(whole) and len(found) == len(range(ODD, ROWS, 100))


def test_a_fetch_that_fails_leaves_no_slice(tmp_path):
    rows = [usual(i) for i in range(ROWS)]
    pages = Paged(rows, tmp_path, 10 * SIZE)

    def route(asked):
        return b"not JSON" if int(asked.query["offset"]) >= 20 * SIZE and not mended else pages(asked)

    mended = []
    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [dict(TABLE)])
        status, said = project.run()
        assert status != 0 and pages.was_written_meanwhile and project.parts() == [], said
        assert not list((tmp_path / "warehouse/_ingot/staging").rglob("*.parquet"))
        mended.append(True)
        before = len(api.asked)
        project.ok()
        assert int(api.asked[before].query["offset"]) == 20 * SIZE
    assert parts_of(tmp_path) == parts_of(landed_whole(tmp_path / "whole", rows, {}))


def test_killed_while_rows_come_and_are_written(tmp_path):
    """Killed at random moments, most of them while pages are fetched and rows written at the same time."""
    rows = [usual(i) for i in range(4 * ROWS)]
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    kills = while_both = 0
    with Api({"/t": Paged(rows, tmp_path)}) as api:
        began = time.monotonic()
        Project(tmp_path / "undisturbed", api.url, [dict(TABLE)]).ok()
        seconds = time.monotonic() - began
        whole = parts_of(tmp_path / "undisturbed")
        for attempt in range(6):
            folder = tmp_path / str(attempt)
            project = Project(folder, api.url, [dict(TABLE)])
            asked_before = len(api.asked)
            for _ in range(4):
                process = project.start("run", "--date", "2026-01-01")
                time.sleep(chance.uniform(0.1, 1) * seconds / 2)
                while_both += any(folder.glob("warehouse/_ingot/staging/*/*/scratch/rows.parquet")) and project.parts() == []
                process.kill()
                process.communicate()
                kills += 1
            project.ok()
            assert parts_of(folder) == whole
            assert not list((folder / "warehouse/_ingot/fetching").rglob("_rows.jsonl"))
            # A kill costs the pages that were on their way, or a run that had published already.
            asked = len(api.asked) - asked_before
            assert asked <= 2 * len(rows) // SIZE + 4 * 8, asked
    print(f"{kills} kills, {while_both} of them while rows were fetched and written")
    assert while_both > 0
