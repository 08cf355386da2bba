#!/usr/bin/env python3
"""deps.py [LOCK]: brings what a lock (tools/deps.lock) lists into .deps/, through pip, Maven and the proxy of Go modules, and checks every hash.

An archive that has arrived stays in a cache that all checkouts share, so an interrupted run goes on where it stopped.
`.venv/bin/python tools/setup/deps.py [LOCK] --hashes` prints the hash of every archive instead of checking it: for whoever raises a version.
"""
import fnmatch, hashlib, os, pathlib, re, shutil, subprocess, sys, tarfile, tempfile, urllib.request, zipfile

root = pathlib.Path(__file__).resolve().parents[2]
lock = next((pathlib.Path(word).resolve() for word in sys.argv[1:] if word != "--hashes"), root / "tools/deps.lock")
deps = root / ".deps"
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "ingot/archives"


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nfailed:\n{done.stdout}{done.stderr}")
    return done.stdout


def pip(*arguments):
    return run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def get(place, path):
    with urllib.request.urlopen(place, timeout=120) as answer, open(path, "wb") as out:
        shutil.copyfileobj(answer, out, 1 << 20)


def maven(name, version, into):
    group, artifact = name.split(":")
    jar = f"{artifact}-{version}.jar"
    get(f"https://repo.maven.apache.org/maven2/{group.replace('.', '/')}/{artifact}/{version}/{jar}", into / jar)


def go_module(name, version, into):
    """From the first proxy that GOPROXY names, as go does."""
    first = re.split("[,|]", os.environ.get("GOPROXY", ""))[0]
    proxy = first if first.startswith("http") else "https://proxy.golang.org"
    get(f"{proxy.rstrip('/')}/{name}/@v/{version}.zip", into / "module.zip")


def download(name, kind, version, into):
    if kind == "maven":
        maven(name, version, into)
    elif kind == "go":
        go_module(name, version, into)
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


def members(name, kind, archive):
    """Yields (path inside the package, whether it is a program, open file) for every file of the archive; a jar is taken whole."""
    if kind == "maven":
        with open(archive, "rb") as jar:
            yield f"{name.split(':')[1]}.jar", False, jar
    elif kind in ("wheel", "go"):
        with zipfile.ZipFile(archive) as z:
            for member in z.infolist():
                if not member.is_dir():
                    inside = member.filename.split("@", 1)[1].split("/", 1)[1] if kind == "go" else member.filename
                    yield inside, member.external_attr >> 16 & 0o100, z.open(member)
    else:
        with tarfile.open(archive) as t:
            for member in t:
                if member.isfile():
                    yield member.name.split("/", 1)[1], member.mode & 0o100, t.extractfile(member)


def unpack(name, kind, archive, moves, into):
    """A move is FROM=TO/: one file, or with FROM/ everything under it, or with FROM*.end all such files."""
    taken = set()
    for member, is_program, file in members(name, kind, archive):
        for source, target in moves:
            if not fnmatch.fnmatchcase(member, source) and not (source.endswith("/") and member.startswith(source)):
                continue
            tail = member[len(source):] if source.endswith("/") else pathlib.PurePosixPath(member).name
            path = into / target / tail
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
            if is_program:
                path.chmod(0o755)
            taken.add(source)
    for source, _ in moves:
        if source not in taken:
            sys.exit(f"{lock}: {name} {kind} holds no {source}")


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
    stamp = deps / lock.name
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    deps.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=deps) as aside:
        aside = pathlib.Path(aside)
        for name, kind, version, sha256, moves in rows():
            unpack(name, kind, fetch(name, kind, version, sha256), moves, aside)
        for whole in aside.iterdir():
            shutil.rmtree(deps / whole.name, ignore_errors=True)
            whole.rename(deps / whole.name)
    shutil.copy(lock, stamp)


main()
