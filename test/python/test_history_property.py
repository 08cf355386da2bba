"""Whole projects against the reference model: slices in any order, in any batches,
replayed, killed, restated, through the program itself.

INGOT names the program; HISTORY_STREAMS says how many projects (default 6), HISTORY_SEED where to start.
"""
import csv
import io
import json
import os
import random
import subprocess
from datetime import date, datetime

import pytest

import reference_history
from test_promote_sql import AT, KEYED, TYPES, as_set, batches_of, change_slices, full_slices, random_options, settle_ties, with_truncates

INGOT = os.environ.get("INGOT")
STREAMS = int(os.environ.get("HISTORY_STREAMS", "6"))
SEED = int(os.environ.get("HISTORY_SEED", "1"))
BOUNDARIES = ("after-land", "after-check", "after-observations", "after-write", "before-commit", "after-commit", "before-catalog")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")


def flow(value):
    """YAML flow style; JSON is a part of it."""
    return json.dumps(value, ensure_ascii=False)


class Project:
    def __init__(self, folder, o, at_type, marks):
        self.folder, self.o, self.marks = folder, o, marks
        self.types = {c: at_type if c == AT else TYPES[c] for c in o.columns}
        self.write("ingot.yml", "config_version: 1\nname: prop\ndefault_target: dev\n"
                                "targets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n")
        landed = self.types | {"op": "VARCHAR", "fine": "BOOLEAN"}
        self.write("sources/src.yml", f"""
system: src
connection: {{type: file, path: data}}
tables:
  - name: rows
    path: "rows_{{date}}.csv"
    load: {o.load}
    options: {{delimiter: ",", header: true, types: {flow(landed)}}}
""")
        listed = ", ".join('"' + c.replace('"', '""') + '"' for c in o.columns)
        self.write("models/silver/things.sql", f"""-- @silver({self.options()})
-- @expect(is_fine: {{where: "fine", on_fail: quarantine}})
SELECT {listed}, fine FROM bronze.src_rows
""")

    def options(self):
        o = self.o
        said = {"history": o.history, "deletes": o.deletes}
        said |= {"infer": {"max_delete_fraction": 1}, "ignore": {}}.get(o.deletes, {} if o.cdc else {"delete_when": "op = 'D'"})
        said |= {"deletion_vectors": True} if self.marks else {}
        said |= {word: getattr(o, word) for word in ("keys", "order_by", "tiebreak") if getattr(o, word)}
        if o.cdc:
            said["cdc"] = {"operation": "op"} | ({"ignore_null_columns": o.ignore_null} if o.ignore_null else {})
        if o.load_time:
            said["valid_from"] = "load_time"
        if o.open_end is not None:
            said["open_end"] = str(o.open_end)
        columns = {word: getattr(o, word) for word in ("overwrite", "restate", "ignore") if getattr(o, word)}
        columns |= {"collapse": False} if not o.collapse else {}
        columns |= {word: getattr(o, word) for word in ("track", "previous", "current") if getattr(o, word) is not None}
        if columns:
            said["columns"] = columns
        return ", ".join(f"{word}: {flow(value)}" for word, value in said.items())

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def put(self, day, rows):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*self.o.columns, "op", "fine"])
        for row in rows:
            fine = "false" if row.get("_reject") else "true"
            writer.writerow([*("" if row[c] is None else row[c] for c in self.o.columns), self.operation(row), fine])
        self.write(f"data/rows_{day}.csv", out.getvalue())

    def operation(self, row):
        return "T" if row.get("_truncate") else "D" if row["_delete"] else "U"

    def killed(self, boundary, *arguments):
        """Ends by itself where the run does not come by that boundary."""
        subprocess.run([INGOT, *arguments], cwd=self.folder, capture_output=True, timeout=120, env=os.environ | {"INGOT_FAIL_AT": boundary})

    def ingot(self, *arguments):
        done = subprocess.run([INGOT, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"ingot {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def rows(self):
        text = self.ingot("query", "SELECT * FROM silver.things", "--format", "csv")
        return [{c: self.value(c, v) for c, v in row.items()} for row in csv.DictReader(io.StringIO(text))]

    def value(self, column, text):
        if column in ("change_type", "changed_columns"):
            return text  # never NULL
        kind = self.types.get(column.removeprefix("previous_").removeprefix("current_")) or {"is_current": "BOOLEAN", "is_deleted": "BOOLEAN", "fine": "BOOLEAN",
                                          "snapshot_date": "DATE"}.get(column) or self.time_type()
        if text == "":
            return None
        if kind == "BOOLEAN":
            return {"true": True, "false": False}[text]
        if kind == "DATE":
            return date.fromisoformat(text)
        if kind == "TIMESTAMP":
            return datetime.fromisoformat(text)
        return {"VARCHAR": str, "DOUBLE": float}.get(kind, int)(text)

    def time_type(self):
        return "DATE" if self.o.by_slice else self.types[self.o.order_by[0]]


def expected(slices, o):
    """The reference, with the column that the rule reads: it is true in every row that it let through."""
    shown = [c for c in o.columns if c in o.keys or c not in o.ignore]
    rows = reference_history.table(slices, o)
    for row in rows:
        if row.get("change_type") == "upsert":
            row["changed_columns"] = ",".join(filter(None, [row["changed_columns"], "fine"]))
    return [{c: row[c] for c in shown} | {"fine": True} | {c: v for c, v in row.items() if c not in shown} for row in rows]


def accepted_options(rng):
    """Random options without those that a project is refused for."""
    o, at_type = random_options(rng)
    if o.cdc and o.deletes == "ignore":
        o.cdc, o.ignore_null = False, []
    if o.history in ("append", "snapshot", "replace") and o.deletes != "tombstone":
        o.deletes = "ignore"
    if o.history == "scd3" and o.previous is None:  # else the column that the rule reads would be among them
        o.previous = o.tracked
    if o.history == "scd6" and o.current is None:
        o.current = o.tracked
    if not o.order_by:
        o.tiebreak = []
    taken = set()
    for word in ("track", "overwrite", "restate", "ignore"):  # a column stands under one of them
        names = getattr(o, word)
        if names:
            setattr(o, word, [c for c in names if c not in taken])
            taken |= set(names)
    return o, at_type


def run_project(seed, folder):
    rng = random.Random(seed)
    o, at_type = accepted_options(rng)
    slices = (full_slices if o.load == "full" else change_slices)(rng, o, at_type, rng.randint(2, 5))
    if o.deletes in ("ignore", "infer"):  # without delete_when no row says deleted
        slices = {day: [row | {"_delete": False} for row in rows] for day, rows in slices.items()}
    if o.cdc:
        slices = with_truncates(rng, slices, o)
    shuffled = rng.random() < 0.7
    if shuffled:
        slices = settle_ties(slices, o)
    marks = o.history in KEYED and seed % 2 == 0
    project, order, taken = Project(folder, o, at_type, marks), sorted(slices), {}
    if shuffled:
        rng.shuffle(order)
    for batch in batches_of(rng, order):
        for day in batch:
            project.put(day, slices[day])
            taken[day] = slices[day]
            if rng.random() < 0.3:
                project.killed(rng.choice(BOUNDARIES), "run", "--date", str(day))
            project.ingot("extract" if day != batch[-1] else "run", "--date", str(day))
        compare(project, taken, f"seed {seed}: {batch} of {order}")
    day = rng.choice(order)
    project.ingot("run", "--date", str(day))
    compare(project, slices, f"seed {seed}: {day} again")
    slices[day] = slices[day][::2]  # the source says something else of that day
    project.put(day, slices[day])
    project.ingot("run", "--date", str(day))
    compare(project, slices, f"seed {seed}: {day} replaced")
    project.ingot("run", "--date", str(day), "--restate-from", str(rng.choice(order)))
    compare(project, slices, f"seed {seed}: restated")
    project.ingot("run", "--date", str(day), "--full-refresh")
    compare(project, slices, f"seed {seed}: rebuilt")


def compare(project, slices, what):
    found, wanted = as_set(project.rows()), as_set(expected(slices, project.o))
    assert found == wanted, f"{what}\n{project.o}\nmissing: {list(wanted - found)[:3]}\nsurplus: {list(found - wanted)[:3]}"


@pytest.mark.parametrize("number", range(STREAMS))
def test_projects(number, tmp_path, monkeypatch):
    seed = SEED * 1000 + number
    # As one file, and as many: of a row each, or of a few.
    if room := ("", "1", "3")[number % 3]:
        monkeypatch.setenv("INGOT_FILE_ROWS", room)
    print(f"seed {seed}, files of {room or 'all'} rows")
    run_project(seed, tmp_path)
