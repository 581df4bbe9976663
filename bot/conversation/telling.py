"""Orders, quantities and exits in a person's words: the same on cards, lists and answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot.conversation.screen import Badges, Line, Span, badges, dim, line, warn
from bot.conversation.wording import Wording
from trading.domain.book import Account
from trading.domain.exits import ExitPlan
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.money import HUNDRED, ZERO
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side, TimeInForce
from trading.domain.position import Bracket, Leg, LegKind

_UNITS = {InstrumentKind.FUTURE: "unit.contracts", InstrumentKind.EQUITY: "unit.shares"}


def quantity_text(wording: Wording, instrument: Instrument, quantity: Decimal) -> str:
    """`0.1346 BTC`, `2 contracts`, `10 shares`; unsigned."""
    size = abs(quantity)
    unit = _UNITS.get(instrument.kind)
    if unit is not None:
        return wording.say(unit, n=size.normalize())
    return f"{wording.quantity(size)} {instrument.base}"


def side_word(wording: Wording, side: Side) -> str:
    """`buy` or `sell`."""
    return wording.say(f"order.{side.value}")


def price_phrase(
    wording: Wording,
    instrument: Instrument,
    limit: Decimal | None,
    stop: Decimal | None,
) -> str:
    """`at market`, `limit 7,400.00`, `stop 7,500.00`, `stop 7,500.00 limit 7,510.00`."""
    tick = instrument.tick_size
    if stop is not None and limit is not None:
        return wording.say(
            "order.at_stop_limit", stop=wording.price(stop, tick), limit=wording.price(limit, tick)
        )
    if stop is not None:
        return wording.say("order.at_stop", stop=wording.price(stop, tick))
    if limit is not None:
        return wording.say("order.at_limit", limit=wording.price(limit, tick))
    return wording.say("order.at_market")


def where_it_waits(wording: Wording, instrument: Instrument, order: Order) -> str:
    """At which price an order acts, trailing stops included."""
    if order.type is not OrderType.TRAILING_STOP:
        return price_phrase(wording, instrument, order.limit_price, order.stop_price)
    if order.trail_percent is not None:
        distance = wording.percent(order.trail_percent)
    else:
        distance = wording.price(order.trail_distance or ZERO, instrument.tick_size)
    return wording.say("order.at_trail", distance=distance)


def order_name(order: Order) -> str:
    """`#17`: what people type."""
    return f"#{order.number}"


def order_phrase(wording: Wording, instrument: Instrument, order: Order) -> str:
    """`buy 0.1346 BTC at market`."""
    size = quantity_text(wording, instrument, order.quantity)
    return f"{side_word(wording, order.side)} {size} {where_it_waits(wording, instrument, order)}"


def purpose(wording: Wording, order: Order) -> str:
    """What an order is for: entry, tp1, stop, trail, close …"""
    if order.role is Role.TARGET:
        return wording.say("order.for_target", n=Decimal(order.leg))
    return wording.say(f"order.for_{order.role.value}")


def state_phrase(wording: Wording, order: Order) -> str:
    """How an order stands, and what was asked of it."""
    said = wording.say(f"order.is_{order.status.value}")
    if order.is_open and order.is_canceling:
        return wording.say("order.is_canceling", state=said)
    if order.is_open and order.is_changing:
        return wording.say("order.is_changing", state=said)
    if order.filled and order.status is OrderStatus.PARTIAL:
        part = order.filled / order.quantity * HUNDRED
        return wording.say("order.is_partly", state=said, part=wording.percent(part))
    return said


def life_phrase(wording: Wording, life: TimeInForce, expires_at: datetime | None, post_only: bool) -> str:
    """How long an order lives, when that is anything but until it is canceled; else empty."""
    words = []
    if expires_at is not None:
        words.append(wording.say("order.until", at=wording.instant(expires_at)))
    elif life is not TimeInForce.GTC:
        words.append(wording.say(f"order.life_{life.value}"))
    if post_only:
        words.append(wording.say("order.post_only"))
    return ", ".join(words)


def where_badges(account: Account, note: str = "") -> Badges:
    """PAPER or LIVE, and what must be said about the price (REPLAY with its date)."""
    mode = warn("LIVE") if account.mode == "live" else Span(account.mode.upper())
    return badges(mode, *((warn(note),) if note else ()))


# ---------------------------------------------------------------- exits


def leg_name(wording: Wording, leg: Leg) -> str:
    """`TP 1`, `Stop`, `Trail`, `Time`."""
    if leg.kind is LegKind.TARGET:
        return wording.say("exit.target", n=Decimal(leg.name.removeprefix("tp")))
    return wording.say(f"exit.{leg.kind.value}")


def exit_pairs(
    wording: Wording, instrument: Instrument, bracket: Bracket, entry: Decimal | None
) -> list[tuple[str, Line]]:
    """Each exit with its price and its distance from the entry, in the order of the bracket."""
    pairs = [
        (leg_name(wording, leg), leg_line(wording, instrument, leg, bracket, entry)) for leg in bracket.legs
    ]
    after = bracket.break_even_after
    if after is not None:
        if bracket.is_break_even:
            said = wording.say("exit.even_reached")
        else:
            said = wording.say("exit.even_after", n=Decimal(after))
        pairs.append((wording.say("exit.break_even"), line(said)))
    return pairs


def gap_pairs(wording: Wording, plan: ExitPlan) -> list[tuple[str, Line]]:
    """What becomes of a stop that was jumped over, where that was said."""
    if plan.gap is None:
        return []
    return [(wording.say("exit.gap"), line(wording.say(f"exit.gap_{plan.gap.value}")))]


def leg_line(
    wording: Wording, instrument: Instrument, leg: Leg, bracket: Bracket, entry: Decimal | None
) -> Line:
    """The value of one exit: `7,573.50 (+2%) · 50%`."""
    tick = instrument.tick_size
    if leg.kind is LegKind.TIME:
        return line(wording.instant(bracket.exit_at) if bracket.exit_at else "")
    parts: list[str | Span] = []
    if leg.kind is LegKind.TRAIL:
        parts.append(trail_text(wording, instrument, leg))
    if leg.price is not None and (leg.kind is not LegKind.TRAIL or leg.activation_price is None):
        parts.append(wording.price(leg.price, tick) + _away(wording, leg.price, entry))
    if leg.kind is LegKind.TARGET and leg.share is not None and leg.share < HUNDRED:
        size = quantity_text(wording, instrument, leg.quantity)
        parts.append(size)
    if leg.is_done:
        parts.append(dim(wording.say("exit.done")))
    joined: list[str | Span] = []
    for part in parts:
        joined += [" · ", part] if joined else [part]
    return line(*joined)


def trail_text(wording: Wording, instrument: Instrument, leg: Leg) -> str:
    """`by 1.5%`, `by 500.00 from 66,000.00 on`."""
    tick = instrument.tick_size
    if leg.trail_percent is not None:
        by = wording.percent(leg.trail_percent)
    else:
        by = wording.price(leg.trail_distance or ZERO, tick)
    if leg.activation_price is not None:
        return wording.say("exit.trail_after", by=by, price=wording.price(leg.activation_price, tick))
    return wording.say("exit.trail_by", by=by)


def _away(wording: Wording, price: Decimal, entry: Decimal | None) -> str:
    if not entry:
        return ""
    return f" ({wording.percent((price - entry) / entry * HUNDRED, signed=True)})"
