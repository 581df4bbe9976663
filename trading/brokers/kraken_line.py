"""The doors of Kraken spot, what each costs, and what its refusals mean on the way through them.

The costs are those of Kraken's counter of calls. Orders, cancels and changes do not count there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trading.brokers.calls import Calls
from trading.brokers.ccxt_errors import Busy, Refused, Unknown
from trading.brokers.ccxt_line import Door
from trading.brokers.ccxt_line import Line as CcxtLine
from trading.brokers.kraken_errors import judged, says_late
from trading.brokers.limits import Budget
from trading.ports import Clock

PLACE: Final = Door("POST", "AddOrder", 0, ("txid",))
CHECK: Final = Door("POST", "AddOrder", 0, ("descr",))
"""The same with `validate`: looked at, and not placed."""
CANCEL: Final = Door("POST", "CancelOrder", 0, ("count",))
AMEND: Final = Door("POST", "AmendOrder", 0, ("amend_id",))
OPEN_ORDERS: Final = Door("POST", "OpenOrders", 1, ("open",))
CLOSED_ORDERS: Final = Door("POST", "ClosedOrders", 1, ("closed",))
ORDERS: Final = Door("POST", "QueryOrders", 1)
TRADES: Final = Door("POST", "TradesHistory", 2, ("trades",))
BALANCES: Final = Door("POST", "BalanceEx", 1)
RIGHTS: Final = Door("POST", "GetApiKeyInfo", 1, ("permissions",))
TOKEN: Final = Door("POST", "GetWebSocketsToken", 1, ("token",))
ASSETS: Final = Door("GET", "Assets", 0, (), "public")
PAIRS: Final = Door("GET", "AssetPairs", 0, (), "public")
CANDLES: Final = Door("GET", "OHLC", 0, (), "public")
PRICES: Final = Door("GET", "Ticker", 0, (), "public")
TIME: Final = Door("GET", "Time", 0, ("unixtime",), "public")

CALLS_MAX: Final = 20
REFILL_S: Final = 2.0
"""The counter of an account that has shown its papers: so many calls, and one more every two seconds. It is
one account's own, and not the address's."""
IN_FLIGHT_MAX: Final = 1
"""A key's requests carry growing numbers, and one that overtakes another is refused: one after the other."""


class Line(CcxtLine):
    """One account's way to Kraken."""

    venue = "Kraken"
    time = TIME
    lists = (ASSETS, PAIRS)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.is_skewed = True  # orders say until when they may travel: first its clock is read

    def judged(self, error: BaseException) -> Refused | Busy | Unknown:
        """By Kraken's own sentences."""
        if says_late(error):
            self.is_skewed = True
        return judged(error)

    def clock_ms(self, told: Mapping[str, Any]) -> int:
        """The middle of the second that it names."""
        return int(told["unixtime"]) * 1000 + 500


def budget_of(clock: Clock, calls: Calls | None = None) -> Budget:
    """What one key may ask."""
    return Budget(clock, weight_max=CALLS_MAX, in_flight_max=IN_FLIGHT_MAX, refill_s=REFILL_S, calls=calls)
