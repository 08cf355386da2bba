"""Parts of bronze whose bytes changed since they landed are not promoted, whichever byte it is.

INGOT names the program.
"""
import os
import subprocess

import pytest

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")
FILES = {
    "ingot.yml": "config_version: 1\nname: t\n",
    "data/a_2026-01-01.csv": "id,city\n1,Oslo\n2,Rome\n",
    "sources/s.yml": "system: s\nconnection: {path: data}\ntables:\n  - {name: a, path: \"a_{date}.csv\", load: cdc}\n",
    "models/silver/a.sql": "-- @silver(keys: [id])\nSELECT * FROM bronze.s_a\n",
}


def ingot(folder, *arguments):
    return subprocess.run([INGOT, *arguments], cwd=folder, check=False, timeout=60, capture_output=True, text=True)


def test_a_part_whose_bytes_changed_is_not_promoted(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    assert ingot(tmp_path, "extract", "--date", "2026-01-01").returncode == 0
    part, = tmp_path.glob("warehouse/bronze/**/part-0001.parquet")
    whole = part.read_bytes()
    for at in (whole.index(b"Oslo"), whole.index(b"Rome"), len(whole) // 2):
        changed = bytearray(whole)
        changed[at] ^= 1
        part.write_bytes(changed)
        refused = ingot(tmp_path, "promote")
        assert refused.returncode == 3, refused.stderr
        assert "STATE103 silver.a: bronze/" in refused.stderr and "another content than its checksum says" in refused.stderr
    part.write_bytes(whole)
    assert ingot(tmp_path, "promote").returncode == 0
