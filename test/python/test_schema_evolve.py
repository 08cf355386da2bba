"""schema: evolve over random slices: whatever comes, every value is in its column or in _variants, as it was."""
import csv
import datetime
import decimal
import json
import os
import random
import subprocess
from pathlib import Path

import pytest

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
COLUMNS = ["a", "b", "c", "d"]
KINDS = {
    "whole": lambda r: str(r.randint(-50, 50)),
    "huge": lambda r: str(r.choice([2**53 + 1, 2**62 + 3, -(2**53) - 1])),
    "decimal": lambda r: f"{r.randint(-99, 99)}.{r.randint(10, 99)}",
    "float": lambda r: repr(r.random() * 10 ** r.randint(-5, 18)),
    "padded": lambda r: f"{r.randint(0, 9):03}",
    "word": lambda r: r.choice(["x", "n/a", 'a "quoted" one', "ü", "a,b"]),
    "day": lambda r: str(datetime.date(2020, 1, 1) + datetime.timedelta(r.randint(0, 999))),
    "moment": lambda r: str(datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=r.randint(1, 10**7))),
    "truth": lambda r: r.choice(["true", "false"]),
}


def value_of(text: str):
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        pass
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return text


def is_kept(came: str, column: str | None, variants: dict, name: str) -> bool:
    found = variants.get(name, column)
    return found is not None and (found == came or value_of(found) == value_of(came))


@pytest.mark.parametrize("seed", range(6))
def test_no_value_is_lost(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    (tmp_path / "sources").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "ingot.yml").write_text("name: t\n")
    (tmp_path / "sources/s.yml").write_text(
        'system: s\nconnection: {type: file, path: data}\ntables: [{name: t, path: "t_{date}.csv", load: cdc, schema: evolve}]\n')
    came = {}
    days = chance.sample(range(1, 20), 6)
    for day in days:
        names = sorted(chance.sample(COLUMNS, chance.randint(1, 4)))
        kinds = {name: chance.sample(sorted(KINDS), chance.choice([1, 1, 1, 2])) for name in names}
        date = f"2026-01-{day:02}"
        rows = [[f"{date}#{i}"] + ["" if chance.random() < 0.2 else KINDS[chance.choice(kinds[name])](chance) for name in names]
                for i in range(chance.randint(1, 6))]
        with open(tmp_path / f"data/t_{date}.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([["id", *names], *rows])
        came.update({row[0]: dict(zip(names, row[1:])) for row in rows})
        subprocess.run([INGOT, "run", "--date", date, "--quiet"], cwd=tmp_path, check=True)
    described = subprocess.run([INGOT, "query", "SELECT * FROM bronze.s_t LIMIT 0", "--format", "csv"], cwd=tmp_path,
                               capture_output=True, text=True, check=True).stdout.strip().split(",")
    texts = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in described if not name.startswith("_ingot_"))
    lines = subprocess.run([INGOT, "query", f"SELECT {texts} FROM bronze.s_t", "--format", "jsonl"], cwd=tmp_path,
                           capture_output=True, text=True, check=True).stdout.splitlines()
    landed = {row["id"]: row for row in map(json.loads, lines)}
    assert len(lines) == len(landed) == len(came)
    for id, row in came.items():
        texts = json.loads(landed[id].get("_variants") or "{}", parse_float=str, parse_int=str)
        variants = {name: str(value).lower() if isinstance(value, bool) else value for name, value in texts.items()}
        for name, text in row.items():
            if text:
                assert is_kept(text, landed[id].get(name), variants, name), f"seed {seed}: {id}.{name} = {text!r}: {landed[id]}"
