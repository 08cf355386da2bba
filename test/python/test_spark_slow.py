"""Tables that `ingot run` publishes, as Spark with Delta Lake reads them: newest and older versions, pruned, compacted."""
import datetime
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pyarrow
import pytest
from deltalake import DeltaTable, QueryBuilder
from marked_table import run_days
from shop import INGOT, Shop, date_of

SPARK = Path(__file__).resolve().parents[2] / ".deps/spark"
pytestmark = [pytest.mark.skipif(not INGOT, reason="INGOT names no program"),
              pytest.mark.skipif(not SPARK.exists(), reason="no Spark: ./dev test --all installs it")]

DAYS = 14
MODELS = {
    "sources/kinds.yml": """\
system: kinds
connection: {type: file, path: data}
tables:
  - name: every
    path: "every_{date}.csv"
    load: cdc
    options:
      types: {id: BIGINT, flag: BOOLEAN, tiny: TINYINT, small: SMALLINT, number: INTEGER, real4: REAL, real8: DOUBLE, price: "DECIMAL(18,4)",
              day: DATE, seen: TIMESTAMP, zoned: TIMESTAMPTZ, note: VARCHAR, part: VARCHAR}
""",
    "models/silver/every.sql": """\
-- @silver(keys: [id], order_by: seen, history: scd2, partition_by: [part])
SELECT id, flag, tiny, small, number, real4, real8, price, day, seen, zoned, note, part, encode(note) AS raw, [tiny, NULL, small] AS listed,
       {'a': number, 'größe b': note} AS nested
FROM bronze.kinds_every
""",
}
HEADER = "id,flag,tiny,small,number,real4,real8,price,day,seen,zoned,note,part\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    shop = Shop.make(tmp_path_factory.mktemp("spark") / "shop", DAYS, seed=20261121)
    for path, text in MODELS.items():
        shop.write(path, text)
    for day in range(DAYS):
        stamp = f"{date_of(day)} 10:00:00.12345{day % 10}"
        shop.write(f"data/every_{date_of(day)}.csv", HEADER + "".join(
            f'{id},{"true" if id % 2 else ""},{id - 3},{-day * 300},{day * 100_000},0.1,{day}.1e-7,-{id}.000{day % 10},'
            f'19{50 + day}-02-28,{stamp},{stamp}+02:00,"São ""Paulo"" {day}",{["a b", "", "ü/=%", "x"][id % 4]}\n' for id in range(6) if (id + day) % 3))
        shop.ingot("run", "--date", date_of(day))
    return shop


def place_of(shop: Shop, name: str) -> Path:
    (log,) = [log for log in shop.warehouse.rglob("_delta_log") if f"={name}/" in f"{log}/" or log.parent.name == name]
    return log.parent


def plain(value):
    """As both readers show it: moments are UTC's and without a zone."""
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return bytes(value) if isinstance(value, bytearray) else value


def in_order(rows: list[dict]) -> list[str]:
    return sorted(repr(sorted(plain(row).items())) for row in rows)


def through_spark(asked: list[dict]) -> list[list[dict]]:
    env = {"SPARK_HOME": str(SPARK), "PYTHONPATH": str(SPARK / "python"), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run([sys.executable, str(Path(__file__).with_name("spark_rows.py")), json.dumps(asked)], env=os.environ | env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return pickle.loads(done.stdout)


def test_spark_reads_the_same(shop: Shop) -> None:
    names = ["orders", "order_history", "customers", "by_city", "every"]
    asked, expected = [], []
    for name in names:
        place = str(place_of(shop, name))
        newest = DeltaTable(place).version()
        for version in (newest // 2, newest):
            asked.append({"path": place, "version": version, "where": None})
            expected.append(DeltaTable(place, version=version).to_pyarrow_table().to_pylist())
    for where, is_wanted in (("id >= 40", lambda row: row["id"] >= 40), ("is_current", lambda row: row["is_current"]),
                             ("seen < timestamp'2026-01-05'", lambda row: plain(row["seen"]) < datetime.datetime(2026, 1, 5))):
        place = str(place_of(shop, "order_history"))
        asked.append({"path": place, "version": None, "where": where})
        expected.append([row for row in DeltaTable(place).to_pyarrow_table().to_pylist() if is_wanted(row)])
    every = str(place_of(shop, "every"))
    for where, part in (("part = 'ü/=%'", "ü/=%"), ("part IS NULL", None)):
        asked.append({"path": every, "version": None, "where": where})
        expected.append([row for row in DeltaTable(every).to_pyarrow_table().to_pylist() if row["part"] == part])
    assert all(expected)
    # Older versions stay readable beside the compacted one.
    shop.ingot("compact")
    asked += [one | {"version": None} for one in asked[1:2 * len(names):2]]
    expected += expected[1:2 * len(names):2]
    for one, rows, wanted in zip(asked, through_spark(asked), expected, strict=True):
        assert in_order(rows) == in_order(wanted), one


def test_spark_leaves_out_rows_that_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGOT_FILE_ROWS", "2048")
    place = [*run_days(tmp_path, "late", 8)][-1]
    assert list(place.glob("*.bin"))
    newest = DeltaTable(str(place)).version()
    asked = [{"path": str(place), "version": version, "where": None} for version in (newest // 2, newest)]
    for one, rows in zip(asked, through_spark(asked), strict=True):
        table = DeltaTable(str(place), version=one["version"])
        wanted = QueryBuilder().register("t", table).execute("SELECT * FROM t").read_all()
        assert in_order(rows) == in_order(pyarrow.table(wanted).to_pylist()), one
