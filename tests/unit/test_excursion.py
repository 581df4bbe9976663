"""How far a price went for and against a position, from bars, and when that is not known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.round_trips import START, round_trip
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.excursion import Excursion, excursion_of

HOUR = timedelta(hours=1)


def bars(*ranges: tuple[int, int]) -> list[Bar]:
    """Hourly bars by (low, high), the first one an hour before START."""
    return [
        Bar(
            "BTC/USD",
            START + HOUR * (at - 1),
            START + HOUR * at,
            Price(Decimal(low)),
            Price(Decimal(high)),
            Price(Decimal(low)),
            Price(Decimal(high)),
        )
        for at, (low, high) in enumerate(ranges)
    ]


LONG = replace(
    round_trip("10", closed_h=3, held_h=3),
    exit_price=Decimal(110),
    quantity=Decimal(2),
    multiplier=Decimal(5),
)


def test_highs_and_lows_while_it_was_held_count() -> None:
    path = bars((1, 999), (95, 104), (90, 120), (98, 115), (1, 999))
    assert excursion_of(LONG, path) == Excursion(Decimal(200), Decimal(100))
    assert excursion_of(replace(LONG, is_long=False), path) == Excursion(Decimal(100), Decimal(200))


def test_bars_that_are_not_wholly_inside_do_not_count() -> None:
    path = bars((1, 999), (95, 104), (90, 120), (98, 115), (1, 999))
    late = replace(LONG, opened_at=START + HOUR / 2, closed_at=START + HOUR * 2.5)
    assert excursion_of(late, path) == Excursion(Decimal(200), Decimal(100))
    short = replace(LONG, opened_at=START + HOUR / 4, closed_at=START + HOUR / 2)
    assert excursion_of(short, path) == Excursion(Decimal(100), Decimal(0))


def test_a_path_that_is_not_known_gives_nothing() -> None:
    assert excursion_of(LONG, []) is None
    assert excursion_of(LONG, bars((1, 999), (95, 104), (90, 120), (98, 115))[2:]) is None
    assert excursion_of(LONG, bars((1, 999), (95, 104))) is None


def test_the_bar_that_still_runs_is_not_waited_for() -> None:
    path = bars((1, 999), (95, 104), (90, 120))
    assert excursion_of(LONG, path) == Excursion(Decimal(200), Decimal(100))
