#!/usr/bin/env python3
"""Silver of one bronze slice in the foundry's meaning: 1 M rows x 12 columns to current rows, and to history and current rows.

    ./dev bench slice_silver

The Python original needs 8.8 CPU seconds for scd_type_1 and 47 for scd_type_2 on bronze of this size.
"""
import tempfile
from pathlib import Path

import duckdb
from measure import INGOT, QUICK, cost_of, interleaved, show

ROWS = 100_000 if QUICK else 1_000_000
ORIGINAL = {"scd_type_1": 8.8, "scd_type_2": 47.0}
CONFIG = """config_version: 1
platform: {bronze: {storage_backend: local, local_path: ./bronze}}
source: {type: file, system: bank, table: accounts, file: {path: ./in.csv}, run: {local_output_dir: ./bronze}}
silver: {output_dir: ./silver, primary_keys: [id], order_column: updated}
"""


def make_bronze(folder: Path) -> None:
    rows = f"""SELECT i % {ROWS * 2 // 5} AS id, 'name ' || (i % 400000) AS name, 'city ' || (i * 7 % 1000) AS city,
        (i * 13 % 100000) / 100.0 AS amount, i % 7 AS a, i % 11 AS b, 'code' || (i % 50) AS code, i % 2 = 0 AS flag,
        strftime(TIMESTAMP '2025-01-01' + to_seconds(i), '%Y-%m-%dT%H:%M:%S') AS updated, hash(i) % 1000000 AS h,
        'note about row ' || i AS note, round(i / 3.0, 3) AS ratio FROM range({ROWS}) t(i)"""
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir()
        duckdb.sql(f"COPY ({rows}) TO '{folder}/{kind}/full-part-0001.{kind}' (FORMAT {kind})")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "c.yaml").write_text(CONFIG)
        make_bronze(folder)

        def extract(kind: str, model: str):
            return lambda: cost_of([INGOT, "silver-extract", "--config", "c.yaml", "--date", "2026-01-01", "--quiet",
                                    "--bronze-path", kind, "--silver-model", model], folder)

        contestants = {f"{model} from {kind}": extract(kind, model) for model in ORIGINAL for kind in ("csv", "parquet")}
        costs = interleaved(contestants)
        show(costs)
        if not QUICK:
            for contestant, cost in costs.items():
                print(f"  {contestant:<34}{ORIGINAL[contestant.split()[0]] / cost.cpu:5.1f} x less CPU than the original")


if __name__ == "__main__":
    main()
