"""Planted bugs in what becomes of legs that a hand or the venue has ended."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain.decide import control, evidence, pulled
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import sync
from trading.domain.decide.waiting import waits
from trading.domain.reports import Span, Wait
from trading.domain.request import RequestKind
from trading.engine import looks


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


@mutant("I18")
def a_persons_minute_runs_on_the_wall_clock_only() -> Patch:
    """When it is set back, the question stays open until it has come as far again."""

    def only_others(book: Any, position: Any) -> tuple[Span, ...]:
        return tuple(span for span in waits(book, position) if span.wait is not Wait.ANSWER)

    with patch.object(looks, "waits", only_others):
        yield


@mutant("X36")
def what_is_left_away_comes_back() -> Patch:
    """A person leaves the stop away, and the plan keeps it."""
    with patch.object(pulled, "forget_leg", lambda d, position, name, cause: None):
        yield


@mutant("X36")
def one_cancel_by_the_venue_and_the_desk_gives_up() -> Patch:
    """The venue has ended the stop once: from then on the desk watches everything itself."""

    def hasty(d: Deciding, position: Any, order: Any, reason: str) -> None:
        if order.request(RequestKind.CANCEL) is None and reason not in ("requested", "unsaid"):
            pulled.watch_ourselves(d, position)
        else:
            lost(d, position, order, reason)

    lost = pulled.lost
    with patch.object(evidence, "lost", hasty):
        yield


@mutant("I8")
def a_target_that_is_not_wanted_takes_break_even_back() -> Patch:
    """The targets are counted anew, and with them everything begins anew."""

    def anew(d: Deciding, position: Any, reason: str, **how: Any) -> None:
        sync(d, position, reason, **{**how, "fresh_targets": True})

    with patch.object(pulled, "sync", anew):
        yield


@mutant("X36")
def a_cancel_of_ours_that_was_called_failed_is_forgotten() -> Patch:
    """It is carried out after all, and another hand is suspected of it."""

    def forgetful(d: Deciding, position: Any, order: Any, reason: str) -> None:
        real(d, position, replace(order, was_to_end=False), reason)

    real = pulled.lost
    with patch.object(evidence, "lost", forgetful):
        yield
