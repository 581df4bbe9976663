"""Planted bugs in what becomes of legs that a hand or the venue has ended."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.sim.planting import Patch, mutant
from trading.domain.decide import control, evidence, pulled
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import sync


@mutant("X36")
def a_stop_that_a_hand_has_ended_is_fought_for() -> Patch:
    """It is placed again at once, whoever ended it."""
    with patch.object(pulled, "_ask", lambda d, position, order: sync(d, position, "resize")):
        yield


@mutant("X36")
def a_pulled_stop_is_placed_again_while_a_person_is_asked() -> Patch:
    """The question is put, and not waited for."""

    def hasty(d: Deciding, position: Any, order: Any) -> None:
        ask(d, position, order)
        with patch.object(type(position), "pulled", None):
            sync(d, position, "resize")

    ask = pulled._ask
    with patch.object(pulled, "_ask", hasty):
        yield


@mutant("X36")
def nobody_puts_a_pulled_stop_back() -> Patch:
    """The minute is over, and the question stays."""

    def idle(d: Deciding, position: Any) -> None:
        pass

    rooms = [patch.object(room, "go_back_when_due", idle) for room in (control, evidence, pulled)]
    with rooms[0], rooms[1], rooms[2]:
        yield


@mutant("X36")
def what_is_left_away_comes_back() -> Patch:
    """A person leaves the stop away, and the plan keeps it."""
    with patch.object(pulled, "forget_leg", lambda d, position, name, cause: None):
        yield


@mutant("X36")
def one_cancel_by_the_venue_and_the_desk_gives_up() -> Patch:
    """The venue has ended the stop once: from then on the desk watches everything itself."""
    with patch.object(pulled, "sync", lambda d, position, reason, **how: pulled.watch_ourselves(d, position)):
        yield
