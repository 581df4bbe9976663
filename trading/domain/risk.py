"""The gate: the single door between wanting an order and sending it (RELIABILITY C-8).

Only this module can make an `Approved` order, and only that can be submitted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from trading.domain.book import Account, Book
from trading.domain.events import Check, GateDecision, Refusal
from trading.domain.ids import PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.mode import LIVE, PAPER
from trading.domain.moment import seconds_between
from trading.domain.money import HUNDRED, ZERO, percent_of, plain
from trading.domain.stops import stops

T = TypeVar("T")
_SEAL = object()


class Approved(Generic[T]):
    """Proof that the gate has passed `item`."""

    __slots__ = ("gate", "item")

    def __init__(self, item: T, gate: GateDecision, *, seal: object) -> None:
        assert seal is _SEAL, "only trading.domain.risk approves"
        self.item = item
        self.gate = gate


def approve(item: T, gate: GateDecision) -> Approved[T]:
    """Seal `item` when every check of `gate` has passed."""
    failed = [check.name for check in gate.checks if not check.passed]
    assert not failed, f"the gate refused: {failed}"
    return Approved(item, gate, seal=_SEAL)


class GateFacts(Struct, frozen=True):
    """What an entry is judged by, beside the book."""

    instrument: Instrument
    quote: Quote | None
    stale_after_s: Decimal
    market_open: bool
    live_allowed: bool
    now: datetime
    confirmed: tuple[str, ...] = ()
    is_seconded: bool = False
    person: PersonId = PersonId("")  # who wants it


class Verdict(Struct, frozen=True):
    """The gate's checks, and a refusal for each that failed."""

    checks: tuple[Check, ...]
    refusals: tuple[Refusal, ...]


ASKABLE = frozenset({"duplicate"})
"""Refusals that a person may press through after having seen them."""


def judge_entry(
    book: Book,
    account: Account,
    facts: GateFacts,
    *,
    is_buy: bool,
    quantity: Decimal,
    price: Decimal,
    collar_price: Decimal | None = None,
    trigger: Decimal | None = None,
    already: Decimal = ZERO,
) -> Verdict:
    """Every check of an order that adds risk, in the order of RELIABILITY C-8.

    Args:
        price: limit or trigger price, else the side of the quote that the order would take.
        collar_price: the worst price that the order may trade at; None when it only waits for a trigger.
        trigger: of an order that sleeps until the market has come there: its collar begins where it wakes.
        already: notional of the same order that is reserved already (a modification).
    """
    gate = _Gate()
    instrument = facts.instrument
    notional = instrument.notional(price, quantity).value
    limits = account.limits
    _check_states(gate, book, account, facts)
    _check_price(gate, account, facts, is_buy, collar_price, trigger)
    gate.check(
        "order_notional",
        notional <= limits.order_notional_max,
        notional,
        limits.order_notional_max,
        lambda: (
            f"One order may be at most {plain(limits.order_notional_max)} {account.currency} "
            f"(/limits order_notional_max changes it); this one is {_money(notional)}."
        ),
    )
    held = book.current_position(account.account, instrument.symbol)
    held_cost = abs(held.cost) if held else ZERO
    waiting = sum(
        (o.remaining * (o.limit_price or o.stop_price or o.reference_price or ZERO) * instrument.multiplier)
        for o in (book.orders_of(held) if held else [])
        if o.is_entry
    )
    position = held_cost + waiting + notional - already
    gate.check(
        "position_notional",
        position <= limits.position_notional_max,
        position,
        limits.position_notional_max,
        lambda: (
            f"The position would be {_money(position)}; the limit is {plain(limits.position_notional_max)} "
            f"{account.currency} (/limits position_notional_max)."
        ),
    )
    alone = limits.alone_notional_max
    if alone:
        gate.check(
            "alone_notional",
            position <= alone or facts.is_seconded,
            position,
            alone,
            lambda: (
                f"The position would be {_money(position)} {account.currency}: above {plain(alone)} "
                "(/limits alone_notional_max) a second person must agree."
            ),
        )
    gross = account.exposure + account.reserved + notional - already
    gate.check(
        "gross_exposure",
        gross <= limits.gross_exposure_max,
        gross,
        limits.gross_exposure_max,
        lambda: (
            f"All positions and waiting entries would be {_money(gross)}; the limit is "
            f"{plain(limits.gross_exposure_max)} {account.currency} (/limits gross_exposure_max)."
        ),
    )
    _check_day(gate, book, account)
    needed = (notional - already) * instrument.margin_fraction
    free = spendable(book, account)
    gate.check(
        "funds",
        needed <= free,
        needed,
        free,
        lambda: (
            f"That needs {_money(needed)} {account.currency} and {_money(free)} are free: "
            "buy less, or free some by /cancel or /close."
        ),
    )
    _check_rate(gate, account, facts, is_buy, quantity)
    return Verdict(tuple(gate.checks), tuple(gate.refusals))


class _Gate:
    """Collects checks and refusals."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.refusals: list[Refusal] = []

    def check(
        self, name: str, passed: bool, value: object, limit: object, sentence: Callable[[], str]
    ) -> None:
        """Note a check; a failed one refuses with `sentence`, which is only put together then: an order
        that passes goes through some fifteen of them."""
        measured = _text(value)
        self.checks.append(Check(name, passed, measured, _text(limit)))
        if not passed:
            self.refusals.append(Refusal(name, sentence(), name, measured))


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value if value == value.to_integral_value() else value.quantize(Decimal("1e-8")))
    return str(value)


def _money(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')):,}"


def _check_states(gate: _Gate, book: Book, account: Account, facts: GateFacts) -> None:
    for stop in stops(book, account, facts.instrument.symbol, facts.now, facts.person):
        gate.check(stop.name, stop.passes, stop.value, stop.limit, stop.told)
    gate.check(
        "live_switch",
        account.mode == PAPER or (account.mode == LIVE and facts.live_allowed),
        account.mode,
        LIVE if facts.live_allowed else PAPER,
        lambda: (
            f"Account {account.account} trades no real money yet: /mode live begins it."
            if facts.live_allowed
            else "Live trading is switched off for this desk (OPENOUTCRY_LIVE): use a paper account."
        ),
    )
    instrument = facts.instrument
    gate.check(
        "market_open",
        facts.market_open,
        facts.market_open,
        True,
        lambda: f"{instrument.symbol} is closed now; /price {instrument.symbol} tells when it opens.",
    )


def _check_price(
    gate: _Gate,
    account: Account,
    facts: GateFacts,
    is_buy: bool,
    price: Decimal | None,
    trigger: Decimal | None,
) -> None:
    quote, instrument = facts.quote, facts.instrument
    age = seconds_between(quote.at, facts.now) if quote else None
    bound = account.limits.price_age_s_max or facts.stale_after_s
    gate.check(
        "price_fresh",
        # A price from the future is as good as none: the clock was set back (RELIABILITY C01).
        age is not None and -bound <= age <= bound,
        "none" if age is None else f"{age:.0f} s",
        f"{bound:.0f} s",
        lambda: (
            f"There is no fresh price of {instrument.symbol}"
            + ("" if age is None else f" (the last is {age:.0f} s old, {bound:.0f} s is the bound)")
            + ": nothing is bought or shorted on a stale price; try again when /price shows it alive."
        ),
    )
    if quote is None or not quote.mid or price is None:
        return
    # Of a trigger that the market has passed already the collar begins at the market, as of any other order.
    beyond = max if is_buy else min
    base = quote.mid if trigger is None else beyond(trigger, quote.mid)
    # Only the harmful direction: a limit that waits far below the market is no danger to a buyer.
    through = (price - base if is_buy else base - price) / base * HUNDRED
    gate.check(
        "price_collar",
        through <= instrument.collar_percent,
        through,
        instrument.collar_percent,
        lambda: (
            f"{plain(price)} is {through.quantize(Decimal('0.1'))} % through the market "
            f"({plain(instrument.price_nearest(base))}); at most {plain(instrument.collar_percent)} % "
            "is allowed: check the price."
            if base == quote.mid
            else f"{plain(price)} is {through.quantize(Decimal('0.1'))} % through its trigger "
            f"({plain(base)}); at most {plain(instrument.collar_percent)} % is allowed: check the price."
        ),
    )


def day_loss(book: Book, account: Account) -> Decimal:
    """What today has lost so far (positive = loss), deposits not counted, at newest mids."""
    if not account.day:
        return ZERO
    moved = account.capital - account.day_capital
    return account.day_equity + moved - book.equity(account)


def day_loss_limit(account: Account) -> Decimal | None:
    """How much today may lose, in money; None when there is no limit."""
    percent = account.limits.daily_loss_percent_max
    return percent_of(account.day_equity, percent) if percent and account.day else None


def _check_day(gate: _Gate, book: Book, account: Account) -> None:
    limit = day_loss_limit(account)
    if limit is None:
        return
    loss = day_loss(book, account)
    gate.check(
        "daily_loss",
        loss < limit,
        loss,
        limit,
        lambda: (
            f"Today has lost {_money(loss)} {account.currency}; the limit is {_money(limit)}. "
            "No entries until tomorrow; exits work."
        ),
    )


def spendable(book: Book, account: Account) -> Decimal:
    """Cash that a new entry may use: everything at cost, less margin of what is held and reserved.

    Gains of open positions are not counted; losses of shorts and futures are, because they are owed.
    """
    held = ZERO
    owed = ZERO
    for position in book.live_positions(account.account):
        if not position.quantity:
            continue
        instrument = book.instrument(account.account, position.symbol)
        fraction = instrument.margin_fraction if instrument else Decimal(1)
        held += abs(position.cost) * fraction
        if position.quantity < 0 or fraction < 1:
            owed += min(book.unrealised(position), ZERO)
    return account.capital + account.realised - account.fees - held + owed - account.reserved


def _check_rate(gate: _Gate, account: Account, facts: GateFacts, is_buy: bool, quantity: Decimal) -> None:
    limits = account.limits
    ages = [(seconds_between(r.at, facts.now), r) for r in account.recent]
    in_ten = sum(1 for age, _ in ages if age < 10)
    in_minute = sum(1 for age, _ in ages if age < 60)
    gate.check(
        "rate_10_s",
        in_ten < limits.orders_per_10_s_max,
        in_ten,
        limits.orders_per_10_s_max,
        lambda: (
            f"{in_ten} entries went out in ten seconds, "
            f"the limit is {plain(limits.orders_per_10_s_max)}: wait a moment."
        ),
    )
    gate.check(
        "rate_minute",
        in_minute < limits.orders_per_minute_max,
        in_minute,
        limits.orders_per_minute_max,
        lambda: (
            f"{in_minute} entries went out in a minute, "
            f"the limit is {plain(limits.orders_per_minute_max)}: wait a moment."
        ),
    )
    window = limits.duplicate_window_s
    symbol = facts.instrument.symbol
    twins = [
        age
        for age, r in ages
        if age < window
        and r.symbol == symbol
        and r.is_buy == is_buy
        and abs(r.quantity - quantity) * HUNDRED <= r.quantity
    ]
    gate.check(
        "duplicate",
        not twins or "duplicate" in facts.confirmed,
        f"{min(twins):.0f} s ago" if twins else "none",
        f"{window:.0f} s",
        lambda: (
            f"The same order went out {min(twins, default=0):.0f} s ago: "
            "send it again only if you mean it twice."
        ),
    )
