"""What an exchange of ccxt trades, as our instruments: loaded once, shared by all accounts there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from trading.domain.instrument import Instrument
from trading.domain.money import ZERO


class Markets:
    """The spot markets of one side of a venue.

    `is_stale`: a refusal says that the rules have changed since. `prefix` stands before each symbol, so
    that no price of another venue is ever taken for one of these (`BINANCE:BTC/USDT`).
    """

    def __init__(self, prefix: str = "") -> None:
        self.is_stale = True
        self.weight_max = 0
        self._prefix = prefix
        self._by_symbol: dict[str, Instrument] = {}
        self._by_market: dict[str, str] = {}
        self._market: dict[str, str] = {}
        self._pair: dict[tuple[str, str], str] = {}

    def load(self, *told: Mapping[str, Any]) -> None:
        """Take what the venue lists: for each market its instrument and all of its names there."""
        by_symbol, by_market, market, pairs = {}, {}, {}, {}
        for instrument, names in self.listed(*told):
            by_symbol[instrument.symbol] = instrument
            by_market.update(dict.fromkeys(names, instrument.symbol))
            market[instrument.symbol] = names[0]
            pairs[(instrument.base, instrument.quote)] = instrument.symbol
        self._by_symbol, self._by_market, self._market, self._pair = by_symbol, by_market, market, pairs
        self.is_stale = False

    def listed(self, *told: Mapping[str, Any]) -> list[tuple[Instrument, tuple[str, ...]]]:
        """What trades there, and how it is called; the first name is that of orders."""
        raise NotImplementedError

    def instrument(self, symbol: str) -> Instrument | None:
        """Of our symbol (`BTC/USDT`)."""
        return self._by_symbol.get(symbol)

    def quoted_in(self, currency: str) -> list[Instrument]:
        """What trades against a currency, best known first: as the venue lists it."""
        return [one for one in self._by_symbol.values() if one.quote == currency]

    def symbol(self, market: str) -> str:
        """Our symbol of theirs (`BTCUSDT`); what is not known keeps its name."""
        return self._by_market.get(market, market)

    def market(self, symbol: str) -> str:
        """Their name of our symbol; what is not known without its slash."""
        return self._market.get(symbol, symbol.replace("/", ""))

    def pair(self, base: str, quote: str) -> str | None:
        """The symbol in which `base` trades against `quote`."""
        return self._pair.get((base, quote))


def exact(told: Any) -> Decimal:
    """A number of the wire without the zeros that it is padded with."""
    return Decimal(told).normalize() + ZERO
