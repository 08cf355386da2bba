#!/usr/bin/env python3
"""CSV to bronze against the engine's own COPY of the same file to Parquet: CPU, wall and peak memory of whole processes.

    ./dev bench csv_to_bronze [--rows 1000000,5000000] [--runs 5] [--memory 1GB]

Both run in the same DuckDB version, interleaved; medians are compared. Bronze also hashes what it read and wrote.
The bounds: types and declared 1.15 CPU, 1.10 wall; lossless 1.5; memory 1.3.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

TYPES = dict(order_id="BIGINT", customer_id="BIGINT", code="VARCHAR", status="VARCHAR", order_date="DATE", updated_at="TIMESTAMP",
             amount="DECIMAL(12,2)", score="DOUBLE", active="BOOLEAN", name="VARCHAR", address="VARCHAR", qty="BIGINT")
MODES = {
    "types": ("infer: types", "read_csv('{csv}')"),
    "declared": ("types: {{{declared}}}", "read_csv('{csv}', columns = {{{columns}}})"),
    "lossless": ("", "read_csv('{csv}')"),
}


def make_csv(path, rows):
    duckdb.sql(f"""COPY (SELECT i AS order_id, hash(i) % 200000 AS customer_id, 'C' || lpad((i % 99991)::VARCHAR, 7, '0') AS code,
        (['new', 'paid', 'shipped', 'returned'])[1 + (i % 4)::INT] AS status, DATE '2020-01-01' + (i % 1500)::INT AS order_date,
        TIMESTAMP '2020-01-01 00:00:00' + to_seconds(i * 37) AS updated_at, ((i * 7919) % 100000 / 100.0)::DECIMAL(12, 2) AS amount,
        (hash(i + 1) % 1000000007)::DOUBLE / 1000003 AS score, i % 3 = 0 AS active, 'name of customer ' || (i % 5003) AS name,
        'street ' || (i % 777) || ', house ' || (i % 97) AS address, CASE WHEN i % 10 > 0 THEN (i * 7919) % 1000003 END AS qty
        FROM range({rows}) t(i)) TO '{path}' (FORMAT csv, HEADER)""")


def measured(command, env=None):
    """CPU seconds, wall seconds, peak megabytes of one process."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(output.decode(errors="replace"))
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024


def project(folder, csv, options):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "sources").mkdir(parents=True)
    (folder / "ingot.yml").write_text("config_version: 1\nname: bench\n")
    (folder / "sources" / "s.yml").write_text(
        f"system: s\nconnection: {{type: file}}\ntables:\n  - {{name: t, path: '{csv}', load: full, options: {{{options}}}}}\n")


def compare(mode, csv, work, arguments):
    options, reader = MODES[mode]
    declared = ", ".join(f'{name}: "{kind}"' for name, kind in TYPES.items())
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in TYPES.items())
    limit = f"SET memory_limit = '{arguments.memory}';" if arguments.memory else ""
    copy = f"{limit} COPY (SELECT * FROM {reader.format(csv=csv, columns=columns)}) TO '{work}/raw.parquet' (FORMAT parquet)"
    raw = [sys.executable, "-c", "import duckdb, sys; duckdb.execute(sys.argv[1])", copy]
    nothing = [sys.executable, "-c", "import duckdb; duckdb.execute('SELECT 1')"]
    ours = [os.environ.get("INGOT", "ingot"), "run", "--project-dir", f"{work}/project", "--date", "2026-01-01", "--quiet"]
    if arguments.memory:
        ours += ["--memory", arguments.memory]
    seen = {"raw": [], "ours": [], "nothing": []}
    for _ in range(arguments.runs):
        project(pathlib.Path(work) / "project", csv, options.format(declared=declared))
        seen["raw"].append(measured(raw))
        seen["ours"].append(measured(ours))
        seen["nothing"].append(measured(nothing))
    median = {what: [statistics.median(run[i] for run in runs) for i in range(3)] for what, runs in seen.items()}
    # Python's own start is not the engine's work; ours stays in.
    base = [median["raw"][0] - median["nothing"][0], median["raw"][1] - median["nothing"][1], median["raw"][2]]
    ratio = [median["ours"][i] / base[i] for i in range(3)]
    print(f"  {mode:9} cpu {median['ours'][0]:6.2f} s / {base[0]:6.2f} s = {ratio[0]:4.2f}   wall {median['ours'][1]:6.2f} s / {base[1]:6.2f} s = "
          f"{ratio[1]:4.2f}   memory {median['ours'][2]:5.0f} MB / {base[2]:5.0f} MB = {ratio[2]:4.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="1000000,5000000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--memory", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        for rows in map(int, arguments.rows.split(",")):
            csv = f"{work}/{rows}.csv"
            make_csv(csv, rows)
            print(f"{rows:,} rows x {len(TYPES)} columns, {os.path.getsize(csv) / 1e6:.0f} MB", flush=True)
            for mode in arguments.modes.split(","):
                compare(mode, csv, work, arguments)


if __name__ == "__main__":
    main()
