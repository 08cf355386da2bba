"""Landing files that are broken in every way we know: never a crash, never a silent loss, the same bytes each time."""
import csv
import gzip
import hashlib
import io
import json
import os
import pathlib
import random
import subprocess

import duckdb
import pytest

INGOT = os.environ.get("INGOT", "ingot")
CORPUS = pathlib.Path(__file__).parent.parent / "corpus" / "csv"
EXPECTED = json.loads((CORPUS / "expected.json").read_text())
SPECTRUM = json.loads((CORPUS / "spectrum" / "expected.json").read_text())


class Project:
    def __init__(self, folder, file_name, content, options=""):
        self.folder = folder
        (folder / "sources").mkdir(parents=True)
        (folder / "data").mkdir()
        (folder / "ingot.yml").write_text("config_version: 1\nname: corpus\n")
        (folder / "sources" / "s.yml").write_text(
            "system: s\nconnection: {type: file, path: data}\ntables:\n"
            f"  - {{name: t, path: '{file_name}', load: full, options: {{{options}}}}}\n")
        (folder / "data" / file_name).write_bytes(content)

    def run(self, threads=None):
        command = [INGOT, "run", "--project-dir", str(self.folder), "--date", "2026-01-01"]
        done = subprocess.run(command + (["--threads", str(threads)] if threads else []), capture_output=True,
                              text=True, errors="replace", timeout=120)
        self.said = done.stdout + done.stderr
        assert done.returncode in (0, 2), (done.returncode, self.said)
        return done.returncode

    @property
    def slice(self):
        return self.folder / "warehouse/bronze/system=s/table=t/pattern=full/dt=2026-01-01"

    def metadata(self):
        return json.loads((self.slice / "_metadata.json").read_text())

    def rows(self):
        if not list(self.slice.glob("part-*.parquet")):
            return []
        cursor = duckdb.execute("SELECT * FROM read_parquet(?, hive_partitioning=false)", [str(self.slice / "part-*.parquet")])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]

    def quarantine(self):
        path = self.metadata()["quarantine"]
        if not path:
            return []
        return duckdb.execute("SELECT file, line, text, reason FROM read_parquet(?) ORDER BY line", [str(self.folder / "warehouse" / path)]).fetchall()

    def check_counts(self):
        rows = self.metadata()["rows"]
        assert rows["in"] == rows["landed"] + rows["quarantined"]
        assert rows["landed"] == len(self.rows())
        assert rows["quarantined"] == len(self.quarantine())
        checksums = json.loads((self.slice / "_checksums.json").read_text())
        for file in checksums["files"]:
            content = (self.slice / file["path"]).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size_bytes"], file["sha256"])
        return rows


@pytest.mark.parametrize("options", ["", "infer: types", "infer: text"])
@pytest.mark.parametrize("name", EXPECTED)
def test_broken_file(tmp_path, name, options):
    project = Project(tmp_path, name, (CORPUS / name).read_bytes(), options)
    code, expected = project.run(), EXPECTED[name]
    if expected and "code" in expected:
        assert code == 2 and expected["code"] in project.said, project.said
        assert not project.slice.exists()
        return
    if code == 0:
        rows = project.check_counts()
        if expected:
            assert {key: rows[key] for key in expected} == expected
    else:
        assert expected is None, project.said


@pytest.mark.parametrize("name", SPECTRUM)
def test_spectrum(tmp_path, name):
    project = Project(tmp_path, name + ".csv", (CORPUS / "spectrum" / (name + ".csv")).read_bytes(), "infer: text")
    assert project.run() == 0, project.said
    assert [{k: v or "" for k, v in row.items()} for row in project.rows()] == SPECTRUM[name]


TEXTS = ["007", "1", "-0", "0", "1.5", "1.50", "+1", "1e5", "2026-01-01", "2026-1-1", "28/01/2018", "true", "True", "t", "nan", "inf",
         "2026-01-01 00:00:00", "2026-01-01T00:00:00Z", "2026-01-01 10:00:00.5", "9223372036854775808", "0.1", "12:30:00", "x", " 1", "1 ", "",
         "00000000-0000-0000-0000-000000000000", "1_000", "0x10", "-5", "123456789012345678.5", "1e-7", "3.0", "Zoë", "a,b", 'q"q']


@pytest.mark.parametrize("seed", range(25))
def test_lossless(tmp_path, seed):
    chance = random.Random(seed)
    columns = [chance.sample(TEXTS, chance.randint(1, 3)) for _ in range(6)]
    rows = [[chance.choice(values) for values in columns] for _ in range(chance.choice([3, 30, 700]))]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f"c{i}" for i in range(6)])
    writer.writerows(rows)
    project = Project(tmp_path, "a.csv", out.getvalue().encode())
    assert project.run() == 0, project.said
    landed = duckdb.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?, hive_partitioning=false)", [str(project.slice / "part-*.parquet")]).fetchall()
    assert [["" if value is None else value for value in row] for row in landed] == rows


@pytest.mark.parametrize("seed", range(40))
def test_bytes_gone_wrong(tmp_path, seed):
    """Bytes of a good file replaced, taken out and put in."""
    chance = random.Random(seed)
    content = bytearray("id,name,city\n".encode() + b"".join(
        b'%d,"n%d ""x""",\xc3\xa9%d\n' % (i, i, i) if i % 3 else b"%d,plain,%d\n" % (i, i) for i in range(chance.choice([5, 50, 5000]))))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(13, len(content))
        byte = chance.choice([0x22, 0x2C, 0x0A, 0x0D, 0x00, 0xFF, 0xC3, 0x27, chance.randrange(256)])
        what = chance.randrange(3)
        if what == 0:
            content[at] = byte
        elif what == 1:
            content.insert(at, byte)
        else:
            del content[at]
    project = Project(tmp_path, "a.csv", bytes(content), chance.choice(["", "infer: types", "infer: text", "types: {id: INTEGER}"]))
    assert project.run() == 0, project.said
    rows = project.check_counts()
    # Whatever was not touched is there.
    assert rows["in"] >= content.count(b"\n") - 1 - 16


def test_same_bytes_for_any_threads(tmp_path):
    content = b"id,name\n" + b"".join(b"%d,name of %d\n" % (i, i % 977) for i in range(200_000))
    seen = set()
    for threads in (1, 2, 3):
        project = Project(tmp_path / str(threads), "a.csv", content, "max_rows_per_file: 70000")
        assert project.run(threads) == 0, project.said
        assert [p.name for p in sorted(project.slice.glob("part-*"))] == ["part-0001.parquet", "part-0002.parquet", "part-0003.parquet"]
        seen.add((project.slice / "_checksums.json").read_text())
    assert len(seen) == 1


def test_parts_by_size(tmp_path):
    chance = random.Random(1)
    content = b"id,name\n" + b"".join(b"%d,%016x%016x\n" % (i, chance.getrandbits(64), chance.getrandbits(64)) for i in range(150_000))
    project = Project(tmp_path, "a.csv", content, "max_file_size_mb: 1")
    assert project.run() == 0, project.said
    sizes = [p.stat().st_size for p in sorted(project.slice.glob("part-*"))]
    assert len(sizes) > 3
    assert all(0.8 * 2**20 <= size <= 1.2 * 2**20 for size in sizes[:-1]), sizes
    assert [row["id"] for row in project.rows()] == list(range(150_000))


def test_unchanged_is_not_taken_again(tmp_path):
    project = Project(tmp_path, "a.csv", b"id\n1\n")
    source = tmp_path / "data" / "a.csv"
    assert project.run() == 0, project.said
    before = (project.slice / "_metadata.json").stat()
    os.utime(source)
    assert project.run() == 0, project.said
    assert (project.slice / "_metadata.json").stat().st_ino == before.st_ino
    source.write_bytes(b"id\n2\n")
    assert project.run() == 0, project.said
    assert project.rows() == [{"id": 2}]


def test_gzip_in_the_tidy_way(tmp_path):
    project = Project(tmp_path, "a.csv.gz", gzip.compress(b'id,name\n1,Ann\r\n2,"Bob\n3,Cy\n'))
    assert project.run() == 0, project.said
    assert [row["id"] for row in project.rows()] == [1, 3]
    assert project.quarantine()[0][:3] == ("data/a.csv.gz", 3, '2,"Bob')
