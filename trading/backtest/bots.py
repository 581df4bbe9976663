"""Bots over the past: their own `step`, bar by bar, on the paper venue where each answer is there at once.

A bot hears the open of each bar as a price and its end as a bar. What it asks for at an open meets that open;
what it asks for at a close meets the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from trading.automations import command as cm
from trading.automations import event as ev
from trading.automations.machine import Machine
from trading.automations.state import BotState
from trading.backtest.conditions import Conditions
from trading.backtest.fast import run_of
from trading.backtest.folding import folded
from trading.backtest.lane import Log
from trading.backtest.results import ACCOUNT, Fill, Refused, Run
from trading.backtest.striking import ENTRY, SIGNAL, STOP, TARGET
from trading.backtest.ticks import Ticks
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_ATTACHED
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Quantity, rounded_down
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CanceledReported,
    FillReported,
    Rejected,
)
from trading.entropy import SeededEntropy
from trading.parameters import Settings
from trading.strategies.bars import instant, millis

PLAIN = ""
"""An order of which only its fill says whether it enters or leaves."""


class BotRun(Struct, frozen=True):
    """What came of a bot: the run, its last state, its activity log, and how it ended itself (None: not)."""

    run: Run
    state: BotState
    notes: tuple[cm.Note, ...]
    ended: cm.StopSelf | None


class BotDesk:
    """One bot with its venue.

    Args:
        machine, settings: the bot and its checked settings.
        budget: what it may spend, at most the cash.
        seed: of luck at touches.
    """

    def __init__(
        self,
        machine: Machine[Any],
        settings: Settings,
        budget: Decimal,
        ticks: Ticks,
        conditions: Conditions,
        seed: int = 0,
    ) -> None:
        self.machine = machine
        self.state: BotState = machine.begin(settings, budget, ticks.instrument, _first_at(ticks))
        self.fills: list[Fill] = []
        self.refused: list[Refused] = []
        self.notes: list[cm.Note] = []
        self.ended: cm.StopSelf | None = None
        self._ticks = ticks
        self._instrument = ticks.instrument
        self._venue = PaperVenue(
            ACCOUNT,
            {ticks.symbol: ticks.instrument}.get,
            SeededEntropy(seed),
            cash=conditions.cash,
            profile=PAPER_ATTACHED,
            rules=conditions.rules,
            waits_for_open=True,
            is_open=lambda symbol, at: True,
        )
        self._now = _first_at(ticks)
        self._tags: dict[str, str] = {}
        """By client order id: the bot's tag, or the guard's."""
        self._whys: dict[str, str] = {}
        self._guard: cm.Guard | None = None
        self._guard_order: Order | None = None
        self._noted = Decimal(0)
        self._count = 0

    def play(self) -> None:
        """From the first bar to the last; a bot that has ended itself hears no more prices."""
        venue = self._venue
        for bar in self._ticks.bars(with_volume=self._venue.rules.volume_share is not None):
            self._now = bar.at
            self._hear(venue.on_bar_open(bar))
            ask = bar.open if bar.ask_open is None else bar.ask_open
            self._tell(ev.PriceSeen(bar.open, ask, bar.at))
            self._now = bar.ends_at
            self._hear(venue.on_bar_close(bar))
            self._tell(ev.BarClosed(bar))

    # ------------------------------------------------------------ the bot

    def _tell(self, event: ev.BotEvent) -> None:
        """Have the bot hear something, carry out what it wants, and have it hear what came of that."""
        waiting: deque[ev.BotEvent] = deque((event,))
        while waiting:
            self.state, commands = self.machine.step(self.state, waiting.popleft())
            for command in commands:
                waiting.extend(self._done(command))
            self._keep_guard()

    def _done(self, command: cm.BotCommand) -> Sequence[ev.BotEvent]:
        match command:
            case cm.Place():
                return self._placed(command)
            case cm.Cancel():
                return self._ended(command.tag)
            case cm.Guard():
                self._guard = command
                self._drop_guard()
            case cm.CloseAll():
                return self._closed(command)
            case cm.Note():
                self.notes.append(command)
            case cm.StopSelf():
                self.ended = command
        return ()

    def _placed(self, place: cm.Place) -> Sequence[ev.BotEvent]:
        order = self._order(
            place.tag,
            place.side,
            place.type,
            place.quantity,
            PLAIN,
            limit_price=place.limit,
            stop_price=place.stop,
            reduce_only=place.reduce_only,
        )
        return self._answered(place.tag, order)

    def _answered(self, tag: str, order: Order) -> Sequence[ev.BotEvent]:
        answer = self._venue.submit(order, self._now)
        if isinstance(answer, Rejected):
            self.refused.append(Refused(millis(self._now), self._instrument.symbol, answer.code))
            return [ev.OrderRefused(tag, answer.reason, self._now, answer.code)]
        assert isinstance(answer, Accepted), "the paper venue takes or refuses"
        return [ev.OrderTaken(tag, self._now), *self._events(self._venue.drain())]

    def _ended(self, tag: str) -> Sequence[ev.BotEvent]:
        for client_order_id, known in self._tags.items():
            if known != tag:
                continue
            answer = self._venue.cancel(ClientOrderId(client_order_id), self._now)
            if isinstance(answer, CanceledReported):
                return [ev.OrderEnded(tag, self._now, answer.filled)]
        return ()

    def _closed(self, command: cm.CloseAll) -> Sequence[ev.BotEvent]:
        """Every order ends first; then all that is held goes at market."""
        found: list[ev.BotEvent] = []
        for told in list(self._venue.snapshot(self._now).orders):
            if self._guard_order is not None and told.client_order_id == self._guard_order.client_order_id:
                continue
            tag = self._tags[told.client_order_id]
            found += self._ended(tag)
        held = self._held()
        if held:
            side = Side.SELL if held > 0 else Side.BUY
            order = self._order(
                command.tag, side, OrderType.MARKET, Quantity(abs(held)), SIGNAL, reduce_only=True
            )
            found += self._answered(command.tag, order)
        else:
            found.append(ev.OrderEnded(command.tag, self._now, Quantity(Decimal(0))))
        return found

    # ------------------------------------------------------------ the guard

    def _keep_guard(self) -> None:
        """A stop at the venue for all that is held, at the level of the side that is held."""
        held, guard = self._held(), self._guard
        if self._guard_order is not None and self._venue.find(self._guard_order.client_order_id) is not None:
            told = self._venue.find(self._guard_order.client_order_id)
            if told is None or told.status not in ("working", "partial"):
                self._guard_order = None
        if self._guard_order is not None or guard is None or not held:
            return
        level = guard.below if held > 0 else guard.above
        if level is None:
            return
        side = Side.SELL if held > 0 else Side.BUY
        quantity = Quantity(abs(held))
        order = self._order(
            guard.tag,
            side,
            OrderType.STOP,
            quantity,
            STOP,
            stop_price=level,
            reduce_only=True,
            attached=True,
        )
        if not isinstance(self._venue.submit(order, self._now), Rejected):
            self._guard_order = order
        self._hear(self._venue.drain())

    def _drop_guard(self) -> None:
        if self._guard_order is not None:
            self._venue.cancel(self._guard_order.client_order_id, self._now)
            self._venue.drain()
            self._guard_order = None

    # ------------------------------------------------------------ the venue

    def _hear(self, reports: Sequence[BrokerReport]) -> None:
        for event in self._events(reports):
            self._tell(event)

    def _events(self, reports: Sequence[BrokerReport]) -> list[ev.BotEvent]:
        found: list[ev.BotEvent] = []
        for report in reports:
            tag = self._tags.get(report.client_order_id, "")
            if isinstance(report, FillReported):
                self._note(report)
                found.append(
                    ev.OrderFilled(
                        tag,
                        report.fill_id,
                        report.price,
                        report.quantity,
                        report.fee,
                        report.at,
                        report.fee_base,
                    )
                )
            elif isinstance(report, CanceledReported) and not self._is_guard(report.client_order_id):
                found.append(ev.OrderEnded(tag, report.at, report.filled))
        return found

    def _is_guard(self, client_order_id: str) -> bool:
        return self._whys[client_order_id] == STOP

    def _note(self, report: FillReported) -> None:
        assert report.side is not None, "the paper venue says which side a fill was"
        why = self._whys[report.client_order_id] or self._why(report)
        self._noted += report.side.sign * report.quantity
        self.fills.append(
            Fill(
                millis(report.at),
                report.symbol,
                report.side is Side.BUY,
                report.price,
                report.quantity,
                report.fee,
                why,
            )
        )

    def _why(self, report: FillReported) -> str:
        """Whether a plain order has made what is held larger or smaller. Fills are heard one by one, so that
        what was held before is what the earlier ones have left."""
        is_buy = report.side is Side.BUY
        return TARGET if self._noted and (self._noted > 0) is not is_buy else ENTRY

    def _held(self) -> Decimal:
        return self._venue.snapshot(self._now).positions.get(self._instrument.symbol, Decimal(0))

    def _order(
        self, tag: str, side: Side, kind: OrderType, quantity: Quantity, why: str, **more: Any
    ) -> Order:
        self._count += 1
        name = f"{ACCOUNT}/{self._instrument.symbol}/{self._count}"
        self._tags[name], self._whys[name] = tag, why
        return Order(
            OrderId(name),
            ClientOrderId(name),
            ACCOUNT,
            PositionId(name),
            self._instrument.symbol,
            side,
            kind,
            quantity,
            Role.CLOSE if more.get("reduce_only") else Role.ENTRY,
            tag=tag,
            intended_at=self._now,
            **more,
        )


def bot_played(
    machine: Machine[Any],
    settings: Settings,
    budget: Decimal,
    ticks: Ticks,
    conditions: Conditions,
    seed: int = 0,
) -> BotRun:
    """One bot over one symbol's past."""
    desk = BotDesk(machine, settings, budget, ticks, conditions, seed)
    desk.play()
    log = Log()
    log.fills, log.refused = desk.fills, desk.refused
    log.trips, held = folded(log.fills, list(repeat(None, len(log.fills))), [ticks])
    return BotRun(run_of([ticks], conditions, log, held), desk.state, tuple(desk.notes), desk.ended)


def bots_played(
    machine: Machine[Any], settings: Settings, series: Sequence[Ticks], conditions: Conditions, seed: int = 0
) -> tuple[Run, Conditions]:
    """One bot for each symbol, each with an equal part of the cash for its own; the run of all of them, and
    the conditions with that part as the size."""
    share = rounded_down(conditions.cash / len(series), Decimal("0.01"))
    own = replace(conditions, cash=share)
    runs = [bot_played(machine, settings, share, ticks, own, seed).run for ticks in series]
    log = Log()
    log.fills = sorted((fill for run in runs for fill in run.fills), key=lambda fill: fill.at_ms)
    log.trips = sorted((trip for run in runs for trip in run.trips), key=lambda trip: trip.left_ms)
    log.refused = sorted((one for run in runs for one in run.refused), key=lambda one: one.at_ms)
    held = [one for run in runs for one in run.held]
    return run_of(series, conditions, log, held), replace(conditions, size=Size(SizeKind.BARE, share))


def _first_at(ticks: Ticks) -> datetime:
    return instant(int(ticks.at_ms[0]))
