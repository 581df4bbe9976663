"""An alert in a person's words: what it is about and its level; the same on its card, in lists and when it
rings."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.grammar_alert import against, indicator_text
from bot.conversation.wording import Wording
from trading.domain.instrument import Instrument
from trading.domain.measure import INDICATORS, Measure, line_of
from trading.domain.timed import PriceAlert, Side

_SIDES = {
    Side.ABOVE: "alerts.above",
    Side.BELOW: "alerts.below",
    Side.CROSSES: "alerts.crosses",
    Side.CROSSES_UP: "alerts.crosses_up",
    Side.CROSSES_DOWN: "alerts.crosses_down",
}
_PLACES = 2


def about(wording: Wording, alert: PriceAlert) -> str:
    """`BTC/USD`, `BTC/USD rsi(14,1h)`, `P&L of BTC/USD`, `P&L of today`."""
    match alert.of:
        case Measure.INDICATOR if against(alert.indicator, alert.price) is not None:
            return alert.symbol
        case Measure.INDICATOR if alert.indicator is not None:
            return f"{alert.symbol} {indicator_text(alert.indicator)}"
        case Measure.POSITION:
            return wording.say("alerts.of_position", symbol=alert.symbol)
        case Measure.DAY:
            return wording.say("alerts.of_day")
        case _:
            return alert.symbol


def value_text(
    wording: Wording, alert: PriceAlert, value: Decimal, instrument: Instrument | None, currency: str
) -> str:
    """A level or a measured value in the unit of the alert. `currency`: of its account, for a day."""
    if alert.of is Measure.DAY:
        return wording.money(value, currency)
    if alert.of is Measure.POSITION:
        return wording.money(value, instrument.currency if instrument is not None else "")
    over = line_of(alert.indicator) if alert.indicator is not None else None
    if over is not None:
        if not value:
            return indicator_text(over)
        said = wording.price(abs(value), instrument.tick_size if instrument is not None else None)
        return wording.say("alerts.under" if value < 0 else "alerts.over", price=said)
    if alert.indicator is not None and not INDICATORS[alert.indicator.name].is_price:
        return wording.number(value, _PLACES)
    tick = instrument.tick_size if instrument is not None else None
    return wording.price(value, tick)


def level_text(wording: Wording, alert: PriceAlert, instrument: Instrument | None, currency: str) -> str:
    """`> 70,000.00`; `> ema(50,1h)`."""
    price = value_text(wording, alert, alert.price, instrument, currency)
    return wording.say(_SIDES[alert.side], price=price)
