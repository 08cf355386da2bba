"""As test_kill_anywhere, many more times: INGOT_KILLS (200)."""
import os
from pathlib import Path

import pytest
from test_kill_anywhere import SEED, Shop, first_day, kill_at_random_times, pytestmark, undisturbed  # noqa: F401

ROUNDS = int(os.environ.get("INGOT_KILLS", "200")) // 4


@pytest.mark.parametrize("seed", range(SEED + 100, SEED + 100 + ROUNDS))
def test_killed_again_and_again(seed: int, first_day: Shop, undisturbed, tmp_path: Path) -> None:  # noqa: F811
    kill_at_random_times(first_day.copy(tmp_path / "shop"), undisturbed, 4, seed)
