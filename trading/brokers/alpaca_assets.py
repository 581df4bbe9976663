"""What can be traded at Alpaca, as instruments of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from trading.brokers.alpaca_profile import AlpacaMarket
from trading.brokers.alpaca_words import WireAsset, WireDay
from trading.domain.instrument import Instrument, InstrumentKind, Session, SessionDay, SessionSpan
from trading.domain.money import ZERO
from trading.domain.place import placed

REGULAR: Final = Session(
    zone="America/New_York",
    spans=tuple(SessionSpan(day, time(9, 30), time(16)) for day in range(5)),
)
"""The week; its holidays and short days come from the venue's calendar (`session_of`)."""
PENNY: Final = Decimal("0.01")
PART: Final = Decimal("0.000000001")
PART_NOTIONAL_MIN: Final = Decimal(1)
CLASSES: Final = {
    AlpacaMarket.SHARES: "us_equity",
    AlpacaMarket.PARTS: "us_equity",
    AlpacaMarket.COINS: "crypto",
}


def session_of(days: Sequence[WireDay], first: date, last: date) -> Session:
    """The week with those days from `first` to `last` on which the calendar says something else."""
    told = {one.date: (one.open, one.close) for one in days}
    others = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        usual = next(((one.opens, one.closes) for one in REGULAR.spans if one.weekday == day.weekday()), None)
        if told.get(day) != usual:
            others.append(SessionDay(day, *told.get(day, (None, None))))
    return Session(REGULAR.zone, REGULAR.spans, tuple(others))


def instrument_of(asset: WireAsset, market: AlpacaMarket, place: str = "") -> Instrument | None:
    """The instrument under its place, None when this market of the desk does not trade it."""
    if asset.kind != CLASSES[market] or not asset.tradable:
        return None
    if market is AlpacaMarket.COINS:
        base, _, quote = asset.symbol.partition("/")
        if not (quote and asset.min_trade_increment and asset.price_increment):
            return None  # what steps it trades in is not known, so it is not traded
        return Instrument(
            symbol=placed(place, asset.symbol),
            kind=InstrumentKind.SPOT,
            base=base,
            quote=quote,
            tick_size=asset.price_increment,
            lot_size=asset.min_trade_increment,
            quantity_min=asset.min_order_size or ZERO,
            shortable=False,
            description=asset.name,
        )
    is_part = market is AlpacaMarket.PARTS and asset.fractionable
    return Instrument(
        symbol=placed(place, asset.symbol),
        kind=InstrumentKind.EQUITY,
        base=asset.symbol,
        quote="USD",
        tick_size=asset.price_increment or PENNY,
        lot_size=asset.min_trade_increment or (PART if is_part else Decimal(1)),
        quantity_min=asset.min_order_size or ZERO,
        notional_min=PART_NOTIONAL_MIN if is_part else ZERO,
        shortable=asset.shortable and market is AlpacaMarket.SHARES,
        session=REGULAR,
        description=asset.name,
    )
