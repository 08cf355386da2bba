#!/usr/bin/env python3
"""Builds the crates below rust/ into .deps/rust/, exactly as their Cargo.lock pins what they use.

What a build made stays in a cache that all checkouts share, by the hash of the crate and its Cargo.lock.
"""
import hashlib, os, pathlib, shutil, subprocess, sys, tempfile

root = pathlib.Path(__file__).resolve().parents[2]
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "ingot/crates"
oldest = (1, 85)


def said(*command):
    try:
        return subprocess.run(command, text=True, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def version():
    words = said("cargo", "--version").split()
    return tuple(map(int, words[1].split("-")[0].split("."))) if len(words) > 1 else ()


def install_cargo():
    """The distributions' newest: Debian 12 has it as cargo-web, Ubuntu with its version in the name."""
    names = said("apt-cache", "--names-only", "search", r"^(cargo-web|cargo-[0-9.]+|cargo)$").split("\n")
    names = sorted({line.split(" ")[0] for line in names if line}, key=lambda n: ([int(p) for p in n[6:].split(".") if p.isdigit()], n))
    if not names:
        sys.exit("The crates in rust/ need cargo 1.85 or newer, and apt-get has none: see https://rustup.rs")
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    for name in reversed(names):
        rustc = name.replace("cargo", "rustc")
        print(f"Installing with apt-get: {name} {rustc}", flush=True)
        done = subprocess.run([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
                               "--no-install-recommends", name, rustc], capture_output=True, text=True)
        if done.returncode == 0 and version_of(name) >= oldest:
            return name
    sys.exit("No cargo of apt-get's is 1.85 or newer: install one, for instance with https://rustup.rs")


def version_of(name):
    """A versioned package has a versioned program."""
    global cargo
    for candidate in (name, "cargo"):
        words = said(candidate, "--version").split()
        if len(words) > 1:
            cargo = candidate
            return tuple(map(int, words[1].split("-")[0].split(".")))
    return ()


cargo = "cargo"


def digest(crate):
    sha = hashlib.sha256()
    for path in sorted([crate / "Cargo.toml", crate / "Cargo.lock", *crate.glob("src/**/*.rs")]):
        sha.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


def build(crate, kept):
    if version() < oldest:
        install_cargo()
    print(f"Building {crate.relative_to(root)} (once; takes minutes)", flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as aside:
        done = subprocess.run([cargo, "build", "--release", "--locked", "--quiet", "--target-dir", aside], cwd=crate,
                              text=True, capture_output=True)
        if done.returncode:
            sys.exit(f"{cargo} build in {crate} failed:\n{done.stdout}{done.stderr}")
        (library,) = pathlib.Path(aside, "release").glob("*.so")
        staged = pathlib.Path(aside, "kept")
        staged.mkdir()
        library.rename(staged / library.name)
        try:
            staged.rename(kept)
        except OSError:
            pass  # another checkout was faster


def main():
    into = root / ".deps/rust"
    into.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    for crate in sorted(path.parent for path in root.glob("rust/*/Cargo.toml")):
        name = digest(crate)
        stamp = into / f"{crate.name}.hash"
        if stamp.exists() and stamp.read_text() == name:
            continue
        kept = cache / name
        if not kept.exists():
            build(crate, kept)
        for library in kept.iterdir():
            aside = into / f".{library.name}"
            shutil.copyfile(library, aside)
            aside.replace(into / library.name)
        stamp.write_text(name)


main()
