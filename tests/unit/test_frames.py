"""Bars of longer frames, and the indicators over them: closed bars only, nothing invented, nothing lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.unit.feeds.stage import StandingClock
from trading.domain.market import Bar
from trading.domain.measure import INDICATORS, Indicator, Reading, line_of
from trading.domain.money import Price
from trading.frames import DAY, FRAMES, closed, frames_of, joined
from trading.gauge import KEPT_MAX, Gauge
from trading.indicators import measured

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def bar(minute: float, close: str | int, span: timedelta = MINUTE) -> Bar:
    at, price = START + timedelta(minutes=minute), Price(Decimal(close))
    return Bar("BTC/USD", at, at + span, price, Price(price + 1), Price(price - 1), price)


def hour(number: int, close: str | int) -> Bar:
    return bar(60 * number, close, HOUR)


class Shelf:
    """A market that has only bars."""

    def __init__(self, bars: Sequence[Bar] = ()) -> None:
        self.past = list(bars)

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        return self.past[-count:]


def gauge_of(shelf: Shelf, at: datetime = START) -> Any:
    clock = StandingClock(at)
    return Gauge(shelf, clock), clock  # type: ignore[arg-type]  # only its bars are asked for


def test_frames_are_those_that_the_bars_can_fill() -> None:
    assert frames_of(MINUTE) == list(FRAMES)
    assert frames_of(timedelta(seconds=1)) == list(FRAMES)
    assert frames_of(timedelta(minutes=3)) == ["15m", "1h", "4h", "1d"]
    assert frames_of(HOUR) == ["1h", "4h", "1d"]
    assert frames_of(timedelta(hours=6, minutes=30)) == ["1d"]
    assert frames_of(DAY) == ["1d"]
    assert frames_of(7 * DAY) == []


def test_a_frame_has_closed_when_a_bar_has_reached_its_end() -> None:
    bars = [bar(minute, 100 + minute) for minute in range(60)]
    assert [one.close for one in closed(bars, HOUR, START)] == [159]
    assert closed(bars[:59], HOUR, START) == []
    # The hour's last minute had no trade: it is over when no bar of it can come any more.
    late = START + HOUR + MINUTE
    assert [one.close for one in closed(bars[:59], HOUR, late)] == [158]
    assert closed(bars[:59], HOUR, late - timedelta(seconds=1)) == []
    assert closed([], HOUR, START) == []


def test_a_first_bar_whose_beginning_is_unknown_is_left_out_unless_it_follows() -> None:
    bars = [bar(minute, 100) for minute in range(5, 70)]
    assert [one.at for one in joined(bars, HOUR)] == [START + HOUR]
    assert [one.at for one in joined(bars, HOUR, follows=True)] == [START, START + HOUR]


def test_closed_bars_stay_when_the_minutes_behind_them_are_forgotten() -> None:
    shelf = Shelf()
    gauge, _ = gauge_of(shelf)
    for minute in range(360):
        shelf.past = [*shelf.past, bar(minute, minute)][-90:]
        gauge.closed_bars("BTC/USD", HOUR)
    found = gauge.closed_bars("BTC/USD", HOUR)
    assert [one.close for one in found] == [59, 119, 179, 239, 299, 359]
    assert all(before.ends_at == after.at for before, after in pairwise(found))
    assert (found[1].high, found[1].low) == (120, 59)


def test_an_hour_that_begins_late_is_whole_when_it_follows_what_is_known() -> None:
    shelf = Shelf([bar(minute, 1) for minute in range(60)])
    gauge, clock = gauge_of(shelf)
    assert len(gauge.closed_bars("BTC/USD", HOUR)) == 1
    # No trade for five minutes, and none in the last one either.
    shelf.past += [bar(minute, 2) for minute in range(65, 119)] + [bar(121, 3)]
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [1, 2]
    clock.at = START + 3 * HOUR + 2 * MINUTE
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [1, 2, 3]


def test_no_more_is_kept_than_anybody_reads_and_longer_bars_fill_no_shorter_frame() -> None:
    shelf = Shelf([hour(number, 5) for number in range(KEPT_MAX + 50)])
    gauge, _ = gauge_of(shelf)
    assert len(gauge.closed_bars("BTC/USD", HOUR)) == KEPT_MAX
    assert gauge.closed_bars("BTC/USD", MINUTE) == []
    assert gauge.frames("BTC/USD") == ["1h", "4h", "1d"]
    assert Gauge(Shelf(), StandingClock(START)).frames("BTC/USD") == []  # type: ignore[arg-type]  # only bars


def test_an_indicator_says_how_many_bars_it_waits_for() -> None:
    shelf = Shelf([hour(number, 100 + number) for number in range(10)])
    gauge, _ = gauge_of(shelf)
    rsi = Indicator("rsi", (14,), 3_600)
    assert gauge.value("BTC/USD", rsi) is None and gauge.missing("BTC/USD", rsi) == 5
    shelf.past += [hour(number, 100 + number) for number in range(10, 15)]
    assert gauge.value("BTC/USD", rsi) == 100 and gauge.missing("BTC/USD", rsi) == 0
    assert gauge.value("ETH/USD", Indicator("sma", (200,), 3_600)) is None


def test_what_was_before_the_desk_listened_stands_in_front_and_nothing_stands_twice() -> None:
    known: list[list[Bar] | None] = [None]
    clock = StandingClock(START)
    shelf = Shelf([bar(minute, 7) for minute in range(120)])
    gauge = Gauge(shelf, clock, lambda symbol, span: known[0])  # type: ignore[arg-type]  # only bars
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [7, 7]
    known[0] = [hour(number, number) for number in range(-5, 2)]
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [-5, -4, -3, -2, -1, 7, 7]
    shelf.past += [bar(minute, 8) for minute in range(120, 180)]
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [-5, -4, -3, -2, -1, 7, 7, 8]


def test_a_frame_goes_on_behind_bars_of_the_past_alone() -> None:
    past = [hour(-2, 1), hour(-1, 2)]
    shelf = Shelf()
    gauge = Gauge(shelf, StandingClock(START), lambda symbol, span: past)  # type: ignore[arg-type]  # only bars
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [1, 2]
    shelf.past += [bar(minute, 3) for minute in range(2, 60)]
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [1, 2, 3]


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_every_indicator_has_its_first_value_with_exactly_the_bars_that_it_needs(name: str) -> None:
    kind = INDICATORS[name]
    bars = [hour(number, 100 + number * number % 17) for number in range(kind.needed(kind.lengths))]
    indicator = Indicator(name, kind.lengths, 3_600)
    value = measured(bars, indicator)
    assert value is not None and measured(bars[1:], indicator) is None
    assert kind.lowest is None or value >= kind.lowest
    assert kind.highest is None or value <= kind.highest


def value_of(name: str, lengths: tuple[int, ...], *closes: int) -> Decimal | None:
    return measured(
        [hour(number, close) for number, close in enumerate(closes)], Indicator(name, lengths, 3_600)
    )


def test_indicators_are_what_their_formulas_say_by_hand() -> None:
    assert value_of("sma", (4,), 1, 10, 20, 30, 40) == 25
    # Begins as the plain average of three: 20; then (40 - 20) * 2/4 + 20.
    assert value_of("ema", (3,), 10, 20, 30, 40) == 30
    assert value_of("roc", (2,), 100, 90, 110) == 10
    # Gains 10 and 20, one loss of 10: averages 10 and 10/3 over three, 100 - 100/(1 + 3).
    assert value_of("rsi", (3,), 100, 110, 130, 120) == 75
    # Average 20; deviation of 10, 20, 30 around it is the root of 200/3.
    upper, lower = value_of("upper", (3,), 10, 20, 30), value_of("lower", (3,), 10, 20, 30)
    assert upper is not None and lower is not None
    assert abs(upper - (20 + 2 * (Decimal(200) / 3).sqrt())) < Decimal("1e-9")
    assert abs(upper + lower - 40) < Decimal("1e-9")
    assert value_of("macd", (12, 26), *[7] * 40) == 0


def test_a_close_against_its_average_is_exact_however_the_average_was_computed() -> None:
    assert value_of("over_sma", (4,), 1, 10, 20, 30, 40) == 15
    assert value_of("over_ema", (3,), 10, 20, 30, 40) == 10
    assert value_of("over_sma", (3,), 7, 7, 7) == 0
    upper, over = value_of("upper", (3,), 10, 20, 30), value_of("over_upper", (3,), 10, 20, 30)
    assert upper is not None and over == 30 - upper < 0
    assert line_of(Indicator("over_ema", (50,), 3600)) == Indicator("ema", (50,), 3600)
    assert line_of(Indicator("ema", (50,), 3600)) is None


# ---------------------------------------------------------------- anchors

RSI = Indicator("rsi", (14,), 3_600)


def swinging(count: int, first: int = 0) -> list[Bar]:
    return [hour(number, 100 + number * number % 37) for number in range(first, count)]


def gauge_over(bars: Sequence[Bar]) -> Gauge:
    return Gauge(Shelf(bars), StandingClock(START))  # type: ignore[arg-type]  # only its bars are asked for


def test_the_same_anchor_gives_the_same_number_whoever_computes_it_and_whatever_was_before() -> None:
    anchored_at = hour(40, 1).at
    old, young = gauge_over(swinging(300)), gauge_over(swinging(300, 40))
    first, second = old.reading("BTC/USD", RSI, anchored_at), young.reading("BTC/USD", RSI, anchored_at)
    assert first == second and first is not None and first.anchored_at == anchored_at
    assert first.value == measured(swinging(300, 40), RSI) != measured(swinging(300, 250), RSI)


def test_an_anchor_moves_in_whole_steps_so_that_a_desk_that_slept_moves_it_to_the_same_bar() -> None:
    shelf = Shelf(swinging(100))
    awake = Gauge(shelf, StandingClock(START))  # type: ignore[arg-type]  # only its bars are asked for
    anchor: datetime | None = None
    seen: list[datetime | None] = []
    for number in range(100, 1_290):
        shelf.past = swinging(number + 1)[-700:]
        reading = awake.reading("BTC/USD", RSI, anchor)
        assert reading is not None
        if reading.anchored_at != anchor:
            anchor = reading.anchored_at
            seen.append(anchor)
    assert seen == [hour(number, 1).at for number in (0, 250, 500, 750, 1_000)]
    for asleep_since in seen[3:]:
        slept = gauge_over(swinging(1_290)[-700:]).reading("BTC/USD", RSI, asleep_since)
        assert slept == awake.reading("BTC/USD", RSI, anchor) and slept is not None


def test_a_second_reader_without_an_anchor_gets_the_one_that_is_in_use() -> None:
    gauge = gauge_over(swinging(300))
    anchored_at = hour(100, 1).at
    first = gauge.reading("BTC/USD", RSI, anchored_at)
    assert gauge.reading("BTC/USD", RSI) == first
    # Another indicator has bars of its own.
    slow = gauge.reading("BTC/USD", Indicator("sma", (50,), 3_600))
    assert slow is not None and slow.anchored_at == START


def test_while_older_bars_may_still_be_found_nothing_is_read_from_another_beginning() -> None:
    known: list[Sequence[Bar] | None] = [None]
    shelf = Shelf(swinging(300, 280))
    gauge = Gauge(shelf, StandingClock(START), lambda symbol, span: known[0])  # type: ignore[arg-type]  # bars
    provisional = gauge.reading("BTC/USD", RSI)
    assert provisional is not None and provisional.anchored_at is None
    assert gauge.reading("BTC/USD", RSI, START) is None and gauge.value("BTC/USD", RSI, START) is None
    known[0] = swinging(280)
    found = gauge.reading("BTC/USD", RSI, START)
    assert found == Reading(measured(swinging(300), RSI) or Decimal(0), START)


def test_bars_that_are_lost_move_the_anchor_as_soon_as_there_is_a_value_without_them() -> None:
    shelf = Shelf(swinging(310, 300))
    gauge = Gauge(shelf, StandingClock(START))  # type: ignore[arg-type]  # only its bars are asked for
    assert gauge.reading("BTC/USD", RSI, START) is None and gauge.missing("BTC/USD", RSI) == 5
    shelf.past += swinging(315, 310)
    found = gauge.reading("BTC/USD", RSI, START)
    assert found is not None and found.anchored_at == hour(300, 1).at


def test_where_a_feed_follows_a_frame_its_own_bars_count_and_not_those_that_were_joined() -> None:
    known: list[Sequence[Bar] | None] = [None]
    shelf = Shelf([bar(minute, 7) for minute in range(120)])
    gauge = Gauge(
        shelf,  # type: ignore[arg-type]  # only its bars are asked for
        StandingClock(START + 2 * HOUR),
        lambda symbol, span: known[0],
        lambda symbol: True,
    )
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == [7, 7]
    known[0] = [hour(number, 100 + number) for number in range(-20, 1)]
    # The second hour has closed here; what counts is the feed's bar of it, which is not there yet.
    assert [one.close for one in gauge.closed_bars("BTC/USD", HOUR)] == list(range(80, 101))
    known[0] = [hour(number, 100 + number) for number in range(-20, 2)]
    assert gauge.closed_bars("BTC/USD", HOUR)[-1].close == 101
    known[0] = [hour(number, 100 + number) for number in range(-3, 2)]
    assert len(gauge.closed_bars("BTC/USD", HOUR)) == 22
    reading = gauge.reading("BTC/USD", RSI)
    assert reading is not None and reading.anchored_at == hour(-20, 1).at
    # Frames that no exchange has are joined as everywhere.
    known[0] = ()
    assert gauge.closed_bars("BTC/USD", timedelta(minutes=30))[-1].close == 7
