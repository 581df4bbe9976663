"""An order in Binance's words: its name on the wire, its parameters, and why it cannot be said at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from trading.brokers.paper_checks import Problem, form_problem, grid_problem, notional_problem
from trading.domain.ids import ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import Order, OrderType, Side, TimeInForce
from trading.ports import VenueProfile

NAME: Final = re.compile(r"[a-zA-Z0-9-]{1,32}")
"""Binance takes `[a-zA-Z0-9-_]{1,36}`; what stands behind `_` is ours: the how-manieth order of a chain."""

_CHAIN: Final = re.compile(r"(.+)_([1-9][0-9]?)")
TYPES: Final = {
    OrderType.MARKET: "MARKET",
    OrderType.LIMIT: "LIMIT",
    OrderType.STOP: "STOP_LOSS",
    OrderType.STOP_LIMIT: "STOP_LOSS_LIMIT",
}
_AT_ONCE: Final = (TimeInForce.IOC, TimeInForce.FOK)
WITH_LIMIT: Final = ("LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")


def wire_name(client_order_id: ClientOrderId, place: int = 1) -> str:
    """How an order is called there; each order that replaces it is one place further."""
    return client_order_id if place == 1 else f"{client_order_id}_{place}"


def our_name(name: str) -> tuple[ClientOrderId, int]:
    """Our id and the place in its chain. What others have made keeps its whole name."""
    chain = _CHAIN.fullmatch(name)
    return (ClientOrderId(chain[1]), int(chain[2])) if chain else (ClientOrderId(name), 1)


def order_problem(order: Order, instrument: Instrument, profile: VenueProfile) -> Problem | None:
    """Why this venue cannot take the order; what it cannot do is never left out silently."""
    if not NAME.fullmatch(order.client_order_id):
        return Problem("form", "Binance takes names of 1 to 32 letters, digits and dashes.")
    if order.time_in_force in (TimeInForce.GTD, TimeInForce.DAY):
        return Problem("not_supported", "Binance takes no order that ends at an instant; send it as GTC.")
    if order.type is OrderType.MARKET and order.time_in_force is TimeInForce.FOK:
        text = "Binance fills a market order as far as it goes; send a limit order that is all or nothing."
        return Problem("not_supported", text)
    if order.side is Side.BUY and order.reduce_only:
        return Problem("reduce_only", "A spot account holds no short position that could be bought back.")
    prices = (order.limit_price, order.stop_price)
    price = order.limit_price or order.stop_price or order.reference_price
    return (
        form_problem(order, profile)
        or grid_problem(instrument, order.quantity, prices, order.reduce_only)
        or notional_problem(instrument, order.quantity, price)
    )


def order_params(order: Order, market: str) -> dict[str, Any]:
    """`POST /api/v3/order`. All numbers are exact texts."""
    kind = TYPES[order.type]
    if order.post_only:
        kind = "LIMIT_MAKER"
    params: dict[str, Any] = {
        "symbol": market,
        "side": _side(order),
        "type": kind,
        "quantity": plain(order.quantity),
        "newClientOrderId": wire_name(order.client_order_id),
        "newOrderRespType": "FULL",
    }
    return params | price_params(kind, order.limit_price, order.stop_price, order.time_in_force)


def price_params(
    kind: str, limit: Price | None, stop: Price | None, time_in_force: TimeInForce | str
) -> dict[str, str]:
    """Limit, trigger and time in force, where an order of that type has them."""
    params = {}
    if kind in WITH_LIMIT and limit is not None:
        params["price"] = plain(limit)
    if kind in WITH_LIMIT and kind != "LIMIT_MAKER":
        held = time_in_force in _AT_ONCE or time_in_force in ("IOC", "FOK")
        params["timeInForce"] = str(time_in_force).upper() if held else "GTC"
    if stop is not None:
        params["stopPrice"] = plain(stop)
    return params


def group_problem(orders: Sequence[Order]) -> Problem | None:
    """Why these orders are no list of Binance: it has one limit and one stop, for the same quantity."""
    kinds = sorted(order.type.value for order in orders)
    is_pair = len(orders) == 2 and kinds in (["limit", "stop"], ["limit", "stop_limit"])
    if not is_pair:
        return Problem("not_supported", "Binance binds one limit and one stop together, and nothing else.")
    first, second = orders
    if (first.symbol, first.side, first.quantity) != (second.symbol, second.side, second.quantity):
        return Problem("not_supported", "Binance binds orders of one symbol, side and quantity only.")
    if first.client_order_id == second.client_order_id:
        return Problem("form", "Two orders of the group have the same client order id.")
    if any(order.time_in_force is not TimeInForce.GTC for order in orders):
        return Problem("not_supported", "Binance binds orders together that wait, and no others.")
    return None


def group_params(orders: Sequence[Order], market: str) -> dict[str, Any]:
    """`POST /api/v3/orderList/oco`: which of the two stands above the market follows from the side."""
    target = next(order for order in orders if order.type is OrderType.LIMIT)
    stop = next(order for order in orders if order is not target)
    above, below = (target, stop) if target.side is Side.SELL else (stop, target)
    params: dict[str, Any] = {
        "symbol": market,
        "side": _side(target),
        "quantity": plain(target.quantity),
        "listClientOrderId": f"{target.client_order_id}_L",
        "newOrderRespType": "FULL",
    }
    for place, order in (("above", above), ("below", below)):
        kind = "LIMIT_MAKER" if order is target else TYPES[order.type]
        params[f"{place}Type"] = kind
        params[f"{place}ClientOrderId"] = wire_name(order.client_order_id)
        for name, value in price_params(kind, order.limit_price, order.stop_price, "GTC").items():
            params[place + name[0].upper() + name[1:]] = value
    return params


class Change:
    """What a change of a working order comes to: `amend`, `exchange`, `nothing`, or a problem."""

    def __init__(
        self,
        row: dict[str, Any],
        instrument: Instrument,
        quantity: Quantity,
        limit: Price | None,
        stop: Price | None,
    ) -> None:
        self.row, self.quantity, self.limit, self.stop = row, quantity, limit, stop
        self.filled, self.total = Decimal(row["executedQty"]), Decimal(row["origQty"])
        self._is_moved = (limit or Decimal(0), stop or Decimal(0)) != (
            Decimal(row["price"]),
            Decimal(row["stopPrice"]),
        )
        self.problem = self._problem(instrument)

    @property
    def way(self) -> str:
        """A smaller quantity alone is one atomic step; anything else is a cancel and a new order, which
        Binance carries out one after the other: only for an order of which nothing has filled, so that
        nothing can fill twice."""
        if not self._is_moved and self.quantity == self.total:
            return "nothing"
        return "amend" if not self._is_moved and self.quantity < self.total else "exchange"

    def _problem(self, instrument: Instrument) -> Problem | None:
        if self.row["status"] not in ("NEW", "PARTIALLY_FILLED"):
            return Problem("done", "The order is done: there is nothing left to change.")
        if self.quantity <= self.filled:
            return Problem(
                "quantity", f"{plain(self.filled)} has filled already; cancel what is left instead."
            )
        kind = self.row["type"]
        if (self.limit is None) == (kind in WITH_LIMIT) or (self.stop is None) == ("STOP_LOSS" in kind):
            return Problem("price", "A change keeps the kind of the order: the same prices must be given.")
        problem = grid_problem(instrument, self.quantity, (self.limit, self.stop), False)
        if problem is not None or self.way != "exchange":
            return problem
        if self.filled:
            return Problem(
                "partial",
                "A part has filled, and Binance cannot change the price of the rest in one step: cancel the "
                "order and send the rest anew.",
            )
        if self.row["orderListId"] not in (-1, "-1"):
            return Problem(
                "group", "Binance would end the other order of the pair, too: cancel both and send them anew."
            )
        return notional_problem(instrument, self.quantity, self.limit or self.stop)

    def exchange_params(self, name: str) -> dict[str, Any]:
        """`POST /api/v3/order/cancelReplace`: the new one goes out once the old one has ended unfilled."""
        row = self.row
        params = {
            "symbol": row["symbol"],
            "side": row["side"],
            "type": row["type"],
            "cancelReplaceMode": "STOP_ON_FAILURE",
            "cancelRestrictions": "ONLY_NEW",
            "cancelOrderId": str(row["orderId"]),
            "quantity": plain(self.quantity),
            "newClientOrderId": name,
            "newOrderRespType": "FULL",
        }
        return params | price_params(row["type"], self.limit, self.stop, row["timeInForce"])


def _side(order: Order) -> str:
    return "BUY" if order.side is Side.BUY else "SELL"
