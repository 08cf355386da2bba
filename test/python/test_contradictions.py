"""Versions that contradict each other, as a fault of a disk or of a hand makes them: `ingot check` tells."""
import duckdb
import pytest
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")


@pytest.mark.parametrize("table, names", [("orders", "silver.orders"), ("order_history", "silver.order_history")])
def test_check_tells(table: str, names: str, tmp_path) -> None:
    shop = Shop.make(tmp_path / "shop", 2, seed=1)
    for day in range(2):
        shop.ingot("run", "--date", date_of(day))
    assert f"ok    {names}  one version at a time  0 of" in shop.ingot("check", names)
    folder, = (log.parent for log in shop.warehouse.rglob("_delta_log") if f"entity={table}/" in f"{log}/")
    file = max(folder.glob("*.parquet"), key=lambda path: path.stat().st_size)
    twice = file.with_suffix(".twice")
    duckdb.sql(f"COPY (FROM '{file}' UNION ALL (FROM '{file}' WHERE is_current LIMIT 1)) TO '{twice}' (FORMAT parquet)")
    twice.rename(file)
    process = shop.start("check", names)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 4, out + err
    assert f"fail  {names}  one version at a time" in out and "QUAL001" in err
