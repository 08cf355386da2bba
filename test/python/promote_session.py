"""A runner in small: runs the statements that silver::compile gives, on an embedded DuckDB, with tables for files."""
import json
import subprocess

import duckdb

US, RS = "\x1f", "\x1e"


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Plan:
    def __init__(self, program, lines):
        text = "".join(US.join(map(str, words)) + "\n" for words in lines)
        done = subprocess.run([program], input=text, capture_output=True, text=True)
        if done.returncode:
            raise ValueError(done.stderr.strip())
        self.sections = {}
        for record in done.stdout.split(RS)[:-1]:
            section, *fields = record.split(US)
            self.sections.setdefault(section, []).append(tuple(fields))

    def statements(self, db, which, phase="statements"):
        """Those that are needed, each asked for when those before it have run."""
        for name, sql, only_if in self.sections.get(f"{which} {phase}", []):
            if not only_if or db.execute(only_if).fetchall():
                yield name, sql

    def queries(self, which):
        return dict(self.sections[which + " queries"])

    def flag(self, name):
        return bool(self.sections[name][0][1])

    def columns(self, name):
        return self.sections[name]


def says(row):
    """What a change row does, and why it may not count: what says that something is gone is not judged by rules."""
    change = "truncate" if row.get("_truncate") else "delete" if row.get("_delete") else "upsert"
    judged = change == "upsert"
    return change, row.get("_reject") if judged else None


class Guarded(Exception):
    pass


class Table:
    """One silver table: what a commit names, kept as DuckDB tables."""

    def __init__(self, plan, model_columns, marks=False):
        """`marks`: rows that go are taken out by their places in files, and only those that come are written."""
        self.plan = plan
        self.marks = marks and plan.flag("keeps_observations")
        self.db = duckdb.connect(config={"threads": 1})
        self.db.execute("SET TimeZone = 'UTC'")
        self.model_columns = model_columns
        self.files = 0
        self.own = set()
        self._create("published", plan.columns("published") + [("_ingot_published_file", "VARCHAR"), ("_ingot_published_row", "BIGINT")])
        self._create("segments", plan.columns("observed"))
        self.latest = None
        self._create("rewritten", plan.columns("published"))
        own = [("_ingot_slice", "DATE"), ("_ingot_file", "VARCHAR"), ("_ingot_row", "BIGINT"), ("_ingot_delete", "BOOLEAN"),
               ("_ingot_change", "VARCHAR"), ("_ingot_reject", "VARCHAR")]
        self.incoming = model_columns + own
        self._create("new_rows", self.incoming)
        self._create("new_loads", [("_ingot_slice", "DATE"), ("_ingot_is_guarded", "BOOLEAN")])

    def _create(self, name, columns):
        self.own.add(f"_ingot_{name}")
        listed = ", ".join(f"{quoted(n)} {t}" for n, t in columns)
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE _ingot_{name} ({listed})")

    def _forget(self):
        """What the statements of an earlier round made: each round has a session of its own."""
        own = self.db.execute("SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'temp'").fetchall()
        for name, kind in own:
            if name not in self.own:
                self.db.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {quoted(name)}")

    def _fill(self, slices, guarded):
        self.db.execute("DELETE FROM _ingot_new_rows; DELETE FROM _ingot_new_loads")
        rows = []
        for day, found in slices.items():
            self.db.execute("INSERT INTO _ingot_new_loads VALUES (?, ?)", [day, guarded])
            for place, row in enumerate(found):
                values = [row[n] for n, _ in self.model_columns]
                place = row.get("_place", place)
                rows.append(values + [day, f"part-{place // 7:03}", place % 7, row.get("_delete", False), *says(row)])
        if rows:
            # One parameter: the engine's package looks for other packages at each value it binds.
            columns = ", ".join(f"CAST(r[{place + 1}] AS {type})" for place, (_, type) in enumerate(self.incoming))
            self.db.execute(f"INSERT INTO _ingot_new_rows SELECT {columns} FROM (SELECT unnest(json_transform(?, '[[\"VARCHAR\"]]')) AS r)",
                            [json.dumps(rows, default=str)])

    def take(self, which, slices, guarded=False, killed=False):
        """A run that is killed has done its work but for the commit."""
        self._forget()
        self._fill(slices, guarded)
        queries = self.plan.queries(which)
        self._lay_out_past("true")
        self.db.execute("SET VARIABLE ingot_latest = NULL")
        if which == "merge" and (of_store := self.plan.queries("plan")["latest_of_store"]):
            assert self.latest == self._one(of_store)[0]
            self.db.execute("SET VARIABLE ingot_latest = " + ("NULL" if self.latest is None else f"'{self.latest}'"))
        self._run(which, "find")
        if queries["reaches_back"]:
            self._lay_out_past("true" if self.db.execute(queries["reaches_back"]).fetchall() else "false")
        self._run(which, "statements")
        if queries["guard"] and (refused := self.db.execute(queries["guard"]).fetchall()):
            raise Guarded(refused)
        may_tie = not queries["ties_if"] or self._one(queries["ties_if"])
        self.ties = self._one(queries["ties"]) if may_tie else (0,)
        self.counts = self._one(queries["counts"])
        if queries["invariants"]:
            assert not (wrong := self.db.execute(queries["invariants"]).fetchall()), wrong
        if not killed:
            self._publish(which, queries)

    def _lay_out_past(self, is_needed):
        self.db.execute(f"CREATE OR REPLACE TEMP VIEW _ingot_published_open AS FROM _ingot_published;"
                        f"CREATE OR REPLACE TEMP VIEW _ingot_store AS FROM _ingot_segments WHERE {is_needed};"
                        f"CREATE OR REPLACE TEMP VIEW _ingot_published_closed AS FROM _ingot_published WHERE {is_needed}")

    def _run(self, which, phase):
        for name, sql in self.plan.statements(self.db, which, phase):
            try:
                self.db.execute(sql)
            except duckdb.Error as error:
                raise AssertionError(f"{which} {name}: {error}\n{sql}") from error

    def _one(self, sql):
        return self.db.execute(sql).fetchone() if sql else None

    def _publish(self, which, queries):
        if which == "rebuild":
            self.db.execute("DELETE FROM _ingot_segments; DELETE FROM _ingot_published")
        if queries["latest"]:
            self.latest = self._one(queries["latest"])[0]
        if queries["segment"]:
            self.db.execute("INSERT INTO _ingot_segments " + queries["segment"])
        files = [row[0] for row in self.db.execute(queries["rewrite"]).fetchall()] if queries["rewrite"] else []
        shown = ", ".join(quoted(n) for n, _ in self.plan.columns("published"))
        going = []
        if self.marks and which == "merge":
            going, files = self._places_of_removed(), []
        self.db.execute("DELETE FROM _ingot_rewritten")
        self.db.execute(f"INSERT INTO _ingot_rewritten SELECT {shown} FROM _ingot_published WHERE list_contains(?, _ingot_published_file)",
                        [files])
        if which == "merge":
            self.db.execute("CREATE OR REPLACE TEMP VIEW _ingot_placed AS FROM _ingot_added")
        for part in ("open_rows", "closed_rows"):
            if queries[part]:
                self.db.execute(f"CREATE OR REPLACE TEMP TABLE written_{part} AS {queries[part]}")
        self.db.execute("DELETE FROM _ingot_published WHERE list_contains(?, _ingot_published_file)", [files])
        if going:
            self.db.execute("DELETE FROM _ingot_published WHERE list_contains(?, _ingot_published_file || '#' || _ingot_published_row)", [going])
        self.rewritten = files
        for part in ("open_rows", "closed_rows"):
            if queries[part]:
                self.files += 1
                self.db.execute(f"INSERT INTO _ingot_published SELECT *, '{part}-{self.files}', row_number() OVER () - 1 FROM written_{part}")
        if check := self.plan.queries("plan")["standing_invariants"]:
            assert not (wrong := self.db.execute(check).fetchall()), wrong

    def _places_of_removed(self):
        places = [row[0] for row in self.db.execute("SELECT _ingot_published_file || '#' || _ingot_published_row FROM _ingot_removed").fetchall()]
        assert None not in places and len(set(places)) == len(places), places
        return places

    def rows(self):
        shown = [n for n, _ in self.plan.columns("published")]
        listed = ", ".join(map(quoted, shown))
        return [dict(zip(shown, row)) for row in self.db.execute(f"SELECT {listed} FROM _ingot_published").fetchall()]
