"""`ingot query` writes to stdout as it is: a file, the end of one, a pipe, a pipe that nobody reads any more."""
import os
import subprocess
from pathlib import Path

import pytest

INGOT = os.environ["INGOT"]
PROJECT = "config_version: 1\nname: t\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "ingot.yml").write_text(PROJECT)
    (tmp_path / "sources/crm.yml").write_text(
        "system: crm\nconnection: {type: file, path: .}\ntables:\n  - {name: rows, path: rows.csv, load: full}\n")
    (tmp_path / "rows.csv").write_text("id\n1\n")
    subprocess.run([INGOT, "run"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def test_appends(project: Path) -> None:
    out = project / "out.csv"
    out.write_text("a longer line than the rows that follow\n")
    for _ in range(2):
        with out.open("a") as stdout:
            subprocess.run([INGOT, "query", "SELECT 1 AS a", "--format", "csv"], cwd=project, check=True, stdout=stdout)
    assert out.read_text() == "a longer line than the rows that follow\na\n1\na\n1\n"


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_file_and_pipe_get_the_same(project: Path, form: str) -> None:
    command = [INGOT, "query", "SELECT range AS a FROM range(100000)", "--format", form]
    piped = subprocess.run(command, cwd=project, check=True, capture_output=True).stdout
    out = project / "out"
    with out.open("wb") as stdout:
        subprocess.run(command, cwd=project, check=True, stdout=stdout)
    assert out.read_bytes() == piped
    assert len(piped) > 100000


def test_reader_that_leaves(project: Path) -> None:
    query = subprocess.Popen([INGOT, "query", "SELECT range AS a FROM range(10000000)", "--format", "csv"], cwd=project,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert query.stdout.readline() == b"a\n"
    query.stdout.close()
    assert query.stderr.read() == b""
    assert query.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_full_disk(project: Path) -> None:
    with open("/dev/full", "wb") as stdout:
        done = subprocess.run([INGOT, "query", "SELECT 1 AS a", "--format", "csv"], cwd=project, stdout=stdout, stderr=subprocess.PIPE)
    assert done.returncode == 3
    assert b"STG001" in done.stderr
