"""Tables with hundreds of columns: memory grows with the columns, not with their square."""
import os
import subprocess
from pathlib import Path

import pytest
from shop import INGOT, Shop, date_of, project

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
COLUMNS = 500
ROWS = 200


def peak_mb(shop: Shop, *words: str) -> float:
    process = subprocess.Popen([INGOT, *words], cwd=shop.folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1024


def test_a_wide_table_lands_and_is_promoted_in_bounded_memory(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.write("ingot.yml", project())
    shop.write("sources/in.yml", "system: in\nconnection: {type: file, path: data}\ntables: [{name: wide, path: 'wide_{date}.csv'}]\n")
    shop.write("models/silver/wide.sql", "-- @silver(keys: [c0], history: scd2, deletes: infer)\n"
               "-- @expect(" + ", ".join(f'r{i}: {{where: "c{i} IS NOT NULL", on_fail: warn}}' for i in range(0, COLUMNS, 10)) + ")\n"
               "SELECT * FROM bronze.in_wide\n")
    for day in range(2):
        shop.write(f"data/wide_{date_of(day)}.csv", "\n".join(
            [",".join(f"c{i}" for i in range(COLUMNS))]
            + [",".join(str(row) if i == 0 else f"{row + day}.5" if i % 3 else f"text {row}" for i in range(COLUMNS)) for row in range(ROWS)]) + "\n")
    # With a filter for each question to each column this took more than 15 GB.
    assert max(peak_mb(shop, "run", "--date", date_of(day)) for day in range(2)) < 1500
    assert shop.rows("SELECT count(*) AS n, count(*) FILTER (is_current) AS now, max(c1) AS most FROM silver.wide").split()[1] == f"{2 * ROWS},{ROWS},{ROWS}.5"
    assert shop.rows("SELECT typeof(c1) AS a, typeof(c3) AS b FROM bronze.in_wide LIMIT 1").split()[1].startswith(("D", '"D'))
