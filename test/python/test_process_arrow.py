"""Programs that print Arrow IPC: every value that pyarrow writes arrives exactly, whatever its batches and compression."""
import datetime
import decimal
import json
import sys
import textwrap
from pathlib import Path

import pyarrow
import pytest
from databases import INGOT, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")

UTC = datetime.timezone.utc
# column: (type, value, type in bronze, text of the value in bronze)
TYPES = {
    "small": (pyarrow.int8(), -128, "TINYINT", "-128"),
    "large": (pyarrow.int64(), -(2 ** 63), "BIGINT", "-9223372036854775808"),
    "whole": (pyarrow.uint64(), 2 ** 64 - 1, "UBIGINT", "18446744073709551615"),
    "near": (pyarrow.float32(), 0.1, "FLOAT", "0.1"),
    "half": (pyarrow.float64(), float("-inf"), "DOUBLE", "-inf"),
    "price": (pyarrow.decimal128(10, 2), decimal.Decimal("12345678.90"), "DECIMAL(10,2)", "12345678.90"),
    "wide": (pyarrow.decimal128(38, 10), decimal.Decimal("-1234567890123456789012345678.0123456789"), "DECIMAL(38,10)",
             "-1234567890123456789012345678.0123456789"),
    "flag": (pyarrow.bool_(), False, "BOOLEAN", "false"),
    "words": (pyarrow.string(), "ü€😀", "VARCHAR", "ü€😀"),
    "long_words": (pyarrow.large_string(), "", "VARCHAR", ""),
    "bytes": (pyarrow.binary(), b"\x00\xff\x10", "BLOB", r"\x00\xFF\x10"),
    "fixed": (pyarrow.binary(2), b"ab", "BLOB", "ab"),
    "day": (pyarrow.date32(), datetime.date(1901, 2, 3), "DATE", "1901-02-03"),
    "day_in_ms": (pyarrow.date64(), datetime.date(1901, 2, 3), "DATE", "1901-02-03"),
    "clock": (pyarrow.time64("us"), datetime.time(23, 59, 59, 123456), "TIME", "23:59:59.123456"),
    "moment": (pyarrow.timestamp("us"), datetime.datetime(1901, 2, 3, 4, 5, 6, 123456), "TIMESTAMP", "1901-02-03 04:05:06.123456"),
    "in_seconds": (pyarrow.timestamp("s"), datetime.datetime(1901, 2, 3, 4, 5, 6), "TIMESTAMP", "1901-02-03 04:05:06"),
    "in_nanoseconds": (pyarrow.timestamp("ns"), -1, "TIMESTAMP_NS", "1969-12-31 23:59:59.999999999"),
    "instant": (pyarrow.timestamp("us", "Europe/Berlin"), datetime.datetime(1901, 2, 3, 4, 5, 6, 123456, UTC), "TIMESTAMP WITH TIME ZONE",
                "1901-02-03 04:05:06.123456+00"),
    "span": (pyarrow.month_day_nano_interval(), pyarrow.MonthDayNano([-1, 2, -3_000_000_000]), "VARCHAR", "-1 month 2 days -00:00:03"),
    "lasts": (pyarrow.duration("us"), datetime.timedelta(microseconds=-1), "VARCHAR", "-00:00:00.000001"),
    "fine_clock": (pyarrow.time64("ns"), 123456789, "VARCHAR", "00:00:00.123456789"),
    "numbers": (pyarrow.list_(pyarrow.int32()), [1, None, 3], "INTEGER[]", "[1, NULL, 3]"),
    "pair": (pyarrow.struct([("a", pyarrow.int16()), ("b", pyarrow.list_(pyarrow.string()))]), {"a": 1, "b": ["x", None]},
             "STRUCT(a SMALLINT, b VARCHAR[])", "{'a': 1, 'b': [x, NULL]}"),
    "map": (pyarrow.map_(pyarrow.string(), pyarrow.int64()), [("k", 5)], "MAP(VARCHAR, BIGINT)", "{k=5}"),
    "choice": (pyarrow.dictionary(pyarrow.int8(), pyarrow.string()), "b", "VARCHAR", "b"),
}
PRINT = """
import sys, pyarrow
exec(open("table.py").read())
options = pyarrow.ipc.IpcWriteOptions(compression=sys.argv[1] if sys.argv[1] != "none" else None)
with pyarrow.ipc.new_stream(sys.stdout.buffer, table.schema, options=options) as out:
    for batch in table.to_batches(max_chunksize=int(sys.argv[2])):
        out.write_batch(batch)
"""


def project_of(tmp_path: Path, table: str, compression: str = "none", rows: int = 1000, protocol: str = "detect") -> Project:
    command = json.dumps([sys.executable, "print.py", compression, str(rows)])
    project = Project(tmp_path / "project", f"{{type: process, command: {command}, protocol: {protocol}}}")
    (project.folder / "print.py").write_text(PRINT)
    (project.folder / "table.py").write_text(textwrap.dedent(table))
    project.tables("  - {name: rows}\n")
    return project


@pytest.mark.parametrize("compression", ["none", "lz4", "zstd"])
def test_every_type_arrives_exactly(tmp_path: Path, compression: str) -> None:
    # A dictionary among compressed batches is a mistake, see below.
    types = {name: of for name, of in TYPES.items() if compression == "none" or name != "choice"}
    columns = {name: pyarrow.array([value, None], type=kind) for name, (kind, value, _, _) in types.items()}
    project = project_of(tmp_path, "table = pyarrow.ipc.open_file('table.arrow').read_all()", compression)
    table = pyarrow.table(columns)
    with pyarrow.ipc.new_file(project.folder / "table.arrow", table.schema) as out:
        out.write_table(table)
    project.run()
    for name, (_, _, kind, text) in types.items():
        found = project.rows(f'SELECT typeof("{name}") AS t, CAST("{name}" AS VARCHAR) AS v FROM bronze.db_rows ORDER BY _ingot_row')
        assert [found[0]["t"], found[0]["v"], found[1]["v"]] == [kind, text, None], name


def test_batches_keep_their_order(tmp_path: Path) -> None:
    project = project_of(tmp_path, "table = pyarrow.table({'id': range(300_000), 'word': [f'row {i}' for i in range(300_000)]})", "lz4", 777)
    assert "in 300,000 = out 300,000" in project.run()
    assert project.column("SELECT count(*) FROM bronze.db_rows WHERE id = _ingot_row - 1 AND word = 'row ' || id") == [300_000]


def test_dictionaries_that_change(tmp_path: Path) -> None:
    words = [f"word {i // 10 % 7} of {i // 1000}" for i in range(5000)]
    project = project_of(tmp_path, f"""
        words = {words}
        chunks = [pyarrow.array(words[i:i + 1000]).dictionary_encode() for i in range(0, 5000, 1000)]
        table = pyarrow.table({{'w': pyarrow.chunked_array(chunks), 'i': range(5000)}})
        """)
    project.run()
    assert project.column("SELECT w FROM bronze.db_rows ORDER BY i") == words


def test_compressed_dictionaries_are_refused(tmp_path: Path) -> None:
    project = project_of(tmp_path, "table = pyarrow.table({'w': pyarrow.array(['a', 'b'] * 500).dictionary_encode()})", "zstd")
    assert "EXT001" in project.run(status=2)


def test_declared_types_and_columns(tmp_path: Path) -> None:
    project = project_of(tmp_path, "table = pyarrow.table({'id': ['1', 'x', '3'], 'word': ['a', 'b', 'c'], 'more': [1, 2, 3]})", protocol="arrow")
    project.tables("  - {name: rows, columns: [id, word], types: {id: INTEGER}}\n")
    assert "quarantined 1" in project.run()
    assert project.rows("SELECT id, word FROM bronze.db_rows ORDER BY id") == [{"id": 1, "word": "a"}, {"id": 3, "word": "c"}]


def test_no_rows(tmp_path: Path) -> None:
    project = project_of(tmp_path, "table = pyarrow.schema([('id', pyarrow.int64())]).empty_table()")
    project.run()
    assert project.column("SELECT typeof(min(id)) FROM bronze.db_rows") == ["BIGINT"]


@pytest.mark.parametrize("table, said", [
    ("table = pyarrow.table({'n': pyarrow.array([1], pyarrow.decimal256(50, 2))})", "EXT132"),
    ("table = pyarrow.table({'n': pyarrow.array([[1]], pyarrow.list_(pyarrow.duration('us')))})", "print them as text"),
    ("table = pyarrow.table({'n': pyarrow.array(['a'], pyarrow.string_view())})", "EXT132"),
    ("sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xff\\x10\\x00\\x00\\x00nonsense'); sys.stdout.flush(); sys.exit()", "EXT132"),
    ("import os, io; b = io.BytesIO(); t = pyarrow.table({'n': list(range(100000))}); w = pyarrow.ipc.new_stream(b, t.schema); w.write_table(t); "
     "os.write(1, b.getvalue()[:500000]); sys.exit()", "EXT001"),
    ("table = 1/0", "EXT130"),
])
def test_mistakes(tmp_path: Path, table: str, said: str) -> None:
    project = project_of(tmp_path, table)
    assert said in project.run(status=2)
    assert not list(project.folder.glob("warehouse/bronze/**/part-*"))
