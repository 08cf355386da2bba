"""The change stream of a PostgreSQL table: a snapshot, then every change once, in order, whatever is killed."""
import random
from pathlib import Path

import change_stream
import pytest
import servers
from databases import INGOT, Project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")


@pytest.fixture(scope="module")
def server():
    with servers.postgres() as started:
        yield started
        slots = started.sql("SELECT count(*) FROM pg_replication_slots")
        assert int(slots) > 0


@pytest.fixture
def project(server, tmp_path: Path) -> Project:
    connection = (f"{{type: postgres, host: 127.0.0.1, port: {server.port}, user: postgres, database: postgres, "
                  "password: secret://env/DB_PASSWORD}")
    server.sql("DROP TABLE IF EXISTS moves CASCADE; SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active")
    return Project(tmp_path / "project", connection, {"DB_PASSWORD": servers.PASSWORD})


def landed(project: Project, columns: str = "_op, id, v") -> list[tuple]:
    return [tuple(row.values()) for row in
            project.rows(f"SELECT {columns} FROM bronze.db_moves ORDER BY _ingot_slice, _ingot_row")]


def test_all_that_happens(server, project: Project) -> None:
    server.sql("""CREATE TABLE moves(id int PRIMARY KEY, v text, price numeric(10,2), at timestamptz, raw bytea);
        INSERT INTO moves VALUES (1, 'a', 1.50, '1901-02-03 04:05:06.123456+00', '\\x00ff'), (2, E'b"\\n,ü', NULL, 'infinity', ''), (3, '', 0, NULL, NULL)""")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    project.run()
    assert landed(project) == [("r", 1, "a"), ("r", 2, 'b"\n,ü'), ("r", 3, "")]
    assert landed(project, 'CAST(price AS VARCHAR) AS p, CAST("at" AS VARCHAR) AS t, CAST(raw AS VARCHAR) AS r') == [
        ("1.50", "1901-02-03 04:05:06.123456+00", r"\x00\xFF"), (None, "infinity", ""), ("0.00", None, None)]
    # What the log tells first may stand at the slot's own place, and has to come after the snapshot.
    begins = int(server.sql("SELECT max(confirmed_flush_lsn - '0/0') FROM pg_replication_slots"))
    assert all(place < begins for place, in landed(project, "_lsn"))
    server.sql("""BEGIN; INSERT INTO moves(id, v) VALUES (4, 'd'); UPDATE moves SET v = 'A' WHERE id = 1; DELETE FROM moves WHERE id = 2; COMMIT;
        BEGIN; INSERT INTO moves(id, v) VALUES (99, 'taken back'); ROLLBACK;
        UPDATE moves SET id = 30 WHERE id = 3""")
    project.run("2026-01-02")
    assert landed(project)[3:] == [("i", 4, "d"), ("u", 1, "A"), ("d", 2, None), ("d", 3, None), ("u", 30, "")]
    places = landed(project, "_lsn, _seq")
    assert places == sorted(places) and [seq for _, seq in places[3:]] == [1, 2, 3, 1, 2]
    # Nothing new is nothing new, and the server may forget its log.
    before = server.sql("SELECT min(confirmed_flush_lsn) FROM pg_replication_slots")
    server.sql("CREATE TABLE IF NOT EXISTS other(i int); INSERT INTO other SELECT generate_series(1, 1000)")
    project.run("2026-01-02")
    assert len(landed(project)) == 8
    assert server.sql(f"SELECT min(confirmed_flush_lsn) > '{before}' FROM pg_replication_slots") == "t"
    # The same day again goes on; a truncate is told.
    server.sql("TRUNCATE moves; INSERT INTO moves(id, v) VALUES (5, 'e')")
    project.run("2026-01-02")
    assert landed(project)[8:] == [("t", None, None), ("i", 5, "e")]


def test_columns_that_change_in_the_middle(server, project: Project) -> None:
    server.sql("CREATE TABLE moves(id int PRIMARY KEY, v text)")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    project.run()
    server.sql("INSERT INTO moves VALUES (1, 'a'); ALTER TABLE moves ADD w int; INSERT INTO moves VALUES (2, 'b', 7); "
               "ALTER TABLE moves DROP v; INSERT INTO moves VALUES (3, 8); ALTER TABLE moves ALTER w TYPE text; INSERT INTO moves VALUES (4, 'nine')")
    project.run("2026-01-02")
    assert landed(project, "id, v, w") == [(1, "a", None), (2, "b", "7"), (3, None, "8"), (4, None, "nine")]


def test_long_values_that_did_not_change(server, project: Project) -> None:
    server.sql("CREATE TABLE moves(id int PRIMARY KEY, v text, body text); ALTER TABLE moves ALTER body SET STORAGE EXTERNAL; "
               "INSERT INTO moves VALUES (1, 'a', repeat('x', 5000))")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    project.run()
    server.sql("UPDATE moves SET v = 'b'")
    assert "REPLICA IDENTITY FULL" in project.run("2026-01-02")
    assert landed(project, "v, length(body), _unchanged")[1:] == [("b", None, "body")]
    server.sql("ALTER TABLE moves REPLICA IDENTITY FULL; UPDATE moves SET v = 'c'; UPDATE moves SET id = 2; DELETE FROM moves")
    project.run("2026-01-03")
    assert landed(project, "_op, id, v, length(body), _unchanged")[2:] == [
        ("u", 1, "c", 5000, None), ("d", 1, "c", 5000, None), ("u", 2, "c", 5000, None), ("d", 2, "c", 5000, None)]


@pytest.mark.parametrize("place", ["after-fetch", "before-publish", "after-publish"])
def test_killed_it_loses_and_repeats_nothing(server, project: Project, place: str) -> None:
    server.sql("CREATE TABLE moves(id int PRIMARY KEY, v text); INSERT INTO moves SELECT i, 'a' FROM generate_series(1, 50) i")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    project.run(fail_at=place)
    project.run()
    server.sql("INSERT INTO moves SELECT i, 'b' FROM generate_series(51, 100) i; UPDATE moves SET v = 'c' WHERE id <= 10")
    project.run("2026-01-02", fail_at=place)
    project.run("2026-01-02")
    project.run("2026-01-03")
    counts = project.rows("SELECT _op, count(*) AS n, count(DISTINCT id) AS ids FROM bronze.db_moves GROUP BY ALL ORDER BY ALL")
    assert counts == [{"_op": "i", "n": 50, "ids": 50}, {"_op": "r", "n": 50, "ids": 50}, {"_op": "u", "n": 10, "ids": 10}]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_while_others_write(server, project: Project, seed: int) -> None:
    server.sql(change_stream.TABLE)
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    chance = random.Random(seed)
    with server.repeating(change_stream.WRITES):
        for day in range(1, 7):
            for _ in range(chance.randint(1, 2)):
                project.killed_after(chance.uniform(0.02, 0.5), "run", "--date", f"2026-01-0{day}")
            if chance.random() < 0.5:
                project.run(f"2026-01-0{day}")
    project.run("2026-01-07")
    told = [tuple(row.values()) for row in project.rows(change_stream.TOLD.format("db_moves"))]
    there = dict(tuple(map(int, line.split("|"))) for line in server.sql(change_stream.THERE).splitlines())
    assert len(told) > 10
    assert change_stream.lost_and_doubled(told, there) == (0, 0)


def test_rows_that_come_during_the_snapshot(server, project: Project) -> None:
    """Writers go on while slot and snapshot are made: each row is in one of the two."""
    server.sql("CREATE TABLE moves(id int PRIMARY KEY, v text)")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    import threading
    done = threading.Event()
    written = []

    def write() -> None:
        number = 0
        while not done.is_set():
            server.sql("".join(f"INSERT INTO moves VALUES ({number + i}, 'x');" for i in range(20)))
            number += 20
        written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        project.run()
    finally:
        done.set()
        writer.join()
    project.run("2026-01-02")
    assert project.rows("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM bronze.db_moves") == [{"n": written[0], "ids": written[0]}]


def test_mistakes(server, project: Project) -> None:
    server.sql("CREATE TABLE moves(id int)")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    assert "REPLICA IDENTITY FULL" in project.run(status=2)
    server.sql("ALTER TABLE moves ADD PRIMARY KEY (id)")
    project.run()
    slot = server.sql("SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE 'ingot_db_moves%' ORDER BY xmin::text DESC, catalog_xmin::text DESC, slot_name").splitlines()
    for name in slot:
        server.sql(f"SELECT pg_drop_replication_slot('{name}')")
    server.sql("INSERT INTO moves VALUES (1)")
    assert "--full-refresh" in project.run("2026-01-02", status=2)
    project.ingot("run", "--date", "2026-01-02", "--full-refresh")
    assert project.column("SELECT _op FROM bronze.db_moves") == ["r"]
    project.tables("  - {name: moves, load: cdc, changes: {}, query: SELECT 1, cursor: {column: id}}\n")
    assert "CFG108" in project.run(status=1)


def test_targets_do_not_take_each_others_changes(server, project: Project) -> None:
    server.sql("CREATE TABLE moves(id int PRIMARY KEY, v text); INSERT INTO moves VALUES (1, 'a')")
    (project.folder / "ingot.yml").write_text(
        "config_version: 1\nname: t\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n"
        "  prod: {engine: duckdb, warehouse: ./prod}\n")
    project.tables("  - {name: moves, load: cdc, changes: {}}\n")
    for day in ("2026-01-01", "2026-01-02"):
        project.run(day)
        project.ingot("run", "--date", day, "--target", "prod")
        server.sql("INSERT INTO moves VALUES (2, 'b') ON CONFLICT DO NOTHING")
    assert landed(project) == [("r", 1, "a"), ("i", 2, "b")]
    said = project.ingot("query", "SELECT _op, id FROM bronze.db_moves ORDER BY id", "--target", "prod", "--format", "csv")
    assert said == "_op,id\nr,1\ni,2\n"
