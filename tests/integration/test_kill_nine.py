"""SIGKILL at random instants, real files, a venue that goes on: nothing is lost, nothing is bought twice."""

from __future__ import annotations

import pytest

from tests.integration.killing import KillReport, killed


def proven(report: KillReport, kills: int) -> None:
    """Every kill happened, and none left a trace in the money."""
    assert report.breaches == []
    assert (report.kills, report.lost_fills, report.second_orders, report.manual_steps) == (kills, 0, 0, 0)
    assert report.fills > 0


@pytest.mark.part_of("test_twenty_kills_with_orders_in_flight_lose_no_fill_and_send_nothing_twice")
def test_six_kills_lose_no_fill_and_send_nothing_twice() -> None:
    proven(killed(seed=1, kills=6), 6)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_kills_with_orders_in_flight_lose_no_fill_and_send_nothing_twice() -> None:
    report = killed(seed=2, kills=20)
    proven(report, 20)
    assert report.fills > 0 and report.in_flight > 5
