"""SIGKILL at random instants: no lost fill, no second order, no manual step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.kills import kill_often


def test_six_kills_lose_nothing_and_need_nobody(tmp_path: Path) -> None:
    toll = kill_often(tmp_path, seed=1, times=6)
    assert toll.kills == 6
    assert toll.orders > 0
    assert toll.breaches == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fifty_kills_lose_nothing_and_need_nobody(tmp_path: Path) -> None:
    toll = kill_often(tmp_path, seed=2, times=50)
    assert toll.kills == 50
    assert toll.fills > 100
    assert toll.breaches == []
