"""Planted bugs about exits that go to the venue with their entry."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.sim.planting import Patch, mutant
from trading.domain.decide import bracketed, control, entry, evidence, legs


@mutant("I8")
def entries_go_out_without_the_exits_that_they_could_carry() -> Patch:
    """The first rung is never taken."""
    with patch.object(entry, "exits_along", lambda d, order, bracket: ()):
        yield


@mutant("I8")
def what_sleeps_counts_as_a_guard() -> Patch:
    """A part of an entry has filled, and exits that wake with the last fill seem to stand for it."""
    with patch.object(bracketed, "is_asleep", lambda d, order: False):
        yield


@mutant("I8")
def what_came_with_the_entry_is_placed_again() -> Patch:
    """Nobody looks whether something stands there already."""
    with patch.object(legs, "served_by_entry", lambda d, bracket, position: bracket):
        yield


@mutant("I8")
def what_sleeps_stays_where_the_plan_was() -> Patch:
    """A person moves the stop of an entry that waits, and the venue never hears of it."""

    def deaf(d: Any, position: Any) -> None:
        return

    with patch.object(legs, "follow_plan", deaf), patch.object(evidence, "follow_plan", deaf):
        yield


@mutant("I8")
def a_start_gives_up_what_sleeps() -> Patch:
    """Nothing is held, so that exits seem to be left over."""
    with patch.object(control, "may_wake", lambda d, order: False):
        yield


@mutant("I8")
def an_entry_is_moved_beyond_its_own_exits() -> Patch:
    """They follow later, if the venue lets them."""

    def plain(d: Any, position: Any, price: Any = None) -> None:
        return

    with (
        patch.object(control, "beyond_exits", lambda d, order, price: None),
        patch.object(control, "follow_plan", plain),
    ):
        yield


@mutant("I2", "I3", "I8", "I9")
def an_exit_that_fills_before_its_entry_is_an_overshoot() -> Patch:
    """What was sold was never bought, as far as the book knows: it is bought back."""
    with patch.object(evidence, "is_too_early", lambda d, order, quantity: False):
        yield


@mutant("I8")
def what_sleeps_is_asked_to_move_only_once() -> Patch:
    """A change that was lost is not asked for again while nothing is held."""
    with (
        patch.object(evidence, "follow_plan", lambda d, position: None),
        patch.object(evidence, "may_wake", lambda d, order: False),
    ):
        yield
