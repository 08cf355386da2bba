"""What a process costs: user and system CPU, wall time, peak memory; medians of interleaved runs."""
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

INGOT = os.environ.get("INGOT") or str(Path(__file__).resolve().parents[1] / "build/release/bin/ingot")
QUICK = bool(os.environ.get("INGOT_BENCH_QUICK"))
RUNS = int(os.environ.get("INGOT_BENCH_RUNS", 1 if QUICK else 5))


@dataclass
class Cost:
    cpu: float = 0.0
    wall: float = 0.0
    peak_mb: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.wall + other.wall, max(self.peak_mb, other.peak_mb))

    def __str__(self) -> str:
        return f"{self.cpu:8.3f} s CPU  {self.wall:8.3f} s wall  {self.peak_mb:6.0f} MB"


def cost_of(command: list[str], folder: Path | str = ".", stdin=None, stdout=subprocess.DEVNULL, **env: str) -> Cost:
    """Runs one process to its end. A process that fails ends the benchmark: its time would mean nothing."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=os.environ | env, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command}: {process.returncode}\n{said.decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, part) for cost in costs) for part in ("cpu", "wall", "peak_mb")))


def interleaved(contestants: dict, runs: int = RUNS) -> dict[str, Cost]:
    """Every contestant once a round, so that a noisy minute of the machine falls on all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, run in contestants.items():
            costs[name].append(run())
    return {name: median(of) for name, of in costs.items()}


def show(costs: dict[str, Cost], base: str | None = None, target: float | None = None) -> None:
    for name, cost in costs.items():
        ratio = f"  {cost.cpu / costs[base].cpu:5.2f} x CPU  {cost.wall / costs[base].wall:5.2f} x wall" if base and name != base else ""
        print(f"  {name:<34}{cost}{ratio}" + (f"  (target {target} x CPU)" if ratio and target else ""))
    sys.stdout.flush()
