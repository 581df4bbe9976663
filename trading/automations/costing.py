"""What entries cost, what a round trip brings, what the worst case is: the money of previews and checks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from trading.automations.state import with_fee
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Quantity, plain, rounded_nearest

_CENT = Decimal("0.01")


class Fill(NamedTuple):
    """An entry as it is planned: its price and its quantity in base units."""

    price: Decimal
    quantity: Decimal


def bound_by(instrument: Instrument, price: Decimal, quantity: Decimal) -> Decimal:
    """What so much takes from the budget without fees: its notional, of a future the margin."""
    notional = instrument.notional(price, quantity).value
    return notional * instrument.margin_fraction if instrument.is_future else notional


def affordable(instrument: Instrument, money: Decimal, price: Decimal, fee_percent: Decimal) -> Quantity:
    """Whole lots that `money` buys at `price` with the fee on them."""
    unit = with_fee(bound_by(instrument, price, Decimal(1)), fee_percent)
    return instrument.quantity_down(max(money, ZERO) / unit)


def capital_of(instrument: Instrument, entries: Sequence[Fill], fee_percent: Decimal) -> Decimal:
    """What all entries together bind, with their fees."""
    return sum((with_fee(bound_by(instrument, *one), fee_percent) for one in entries), ZERO)


def loss_at(
    instrument: Instrument,
    entries: Sequence[Fill],
    price: Decimal,
    fee_percent: Decimal,
    *,
    long: bool = True,
) -> Decimal:
    """The loss when all entries have filled and everything is closed at `price`: fees on both ways.

    Negative when closing there is a gain.
    """
    spent = sum((instrument.notional(*one).value for one in entries), ZERO)
    worth = sum((instrument.notional(price, one.quantity).value for one in entries), ZERO)
    fees = (spent + worth) * fee_percent / HUNDRED
    return (spent - worth if long else worth - spent) + fees


def trip_of(
    instrument: Instrument, quantity: Decimal, bought: Decimal, sold: Decimal, fee_percent: Decimal
) -> Decimal:
    """What buying and selling so much brings after both fees."""
    paid, got = instrument.notional(bought, quantity).value, instrument.notional(sold, quantity).value
    return got - paid - (got + paid) * fee_percent / HUNDRED


def cents(value: Decimal) -> str:
    """A sum as sentences of refusals say it: to the cent, without its currency."""
    return plain(rounded_nearest(value, _CENT))


def under_fees(field: str, gain_percent: Decimal, fee_percent: Decimal) -> Refusal | None:
    """Why a gain per round trip that the fees eat is not wanted."""
    both = fee_percent * 2
    if gain_percent > both:
        return None
    shown = plain(rounded_nearest(gain_percent, Decimal("0.0001")))
    sentence = (
        f"Each round trip would lose: it gains {shown} % and pays twice {plain(fee_percent)} % in fees. "
        f"Make {field} so that it gains more than {plain(both)} %."
    )
    return Refusal("below_fees", sentence, field, shown)


def over_budget(field: str, needed: Decimal, budget: Decimal, instrument: Instrument) -> Refusal | None:
    """Why orders that need more than the budget are not given."""
    if needed <= budget:
        return None
    sentence = (
        f"All orders together need {cents(needed)} {instrument.currency}, and the budget is "
        f"{cents(budget)} {instrument.currency}. Raise the budget or make {field} smaller."
    )
    return Refusal("over_budget", sentence, field, plain(rounded_nearest(needed, _CENT)))


def under_minimum(
    instrument: Instrument, field: str, price: Decimal, quantity: Decimal, money: Decimal
) -> Refusal | None:
    """Why an order that the venue would not take is not given."""
    if quantity > ZERO and not instrument.is_too_small(quantity, price):
        return None
    least = max(
        instrument.notional_min,
        instrument.notional(price, max(instrument.quantity_min, instrument.lot_size)).value,
    )
    sentence = (
        f"One order would be worth {cents(money)} {instrument.currency} at {plain(price)}, and "
        f"{instrument.symbol} trades at least {cents(least)} {instrument.currency}. Make {field} larger."
    )
    return Refusal("too_small", sentence, field, plain(rounded_nearest(money, _CENT)))
