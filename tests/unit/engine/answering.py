"""A venue that answers questions by a plan, and a desk with one order that is sought there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.fakes.pit import PAPER, START
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import ClientOrderId, FillId, OrderId, PositionId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Position
from trading.engine.pace import Pace
from trading.engine.seeking import resolved
from trading.engine.settings import EngineSettings
from trading.ports import BrokerSilent, Clock, VenueOrder, VenueProfile, VenueSnapshot
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal
CID = ClientOrderId("A" * 26)
SLOW = replace(PAPER_FULL, fence_s=10.0, visibility_s=5.0, visibility_conditional_s=7.0)
SETTINGS = EngineSettings(resolve_pause_s=2.0, resolve_tries_max=12)
ORDER = Order(
    OrderId("paper/BTC/USD/1/entry-1"),
    CID,
    PAPER,
    PositionId("paper/BTC/USD/1"),
    "BTC/USD",
    Side.BUY,
    OrderType.LIMIT,
    Quantity(D(2)),
    Role.ENTRY,
    limit_price=Price(D(6600)),
    intended_at=START,
)
FILL = rp.FillReported(
    PAPER, CID, FillId("F1"), Quantity(D(1)), Price(D(6600)), D("0.6"), rp.Liquidity.MAKER, START
)


def known(status: str, filled: str = "0", quantity: str = "2", limit: str = "6600") -> VenueOrder:
    """The order as the venue tells it."""
    amount, total = Quantity(D(filled)), Quantity(D(quantity))
    return VenueOrder(CID, "V1", "BTC/USD", status, total, amount, Price(D(limit)))


Answer = VenueOrder | None | str
Looks = tuple[str, bool | str] | str
"""What the venue holds, and whether it lists the order (`web`: under another id); or silence."""


class Desk:
    """A book with this one order in doubt, and what it holds."""

    def __init__(self, clock: VirtualClock, order: Order, status: OrderStatus, held: Quantity) -> None:
        self.clock: Clock = clock
        self.book = Book()
        self.book.put_order(replace(order, status=status))
        self.book.publish(_holding(self.book, held))
        self.told: list[rp.Report] = []

    def report(self, report: rp.Report) -> None:
        self.told.append(report)


def _holding(book: Book, held: Quantity) -> Book:
    staged = book.staged()
    staged.put_position(Position(ORDER.position_id, PAPER, "BTC/USD", quantity=held))
    return staged


class Answering:
    """A venue that answers questions by a plan: seconds since the start -> what it says."""

    def __init__(
        self,
        clock: VirtualClock,
        says: Callable[[float], Answer],
        history: Callable[[float], Sequence[rp.BrokerReport]],
        looks: Callable[[float], Looks],
        profile: VenueProfile,
    ) -> None:
        self.profile = profile
        self.clock = clock
        self.says = says
        self.told = history
        self.looks = looks
        self.asked_s: list[float] = []
        self.since: list[datetime] = []

    def _now_s(self) -> float:
        return self.clock.elapsed_s()

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        assert client_order_id == CID
        self.asked_s.append(self._now_s())
        answer = self.says(self._now_s())
        if answer == "hangs":
            await self.clock.sleep_s(1_000)
        if isinstance(answer, str):
            raise BrokerSilent("no answer")
        return answer

    async def history(self, since: datetime) -> Sequence[rp.BrokerReport]:
        self.since.append(since)
        return list(self.told(self._now_s()))

    async def snapshot(self) -> VenueSnapshot:
        looks = self.looks(self._now_s())
        if isinstance(looks, str):
            raise BrokerSilent("no answer")
        held, listed = looks
        positions = {"BTC/USD": Quantity(D(held))} if D(held) else {}
        ours = known("working")
        orders = (ours,) if listed is True else ()
        if listed == "web":
            orders = (replace(ours, client_order_id=ClientOrderId("WEB")),)
        return VenueSnapshot(self.clock.now(), positions, orders, D(0))


def asked(
    says: Callable[[float], Answer],
    history: Callable[[float], Sequence[rp.BrokerReport]] = lambda _: (),
    order: Order = ORDER,
    *,
    looks: Callable[[float], Looks] = lambda _: ("0", False),
    status: OrderStatus = OrderStatus.IN_DOUBT,
    held: str = "0",
    profile: VenueProfile = SLOW,
    sent_s: float | None = None,
    at: Callable[[VirtualClock, Desk], Awaitable[None]] | None = None,
    told: list[rp.Report] | None = None,
    settings: EngineSettings = SETTINGS,
) -> tuple[list[rp.BrokerReport], Answering]:
    """What came out of asking, from five seconds after the sending on."""

    async def main(loop: VirtualLoop) -> tuple[list[rp.BrokerReport], Answering]:
        clock = VirtualClock(loop, START)
        venue = Answering(clock, says, history, looks, profile)
        desk = Desk(clock, order, status, Quantity(D(held)))
        desk.told = told if told is not None else desk.told
        await clock.sleep_s(5)
        meanwhile = asyncio.ensure_future(at(clock, desk)) if at is not None else None
        broker: Any = venue  # only its questions are asked
        found = await resolved(order, broker, desk, settings, Pace(clock), sent_s)
        if meanwhile is not None:
            await meanwhile
        return list(found), venue

    return run(main)


def kinds(reports: Sequence[rp.BrokerReport]) -> list[str]:
    return [type(report).__name__ for report in reports]
