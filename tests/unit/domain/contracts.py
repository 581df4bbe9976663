"""The contracts that the domain's tests trade: a coin, a share, a future with a week, a meme token."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal

from trading.domain.ids import AccountId, PersonId, PositionId
from trading.domain.instrument import Instrument, InstrumentKind, Session, SessionSpan
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.position import Position

D = Decimal
NOW = datetime(2018, 4, 4, 1, 0, tzinfo=UTC)
PAPER = AccountId("paper")
OWNER = PersonId("owner")

CHICAGO_WEEK = Session(
    "America/Chicago", tuple(SessionSpan(day, time(17), time(16)) for day in (6, 0, 1, 2, 3))
)
"""Sunday 17:00 to Friday 16:00 with a break from 16:00 to 17:00."""

BTC = Instrument(
    "BTC/USD",
    InstrumentKind.SPOT,
    "BTC",
    "USD",
    D("0.01"),
    D("0.00000001"),
    "USD",
    notional_min=D(1),
    collar_percent=D(3),
)
SPY = Instrument(
    "SPY", InstrumentKind.EQUITY, "SPY", "USD", D("0.01"), D(1), "USD", quantity_min=D(1), collar_percent=D(3)
)
ES = Instrument(
    "ES",
    InstrumentKind.FUTURE,
    "ES",
    "USD",
    D("0.25"),
    D(1),
    "USD",
    quantity_min=D(1),
    multiplier=D(50),
    margin_fraction=D("0.06"),
    session=CHICAGO_WEEK,
    collar_percent=D(3),
)
TOKEN = Instrument(
    "MEME/USDC",
    InstrumentKind.TOKEN,
    "MEME",
    "USDC",
    D("0.000000000001"),
    D("0.000001"),
    "USD",
    notional_min=D(1),
    shortable=False,
)
ALL = (BTC, SPY, ES, TOKEN)


def held(instrument: Instrument, quantity: str, price: str) -> Position:
    """A position of `quantity` (signed) entered at `price`."""
    amount = D(quantity)
    return Position(
        PositionId(f"paper/{instrument.symbol}/1"),
        PAPER,
        instrument.symbol,
        quantity=Quantity(amount),
        cost=amount * D(price) * instrument.multiplier,
    )


def quoted(instrument: Instrument, bid: str, ask: str = "") -> Quote:
    """A quote now."""
    return Quote(instrument.symbol, Price(D(bid)), Price(D(ask or bid)), NOW)
