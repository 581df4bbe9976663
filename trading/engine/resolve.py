"""What became of an order that nobody answered for: evidence, or the proof of absence (RELIABILITY C-4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.doubt import NEGATIVES_NEEDED, AbsenceProof, Negative, StreamSaid, flaw
from trading.domain.ids import VenueOrderId
from trading.domain.money import ZERO, Quantity
from trading.domain.order import Order, OrderStatus, OrderType
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock, VenueOrder, VenueProfile

BEFORE_SENDING = timedelta(seconds=5)
"""How much earlier than the sending the venue's history is read."""

CONDITIONAL = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})
"""Orders that venues keep apart from the others, and show later."""

MILLISECOND = Decimal("0.001")


class Desk(Protocol):
    """What an inquiry needs of the engine. The book may be loaded anew meanwhile."""

    clock: Clock
    book: Book


def visibility_s(profile: VenueProfile, order: Order) -> float:
    """How long the venue may hide an order like this although it has it."""
    if order.type in CONDITIONAL:
        return max(profile.visibility_s, profile.visibility_conditional_s)
    return profile.visibility_s


class Inquiry:
    """Asks one venue about one order, one question at a time.

    Only a successful "not known here" counts, from the instant on from which the venue can no longer accept
    the request, and only until there is any sign of the order: a failed question counts as nothing. All
    spans are measured on the clock that never jumps. `sent_s` is that clock at the sending; an order that an
    earlier life has sent was certainly sent before the inquiry began.
    """

    def __init__(
        self, order: Order, broker: Broker, desk: Desk, settings: EngineSettings, sent_s: float | None = None
    ) -> None:
        self._order = order
        self._broker = broker
        self._desk = desk
        self._settings = settings
        self._sent_s = desk.clock.elapsed_s() if sent_s is None else sent_s
        self._stream = StreamSaid.UNHEARD if sent_s is None else StreamSaid.NOTHING
        self._fence_s = broker.profile.fence_s
        self._visibility_s = visibility_s(broker.profile, order)
        self._negatives: list[Negative] = []
        self._answers = 0
        self._is_answered = True  # the newest question
        self._partial = 0

    @property
    def waited_s(self) -> float:
        """Seconds since the sending."""
        return self._desk.clock.elapsed_s() - self._sent_s

    @property
    def pause_s(self) -> float:
        """How long to wait before the next question. A venue that hides nothing may be asked at once."""
        is_instant = not self._fence_s + self._visibility_s and self._is_answered
        return 0.0 if is_instant and 0 < self._answers < NEGATIVES_NEEDED else self._settings.resolve_pause_s

    async def look(self) -> Sequence[rp.BrokerReport] | None:
        """One question; None while it does not settle the matter. Nothing at all (an empty answer) means
        that the venue does not know an order that is not in doubt here."""
        order, waited_s = self._order, self.waited_s
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                found = await self._broker.find(order.client_order_id)
                history = await self._broker.history(self._since(waited_s))
        except (BrokerSilent, TimeoutError):
            self._is_answered = False
            return None
        self._is_answered = True
        evidence = [r for r in history if r.client_order_id == order.client_order_id]
        if found is not None or evidence:
            self._forget()
            self._partial += waited_s >= self._fence_s + self._visibility_s
            if is_whole(found, evidence) or self._partial >= self._settings.resolve_tries_max:
                return reports_of(order, found, evidence, self._desk.clock)
            return None
        if waited_s < self._fence_s:
            return None
        self._count(waited_s)
        if flaw(self._proof(Quantity(ZERO))):
            return None
        return await self._conclusion()

    def _since(self, waited_s: float) -> datetime:
        """From when on the history is read: a clock that was ahead at the sending, and was set right
        meanwhile, must not hide what happened."""
        order, now = self._order, self._desk.clock.now()
        assert order.intended_at is not None
        return min(order.intended_at, now - timedelta(seconds=waited_s)) - BEFORE_SENDING

    def _count(self, waited_s: float) -> None:
        after_s = Decimal(repr(waited_s)).quantize(MILLISECOND)
        self._answers += 1
        self._negatives.append(Negative(self._desk.clock.now(), after_s))
        if len(self._negatives) > NEGATIVES_NEEDED:
            # The first and the newest tell the span; a stop may be asked about a thousand times.
            del self._negatives[1]

    def _forget(self) -> None:
        self._negatives.clear()
        self._answers = 0

    def _proof(self, held: Quantity) -> AbsenceProof:
        return AbsenceProof(
            self._broker.profile.venue,
            Decimal(str(self._fence_s)),
            Decimal(str(self._visibility_s)),
            tuple(self._negatives),
            self._answers,
            held,
            self._stream,
        )

    async def _conclusion(self) -> Sequence[rp.BrokerReport] | None:
        """The proof, if what the venue holds and has waiting says the same."""
        order = self._order
        if not self._is_in_doubt():
            return []
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                seen = await self._broker.snapshot()
        except (BrokerSilent, TimeoutError):
            return None
        if any(one.client_order_id == order.client_order_id for one in seen.orders):
            self._forget()
            return None
        held = seen.positions.get(order.symbol, Quantity(ZERO))
        if held != self._booked() or not self._is_in_doubt():
            return None
        return [
            rp.AbsenceProven(order.account, order.client_order_id, self._proof(held), self._desk.clock.now())
        ]

    def _is_in_doubt(self) -> bool:
        now = self._desk.book.order(self._order.order_id)
        return now is not None and now.status is OrderStatus.IN_DOUBT

    def _booked(self) -> Decimal:
        order = self._order
        live = self._desk.book.live_positions(order.account)
        return sum((p.quantity for p in live if p.symbol == order.symbol), ZERO)


async def resolved(
    order: Order, broker: Broker, desk: Desk, settings: EngineSettings, sent_s: float | None = None
) -> Sequence[rp.BrokerReport]:
    """Ask until there is evidence or a proof, however long that takes."""
    inquiry = Inquiry(order, broker, desk, settings, sent_s)
    while (reports := await inquiry.look()) is None:
        await desk.clock.sleep_s(inquiry.pause_s)
    return reports


async def resolved_at_once(
    order: Order, broker: Broker, desk: Desk, settings: EngineSettings
) -> Sequence[rp.BrokerReport]:
    """As many questions as a proof needs, without a pause: what a venue that hides nothing knows now."""
    inquiry = Inquiry(order, broker, desk, settings)
    for _ in range(NEGATIVES_NEEDED):
        if (reports := await inquiry.look()) is not None:
            return reports
    return []


def is_whole(found: VenueOrder | None, history: Sequence[rp.BrokerReport]) -> bool:
    """Whether the history holds all fills of an order that the venue admits: fills may be seen later than
    their order, and an order that is done with a fill missing would never be asked about again."""
    if found is None:
        return True
    told = sum((r.quantity for r in history if isinstance(r, rp.FillReported)), ZERO)
    return told >= found.filled


def reports_of(
    order: Order, found: VenueOrder | None, history: Sequence[rp.BrokerReport], clock: Clock
) -> list[rp.BrokerReport]:
    """The missing reports, in an order that the book can take: acceptance, fills, then the end."""
    reports: list[rp.BrokerReport] = []
    account, cid = order.account, order.client_order_id
    if found is not None and found.status != "rejected":
        venue_id = VenueOrderId(found.venue_order_id)
        reports.append(rp.Accepted(account, cid, venue_id, clock.now()))
        if found.status in ("working", "filled") and _is_changed(found, order):
            # Before its fills, or an order that the venue made smaller would never be whole.
            terms = (found.quantity, found.limit_price, found.stop_price)
            reports.append(rp.Replaced(account, cid, *terms, "venue", clock.now()))
    reports.extend(r for r in history if isinstance(r, rp.FillReported))
    ends = [r for r in history if isinstance(r, rp.CanceledReported | rp.ExpiredReported | rp.Rejected)]
    if ends:
        reports.append(ends[-1])
    elif found is not None and found.status == "canceled":
        reports.append(rp.CanceledReported(account, cid, "venue", clock.now()))
    elif found is not None and found.status == "expired":
        reports.append(rp.ExpiredReported(account, cid, clock.now()))
    elif found is not None and found.status == "rejected":
        reports.append(rp.Rejected(account, cid, "rejected", "the venue refused it", clock.now()))
    return reports


def _is_changed(found: VenueOrder, order: Order) -> bool:
    """Whether a change that we asked for was carried out without our hearing of it."""
    terms = (found.quantity, found.limit_price, found.stop_price)
    return terms != (order.quantity, order.limit_price, order.stop_price)
