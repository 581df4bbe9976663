"""Kraken's rows and frames as reports: whose order it is, what has filled, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from trading.brokers.ccxt_markets import Markets, exact
from trading.brokers.kraken_orders import our_name, prices_of
from trading.domain.ids import AccountId, FillId, VenueOrderId
from trading.domain.money import ZERO, Price, Quantity, rounded_nearest
from trading.domain.order import Side
from trading.domain.reports import (
    Accepted,
    CanceledReported,
    ExpiredReported,
    FillReported,
    Liquidity,
    Replaced,
)
from trading.ports import VenueOrder

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
OPEN: Final = ("open", "pending")


def instant(seconds: Any) -> datetime:
    """Kraken's time of REST (`1616492376.5947`), to the microsecond."""
    return _EPOCH + timedelta(microseconds=int(Decimal(str(seconds)) * 1_000_000))


def name_of(order_id: str, row: Mapping[str, Any]) -> str:
    """How an order is called on the wire; one without a name by the venue's id."""
    return str(row.get("cl_ord_id") or order_id)


class Teller:
    """Makes reports for one account."""

    def __init__(self, account: AccountId, markets: Markets) -> None:
        self.account = account
        self._markets = markets

    def accepted(self, name: str, order_id: str, at: datetime) -> Accepted:
        """The answer to an order."""
        return Accepted(self.account, our_name(name), VenueOrderId(order_id), at)

    def fill(self, trade_id: str, row: Mapping[str, Any], name: str) -> FillReported:
        """A row of `TradesHistory`. Its fee is in the quote currency, as every order here wants it."""
        return FillReported(
            account=self.account,
            client_order_id=our_name(name),
            fill_id=FillId(trade_id),
            quantity=Quantity(exact(row["vol"])),
            price=Price(exact(row["price"])),
            fee=exact(row["fee"]),
            liquidity=Liquidity.MAKER if row.get("maker") else Liquidity.TAKER,
            at=instant(row["time"]),
            venue_order_id=VenueOrderId(row["ordertxid"]),
            symbol=self._markets.symbol(row["pair"]),
            side=Side.BUY if row["type"] == "buy" else Side.SELL,
        )

    def frame_fill(self, frame: Mapping[str, Any], name: str) -> FillReported:
        """A frame of an execution. Its numbers are JSON numbers: exact again on the grid of the market."""
        symbol = self._markets.symbol(frame["symbol"])
        instrument = self._markets.instrument(symbol)
        quantity, price = (Decimal(str(frame[key])) for key in ("last_qty", "last_price"))
        fee, fee_base = ZERO, ZERO
        if instrument is not None:
            quantity = rounded_nearest(quantity, instrument.lot_size)
            price = rounded_nearest(price, instrument.tick_size)
            for one in frame.get("fees") or ():
                paid = exact(str(one["qty"]))
                if one["asset"] == instrument.base:
                    fee_base += paid
                elif one["asset"] == instrument.quote:
                    fee += paid
        return FillReported(
            account=self.account,
            client_order_id=our_name(name),
            fill_id=FillId(frame["exec_id"]),
            quantity=Quantity(exact(quantity)),
            price=Price(exact(price)),
            fee=fee,
            liquidity=Liquidity.MAKER if frame.get("liquidity_ind") == "m" else Liquidity.TAKER,
            at=datetime.fromisoformat(frame["timestamp"]),
            venue_order_id=VenueOrderId(frame["order_id"]),
            symbol=symbol,
            side=Side.BUY if frame["side"] == "buy" else Side.SELL,
            fee_base=fee_base,
        )

    def ended(
        self, name: str, order_id: str, filled: Any, at: datetime, status: str, reason: str
    ) -> CanceledReported | ExpiredReported:
        """The end of an order that was not filled, or not whole."""
        had = Quantity(exact(str(filled)))
        if status == "expired" and not had:
            return ExpiredReported(self.account, our_name(name), at)
        why = "venue" if status == "expired" else reason
        return CanceledReported(self.account, our_name(name), why, at, had, VenueOrderId(order_id))

    def replaced(self, name: str, order_id: str, row: Mapping[str, Any], at: datetime) -> Replaced:
        """The order as it is from now on."""
        limit, stop = prices_of(row)
        quantity = Quantity(exact(row["vol"]))
        return Replaced(self.account, our_name(name), quantity, limit, stop, "", at, VenueOrderId(order_id))

    def order(self, order_id: str, row: Mapping[str, Any]) -> VenueOrder:
        """An order as the port wants it."""
        limit, stop = prices_of(row)
        return VenueOrder(
            client_order_id=our_name(name_of(order_id, row)),
            venue_order_id=order_id,
            symbol=self._markets.symbol(row["descr"]["pair"]),
            status=status_of(row),
            quantity=Quantity(exact(row["vol"])),
            filled=Quantity(exact(row["vol_exec"])),
            limit_price=limit,
            stop_price=stop,
        )


def status_of(row: Mapping[str, Any]) -> str:
    """In the port's words; `closed` is Kraken's for filled."""
    if row["status"] in OPEN:
        return "working"
    return {"closed": "filled", "expired": "expired"}.get(row["status"], "canceled")
