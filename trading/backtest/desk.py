"""The live desk without journal, chat and time: the same decisions, the same gate and brackets, and the paper
venue, where each answer is there at once. It is the slow, whole truth that the fast path is held against.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from trading.backtest.conditions import Conditions
from trading.backtest.results import ACCOUNT, Fill
from trading.backtest.striking import ENTRY, SIGNAL, STOP, TARGET, TIME, TRAIL
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_FULL
from trading.domain import effects as fx
from trading.domain.book import Book
from trading.domain.commands import OpenAccount, SetLimit
from trading.domain.decide import Context, Message, decide
from trading.domain.events import Refusal
from trading.domain.ids import CommandId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO
from trading.domain.order import Role
from trading.domain.position import Position
from trading.domain.reports import BrokerConnected, BrokerReport, FillReported, Rejected
from trading.entropy import SeededEntropy
from trading.strategies.bars import millis

KEY: Final = bytes(32)
WHY: Final = {
    Role.ENTRY: ENTRY,
    Role.STOP: STOP,
    Role.TARGET: TARGET,
    Role.TRAIL: TRAIL,
    Role.TIME: TIME,
    Role.CLOSE: SIGNAL,
    Role.FLATTEN: SIGNAL,
}
"""What an order is for, in the words of a run."""
WHO: Final = PersonId("backtest")
NO_BOUND: Final = Decimal(10) ** 18
UNBOUND: Final[Mapping[str, Decimal]] = {
    "order_notional_max": NO_BOUND,
    "position_notional_max": NO_BOUND,
    "gross_exposure_max": NO_BOUND,
    "daily_loss_percent_max": ZERO,
    "orders_per_10_s_max": NO_BOUND,
    "orders_per_minute_max": NO_BOUND,
    "duplicate_window_s": ZERO,
}
"""Limits that bind nothing: capital alone does. Whoever wants to see their own at work gives them."""


class StillDesk:
    """Takes messages at given instants and carries out what they cause, until nothing is left to do.

    Args:
        instruments: every contract that is traded, by symbol; all in one currency.
        conditions: capital, costs and fills.
        limits: of the account, by name; None binds nothing but the capital.
        seed: of luck at touches.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        conditions: Conditions,
        begins_at: datetime,
        limits: Mapping[str, Decimal] | None = None,
        seed: int = 0,
    ) -> None:
        self.book = Book()
        self._is_alone = len(instruments) == 1
        self.fills: list[Fill] = []
        self.stops: list[Decimal | None] = []
        """For each fill, where the stop stood when its position was entered."""
        self.rejected: list[str] = []
        """Codes of what the venue has refused."""
        self.venue = PaperVenue(
            ACCOUNT,
            instruments.get,
            SeededEntropy(seed),
            cash=conditions.cash,
            profile=PAPER_FULL,
            rules=conditions.rules,
            waits_for_open=True,
            is_open=lambda symbol, at: True,
        )
        currency = next(iter(instruments.values())).currency
        opened = OpenAccount(
            CommandId("backtest:open"), WHO, ACCOUNT, "paper", "paper", currency, conditions.cash
        )
        self.tell(opened, begins_at)
        exits = PAPER_FULL.exits
        self.tell(BrokerConnected(ACCOUNT, "paper", exits.is_whole, begins_at, exits), begins_at)
        for name, value in (UNBOUND if limits is None else limits).items():
            refusals = self.tell(
                SetLimit(CommandId(f"backtest:limit:{name}"), WHO, ACCOUNT, name, value), begins_at
            )
            assert not refusals, refusals

    def tell(self, message: Message, now: datetime) -> tuple[Refusal, ...]:
        """Decide a message and everything that follows from it at this instant; why it was refused."""
        context = Context(now, KEY)
        waiting: deque[Message] = deque((message,))
        refusals: tuple[Refusal, ...] | None = None
        while waiting:
            first = waiting.popleft()
            # No commit here could fail. Several symbols are staged all the same: the prices that a decision
            # has seen of its own are gone with its stage, and the others go on with theirs.
            staged = self.book if self._is_alone else self.book.staged()
            decision = decide(staged, first, context)
            if staged is not self.book:
                self.book.publish(staged)
            if isinstance(first, FillReported):
                self._note(first)
            if isinstance(first, Rejected):
                self.rejected.append(first.code)
            if refusals is None:
                refusals = decision.refusals
            for effect in decision.effects:
                waiting.extend(self._carried(effect, now))
        return refusals or ()

    def hear(self, reports: Sequence[BrokerReport], now: datetime) -> None:
        """What the venue says by itself."""
        for report in reports:
            self.tell(report, now)

    def held(self, symbol: str) -> Position | None:
        """The open position of a symbol."""
        position = self.book.current_position(ACCOUNT, symbol)
        return position if position is not None and position.is_open else None

    def is_busy(self, symbol: str) -> bool:
        """Whether a position is open or an order waits."""
        position = self.book.current_position(ACCOUNT, symbol)
        return position is not None and (position.is_open or bool(position.order_ids))

    def _note(self, report: FillReported) -> None:
        order = self.book.order_of_client_id(report.client_order_id)
        assert order is not None, "a fill belongs to an order of ours"
        position = self.book.position(order.position_id)
        assert position is not None, "and an order to a position"
        is_buy = order.side.sign > 0
        self.fills.append(
            Fill(
                millis(report.at),
                order.symbol,
                is_buy,
                report.price,
                report.quantity,
                report.fee,
                WHY[order.role],
            )
        )
        self.stops.append(position.stop_at_entry)

    def _carried(self, effect: fx.Effect, now: datetime) -> list[BrokerReport]:
        """The venue's answers, then what the request has caused."""
        venue = self.venue
        answers: list[BrokerReport] = []
        match effect:
            case fx.Submit(orders=orders) if len(orders) == 1:
                answers = [venue.submit(orders[0].item, now)]
            case fx.Submit(orders=orders):
                answers = list(venue.submit_group([one.item for one in orders], now))
            case fx.Cancel(client_order_id=client_order_id):
                answers = [venue.cancel(client_order_id, now)]
            case fx.Replace():
                answers = [
                    venue.replace(
                        effect.client_order_id, effect.quantity, effect.limit_price, effect.stop_price, now
                    )
                ]
            case fx.Resolve() | fx.CheckFlat() | fx.Compare():
                pass  # A venue that always answers leaves nothing in doubt.
        return [*answers, *venue.drain()]
