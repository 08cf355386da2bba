"""What starting costs: commands that need no engine must not load it, and be done in milliseconds."""
import subprocess
import tempfile
from pathlib import Path

from measure import INGOT, cost_of, interleaved, show

COMMANDS = [["--version"], ["--help"], ["schema"], ["explain", "CFG101"], ["ls"], ["query", "SELECT 1"]]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ingot-startup-") as folder:
        subprocess.run([INGOT, "init", "."], cwd=folder, check=True, capture_output=True)
        subprocess.run([INGOT, "run"], cwd=folder, capture_output=True)
        costs = interleaved({" ".join(words): lambda words=words: cost_of([INGOT, *words], Path(folder)) for words in COMMANDS})
        print("targets: --version under 0.020 s CPU; none but query loads the engine (test/python/test_startup.py)")
        show(costs)


if __name__ == "__main__":
    main()
