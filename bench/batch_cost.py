#!/usr/bin/env python3
"""What a batch of 10,000 changes costs an scd2 table of a million rows, and one of ten million.

    ./dev bench batch_cost

The keys that change lie next to each other, as those of recent orders do, or anywhere. Rows may be late: before all that
their keys ever were. A table may mark the rows that go (deletion_vectors: true) instead of writing their files again.
"""
import shutil
import tempfile
from pathlib import Path

import duckdb
from measure import INGOT, QUICK, RUNS, Cost, cost_of, median, show

CHANGES, SIZES = (1_000, (50_000, 500_000)) if QUICK else (10_000, (1_000_000, 10_000_000))
FILES = {
    "ingot.yml": "config_version: 1\nname: bench\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n",
    "sources/crm.yml": """system: crm
connection: {type: file, path: data}
tables:
  - name: customers
    path: "customers_{date}.csv"
    load: cdc
    options: {types: {id: BIGINT, name: VARCHAR, city: VARCHAR, balance: "DECIMAL(12,2)", updated_at: TIMESTAMP}}
""",
    "models/silver/customers.sql": "-- @silver(keys: [id], order_by: updated_at, history: scd2{more})\n"
                                   "SELECT id, name, city, balance, updated_at FROM bronze.crm_customers\n",
}
NEIGHBOURS, ANYWHERE = "i + {rows} - {changes}", "i * ({rows} // {changes})"
MARKED = ", deletion_vectors: true"
WHICH = {"neighbours": (NEIGHBOURS, "2026-01-02", ""), "neighbours, late": (NEIGHBOURS, "2025-12-31", ""),
         "anywhere": (ANYWHERE, "2026-01-02", ""), "anywhere, with deletion vectors": (ANYWHERE, "2026-01-02", MARKED)}


def rows(key: str, day: str, count: int) -> str:
    return f"""SELECT {key} AS id, 'Customer ' || hash({key}, '{day}') % 1000000 AS name, 'city ' || hash({key}) % 1000 AS city,
        (hash({key}, '{day}', 1) % 10000000 / 100)::DECIMAL(12,2) AS balance, TIMESTAMP '{day}' + to_seconds({key} % 86400) AS updated_at
        FROM range({count}) t(i)"""


def say(folder: Path, more: str) -> None:
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("{more}", more))


def standing(folder: Path, size: int, more: str) -> None:
    say(folder, more)
    (folder / "data").mkdir()
    duckdb.sql(f"COPY ({rows('i', '2026-01-01', size)}) TO '{folder}/data/customers_2026-01-01.csv'")
    cost_of([INGOT, "run", "--date", "2026-01-01"], folder)


def batch(stood: Path, key: str, day: str, more: str) -> Cost:
    """One batch into a fresh copy of the table."""
    folder = stood.with_name("copy")
    shutil.rmtree(folder, ignore_errors=True)
    cost_of(["cp", "-a", str(stood), str(folder)])
    say(folder, more)
    duckdb.sql(f"COPY ({rows(key, day, CHANGES)}) TO '{folder}/data/customers_2026-01-02.csv'")
    return cost_of([INGOT, "run", "--date", "2026-01-02"], folder)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ingot-batch-") as name:
        for which, (key, day, more) in WHICH.items():
            costs = {f"into {size:,} rows": [] for size in SIZES}
            stood = {size: Path(name) / f"{size} marked" if more else Path(name) / str(size) for size in SIZES}
            for size, folder in stood.items():
                if not folder.exists():
                    standing(folder, size, more)
            for _ in range(RUNS):
                for size, of in zip(SIZES, costs.values()):
                    of.append(batch(stood[size], key.format(rows=size, changes=CHANGES), day, more))
            print(f"{CHANGES:,} changes of keys {which}:")
            show({name: median(of) for name, of in costs.items()}, f"into {SIZES[0]:,} rows", 2)


if __name__ == "__main__":
    main()
