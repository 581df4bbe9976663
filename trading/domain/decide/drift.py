"""Book and venue disagree about a symbol: it is frozen, and a person says what is true (RELIABILITY X42)."""

from __future__ import annotations

from decimal import Decimal

from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Account
from trading.domain.decide.adoption import take_over
from trading.domain.decide.closing import press_on
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.freezing import NOBODY, freeze_symbol
from trading.domain.decide.legs import exit_now, sync
from trading.domain.decide.watched import time_came
from trading.domain.freezing import DRIFT, Frozen
from trading.domain.ids import AccountId, ClientOrderId, FillId
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, OrderStatus, Role, Side

CHOICES = ("adopt", "close", "ignore")


def booked_in(d: Deciding, account: AccountId, symbol: str) -> Decimal:
    """What the book says is held of a symbol."""
    return sum((p.quantity for p in d.book.live_positions(account) if p.symbol == symbol), ZERO)


def drift_found(d: Deciding, report: rp.DriftFound) -> None:
    """Freeze the symbol, and nothing but the symbol: nobody knows what is true of it, so nothing may be
    added to it. Exits go on, and so does every other symbol."""
    account = d.book.account(report.account)
    if account is None or _has_moved(d, report):
        return  # it is compared anew by the next look
    found = Frozen(report.symbol, DRIFT, report.held, report.booked, report.lost, d.now, report.seen_at)
    known = account.frozen_in(report.symbol)
    same = (found.held, found.booked, found.lost)
    if known is not None and (known.held, known.booked, known.lost) == same and not known.has_moved:
        return
    if not found.lost and any(
        one.symbol == report.symbol and one.difference == found.difference for one in account.ignored
    ):
        return
    freeze_symbol(d, report.account, found, report.venue)


def _has_moved(d: Deciding, report: rp.DriftFound) -> bool:
    """Whether fills were booked since it was found, also such as make up for each other."""
    position = d.book.current_position(report.account, report.symbol)
    entered = position.entry_quantity if position is not None else ZERO
    is_same = report.entered is None or entered == report.entered
    return booked_in(d, report.account, report.symbol) != report.booked or not is_same


def drift_gone(d: Deciding, report: rp.DriftGone) -> None:
    """They agree again: the symbol thaws by itself, and a difference that a person has left alone is asked
    about when it comes again. What the venue itself closed waits for a person."""
    account = d.book.account(report.account)
    if account is None:
        return
    known = account.frozen_in(report.symbol)
    if known is not None and known.reason == DRIFT:
        d.emit(ev.SymbolThawed(report.account, report.symbol, "gone", account.owner, d.now))
        # A flatten may have waited for nothing but this difference.
        press_on(d, report.account)
    if any(one.symbol == report.symbol for one in account.ignored):
        d.emit(ev.DriftIgnored(report.account, report.symbol, ZERO, NOBODY, d.now))
    # What the venue was known not to hold could not leave: a flatten waits for it, and what is over in time.
    press_on(d, report.account)
    for position in [p for p in d.book.live_positions(report.account) if p.symbol == report.symbol]:
        time_came(d, rp.TimeCame(report.account, d.now, position.position_id))


def look_now(d: Deciding, command: cm.LookNow) -> None:
    """Ask the venue at once."""
    d.account(command.account)
    d.then(fx.Compare(command.account))


def settle_drift(d: Deciding, command: cm.SettleDrift) -> None:
    """Do what the person says is right, as long as it is about what they were shown."""
    account = d.account(command.account)
    frozen = account.frozen_in(command.symbol)
    refusal = _refusal(d, account, frozen, command)
    if refusal is not None:
        d.deny(command.account, command.command_id, "reconcile", command.symbol, refusal)
        return
    assert frozen is not None
    done = "ignored"
    if command.choice == "ignore":
        if frozen.difference or frozen.reason == DRIFT:
            said = frozen.difference, command.person, d.now, frozen.seen_at
            d.emit(ev.DriftIgnored(account.account, frozen.symbol, *said))
    else:
        done = "closed" if command.choice == "close" else "adopted"
        _adopt(d, command, frozen)
        if any(one.symbol == frozen.symbol for one in account.ignored):
            # What was left alone before is in the book with it.
            d.emit(ev.DriftIgnored(account.account, frozen.symbol, ZERO, NOBODY, d.now))
    d.emit(ev.SymbolThawed(account.account, frozen.symbol, done, command.person, d.now))
    # A flatten may have waited for nothing but this difference.
    press_on(d, account.account)
    d.facts = {"symbol": frozen.symbol, "choice": command.choice}


def _refusal(
    d: Deciding, account: Account, frozen: Frozen | None, command: cm.SettleDrift
) -> ev.Refusal | None:
    symbol = command.symbol
    if frozen is None:
        text = f"Book and venue agree about {symbol}: there is nothing to settle; /reconcile looks again."
        return ev.Refusal("no_drift", text, "symbol", symbol)
    # Fills that were booked since may cancel out in what is booked: the difference is another one by now.
    is_old = frozen.has_moved or booked_in(d, account.account, symbol) != frozen.booked
    is_told = frozen.difference == 0 and frozen.reason != DRIFT  # what is acknowledged stays what it was
    if (frozen.held, frozen.booked) != (command.held, command.booked) or (is_old and not is_told):
        text = f"The difference in {symbol} is another one by now: /reconcile {symbol} shows it."
        return ev.Refusal("drift_changed", text, "symbol", symbol)
    sought = _sought(d, account, frozen)
    if sought is not None:
        text = (
            f"#{sought.number} is in doubt, and this difference may be what it did: the desk still asks the "
            f"venue about it. When that comes to nothing you are asked; then settle {symbol}."
        )
        return ev.Refusal("in_doubt", text, "symbol", symbol)
    if command.choice == "close" and not _excess(frozen):
        text = f"The venue holds nothing of {symbol} beyond the book that could be closed: adopt, or ignore."
        return ev.Refusal("nothing_beyond", text, "choice", command.choice)
    if command.choice != "ignore" and frozen.difference and _price(d, command) is None:
        text = f"There is no price to book the difference at: try again when /price {symbol} shows one."
        return ev.Refusal("no_price", text, "symbol", symbol)
    return None


def _sought(d: Deciding, account: Account, frozen: Frozen) -> Order | None:
    """An order in doubt that may have made the difference. Settled first, the difference would no longer be
    in the way of a proof that the order never arrived."""
    return next(
        (
            one
            for one in d.book.open_orders(account.account)
            if one.symbol == frozen.symbol
            and one.status is OrderStatus.IN_DOUBT
            and one.escalated_at is None
            and one.side.sign * frozen.difference > 0
        ),
        None,
    )


def _excess(frozen: Frozen) -> Decimal:
    """How much of what the venue holds lies beyond the book, unsigned: what closing it can take."""
    if not frozen.held or frozen.difference * frozen.held <= 0:
        return ZERO
    return min(abs(frozen.difference), abs(frozen.held))


def _price(d: Deciding, command: cm.SettleDrift) -> Price | None:
    """What the difference is booked at: the price of now, or where there is none what is held costs."""
    instrument = command.seen.instrument
    quote = d.book.marks.get(command.symbol) or command.seen.quote
    if quote is not None and quote.mid:
        return instrument.price_nearest(quote.mid)
    position = d.book.current_position(command.account, command.symbol)
    average = position.average_price(instrument) if position is not None else None
    return instrument.price_nearest(average) if average else None


def _adopt(d: Deciding, command: cm.SettleDrift, frozen: Frozen) -> None:
    """The book takes what the venue holds, at the price of now; orders that are not there are ended."""
    account, symbol = command.account, command.symbol
    for order in list(d.book.open_orders(account)):
        standing = order.status in (OrderStatus.WORKING, OrderStatus.PARTIAL)
        if order.number in frozen.lost and order.symbol == symbol and standing:
            d.emit(ev.OrderCanceled(account, order.order_id, "lost", d.now))
    if frozen.difference:
        price = _price(d, command)
        assert price is not None
        side = Side.BUY if frozen.difference > 0 else Side.SELL
        name = f"{DRIFT}:{command.command_id}"
        fill = rp.FillReported(
            account,
            ClientOrderId(name),
            FillId(name),
            Quantity(abs(frozen.difference)),
            price,
            ZERO,
            rp.Liquidity.TAKER,
            d.now,
            symbol=symbol,
            side=side,
        )
        take_over(d, command.seen.instrument, side, fill, None, DRIFT, frozen.seen_at)
    position = d.book.current_position(account, symbol)
    if position is None or not position.is_open:
        return
    if command.choice == "close":
        exit_now(d, position, Role.CLOSE, command.command_id, _excess(frozen))
    elif not frozen.difference:
        sync(d, position, DRIFT)
