"""From a file that somebody has to candles that can be kept, with a report on what was met on the way."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trading.domain.instrument import Instrument
from trading.feeds.catalogue import instrument_for
from trading.feeds.history.candles import Candles, Floats, Ints, Key, frame_name, frame_seconds
from trading.feeds.history.checking import Rows, counted, frame_of, looked_at
from trading.feeds.history.findings import Checked, Finding, Weight
from trading.feeds.history.holes import DAY_S, opens_on
from trading.feeds.history.stamps import NAT_MS, Guess, Stamps, guessed, on_clock
from trading.feeds.history.table import read_table
from trading.feeds.naming import symbol_of
from trading.feeds.problems import DataProblem
from trading.strategies.bars import instant, millis

_FRAME_IN_NAME = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{0,3}[smhdw])(?![0-9A-Za-z])")
_SETTLED = re.compile(r"^([0-9A-Z]+)_(USDT|USDC|USD)_(USDT|USDC|USD)$")


class Wish(Struct, frozen=True):
    """What a person says about a file; what is empty is read from the file and its name. `keeps`: which of
    two candles of one instant that disagree (`first`, `last`); `leaves_impossible`: go on although many
    candles cannot be, without those."""

    symbol: str = ""
    frame_s: int = 0
    zone: str = ""
    is_adjusted: bool = False
    keeps: str = ""
    leaves_impossible: bool = False


class Imported(Struct, frozen=True, eq=False):
    """The candles of one file, and the report on it."""

    candles: Candles
    checked: Checked


def imported(path: Path, wish: Wish, now: datetime) -> Imported:
    """Read and judge a file; nothing is stored here.

    Raises:
        DataProblem: unreadable, header, empty, not_prices, symbol, zone, frame.
    """
    table = read_table(path)
    symbol = wish.symbol.strip().upper() or name_of(path)
    known = instrument_for(symbol)
    rows = Rows(table.stamps.ms, table.prices, table.volume, table.first_line)
    step = wish.frame_s or frame_of(rows.at_ms[rows.at_ms != NAT_MS]) or _frame_in_name(path)
    if not step:
        raise DataProblem(
            "frame", f"{path.name} does not show how long its candles are: say --frame 5m (or 1h, 1d)."
        )
    guess = _zone(table.stamps, wish.zone, step, table.volume, known)
    rows.at_ms = _instants(table.stamps, guess, step, known)
    count = len(rows.at_ms)
    rows.drop_unreadable()
    rows.sort()
    rows.single(wish.keeps)
    rows.on_grid(step)
    rows.finish(step, millis(now))
    candles = counted(rows)
    instrument = instrument_for(
        symbol, decimals=candles.decimals, at=instant(int(candles.at_ms[0])) if len(candles) else None
    )
    found = [*rows.findings, *looked_at(candles, step, instrument, is_adjusted=wish.is_adjusted)]
    found += _more(path, table.has_adjusted, guess, step, wish)
    key = Key(symbol, step, wish.is_adjusted)
    ends = (int(candles.at_ms[0]), int(candles.at_ms[-1])) if len(candles) else (0, 0)
    checked = Checked(
        path.name,
        key,
        count,
        len(candles),
        *ends,
        candles.decimals,
        table.stamps.unit,
        guess,
        tuple(sorted((_allowed(one, wish) for one in found), key=_order)),
    )
    return Imported(candles, checked)


def name_of(path: Path) -> str:
    """The symbol in a file's name. A pair with what it settles in (`BTC_USDT_USDT`) is a perpetual future.

    Raises:
        DataProblem: symbol.
    """
    match = _SETTLED.match(path.name.partition("-")[0].upper())
    return f"{match[1]}/PERP" if match else symbol_of(path)


def _frame_in_name(path: Path) -> int:
    match = _FRAME_IN_NAME.search(path.name)
    return frame_seconds(match[1]) if match else 0


def _zone(stamps: Stamps, given: str, frame_s: int, volume: Floats, instrument: Instrument) -> Guess:
    if not stamps.is_naive:
        return Guess("UTC", "stamps")
    if given:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise DataProblem(
                "zone", f"There is no time zone {given}: name one like Europe/Berlin or America/New_York."
            ) from unknown
        return Guess(given, "given")
    return guessed(stamps.ms, frame_s, volume, instrument)


def _instants(stamps: Stamps, guess: Guess, frame_s: int, instrument: Instrument) -> Ints:
    """Days of a market with hours begin when it opens; all others where their stamps say."""
    ms = on_clock(stamps.ms, guess.zone) if stamps.is_naive else stamps.ms
    if frame_s < DAY_S or not instrument.session.spans or frame_s % DAY_S:
        return ms
    found = np.full(len(ms), NAT_MS, dtype=np.int64)
    for place, one in enumerate(stamps.ms.tolist()):
        if one != NAT_MS:
            found[place] = _opens(one, instrument)
    return found


def _opens(stamp_ms: int, instrument: Instrument) -> int:
    """A date (midnight UTC) stands for that day of the market; a later hour for the day on its clock."""
    at = instant(stamp_ms)
    zone = ZoneInfo(instrument.session.zone)
    is_date = at.time() == datetime.min.time()
    opens = opens_on(at.date() if is_date else at.astimezone(zone).date(), instrument)
    # A day on which this market never trades stays what it is, and is seen as a hole's neighbour.
    return stamp_ms if opens is None else opens


def _more(path: Path, has_adjusted: bool, guess: Guess, frame_s: int, wish: Wish) -> list[Finding]:
    found = []
    named = _frame_in_name(path)
    if named and named != frame_s:
        found.append(
            Finding(
                "other_frame", Weight.WARN, 1, facts={"name": frame_name(named), "frame": frame_name(frame_s)}
            )
        )
    if has_adjusted and not wish.is_adjusted:
        found.append(Finding("adjusted_beside", Weight.NOTE, 1))
    if not guess.is_sure and frame_s < DAY_S:
        found.append(Finding("zone_unsure", Weight.WARN, 1, facts={"zone": guess.zone}))
    return found


def _allowed(finding: Finding, wish: Wish) -> Finding:
    if finding.code == "impossible" and wish.leaves_impossible:
        return replace(finding, weight=Weight.WARN)
    return finding


def _order(finding: Finding) -> int:
    return (Weight.STOP, Weight.WARN, Weight.NOTE).index(finding.weight)
