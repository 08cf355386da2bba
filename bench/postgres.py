#!/usr/bin/env python3
"""PostgreSQL to Parquet: ingot against psql's COPY piped into the engine's own Parquet write, and against dlt.

    ./dev bench postgres [--rows 1000000] [--dlt PYTHON]

1 M rows × 12 columns. The servers' own work is the same for all and is not counted. `--dlt` names a Python that has
dlt[sql_database,parquet,filesystem], sqlalchemy, psycopg2-binary and connectorx; without it dlt is left out. The bounds: 1.3 × CPU of the
pipe, and a third of the CPU of dlt's fastest backend.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from measure import INGOT, QUICK, Cost, cost_of, interleaved, show

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test/python"))
import servers  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
FILL = """CREATE TABLE orders AS SELECT i AS order_id, (i % 100003) * 7 AS customer_id, 'customer ' || (i % 5000) AS name,
    ((i * 13) % 1000000 / 100.0)::numeric(12,2) AS amount, ((i * 7) % 10000 / 100.0)::numeric(12,2) AS tax, date '2020-01-01' + i % 1500 AS day,
    timestamp '2020-01-01' + i * interval '1 second' AS updated_at, timestamptz '2020-01-01 00:00Z' + i * interval '1 second' AS seen_at,
    i % 3 = 0 AS active, sqrt(i) AS score, md5(i::text) AS token, (array['new','paid','sent'])[1 + i % 3] AS status
    FROM generate_series(1, {rows}) i"""
COLUMNS = ("{'order_id':'INTEGER','customer_id':'INTEGER','name':'VARCHAR','amount':'DECIMAL(12,2)','tax':'DECIMAL(12,2)','day':'DATE',"
           "'updated_at':'TIMESTAMP','seen_at':'TIMESTAMPTZ','active':'BOOLEAN','score':'DOUBLE','token':'VARCHAR','status':'VARCHAR'}")
DLT = """
import sys, dlt
from dlt.sources.sql_database import sql_table
backend, url, folder = sys.argv[1:]
options = {"backend_kwargs": {"conn": url.replace("+psycopg2", "")}} if backend == "connectorx" else {}
table = sql_table(url, table="orders", backend=backend, chunk_size=100000, **options)
dlt.pipeline("bench_" + backend, pipelines_dir=folder + "/state", destination=dlt.destinations.filesystem(folder + "/out"),
             dataset_name="d").run(table, loader_file_format="parquet")
"""


def pipe(server: servers.Postgres, folder: pathlib.Path) -> Cost:
    psql = [str(server.binaries / "psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "-c",
            "COPY orders TO STDOUT (FORMAT csv)"]
    script = (f"SET TimeZone='UTC'; COPY (SELECT * FROM read_csv('{folder}/pipe', header=false, auto_detect=false, delim=',', quote='\"', "
              f"escape='\"', columns={COLUMNS})) TO '{folder}/raw.parquet' (FORMAT parquet);")
    (folder / "raw.sql").write_text(script)
    (folder / "pipe").unlink(missing_ok=True)
    os.mkfifo(folder / "pipe")
    with open(folder / "raw.sql") as text:
        engine = subprocess.Popen([sys.executable, str(ROOT / "bench/raw_duckdb.py"), str(ROOT / "build/release/lib/libingot_duckdb.so"), ""],
                                  stdin=text, env=os.environ | {"TZ": "UTC"})
        with open(folder / "pipe", "wb") as into:
            sent = cost_of(psql, folder, stdout=into, PGPASSWORD=servers.PASSWORD, PGOPTIONS="-c datestyle=ISO -c timezone=UTC")
        _, status, usage = os.wait4(engine.pid, 0)
    assert status == 0
    return sent + Cost(usage.ru_utime + usage.ru_stime, 0, usage.ru_maxrss / 1024)


def ingot(server: servers.Postgres, folder: pathlib.Path) -> Cost:
    project = pathlib.Path(tempfile.mkdtemp(dir=folder))
    (project / "sources").mkdir()
    (project / "ingot.yml").write_text("config_version: 1\nname: bench\n")
    (project / "sources/s.yml").write_text(
        f"system: s\nconnection: {{type: postgres, host: 127.0.0.1, port: {server.port}, user: postgres, database: postgres, "
        "password: secret://env/WORD}\ntables: [{name: orders}]\n")
    return cost_of([INGOT, "run", "--date", "2026-01-01"], project, WORD=servers.PASSWORD)


def dlt(server: servers.Postgres, folder: pathlib.Path, python: str, backend: str) -> Cost:
    from urllib.parse import quote
    place = tempfile.mkdtemp(dir=folder)
    url = f"postgresql+psycopg2://postgres:{quote(servers.PASSWORD)}@127.0.0.1:{server.port}/postgres"
    return cost_of([python, "-c", DLT, backend, url, place], place, RUNTIME__DLTHUB_TELEMETRY="false", HOME=place)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=100_000 if QUICK else 1_000_000)
    arguments.add_argument("--dlt", metavar="PYTHON")
    said = arguments.parse_args()
    with servers.postgres() as server, tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        server.sql(FILL.format(rows=said.rows))
        server.sql("VACUUM ANALYZE orders")
        contestants = {"psql COPY | engine": lambda: pipe(server, folder), "ingot": lambda: ingot(server, folder)}
        for backend in ("pyarrow", "connectorx") if said.dlt else ():
            contestants[f"dlt {backend}"] = lambda backend=backend: dlt(server, folder, said.dlt, backend)
        print(f"{said.rows} rows x 12 columns")
        show(interleaved(contestants), "psql COPY | engine")


main()
