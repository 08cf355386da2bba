"""Rows of a program are written while it prints: the slice is the one that all it printed would have made at once."""
import json
import sys
from pathlib import Path

import pytest
from api_project import INGOT, Project
from test_api_overlap import ROWS, landed_whole, odd, parts_of, rejected, usual

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")

# Prints a file, and waits in the middle until rows of its beginning are being written; `seen` says whether they were.
PRINTER = """
import glob, sys, time
lines = open("printed.txt", "rb").read().splitlines(keepends=True)
middle = len(lines) * 3 // 5
sys.stdout.buffer.write(b"".join(lines[:middle]))
sys.stdout.flush()
until = time.monotonic() + float(sys.argv[1])
while not glob.glob("warehouse/_ingot/staging/*/*/scratch/rows.parquet") and time.monotonic() < until:
    time.sleep(0.002)
open("seen", "w").write(str(time.monotonic() < until))
sys.stdout.buffer.write(b"".join(lines[middle:]))
sys.exit(int(sys.argv[2]))
"""


def printed_by_a_program(folder: Path, text: str, table: dict, waits: float = 20, status: int = 0) -> Project:
    project = Project(folder, "http://127.0.0.1:1", [])
    (folder / "printed.txt").write_text(text)
    (folder / "printer.py").write_text(PRINTER)
    (folder / "sources/s.yml").write_text(json.dumps({
        "system": "s", "connection": {"type": "process", "command": [sys.executable, "printer.py", str(waits), str(status)]}, "tables": [
            {"name": "t", "load": "full"} | table]}))
    return project


def lines_of(values: list) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


KINDS = {
    "of one kind": usual,
    "text among numbers": odd(amount="many"),
    "a new column": odd(extra="x"),
    "a value among objects": lambda i: usual(i) if i != ROWS - 5 else i,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_slice_is_that_of_all_lines_at_once(tmp_path, kind):
    rows = [KINDS[kind](i) for i in range(ROWS)]
    project = printed_by_a_program(tmp_path / "program", lines_of(rows), {})
    project.ok()
    assert (project.folder / "seen").read_text() == "True"
    assert parts_of(project.folder) == parts_of(landed_whole(tmp_path / "whole", rows, {})) != {}


def test_values_over_several_lines_and_lines_that_are_none(tmp_path):
    """Only the whole says what these are: nothing is taken that was understood too early."""
    rows = [usual(i) for i in range(ROWS)]
    text = lines_of(rows[:10_000]) + "so much for the first\n" + json.dumps(rows[10_000], indent=1) + "\n" + lines_of(rows[10_001:])
    project = printed_by_a_program(tmp_path / "program", text, {})
    project.ok()
    assert [row["id"] for row in project.rows(order="id")] == list(range(ROWS))
    assert [(line, said) for line, said, _ in rejected(project.folder)] == [(10_001, "so much for the first")]


def test_declared_types_of_singer(tmp_path):
    rows = [usual(i) | {"at": f"2026-01-0{1 + i % 9}T10:00:00Z"} for i in range(ROWS)]
    schema = {"type": "SCHEMA", "stream": "t", "key_properties": ["id"], "schema": {"properties": {
        "id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}, "name": {"type": ["null", "string"]}}}}
    messages = [schema] + [{"type": "RECORD", "stream": "t", "record": row} for row in rows] + [{"type": "STATE", "value": {"at": 1}}]
    project = printed_by_a_program(tmp_path / "program", lines_of(messages), {})
    project.ok()
    assert (project.folder / "seen").read_text() == "True"
    declared = {"types": {"id": "BIGINT", "at": "TIMESTAMP WITH TIME ZONE", "name": "VARCHAR"}}
    assert parts_of(project.folder) == parts_of(landed_whole(tmp_path / "whole", rows, declared)) != {}


def test_a_schema_of_singer_that_comes_late(tmp_path):
    """What was written without it is written again."""
    rows = [usual(i) | {"code": str(i)} for i in range(ROWS)]
    schema = {"type": "SCHEMA", "stream": "t", "key_properties": ["id"], "schema": {"properties": {"id": {"type": "integer"}}}}
    later = schema | {"schema": {"properties": {"id": {"type": "integer"}, "code": {"type": "string"}}}}
    records = [{"type": "RECORD", "stream": "t", "record": row} for row in rows]
    project = printed_by_a_program(tmp_path / "program", lines_of([schema, *records[:-10], later, *records[-10:]]), {})
    project.ok()
    assert (project.folder / "seen").read_text() == "True"
    declared = {"types": {"id": "BIGINT", "code": "VARCHAR"}}
    assert parts_of(project.folder) == parts_of(landed_whole(tmp_path / "whole", rows, declared)) != {}


def test_a_program_that_fails_at_the_end_leaves_nothing(tmp_path):
    project = printed_by_a_program(tmp_path / "program", lines_of([usual(i) for i in range(ROWS)]), {}, status=3)
    status, said = project.run()
    assert status == 2 and "EXT130" in said and (project.folder / "seen").read_text() == "True", said
    assert project.parts() == [] and not list(tmp_path.rglob("rows.parquet"))
