"""A project that lands from a database, and what stands in its bronze."""
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

INGOT = os.environ.get("INGOT")


class Project:
    def __init__(self, folder: Path, connection: str, environment: dict[str, str] | None = None):
        self.folder = folder
        self.connection = connection
        self.environment = environment or {}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sources").mkdir(exist_ok=True)
        (folder / "ingot.yml").write_text(
            "config_version: 1\nname: t\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")

    def tables(self, text: str) -> None:
        (self.folder / "sources/db.yml").write_text(f"system: db\nconnection: {self.connection}\ntables:\n{text}")

    def ingot(self, *arguments: str, status: int = 0, fail_at: str | None = None) -> str:
        environment = {**os.environ, **self.environment, "NO_COLOR": "1", "TZ": "UTC"}
        if fail_at:
            environment["INGOT_FAIL_AT"] = fail_at
        done = subprocess.run([INGOT, *arguments], cwd=self.folder, env=environment, text=True, capture_output=True, timeout=300)
        said = done.stdout + done.stderr
        if fail_at:
            assert done.returncode not in (0, 1, 2), said
        else:
            assert done.returncode == status, f"{done.returncode}\n{said}"
        return said

    def killed_after(self, seconds: float, *arguments: str) -> None:
        with subprocess.Popen([INGOT, *arguments], cwd=self.folder, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()

    def run(self, date: str = "2026-01-01", **more) -> str:
        return self.ingot("run", "--date", date, **more)

    def rows(self, sql: str) -> list[dict]:
        said = self.ingot("query", sql, "--format", "jsonl")
        return [json.loads(line) for line in said.splitlines()]

    def column(self, sql: str) -> list:
        return [next(iter(row.values())) for row in self.rows(sql)]

    def everything_written(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


class Kinds(dict[str, tuple[str, str, str, str | None]]):
    """Columns of one table: (declaration, value in the database's SQL, type in bronze, text of the value in bronze)."""

    def sql(self, quote: str = '"') -> str:
        columns = ", ".join(f"{quote}{name}{quote} {kind[0]}" for name, kind in self.items())
        values = ", ".join(kind[1] for kind in self.values())
        return (f"DROP TABLE IF EXISTS kinds; CREATE TABLE kinds(id integer, {columns}); "
                f"INSERT INTO kinds VALUES (1, {values}); INSERT INTO kinds VALUES (2{', NULL' * len(self)})")

    def arrive_exactly(self, project: Project, execute: Callable[[str], object], quote: str = '"') -> None:
        """As a table and as a query; NULL stays NULL beside them."""
        execute(self.sql(quote))
        project.tables("  - {name: kinds}\n  - {name: asked, query: SELECT * FROM kinds}\n")
        project.run()
        for table in ("kinds", "asked"):
            items = ", ".join(f'typeof("{name}") AS "t {name}", CAST("{name}" AS VARCHAR) AS "{name}"' for name in self)
            first, second = project.rows(f"SELECT {items} FROM bronze.db_{table} ORDER BY id")
            arrived = {name: (first[f"t {name}"], first[name], second[name]) for name in self}
            assert arrived == {name: (kind[2], kind[3], None) for name, kind in self.items()}
