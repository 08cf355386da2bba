"""Broken input of every kind: no crash, one of the promised exit codes, and a diagnostic code for each failure."""
import os
import random
import re
import shutil
from pathlib import Path

import pytest
from shop import INGOT, Shop, date_of

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROUNDS = int(os.environ.get("INGOT_FUZZ", "40"))
EXITS = {0, 1, 2, 3, 4, 5, 64}
CODE = re.compile(r"\b[A-Z]{3,6}\d{3}\b")
SPICE = [b'"', b"'", b",", b"\n", b"\r", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\x80", b"{", b"}", b"[", b"]", b":", b"- ",
         b"#", b"\t", b"*", b"&a", b"!!x", b"|", b">", b"%", b"--", b"/*", b"*/", b"$", b"${", b"${X}", b"999999999999999999999", b"-1", b"NULL",
         b"nan", b"1e999", b"@", b"@silver(", b";", b"(", b")", b"\\", b"SELECT", b"~", b"? ", b"<<: *a", "ñ".encode(), b"A" * 70000]


def spoilt(chance: random.Random, text: bytes) -> bytes:
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
        end = min(end, at + chance.choice([0, 1, 3, 40]))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice(SPICE) + text[at:]
        elif kind == 1:
            text = text[:at] + text[end:]
        elif kind == 2:
            text = text[:end] + text[at:end] * chance.choice([1, 2, 50]) + text[end:]
        else:
            text = text[:at] + bytes(chance.randrange(256) for _ in range(end - at)) + text[end:]
    return text


def check(shop: Shop, what: str) -> None:
    process = shop.start("run", "--date", date_of(0), "--no-color")
    out, err = process.communicate(timeout=60)
    assert process.returncode in EXITS, f"{what}: {process.returncode}\n{out}{err}"
    assert "BUG001" not in err, f"{what}\n{err}"
    if process.returncode:
        assert CODE.search(err), f"{what}: exit {process.returncode} without a code\n{err}"


@pytest.mark.parametrize("kind", ["data/*.csv", "sources/*.yml", "ingot.yml", "models/**/*.sql"])
def test_spoilt(kind: str, tmp_path: Path) -> None:
    seed = int(os.environ.get("INGOT_SEED", random.randrange(10**6)))
    print(f"INGOT_SEED={seed}")
    chance = random.Random(seed)
    whole = Shop.make(tmp_path / "whole", 1, 5)
    for number in range(ROUNDS):
        shop = whole.copy(tmp_path / "shop")
        path = chance.choice(sorted(shop.folder.glob(kind)))
        before = path.read_bytes()
        path.write_bytes(spoilt(chance, before))
        check_keeping(shop, path, f"seed {seed}, number {number}, {path.name}")
        shutil.rmtree(shop.folder)


def check_keeping(shop: Shop, path: Path, what: str) -> None:
    try:
        check(shop, what)
    except BaseException:
        print(f"{what}:\n{path.read_bytes()[:2000]!r}")
        raise
