"""The golden runner against a stand-in for ingot: what passes, what must fail, what --update writes."""

import os
import subprocess
from pathlib import Path

import pytest

RUNNER = Path(os.environ.get("INGOT", "")).parent / "ingot_golden"
pytestmark = pytest.mark.skipif(not RUNNER.exists(), reason="INGOT does not stand beside ingot_golden")

STAND_IN = """#!/bin/sh
case $1 in
    query) printf 'id,name,day\\n1,Ann,␀\\n2,,2026-01-02\\n' ;;
    run) printf "models/a.sql:2:12: CFG101 unknown option 'kyes'; did you mean 'keys'?\\n  -- @silver(kyes: [id])\\n             ^\\n" >&2; exit 1 ;;
    plan) printf 'stage 1\\n  land bronze.a 2026-01-01  (new slice)\\nup to date\\n  gold.b  (unchanged)\\n' ;;
    say) shift; echo "$@"; echo "$INGOT_RUN_ID $INGOT_CLOCK" ;;
    cat) cat "$2" ;;
esac
"""

GOOD = {
    "table": "table gold.x order by id\n----\nid  name  day\n1   Ann   NULL\n2   ''    2026-01-02\n",
    "any cell": "table gold.x order by id\n----\nid  name  day\n1   …  NULL\n2   ''    2026-01-02\n",
    "diagnostics": "file models/a.sql\n----\n\n-- @silver(kyes: [id])\n\nrun\nexit 1\ndiagnostics\n----\nmodels/a.sql:2:12: CFG101…'keys'\n\ncaret\n",
    "plan": "plan\n----\nbronze.a 2026-01-01 … new slice\n",
    "clock": "ingot say 'a  b'\n----\na  b\nr0001 2026-01-15T08:01:00Z\n\ningot say\n----\n…\nr0002 …\n",
    "escape": "file a as bytes\n----\n\\run\\xff\n\ningot cat a\n",
    "files": "file a/b/c\n----\nx\n\nfile a/d\n----\nx\n\nfiles a/**\n----\na/b/c\na/d\n\nfiles a/*\n----\na/d\n",
    "unchanged": "file a\n----\nx\n\nremember *\nunchanged *\n",
}
BAD = {
    "row": "table gold.x order by id\n----\nid  name  day\n1   Ann   NULL\n",
    "exit": "run\n",
    "other diagnostic": "run\nexit 1\ndiagnostics\n----\nmodels/a.sql:2:13: CFG101\n",
    "more diagnostics": "run\nexit 1\ndiagnostics\n----\n",
    "caret": "file models/a.sql\n----\n\n-- @silver(xkyes: [id])\n\nrun\nexit 1\ncaret\n",
    "plan": "plan\n----\nbronze.a\ngold.b\n",
    "text": "ingot say hello\nstdout contains\n----\nbye\n",
    "changed": "file a\n----\nx\n\nremember *\nfile a\n----\ny\n\nunchanged *\n",
    "word": "tabel gold.x\n----\nid\n",
    "body": "table gold.x\n",
}


@pytest.fixture
def golden(tmp_path: Path):
    stand_in = tmp_path / "ingot"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)

    def run(text: str, *options: str, name: str = "case.test") -> tuple[int, str, str]:
        case = tmp_path / name
        case.write_text(text)
        done = subprocess.run([RUNNER, "--ingot", stand_in, *options, case], capture_output=True, text=True)
        return done.returncode, done.stdout, case.read_text()

    return run


@pytest.mark.parametrize("name", GOOD)
def test_passes(golden, name: str) -> None:
    code, output, _ = golden(GOOD[name])
    assert (code, output.splitlines()[-1]) == (0, "1 passed, 0 failed"), output


@pytest.mark.parametrize("name", BAD)
def test_fails(golden, name: str) -> None:
    code, output, _ = golden(BAD[name])
    assert (code, output.splitlines()[-1]) == (1, "0 passed, 1 failed"), output


@pytest.mark.parametrize("name", ["row", "plan"])
def test_update_makes_it_pass(golden, name: str) -> None:
    _, _, text = golden(BAD[name], "--update")
    assert text != BAD[name]
    assert golden(text)[0] == 0


def test_page(golden) -> None:
    page = "# A page\n```csv file=in/a.csv\nid\n```\n```console\n$ cd in\n$ ingot cat a.csv\nid\n```\n```sh\nnot run\n```\n"
    assert golden(page, name="page.md")[0] == 0
    assert golden(page.replace("$ ingot cat a.csv\nid", "$ ingot cat a.csv\nname"), name="page.md")[0] == 1
    assert golden("```console exit=1\n$ ingot run\n```\n", name="page.md")[0] == 0
    assert golden("```console\n$ ingot say a\n$ cd there\n```\n", name="page.md")[0] == 0
