"""Judges candles from outside: what is left out, what is only told, and what only a person can decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

import numpy as np

from trading.domain.instrument import Instrument, InstrumentKind
from trading.feeds.history.candles import ROUNDED_TO, Candles, Floats, Ints, Mask, decimals_of, in_steps, made
from trading.feeds.history.findings import EXAMPLES, Finding, Weight
from trading.feeds.history.holes import DAY_S, holes
from trading.feeds.history.stamps import NAT_MS
from trading.strategies.bars import instant

IMPOSSIBLE_MAX_PERCENT = 1
"""From so many on a file is not what it says it is."""
SPIKE = 0.3
"""A close that jumps by so much and is back with the next one is likely a slip (crypto's worst are 0.2)."""
BACK = 0.05
SPLITS = (2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 20.0, 1.5)
SPLIT_NEAR = 0.03
KEEPS = ("", "first", "last")

Prices = tuple[Floats, Floats, Floats, Floats]


class Rows:
    """Rows of a file on their way to candles; each step takes some out and says so.

    Args:
        first_line: of the first row in its file; 0 where rows have no lines.
    """

    def __init__(self, at_ms: Ints, prices: Prices, volume: Floats, first_line: int) -> None:
        self.at_ms = at_ms
        self.prices = prices
        self.volume = volume
        self.findings: list[Finding] = []
        self._lines = np.arange(len(at_ms), dtype=np.int64) + (first_line or 1)
        self._has_lines = bool(first_line)
        self._count = len(at_ms)

    def found(self, code: str, weight: Weight, which: Mask, **facts: str) -> None:
        """Write down a kind of thing that some rows have."""
        count = int(which.sum())
        if count:
            self.findings.append(Finding(code, weight, count, self._where(which), facts))

    def keep(self, which: Mask | Ints) -> None:
        """Go on with these."""
        o, h, lo, cl = self.prices
        self.at_ms, self.volume, self._lines = self.at_ms[which], self.volume[which], self._lines[which]
        self.prices = (o[which], h[which], lo[which], cl[which])

    def _where(self, which: Mask) -> tuple[str, ...]:
        if self._has_lines:
            return tuple(str(line) for line in self._lines[which][:EXAMPLES].tolist())
        stamps = islice((ms for ms in self.at_ms[which].tolist() if ms != NAT_MS), EXAMPLES)
        return tuple(f"{instant(ms):%Y-%m-%d %H:%M}" for ms in stamps)

    # ------------------------------------------------------------ the steps

    def drop_unreadable(self) -> None:
        """Stamps that are none, and candles that cannot be."""
        lost = self.at_ms == NAT_MS
        self.found("stamp", Weight.WARN, lost)
        self.keep(~lost)
        o, h, lo, cl = self.prices
        with np.errstate(invalid="ignore"):
            sound = (lo > 0) & (lo <= o) & (o <= h) & (lo <= cl) & (cl <= h) & np.isfinite(h)
            # `not below zero` takes the volume that is not known too.
            sound &= ~(self.volume < 0) & ~np.isinf(self.volume)
        wrong = ~sound
        is_much = int(wrong.sum()) * 100 > self._count * IMPOSSIBLE_MAX_PERCENT
        self.found("impossible", Weight.STOP if is_much else Weight.WARN, wrong)
        self.keep(sound)

    def sort(self) -> None:
        """Oldest first."""
        back = np.concatenate([[False], np.diff(self.at_ms) < 0])
        if back.any():
            order = np.argsort(self.at_ms, kind="stable")
            falls = int((np.diff(self.at_ms[::-1]) < 0).sum())
            if falls == 0 and len(self.at_ms) > 1:
                self.found("newest_first", Weight.NOTE, np.ones(len(back), dtype=np.bool_))
            else:
                self.found("disorder", Weight.WARN, back)
            self.keep(order)

    def single(self, keeps: str) -> None:
        """One candle an instant: repeated rows go, and of those that disagree the one that was asked for."""
        again = np.concatenate([[False], np.diff(self.at_ms) == 0])
        if not again.any():
            return
        alike = np.ones(len(again), dtype=np.bool_)
        for column in (*self.prices, np.nan_to_num(self.volume, nan=-1.0)):
            alike[1:] &= column[1:] == column[:-1]
        self.found("repeated", Weight.NOTE, again & alike)
        self.found("contradicting", Weight.NOTE if keeps else Weight.STOP, again & ~alike)
        first = ~again
        last = np.concatenate([~again[1:], [True]])
        self.keep(last if keeps == "last" else first)

    def finish(self, frame_s: int, now_ms: int) -> None:
        """Without a candle that was still growing when the file was written."""
        growing = self.at_ms + frame_s * 1000 > now_ms
        self.found("growing", Weight.NOTE, growing)
        self.keep(~growing)

    def on_grid(self, frame_s: int) -> None:
        """Whether candles begin where candles of this frame begin."""
        inside = np.concatenate([[False], np.diff(self.at_ms) < frame_s * 1000])
        self.found("overlapping", Weight.STOP, inside)
        if frame_s >= DAY_S or not len(self.at_ms):
            return
        off = self.at_ms % (min(frame_s, 3600) * 1000)
        if off.any():
            rest = np.bincount((off // 1000).astype(np.int64)).argmax()
            self.found("off_grid", Weight.WARN, off != 0, seconds=str(int(rest)))


def frame_of(at_ms: Ints) -> int:
    """The most frequent step in seconds, the smaller of equally frequent ones; 0 for a single row."""
    steps = np.diff(np.sort(at_ms))
    steps = steps[steps >= 1000]
    if not len(steps):
        return 0
    values, counts = np.unique(steps, return_counts=True)
    return int(values[counts.argmax()]) // 1000


def counted(rows: Rows) -> Candles:
    """Prices in steps; what has more decimals than a price has is rounded, and that is told."""
    decimals = decimals_of(rows.prices)
    if decimals is None:
        decimals = ROUNDED_TO
        top = max((float(column.max()) for column in rows.prices if len(column)), default=1.0)
        while decimals and top * 10**decimals >= 1 << 51:
            decimals -= 1
        rows.found("rounded", Weight.NOTE, np.ones(len(rows.at_ms), dtype=np.bool_), decimals=str(decimals))
    prices = [in_steps(column, decimals) for column in rows.prices]
    return made(decimals, rows.at_ms, prices, rows.volume)


def looked_at(candles: Candles, frame_s: int, instrument: Instrument, *, is_adjusted: bool) -> list[Finding]:
    """What the series itself says of its worth: holes, candles that somebody filled in, slips, splits."""
    found = _holes(candles, frame_s, instrument)
    o, h, lo, cl = candles.prices
    still = (o == h) & (h == lo) & (lo == cl) & (candles.volume == 0)
    if still.any():
        found.append(_some("filled_in", Weight.NOTE, candles, still))
    if len(candles) and np.isnan(candles.volume).all():
        found.append(Finding("no_volume", Weight.NOTE, len(candles)))
    spikes = _spikes(cl.astype(np.float64))
    if spikes.any():
        found.append(_some("spike", Weight.WARN, candles, spikes))
    if instrument.kind is InstrumentKind.EQUITY:
        splits = _splits(o.astype(np.float64), cl.astype(np.float64))
        if splits.any():
            weight = Weight.WARN if is_adjusted else Weight.NOTE
            found.append(_some("split_adjusted" if is_adjusted else "split", weight, candles, splits))
    return found


def _holes(candles: Candles, frame_s: int, instrument: Instrument) -> list[Finding]:
    missing = holes(candles.at_ms, frame_s, instrument)
    if not missing:
        return []
    longest = max(missing, key=lambda one: one.missing)
    total = sum(one.missing for one in missing)
    largest = sorted(missing, key=lambda one: -one.missing)[:EXAMPLES]
    where = tuple(f"{instant(one.begins_ms):%Y-%m-%d %H:%M} ({one.missing})" for one in largest)
    share = f"{total * 100 / (total + len(candles)):.2f}"
    seconds = timedelta(seconds=longest.missing * frame_s)
    facts = {"missing": str(total), "longest": str(seconds), "share": share}
    weight = Weight.WARN if total * 100 > len(candles) else Weight.NOTE
    return [Finding("holes", weight, len(missing), where, facts)]


def _spikes(close: Floats) -> Mask:
    found = np.zeros(len(close), dtype=np.bool_)
    if len(close) < 3:
        return found
    before, middle, after = close[:-2], close[1:-1], close[2:]
    jumps = np.abs(middle / before - 1) > SPIKE
    found[1:-1] = jumps & (np.abs(after / before - 1) < BACK)
    return found


def _splits(opens: Floats, close: Floats) -> Mask:
    """Opens that lie a simple ratio below the close before: what a split looks like in raw prices."""
    found = np.zeros(len(close), dtype=np.bool_)
    if len(close) < 2:
        return found
    ratio = close[:-1] / opens[1:]
    for simple in SPLITS:
        found[1:] |= np.abs(ratio / simple - 1) < SPLIT_NEAR
        found[1:] |= np.abs(ratio * simple - 1) < SPLIT_NEAR
    # 3:2 lies near what a bad day can do; only larger ones are told without doubt.
    found[1:] &= np.abs(ratio - 1) > SPIKE
    return found


def _some(code: str, weight: Weight, candles: Candles, which: Mask) -> Finding:
    stamps: Sequence[int] = candles.at_ms[which][:EXAMPLES].tolist()
    return Finding(code, weight, int(which.sum()), tuple(f"{instant(ms):%Y-%m-%d %H:%M}" for ms in stamps))
