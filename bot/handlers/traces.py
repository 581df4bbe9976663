"""What a chart shows beside prices and exits: when the market was open, how the stop of a position moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.conversation.handling import Tools
from bot.conversation.painting import DAY, Candle, LevelKind, StopStep, Stretch
from trading.domain.events import PositionClosed
from trading.domain.events_exits import BracketSet, TrailMoved
from trading.domain.ids import AccountId
from trading.domain.instrument import Instrument
from trading.domain.money import Price
from trading.domain.position import Bracket, LegKind
from trading.ports import MarketData, StoredEvent

EVENTS_MAX = 1_000
"""So much of a position's newest history is read; a trail that moved more often begins later on the chart."""
_MOMENT = timedelta(microseconds=1)
_STOPS = {LegKind.STOP: LevelKind.STOP, LegKind.TRAIL: LevelKind.TRAIL}


def sessions_of(
    market: MarketData, instrument: Instrument, candles: Sequence[Candle], span: timedelta
) -> tuple[Stretch, ...]:
    """The sessions among these candles, oldest first; none where all of them lie in one.

    The market is asked and not the calendar of the instrument: a replay keeps the hours of its own past.
    """
    if not instrument.session.spans or span >= DAY:
        return ()

    def is_open(at: datetime) -> bool:
        return market.is_open(instrument.symbol, at)

    found: list[Stretch] = []
    for candle in candles:
        if not is_open(candle.at) and not is_open(candle.ends_at - _MOMENT):
            continue
        if found and _is_one(is_open, found[-1].end, candle.at):
            found[-1] = Stretch(found[-1].start, candle.ends_at)
        else:
            found.append(Stretch(candle.at, candle.ends_at))
    is_whole = len(found) == 1 and found[0] == Stretch(candles[0].at, candles[-1].ends_at)
    return () if is_whole else tuple(found)


def _is_one(is_open: Callable[[datetime], bool], end: datetime, start: datetime) -> bool:
    """Whether a session goes on from the end of a candle to the start of the next one."""
    return start == end or (is_open(end) and is_open(start - _MOMENT) and start - end < DAY / 2)


async def stop_steps(
    tools: Tools, account: AccountId, position_id: str, *, is_long: bool, closed_at: datetime | None = None
) -> tuple[StopStep, ...]:
    """Where the stop of a position stood, as the journal tells it; up to `closed_at` where it is closed."""
    events = await tools.ledger.story([account], position_id=position_id, limit=EVENTS_MAX)
    return steps_of(events, position_id, is_long=is_long, closed_at=closed_at)


def steps_of(
    events: Sequence[StoredEvent], position_id: str, *, is_long: bool, closed_at: datetime | None = None
) -> tuple[StopStep, ...]:
    """The nearest of the stops after each event that moved one; instants at which nothing moved are left out.

    Args:
        events: what happened to the position, oldest first; other events are passed over.
        position_id: whose.
        is_long: whether the nearest is the highest.
        closed_at: when it was flat: no stop stands from there on.
    """
    prices: dict[LevelKind, Price] = {}
    found: list[StopStep] = []
    for stored in events:
        event = stored.event
        match event:
            case BracketSet() if event.position_id == position_id:
                prices = stops_in(event.bracket)
            case TrailMoved() if event.position_id == position_id:
                prices = {**prices, LevelKind.TRAIL: event.stop_price}
            case PositionClosed() if event.position_id == position_id:
                prices = {}
            case _:
                continue
        step = _step(event.at, prices, is_long)
        if not found or (found[-1].price, found[-1].kind) != (step.price, step.kind):
            found.append(step)
    if closed_at is not None and found and found[-1].price is not None:
        found.append(StopStep(closed_at, None))
    while found and found[0].price is None:
        found.pop(0)
    return tuple(found)


def stops_in(bracket: Bracket) -> dict[LevelKind, Price]:
    """The prices of the stops that are not done."""
    return {
        _STOPS[leg.kind]: leg.price
        for leg in bracket.legs
        if leg.kind in _STOPS and leg.price is not None and not leg.is_done
    }


def _step(at: datetime, prices: dict[LevelKind, Price], is_long: bool) -> StopStep:
    if not prices:
        return StopStep(at, None)
    nearest = max(prices, key=lambda kind: prices[kind] if is_long else -prices[kind])
    return StopStep(at, prices[nearest], nearest)
