"""Whole projects against the reference model, through the program itself: slices in any order and any batches, and between
them any commands (command_sequences.py). After each, the table is the one that the reference computes of what has landed.

INGOT names the program; HISTORY_STREAMS says how many projects (default 5), HISTORY_SEED where to start.
"""
import os

import pytest

from command_sequences import run_sequence
from random_project import INGOT

STREAMS = int(os.environ.get("HISTORY_STREAMS", "5"))
SEED = int(os.environ.get("HISTORY_SEED", "1"))
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")


@pytest.mark.parametrize("number", range(STREAMS))
def test_projects(number, tmp_path, monkeypatch):
    seed = SEED * 1000 + number
    # As one file, and as many: of a row each, or of a few.
    if room := ("", "1", "3")[number % 3]:
        monkeypatch.setenv("INGOT_FILE_ROWS", room)
    print(f"seed {seed}, files of {room or 'all'} rows")
    run_sequence(seed, tmp_path)
