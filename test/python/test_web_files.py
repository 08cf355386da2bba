"""Files at http addresses land as any other: whole or not at all, with credentials for nobody else, and gone on with where cut."""
import gzip
from pathlib import Path

import pytest
from loopback import Answer, HttpServer
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS = "id,city\n" + "".join(f"{id},town {id}\n" for id in range(50_000))
LATER = "Thu, 01 Jan 2026 00:00:00 GMT"


class Files(Answer):
    """What stands in `server.files` by path; `server.how` says how it misbehaves."""

    def do_HEAD(self) -> None:
        self.answer(False)

    def do_GET(self) -> None:
        self.answer(True)

    def answer(self, is_get: bool) -> None:
        server = self.server
        server.asked.append((self.command, self.path, dict(self.headers)))
        how = server.how
        if not is_get and "head" in how:
            return self.tell(how["head"])
        if "token" in how and self.headers.get("X-Token") != how["token"]:
            return self.tell(403)
        if "sends_on" in how:
            return self.tell(302, {"Location": how["sends_on"] + self.path})
        if is_get and how.get("fails", 0) > 0:
            how["fails"] -= 1
            return self.tell(503)
        body = server.files.get(self.path)
        if body is None:
            return self.tell(404)
        headers = {"Last-Modified": how.get("modified", LATER), "ETag": how.get("etag", '"one"'), "Accept-Ranges": "bytes"}
        if "plain" in how:
            headers = {}
        if "type" in how:
            headers["Content-Type"] = how["type"]
        asked = self.headers.get("Range")
        begin = 0
        if asked and "plain" not in how and self.headers["If-Range"] == headers["ETag"]:
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        if "endless" not in how:
            headers["Content-Length"] = str(len(body) - begin)
        else:
            headers["Connection"] = "close"
        self.tell(206 if begin else 200, headers, end=False)
        if is_get:
            cut = how["cuts"].pop(0) if how.get("cuts") else None
            self.wfile.write(body[begin:][:cut])
            server.sent += len(body[begin:][:cut])
            if cut is not None and how.get("changes"):
                server.files[self.path], how["etag"] = how.pop("changes"), '"two"'
            self.close_connection = cut is not None or "endless" in how

    def tell(self, status: int, headers: dict | None = None, end: bool = True) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if end:
            self.send_header("Content-Length", "0")
        self.end_headers()


class FileServer(HttpServer):
    def __init__(self):
        super().__init__(Files)
        self.files: dict[str, bytes] = {}
        self.how: dict = {}
        self.asked: list = []
        self.sent = 0

    def gets(self) -> int:
        return sum(command == "GET" for command, _, _ in self.asked)


@pytest.fixture
def server():
    with FileServer() as running:
        running.files[f"/out/towns_{date_of(0)}.csv"] = ROWS.encode()
        yield running


@pytest.fixture
def shop(server: FileServer, tmp_path: Path) -> Shop:
    return project(tmp_path, server.endpoint + "/out")


def project(folder: Path, path: str, connection: str = "", table: str = 'path: "towns_{date}.csv"') -> Shop:
    shop = Shop(folder)
    shop.write("ingot.yml", "config_version: 1\nname: shop\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")
    shop.write("sources/web.yml", f'system: web\nconnection: {{type: file, path: "{path}"{connection}}}\ntables:\n  - {{name: towns, {table}}}\n')
    return shop


def landed(shop: Shop) -> str:
    return shop.rows("SELECT count(*) AS n, count(DISTINCT id) AS ids, min(_ingot_file) AS file FROM bronze.web_towns").splitlines()[1]


def told(shop: Shop, *words: str, **env: str) -> tuple[int, str]:
    process = shop.start(*words, **env)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def refused(shop: Shop, code: int, *words: str) -> None:
    status, said = told(shop, "run", "--date", date_of(0))
    assert status == code and all(word in said for word in words), said
    assert not list(shop.warehouse.glob("bronze/**/dt=*"))


def test_file_lands_once(shop: Shop, server: FileServer) -> None:
    shop.ingot("run", "--date", date_of(0))
    assert landed(shop) == f"50000,50000,{server.endpoint}/out/towns_{date_of(0)}.csv"
    assert server.gets() == 1
    shop.ingot("run", "--date", date_of(0))
    assert server.gets() == 1, "it stands as it was"
    server.files[f"/out/towns_{date_of(0)}.csv"], server.how["modified"] = b"id,city\n1,Rome\n2,Oslo\n", "Fri, 02 Jan 2026 00:00:00 GMT"
    shop.ingot("run", "--date", date_of(0))
    assert landed(shop).startswith("2,2,")


def test_without_size_and_time_it_is_fetched_again(shop: Shop, server: FileServer) -> None:
    server.how["plain"] = True
    shop.ingot("run", "--date", date_of(0))
    server.files[f"/out/towns_{date_of(0)}.csv"] = ROWS.replace("town 7\n", "town 8\n").encode()
    shop.ingot("run", "--date", date_of(0))
    assert shop.rows("SELECT city FROM bronze.web_towns WHERE id = 7").splitlines()[1] == "town 8"


@pytest.mark.parametrize("status", [405, 501, 403])
def test_server_without_head(shop: Shop, server: FileServer, status: int) -> None:
    server.how["head"] = status
    shop.ingot("run", "--date", date_of(0))
    assert landed(shop).startswith("50000,50000,")


def test_cut_transfer_is_gone_on_with(shop: Shop, server: FileServer) -> None:
    # More cuts than attempts: whatever brings the file further is none of them.
    server.how["cuts"] = [100_000] * 7
    shop.ingot("run", "--date", date_of(0))
    assert landed(shop).startswith("50000,50000,")
    assert server.gets() == 8 and server.sent == len(ROWS)


def test_content_that_changes_between_attempts_is_fetched_anew(shop: Shop, server: FileServer) -> None:
    server.how |= {"cuts": [100_000], "changes": ROWS.replace("town", "city").encode()}
    shop.ingot("run", "--date", date_of(0))
    assert shop.rows("SELECT count(*) FROM bronze.web_towns WHERE city LIKE 'city%'").splitlines()[1] == "50000"


def test_cut_transfer_without_ranges_begins_again(shop: Shop, server: FileServer) -> None:
    server.how |= {"cuts": [100_000], "plain": True, "fails": 1}
    shop.ingot("run", "--date", date_of(0))
    assert landed(shop).startswith("50000,50000,")


def test_packed_and_named_by_a_query(tmp_path: Path, server: FileServer) -> None:
    server.files["/get/towns.csv.gz?sv=1&sig=c2VjcmV0LXNpZw"] = gzip.compress(ROWS.encode())
    shop = project(tmp_path, server.endpoint, table='path: "/get/towns.csv.gz?sv=1&sig=c2VjcmV0LXNpZw"')
    status, said = told(shop, "run", "--date", date_of(0))
    assert status == 0, said
    assert landed(shop) == f"50000,50000,{server.endpoint}/get/towns.csv.gz?sv=1&sig=***"
    held = [path for path in shop.warehouse.rglob("*") if path.is_file() and b"c2VjcmV0LXNpZw" in path.read_bytes()]
    assert not held and "c2VjcmV0" not in said


def test_credentials_are_for_the_address_alone(tmp_path: Path, server: FileServer) -> None:
    shop = project(tmp_path, server.endpoint + "/out", ", headers: {X-Token: 'secret://env/WEB_TOKEN'}")
    server.how["token"] = "canary-of-the-web"
    refused(shop, 1, "AUTH001", "WEB_TOKEN")
    assert not server.asked
    with FileServer() as other:
        other.files = server.files
        server.how["sends_on"] = other.endpoint
        shop.ingot("run", "--date", date_of(0), WEB_TOKEN="canary-of-the-web")
        assert landed(shop).startswith("50000,")
        assert other.gets() == 1 and not any("X-Token" in headers for _, _, headers in other.asked)
    assert not [path for path in shop.folder.rglob("*") if path.is_file() and b"canary-of-the-web" in path.read_bytes()]


def test_refusals(shop: Shop, server: FileServer) -> None:
    server.how["token"] = "other"
    refused(shop, 2, "AUTH001", "status 403")
    server.how = {"endless": True}
    refused(shop, 2, "EXT001", "how long the file is")
    server.how = {"type": "text/html; charset=utf-8"}
    server.files[f"/out/towns_{date_of(0)}.csv"] = b"\n<!DOCTYPE html><html>please log in</html>"
    refused(shop, 2, "EXT001", "page for people")
    server.files.clear()
    refused(shop, 2, "EXT101", f"towns_{date_of(0)}.csv")
    shop.write("sources/web.yml", (shop.folder / "sources/web.yml").read_text().replace("{date}", "*"))
    refused(shop, 2, "EXT103", "web.yml:4")


def test_address_as_people_write_it(tmp_path: Path, server: FileServer) -> None:
    server.files["/b%20%C3%BC/town%20[1].csv"] = ROWS.encode()
    shop = project(tmp_path, server.endpoint + "/b ü/", table='path: "town [1].csv"')
    shop.ingot("run", "--date", date_of(0))
    assert landed(shop) == f"50000,50000,{server.endpoint}/b ü/town [1].csv"


def test_server_that_is_down_stops_no_other_source(shop: Shop, server: FileServer) -> None:
    shop.write("sources/here.yml", "system: here\nconnection: {type: file, path: data}\ntables:\n  - {name: towns, path: towns.csv}\n")
    shop.write("data/towns.csv", "id,city\n1,Rome\n")
    server.how["fails"] = 1_000
    server.how["head"] = 503
    status, said = told(shop, "run", "--date", date_of(0))
    assert status == 2 and "RETRY001" in said and "503" in said, said
    assert shop.rows("SELECT city FROM bronze.here_towns").splitlines()[1] == "Rome"


def test_new_files_land_once(tmp_path: Path, server: FileServer) -> None:
    shop = project(tmp_path, server.endpoint + "/out", table=f'path: towns_{date_of(0)}.csv, load: cdc, options: {{new_files: true}}')
    server.how["plain"] = True
    for day in range(3):
        shop.ingot("run", "--date", date_of(day))
    assert landed(shop).startswith("50000,50000,")


def test_doctor_asks_with_connect(tmp_path: Path, server: FileServer) -> None:
    shop = project(tmp_path, server.endpoint + "/out", table=f"path: towns_{date_of(0)}.csv")
    told(shop, "doctor")
    assert not server.asked
    assert "web_towns" not in told(shop, "doctor", "--connect")[1]
    assert server.asked
    server.files.clear()
    assert "web_towns: no file" in told(shop, "doctor", "--connect")[1]
