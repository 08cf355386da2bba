"""Tables that `ingot run` publishes, as other readers of Delta see them: deltalake and pyarrow."""
import datetime
import os
import subprocess
from decimal import Decimal

import pyarrow.dataset
import pytest
from deltalake import DeltaTable

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")

PROJECT = {
    "ingot.yml": """\
config_version: 1
name: readers
default_target: dev
targets:
  dev: {engine: duckdb, warehouse: ./warehouse}
""",
    "sources/shop.yml": """\
system: shop
connection: {type: file, path: data}
tables:
  - name: items
    path: "items_{date}.csv"
    load: cdc
    options: {types: {id: BIGINT, price: "DECIMAL(12,2)", updated_at: TIMESTAMP, day: DATE, note: VARCHAR}}
""",
    "models/silver/items.sql": """\
-- @silver(keys: [id], order_by: [updated_at], history: latest)
SELECT id, price, updated_at, day, note AS "größe ä" FROM bronze.shop_items
""",
    "models/gold/totals.sql": """\
-- @gold
SELECT day, sum(price) AS total, count(*) AS items FROM silver.items GROUP BY day
""",
}
HEADER = "id,price,updated_at,day,note\n"


class Project:
    def __init__(self, folder):
        self.folder = folder
        for path, text in PROJECT.items():
            self.write(path, text)

    def write(self, path, text):
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def run(self, date, rows, header=HEADER):
        self.write(f"data/items_{date}.csv", header + "".join(rows))
        done = subprocess.run([INGOT, "run", "--date", date], cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def table(self, name, version=None):
        logs = [p.parent for p in (self.folder / "warehouse").rglob("_delta_log") if f"={name}/" in f"{p}/" or p.parent.name == name]
        assert len(logs) == 1, logs
        return DeltaTable(str(logs[0]), version=version)


def rows_of(table, key="id"):
    return sorted(table.to_pyarrow_table().to_pylist(), key=lambda row: row[key])


def date_of(day):
    return (datetime.date(2026, 1, 1) + datetime.timedelta(days=day)).isoformat()


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_values_are_the_same(project):
    project.run("2026-01-01", [
        "1,10.50,2026-01-01 10:00:00.123456,2026-01-01,São Paulo — 北京\n",
        "2,-0.01,2026-01-01 10:00:01,2026-01-02,\n",
        "3,,2026-01-01 10:00:02,,\"a, \"\"b\"\"\"\n",
    ])
    first, second, third = rows_of(project.table("items"))
    assert first["id"] == 1
    assert first["price"] == Decimal("10.50")
    assert first["updated_at"] == datetime.datetime(2026, 1, 1, 10, 0, 0, 123456)
    assert first["day"] == datetime.date(2026, 1, 1)
    assert first["größe ä"] == "São Paulo — 北京"
    assert second["price"] == Decimal("-0.01")
    assert third["price"] is None and third["day"] is None
    assert third["größe ä"] == 'a, "b"'
    totals = {row["day"]: row for row in project.table("totals").to_pyarrow_table().to_pylist()}
    assert totals[datetime.date(2026, 1, 1)]["total"] == Decimal("10.50")
    assert totals[None]["items"] == 1


def test_pruning_by_statistics_loses_nothing(project):
    for day in range(3):
        project.run(date_of(day), [f"{day * 10 + i},{i}.25,2026-01-0{day + 1} 00:00:0{i},{date_of(day)},n{i}\n" for i in range(10)])
    dataset = project.table("items").to_pyarrow_dataset()
    field = pyarrow.dataset.field
    assert dataset.to_table(filter=field("id") >= 25).num_rows == 5
    assert dataset.to_table(filter=field("updated_at") < datetime.datetime(2026, 1, 2)).num_rows == 10
    assert dataset.to_table(filter=field("price") == Decimal("9.25")).num_rows == 3
    assert dataset.to_table(filter=field("größe ä") == "n3").num_rows == 3


def test_versions_stay_readable_over_25_runs(project):
    versions = {}
    for day in range(25):
        stamp = f"{date_of(day)} 00:00:00"
        project.run(date_of(day), [f"{day},{day}.00,{stamp},{date_of(day)},new\n", f"0,{day}.50,{stamp},{date_of(day)},again\n"])
        versions[project.table("items").version()] = day
    assert len(versions) == 25
    for version, day in versions.items():
        rows = rows_of(project.table("items", version))
        assert [row["id"] for row in rows] == list(range(day + 1)), version
    log = next(p for p in (project.folder / "warehouse" / "silver").rglob("_delta_log"))
    checkpoints = sorted(log.glob("*.checkpoint.parquet"))
    assert checkpoints and (log / "_last_checkpoint").exists()
    # What stands before the last checkpoint is not needed to read the newest version.
    newest = int(checkpoints[-1].name[:20])
    expected = rows_of(project.table("items"))
    for commit in log.glob("*.json"):
        if commit.name[:20].isdigit() and int(commit.name[:20]) <= newest:
            commit.unlink()
    assert rows_of(project.table("items")) == expected
    # And ingot goes on from its own checkpoint.
    project.run(date_of(25), [f"25,1.00,{date_of(25)} 00:00:00,{date_of(25)},last\n"])
    assert len(rows_of(project.table("items"))) == 26


def test_a_column_is_added(project):
    project.run("2026-01-01", ["1,1.00,2026-01-01 00:00:00,2026-01-01,a\n"])
    before = project.table("items").version()
    model = PROJECT["models/silver/items.sql"].replace("day,", "day, CAST(id AS DOUBLE) / 4 AS quarter,")
    project.write("models/silver/items.sql", model)
    project.run("2026-01-02", ["2,2.00,2026-01-02 00:00:00,2026-01-02,b\n"])
    rows = rows_of(project.table("items"))
    assert [row["id"] for row in rows] == [1, 2]
    assert rows[1]["quarter"] == 0.5
    assert "quarter" not in rows_of(project.table("items", before))[0]


def test_history_names_the_run(project):
    project.run("2026-01-01", ["1,1.00,2026-01-01 00:00:00,2026-01-01,a\n"])
    newest = project.table("items").history(1)[0]
    assert newest["engineInfo"].startswith("ingot/")
    assert newest["runId"]
    assert newest["ingot"]
