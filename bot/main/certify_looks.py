"""What certification tries where a venue has no side for practice: questions, and orders only looked at.

Nothing is placed, and no account is opened in the floor's book: what lies at the venue is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Protocol, runtime_checkable

from bot.main.certify_cases import AWAY_PERCENT, Case, absent, prices
from bot.main.certify_floor import Failed, Floor
from trading.domain.ids import OrderId, PositionId, client_order_id
from trading.domain.mode import LIVE
from trading.domain.money import HUNDRED, Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import Rejected
from trading.entropy import SystemEntropy


@runtime_checkable
class Looks(Protocol):
    """A broker whose venue looks at orders without placing them."""

    async def check(self, item: Order) -> Rejected | None:
        """Why it would be refused; None when it would be taken."""
        ...


async def key(floor: Floor) -> None:
    """The key may trade, and may not take money out."""
    probe = await floor.venue.probe()
    if probe.environment != LIVE or not probe.may_trade or probe.may_withdraw:
        raise Failed(probe.note or probe.environment)


async def account(floor: Floor) -> None:
    """What the venue holds is read."""
    seen = await floor.venue.snapshot()
    if seen.cash < 0:
        raise Failed(str(seen.cash))


async def checked(floor: Floor) -> None:
    """A limit order far below the market, and a stop far above it: the venue would take both."""
    venue, quote, one = floor.venue, floor.seen().quote, floor.instrument
    assert isinstance(venue, Looks) and quote is not None
    below = one.price_nearest(quote.bid * (HUNDRED - AWAY_PERCENT) / HUNDRED)
    above = one.price_nearest(quote.ask * (HUNDRED + AWAY_PERCENT) / HUNDRED)
    for leg, limit, stop in (("limit", below, None), ("stop", None, above)):
        refused = await venue.check(_order(floor, leg, limit, stop))
        if refused is not None:
            raise Failed(f"{leg}: {refused.reason}")


def _order(floor: Floor, leg: str, limit: Price | None, stop: Price | None) -> Order:
    cid = client_order_id(SystemEntropy().token(32), floor.account, floor.command_id(), leg, 1)
    return Order(
        order_id=OrderId(leg),
        client_order_id=cid,
        account=floor.account,
        position_id=PositionId("certify"),
        symbol=floor.instrument.symbol,
        side=Side.BUY,
        type=OrderType.LIMIT if stop is None else OrderType.STOP,
        quantity=Quantity(floor.least(limit or stop or Decimal(1))),
        role=Role.ENTRY,
        limit_price=limit,
        stop_price=stop,
    )


LOOKS: Final[Mapping[str, Case]] = {
    "KEY": key,
    "ACCOUNT": account,
    "PRICES": prices,
    "ABSENT": absent,
    "CHECKED": checked,
}
"""In the order in which they run."""
