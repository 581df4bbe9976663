"""At what price an order trades, given what the market did: pure, and the same live, in replay and in a
backtest. Who may trade how much, and what it does to the account, does not belong here."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from msgspec import Struct

from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import crossed
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import OrderType
from trading.domain.reports import Liquidity

BASIS_POINTS: Final = Decimal(10_000)
STOPS: Final = frozenset({OrderType.STOP, OrderType.TRAILING_STOP})


class FillRules(Struct, frozen=True):
    """How kind the venue is. All of it is a setting; docs/paper-broker.md gives the reasons.

    Fees in basis points of the notional. `slippage_bps` is taken off every taker fill, `impact_bps` on top
    of it in proportion to the share of the volume at hand that the fill takes (all of it = the whole
    figure). `volume_share` bounds what one bar or print lets trade, `touch_share` what one quote does
    (None = no bound). `touch_probability` is the chance of a resting limit that is touched but not traded
    through. `latency_s` passes before an order is active; a live price older than `fresh_s` fills nothing.
    `fee_in_base`: what is bought pays its fee in units of itself, as spot venues take it; futures and sales
    never do.
    """

    maker_bps: Decimal = Decimal(10)
    taker_bps: Decimal = Decimal(10)
    slippage_bps: Decimal = ZERO
    impact_bps: Decimal = ZERO
    volume_share: Decimal | None = None
    touch_share: Decimal | None = None
    touch_probability: float = 0.0
    latency_s: float = 0.0
    fresh_s: float = 120.0
    fee_in_base: bool = False


REPLAY_RULES: Final = FillRules()
LIVE_RULES: Final = FillRules(touch_share=Decimal(1))


class Terms(NamedTuple):
    """What of an order decides its price. `stop` is where the trigger stands now; a stop that was
    triggered comes as MARKET, a triggered stop-limit as LIMIT."""

    is_buy: bool
    type: OrderType
    limit: Price | None = None
    stop: Price | None = None


class Strike(NamedTuple):
    """A price at which the order may trade; `price` None when it was triggered and now rests."""

    price: Price | None
    liquidity: Liquidity
    triggered: bool = False


def at_arrival(terms: Terms, price: Price) -> Strike | None:
    """The order meets a standing price (of the side that it trades against) for the first time."""
    if terms.type is OrderType.LIMIT:
        assert terms.limit is not None
        return Strike(price, Liquidity.TAKER) if crossed(terms.is_buy, price, terms.limit) else None
    return _market_or_stop(terms, price)


def at_point(terms: Terms, price: Price, *, is_gap: bool, touch_fills: bool) -> Strike | None:
    """A resting order meets a new price.

    Args:
        is_gap: whether `price` is the first after a pause (a bar's open): then a limit gets it, when it is
            better. Otherwise the market came through our price, and that is what we get.
        touch_fills: whether luck is with a limit that is only touched.
    """
    if terms.type is OrderType.LIMIT:
        limit = terms.limit
        assert limit is not None
        if price == limit:
            return Strike(limit, Liquidity.MAKER) if touch_fills else None
        if crossed(terms.is_buy, price, limit):
            return Strike(price if is_gap else limit, Liquidity.MAKER)
        return None
    return _market_or_stop(terms, price)


def in_range(terms: Terms, low: Price, high: Price, *, touch_fills: bool) -> Strike | None:
    """A resting order, untouched at the open, meets the range of a bar."""
    if terms.type is OrderType.LIMIT:
        limit = terms.limit
        assert limit is not None
        reached = low if terms.is_buy else high
        if reached == limit:
            return Strike(limit, Liquidity.MAKER) if touch_fills else None
        return Strike(limit, Liquidity.MAKER) if crossed(terms.is_buy, reached, limit) else None
    stop = terms.stop
    if stop is None or not _is_triggered(terms, high if terms.is_buy else low):
        return None
    return _market_or_stop(terms, stop)


def order_inside(terms: Terms, opened: Price) -> tuple[int, Decimal]:
    """The place of an order among those that one bar touches: stops before limits (worst case first),
    among equals the one nearer to the open first."""
    level = terms.limit if terms.type is OrderType.LIMIT else terms.stop
    return (1 if terms.type is OrderType.LIMIT else 0, abs((level or opened) - opened))


def slipped(
    instrument: Instrument,
    terms: Terms,
    strike: Strike,
    quantity: Decimal,
    at_hand: Decimal | None,
    rules: FillRules,
) -> Price:
    """The strike price after slippage, on the tick that is worse; never beyond the order's limit."""
    price = strike.price
    assert price is not None
    if strike.liquidity is Liquidity.MAKER or not (rules.slippage_bps or rules.impact_bps):
        return price
    share = min(quantity / at_hand, Decimal(1)) if at_hand else ZERO
    away = price * (rules.slippage_bps + rules.impact_bps * share) / BASIS_POINTS
    if terms.is_buy:
        worse = instrument.price_up(price + away)
        return worse if terms.limit is None else Price(max(price, min(worse, terms.limit)))
    worse = Price(max(instrument.price_down(price - away), instrument.tick_size))
    return worse if terms.limit is None else Price(min(price, max(worse, terms.limit)))


def fee_of(
    instrument: Instrument, price: Price, quantity: Quantity, liquidity: Liquidity, rules: FillRules
) -> Decimal:
    """What the fill costs, in the instrument's currency."""
    points = rules.maker_bps if liquidity is Liquidity.MAKER else rules.taker_bps
    return abs(instrument.notional(price, quantity).value) * points / BASIS_POINTS


def fee_base_of(
    instrument: Instrument, quantity: Quantity, liquidity: Liquidity, is_buy: bool, rules: FillRules
) -> Decimal:
    """The units that a purchase leaves with the venue; zero where the fee is money."""
    is_coin = instrument.kind in (InstrumentKind.SPOT, InstrumentKind.TOKEN)
    if not (rules.fee_in_base and is_buy and is_coin):
        return ZERO
    points = rules.maker_bps if liquidity is Liquidity.MAKER else rules.taker_bps
    return quantity * points / BASIS_POINTS


def _market_or_stop(terms: Terms, price: Price) -> Strike | None:
    if terms.type is OrderType.MARKET:
        return Strike(price, Liquidity.TAKER)
    if not _is_triggered(terms, price):
        return None
    if terms.type in STOPS:
        return Strike(price, Liquidity.TAKER, triggered=True)
    assert terms.limit is not None
    is_inside = crossed(terms.is_buy, price, terms.limit)
    return Strike(price if is_inside else None, Liquidity.TAKER, triggered=True)


def _is_triggered(terms: Terms, price: Price) -> bool:
    return terms.stop is not None and crossed(not terms.is_buy, price, terms.stop)
