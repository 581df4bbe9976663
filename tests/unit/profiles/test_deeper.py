"""History that is deeper than the market's bars: profiles begin where it begins, and again after a start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.main.past import newest, reader_of
from tests.fakes.profile_pit import MINUTE, ProfilePit, in_profile_pit
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.feeds.history.cache import HistoryCache
from trading.feeds.history.candles import Key, candles_of

LINE = ("BTC/USD", 60)


def _before(first: Bar, count: int, away: int = 0) -> list[Bar]:
    """So many minutes that end `away` minutes before a candle."""
    ends_at = first.at - away * MINUTE
    price = Price(first.open)
    return [
        Bar("BTC/USD", at, at + MINUTE, price, price, price, price)
        for at in (ends_at - n * MINUTE for n in range(count, 0, -1))
    ]


def _with_past(floor: ProfilePit, count: int, away: int = 0) -> list[str]:
    asked: list[str] = []

    async def deeper(symbol: str, span: timedelta) -> Sequence[Bar]:
        asked.append(symbol)
        await floor.pit.clock.sleep_s(1)
        return _before(floor.market.past[symbol][0], count, away)

    floor.deeper = deeper
    return asked


def test_a_long_average_begins_in_the_history_and_there_again_after_a_start() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.calm(5)
        asked = _with_past(floor, 700)
        await floor.restart()
        await floor.put()
        await floor.candle(2)
        assert floor.desk is not None and floor.desk.runner is not None and asked == ["BTC/USD"]
        runner, first = floor.desk.runner, floor.market.past["BTC/USD"][0].at
        assert len(runner.known(*LINE)) == 706
        assert runner._anchors[LINE] == first - 700 * MINUTE
        await floor.restart()
        await floor.candle(2)
        again = floor.desk.runner
        assert again is not runner
        assert again._anchors[LINE] == first - 700 * MINUTE, "as it was written down"
        assert floor.intents().count("buy entry") == 1

    in_profile_pit(scene)


def test_history_that_ends_long_before_the_markets_bars_is_left_where_it_is() -> None:
    async def scene(floor: ProfilePit) -> None:
        await floor.calm(5)
        _with_past(floor, 700, away=6)
        await floor.restart()
        await floor.put()
        await floor.candle(2)
        assert floor.desk is not None and floor.desk.runner is not None
        assert len(floor.desk.runner.known(*LINE)) == 6
        assert floor.intents().count("buy entry") == 1

    in_profile_pit(scene)


def _cache(home: Path, count: int) -> list[Bar]:
    began, price = datetime(2018, 4, 4, tzinfo=UTC), Price(Decimal("7400.5"))
    first = Bar("BTC/USD", began, began + MINUTE, price, price, price, price)
    bars = _before(first, count)
    HistoryCache(home / "history").add(Key("BTC/USD", 60), candles_of(bars), "test")
    return bars


async def test_a_process_reads_the_newest_bars_and_joins_shorter_ones(tmp_path: Path) -> None:
    assert reader_of(tmp_path) is None, "who never imported any begins no process"
    bars = _cache(tmp_path, 20)
    read = reader_of(tmp_path)
    assert read is not None
    found = await read("BTC/USD", MINUTE)
    assert [(one.at, one.close) for one in found] == [(one.at, one.close) for one in bars]
    assert len(newest(tmp_path, "BTC/USD", 300, 3)) == 3
    assert newest(tmp_path, "ETH/USD", 60, 3) == []


@pytest.mark.parametrize("frame_s", [90, 30])
def test_frames_that_the_bars_do_not_fill_have_none(tmp_path: Path, frame_s: int) -> None:
    _cache(tmp_path, 5)
    assert newest(tmp_path, "BTC/USD", frame_s, 3) == []
