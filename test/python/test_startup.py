"""Commands that need no engine never load it: libingot_duckdb is tens of megabytes to map and relocate."""
import os
import subprocess
from pathlib import Path

import pytest
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop.make(tmp_path_factory.mktemp("startup") / "shop", 1, 1)
    shop.ingot("run", "--date", date_of(0))
    return shop


def libraries(shop: Shop, *words: str) -> str:
    """What the dynamic loader says it looked for and opened."""
    done = subprocess.run([INGOT, *words], cwd=shop.folder, capture_output=True, text=True, env=os.environ | {"LD_DEBUG": "files"})
    assert done.returncode == 0, words
    return done.stderr


def test_the_loader_tells(shop: Shop) -> None:
    assert "libingot_duckdb" in libraries(shop, "query", "SELECT 1")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["run", "--help"], ["schema"], ["explain", "CFG101"], ["ls"],
                                   ["run", "--date", date_of(0)], ["plan", "--date", date_of(0)]], ids=" ".join)
def test_no_engine(shop: Shop, words: list[str]) -> None:
    said = libraries(shop, *words)
    assert "libc.so" in said
    assert "libingot_duckdb" not in said


def test_version_is_quick(shop: Shop) -> None:
    before = os.times()
    for _ in range(10):
        shop.ingot("--version")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    assert cpu / 10 < 0.02
