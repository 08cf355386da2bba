"""A project that lands from a database, and what stands in its bronze."""
import json
import os
import subprocess
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

    def run(self, date: str = "2026-01-01", **more) -> str:
        return self.ingot("run", "--date", date, **more)

    def rows(self, sql: str) -> list[dict]:
        said = self.ingot("query", sql, "--format", "jsonl")
        return [json.loads(line) for line in said.splitlines()]

    def column(self, sql: str) -> list:
        return [next(iter(row.values())) for row in self.rows(sql)]

    def everything_written(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())
