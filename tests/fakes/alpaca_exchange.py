"""Alpaca's floor without its wire: one account, prices that a test sets, orders that meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.fakes.alpaca_checks import check_form
from tests.fakes.alpaca_words import Refused, Resting, asset, forbidden, invalid, named, stamp, text

D = Decimal
STEP = D("0.000000001")
NOT_FOUND = 40410000
COIN_COST_MIN = D(1)


class Exchange:
    """`tell` hears every trade update. Coins take `fee_bps` of what is bought, in units of it."""

    def __init__(self, now: Callable[[], datetime], cash: Decimal, *assets: dict[str, Any]) -> None:
        self.now = now
        self.cash = cash
        self.assets = {one["symbol"]: one for one in assets or (asset("AAPL"),)}
        self.orders: dict[str, Resting] = {}
        self.by_cid: dict[str, Resting] = {}
        self.positions: dict[str, Decimal] = {}
        self.activities: list[dict[str, Any]] = []
        self.prices: dict[str, tuple[Decimal, Decimal]] = {}
        self.depth: dict[tuple[str, bool], Decimal | None] = {}
        self.fee_bps = D(0)
        self.is_day_trader = False
        self.cancels_slowly = False
        self.told: list[dict[str, Any]] = []
        self.tell: Callable[[dict[str, Any]], None] = self.told.append

    # ------------------------------------------------------------ the market

    def quote(self, symbol: str, bid: Decimal, ask: Decimal, depth: Decimal | None = None) -> None:
        """The market stands there from now on, so deep on each side (None: deep)."""
        self.prices[symbol] = (bid, ask)
        self.depth[symbol, True] = self.depth[symbol, False] = depth
        for order in list(self.orders.values()):
            if order.symbol == symbol and order.is_open:
                self._meet(order)

    def expire(self) -> None:
        """The day is over."""
        for order in list(self.orders.values()):
            if order.is_open and order.tif == "day":
                self._end(order, "expired")

    # ------------------------------------------------------------ requests

    def submit(self, body: dict[str, Any]) -> Resting:
        """POST /v2/orders; raises Refused."""
        check_form(body, self.assets)
        if body.get("client_order_id") in self.by_cid:
            raise invalid("client_order_id must be unique", 40010001)
        order = Resting(body, self.assets[body["symbol"]], named("order", len(self.orders)), self.now())
        if order.order_class == "oco":
            order.limit = D(body["take_profit"]["limit_price"])
        if order.qty is None:
            bid, ask = self.prices[order.symbol]
            order.qty = ((order.notional or D(0)) / (ask if order.is_buy else bid)).quantize(STEP)
        self._check_funds(order)
        self._enter(order)
        if order.order_class:
            self._add_legs(order, body)
        self._event("new", order)
        self._meet(order)
        if order.is_open and order.tif in ("ioc", "fok"):
            self._end(order, "canceled")
        order.rested = True
        return order

    def replace(self, order: Resting, body: dict[str, Any]) -> Resting:
        """PATCH: a new order with its own id, as large as the request says: nothing that has filled is
        counted (alpacahq/Alpaca-API issue 165)."""
        if not order.is_open:
            raise invalid("unable to replace order, order is not open")
        changed = order.told()
        if all(body.get(name) in (None, changed[name]) for name in ("qty", "limit_price", "stop_price")):
            raise forbidden("order parameters are not changed")
        changed |= {name: body[name] for name in ("qty", "limit_price", "stop_price") if body.get(name)}
        changed |= {"client_order_id": body.get("client_order_id"), "time_in_force": order.tif}
        changed["order_class"] = ""
        check_form(changed, self.assets)
        new = Resting(changed, order.asset, named("order", len(self.orders)), self.now())
        order.status = "replaced"
        try:
            self._check_funds(new)
        except Refused:
            order.status = "partially_filled" if order.filled else "new"
            raise
        new.replaces, order.replaced_by = order.id, new.id
        new.parent, new.legs = order.parent, order.legs
        for leg in new.legs:
            leg.parent = new
        if order.parent is not None:
            order.parent.legs = [new if leg is order else leg for leg in order.parent.legs]
        order.legs, order.updated = [], self.now()
        self._event("replaced", order)
        self._enter(new)
        self._event("new", new)
        self._meet(new)
        new.rested = True
        return new

    def cancel(self, order: Resting) -> None:
        """DELETE: the order, and the others of its group."""
        if not order.is_open:
            raise invalid(f'order is already in "{order.status}" state')
        if self.cancels_slowly:
            order.status = "pending_cancel"
            return
        top = order.parent or order
        for one in (order, top, *top.legs):
            if one.is_open and (one is order or top.order_class == "oco" or top.filled):
                self._end(one, "canceled")

    def find(self, order_id: str) -> Resting:
        """By its id; raises Refused."""
        if order_id not in self.orders:
            raise Refused(404, NOT_FOUND, f"order not found for {order_id}")
        return self.orders[order_id]

    def held(self, symbol: str) -> Decimal:
        """Signed."""
        return self.positions.get(symbol, D(0))

    # ------------------------------------------------------------ inside

    def _enter(self, order: Resting) -> None:
        self.orders[order.id] = self.by_cid[order.cid] = order

    def _add_legs(self, order: Resting, body: dict[str, Any]) -> None:
        is_bracket = order.order_class == "bracket"
        side = ("sell" if order.is_buy else "buy") if is_bracket else body["side"]
        common = {"side": side, "time_in_force": order.tif, "qty": text(order.qty)}
        stop = body["stop_loss"]
        rows = [{"type": "stop_limit" if "limit_price" in stop else "stop", **stop}]
        if is_bracket:
            rows.insert(0, {"type": "limit", **body["take_profit"]})
        for row in rows:
            leg = Resting(common | row, order.asset, named("order", len(self.orders)), self.now())
            leg.parent, leg.order_class, leg.rested = order, order.order_class, True
            leg.status = "held" if is_bracket else "new"
            order.legs.append(leg)
            self._enter(leg)

    def _check_funds(self, order: Resting) -> None:
        held, is_coin = self.held(order.symbol), order.asset["class"] == "crypto"
        same = [
            one for one in self.orders.values()
            if one.is_open and one.symbol == order.symbol and one.is_buy == order.is_buy
            and one.status != "held" and (one.parent is None or self._holds_for_group(one))
        ]  # fmt: skip
        if self.is_day_trader and not is_coin:
            raise Refused(403, 40310100, "trade denied due to pattern day trading protection")
        closable = -held if order.is_buy else held
        if closable > 0:
            free = closable - sum((one.left for one in same), D(0))
            if order.left > free:
                shown = {"requested": str(order.left), "available": str(free)}
                raise forbidden(
                    f"insufficient qty available for order (requested: {order.left}, available: {free})",
                    existing_qty=str(held), held_for_orders=str(closable - free), **shown,
                )  # fmt: skip
            return
        if not order.is_buy:
            self._check_short(order, is_coin)
        bid, ask = self.prices[order.symbol]
        price = order.limit or order.stop or (ask if order.is_buy else bid)
        if is_coin and order.left * price < COIN_COST_MIN:
            raise forbidden(f"cost basis must be >= minimal amount of order {COIN_COST_MIN}")
        spent = sum((one.left * (one.limit or one.stop or ask) for one in self._entries()), D(0))
        power = self.cash - spent
        if order.left * price > power:
            raise forbidden(
                "insufficient buying power", buying_power=str(power), cost_basis=str(order.left * price)
            )

    @staticmethod
    def _holds_for_group(leg: Resting) -> bool:
        """A group holds its shares once: the entry's target for both legs, the target of an OCO itself."""
        return leg.parent is not None and leg.order_class == "bracket" and leg is leg.parent.legs[0]

    def _check_short(self, order: Resting, is_coin: bool) -> None:
        if is_coin:
            raise forbidden(
                f"insufficient balance for {order.symbol} (requested: {order.left}, available: 0)"
            )
        if any(one.is_open and one.is_buy and one.symbol == order.symbol for one in self.orders.values()):
            raise forbidden("cannot open a short sell while a long buy order is open")
        if not order.asset["shortable"] or order.left % 1:
            raise forbidden(f'asset "{order.symbol}" cannot be sold short')

    def _entries(self) -> list[Resting]:
        return [
            one for one in self.orders.values()
            if one.is_open and one.is_buy and one.status != "held" and self.held(one.symbol) >= 0
        ]  # fmt: skip

    def _meet(self, order: Resting) -> None:
        """What the standing price does to an order."""
        if order.symbol not in self.prices or order.status == "held" or not order.is_open:
            return
        bid, ask = self.prices[order.symbol]
        touch = ask if order.is_buy else bid
        if not self._is_awake(order, touch):
            return
        price = touch
        if order.limit is not None:
            if (touch > order.limit) if order.is_buy else (touch < order.limit):
                return
            price = order.limit if order.rested and order.type == "limit" else touch
        depth = self.depth.get((order.symbol, order.is_buy))
        size = order.left if depth is None else min(order.left, depth)
        if size <= 0 or (order.tif == "fok" and size < order.left):
            return
        if depth is not None:
            self.depth[order.symbol, order.is_buy] = depth - size
        self._fill(order, size, price)

    def _is_awake(self, order: Resting, touch: Decimal) -> bool:
        if order.type == "trailing_stop":
            best = order.hwm if order.hwm is not None else touch
            order.hwm = min(best, touch) if order.is_buy else max(best, touch)
            away = order.trail_price or order.hwm * (order.trail_percent or D(0)) / 100
            order.stop = order.hwm + away if order.is_buy else order.hwm - away
        if order.stop is None or order.triggered:
            return True
        order.triggered = touch >= order.stop if order.is_buy else touch <= order.stop
        return order.triggered

    def _fill(self, order: Resting, size: Decimal, price: Decimal) -> None:
        sign = 1 if order.is_buy else -1
        fee = size * self.fee_bps / 10_000 if order.asset["class"] == "crypto" else D(0)
        order.filled, order.cost = order.filled + size, order.cost + size * price
        order.updated = self.now()
        order.status = "filled" if order.left == 0 else "partially_filled"
        self.cash -= sign * size * price + (0 if order.is_buy else fee * price)
        held = self.held(order.symbol) + sign * size - (fee if order.is_buy else 0)
        self.positions[order.symbol] = held
        if not held:
            del self.positions[order.symbol]
        number = len(self.activities)
        execution = named("execution", number)
        kind = "fill" if order.status == "filled" else "partial_fill"
        row = {
            "id": self.now().strftime("%Y%m%d%H%M%S") + f"{number:03}::{named('activity', number)}",
            "activity_type": "FILL",
            "transaction_time": stamp(self.now()),
            "type": kind,
            "price": text(price),
            "qty": text(size),
            "side": "buy" if order.is_buy else "sell",
            "symbol": order.symbol,
            "leaves_qty": text(order.left),
            "cum_qty": text(order.filled),
            "order_id": order.id,
            "order_status": order.status,
        }
        self.activities.append(row)
        self._event(
            kind, order, execution_id=execution, price=text(price), qty=text(size), position_qty=text(held)
        )
        self._settle_group(order, size)

    def _settle_group(self, order: Resting, size: Decimal) -> None:
        if order.order_class == "bracket" and order.parent is None:
            if order.status == "filled":
                for leg in order.legs:
                    leg.status = "new"
                    self._event("new", leg)
            return
        top = order.parent or order
        others = [one for one in (top, *top.legs) if one is not order and one.is_open and one is not None]
        for one in others if order.order_class else ():
            if order.status == "filled":
                self._end(one, "canceled")
            else:
                one.qty = (one.qty or D(0)) - size
                self._event("restated", one)

    def _end(self, order: Resting, status: str) -> None:
        order.status, order.updated = status, self.now()
        self._event(status, order)
        for leg in order.legs:
            if leg.status == "held":
                self._end(leg, "canceled")

    def _event(self, event: str, order: Resting, **more: str | None) -> None:
        at = stamp(self.now())
        self.tell({"event": event, "timestamp": at, **more, "order": order.told()})
