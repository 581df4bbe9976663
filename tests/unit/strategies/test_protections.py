"""Protections: each says why and until when, and is over exactly then."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.round_trips import START, round_trip
from tests.unit.strategies.drawn import walk
from trading.domain.events import Refusal
from trading.parameters import Settings, defaults, validated, written
from trading.row import ClosedRow
from trading.strategies.bars import Columns
from trading.strategies.protections import PROTECTIONS, Pause, Seen, correlated, pauses

HOUR = timedelta(hours=1)


def judged(name: str, seen: Seen, **changed: object) -> Pause | None:
    """What one protection says with some knobs set."""
    settings = validated(PROTECTIONS[name], changed)
    assert not isinstance(settings, Refusal), settings
    return PROTECTIONS[name].judge(settings, seen)


def seen(hours: float, *trips: ClosedRow, symbol: str = "BTC/USD", **more: object) -> Seen:
    """How things stand some hours after START."""
    return replace(Seen(symbol, 1, START + hours * HOUR, trips), **more)


def stop(closed_h: float, symbol: str = "BTC/USD", net: str = "-10") -> ClosedRow:
    """A round trip that was stopped out."""
    return round_trip(net, closed_h=closed_h, symbol=symbol, reason="sl")


def test_a_symbol_cools_down_after_each_position_and_only_that_symbol() -> None:
    trips = (round_trip("5", closed_h=1), round_trip("5", closed_h=2))
    paused = judged("cooldown", seen(2.25, *trips), minutes=30)
    assert paused is not None and (paused.symbol, paused.until) == ("BTC/USD", START + 2.5 * HOUR)
    assert paused.refusal.sentence == "BTC/USD rests for 30 minutes after each position, until 12:00 UTC."
    assert paused.refusal.value == paused.until.isoformat() and paused.since == trips[1].closed_at
    assert judged("cooldown", seen(2.5, *trips), minutes=30) is None
    assert judged("cooldown", seen(2.25, *trips, symbol="ETH/USD"), minutes=30) is None
    assert judged("cooldown", seen(1.75, *trips), minutes=30) is None


def test_too_many_stops_within_some_hours_stop_everything_for_a_while() -> None:
    trips = (stop(1), stop(3, "ETH/USD"), stop(5), round_trip("-50", closed_h=5.5, reason="close"))
    knobs = {"stops": 3, "hours": 5, "minutes": 60}
    assert judged("stop_guard", seen(4.9, *trips), **knobs) is None
    paused = judged("stop_guard", seen(5.9, *trips, symbol="SOL/USD"), **knobs)
    assert paused is not None and (paused.symbol, paused.until) == ("", START + 6 * HOUR)
    assert paused.refusal.sentence == "Stops were hit 3 times in 5 hours: nothing is entered until 15:30 UTC."
    assert judged("stop_guard", seen(6, *trips), **knobs) is None
    assert judged("stop_guard", seen(5.9, *trips), **{**knobs, "hours": 4}) is None
    assert judged("stop_guard", seen(5.9, *trips), **{**knobs, "stops": 2}, where="symbol") is not None
    assert judged("stop_guard", seen(5.9, *trips), **knobs, where="symbol") is None


def test_a_stop_that_won_is_no_stop_for_the_guard() -> None:
    trips = (stop(1), stop(2, net="3"), stop(3))
    assert judged("stop_guard", seen(3.5, *trips), stops=3) is None
    assert judged("stop_guard", seen(3.5, *trips), stops=2) is not None


def test_a_pause_lasts_as_long_as_it_was_told_also_when_its_window_is_shorter() -> None:
    trips = (stop(1), stop(1.2), stop(1.4))
    knobs = {"stops": 3, "hours": 1, "minutes": 600}
    first, later = (judged("stop_guard", seen(at, *trips), **knobs) for at in (1.5, 11))
    assert first is not None and later is not None and first.until == later.until == START + 11.4 * HOUR


def test_a_symbol_that_loses_in_sum_rests() -> None:
    trips = (round_trip("-30", closed_h=1), round_trip("20", closed_h=2), round_trip("-5", closed_h=3))
    paused = judged("losing_symbol", seen(3.5, *trips), trips=3, minutes=60)
    assert paused is not None and paused.until == START + 4 * HOUR
    assert paused.refusal.sentence == (
        "3 positions in BTC/USD have lost 15 USD in 24 hours: it rests until 13:30 UTC."
    )
    assert judged("losing_symbol", seen(3.5, *trips), trips=4) is None
    assert judged("losing_symbol", seen(3.5, *trips, symbol="ETH/USD"), trips=3) is None
    won = (*trips, round_trip("16", closed_h=3.2))
    # What was lost until 12:30 still rests until then, though the sum is positive by now.
    assert judged("losing_symbol", seen(3.5, *won), trips=3, minutes=60) is not None
    assert judged("losing_symbol", seen(4.1, *won), trips=3, minutes=60) is None


def test_a_fall_of_the_account_stops_everything_for_a_while() -> None:
    # Worth 1000, up to 1100, down to 1045: that is 5 % below the highest point.
    trips = (round_trip("100", closed_h=1), round_trip("-30", closed_h=2), round_trip("-25", closed_h=3))
    paused = judged("drawdown", seen(3.5, *trips, equity=Decimal(1045)), percent=5, minutes=60)
    assert paused is not None and (paused.symbol, paused.until) == ("", START + 4 * HOUR)
    assert paused.refusal.sentence == (
        "The account has fallen by 5.0 % within 24 hours, 5 % are the limit: nothing is entered until "
        "13:30 UTC."
    )
    assert judged("drawdown", seen(3.5, *trips, equity=Decimal(1045)), percent="5.1") is None
    assert judged("drawdown", seen(4, *trips, equity=Decimal(1045)), percent=5, minutes=60) is None
    assert judged("drawdown", seen(3.5, *trips, equity=Decimal(1045)), percent=5, hours=1) is None
    broke = seen(3.5, round_trip("-10", closed_h=3), equity=Decimal(-20))
    assert judged("drawdown", broke, percent=90) is not None


def test_only_so_many_positions_are_opened_on_a_local_day() -> None:
    opened = [START + n * HOUR for n in (-12, 0, 1, 2)]  # the first is of Sunday, 21:30 UTC
    paused = judged("daily_count", seen(3, opened=opened), most=3)
    assert paused is not None and paused.until == datetime(2026, 3, 3, tzinfo=UTC)
    assert paused.refusal.sentence == (
        "3 positions were opened today, 3 are the limit: nothing is entered until 2026-03-03 00:00 UTC."
    )
    assert judged("daily_count", seen(3, opened=opened), most=4) is None
    berlin = judged("daily_count", seen(3, opened=opened), most=3, zone="Europe/Berlin")
    assert berlin is not None and berlin.until == datetime(2026, 3, 2, 23, tzinfo=UTC)
    # Summer time begins on the 29th of March: that day is an hour shorter.
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    spring = judged("daily_count", Seen("X", 1, night, opened=[night] * 3), most=3, zone="Europe/Berlin")
    assert spring is not None and spring.until == datetime(2026, 3, 29, 22, tzinfo=UTC)


def moved(bars: Columns, symbol: str, power: float) -> Columns:
    """Another symbol whose returns are those of `bars`, times `power`."""
    close = 100 * (bars.close / bars.close[0]) ** power
    return Columns(symbol, bars.frame_s, bars.at_ms, close, close, close, close, bars.volume)


def test_only_so_many_positions_are_held_that_move_together() -> None:
    bars = walk(300, 7, symbol="BTC/USD")
    others = {
        "ETH/USD": moved(bars, "ETH/USD", 1.3),
        "INV/USD": moved(bars, "INV/USD", -1.0),
        "OWN/USD": walk(300, 8, symbol="OWN/USD"),
    }
    known = {"BTC/USD": bars, **others}
    held = {"ETH/USD": 1, "INV/USD": -1, "OWN/USD": 1}
    paused = judged("correlation", seen(1, held=held, bars=known))
    assert paused is not None and paused.until == START + HOUR + timedelta(minutes=5)
    assert paused.refusal.sentence == (
        "BTC/USD moves together with ETH/USD, INV/USD, which are held already; 2 of them are the limit."
    )
    assert judged("correlation", seen(1, held=held, bars=known), most=3) is None
    # The other way round they make up for it.
    assert judged("correlation", seen(1, held={"ETH/USD": -1, "INV/USD": 1}, bars=known), most=1) is None
    # Nobody knows how what has no bars moves.
    assert judged("correlation", seen(1, held={"NEW/USD": 1}, bars=known), most=1) is not None
    short = {**known, "ETH/USD": others["ETH/USD"].upto(20)}
    assert judged("correlation", seen(1, held={"ETH/USD": -1}, bars=short), most=1) is not None


def test_correlation_is_that_of_the_returns_of_shared_bars() -> None:
    one, other = walk(200, 1, holes=0.2), walk(200, 2, holes=0.2)
    value, count = correlated(one, other, 50)
    shared = sorted(set(one.at_ms.tolist()) & set(other.at_ms.tolist()))[-51:]
    first, second = (
        np.diff(np.log([float(bars.close[np.searchsorted(bars.at_ms, at)]) for at in shared]))
        for bars in (one, other)
    )
    assert count == 50 and np.isclose(value, np.corrcoef(first, second)[0, 1])


@pytest.mark.parametrize("name", sorted(PROTECTIONS))
def test_every_protection_has_knobs_within_their_bounds(name: str) -> None:
    protection = PROTECTIONS[name]
    assert validated(protection, written(defaults(protection))) == defaults(protection)
    assert all(one.meaning for one in protection.parameters)


@given(
    closed=st.lists(
        st.tuples(st.integers(0, 4000), st.integers(-30, 20), st.sampled_from(["sl", "tp1"])), max_size=25
    ),
    minute=st.integers(0, 4400),
)
def test_what_holds_back_is_over_at_the_instant_it_names(
    closed: list[tuple[int, int, str]], minute: int
) -> None:
    trips = [round_trip(str(net), closed_h=at / 60, reason=why) for at, net, why in closed]
    chosen: dict[str, Settings] = {
        name: {**defaults(PROTECTIONS[name]), "minutes": 90}
        for name in ("cooldown", "stop_guard", "losing_symbol", "drawdown")
    }
    now = Seen("BTC/USD", 1, START + timedelta(minutes=minute), trips, equity=Decimal(400))
    past = [one for one in trips if one.closed_at <= now.now]
    for pause in pauses(chosen, now):
        assert pause.since <= now.now < pause.until == pause.since + timedelta(minutes=90)
        # With nothing new it stands until just before its end, and not a moment longer.
        worth = replace(now, trips=past)
        kept = {
            one.protection: one.until for one in pauses(chosen, replace(worth, now=pause.until - HOUR / 3600))
        }
        assert kept[pause.protection] == pause.until
        assert all(one.until > pause.until for one in pauses(chosen, replace(worth, now=pause.until)))


def test_nothing_chosen_holds_nothing_back() -> None:
    assert pauses({}, seen(1, stop(0.5))) == ()
