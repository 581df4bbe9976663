"""Planted bugs in what becomes of a stop that the price has jumped over."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain.decide import doubt, gaps, legs, watched
from trading.engine import comeback


@mutant("GAP")
def nobody_asks_about_a_gap() -> Patch:
    """Whatever was chosen with the order: out."""
    with patch.object(watched, "gapped", lambda d, position, leg, away_s: False):
        yield


@mutant("GAP")
def every_gap_is_an_exit() -> Patch:
    """The policy of the order is forgotten."""

    def forgetful(d: Any, position: Any, *more: Any) -> bool:
        followed: bool = follow(d, replace(position, plan=replace(position.plan, gap=None)), *more)
        return followed

    follow = gaps._follow
    with patch.object(gaps, "_follow", forgetful):
        yield


@mutant("GAP")
def a_persons_exit_is_asked_about_again() -> Patch:
    """What a person has said about a gap is forgotten when the venue refuses it."""

    def forgetful(d: Any, position: Any, *more: Any) -> bool:
        followed: bool = follow(d, replace(position, out_at=None), *more)
        return followed

    follow = gaps._follow
    with patch.object(gaps, "_follow", forgetful):
        yield


@mutant("GAP")
def a_new_stop_stands_half_as_far() -> Patch:
    """The distance of the first stop is not kept."""

    def nearer(d: Any, position: Any, price: Any) -> Any:
        found = anchor(d, position, price)
        return None if found is None else d.instrument_of(position).price_nearest((found + price) / 2)

    anchor = gaps._anchor
    with patch.object(gaps, "_anchor", nearer):
        yield


@mutant("I8")
def an_open_question_counts_as_a_guard() -> Patch:
    """Nobody guards it, and nobody hears so."""

    def kind(d: Any, position: Any) -> bool:
        return d.position(position).gap is not None or is_covered(d, position)

    is_covered = legs._is_covered
    with patch.object(legs, "_is_covered", kind):
        yield


@mutant("GAP")
def a_question_about_a_gap_is_not_waited_for() -> Patch:
    """The next price carries the stop out."""

    def asked(d: Any, position: Any, leg: Any, away_s: Any) -> bool:
        return gapped(d, position, leg, away_s) and d.position(position).gap is None

    gapped = gaps.gapped
    with patch.object(watched, "gapped", asked):
        yield


@mutant("GAP")
def a_new_stop_counts_as_one_of_the_time_before() -> Patch:
    """A stop that was set after the start is called jumped over when the price reaches it."""

    def is_held(position: Any, stop: Any) -> bool:
        return position is not None and position.is_open

    with patch.object(comeback, "_is_as_found", is_held):
        yield


@mutant("GAP")
def what_was_begun_for_a_stop_goes_on_after_its_gap() -> Patch:
    """Room is made for the exit of a stop that was jumped over, and it leaves whatever was chosen."""
    with patch.object(gaps, "_leave_off", lambda d, position: None):
        yield


@mutant("GAP")
def an_exit_that_never_arrived_goes_out_while_a_person_is_asked() -> Patch:
    """It is sent again, whatever has become of its stop since."""
    with patch.object(doubt, "_is_over", lambda position, order: False):
        yield
