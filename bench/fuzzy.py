"""Fuzzy deduplication: F1 on the FEBRL data sets beside Splink with the same blocks, comparisons and threshold, and a million rows.

Truth stands in rec_id (rec-17-org, rec-17-dup-0). F1 counts pairs of records that share a cluster. The million is FEBRL 4's
people with other names, numbers and days, half of them a second time with slips of the pen.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from measure import INGOT, QUICK, RUNS, cost_of, interleaved, show
from rivals import HERE, python_of

NEAR = [0.9, 0.7]
SETUP = {
    "block": [["soc_sec_id"], ["given_name", "surname"], ["date_of_birth"], ["postcode", "given_name"], ["postcode", "surname"]],
    "compare": {"given_name": ("jaro_winkler", NEAR), "surname": ("jaro_winkler", NEAR), "date_of_birth": ("levenshtein", [1, 2]),
                "soc_sec_id": ("levenshtein", [1, 2]), "postcode": ("levenshtein", [1, 2]), "street_number": (None, None),
                "address_1": ("jaro_winkler", NEAR), "suburb": ("jaro_winkler", NEAR), "state": (None, None)},
    "threshold": 0.95,
}
ROWS = 100_000 if QUICK else 1_000_000


class Ingot:
    def __init__(self, folder: Path, data: Path, across: bool, memory: str = ""):
        self.folder, self.data, self.across, self.memory = folder, data, across, memory

    def prepare(self) -> None:
        subprocess.run(["rm", "-rf", self.folder], check=True)
        compare = {column: {"by": by, "at": at} if by else {} for column, (by, at) in SETUP["compare"].items()}
        dedupe = {"records": ["rec_id"], "block": SETUP["block"], "compare": compare, "threshold": SETUP["threshold"]}
        if self.across:
            dedupe["across"] = "source"
        silver = {"from": "bronze.febrl_people", "normalize": {"trim": True, "empty_as_null": True}, "dedupe": dedupe}
        for path, text in {
            "ingot.yml": "config_version: 1\nname: bench\ndefault_target: dev\ntargets: {dev: {engine: duckdb, warehouse: ./warehouse}}\n",
            "sources/febrl.yml": f"system: febrl\nconnection: {{type: file, path: {self.data.parent}}}\ntables:\n"
                                 f"  - {{name: people, path: {self.data.name}, load: full, options: {{infer: text}}}}\n",
            "models/silver/people.yml": json.dumps({"silver": silver})}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)

    def run(self):
        self.prepare()
        return cost_of([INGOT, "run", "--date", "2026-01-01", *(["--memory", self.memory] if self.memory else [])], self.folder)

    def clusters(self) -> str:
        return f"(SELECT unnest(cluster_records) AS record, cluster_id AS cluster FROM read_parquet('{self.folder}/warehouse/silver/**/part-*.parquet', hive_partitioning = false))"


def quality(clusters: str) -> tuple[float, float, float]:
    found, right, true = duckdb.sql(f"""
        WITH c AS (SELECT *, split_part(record, '-', 2) AS person FROM {clusters}),
             found AS (SELECT sum(n * (n - 1) / 2) AS pairs FROM (SELECT count(*) AS n FROM c GROUP BY cluster)),
             hit AS (SELECT sum(n * (n - 1) / 2) AS pairs FROM (SELECT count(*) AS n FROM c GROUP BY cluster, person)),
             truth AS (SELECT sum(n * (n - 1) / 2) AS pairs FROM (SELECT count(*) AS n FROM c GROUP BY person))
        SELECT found.pairs, hit.pairs, truth.pairs FROM found, hit, truth""").fetchone()
    precision, recall = right / found, right / true
    return precision, recall, 2 * precision * recall / (precision + recall)


def slip(column: str, salt: int, share: int) -> str:
    """One in `share` values loses a letter, one in `share` has two of them swapped."""
    chance, place = f"hash(id, '{column}', {salt})", f"(1 + hash(id, {salt}) % greatest(1, length({column}) - 1))::INT"
    return (f"CASE WHEN {column} IS NULL THEN NULL WHEN {chance} % {share} = 0 THEN {column}[:{place} - 1] || {column}[{place} + 1:] "
            f"WHEN {chance} % {share} = 1 THEN {column}[:{place} - 1] || {column}[{place} + 1] || {column}[{place}] || {column}[{place} + 2:] "
            f"WHEN {chance} % {share * 3} = 2 THEN NULL ELSE {column} END AS {column}")


def generate(path: Path, sample: Path) -> None:
    people = ROWS * 2 // 3
    columns = list(SETUP["compare"])
    picks = ", ".join(f"(SELECT list({column} ORDER BY rec_id) FROM f WHERE {column} IS NOT NULL) AS {column}" for column in columns)
    pick = {column: f"v.{column}[1 + (hash(id, '{column}') % len(v.{column}))::INT]" for column in columns}
    pick["soc_sec_id"] = "(1000000 + hash(id, 'soc') % 9000000)::VARCHAR"
    pick["date_of_birth"] = "strftime(DATE '1920-01-01' + (hash(id, 'dob') % 32000)::INT, '%Y%m%d')"
    pick["postcode"] = "(800 + hash(id, 'pc') % 9000)::VARCHAR"
    made = ", ".join(f"{value} AS {column}" for column, value in pick.items())
    slips = ", ".join(slip(column, salt, 12) for salt, column in enumerate(columns))
    duckdb.sql(f"""
        COPY (
            WITH f AS (FROM read_csv('{sample}', all_varchar = true)), v AS (SELECT {picks}),
                 person AS MATERIALIZED (SELECT id, {made} FROM range({people}) AS r(id), v)
            SELECT 'rec-' || id || '-org' AS rec_id, * EXCLUDE (id) FROM person
            UNION ALL SELECT 'rec-' || id || '-dup-0', {slips} FROM person WHERE id % 2 = 0
        ) TO '{path}' (HEADER)""")


def febrl(folder: Path, splink: str) -> None:
    print("| data set | ingot: precision | recall | F1 | Splink: precision | recall | F1 |\n|---|---|---|---|---|---|---|")
    costs = {}
    for number in (1, 2, 3, 4):
        data, across, out = folder / f"febrl{number}.csv", number == 4, folder / f"splink{number}.parquet"
        ours = Ingot(folder / f"ingot{number}", data, across)
        contestants = {f"FEBRL {number} ingot": ours.run,
                       f"FEBRL {number} Splink": lambda: cost_of([splink, str(HERE / "rival_splink.py"), "link", str(data), str(out), "across" if across else "within",
                                                                  json.dumps(SETUP)])}
        costs |= interleaved(contestants, min(RUNS, 3))
        cells = [f"{value:.4f}" for value in (*quality(ours.clusters()), *quality(f"(FROM '{out}')"))]
        print(f"| FEBRL {number} | " + " | ".join(cells) + " |", flush=True)
    show(costs)


def main() -> None:
    splink = python_of("splink")
    with tempfile.TemporaryDirectory(prefix="ingot-fuzzy-") as name:
        folder = Path(name)
        subprocess.run([splink, str(HERE / "rival_splink.py"), "data", name], check=True)
        febrl(folder, splink)
        million = folder / "million.csv"
        generate(million, folder / "febrl4.csv")
        for memory in ("", "2GB"):
            ours = Ingot(folder / "million", million, False, memory)
            cost = ours.run()
            print(f"  {ROWS:,} rows{', --memory ' + memory if memory else ''}: {cost}  precision %.4f recall %.4f F1 %.4f" % quality(ours.clusters()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
