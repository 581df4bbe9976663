"""What Binance trades, as our instruments: steps and minimums out of the filters of `exchangeInfo`, exact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.money import ZERO


class Markets:
    """The spot markets of one side of Binance: loaded once, shared by all accounts there.

    `is_stale`: a refusal says that the filters have changed since. `prefix` stands before each symbol, so
    that no price of another venue is ever taken for one of these (`BINANCE:BTC/USDT`).
    """

    def __init__(self, prefix: str = "") -> None:
        self.is_stale = True
        self.weight_max = 0
        self._prefix = prefix
        self._by_symbol: dict[str, Instrument] = {}
        self._by_market: dict[str, str] = {}
        self._pair: dict[tuple[str, str], str] = {}

    def load(self, info: Mapping[str, Any]) -> None:
        """Take `GET /api/v3/exchangeInfo`."""
        by_symbol, by_market, pairs = {}, {}, {}
        for told in info["symbols"]:
            if told.get("isSpotTradingAllowed") is False:
                continue
            instrument = instrument_of(told, self._prefix)
            by_symbol[instrument.symbol] = instrument
            by_market[told["symbol"]] = instrument.symbol
            pairs[(instrument.base, instrument.quote)] = instrument.symbol
        self._by_symbol, self._by_market, self._pair = by_symbol, by_market, pairs
        for limit in info.get("rateLimits", ()):
            if (limit["rateLimitType"], limit["interval"]) == ("REQUEST_WEIGHT", "MINUTE"):
                self.weight_max = int(limit["limit"]) // int(limit["intervalNum"])
        self.is_stale = False

    def instrument(self, symbol: str) -> Instrument | None:
        """Of our symbol (`BTC/USDT`)."""
        return self._by_symbol.get(symbol)

    def quoted_in(self, currency: str) -> list[Instrument]:
        """What trades against a currency, best known first: as Binance lists it."""
        return [one for one in self._by_symbol.values() if one.quote == currency]

    def symbol(self, market: str) -> str:
        """Our symbol of theirs (`BTCUSDT`); what is not known keeps its name."""
        return self._by_market.get(market, market)

    def pair(self, base: str, quote: str) -> str | None:
        """The symbol in which `base` trades against `quote`."""
        return self._pair.get((base, quote))


def exact(told: Any) -> Decimal:
    """A number of the wire without the zeros that it is padded with."""
    return Decimal(told).normalize() + ZERO


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
