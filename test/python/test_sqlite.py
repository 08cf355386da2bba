"""SQLite as a source: columns hold what they like there, and every value arrives exactly."""
import sqlite3
from pathlib import Path

import pytest
from databases import INGOT, Kinds, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", "{type: sqlite, path: data.sqlite}")


def fill(project: Project, script: str) -> None:
    with sqlite3.connect(project.folder / "data.sqlite") as db:
        db.executescript(script)


KINDS = Kinds({
    "whole": ("integer", "-9223372036854775808", "BIGINT", "-9223372036854775808"),
    "price": ("decimal(10,2)", "'0.10000000000000000000001x'", "VARCHAR", "0.10000000000000000000001x"),
    "near": ("real", "0.1", "DOUBLE", "0.1"),
    "words": ("text", "'ü€😀'", "VARCHAR", "ü€😀"),
    "nothing": ("text", "''", "VARCHAR", ""),
    "bytes": ("blob", "x'00ff10'", "BLOB", r"\x00\xFF\x10"),
    "day": ("date", "'1901-02-03'", "VARCHAR", "1901-02-03"),
    "instant": ("timestamp", "'1901-02-03 04:05:06.123456+05:30'", "VARCHAR", "1901-02-03 04:05:06.123456+05:30"),
    "as_written": ("json", """'{"b": 1, "a":  1.10}'""", "VARCHAR", '{"b": 1, "a":  1.10}'),
    "who": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "VARCHAR", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
})


def test_every_type_arrives_exactly(project: Project) -> None:
    KINDS.arrive_exactly(project, lambda script: fill(project, script))


def landed(project: Project, column: str, table: str = "t") -> tuple[str, list]:
    rows = project.rows(f'SELECT typeof("{column}") AS t, CAST("{column}" AS VARCHAR) AS v FROM bronze.db_{table} ORDER BY _ingot_row')
    return rows[0]["t"], [row["v"] for row in rows]


@pytest.mark.parametrize("declared, values, kind, texts", [
    ("integer", ["9223372036854775807", "-9223372036854775808", "NULL"], "BIGINT", ["9223372036854775807", "-9223372036854775808", None]),
    ("real", ["0.1", "1e300", "-9e999"], "DOUBLE", ["0.1", "1e+300", "-inf"]),
    ("numeric", ["1.5", "2"], "DOUBLE", ["1.5", "2.0"]),
    ("any_", ["9007199254740993", "0.1"], "VARCHAR", ["9007199254740993", "0.10000000000000001"]),
    ("integer", ["1", "'x'"], "VARCHAR", ["1", "x"]),
    ("date", ["'2024-01-02'", "'yesterday'"], "VARCHAR", ["2024-01-02", "yesterday"]),
    ("boolean", ["1", "0"], "BIGINT", ["1", "0"]),
    ("text", ["'ü€😀'", "''", "NULL"], "VARCHAR", ["ü€😀", "", None]),
    ("blob", ["x'00ff10'", "x''", "NULL"], "BLOB", [r"\x00\xFF\x10", "", None]),
    ("blob", ["x'61'", "'a'", "1.5", "NULL"], "VARCHAR", ["X'61'", "'a'", "1.5", None]),
    ("integer", ["NULL"], "VARCHAR", [None]),
])
def test_values(project: Project, declared: str, values: list[str], kind: str, texts: list) -> None:
    fill(project, f"CREATE TABLE t(v {declared}); " + "".join(f"INSERT INTO t VALUES ({v});" for v in values))
    project.tables("  - {name: t}\n")
    project.run()
    assert landed(project, "v") == (kind, texts)


def test_text_that_is_none(project: Project) -> None:
    fill(project, "CREATE TABLE t(v text); INSERT INTO t VALUES (CAST(x'ff41' AS TEXT)), (NULL), ('')")
    project.tables("  - {name: t}\n")
    assert "types: {column: BLOB}" in project.run(status=2)
    project.tables("  - {name: t, types: {v: BLOB}}\n")
    project.run()
    assert landed(project, "v") == ("BLOB", [r"\xFFA", None, ""])


def test_views_queries_and_cursors(project: Project) -> None:
    fill(project, "CREATE TABLE t(id integer primary key, at text); INSERT INTO t VALUES (9, 'b'), (10, 'a'); "
                  "CREATE VIEW v AS SELECT id * 2 AS twice FROM t")
    tables = ("  - {name: v}\n  - {name: by_id, table: t, load: cdc, cursor: {column: id}}\n"
              "  - {name: by_text, load: cdc, cursor: {column: at}, query: SELECT * FROM t ORDER BY at; -- all }\n")
    tables = tables.replace(" -- all }", "}")
    project.tables(tables)
    project.run()
    fill(project, "INSERT INTO t VALUES (11, 'b'), (2, 'c')")
    project.run("2026-01-02")
    assert project.column("SELECT twice FROM bronze.db_v WHERE _ingot_slice = '2026-01-01' ORDER BY 1") == [18, 20]
    assert project.column("SELECT id FROM bronze.db_by_id ORDER BY 1") == [9, 10, 11]
    assert project.column("SELECT id FROM bronze.db_by_text ORDER BY 1") == [2, 9, 10, 11]


def test_two_tables_at_once(project: Project) -> None:
    fill(project, "".join(f"CREATE TABLE t{i}(id integer); INSERT INTO t{i} VALUES ({i});" for i in range(8)))
    project.tables("".join(f"  - {{name: t{i}}}\n" for i in range(8)))
    project.run()
    assert [project.column(f"SELECT id FROM bronze.db_t{i}") for i in range(8)] == [[i] for i in range(8)]


def test_mistakes(project: Project) -> None:
    project.tables("  - {name: orders}\n")
    assert "does not exist" in project.run(status=2)
    fill(project, "CREATE TABLE orders(id integer)")
    for table, said in (("{name: ordres}", "did you mean 'orders'?"), ("{name: orders, columns: [idd]}", "did you mean 'id'?"),
                        ("{name: orders, query: SELEC 1}", "syntax error")):
        project.tables(f"  - {table}\n")
        assert said in project.run(status=2)
    (project.folder / "data.sqlite").write_text("no database at all " * 100)
    project.tables("  - {name: orders}\n")
    assert "not a database" in project.run(status=2)
