"""Database servers for tests: each in a folder of its own, on a free port of 127.0.0.1, stopped by its pid."""
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loopback import free_port, listens, running

PASSWORD = "canary-Pa55 w'ord"


def unprivileged() -> dict:
    """Servers refuse root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}


@contextlib.contextmanager
def repeating(client: list, text: str, environment: dict[str, str]) -> Iterator[None]:
    """Has the client run the statements again and again, each time as one transaction, until the block ends."""
    started = subprocess.Popen(client, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, **environment})
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            started.stdin.write(f"BEGIN; {text}; COMMIT;\n" * 20)
            started.stdin.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
        assert started.poll() is None
    finally:
        done.set()
        writer.join()
        started.stdin.close()
        started.wait()


@dataclass
class Postgres:
    port: int
    folder: Path
    binaries: Path

    def sql(self, text: str, database: str = "postgres") -> str:
        done = subprocess.run(
            [self.binaries / "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres",
             "-d", database],
            input=text, text=True, capture_output=True, env={**os.environ, "PGPASSWORD": PASSWORD, "PGCLIENTENCODING": "UTF8"})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def repeating(self, text: str) -> contextlib.AbstractContextManager[None]:
        return repeating(
            [self.binaries / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"],
            text, {"PGPASSWORD": PASSWORD})

    @property
    def odbc(self) -> str:
        return (f"Driver={{PostgreSQL Unicode}};Server=127.0.0.1;Port={self.port};Database=postgres;Uid=postgres;"
                f"Pwd={{{PASSWORD}}}")


@dataclass
class Maria:
    port: int
    folder: Path

    @property
    def client(self) -> list[str]:
        return ["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-N", "-B", "-h", "127.0.0.1", "-P", str(self.port),
                "-u", "loader", "--protocol=tcp", "shop"]

    def sql(self, text: str) -> str:
        done = subprocess.run(self.client, input=text, text=True, capture_output=True, env={**os.environ, "MYSQL_PWD": PASSWORD})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def repeating(self, text: str) -> contextlib.AbstractContextManager[None]:
        return repeating(self.client, text, {"MYSQL_PWD": PASSWORD})

    @contextlib.contextmanager
    def open_transaction(self, *statements: str) -> Iterator[None]:
        """Statements that nobody commits or rolls back until the block ends."""
        with subprocess.Popen([*self.client, "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "MYSQL_PWD": PASSWORD}) as client:
            client.stdin.write(f"BEGIN; {'; '.join(statements)}; SELECT 'begun';\n")
            client.stdin.flush()
            while client.stdout.readline() not in ("begun\n", ""):
                pass
            assert client.poll() is None
            yield
            client.stdin.close()


@contextlib.contextmanager
def folder_for_server() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ingot-server-"))
    if unprivileged():
        shutil.chown(folder, "nobody", "nogroup")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    with folder_for_server() as folder:
        word = folder / "word"
        word.write_text(PASSWORD + "\n")
        word.chmod(0o644)
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-A", "scram-sha-256", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
             "--pwfile", word, "--no-sync"],
            check=True, capture_output=True, **unprivileged())
        port = free_port()
        # A zone and a style that differ from ours: nothing may depend on the server's.
        command = [binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
                   "-c", "fsync=off", "-c", "wal_level=logical", "-c", "timezone=Asia/Kolkata", "-c", "datestyle=SQL,DMY"]
        with running(command, lambda: listens(port), folder / "server.log", cwd=folder, **unprivileged()):
            server = Postgres(port, folder, binaries)
            until = time.monotonic() + 30
            while subprocess.run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode:
                assert time.monotonic() < until
                time.sleep(0.1)
            yield server


@contextlib.contextmanager
def mariadb() -> Iterator[Maria]:
    with folder_for_server() as folder:
        user = ["--user=nobody"] if unprivileged() else []
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal",
                        "--skip-test-db", *user], check=True, capture_output=True)
        port = free_port()
        socket_path = folder / "s"
        first = folder / "first.sql"
        word = PASSWORD.replace("'", "''")
        first.write_text(f"CREATE DATABASE shop CHARACTER SET utf8mb4;\nCREATE USER loader@'%' IDENTIFIED BY '{word}';\n"
                         f"GRANT ALL ON shop.* TO loader@'%';\nCREATE USER reader@'%' IDENTIFIED BY '{word}';\n"
                         "GRANT SELECT ON shop.* TO reader@'%';\n")
        first.chmod(0o644)
        command = ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={folder}/data", f"--port={port}", "--bind-address=127.0.0.1",
                   f"--socket={socket_path}", f"--init-file={first}", "--skip-name-resolve", "--default-time-zone=+05:30",
                   f"--pid-file={folder}/pid", *user]
        with running(command, lambda: listens(port), folder / "server.log", cwd=folder, **unprivileged()):
            yield Maria(port, folder)
