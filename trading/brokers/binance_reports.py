"""Binance's rows and frames as reports: whose order it is, what has filled, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from trading.brokers.binance_orders import our_name
from trading.brokers.ccxt_markets import Markets, exact
from trading.brokers.ccxt_names import Names
from trading.domain.ids import AccountId, FillId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Side
from trading.domain.reports import Accepted, CanceledReported, FillReported, Liquidity, Replaced
from trading.ports import VenueOrder

OPEN: Final = ("NEW", "PARTIALLY_FILLED", "PENDING_NEW", "PENDING_CANCEL", "ACCEPTED")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(milliseconds: Any) -> datetime:
    """Binance's time, exact."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


class Teller:
    """Makes reports for one account."""

    def __init__(self, account: AccountId, markets: Markets, names: Names) -> None:
        self.account = account
        self._markets = markets
        self._names = names

    def accepted(self, row: Mapping[str, Any], at: datetime) -> Accepted:
        """The answer to an order."""
        cid, _ = our_name(row["clientOrderId"])
        return Accepted(self.account, cid, VenueOrderId(str(row["orderId"])), at)

    def fill(self, row: Mapping[str, Any], name: str, fee: Decimal, fee_base: Decimal) -> FillReported:
        """A row of `myTrades` (a frame is brought into its form first)."""
        cid, _ = our_name(name)
        return FillReported(
            account=self.account,
            client_order_id=cid,
            fill_id=FillId(f"{row['symbol']}-{row['id']}"),
            quantity=Quantity(exact(row["qty"])),
            price=Price(exact(row["price"])),
            fee=fee,
            liquidity=Liquidity.MAKER if row["isMaker"] else Liquidity.TAKER,
            at=instant(row["time"]),
            venue_order_id=VenueOrderId(str(row["orderId"])),
            symbol=self._markets.symbol(row["symbol"]),
            side=Side.BUY if row["isBuyer"] else Side.SELL,
            fee_base=fee_base,
        )

    def canceled(self, row: Mapping[str, Any], name: str, reason: str, at: datetime) -> CanceledReported:
        """The end of an order that was not filled, or not whole."""
        cid, _ = our_name(name)
        filled = Quantity(exact(row["executedQty"]))
        return CanceledReported(self.account, cid, reason, at, filled, VenueOrderId(str(row["orderId"])))

    def replaced(self, row: Mapping[str, Any], name: str, at: datetime) -> Replaced:
        """The order as it is from now on."""
        cid, _ = our_name(name)
        return Replaced(
            account=self.account,
            client_order_id=cid,
            quantity=Quantity(exact(row["origQty"])),
            limit_price=_price(row["price"]),
            stop_price=_price(row["stopPrice"]),
            reason="",
            at=at,
            venue_order_id=VenueOrderId(str(row["orderId"])),
        )

    def order(self, row: Mapping[str, Any], older: tuple[str, ...] = ()) -> VenueOrder:
        """An order as the port wants it."""
        cid, _ = our_name(row["clientOrderId"])
        return VenueOrder(
            client_order_id=cid,
            venue_order_id=str(row["orderId"]),
            symbol=self._markets.symbol(row["symbol"]),
            status=status_of(row),
            quantity=Quantity(exact(row["origQty"])),
            filled=Quantity(exact(row["executedQty"])),
            limit_price=_price(row["price"]),
            stop_price=_price(row["stopPrice"]),
            older_venue_ids=older,
        )


def status_of(row: Mapping[str, Any]) -> str:
    """Binance says EXPIRED of whatever it ended itself; an order here has no time that could run out."""
    status = row["status"]
    if status in OPEN:
        return "working"
    return {"FILLED": "filled", "REJECTED": "rejected"}.get(status, "canceled")


def end_reason(row: Mapping[str, Any], was_asked: bool) -> str:
    """Why an order ended, in the port's words."""
    if row["status"] == "CANCELED":
        is_of_list = str(row.get("orderListId", "-1")) != "-1"
        return "requested" if was_asked else "oco" if is_of_list else "unsaid"
    if row["timeInForce"] in ("IOC", "FOK"):
        return str(row["timeInForce"]).lower()
    return "oco" if str(row.get("orderListId", "-1")) != "-1" else "venue"


def row_of_frame(frame: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """An `executionReport` in the form of a row, and the name of the order that it is about: on a cancel the
    frame's `c` is the name of the cancel, and `C` the order's."""
    name = str(frame["C"] or frame["c"]) if frame["x"] == "CANCELED" else str(frame["c"])
    row = {
        "symbol": frame["s"],
        "orderId": frame["i"],
        "orderListId": frame["g"],
        "clientOrderId": name,
        "price": frame["p"],
        "origQty": frame["q"],
        "executedQty": frame["z"],
        "status": frame["X"],
        "timeInForce": frame["f"],
        "type": frame["o"],
        "side": frame["S"],
        "stopPrice": frame["P"],
    }
    return row, name


def trade_of_frame(frame: Mapping[str, Any]) -> dict[str, Any]:
    """The fill of a frame in the form of a row of `myTrades`."""
    return {
        "symbol": frame["s"],
        "id": frame["t"],
        "orderId": frame["i"],
        "price": frame["L"],
        "qty": frame["l"],
        "commission": frame["n"],
        "commissionAsset": frame["N"],
        "time": frame["T"],
        "isBuyer": frame["S"] == "BUY",
        "isMaker": frame["m"],
    }


def _price(told: str) -> Price | None:
    value = exact(told)
    return Price(value) if value else None
