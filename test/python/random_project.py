"""A project of one silver table with options drawn at random, its source, and what the reference model says of the table.

The streams are those of test_promote_sql.py; here they are written as files in some form (change rows of several kinds,
columns that come and go, keys of several types), and the table has options that readers and files see.
"""
import csv
import io
import json
import os
import random
import subprocess
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import reference_history
from test_promote_sql import AT, ID, KEYED, LSN, SUB, TYPES, change_slices, full_slices, random_options, with_truncates

INGOT = os.environ.get("INGOT")
UTC = timezone.utc
# By what the files are sorted and found: bounds of long text, of text that UTF-16 orders otherwise, case, normal forms.
TEXTS = ["it's", 'a"b', "a b", " a b", "A B", "\u00e4", "a\u0308", "\U0001f600", "\uffe5", "x" * 60 + "1", "x" * 60 + "2", "0",
         "00", "NULL", "a\nb", "a;b", "50%", "a=b/c", "z" * 300]
PLACES = {"Rome": "Rome/Lazio=1", "Oslo": "\u00c5s 100% 'x'", "Twice": "Twice"}


CLEANING = {"name": [{"do": "whitespace"}, {"do": "empty_as_null"}, {"do": "case", "form": "title"}], SUB: [{"do": "trim"}, {"do": "case", "form": "lower"}],
            "city": [{"do": "map", "values": {"RM": "Rome", "OS": "Oslo"}}]}


def typed_keys(kind):
    """The numbers of the stream as keys of another type, and how files spell each."""
    n = range(0, 4000)
    if kind == "VARCHAR":
        return lambda i: TEXTS[i] if i < len(TEXTS) else f"k{i}", lambda v: [v]
    if kind == "DECIMAL(12,3)":
        return lambda i: Decimal(i) / 2, lambda v: [f"{v:f}", f"{v:.2f}", f"{v:.3f}"]
    if kind == "TIMESTAMPTZ":
        start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
        return lambda i: start + timedelta(minutes=30 * i), lambda v: [
            v.isoformat(sep=" "), v.astimezone(timezone(timedelta(hours=2))).isoformat(sep=" ")]
    if kind == "DATE":
        return lambda i: date(1969, 12, 28) + timedelta(days=i), lambda v: [v.isoformat()]
    if kind == "DOUBLE":
        return lambda i: i / 10, lambda v: [repr(v)]
    if kind == "BIGINT":
        return lambda i: 2**62 + i, lambda v: [str(v)]
    return lambda i: i, lambda v: [str(v)]


def typed_times(kind, at_type):
    """The times of the stream, which are of `at_type`, as another type that orders them alike."""
    if kind == "TIMESTAMPTZ":
        return lambda v: v.replace(tzinfo=UTC)
    if kind == "DECIMAL(12,2)":
        return lambda v: Decimal(v) / 4
    if kind == "VARCHAR":
        return lambda v: v.isoformat()
    if kind == "INTEGER":
        return lambda v: v
    return lambda v: v


@dataclass
class Ways:
    """What is said beside the options that the reference knows."""
    id_type: str = "INTEGER"
    at_type: str = "TIMESTAMP"
    form: str = "plain"  # plain | operation | images | flags | debezium
    marks: bool = False
    format: str = "delta"
    partition_by: list = field(default_factory=list)
    names: dict = field(default_factory=dict)  # of interval columns
    star: bool = False  # SELECT *, and a column that comes and goes
    evolve: bool = False
    cast: bool = False  # a column lands as text, and some of it does not fit
    renamed: dict = field(default_factory=dict)
    in_yaml: bool = False
    entity: str = "state"
    other_words: bool = False  # second spellings of the same options
    reader: bool = False  # another model that reads the table
    drops: bool = False  # the rule drops rows instead of setting them aside
    whole: bool = False  # a SELECT that is computed whole: each run is a load of all there is
    two_sources: bool = False  # of which half of the rows stand in another table of bronze
    cleans: list = field(default_factory=list)  # columns that come in other spellings than they are to have
    limit: tuple | None = None  # what counts, and how much of it a run puts up with
    said_keys: list | None = None
    extra: dict = field(default_factory=dict)  # of a slice: absent | number | text


def flow(value):
    """YAML flow style; JSON is a part of it."""
    return json.dumps(value, ensure_ascii=False)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def accepted_options(rng):
    """Random options without those that a project is refused for."""
    o, at_type = random_options(rng)
    if o.cdc and o.deletes == "ignore":
        o.cdc, o.ignore_null = False, []
    if o.history in ("append", "snapshot", "replace") and o.deletes != "tombstone":
        o.deletes = "ignore"
    if o.deletes != "ignore" and not o.keys:
        o.keys = [ID]
    if o.history == "scd3" and o.previous is None:  # else the column that the rule reads would be among them
        o.previous = o.tracked
    if o.history == "scd6" and o.current is None:
        o.current = o.tracked
    if not o.order_by:
        o.tiebreak = []
    if o.history not in KEYED:
        o.load_time = False
    ends = o.history in ("scd2", "scd6") or o.history in ("latest", "scd3") and o.deletes in ("soft", "infer", "tombstone")
    if not ends:
        o.open_end = None
    o.load_time = o.load_time and o.history in KEYED
    taken = set()
    for word in ("track", "overwrite", "restate", "ignore"):  # a column stands under one of them
        names = getattr(o, word)
        if names:
            setattr(o, word, [c for c in names if c not in taken])
            taken |= set(names)
    return o, at_type


def random_ways(rng, o, at_type):
    w = Ways(at_type=at_type)
    if rng.random() < 0.6:
        w.id_type = rng.choice(["VARCHAR", "VARCHAR", "DECIMAL(12,3)", "TIMESTAMPTZ", "DATE", "DOUBLE", "BIGINT"])
    if rng.random() < 0.3:
        w.at_type = {"TIMESTAMP": "TIMESTAMPTZ", "BIGINT": rng.choice(["DECIMAL(12,2)", "INTEGER"]), "DATE": "VARCHAR"}[at_type]
        if w.at_type == "VARCHAR" and (o.deletes == "infer" or o.load == "full"):
            w.at_type = "DATE"
        if o.open_end is not None and o.order_by and not o.load_time:
            o.open_end = {"TIMESTAMPTZ": datetime(9999, 12, 31, tzinfo=UTC), "DECIMAL(12,2)": Decimal("9999999.00"),
                          "INTEGER": 2**31 - 1, "VARCHAR": "9999-12-31"}.get(w.at_type, o.open_end)
    if o.cdc:
        w.form = rng.choice(["operation", "images", "flags", "debezium"])
    w.marks = o.history in KEYED and rng.random() < 0.4
    if rng.random() < 0.3:
        w.format = rng.choice(["parquet", "csv", "engine"])
        w.marks = False
    if o.order_by and at_type != "BIGINT" and w.at_type != "VARCHAR" and o.load == "cdc" and rng.random() < 0.2:
        o.late = timedelta(days=rng.choice([1, 2]))
    if o.history != "replace" and o.deletes != "infer" and rng.random() < 0.15:
        o.by_itself = True  # scope: slice
        w.marks = w.marks and w.format == "delta"
    if rng.random() < 0.25:
        w.star = o.track is None or rng.random() < 0.5
        w.star = w.star and w.form != "debezium"
        w.evolve = rng.random() < 0.5
    w.cast = w.form != "debezium" and rng.random() < 0.2
    w.renamed = {"score": "points"} if w.form != "debezium" and rng.random() < 0.15 else {}
    w.in_yaml = rng.random() < 0.2
    w.other_words = rng.random() < 0.3
    w.drops = rng.random() < 0.15
    w.reader = rng.random() < 0.2 and "name" not in o.ignore
    w.whole = not (o.cdc or o.late or o.by_itself or w.star) and rng.random() < 0.2
    if w.whole and o.deletes != "infer":
        o.deletes = "ignore"
    w.two_sources = w.whole and rng.random() < 0.5
    if o.history == "changes":
        w.entity = rng.choice(["state", "derived_event"])
    elif o.history in ("append", "snapshot", "latest") and o.order_by and not o.load_time and rng.random() < 0.3:
        w.entity = "event"
        if o.history == "latest":  # a thing that happened is told by its key and its time
            w.said_keys = o.keys
            o.keys = o.keys + o.order_by
    if o.history in ("scd2", "scd6") and rng.random() < 0.2:
        w.names = {"effective_to": "to", "is_current": "open"} | ({} if o.load_time else {"effective_from": "valid from"})
    if rng.random() < 0.3:
        among = [c for c in (ID, SUB, "name", "city") if c in o.shown and (c != "name" and c != "city" or c not in o.ignore)]
        w.partition_by = rng.sample(among, rng.choice([1, 1, 2]))
        if w.id_type in ("DOUBLE", "TIMESTAMPTZ"):
            w.partition_by = [c for c in w.partition_by if c != ID]
        if o.history in ("scd2", "scd6") and rng.random() < 0.2:
            w.partition_by = [w.names.get("is_current", "is_current")]
        if o.by_itself:
            w.partition_by = []
    if rng.random() < 0.3:
        w.cleans = [c for c in rng.sample(list(CLEANING), rng.randint(1, len(CLEANING))) if c != "city" or "city" not in w.partition_by]
    if rng.random() < 0.3:
        w.limit = "rule" if w.drops else rng.choice(["rule", "all"]), 0
    return o, w


def dirty(column, value, place):
    """A value as it may come where it is to be cleaned."""
    if column == "name":
        return ["  ", None][place % 2] if value is None else [value, f" {value.upper()}\t", value.lower(), f"{value}\u00a0"][place % 4]
    if value is None:
        return None
    if column == SUB:
        return [value, value.upper(), f"\u2003{value} "][place % 3]
    return {"Rome": "RM", "Oslo": "OS"}.get(value, value) if place % 2 else value


def refusals(slices, o, what):
    """How many rows of all are set aside: by the rule, or for any reason."""
    return sum(bool(row["_reject"]) if what == "rule" else reference_history.refused(day, row, o) for day, rows in slices.items() for row in rows)


class Project:
    def __init__(self, folder, o, w, rng):
        self.folder, self.o, self.w, self.rng, self.runs = folder, o, w, rng, 0
        self.types = {c: w.at_type if c == AT else w.id_type if c == ID else TYPES[c] for c in o.columns}
        _, self.spellings = typed_keys(w.id_type)
        self.judges = True
        self.write("ingot.yml", "config_version: 1\nname: prop\ndefault_target: dev\n"
                                "targets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n")
        self.write_source()
        self.write_model()

    def write_source(self):
        kind = "jsonl" if self.w.form == "debezium" else "csv"
        landed = self.types | {"op": "VARCHAR", "fine": "BOOLEAN"} | ({LSN: "VARCHAR"} if self.w.cast else {})
        if kind == "jsonl":
            landed = {c: t for c, t in landed.items() if c not in self.within}
            options = f"options: {{types: {flow(landed | {'before': 'VARCHAR', 'after': 'VARCHAR'})}}}"
        else:
            options = f'options: {{delimiter: ",", header: true, types: {flow(landed)}}}'
        self.write("sources/src.yml", f"""
system: src
connection: {{type: file, path: data}}
tables:
  - name: rows
    path: "rows_{{date}}.{kind}"
    load: {self.o.load}
    {options}
""" + (f"""
  - name: more
    path: "more_{{date}}.{kind}"
    load: {self.o.load}
    {options}
""" if self.w.two_sources else ""))

    @property
    def within(self):
        """Columns inside an envelope."""
        return [c for c in self.o.columns if c not in self.o.order_by + self.o.tiebreak]

    def write_model(self):
        beside = [c for c in self.o.columns if c in self.o.order_by + self.o.tiebreak]
        listed = ", ".join(map(quoted, self.o.columns))
        body = f"SELECT {listed}, fine FROM bronze.src_rows"
        if self.w.form == "debezium":
            body = "SELECT " + ", ".join(["before", "after", *map(quoted, beside), "fine"]) + " FROM bronze.src_rows"
        elif self.w.star:
            body = "SELECT * EXCLUDE (op) FROM bronze.src_rows"
        elif self.w.two_sources:
            body = f"{body} UNION ALL {body.replace('src_rows', 'src_more')}"
        elif self.w.whole:
            body = f"SELECT * FROM ({body})"
        condition = "fine" if self.judges else "true"
        limit = f", fail_above: {{rows: {self.w.limit[1]}}}" if self.w.limit and self.w.limit[0] == "rule" else ""
        expect = f"is_fine: {{where: {flow(condition)}, on_fail: {'drop' if self.w.drops else 'quarantine'}{limit}}}"
        (self.folder / "models/silver/things.sql").unlink(missing_ok=True)
        if self.w.in_yaml:
            self.write("models/silver/things.yml", f"silver: {{sql: {flow(body)}, {self.options()}}}\nexpect: {{{expect}}}\n")
        else:
            self.write("models/silver/things.sql", f"-- @silver({self.options()})\n-- @expect({expect})\n{body}\n")
        if self.w.reader:
            self.write("models/silver/readers.sql", "-- @silver(history: replace)\nSELECT name, count(*) AS things FROM silver.things GROUP BY ALL\n")

    def options(self):
        o, w = self.o, self.w
        said = {"history": o.history, "deletes": o.deletes} | ({"entity": w.entity} if w.entity != "state" else {})
        said |= {"infer": {"max_delete_fraction": 1}, "ignore": {}}.get(o.deletes, {} if o.cdc else {"delete_when": "op = 'D'"})
        said |= {"deletion_vectors": True} if w.marks else {}
        said |= {"format": w.format} if w.format != "delta" or o.by_itself else {}
        said |= {"partition_by": w.partition_by} if w.partition_by else {}
        said |= {"scope": "slice"} if o.by_itself else {}
        said |= {"schema": "evolve"} if w.evolve else {}
        said |= {"late": f"{o.late.days}d"} if o.late else {}
        said |= {word: getattr(o, word) for word in ("keys", "order_by", "tiebreak") if getattr(o, word)}
        said |= {"keys": w.said_keys} if w.said_keys else {}
        said |= {"cast": {LSN: "INTEGER"}} if w.cast else {}
        said |= {{"effective_from": "valid_from", "effective_to": "valid_to"}.get(old, old): new for old, new in w.names.items()}
        said |= {"quarantine": {"fail_above": {"rows": w.limit[1]}}} if w.limit and w.limit[0] == "all" else {}
        said |= {"normalize": {"apply": [step | {"columns": [c]} for c in w.cleans for step in CLEANING[c]]}} if w.cleans else {}
        if o.load_time:
            said["valid_from"] = "load_time"
        if o.cdc:
            said["cdc"] = {"operation": {"operation": "op"}, "images": {"operation": "op", "upserts": ["U", "after"], "ignores": ["before", "Ping"]},
                           "flags": {"delete_when": "op = 'D'", "truncate_when": "op = 'T'"},
                           "debezium": {"envelope": "debezium", "fields": {c: self.types[c] for c in self.within}}}[w.form]
            if o.ignore_null:
                said["cdc"] |= {"ignore_null_columns": o.ignore_null}
        has_ends = o.history in ("scd2", "scd6") or o.is_one_row and o.deletes in ("soft", "infer", "tombstone")
        if o.open_end is not None and has_ends:
            said["open_end"] = str(o.open_end)
        columns = {word: getattr(o, word) for word in ("overwrite", "restate", "ignore") if getattr(o, word)}
        columns |= {"collapse": False} if not o.collapse else {}
        columns |= {word: getattr(o, word) for word in ("track", "previous", "current") if getattr(o, word) is not None}
        if columns:
            said["columns"] = columns
        if w.other_words:
            self.say_otherwise(said)
        text = ", ".join(f"{word}: {flow(value)}" for word, value in said.items())
        for old, new in w.renamed.items():
            text = text.replace(flow(old), flow(new))
        return text + (f", rename: {flow(w.renamed)}" if w.renamed else "")

    def say_otherwise(self, said):
        """The same in other words, and defaults left unsaid."""
        o = self.o
        models = {"latest": ["scd_type_1", "operational", "full_merge_dedupe"], "scd2": ["scd_type_2", "analytics"],
                  "append": ["incremental_merge", "cdc_delta"], "snapshot": ["periodic_snapshot"]}
        words = {"latest": ["scd1", "merge_ready"], "append": ["incremental"], "scd6": ["hybrid"]}
        if o.history in models and self.w.entity == "state" and self.rng.random() < 0.5:
            said |= {"model": self.rng.choice(models[o.history])}
            del said["history"]
        elif o.history in words:
            said["history"] = self.rng.choice(words[o.history])
        elif self.w.entity == "derived_event":
            del said["history"]
        if o.deletes == "tombstone":
            said["deletes"] = "new_record"
        if "cdc" in said:
            by_default = "soft" if o.history in ("scd2", "scd6", "changes") else "hard" if o.history in KEYED else "tombstone"
            if o.deletes == by_default:
                del said["deletes"]
            if o.order_by:
                said["cdc"] |= {"sequence": said.pop("order_by")}
            if self.w.form == "flags":
                said["delete_when"] = said["cdc"].pop("delete_when")
            if o.ignore_null and self.w.form != "debezium" and not self.w.star:
                del said["cdc"]["ignore_null_columns"]
                said["cdc"] |= {"ignore_null_updates": True, "ignore_null_except": [c for c in [*o.columns, "fine"] if c not in o.ignore_null]}
        elif o.deletes == "ignore":
            del said["deletes"]

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def text_of(self, column, value, place):
        value = dirty(column, value, place) if column in self.w.cleans else value
        if value is None:
            return ""
        if column == LSN and value < 0:
            return "x1"
        if column == ID:
            found = self.spellings(value)
            return found[place % len(found)]
        return str(value)

    def put(self, day, rows):
        self.put_file("rows", day, rows[::2] if self.w.two_sources else rows)
        if self.w.two_sources:
            self.put_file("more", day, rows[1::2])

    def put_file(self, name, day, rows):
        out = io.StringIO()
        if self.w.form == "debezium":
            for place, row in enumerate(rows):
                out.write(self.enveloped(row, place) + "\n")
            return self.write(f"data/{name}_{day}.jsonl", out.getvalue())
        writer = csv.writer(out, lineterminator="\n")
        extra = self.w.extra.get(day, "absent") if self.w.star else "absent"
        writer.writerow([*self.types, "op", "fine", *(["extra"] if extra != "absent" else [])])
        for place, row in enumerate(rows):
            values = [self.text_of(c, -1 if c == LSN and row.get("_misfit") else row[c], place) for c in self.types]
            writer.writerow([*values, self.operation(row), self.fine(row), *([row.get("extra")] if extra != "absent" else [])])
        self.write(f"data/{name}_{day}.csv", out.getvalue())

    def fine(self, row):
        return "false" if row["_is_bad"] else "true"

    def operation(self, row):
        if row.get("_unknown"):
            return "what?"
        if row.get("_silent"):
            return "before"
        return "T" if row.get("_truncate") else "D" if row["_delete"] else "U"

    def enveloped(self, row, place):
        def plain(column):
            value = dirty(column, row[column], place) if column in self.w.cleans else row[column]
            return value if value is None or isinstance(value, (int, float)) else str(value)
        image = None if row.get("_truncate") else {c: plain(c) for c in self.within}
        gone = row["_delete"] or row.get("_truncate")
        op = {"T": "t", "D": "d", "U": "u"}.get(self.operation(row), self.operation(row))
        beside = {c: plain(c) for c in self.types if c not in self.within}
        dumped = None if image is None else json.dumps(image, ensure_ascii=False)
        said = {"before": dumped if gone else None, "after": None if gone else dumped, "op": op, "fine": not row["_is_bad"]}
        return json.dumps(said | beside, ensure_ascii=False)

    def killed(self, boundary, *arguments):
        """Ends by itself where the run does not come by that boundary."""
        self.runs += 1
        subprocess.run([INGOT, *arguments], cwd=self.folder, capture_output=True, timeout=120, env=self.environment() | {"INGOT_FAIL_AT": boundary})

    def environment(self):
        return os.environ | {"INGOT_RUN_ID": f"r{self.runs:04}"}

    def ingot(self, *arguments, codes=(0,)):
        self.runs += 1
        done = subprocess.run([INGOT, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120, env=self.environment())
        assert done.returncode in codes, f"ingot {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def refused(self, *arguments):
        """What a run says that publishes nothing because of its rows."""
        self.runs += 1
        done = subprocess.run([INGOT, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120, env=self.environment())
        assert done.returncode == 4, f"ingot {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stderr

    def query(self, sql, *arguments):
        return csv.DictReader(io.StringIO(self.ingot("query", sql, "--format", "csv", *arguments)))

    def rows(self, table="silver.things", *arguments):
        rows = self.query(f"SELECT * FROM {table}", *arguments)
        return [{c: comparable(self.value(c, v)) for c, v in row.items()} for row in rows]

    def value(self, column, text):
        if column in ("change_type", "changed_columns"):
            return text  # never NULL
        own = {v: k for k, v in self.w.names.items()}.get(column, column)
        own = own.removeprefix("previous_").removeprefix("current_")
        kind = self.types.get({v: k for k, v in self.w.renamed.items()}.get(own, own)) or {
            "is_current": "BOOLEAN", "is_deleted": "BOOLEAN", "fine": "BOOLEAN", "snapshot_date": "DATE", "load_date": "DATE",
            "extra": "VARCHAR"}.get(own) or self.time_type()
        if text == "":
            return None
        if kind == "BOOLEAN":
            return {"true": True, "false": False}[text]
        if kind == "DATE":
            return date.fromisoformat(text)
        if kind == "TIMESTAMP":
            return datetime.fromisoformat(text)
        if kind == "TIMESTAMPTZ":
            return datetime.fromisoformat(text + ":00" if text[-3] in "+-" else text)
        if kind.startswith("DECIMAL"):
            return Decimal(text)
        return {"VARCHAR": str, "DOUBLE": float}.get(kind, int)(text)

    def time_type(self):
        return "DATE" if self.o.by_slice else self.types[self.o.order_by[0]]


def comparable(value):
    return value.normalize() if isinstance(value, Decimal) else value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


def expected(project, slices):
    """The reference, with the column that the rule reads: it is true in every row that it let through, and where nothing is
    judged any more it is what it was."""
    o, w = project.o, project.w
    columns = [*o.columns, "fine"]
    if w.form == "debezium":
        columns = [c for c in o.columns if c not in project.within] + ["fine"] + project.within
    if w.star and any(w.extra.get(day, "absent") != "absent" for day in slices):
        columns.append("extra")
    full = replace(o, columns=columns)
    rows = {day: [row | {"fine": not row["_is_bad"], "extra": row.get("extra") if w.extra.get(day, "absent") != "absent" else None} for row in found]
            for day, found in slices.items()}
    if w.whole:
        full = replace(full, load="full")
    elif not project.judges:
        rows = {day: [row | {"_reject": None} for row in found] for day, found in rows.items()}
    if w.drops:  # what says that something is gone is not judged
        rows = {day: [row for row in found if not row["_reject"] or row.get("_delete") or row.get("_truncate")] for day, found in rows.items()}
    told = reference_history.table(rows, full)
    for row in told:
        if "changed_columns" in row:
            row["changed_columns"] = ",".join(w.renamed.get(c, c) for c in row["changed_columns"].split(","))
    return [{named(w, c): comparable(v) for c, v in row.items()} for row in told]


def named(w, column):
    for prefix in ("previous_", "current_", ""):
        if column.startswith(prefix) and column[len(prefix):] in w.renamed:
            return prefix + w.renamed[column[len(prefix):]]
    return w.names.get(column, column)


def random_stream(rng, o, w, days):
    at_type = {"TIMESTAMPTZ": "TIMESTAMP", "DECIMAL(12,2)": "BIGINT", "INTEGER": "BIGINT", "VARCHAR": "DATE"}.get(w.at_type, w.at_type)
    slices = (full_slices if o.load == "full" else change_slices)(rng, o, at_type, days)
    if o.cdc:
        slices = with_truncates(rng, slices, o)
        for rows in slices.values():
            for row in rows:
                if w.form == "images" and rng.random() < 0.1 and not row["_truncate"]:
                    row["_silent"] = True
                elif w.form in ("operation", "images", "debezium") and rng.random() < 0.03 and not row["_truncate"]:
                    row["_unknown"] = True
    elif o.deletes in ("ignore", "infer"):  # without delete_when no row says deleted
        slices = {day: [row | {"_delete": False} for row in rows] for day, rows in slices.items()}
    to_key, _ = typed_keys(w.id_type)
    to_time = typed_times(w.at_type, at_type)
    if w.cast:
        for row in (row for rows in slices.values() for row in rows):
            if rng.random() < 0.04:
                row |= {"_misfit": True, LSN: None}
    for day, rows in slices.items():
        if w.star:
            w.extra[day] = rng.choice(["absent", "absent", "number"] + ["text"] * w.evolve)
        for row in rows:
            row["_is_bad"] = bool(row["_reject"])
            row[ID] = None if row[ID] is None else to_key(row[ID])
            row[AT] = None if row[AT] is None else to_time(row[AT])
            row["city"] = PLACES.get(row["city"]) if "city" in w.partition_by else row["city"]
            if w.extra.get(day, "absent") != "absent":
                row["extra"] = rng.choice(["7", "8", None] + ["many"] * (w.extra[day] == "text"))
    return slices


def as_of(rows, moment, w):
    start, end = (w.names.get(c, c) for c in ("effective_from", "effective_to"))
    return [row for row in rows if row[start] <= moment and (row[end] is None or row[end] > moment)]
