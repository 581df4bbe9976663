"""The contracts behind symbols that the desk knows, and a fitting guess for those that it does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from decimal import Decimal

from trading.domain.currency import FIAT, STABLE
from trading.domain.instrument import Instrument, InstrumentKind, Session, SessionSpan

CENT = Decimal("0.01")
MAJORS = frozenset({"BTC", "ETH", "EUR/USD", "SPY", "ES"})
COLLAR_MAJOR = Decimal(3)
COLLAR_OTHER = Decimal(10)

STOCK_SESSION = Session(
    "America/New_York", tuple(SessionSpan(day, time(9, 30), time(16)) for day in range(5))
)
"""Regular hours. Stocks also trade 04:00-09:30 and 16:00-20:00, thinly: the desk takes those as closed."""

FX_SESSION = Session(
    "America/New_York",
    (
        SessionSpan(6, time(17), time(0)),
        *(SessionSpan(day, time(0), time(0)) for day in range(4)),
        SessionSpan(4, time(0), time(17)),
    ),
)
"""Sunday 17:00 to Friday 17:00 in New York."""

_NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ether",
    "SOL": "Solana",
    "BNB": "BNB",
    "XRP": "XRP",
    "ADA": "Cardano",
    "DOGE": "Dogecoin",
    "LTC": "Litecoin",
    "LINK": "Chainlink",
    "AVAX": "Avalanche",
    "SPY": "SPDR S&P 500 ETF",
    "QQQ": "Invesco QQQ Nasdaq 100 ETF",
    "AAPL": "Apple",
    "IBM": "IBM",
    "BAC": "Bank of America",
    "GOOG": "Alphabet",
    "AIG": "American International Group",
    "ES": "E-mini S&P 500 future",
}
_ES_BREAK_GONE = datetime(2021, 6, 28, tzinfo=UTC)
_ES_EARLIER_END = datetime(2015, 9, 21, tzinfo=UTC)
_CONTRACT = re.compile(r"^ES([FGHJKMNQUVXZ]\d{1,2})?$")


def es_session(at: datetime) -> Session:
    """The week of the E-mini in Chicago as it was at `at`: Sunday 17:00 to Friday afternoon.

    Until September 2015 with pauses 15:15-15:30 and 16:15-17:00, then 15:15-15:30 and 16:00-17:00, since
    June 2021 only 16:00-17:00.
    """
    nights = (6, 0, 1, 2, 3)
    if at >= _ES_BREAK_GONE:
        spans = tuple(SessionSpan(day, time(17), time(16)) for day in nights)
    else:
        end = time(16) if at >= _ES_EARLIER_END else time(16, 15)
        spans = (
            *(SessionSpan(day, time(17), time(15, 15)) for day in nights),
            *(SessionSpan(day, time(15, 30), end) for day in range(5)),
        )
    return Session("America/Chicago", spans)


def instrument_for(symbol: str, *, decimals: int = 2, at: datetime | None = None) -> Instrument:
    """The contract of `symbol`.

    Args:
        symbol: `BTC/USD`, `EUR/USD`, `SPY`, `ES`, `ESH4`.
        decimals: how many decimals the prices at hand have; the tick of a pair that is not known better.
        at: when the prices at hand are from; sessions changed over the years. None = today's rules.
    """
    if _CONTRACT.match(symbol):
        return _future(symbol, at)
    if "/" not in symbol:
        return _stock(symbol)
    base, quote = symbol.split("/", 1)
    if quote == "PERP":
        return _perpetual(symbol, base, decimals)
    if base in FIAT and quote in FIAT:
        return _spot_fx(symbol, base, quote)
    return _pair(symbol, base, quote, decimals)


def _future(symbol: str, at: datetime | None) -> Instrument:
    return Instrument(
        symbol=symbol,
        kind=InstrumentKind.FUTURE,
        base=symbol,
        quote="USD",
        tick_size=Decimal("0.25"),
        lot_size=Decimal(1),
        settlement="USD",
        quantity_min=Decimal(1),
        multiplier=Decimal(50),
        margin_fraction=Decimal("0.06"),
        session=es_session(at or _ES_BREAK_GONE),
        description=_NAMES["ES"] if symbol == "ES" else f"{_NAMES['ES']}, expiry {symbol[2:]}",
        collar_percent=COLLAR_MAJOR,
    )


def _stock(symbol: str) -> Instrument:
    return Instrument(
        symbol=symbol,
        kind=InstrumentKind.EQUITY,
        base=symbol,
        quote="USD",
        tick_size=CENT,
        lot_size=Decimal("0.0001"),
        settlement="USD",
        notional_min=Decimal(1),
        session=STOCK_SESSION,
        description=_NAMES.get(symbol, f"{symbol} stock"),
        collar_percent=_collar(symbol, symbol),
    )


def _spot_fx(symbol: str, base: str, quote: str) -> Instrument:
    return Instrument(
        symbol=symbol,
        kind=InstrumentKind.SPOT,
        base=base,
        quote=quote,
        tick_size=Decimal("0.001") if quote == "JPY" else Decimal("0.00001"),
        lot_size=Decimal(1),
        settlement=quote,
        quantity_min=Decimal(1),
        session=FX_SESSION,
        description=f"{base} in {quote}",
        collar_percent=_collar(symbol, base),
    )


def _perpetual(symbol: str, base: str, decimals: int) -> Instrument:
    return Instrument(
        symbol=symbol,
        kind=InstrumentKind.FUTURE,
        base=base,
        quote="USD",
        tick_size=Decimal(1).scaleb(-decimals),
        lot_size=Decimal("0.001"),
        settlement="USD",
        quantity_min=Decimal("0.001"),
        margin_fraction=Decimal("0.1"),
        description=f"{_NAMES.get(base, base)} perpetual future",
        collar_percent=_collar(symbol, base),
    )


def _pair(symbol: str, base: str, quote: str, decimals: int) -> Instrument:
    return Instrument(
        symbol=symbol,
        kind=InstrumentKind.SPOT,
        base=base,
        quote=quote,
        tick_size=min(CENT, Decimal(1).scaleb(-decimals)) if quote != "BTC" else Decimal(1).scaleb(-8),
        lot_size=Decimal("0.00000001") if base in {"BTC", "ETH"} else Decimal("0.000001"),
        settlement="USD" if quote in STABLE else quote,
        notional_min=Decimal(1) if quote in (*STABLE, *FIAT) else Decimal(0),
        description=f"{_NAMES.get(base, base)} in {quote}",
        collar_percent=_collar(symbol, base),
    )


def _collar(symbol: str, base: str) -> Decimal:
    return COLLAR_MAJOR if symbol in MAJORS or base in MAJORS else COLLAR_OTHER
