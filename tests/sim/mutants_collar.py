"""Planted bugs in how far an exit may slip that a jump over the stop sends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from unittest.mock import patch

from tests.sim.planting import Patch, mutant
from trading.domain import apply_exits
from trading.domain import effects as fx
from trading.domain.decide import collar, evidence, watched
from trading.domain.money import percent_of
from trading.domain.order import Role
from trading.engine import comeback, loop, outbox


@mutant("GAP")
def a_jump_sends_the_market_at_once() -> Patch:
    """No collar at all."""
    with patch.object(collar, "_next", lambda d, position: None):
        yield


@mutant("GAP")
def a_wider_exit_does_not_wait_for_the_end_of_the_one_before() -> Patch:
    """The next attempt goes out with the first sign of life of the one before."""

    def hasty(d: Any, order: Any, report: Any) -> None:
        accepted(d, order, report)
        now = d.order(order)
        if now.collar is None or not now.is_open:
            return
        with patch.object(collar, "_after", lambda last: Decimal(3)):
            found = collar.terms_of(d, d.position_of(order), "sl")
        if found is None:
            return
        wider = d.new_order(d.position_of(order), Role.STOP, order.side, found[0], order.quantity, **found[1])
        d.then(fx.Submit(order.account, (d.intend(wider, "sl"),)))

    accepted = evidence._accepted
    with patch.object(evidence, "_accepted", hasty):
        yield


@mutant("GAP")
def the_first_collar_is_as_wide_as_the_last() -> Patch:
    """Three percent from the beginning."""
    with patch.object(collar, "COLLARS", (Decimal(3),)):
        yield


@mutant("GAP")
def a_collar_is_twice_as_wide_as_it_says() -> Patch:
    """One percent to either side makes two."""
    with patch.object(collar, "percent_of", lambda price, percent: percent_of(price, 2 * percent)):
        yield


@mutant("GAP")
def what_a_person_sends_out_slips_as_far_as_it_likes() -> Patch:
    """Who answers exit gets the market."""

    def plainly(d: Any, position: Any) -> Decimal | None:
        return None if position.out_at is not None else next_of(d, position)

    next_of = collar._next
    with patch.object(collar, "_next", plainly):
        yield


@mutant("GAP")
def what_is_to_stay_within_a_limit_goes_at_market() -> Patch:
    """The person's choice is forgotten when the widest collar was too narrow."""
    with patch.object(collar, "_stays_within", lambda position: False):
        yield


@mutant("GAP")
def a_stop_that_comes_back_is_the_one_that_was_jumped_over() -> Patch:
    """It has moved away meanwhile, and is another one at the same price."""
    with patch.object(apply_exits, "_jumped", lambda position, bracket: position.jumped):
        yield


@mutant("X48")
def a_price_of_before_counts_after_a_start() -> Patch:
    """How old the first price is does not matter."""
    with patch.object(comeback.Comeback, "is_of_before", lambda self, quote, now: False):
        yield


@mutant("GAP")
def jumps_are_seen_to_as_they_come() -> Patch:
    """Whatever stands to lose most."""
    with patch.object(loop, "most_first", lambda book, batch: batch):
        yield


@mutant("GAP")
def exits_behind_jumps_go_out_as_they_were_decided() -> Patch:
    """The lane has one order, whatever stands to lose most."""
    with patch.object(outbox, "stake_in", lambda book, effect: Decimal(0)):
        yield


@mutant("GAP")
def a_target_that_was_passed_is_sold_at_market() -> Patch:
    """It is not asked for first."""

    def blind(d: Any, position: Any, leg: Any, price: Any, source: str, at_least: Any = None) -> None:
        trigger(d, position, leg, price, source)

    trigger = watched.trigger
    with patch.object(watched, "trigger", blind):
        yield
