"""Double entry: every fill's lines cancel, cost is exact, and nothing is lost to division."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.domain.contracts import ALL, BTC, ES, SPY, TOKEN, held
from trading.domain.events import Booking
from trading.domain.instrument import Instrument
from trading.domain.ledger import FillEffect, deposit, fill_effect
from trading.domain.money import Quantity
from trading.domain.order import Side
from trading.domain.position import Position, cost_share, share_of

D = Decimal
BUY, SELL = Side.BUY, Side.SELL


def lines(bookings: tuple[Booking, ...]) -> dict[str, Decimal]:
    assert {line.currency for line in bookings} <= {"USD"}
    assert len({line.book for line in bookings}) == len(bookings)
    return {line.book: line.value for line in bookings}


def filled(
    position: Position, instrument: Instrument, side: Side, quantity: str, price: str, fee: str = "0"
) -> FillEffect:
    return fill_effect(position, instrument, side, D(quantity), D(price), D(fee))


@pytest.mark.parametrize(
    ("instrument", "before", "side", "fill", "after", "books"),
    [
        # (held at), (quantity, price, fee), (quantity, cost, realised), bookings
        (
            BTC,
            ("0", "0"),
            BUY,
            ("0.1", "6700", "0.67"),
            ("0.1", "670", "0"),
            {"position:BTC/USD": "670", "cash": "-670.67", "fees": "0.67"},
        ),
        (
            BTC,
            ("0.1", "6700"),
            BUY,
            ("0.2", "6730", "1.346"),
            ("0.3", "2016", "0"),
            {"position:BTC/USD": "1346", "cash": "-1347.346", "fees": "1.346"},
        ),
        (
            BTC,
            ("0.3", "6720"),
            SELL,
            ("0.1", "6800", "0.68"),
            ("0.2", "1344", "8"),
            {"position:BTC/USD": "-672", "cash": "679.32", "realised": "-8", "fees": "0.68"},
        ),
        (
            BTC,
            ("0.2", "6720"),
            SELL,
            ("0.2", "6600", "1.32"),
            ("0", "0", "-24"),
            {"position:BTC/USD": "-1344", "cash": "1318.68", "realised": "24", "fees": "1.32"},
        ),
        # Short: quantity and cost are negative, proceeds come first.
        (
            SPY,
            ("0", "0"),
            SELL,
            ("10", "264.61", "0"),
            ("-10", "-2646.10", "0"),
            {"position:SPY": "-2646.10", "cash": "2646.10"},
        ),
        (
            SPY,
            ("-10", "264.61"),
            BUY,
            ("4", "260", "1"),
            ("-6", "-1587.66", "18.44"),
            {"position:SPY": "1058.44", "cash": "-1041", "realised": "-18.44", "fees": "1"},
        ),
        (
            SPY,
            ("-6", "264.61"),
            BUY,
            ("6", "270", "0"),
            ("0", "0", "-32.34"),
            {"position:SPY": "1587.66", "cash": "-1620", "realised": "32.34"},
        ),
        # Through flat: the venue said so, the ledger accepts it (X29).
        (
            BTC,
            ("0.1", "6700"),
            SELL,
            ("0.3", "6800", "2.04"),
            ("-0.2", "-1360", "10"),
            {"position:BTC/USD": "-2030", "cash": "2037.96", "realised": "-10", "fees": "2.04"},
        ),
        (
            SPY,
            ("-2", "250"),
            BUY,
            ("5", "260", "0"),
            ("3", "780", "-20"),
            {"position:SPY": "1280", "cash": "-1300", "realised": "20"},
        ),
        # A future costs nothing: only gains, losses and fees move cash.
        (
            ES,
            ("0", "0"),
            BUY,
            ("2", "2614.25", "4.20"),
            ("2", "261425", "0"),
            {"cash": "-4.20", "fees": "4.20"},
        ),
        (
            ES,
            ("2", "2614.25"),
            SELL,
            ("1", "2620.25", "2.10"),
            ("1", "130712.50", "300"),
            {"cash": "297.90", "realised": "-300", "fees": "2.10"},
        ),
        (
            ES,
            ("-1", "2614.25"),
            BUY,
            ("1", "2620.25", "0"),
            ("0", "0", "-300"),
            {"cash": "-300", "realised": "300"},
        ),
        (ES, ("1", "2600"), SELL, ("2", "2600", "0"), ("-1", "-130000", "0"), {}),
    ],
)
def test_a_fill_moves_the_books_to_the_cent(
    instrument: Instrument,
    before: tuple[str, str],
    side: Side,
    fill: tuple[str, str, str],
    after: tuple[str, str, str],
    books: dict[str, str],
) -> None:
    found = filled(held(instrument, *before), instrument, side, *fill)
    assert (found.quantity, found.cost, found.realised) == tuple(D(value) for value in after)
    assert lines(found.bookings) == {book: D(value) for book, value in books.items()}
    assert sum(lines(found.bookings).values()) == 0


def test_a_maker_rebate_is_a_negative_fee() -> None:
    found = filled(held(BTC, "0", "0"), BTC, BUY, "0.1", "6700", "-0.05")
    assert lines(found.bookings) == {"position:BTC/USD": D(670), "cash": D("-669.95"), "fees": D("-0.05")}


def test_a_third_leaves_its_remainder_with_the_rest() -> None:
    position = replace(held(SPY, "3", "0"), cost=D(100))
    first = filled(position, SPY, SELL, "1", "40")
    assert first.cost == D("66.666666666667")
    assert first.realised == D("6.666666666667")
    second = filled(replace(position, quantity=Quantity(D(2)), cost=first.cost), SPY, SELL, "1", "40")
    last = filled(replace(position, quantity=Quantity(D(1)), cost=second.cost), SPY, SELL, "1", "40")
    assert last.cost == 0
    assert first.realised + second.realised + last.realised == D(20)


def test_the_last_piece_takes_all_the_cost() -> None:
    assert cost_share(D("100.1234567890123456"), D(3), D(3)) == D("100.1234567890123456")
    assert cost_share(D("-100"), D(-3), D(1)) == D("-33.333333333333")
    assert share_of(D("0.3"), D(50)) == D("0.15")


def test_a_crumb_of_a_cheap_token_keeps_its_price() -> None:
    bought = held(TOKEN, "1000000", "0.000001")
    assert bought.cost == D(1)
    left = filled(bought, TOKEN, SELL, "999999.999999", "0.000002")
    assert (left.quantity, left.cost) == (D("0.000001"), D("1E-12"))
    thirds = replace(held(TOKEN, "3", "0"), cost=D("1E-9"))
    rest = filled(thirds, TOKEN, SELL, "2.999999", "0.000001")
    assert abs(rest.cost / rest.quantity - D("1E-9") / 3) < D("1E-17")
    assert rest.cost + cost_share(D("1E-9"), D(3), D("2.999999")) == D("1E-9")


def test_a_deposit_is_capital_and_never_profit() -> None:
    assert lines(deposit(D(10_000), "USD")) == {"cash": D(10_000), "capital": D(-10_000)}


def test_unrealised_is_what_closing_would_bring() -> None:
    assert held(BTC, "0.3", "6720").unrealised(BTC, D(6800)) == D(24)
    assert held(SPY, "-10", "264.61").unrealised(SPY, D(270)) == D("-53.90")
    assert held(ES, "-2", "2614.25").unrealised(ES, D("2612.25")) == D(200)
    assert held(BTC, "0.3", "6720").average_price(BTC) == D(6720)
    assert held(ES, "-2", "2614.25").average_price(ES) == D("2614.25")
    assert held(BTC, "0", "0").average_price(BTC) is None


fills = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(1, 500),
        st.integers(1, 400_000),
        st.decimals(D("-1"), D(20), places=4),
    ),
    min_size=1,
    max_size=25,
)


@given(st.sampled_from(ALL), fills)
def test_any_sequence_of_fills_keeps_the_books_whole(
    instrument: Instrument, sequence: list[tuple[bool, int, int, Decimal]]
) -> None:
    position = held(instrument, "0", "0")
    books: dict[str, Decimal] = {}
    quantity = fees = D(0)
    flow = Fraction(0)  # what fills brought and took, counted without any rounding
    for is_buy, lots, ticks, fee in sequence:
        side = BUY if is_buy else SELL
        size, price = lots * instrument.lot_size, ticks * instrument.tick_size
        effect = fill_effect(position, instrument, side, size, price, fee)
        assert sum(lines(effect.bookings).values(), D(0)) == 0
        for book, value in lines(effect.bookings).items():
            books[book] = books.get(book, D(0)) + value
        quantity += size * side.sign
        fees += fee
        flow -= Fraction(size) * Fraction(price) * Fraction(instrument.multiplier) * side.sign
        position = replace(
            position,
            quantity=Quantity(effect.quantity),
            cost=effect.cost,
            realised=position.realised + effect.realised,
        )
    assert position.quantity == quantity
    assert position.cost == 0 if not quantity else position.cost * quantity > 0
    # What was spent and not yet realised is exactly what is held at cost.
    assert flow + Fraction(position.cost) == Fraction(position.realised)
    assert books.get("fees", D(0)) == fees
    assert -books.get("realised", D(0)) == position.realised
    if instrument.is_future:
        assert books.get("cash", D(0)) == position.realised - fees
    else:
        assert books.get(f"position:{instrument.symbol}", D(0)) == position.cost
        assert Fraction(books.get("cash", D(0))) == flow - Fraction(fees)
