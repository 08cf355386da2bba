"""Bugs of the foundry that its recorded cases do not show; the migration page lists all of them with their tests."""
import csv
import json
import os
import signal
from pathlib import Path

import pytest
import store_servers
from api_server import Answer, Api
from store_servers import KEY, SECRET
from test_foundry_stores import EXTRACT, call, write

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
LOCAL = "bronze: {storage_backend: local, local_path: ./out%s}"
SILVER = "silver: {output_dir: ./silver, primary_keys: [id], order_column: city, model: scd_type_2, write_csv: true, write_parquet: false}\n"


def landed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file() and "_ingot" not in path.parts)


def configured(folder: Path, more: str = "", silver: str = "") -> None:
    write(folder, LOCAL % more, rows=2)
    text = (folder / "c.yaml").read_text().replace("storage_enabled: true", "storage_enabled: false")
    (folder / "c.yaml").write_text(text + silver)


def silver_rows(folder: Path, name: str) -> list[dict]:
    with open(next((folder / "silver").rglob(name)), newline="") as file:
        return list(csv.DictReader(file))


def test_b7_a_run_that_is_cut_off_leaves_no_part(tmp_path: Path) -> None:
    configured(tmp_path)
    status, said = call(tmp_path, *EXTRACT, INGOT_FAIL_AT="before-publish")
    assert status == -signal.SIGKILL and landed(tmp_path) == [], said
    status, said = call(tmp_path, *EXTRACT)
    assert status == 0 and len(landed(tmp_path)) == 5, said


@pytest.mark.parametrize("partitioning, place", [
    ("partition_strategy: hourly", "hour="), ("partition_strategy: timestamp", "batch="), ("partition_strategy: batch_id", "batch_id="),
    ("use_dt_partition: false", "pattern=full"),
])
def test_b9_silver_finds_what_bronze_wrote(partitioning: str, place: str, tmp_path: Path) -> None:
    configured(tmp_path, f", partitioning: {{{partitioning}}}", SILVER)
    status, said = call(tmp_path, *EXTRACT)
    assert status == 0 and all(place in path for path in landed(tmp_path)), said
    status, said = call(tmp_path, "silver-extract", "--config", "c.yaml", "--date", "2026-01-01", "--quiet")
    assert status == 0 and len(silver_rows(tmp_path, "current.csv")) == 5, said


def test_b13_ties_are_settled_by_arrival(tmp_path: Path) -> None:
    configured(tmp_path, silver=SILVER)
    (tmp_path / "orders.csv").write_text("id,city,note\n1,Oslo,first\n1,Oslo,second\n1,Oslo,second\n2,Rome,only\n")
    assert call(tmp_path, *EXTRACT)[0] == 0
    status, said = call(tmp_path, "silver-extract", "--config", "c.yaml", "--date", "2026-01-01", "--quiet")
    assert status == 0, said
    assert [(row["id"], row["note"]) for row in silver_rows(tmp_path, "current.csv")] == [("1", "second"), ("2", "only")]


def test_b17_manifests_name_files_in_folders_and_verify(tmp_path: Path) -> None:
    configured(tmp_path, silver=SILVER.replace("}", ", partitioning: {columns: [city]}}"))
    (tmp_path / "orders.csv").write_text("id,city\n1,New York\n2,New_York\n3,\n")
    assert call(tmp_path, *EXTRACT)[0] == 0
    status, said = call(tmp_path, "silver-extract", "--config", "c.yaml", "--date", "2026-01-01", "--quiet")
    assert status == 0, said
    manifest = next((tmp_path / "silver").rglob("_checksums.json"))
    files = [file["path"] for file in json.loads(manifest.read_text())["files"]]
    assert all((manifest.parent / path).is_file() for path in files)
    assert len({path.split("/")[0] for path in files if path.startswith("city=")}) == 3


def test_b21_a_list_has_no_end_at_a_thousand(tmp_path: Path) -> None:
    with store_servers.s3(tmp_path / "server") as server:
        for folder in ("accounts", "staff"):
            place = server.folder / folder
            place.mkdir(parents=True)
            for i in range(1050 if folder == "accounts" else 1):
                (place / f"part-{i:04}.csv").write_text(f"id,{folder}\n{i},x\n")
        env = {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        status, said = call(tmp_path, "silver-join", "--left-path", "s3://lake/retail/accounts", "--right-path", "s3://lake/retail/staff",
                            "--output-path", "joined", "--join-keys", "id=id", "--join-type", "left", "--formats", "csv", "--quiet", **env)
        assert status == 0, said
        assert json.loads((tmp_path / "joined/_metadata.json").read_text())["record_count"] == 1050


def api_config(folder: Path, api: str) -> None:
    (folder / "c.yaml").write_text(f"config_version: 1\nplatform: {{{LOCAL % ''}}}\nsource: {{type: api, system: erp, table: orders, "
                                   f"run: {{local_output_dir: ./out}}, api: {{{api}}}}}\n")


def test_b19_a_credential_that_is_not_set_is_told_before_a_request(tmp_path: Path) -> None:
    asked = []
    with Api({"/t": lambda request: asked.append(request) or [{"id": 1}]}) as api:
        api_config(tmp_path, f"base_url: '{api.url}', endpoint: /t, auth_type: basic, auth_username_env: NOBODY, auth_password_env: NOTHING")
        status, said = call(tmp_path, *EXTRACT)
    assert status == 1 and "AUTH001" in said and not asked, said


def test_b21_a_cursor_that_comes_again_ends_the_run_and_redirects_are_followed(tmp_path: Path) -> None:
    with Api({"/t": lambda request: {"items": [{"id": 1}], "next_cursor": "again"}}) as api:
        api_config(tmp_path, f"base_url: '{api.url}', endpoint: /t, pagination: {{type: cursor}}")
        status, said = call(tmp_path, *EXTRACT)
        assert status == 2 and "again" in said and landed(tmp_path) == [], said
    with Api({"/t": lambda request: Answer(b"", 302, {"Location": "/there"}), "/there": lambda request: [{"id": 1}]}) as api:
        api_config(tmp_path, f"base_url: '{api.url}', endpoint: /t, async: true")
        status, said = call(tmp_path, *EXTRACT)
        assert status == 0 and len(landed(tmp_path)) == 3, said


def test_b23_limits_of_an_intent_count(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,changed\n" + "".join(f"{i},2026-01-01\n" for i in range(5)))
    (tmp_path / "c.yaml").write_text(
        "system: erp\nentity: orders\nbronze: {path_pattern: ./orders.csv, options: {local_output_dir: ./out, max_rows_per_file: 2}}\n"
        "silver: {entity_kind: state, natural_keys: [id], change_ts_column: changed}\n")
    status, said = call(tmp_path, *EXTRACT)
    assert status == 0, said
    assert [Path(path).name for path in landed(tmp_path)] == ["_checksums.json", "_metadata.json", *(f"full-part-000{i}.parquet" for i in (1, 2, 3))]
