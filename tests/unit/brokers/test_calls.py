"""How long a venue's doors take: timed by hand, silence counted, refusals not."""

from __future__ import annotations

import pytest

from tests.contract.paper_under_test import HandClock
from trading.brokers.calls import RECENT, Calls
from trading.ports import BrokerBusy, BrokerSilent


class SlowClock(HandClock):
    """Elapsed seconds as a test sets them."""

    elapsed = 0.0

    def elapsed_s(self) -> float:
        return self.elapsed


def test_the_newest_times_of_each_door_are_told_the_busiest_first() -> None:
    clock = SlowClock()
    calls = Calls("venue", clock)
    for took_s in (0.1, 0.2, 0.3, 0.4):
        with calls.timed("POST order"):
            clock.elapsed += took_s
    with calls.timed("GET account"):
        clock.elapsed += 2
    busy, idle = calls.looks()
    assert (busy.door, busy.n, busy.silent) == ("POST order", 4, 0)
    assert busy.p50_s == pytest.approx(0.3) and busy.p95_s == pytest.approx(0.4)
    assert (idle.door, idle.p50_s) == ("GET account", 2.0)


def test_silence_is_counted_and_a_refusal_is_an_answer() -> None:
    calls = Calls("venue", SlowClock())
    for error in (BrokerSilent("no word"), BrokerBusy("too many"), ValueError("refused")):
        with pytest.raises(type(error)), calls.timed("POST order"):
            raise error
    (door,) = calls.looks()
    assert (door.n, door.silent) == (3, 2)


def test_old_times_are_forgotten() -> None:
    clock = SlowClock()
    calls = Calls("venue", clock)
    for took_s in (9.0, *([0.01] * RECENT)):
        with calls.timed("GET order"):
            clock.elapsed += took_s
    (door,) = calls.looks()
    assert door.n == RECENT + 1 and door.p95_s == pytest.approx(0.01)
