"""From words to quantities: never more than asked, and every refusal says what to type instead."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.domain.contracts import ALL, BTC, ES, SPY, TOKEN
from trading.domain.events import Refusal
from trading.domain.exits import Size, SizeKind
from trading.domain.instrument import Instrument
from trading.domain.sizing import quantity_for_entry, quantity_for_exit

D = Decimal
K = SizeKind
EQUITY = D(10_000)


def entry(
    size: Size,
    instrument: Instrument,
    price: str,
    *,
    stop: str = "",
    equity: Decimal = EQUITY,
    spendable: Decimal = EQUITY,
) -> Decimal | Refusal:
    return quantity_for_entry(
        size,
        instrument,
        D(price),
        equity=equity,
        spendable=spendable,
        stop_price=D(stop) if stop else None,
    )


def size(kind: SizeKind, value: str = "0", unit: str = "") -> Size:
    return Size(kind, D(value), unit)


@pytest.mark.parametrize(
    ("asked", "instrument", "price", "stop", "quantity"),
    [
        # A bare number is money for spot and shares, contracts for futures (RULINGS 29).
        (size(K.BARE, "1000"), BTC, "6741.92", "", "0.14832569"),
        (size(K.BARE, "1000"), SPY, "264.61", "", "3"),
        (size(K.BARE, "2"), ES, "2614.25", "", "2"),
        (size(K.BARE, "100"), TOKEN, "0.000012345678", "", "8100000.664200"),
        (size(K.SPEND, "1000", "USD"), BTC, "6741.92", "", "0.14832569"),
        (size(K.SPEND, "1000", "USDT"), BTC, "6741.92", "", "0.14832569"),
        (size(K.SPEND, "1000"), SPY, "264.61", "", "3"),
        (size(K.SPEND, "300000"), ES, "2614.25", "", "2"),
        (size(K.BASE, "0.01", "BTC"), BTC, "6741.92", "", "0.01"),
        (size(K.BASE, "10"), SPY, "264.61", "", "10"),
        (size(K.BASE, "3"), ES, "2614.25", "", "3"),
        (size(K.CONTRACTS, "1"), ES, "2614.25", "", "1"),
        (size(K.CONTRACTS, "5"), SPY, "264.61", "", "5"),
        (size(K.EQUITY, "10"), BTC, "5000", "", "0.2"),
        (size(K.EQUITY, "50"), SPY, "264.61", "", "18"),
        (size(K.EQUITY, "100"), ES, "100.25", "", "1"),
        # 1 % of 10,000 is 100, which the distance to the stop divides.
        (size(K.RISK, "1"), BTC, "6741.92", "6674.50", "1.48323939"),
        (size(K.RISK, "1"), SPY, "264.61", "262.61", "50"),
        (size(K.RISK, "1"), SPY, "264.61", "266.61", "50"),
        (size(K.RISK, "250", "USD"), ES, "2614.25", "2612.25", "2"),
        (size(K.RISK, "299", "USD"), ES, "2614.25", "2612.25", "2"),
        (size(K.MAX), BTC, "5000", "", "2"),
        (size(K.MAX), SPY, "264.61", "", "37"),
        # A future takes its margin only: 10,000 / (2,614.25 × 50 × 6 %).
        (size(K.MAX), ES, "2614.25", "", "1"),
    ],
)
def test_a_size_becomes_whole_lots(
    asked: Size, instrument: Instrument, price: str, stop: str, quantity: str
) -> None:
    assert entry(asked, instrument, price, stop=stop) == D(quantity)


@pytest.mark.parametrize(
    ("asked", "instrument", "price", "code", "cure"),
    [
        (size(K.SPEND, "100", "EUR"), BTC, "6741.92", "wrong_currency", "type 100 usd, or a size in btc"),
        (size(K.RISK, "1"), BTC, "6741.92", "risk_needs_stop", "sl 2%"),
        (size(K.EQUITY, "150"), BTC, "6741.92", "share_above_100", "at most 100 %"),
        (size(K.BASE, "1.5"), SPY, "264.61", "size_off_lot", "type 1 instead of 1.5"),
        (size(K.BASE, "0.4"), SPY, "264.61", "size_off_lot", "type 1 instead of 0.4"),
        (size(K.CONTRACTS, "2.5"), ES, "2614.25", "size_off_lot", "type 2 instead of 2.5"),
        (size(K.BASE, "0.123456789"), BTC, "6741.92", "size_off_lot", "type 0.12345678"),
        (size(K.SPEND, "100"), SPY, "264.61", "too_small", "1 SPY, about 264.61 USD"),
        (size(K.SPEND, "0.5"), BTC, "6741.92", "too_small", "about 1 USD"),
        (size(K.BARE, "0"), ES, "2614.25", "too_small", "1 ES"),
        (size(K.RISK, "10", "USD"), ES, "2614.25", "too_small", "about 130712.5 USD"),
        (size(K.EQUITY, "1"), SPY, "264.61", "too_small", "about 264.61 USD"),
    ],
)
def test_an_impossible_size_is_refused_with_its_cure(
    asked: Size, instrument: Instrument, price: str, code: str, cure: str
) -> None:
    stop = "2612.25" if asked.unit == "USD" and asked.kind is K.RISK else ""
    found = entry(asked, instrument, price, stop=stop)
    assert isinstance(found, Refusal)
    assert found.code == code
    assert cure in found.sentence
    assert found.field == "size"


def test_a_stop_at_the_entry_is_no_measure_of_risk() -> None:
    found = entry(size(K.RISK, "1"), BTC, "6741.92", stop="6741.92")
    assert isinstance(found, Refusal)
    assert found.code == "risk_needs_stop"


def test_risk_in_a_foreign_currency_is_not_taken_as_ours() -> None:
    found = entry(size(K.RISK, "50", "EUR"), BTC, "6741.92", stop="6600")
    assert isinstance(found, Refusal)
    assert found.code == "wrong_currency"
    assert entry(size(K.RISK, "50", "USDT"), BTC, "6700", stop="6600") == D("0.5")


def test_an_account_in_the_red_buys_nothing() -> None:
    for asked in (size(K.EQUITY, "10"), size(K.RISK, "1")):
        found = entry(asked, BTC, "5000", stop="4900", equity=D(-50))
        assert isinstance(found, Refusal)
        assert found.code == "too_small"
    assert isinstance(entry(size(K.MAX), BTC, "5000", spendable=D(0)), Refusal)


prices = st.decimals(D("0.5"), D("90000"), places=2)
money = st.decimals(D(1), D("1000000"), places=2)
contracts = st.sampled_from(ALL)


@given(contracts, prices, money)
def test_never_more_is_spent_than_was_typed(instrument: Instrument, price: Decimal, spend: Decimal) -> None:
    price = instrument.price_up(price)
    found = entry(Size(K.SPEND, spend), instrument, str(price))
    if isinstance(found, Refusal):
        assert found.code == "too_small"
        least = max(instrument.lot_size, instrument.quantity_min)
        smaller = instrument.quantity_down(spend / (price * instrument.multiplier))
        assert smaller < least or smaller * price * instrument.multiplier < instrument.notional_min
        return
    spent = instrument.notional(price, found).value
    assert spent <= spend
    assert spend - spent < instrument.lot_size * price * instrument.multiplier
    assert found % instrument.lot_size == 0


@given(
    contracts,
    prices,
    st.decimals(D("0.1"), D(20), places=2),
    st.decimals(D("0.05"), D(5), places=2),
    st.booleans(),
)
def test_a_size_by_risk_never_loses_more_than_asked(
    instrument: Instrument, price: Decimal, away: Decimal, percent: Decimal, is_long: bool
) -> None:
    price = instrument.price_up(price)
    stop = instrument.price_nearest(price * (100 - away if is_long else 100 + away) / 100)
    assume(stop > 0 and stop != price)
    found = entry(Size(K.RISK, percent), instrument, str(price), stop=str(stop))
    if isinstance(found, Refusal):
        assert found.code == "too_small"
        return
    loss = abs(price - stop) * found * instrument.multiplier
    assert loss <= EQUITY * percent / 100
    assert EQUITY * percent / 100 - loss < instrument.lot_size * abs(price - stop) * instrument.multiplier


@given(contracts, prices, money)
def test_max_never_needs_more_than_is_free(instrument: Instrument, price: Decimal, free: Decimal) -> None:
    price = instrument.price_up(price)
    found = entry(size(K.MAX), instrument, str(price), spendable=free)
    if not isinstance(found, Refusal):
        assert instrument.notional(price, found).value * instrument.margin_fraction <= free


# ---------------------------------------------------------------- exits


@pytest.mark.parametrize(
    ("asked", "instrument", "price", "held", "quantity"),
    [
        (size(K.MAX), BTC, "6741.92", "0.14832569", "0.14832569"),
        (size(K.POSITION, "50"), BTC, "6741.92", "0.14832569", "0.07416284"),
        (size(K.POSITION, "100"), BTC, "6741.92", "0.14832569", "0.14832569"),
        (size(K.POSITION, "33"), SPY, "264.61", "10", "3"),
        (size(K.EQUITY, "50"), ES, "2614.25", "3", "1"),
        (size(K.BASE, "0.1"), BTC, "6741.92", "0.14832569", "0.1"),
        (size(K.CONTRACTS, "2"), ES, "2614.25", "3", "2"),
        (size(K.BARE, "1"), ES, "2614.25", "3", "1"),
        (size(K.BARE, "500"), BTC, "6741.92", "0.14832569", "0.07416284"),
        (size(K.SPEND, "500", "USD"), SPY, "264.61", "10", "1"),
        # Money above the position's worth closes all of it: the crumb goes with it.
        (size(K.SPEND, "5000"), BTC, "6741.92", "0.14832569", "0.14832569"),
        # A position that is no whole number of lots closes to the last crumb.
        (size(K.MAX), SPY, "264.61", "2.5", "2.5"),
        (size(K.POSITION, "100"), SPY, "264.61", "0.4", "0.4"),
    ],
)
def test_an_exit_takes_at_most_what_is_held(
    asked: Size, instrument: Instrument, price: str, held: str, quantity: str
) -> None:
    assert quantity_for_exit(asked, instrument, D(price), D(held)) == D(quantity)


@pytest.mark.parametrize(
    ("asked", "instrument", "held", "code", "cure"),
    [
        (size(K.BASE, "1"), BTC, "0.5", "more_than_held", "You hold 0.5 BTC: type at most that"),
        (size(K.CONTRACTS, "4"), ES, "3", "more_than_held", "nothing for all of it"),
        (size(K.POSITION, "101"), BTC, "0.5", "share_above_100", "at most 100 %"),
        (size(K.POSITION, "5"), SPY, "10", "too_small", "less than one lot (1 SPY)"),
        (size(K.RISK, "1"), BTC, "0.5", "risk_is_for_entries", "50%, 0.1, or nothing for all"),
        (size(K.SPEND, "10", "EUR"), BTC, "0.5", "wrong_currency", "type 10 usd"),
    ],
)
def test_an_impossible_close_is_refused_with_its_cure(
    asked: Size, instrument: Instrument, held: str, code: str, cure: str
) -> None:
    found = quantity_for_exit(asked, instrument, D(6000), D(held))
    assert isinstance(found, Refusal)
    assert found.code == code
    assert cure in found.sentence


@given(
    contracts,
    st.sampled_from([K.POSITION, K.BASE, K.CONTRACTS, K.SPEND, K.BARE, K.MAX]),
    st.decimals(D("0.01"), D(100), places=2),
    st.integers(1, 10_000),
    prices,
)
def test_a_close_never_flips_and_is_never_nothing(
    instrument: Instrument, kind: SizeKind, value: Decimal, lots: int, price: Decimal
) -> None:
    held = lots * instrument.lot_size
    found = quantity_for_exit(Size(kind, value), instrument, instrument.price_up(price), held)
    if not isinstance(found, Refusal):
        assert 0 < found <= held
        assert found % instrument.lot_size == 0
