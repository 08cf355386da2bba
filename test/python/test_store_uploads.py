"""Uploads that are cut off, limits of a store, and what is asked of it at once."""
import datetime
import http.client
import os
import signal
import subprocess
import threading
import time
import xml.etree.ElementTree
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import session_tokens
import store_servers
from fault_proxy import FaultProxy
from store_servers import KEY, SECRET
from test_store_credentials import LARGE, Lake

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}


@pytest.fixture
def s3(tmp_path: Path):
    with store_servers.s3(tmp_path / "server") as server:
        yield server


def uploads_in(server: store_servers.Server) -> list[str]:
    """Keys of ListMultipartUploads, asked as any client would."""
    host, now = urlsplit(server.endpoint).netloc, datetime.datetime.now(datetime.UTC)
    headers = {"host": host, "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"), "x-amz-content-sha256": session_tokens.hashed(b"")}
    credential, signed = f"{KEY}/{now:%Y%m%d}/us-east-1/s3/aws4_request", sorted(headers)
    made = session_tokens.signature("GET /lake?uploads= HTTP/1.1", headers, signed, credential, SECRET)
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={';'.join(signed)}, Signature={made}"
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", "/lake?uploads=", headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return [key.text for key in xml.etree.ElementTree.fromstring(text).iter() if key.tag.endswith("Key")]


def large_rows() -> str:
    return "id,text\n" + "".join(f"{i},{os.urandom(24).hex()}\n" for i in range(LARGE))


def environment(server: store_servers.Server, endpoint: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return clean | KEYS | {"AWS_ENDPOINT_URL": endpoint}


def killed_at_a_part(lake: Lake, server: store_servers.Server) -> None:
    with FaultProxy(server.endpoint, 0, 0) as proxy:
        process = subprocess.Popen([INGOT, "run", "--date", "2026-01-01", "--project-dir", lake.folder], env=environment(server, proxy.endpoint),
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        arrived = threading.Event()

        def stall_at_the_second(head: bytes) -> bytes:
            if b"partNumber=2" in head:
                arrived.set()
                process.wait(60)
            return head

        proxy.rewrite = stall_at_the_second
        assert arrived.wait(60), process.communicate()[0]
        process.kill()
        process.wait(60)
        assert process.returncode == -signal.SIGKILL


def objects(server: store_servers.Server) -> list[str]:
    return [path.name for path in server.folder.rglob("*.parquet") if "bronze" in path.parts]


def test_an_upload_that_is_killed_leaves_no_half_object_and_is_aborted(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
    killed_at_a_part(lake, s3)
    assert len(uploads_in(s3)) == 1 and objects(s3) == []
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    status, said = lake.try_to("query", "SELECT count(*) FROM bronze.crm_customers", **there)
    assert status != 0 or "0" in said
    # The next run lands the slice whole, and does not wait for anybody to repair.
    status, said = lake.try_to("run", "--date", "2026-01-01", **there)
    assert status == 0, said
    assert lake.try_to("query", "SELECT count(*) AS n FROM bronze.crm_customers", "--format", "csv", **there)[1] == f"n\n{LARGE}\n"
    status, said = lake.try_to("state", "repair", "--dry-run", **there)
    assert status == 0 and "unfinished upload" in said and len(uploads_in(s3)) == 1, said
    status, said = lake.try_to("state", "repair", **there)
    assert status == 0 and "unfinished upload" in said, said
    assert uploads_in(s3) == []
    assert lake.try_to("query", "SELECT count(*) AS n FROM bronze.crm_customers", "--format", "csv", **there)[1] == f"n\n{LARGE}\n"


def test_a_part_that_fails_is_sent_again_alone(s3, tmp_path: Path) -> None:
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
        seen: dict[str, int] = {}

        def fail_the_second_once(head: bytes) -> bytes:
            line = head.split(b"\r\n", 1)[0].decode()
            if "partNumber=" in line:
                number = line.split("partNumber=")[1].split("&")[0].split(" ")[0]
                seen[number] = seen.get(number, 0) + 1
                if number == "2" and seen[number] == 1:
                    raise ConnectionResetError
            return head

        proxy.rewrite = fail_the_second_once
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 0, said
        assert seen.pop("2") == 2 and seen and set(seen.values()) == {1}
    assert uploads_in(s3) == []


def test_slices_that_stand_are_looked_at_together(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url)
    (lake.folder / "sources/crm.yml").write_text(
        "system: crm\nconnection: {type: file, path: .}\ntables: [{name: customers, path: 'customers_{date}.csv'}]\n")
    for day in range(1, 29):
        (lake.folder / f"customers_2026-01-{day:02}.csv").write_text(f"id,name\n{day},Ann\n")
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    status, said = lake.try_to("run", "--from", "2026-01-01", "--to", "2026-01-28", **there)
    assert status == 0, said
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        proxy.delay = 0.05
        status, said = lake.try_to("plan", "--date", "2026-01-28", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 0, said
        assert len(proxy.heads) > 28 and proxy.most_at_once >= 4, proxy.most_at_once


def test_requests_a_second_are_kept_to(s3, tmp_path: Path) -> None:
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        lake = Lake(tmp_path / "lake", s3.url, "{requests_per_second: 10}")
        began = time.monotonic()
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        took = time.monotonic() - began
        assert status == 0, said
        # The first request of each of the store's users, of which there are few, does not wait.
        assert len(proxy.heads) > 20 and took >= 0.8 * len(proxy.heads) / 10, (took, len(proxy.heads))


def test_the_bandwidth_is_kept_to(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, "{bandwidth_mb: 10}", rows=large_rows())
    began = time.monotonic()
    status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=s3.endpoint)
    took = time.monotonic() - began
    size = sum(path.stat().st_size for path in s3.folder.rglob("*.parquet"))
    assert status == 0 and size > 16e6, said
    # The last piece does not wait for its own time.
    assert took >= (size - 8.4e6) / 10e6, (took, size)


def test_a_store_that_is_down_is_asked_a_few_times_and_left_alone(s3, tmp_path: Path) -> None:
    with FaultProxy(s3.endpoint, 1, 0, ("slow_down",)) as proxy:
        lake = Lake(tmp_path / "lake", s3.url, "{retry: {attempts: 1, seconds: 5}}")
        tables = ", ".join(f"{{name: t{i}, path: customers.csv}}" for i in range(30))
        (lake.folder / "sources/crm.yml").write_text(f"system: crm\nconnection: {{type: file, path: .}}\ntables: [{tables}]\n")
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 3 and "STG001" in said, said
        assert len(proxy.heads) <= 24, len(proxy.heads)
