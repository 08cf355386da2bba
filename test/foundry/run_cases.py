#!/usr/bin/env python3
"""Run the golden cases against any implementation of bronze_extract, silver_extract and silver_join.

    run_cases.py --bin DIR [--cases DIR] [--only GLOB] [--pending FILE] [--json FILE] [--keep] [-j N] [--literal] [-v]

Needs Python 3.11 and pyarrow; `api_server.py`, `overrides.json` and `pending.txt` lie beside this file. See README.md."""
import argparse, ast, csv, json, os, pwd, re, shlex, shutil, signal, socket, subprocess, sys, tempfile, time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fnmatch import filter as glob_filter, fnmatchcase
from pathlib import Path
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
FAILURES = {1, 2, 3, 4, 5, 64}              # exit statuses an implementation may use for "failed"
TIMEOUT = 180                               # seconds per command
PG_BIN = str(max(Path("/usr/lib/postgresql").glob("*/bin"), default="/usr/lib/postgresql/bin"))
CHECKS = ("exit", "listing", "tables", "metadata", "requests", "files")

# ------------------------------------------------ values: every cell becomes None or (kind, value)
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$")        # leading zeros are text, not a number
TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

def parse_time(text):
    """ISO text -> ("time", microseconds since 1970 UTC), or None. No zone = UTC."""
    try:
        moment = datetime.fromisoformat(text) if TIME.match(text) else None
    except ValueError:
        moment = None
    return moment and ("time", ((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)) - EPOCH) // timedelta(microseconds=1))

def nested(value):
    """Canonical text of a list or map; absent and null members are the same, 1 = 1.0."""
    def clean(v):
        if isinstance(v, dict):
            return {str(k): clean(x) for k, x in v.items() if x is not None}
        return [clean(x) for x in v] if isinstance(v, list) else int(v) if isinstance(v, float) and v.is_integer() else v
    return ("nested", json.dumps(clean(value), sort_keys=True, default=str))

def csv_value(text):
    """Meaning of one CSV cell. Nested cells may be JSON or a Python literal."""
    if text in ("", "nan", "NaN", "NaT"):
        return None
    if NUMBER.match(text):
        return ("number", Decimal(text))
    if text.lower() in ("true", "false"):
        return ("bool", text.lower() == "true")
    if text[0] + text[-1] in ("[]", "{}"):
        for parse in (json.loads, ast.literal_eval):
            try:
                return nested(parse(text))
            except (ValueError, SyntaxError):
                pass
    return parse_time(text) or ("text", text)

def dumped_value(text, arrow_type):
    """Meaning of one cell of an expected Parquet dump, with the type from schema.json."""
    if text in ("<NULL>", "<NaN>", "NaT"):
        return None
    if arrow_type.startswith(("int", "uint", "double", "float", "half", "decimal")):
        return ("number", Decimal(text))
    if arrow_type == "bool":
        return ("bool", text == "true")
    if arrow_type.startswith(("timestamp", "date")):
        return parse_time(text)
    return nested(json.loads(text)) if arrow_type.startswith(("list", "struct", "map", "large_list")) else ("text", text)

def arrow_value(v):
    """Meaning of one cell of an actual Parquet file."""
    if v is None or v != v or v == "NaT":
        return None
    if isinstance(v, bool):
        return ("bool", v)
    if isinstance(v, (int, float, Decimal)):
        return ("number", Decimal(str(v)))
    if isinstance(v, date):
        return parse_time(v.isoformat())
    return nested(v) if isinstance(v, (list, dict)) else ("text", str(v))

# ------------------------------------------------ tables
@dataclass
class Table:
    columns: list                           # names in file order
    rows: list                              # lists of values

    def project(self, names):
        at = [self.columns.index(n) for n in names]
        return [tuple(row[i] for i in at) for row in self.rows]

def read_csv(path, convert=csv_value):
    with open(path, newline="", encoding="utf-8") as f:
        records = [r for r in csv.reader(f) if r]
    head = records[0] if records else []
    return Table(head, [[convert(c) for c in r] + [None] * (len(head) - len(r)) for r in records[1:]])

def read_actual(path):
    if path.suffix == ".csv":
        return read_csv(path)
    table = pq.ParquetFile(path).read()
    columns = [c.cast(pa.timestamp("us", c.type.tz), safe=False) if pa.types.is_timestamp(c.type) else c for c in table.columns]
    return Table(table.schema.names, [[arrow_value(v) for v in row] for row in zip(*(c.to_pylist() for c in columns))])

def read_expected(path):
    schema = path.with_suffix(".schema.json")
    if not schema.exists():
        return read_csv(path)
    types = [c["type"] for c in json.loads(schema.read_text())]
    raw = read_csv(path, convert=str)
    return Table(raw.columns, [[dumped_value(c, t) for c, t in zip(r, types)] for r in raw.rows])

def align_times(left, right, at):
    """Column `at`: when one side has instants and the other only text, read ISO text as instants."""
    kinds = [{r[at][0] for r in rows if r[at]} for rows in (left, right)]
    if kinds in ([{"text"}, {"time"}], [{"time"}, {"text"}]):
        for rows in (left, right):
            rows[:] = [r[:at] + (parse_time(r[at][1]) or r[at],) + r[at + 1:] if r[at] and r[at][0] == "text" else r for r in rows]

def show(value):
    if value is None or value[0] == "number":
        return str(value and value[1])
    return (EPOCH + timedelta(microseconds=value[1])).isoformat() if value[0] == "time" else repr(value[1])[:60]

def table_difference(want, got):
    """None, or the first difference as text."""
    names, have = sorted(want.columns), sorted(got.columns)
    if names != have:
        return f"columns: missing {sorted(set(names) - set(have))}, extra {sorted(set(have) - set(names))}"
    left, right = want.project(names), got.project(names)
    for at in range(len(names)):
        align_times(left, right, at)
    missing, extra = ([*(a - b).elements()] for a, b in ((Counter(left), Counter(right)), (Counter(right), Counter(left))))
    if not missing and not extra:
        return None
    row = ", ".join(show(v) for v in (missing or extra)[0][:6])
    if not missing or not extra:
        return f"{len(missing)} row(s) missing, {len(extra)} extra; first: {row}"
    near = max(extra, key=lambda row: sum(a == b for a, b in zip(missing[0], row)))
    at = next(i for i, (a, b) in enumerate(zip(missing[0], near)) if a != b)
    return f"column {names[at]}: want {show(missing[0][at])}, got {show(near[at])} (row {row} …; {len(missing)} row(s) differ)"

# ------------------------------------------------ metadata and requests
FIELDS = """record_count chunk_count load_pattern run_date system table partition_path file_formats primary_keys order_column silver_model
domain entity version load_partition_name partition_columns artifacts files quality stats rows_read rows_written changed_keys dataset_id
load_batch_id entity_kind history_mode input_mode bronze_owner silver_owner reference_mode cursor last_run chunk_tag join_type join_key_pairs
output_columns quality_guards requested_model formats schema""".split()
MUST = {"record_count", "load_pattern", "run_date", "system", "table", "primary_keys", "silver_model", "cursor", "files"}
MEANING = {                                 # the part of a field that carries meaning, where that is not the whole field
    "artifacts": sorted,                    # artifact names
    "files": lambda v: sorted({os.path.basename(f["path"] if isinstance(f, dict) else f) for f in v} - {"_metadata.json"}),
    "schema": lambda v: sorted(c["name"] for c in v) if isinstance(v, list) else v,       # names, not Python type names
    "stats": lambda v: [v.get("record_count"), v.get("chunk_count")],
    "reference_mode": lambda v: v and [v.get(k) for k in ("role", "cadence_days", "delta_patterns", "reference_type")],
    "quality_guards": lambda v: [(g.get("name"), g.get("status")) for g in v],
    "output_columns": sorted,
    "cursor": lambda v: csv_value(str(v))}

def metadata_difference(want, got, ignore=()):
    for name in (n for n in FIELDS if n in want and n not in ignore):
        if name not in got and name in MUST:
            return f"field {name} is absent"
        if name in got:
            a, b = (MEANING.get(name, lambda v: v)(v[name]) for v in (want, got))
            if a != b:
                return f"field {name}: want {str(a)[:80]}, got {str(b)[:80]}"
    return None

def request_key(entry):
    headers = {k.lower(): v for k, v in (entry.get("headers") or {}).items()}
    if headers.get("accept") in ("application/json", "*/*"):
        headers.pop("accept")
    body = {k: v for k, v in (entry.get("body") or {}).items() if k in ("layer", "status", "run_date", "config_names", "tables")}
    return json.dumps([entry["method"], entry["path"], entry.get("query") or {}, headers, body], sort_keys=True)

def requests_difference(want, got, order):          # order: list, multiset, or superset (more requests than recorded are fine)
    want, got = [request_key(r) for r in want], [request_key(r) for r in got]
    missing, extra = Counter(want) - Counter(got), Counter(got) - Counter(want)
    if missing or (extra and order != "superset"):
        return f"requests missing {list(missing)[:2]}, extra {list(extra)[:2]}"
    return "the same requests in another order" if order == "list" and want != got else None

# ------------------------------------------------ throw-away PostgreSQL
class Postgres:
    """One cluster for the whole run, one database per case; `process` is None when it cannot be had."""

    def __init__(self):
        self.bin = PG_BIN if os.path.exists(f"{PG_BIN}/initdb") else os.path.dirname(shutil.which("initdb") or "")
        ini = Path(os.environ.get("ODBCSYSINI", "/etc"), "odbcinst.ini")
        drivers = re.findall(r"^\[(.*postgresql.*)\]", ini.read_text() if ini.exists() else "", re.I | re.M)
        self.driver, self.process = max(drivers, key=lambda name: "unicode" in name.lower(), default=None), None
        if not self.bin or not self.driver:
            return
        self.home = Path(tempfile.mkdtemp(prefix="golden-pg-"))
        as_user = {}
        if os.geteuid() == 0:               # the server refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(self.home, account.pw_uid, account.pw_gid)
            as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = str(s.getsockname()[1])
        with open(self.home / "log", "wb") as log:
            run = dict(stdout=log, stderr=log, cwd=self.home, **as_user)
            subprocess.run([f"{self.bin}/initdb", "-D", "data", "-U", "g", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], **run)
            self.process = subprocess.Popen([f"{self.bin}/postgres", "-D", "data", "-p", self.port, "-k", self.home, "-F", "-h", "127.0.0.1"], **run)
        ready = [f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port]
        if not any(subprocess.run(ready).returncode == 0 or time.sleep(0.1) for _ in range(100)):
            self.stop()
    def sql(self, database, text):
        subprocess.run([f"{self.bin}/psql", "-Xq", "-h", "127.0.0.1", "-p", self.port, "-U", "g", "-d", database, "-v", "ON_ERROR_STOP=1", "-c", text],
                       check=True, capture_output=True, env={**os.environ, "PGCLIENTENCODING": "UTF8"})
    def new_database(self, name):
        self.sql("postgres", f"CREATE DATABASE {name}")
        return f"DRIVER={{{self.driver}}};SERVER=127.0.0.1;PORT={self.port};DATABASE={name};UID=g;PWD=g"
    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
            self.process = None
            shutil.rmtree(self.home, ignore_errors=True)

# ------------------------------------------------ one case
@dataclass
class Result:
    name: str
    status: str = "pass"                    # pass, fail, pending (listed), skip (not run), known (documented bug, not counted)
    note: str = ""
    checks: dict = field(default_factory=dict)      # check -> None (equal) or its first difference
    column_order: bool = True               # soft result, never fails a case
    workdir: str = ""

class Skip(Exception): """The case cannot be run here."""

def canonical_path(path):
    """All names of the null partition folder are one name."""
    return re.sub(r"=(NaT|nan|NaN|None|null|NULL|)(?=/)", "=__HIVE_DEFAULT_PARTITION__", str(path))

class CaseRun:
    def __init__(self, case, options, rule, postgres):
        self.case, self.options, self.rule, self.postgres, self.server = case, options, rule, postgres, None
        self.top = Path(tempfile.mkdtemp(prefix=case.name + "."))
        self.root, self.logs = self.top / "work", self.top / "logs"
        self.root.mkdir(), self.logs.mkdir()
        self.codes = []
        self.result = Result(case.name, workdir=str(self.top))
    def load(self, name, default=None):
        path = self.case / name
        return default if not path.exists() else json.loads(path.read_text()) if path.suffix == ".json" else path.read_text()
    def prepare(self):
        for source in (self.case / "input", self.case / "config.yaml"):
            if source.exists():
                (shutil.copytree(source, self.root, dirs_exist_ok=True) if source.is_dir() else shutil.copy(source, self.root))
        self.inputs = {str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file()}
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("BRONZE_", "GOLDEN_"))} | self.load("env.json", {})
        if spec := self.load("input_api_spec.json"):
            self.server = self.options.make_server(spec)
            self.env["GOLDEN_API_BASE"] = f"http://127.0.0.1:{self.server.server_address[1]}"
        if "GOLDEN_DB" in self.env:
            if not self.postgres or not self.postgres.process:
                raise Skip("PostgreSQL or its ODBC driver is missing")
            self.database = "c_" + self.case.name[:55]
            self.env["GOLDEN_DB"] = self.postgres.new_database(self.database)
            self.postgres.sql(self.database, self.load("input_setup.sql", "SELECT 1"))
    def step(self, line):
        """A line of commands.txt that starts with #."""
        if m := re.match(r"# write file (.+) with the content in (step_\d+\.txt)$", line):
            (self.root / m[1]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.case / m[2], self.root / m[1])
        elif m := re.match(r"# append to (.+?): (['\"].*)$", line):
            with open(self.root / m[1], "a", newline="", encoding="utf-8") as f:
                f.write(ast.literal_eval(m[2]))
        elif m := re.match(r"# delete (.+)$", line):
            shutil.rmtree(self.root / m[1]) if (self.root / m[1]).is_dir() else (self.root / m[1]).unlink(missing_ok=True)
        elif m := re.match(r"# SQL: (.+)$", line):
            self.postgres.sql(self.database, m[1])
        else:
            raise ValueError(f"unknown step: {line}")
    def command(self, line, log):
        program, *args = [a.replace("<API>", self.env.get("GOLDEN_API_BASE", "")) for a in shlex.split(line)]
        with open(log, "wb") as out:        # a timeout ends the case as failed
            return subprocess.run([self.options.bin / program, *args], cwd=self.root, env=self.env, stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=subprocess.STDOUT, timeout=TIMEOUT).returncode
    def execute(self):
        lines = self.load("commands.txt").splitlines()
        programs = {shlex.split(line)[0] for line in lines if not line.startswith("#")}
        if absent := sorted(p for p in programs if not (self.options.bin / p).is_file()):
            raise Skip(f"no such program: {', '.join(absent)}")
        self.prepare()
        for number, line in enumerate(lines):
            if line.startswith("#"):
                self.step(line)
            else:
                self.codes.append(self.command(line, self.logs / f"{number}.txt"))
        found = {str(p.relative_to(self.root)): p for p in self.root.rglob("*") if p.is_file() and p.suffix != ".pyc"}
        self.files = {canonical_path(name): p for name, p in found.items() if name not in self.inputs}

    # -- comparison
    def record(self, check, difference):
        """Keep the first difference of each check."""
        if not self.result.checks.get(check):
            self.result.checks[check] = difference
    def ignored(self, path):
        return any(fnmatchcase(path, pattern) for pattern in self.rule.get("ignore", ()))
    def compare(self, check, pattern, difference):
        """Compare every expected/<kind>/<file> with its actual file by difference(dump, actual)."""
        base = self.case / "expected" / pattern.split("/")[0]
        for dump in sorted(p for p in base.rglob(pattern.split("/")[1]) if p.is_file()):
            path = canonical_path(dump.relative_to(base)).removesuffix(".csv" if check == "tables" else "")
            if self.ignored(path) or path.endswith("/progress.json"):       # checkpoints are an implementation detail
                continue
            try:
                found = difference(dump, self.files[path]) if path in self.files else "no such file"
            except Exception as error:      # an unreadable file is a difference, not a crash of the runner
                found = f"cannot be read: {type(error).__name__}: {error}"
            self.record(check, found and f"{path}: {found}")
    def tables_differ(self, dump, actual):
        want, got = read_expected(dump), read_actual(actual)
        self.result.column_order &= want.columns == got.columns
        return table_difference(want, got)
    def check_exit(self):
        recorded = ["fail" if r["exit_code"] else "ok" for r in self.load("expected/exit_codes.json")]
        for number, (want, code) in enumerate(zip(self.rule.get("exit", recorded), self.codes, strict=True), 1):
            right = code == 0 or code in FAILURES if want == "any" else code == 0 if want == "ok" else code in FAILURES
            self.record("exit", None if right else f"command {number}: want {want}, got {code}")
    def check_listing(self):
        want = {canonical_path(p) for p in self.load("expected/listing.txt").splitlines() if p and p not in self.inputs}
        want, have = ({p for p in paths if not p.endswith(".json") and not self.ignored(p)} for paths in (want, self.files))
        extra = sorted(p for p in have - want if not p.startswith(".") and not os.path.basename(p).startswith(("_", ".")))
        missing = sorted(want - have)
        self.record("listing", f"missing {missing[:2]}, extra {extra[:2]}" if missing or extra else None)
    def check_requests(self):
        if self.server and (want := self.rule.get("requests", self.load("expected/requests.json"))) is not None:
            self.record("requests", requests_difference(want, self.server.golden_log, self.rule.get("request_order", "list")))
    def check_predicates(self):
        """The right result of a case whose recorded result is not right; see README.md."""
        for item in self.rule.get("expect", ()):
            if "absent" in item:
                found = sorted(glob_filter(self.files, item["absent"]))
                self.record("listing", f"must not exist: {found[0]}" if found else None)
            elif "json" in item:
                got = [json.loads(self.files[p].read_text()).get(item["field"]) for p in glob_filter(self.files, item["json"])] or ["no such file"]
                same = all(csv_value(str(g)) == csv_value(str(item["equals"])) for g in got)
                self.record("metadata", None if same else f"{item['json']}: field {item['field']}: want {item['equals']}, got {got[0]}")
            else:
                difference = self.rows_differ(item, [read_actual(self.files[p]) for p in sorted(glob_filter(self.files, item["table"]))])
                self.record("tables", difference and f"{item['table']}: {difference}")

    @staticmethod
    def rows_differ(item, tables):
        count = sum(len(t.rows) for t in tables)
        if item.get("row_count", count) != count:
            return f"want {item['row_count']} row(s), got {count}"
        if "columns" not in item:
            return None
        if not tables or any(set(item["columns"]) - set(t.columns) or (item.get("exact") and set(t.columns) - set(item["columns"])) for t in tables):
            return f"want columns {item['columns']}, got {tables[0].columns if tables else 'no file'}"
        loose = [[csv_value(c[1]) if c and c[0] == "text" else c for c in r] for t in tables for r in t.project(item["columns"])]
        got = Table(item["columns"], loose)                                 # inline rows have no types
        results = [table_difference(Table(item["columns"], [[csv_value("" if c is None else str(c)) for c in r] for r in rows]), got)
                   for rows in item.get("any_of") or [item["rows"]]]
        return None if None in results else results[0]
    def judge(self):
        self.check_exit()
        self.check_listing()
        self.compare("tables", "tables/*.csv", self.tables_differ)
        skip = self.rule.get("ignore_fields", ())
        self.compare("metadata", "json/*.json", lambda want, got: metadata_difference(json.loads(want.read_text()), json.loads(got.read_text()), skip))
        words = lambda path: path.read_text().replace(str(self.root), "<CASE>").split()
        self.compare("files", "files/*", lambda want, got: None if words(want) == words(got) else "text differs")
        self.check_requests()
        self.check_predicates()
        bad = "; ".join(f"[{check}] {text}" for check, text in self.result.checks.items() if text)
        if self.rule.get("kind") != "known":
            return ("fail", bad) if bad else ("pass", "")
        if any(code != 0 and code not in FAILURES for code in self.codes):
            return "fail", f"[crash] exit statuses {self.codes}"
        if any(re.search(r"^Traceback \(most recent call last\)", log.read_text(errors="replace"), re.M) for log in self.logs.iterdir()):
            return "fail", "[crash] traceback in the output"
        return "known", "differs from the record" if bad else "same as the record"
    def run(self):
        try:
            self.execute()
            self.result.status, self.result.note = self.judge()
        except Skip as reason:
            self.result.status, self.result.note = "skip", str(reason)
        except Exception as error:
            self.result.status, self.result.note = "fail", f"[runner] {type(error).__name__}: {error}"
        finally:
            if self.server:
                self.server.shutdown(), self.server.server_close()
            if not self.options.keep:
                shutil.rmtree(self.top, ignore_errors=True)
        return self.result

# ------------------------------------------------ whole run
def report(results):
    counted = [r for r in results if r.status in ("pass", "fail")]
    parts = [f"{sum(not r.checks[c] for r in counted if c in r.checks)}/{n} {c}" for c in CHECKS if (n := sum(c in r.checks for r in counted))]
    order = [r.column_order for r in counted if "tables" in r.checks]
    print(", ".join(parts + [f"{sum(order)}/{len(order)} column order (soft)"]))
    count = Counter(r.status for r in results)
    print(f"{count['pass']} passed, {count['fail']} failed, {count['pending']} pending, {count['known']} known differences, {count['skip']} not run")
    return int(count["fail"] > 0 or not (count["pass"] or count["pending"]))

def apply_pending(result, pending):
    """A listed case may fail or be absent; one that passes must leave the list, and what is not listed must run."""
    if result.name in pending:
        if result.status == "pass":
            result.status, result.note = "fail", "passes now: take it out of pending.txt"
        elif result.status != "known":
            result.status = "pending"
    elif result.status == "skip":
        result.status = "fail"

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", required=True, type=Path, help="folder with the executables")
    parser.add_argument("--cases", type=Path, default=HERE / "cases", help="folder of cases")
    parser.add_argument("--only", default="*", metavar="GLOB", help="case names")
    parser.add_argument("--pending", type=Path, metavar="FILE", default=HERE / "pending.txt", help="cases that cannot pass yet, one a line")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results to this file")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="cases at the same time")
    for flag, text in (("--keep", "keep the working directories"), ("--literal", "no overrides, count BUG cases as recorded"), ("-v", "show every case")):
        parser.add_argument(flag, action="store_true", help=text)
    options = parser.parse_args()
    options.bin = options.bin.resolve()
    from api_server import make_server
    options.make_server = make_server
    cases = [p.parent for p in sorted(options.cases.resolve().rglob("commands.txt"))]
    cases = [c for c in cases if fnmatchcase(c.name, options.only)]
    if not cases:
        parser.error(f"no cases found in {options.cases}")
    rules = {} if options.literal else json.loads((HERE / "overrides.json").read_text())["cases"]
    if not options.literal:                 # a documented bug without a right expectation
        rules |= {c.name: {"kind": "known"} for c in cases if c.name not in rules and re.search(r"\bBUG\b", (c / "notes.txt").read_text())}
    pending = set() if options.literal else {n for n in options.pending.read_text().split("\n") if n and not n.startswith("#")}
    if unknown := pending - {p.name for p in options.cases.iterdir()}:
        parser.error(f"{options.pending} names cases that do not exist: {', '.join(sorted(unknown))}")
    postgres = Postgres() if any((c / "input_setup.sql").exists() for c in cases) else None
    results = []
    try:
        with ThreadPoolExecutor(options.j) as pool:
            for result in pool.map(lambda c: CaseRun(c, options, rules.get(c.name, {}), postgres).run(), cases):
                apply_pending(result, pending)
                results.append(result)
                if result.status == "fail" or options.v:
                    where = f"  ({result.workdir})" if options.keep else ""
                    print(f"{result.status.upper():7} {result.name} {result.note}{where}", flush=True)
    finally:
        if postgres:
            postgres.stop()
    if options.json:
        options.json.write_text(json.dumps([vars(r) for r in results], indent=1) + "\n")
    return report(results)

if __name__ == "__main__":
    sys.exit(main())
