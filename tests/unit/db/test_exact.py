"""Decimals come back digit by digit, or do not go in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select

from db.exact import ExactDecimal, NotExact, checked, exact_number, exact_text

TABLE = Table("money", MetaData(), Column("value", ExactDecimal(), nullable=True))

HARD = [
    "0.1",
    "0.123456789012345678",
    "123456789012.12345678",
    "99999999.99999999",
    "1e-8",
    "1e-18",
    "64999.99",
    "-0",
    "1.50",
    "1E+20",
    "12345678901234567890.123456789012345678",
    "99999999999999999999999999999999999999",
    "0.000000000000000000000000000000000001",
]


def kept(values: list[Decimal]) -> list[Decimal | None]:
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        TABLE.metadata.create_all(conn)
        conn.execute(insert(TABLE), [{"value": value} for value in values])
        found = list(conn.execute(select(TABLE.c.value)).scalars())
        for value in values:
            assert conn.execute(select(TABLE.c.value).where(TABLE.c.value == value)).first() is not None
    engine.dispose()
    return found


def test_hard_values_come_back_unchanged() -> None:
    assert kept([Decimal(text) for text in HARD]) == [Decimal(text) for text in HARD]


@given(st.decimals(min_value=-(10**20), max_value=10**20, places=18))
def test_any_value_of_38_digits_comes_back(value: Decimal) -> None:
    assert kept([value]) == [value]
    assert Decimal(exact_text(value)) == exact_number(value) == value


def test_equal_numbers_have_one_text() -> None:
    assert exact_text(Decimal("1.50")) == exact_text(Decimal("1.5")) == "1.5"
    assert exact_text(Decimal("-0.000")) == "0"
    assert exact_text(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize(
    "bad", [0.1, 1, "1", Decimal("NaN"), Decimal("Infinity"), Decimal("1e40"), Decimal("1e-41")]
)
def test_what_cannot_be_kept_is_refused(bad: Decimal) -> None:
    with pytest.raises(NotExact):
        checked(bad)


def test_zeros_behind_the_last_digit_do_not_count() -> None:
    assert checked(Decimal("1." + "0" * 60)) == 1


def test_nothing_stays_nothing_in_a_column() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as conn:
        TABLE.metadata.create_all(conn)
        conn.execute(insert(TABLE), [{"value": None}])
        assert conn.execute(select(TABLE.c.value)).scalar() is None
    engine.dispose()
