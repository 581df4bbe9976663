"""One deal after the other: entries in rungs, one target counted from their average, one guard. The scalper,
the DCA, the dip and the momentum bot are made of deals."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from trading.automations.command import NoteLevel
from trading.automations.costing import Fill, affordable
from trading.automations.event import OrderFilled
from trading.automations.machine import NO_GUARD, GuardLevels, Machine
from trading.automations.state import BotOrder, BotState, Life
from trading.automations.turn import Turn, entry, leaving
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Price
from trading.domain.order import Side


class Rung(Struct, frozen=True):
    """One entry of a deal: its limit, its quantity in base units, how much of that has filled. When it is
    over, what has not filled is not wanted any more."""

    price: Price
    quantity: Decimal
    filled: Decimal = ZERO
    is_over: bool = False

    @property
    def remaining(self) -> Decimal:
        """What is still wanted of it."""
        return ZERO if self.is_over else max(self.quantity - self.filled, ZERO)


class Deal(Struct, frozen=True):
    """From the first entry to the last exit. `anchor` is the price that levels are counted from, `stop` where
    the guard stands, `best` the best price since the entry, `bars` how many have closed since it was begun.
    Once it is leaving, no rung is wanted any more."""

    number: int
    side: Side
    anchor: Price
    rungs: tuple[Rung, ...]
    began_at: datetime
    stop: Price | None = None
    best: Price | None = None
    bars: int = 0
    is_leaving: bool = False

    @property
    def lot(self) -> str:
        """The name of what it holds."""
        return f"deal-{self.number}"

    @property
    def has_traded(self) -> bool:
        """Whether any of it has filled."""
        return any(rung.filled > ZERO for rung in self.rungs)


class DealState(BotState, frozen=True):
    """What a bot of deals knows: the deal that is on, how many it has begun, and until when it rests."""

    deal: Deal | None = None
    deals: int = 0
    rest_until: datetime | None = None

    @property
    def average(self) -> Decimal | None:
        """What a unit of the deal was entered at, without fees; None while nothing of it is held."""
        lot = self.lots.get(self.deal.lot) if self.deal else None
        if lot is None or not lot.quantity:
            return None
        return lot.cost / (abs(lot.quantity) * self.instrument.multiplier)


D = TypeVar("D", bound=DealState)


class DealMachine(Machine[D], Generic[D]):
    """A bot that has one deal at a time."""

    @abstractmethod
    def target(self, state: D) -> Price | None:
        """Where the deal takes its profit, counted from the average; None: nowhere."""

    @abstractmethod
    def rest_after(self, state: D) -> timedelta:
        """How long it rests after a deal."""

    @abstractmethod
    def losses_max(self, state: D) -> int:
        """After how many losing deals in a row it stops itself; 0: never."""

    def may_rest(self, state: D, number: int, resting: int) -> bool:
        """Whether a rung may rest beside so many others."""
        return True

    def wanted(self, state: D) -> Sequence[BotOrder]:
        deal = state.deal
        if deal is None:
            return ()
        orders: list[BotOrder] = []
        if not deal.is_leaving:
            for number, rung in enumerate(deal.rungs):
                if rung.remaining and self.may_rest(state, number, len(orders)):
                    orders.append(entry(f"rung-{number}", deal.lot, deal.side, rung.remaining, rung.price))
        lot = state.lots.get(deal.lot)
        price = self.target(state)
        if lot is not None and price is not None:
            quantity = state.instrument.quantity_down(abs(lot.quantity))
            orders.append(leaving("target", deal.lot, deal.side.opposite, quantity, price))
        return orders

    def levels(self, state: D) -> GuardLevels:
        deal = state.deal
        if deal is None or deal.stop is None:
            return NO_GUARD
        return (deal.stop, None) if deal.side is Side.BUY else (None, deal.stop)

    def may_begin(self, turn: Turn[D]) -> bool:
        """Whether a new deal may be begun now."""
        state = turn.state
        if state.life is not Life.ACTIVE or state.deal is not None or not state.is_flat or state.closing:
            return False
        return state.rest_until is None or turn.at >= state.rest_until

    def begin_deal(
        self, turn: Turn[D], side: Side, anchor: Price, rungs: Sequence[Rung], stop: Price | None
    ) -> None:
        """Begin a deal; its orders leave at the end of the step."""
        number = turn.state.deals + 1
        deal = Deal(number, side, anchor, tuple(rungs), turn.at, stop, best=anchor)
        turn.change(deal=deal, deals=number, rest_until=None)
        turn.note(NoteLevel.INFO, "deal_begun", deal=number, price=anchor, rungs=len(deal.rungs))

    def on_filled(self, turn: Turn[D], order: BotOrder, fill: OrderFilled) -> None:
        deal = turn.state.deal
        if order.opens:
            if deal is None or order.lot != deal.lot:
                turn.close_all("late_fill")
                return
            at = int(order.slot.removeprefix("rung-"))
            rungs = list(deal.rungs)
            rungs[at] = replace(rungs[at], filled=rungs[at].filled + fill.quantity)
            turn.change(deal=replace(deal, rungs=tuple(rungs)))
        elif deal is not None and not deal.is_leaving:
            turn.change(deal=replace(deal, is_leaving=True))

    def on_flat(self, turn: Turn[D]) -> None:
        state = turn.state
        deal = state.deal
        if deal is None:
            return
        is_over = all(not rung.remaining for rung in deal.rungs)
        if not (deal.has_traded or deal.is_leaving or is_over or state.closing or state.wish):
            return
        turn.change(deal=None)
        if not deal.has_traded:
            turn.note(NoteLevel.INFO, "deal_withdrawn", deal=deal.number)
            return
        turn.change(rest_until=turn.at + self.rest_after(state))
        bound = self.losses_max(state)
        if bound and state.statistic.losses_in_row >= bound:
            turn.end(
                "losses", f"Deals that lost, one after the other: {bound}, as many as losses_max allows."
            )

    def withdraw(self, turn: Turn[D]) -> None:
        """Want nothing more of what has not filled."""
        deal = turn.state.deal
        if deal is not None and any(rung.remaining for rung in deal.rungs):
            rungs = tuple(replace(rung, is_over=True) for rung in deal.rungs)
            turn.change(deal=replace(deal, rungs=rungs))


def beyond(instrument: Instrument, price: Decimal, slip_percent: Decimal, side: Side) -> Price:
    """The limit of an entry that is to fill at once: a little worse than the price, and no worse."""
    if side is Side.BUY:
        return instrument.price_up(price * (HUNDRED + slip_percent) / HUNDRED)
    return instrument.price_down(price * (HUNDRED - slip_percent) / HUNDRED)


def away(instrument: Instrument, price: Decimal, percent: Decimal, side: Side) -> Price:
    """The level that lies `percent` against a position of that side: below for a buy, above for a sale."""
    if side is Side.BUY:
        return instrument.price_down(price * (HUNDRED - percent) / HUNDRED)
    return instrument.price_up(price * (HUNDRED + percent) / HUNDRED)


def toward(instrument: Instrument, price: Decimal, percent: Decimal, side: Side) -> Price:
    """The level that lies `percent` in favour of a position of that side."""
    if side is Side.BUY:
        return instrument.price_up(price * (HUNDRED + percent) / HUNDRED)
    return instrument.price_down(price * (HUNDRED - percent) / HUNDRED)


def rung(instrument: Instrument, money: Decimal, price: Price, fee_percent: Decimal) -> Rung:
    """An entry for so much money, its fee included."""
    return Rung(price, affordable(instrument, money, price, fee_percent))


def fills(rungs: Sequence[Rung]) -> tuple[Fill, ...]:
    """Rungs as fills at their limits, for previews."""
    return tuple(Fill(one.price, one.quantity) for one in rungs)
