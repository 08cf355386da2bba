"""Records that mean the same thing, against the reference, through the program itself (random_matches.py).

INGOT names the program; MATCH_STREAMS says how many projects (default 5), HISTORY_SEED where to start.
"""
import os

import pytest

from random_matches import INGOT, run_matches

STREAMS = int(os.environ.get("MATCH_STREAMS", "5"))
SEED = int(os.environ.get("HISTORY_SEED", "1"))
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT is not set")


@pytest.mark.parametrize("number", range(STREAMS))
def test_clusters(number, tmp_path):
    run_matches(SEED * 1000 + number, tmp_path)
