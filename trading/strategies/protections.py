"""Protections: what keeps a strategy from entering for a while, judged from closed round trips and now.

Each says why and until when. They hold entries back, never an exit. Pure: whoever asks brings what was
closed, what is held, and the bars that correlations are worked out from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from trading.domain.events import Refusal
from trading.domain.halting import instant_text
from trading.domain.money import HUNDRED, ZERO
from trading.parameters import Parameter, Settings
from trading.row import ClosedRow
from trading.strategies.bars import Columns

_D = Decimal
STOPS = frozenset({"sl", "trail"})
"""Reasons of a closing that count as a stop, when it lost."""


class Seen(Struct, frozen=True, eq=False):
    """What a protection may know when `symbol` is about to be entered.

    `side`: +1 long, -1 short. `trips`: round trips of the account. `opened`: when its positions were opened,
    those that are still open and those that are not. `equity`: what it is worth now, in its currency.
    `held`: the sides of other symbols. `bars`: closed bars of `symbol` and of what is held, in one frame.
    """

    symbol: str
    side: int
    now: datetime
    trips: Sequence[ClosedRow] = ()
    opened: Sequence[datetime] = ()
    equity: Decimal = ZERO
    held: Mapping[str, int] = {}
    bars: Mapping[str, Columns] = {}


class Pause(Struct, frozen=True):
    """A protection that holds an entry back. `symbol` is empty when it holds back every one. `until`: the
    first instant at which it does not any more, or is to be asked again."""

    protection: str
    symbol: str
    since: datetime
    until: datetime
    refusal: Refusal


class Protection(NamedTuple):
    """One protection: its knobs, and what it says with them."""

    name: str
    parameters: tuple[Parameter, ...]
    judge: Callable[[Settings, Seen], Pause | None]


def pauses(chosen: Mapping[str, Settings], seen: Seen) -> tuple[Pause, ...]:
    """Everything that holds this entry back, by the protections that were chosen with their settings."""
    found = (PROTECTIONS[name].judge(settings, seen) for name, settings in chosen.items())
    return tuple(one for one in found if one is not None)


def cooldown(settings: Settings, seen: Seen) -> Pause | None:
    """A symbol rests for a while after each position in it."""
    own = [one for one in _past(seen) if one.symbol == seen.symbol]
    minutes = int(settings["minutes"])
    for last in _resting(settings, seen, own):
        until = last.closed_at + timedelta(minutes=minutes)
        ends = instant_text(until, seen.now)
        text = f"{seen.symbol} rests for {minutes} minutes after each position, until {ends}."
        return _pause("cooldown", seen.symbol, last, until, Refusal("protection_cooldown", text))
    return None


def stop_guard(settings: Settings, seen: Seen) -> Pause | None:
    """After several stops within some hours nothing, or nothing of that symbol, is entered for a while."""
    own, most, hours = settings["where"] == "symbol", int(settings["stops"]), int(settings["hours"])
    stopped = [
        one
        for one in _past(seen)
        if one.reason in STOPS and one.net < 0 and (not own or one.symbol == seen.symbol)
    ]
    for last in _resting(settings, seen, stopped):
        count = len(_within(stopped, last, hours))
        if count >= most:
            until = last.closed_at + timedelta(minutes=int(settings["minutes"]))
            ends = instant_text(until, seen.now)
            if own:
                text = f"{seen.symbol} was stopped out {count} times in {hours} hours: it rests until {ends}."
                return _pause("stop_guard", seen.symbol, last, until, Refusal("protection_stops", text))
            text = f"Stops were hit {count} times in {hours} hours: nothing is entered until {ends}."
            return _pause("stop_guard", "", last, until, Refusal("protection_stops", text))
    return None


def losing_symbol(settings: Settings, seen: Seen) -> Pause | None:
    """A symbol that has lost in sum over some hours rests for a while."""
    own = [one for one in _past(seen) if one.symbol == seen.symbol]
    hours = int(settings["hours"])
    for last in _resting(settings, seen, own):
        trips = _within(own, last, hours)
        lost, count = -sum((one.net for one in trips), ZERO), len(trips)
        if count >= settings["trips"] and lost > 0:
            until = last.closed_at + timedelta(minutes=int(settings["minutes"]))
            ends = instant_text(until, seen.now)
            text = (
                f"{count} positions in {seen.symbol} have lost {lost:f} {last.currency} in {hours} hours: "
                f"it rests until {ends}."
            )
            return _pause("losing_symbol", seen.symbol, last, until, Refusal("protection_losing", text))
    return None


def drawdown(settings: Settings, seen: Seen) -> Pause | None:
    """After a fall of the account's closed results nothing is entered for a while.

    The fall at a closing is measured from the highest point of the hours before it, in percent of what the
    account was worth there: what it is worth now less what the round trips since then have made. Money that
    was paid in or out meanwhile counts as if it had always been there.
    """
    trips = sorted(_past(seen), key=lambda one: one.closed_at)
    limit, hours = _D(settings["percent"]), int(settings["hours"])
    for last in _resting(settings, seen, trips):
        worth = seen.equity - sum((one.net for one in trips if one.closed_at > last.closed_at), ZERO)
        peak = level = worth
        for one in reversed(_within(trips, last, hours)):
            level -= one.net
            peak = max(peak, level)
        fall = (peak - worth) / peak * HUNDRED if peak > 0 else HUNDRED
        if last.net < 0 and fall >= limit:
            until = last.closed_at + timedelta(minutes=int(settings["minutes"]))
            ends = instant_text(until, seen.now)
            text = (
                f"The account has fallen by {fall:.1f} % within {hours} hours, {limit:f} % are the limit: "
                f"nothing is entered until {ends}."
            )
            return _pause("drawdown", "", last, until, Refusal("protection_drawdown", text))
    return None


def daily_count(settings: Settings, seen: Seen) -> Pause | None:
    """Only so many positions are opened on one day of a zone's clock."""
    zone = ZoneInfo(settings["zone"])
    today = seen.now.astimezone(zone).date()
    opened = sorted(at for at in seen.opened if at <= seen.now and at.astimezone(zone).date() == today)
    most = int(settings["most"])
    if len(opened) < most:
        return None
    midnight = datetime(today.year, today.month, today.day, tzinfo=zone) + timedelta(days=1)
    until = midnight.astimezone(seen.now.tzinfo)
    ends, count = instant_text(until, seen.now), len(opened)
    text = f"{count} positions were opened today, {most} are the limit: nothing is entered until {ends}."
    refusal = Refusal("protection_daily", text, "until", until.isoformat())
    return Pause("daily_count", "", opened[-1], until, refusal)


def correlation(settings: Settings, seen: Seen) -> Pause | None:
    """Only so many positions are held that move together.

    Two positions do when the correlation (Pearson's) of their returns from bar to bar, over the bars that
    both have, is at least `least`, with its sign turned where the sides differ. Where fewer than
    `bars_least` are shared nobody knows, and they count as moving together. It is asked again at the next
    bar.
    """
    together = [
        name
        for name, side in sorted(seen.held.items())
        if name != seen.symbol and _moves_together(settings, seen, name, side)
    ]
    most = int(settings["most"])
    if len(together) < most:
        return None
    own = seen.bars.get(seen.symbol)
    frame = timedelta(seconds=own.frame_s if own is not None else 60)
    until = seen.now + frame
    names = ", ".join(together)
    text = f"{seen.symbol} moves together with {names}, which are held already; {most} of them are the limit."
    return Pause(
        "correlation",
        seen.symbol,
        seen.now,
        until,
        Refusal("protection_together", text, "until", until.isoformat()),
    )


def correlated(one: Columns, other: Columns, bars: int) -> tuple[float, int]:
    """Pearson's correlation of log returns over the newest `bars` that both have, and how many there were.
    NaN where one of them does not move at all."""
    _, mine, theirs = np.intersect1d(one.at_ms, other.at_ms, assume_unique=True, return_indices=True)
    mine, theirs = mine[-bars - 1 :], theirs[-bars - 1 :]
    if len(mine) < 3:
        return float("nan"), max(len(mine) - 1, 0)
    first, second = np.diff(np.log(one.close[mine])), np.diff(np.log(other.close[theirs]))
    first, second = first - first.mean(), second - second.mean()
    spread = float(np.sqrt((first * first).sum() * (second * second).sum()))
    value = float((first * second).sum()) / spread if spread > 0 else float("nan")
    return value, len(first)


def _moves_together(settings: Settings, seen: Seen, name: str, side: int) -> bool:
    own, other = seen.bars.get(seen.symbol), seen.bars.get(name)
    if own is None or other is None:
        return True
    value, count = correlated(own, other, int(settings["bars"]))
    if count < settings["bars_least"] or np.isnan(value):
        return True
    return value * side * seen.side >= float(settings["least"])


def _past(seen: Seen) -> list[ClosedRow]:
    return [one for one in seen.trips if one.closed_at <= seen.now]


def _resting(settings: Settings, seen: Seen, trips: Sequence[ClosedRow]) -> list[ClosedRow]:
    """Those whose rest is not over yet, newest first: only they can hold anything back."""
    rest = timedelta(minutes=int(settings["minutes"]))
    found = [one for one in trips if one.closed_at + rest > seen.now]
    return sorted(found, key=lambda one: one.closed_at, reverse=True)


def _within(trips: Sequence[ClosedRow], last: ClosedRow, hours: int) -> list[ClosedRow]:
    """Those that were closed within the hours up to `last`. The window ends there and not now, so that a
    pause ends when it was told to end."""
    begin = last.closed_at - timedelta(hours=hours)
    return [one for one in trips if begin < one.closed_at <= last.closed_at]


def _pause(name: str, symbol: str, last: ClosedRow, until: datetime, refusal: Refusal) -> Pause:
    told = Refusal(refusal.code, refusal.sentence, "until", until.isoformat())
    return Pause(name, symbol, last.closed_at, until, told)


_HOURS = Parameter("hours", "int", 24, _D(1), _D(720), meaning="hours that are looked back")
_MINUTES = Parameter("minutes", "int", 120, _D(1), _D(43_200), meaning="minutes of rest after the last one")
_ALL = (
    Protection(
        "cooldown",
        (Parameter("minutes", "int", 30, _D(1), _D(43_200), meaning="minutes between two positions"),),
        cooldown,
    ),
    Protection(
        "stop_guard",
        (
            Parameter("stops", "int", 3, _D(1), _D(100), meaning="stops that are too many"),
            _HOURS,
            _MINUTES,
            Parameter("where", "choice", "account", choices=("account", "symbol"), meaning="what is counted"),
        ),
        stop_guard,
    ),
    Protection(
        "losing_symbol",
        (
            Parameter("trips", "int", 3, _D(1), _D(100), meaning="positions before it is judged"),
            _HOURS,
            _MINUTES,
        ),
        losing_symbol,
    ),
    Protection(
        "drawdown",
        (
            Parameter(
                "percent", "decimal", _D(5), _D("0.1"), _D(90), meaning="fall that is too deep, percent"
            ),
            _HOURS,
            _MINUTES,
        ),
        drawdown,
    ),
    Protection(
        "daily_count",
        (
            Parameter("most", "int", 10, _D(1), _D(1000), meaning="positions a day"),
            Parameter("zone", "zone", "UTC", meaning="the clock that says what a day is"),
        ),
        daily_count,
    ),
    Protection(
        "correlation",
        (
            Parameter("most", "int", 2, _D(1), _D(50), meaning="positions that may move together with it"),
            Parameter(
                "least", "decimal", _D("0.7"), _D("0.1"), _D(1), meaning="correlation that is together"
            ),
            Parameter("bars", "int", 200, _D(10), _D(5000), meaning="bars that are compared"),
            Parameter("bars_least", "int", 30, _D(5), _D(5000), meaning="bars without which nobody knows"),
        ),
        correlation,
    ),
)
PROTECTIONS: Mapping[str, Protection] = {one.name: one for one in _ALL}
"""By name; each is tuned like a strategy (`trading.parameters.validated`)."""
