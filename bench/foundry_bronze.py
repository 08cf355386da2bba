#!/usr/bin/env python3
"""The foundry's bronze step on its own default data set (60 days, 250,000 rows x 12 columns) and on one day of a million rows:
CSV to Parquet, to CSV, and to both, by bronze_extract and by a script that works as the Python original did.

    ./dev bench foundry_bronze [--pandas PYTHON]

The original itself took 15 CPU seconds and 1.6 GB for a million rows; bronze_extract should stay below a sixth and a fifth of
that. The script beside it holds each row as a dict and makes an Arrow table of them; with --pandas it is a DataFrame, as in the
original, by a Python that has pandas and pyarrow.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import INGOT, QUICK, cost_of, interleaved

ORIGINAL_CPU, ORIGINAL_MB = 15.0, 1600.0  # per million rows
LEAST_CPU, LEAST_MEMORY = 6, 5
FORMATS = {"parquet": (False, True), "csv": (True, False), "csv and parquet": (True, True)}
SCRIPT = '''
import csv, hashlib, json, os, sys
source, folder, columns_by, formats = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
with open(source, newline="", encoding="utf-8") as file:
    records = [dict(row) for row in csv.DictReader(file)]
paths = []
if "csv" in formats:
    paths.append(folder + "/full-part-0001.csv")
    with open(paths[-1], "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, fieldnames=sorted(records[0]))
        writer.writeheader()
        writer.writerows(records)
if "parquet" in formats:
    paths.append(folder + "/full-part-0001.parquet")
    if columns_by == "pandas":
        import pandas
        pandas.DataFrame.from_records(records).to_parquet(paths[-1], index=False, compression="snappy")
    else:
        import pyarrow, pyarrow.parquet
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), paths[-1], compression="snappy")
files = [{"path": os.path.basename(path), "size_bytes": os.path.getsize(path),
          "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest()} for path in paths]
json.dump({"record_count": len(records), "files": files}, open(folder + "/_checksums.json", "w"))
'''


def sample(folder: Path, days: int, rows: int) -> list[str]:
    """Generates the data set and a configuration for each choice of formats; gives the dates."""
    subprocess.run([INGOT, "generate", folder, "--patterns", "full", "--days", str(days), "--rows", str(rows)], check=True, capture_output=True)
    text = (folder / "configs/pattern1_full_events.yaml").read_text()
    for name, (csv, parquet) in FORMATS.items():
        said = re.sub(r"write_csv: \w+", f"write_csv: {str(csv).lower()}", text)
        (folder / f"{name}.yaml").write_text(re.sub(r"write_parquet: \w+", f"write_parquet: {str(parquet).lower()}", said))
    return sorted(path.name[3:] for path in folder.glob("source_samples/**/dt=*"))


def source_of(folder: Path, date: str) -> str:
    return str(next(folder.glob(f"source_samples/**/dt={date}/*.csv")).relative_to(folder))


def contestants(folder: Path, dates: list[str], pandas: str | None) -> dict:
    def extract(name: str):
        def run():
            shutil.rmtree(folder / "output", ignore_errors=True)
            return sum_of(cost_of([INGOT, "bronze-extract", "--config", f"{name}.yaml", "--date", date, "--quiet"], folder) for date in dates)
        return run

    def script(name: str, python: str, columns_by: str):
        def run():
            shutil.rmtree(folder / "by_script", ignore_errors=True)
            return sum_of(cost_of([python, "-c", SCRIPT, source_of(folder, date), f"by_script/{date}", columns_by, name], folder) for date in dates)
        return run

    found = {}
    for name in FORMATS:
        found[f"bronze_extract, {name}"] = extract(name)
        found[f"pyarrow, {name}"] = script(name, sys.executable, "pyarrow")
        if pandas:
            found[f"pandas, {name}"] = script(name, pandas, "pandas")
    return found


def sum_of(costs):
    costs = list(costs)
    return sum(costs[1:], costs[0])


def report(costs: dict, rows: int) -> None:
    for name in FORMATS:
        ours = costs[f"bronze_extract, {name}"]
        for contestant in (c for c in costs if c.endswith(", " + name)):
            cost = costs[contestant]
            ratio = f"  {cost.cpu / ours.cpu:5.1f} x CPU  {cost.peak_mb / ours.peak_mb:4.1f} x memory" if cost is not ours else ""
            print(f"    {contestant:<34}{cost}{ratio}")
        if rows == 1_000_000:
            less_cpu, less_memory = ORIGINAL_CPU / ours.cpu, ORIGINAL_MB / ours.peak_mb
            print(f"    {'the original, as it was measured':<34}{ORIGINAL_CPU:8.3f} s CPU  {'':17}{ORIGINAL_MB:6.0f} MB"
                  f"  {less_cpu:5.1f} x CPU  {less_memory:4.1f} x memory  (target {LEAST_CPU} and {LEAST_MEMORY})")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pandas", metavar="PYTHON", help="a Python that has pandas and pyarrow")
    asked = parser.parse_args()
    sets = [("default data set, the largest 3 of 60 days", 60, 250_000)]
    sets += [] if QUICK else [("one day of a million rows", 1, 1_000_000)]
    for title, days, rows in sets:
        with tempfile.TemporaryDirectory(prefix="ingot-bench-") as name:
            folder = Path(name)
            dates = sample(folder, days, rows)[-3:]
            print(title)
            report(interleaved(contestants(folder, dates, asked.pandas)), rows)


if __name__ == "__main__":
    main()
