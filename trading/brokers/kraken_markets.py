"""What Kraken trades, as our instruments: its assets' old names, steps and minimums, exact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from trading.brokers.ccxt_markets import Markets as CcxtMarkets
from trading.brokers.ccxt_markets import exact
from trading.domain.instrument import Instrument, InstrumentKind

OTHERWISE: Final = {"XBT": "BTC", "XDG": "DOGE"}
"""What everybody else calls it."""


class Markets(CcxtMarkets):
    """The spot markets of Kraken. `asset` is our word for each of its assets (`XXBT` is BTC)."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix)
        self.assets: dict[str, str] = {}

    def listed(self, *told: Mapping[str, Any]) -> list[tuple[Instrument, tuple[str, ...]]]:
        """Out of `Assets` and `AssetPairs`. A pair has three names: its key, `altname`, and the stream's."""
        assets, pairs = told
        self.assets = {key: _word(one["altname"]) for key, one in assets.items()}
        found: list[tuple[Instrument, tuple[str, ...]]] = []
        for key, pair in pairs.items():
            base, quote = self.assets.get(pair["base"]), self.assets.get(pair["quote"])
            if base is None or quote is None or pair["altname"].endswith(".d"):
                continue
            instrument = instrument_of(pair, base, quote, self._prefix)
            found.append((instrument, (pair["altname"], key, f"{base}/{quote}")))
        return found


def instrument_of(pair: Mapping[str, Any], base: str, quote: str, prefix: str = "") -> Instrument:
    """One row of `AssetPairs`."""
    tick = exact(pair.get("tick_size") or "0") or Decimal(1).scaleb(-int(pair["pair_decimals"]))
    return Instrument(
        symbol=f"{prefix}{base}/{quote}",
        kind=InstrumentKind.SPOT,
        base=base,
        quote=quote,
        tick_size=tick,
        lot_size=Decimal(1).scaleb(-int(pair["lot_decimals"])),
        quantity_min=exact(pair.get("ordermin") or "0"),
        notional_min=exact(pair.get("costmin") or "0"),
        shortable=False,
    )


def _word(name: str) -> str:
    return OTHERWISE.get(name, name)
