"""Random commands over a random project: whatever was run, the table is the one that the reference model computes, and the
one that a fresh build from bronze gives."""
import random
from collections import Counter
from datetime import date

from random_project import Project, accepted_options, as_of, expected, random_stream, random_ways, refusals
from test_promote_sql import as_set, settle_ties

BOUNDARIES = ("after-land", "after-check", "after-observations", "after-write", "before-commit", "after-commit", "before-catalog")
COMMANDS = {"land": 10, "replay": 1, "replace": 2, "kill": 2, "restate": 2, "rebuild": 1, "backfill": 1, "compact": 2, "retry": 1,
            "release": 2, "purge": 1, "repair": 1, "rule": 0.5, "history": 0.5, "verify": 1, "past": 2, "as_of": 1,
            "spoil": 1}


class Sequence:
    def __init__(self, seed, folder):
        self.rng = rng = random.Random(seed)
        self.seed = seed
        self.o, self.w = random_ways(rng, *accepted_options(rng))
        self.slices = random_stream(rng, self.o, self.w, rng.randint(2, 6))
        self.in_order = rng.random() < 0.2
        if not self.in_order:
            self.slices = settle_ties(self.slices, self.o)
        self.days = sorted(self.slices)
        if not self.in_order:
            rng.shuffle(self.days)
        if self.w.limit:
            self.w.limit = self.w.limit[0], refusals(self.slices, self.o, self.w.limit[0]) + 3
        self.project = Project(folder, self.o, self.w, rng)
        self.landed, self.released, self.said, self.stood = {}, set(), [], {}
        self.loads, self.taken = {}, None  # of a model that is computed whole: what each load yielded
        self.let_in = set()  # and rows that were released, which it knows by what they say

    def run(self):
        self.land()
        while len(self.landed) < len(self.slices) or len(self.said) < 6 + self.seed % 7:
            command = self.rng.choices(list(COMMANDS), list(COMMANDS.values()))[0]
            getattr(self, command)()
        self.rebuild()
        self.verify()

    def ingot(self, *arguments, **more):
        self.said.append(" ".join(arguments))
        return self.project.ingot(*arguments, **more)

    def wanted(self):
        return expected(self.project, self.loads if self.w.whole else self.landed)

    def run_of(self, day, *arguments, command="run"):
        self.ingot(command, *arguments, *(["--date", str(day)] if command == "run" else []))
        if self.w.whole:
            self.take_whole(day, arguments)
        self.compare()

    def take_whole(self, day, arguments):
        """Of a run of an older date it is the newest load, and without news that load is made anew."""
        again = "--full-refresh" in arguments or "again" in arguments
        o, news = self.o, self.landed != self.taken
        if "--restate-from" in arguments:
            since = date.fromisoformat(arguments[arguments.index("--restate-from") + 1])
            self.loads = {at: rows for at, rows in self.loads.items() if at < since}
        elif not news and not again:
            return
        elif not news and self.loads:
            day = max(self.loads)
        if o.history == "replace" or o.history == "latest" and o.deletes == "ignore":
            self.loads = {}
        self.taken = dict(self.landed)
        rows = [row for at in sorted(self.landed) for row in self.landed[at]]
        if self.w.two_sources:
            rows = [row for half in (0, 1) for at in sorted(self.landed) for row in self.landed[at][half::2]]
        self.loads[max([day, *self.loads])] = [
            row if self.project.judges and self.content(row) not in self.let_in else row | {"_reject": None} for row in rows]

    def content(self, row):
        return (row["_is_bad"], *(row[c] for c in self.o.columns))

    def compare(self):
        rows = self.project.rows()
        self.stood[f"r{self.project.runs - 1:04}"] = as_set(rows)  # the run before the query
        wanted = self.wanted()
        self.same(rows, wanted, "table")
        if self.w.reader:
            found = {row["name"]: int(row["things"]) for row in self.project.query("FROM silver.readers")}
            assert found == Counter(row.get("name") or "" for row in wanted), f"seed {self.seed}: silver.readers after {self.said}: {found}"

    def same(self, rows, wanted, what):
        found, wanted = as_set(rows), as_set(wanted)
        assert found == wanted, (f"seed {self.seed}: {what} after {self.said}\n{self.o}\n{self.w}\n"
                                 f"missing: {list((wanted - found).items())[:3]}\nsurplus: {list((found - wanted).items())[:3]}")

    def land(self):
        days = [day for day in self.days if day not in self.landed]
        days = days[: self.rng.choice([1, 1, 2, 3])]
        if not days:
            return self.replay()
        for day in days:
            if self.rng.random() < 0.1 and not self.w.star:  # within the day, it grows
                some = self.slices[day][: self.rng.randint(0, len(self.slices[day]))]
                self.project.put(day, some)
                self.landed[day] = some
                self.run_of(day)
            self.project.put(day, self.slices[day])
            self.landed[day] = self.slices[day]
            if day != days[-1]:
                self.ingot("extract", "--date", str(day))
        self.run_of(days[-1])

    def a_day(self):
        return self.rng.choice(list(self.landed))

    def replay(self):
        self.run_of(self.a_day())

    def replace(self):
        day = self.a_day()
        if day in self.released:
            return
        self.landed[day] = self.slices[day] = [row for row in self.slices[day] if self.rng.random() < 0.7]
        self.project.put(day, self.slices[day])
        self.run_of(day)

    def kill(self):
        days = [day for day in self.days if day not in self.landed] or [self.a_day()]
        if self.rng.random() < 0.3 and days[0] not in self.released:
            self.slices[days[0]] = self.slices[days[0]][1:]
        self.project.put(days[0], self.slices[days[0]])
        boundary = self.rng.choice(BOUNDARIES)
        self.said.append(f"killed at {boundary}")
        self.project.killed(boundary, "run", "--date", str(days[0]))
        self.landed[days[0]] = self.slices[days[0]]
        self.run_of(days[0])

    def restate(self):
        self.run_of(self.a_day(), "--restate-from", str(self.a_day()))

    def rebuild(self):
        self.run_of(self.a_day(), "--full-refresh")

    def backfill(self):
        days = sorted([self.a_day(), self.a_day()])
        inside = [day for day in self.slices if days[0] <= day <= days[1]]
        for day in inside:
            self.project.put(day, self.slices[day])
            self.landed[day] = self.slices[day]
        self.run_of(days[1], "--from", str(days[0]), "--to", str(days[1]), command="backfill")

    def compact(self):
        shown = [c for c in ("name", "city") if c not in self.o.ignore]
        more = self.rng.choice([[], ["--target-size", "1KB"], ["--retain", "0h"], ["--sort-by", ",".join(shown)], ["--z-order", "name,city"]])
        if more[-1:] and "name" in more[-1] and len(shown) < 2:
            more = []
        if "0h" in more:
            self.stood = {}
        self.ingot("compact", "silver.things", *more)
        self.compare()

    def retry(self):
        self.ingot("quarantine", "retry")
        self.compare()

    def release(self):
        if not self.project.judges or self.w.drops:
            return
        if self.w.whole:
            return self.release_whole()
        days = [day for day, rows in self.landed.items() if any(row["_reject"] for row in rows)]
        if not days:
            return
        day = self.rng.choice(days)
        self.ingot("quarantine", "release", "silver.things", "--rule", "is_fine", "--slice", str(day), "--reason", "so")
        self.released.add(day)
        self.landed[day] = self.slices[day] = [row | {"_reject": None} for row in self.slices[day]]
        self.ingot("run", "--date", str(day))
        self.compare()

    def release_whole(self):
        newest = max(self.loads)
        found = {self.content(row) for row in self.loads[newest] if row["_reject"]}
        if not found:
            return
        self.ingot("quarantine", "release", "silver.things", "--rule", "is_fine", "--reason", "so")
        self.let_in |= found
        self.ingot("run", "--date", str(newest))
        self.take_whole(newest, ["again"])
        self.compare()

    def spoil(self):
        """Too many bad rows: nothing is published. When they are mended, it is as if they had never been."""
        day = self.rng.choice([day for day in self.days if day not in self.released])
        some = [row for row in self.slices[day] if not (row["_delete"] or row.get("_truncate") or row.get("_silent") or row.get("_unknown"))]
        if not self.w.limit or not some or not self.project.judges:
            return
        bad = [self.rng.choice(some) | {"_is_bad": True, "_reject": "rule"} for _ in range(self.w.limit[1] + 1)]
        if self.w.whole and any(self.content(row) in self.let_in for row in bad):
            return
        stood = as_set(self.project.rows())
        self.project.put(day, self.slices[day] + bad)
        self.said.append(f"spoilt {day}")
        told = self.project.refused("run", "--date", str(day))
        assert ("QUAL001" if self.w.limit[0] == "rule" else "QUAL108") in told and "nothing was published" in told, told
        assert as_set(self.project.rows()) == stood, f"seed {self.seed}: refused rows were published after {self.said}\n{self.o}\n{self.w}"
        self.project.put(day, self.slices[day])
        self.landed[day] = self.slices[day]
        self.run_of(day)

    def purge(self):
        """What is purged cannot be released, until it is judged again."""
        self.ingot("quarantine", "purge", "silver.things")
        self.compare()
        self.rebuild()

    def repair(self):
        self.ingot("state", "repair")
        self.compare()

    def verify(self):
        self.ingot("state", "verify", "--deep")

    def redefined(self):
        self.project.write_model()
        self.ingot("run", "--date", str(day := self.a_day()))
        if self.w.whole:
            self.take_whole(day, ["again"])
        self.compare()

    def rule(self):
        self.project.judges = not self.project.judges
        self.redefined()

    def history(self):
        """Another definition of the same table."""
        if self.o.history in ("scd2", "latest") and self.o.collapse and not self.o.restate + self.o.overwrite and self.o.track is None and not self.w.names and self.w.entity == "state":
            self.o.history = {"scd2": "latest", "latest": "scd2"}[self.o.history]
            if "is_current" in self.w.partition_by:
                self.w.partition_by = []
            self.redefined()

    def past(self):
        if not self.stood:
            return
        run = self.rng.choice(list(self.stood))
        try:
            rows = self.project.rows("silver.things", "--as-of-run", run)
        except AssertionError as error:
            assert "STG106" in str(error) or "RUN103" in str(error), error
            return
        assert as_set(rows) == self.stood[run], f"seed {self.seed}: as of {run} after {self.said}\n{self.o}\n{self.w}"

    def as_of(self):
        if self.o.history not in ("scd2", "scd6"):
            return
        rows = self.wanted()
        times = [row[self.w.names.get("effective_from", "effective_from")] for row in rows]
        if not times:
            return
        moment = self.rng.choice(times)
        kind = self.project.time_type()
        found = self.project.rows(f"silver.things_as_of(CAST('{moment}' AS {kind}))")
        self.same(found, as_of(rows, moment, self.w), f"as of {moment}")


def run_sequence(seed, folder):
    sequence = Sequence(seed, folder)
    try:
        sequence.run()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {sequence.said}\n{sequence.o}\n{sequence.w}\n{error}") from error
