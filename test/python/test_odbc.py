"""ODBC as a source, through psqlODBC to a real PostgreSQL. What SQL Server is told is looked at through a driver that is
not there: no SQL Server runs here."""
import socket
from pathlib import Path

import pytest
import servers
from databases import INGOT, Kinds, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")


@pytest.fixture(scope="module")
def server():
    with servers.postgres() as started:
        yield started


@pytest.fixture
def project(server, tmp_path: Path) -> Project:
    return Project(tmp_path / "project", "{type: odbc, connection_string: secret://env/DB_ODBC}", {"DB_ODBC": server.odbc})


# What psqlODBC tells of them; docs/kinds/source/odbc.md says what it loses.
KINDS = Kinds({
    "small": ("smallint", "-32768", "SMALLINT", "-32768"),
    "large": ("bigint", "-9223372036854775808", "BIGINT", "-9223372036854775808"),
    "price": ("numeric(10,2)", "-12345678.90", "DECIMAL(10,2)", "-12345678.90"),
    "wide": ("numeric(38,10)", "1234567890123456789012345678.0123456789", "DECIMAL(38,10)", "1234567890123456789012345678.0123456789"),
    "near": ("real", "1.1", "FLOAT", "1.1"),
    "half": ("double precision", "-1e300", "DOUBLE", "-1e+300"),
    "words": ("text", "'ü€😀,x'", "VARCHAR", "ü€😀,x"),
    "nothing": ("varchar(10)", "''", "VARCHAR", ""),
    "bytes": ("bytea", r"'\x00ff10'", "BLOB", r"\x00\xFF\x10"),
    "day": ("date", "'1901-02-03'", "DATE", "1901-02-03"),
    "moment": ("timestamp", "'1901-02-03 04:05:06.123456'", "TIMESTAMP", "1901-02-03 04:05:06.123456"),
    "who": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "UUID", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    "as_written": ("json", """'{"b": 1, "a":  1.10}'""", "VARCHAR", '{"b": 1, "a":  1.10}'),
    "numbers": ("int[]", "'{1,NULL,3}'", "VARCHAR", "{1,NULL,3}"),
})


def test_every_type_arrives_exactly(server, project: Project) -> None:
    KINDS.arrive_exactly(project, server.sql)


@pytest.mark.parametrize("value", ["12345678901234567890123456789012345678901234567890", "0.123456789", "'NaN'"])
def test_numbers_that_the_driver_would_spoil(server, project: Project, value: str) -> None:
    server.sql(f"DROP TABLE IF EXISTS odd; CREATE TABLE odd(n numeric); INSERT INTO odd VALUES ({value})")
    project.tables("  - {name: odd}\n")
    project.run(status=2)
    project.tables("  - {name: odd, types: {n: VARCHAR}}\n")
    project.run()
    assert project.column("SELECT n FROM bronze.db_odd") == [value.strip("'")]


def test_cursor(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS moves; CREATE TABLE moves(id int, ts timestamp); "
               "INSERT INTO moves VALUES (9, '2025-04-01'), (10, '2025-04-02 00:00:00.5'), (11, NULL)")
    tables = ("  - {name: by_ts, load: cdc, cursor: {column: ts}, query: \"SELECT id, ts FROM moves WHERE id > 0 ORDER BY id;\"}\n"
              "  - {name: by_id, table: moves, load: cdc, cursor: {column: id}}\n")
    project.tables(tables)
    project.run()
    server.sql("INSERT INTO moves VALUES (12, '2025-04-02 00:00:00.5'), (13, '2025-04-03'), (-1, '2025-04-04')")
    project.run("2026-01-02")
    assert project.column("SELECT id FROM bronze.db_by_ts ORDER BY id") == [9, 10, 11, 12, 13]
    assert project.column("SELECT id FROM bronze.db_by_id ORDER BY id") == [9, 10, 11, 12, 13]


def test_ranges(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS wide; CREATE TABLE wide AS SELECT i AS id, (i / 7.0)::numeric(12,3) AS price, date '1960-01-01' + i AS day, "
               "timestamp '1969-12-01' + i * interval '1 hour' AS at FROM generate_series(-2000, 8000) i; INSERT INTO wide VALUES (NULL, NULL, NULL, NULL)")
    names = ("id", "price", "day", "at")
    project.tables("  - {name: one, table: wide}\n" +
                   "".join(f"  - {{name: by_{name}, table: wide, partition_column: {name}, partitions: 5, consistent: false}}\n" for name in names))
    project.run()
    rows = "SELECT * EXCLUDE (_ingot_slice, _ingot_file, _ingot_row) FROM bronze.db_"
    for name in names:
        assert project.rows(f"{rows}by_{name} EXCEPT ALL {rows}one") == project.rows(f"{rows}one EXCEPT ALL {rows}by_{name}") == []


def test_timeout(server, project: Project) -> None:
    project.connection = project.connection[:-1] + ", timeout: 700ms}"
    project.tables("  - {name: slow, query: SELECT CAST(pg_sleep(20) AS varchar) AS x}\n")
    assert "timeout" in project.run(status=2)
    project.tables("  - {name: quick, query: SELECT 1 AS x}\n")
    project.run()
    project.connection = project.connection.replace("700ms", "soon")
    project.tables("  - {name: quick, query: SELECT 1 AS x}\n")
    assert "CFG104" in project.run(status=1)


@pytest.mark.parametrize("kind", ["odbc", "mssql"])
def test_a_login_that_nobody_answers(project: Project, kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        project.environment["DB_ODBC"] = f"Driver={{PostgreSQL Unicode}};Server=127.0.0.1;Port={port};Database=x;Uid=x;Pwd=x"
        if kind == "mssql":
            project.connection = f"{{type: mssql, host: 127.0.0.1, port: {port}, user: x, database: x, password: x}}"
        project.connection = project.connection[:-1] + ", timeout: 1s}"
        project.tables("  - {name: orders}\n")
        said = project.run(status=2)
    assert "EXT001" in said and "cannot be reached" in said


def test_mistakes_hold_no_secret(server, project: Project) -> None:
    project.tables("  - {name: nope}\n")
    said = project.run(status=2)
    assert 'relation "nope" does not exist' in said
    project.environment["DB_ODBC"] = server.odbc.replace("canary", "wrong-canary")
    refused = project.run(status=2)
    assert "AUTH001" in refused
    project.environment["DB_ODBC"] = server.odbc.replace("PostgreSQL Unicode", "No Such Driver")
    said += refused + project.run(status=2)
    assert "EXT001" in said and "No Such Driver" in said
    del project.environment["DB_ODBC"]
    assert "DB_ODBC" in project.run(status=1)
    assert servers.PASSWORD not in said and servers.PASSWORD.encode() not in project.everything_written()


def test_sql_server_that_is_not_there(project: Project) -> None:
    port = servers.free_port()
    project.environment["DB_PASSWORD"] = servers.PASSWORD
    project.connection = f"{{type: mssql, host: 127.0.0.1, port: {port}, user: sa, database: erp, password: secret://env/DB_PASSWORD}}"
    project.tables("  - {name: orders}\n")
    said = project.run(status=2)
    assert "EXT001" in said and servers.PASSWORD not in said
