"""A run of the example project in which nothing changed. Target: 0.5 s CPU."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import INGOT, cost_of, interleaved, show

EXAMPLE = Path(__file__).resolve().parents[1] / "examples/flights"
YEAR = ["--from", "2013-01-01", "--to", "2013-12-31"]


def main() -> None:
    subprocess.run([sys.executable, EXAMPLE / "prepare"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(prefix="ingot-no-change-") as name:
        folder = Path(name) / "flights"
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("data", "warehouse", "target"))
        (folder / "data").symlink_to(EXAMPLE / "data")
        show({"first run, all of the year": cost_of([INGOT, "run", *YEAR], folder)})
        show(interleaved({"run of the year, nothing changed": lambda: cost_of([INGOT, "run", *YEAR], folder),
                          "run of a day, nothing changed": lambda: cost_of([INGOT, "run", "--date", "2013-12-31"], folder)}))


if __name__ == "__main__":
    main()
