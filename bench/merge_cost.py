"""CPU of silver's merge SQL for daily full loads, against a hand-written full join: `./dev bench merge_cost`.

KEYS (100000) and DAYS (30) size it; 5 % of the rows change each day, 0.5 % go, 0.5 % come. One thread, so CPU is time.
"""
import os
import resource
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent.parent / "test/python"))
from promote_session import Plan, quoted  # noqa: E402

KEYS, DAYS = int(os.environ.get("KEYS", "100000")), int(os.environ.get("DAYS", "30"))
PROGRAM = os.environ.get("RENDER_PROMOTE") or str(Path(os.environ["INGOT"]).parent / "render_promote")
COLUMNS = [("id", "BIGINT"), ("name", "VARCHAR"), ("email", "VARCHAR"), ("city", "VARCHAR"), ("amount", "DOUBLE"),
           ("status", "INTEGER"), ("note", "VARCHAR"), ("updated_at", "TIMESTAMP")]
LISTED = ", ".join(name for name, _ in COLUMNS)
ALL_DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(DAYS)]


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def write_loads(folder):
    db = duckdb.connect()
    row = ("i::BIGINT AS id, 'name ' || hash(i) % 50000 AS name, 'u' || i || '@example.com' AS email, 'city ' || hash(i * 7) % 500 AS city,"
           " (hash(i * 3) % 100000) / 100.0::DOUBLE AS amount, (hash(i) % 5)::INT AS status, 'note ' || hash(i * 11) AS note")
    db.execute(f"CREATE TABLE t AS SELECT {row}, TIMESTAMP '2026-01-01' AS updated_at FROM range({KEYS}) r(i)")
    for number, day in enumerate(ALL_DAYS):
        if number:
            first = KEYS + (number - 1) * (KEYS // 200)
            db.execute(f"UPDATE t SET amount = amount + 1, note = 'note ' || hash(id + {number}), updated_at = TIMESTAMP '{day} 03:00:00'"
                       f" WHERE hash(id * 1000 + {number}) % 1000 < 50")
            db.execute(f"DELETE FROM t WHERE hash(id * 999 + {number}) % 1000 < 5")
            db.execute(f"INSERT INTO t SELECT {row}, TIMESTAMP '{day} 02:00:00' FROM range({first}, {first + KEYS // 200}) r(i)")
        db.execute(f"COPY (SELECT * FROM t ORDER BY id) TO '{folder}/{day}.parquet'")


def by_hand(folder, db, number, day):
    """scd2 as one would write it: yesterday's open rows and today's load, one full join."""
    load, kept = f"read_parquet('{folder}/{day}.parquet')", f"'{folder}/hand-open-{number}.parquet'"
    if number == 0:
        return db.execute(f"COPY (SELECT *, updated_at AS effective_from, NULL::TIMESTAMP AS effective_to, true AS is_current FROM {load}) TO {kept}")
    standing = f"read_parquet('{folder}/hand-open-{number - 1}.parquet')"
    differs = " OR ".join(f"n.{name} IS DISTINCT FROM o.{name}" for name, _ in COLUMNS[1:])
    db.execute(f"CREATE OR REPLACE TEMP TABLE j AS SELECT n.*, o AS old, n.id IS NULL AS gone, o.id IS NULL AS fresh"
               f" FROM {load} n FULL JOIN {standing} o ON n.id = o.id WHERE n.id IS NULL OR o.id IS NULL OR {differs}")
    old = ", ".join(f"old.{name}" for name, _ in COLUMNS)
    db.execute(f"COPY (SELECT {old}, old.effective_from, CASE WHEN gone THEN TIMESTAMP '{day}' ELSE updated_at END AS effective_to,"
               f" false AS is_current FROM j WHERE NOT fresh) TO '{folder}/hand-closed-{number}.parquet'")
    db.execute(f"COPY (SELECT * FROM {standing} WHERE id NOT IN (SELECT old.id FROM j WHERE NOT fresh)"
               f" UNION ALL SELECT {LISTED}, updated_at, NULL, true FROM j WHERE NOT gone) TO {kept}")


class Merged:
    def __init__(self, folder, tag, lines):
        self.folder, self.tag = folder, tag
        self.plan = Plan(PROGRAM, [("column", *c) for c in COLUMNS] + [("keys", "id"), ("full",), *lines])
        self.queries, self.files, self.segments, self.latest = self.plan.queries("merge"), [], [], None

    def view(self, db, name, columns, files, more=""):
        nothing = ", ".join(f"NULL::{t} AS {quoted(n)}" for n, t in columns)
        rows = f"SELECT * FROM read_parquet({files}{more})" if files else f"SELECT {nothing} WHERE false"
        db.execute(f"CREATE OR REPLACE TEMP VIEW _ingot_{name} AS {rows}")

    def part(self, db, part, is_needed=True):
        files = [file for file in self.files if f"-{part}_rows-" in file and is_needed]
        self.view(db, f"published_{part}", self.plan.columns("published") + [("_ingot_published_file", "VARCHAR")], files,
                  ", filename = '_ingot_published_file'")

    def write(self, db, part, number):
        path = f"{self.folder}/{self.tag}-{part}-{number}.parquet"
        db.execute(f"COPY ({self.queries[part]}) TO '{path}'")
        return path

    def __call__(self, _, db, number, day):
        shown = self.plan.columns("published")
        db.execute(f"CREATE OR REPLACE TEMP VIEW _ingot_new_rows AS SELECT *, DATE '{day}' AS _ingot_slice, 'f' AS _ingot_file,"
                   " file_row_number AS _ingot_row, false AS _ingot_delete, NULL::VARCHAR AS _ingot_reject"
                   f" FROM read_parquet('{self.folder}/{day}.parquet', file_row_number = true)")
        db.execute(f"CREATE OR REPLACE TEMP TABLE _ingot_new_loads AS SELECT DATE '{day}' AS _ingot_slice, true AS _ingot_is_guarded")
        self.part(db, "open")
        db.execute("SET VARIABLE ingot_latest = " + (f"'{self.latest}'" if self.latest else "NULL"))
        for _, sql in self.plan.statements(db, "merge", "find"):
            db.execute(sql)
        reaches_back = bool(db.execute(self.queries["reaches_back"]).fetchall())
        self.view(db, "store", self.plan.columns("observed"), self.segments if reaches_back else [])
        self.part(db, "closed", reaches_back)
        for _, sql in self.plan.statements(db, "merge"):
            db.execute(sql)
        if self.queries["latest"]:
            self.latest = db.execute(self.queries["latest"]).fetchone()[0]
        for name in ("guard", "ties", "counts", "invariants"):
            if self.queries[name]:
                db.execute(self.queries[name]).fetchall()
        self.segments.append(self.write(db, "segment", number))
        gone = [row[0] for row in db.execute(self.queries["rewrite"]).fetchall()]
        self.view(db, "rewritten", shown, gone)
        db.execute("CREATE OR REPLACE TEMP VIEW _ingot_placed AS FROM _ingot_added")
        written = [self.write(db, part, number) for part in ("open_rows", "closed_rows") if self.queries[part]]
        self.files = [file for file in self.files if file not in gone] + written


def measure(name, step, folder, than=None):
    db, spent = duckdb.connect(config={"threads": 1}), []
    db.execute("SET TimeZone = 'UTC'")
    for number, day in enumerate(ALL_DAYS):
        before = cpu()
        step(folder, db, number, day)
        spent.append(1000 * (cpu() - before))
    a_day = sum(spent[1:]) / max(1, len(spent) - 1)
    print(f"{name:34} first {spent[0]:5.0f} ms, then {a_day:5.0f} ms a day" + (f" ({a_day / than:.2f} x)" if than else ""))
    return a_day


with tempfile.TemporaryDirectory() as place:
    write_loads(place)
    hand = measure("by hand", by_hand, place)
    for tag, lines in {"scd2, infer": [("order_by", "updated_at"), ("history", "scd2"), ("deletes", "infer")],
                       "scd2, infer, no order_by": [("history", "scd2"), ("deletes", "infer")],
                       "scd2, soft": [("order_by", "updated_at"), ("history", "scd2"), ("deletes", "soft")],
                       "latest": [("order_by", "updated_at")]}.items():
        measure(tag, Merged(place, tag.replace(" ", "_").replace(",", ""), lines), place, hand)
