"""Peak memory of loads that are larger than it: ./dev bench memory [--gigabytes 5] [--records 2000000].

A CSV of that size, a program that prints that many JSON records, and an API that has them, land with --memory 1GB. The peak
is that of the whole process (VmHWM at its end, from wait4): the engine's limit, and what the rest of the program takes.
"""
import argparse
import multiprocessing
import os
import pathlib
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

INGOT = os.environ["INGOT"]
LINE = "{0},customer {0},{1}.{2:02},2026-01-{3:02}T12:00:00,{4},a text that is as long as remarks in such files are,Kiel,DE,{5},true\n"
PRINTER = '''
import sys
for i in range(int(sys.argv[1])):
    sys.stdout.write('{"id": %d, "name": "customer %d", "amount": %d.25, "at": "2026-01-01T00:00:00Z", "tags": ["a", "b"], "note": null}\\n' % (i, i, i % 1000))
'''


RECORD = '{"id": %d, "name": "customer %d", "amount": %d.25, "at": "2026-01-01T00:00:00Z", "tags": ["a", "b"], "note": null}'
PAGE = 10_000


def serve(records: int, port) -> None:
    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            first = int(parse_qs(urlsplit(self.path).query)["offset"][0])
            items = ",".join(RECORD % (i, i, i % 1000) for i in range(first, min(first + PAGE, records)))
            body = ('{"total": %d, "items": [%s]}' % (records, items)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    port.put(server.server_address[1])
    server.serve_forever()


def write_csv(path: pathlib.Path, size: int) -> int:
    rows = 0
    with open(path, "w") as file:
        file.write("id,name,amount,at,code,remark,city,country,points,active\n")
        while file.tell() < size:
            file.writelines(LINE.format(i, i % 9973, i % 100, i % 28 + 1, i * 7919 % 100003, i % 17) for i in range(rows, rows + 100_000))
            rows += 100_000
    return rows


def measured(folder: pathlib.Path, dataset: str) -> tuple[int, float, float, int]:
    began = time.monotonic()
    child = os.posix_spawn(INGOT, [INGOT, "run", dataset, "--date", "2026-01-01", "--memory", "1GB", "--quiet",
                                   "--project-dir", str(folder)], os.environ)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--records", type=int, default=2_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ingot-memory-", dir=os.environ.get("INGOT_BENCH_DIR")) as scratch:
        folder = pathlib.Path(scratch)
        (folder / "sources").mkdir()
        (folder / "ingot.yml").write_text("name: memory\n")
        (folder / "printer.py").write_text(PRINTER)
        (folder / "sources/big.yml").write_text(
            'system: big\nconnection: {type: file, path: .}\ntables: [{name: csv, path: big.csv, load: full}]\n')
        (folder / "sources/program.yml").write_text(
            f'system: program\nconnection: {{type: process, command: ["{sys.executable}", printer.py, "{asked.records}"]}}\n'
            "tables: [{name: json, load: full}]\n")
        ports = multiprocessing.Queue()
        server = multiprocessing.Process(target=serve, args=(asked.records, ports), daemon=True)
        server.start()
        (folder / "sources/api.yml").write_text(
            f'system: api\nconnection: {{type: api, base_url: "http://127.0.0.1:{ports.get()}"}}\n'
            f"tables: [{{name: json, endpoint: /, paginate: {{type: offset, limit: {PAGE}, total_path: total}}, load: full}}]\n")
        rows = write_csv(folder / "big.csv", int(asked.gigabytes * 1e9))
        failed = False
        for dataset, what in (("bronze.big_csv", f"{asked.gigabytes:g} GB CSV, {rows} rows"),
                              ("bronze.program_json", f"{asked.records} JSON records of a program"),
                              ("bronze.api_json", f"{asked.records} JSON records of an API")):
            code, wall, cpu, peak = measured(folder, dataset)
            failed = failed or code != 0
            print(f"{what}: exit code {code}, {wall:.0f} s wall, {cpu:.0f} s CPU, peak {peak} MB", flush=True)
        server.terminate()
    sys.exit(1 if failed else 0)


main()
