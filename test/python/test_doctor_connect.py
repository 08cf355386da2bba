"""`ingot doctor --connect` reaches every kind of source and store, and says what keeps it from that."""
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import api_server
import duckdb
import pytest
import servers
import store_servers

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")


class Checkup:
    def __init__(self, folder: Path, **env: str):
        self.folder, self.env = folder, env
        (folder / "sources").mkdir(parents=True)
        self.warehouse("./warehouse")

    def warehouse(self, url: str) -> None:
        (self.folder / "ingot.yml").write_text(
            f"config_version: 1\nname: t\ndefault_target: t\ntargets:\n  t: {{engine: duckdb, warehouse: {url!r}}}\n")

    def source(self, system: str, connection: dict, *tables: dict) -> None:
        # JSON is YAML.
        (self.folder / f"sources/{system}.yml").write_text(
            json.dumps({"system": system, "connection": connection, "tables": list(tables) or [{"name": "orders"}]}))

    def doctor(self, *words: str) -> tuple[int, str]:
        done = subprocess.run([INGOT, "doctor", *(words or ("--connect",))], cwd=self.folder, env=os.environ | self.env | {"NO_COLOR": "1"},
                              text=True, capture_output=True, timeout=120)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Checkup:
    return Checkup(tmp_path / "project", WORD=servers.PASSWORD)


def test_everything_answers(project: Checkup, tmp_path: Path) -> None:
    sqlite3.connect(project.folder / "a.sqlite").execute("CREATE TABLE orders(id)")
    duckdb.connect(str(project.folder / "a.duckdb")).execute("CREATE TABLE orders(id INT)")
    server = {"host": "127.0.0.1", "password": "secret://env/WORD"}
    with (servers.postgres() as postgres, servers.mariadb() as maria, store_servers.s3(tmp_path) as store,
          api_server.Api({"/orders": lambda asked: [{"id": 1}]}) as api):
        project.source("pg", server | {"type": "postgres", "port": postgres.port, "user": "postgres", "database": "postgres"})
        project.source("my", server | {"type": "mysql", "port": maria.port, "user": "loader", "database": "shop"})
        project.source("odbc", {"type": "odbc", "connection_string": "secret://env/ODBC"})
        project.source("lite", {"type": "sqlite", "path": "a.sqlite"})
        project.source("duck", {"type": "duckdb", "path": "a.duckdb"})
        project.source("api", {"type": "api", "base_url": api.url}, {"name": "orders", "endpoint": "/orders"},
                       {"name": "lines", "endpoint": "/orders/{parent.id}", "parent": {"table": "orders", "include": ["id"]}})
        project.source("tap", {"type": "process", "command": [sys.executable, "-c", "print(1/0)"]})
        project.env |= store.env | {"ODBC": postgres.odbc}
        project.warehouse(store.url)
        status, said = project.doctor()
        assert status == 0, said
        for answer in ("pg: postgres answers: PostgreSQL ", "my: mysql answers: ", "odbc: odbc answers: ", "a.sqlite with 1 tables", "a.duckdb",
                       f"api: api answers: {api.url}/orders, with status 200", f"tap: process answers: {sys.executable}", store.url):
            assert answer in said, (answer, said)
        assert len(api.asked) == 1
        assert servers.PASSWORD not in said and store_servers.SECRET not in said
        api.asked.clear()
        assert project.doctor("--quiet")[0] == 0 and not api.asked


@pytest.mark.parametrize("connection, code, status", [
    ({"type": "postgres", "host": "127.0.0.1", "port": 1, "database": "x", "password": "secret://env/WORD"}, "EXT001", 2),
    ({"type": "mysql", "host": "127.0.0.1", "port": 1, "database": "x"}, "EXT001", 2),
    ({"type": "sqlite", "path": "none.sqlite"}, "EXT102", 2),
    ({"type": "sqlite", "path": "ingot.yml"}, "EXT001", 2),
    ({"type": "duckdb", "path": "ingot.yml"}, "EXT001", 2),
    ({"type": "odbc", "connection_string": "Driver={No Such}"}, "EXT001", 2),
    ({"type": "process", "command": ["no-such-tap"]}, "EXT130", 2),
    ({"type": "process", "command": ["true"], "env": {"TOKEN": "secret://env/NOT_SET"}}, "AUTH001", 1),
])
def test_what_does_not_answer(project: Checkup, connection: dict, code: str, status: int) -> None:
    project.source("db", connection)
    found, said = project.doctor()
    assert code in said and "db" in said, said
    assert found == status, said


def test_refused_credentials(project: Checkup) -> None:
    with servers.postgres() as postgres, api_server.Api({"*": lambda asked: api_server.Answer({}, 401)}) as api:
        project.source("pg", {"type": "postgres", "host": "127.0.0.1", "port": postgres.port, "user": "postgres", "database": "postgres",
                              "password": "secret://env/WORD"})
        project.env["WORD"] = "wrong-canary"
        status, said = project.doctor()
        assert status == 2 and "AUTH001" in said and "wrong-canary" not in said, said
        (project.folder / "sources/pg.yml").unlink()
        auth = {"type": "bearer", "token": "secret://env/WORD"}
        project.source("api", {"type": "api", "base_url": api.url, "auth": auth}, {"name": "orders", "endpoint": "/orders"})
        status, said = project.doctor()
        assert status == 2 and "AUTH001" in said and "wrong-canary" not in said, said
