"""What all bots do alike: hear an event, let the bot think, then have exactly that rest which it wants."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from trading.automations.command import BotCommand, NoteLevel
from trading.automations.event import (
    BarClosed,
    BotEvent,
    Edited,
    OrderEnded,
    OrderFilled,
    OrderRefused,
    OrderTaken,
    PriceSeen,
    Told,
    Woken,
)
from trading.automations.preview import Preview
from trading.automations.state import BotOrder, BotState, Life, OrderKind
from trading.automations.turn import Turn
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.money import ZERO, Price
from trading.parameters import Parameter, Settings, written

S = TypeVar("S", bound=BotState)
R = TypeVar("R", bound=Struct)
GuardLevels = tuple[Price | None, Price | None]
"""Where what is held long is closed, and where what is held short."""
NO_GUARD: Final[GuardLevels] = (None, None)


def rules_of(settings: Settings, kind: type[R]) -> R:
    """Checked settings as the typed rules of a bot."""
    return msgspec.convert(dict(settings), kind)


def begun(
    settings: Settings, version: int, budget: Decimal, instrument: Instrument, now: datetime
) -> dict[str, Any]:
    """What every bot's first state holds."""
    return {
        "version": version,
        "instrument": instrument,
        "budget": budget,
        "fee_percent": settings["fee_percent"],
        "began_at": now,
    }


def unchangeable(machine: Machine[Any], before: Settings, after: Settings) -> Refusal | None:
    """Why a bot that works cannot go on with these settings; None when it can. Both are checked."""
    old, new = written(before), written(after)
    name = next((one for one in sorted(machine.fixed) if old[one] != new[one]), "")
    if not name:
        return None
    text = f"A {machine.name} was laid by its {name}: stop it and begin it anew with {name} {new[name]}."
    return Refusal("setting_fixed", text, name, new[name])


class Machine(ABC, Generic[S]):
    """A bot. Every one says what it thinks of a price and of a bar, which orders it wants, and where its
    guard stands; it never sends an order by itself."""

    name: ClassVar[str]
    version: ClassVar[int]
    summary: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]
    state: ClassVar[type[BotState]]
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Settings that its orders were laid by: they stay as they are while it works."""

    @abstractmethod
    def begin(self, settings: Settings, budget: Decimal, instrument: Instrument, now: datetime) -> S:
        """A new bot with checked settings and its budget in the currency of settlement. It waits for its
        first price."""

    @abstractmethod
    def preview(
        self, settings: Settings, budget: Decimal, instrument: Instrument, price: Price
    ) -> Preview | Refusal:
        """What it would do if it began at this price; or why it would not begin."""

    @abstractmethod
    def wanted(self, state: S) -> Sequence[BotOrder]:
        """The orders that should rest now, one for each slot; their quantities are what is still to trade."""

    @abstractmethod
    def levels(self, state: S) -> GuardLevels:
        """Where the guard should stand now."""

    @abstractmethod
    def on_price(self, turn: Turn[S]) -> None:
        """A new bid and ask stand in the state."""

    def on_bar(self, turn: Turn[S], bar: Bar) -> None:
        """A bar of its own instrument has closed."""

    def on_other_bar(self, turn: Turn[S], bar: Bar) -> None:
        """A bar of another instrument has closed."""

    def on_filled(self, turn: Turn[S], order: BotOrder, fill: OrderFilled) -> None:
        """A fill was booked; `order` as it was before."""

    def on_flat(self, turn: Turn[S]) -> None:
        """Nothing is held and no order is open: what was begun is over. `turn.state.closing` says whether
        everything was closed, and why."""

    # ------------------------------------------------------------ the step

    def step(self, state: S, event: BotEvent) -> tuple[S, tuple[BotCommand, ...]]:
        """What the bot is after the event, and what it wants done. Pure."""
        turn = Turn(self.name, state, event.bar.ends_at if isinstance(event, BarClosed) else event.at)
        match event:
            case PriceSeen():
                if not self._sees(turn, event.bid, event.ask):
                    return state, ()
                self._think(turn)
            case BarClosed():
                self._bar(turn, event.bar)
            case Woken():
                if state.bid is not None:
                    self._think(turn)
            case Told():
                self._told(turn, event)
            case Edited():
                self._edited(turn, event)
            case OrderTaken() | OrderRefused() | OrderFilled() | OrderEnded():
                heard = turn.hear(event)
                if heard is not None and isinstance(event, OrderFilled):
                    self.on_filled(turn, heard[0], event)
        self._rested(turn)
        if turn.is_dirty:
            self._settle(turn)
        return turn.state, tuple(turn.commands)

    @staticmethod
    def _sees(turn: Turn[S], bid: Price, ask: Price) -> bool:
        if turn.state.seen_at is not None and turn.at < turn.state.seen_at:
            return False
        turn.see(bid, ask)
        return True

    def _think(self, turn: Turn[S]) -> None:
        if turn.state.life in (Life.ACTIVE, Life.STOPPING):
            self.on_price(turn)

    def _bar(self, turn: Turn[S], bar: Bar) -> None:
        state = turn.state
        if bar.symbol != state.instrument.symbol:
            self.on_other_bar(turn, bar)
            return
        if state.bar_at is not None and bar.at <= state.bar_at:
            return
        turn.keep(bar_at=bar.at)
        self._sees(turn, bar.close, bar.ask_close or bar.close)
        if state.life in (Life.ACTIVE, Life.STOPPING):
            self.on_bar(turn, bar)

    @staticmethod
    def _told(turn: Turn[S], event: Told) -> None:
        life = turn.state.life
        if event.wish == "resume":
            if life is not Life.ACTIVE:
                turn.change(life=Life.ACTIVE, wish=None, reason=None, refusals=0, waits={})
                turn.note(NoteLevel.INFO, "resumed")
        elif life is not Life.STOPPED and turn.state.wish != event.wish:
            turn.change(life=Life.STOPPING, wish=event.wish, waits={})
            turn.note(NoteLevel.INFO, "stopping", wish=event.wish)

    @staticmethod
    def _edited(turn: Turn[S], event: Edited) -> None:
        """From now on it thinks by other rules. What it holds and has begun stays; what should rest is
        compared anew at the end of the step."""
        state: Any = turn.state
        turn.change(
            rules=rules_of(event.settings, type(state.rules)), fee_percent=event.settings["fee_percent"]
        )
        turn.note(NoteLevel.INFO, "edited")

    @staticmethod
    def _rested(turn: Turn[S]) -> None:
        """Slots whose rest is over may try again."""
        waits = turn.state.waits
        if waits and any(until <= turn.at for until in waits.values()):
            turn.change(waits={slot: until for slot, until in waits.items() if until > turn.at})

    def _settle(self, turn: Turn[S]) -> None:
        """Guard, then orders, as they should be; what is over is over."""
        turn.catch_up()
        if turn.state.lots and not turn.state.held:
            turn.net()
        state = turn.state
        if state.life not in (Life.ACTIVE, Life.STOPPING):
            return
        if state.is_flat and not (state.open_orders or state.early or self._closes(state)):
            self.on_flat(turn)
            if turn.state.closing:
                turn.change(closing="")
            state = turn.state
            if state.life not in (Life.ACTIVE, Life.STOPPING):
                return
        if state.wish == "close" and not state.is_flat and not state.closing:
            turn.close_all("told")
            state = turn.state
        if state.closing and not state.is_flat and not (state.closing == "guard" and state.guard is not None):
            turn.close_all(state.closing)
        turn.guard(*self.levels(turn.state))
        self._orders(turn)
        self._stopping(turn)

    @staticmethod
    def _closes(state: S) -> bool:
        return any(one.kind is OrderKind.CLOSE and one.is_open for one in state.orders.values())

    def _orders(self, turn: Turn[S]) -> None:
        state = turn.state
        resting = {order.slot: order for order in state.open_orders}
        if state.closing or state.wish in ("close", "leave"):
            wanted: Sequence[BotOrder] = ()
        else:
            wanted = self.wanted(state)
        due = []
        for order in wanted:
            if order.opens and state.wish is not None:
                continue
            rests = resting.get(order.slot)
            if rests is None:
                due.append(order)
            elif is_same(rests, order):
                del resting[order.slot]
        for rests in resting.values():
            turn.cancel(rests)
        for order in due:
            if order.quantity > ZERO:
                turn.place(order, order.slot)

    @staticmethod
    def _stopping(turn: Turn[S]) -> None:
        state = turn.state
        if state.life is not Life.STOPPING or state.open_orders or state.early:
            return
        if state.is_flat or state.wish == "leave":
            turn.end("told", "It was told to stop.")


def is_same(rests: BotOrder, wanted: BotOrder) -> bool:
    """Whether the order that rests does what the wanted one would."""
    return (rests.side, rests.type, rests.limit, rests.stop, rests.remaining) == (
        wanted.side,
        wanted.type,
        wanted.limit,
        wanted.stop,
        wanted.quantity,
    )
