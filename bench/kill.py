"""Kills loads at random moments and counts what is lost or doubled: ./dev bench kill [--kills 200] [--seed N].

One project lands from every kind of source that needs no server: files by date, new files of a landing folder, a program
that speaks Singer, and a database read by a cursor. A run of several days is killed (SIGKILL, the program alone), started
again and killed again; after a few times it may end. Then every row of every source must be there, once. Nothing is
repaired by hand in between. The figure and the seed are printed; anything else than zeros is exit code 1.
"""
import argparse
import collections
import csv
import io
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import duckdb

INGOT = os.environ["INGOT"]
DAYS = [f"2026-01-{day:02}" for day in range(1, 7)]
ROWS = 4000  # a day and source

TAP = '''
import json, sys
state = 0
arguments = sys.argv[1:]
if "--state" in arguments:
    state = json.load(open(arguments[arguments.index("--state") + 1]))["last"]
last = int(arguments[0][-2:]) * %d
print(json.dumps({"type": "SCHEMA", "stream": "feed", "key_properties": ["id"],
                  "schema": {"properties": {"id": {"type": "integer"}, "v": {"type": "string"}}}}))
for id in range(state + 1, last + 1):
    print(json.dumps({"type": "RECORD", "stream": "feed", "record": {"id": id, "v": f"value {id}"}}))
    if id %% 500 == 0:
        print(json.dumps({"type": "STATE", "value": {"last": id}}))
print(json.dumps({"type": "STATE", "value": {"last": max(state, last)}}))
''' % ROWS

SOURCES = {
    "files": """system: files
connection: {type: file, path: data}
tables:
  - {name: daily, path: "daily_{date}.csv", load: full}
  - {name: inbox, path: "inbox/*.csv", load: cdc, new_files: true}
""",
    "programs": """system: programs
connection: {type: process, command: [PYTHON, tap.py, "{date}"]}
tables: [{name: feed, load: cdc}]
""".replace("PYTHON", json.dumps(sys.executable)),
    "databases": """system: databases
connection: {type: duckdb, path: shop.duckdb}
tables: [{name: orders, load: cdc, cursor: {column: id}}]
""",
}
TABLES = ["files_daily", "files_inbox", "programs_feed", "databases_orders"]


def rows_of(day: int) -> range:
    return range(day * ROWS + 1, (day + 1) * ROWS + 1)


def write_csv(path: pathlib.Path, ids: range) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["id", "v"])
        out.writerows([id, f"value {id}"] for id in ids)


def make(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True)
    (folder / "ingot.yml").write_text("name: kill\n")
    (folder / "sources").mkdir()
    for name, text in SOURCES.items():
        (folder / f"sources/{name}.yml").write_text(text)
    (folder / "tap.py").write_text(TAP)
    for day, date in enumerate(DAYS):
        write_csv(folder / f"data/daily_{date}.csv", rows_of(day))
        write_csv(folder / f"data/inbox/{(day * 7) % 5}_{date}.csv", rows_of(day))
    with duckdb.connect(str(folder / "shop.duckdb")) as database:
        database.execute(f"CREATE TABLE orders AS SELECT i AS id, 'value ' || i AS v FROM range(1, {len(DAYS) * ROWS + 1}) t(i)")


def run(folder: pathlib.Path) -> subprocess.Popen:
    return subprocess.Popen([INGOT, "run", "--from", DAYS[0], "--to", DAYS[-1], "--quiet"], cwd=folder,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(folder: pathlib.Path) -> bool:
    process = run(folder)
    _, errors = process.communicate(timeout=600)
    if process.returncode:
        print(f"the run after the kills failed with exit code {process.returncode}:\n{errors}", file=sys.stderr)
    return process.returncode == 0


def found_in(folder: pathlib.Path, table: str) -> collections.Counter:
    text = subprocess.run([INGOT, "query", f"SELECT id, v FROM bronze.{table}", "--format", "csv"], cwd=folder,
                          capture_output=True, text=True, check=True).stdout
    return collections.Counter((int(row["id"]), row["v"]) for row in csv.DictReader(io.StringIO(text)))


def compare(folder: pathlib.Path) -> tuple[int, int]:
    expected = {(id, f"value {id}") for day in range(len(DAYS)) for id in rows_of(day)}
    lost = doubled = 0
    for table in TABLES:
        found = found_in(folder, table)
        lost += len(expected - found.keys())
        doubled += sum(count - 1 for count in found.values()) + len(found.keys() - expected)
    return lost, doubled


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="ingot-kill-") as scratch:
        project = pathlib.Path(scratch, "project")
        make(project)
        undisturbed = pathlib.Path(scratch, "undisturbed")
        shutil.copytree(project, undisturbed)
        began = time.monotonic()
        is_done = finish(undisturbed)
        seconds = time.monotonic() - began
        if not is_done or compare(undisturbed) != (0, 0):
            sys.exit("an undisturbed run does not land every row once")
        kills = missed = rounds = lost = doubled = manual = 0
        while kills < asked.kills:
            rounds += 1
            trial = pathlib.Path(scratch, "trial")
            shutil.copytree(project, trial)
            for _ in range(min(chance.randint(1, 6), asked.kills - kills)):
                process = run(trial)
                time.sleep(chance.uniform(0, seconds))
                ended = process.poll() is not None
                process.kill()
                process.communicate()
                kills += not ended
                missed += ended
            manual += not finish(trial)
            now_lost, now_doubled = compare(trial)
            if now_lost or now_doubled:
                print(f"round {rounds}: {now_lost} lost, {now_doubled} doubled", file=sys.stderr)
            lost, doubled = lost + now_lost, doubled + now_doubled
            shutil.rmtree(trial)
        rows = rounds * len(TABLES) * len(DAYS) * ROWS
        print(f"{kills} kills in {rounds} rounds ({missed} came after the end), {rows} rows: "
              f"{lost} lost, {doubled} doubled, {manual} manual steps; seed {asked.seed}")
    sys.exit(1 if lost or doubled or manual else 0)


main()
