#!/usr/bin/env python3
"""An API of 200 pages x 1,000 records with 5 ms of latency to bronze, against the bare transfer, a loader written by hand with httpx and
DuckDB, and dlt's rest_api where it is installed.

    ./dev bench api [--pages 200] [--concurrency 4] [--dlt PYTHON]

httpx is put into a Python environment of its own under build/bench-api; `--dlt` names a Python that has dlt[filesystem,parquet]. CPU and wall are of whole processes,
interleaved; the server is another process.
"""
import argparse
import json
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from measure import INGOT, QUICK, cost_of, interleaved, show

ROOT = Path(__file__).resolve().parents[1]
RECORDS = 1000
LATENCY = 0.005
PINNED = ["httpx==0.28.1", "duckdb==1.5.5", "pyarrow==26.0.1"]

BARE = """
import http.client, sys, threading
host, port, pages, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
def work(first):
    connection = http.client.HTTPConnection(host, port)
    for page in range(first, pages, threads):
        connection.request("GET", f"/t?limit=1000&offset={page * 1000}")
        connection.getresponse().read()
all = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
[one.start() for one in all]
[one.join() for one in all]
"""

BY_HAND = """
import sys, httpx, duckdb, pyarrow
from concurrent.futures import ThreadPoolExecutor
url, pages, threads, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with httpx.Client(timeout=30, limits=httpx.Limits(max_connections=threads)) as client:
    def page(number):
        answer = client.get(f"{url}/t", params={"limit": 1000, "offset": number * 1000})
        answer.raise_for_status()
        return answer.json()["items"]
    with ThreadPoolExecutor(threads) as pool:
        rows = [row for items in pool.map(page, range(pages)) for row in items]
landed = pyarrow.Table.from_pylist(rows)
duckdb.sql(f"COPY (SELECT * FROM landed) TO '{out}' (FORMAT parquet)")
"""

DLT = """
import os, sys
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
import dlt
from dlt.sources.rest_api import rest_api_source
url, folder = sys.argv[1], sys.argv[2]
source = rest_api_source({"client": {"base_url": url, "paginator": {"type": "offset", "limit": 1000, "total_path": "total"}},
                          "resources": [{"name": "t", "endpoint": {"path": "t", "data_selector": "items"}}]})
pipeline = dlt.pipeline("bench", destination=dlt.destinations.filesystem(bucket_url=folder), dataset_name="d", pipelines_dir=folder + "/p")
pipeline.run(source, loader_file_format="parquet")
"""


def serve(pages: int, port) -> None:
    words = ["new", "paid", "shipped", "returned"]
    bodies = []
    for page in range(pages):
        items = [{"id": page * RECORDS + i, "customer": (page * 7919 + i * 31) % 20011, "state": words[i % 4], "amount": (i * 7919 % 100000) / 100,
                  "note": f"order of customer {i % 5003}", "at": f"2026-01-{1 + i % 28:02}T10:{i % 60:02}:00Z", "paid": i % 3 == 0,
                  "address": {"street": f"street {i % 777}", "city": "Kiel"}} for i in range(RECORDS)]
        bodies.append(json.dumps({"total": pages * RECORDS, "items": items}).encode())

    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_):
            pass

        def do_GET(self):
            body = bodies[int(parse_qs(urlsplit(self.path).query)["offset"][0]) // RECORDS]
            time.sleep(LATENCY)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    port.put(server.server_address[1])
    server.serve_forever()


def environment() -> str:
    folder = ROOT / "build/bench-api"
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PINNED], check=True)
    return str(python)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20 if QUICK else 200)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--dlt", metavar="PYTHON")
    given = parser.parse_args()
    python = environment()
    ports = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(given.pages, ports), daemon=True)
    server.start()
    port = ports.get()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as work:
        project = Path(work) / "project"
        (project / "sources").mkdir(parents=True)
        (project / "ingot.yml").write_text("config_version: 1\nname: bench\n")
        (project / "sources/s.yml").write_text(json.dumps({"system": "s", "connection": {"type": "api", "base_url": url, "concurrency": given.concurrency}, "tables": [
            {"name": "t", "endpoint": "/t", "load": "full", "paginate": {"type": "offset", "limit": RECORDS, "total_path": "total"}}]}))

        def ours():
            shutil.rmtree(project / "warehouse", ignore_errors=True)
            return cost_of([INGOT, "run", "--project-dir", str(project), "--date", "2026-01-01", "--quiet"])

        def dlt():
            shutil.rmtree(f"{work}/dlt", ignore_errors=True)
            return cost_of([given.dlt, "-c", DLT, url, f"{work}/dlt"])

        counts = [str(given.pages), str(given.concurrency)]
        contestants = {"bare transfer": lambda: cost_of([python, "-c", BARE, "127.0.0.1", str(port), *counts]),
                       "httpx and DuckDB by hand": lambda: cost_of([python, "-c", BY_HAND, url, *counts, f"{work}/t.parquet"]),
                       "ingot": ours} | ({"dlt rest_api": dlt} if given.dlt else {})
        print(f"{given.pages} pages x {RECORDS} records, {given.concurrency} at a time")
        costs = interleaved(contestants)
        show(costs, base="httpx and DuckDB by hand")
        wall = costs["ingot"].wall / costs["bare transfer"].wall
        cpu = costs["ingot"].cpu / costs["httpx and DuckDB by hand"].cpu
        print(f"  wall {wall:.2f} x the bare transfer (target 1.2), CPU {cpu:.2f} x the loader by hand (target 0.5)"
              + (f", dlt {costs['dlt rest_api'].cpu / costs['ingot'].cpu:.1f} x ours (target 8)" if given.dlt else ""))
    server.terminate()


if __name__ == "__main__":
    main()
