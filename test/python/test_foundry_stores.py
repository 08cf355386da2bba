"""The foundry's command lines with stores: uploads of partitions, inputs of joins, and what the environment says."""
import hashlib
import json
import os
import re
import subprocess
import threading
from pathlib import Path

import identity_servers as identity
import pyarrow
import pytest
import store_servers
from deltalake import write_deltalake
from store_servers import KEY, SECRET

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
S3 = """bronze: {storage_backend: s3, s3_bucket: lake, s3_prefix: retail/landing}
  s3_connection: {endpoint_url_env: LAKE_URL, access_key_env: LAKE_KEY, secret_key_env: LAKE_SECRET}"""
CONFIG = """config_version: 1
platform:
  {platform}
source:
  type: file
  system: erp
  table: orders
  file: {{path: ./orders.csv}}
  run: {{local_output_dir: ./out, storage_enabled: true, max_rows_per_file: {rows}}}
"""


def call(folder: Path, *words: str, **env: str) -> tuple[int, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "AZURE_", "BRONZE_"))}
    done = subprocess.run([INGOT, *words], cwd=folder, env=clean | env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def s3(tmp_path: Path):
    with store_servers.s3(tmp_path / "server") as server:
        yield server, {"LAKE_URL": server.endpoint, "LAKE_KEY": KEY, "LAKE_SECRET": SECRET}


def write(folder: Path, platform: str = S3, rows: int = 2, orders: int = 5) -> None:
    (folder / "c.yaml").write_text(CONFIG.format(platform=platform, rows=rows))
    (folder / "orders.csv").write_text("id,city\n" + "".join(f"{i},Oslo\n" for i in range(orders)))


def partition(server: store_servers.Server) -> Path:
    return server.folder / "landing/system=erp/table=orders/pattern=full/dt=2026-01-01"


def names(server: store_servers.Server) -> list[str]:
    return sorted(path.name for path in partition(server).iterdir())


EXTRACT = ["bronze-extract", "--config", "c.yaml", "--date", "2026-01-01", "--quiet"]


def test_a_partition_goes_up_and_an_earlier_ones_parts_go(s3, tmp_path: Path) -> None:
    server, env = s3
    write(tmp_path)
    status, said = call(tmp_path, *EXTRACT, **env)
    assert status == 0, said
    assert names(server) == ["_checksums.json", "_metadata.json", "full-part-0001.csv", "full-part-0002.csv", "full-part-0003.csv"]
    kept = tmp_path / "out/system=erp/table=orders/pattern=full/dt=2026-01-01"
    for name in names(server):
        assert (partition(server) / name).read_bytes() == (kept / name).read_bytes()
    write(tmp_path, rows=9, orders=6)
    status, said = call(tmp_path, *EXTRACT, **env)
    assert status == 0, said
    [part] = [name for name in names(server) if name[0] != "_"]
    assert re.fullmatch("full-part-0001-[0-9a-f]{8}.csv", part)
    assert (partition(server) / part).read_bytes() == (kept / "full-part-0001.csv").read_bytes()
    for file in json.loads((partition(server) / "_checksums.json").read_text())["files"]:
        content = (partition(server) / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size_bytes"], file["sha256"])
    status, said = call(tmp_path, "doctor", "c.yaml", "--connect", **env)
    assert status == 0 and "s3://lake/retail/landing answers" in said, said


def test_a_reader_has_the_old_partition_or_the_new(s3, tmp_path: Path) -> None:
    server, env = s3
    sizes = {str(rows): 0 for rows in (3, 8)}
    done = threading.Event()
    broken = []

    def read() -> None:
        while not done.is_set():
            try:
                parts = json.loads((partition(server) / "_metadata.json").read_text())["files"]
                rows = sum(len((partition(server) / part["path"]).read_text().splitlines()) - 1 for part in parts)
            except FileNotFoundError:  # gone since it was named, or not there yet: ask again
                continue
            if str(rows) in sizes:
                sizes[str(rows)] += 1
            else:
                broken.append(rows)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for turn in range(8):
            write(tmp_path, rows=2, orders=(3, 8)[turn % 2])
            if turn in (2, 5):
                call(tmp_path, *EXTRACT, **env, INGOT_FAIL_AT=("before-publish", "after-upload")[turn % 2])
            status, said = call(tmp_path, *EXTRACT, **env)
            assert status == 0, said
    finally:
        done.set()
        reader.join()
    assert not broken and all(sizes.values())
    assert len([name for name in names(server) if name[0] != "_"]) == 4


def test_mistakes_with_a_store_are_told(s3, tmp_path: Path) -> None:
    server, env = s3
    write(tmp_path)
    status, said = call(tmp_path, *EXTRACT, "--dry-run", **env | {"LAKE_SECRET": "wrong-canary-12"})
    assert status == 3 and "STG104" in said and "wrong-canary-12" not in said, said
    status, said = call(tmp_path, *EXTRACT, **{name: env[name] for name in ("LAKE_KEY", "LAKE_SECRET")})
    assert status == 1 and "AUTH001" in said and "LAKE_URL" in said and not (tmp_path / "out/system=erp").exists(), said
    onprem = S3.replace("s3_prefix: retail/landing", "s3_prefix: retail/landing, storage_metadata: {boundary: onprem}")
    write(tmp_path, onprem)
    status, said = call(tmp_path, *EXTRACT, "--onprem-only", **env)
    assert status == 0, said
    status, said = call(tmp_path, *EXTRACT, "--onprem-only", **env | {"LAKE_URL": "https://s3.eu-north-1.amazonaws.com"})
    assert status == 3 and "onprem" in said, said


def test_a_partition_goes_up_to_azure(tmp_path: Path) -> None:
    with store_servers.azure(tmp_path / "server") as server:
        write(tmp_path, "bronze: {storage_backend: azure, azure_container: lake, azure_prefix: landing}\n"
              "  azure_connection: {connection_string_env: LAKE}")
        status, said = call(tmp_path, *EXTRACT, LAKE=server.env["AZURE_STORAGE_CONNECTION_STRING"])
        assert status == 0, said
        query = "SELECT count(*) AS n FROM read_csv('az://lake/landing/system=erp/table=orders/pattern=full/dt=2026-01-01/full-part-0001.csv')"
        status, said = call(tmp_path, "query", query, "--warehouse", "az://lake/landing", "--format", "csv", **server.env)
        assert status == 0 and said.endswith("n\n2\n"), said


def silver(server: store_servers.Server, name: str, header: str, rows: list[str]) -> None:
    folder = server.folder / "silver" / name
    folder.mkdir(parents=True)
    (folder / "current.csv").write_text(header + "\n" + "\n".join(rows) + "\n")
    (folder / "_errors").mkdir()
    (folder / "_errors/current.csv").write_text(header + "\nno,no\n")
    (folder / "_metadata.json").write_text(json.dumps({"record_count": len(rows), "primary_keys": ["id"], "order_column": "id"}))


def test_sides_of_a_join_lie_in_a_store(s3, tmp_path: Path) -> None:
    server, env = s3
    silver(server, "accounts", "id,city", ["1,Oslo", "2,Rome", "3,Kiel"])
    silver(server, "staff", "id,role", ["1,head", "3,clerk"])
    by_url = {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
    status, said = call(tmp_path, "silver-join", "--left-path", "s3://lake/retail/silver/accounts", "--right-path", "s3://lake/retail/silver/staff",
                        "--output-path", "joined", "--formats", "csv", "--quiet", **by_url)
    assert status == 0, said
    assert (tmp_path / "joined/full_snapshot.csv").read_text() == "id,city,role\n1,Oslo,head\n3,Kiel,clerk\n"
    told = json.loads((tmp_path / "joined/_metadata.json").read_text())
    assert told["inputs"][0]["silver_path"] == "s3://lake/retail/silver/accounts" and not (tmp_path / "joined/.join_progress/_inputs").exists()
    # The same below the platform's bucket, as the foundry found them.
    (tmp_path / "join.yaml").write_text(f"""platform:
  {S3.replace('retail/landing', 'retail/silver')}
silver_join:
  left: {{path: accounts}}
  right: {{path: staff, platform: {{bronze: {{s3_prefix: retail/silver}}}}}}
  output: {{path: again, formats: [csv], join_type: left}}
""")
    status, said = call(tmp_path, "silver-join", "--config", "join.yaml", "--quiet", **env)
    assert status == 0, said
    assert (tmp_path / "again/full_snapshot.csv").read_text() == "id,city,role\n1,Oslo,head\n2,Rome,\n3,Kiel,clerk\n"
    # A Delta table in the store, of which files of an earlier version still stand.
    for role in ("nobody", "head"):
        write_deltalake(server.folder / "silver/roles", pyarrow.table({"id": [1, 3], "role": [role, role]}), mode="overwrite")
    status, said = call(tmp_path, "silver-join", "--left-path", "s3://lake/retail/silver/accounts", "--right-path", "s3://lake/retail/silver/roles",
                        "--output-path", "roles", "--formats", "csv", "--join-keys", "id", **by_url)
    assert status == 0 and "its version 1 is read" in said, said
    assert (tmp_path / "roles/full_snapshot.csv").read_text() == "id,city,role\n1,Oslo,head\n3,Kiel,head\n"
    status, said = call(tmp_path, "silver-join", "--left-path", "s3://lake/retail/silver/nobody", "--right-path", "s3://lake/retail/silver/staff",
                        "--output-path", "none", "--quiet", **by_url)
    assert status == 3 and "STG001" in said and "nobody" in said, said


JOIN = """silver_join:
  left: {path: left}
  right: {path: right}
  output: {path: "%s", formats: [csv], join_keys: [id], join_type: left, chunk_size: 2}
"""
JOINED = "id,city,role\n1,Oslo,head\n2,Rome,\n3,Kiel,clerk\n4,Bonn,\n5,Graz,head\n"


def sides(folder: Path, role: str = "head") -> None:
    for name, text in {"left": "id,city\n1,Oslo\n2,Rome\n3,Kiel\n4,Bonn\n5,Graz\n", "right": f"id,role\n1,{role}\n3,clerk\n5,{role}\n"}.items():
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "current.csv").write_text(text)


def machine(folder: Path, name: str, **env: str) -> dict[str, str]:
    """Another one has no files of the first."""
    (folder / name).mkdir(exist_ok=True)
    return env | {"TMPDIR": str(folder / name)}


def joined(server: store_servers.Server) -> tuple[str, dict]:
    """What the metadata names is the result."""
    folder = server.folder / "joined"
    told = json.loads((folder / "_metadata.json").read_text())
    ((name,),) = told["artifacts"].values()
    return (folder / name).read_text(), told


def test_the_result_of_a_join_goes_to_a_store_and_what_was_joined_outlives_the_machine(s3, tmp_path: Path) -> None:
    server, _ = s3
    sides(tmp_path)
    (tmp_path / "join.yaml").write_text(JOIN % "s3://lake/retail/joined")
    for number, cut in enumerate(["join-chunk:2", "before-publish:1", "after-publish:1"]):
        words = ["silver-join", "--config", "join.yaml"]
        status, _ = call(tmp_path, *words, **machine(tmp_path, "first", **server.env, INGOT_FAIL_AT=cut))
        assert status != 0
        left = sorted(path.name for path in (server.folder / "joined").rglob("*") if path.is_file())
        if cut == "join-chunk:2":
            assert left == ["_chunk_0001.parquet", "_chunk_0002.parquet", "progress.json"]
        if cut == "before-publish:1":  # what stood stands
            assert joined(server)[0] == JOINED.replace("head", "role0")
        sides(tmp_path, f"role{number}") if number == 0 else None
        if number == 0:  # a side that changed invalidates what was done
            status, said = call(tmp_path, *words, **machine(tmp_path, "second", **server.env))
            assert status == 0 and "were joined before" not in said, said
            assert joined(server)[0] == JOINED.replace("head", "role0")
            sides(tmp_path)
            continue
        status, said = call(tmp_path, *words, **machine(tmp_path, f"other{number}", **server.env))
        assert status == 0 and "3 of 3 chunks were joined before and are taken over" in said, said
        text, told = joined(server)
        assert text == JOINED and told["progress"]["checkpoint_file"] == "s3://lake/retail/joined/.join_progress/progress.json"
        ((name,),) = told["artifacts"].values()
        left = sorted(str(path.relative_to(server.folder)) for path in server.folder.rglob("*") if path.is_file())
        assert left == sorted(["joined/.join_progress/progress.json", "joined/_metadata.json", f"joined/{name}"]), left
    # What is left on the machine is of the runs that were cut off only.
    assert not list((tmp_path / "second").rglob("*.csv")) and not list((tmp_path / "second").rglob("*.parquet"))
    # The result is a side of the next join: of all files those that the metadata names.
    (server.folder / "joined/full_snapshot-00000000.csv").write_text(text)
    status, said = call(tmp_path, "silver-join", "--left-path", "s3://lake/retail/joined", "--right-path", "right", "--join-keys", "id",
                        "--output-path", "s3://lake/retail/again/", "--formats", "csv", "--quiet", **server.env)
    assert status == 0 and (server.folder / "again/full_snapshot.csv").read_text().count("\n") == 4, said
    status, said = call(tmp_path, "silver-join", "--left-path", "s3://lake/retail/joined", "--right-path", "right", "--join-keys", "id",
                        "--output-path", "s3://lake/retail/joined/deep", "--quiet", **server.env)
    assert status == 1 and "CFG108" in said, said
    status, said = call(tmp_path, "silver-join", "--config", "join.yaml", "--quiet", **server.env | {"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert status == 3 and "STG104" in said, said


def test_a_join_goes_to_azure(tmp_path: Path) -> None:
    sides(tmp_path)
    (tmp_path / "join.yaml").write_text(JOIN % "az://lake/retail/joined")
    with store_servers.azure(tmp_path / "server") as server:
        status, _ = call(tmp_path, "silver-join", "--config", "join.yaml", **machine(tmp_path, "first", **server.env, INGOT_FAIL_AT="join-chunk:2"))
        assert status != 0
        status, said = call(tmp_path, "silver-join", "--config", "join.yaml", **machine(tmp_path, "second", **server.env))
        assert status == 0 and "2 of 3 chunks were joined before and are taken over" in said, said
        for times in range(2):
            status, said = call(tmp_path, "silver-join", "--left-path", "az://lake/retail/joined", "--right-path", "right", "--join-keys", "id",
                                "--output-path", "here", "--formats", "csv", "--quiet", **server.env)
            assert status == 0 and (tmp_path / "here/full_snapshot.csv").read_text().count("\n") == 4, said
            status, said = call(tmp_path, "silver-join", "--config", "join.yaml", "--quiet", **server.env)
            assert status == 0, said


def test_the_environment_of_the_foundry(tmp_path: Path) -> None:
    write(tmp_path, "bronze: {storage_backend: local, local_path: ./out}")
    log = tmp_path / "logs/bronze.jsonl"
    log.parent.mkdir()
    log.write_bytes(b"x" * (10 << 20))
    status, said = call(tmp_path, *EXTRACT[:-1], BRONZE_LOG_FILE=str(log), BRONZE_LOG_FORMAT="simple", BRONZE_TRACING="on")
    assert status == 0 and "BRONZE_TRACING has no effect" in said, said
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert events and all(event["run_id"] for event in events)
    assert (tmp_path / "logs/bronze.jsonl.1").stat().st_size == 10 << 20


def test_silver_tells_webhooks(tmp_path: Path) -> None:
    write(tmp_path, "bronze: {storage_backend: local, local_path: ./out}")
    text = (tmp_path / "c.yaml").read_text()
    (tmp_path / "c.yaml").write_text(text.replace("storage_enabled: true", "storage_enabled: false") + "silver: {output_dir: ./silver}\n")
    with identity.Answers(lambda *_: "") as hook:
        words = ["--on-success-webhook", hook.endpoint + "/good", "--on-failure-webhook", hook.endpoint + "/bad"]
        gone = "http://me:canary-1@127.0.0.1:9/canary-2?t=canary-3"
        silver = ["silver-extract", "--config", "c.yaml", "--date", "2026-01-01", "--quiet", *words]
        assert call(tmp_path, *silver)[0] == 3  # nothing has landed
        assert call(tmp_path, *EXTRACT)[0] == 0
        status, said = call(tmp_path, *silver, "--on-success-webhook", gone)
        assert status == 0 and "calling a webhook" in said and "canary" not in said, said
        (_, bad, _, failure), (_, good, headers, success) = hook.asked
    assert (bad, good) == ("/bad", "/good") and headers["content-type"] == "application/json"
    assert json.loads(failure)["status"] == "failure" and "no bronze folder" in json.loads(failure)["error"]
    told = json.loads(success)
    assert told["layer"] == "silver" and told["status"] == "success" and told["silver_model"] == "periodic_snapshot"
    assert told["run_date"] == "2026-01-01" and told["domain"] == "erp" and told["silver_partition"].endswith("load_date=2026-01-01")
