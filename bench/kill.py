"""Kills loads at random moments and counts what is lost or doubled: ./dev bench kill [--kills 200] [--seed N].

One project lands from files by date, new files of a landing folder, a program that speaks Singer, a DuckDB file read by a
cursor, an HTTP API (whole, page by page, and by a cursor) and a PostgreSQL server (by a cursor, whole in two ranges at the
same time, and by the changes in its log of a table that is written meanwhile), in turn into a warehouse on disk and into one on S3 (versitygw). A run of several days is killed (SIGKILL, the
program alone), started again and killed again; after a few times it may end. Then every row and every change of every source
must be there, once. Nothing is repaired by hand in between. The figure and the seed are printed; anything else than zeros is exit code 1.
"""
import argparse
import collections
import contextlib
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
from dataclasses import dataclass

import duckdb

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test/python"))
import api_server  # noqa: E402
import change_stream  # noqa: E402
import servers  # noqa: E402
import store_servers  # noqa: E402

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
    "api": """system: api
connection: {type: api, base_url: "${API_URL}"}
tables:
  - {name: events, endpoint: /events, load: cdc, cursor: {column: id, param: since}, paginate: {type: offset, limit: 1000}}
  - {name: items, endpoint: /events, load: full, paginate: {type: page, size: 1000}}
""",
    "postgres": """system: postgres
connection: {type: postgres, host: 127.0.0.1, port: ${PG_PORT}, user: postgres, database: postgres, password: "secret://env/PG_PASSWORD"}
tables:
  - {name: orders, load: cdc, cursor: {column: id}}
  - {name: customers, table: orders, load: full, partitions: 2}
  - {name: moves, load: cdc, changes: {}}
""",
}
TABLES = ["files_daily", "files_inbox", "programs_feed", "databases_orders", "api_events", "api_items", "postgres_orders", "postgres_customers"]
# Tables that land whole on every date; the last one is looked at.
WHOLE = {"api_items", "postgres_customers"}


def rows_of(day: int) -> range:
    return range(day * ROWS + 1, (day + 1) * ROWS + 1)


def write_csv(path: pathlib.Path, ids: range) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["id", "v"])
        out.writerows([id, f"value {id}"] for id in ids)


def answer(asked: api_server.Asked) -> dict:
    since, size = int(asked.query.get("since", 0)), int(asked.query.get("limit") or asked.query.get("page_size", 0))
    begin = int(asked.query.get("offset", 0)) if "offset" in asked.query else (int(asked.query["page"]) - 1) * size
    first = max(1, since) + begin
    last = min(first + size - 1, len(DAYS) * ROWS)
    return {"data": [{"id": id, "v": f"value {id}"} for id in range(first, last + 1)]}


@dataclass
class Place:
    """Where a round's warehouse is, and how long an undisturbed run into it takes."""
    name: str
    url: str
    env: dict[str, str]
    seconds: float = 0


def make(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True)
    (folder / "ingot.yml").write_text(
        "name: kill\ndefault_target: t\ntargets:\n  t: {engine: duckdb, warehouse: \"${KILL_WAREHOUSE}\"}\n")
    (folder / "sources").mkdir()
    for name, text in SOURCES.items():
        (folder / f"sources/{name}.yml").write_text(text)
    (folder / "tap.py").write_text(TAP)
    for day, date in enumerate(DAYS):
        write_csv(folder / f"data/daily_{date}.csv", rows_of(day))
        write_csv(folder / f"data/inbox/{(day * 7) % 5}_{date}.csv", rows_of(day))
    with duckdb.connect(str(folder / "shop.duckdb")) as database:
        database.execute(f"CREATE TABLE orders AS SELECT i AS id, 'value ' || i AS v FROM range(1, {len(DAYS) * ROWS + 1}) t(i)")


def run(folder: pathlib.Path, env: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen([INGOT, "run", "--from", DAYS[0], "--to", DAYS[-1], "--quiet"], cwd=folder, env=os.environ | env,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(folder: pathlib.Path, env: dict[str, str]) -> bool:
    process = run(folder, env)
    _, errors = process.communicate(timeout=600)
    if process.returncode:
        print(f"the run after the kills failed with exit code {process.returncode}:\n{errors}", file=sys.stderr)
    return process.returncode == 0


def rows_found(folder: pathlib.Path, env: dict[str, str], sql: str) -> list[dict[str, str]]:
    said = subprocess.run([INGOT, "query", sql, "--format", "csv"], cwd=folder, env=os.environ | env, capture_output=True, text=True)
    if said.returncode:
        print(f"{sql}:\n{said.stderr}", file=sys.stderr)
    return list(csv.DictReader(io.StringIO(said.stdout)))


def found_in(folder: pathlib.Path, env: dict[str, str], table: str) -> collections.Counter:
    where = f" WHERE _ingot_slice = '{DAYS[-1]}'" if table in WHOLE else ""
    rows = rows_found(folder, env, f"SELECT id, v FROM bronze.{table}{where}")
    return collections.Counter((int(row["id"]), row["v"]) for row in rows)


@dataclass
class Outcome:
    lost: int = 0
    doubled: int = 0
    by_hand: int = 0
    rows: int = 0

    def __iadd__(self, other: "Outcome") -> "Outcome":
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self


def compare(folder: pathlib.Path, env: dict[str, str], database: servers.Postgres) -> Outcome:
    expected = {(id, f"value {id}") for day in range(len(DAYS)) for id in rows_of(day)}
    outcome = Outcome(rows=len(TABLES) * len(expected))
    for table in TABLES:
        found = found_in(folder, env, table)
        outcome.lost += len(expected - found.keys())
        outcome.doubled += sum(count - 1 for count in found.values()) + len(found.keys() - expected)
    told = [(row["_op"], int(row["id"]), int(row["v"] or 0))
            for row in rows_found(folder, env, change_stream.TOLD.format("postgres_moves"))]
    there = dict(tuple(map(int, line.split("|"))) for line in database.sql(change_stream.THERE).splitlines())
    lost, doubled = change_stream.lost_and_doubled(told, there)
    outcome += Outcome(lost, doubled, 0, len(told))
    return outcome


def trial(folder: pathlib.Path, place: Place, database: servers.Postgres, kills: list[float]) -> tuple[int, Outcome, float]:
    """Kills runs of a new copy of the project after so many seconds each, then lets one end: kills that met a run, what came of
    it, how long the last run took."""
    shutil.copytree(folder.parent / "project", folder)
    env = place.env | {"KILL_WAREHOUSE": f"{place.url}/{folder.name}"}
    met = 0
    database.sql(change_stream.TABLE)
    with database.repeating(change_stream.WRITES):
        for after in kills:
            process = run(folder, env)
            time.sleep(after)
            met += process.poll() is None
            process.kill()
            process.communicate()
    began = time.monotonic()
    is_done = finish(folder, env)
    seconds = time.monotonic() - began
    outcome = compare(folder, env, database)
    outcome.by_hand = int(not is_done)
    shutil.rmtree(folder)
    return met, outcome, seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    print(f"seed {asked.seed}", flush=True)
    with contextlib.ExitStack() as stack:
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ingot-kill-")))
        api = stack.enter_context(api_server.Api({"/events": answer}))
        database = stack.enter_context(servers.postgres())
        store = stack.enter_context(store_servers.s3(scratch))
        database.sql(f"CREATE TABLE orders AS SELECT i AS id, 'value ' || i AS v FROM generate_series(1, {len(DAYS) * ROWS}) i")
        env = {"API_URL": api.url, "PG_PORT": str(database.port), "PG_PASSWORD": servers.PASSWORD}
        places = [Place("disk", str(scratch / "warehouses"), env), Place("S3", "s3://lake", env | store.env)]
        make(scratch / "project")
        for place in places:
            _, outcome, place.seconds = trial(scratch / "undisturbed", place, database, [])
            if outcome.lost or outcome.doubled or outcome.by_hand:
                sys.exit(f"an undisturbed run into {place.name} does not land every row once: {outcome}")
        kills = collections.Counter()
        missed = rounds = 0
        total = Outcome()
        while kills.total() < asked.kills:
            place = places[rounds % len(places)]
            rounds += 1
            count = min(chance.randint(1, 6), asked.kills - kills.total())
            met, outcome, _ = trial(
                scratch / f"round{rounds}", place, database, [chance.uniform(0, place.seconds) for _ in range(count)])
            if outcome.lost or outcome.doubled or outcome.by_hand:
                print(f"round {rounds} ({place.name}): {outcome.lost} lost, {outcome.doubled} doubled", file=sys.stderr)
            kills[place.name] += met
            missed += count - met
            total += outcome
        spread = ", ".join(f"{count} into {name}" for name, count in kills.items())
        print(f"{kills.total()} kills ({spread}) in {rounds} rounds ({missed} came after the end), {total.rows} rows: "
              f"{total.lost} lost, {total.doubled} doubled, {total.by_hand} manual steps; seed {asked.seed}")
    sys.exit(1 if total.lost or total.doubled or total.by_hand else 0)


main()
