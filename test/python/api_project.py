"""A project with one API source, for tests that run it against a server of their own."""
import json
import os
import subprocess
from pathlib import Path

INGOT = os.environ.get("INGOT")
QUICK = {"attempts": 3, "base": "10ms", "max": "20ms"}


class Project:
    def __init__(self, folder: Path, url: str, tables: list[dict], **connection):
        self.folder = folder
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        (folder / "ingot.yml").write_text("config_version: 1\nname: t\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")
        connection = {"type": "api", "base_url": url, "retry": QUICK, "timeout": "5s"} | connection
        for table in tables:
            table.setdefault("load", "full")
        # JSON is YAML.
        (folder / "sources/s.yml").write_text(json.dumps({"system": "s", "connection": connection, "tables": tables}, indent=1))

    def start(self, *words: str, **env: str) -> subprocess.Popen:
        return subprocess.Popen([INGOT, *words], cwd=self.folder, env=os.environ | env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words: str, **env: str) -> tuple[int, str]:
        process = self.start("run", "--date", "2026-01-01", *words, **env)
        out, err = process.communicate(timeout=120)
        return process.returncode, out + err

    def ok(self, **env: str) -> str:
        status, said = self.run(**env)
        assert status == 0, said
        return said

    def rows(self, table: str = "bronze.s_t", order: str = "ALL") -> list[dict]:
        process = self.start("query", f"SELECT * EXCLUDE (_ingot_slice, _ingot_file, _ingot_row) FROM {table} ORDER BY {order}", "--format", "jsonl")
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return [json.loads(line) for line in out.splitlines()]

    def lands_once(self, api, rows: list[dict], requests: int) -> None:
        """A run lands these rows, in so many requests."""
        self.ok()
        assert self.rows(order="id") == rows
        assert len(api.asked) == requests

    def parts(self) -> list[Path]:
        return sorted((self.folder / "warehouse/bronze").rglob("*.parquet"))
