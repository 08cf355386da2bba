"""PostgreSQL as a source: every value arrives exactly, each row lands once, mistakes say what to do and hold no secret."""
from pathlib import Path

import pytest
import servers
from databases import INGOT, Kinds, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")

KINDS = Kinds({
    "small": ("smallint", "-32768", "SMALLINT", "-32768"),
    "large": ("bigint", "9223372036854775807", "BIGINT", "9223372036854775807"),
    "price": ("numeric(10,2)", "12345678.90", "DECIMAL(10,2)", "12345678.90"),
    "wide": ("numeric(38,10)", "1234567890123456789012345678.0123456789", "DECIMAL(38,10)", "1234567890123456789012345678.0123456789"),
    "wider": ("numeric(50,20)", "123456789012345678901234567890.01234567890123456789", "VARCHAR",
              "123456789012345678901234567890.01234567890123456789"),
    "any_number": ("numeric", "'NaN'", "VARCHAR", "NaN"),
    "digits": ("numeric", "0.10000000000000000000000000000000000000001", "VARCHAR", "0.10000000000000000000000000000000000000001"),
    "near": ("real", "1.1", "FLOAT", "1.1"),
    "half": ("double precision", "'-Infinity'", "DOUBLE", "-inf"),
    "cash": ("money", "'12.34'", "DECIMAL(22,3)", "12.340"),
    "words": ("text", "'ü€😀'", "VARCHAR", "ü€😀"),
    "nothing": ("varchar(10)", "''", "VARCHAR", ""),
    "bytes": ("bytea", r"'\x00ff10'", "BLOB", r"\x00\xFF\x10"),
    "flag": ("boolean", "true", "BOOLEAN", "true"),
    "day": ("date", "'1901-02-03'", "DATE", "1901-02-03"),
    "no_day": ("date", "'infinity'", "DATE", "infinity"),
    "before": ("date", "'4714-11-24 BC'", "DATE", "4714-11-24 (BC)"),
    "clock": ("time", "'23:59:59.123456'", "TIME", "23:59:59.123456"),
    "clock_there": ("timetz", "'12:00:00+02'", "VARCHAR", "12:00:00+02"),
    "moment": ("timestamp", "'1901-02-03 04:05:06.123456'", "TIMESTAMP", "1901-02-03 04:05:06.123456"),
    "instant": ("timestamptz", "'1901-02-03 04:05:06.123456+00'", "TIMESTAMP WITH TIME ZONE", "1901-02-03 04:05:06.123456+00"),
    "never": ("timestamptz", "'-infinity'", "TIMESTAMP WITH TIME ZONE", "-infinity"),
    "span": ("interval", "'-1 mons +2 days -03:00:00.000001'", "VARCHAR", "-1 mons +2 days -03:00:00.000001"),
    "who": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "UUID", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    "as_written": ("json", """'{"b": 1, "a":  1.10, "b":2}'""", "VARCHAR", '{"b": 1, "a":  1.10, "b":2}'),
    "binary_json": ("jsonb", """'{"a": 1.10}'""", "VARCHAR", '{"a": 1.10}'),
    "mood": ("mood", "'happy'", "VARCHAR", "happy"),
    "pair": ("pair", "row(1,'x')", "VARCHAR", "(1,x)"),
    "positive": ("positive", "5", "INTEGER", "5"),
    "numbers": ("int[]", "'{1,NULL,3}'", "INTEGER[]", "[1, NULL, 3]"),
    "texts": ("text[]", """'{a,"b c",NULL,""}'""", "VARCHAR[]", "[a, b c, NULL, '']"),
    "prices": ("numeric(10,2)[]", "'{1.10,2.20}'", "DECIMAL(10,2)[]", "[1.10, 2.20]"),
    "any_numbers": ("numeric[]", "'{1.1,12345678901234567890123456789012345678901}'", "VARCHAR[]",
                    "[1.1, 12345678901234567890123456789012345678901]"),
    "spans": ("interval[]", "array[interval '-1 day']", "VARCHAR[]", "[-1 days]"),
    "bits": ("varbit", "'1011'", "VARCHAR", "1011"),
    "address": ("inet", "'10.0.0.1/24'", "VARCHAR", "10.0.0.1/24"),
    "place": ("point", "'(1,2)'", "VARCHAR", "(1,2)"),
    "range": ("int4range", "'[1,5)'", "VARCHAR", "[1,5)"),
    "number_of": ("oid", "4294967295", "BIGINT", "4294967295"),
    "log_place": ("pg_lsn", "'0/16B3748'", "VARCHAR", "0/16B3748"),
})


@pytest.fixture(scope="module")
def server():
    with servers.postgres() as started:
        started.sql("CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE pair AS (a int, b text); "
                    "CREATE DOMAIN positive AS int CHECK (value > 0)")
        yield started


@pytest.fixture
def project(server, tmp_path: Path) -> Project:
    connection = (f"{{type: postgres, host: 127.0.0.1, port: {server.port}, user: postgres, database: postgres, "
                  "password: secret://env/DB_PASSWORD}")
    return Project(tmp_path / "project", connection, {"DB_PASSWORD": servers.PASSWORD})


def test_every_type_arrives_exactly(server, project: Project) -> None:
    KINDS.arrive_exactly(project, server.sql)


@pytest.mark.parametrize("declared, value, said", [
    ("numeric(10,2)", "'NaN'", "holds NaN"),
    ("int[]", "'{{1,2},{3,4}}'", "no simple list"),
    ("int[]", "'[2:3]={1,2}'", "no simple list"),
    ("numeric(4,1)[]", "'{NaN}'", "holds NaN"),
    ("timestamptz", "'294276-12-31 23:59:59+00'", "a year beyond"),
])
def test_what_no_type_holds_stops_and_lands_as_text(server, project: Project, declared: str, value: str, said: str) -> None:
    server.sql(f"DROP TABLE IF EXISTS odd; CREATE TABLE odd(v {declared}); INSERT INTO odd VALUES ({value})")
    project.tables("  - {name: odd}\n")
    assert said in project.run(status=2)
    assert "types: {v: VARCHAR}" in project.run(status=2)
    project.tables("  - {name: odd, types: {v: VARCHAR}}\n")
    project.run()
    exact = server.sql("SET timezone = 'UTC'; SET datestyle = 'ISO'; SELECT v::text FROM odd").splitlines()[-1]
    assert project.column("SELECT v FROM bronze.db_odd") == [exact]


@pytest.mark.parametrize("query", [
    "SELECT id, at FROM moves;",
    "SELECT id, at FROM moves -- the last line is a comment",
    "SELECT id, at FROM moves; -- so is this\n /* and ; this */ ;",
    "SELECT id, at FROM moves WHERE 'x;--' <> $$a;b$$ ORDER BY at DESC",
    "WITH m AS (SELECT * FROM moves) SELECT id, at FROM m UNION ALL SELECT 0, NULL WHERE false",
    "SELECT id, max(at) AS at FROM moves GROUP BY id HAVING count(*) > 0",
])
def test_cursor_around_any_query(server, project: Project, query: str) -> None:
    server.sql("DROP TABLE IF EXISTS moves; CREATE TABLE moves(id int, at timestamptz); "
               "INSERT INTO moves VALUES (9, '2025-04-01'), (10, '2025-04-02'), (11, NULL)")
    indented = "".join(f"      {line}\n" for line in query.split("\n"))
    project.tables(f"  - name: moves\n    load: cdc\n    cursor: {{column: at}}\n    query: |\n{indented}")
    project.run()
    server.sql("INSERT INTO moves VALUES (12, '2025-04-02'), (13, '2025-04-03'), (14, '2025-03-01')")
    said = project.run("2026-01-02")
    assert project.column("SELECT id FROM bronze.db_moves ORDER BY id") == [9, 10, 11, 12, 13], said


def test_cursors_are_typed(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS grows; CREATE TABLE grows(n numeric, t text); INSERT INTO grows VALUES (9, 'a'), (10, 'B')")
    for column in ("n", "t"):
        project.tables(f"  - {{name: by_{column}, table: grows, load: cdc, cursor: {{column: {column}}}}}\n")
        project.run()
    server.sql("INSERT INTO grows VALUES (11, 'C'), (2, 'aa')")
    for column, expected in (("n", ["9", "10", "11"]), ("t", ["9", "10", "2"])):
        project.tables(f"  - {{name: by_{column}, table: grows, load: cdc, cursor: {{column: {column}}}}}\n")
        project.run("2026-01-02")
        assert sorted(project.column(f"SELECT n FROM bronze.db_by_{column}")) == sorted(expected)


@pytest.mark.parametrize("place", ["after-fetch", "before-publish", "after-publish"])
def test_killed_it_loses_and_repeats_nothing(server, project: Project, place: str) -> None:
    server.sql("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT i AS id FROM generate_series(1, 100) i")
    project.tables("  - {name: kept, load: cdc, cursor: {column: id}}\n")
    project.run()
    server.sql("INSERT INTO kept SELECT i FROM generate_series(100, 200) i")
    project.run("2026-01-02", fail_at=place)
    project.run("2026-01-02")
    project.run("2026-01-03")
    assert project.column("SELECT count(*) FROM bronze.db_kept") == [201]


def test_columns_where_and_schema(server, project: Project) -> None:
    server.sql('CREATE SCHEMA IF NOT EXISTS "Sales"; DROP TABLE IF EXISTS "Sales"."Or ders"; '
               'CREATE TABLE "Sales"."Or ders"("Id" int, "na""me" text, x int); '
               """INSERT INTO "Sales"."Or ders" VALUES (1, 'it''s', 5), (2, 'b', 6)""")
    project.tables("""  - name: orders
    schema: Sales
    table: Or ders
    columns: ['na"me', id]
    where: "x < 6 -- not the others"
""")
    project.run()
    assert project.rows('SELECT * EXCLUDE (_ingot_slice, _ingot_file, _ingot_row) FROM bronze.db_orders') == [{'na"me': "it's", "Id": 1}]


@pytest.mark.parametrize("tables, said", [
    ("  - {name: ordres}\n", "did you mean 'orders'?"),
    ("  - {name: orders, columns: [idd]}\n", "did you mean 'id'?"),
    ("  - {name: orders, table: sales.orders}\n", "write schema: sales and table: orders"),
    ("  - {name: orders, query: 'SELECT a.id, b.id FROM orders a, orders b'}\n", "a name of its own, by AS"),
    ("  - {name: orders, where: 'idd > 1'}\n", "the database says: ERROR:  column \"idd\" does not exist"),
    ("  - {name: orders, load: cdc, cursor: {column: idd}}\n", "did you mean 'id'?"),
    ("  - {name: orders, query: SELECT idd FROM orders}\n", 'column "idd" does not exist'),
    ("  - {name: orders, query: SELEC 1}\n", 'syntax error at or near "SELEC"'),
    ("  - {name: orders, where: 1/0 = id}\n", "division by zero"),
    ("  - {name: orders, query: SELECT 1; DROP TABLE orders}\n", "more than one statement"),
])
def test_mistakes(server, project: Project, tables: str, said: str) -> None:
    server.sql("CREATE TABLE IF NOT EXISTS orders(id int); TRUNCATE orders; INSERT INTO orders VALUES (1)")
    project.tables(tables)
    assert said in project.ingot("run", "--date", "2026-01-01", status=1 if "statement" in said else 2)


def test_secrets_are_never_shown(server, project: Project) -> None:
    server.sql("CREATE TABLE IF NOT EXISTS orders(id int)")
    project.tables("  - {name: orders}\n")
    quoted = servers.PASSWORD.replace(" ", "%20").replace("'", "%27")
    good = f"postgresql://postgres:{quoted}@127.0.0.1:{server.port}/postgres"
    said = project.run()
    wrong = "wrong-" + servers.PASSWORD
    project.environment["DB_PASSWORD"] = wrong
    refused = project.run("2026-01-02", status=2)
    assert "AUTH001" in refused and "db.yml:2:" in refused
    del project.environment["DB_PASSWORD"]
    missing = project.run("2026-01-02", status=1)
    assert "AUTH001" in missing and "DB_PASSWORD" in missing
    project.connection = "{type: postgres, url: secret://env/DB_URL}"
    project.tables("  - {name: orders}\n")
    for url, status in ((good, 0), (good.replace(quoted, "wrong-" + quoted), 2), (good.replace(str(server.port), "1"), 2), ("nonsense " + wrong, 2)):
        project.environment["DB_URL"] = url
        said += project.run("2026-01-03", status=status) + project.ingot("run", "--date", "2026-01-03", "--log-format", "json", status=status)
    for secret in (servers.PASSWORD, quoted):
        assert secret not in said + refused + missing
        assert secret.encode() not in project.everything_written()


def test_timeout(server, project: Project) -> None:
    project.connection = project.connection[:-1] + ", timeout: 300ms}"
    project.tables("  - {name: slow, query: SELECT pg_sleep(5)::text AS x}\n")
    assert "timeout" in project.run(status=2)


MOVES = "UPDATE accounts SET amount = amount + CASE WHEN id % 2 = 0 THEN 1 ELSE -1 END WHERE id IN (1, 2, 59999, 60000); " \
    "INSERT INTO accounts VALUES (-nextval('fresh'), 7), (100000 + currval('fresh'), -7)"


# Each range waits while the others, and the writer, go on.
@pytest.mark.parametrize("options", ["", "partition_column: id, "])
def test_ranges_that_are_read_at_once_are_of_one_snapshot(server, project: Project, options: str) -> None:
    server.sql("DROP TABLE IF EXISTS accounts; DROP SEQUENCE IF EXISTS fresh; CREATE SEQUENCE fresh; "
               "CREATE TABLE accounts AS SELECT i AS id, 1000 AS amount FROM generate_series(1, 60000) i")
    waits = "id % 10000 <> 0 OR pg_sleep(0.05) IS NOT NULL"
    project.tables(f"  - {{name: accounts, {options}partitions: 4, where: \"{waits}\"}}\n")
    with server.repeating(MOVES):
        project.run()
    total, rows, ids = project.rows("SELECT sum(amount) AS t, count(*) AS r, count(DISTINCT id) AS i FROM bronze.db_accounts")[0].values()
    assert (total, rows % 2, ids) == (60_000_000, 0, rows)
    assert rows >= 60_000


def test_ranges_land_what_one_read_lands(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS wide; CREATE TABLE wide AS SELECT i AS id, i::bigint * 1000003 AS far, (i / 7.0)::numeric(12,3) AS price, "
               "date '1960-01-01' + i AS day, timestamptz '1969-12-01 00:00Z' + i * interval '1 hour' AS at, 'row ' || i AS words "
               "FROM generate_series(-2000, 8000) i; INSERT INTO wide VALUES (NULL, NULL, NULL, NULL, NULL, 'nothing'), "
               "(0, 9223372036854775807, -999999999.999, '5000-01-01', '0100-01-01 00:00Z', 'far')")
    whole = ["id", "far", "price", "day", "at"]
    project.tables("  - {name: one, table: wide}\n  - {name: placed, table: wide, partitions: 5}\n" +
                   "".join(f"  - {{name: by_{name}, table: wide, partition_column: {name}, partitions: 7}}\n" for name in whole))
    project.run()
    parts = [next(project.folder.glob(f"warehouse/bronze/**/table={name}/**/part-*.parquet")).read_bytes() for name in ("one", "placed")]
    assert parts[0] == parts[1]
    for name in whole:
        rows = "SELECT * EXCLUDE (_ingot_slice, _ingot_file, _ingot_row) FROM bronze.db_"
        assert project.rows(f"{rows}by_{name} EXCEPT ALL {rows}one") == project.rows(f"{rows}one EXCEPT ALL {rows}by_{name}") == []


def test_ranges_of_queries_cursors_and_nothing(server, project: Project) -> None:
    server.sql("DROP TABLE IF EXISTS few; CREATE TABLE few(id int, at timestamp); CREATE OR REPLACE VIEW seen AS SELECT * FROM few")
    project.tables("  - {name: few, partitions: 3}\n"
                   "  - {name: by_id, partition_column: ID, partitions: 3, query: 'SELECT id, at FROM few ORDER BY at;'}\n"
                   "  - {name: seen, load: cdc, cursor: {column: at}, partition_column: at, partitions: 3}\n")
    project.run()
    server.sql("INSERT INTO few VALUES (1, '2025-04-01'), (2, '2025-04-02'), (2, '2025-04-03')")
    project.run("2026-01-02")
    server.sql("INSERT INTO few VALUES (2, '2025-04-03'), (9, '2025-04-04 10:00')")
    project.run("2026-01-03")
    assert project.column("SELECT id FROM bronze.db_seen ORDER BY \"at\"") == [1, 2, 2, 2, 9]
    assert project.column("SELECT id FROM bronze.db_by_id WHERE _ingot_slice = '2026-01-03' ORDER BY id") == [1, 2, 2, 2, 9]


@pytest.mark.parametrize("options, status, said", [
    ("partition_column: id", 1, "needs partitions:"),
    ("partitions: 0", 1, "from 1 to 64"),
    ("partitions: 3, query: SELECT 1 AS id", 1, "needs partition_column:"),
    ("partitions: 3, table: seen", 2, "no plain table"),
    ("partitions: 3, partition_column: idd", 2, "did you mean 'id'?"),
    ("partitions: 3, partition_column: words", 2, "'words' is VARCHAR"),
    ("partitions: 3, where: 1/0 = id", 2, "division by zero"),
])
def test_mistakes_about_ranges(server, project: Project, options: str, status: int, said: str) -> None:
    server.sql("DROP VIEW IF EXISTS seen; DROP TABLE IF EXISTS few; CREATE TABLE few(id int, words text); INSERT INTO few SELECT i, i FROM generate_series(1, 9999) i; "
               "CREATE VIEW seen AS SELECT * FROM few")
    project.tables(f"  - {{name: few, {options}}}\n")
    assert said in project.run(status=status)
