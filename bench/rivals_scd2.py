"""Daily loads into a type 2 history: ingot beside dbt snapshots, SQLMesh's SCD type 2 and dlt's scd2, one process a day each.

First the rows: every table is compared with what a query over all days says it must be, and wrong rows are printed next to the
time. Then change rows, 1 % of them two days late: who is still right? ingot is given the rows, the others a table to which they were
applied, which costs them nothing here. INGOT_BENCH_DAYS sets the number of days; `loads` and `late` run one part alone.
"""
import os
import sys
import tempfile
from pathlib import Path

import duckdb
import scd2
from measure import Cost
from rival_histories import ALL
from rivals import python_of

COLUMNS = dict(column.split(" ", 1) for column in scd2.COLUMNS.split(", "))
SHOWN = ", ".join(["id", *scd2.VALUES, "valid_from::DATE AS valid_from", "valid_to::DATE AS valid_to"])
NAMES = ", ".join(["id", *scd2.VALUES])


def versions_of_loads(data: Path) -> str:
    """What the full extracts of all days say, by a query that knows nothing of anybody's merge."""
    row = f"row({', '.join(scd2.VALUES)})"
    return f"""
        WITH seen AS (SELECT *, filename[-14:-5]::DATE AS d FROM read_csv('{data}/full_*.csv', header = true, columns = {COLUMNS}, filename = true)),
             marked AS (SELECT *, lag(d) OVER w IS DISTINCT FROM d - 1 OR lag({row}) OVER w IS DISTINCT FROM {row} AS opens,
                               lead(d) OVER w IS DISTINCT FROM d + 1 AS ends FROM seen WINDOW w AS (PARTITION BY id ORDER BY d)),
             run AS (SELECT *, sum(opens::INT) OVER (PARTITION BY id ORDER BY d) AS version FROM marked)
        SELECT {NAMES}, min(d) AS valid_from, nullif(max(d) + 1, DATE '{scd2.date_of(scd2.DAYS - 1)}' + 1) AS valid_to
        FROM run GROUP BY {NAMES}, version"""


def versions_of_changes(data: Path) -> str:
    types = COLUMNS | {"deleted": "BOOLEAN"}
    return f"""
        SELECT * EXCLUDE (deleted) FROM (
            SELECT {NAMES}, deleted, updated_at AS valid_from, lead(updated_at) OVER (PARTITION BY id ORDER BY updated_at) AS valid_to
            FROM read_csv('{data}/changes_*.csv', header = true, columns = {types})) WHERE NOT deleted"""


def wrong_rows(path: str, select: str, truth: str) -> str:
    with duckdb.connect() as db:
        db.execute(f"ATTACH '{path}' AS rival (READ_ONLY); CREATE TABLE is_so AS SELECT {SHOWN} FROM ({select}); CREATE TABLE must_be AS SELECT {SHOWN} FROM ({truth})")
        surplus, missing, rows = (db.execute(f"SELECT count(*) FROM ({query})").fetchone()[0] for query in (
            "FROM is_so EXCEPT ALL FROM must_be", "FROM must_be EXCEPT ALL FROM is_so", "FROM must_be"))
    return f"all {rows:,} rows right" if not surplus and not missing else f"WRONG: {surplus:,} rows that should not be there, {missing:,} of {rows:,} missing"


def of_ingot(one: scd2.Ingot) -> tuple[str, str]:
    path, table = one.table()
    return path, f"SELECT {NAMES}, effective_from AS valid_from, effective_to AS valid_to FROM rival.{table}"


def deliver_all(rival, states: list[Path]) -> Cost:
    rival.prepare()
    return sum((rival.deliver(day, state) for day, state in enumerate(states)), Cost())


def show(name: str, cost: Cost, base: Cost, rows: str) -> None:
    print(f"  {name:<22}{cost}  {cost.cpu / base.cpu:6.2f} x CPU   {rows}", flush=True)


def loads(folder: Path) -> None:
    data = folder / "loads"
    data.mkdir()
    scd2.make_data(data)
    truth = versions_of_loads(data)
    ours = scd2.Ingot(data, folder / "ingot", "full")
    base = ours.daily()
    print(f"{scd2.DAYS} full loads of {scd2.KEYS:,} keys, 5 % changed, 0.5 % gone and as many new a day")
    show("ingot", base, base, wrong_rows(*of_ingot(ours), truth))
    for rival in ALL:
        one = rival(python_of(rival.environment), folder / rival.environment, COLUMNS)
        cost = deliver_all(one, [data / f"full_{scd2.date_of(day)}.csv" for day in range(scd2.DAYS)])
        show(rival.name, cost, base, wrong_rows(*one.table(), truth))


def make_late(data: Path) -> None:
    """Of the changes of each day one in a hundred comes two days later; `state` is a table to which what came was applied."""
    types = COLUMNS | {"deleted": "BOOLEAN"}
    with duckdb.connect() as db:
        db.execute(f"""CREATE TABLE c AS SELECT * EXCLUDE (filename), filename[-14:-5]::DATE AS d FROM read_csv('{data}/changes_*.csv', header = true, columns = {types}, filename = true);
                       CREATE TABLE late AS SELECT * EXCLUDE (d), CASE WHEN hash(id, d, 'late') % 100 = 0 THEN least(d + 2, DATE '{scd2.date_of(scd2.DAYS - 1)}') ELSE d END AS d FROM c""")
        for day in range(scd2.DAYS):
            date = scd2.date_of(day)
            db.execute(f"COPY (SELECT * EXCLUDE (d) FROM late WHERE d = DATE '{date}' ORDER BY id) TO '{data}/changes_{date}.csv' (HEADER)")
            db.execute(f"COPY (SELECT * EXCLUDE (d, deleted) FROM (FROM late WHERE d <= DATE '{date}' QUALIFY row_number() OVER (PARTITION BY id ORDER BY updated_at DESC) = 1) "
                       f"WHERE NOT deleted ORDER BY id) TO '{data}/state_{date}.csv' (HEADER)")


def late_rows(folder: Path) -> None:
    data = folder / "late"
    data.mkdir()
    scd2.make_data(data)
    make_late(data)
    truth = versions_of_changes(data)
    ours = scd2.Ingot(data, folder / "ingot-late", "changes")
    base = ours.daily()
    print(f"{scd2.DAYS} deliveries of changes of {scd2.KEYS:,} keys, 1 % of them two days late")
    show("ingot", base, base, wrong_rows(*of_ingot(ours), truth))
    for rival in ALL:
        one = rival(python_of(rival.environment), folder / f"{rival.environment}-late", COLUMNS)
        cost = deliver_all(one, [data / f"state_{scd2.date_of(day)}.csv" for day in range(scd2.DAYS)])
        show(rival.name, cost, base, wrong_rows(*one.table(), truth))


def main() -> None:
    scd2.DAYS = int(os.environ.get("INGOT_BENCH_DAYS", scd2.DAYS))
    with tempfile.TemporaryDirectory(prefix="ingot-rivals-") as name:
        for part in sys.argv[1:] or ["loads", "late"]:
            {"loads": loads, "late": late_rows}[part](Path(name))


if __name__ == "__main__":
    main()
