"""What an alert may know beside its events: the book as it is now, the reader's words, the market's notes."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from bot.conversation.screen import Block, Button, Line, Span, dim, line, warn
from bot.conversation.wording import Wording
from bot.notifications.policy import Topic, Urgency
from trading.domain.book import Book
from trading.domain.ids import AccountId, OrderId, PersonId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.order import Order, OrderType
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position


def no_note(symbol: str) -> str:
    """For markets that need no note."""
    return ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything beside the events themselves.

    `note` is what screens must say about a symbol's price (`MarketData.note`), `doubted` holds the orders
    that were in doubt when they were last told of.
    """

    wording: Wording
    book: Book
    note: Callable[[str], str] = no_note
    doubted: Set[OrderId] = frozenset()


class Telling(Struct, frozen=True):
    """An alert before it becomes a screen. `symbol` is set when it shows a price; `buttons` only look.
    `everywhere`: it is told on every phone, whatever its person has switched off there. `curve_of`: the
    account whose curve goes with it as a picture."""

    topic: Topic
    blocks: tuple[Block, ...]
    urgency: Urgency = Urgency.NORMAL
    symbol: str = ""
    reason: str = ""  # of an exit: what people switch on and off
    buttons: tuple[tuple[Button, ...], ...] = ()
    everywhere: bool = False
    curve_of: tuple[str, ...] = ()


def called(scene: Scene, person: PersonId) -> str:
    """How a person is called: members of accounts by the name that they came with."""
    for account in scene.book.accounts.values():
        name = next((one.name for one in account.members if one.person == person), "")
        if name:
            return name
    return str(person)


def symbol_of(account: AccountId, position_id: PositionId) -> str:
    """The symbol inside `<account>/<symbol>/<n>`, for positions that the book has forgotten."""
    return position_id.removeprefix(f"{account}/").rpartition("/")[0]


def order_words(scene: Scene, account: AccountId, order_id: OrderId) -> str:
    """`limit buy 0.1346 BTC/USD at 7,400`; the bare id for an order that the book has forgotten."""
    order = scene.book.order(order_id)
    if order is None:
        return order_id
    instrument = scene.book.instrument(account, order.symbol)
    say = scene.wording.say
    price = order.limit_price or order.stop_price
    words = {
        "type": say(f"alert.type_{order.type.value}"),
        "side": say(f"alert.side_{order.side.value}"),
        "quantity": quantity(scene, order.quantity, instrument),
        "symbol": order.symbol,
    }
    if price is None or order.type is OrderType.TRAILING_STOP:
        return say("alert.order", **words)
    return say("alert.order_at", price=price_text(scene, price, instrument), **words)


def quantity(scene: Scene, value: Decimal, instrument: Instrument | None) -> str:
    """A quantity at the instrument's lot."""
    return scene.wording.quantity(value, instrument.lot_size if instrument else None)


def price_text(scene: Scene, value: Decimal, instrument: Instrument | None) -> str:
    """A price at the instrument's tick."""
    return scene.wording.price(value, instrument.tick_size if instrument else None)


def holding_line(scene: Scene, position: Position) -> Line:
    """`Long 0.1346 at 7,424.91`."""
    instrument = scene.book.instrument(position.account, position.symbol)
    average = position.average_price(instrument) if instrument else None
    key = "alert.holding_long" if position.is_long else "alert.holding_short"
    return line(
        scene.wording.say(
            key,
            quantity=quantity(scene, abs(position.quantity), instrument),
            price=price_text(scene, average, instrument) if average is not None else "?",
        )
    )


def exits_line(scene: Scene, position: Position) -> Line:
    """`Exits TP1 7,573.41 · SL 7,350.66 · the venue guards`, or a warning that there are none."""
    bracket = position.bracket
    legs = [leg for leg in bracket.legs if not leg.is_done] if bracket else []
    if bracket is None or not legs:
        return line(warn(scene.wording.say("alert.no_exits", symbol=position.symbol)))
    instrument = scene.book.instrument(position.account, position.symbol)
    words = [_leg_words(scene, leg, bracket, instrument) for leg in legs]
    if bracket.guard is not Guard.NONE:
        words.append(scene.wording.say(f"alert.guard_{bracket.guard.value}"))
    return line(scene.wording.say("alert.exits", legs=" · ".join(words)))


def _leg_words(scene: Scene, leg: Leg, bracket: Bracket, instrument: Instrument | None) -> str:
    say = scene.wording.say
    price = price_text(scene, leg.price, instrument) if leg.price is not None else ""
    match leg.kind:
        case LegKind.TARGET:
            return say("alert.leg_target", n=Decimal(leg.name.removeprefix("tp")), price=price)
        case LegKind.STOP:
            return say("alert.leg_stop", price=price)
        case LegKind.TRAIL:
            if leg.trail_percent is not None:
                distance = scene.wording.percent(leg.trail_percent)
            else:
                distance = price_text(scene, leg.trail_distance or Decimal(0), instrument)
            if price:
                return say("alert.leg_trail_at", distance=distance, price=price)
            return say("alert.leg_trail", distance=distance)
        case LegKind.TIME:
            at = scene.wording.instant(bracket.exit_at) if bracket.exit_at else ""
            return say("alert.leg_time", at=at)


def r_of(scene: Scene, position: Position | None, realised: Decimal, closed: Decimal) -> Span | None:
    """What `realised` (before fees) on `closed` units is in R; None when there was no stop to count from."""
    if position is None or position.bracket is None or not position.bracket.risk_per_unit or not closed:
        return None
    instrument = scene.book.instrument(position.account, position.symbol)
    if instrument is None:
        return None
    risk = position.bracket.risk_per_unit * closed * instrument.multiplier
    text = scene.wording.number(realised / risk, 2, signed=True)
    return Span(scene.wording.say("alert.r", r=text))


def dotted(*parts: str | Span | None) -> Line:
    """Parts side by side with a dot between; None is left out."""
    spans: list[str | Span] = []
    for part in parts:
        if part is None or part == "":
            continue
        spans += [" · ", part] if spans else [part]
    return line(*spans)


def footer(scene: Scene, account: str, codes: str, symbol: str) -> Line:
    """`#k3f-0042 · paper · REPLAY 2018-04-04 01:00 UTC`."""
    found = scene.book.account(AccountId(account))
    mode = found.mode if found is not None and found.mode != account else ""
    return line(dim(" · ".join(part for part in (codes, account, mode, scene.note(symbol)) if part)))


def is_guarding(order: Order | None) -> bool:
    """Whether an order is a leg of a bracket, not something that a person placed by hand."""
    return order is not None and order.is_leg
