"""What Binance trades, as our instruments: steps and minimums out of the filters of `exchangeInfo`, exact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from trading.brokers.ccxt_markets import Markets as CcxtMarkets
from trading.brokers.ccxt_markets import exact
from trading.domain.instrument import Instrument, InstrumentKind


class Markets(CcxtMarkets):
    """The spot markets of one side of Binance."""

    def listed(self, *told: Mapping[str, Any]) -> list[tuple[Instrument, tuple[str, ...]]]:
        """Out of `GET /api/v3/exchangeInfo`."""
        (info,) = told
        for limit in info.get("rateLimits", ()):
            if (limit["rateLimitType"], limit["interval"]) == ("REQUEST_WEIGHT", "MINUTE"):
                self.weight_max = int(limit["limit"]) // int(limit["intervalNum"])
        return [
            (instrument_of(one, self._prefix), (one["symbol"],))
            for one in info["symbols"]
            if one.get("isSpotTradingAllowed") is not False
        ]


def market_of(instrument: Instrument) -> str:
    """Their name (`BTCUSDT`)."""
    return f"{instrument.base}{instrument.quote}"


def instrument_of(told: Mapping[str, Any], prefix: str = "") -> Instrument:
    """One symbol of `exchangeInfo`."""
    filters = {one["filterType"]: one for one in told["filters"]}
    price, lot = filters.get("PRICE_FILTER", {}), filters.get("LOT_SIZE", {})
    notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    base, quote = told["baseAsset"], told["quoteAsset"]
    return Instrument(
        symbol=f"{prefix}{base}/{quote}",
        kind=InstrumentKind.SPOT,
        base=base,
        quote=quote,
        tick_size=_step(price.get("tickSize"), told["quoteAssetPrecision"]),
        lot_size=_step(lot.get("stepSize"), told["baseAssetPrecision"]),
        quantity_min=exact(lot.get("minQty", "0")),
        notional_min=exact(notional.get("minNotional", "0")),
        shortable=False,
    )


def _step(told: str | None, places: int) -> Decimal:
    """A step of zero means that the filter is off: then the asset's decimals are the step."""
    step = exact(told or "0")
    return step if step else Decimal(1).scaleb(-int(places))
