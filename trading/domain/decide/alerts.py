"""Alerts: what may be set, when they ring, when they are told again, and when they are over."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_timed as et
from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.decide.deciding import Deciding
from trading.domain.ids import AccountId, PersonId
from trading.domain.measure import INDICATORS, LENGTH_MAX, Measure, line_of
from trading.domain.money import Price, plain
from trading.domain.timed import ALERT_LIFE_MAX, ALERT_TIMES_MAX, ALERTS_MAX, PriceAlert, Side
from trading.domain.warning import day_result

_UP = frozenset({Side.ABOVE, Side.CROSSES_UP})
_PLACES = 9
_FRAME_S = range(60, 86_400 + 1)


def accounts_of(book: Book, person: PersonId) -> list[Account]:
    """Every account of a person."""
    found = (book.account(name) for name in book.account_ids())
    return [account for account in found if account is not None and account.owner == person]


# ---------------------------------------------------------------- setting


def set_alert(d: Deciding, command: cm.SetAlert) -> None:
    """Begin to wait for a level that is not reached, or for a crossing."""
    account = d.account(command.account)
    symbol = command.seen.instrument.symbol if command.seen is not None else ""
    value = _value_now(d, command, account)
    refused = (
        _level_refused(d, command, value)
        or _room_refused(d, command, account, symbol)
        or _there_refused(command, symbol, value)
    )
    if refused is not None:
        d.deny(command.account, command.command_id, "alerts", symbol, refused)
        return
    if command.seen is not None:
        d.list_instrument(command.account, command.seen.instrument)
    number = account.alert_count + 1
    waits, is_armed = _waits(command, value)
    alert = PriceAlert(
        alert_id=f"{command.account}/alert-{number}",
        number=number,
        symbol=symbol,
        side=command.side,
        price=command.price,
        waits=waits,
        set_at=d.now,
        set_price=value,
        repeats=command.repeats,
        note=command.note,
        is_armed=is_armed,
        of=command.of,
        indicator=command.indicator,
        person=command.person,
        until=command.until,
        is_critical=command.is_critical,
        anchored_at=command.anchored_at,
    )
    d.emit(et.AlertSet(command.account, alert, command.command_id, d.now, d.by))
    d.facts = {"alert_id": alert.alert_id, "number": number}


def _waits(command: cm.SetAlert, value: Price | None) -> tuple[Side, bool]:
    """The side that comes next, and whether the alert is ready for it."""
    match command.side:
        case Side.CROSSES:
            assert value is not None, "a crossing of something unknown is refused"
            return (Side.ABOVE if command.price > value else Side.BELOW), True
        case Side.CROSSES_UP:
            return Side.ABOVE, value is not None and value < command.price
        case Side.CROSSES_DOWN:
            return Side.BELOW, value is not None and value > command.price
        case _:
            return command.side, True


def _value_now(d: Deciding, command: cm.SetAlert, account: Account) -> Price | None:
    """What is compared with the level, as it is now; None while there is nothing."""
    match command.of:
        case Measure.PRICE:
            return _mid_now(d, command)
        case Measure.INDICATOR:
            return Price(command.value) if command.value is not None else None
        case Measure.POSITION:
            assert command.seen is not None, "a position is in a symbol"
            position = d.book.current_position(account.account, command.seen.instrument.symbol)
            is_known = position is not None and position.is_open and d.book.mid(position.symbol) is not None
            return Price(d.book.unrealised(position)) if position is not None and is_known else None
        case Measure.DAY:
            result = day_result(d.book, account, d.now, {})
            return Price(result) if result is not None else None


def _mid_now(d: Deciding, command: cm.SetAlert) -> Price | None:
    if command.seen is None:
        return None
    quote = d.book.marks.get(command.seen.instrument.symbol) or command.seen.quote
    return quote.mid if quote is not None else None


def _level_refused(d: Deciding, command: cm.SetAlert, value: Price | None) -> ev.Refusal | None:
    """Whether the level can be meant at all."""
    price, shown = command.price, plain(command.price)
    if command.of is Measure.INDICATOR:
        return _indicator_refused(d, command)
    if command.of is not Measure.PRICE:
        return None
    assert command.seen is not None, "a price is of a symbol"
    symbol = command.seen.instrument.symbol
    if value is None:
        text = f"There is no price of {symbol} yet: set the alert once there is one (/price {symbol})."
        return ev.Refusal("no_price", text, "symbol", symbol)
    return _far(symbol, shown, price, value)


def _far(name: str, shown: str, price: Decimal, mid: Decimal) -> ev.Refusal | None:
    if price > 0 and mid / ALERT_TIMES_MAX <= price <= mid * ALERT_TIMES_MAX:
        return None
    text = f"{name} is at {plain(mid)}: {shown} is too far from it to be meant."
    return ev.Refusal("level_far", text, "price", shown)


def _indicator_refused(d: Deciding, command: cm.SetAlert) -> ev.Refusal | None:
    found, price = command.indicator, command.price
    assert found is not None, "an alert about an indicator names it"
    kind = INDICATORS.get(found.name)
    lengths_fit = all(2 <= length <= LENGTH_MAX for length in found.lengths)
    if kind is None or not lengths_fit or len(found.lengths) != len(kind.lengths):
        text = f"{found.name} is no indicator that can be computed: type /help alerts for those that can."
        return ev.Refusal("no_indicator", text, "indicator", found.name)
    if found.frame_s not in _FRAME_S:
        text = "Bars of an alert are between a minute and a day long."
        return ev.Refusal("frame", text, "indicator", found.name)
    below = kind.lowest is not None and price <= kind.lowest
    if below or (kind.highest is not None and price >= kind.highest):
        top = f" and {plain(kind.highest)}" if kind.highest is not None else ""
        between = f"lies between {plain(kind.lowest or Decimal(0))}{top}" if top else "is above 0"
        text = f"{found.name} {between}: {plain(price)} is never passed."
        return ev.Refusal("level_far", text, "price", plain(price))
    if command.side is Side.CROSSES and command.value is None:
        text = "There are too few bars yet to tell from which side it comes: say > or < instead of crosses."
        return ev.Refusal("no_bars", text, "indicator", found.name)
    mid = _mid_now(d, command)
    return _far(found.name, plain(price), price, mid) if kind.is_price and mid is not None else None


def _room_refused(d: Deciding, command: cm.SetAlert, account: Account, symbol: str) -> ev.Refusal | None:
    """Whether there is room for one more, and whether it is another than those that wait."""
    waiting = [alert for one in accounts_of(d.book, command.person) for alert in one.alerts]
    if max(len(waiting), len(account.alerts)) >= ALERTS_MAX:
        text = f"{ALERTS_MAX} alerts wait already, which is the most: /alerts del and a number frees one."
        return ev.Refusal("alerts_full", text)
    until = command.until
    if until is not None and not d.now < until <= d.now + ALERT_LIFE_MAX:
        text = "That end has passed already: name one that is still to come, like for 3d."
        if until > d.now:
            text = "An alert ends within a year: name an earlier end, like for 30d."
        return ev.Refusal("until", text, "until", until.isoformat())
    own = (symbol, command.of, command.indicator, command.side, command.price)
    if any((a.symbol, a.of, a.indicator, a.side, a.price) == own for a in account.alerts):
        shown = f"/alerts {symbol}" if symbol else "/alerts"
        text = f"That alert waits already: {shown} shows it."
        return ev.Refusal("alert_twice", text, "price", plain(command.price))
    return None


def _there_refused(command: cm.SetAlert, symbol: str, value: Price | None) -> ev.Refusal | None:
    """A level that is reached already would ring at once."""
    price = command.price
    if value is None:
        if command.side is not Side.CROSSES:
            return None
        text = "There is nothing to compare with yet: say > or < instead of crosses."
        return ev.Refusal("no_value", text, "price", plain(price))
    if command.side is Side.ABOVE:
        is_there = value >= price
    elif command.side is Side.BELOW:
        is_there = value <= price
    else:
        is_there = command.side is Side.CROSSES and value == price
    if not is_there:
        return None
    name = {
        Measure.PRICE: symbol,
        Measure.INDICATOR: _called(command, symbol),
        Measure.POSITION: f"The P&L of {symbol}",
        Measure.DAY: "The result of today",
    }[command.of]
    wait = (
        "crosses" if command.of is Measure.PRICE else "crosses up" if command.side in _UP else "crosses down"
    )
    what = (
        f"/alerts {symbol} {wait} {plain(price)}" if command.of is Measure.PRICE else f"{wait} {plain(price)}"
    )
    text = f"{name} is at {plain(value)}, so it is there already: {what} waits until it passes."
    return ev.Refusal("already_there", text, "price", plain(price))


def _called(command: cm.SetAlert, symbol: str) -> str:
    """What an alert about an indicator is about, as short as it can be: `rsi`, `BTC/USD − ema(50)`."""
    if command.indicator is None:
        return ""
    over = line_of(command.indicator)
    if over is None:
        return command.indicator.name
    return f"{symbol} − {over.name}({','.join(map(str, over.lengths))})"


# ---------------------------------------------------------------- ringing


def alert_touched(d: Deciding, report: rp.AlertTouched) -> None:
    """The watched price was reached: ring, or be ready again; nothing when the alert has gone meanwhile."""
    account, alert = _found(d, report.account, report.alert_id)
    if account is None or alert is None:
        return
    value: Decimal = report.quote.mid
    if alert.of is Measure.POSITION:
        position = d.book.current_position(account.account, alert.symbol)
        instrument = d.book.instrument(account.account, alert.symbol)
        if position is None or not position.is_open or instrument is None:
            return
        # The price that was watched is a quotient: what its rounding takes must not keep the alert silent.
        value = round(position.unrealised(instrument, report.quote.mid), _PLACES)
    _compare(d, account, alert, value, is_after_gap=report.is_first)


def alert_measured(d: Deciding, report: rp.AlertMeasured) -> None:
    """An indicator or a day has reached its level; a day is measured again, on the book of this decision."""
    account, alert = _found(d, report.account, report.alert_id)
    if account is None or alert is None:
        return
    value: Decimal | None = report.value
    if alert.of is Measure.DAY:
        value = day_result(d.book, account, d.now, report.price_age_s)
    if value is not None:
        _compare(d, account, alert, value)


def series_anchored(d: Deciding, report: rp.SeriesAnchored) -> None:
    """Write down from which bar on an alert's indicator is computed, before anything is made of it."""
    _, alert = _found(d, report.account, report.alert_id)
    if alert is not None and alert.anchored_at != report.anchored_at:
        d.emit(et.AlertAnchored(report.account, report.alert_id, report.anchored_at, d.now))


def _compare(
    d: Deciding, account: Account, alert: PriceAlert, value: Decimal, *, is_after_gap: bool = False
) -> None:
    if alert.is_over(d.now):
        d.emit(et.AlertEnded(account.account, alert, d.now))
        return
    if not alert.is_reached(value):
        return
    if not (alert.is_armed or alert.side is Side.CROSSES):
        d.emit(et.AlertRearmed(account.account, alert.alert_id, d.now))
        return
    d.emit(
        et.AlertFired(
            account=account.account,
            alert_id=alert.alert_id,
            number=alert.number,
            symbol=alert.symbol,
            side=alert.waits,
            level=alert.price,
            price=Price(value),
            note=alert.note,
            is_after_gap=is_after_gap,
            is_over=not alert.repeats,
            at=d.now,
            alert=alert,
        )
    )


def _found(d: Deciding, name: AccountId, alert_id: str) -> tuple[Account | None, PriceAlert | None]:
    account = d.book.account(name)
    if account is None:
        return None, None
    return account, next((one for one in account.alerts if one.alert_id == alert_id), None)


# ---------------------------------------------------------------- over, unseen, seen


def alert_due(d: Deciding, report: rp.AlertDue) -> None:
    """Its end has come, or nobody has seen it for a while: it is told once more, a step further."""
    account, alert = _found(d, report.account, report.alert_id)
    if account is None:
        return
    if alert is not None and alert.is_over(d.now):
        d.emit(et.AlertEnded(account.account, alert, d.now))
    for ringing in account.ringing:
        if ringing.alert.alert_id == report.alert_id and ringing.due_at <= d.now:
            further = replace(ringing, step=ringing.step + 1, told_at=d.now)
            d.emit(et.AlertEscalated(account.account, further, d.now))


def see_alerts(d: Deciding, command: cm.SeeAlerts) -> None:
    """Critical alerts that somebody has seen go no further. Whoever does anything has seen their own; another
    has to say which."""
    account = d.account(command.account)
    seen = tuple(
        one.alert.alert_id
        for one in account.ringing
        if one.alert.alert_id in command.alert_ids
        or (not command.alert_ids and command.person == (one.alert.person or account.owner))
    )
    if seen:
        d.emit(et.AlertsSeen(account.account, seen, command.command_id, d.now, d.by))
    d.facts = {"seen": len(seen)}


def drop_alerts(d: Deciding, command: cm.DropAlerts) -> None:
    """Forget alerts."""
    account = d.account(command.account)
    wanted = command.alert_ids
    dropped = [alert for alert in account.alerts if not wanted or alert.alert_id in wanted]
    if not dropped:
        refusal = ev.Refusal("no_alert", "There is no such alert; /alerts lists them.", "alert")
        d.deny(command.account, command.command_id, "alerts", "", refusal)
        return
    for alert in dropped:
        d.emit(
            et.AlertDropped(command.account, alert.alert_id, alert.number, command.command_id, d.now, d.by)
        )
    d.facts = {"numbers": [alert.number for alert in dropped]}
