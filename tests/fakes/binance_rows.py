"""What the local Binance keeps: symbols, orders and trades, and how the wire tells each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
OPEN = ("NEW", "PARTIALLY_FILLED")
STOPS = ("STOP_LOSS", "STOP_LOSS_LIMIT")
TAKERS = ("TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
LIMITS = ("LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
TYPES = ("LIMIT", "LIMIT_MAKER", "MARKET", *STOPS, *TAKERS)


class Refused(Exception):
    """The venue says no: the HTTP status and the JSON that it answers."""

    def __init__(self, code: int, message: str, status: int = 400, data: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"code": code, "msg": message}
        if data is not None:
            self.body["data"] = data


@dataclass
class Listed:
    """A symbol: its filters, and the quote that a test has set. `depth` None: as much as anybody wants."""

    name: str
    base: str
    quote: str
    tick: Decimal = Decimal("0.01")
    lot: Decimal = Decimal("0.00001")
    notional: Decimal = Decimal(5)
    bid: Decimal = ZERO
    ask: Decimal = ZERO
    bid_depth: Decimal | None = None
    ask_depth: Decimal | None = None
    status: str = "TRADING"

    def told(self) -> dict[str, Any]:
        """As in `exchangeInfo`."""
        return {
            "symbol": self.name,
            "status": self.status,
            "baseAsset": self.base,
            "baseAssetPrecision": 8,
            "quoteAsset": self.quote,
            "quotePrecision": 8,
            "quoteAssetPrecision": 8,
            "baseCommissionPrecision": 8,
            "quoteCommissionPrecision": 8,
            "orderTypes": list(TYPES),
            "icebergAllowed": True,
            "ocoAllowed": True,
            "otoAllowed": True,
            "quoteOrderQtyMarketAllowed": True,
            "allowTrailingStop": True,
            "cancelReplaceAllowed": True,
            "amendAllowed": True,
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "filters": [
                {
                    "filterType": "PRICE_FILTER",
                    "minPrice": f"{self.tick:f}",
                    "maxPrice": "1000000.00000000",
                    "tickSize": f"{self.tick:f}",
                },
                {
                    "filterType": "LOT_SIZE",
                    "minQty": f"{self.lot:f}",
                    "maxQty": "9000.00000000",
                    "stepSize": f"{self.lot:f}",
                },
                {
                    "filterType": "NOTIONAL",
                    "minNotional": f"{self.notional:f}",
                    "applyMinToMarket": True,
                    "maxNotional": "9000000.00000000",
                    "applyMaxToMarket": False,
                    "avgPriceMins": 5,
                },
            ],
            "permissions": [],
            "permissionSets": [["SPOT"]],
            "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
            "allowedSelfTradePreventionModes": ["EXPIRE_MAKER"],
        }


@dataclass
class Trade:
    """One fill of one of our orders."""

    symbol: str
    id: int
    order_id: int
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    at: int
    is_buy: bool
    is_maker: bool

    def told(self) -> dict[str, Any]:
        """As in `myTrades`."""
        return {
            "symbol": self.symbol,
            "id": self.id,
            "orderId": self.order_id,
            "orderListId": -1,
            "price": f"{self.price:.8f}",
            "qty": f"{self.quantity:.8f}",
            "quoteQty": f"{self.price * self.quantity:.8f}",
            "commission": f"{self.commission:.8f}",
            "commissionAsset": self.commission_asset,
            "time": self.at,
            "isBuyer": self.is_buy,
            "isMaker": self.is_maker,
            "isBestMatch": True,
        }

    def as_fill(self) -> dict[str, Any]:
        """As in the answer to an order."""
        return {
            "price": f"{self.price:.8f}",
            "qty": f"{self.quantity:.8f}",
            "commission": f"{self.commission:.8f}",
            "commissionAsset": self.commission_asset,
            "tradeId": self.id,
        }


@dataclass
class Row:
    """An order, open or done."""

    symbol: str
    id: int
    client_id: str
    side: str
    type: str
    quantity: Decimal
    price: Decimal
    stop: Decimal
    time_in_force: str
    at: int
    updated: int
    list_id: int = -1
    status: str = "NEW"
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    is_working: bool = True  # False: a stop that was not triggered yet
    trades: list[Trade] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status in OPEN

    @property
    def is_buy(self) -> bool:
        """Which side."""
        return self.side == "BUY"

    @property
    def left(self) -> Decimal:
        """What may still fill."""
        return self.quantity - self.filled

    @property
    def limit(self) -> Decimal | None:
        """The price beyond which it does not trade."""
        return self.price if self.type in LIMITS else None

    def told(self) -> dict[str, Any]:
        """As in the answers to queries."""
        return {
            "symbol": self.symbol,
            "orderId": self.id,
            "orderListId": self.list_id,
            "clientOrderId": self.client_id,
            "price": f"{self.price:.8f}",
            "origQty": f"{self.quantity:.8f}",
            "executedQty": f"{self.filled:.8f}",
            "cummulativeQuoteQty": f"{self.spent:.8f}",
            "status": self.status,
            "timeInForce": self.time_in_force,
            "type": self.type,
            "side": self.side,
            "stopPrice": f"{self.stop:.8f}",
            "icebergQty": "0.00000000",
            "time": self.at,
            "updateTime": self.updated,
            "isWorking": self.is_working,
            "workingTime": self.at,
            "origQuoteOrderQty": "0.00000000",
            "selfTradePreventionMode": "EXPIRE_MAKER",
        }

    def answered(self) -> dict[str, Any]:
        """As in the answer to the order itself (`newOrderRespType=FULL`)."""
        told = {key: value for key, value in self.told().items() if key not in ("time", "updateTime")}
        return {**told, "transactTime": self.updated, "fills": [trade.as_fill() for trade in self.trades]}

    def canceled(self, cancel_id: str) -> dict[str, Any]:
        """As in the answer to a cancel: its own id, and the order's as the original one."""
        return {
            **self.answered(),
            "clientOrderId": cancel_id,
            "origClientOrderId": self.client_id,
            "fills": [],
        }

    def event(self, kind: str, now: int, trade: Trade | None = None, cancel_id: str = "") -> dict[str, Any]:
        """As the user data stream tells it. On a cancel `c` is the cancel's own id and `C` the order's."""
        return {
            "e": "executionReport",
            "E": now,
            "s": self.symbol,
            "c": cancel_id or self.client_id,
            "S": self.side,
            "o": self.type,
            "f": self.time_in_force,
            "q": f"{self.quantity:.8f}",
            "p": f"{self.price:.8f}",
            "P": f"{self.stop:.8f}",
            "F": "0.00000000",
            "g": self.list_id,
            "C": self.client_id if cancel_id else "",
            "x": kind,
            "X": self.status,
            "r": "NONE",
            "i": self.id,
            "l": f"{trade.quantity if trade else ZERO:.8f}",
            "z": f"{self.filled:.8f}",
            "L": f"{trade.price if trade else ZERO:.8f}",
            "n": f"{trade.commission if trade else ZERO:.8f}",
            "N": trade.commission_asset if trade else None,
            "T": trade.at if trade else now,
            "t": trade.id if trade else -1,
            "I": self.id * 10,
            "w": self.is_open and self.is_working,
            "m": bool(trade and trade.is_maker),
            "M": False,
            "O": self.at,
            "Z": f"{self.spent:.8f}",
            "Y": f"{trade.price * trade.quantity if trade else ZERO:.8f}",
            "Q": "0.00000000",
            "W": self.at,
            "V": "EXPIRE_MAKER",
        }
