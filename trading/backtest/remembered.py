"""Bars out of the history cache as ticks, ready to be played."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np
from msgspec.structs import replace

from trading.backtest.reading import in_hours
from trading.backtest.ticks import Ints, Prices, Ticks
from trading.domain.instrument import Instrument
from trading.domain.money import plain
from trading.feeds.catalogue import instrument_for
from trading.feeds.history.cache import HistoryCache
from trading.feeds.history.candles import Candles, Key
from trading.feeds.history.holes import DAY_S, holes
from trading.feeds.problems import DataProblem
from trading.strategies.bars import instant, millis


def remembered_ticks(
    cache: HistoryCache, key: Key, since_ms: int | None = None, until_ms: int | None = None
) -> Ticks:
    """The bars of a series that open from `since_ms` on and before `until_ms`.

    Raises:
        DataProblem: there are none, a file is damaged, or a price is no whole number of ticks of a contract
            whose tick is a fact (`tick`).
    """
    candles = cache.read(key, since_ms, until_ms)
    if not len(candles):
        raise DataProblem(
            "no_history",
            f"The history holds no bars of {key} in that time: look with `openoutcry history list`, then "
            "import a file or fill it.",
        )
    found = in_hours(_ticks(candles, key))
    if not len(found):
        raise DataProblem(
            "closed", f"{key} has no bar in the hours in which {key.symbol} trades: give bars of its session."
        )
    return found


def _ticks(candles: Candles, key: Key) -> Ticks:
    first = instant(int(candles.at_ms[0]))
    known = instrument_for(key.symbol, decimals=candles.decimals, at=first)
    instrument, notes = known, []
    prices = _in_ticks(candles, known.tick_size)
    if prices is None:
        instrument = _finer(known, candles, key)
        notes.append(
            f"{key}: prices are finer than the tick of {plain(known.tick_size)} that {key.symbol} has here; "
            f"counted in steps of {plain(instrument.tick_size)}."
        )
        prices = _in_ticks(candles, instrument.tick_size)
    assert prices is not None, "a step of the candles is a whole number of itself"
    missing = sum(one.missing for one in holes(candles.at_ms, key.frame_s, instrument))
    if missing:
        notes.append(f"{key}: {missing} bars missing; `openoutcry history fill` asks a source for them.")
    ends = _ends(candles.at_ms, key.frame_s, instrument)
    return Ticks(instrument, key.frame_s, candles.at_ms, ends, prices, prices, candles.volume, tuple(notes))


def _in_ticks(candles: Candles, tick_size: Decimal) -> Prices | None:
    """Whole numbers of ticks; None when a price is none."""
    above, below = (Decimal(1).scaleb(-candles.decimals) / tick_size).as_integer_ratio()
    if any((column * above % below).any() for column in candles.prices):
        return None
    return Prices(*(column * above // below for column in candles.prices))


def _finer(known: Instrument, candles: Candles, key: Key) -> Instrument:
    if known.is_future and not key.is_adjusted:
        raise DataProblem(
            "tick",
            f"{key} holds prices that are no whole number of {plain(known.tick_size)}, the step in which "
            f"{key.symbol} moves: import it as what it is, or as adjusted.",
        )
    return replace(known, tick_size=Decimal(1).scaleb(-candles.decimals))


def _ends(at_ms: Ints, frame_s: int, instrument: Instrument) -> Ints:
    """A day of a market with hours ends when it closes; all others last as long as their frame."""
    if frame_s != DAY_S or not instrument.session.spans:
        return at_ms + frame_s * 1000
    found = []
    for at in at_ms.tolist():
        closes = instrument.session.closes_at(instant(at))
        found.append(millis(closes or instant(at) + timedelta(days=1)))
    return np.array(found, dtype=np.int64)
