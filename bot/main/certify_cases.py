"""What certification tries on a venue's own test side, one step on top of the other: the safe part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from bot.main.certify_floor import LARGER, ME, Failed, Floor
from bot.spoken import say
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind
from trading.domain.ids import ClientOrderId
from trading.domain.mode import PAPER
from trading.domain.money import HUNDRED, Quantity, rounded_up
from trading.domain.order import Order, OrderStatus
from trading.domain.position import Guard
from trading.domain.reports import CancelRefused, FillReported
from trading.engine.reconcile import connect
from trading.entropy import SystemEntropy

AWAY_PERCENT: Final = Decimal(10)
"""So far below the market an order rests that is not to trade."""


async def key(floor: Floor) -> None:
    """The key may trade, and leads to the test side."""
    probe = await floor.venue.probe()
    if probe.environment != PAPER or not probe.may_trade:
        raise Failed(probe.note or probe.environment)


async def account(floor: Floor) -> None:
    """What the venue holds is read, and the account begins with it."""
    seen = await floor.venue.snapshot()
    left = {symbol: Decimal(held) for symbol, held in seen.positions.items() if held}
    await floor.do(
        cm.OpenAccount(
            floor.command_id(), ME, floor.account, "certify", PAPER, floor.site.currency, seen.cash, "", left
        )
    )
    await connect(floor.engine, floor.account, floor.venue)


async def prices(floor: Floor) -> None:
    """Prices and rules of the market."""
    await floor.until(lambda: any(floor.market.search(one) for one in floor.first if one))
    symbol = floor.instrument.symbol
    floor.market.want(symbol)
    await floor.until(lambda: floor.market.last(symbol))


async def rests(floor: Floor) -> None:
    """A limit order far below the market rests."""
    quote = floor.seen().quote
    assert quote is not None
    below = floor.instrument.price_nearest(quote.bid * (HUNDRED - AWAY_PERCENT) / HUNDRED)
    order = floor.rested = await floor.bought(below)
    await floor.until(lambda: floor.now(order).status is OrderStatus.WORKING)


async def found(floor: Floor) -> None:
    """It is found by its name, as it was sent."""
    order = _rested(floor)
    there = await floor.venue.find(order.client_order_id)
    wanted = ("working", order.quantity, order.limit_price)
    if there is None or (there.status, there.quantity, there.limit_price) != wanted:
        raise Failed(str(there))


async def listed(floor: Floor) -> None:
    """It is among the open orders."""
    order = _rested(floor)
    seen = await floor.venue.snapshot()
    if order.client_order_id not in [one.client_order_id for one in seen.orders]:
        raise Failed(say("certify.not_listed", n=len(seen.orders)))


async def changed(floor: Floor) -> None:
    """Its price is changed."""
    order, one = _rested(floor), floor.instrument
    assert order.limit_price is not None
    lower = one.price_nearest(order.limit_price * (HUNDRED - 1) / HUNDRED)
    larger = Quantity(rounded_up(max(order.quantity, one.notional_min / lower * LARGER), one.lot_size))
    await floor.do(
        cm.ModifyOrder(
            floor.command_id(), ME, floor.account, order.order_id, floor.seen(), larger, limit_price=lower
        )
    )
    await floor.until(lambda: floor.now(order).limit_price == lower)
    there = await floor.venue.find(order.client_order_id)
    if there is None or there.limit_price != lower:
        raise Failed(str(there))


async def canceled(floor: Floor) -> None:
    """It is canceled, and found as canceled; a second cancel is refused."""
    order = _rested(floor)
    await floor.do(cm.CancelOrders(floor.command_id(), ME, floor.account, (order.order_id,)))
    await floor.until(lambda: floor.now(order).status is OrderStatus.CANCELED)
    there = await floor.venue.find(order.client_order_id)
    again = await floor.venue.cancel(order.client_order_id)
    if there is None or there.status != "canceled" or not isinstance(again, CancelRefused):
        raise Failed(f"{there} {again}")


async def absent(floor: Floor) -> None:
    """A name that was never sent is not found."""
    there = await floor.venue.find(ClientOrderId(f"never-{SystemEntropy().token(6).hex()}"))
    if there is not None:
        raise Failed(str(there))


async def filled(floor: Floor) -> None:
    """A market order with a stop fills, and the stop stands where this venue can hold one."""
    stop = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(5)))
    order = await floor.bought(None, stop)
    await floor.until(lambda: floor.now(order).status is OrderStatus.FILLED)
    floor.rested = floor.now(order)
    position = floor.held()
    if position is None or position.bracket is None:
        raise Failed(say("certify.no_position"))
    if position.bracket.guard is not Guard.BOT:
        await floor.until(lambda: (one := floor.held()) is not None and one.uncovered_since is None)


async def history(floor: Floor) -> None:
    """The past tells the same fills, each once."""
    order = _rested(floor)
    told = await floor.venue.history(floor.began - timedelta(minutes=5))
    ids = [one.fill_id for one in told if isinstance(one, FillReported)]
    ours = [one for one in ids if one in order.fill_ids]
    if sorted(ours) != sorted(order.fill_ids):
        raise Failed(f"{ours} / {order.fill_ids}")


async def closed(floor: Floor) -> None:
    """The position is closed, and nothing of it stays at the venue."""
    position = floor.held()
    if position is None:
        raise Failed(say("certify.no_position"))
    size = Size(SizeKind.POSITION, HUNDRED)
    await floor.do(
        cm.ClosePosition(floor.command_id(), ME, floor.account, position.position_id, size, floor.seen())
    )
    await floor.until(lambda: not list(floor.engine.book.open_orders(floor.account)))
    seen = await floor.venue.snapshot()
    ours = {order.client_order_id for order in floor.engine.book.orders.values()}
    if left := [one.client_order_id for one in seen.orders if one.client_order_id in ours]:
        raise Failed(", ".join(left))


def _rested(floor: Floor) -> Order:
    assert floor.rested is not None, "the row ends with the first case that fails"
    return floor.now(floor.rested)


Case = Callable[[Floor], Awaitable[None]]
CASES: Final[dict[str, Case]] = {
    "KEY": key,
    "ACCOUNT": account,
    "PRICES": prices,
    "RESTS": rests,
    "FOUND": found,
    "LISTED": listed,
    "CHANGED": changed,
    "CANCELED": canceled,
    "ABSENT": absent,
    "FILLED": filled,
    "HISTORY": history,
    "CLOSED": closed,
}
"""In the order in which they run: each stands on those before it."""
