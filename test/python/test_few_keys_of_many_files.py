"""Tables of many files, keys of many types: small batches that change, add and come late, against a fold of ten lines."""
import csv
import json
import random
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet
import pytest

from shop import INGOT

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS = 9_000
AT = datetime(2026, 1, 1)
LONG = "a text that is longer than what statistics hold of a text, whoever writes them: " + "x" * 40
KEYS = {
    "integer": ({"k": "BIGINT"}, lambda i: [i * 7 - 20_000]),
    "text": ({"k": "VARCHAR"}, lambda i: [f"{i % 97:02} 'é\\\" {i}"]),
    "long_text": ({"k": "VARCHAR"}, lambda i: [f"{LONG}{i:06}"]),
    "some_long": ({"k": "VARCHAR"}, lambda i: [f"{i:06}" + ("!" * 70 if i % 5000 == 4999 else "")]),
    "date": ({"k": "DATE"}, lambda i: [date(1990, 1, 1) + timedelta(i)]),
    "timestamp": ({"k": "TIMESTAMP"}, lambda i: [datetime(1999, 12, 31, 23, 59, 59, 999_999) + timedelta(microseconds=i)]),
    "decimal": ({"k": "DECIMAL(20,2)"}, lambda i: [f"{i}.25"]),
    "double": ({"k": "DOUBLE"}, lambda i: [f"{i - 5000}.5"]),
    "uuid": ({"k": "UUID"}, lambda i: [f"{i * 2654435761 % 2**32:08x}-0000-4000-8000-{i:012x}"]),
    "boolean_and_integer": ({"b": "BOOLEAN", "k": "INTEGER"}, lambda i: [str(i % 2 == 0).lower(), i // 2]),
    "text_and_integer": ({"b": "VARCHAR", "k": "BIGINT"}, lambda i: [f"area {i // 1000}", -i]),
}


def ingot(folder: Path, *args: str) -> str:
    done = subprocess.run([INGOT, *args], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def project(folder: Path, types: dict, options: str) -> None:
    listed = ", ".join(f"{name}: \"{type}\"" for name, type in types.items())
    (folder / "sources").mkdir()
    (folder / "models/silver").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "ingot.yml").write_text("config_version: 1\nname: t\ndefault_target: dev\n"
                                      "targets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n")
    (folder / "sources/s.yml").write_text(f"""system: s
connection: {{type: file, path: data}}
tables:
  - {{name: rows, path: "rows_{{date}}.csv", load: cdc, options: {{types: {{{listed}, v: BIGINT, at: TIMESTAMP}}}}}}
""")
    (folder / "models/silver/t.sql").write_text(
        f"-- @silver(keys: [{', '.join(types)}], order_by: at, history: scd2{options})\nSELECT * FROM bronze.s_rows\n")


def versions(seen: dict) -> list:
    """Of each key: the values in their order of time, equal neighbours once, each until the next."""
    out = []
    for key, events in seen.items():
        told = []
        for at, value in sorted(events):
            if not told or told[-1][1] != value:
                told.append((at, value))
        for (at, value), after in zip(told, [*told[1:], None]):
            out.append((key, value, at, after and after[0]))
    return sorted(out)


# Large partitions are files by key too, of which only those that may hold a key are read; v moves keys from one to another.
PARTITIONED = [("integer", "v"), ("text_and_integer", "b"), ("boolean_and_integer", "b"), ("double", "v")]


@pytest.mark.parametrize(("kind", "partition"), [*((kind, "") for kind in KEYS), *PARTITIONED])
def test_against_a_fold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, partition: str) -> None:
    types, key = KEYS[kind]
    monkeypatch.setenv("INGOT_FILE_ROWS", "1024" if partition else "2048")
    project(tmp_path, types, f", partition_by: [{partition}]" if partition else "")
    chance = random.Random(kind)
    seen: dict[int, set] = {}
    days = [[(i, AT) for i in chance.sample(range(ROWS), ROWS - 300)]]
    near = chance.randrange(ROWS - 100)
    days.append([(i, AT + timedelta(days=1)) for i in range(near, near + 60)])
    days.append([(i, AT + timedelta(days=2)) for i in chance.sample(range(ROWS + 500), 40)])
    # Late by days, and before all that was.
    days.append([(i, AT + timedelta(days=chance.choice([-900, 0.5, 1.5]))) for i in chance.sample(range(ROWS + 500), 40)])
    days.append([(i, AT + timedelta(days=4)) for i in range(ROWS + 500, ROWS + 520)])
    for number, day in enumerate(days):
        with open(tmp_path / f"data/rows_2026-02-0{number + 1}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*types, "v", "at"])
            for i, at in day:
                value = chance.randrange(3)
                seen.setdefault(i, set()).add((at, value))
                writer.writerow([*key(i), value, at])
        ingot(tmp_path, "run", "--date", f"2026-02-0{number + 1}")
    files = list(tmp_path.glob("warehouse/silver/**/part-open-*.parquet"))
    assert len(files) > 4
    if partition:
        folders = {file.parent for file in files}
        assert all(folder.name.startswith(f"{partition}=") for folder in folders)
        assert any(sum(file.parent == folder for file in files) > 2 for folder in folders)
    listed = ", ".join(types)
    names = ingot(tmp_path, "query", "--format", "csv",
                  f"SELECT count(*) AS n, count(DISTINCT ({listed})) AS k, count(*) FILTER (is_current) AS c, sum(v) AS v, "
                  "sum(epoch_us(effective_from)) AS f, sum(epoch_us(effective_to)) AS t FROM silver.t")
    wanted = versions(seen)

    def us(at: datetime) -> int:
        return round((at - datetime(1970, 1, 1)).total_seconds()) * 1_000_000

    assert list(csv.reader(names.splitlines()))[1] == [str(n) for n in (
        len(wanted), len(seen), len(seen), sum(v for _, v, _, _ in wanted), sum(us(f) for *_, f, _ in wanted),
        sum(us(t) for *_, t in wanted if t))]
    assert "verified" in ingot(tmp_path, "state", "verify", "--deep")


NASTY = ["NULL", " a", "a ", "a,b", "a=b", "{a}", "[a]", "it's", 'say "a"', "back\\slash", "\\", "'", "a\nb", "a\tb", "é", "\U0001f600", "a}b{",
         "min=1, max=2", "x" * 64, "x" * 65, "é" * 32, "-", "true", "1e5", "\x01", "\x7f", "a''b", "null", "Null", "(a)", ";", ":", "%", "\ufffd"]


def test_bounds_are_what_the_file_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that is told wrongly would hide a row from the merge that looks for it."""
    project(tmp_path, {"k": "VARCHAR"}, "")
    monkeypatch.setenv("INGOT_FILE_ROWS", "1")
    for number, key in enumerate(NASTY):
        day = date(2026, 3, 1) + timedelta(number)
        with open(tmp_path / f"data/rows_{day}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows([["k", "v", "at"], [key, 1, AT]])
        ingot(tmp_path, "run", "--date", str(day))
    stated = {}
    for line in (line for log in sorted(tmp_path.glob("warehouse/silver/**/_delta_log/0*.json")) for line in log.read_text().splitlines()):
        if add := json.loads(line).get("add"):
            stated[add["path"]] = json.loads(add["stats"])
    told = 0
    for path in tmp_path.glob("warehouse/silver/**/part-*.parquet"):
        (keys,) = pyarrow.parquet.read_table(path, columns=["k"]).to_pydict().values()
        stats = stated[path.name]
        if "k" in stats["minValues"]:
            assert [stats["minValues"]["k"], stats["maxValues"]["k"]] == [min(keys, key=str.encode), max(keys, key=str.encode)]
            told += 1
    assert told > len(NASTY) / 2
