"""Fills as screens: entries, exits with their reason and result, many closings at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bot.conversation.latency import latency_line
from bot.conversation.screen import Block, Line, Span, line, table, title, warn
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import (
    Scene,
    Telling,
    dotted,
    exits_line,
    holding_line,
    price_text,
    quantity,
    r_of,
    symbol_of,
)
from trading.domain.automation import BOT_TAG
from trading.domain.commands import HaltState
from trading.domain.events import OrderFilled, PositionClosed
from trading.domain.ids import AccountId, OrderId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO
from trading.domain.order import Order, Role, Side
from trading.domain.position import Position
from trading.ports import StoredEvent

_ROWS_MAX = 15


def group_of_fill(event: OrderFilled, scene: Scene) -> str:
    """Fills of one order belong together, and all closings of one flatten."""
    order = scene.book.order(event.order_id)
    if order is not None and order.role is Role.FLATTEN:
        return f"flatten:{event.account}"
    return f"fill:{event.order_id}"


def no_more_fills(event: OrderFilled, scene: Scene) -> bool:
    """Whether nothing more can join: the order is done, and so is the flatten that it belongs to."""
    order = scene.book.order(event.order_id)
    if order is not None and order.role is Role.FLATTEN:
        account = scene.book.account(event.account)
        return account is None or account.flattening is None
    return order is None or not order.is_open


def tell_fills(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """One message for the fills of a group, with the closing that they led to."""
    fills = [m.event for m in members if isinstance(m.event, OrderFilled)]
    closed = [m.event for m in members if isinstance(m.event, PositionClosed)]
    orders = dict.fromkeys(fill.order_id for fill in fills)
    if len(orders) > 1:
        return _tell_many(fills, closed, scene)
    order = scene.book.order(fills[0].order_id)
    is_entry = order.is_entry if order is not None else "/entry-" in fills[0].order_id
    tell = _tell_entry if is_entry else _tell_exit
    return tell(fills, closed[-1] if closed else None, order, scene)


def tell_closed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A closing whose fill was told before."""
    closed: Any = members[0].event
    blocks = (title(scene.wording.say("alert.flat_in", symbol=closed.symbol)), _closed_line(scene, closed))
    return Telling(Topic.EXIT, blocks, symbol=closed.symbol)


class _Sums:
    """What several fills of one order make together."""

    def __init__(self, fills: Sequence[OrderFilled]) -> None:
        self.quantity = sum((f.quantity for f in fills), ZERO)
        self.price = sum((f.quantity * f.price for f in fills), ZERO) / self.quantity
        self.fee = sum((f.fee for f in fills), ZERO)
        self.realised = sum((f.realised for f in fills), ZERO)
        self.currency = fills[0].currency


def _tell_entry(
    fills: Sequence[OrderFilled], closed: PositionClosed | None, order: Order | None, scene: Scene
) -> Telling:
    first, sums, say = fills[0], _Sums(fills), scene.wording.say
    symbol = order.symbol if order else symbol_of(first.account, first.position_id)
    instrument = scene.book.instrument(first.account, symbol)
    key = "alert.filled"
    if order is not None:
        key = "alert.bought" if order.side is Side.BUY else "alert.shorted"
        key += "_by_hand" if order.is_foreign else ""
    head = title(
        say(
            key,
            quantity=_how_much(scene, sums, order, instrument),
            symbol=symbol,
            price=price_text(scene, sums.price, instrument),
        )
    )
    multiplier = instrument.multiplier if instrument else Decimal(1)
    notional = scene.wording.money(sums.quantity * sums.price * multiplier, sums.currency)
    cost = say("alert.cost", notional=notional, fee=scene.wording.money(sums.fee, sums.currency))
    blocks: list[Block] = [head, dotted(cost, _in_fills(scene, fills))]
    position = scene.book.position(first.position_id)
    if position is not None and position.is_open:
        blocks += [holding_line(scene, position), exits_line(scene, position)]
    if closed is not None:
        blocks.append(_closed_line(scene, closed))
    return Telling(Topic.FILL, (*blocks, *_late(scene, fills), *_latency(scene, fills, order)), symbol=symbol)


def _tell_exit(
    fills: Sequence[OrderFilled], closed: PositionClosed | None, order: Order | None, scene: Scene
) -> Telling:
    first, sums, say = fills[0], _Sums(fills), scene.wording.say
    symbol = order.symbol if order else symbol_of(first.account, first.position_id)
    instrument = scene.book.instrument(first.account, symbol)
    key = "alert.exited"
    if order is not None:
        key = "alert.sold" if order.side is Side.SELL else "alert.covered_short"
    head = title(
        say(
            key,
            reason=_reason(scene, first.account, order),
            # A guard's order may be larger than what was left: once flat, there is nothing to come.
            quantity=_how_much(scene, sums, order if closed is None else None, instrument),
            symbol=symbol,
            price=price_text(scene, sums.price, instrument),
        )
    )
    position = scene.book.position(first.position_id)
    fee = say("alert.fee", fee=scene.wording.money(sums.fee, sums.currency))
    result = dotted(
        scene.wording.pnl(sums.realised, sums.currency),
        r_of(scene, position, sums.realised, sums.quantity),
        fee,
        _in_fills(scene, fills),
    )
    blocks: list[Block] = [head, result]
    if closed is not None:
        blocks.append(_closed_line(scene, closed))
    elif position is not None and position.is_open:
        blocks += [holding_line(scene, position), exits_line(scene, position)]
    reason = order.role.value if order is not None else ""
    blocks += [*_late(scene, fills), *_latency(scene, fills, order)]
    return Telling(Topic.EXIT, tuple(blocks), symbol=symbol, reason=reason)


def _tell_many(fills: Sequence[OrderFilled], closed: Sequence[PositionClosed], scene: Scene) -> Telling:
    """The closings of one flatten as a table."""
    by_order: dict[OrderId, list[OrderFilled]] = {}
    for fill in fills:
        by_order.setdefault(fill.order_id, []).append(fill)
    say = scene.wording.say
    rows: list[tuple[str | Span, ...]] = []
    totals: dict[str, Decimal] = {}
    for order_id, own in by_order.items():
        sums, order = _Sums(own), scene.book.order(order_id)
        symbol = order.symbol if order else symbol_of(own[0].account, own[0].position_id)
        instrument = scene.book.instrument(own[0].account, symbol)
        pnl = scene.wording.pnl(sums.realised, sums.currency)
        size, price = quantity(scene, sums.quantity, instrument), price_text(scene, sums.price, instrument)
        rows.append((symbol, size, price, pnl))
        totals[sums.currency] = totals.get(sums.currency, ZERO) + sums.realised - sums.fee
    first = fills[0]
    reason = _reason(scene, first.account, scene.book.order(first.order_id))
    count = len({fill.position_id for fill in fills})
    heads = (
        say("alert.symbol"),
        ">" + say("alert.quantity"),
        ">" + say("alert.price"),
        ">" + say("alert.pnl"),
    )
    blocks: list[Block] = [
        title(say("alert.closed_many", reason=reason, n=count)),
        table(heads, rows[:_ROWS_MAX]),
    ]
    if len(rows) > _ROWS_MAX:
        blocks.append(line(say("alert.and_more", n=len(rows) - _ROWS_MAX)))
    for currency, total in totals.items():
        blocks.append(line(say("alert.total"), " ", scene.wording.pnl(total, currency)))
    symbols = {symbol for symbol, *_ in rows if isinstance(symbol, str)}
    noted = next((symbol for symbol in sorted(symbols) if scene.note(symbol)), "")
    return Telling(Topic.EXIT, tuple(blocks), Urgency.NORMAL, noted, Role.FLATTEN.value)


def _how_much(scene: Scene, sums: _Sums, order: Order | None, instrument: Instrument | None) -> str:
    """The quantity; with what was asked for, while the order is not full."""
    text = quantity(scene, sums.quantity, instrument)
    if order is None or order.filled >= order.quantity:
        return text
    return scene.wording.say(
        "alert.quantity_of", filled=text, whole=quantity(scene, order.quantity, instrument)
    )


def _in_fills(scene: Scene, fills: Sequence[OrderFilled]) -> str | None:
    return scene.wording.say("alert.in_fills", n=len(fills)) if len(fills) > 1 else None


def _late(scene: Scene, fills: Sequence[OrderFilled]) -> list[Line]:
    said = [line(warn(scene.wording.say("alert.late")))] if any(f.is_late for f in fills) else []
    if any(one.contained is not None for one in fills):
        said.append(line(scene.wording.say("alert.contained")))
    return said


def _latency(scene: Scene, fills: Sequence[OrderFilled], order: Order | None) -> list[Line]:
    """How long it took, told once: with the order's first fill."""
    if order is None or not order.fill_ids or fills[0].fill_id != order.fill_ids[0]:
        return []
    found = latency_line(scene.wording, order, fills[0].at)
    return [found] if found is not None else []


def _reason(scene: Scene, account: AccountId, order: Order | None) -> str:
    say = scene.wording.say
    if order is None:
        return say("alert.by_desk")
    if order.is_foreign:
        return say("alert.by_hand")
    match order.role:
        case Role.TARGET:
            return say("alert.by_target", n=order.leg)
        case Role.FLATTEN:
            return say("alert.by_panic" if _is_panic(scene, account) else "alert.by_flatten")
        case Role.CLOSE:
            bot = order.tag.removeprefix(BOT_TAG)
            return say("alert.by_bot", name=bot) if order.serves else say("alert.by_person")
        case Role.STOP:
            return say("alert.by_stop")
        case Role.TRAIL:
            return say("alert.by_trail")
        case Role.TIME:
            return say("alert.by_time")
        case Role.ENTRY:
            return say("alert.by_desk")


def _is_panic(scene: Scene, account_id: AccountId) -> bool:
    account = scene.book.account(account_id)
    if account is None:
        return False
    if account.flattening is not None:
        return account.flattening.is_panic
    return account.halt is HaltState.HALTED and account.halt_reason.startswith("panic")


def _closed_line(scene: Scene, closed: PositionClosed) -> Line:
    """The result of a position from flat to flat."""
    say, money = scene.wording.say, scene.wording.money
    position = scene.book.position(closed.position_id)
    net = closed.realised - closed.fees
    entered = position.entry_quantity if position else ZERO
    return dotted(
        say("alert.flat"),
        scene.wording.pnl(closed.realised, closed.currency),
        r_of(scene, position, closed.realised, entered),
        say(
            "alert.net",
            net=money(net, closed.currency, signed=True),
            fees=money(closed.fees, closed.currency),
        ),
        _held(scene, position, closed),
    )


def _held(scene: Scene, position: Position | None, closed: PositionClosed) -> str | None:
    if position is None or position.opened_at is None:
        return None
    return scene.wording.say("alert.held", span=scene.wording.duration(closed.at - position.opened_at))
