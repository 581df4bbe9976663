"""Candles close in their market's time; what is late or missing is known as such."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.hand_clock import HandClock
from trading.candles.candle_clock import MISSING_MAX, Candle, CandleClock, Odd
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.frames import closed

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE, FIVE = timedelta(minutes=1), timedelta(minutes=5)


def minute(number: int, close: int = 0, *, span: timedelta = MINUTE) -> Bar:
    """The bar of the n-th minute after noon."""
    at, price = NOON + number * MINUTE, Price(Decimal(close or 100 + number))
    return Bar("BTC/USD", at, at + span, price, Price(price + 1), Price(price - 1), price)


class Heard:
    """A clock with one line of five minutes, and all that it says."""

    def __init__(
        self,
        known: Sequence[Bar] = (),
        *,
        rests: Sequence[datetime] = (),
        older: Sequence[Bar] = (),
        now: datetime = NOON,
    ) -> None:
        self.time = HandClock(now)
        self.clock = CandleClock(self.time, lambda symbol, at: at not in rests)
        self.candles: list[Candle] = []
        self.odd: list[Odd] = []
        self.end = self.clock.listen(self.candles.append, self.odd.append)
        self.clock.follow("BTC/USD", FIVE, known, older)

    def minutes(self, *numbers: int) -> None:
        for number in numbers:
            self.clock.heard(minute(number))

    def look_at(self, minutes: float) -> None:
        self.time.jump(NOON + timedelta(minutes=minutes) - self.time.now())
        self.clock.look()

    @property
    def begun(self) -> list[int]:
        """The minutes at which the candles that closed began."""
        return [(one.bar.at - NOON) // MINUTE for one in self.candles]


def test_a_candle_closes_with_the_bar_that_reaches_its_end() -> None:
    heard = Heard()
    heard.minutes(0, 1, 2, 3)
    assert heard.candles == []
    heard.minutes(4)
    (one,) = heard.candles
    assert (one.bar.at, one.bar.ends_at) == (NOON, NOON + FIVE)
    assert [int(price) for price in (one.bar.open, one.bar.high, one.bar.low, one.bar.close)] == [
        100,
        105,
        99,
        104,
    ]
    assert heard.clock.candles("BTC/USD", FIVE) == [one.bar]


def test_a_bar_of_a_later_candle_closes_the_one_before() -> None:
    heard = Heard()
    heard.minutes(0, 1, 6)
    assert heard.begun == [0] and heard.candles[0].bar.close == 101


def test_a_quiet_market_closes_its_candle_when_no_bar_of_it_can_come_any_more() -> None:
    heard = Heard()
    heard.minutes(0, 1)
    heard.look_at(5.9)
    assert heard.candles == []
    heard.look_at(6)
    assert heard.begun == [0]


def test_a_late_bar_changes_nothing_that_was_decided() -> None:
    heard = Heard()
    heard.minutes(0, 1, 5)
    heard.minutes(4)
    assert heard.odd == [Odd("late", ("BTC/USD", FIVE), NOON)]
    assert heard.begun == [0] and heard.candles[0].bar.close == 101


def test_a_candle_that_nobody_saw_begin_is_left_out() -> None:
    heard = Heard()
    heard.minutes(2, 3, 4)
    assert heard.candles == []
    heard.minutes(5, 6, 7, 8, 9)
    assert heard.begun == [5]


def test_a_candle_without_bars_is_missing_while_the_market_is_open_and_not_while_it_rests() -> None:
    heard = Heard(rests=[NOON + 2 * FIVE])
    heard.minutes(0, 1, 2, 3, 4)
    heard.look_at(12)
    assert heard.odd == [Odd("missing", ("BTC/USD", FIVE), NOON + FIVE)]
    heard.look_at(17)
    assert len(heard.odd) == 1
    heard.minutes(15, 16, 17, 18, 19)
    assert heard.candles[-1].missing == 1


def test_after_a_long_sleep_only_the_newest_missing_candles_are_named() -> None:
    heard = Heard()
    heard.minutes(0, 1, 2, 3, 4)
    heard.look_at(60 * 24)
    assert len(heard.odd) == MISSING_MAX
    assert heard.odd[-1].at == NOON + timedelta(minutes=60 * 24 - 10)
    heard.look_at(60 * 24 + 1)
    assert len(heard.odd) == MISSING_MAX


def test_what_was_known_before_is_history_and_its_last_candle_grows_on() -> None:
    known = [minute(number) for number in range(-3, 7)]
    heard = Heard(known, now=NOON + timedelta(minutes=7))
    assert [bar.at for bar in heard.clock.candles("BTC/USD", FIVE)] == [NOON]
    heard.minutes(7, 8, 9)
    assert heard.begun == [5] and heard.candles[0].bar.open == 105


def test_older_candles_stand_before_those_of_the_bars() -> None:
    old = [minute(-10, span=FIVE), minute(-5, span=FIVE), minute(0, span=FIVE)]
    heard = Heard([minute(number) for number in range(5)], older=old, now=NOON + FIVE)
    assert [(bar.at - NOON) // MINUTE for bar in heard.clock.candles("BTC/USD", FIVE)] == [-10, -5, 0]


def test_a_past_that_becomes_known_later_stands_before_what_was_heard() -> None:
    heard = Heard(now=NOON + FIVE)
    heard.minutes(5, 6)
    past = [minute(number) for number in range(-10, 7)]
    heard.clock.recall("BTC/USD", FIVE, past)
    heard.clock.recall("BTC/USD", FIVE, past)
    assert [(bar.at - NOON) // MINUTE for bar in heard.clock.candles("BTC/USD", FIVE)] == [-10, -5, 0]
    heard.minutes(7, 8, 9)
    assert heard.begun == [5]
    heard.clock.recall("BTC/USD", FIVE, past)
    assert [(bar.at - NOON) // MINUTE for bar in heard.clock.candles("BTC/USD", FIVE)] == [-10, -5, 0, 5]


def test_who_leaves_hears_no_more_and_following_twice_forgets_nothing() -> None:
    heard = Heard()
    heard.minutes(0, 1)
    heard.clock.follow("BTC/USD", FIVE, [])
    heard.minutes(2, 3, 4)
    assert heard.begun == [0]
    heard.end()
    heard.minutes(5, 6, 7, 8, 9)
    assert heard.begun == [0]
    heard.clock.leave("BTC/USD", FIVE)
    heard.clock.leave("BTC/USD", FIVE)
    assert heard.clock.candles("BTC/USD", FIVE) == []


@given(st.sets(st.integers(0, 60)))
def test_live_candles_are_those_that_the_same_bars_make_afterwards(present: set[int]) -> None:
    heard = Heard()
    bars = [minute(number) for number in sorted(present)]
    for bar in bars:
        heard.time.jump(bar.ends_at - heard.time.now())
        heard.clock.look()
        heard.clock.heard(bar)
    heard.look_at(100)
    whole = closed(bars, FIVE, NOON + timedelta(minutes=100), follows=True) if bars else []
    begun = [one.bar for one in heard.candles]
    # The first is left out when nobody saw it begin.
    assert begun in (whole, whole[1:])
