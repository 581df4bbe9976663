"""Decimals that a database keeps digit by digit: text on SQLite, NUMERIC on PostgreSQL."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

from sqlalchemy import Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from trading.domain.money import plain

DIGITS = 80
DECIMALS = 40
"""A token's price (18 decimals) times a quantity (18 decimals) must fit unrounded."""

_LARGEST = DIGITS - DECIMALS
_WIDE = Context(prec=DIGITS + DECIMALS)


class NotExact(AssertionError):
    """A value that no column can keep as it is: a float, a NaN, or too many digits. Always a bug."""


def checked(value: Decimal) -> Decimal:
    """`value` itself once it is certain that a column keeps all of it.

    Raises NotExact for floats, infinities, NaN and numbers of more than 40 digits on either side.
    """
    if type(value) is not Decimal:
        raise NotExact(f"a Decimal is wanted, not {type(value).__name__}")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise NotExact(f"{value} is no number")
    if value and (value.adjusted() >= _LARGEST or (exponent < -DECIMALS and _shortest(value) < -DECIMALS)):
        raise NotExact(f"{value} has more digits than a column keeps")
    return value


def _shortest(value: Decimal) -> int:
    exponent = value.normalize(_WIDE).as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def exact_text(value: Decimal) -> str:
    """The canonical text of `value`: 1.50 and 1.5 give the same, there is no exponent and no minus zero."""
    return plain(checked(value))


def exact_number(value: Decimal) -> Decimal:
    """`value` without trailing zeros, as it is given back by either database."""
    return Decimal(plain(checked(value)))


class ExactDecimal(TypeDecorator[Decimal]):
    """A column of exact decimals. Only `Decimal` goes in, and the same number comes out on both databases."""

    impl = Numeric
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(DIGITS, DECIMALS)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TEXT on SQLite (its numbers are floats), NUMERIC elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(DIGITS + 3))
        return dialect.type_descriptor(Numeric(DIGITS, DECIMALS, asdecimal=True))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """What the driver gets."""
        if value is None:
            return None
        return exact_text(value) if dialect.name == "sqlite" else checked(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """What the caller gets: never padded with zeros."""
        if value is None:
            return None
        return Decimal(plain(value)) if isinstance(value, Decimal) else Decimal(value)
