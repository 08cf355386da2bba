"""DuckDB files as sources: what Parquet has no type for lands as one that holds every value, or as text."""
from pathlib import Path

import duckdb
import pytest
from databases import INGOT, Kinds, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")

KINDS = Kinds({
    "whole": ("ubigint", "18446744073709551615", "UBIGINT", "18446744073709551615"),
    "huge": ("hugeint", "99999999999999999999999999999999999999", "DECIMAL(38,0)", "99999999999999999999999999999999999999"),
    "huge_ones": ("uhugeint[]", "[9007199254740993, NULL]", "DECIMAL(38,0)[]", "[9007199254740993, NULL]"),
    "any_size": ("bignum", "'123456789012345678901234567890123456789012345678901234567890'", "VARCHAR",
                 "123456789012345678901234567890123456789012345678901234567890"),
    "wide": ("decimal(38,10)", "1234567890123456789012345678.0123456789", "DECIMAL(38,10)", "1234567890123456789012345678.0123456789"),
    "near": ("float", "1.1", "FLOAT", "1.1"),
    "half": ("double", "'-infinity'", "DOUBLE", "-inf"),
    "words": ("varchar", "'ü€😀'", "VARCHAR", "ü€😀"),
    "nothing": ("varchar", "''", "VARCHAR", ""),
    "bytes": ("blob", r"'\x00\xFF\x10'::blob", "BLOB", r"\x00\xFF\x10"),
    "bits": ("bit", "'1011'", "VARCHAR", "1011"),
    "day": ("date", "'1901-02-03'", "DATE", "1901-02-03"),
    "no_day": ("date", "'-infinity'", "DATE", "-infinity"),
    "clock": ("time", "'23:59:59.123456'", "TIME", "23:59:59.123456"),
    "clock_there": ("timetz", "'12:00:00+02'", "VARCHAR", "12:00:00+02"),
    "moment": ("timestamp", "'1901-02-03 04:05:06.123456'", "TIMESTAMP", "1901-02-03 04:05:06.123456"),
    "finer": ("timestamp_ns", "'1901-02-03 04:05:06.123456789'", "TIMESTAMP_NS", "1901-02-03 04:05:06.123456789"),
    "instant": ("timestamptz", "'1901-02-03 04:05:06.123456+05:30'", "TIMESTAMP WITH TIME ZONE", "1901-02-02 22:35:06.123456+00"),
    "span": ("interval", "'-1 months 2 days -03:00:00.000001'", "VARCHAR", "-1 month 2 days -03:00:00.000001"),
    "who": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "UUID", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    "as_written": ("json", """'{"b": 1, "a":  1.10, "b":2}'""", "JSON", '{"b": 1, "a":  1.10, "b":2}'),
    "mood": ("enum('sad', 'happy')", "'happy'", "VARCHAR", "happy"),
    "three": ("integer[3]", "[1, NULL, 3]", "INTEGER[]", "[1, NULL, 3]"),
    "prices": ("decimal(10,2)[]", "[1.10, 2.20]", "DECIMAL(10,2)[]", "[1.10, 2.20]"),
    "pair": ("struct(h hugeint, interval interval)", "{'h': 9007199254740993, 'interval': '1 day 00:00:00.000001'::interval}",
             'STRUCT(h DECIMAL(38,0), "interval" VARCHAR)', "{'h': 9007199254740993, 'interval': '1 day 00:00:00.000001'}"),
    "by_name": ("map(varchar, integer)", "map {'k': 1}", "MAP(VARCHAR, INTEGER)", "{k=1}"),
    "either": ("union(number integer, word varchar)", "'hi'::union(number integer, word varchar)", "VARCHAR", "hi"),
})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", "{type: duckdb, path: data.duckdb}")


def fill(project: Project, script: str) -> None:
    with duckdb.connect(project.folder / "data.duckdb") as db:
        db.execute(script)


def test_every_type_arrives_exactly(project: Project) -> None:
    KINDS.arrive_exactly(project, lambda script: fill(project, script))


def test_a_number_that_no_decimal_holds_stops_and_lands_as_text(project: Project) -> None:
    fill(project, "CREATE TABLE odd AS SELECT 170141183460469231731687303715884105727 AS n")
    project.tables("  - {name: odd}\n")
    assert "types: {column: VARCHAR}" in project.run(status=2)
    project.tables("  - {name: odd, types: {n: VARCHAR}}\n")
    project.run()
    assert project.column("SELECT n FROM bronze.db_odd") == ["170141183460469231731687303715884105727"]


def test_declared_types_that_parquet_lacks(project: Project) -> None:
    (project.folder / "a.csv").write_text("n,span\n9007199254740993,1 day 00:00:00.000001\n")
    project.connection = "{type: file, path: .}"
    project.tables("  - {name: a, path: a.csv, types: {n: HUGEINT, span: INTERVAL}}\n")
    project.run()
    assert project.rows("SELECT CAST(n AS VARCHAR) AS n, span FROM bronze.db_a") == [{"n": "9007199254740993", "span": "1 day 00:00:00.000001"}]
