"""Two runs at once: both end well or the second is refused by name; what stands is what one run makes."""
import time
from pathlib import Path

import pytest
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
DAYS = 6
ALL = ["run", "--from", date_of(0), "--to", date_of(DAYS - 1)]
HOLD = """\
system: {name}
connection: {{type: file, path: data}}
tables:
  - {{name: rows, path: "{name}.csv", load: full, options: {{types: {{id: BIGINT}}}}}}
"""


@pytest.fixture
def one(tmp_path: Path) -> Shop:
    shop = Shop.make(tmp_path / "one", DAYS, 7)
    shop.copy(tmp_path / "two")
    shop.ingot(*ALL)
    return shop


def test_same_project(one: Shop) -> None:
    two = Shop(one.folder.parent / "two")
    runs = [two.start(*ALL) for _ in range(3)]
    ends = [(*run.communicate(timeout=120), run.returncode) for run in runs]
    assert any(status == 0 for *_, status in ends), ends
    for out, err, status in ends:
        assert status == 0 or (status == 3 and ("STATE101" in err or "STG102" in err)), f"{status}\n{out}{err}"
    assert two.tables() == one.tables()
    assert two.bronze() == one.bronze()
    two.ingot(*ALL)
    assert two.tables() == one.tables()


def test_different_datasets_do_not_wait(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.write("ingot.yml", "config_version: 1\nname: shop\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n")
    for name in ("slow", "quick"):
        shop.write(f"sources/{name}.yml", HOLD.format(name=name))
        shop.write(f"data/{name}.csv", "id\n1\n")
    # Holds its own lease for some seconds, on one core.
    shop.write("models/gold/slow.sql", "-- @gold\nSELECT sum(hash(a.range + b.range + id) % 7) AS n FROM bronze.slow_rows, range(60000) AS a, range(40000) AS b\n")
    shop.write("models/gold/quick.sql", "-- @gold\nSELECT id FROM bronze.quick_rows\n")
    slow = shop.start("run", "+gold.slow", "--threads", "1")
    lock = shop.warehouse / "_ingot/locks/gold.slow"
    until = time.monotonic() + 30
    while not lock.exists() and time.monotonic() < until:
        time.sleep(0.01)
    shop.ingot("run", "+gold.quick")
    assert slow.poll() is None, "the slow run ended before the quick one: this proves nothing"
    refused = shop.start("run", "gold.quick", "--full-refresh")
    assert (refused.communicate(timeout=60), refused.returncode)[1] == 0
    slow.kill()
    slow.communicate()
    # Killed, it holds nothing: the next run need not wait.
    began = time.monotonic()
    shop.write("models/gold/slow.sql", "-- @gold\nSELECT id AS n FROM bronze.slow_rows\n")
    shop.ingot("run", "+gold.slow")
    assert time.monotonic() - began < 10
