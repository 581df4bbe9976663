"""Files of bars into ticks: the plain ones by whole columns, all others row by row with every check.

What a file says wrong is said by the feeds' own reader, in its words; the fast way only ever gives up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from trading.backtest.ticks import TICKS_MAX, Floats, Ints, OffGrid, Prices, Ticks, as_floats, ticks_of
from trading.domain.instrument import Hours, Instrument
from trading.domain.market import Bar
from trading.domain.money import plain
from trading.feeds.bundle import manifest
from trading.feeds.checks import Tally
from trading.feeds.files import Series, open_series
from trading.feeds.merging import AnySeries, joined
from trading.feeds.problems import DataProblem
from trading.feeds.reading import SeriesKind, blocks
from trading.strategies.bars import instant, millis

DECIMALS_MAX = 12
"""A price with more of them than that is a slip, or no price."""
WIDTH = 6
_MS_MIN, _MS_MAX = 10**11, 4 * 10**12


def read_ticks(path: Path, symbol: str = "") -> Ticks:
    """The bars of a CSV or CSV.gz file, those outside of the market's hours left out.

    Raises:
        DataProblem: unreadable, a row that is wrong, no bars at all (prints, quotes), or a price that is no
            whole number of ticks of a contract whose tick is a fact (`tick`), or none in the market's hours.
    """
    series = open_series(path, symbol)
    if not series.is_bars:
        raise DataProblem(
            "not_bars", f"{path.name} holds {series.kind}, and a backtest plays bars: give a file of bars."
        )
    plain_ones = _by_columns(series) if series.kind is SeriesKind.TRADE_BARS else None
    found = in_hours(plain_ones if plain_ones is not None else _by_rows(series, path.name))
    if not len(found):
        raise DataProblem(
            "closed",
            f"{path.name} has no bar in the hours in which {series.symbol} trades: give bars of its session.",
        )
    return found


def bundled_ticks(symbols: Sequence[str] = ()) -> list[Ticks]:
    """The bundled series (all of them, or those of `symbols`), quote bars with the volume of trade bars."""
    files = [one.series() for one in manifest() if not symbols or one.symbol in symbols]
    return [in_hours(_by_rows(one, one.symbol)) for one in joined(files)]


def cut_out(ticks: Ticks, since: datetime | None, until: datetime | None) -> Ticks:
    """The bars that open from `since` on and before `until`. Raises DataProblem when there are none."""
    if since is None and until is None:
        return ticks
    begin = 0 if since is None else int(ticks.at_ms.searchsorted(millis(since)))
    end = len(ticks) if until is None else int(ticks.at_ms.searchsorted(millis(until)))
    if begin >= end:
        first, last = (f"{instant(int(ticks.at_ms[place])):%Y-%m-%d}" for place in (0, -1))
        raise DataProblem(
            "empty", f"{ticks.symbol} has no bars in that time: it has those of {first} to {last}."
        )
    return ticks.between(begin, end)


def _by_rows(series: AnySeries, name: str) -> Ticks:
    """Every row checked; exact decimals all the way."""
    bars = [event for event in series if isinstance(event, Bar)]
    notes = list(series.notes())
    instrument = series.instrument
    try:
        found = ticks_of(instrument, bars, series.cadence_s)
    except OffGrid as off:
        instrument = _finer(instrument, bars, name, off)
        notes.append(_finer_note(name, instrument, series.instrument))
        found = ticks_of(instrument, bars, series.cadence_s)
    return replace(found, notes=tuple(notes))


def _finer(instrument: Instrument, bars: Sequence[Bar], name: str, off: OffGrid) -> Instrument:
    """The contract with the tick that the prices really have; where the tick is a fact, they are wrong."""
    decimals = max(-int(price.normalize().as_tuple().exponent) for bar in bars for price in _prices_of(bar))
    if instrument.is_future or decimals > DECIMALS_MAX:
        raise DataProblem(
            "tick",
            f"{name} has the price {plain(off.price)}, and {instrument.symbol} moves in steps of "
            f"{plain(instrument.tick_size)}: mend the file, or give it the symbol that it is about.",
        )
    return replace(instrument, tick_size=Decimal(1).scaleb(-decimals))


def _finer_note(name: str, found: Instrument, known: Instrument) -> str:
    return (
        f"{name}: prices are finer than the tick of {plain(known.tick_size)} that {known.symbol} has here; "
        f"counted in steps of {plain(found.tick_size)}."
    )


def _prices_of(bar: Bar) -> list[Decimal]:
    sides = (bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close)
    return [bar.open, bar.high, bar.low, bar.close, *(price for price in sides if price is not None)]


# ---------------------------------------------------------------- the fast way


def _by_columns(series: Series) -> Ticks | None:
    """The whole file at once; None when anything in it is not plain: then row by row it is said, or taken."""
    try:
        columns = _columns(series.path)
    except (ValueError, OverflowError):
        return None
    if columns is None:
        return None
    at_ms, prices, volume = columns
    cadence_ms = series.cadence_s * 1000
    steps = np.diff(at_ms)
    if len(steps) and int(steps.min()) < cadence_ms:
        return None
    size = series.instrument.tick_size
    ticks = [_whole(column, size) for column in prices]
    if any(column is None for column in ticks):
        return None
    o, h, lo, cl = (column for column in ticks if column is not None)
    sound = (lo > 0) & (lo <= o) & (o <= h) & (lo <= cl) & (cl <= h)
    if not (sound.all() and (volume >= 0).all()):
        return None
    series.tally = _tally(len(at_ms), steps, cadence_ms)
    bid = Prices(o, h, lo, cl)
    return Ticks(
        series.instrument,
        series.cadence_s,
        at_ms,
        at_ms + cadence_ms,
        bid,
        bid,
        volume,
        tuple(series.notes()),
    )


def _columns(path: Path) -> tuple[Ints, list[Floats], Floats] | None:
    """Stamps, prices and volumes. Raises ValueError where a cell is no number."""
    lines = [line for block in blocks(path) for line in block][1:]
    while lines and not lines[-1].strip():
        lines.pop()
    cells = ",".join(line.rstrip("\r\n") for line in lines).split(",")
    if not lines or len(cells) != WIDTH * len(lines) or "" in cells:
        return None
    at_ms = np.array(list(map(int, cells[0::WIDTH])), dtype=np.int64)
    if int(at_ms.min()) <= _MS_MIN or int(at_ms.max()) >= _MS_MAX:
        return None
    numbers = [np.array(list(map(float, cells[place::WIDTH])), dtype=np.float64) for place in range(1, WIDTH)]
    if not all(np.isfinite(column).all() for column in numbers):
        return None
    return at_ms, numbers[:4], numbers[4]


def _whole(prices: Floats, tick_size: Decimal) -> Ints | None:
    """Prices as numbers of ticks; None when one is none, or too large to be sure.

    A text and the number of ticks that lies nearest to it are the same when both have the same nearest float:
    only a seventeenth digit could tell them apart, and no price has that many.
    """
    above, below = tick_size.as_integer_ratio()
    near = np.rint(prices * below / above)
    if float(near.max()) >= TICKS_MAX or float(near.min()) <= 0:
        return None
    ticks = near.astype(np.int64)
    return ticks if (as_floats(ticks, tick_size) == prices).all() else None


def _tally(rows: int, steps: Ints, cadence_ms: int) -> Tally:
    gaps = steps[steps > cadence_ms]
    missing = int((gaps // cadence_ms - 1).sum())
    longest_s = float((gaps.max() - cadence_ms) / 1000) if len(gaps) else 0.0
    return Tally(rows=rows, gaps=len(gaps), missing=missing, longest_s=longest_s)


# ---------------------------------------------------------------- hours


def in_hours(ticks: Ticks) -> Ticks:
    """Without the bars in which the market was closed: they trade nothing here, live neither."""
    session = ticks.instrument.session
    if not session.spans:
        return ticks
    hours = Hours(session)
    kept = np.array(
        [
            hours.is_open_during(instant(at), instant(ends))
            for at, ends in zip(ticks.at_ms.tolist(), ticks.ends_ms.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )
    if timedelta(seconds=ticks.frame_s) >= timedelta(days=1) or kept.all():
        return ticks
    bid = Prices(*(column[kept] for column in ticks.bid))
    ask = bid if ticks.is_one_price else Prices(*(column[kept] for column in ticks.ask))
    note = f"{ticks.symbol}: {int((~kept).sum())} bars outside of the market's hours left out."
    return Ticks(
        ticks.instrument,
        ticks.frame_s,
        ticks.at_ms[kept],
        ticks.ends_ms[kept],
        bid,
        ask,
        ticks.volume[kept],
        (*ticks.notes, note),
    )
