"""Planted bugs in how the desk keeps up with the venue's truth: rounds, breaks of the stream."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import apply, apply_freezing, risk
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain.decide import adoption, evidence, watched
from trading.domain.decide.deciding import Deciding
from trading.domain.money import ZERO
from trading.domain.order import OrderType, Role, Side
from trading.engine import drift, flat, rounds
from trading.ports import BrokerSilent, VenueSnapshot

# ---------------------------------------------------------------- looking


@mutant("I2", "I3", "I7")
def the_timer_never_looks() -> Patch:
    """A desk looks at its venue at a start, and believes its stream from then on."""

    async def run(self: rounds.Rounds) -> None:
        if not await self.look():
            await asyncio.sleep(2)
            await self.look()
        self.has_asked = True
        while True:
            await self._hurry.wait()
            self._hurry.clear()
            self._opened.set()

    with patch.object(rounds.Rounds, "run", run):
        yield


@mutant("I7")
def a_look_asks_about_no_order() -> Patch:
    """Fills are read again, and an order that ended unheard of waits for ever."""
    with patch.object(rounds.Rounds, "_ask_about", lambda self, orders: None):
        yield


@mutant("I19")
def entries_do_not_wait_for_the_first_answer() -> Patch:
    """A session is open as soon as it has begun."""
    with patch.object(rounds.Rounds, "is_open", property(lambda self: True)):
        yield


@mutant("I19")
def a_look_of_before_the_break_opens_the_session() -> Patch:
    """Whatever answer comes, whenever it was asked for."""

    def broke(self: rounds.Rounds) -> None:
        self._breaks += 1

    with patch.object(rounds.Rounds, "broke", broke):
        yield


@mutant("I2", "I3", "I4", "I21")
def the_next_look_begins_by_the_desks_own_clock() -> Patch:
    """Where the last one ended, by a clock that may have been set forward: what the venue does until that
    instant comes, or shows late, is passed over."""

    async def look(self: rounds.Rounds) -> bool:
        is_whole: bool = await real(self)
        if is_whole:
            self._since = self._engine.clock.now()
        return is_whole

    real = rounds.Rounds.look
    with patch.object(rounds.Rounds, "look", look):
        yield


# ---------------------------------------------------------------- another hand


@mutant("I2", "I3")
def another_hand_is_none_of_our_business() -> Patch:
    """What is not ours changes nothing, whatever it did to what is held."""
    with patch.object(evidence, "of_another", lambda d, report, known: None):
        yield


@mutant("I2")
def what_another_hand_did_is_booked_as_often_as_it_is_told() -> Patch:
    """The stream tells it, and the next look tells it again."""

    def forgetful(d: Deciding, report: Any, known: Any) -> None:
        real(d, report, None if known is None else replace(known, fill_ids=()))

    real = adoption.of_another
    with patch.object(evidence, "of_another", forgetful):
        yield


@mutant("I20")
def a_foreign_order_is_canceled() -> Patch:
    """What the book does not know has no business at the venue."""

    async def look(self: rounds.Rounds) -> bool:
        is_whole: bool = await real(self)
        try:
            seen = await self._broker.snapshot()
            for order in seen.orders:
                if self._engine.book.order_of_client_id(order.client_order_id) is None:
                    await self._broker.cancel(order.client_order_id)
        except BrokerSilent:
            return False
        return is_whole

    real = rounds.Rounds.look
    with patch.object(rounds.Rounds, "look", look):
        yield


@mutant("I1", "I13")
def a_position_that_a_hand_closed_is_opened_again() -> Patch:
    """The desk restores what it had decided."""

    def stubborn(d: Deciding, before: Any, after: Any, currency: str, *, grows: bool) -> None:
        real(d, before, after, currency, grows=grows)
        if after.is_open or not before.is_open:
            return
        side = Side.BUY if before.is_long else Side.SELL
        order = d.new_order(after, Role.ENTRY, side, OrderType.MARKET, abs(before.quantity))
        gate = ev.GateDecision("restored", None, None, "", 1, (ev.Check("restored", True, "", ""),))
        d.then(fx.Submit(after.account, (d.intend(order, "restored", gate),)))

    real = adoption._follow
    with patch.object(adoption, "_follow", stubborn):
        yield


@mutant("I8", "ASSERT", "I9")
def a_position_that_a_hand_made_smaller_keeps_its_legs() -> Patch:
    """What guards it is counted from what it was."""
    with patch.object(adoption, "sync", lambda *args, **more: None):
        yield


@mutant("I3", "I4")
def a_difference_is_settled_as_it_was_told() -> Patch:
    """What was booked in a frozen symbol since then is looked at by its sum alone."""
    with patch.object(apply, "with_moved", lambda account, *moved: account):
        yield


@mutant("I8")
def what_was_left_alone_stays_left_alone_when_it_is_told() -> Patch:
    """A difference that is booked by now counts as what the venue holds beyond the book."""

    def untold(account: Any, symbol: Any, moved: Any, filled_at: Any) -> Any:
        return real(account, symbol, moved, filled_at + timedelta(days=365))

    real = apply_freezing.with_moved
    with patch.object(apply, "with_moved", untold):
        yield


@mutant("I2", "I3", "I4")
def what_a_person_left_alone_is_not_sought_any_more() -> Patch:
    """The fill that a difference came from is told late, from before where the history is read."""

    def explained(book: Any, account: Any, before: Any, seen: Any, after: Any) -> bool:
        ignored = {one.symbol: one.difference for one in book.account(account).ignored}
        differences = [one.held - one.booked for one in drift.compared(book, account, before, seen)]
        names = [one.symbol for one in drift.compared(book, account, before, seen)]
        return any(
            beyond not in (ZERO, ignored.get(name)) for name, beyond in zip(names, differences, strict=True)
        )

    with patch.object(rounds, "unexplained", explained):
        yield


@mutant("I2", "I3", "I4")
def the_history_is_read_again_for_a_minute_only() -> Patch:
    """A venue shows fills late, what it holds is explained all the same, and nobody reads that far back."""
    with patch.object(rounds, "OVERLAP", timedelta(seconds=60)):
        yield


# ---------------------------------------------------------------- drift


@mutant("I3")
def drift_freezes_nothing() -> Patch:
    """A difference is nobody's business."""
    with patch("trading.domain.decide.drift_found", lambda d, report: None):
        yield


@mutant("I21")
def a_frozen_symbol_is_opened_all_the_same() -> Patch:
    """The card says so, the gate does not."""
    real = risk._check_states

    def lax(gate: Any, book: Any, account: Any, facts: Any) -> None:
        real(gate, book, replace(account, frozen=()), facts)

    with patch.object(risk, "_check_states", lax):
        yield


@mutant("I21", "I3", "I8")
def a_failed_position_query_reads_as_flat() -> Patch:
    """No answer means that nothing is held."""

    async def look(self: rounds.Rounds) -> bool:
        deaf: Any = _ReadsFlat(self._broker, self._engine.clock)
        with patch.object(self, "_broker", deaf):
            is_whole: bool = await real(self)
        return is_whole

    real = rounds.Rounds.look
    with patch.object(rounds.Rounds, "look", look):
        yield


class _ReadsFlat:
    """A venue whose silence about positions is taken for an answer."""

    def __init__(self, broker: Any, clock: Any) -> None:
        self.profile = broker.profile
        self._broker = broker
        self._clock = clock

    async def history(self, since: Any) -> Any:
        try:
            return await self._broker.history(since)
        except BrokerSilent:
            return ()

    async def snapshot(self) -> Any:
        try:
            return await self._broker.snapshot()
        except BrokerSilent:
            return VenueSnapshot(self._clock.now(), {}, (), ZERO)


@mutant("I8")
def a_group_that_is_too_large_is_not_asked_about() -> Patch:
    """Its venue makes the others smaller when one fills, so that nobody looks whether it has."""
    with patch.object(rounds, "oversized", lambda book, account: []):
        yield


@mutant("I3", "I21")
def what_came_and_went_between_two_looks_is_no_movement() -> Patch:
    """Only what is booked at a look counts, and an answer that was late is compared with a book at rest."""
    with patch.object(drift, "_trades", lambda book, account, symbol, quantity: (quantity, ZERO)):
        yield


@mutant("I3", "I21")
def what_makes_up_for_each_other_is_no_movement() -> Patch:
    """A difference that was found before fills which leave as much booked as there was counts after them."""
    with patch.object(rounds, "entered_in", lambda book, account, symbol: None):
        yield


@mutant("I7")
def what_seems_gone_is_left_every_other_moment() -> Patch:
    """An exit that the venue refuses because it holds nothing goes out again after 2 s, for ever."""
    with patch.object(watched, "_is_in_vain", lambda d, position: False):
        yield


@mutant("I7")
def what_else_is_held_delays_the_proof_of_a_flatten() -> Patch:
    """Only an account that holds nothing at all is asked about at once."""
    with patch.object(flat, "_is_meant", lambda account, position: True):
        yield
