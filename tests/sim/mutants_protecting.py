"""Planted bugs in the ladder of guards: pairs, lone stops, swaps, and the word about a gap."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from db import derive
from tests.sim.planting import Patch, mutant
from trading.domain import apply, apply_exits, bracket, ladder
from trading.domain import events as ev
from trading.domain.bracket import build
from trading.domain.decide import closing, control, evidence, giving_up, legs, swap, waiting, watched
from trading.domain.decide.deciding import Deciding
from trading.domain.instrument import Instrument
from trading.domain.order import Order, OrderStatus
from trading.domain.position import Guard, LegKind
from trading.domain.reports import Wait
from trading.domain.request import RequestKind


@mutant("I8", "I9", "ASSERT")
def a_target_goes_out_before_the_stop_is_gone() -> Patch:
    """The cancel of the stop is asked for and taken as done."""

    def hasty(d: Deciding, position: Any, **about: Any) -> None:
        found = d.position(position)
        if found.swap is not None and found.swap.exit_id is None:
            d.emit(ev.SwapEnded(found.account, found.position_id, "filled", d.now))
            with patch.object(Deciding, "free_to_exit", lambda self, position: abs(position.quantity)):
                legs.exit_now(d, found, found.swap.role, found.swap.cause, found.swap.quantity)
            return
        real(d, position, **about)

    def begun(d: Deciding, position: Any, *more: Any) -> bool:
        made: bool = make_room(d, position, *more)
        hasty(d, position)
        return made

    real, make_room = swap.step, swap.make_room
    with patch.object(watched, "make_room", begun), patch.object(closing, "make_room", begun):
        yield


@mutant("I8", "I7")
def a_swap_is_forgotten_after_a_crash() -> Patch:
    """Swaps that an earlier life began are nobody's business."""
    old: set[Any] = set()

    def step(d: Deciding, position: Any, **more: Any) -> None:
        found = d.position(position)
        if found.swap is None or (found.position_id, found.swap.at) not in old:
            real(d, position, **more)

    def begun(d: Deciding, report: Any) -> None:
        live = d.book.live_positions(report.account)
        old.update((one.position_id, one.swap.at) for one in live if one.swap is not None)
        connected(d, report)

    real, connected = swap.step, control.connected
    steps = [patch.object(room, "step", step) for room in (control, evidence, swap)]
    with steps[0], steps[1], steps[2], patch("trading.domain.decide.connected", begun):
        yield


@mutant("I8")
def the_stop_does_not_come_back() -> Patch:
    """A swap ends, and nobody puts the stop where it was."""

    def ended(d: Deciding, position: Any, outcome: str) -> None:
        d.emit(ev.SwapEnded(position.account, position.position_id, outcome, d.now))

    with patch.object(swap, "_end", ended):
        yield


@mutant("I8")
def only_the_targets_are_placed() -> Patch:
    """A stop that the venue has refused is let go of, its targets stay (X33)."""

    def lax(d: Deciding, position: Any, is_settled: bool) -> None:
        legs_left = tuple(leg for leg in position.bracket.legs if not is_refused(d, leg))
        real(d, replace(position, bracket=replace(position.bracket, legs=legs_left)), is_settled)

    def is_refused(d: Deciding, leg: Any) -> bool:
        order = d.book.order(leg.order_id) if leg.order_id else None
        return leg.kind is LegKind.STOP and order is not None and order.status is OrderStatus.REJECTED

    real = legs._sync_orders
    with (
        patch.object(legs, "_sync_orders", lax),
        patch.object(evidence, "not_held", lambda d, position, order: None),
    ):
        yield


@mutant("I8")
def the_others_of_a_pair_are_not_reduced() -> Patch:
    """One order of a pair fills, and the others stay as large as they were (X39)."""

    def lazy(d: Deciding, order: Any, leg: Any, is_settled: bool) -> None:
        if not order.group and order.filled + leg.quantity < order.quantity:
            return
        real(d, order, leg, is_settled)

    real = legs._adjust
    with patch.object(legs, "_adjust", lazy):
        yield


@mutant("I8")
def everything_rests_where_nothing_binds() -> Patch:
    """A venue without reduce-only is given stop and targets together."""
    generous = tuple((g, ("stop",) if g is Guard.PAIR else needs) for g, needs in ladder.LADDER)
    with patch.object(ladder, "LADDER", generous):
        yield


@mutant("I8")
def nobody_is_told_of_a_gap() -> Patch:
    """No stop stands, and nobody hears of it."""
    rooms = [
        patch.object(room, "check_cover", lambda d, position, **about: None)
        for room in (legs, evidence, swap)
    ]
    with rooms[0], rooms[1], rooms[2]:
        yield


@mutant("I8")
def a_resize_loosens_the_stop() -> Patch:
    """When a part has left, a stop that break-even had moved goes back to where it was planned."""

    def forgetful(position: Any, *more: Any, **how: Any) -> Any:
        before = position.bracket
        if before is not None and before.is_break_even:
            position = replace(position, bracket=replace(before, is_break_even=False))
            how = {**how, "keeps_stop": False}
        return build(position, *more, **how)

    def once(bracket: Any) -> bool:
        is_reached: bool = bracket.group not in moved and reached(bracket)
        if is_reached:
            moved.add(bracket.group)
        return is_reached

    moved: set[str] = set()
    reached = legs._reached_break_even
    with patch.object(legs, "build", forgetful), patch.object(legs, "_reached_break_even", once):
        yield


@mutant("I8")
def a_refused_exit_is_sent_at_every_tick() -> Patch:
    """The market is halted, and the desk asks again with every price."""
    with patch.object(watched, "_was_just_refused", lambda d, leg: False):
        yield


@mutant("X31", "I7", "I17")
def dust_is_asked_for_again() -> Patch:
    """What the venue has called too little is sent at the next price once more."""
    with patch.object(Deciding, "is_dust", lambda self, position: False):
        yield


@mutant("X31")
def a_flatten_sends_what_little_is_free() -> Patch:
    """Most of it is promised to a stop that rests, and the rest is sent alone although it is too little."""
    with patch.object(closing, "is_scrap_free", lambda d, position: False):
        yield


@mutant("X31")
def a_small_share_makes_dust_of_everything() -> Patch:
    """A target's share is too little, and the whole position is left alone."""
    with patch.object(Instrument, "is_too_small", lambda self, quantity, price: True):
        yield


@mutant("I7")
def dust_bars_the_proof_of_a_panic() -> Patch:
    """A panic waits for ever for what cannot be sold."""
    with patch.object(closing, "is_only_dust", lambda d, position: False):
        yield


@mutant("FLAT")
def everything_is_called_dust_when_a_panic_is_proven() -> Patch:
    """What is left counts as dust, whatever it is worth."""
    with patch.object(closing, "is_only_dust", lambda d, position: position.is_open):
        yield


@mutant("X31")
def dust_stays_dust_for_ever() -> Patch:
    """Its worth has risen, and nothing guards it all the same."""
    with patch.object(watched, "revived", lambda d, position: None):
        yield


@mutant("I8")
def nothing_is_done_when_no_stop_stands() -> Patch:
    """Ten seconds without a stop, and the desk only waits."""
    with patch("trading.domain.decide.give_up", lambda d, report: None):
        yield


@mutant("I8")
def who_is_given_up_is_not_closed() -> Patch:
    """It is said that the position is closed, and nothing goes out."""
    with patch.object(giving_up, "start_flatten", lambda d, *about, **how: None):
        yield


@mutant("I8")
def a_stop_gets_no_time_to_come() -> Patch:
    """The position is closed the moment that its stop is not there yet."""

    real, second = waiting.stop_within, timedelta(seconds=1)
    with patch.object(waiting, "stop_within", lambda book, position: real(book, position) and second):
        yield


@mutant("I8")
def a_position_is_closed_against_the_will_of_its_account() -> Patch:
    """The account wants to be told only, and the desk closes."""

    def willful(d: Deciding, report: Any) -> None:
        account = d.account(report.account)
        allowed = account.limits.unprotected_s_max or Decimal(10)
        limits = replace(account.limits, unprotected_s_max=allowed)
        with patch.object(type(d), "account", lambda self, name: replace(account, limits=limits)):
            real(d, report)

    real = giving_up.give_up
    with patch("trading.domain.decide.give_up", willful):
        yield


@mutant("I8")
def gaps_that_are_over_are_forgotten() -> Patch:
    """How long a position was without its stop is not added up."""

    def forgetful(position: Any, at: Any) -> Any:
        return replace(real(position, at), unprotected_s=position.unprotected_s)

    real = apply_exits.bare_no_more
    with patch.object(apply_exits, "bare_no_more", forgetful):
        yield


@mutant("I9")
def what_a_change_on_its_way_gives_to_a_stop_is_free() -> Patch:
    """Only what the stop is known to hold is spoken for, not what it was asked to."""
    with patch.object(Order, "remaining_at_most", Order.remaining):
        yield


@mutant("I9")
def what_an_entry_in_doubt_may_have_sold_is_sold() -> Patch:
    """After a position was turned round its exits look at exits alone."""
    with patch.object(Deciding, "may_be_gone", lambda self, position: Decimal(0)):
        yield


@mutant("I8")
def no_timer_rings_for_a_missing_stop() -> Patch:
    """Whether it has been missing for too long is looked at when something else happens, if at all."""

    def others(book: Any, position: Any) -> Any:
        return tuple(span for span in real(book, position) if span.wait is not Wait.STOP)

    real = waiting.waits
    with patch("trading.engine.looks.waits", others):
        yield


@mutant("I18")
def break_even_beside_a_trail_is_lost() -> Patch:
    """The stop that break-even has set is gone with the next look, because the plan has none."""

    def planned(plan: Any, *more: Any) -> Any:
        return None if plan.stop is None else real(plan, *more)

    real = bracket._stop_leg
    with patch.object(bracket, "_stop_leg", planned):
        yield


@mutant("I8", "I9")
def a_change_that_nobody_answered_enlarges_nothing() -> Patch:
    """An order is full when as much has filled as it stood for before, and the rest is sold beside it."""

    def sure(before: Order, *filled: Any) -> Order:
        kept = tuple(one for one in before.requests if one.kind is not RequestKind.REPLACE)
        after: Order = real(replace(before, requests=kept), *filled)
        return replace(after, requests=before.requests)

    real = apply.after_fill
    with patch.object(apply, "after_fill", sure), patch.object(derive, "after_fill", sure):
        yield


@mutant("I9", "I8")
def a_refusal_speaks_for_every_earlier_change() -> Patch:
    """A wish to be larger that nobody answered is forgotten when the same is refused later."""
    with patch.object(Order, "is_growing_again", False):
        yield
