"""Random commands over a project whose silver table makes one row of records of two systems that differ and yet mean the same
thing: whatever was run, the table is the one that the reference computes, and the one that a fresh build gives."""
import csv
import io
import os
import random
import subprocess
from datetime import date, timedelta

import reference_history
from random_project import INGOT, flow
from reference_matches import Compare, Matching, clusters
from test_promote_sql import as_set

COLUMNS = ["id", "source", "name", "born", "city", "seen", "fine"]
SYSTEMS = ("crm", "shop")
NAMES = ["Ann", "Anne", "Anna", "Bob", "Bobb", "J\u00f6rg", "Jorg", "O'Neil", "ONeil", None]
DAY = date(2026, 1, 1)
BOUNDARIES = ("after-land", "after-check", "after-observations", "after-write", "before-commit", "after-commit", "before-catalog")
COMMANDS = {"land": 8, "replay": 2, "replace": 3, "kill": 2, "rebuild": 2, "restate": 2, "release": 2, "rule": 1, "verify": 1, "compact": 1}


def random_matching(rng):
    compare = {"name": Compare("levenshtein", [1], [0.8, 0.15, 0.05], [0.03, 0.07, 0.9]),
               "born": Compare("days", [1, 31], [0.9, 0.04, 0.03, 0.03], [0.01, 0.02, 0.07, 0.9]),
               "city": Compare("exact", [], [0.7, 0.3], [0.3, 0.7]), "seen": Compare("number", [2], [0.5, 0.3, 0.2], [0.1, 0.2, 0.7])}
    survive = rng.sample([{"keep": "most_recent", "by": "seen", "columns": ["city", "seen"]}, {"keep": "longest", "columns": ["name"]},
                          {"keep": rng.choice(["min", "max"]), "columns": ["born"]}, {"keep": "source", "by": "source", "order": ["shop", "crm"], "columns": ["source"]}], 2)
    if not any("city" in rule["columns"] for rule in survive):
        survive.append({"keep": rng.choice(["most_frequent", "shortest"]), "columns": ["city"]})
    return Matching(record="id", block=rng.choice([[["born"]], [["city", "born"], ["name"]], [["city"]], [["name"], ["born"]]]),
                    compare={c: compare[c] for c in rng.sample(list(compare), rng.randint(2, 4))}, prior=rng.choice([0.05, 0.2]),
                    threshold=rng.choice([0.5, 0.8, 0.95]), survive=survive, anchor=rng.choice([None, "seen"]), across=rng.choice([None, None, "source"]))


def random_people(rng, days):
    """Of each day and system, the people that it knows by then."""
    known, slices = {system: {} for system in SYSTEMS}, {}
    for number in range(days):
        for system in SYSTEMS:
            for _ in range(rng.randint(0, 5)):
                at = rng.randint(1, 9)
                known[system][at] = {"id": f"{system}-{at}", "source": system, "name": rng.choice(NAMES),
                                     "born": rng.choice([None, date(1969, 12, 31), date(1970, 1, 1), date(1970, 1, 20), date(1980, 2, 2)]),
                                     "city": rng.choice(["Ulm", "K\u00f6ln", None]), "seen": rng.randint(1, 9), "fine": rng.random() < 0.95}
            for at in list(known[system]):
                if rng.random() < 0.1:
                    del known[system][at]
        slices[DAY + timedelta(days=number)] = {system: [dict(row) for row in known[system].values()] for system in SYSTEMS}
    return slices


class Matches:
    def __init__(self, seed, folder):
        self.rng = rng = random.Random(seed)
        self.seed, self.folder, self.runs = seed, folder, 0
        self.matching = random_matching(rng)
        self.slices = random_people(rng, rng.randint(2, 5))
        self.history = rng.choice(["latest", "latest", "scd2", "scd2", "scd3", "scd6", "changes", "replace", "snapshot"])
        may_infer = self.history in ("latest", "scd2", "scd3", "scd6")
        self.deletes = rng.choice(["ignore", "infer", "infer"]) if may_infer else "ignore"
        self.now = rng.choice(["replace", "infer"])  # how a system's own table forgets whom it no longer knows
        self.judges = True
        self.landed, self.taken, self.loads, self.let_in, self.said = {}, None, {}, set(), []
        self.write("ingot.yml", "config_version: 1\nname: prop\ndefault_target: dev\n"
                                "targets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n")
        types = "{id: VARCHAR, source: VARCHAR, name: VARCHAR, born: DATE, city: VARCHAR, seen: BIGINT, fine: BOOLEAN}"
        for system in SYSTEMS:
            self.write(f"sources/{system}.yml", f"system: {system}\nconnection: {{type: file, path: data}}\ntables:\n"
                                                f"  - {{name: people, path: \"{system}_{{date}}.csv\", load: full, options: {{types: {types}}}}}\n")
            options = "history: replace" if self.now == "replace" else "keys: [id], deletes: infer, max_delete_fraction: 1"
            self.write(f"models/silver/{system}_now.sql", f"-- @silver({options})\nSELECT * FROM bronze.{system}_people\n")
        self.write_model()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_model(self):
        m = self.matching
        dedupe = {"records": [m.record], "block": m.block, "prior": m.prior, "threshold": m.threshold, "survive": m.survive,
                  "compare": {c: {"by": x.by, "m": x.m, "u": x.u} | ({"at": x.at} if x.at else {}) for c, x in m.compare.items()}}
        dedupe |= {word: getattr(m, word) for word in ("anchor", "across") if getattr(m, word)}
        deletes = f", deletes: {self.deletes}" + (", max_delete_fraction: 1" if self.deletes == "infer" else "")
        of = " UNION ALL ".join(f"SELECT {', '.join(COLUMNS)} FROM silver.{system}_now" +
                                (" WHERE is_current" if self.now == "infer" else "") for system in SYSTEMS)
        self.write("models/silver/persons.sql", f"-- @silver(history: {self.history}{deletes})\n-- @dedupe({flow(dedupe)[1:-1]})\n"
                                                f"-- @expect(is_fine: {{where: \"{'fine' if self.judges else 'true'}\", on_fail: quarantine}})\n{of}\n")

    def put(self, day):
        for system in SYSTEMS:
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in self.slices[day][system]:
                writer.writerow(["" if row[c] is None else str(row[c]).lower() if c == "fine" else row[c] for c in COLUMNS])
            self.write(f"data/{system}_{day}.csv", out.getvalue())

    def ingot(self, *arguments, **environment):
        self.said.append(" ".join(arguments[:6]))
        done = subprocess.run([INGOT, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120,
                              env=os.environ | {"INGOT_RUN_ID": f"r{self.runs:04}"} | environment)
        self.runs += 1
        assert environment or done.returncode == 0, f"ingot {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self):
        self.land()
        while len(self.landed) < len(self.slices) or len(self.said) < 12:
            getattr(self, self.rng.choices(list(COMMANDS), list(COMMANDS.values()))[0])()
        self.rebuild()
        self.verify()

    def a_day(self):
        return self.rng.choice(list(self.landed))

    def run_of(self, day, *arguments):
        self.ingot("run", "--date", str(day), *arguments)
        self.take(day, arguments)
        self.compare()

    def records(self):
        """Those whom the systems know now: what the newest load of each says."""
        return [row for system in SYSTEMS for row in self.landed[max(self.landed)][system]]

    def is_let_in(self, row):
        return row["fine"] or not self.judges or tuple(row.values()) in self.let_in

    def take(self, day, arguments):
        again = "again" in arguments
        # Tables that it reads are computed anew as well, which is news to it.
        news = self.landed != self.taken or "--full-refresh" in arguments
        if "--restate-from" in arguments:
            since = arguments[arguments.index("--restate-from") + 1]
            self.loads = {at: rows for at, rows in self.loads.items() if str(at) < since}
        elif not news and not again:
            return
        elif not news and self.loads:
            day = max(self.loads)
        if self.history == "replace" or self.history == "latest" and self.deletes == "ignore":
            self.loads = {}
        self.taken = dict(self.landed)
        self.loads[max([day, *self.loads])] = clusters([row for row in self.records() if self.is_let_in(row)], self.matching)

    def wanted(self):
        columns = ["cluster_id", *COLUMNS, "cluster_size", "cluster_records"]
        keys = ["cluster_id"]
        o = reference_history.Options(columns=columns, keys=keys, history=self.history, deletes=self.deletes, load="full")
        return reference_history.table({day: [row | {"_delete": False, "_reject": None} for row in rows] for day, rows in self.loads.items()}, o)

    def compare(self):
        said = csv.DictReader(io.StringIO(self.ingot("query", "SELECT * FROM silver.persons", "--format", "csv")))
        found = as_set([{c: text for c, text in row.items()} for row in said])
        text = lambda v: "" if v is None else str(v).lower() if isinstance(v, bool) else str(v)
        wanted = as_set([{c: text(v) for c, v in row.items()} for row in self.wanted()])
        assert found == wanted, f"missing: {list((wanted - found).items())[:3]}\nsurplus: {list((found - wanted).items())[:3]}"

    def land(self):
        days = [day for day in self.slices if day not in self.landed]
        if not days:
            return self.replay()
        day = self.rng.choice(days)
        self.put(day)
        self.landed[day] = self.slices[day]
        self.run_of(day)

    def replay(self):
        self.run_of(self.a_day())

    def replace(self):
        day = self.a_day()
        self.slices[day] = self.landed[day] = {system: [row for row in rows if self.rng.random() < 0.7] for system, rows in self.slices[day].items()}
        self.put(day)
        self.run_of(day)

    def kill(self):
        days = [day for day in self.slices if day not in self.landed] or [self.a_day()]
        self.put(days[0])
        self.ingot("run", "--date", str(days[0]), INGOT_FAIL_AT=self.rng.choice(BOUNDARIES))
        self.landed[days[0]] = self.slices[days[0]]
        self.run_of(days[0])

    def rebuild(self):
        self.run_of(self.a_day(), "--full-refresh")

    def restate(self):
        self.run_of(self.a_day(), "--restate-from", str(self.a_day()))

    def release(self):
        bad = [row for row in self.records() if not self.is_let_in(row)]
        if not bad:
            return
        self.ingot("quarantine", "release", "silver.persons", "--reason", "so")
        self.let_in |= {tuple(row.values()) for row in bad}
        self.again()

    def again(self):
        day = max(self.loads)
        self.ingot("run", "--date", str(day))
        self.take(day, ["again"])
        self.compare()

    def rule(self):
        self.judges = not self.judges
        self.write_model()
        self.again()

    def verify(self):
        self.ingot("state", "verify", "--deep")

    def compact(self):
        self.ingot("compact", "silver.persons")
        self.compare()


def run_matches(seed, folder):
    sequence = Matches(seed, folder)
    try:
        sequence.run()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {sequence.history}, {sequence.deletes}, {sequence.now}\n{sequence.said}\n{sequence.matching}\n{error}") from error
