"""Other people's programs, each in a virtual environment of its own with the versions that bench/requirements pins."""
import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ingot/bench"


def python_of(name: str) -> str:
    """The interpreter that has the packages of bench/requirements/NAME.txt; made where it is not there yet."""
    wanted = HERE / f"requirements/{name}.txt"
    folder = CACHE / f"{name}-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}-py{sys.version_info.major}{sys.version_info.minor}"
    python = folder / "bin/python"
    if not (folder / "complete").exists():
        print(f"Setting up {folder} from {wanted.relative_to(HERE.parent)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--no-deps",
                        "-r", wanted], check=True)
        (folder / "complete").touch()
    return str(python)
