"""When the market was open and how the stop moved, as a chart is told: from market and journal, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.conversation.painting import Candle, LevelKind, StopStep, Stretch
from bot.handlers.traces import sessions_of, steps_of
from tests.unit.handlers.test_views_chart import PLAN, drawing
from tests.unit.handlers.test_views_money import close
from tests.unit.handlers.views_stage import START, HandClock, HandMarket
from trading.domain.events import PositionClosed
from trading.domain.events_exits import BracketSet, TrailMoved
from trading.domain.ids import AccountId, PositionId, StreamId
from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.domain.position import Bracket, Leg, LegKind
from trading.feeds.catalogue import instrument_for
from trading.ports import StoredEvent

WEDNESDAY = datetime(2018, 4, 4, 13, 0, tzinfo=UTC)  # half an hour before New York opens
HALF_HOUR = timedelta(minutes=30)
ONE = PositionId("paper/BTC/USD/1")
PAPER = AccountId("paper")


def candles(count: int, start: datetime, span: timedelta = HALF_HOUR) -> list[Candle]:
    price = Decimal(265)
    return [
        Candle(start + i * span, start + (i + 1) * span, price, price, price, price) for i in range(count)
    ]


def market(*symbols: str) -> HandMarket:
    found = HandMarket(HandClock())
    for symbol in symbols:
        found.instruments[symbol] = instrument_for(symbol)
    return found


def test_the_sessions_of_two_days_are_two_boxes_and_early_prices_lie_outside() -> None:
    day = timedelta(days=1)
    shown = [*candles(15, WEDNESDAY), *candles(15, WEDNESDAY + day)]
    found = sessions_of(market("SPY"), instrument_for("SPY"), shown, HALF_HOUR)
    opens, closes = WEDNESDAY + HALF_HOUR, WEDNESDAY + timedelta(hours=7)
    assert found == (Stretch(opens, closes), Stretch(opens + day, closes + day))


def test_a_candle_in_which_the_market_opens_belongs_to_the_session() -> None:
    hour = timedelta(hours=1)
    found = sessions_of(market("SPY"), instrument_for("SPY"), candles(3, WEDNESDAY - hour, hour), hour)
    assert found == (Stretch(WEDNESDAY, WEDNESDAY + 2 * hour),)


def test_a_pause_in_which_nothing_is_quoted_parts_two_sessions() -> None:
    evening = datetime(2018, 4, 4, 19, 0, tzinfo=UTC)  # Chicago pauses 16:00 to 17:00, 21:00 to 22:00 UTC
    shown = [*candles(4, evening), *candles(4, evening + timedelta(hours=3))]
    assert len(sessions_of(market("ES"), instrument_for("ES"), shown, HALF_HOUR)) == 2


def test_a_feed_that_was_away_for_minutes_parts_nothing() -> None:
    shown = [*candles(2, WEDNESDAY), *candles(3, WEDNESDAY + 3 * HALF_HOUR)]
    assert len(sessions_of(market("SPY"), instrument_for("SPY"), shown, HALF_HOUR)) == 1


def test_nothing_is_boxed_where_nothing_closes() -> None:
    inside = candles(4, WEDNESDAY + HALF_HOUR)
    assert sessions_of(market("SPY"), instrument_for("SPY"), inside, HALF_HOUR) == ()
    assert sessions_of(market("BTC/USD"), instrument_for("BTC/USD"), inside, HALF_HOUR) == ()
    day = timedelta(days=1)
    assert sessions_of(market("SPY"), instrument_for("SPY"), candles(5, WEDNESDAY, day), day) == ()


# ---------------------------------------------------------------- the stop


def told(*events: BracketSet | TrailMoved | PositionClosed) -> list[StoredEvent]:
    return [StoredEvent(StreamId("paper"), seq, event, "", "", "") for seq, event in enumerate(events)]


def bracket(at: int, *, position: PositionId = ONE, **stops: int) -> BracketSet:
    kinds = {"sl": LegKind.STOP, "trail": LegKind.TRAIL, "tp1": LegKind.TARGET}
    legs = tuple(
        Leg(name, kinds[name], Quantity(Decimal(1)), Price(Decimal(price))) for name, price in stops.items()
    )
    return BracketSet(PAPER, position, Bracket(legs), "fill", START + timedelta(minutes=at))


def step(at: int, price: int | None, kind: LevelKind = LevelKind.STOP) -> StopStep:
    return StopStep(START + timedelta(minutes=at), None if price is None else Decimal(price), kind)


def trailed(at: int, stop: int) -> TrailMoved:
    moved = START + timedelta(minutes=at)
    return TrailMoved(PAPER, ONE, Price(Decimal(stop + 50)), Price(Decimal(stop)), moved)


def test_each_move_is_a_step_and_what_did_not_move_is_none() -> None:
    events = told(bracket(0, sl=90, tp1=120), bracket(1, sl=90), bracket(5, sl=100), trailed(6, 95))
    assert steps_of(events, ONE, is_long=True) == (step(0, 90), step(5, 100))


def test_the_nearest_stop_counts_on_either_side() -> None:
    events = told(bracket(0, sl=90, trail=85), trailed(3, 95), bracket(7, sl=98, trail=95))
    trail = LevelKind.TRAIL
    assert steps_of(events, ONE, is_long=True) == (step(0, 90), step(3, 95, trail), step(7, 98))
    assert steps_of(events, ONE, is_long=False) == (step(0, 85, trail), step(3, 90), step(7, 95, trail))


def test_a_stop_that_is_taken_away_ends_and_another_position_has_its_own() -> None:
    other = PositionId("paper/BTC/USD/12")
    events = told(
        bracket(0, sl=90), bracket(2, tp1=120), bracket(3, position=other, sl=80), bracket(4, sl=91)
    )
    assert steps_of(events, ONE, is_long=True) == (step(0, 90), step(2, None), step(4, 91))


def test_what_was_never_guarded_has_no_steps() -> None:
    assert steps_of(told(bracket(0, tp1=120)), ONE, is_long=True) == ()
    assert steps_of([], ONE, is_long=True, closed_at=START) == ()


async def test_the_chart_shows_how_the_stop_was_moved_also_when_all_is_over() -> None:
    stage, sketcher = await drawing()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=5)
    await stage.say("/sl BTC 1%", yes=True)
    stage.wait(minutes=5)
    await stage.say("/chart BTC")
    first, second = sketcher.last_chart.stops
    assert (first.at, first.price) == (START, Decimal("7252.98"))
    assert (second.at, second.price) == (START + timedelta(minutes=5), Decimal("7326.99"))
    assert [fill.label for fill in sketcher.last_chart.fills] == ["Entry"]
    await close(stage)
    stage.wait(minutes=5)
    await stage.say("/chart BTC 1m")
    assert sketcher.last_chart.stops == (first, second, StopStep(START + timedelta(minutes=10), None))
    assert [fill.label for fill in sketcher.last_chart.fills] == ["Entry", "Close"]


async def test_a_stock_is_charted_with_its_sessions() -> None:
    stage, sketcher = await drawing()
    stage.price("SPY", "265")
    price = Price(Decimal(265))
    days = (WEDNESDAY, WEDNESDAY + timedelta(days=1))
    stage.market.past["SPY"] = [
        Bar("SPY", one.at, one.ends_at, price, price, price, price)
        for day in days
        for one in candles(15, day)
    ]
    await stage.say("/chart SPY 1h")
    assert len(sketcher.last_chart.sessions) == 2
    await stage.say("/chart BTC")
    assert not sketcher.last_chart.sessions
