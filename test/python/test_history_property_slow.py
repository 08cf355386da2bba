"""As test_history_property, many more projects: HISTORY_PROJECTS (200)."""
import os

import pytest

from command_sequences import run_sequence
from test_history_property import SEED, pytestmark  # noqa: F401

PROJECTS = int(os.environ.get("HISTORY_PROJECTS", "200"))


@pytest.mark.parametrize("number", range(PROJECTS))
def test_projects(number, tmp_path, monkeypatch):
    if room := ("", "1", "3")[number % 3]:
        monkeypatch.setenv("INGOT_FILE_ROWS", room)
    run_sequence(SEED * 100_000 + number, tmp_path)
