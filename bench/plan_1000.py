"""`ingot plan` of 1,000 and of 10,000 generated SQL models: cold, and warm with what the parser found kept by content."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import INGOT, QUICK, cost_of, interleaved, show

SHAPES = [
    "-- @gold\nSELECT a.id, a.amount * {n} AS amount, b.name\nFROM {one} AS a\nLEFT JOIN {two} AS b ON a.id = b.id AND b.amount > {n}\n",
    "-- @gold\n-- @expect(has_id: {{column: id, not_null: true}})\nWITH recent AS (SELECT * FROM {one} WHERE amount > {n}),\nranked AS (SELECT id, amount, name, row_number() OVER "
    "(PARTITION BY id ORDER BY amount DESC) AS place FROM recent)\nSELECT r.id, r.amount, coalesce(r.name, t.name, 'none') AS name\nFROM ranked AS r JOIN {two} AS t USING (id) WHERE r.place = 1\n",
    "-- @gold(materialized: view)\n-- @owner(team-{n})\nSELECT id, sum(amount) AS amount, max(name) AS name,\n       count(*) FILTER (WHERE name LIKE '%{n}%') AS matches\nFROM {one}\nGROUP BY id HAVING count(*) > 1\n",
    "-- @gold\nSELECT id, CASE WHEN amount < 10 THEN 'low' WHEN amount < {n} THEN 'mid' ELSE 'high' END AS name, amount FROM {one}\nUNION ALL\nSELECT id, name, amount FROM {two}\n",
    "-- @silver(keys: [id], history: scd2)\n-- @expect(positive: {{where: \"amount >= 0\", on_fail: quarantine}})\nSELECT id, trim(name) AS name, amount + {n} AS amount FROM bronze.erp_t{t}\n",
]
TABLES = 50


def make(folder: Path, models: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path in ("sources", "models/silver", "models/gold", "data"):
        (folder / path).mkdir(parents=True)
    (folder / "ingot.yml").write_text("config_version: 1\nname: many\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n")
    tables = "".join(f'  - {{name: t{t}, path: "t{t}.csv", load: full, options: {{types: {{id: BIGINT, name: VARCHAR, amount: BIGINT}}}}}}\n' for t in range(TABLES))
    (folder / "sources/erp.yml").write_text(f"system: erp\nconnection: {{type: file, path: data}}\ntables:\n{tables}")
    for t in range(TABLES):
        (folder / f"data/t{t}.csv").write_text("id,name,amount\n1,a,2\n")
    names: list[str] = []
    for n in range(models):
        # One in five is silver over bronze; the others join two that came before, near ones more often.
        shape = 4 if n < 10 or n % 5 == 4 else n % 5
        layer = "silver" if shape == 4 else "gold"
        one, two = (names[-1 - (n * 7) % min(len(names), 30)], names[(n * 13) % len(names)]) if names else ("", "")
        name = f"m{n}"
        (folder / f"models/{layer}/{name}.sql").write_text(SHAPES[shape].format(n=n, t=n % TABLES, one=one, two=two))
        names.append(f"{layer}.{name}")


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or ([1000] if QUICK else [1000, 10000])
    with tempfile.TemporaryDirectory(prefix="ingot-plan-") as name:
        for size in sizes:
            folder = Path(name) / str(size)
            make(folder, size)
            said = subprocess.run([INGOT, "plan"], cwd=folder, capture_output=True, text=True)
            if said.returncode != 0 or said.stdout.count("\n") < size:
                sys.exit(said.stdout[-2000:] + said.stderr[-2000:])

            def cold() -> None:
                shutil.rmtree(folder / "target")
                return cost_of([INGOT, "plan"], folder)

            print(f"{size} models" + (": targets 1 s CPU cold, 0.150 s warm" if size == 1000 else ""))
            show(interleaved({"plan, cold": cold, "plan, warm": lambda: cost_of([INGOT, "plan"], folder), "ls, warm": lambda: cost_of([INGOT, "ls"], folder)}))


if __name__ == "__main__":
    main()
