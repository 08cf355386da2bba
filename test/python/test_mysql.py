"""MySQL and MariaDB as sources, on a real MariaDB: every value arrives exactly, each row lands once."""
from pathlib import Path

import pytest
import servers
from databases import INGOT, Kinds, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")

KINDS = Kinds({
    "tiny": ("tinyint(1)", "2", "TINYINT", "2"),
    "whole": ("bigint unsigned", "18446744073709551615", "UBIGINT", "18446744073709551615"),
    "price": ("decimal(10,2)", "12345678.90", "DECIMAL(10,2)", "12345678.90"),
    "wide": ("decimal(65,30)", "12345678901234567890123456789012345.123456789012345678901234567890", "VARCHAR",
             "12345678901234567890123456789012345.123456789012345678901234567890"),
    "near": ("float", "0.123456789", "FLOAT", "0.12345679"),
    "half": ("double", "0.1", "DOUBLE", "0.1"),
    "words": ("varchar(20)", "'ü€😀'", "VARCHAR", "ü€😀"),
    "old_words": ("varchar(10) character set latin1", "'é'", "VARCHAR", "é"),
    "nothing": ("varchar(10)", "''", "VARCHAR", ""),
    "bytes": ("varbinary(10)", "x'00ff10'", "BLOB", r"\x00\xFF\x10"),
    "padded": ("binary(4)", "'ab'", "BLOB", r"ab\x00\x00"),
    "bits": ("bit(10)", "b'1010101010'", "BLOB", r"\x02\xAA"),
    "day": ("date", "'1901-02-03'", "DATE", "1901-02-03"),
    "moment": ("datetime(6)", "'1901-02-03 04:05:06.123456'", "TIMESTAMP", "1901-02-03 04:05:06.123456"),
    "instant": ("timestamp(3) null", "'2024-03-31 02:30:00.125'", "TIMESTAMP", "2024-03-30 21:00:00.125"),
    "span": ("time(6)", "'-838:59:58.000001'", "VARCHAR", "-838:59:58.000001"),
    "since": ("year", "1901", "INTEGER", "1901"),
    "choice": ("enum('a','b')", "'b'", "VARCHAR", "b"),
    "choices": ("set('x','y')", "'x,y'", "VARCHAR", "x,y"),
    "as_written": ("json", """'{"b": 1, "a": 1.10}'""", "VARCHAR", '{"b": 1, "a": 1.10}'),
    "who": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "VARCHAR", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
})


@pytest.fixture(scope="module")
def server():
    with servers.mariadb() as started:
        yield started


@pytest.fixture
def project(server, tmp_path: Path) -> Project:
    connection = f"{{type: mysql, host: 127.0.0.1, port: {server.port}, user: loader, database: shop, password: secret://env/DB_PASSWORD}}"
    return Project(tmp_path / "project", connection, {"DB_PASSWORD": servers.PASSWORD})


def test_every_type_arrives_exactly(server, project: Project) -> None:
    KINDS.arrive_exactly(project, server.sql, quote="`")


def test_dates_that_are_none(server, project: Project) -> None:
    server.sql("SET sql_mode = ''; DROP TABLE IF EXISTS zeros; CREATE TABLE zeros(id int, d date, t datetime); "
               "INSERT INTO zeros VALUES (1, '0000-00-00', '0000-00-00'), (2, '2024-00-00', '2024-01-01')")
    project.tables("  - {name: zeros}\n")
    assert 'zero_dates: as_null makes it NULL, types: {d: VARCHAR}' in project.run(status=2)
    project.tables("  - {name: zeros, types: {d: VARCHAR, t: VARCHAR}}\n")
    project.run()
    assert project.column("SELECT d FROM bronze.db_zeros ORDER BY id") == ["0000-00-00", "2024-00-00"]
    project.tables("  - {name: nulls, table: zeros, zero_dates: as_null}\n")
    project.run()
    assert project.column("SELECT d FROM bronze.db_nulls ORDER BY id") == [None, None]
    assert project.column("SELECT CAST(t AS VARCHAR) FROM bronze.db_nulls ORDER BY id") == [None, "2024-01-01 00:00:00"]


@pytest.mark.parametrize("query", [
    "SELECT id, at FROM moves;",
    "SELECT id, at FROM moves # the last line is a comment",
    r"SELECT id, at FROM moves WHERE 'it\';--' <> '' ORDER BY at DESC; -- done",
    "WITH m AS (SELECT * FROM moves) SELECT id, at FROM m UNION ALL SELECT 0, NULL FROM moves WHERE false",
])
def test_cursor_around_any_query(server, project: Project, query: str) -> None:
    server.sql("DROP TABLE IF EXISTS moves; CREATE TABLE moves(id int, at datetime(6)); "
               "INSERT INTO moves VALUES (9, '2025-04-01'), (10, '2025-04-02'), (11, NULL)")
    project.tables(f"  - name: moves\n    load: cdc\n    cursor: {{column: at}}\n    query: |\n      {query}\n")
    project.run()
    server.sql("INSERT INTO moves VALUES (12, '2025-04-02'), (13, '2025-04-03'), (14, '2025-03-01')")
    project.run("2026-01-02")
    assert project.column("SELECT id FROM bronze.db_moves ORDER BY id") == [9, 10, 11, 12, 13]


def test_cursors_are_typed(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS grows; CREATE TABLE grows(n bigint, t varchar(9)); INSERT INTO grows VALUES (9, 'a'), (10, 'B')")
    for column in ("n", "t"):
        project.tables(f"  - {{name: by_{column}, table: grows, load: cdc, cursor: {{column: {column}}}}}\n")
        project.run()
    server.sql("INSERT INTO grows VALUES (11, 'C'), (2, 'aa')")
    for column, expected in (("n", [9, 10, 11]), ("t", [2, 9, 10])):
        project.tables(f"  - {{name: by_{column}, table: grows, load: cdc, cursor: {{column: {column}}}}}\n")
        project.run("2026-01-02")
        assert project.column(f"SELECT n FROM bronze.db_by_{column} ORDER BY n") == expected


def test_mistakes(server, project: Project) -> None:
    server.sql("CREATE TABLE IF NOT EXISTS orders(id int)")
    for table, said in (("{name: ordres}", "did you mean 'orders'?"), ("{name: orders, columns: [idd]}", "did you mean 'id'?"),
                        ("{name: orders, query: SELEC 1}", "error in your SQL syntax")):
        project.tables(f"  - {table}\n")
        assert said in project.run(status=2)


def test_secrets_are_never_shown(server, project: Project) -> None:
    server.sql("CREATE TABLE IF NOT EXISTS orders(id int)")
    project.tables("  - {name: orders}\n")
    said = project.run()
    project.environment["DB_PASSWORD"] = "wrong-" + servers.PASSWORD
    said += project.run("2026-01-02", status=2)
    assert "AUTH001" in said
    del project.environment["DB_PASSWORD"]
    assert "DB_PASSWORD" in project.run("2026-01-02", status=1)
    project.connection = f"{{type: mysql, url: secret://env/DB_URL}}"
    project.tables("  - {name: orders}\n")
    quoted = servers.PASSWORD.replace(" ", "%20").replace("'", "%27")
    for port, status in ((server.port, 0), (1, 2)):
        project.environment["DB_URL"] = f"mysql://loader:{quoted}@127.0.0.1:{port}/shop"
        said += project.run("2026-01-03", status=status)
    assert "EXT001" in said
    for secret in (servers.PASSWORD, quoted):
        assert secret not in said
        assert secret.encode() not in project.everything_written()


def test_ranges(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS wide; CREATE TABLE wide(id bigint, day date, at datetime, words text); INSERT INTO wide SELECT CAST(seq AS SIGNED) - 500 AS id, date('1960-01-01') + interval seq day AS day, "
               "timestamp('1969-12-01') + interval seq hour AS at, concat('row ', seq) AS words FROM seq_1_to_9000; "
               "INSERT INTO wide VALUES (9223372036854775807, NULL, '9999-12-31 23:59:59', 'far'), (NULL, '1000-01-01', NULL, 'nothing')")
    project.tables("  - {name: one, table: wide}\n" +
                   "".join(f"  - {{name: by_{name}, table: wide, partition_column: {name}, partitions: 5, consistent: false}}\n" for name in ("id", "day", "at")))
    project.run()
    rows = "SELECT * EXCLUDE (_ingot_slice, _ingot_file, _ingot_row) FROM bronze.db_"
    for name in ("id", "day", "at"):
        assert project.rows(f"{rows}by_{name} EXCEPT ALL {rows}one") == project.rows(f"{rows}one EXCEPT ALL {rows}by_{name}") == []
    server.sql("CREATE OR REPLACE TABLE keyed(id bigint, part int, PRIMARY KEY (part, id)); INSERT INTO keyed SELECT seq, seq MOD 7 FROM seq_1_to_900; "
               "CREATE OR REPLACE TABLE named(name varchar(9) PRIMARY KEY); INSERT INTO named VALUES ('a')")
    project.tables("  - {name: keyed, partitions: 5}\n")
    project.run("2026-01-02")
    assert project.rows("SELECT count(DISTINCT id) AS ids, count(*) AS n FROM bronze.db_keyed") == [{"ids": 900, "n": 900}]
    for options, status, said in (("name: wide", 2, "wide has no primary key"), ("name: named", 2, "'name' is VARCHAR"),
                                  ("name: q, query: SELECT 1 AS id, consistent: false", 1, "of a query needs partition_column:")):
        project.tables(f"  - {{{options}, partitions: 5}}\n")
        assert said in project.run("2026-01-02", status=status)


def test_a_table_is_of_one_moment_while_others_write(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS accounts; CREATE TABLE accounts(id int PRIMARY KEY, amount int) ENGINE=InnoDB; "
               "INSERT INTO accounts SELECT seq, 1000 FROM seq_1_to_60000")
    waits = "id % 10000 <> 0 OR sleep(0.05) = 0"
    project.tables(f"  - {{name: accounts, where: \"{waits}\"}}\n")
    with server.repeating("UPDATE accounts SET amount = amount + IF(id % 2 = 0, 1, -1) WHERE id IN (1, 2, 59999, 60000)"):
        project.run()
    assert project.rows("SELECT sum(amount) AS total, count(*) AS n FROM bronze.db_accounts") == [{"total": 60_000_000, "n": 60_000}]


def test_ranges_are_of_one_moment_while_others_write(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS accounts; CREATE TABLE accounts(id int PRIMARY KEY, amount int) ENGINE=InnoDB; "
               "INSERT INTO accounts SELECT seq, 1000 FROM seq_1_to_60000")
    waits = "id % 10000 <> 0 OR sleep(0.05) = 0"
    project.tables(f"  - {{name: accounts, where: \"{waits}\", partition_column: id, partitions: 6}}\n")
    with server.repeating("UPDATE accounts SET amount = amount + IF(id % 2 = 0, 1, -1) WHERE id IN (1, 59999, 2, 60000); "
                          "UPDATE accounts SET amount = amount + IF(id < 30000, 1, -1) WHERE id IN (15000, 45000)"):
        for day in range(1, 6):
            assert "one statement" not in project.run(f"2026-01-0{day}")
    totals = project.rows("SELECT sum(amount) AS total, count(*) AS n FROM bronze.db_accounts GROUP BY _ingot_slice")
    assert totals == [{"total": 60_000_000, "n": 60_000}] * 5
    project.run("2026-01-06", fail_at="after-fetch")
    server.sql("SET lock_wait_timeout = 1; ALTER TABLE accounts ADD COLUMN note text")
    project.run("2026-01-06")


def test_ranges_of_one_moment_with_cursor_and_nothing(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS steps; CREATE TABLE steps(id int) ENGINE=InnoDB; INSERT INTO steps SELECT seq FROM seq_1_to_1000; "
               "DROP TABLE IF EXISTS empty_one; CREATE TABLE empty_one(id int) ENGINE=InnoDB")
    project.tables("  - {name: steps, load: cdc, cursor: {column: id}, partition_column: id, partitions: 3}\n"
                   "  - {name: empty_one, partition_column: id, partitions: 3}\n"
                   "  - {name: no_row, table: steps, where: id < 0, partition_column: id, partitions: 3}\n")
    project.run()
    server.sql("INSERT INTO steps SELECT seq + 1000 FROM seq_1_to_500")
    project.run("2026-01-02")
    assert project.rows("SELECT count(*) AS n, count(DISTINCT id) AS ids, max(id) AS last FROM bronze.db_steps") == [
        {"n": 1500, "ids": 1500, "last": 1500}]
    assert project.column("SELECT (SELECT count(*) FROM bronze.db_empty_one) + (SELECT count(*) FROM bronze.db_no_row)") == [0]


def test_what_has_no_moment_is_one_statement(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS old, guarded; DROP VIEW IF EXISTS seen; CREATE TABLE old(id int) ENGINE=MyISAM; INSERT INTO old SELECT seq FROM seq_1_to_9; "
               "CREATE TABLE guarded(id int) ENGINE=InnoDB; INSERT INTO guarded SELECT seq FROM seq_1_to_9; CREATE VIEW seen AS SELECT * FROM guarded")
    for name, reason in (("old", "MyISAM, which has no snapshots"), ("seen", "only tables can be locked")):
        project.tables(f"  - {{name: {name}, partition_column: id, partitions: 3}}\n")
        said = project.run()
        assert "read by one statement instead of 3 ranges" in said and reason in said
        assert project.column(f"SELECT sum(id) FROM bronze.db_{name}") == [45]
    project.tables("  - {name: guarded, partition_column: id, partitions: 3}\n")
    with server.open_transaction("SELECT * FROM guarded FOR UPDATE", "INSERT INTO guarded VALUES (10)"):
        said = project.run()
        assert "refuses LOCK TABLES" in said and "Lock wait timeout exceeded" in said
    assert project.column("SELECT sum(id) FROM bronze.db_guarded") == [45]
    project.connection = project.connection.replace("user: loader", "user: reader")
    project.tables("  - {name: guarded, partition_column: id, partitions: 3}\n")
    assert "Access denied" in (said := project.run("2026-01-02")) and "refuses LOCK TABLES" in said
    assert project.column("SELECT sum(id) FROM bronze.db_guarded WHERE _ingot_slice = '2026-01-02'") == [45]
    project.tables("  - {name: guarded, query: SELECT * FROM guarded, partition_column: id, partitions: 5}\n")
    said = project.run(status=1)
    assert "CFG103" in said and "consistent: false" in said


def test_timeout(server, project: Project) -> None:
    server.sql("CREATE TABLE IF NOT EXISTS orders(id int)")
    project.connection = project.connection[:-1] + ", timeout: 500ms}"
    project.tables("  - {name: orders}\n")
    project.run()
    project.tables("  - {name: slow, query: \"SELECT count(*) AS n FROM seq_1_to_100000 a, seq_1_to_100000 b WHERE a.seq * b.seq % 7 = 3\"}\n")
    assert "timeout" in project.run(status=2)
