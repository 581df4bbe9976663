"""Events as sentences for `/why`: one row for each kind of event, with the numbers that it carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.conversation.handling import Asked, Tools
from bot.conversation.retelling import retold, with_reasons
from bot.conversation.screen import Line, Span, bad, bold, dim, good, line, warn
from bot.conversation.telling import order_name, order_phrase, purpose
from bot.handlers import (
    story_bot,
    story_desk,
    story_doubt,
    story_drift,
    story_guard,
    story_guarding,
    story_pulled,
    story_timed,
)
from bot.handlers.profile_why import asked_key, asked_of
from bot.handlers.storyteller import Tellers, Told
from trading.domain import events as ev
from trading.domain.decide.day_limit import CAUSE as DAY_LIMIT
from trading.domain.events_timed import AlertAnchored, AlertRearmed
from trading.domain.ids import AccountId, OrderId
from trading.domain.instrument import Instrument
from trading.domain.money import Money
from trading.domain.order import Order
from trading.domain.position import Bracket, Guard, LegKind
from trading.ports import StoredEvent

NAMED_LEGS = {"sl": "exit.stop", "trail": "exit.trail", "time": "exit.time"}
_TRUTH = {"True": "word.yes", "False": "word.no"}
_OUR_CAUSES = frozenset({"bracket", "flat", "time", "resize", "turned_up"})


class Story:
    """Tells a list of stored events, oldest first. `shows_checks`: with every check of the gate."""

    def __init__(
        self, tools: Tools, asked: Asked, events: Sequence[StoredEvent], *, shows_checks: bool = False
    ) -> None:
        self._book = tools.book()
        self._market = tools.market
        self._person = asked.person.person_id
        self.wording = asked.wording
        self.shows_checks = shows_checks
        self._events = events
        self._intended: dict[OrderId, Order] = {}
        self._since: dict[OrderId, datetime] = {}
        for stored in events:
            if isinstance(stored.event, ev.OrderIntended | ev.OrderAdopted):
                self._intended[stored.event.order.order_id] = stored.event.order
                self._since[stored.event.order.order_id] = stored.event.at

    def lines(self) -> list[Line]:
        """A line for everything that tells something, with its time in front."""
        found: list[Line] = []
        day = ""
        for stored in self._told():
            event: Any = stored.event
            told = self.told(event)
            if not told:
                continue
            today = self.wording.day(event.at)
            if today != day:
                found.append(line(dim(today)))
                day = today
            clock = dim(f"{self.wording.clock(event.at, seconds=True)} ")
            found.append(line(clock, told[0]))
            found += [line("  ", more) for more in told[1:]]
        return found

    def told(self, event: ev.Event) -> Told:
        """One event in words, its first line first; nothing for kinds that say nothing of their own."""
        teller = _TELLERS.get(type(event)) or story_desk.TELLERS.get(type(event))
        return teller(self, event) if teller is not None else []

    def _told(self) -> Iterable[StoredEvent]:
        """Every event once; of a trail that rose many times in a row only the last."""
        for at, stored in enumerate(self._events):
            after = self._events[at + 1].event if at + 1 < len(self._events) else None
            if isinstance(stored.event, ev.TrailMoved) and isinstance(after, ev.TrailMoved):
                continue
            yield stored

    # ------------------------------------------------------------ words

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the catalogue, the person's way."""
        return self.wording.say(key, **with_reasons(self.wording, values))

    def asked(self, event: ev.OrderIntended) -> str:
        """Who wanted an order, and who has agreed to it."""
        said = self.say(asked_key(event, self._person), **asked_of(event))
        more = self.say("why.seconded", person=event.seconded_by) if event.seconded_by else ""
        return f"{said} {more}".strip()

    def order(self, order_id: OrderId) -> Order | None:
        """The order as it was intended or as it stands."""
        return self._book.order(order_id) or self._intended.get(order_id)

    def name(self, order_id: OrderId) -> str:
        """`#17`, or its id when it is too long gone to have a number at hand."""
        order = self._intended.get(order_id) or self._book.order(order_id)
        return order_name(order) if order is not None else order_id.rpartition("/")[2]

    def instrument(self, account: AccountId, subject: str) -> Instrument | None:
        """The contract behind an order's or a position's id, which hold the symbol."""
        symbol = subject.removeprefix(f"{account}/")
        while symbol:
            found = self._book.instrument(account, symbol) or self._market.instrument(symbol)
            if found is not None:
                return found
            symbol = symbol.rpartition("/")[0]
        return None

    def price(self, account: AccountId, subject: str, value: Decimal | None) -> str:
        """A price at its tick."""
        if value is None:
            return self.say("word.none")
        found = self.instrument(account, subject)
        return self.wording.price(value, found.tick_size if found else None)

    def money(self, value: Decimal, currency: str) -> str:
        """Money."""
        return self.wording.money(Money(value, currency))

    def money_of(self, account: AccountId, value: Decimal) -> str:
        """Money in an account's currency."""
        found = self._book.account(account)
        return self.money(value, found.currency if found is not None else "USD")

    def pnl(self, value: Decimal, currency: str) -> Span:
        """A gain or a loss."""
        return self.wording.pnl(Money(value, currency))

    def leg(self, name: str) -> str:
        """`TP 2`, `Stop`."""
        if name in NAMED_LEGS:
            return self.say(NAMED_LEGS[name])
        return self.say("exit.target", n=Decimal(name.removeprefix("tp"))) if name[2:].isdigit() else name

    def took(self, event: Any) -> str:
        """How long after the intent this came: the venue's latency."""
        since = self._since.get(event.order_id)
        return self.wording.duration(event.at - since) if since is not None else self.say("word.none")

    def checks(self, gate: ev.GateDecision, account: AccountId, symbol: str) -> list[Line]:
        """What the gate looked at: the price and its age, then every check with its two numbers."""
        passed = len(gate.checks)
        if gate.price is None or gate.price_at is None:
            head = self.say("why.gate", n=passed)
        else:
            head = self.say("why.gate_price", n=passed, price=self.price(account, symbol, gate.price))
        if not self.shows_checks:
            return [line(dim(head))]
        version = self.say("why.limits_version", n=gate.limits_version)
        return [line(dim(f"{head} {version}")), *(self._check(check) for check in gate.checks)]

    def _check(self, check: ev.Check) -> Line:
        name = self.say(f"why.check.{check.name}") if check.name in CHECKS else check.name
        value, limit = _number(self, check.value), _number(self, check.limit)
        said = (
            f"{name}: {value}"
            if value == limit
            else self.say("why.check", name=name, value=value, limit=limit)
        )
        return line(good("✓ ") if check.passed else bad("✗ "), dim(said))


CHECKS = frozenset(
    {
        "desk_halt", "maintenance", "account_halt", "lockout", "frozen", "live_switch", "market_open",
        "price_fresh", "price_collar", "alone_notional",
        "order_notional", "position_notional", "gross_exposure", "daily_loss", "funds",
        "rate_10_s", "rate_minute", "duplicate", "reduce_only",
    }
)  # fmt: skip


def _number(story: Story, text: str) -> str:
    """A check's value: numbers are written the person's way, words stay."""
    if text in _TRUTH:
        return story.say(_TRUTH[text])
    stripped = text.removeprefix("-")
    if stripped.replace(".", "", 1).isdigit():
        return story.say("why.number", n=Decimal(text).quantize(Decimal("0.01")).normalize())
    return text


def _intended(story: Story, event: ev.OrderIntended) -> Told:
    order = event.order
    instrument = story.instrument(event.account, order.order_id)
    phrase: str = order.order_id
    if instrument is not None:
        phrase = order_phrase(story.wording, instrument, order)
    if event.cause == order.command_id:
        why = story.asked(event)
    elif not order.leaves_now and order.is_leg:
        why = story.say("why.to_guard", leg=story.leg(event.cause))
    elif event.cause in NAMED_LEGS or event.cause.startswith("tp"):
        why = story.say("why.because_leg", leg=story.leg(event.cause))
    else:
        why = story.say("why.caused_by", cause=event.cause)
    head = line(bold(order_name(order)), f" {phrase} ", dim(f"({purpose(story.wording, order)})"))
    if order.reduce_only and not story.shows_checks:
        is_leg = not order.leaves_now and order.is_leg
        return [head] if is_leg else [head, why]
    return [head, why, *story.checks(event.gate, event.account, order.order_id)]


def _adopted(story: Story, event: ev.OrderAdopted) -> Told:
    order = event.order
    instrument = story.instrument(event.account, order.order_id)
    phrase = order_phrase(story.wording, instrument, order) if instrument is not None else order.order_id
    known = event.reason if event.reason in ("hand", "drift", "liquidation") else "hand"
    return [line(bold(order_name(order)), f" {phrase}: ", story.say(f"why.adopted.{known}"))]


def _accepted(story: Story, event: ev.OrderAccepted) -> Told:
    return [story.say("why.accepted", order=story.name(event.order_id), span=story.took(event))]


def _rejected(story: Story, event: ev.OrderRejected) -> Told:
    return [
        warn(story.say("why.rejected", order=story.name(event.order_id), reason=event.reason or event.code))
    ]


def _filled(story: Story, event: ev.OrderFilled) -> Told:
    said = story.say(
        "why.filled",
        order=story.name(event.order_id),
        quantity=event.quantity.normalize(),
        price=story.price(event.account, event.order_id, event.price),
        fee=story.money(event.fee, event.currency),
    )
    parts: list[str | Span] = [said]
    if event.realised:
        parts += [" ", story.pnl(event.realised, event.currency)]
    if event.is_late:
        parts.append(warn(" " + story.say("why.late_fill")))
    if event.contained is not None:
        at = story.price(event.account, event.order_id, event.contained.price)
        parts.append(" " + story.say("why.contained", price=at))
    return [line(*parts)]


def _canceled(story: Story, event: ev.OrderCanceled) -> Told:
    known = {"requested", "flat", "oco", "parent", "ioc", "fok", "post_only", "reduce_only", "venue"}
    reason = story.say(f"why.canceled.{event.reason}") if event.reason in known else event.reason
    return [story.say("why.canceled", order=story.name(event.order_id), reason=reason)]


def _expired(story: Story, event: ev.OrderExpired) -> Told:
    return [story.say("why.expired", order=story.name(event.order_id))]


def _cancel_requested(story: Story, event: ev.CancelRequested) -> Told:
    if event.cause == DAY_LIMIT:
        return [warn(story.say("guard.why.cancel_asked", order=story.name(event.order_id)))]
    if event.cause in _OUR_CAUSES:
        return [story.say(f"why.cancel_asked.{event.cause}", order=story.name(event.order_id))]
    return [story.say("why.cancel_asked", order=story.name(event.order_id), cause=event.cause)]


def _cancel_failed(story: Story, event: ev.CancelFailed) -> Told:
    key = "why.cancel_silent" if event.is_silent else "why.cancel_failed"
    return [warn(story.say(key, order=story.name(event.order_id), reason=event.reason))]


def _cancel_taken(story: Story, event: ev.CancelTaken) -> Told:
    return [story.say("why.cancel_taken", order=story.name(event.order_id))]


def _replaced(story: Story, event: ev.ReplaceRequested | ev.OrderReplaced) -> Told:
    level = event.limit_price if event.limit_price is not None else event.stop_price
    key = "why.change_asked" if isinstance(event, ev.ReplaceRequested) else "why.changed"
    if isinstance(event, ev.OrderReplaced) and event.reason in ("attached", "bracket"):
        key = "why.kept_to_position" if event.reason == "attached" else "why.woken"
    return [
        story.say(
            key,
            order=story.name(event.order_id),
            quantity=event.quantity.normalize(),
            price=story.price(event.account, event.order_id, level),
        )
    ]


def _replace_failed(story: Story, event: ev.ReplaceFailed) -> Told:
    key = "why.change_silent" if event.is_silent else "why.change_failed"
    return [warn(story.say(key, order=story.name(event.order_id), reason=event.reason))]


def _bracket(story: Story, event: ev.BracketSet) -> Told:
    bracket: Bracket = event.bracket
    parts = []
    for leg in bracket.legs:
        if leg.is_done:
            continue
        if leg.kind is LegKind.TIME and bracket.exit_at is not None:
            level = story.wording.instant(bracket.exit_at)
        else:
            level = story.price(event.account, event.position_id, leg.price)
        parts.append(f"{story.leg(leg.name)} {level}")
    if not parts:
        return [warn(story.say("why.no_exits"))]
    guard = story.say(f"view.guard.{bracket.guard.value}")
    reasons = {"fill", "command", "break_even", "resize", "start", "venue_refused", "bot_ended"}
    key = f"why.bracket.{event.reason}" if event.reason in reasons else ""
    if event.reason == "venue_refused" and bracket.guard is not Guard.BOT:
        key = "why.bracket.next_rung"
    why = story.say(key) if key else event.reason
    return [line(story.say("why.bracket", exits=", ".join(parts)), " ", dim(f"({guard}; {why})"))]


def _triggered(story: Story, event: ev.ExitTriggered) -> Told:
    price = story.price(event.account, event.position_id, event.price)
    return [
        line(
            bold(
                story.say("why.triggered", leg=story.leg(event.leg), price=price, source=event.source or "–")
            )
        )
    ]


def _trail(story: Story, event: ev.TrailMoved) -> Told:
    best = story.price(event.account, event.position_id, event.best_price)
    stop = story.price(event.account, event.position_id, event.stop_price)
    return [story.say("why.trail", best=best, stop=stop)]


def _swap(story: Story, event: ev.SwapBegun) -> Told:
    is_leg = event.cause in NAMED_LEGS or event.cause.startswith("tp")
    what = story.leg(event.cause) if is_leg else event.role.value
    names = ", ".join(story.name(order_id) for order_id in event.cancels)
    return [story.say("why.swap", orders=names, leg=what)]


def _swapped(story: Story, event: ev.SwapEnded) -> Told:
    return [story.say(f"why.swap.{event.outcome}")]


def _closed(story: Story, event: ev.PositionClosed) -> Told:
    net = story.pnl(event.realised - event.fees, event.currency)
    how = (
        story.leg(event.reason)
        if event.reason in NAMED_LEGS or event.reason.startswith("tp")
        else event.reason
    )
    return [line(bold(story.say("why.flat", symbol=event.symbol, reason=how)), " ", net)]


def _denied(story: Story, event: ev.CommandDenied) -> Told:
    head = line(warn(story.say("why.denied", verb=event.verb, symbol=event.symbol).rstrip()))
    return [head, *(line(f"{retold(story.wording, one)} ", dim(_compared(one))) for one in event.refusals)]


def _compared(refusal: ev.Refusal) -> str:
    return f"[{refusal.code}{' ' + refusal.value if refusal.value else ''}]"


_TELLERS: Tellers = {
    ev.OrderIntended: _intended,
    ev.OrderAdopted: _adopted,
    ev.OrderAccepted: _accepted,
    ev.OrderRejected: _rejected,
    ev.OrderFilled: _filled,
    ev.OrderCanceled: _canceled,
    ev.OrderExpired: _expired,
    ev.CancelRequested: _cancel_requested,
    ev.CancelTaken: _cancel_taken,
    ev.CancelFailed: _cancel_failed,
    ev.ReplaceRequested: _replaced,
    ev.OrderReplaced: _replaced,
    ev.ReplaceFailed: _replace_failed,
    ev.BracketSet: _bracket,
    ev.ExitTriggered: _triggered,
    ev.TrailMoved: _trail,
    ev.SwapBegun: _swap,
    ev.SwapEnded: _swapped,
    ev.PositionClosed: _closed,
    ev.CommandDenied: _denied,
    **story_guarding.TELLERS,
    **story_doubt.TELLERS,
    **story_drift.TELLERS,
    **story_guard.TELLERS,
    **story_pulled.TELLERS,
    **story_timed.TELLERS,
    **story_bot.TELLERS,
}
SILENT = frozenset({ev.InstrumentListed, ev.PlanSet, ev.RequestSent, AlertRearmed, AlertAnchored})
"""Kinds of events that a story may hold and that say nothing of their own: the next ones do."""
