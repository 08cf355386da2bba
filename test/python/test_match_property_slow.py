"""As test_match_property, many more projects: MATCH_PROJECTS (100)."""
import os

import pytest

from random_matches import run_matches
from test_match_property import SEED, pytestmark  # noqa: F401


@pytest.mark.parametrize("number", range(int(os.environ.get("MATCH_PROJECTS", "100"))))
def test_many_clusters(number, tmp_path):
    run_matches(SEED * 1000 + 500 + number, tmp_path)
