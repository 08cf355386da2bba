"""Values of partition columns, however nasty: none is lost, none is taken for another, and files that cannot matter stay closed."""
import json
import random
import subprocess
from pathlib import Path

import pyarrow.dataset
import pytest
from deltalake import DeltaTable
from shop import INGOT

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
PARTS = ["", "a", "A", "ä", "/", "\\", "%", "%2F", "=", "&", "?", "#", " ", ".", "..", "'", '"', "\n", "\t", "*", "日本", "😀", "NULL",
         "null", "__HIVE", "nan", "0", "-1", "1e3", "true", "{", "}", "[x]", ":", ";", ",", "|", "~", "+", "$HOME", "`"]
MODEL = "-- @silver(keys: [id], history: {history}, partition_by: [{columns}])\nSELECT * FROM bronze.s_rows\n"


def values(chance: random.Random, count: int) -> list:
    made = [None, "NULL", "..", ".", "a/b", "a%2Fb", "x=y", "__HIVE_DEFAULT_PARTITION", "%"]
    while len(made) < count:
        text = "".join(chance.choice(PARTS) for _ in range(chance.randint(1, 5)))
        if text:
            made.append(text)
    return made


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def ingot(folder: Path, *args: str) -> str:
    done = subprocess.run([INGOT, *args], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def project(folder: Path, history: str, columns: str) -> None:
    write(folder, "ingot.yml", "config_version: 1\nname: p\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")
    write(folder, "sources/s.yml", "system: s\nconnection: {type: file, path: data}\ntables:\n"
                                   "  - {name: rows, path: 'rows_{date}.jsonl', load: cdc, options: {infer: text}}\n")
    write(folder, "models/silver/rows.sql", MODEL.format(history=history, columns=columns))


def pairs(rows) -> list:
    return sorted(((row["id"], row["p"], row["q"]) for row in rows), key=str)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_or_collides(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    project(tmp_path, chance.choice(["latest", "append", "scd2"]), chance.choice(["p", "p, q"]))
    rows = {}
    for day in range(1, 4):
        new = [{"id": f"{day}-{i}", "p": value, "q": chance.choice(["x", None, "a b", "%"])}
               for i, value in enumerate(values(chance, 40))]
        rows |= {row["id"]: row for row in new}
        write(tmp_path, f"data/rows_2026-01-0{day}.jsonl", "".join(json.dumps(row) + "\n" for row in new))
        ingot(tmp_path, "run", "--date", f"2026-01-0{day}")
    expected = pairs(rows.values())
    ours = ingot(tmp_path, "query", "SELECT id, p, q FROM silver.rows", "--format", "jsonl")
    assert pairs(json.loads(line) for line in ours.splitlines()) == expected
    table = DeltaTable(str(tmp_path / "warehouse/silver/domain=p/entity=rows/v1"))
    assert pairs(table.to_pyarrow_table().to_pylist()) == expected
    # A file has one value, and says which: a reader opens only those that may have what is asked for.
    for action in table.get_add_actions().to_pylist() if hasattr(table.get_add_actions(), "to_pylist") else []:
        assert action["num_records"] > 0
    for wanted in chance.sample([row["p"] for row in rows.values() if row["p"]], 5):
        found = table.to_pyarrow_dataset().to_table(filter=pyarrow.dataset.field("p") == wanted)
        assert sorted(found.column("id").to_pylist()) == sorted(id for id, row in rows.items() if row["p"] == wanted)
    fragments = list(table.to_pyarrow_dataset().get_fragments(filter=pyarrow.dataset.field("p") == ".."))
    assert 0 < len(fragments) < len(table.file_uris()) / 5
