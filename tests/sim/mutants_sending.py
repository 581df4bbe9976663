"""Planted bugs between the journal and the venue: the order of writing, silence, evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import order as order_module
from trading.domain import reports as rp
from trading.domain.decide import adoption, evidence
from trading.domain.decide.deciding import Deciding
from trading.domain.ids import client_order_id
from trading.domain.ledger import fill_effect
from trading.domain.money import ZERO
from trading.engine import batch, loop, outbox, repeats, rounds
from trading.ports import BrokerSilent, JournalUnavailable

# ---------------------------------------------------------------- the order of writing and sending


@mutant("I13", "ASSERT", "I5")
def sent_before_it_is_written() -> Patch:
    """Effects go out while the commit is still on its way."""
    decide = batch.Batch.decide

    def eager(self: batch.Batch, waiting: Any, context: Any) -> None:
        before = len(self.effects)
        decide(self, waiting, context)
        if _outbox is not None:
            _outbox.put(self.effects[before:])
            del self.effects[before:]

    _outbox: outbox.Outbox | None = None
    attach = outbox.Outbox.attach

    def attached(self: outbox.Outbox, *arguments: Any) -> None:
        nonlocal _outbox
        _outbox = self
        attach(self, *arguments)

    with patch.object(batch.Batch, "decide", eager), patch.object(outbox.Outbox, "attach", attached):
        yield


@mutant("I13", "ASSERT", "I2", "I16", "I18", "I5")
def published_although_nothing_was_written() -> Patch:
    """A failed append is taken for a success."""

    async def _decide(self: loop.Engine, waiting: Any) -> None:
        fresh = repeats.without_repeats(self._answers, waiting)
        if not fresh:
            return
        made = self._staged(fresh)
        with suppress(JournalUnavailable):
            await self.journal.append(made.appends(self.memory.seqs), self.memory.epoch)
        self._publish(made)

    with patch.object(loop.Engine, "_decide", _decide):
        yield


@mutant("I1", "ASSERT")
def command_key_is_not_stored() -> Patch:
    """A redelivery after a restart is decided again."""
    appends = batch.Batch.appends

    def keyless(self: batch.Batch, seqs: Any) -> Any:
        return [replace(one, keys=()) for one in appends(self, seqs)]

    with patch.object(batch.Batch, "appends", keyless):
        yield


# ---------------------------------------------------------------- silence


@mutant("I5")
def silence_means_rejected() -> Patch:
    """No answer is taken for a refusal (the worst line that can be written)."""

    async def _submit(self: outbox.Outbox, effect: fx.Submit, broker: Any, put_s: float) -> None:
        if effect.orders[0].item.is_entry and self._is_halted(effect.orders[0].item):
            await real(self, effect, broker, put_s)
            return
        now = self._engine.clock.now()
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                if len(effect.orders) == 1:
                    answers: Sequence[Any] = [await broker.submit(effect.orders[0])]
                else:
                    answers = await broker.submit_group(effect.orders)
        except (BrokerSilent, TimeoutError):
            answers = [
                rp.Rejected(effect.account, one.item.client_order_id, "timeout", "no answer", now)
                for one in effect.orders
            ]
        for answer in answers:
            self._engine.report(answer)

    real = outbox.Outbox._submit
    with patch.object(outbox.Outbox, "_submit", _submit):
        yield


@mutant("I1")
def silent_orders_are_sent_again() -> Patch:
    """After silence the same order goes out once more, with the same client order id."""

    async def again(self: outbox.Outbox, effect: fx.Submit, broker: Any, put_s: float) -> None:
        await real(self, effect, stubborn(broker), put_s)

    real = outbox.Outbox._submit
    with patch.object(outbox.Outbox, "_submit", again):
        yield


class _Stubborn:
    """Tries twice."""

    def __init__(self, broker: Any, fresh: bool = False) -> None:
        self.profile = broker.profile
        self._broker = broker
        self._fresh = fresh

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    async def submit(self, approved: Any) -> Any:
        try:
            return await self._broker.submit(approved)
        except BrokerSilent:
            if self._fresh:
                item = approved.item
                cid = client_order_id(b"x" * 32, item.account, item.command_id, item.order_id, 2)
                approved.item = replace(item, client_order_id=cid)
            return await self._broker.submit(approved)

    async def submit_group(self, orders: Any) -> Any:
        return await self._broker.submit_group(orders)


def stubborn(broker: Any, *, fresh: bool = False) -> Any:
    """The broker, tried twice; the second time under another name when `fresh`."""
    return _Stubborn(broker, fresh)


@mutant("I1", "I13")
def each_try_has_a_new_client_order_id() -> Patch:
    """A second try that the venue cannot recognise."""

    async def again(self: outbox.Outbox, effect: fx.Submit, broker: Any, put_s: float) -> None:
        await real(self, effect, stubborn(broker, fresh=True), put_s)

    real = outbox.Outbox._submit
    with patch.object(outbox.Outbox, "_submit", again):
        yield


@mutant("I2", "I3")
def done_orders_are_not_looked_back_at() -> Patch:
    """Only what is open here can have fills that nobody told us of."""

    def _add(self: rounds.Rounds, history: Any) -> None:
        book = self._engine.book
        orders = {one: book.order_of_client_id(one.client_order_id) for one in history}
        real(self, [one for one, order in orders.items() if order is not None and order.is_open])

    real = rounds.Rounds._add
    with patch.object(rounds.Rounds, "_add", _add):
        yield


# ---------------------------------------------------------------- evidence


@mutant("I2", "I3", "I17", "ASSERT")
def fills_are_not_recognised() -> Patch:
    """The same fill is booked as often as it is reported."""

    def forgetful(d: Deciding, order: Any, report: rp.FillReported) -> None:
        if report.fill_id in order.fill_ids:
            order = replace(order, fill_ids=())
            d.book.put_order(order)
        real(d, order, report)

    real = evidence.filled
    with patch.object(evidence, "filled", forgetful):
        yield


@mutant("I6", "ASSERT", "I7")
def a_late_acknowledgement_takes_a_fill_back() -> Patch:
    """ "Accepted" always means "working"."""
    table = order_module.TRANSITIONS
    s, e = order_module.OrderStatus, order_module.Evidence
    changed = {(status, e.ACCEPTED): s.WORKING for status in s}

    def backward(d: Deciding, order: Any, report: rp.Accepted) -> None:
        if order.status in (s.SUBMITTING, s.IN_DOUBT, s.PARTIAL):
            d.emit(ev.OrderAccepted(order.account, order.order_id, report.venue_order_id, d.now))

    with patch.dict(table, changed), patch.object(evidence, "_accepted", backward):
        yield


@mutant("I7", "I6", "I2")
def a_refused_cancel_means_that_it_lives() -> Patch:
    """Nobody asks what became of an order whose cancel was refused."""

    def trusting(d: Deciding, report: Any) -> None:
        before = len(d.effects)
        real(d, report)
        if isinstance(report, rp.CancelRefused | rp.ReplaceRefused):
            d.effects[before:] = [one for one in d.effects[before:] if not isinstance(one, fx.Resolve)]

    real = evidence.venue_said
    with patch("trading.domain.decide.venue_said", trusting):
        yield


@mutant("I4")
def the_fee_is_forgotten_in_the_ledger() -> Patch:
    """Fills are booked as if trading were free."""

    def free(position: Any, instrument: Any, side: Any, quantity: Any, price: Any, fee: Any) -> Any:
        return fill_effect(position, instrument, side, quantity, price, ZERO)

    with patch.object(adoption, "fill_effect", free):
        yield
