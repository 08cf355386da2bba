"""Archives that were cut off or damaged on their way: all rows land, or none.

INGOT names the program.
"""
import gzip
import io
import json
import os
import subprocess
import tarfile
import zipfile

import pytest

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")
MEMBERS, ROWS = 6, 300
CSV = ("id,v\n" + "".join(f"{i},{i * i % 977}\n" for i in range(ROWS))).encode()


def zip_of(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


def tar_of(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return out.getvalue()


ARCHIVES = {"zip": zip_of([(f"m{i}.csv", CSV) for i in range(MEMBERS)]),
            "tar": tar_of([(f"m{i}.csv", CSV) for i in range(MEMBERS)])}
ARCHIVES["tar.gz"] = gzip.compress(ARCHIVES["tar"], mtime=0)
# An archive within a zip is no member of it, however little is left of the outer one.
NESTED = zip_of([("inner.zip", ARCHIVES["zip"])])


def landed(folder, files):
    """Rows by name of what landed; each of the others is refused with EXT102, or without members with EXT101."""
    (folder / "data").mkdir()
    (folder / "sources").mkdir()
    tables = ""
    for name, content in files.items():
        (folder / "data" / name).write_bytes(content)
        tables += f"  - {{name: \"{name.replace('.', '_')}\", path: {name}}}\n"
    (folder / "sources/s.yml").write_text(f"system: s\nconnection: {{path: data}}\ntables:\n{tables}")
    (folder / "ingot.yml").write_text("config_version: 1\nname: t\n")
    subprocess.run([INGOT, "run", "--date", "2026-01-01", "--quiet"], cwd=folder, check=False, timeout=300,
                   stderr=subprocess.DEVNULL)
    results = json.loads((folder / "target/run_results.json").read_text())["results"]
    assert len(results) == len(files)
    rows = {}
    for step in results:
        name = step["unique_id"].split(".s_")[-1]
        if step["status"] == "success":
            rows[name] = step["rows"]["out"]
        else:
            assert any(code in json.dumps(step) for code in ("EXT101", "EXT102")), step
    return rows


def test_archives_that_were_cut_off_land_whole_or_not_at_all(tmp_path):
    files = {}
    for ending, whole in ARCHIVES.items():
        step = 512 if ending == "tar" else max(1, len(whole) // 25)
        cuts = {*range(step, len(whole), step), len(whole) - 1}
        files |= {f"cut{cut}.{ending}": whole[:cut] for cut in cuts}
        files[f"whole.{ending}"] = whole
    rows = landed(tmp_path, files)
    assert {"whole_zip", "whole_tar", "whole_tar_gz"} <= rows.keys()
    assert set(rows.values()) == {MEMBERS * ROWS}


def test_a_zip_within_the_rest_of_a_zip_is_not_read(tmp_path):
    assert landed(tmp_path, {f"cut{cut}.zip": NESTED[:cut] for cut in (100, len(NESTED) // 2, len(NESTED) - 30)}) == {}


def test_a_tar_whose_bytes_changed_within_gzip_does_not_land(tmp_path):
    packed = ARCHIVES["tar.gz"]
    files = {}
    for at in range(20, len(packed) - 8, len(packed) // 30):
        changed = bytearray(packed)
        changed[at] ^= 0x10
        files[f"flip{at}.tar.gz"] = bytes(changed)
    changed = bytearray(packed)
    changed[-6] ^= 0x10
    files["sum.tar.gz"] = bytes(changed)
    assert landed(tmp_path, files) == {}
