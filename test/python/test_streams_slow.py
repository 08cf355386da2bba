"""Ten thousand random streams of changes against the reference model: those of test_promote_sql.py, in number.

RENDER_PROMOTE names the program of render_promote.cpp; STREAMS_ALL says how many streams; SEED where to start.
"""
import os

import pytest

from test_promote_sql import PROGRAM, SEED, run_many

STREAMS = int(os.environ.get("STREAMS_ALL", "10000"))
BLOCKS = 20
pytestmark = pytest.mark.skipif(not PROGRAM, reason="RENDER_PROMOTE is not set")


@pytest.mark.parametrize("block", range(BLOCKS))
def test_many_streams(block):
    run_many(SEED * 1_000_000 + 500_000 + block * 10_000, STREAMS // BLOCKS)
