"""Twelve rows through ingot, dbt snapshots, SQLMesh and dlt: the tables of docs/guide/history-compared.md.

The first nine are what happened to two customers, as change rows in four deliveries: one twice, one late, one out of order,
one deleted and inserted again in one delivery. The last three are a full extract, and the next one was cut off: it has none.
dbt, SQLMesh and dlt look at a source's table, so each delivery is applied to a table (the latest row of each key, deleted ones
gone) and they are run on that, the kindest way to feed them. ingot is given the rows.
"""
import subprocess
import tempfile
from pathlib import Path

import duckdb
from measure import INGOT
from rival_histories import ALL, day_of
from rivals import python_of

COLUMNS = {"id": "VARCHAR", "city": "VARCHAR", "updated_at": "TIMESTAMP"}
CHANGES = [  # delivery, id, city, updated_at, deleted
    (0, "a", "Ulm", "2026-01-01 10:00:00", False), (0, "b", "Kiel", "2026-01-01 10:00:00", False),
    (1, "a", "Rome", "2026-01-02 10:00:00", False), (1, "a", "Rome", "2026-01-02 10:00:00", False),
    (1, "b", "Kiel", "2026-01-02 09:00:00", True), (1, "b", "Oslo", "2026-01-02 18:00:00", False),
    (2, "a", "Lima", "2026-01-05 10:00:00", False), (2, "a", "Bern", "2026-01-03 10:00:00", False),
    (3, "b", "Bonn", "2026-01-02 12:00:00", False)]
LOADS = [[("x", "Graz", "2026-01-01 08:00:00"), ("y", "Linz", "2026-01-01 08:00:00"), ("z", "Wien", "2026-01-01 08:00:00")], []]


def states_of_changes() -> list[list[tuple]]:
    """What the source's table shows after each delivery."""
    out = []
    for last in range(4):
        latest: dict[str, tuple] = {}
        for delivery, id, city, at, deleted in CHANGES:
            if delivery <= last and (id not in latest or at >= latest[id][1]):
                latest[id] = (city, at, deleted)
        out.append([(id, city, at) for id, (city, at, deleted) in sorted(latest.items()) if not deleted])
    return out


def write(path: Path, header: str, rows: list) -> Path:
    path.write_text(header + "\n" + "".join(",".join(str(cell).lower() if isinstance(cell, bool) else cell for cell in row) + "\n" for row in rows))
    return path


def show(title: str, path: str, select: str) -> None:
    with duckdb.connect() as db:
        db.execute(f"ATTACH '{path}' AS rival (READ_ONLY)")
        rows = db.execute(f"SELECT id, city, strftime(valid_from::TIMESTAMP, '%m-%d %H:%M'), coalesce(strftime(valid_to::TIMESTAMP, '%m-%d %H:%M'), 'open') "
                          f"FROM ({select}) ORDER BY id, valid_from, valid_to").fetchall()
    print(f"{title}\n  " + "\n  ".join("  ".join(f"{cell:<12}" for cell in row).rstrip() for row in rows or [("no rows",)]), flush=True)


def run_ingot(folder: Path) -> None:
    folder.mkdir()
    for path, text in {
        "ingot.yml": "config_version: 1\nname: bench\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n",
        "sources/crm.yml": "system: crm\nconnection: {type: file, path: data}\ntables:\n"
                           "  - {name: changes, path: \"changes_{date}.csv\", load: cdc, options: {types: {updated_at: TIMESTAMP}}}\n"
                           "  - {name: loads, path: \"loads_{date}.csv\", load: full, options: {types: {id: VARCHAR, city: VARCHAR, updated_at: TIMESTAMP}}}\n",
        "models/silver/changes.sql": "-- @silver(keys: [id], order_by: updated_at, history: scd2, deletes: soft, delete_when: deleted)\nSELECT id, city, updated_at FROM bronze.crm_changes\n",
        "models/silver/loads.sql": "-- @silver(keys: [id], history: scd2, deletes: infer, columns: {ignore: [updated_at]})\nSELECT id, city, updated_at FROM bronze.crm_loads\n"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "data").mkdir()
    for day in range(4):
        write(folder / f"data/changes_{day_of(day)}.csv", "id,city,updated_at,deleted", [row[1:] for row in CHANGES if row[0] == day])
    for day, load in enumerate(LOADS):
        write(folder / f"data/loads_{day_of(day)}.csv", "id,city,updated_at", load)
    for dataset, days in (("silver.changes", 4), ("silver.loads", 2)):
        for day in range(days):
            done = subprocess.run([INGOT, "run", "+" + dataset, "--date", day_of(day)], cwd=folder, capture_output=True, text=True)
            if done.returncode:
                print(f"ingot run +{dataset} --date {day_of(day)}: exit {done.returncode}: " + next((line for line in done.stderr.splitlines() if "QUAL" in line), done.stderr).strip())
    for dataset in ("silver.changes", "silver.loads"):
        show(f"ingot, {dataset}", f"{folder}/warehouse/catalog.duckdb", f"SELECT id, city, effective_from AS valid_from, effective_to AS valid_to FROM rival.{dataset}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ingot-history-") as name:
        folder = Path(name)
        run_ingot(folder / "ingot")
        for rival in ALL:
            for what, by, states in (("changes", "time", states_of_changes()), ("loads", "values", LOADS)):
                one = rival(python_of(rival.environment), folder / rival.environment / what, COLUMNS, by)
                one.prepare()
                for day, state in enumerate(states):
                    one.deliver(day, write(folder / f"{what}_{day}.csv", "id,city,updated_at", state))
                show(f"{rival.name}, {what}", *one.table())


if __name__ == "__main__":
    main()
