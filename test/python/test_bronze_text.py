"""Bronze CSV whose first rows say something else than all of it: the types of silver are those of all values.

INGOT names the program.
"""
import csv
import os
import subprocess

import duckdb
import pytest

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")
CONFIG = """config_version: 1
platform: {bronze: {storage_backend: local, local_path: ./bronze}}
source: {type: file, system: bank, table: acct, file: {path: ./in.csv}, run: {local_output_dir: ./bronze}}
silver: {output_dir: ./silver}
"""
ROWS, LATE = 2200, 2000

# Name: the value of a row, the type, how many values.
SURE = {
    "id": (lambda i: i, "BIGINT", ROWS),
    "gaps": (lambda i: "7" if i % 2 else "NA", "BIGINT", ROWS // 2),
    "not_numbers": (lambda i: "0.5" if i % 2 else "nan", "DOUBLE", ROWS // 2),
    "late_number": (lambda i: "9" if i >= LATE else "", "BIGINT", ROWS - LATE),
    "none": (lambda i: "", "VARCHAR", 0),
    "flag": (lambda i: "N/A" if i == 2100 else "TRUE" if i % 2 else "False", "BOOLEAN", ROWS - 1),
    "text": (lambda i: ["#N/A N/A", "-1.#QNAN", "NULL", "t1"][i % 4] if i > LATE else f"t{i}", "VARCHAR", LATE + 1 + 50),
}
SURPRISING = {
    "late_text": (lambda i: "x" if i >= LATE else i, "VARCHAR", ROWS),
    "late_point": (lambda i: "0.5" if i >= LATE else i, "DOUBLE", ROWS),
    "scored": (lambda i: "1_0" if i >= LATE else i, "VARCHAR", ROWS),
    "scored_fraction": (lambda i: "1_0.5" if i >= LATE else "1.5", "VARCHAR", ROWS),
    "leading_zeros": (lambda i: "01" if i >= LATE else i, "BIGINT", ROWS),
    "exponents": (lambda i: "1e3", "DOUBLE", ROWS),
}


def silver_of(folder, columns):
    (folder / "c.yaml").write_text(CONFIG)
    (folder / "b").mkdir()
    with open(folder / "b/full-part-0001.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([of(i) for of, _, _ in columns.values()] for i in range(ROWS))
    subprocess.run([INGOT, "silver-extract", "--config", "c.yaml", "--date", "2026-01-01", "--bronze-path", "b", "--quiet"],
                   cwd=folder, check=True, timeout=120)
    rows = duckdb.sql(f"FROM read_parquet('{folder}/silver/*/*/*/*/*.parquet')")
    counts = rows.aggregate(", ".join(f'count("{name}")' for name in columns)).fetchone()
    return {name: (str(type), count) for name, type, count in zip(rows.columns, rows.types, counts)}


@pytest.mark.parametrize("surprise", [None, *SURPRISING])
def test_types_are_those_of_all_values(tmp_path, surprise):
    columns = SURE | ({surprise: SURPRISING[surprise]} if surprise else {})
    assert silver_of(tmp_path, columns) == {name: (type, count) for name, (_, type, count) in columns.items()}
