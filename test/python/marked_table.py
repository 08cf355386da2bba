"""A table whose merges mark rows instead of writing files again, day by day."""
import csv
import random
import subprocess
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from shop import INGOT

ROWS, AT = 9_000, datetime(2026, 1, 1)
FILES = {
    "ingot.yml": "config_version: 1\nname: t\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n",
    "sources/s.yml": """system: s
connection: {type: file, path: data}
tables:
  - {name: rows, path: "rows_{date}.csv", load: cdc, options: {types: {id: BIGINT, v: BIGINT, at: TIMESTAMP}}}
""",
    "models/silver/t.sql": "-- @silver(keys: [id], order_by: at, history: scd2, deletion_vectors: true)\nSELECT * FROM bronze.s_rows\n",
    "models/gold/g.sql": "-- @gold\nSELECT count(*) AS n, sum(v) AS v FROM silver.t\n",
}


def ingot(folder: Path, *args: str) -> str:
    done = subprocess.run([INGOT, *args], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_days(folder: Path, load: str, days: int) -> Iterator[Path]:
    """After each day's run, the table's place. INGOT_FILE_ROWS has to be small, or the table is one file that is written again."""
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "data").mkdir()
    chance = random.Random(load)
    for number in range(days):
        day = date(2026, 2, 1) + timedelta(number)
        ids = range(ROWS) if number == 0 else chance.sample(range(ROWS + 500), 300)
        with open(folder / f"data/rows_{day}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "v", "at"])
            for i in ids:
                late = number if load == "changes" else chance.randrange(-number, number + 1)
                writer.writerow([i, chance.randrange(4), AT + timedelta(days=late)])
        ingot(folder, "run", "--date", str(day))
        (place,) = (log.parent for log in folder.glob("warehouse/silver/**/_delta_log"))
        yield place
