"""The doors of Binance spot, what each costs, and what its refusals mean on the way through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trading.brokers.binance_errors import judged
from trading.brokers.ccxt_errors import Busy, Refused, Unknown
from trading.brokers.ccxt_line import Door
from trading.brokers.ccxt_line import Line as CcxtLine

_ROW: Final = ("symbol", "orderId", "clientOrderId", "status", "origQty", "executedQty", "price", "stopPrice")
PLACE: Final = Door("POST", "order", 1, ("symbol", "orderId", "clientOrderId", "transactTime"))
CANCEL: Final = Door("DELETE", "order", 1, ("orderId", "origClientOrderId", "transactTime", "executedQty"))
ORDER: Final = Door("GET", "order", 4, _ROW)
AMEND: Final = Door("PUT", "order/amend/keepPriority", 4, ("amendedOrder",))
EXCHANGE: Final = Door("POST", "order/cancelReplace", 1, ("newOrderResponse",))
PAIR: Final = Door("POST", "orderList/oco", 1, ("orderReports",))
OPEN_ORDERS: Final = Door("GET", "openOrders", 80)
ALL_ORDERS: Final = Door("GET", "allOrders", 20)
TRADES: Final = Door("GET", "myTrades", 20)
ACCOUNT: Final = Door("GET", "account", 20, ("balances", "canTrade"))
RIGHTS: Final = Door(
    "GET",
    "account/apiRestrictions",
    1,
    ("enableWithdrawals", "enableSpotAndMarginTrading", "ipRestrict"),
    "sapi",
)
MARKETS: Final = Door("GET", "exchangeInfo", 20, ("symbols",), "public")
CANDLES: Final = Door("GET", "klines", 2, (), "public")
PRICES: Final = Door("GET", "ticker/bookTicker", 4, (), "public")
TIME: Final = Door("GET", "time", 1, ("serverTime",), "public")


class Line(CcxtLine):
    """One account's way to Binance."""

    venue = "Binance"
    time = TIME
    lists = (MARKETS,)

    def judged(self, error: BaseException) -> Refused | Busy | Unknown:
        """By Binance's own codes."""
        return judged(error)

    def clock_ms(self, told: Mapping[str, Any]) -> int:
        """As it says it."""
        return int(told["serverTime"])
