"""What became of an order that nobody answered for: evidence, or the proof of absence (RELIABILITY C-4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from msgspec.structs import replace

from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.doubt import NEGATIVES_NEEDED, AbsenceProof, Negative, StreamSaid, Trouble, flaw
from trading.domain.ids import VenueOrderId
from trading.domain.money import ZERO, Quantity
from trading.domain.naming import REPLACED, is_superseded
from trading.domain.order import CONDITIONAL, Order, OrderStatus
from trading.domain.request import RequestKind, RequestStatus
from trading.engine.lease import unseen_s
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock, VenueOrder, VenueProfile

BEFORE_SENDING = timedelta(seconds=5)
"""How much earlier than the sending the venue's history is read."""

MILLISECOND = Decimal("0.001")


class Desk(Protocol):
    """What an inquiry needs of the engine. The book may be loaded anew meanwhile."""

    clock: Clock
    book: Book

    def report(self, report: rp.Report) -> None:
        """Take a report."""
        ...


def visibility_s(profile: VenueProfile, order: Order, account: Account | None = None) -> float:
    """How long the venue may hide an order like this although it has it: what it promises, or what the
    account has learned of it."""
    plain_s = max(profile.visibility_s, float(account.visibility_s) if account is not None else 0.0)
    if order.type not in CONDITIONAL:
        return plain_s
    learned_s = float(account.visibility_conditional_s) if account is not None else 0.0
    return max(plain_s, profile.visibility_conditional_s, learned_s)


class Inquiry:
    """Asks one venue about one order, one question at a time.

    Only a successful "not known here" counts, from the instant on from which the venue can no longer accept
    the request, and only until there is any sign of the order: a failed question counts as nothing. All
    spans are measured on the clock that never jumps. `sent_s` is that clock at the sending; an order of an
    earlier life left before the inquiry began, or a moment later: who was overtaken may not know it yet, and
    for that moment the venue is given longer (210141).
    """

    def __init__(
        self, order: Order, broker: Broker, desk: Desk, settings: EngineSettings, sent_s: float | None = None
    ) -> None:
        self._order = order
        self._broker = broker
        self._desk = desk
        self._settings = settings
        self._sent_s = desk.clock.elapsed_s() if sent_s is None else sent_s
        self._earlier_s = 0.0 if sent_s is not None else age_s(order, desk.clock.now())
        self._stream = StreamSaid.UNHEARD if sent_s is None else StreamSaid.NOTHING
        fence_s = broker.profile.fence_s
        self._fence_s = fence_s if sent_s is not None else fence_s + unseen_s(fence_s)
        self._negatives: list[Negative] = []
        self._answers = 0
        self._is_answered = True  # the newest question
        self._partial = 0
        self._all_answers = 0
        self._failures = 0
        self._asked_s = 0.0  # when the newest question was asked, since the sending
        self._trouble = Trouble.NONE

    @property
    def _visibility_s(self) -> float:
        """As it is known now: another order may have taught the account meanwhile."""
        account = self._desk.book.account(self._order.account)
        return visibility_s(self._broker.profile, self._order, account)

    @property
    def is_overdue(self) -> bool:
        """Whether the time was over in which evidence or a proof should have been there, when the newest
        question was asked: who slept over its answer asks once more before a person is asked. It began when
        the order was sent, whoever sent it; but this life must have had the time that a proof needs, or a
        clock that was set forward between two lives would have a person asked at once."""
        certain_s = self._fence_s + self._visibility_s
        is_time_over = self._asked_s + self._earlier_s >= max(self._settings.doubt_budget_s, certain_s)
        is_tried = self._asked_s >= certain_s and self._all_answers + self._failures >= NEGATIVES_NEEDED
        return is_time_over and is_tried

    def unresolved(self) -> rp.DoubtUnresolved:
        """What was tried, for the person who must say now."""
        order = self._order
        return rp.DoubtUnresolved(
            order.account,
            order.client_order_id,
            _exact(self.doubted_s),
            self._all_answers,
            self._failures,
            self._trouble,
            self._desk.clock.now(),
        )

    @property
    def doubted_s(self) -> float:
        """Seconds since the order was sent, also by an earlier life: by the journal's clock, which may have
        been set."""
        return self.waited_s + self._earlier_s

    @property
    def waited_s(self) -> float:
        """Seconds since the sending, or since this life began to ask about what an earlier one has sent."""
        return self._desk.clock.elapsed_s() - self._sent_s

    @property
    def pause_s(self) -> float:
        """How long to wait before the next question. A venue that hides nothing may be asked at once."""
        is_instant = not self._fence_s + self._visibility_s and self._is_answered
        if is_instant and 0 < self._answers < NEGATIVES_NEEDED:
            return 0.0
        return self._settings.resolve_pause_s

    async def look(self) -> Sequence[rp.BrokerReport] | None:
        """One question; None while it does not settle the matter. Nothing at all (an empty answer) means
        that the venue does not know an order that is not in doubt here."""
        order, terms, before = self._order, self._terms(), self._known
        self._asked_s = waited_s = self.waited_s
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                found = await self._broker.find(order.client_order_id)
                history = await self._broker.history(self._since(waited_s))
        except (BrokerSilent, TimeoutError):
            self._is_answered = False
            self._failures += 1
            self._trouble = Trouble.SILENCE
            return None
        self._is_answered = True
        self._all_answers += 1
        self._trouble = Trouble.NONE
        names = found.venue_names if found is not None else ()
        evidence = [one for report in history if (one := self._as_ours(report, names)) is not None]
        if self._terms() != terms or _is_outdated(found, evidence):
            # Changed meanwhile: what was found may be the order before that, what ended its older name.
            self._forget()
            return None
        if found is not None or evidence:
            return self._found(found, evidence, before)
        if waited_s < self._fence_s:
            return None
        self._count(waited_s)
        if flaw(self._proof(Quantity(ZERO))):
            return None
        return await self._conclusion()

    def _found(
        self, found: VenueOrder | None, evidence: Sequence[rp.BrokerReport], before: Order
    ) -> Sequence[rp.BrokerReport] | None:
        """It is there. Its fills may be seen later than the order itself, but not for ever. `before`: the
        order as the book had it when the venue was asked."""
        self._forget()
        self._partial += self.waited_s >= self._fence_s + self._visibility_s
        if is_whole(found, evidence, before) or self._partial >= self._settings.resolve_tries_max:
            # With the names that it has got while it was asked about.
            reports = reports_of(self._known, found, evidence, self._desk.clock)
            if reports or not self._is_in_doubt():
                return reports
            # That it was changed is a sign of it, and no answer: it is asked about until there is one.
            return None
        self._trouble = Trouble.FILLS
        return None

    @property
    def _known(self) -> Order:
        """The order as the book has it by now."""
        return self._desk.book.order(self._order.order_id) or self._order

    def _terms(self) -> tuple[object, ...]:
        """What the book knows of the order that a change makes another: its terms, and its names."""
        order = self._known
        return order.quantity, order.limit_price, order.stop_price, order.venue_names

    def _since(self, waited_s: float) -> datetime:
        """From when on the history is read: a clock that was ahead at the sending, and was set right
        meanwhile, must not hide what happened."""
        order, now = self._order, self._desk.clock.now()
        assert order.intended_at is not None
        return min(order.intended_at, now - timedelta(seconds=waited_s)) - BEFORE_SENDING

    def _as_ours(self, report: rp.BrokerReport, names: Sequence[str]) -> rp.BrokerReport | None:
        """The report, if it is about the order: under our id, or under one of the venue's `names` for it, or
        under one that the book knows (a person may have named it, because the venue does not know ours)."""
        cid = self._order.client_order_id
        if report.client_order_id == cid:
            return report
        if not isinstance(report, rp.FillReported | rp.CanceledReported):
            return None
        is_ours = report.venue_order_id in names or self._is_named(report.venue_order_id)
        return replace(report, client_order_id=cid) if is_ours else None

    def _is_named(self, venue_order_id: str | None) -> bool:
        """Whether the venue calls the order so, as far as the book knows by now."""
        now = self._desk.book.order(self._order.order_id)
        return now is not None and venue_order_id in now.venue_names

    def _count(self, waited_s: float) -> None:
        self._answers += 1
        self._negatives.append(Negative(self._desk.clock.now(), _exact(waited_s)))
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
        order, before = self._order, self._known
        if not self._is_in_doubt():
            return []
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                seen = await self._broker.snapshot()
        except (BrokerSilent, TimeoutError):
            self._failures += 1
            self._trouble = Trouble.SILENCE
            return None
        listed = next((one for one in seen.orders if self._is_it(one)), None)
        if listed is not None:
            return self._found(listed, [], before)
        held = seen.positions.get(order.symbol, Quantity(ZERO))
        if not self._is_explained(held):
            self._trouble = Trouble.POSITION
            return None
        if not self._is_in_doubt():
            return None
        return [
            rp.AbsenceProven(order.account, order.client_order_id, self._proof(held), self._desk.clock.now())
        ]

    def _is_it(self, listed: VenueOrder) -> bool:
        is_ours = listed.client_order_id == self._order.client_order_id
        return is_ours or self._is_named(listed.venue_order_id)

    def _is_explained(self, held: Decimal) -> bool:
        """Whether the book says the same; a difference that a person has left alone is not the order's."""
        beyond = held - self._booked()
        account = self._desk.book.account(self._order.account)
        ignored = account.ignored if account is not None else ()
        symbol = self._order.symbol
        return not beyond or any((one.symbol, one.difference) == (symbol, beyond) for one in ignored)

    def _is_in_doubt(self) -> bool:
        now = self._desk.book.order(self._order.order_id)
        return now is not None and now.status is OrderStatus.IN_DOUBT

    def _booked(self) -> Decimal:
        order = self._order
        live = self._desk.book.live_positions(order.account)
        return sum((p.quantity for p in live if p.symbol == order.symbol), ZERO)


def age_s(order: Order, now: datetime) -> float:
    """Seconds since an order was sent, as the journal knows; 0 when the clock was set back meanwhile."""
    submit = order.request(RequestKind.SUBMIT)
    sent_at = (submit.sent_at if submit is not None else None) or order.intended_at or now
    return max((now - sent_at).total_seconds(), 0.0)


def _exact(seconds: float) -> Decimal:
    """A measured span as a decimal, to the millisecond."""
    return Decimal(repr(seconds)).quantize(MILLISECOND)


def is_whole(found: VenueOrder | None, history: Sequence[rp.BrokerReport], before: Order) -> bool:
    """Whether the history holds all fills of an order that the venue admits: fills may be seen later than
    their order, and an order that is done with a fill missing would never be asked about again. What was
    booked before the venue was asked is known, also where the history was read from after it on."""
    if found is None:
        return True
    told = {r.fill_id: r.quantity for r in history if isinstance(r, rp.FillReported)}
    new = sum((quantity for fill_id, quantity in told.items() if fill_id not in before.fill_ids), ZERO)
    return before.filled + new >= found.filled


def reports_of(
    order: Order, found: VenueOrder | None, history: Sequence[rp.BrokerReport], clock: Clock
) -> list[rp.BrokerReport]:
    """The missing reports, in an order that the book can take: acceptance, fills, then the end."""
    reports: list[rp.BrokerReport] = []
    account, cid = order.account, order.client_order_id
    if found is not None and found.status != "rejected":
        is_known = order.venue_order_id is not None
        first = found.venue_order_id if is_known else found.venue_names[0]
        accepted = rp.Accepted(account, cid, VenueOrderId(first), clock.now())
        is_over = found.status != "working" and order.status in (OrderStatus.WORKING, OrderStatus.PARTIAL)
        change = order.request(RequestKind.REPLACE)
        if not is_over or change is not None:
            # Of an order that is known to have stood it would say that it stands, which is over; but to a
            # change that was not carried out it is the answer.
            reports.append(accepted)
        known = order.venue_names if is_known else (first,)
        names = [one for one in found.venue_names if one not in known]
        # One that was ended may have been made smaller by its venue; a change that nobody answered is told,
        # or what it had filled would be too much.
        is_asked = change is not None and change.status is RequestStatus.AMBIGUOUS
        is_changed = (found.status in ("working", "filled") or is_asked) and _is_changed(found, order)
        if names or is_changed:
            # Before its fills, or an order that the venue made smaller would never be whole. Of one that is
            # over as well: its fills are told under its newest name.
            terms = (found.quantity, found.limit_price, found.stop_price)
            told: list[rp.BrokerReport] = [
                rp.Replaced(account, cid, *terms, "venue", clock.now(), VenueOrderId(name))
                for name in dict.fromkeys((*names, found.venue_order_id))
            ]
            # Of an order that is known to stand the change is told first: "it stands" with nothing before
            # means that a change was not carried out.
            stands = reports if found.status in ("canceled", "expired") else [accepted]
            reports = [*told, *stands] if is_known else [*stands, *told]
    reports.extend(r for r in history if isinstance(r, rp.FillReported))
    ends = [one for one in history if _is_end(one, found, order)]
    if ends:
        last = ends[-1]
        # Beside what the venue has under our id it is no half of a change any more.
        is_settled = found is not None and isinstance(last, rp.CanceledReported)
        reports.append(replace(last, venue_order_id=None) if is_settled else last)
    elif found is not None and found.status == "canceled":
        reports.append(rp.CanceledReported(account, cid, "unsaid", clock.now()))
    elif found is not None and found.status == "expired":
        reports.append(rp.ExpiredReported(account, cid, clock.now()))
    elif found is not None and found.status == "rejected":
        reports.append(rp.Rejected(account, cid, "rejected", "the venue refused it", clock.now()))
    return reports


def _is_outdated(found: VenueOrder | None, history: Sequence[rp.BrokerReport]) -> bool:
    """Whether a change has ended the very name under which the order was found a moment before (X27)."""
    return found is not None and any(
        isinstance(one, rp.CanceledReported)
        and one.reason == REPLACED
        and one.venue_order_id == found.venue_order_id
        for one in history
    )


def _is_end(report: rp.BrokerReport, found: VenueOrder | None, order: Order) -> bool:
    """Whether the order ended so; the end of a name that a change has superseded is none (X27)."""
    if not isinstance(report, rp.CanceledReported):
        return isinstance(report, rp.ExpiredReported | rp.Rejected)
    name = report.venue_order_id
    is_other = found is not None and name is not None and found.venue_order_id != name
    return not is_other and not is_superseded(order, name)


def _is_changed(found: VenueOrder, order: Order) -> bool:
    """Whether a change that we asked for was carried out without our hearing of it."""
    terms = (found.quantity, found.limit_price, found.stop_price)
    return terms != (order.quantity, order.limit_price, order.stop_price)
