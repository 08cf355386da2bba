"""Uploads that are cut off, limits of a store, and what is asked of it at once."""
import datetime
import http.client
import itertools
import os
import shutil
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


def killed_at_a_part(lake: Lake, endpoint: str, part: bytes, env: dict[str, str], key: bytes = b"bronze") -> None:
    """Kills a run when it sends the third part of an object and another one has arrived, and is noted."""
    with FaultProxy(endpoint, 0, 0) as proxy:
        process = subprocess.Popen([INGOT, "run", "--date", "2026-01-01", "--project-dir", lake.folder],
                                   env=clean_environment() | by_way_of(proxy, endpoint, env),
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        noted, killed = threading.Event(), threading.Event()
        parts, notes = itertools.count(1), itertools.count(1)

        def hold_the_third_back(head: bytes) -> bytes:
            line = head.split(b"\r\n", 1)[0]
            # A note is written before the first part, and again with the first that has arrived.
            if line.startswith(b"PUT") and b"_ingot/uploads" in line and next(notes) % 2 == 0:
                noted.set()
            if line.startswith(b"PUT") and key in line and part in line and next(parts) == 3:
                assert noted.wait(60)
                time.sleep(1)  # until it has arrived
                process.kill()
                process.wait(60)
                killed.set()
            return head

        proxy.rewrite = hold_the_third_back
        assert killed.wait(60), process.communicate()[0]
        assert process.returncode == -signal.SIGKILL


def by_way_of(proxy: FaultProxy, endpoint: str, env: dict[str, str]) -> dict[str, str]:
    server = urlsplit(endpoint)
    return {name: text.replace(f"{server.scheme}://{server.netloc}", proxy.endpoint) for name, text in env.items()}


def clean_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "AZURE_"))}


def parts_sent(proxy: FaultProxy, of: str) -> list[str]:
    lines = [head.split("\r\n", 1)[0] for head in proxy.heads]
    return [line for line in lines if line.startswith("put ") and of in line and "bronze" in line]


def count(lake: Lake, **env: str) -> str:
    return lake.try_to("query", "SELECT count(*) AS n FROM bronze.crm_customers", "--format", "csv", **env)[1]


def objects(server: store_servers.Server) -> list[str]:
    return [path.name for path in server.folder.rglob("*.parquet") if "bronze" in path.parts]


def test_an_upload_that_is_killed_leaves_no_half_object_and_is_ended_by_a_repair(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    killed_at_a_part(lake, s3.endpoint, b"partNumber=", there)
    assert len(uploads_in(s3)) == 1 and objects(s3) == []
    status, said = lake.try_to("query", "SELECT count(*) FROM bronze.crm_customers", **there)
    assert status != 0 or "0" in said
    status, said = lake.try_to("state", "repair", "--dry-run", **there)
    assert status == 0 and "unfinished upload" in said and len(uploads_in(s3)) == 1, said
    status, said = lake.try_to("state", "repair", **there)
    assert status == 0 and "unfinished upload" in said, said
    assert uploads_in(s3) == []


def test_the_next_run_sends_only_what_had_not_arrived(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    killed_at_a_part(lake, s3.endpoint, b"partNumber=", there)
    (begun,) = uploads_in(s3)
    # Another machine, or a container that lost its disk, has the store only.
    shutil.rmtree(lake.folder / "target")
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 0, said
        assert 1 <= len(parts_sent(proxy, "partnumber=")) < 3, parts_sent(proxy, "partnumber=")
        assert not [head for head in proxy.heads if head.startswith("post ") and "?uploads" in head.split("\r\n", 1)[0]]
    assert uploads_in(s3) == [] and not list(s3.folder.rglob("_ingot/uploads/**/*.json")) and begun.endswith("part-0001.parquet")
    assert count(lake, **there) == f"n\n{LARGE}\n"
    status, said = lake.try_to("state", "verify", **there)
    assert status == 0, said


def test_bytes_that_are_others_now_are_sent_anew_and_the_old_upload_is_ended(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    killed_at_a_part(lake, s3.endpoint, b"partNumber=", there)
    (lake.folder / "customers.csv").write_text(large_rows())
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 0, said
        assert len(parts_sent(proxy, "partnumber=")) == 3
    assert uploads_in(s3) == []
    status, said = lake.try_to("state", "verify", **there)
    assert status == 0 and count(lake, **there) == f"n\n{LARGE}\n", said


def test_an_upload_that_the_store_has_ended_meanwhile_is_begun_anew(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    killed_at_a_part(lake, s3.endpoint, b"partNumber=", there)
    notes = {path: path.read_text() for path in s3.folder.rglob("_ingot/uploads/*/*.json")}
    status, said = lake.try_to("state", "repair", **there)
    assert status == 0 and uploads_in(s3) == [], said
    for path, text in notes.items():  # a rule of the bucket ends uploads, and leaves our notes
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    status, said = lake.try_to("run", "--date", "2026-01-01", **there)
    assert status == 0 and uploads_in(s3) == [] and count(lake, **there) == f"n\n{LARGE}\n", said


def test_what_a_killed_run_had_begun_of_a_table_is_ended_by_the_next_one(s3, tmp_path: Path) -> None:
    """Files of tables get names of their run's own: nothing of them can be gone on with."""
    lake = Lake(tmp_path / "lake", s3.url, rows=large_rows())
    (lake.folder / "models/silver").mkdir(parents=True)
    (lake.folder / "models/silver/customers.sql").write_text("-- @silver(keys: [id])\nSELECT id, text FROM bronze.crm_customers\n")
    there = KEYS | {"AWS_ENDPOINT_URL": s3.endpoint}
    killed_at_a_part(lake, s3.endpoint, b"partNumber=", there, key=b"silver")
    assert len(uploads_in(s3)) == 1
    status, said = lake.try_to("run", "--date", "2026-01-01", **there)
    assert status == 0 and uploads_in(s3) == [], said
    assert not list(s3.folder.rglob("_ingot/uploads/*/*.json"))


def test_blocks_that_arrived_at_azure_are_not_sent_again(tmp_path: Path) -> None:
    with store_servers.azure(tmp_path / "server") as server, FaultProxy(server.endpoint, 0, 0) as proxy:
        lake = Lake(tmp_path / "lake", server.url, rows=large_rows())
        killed_at_a_part(lake, server.endpoint, b"comp=block&", server.env)
        status, said = lake.try_to("run", "--date", "2026-01-01", **by_way_of(proxy, server.endpoint, server.env))
        assert status == 0, said
        assert 1 <= len(parts_sent(proxy, "comp=block&")) < 3, parts_sent(proxy, "comp=block")
        assert count(lake, **server.env) == f"n\n{LARGE}\n"
        status, said = lake.try_to("state", "verify", **server.env)
        assert status == 0, said


def test_what_arrived_before_the_network_failed_is_not_sent_again(s3, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", s3.url, "{retry: {attempts: 1, seconds: 2}}", rows=large_rows())
    with FaultProxy(s3.endpoint, 0, 0) as proxy:

        def fail_the_third(head: bytes) -> bytes:
            if b"partNumber=3" in head.split(b"\r\n", 1)[0]:
                time.sleep(1)
                raise ConnectionResetError
            return head

        proxy.rewrite = fail_the_third
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 3 and "STG001" in said and len(uploads_in(s3)) == 1, said
        proxy.rewrite = lambda head: head
        proxy.heads.clear()
        status, said = lake.try_to("run", "--date", "2026-01-01", **KEYS, AWS_ENDPOINT_URL=proxy.endpoint)
        assert status == 0 and uploads_in(s3) == [], said
        assert len(parts_sent(proxy, "partnumber=")) == 1
    assert count(lake, **KEYS, AWS_ENDPOINT_URL=s3.endpoint) == f"n\n{LARGE}\n"


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
