"""history: append over tables of many files: rows that come again, in part or as they were, against a set of rows."""
import csv
import io
import random
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from shop import INGOT

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
TYPES = {"id": "BIGINT", "who": "VARCHAR", "at": "TIMESTAMP", "day": "DATE", "rate": "DOUBLE", "cents": "DECIMAL(20,2)", "paid": "BOOLEAN",
         "note": "VARCHAR", "part": "VARCHAR"}
AT = datetime(2026, 1, 1)


def ingot(folder: Path, *args: str) -> str:
    done = subprocess.run([INGOT, *args], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def project(folder: Path, options: str) -> None:
    for name in ("sources", "models/silver", "data"):
        (folder / name).mkdir(parents=True)
    (folder / "ingot.yml").write_text("config_version: 1\nname: t\ndefault_target: dev\n"
                                      "targets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n")
    types = ", ".join(f'{name}: "{type}"' for name, type in TYPES.items())
    (folder / "sources/s.yml").write_text(f"system: s\nconnection: {{type: file, path: data}}\ntables:\n"
                                          f"  - {{name: rows, path: 'rows_{{date}}.csv', load: cdc, options: {{types: {{{types}}}}}}}\n")
    (folder / "models/silver/t.sql").write_text(f"-- @silver(history: append{options})\nSELECT * FROM bronze.s_rows\n")


def made(chance: random.Random, number: int, nulls: float) -> tuple:
    """A row as text; NULL is an empty field."""
    row = (number, f"who {number * 7919 % 1000}", AT + timedelta(minutes=number), date(2026, 1, 1) + timedelta(number // 500),
           f"{number}.5", f"{number}.25", chance.choice(["true", "false"]), "x" * (70 if number % 50 == 0 else 5), f"p{number % 3}")
    return tuple("" if i not in (0, 2) and chance.random() < nulls else str(value) for i, value in enumerate(row))


@pytest.mark.parametrize("options", ["", ", keys: [id], order_by: at", ", partition_by: [part]", ", keys: [id], deletes: tombstone"])
@pytest.mark.parametrize("seed", range(3))
def test_against_a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str, seed: int) -> None:
    monkeypatch.setenv("INGOT_FILE_ROWS", "512")
    project(tmp_path, options)
    chance = random.Random(f"{options} {seed}")
    nulls = [0, 0.02, 0.5][seed]
    rows: list[tuple] = []
    seen: set[tuple] = set()
    batches = []
    for _ in range(6):
        start = len(rows)
        rows += [made(chance, number, nulls) for number in range(start, start + 1500)]
        batches.append(rows[start:] + chance.sample(rows[:start], min(start, 20)))
    # Nothing new; what is new and near nothing; all of an old batch, and neighbours of old rows that differ in one column.
    batches += [batches[1], [made(chance, 100_000 + i, nulls) for i in range(10)], batches[0] + batches[4][:5]]
    batches.append([(*row[:7], "other", row[8]) for row in chance.sample(rows, 30)] + chance.sample(rows, 5))
    for number, batch in enumerate(batches):
        day = f"2026-02-{number + 1:02}"
        with open(tmp_path / f"data/rows_{day}.csv", "w", newline="") as file:
            csv.writer(file).writerows([list(TYPES), *batch])
        said = ingot(tmp_path, "run", "--date", day)
        seen |= set(batch)
        assert f"table {len(seen):,} rows" in said, (number, said)
    columns = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in TYPES)
    found = list(csv.reader(io.StringIO(ingot(tmp_path, "query", "--quiet", "--format", "csv", f"SELECT {columns} FROM silver.t"))))[1:]
    assert len(found) == len(seen)
    assert {tuple(row) for row in found} == seen
