"""The best sets of sweeps, kept on the disk until somebody puts one to work or nobody may any more."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

from bot.conversation.researching import Run, Sort, Winner
from bot.main.researching_process import Outcome
from trading.backtest.report import Swept
from trading.domain.ids import PersonId
from trading.feeds.bundle import manifest
from trading.frames import FRAMES

AT = "@"
KEPT_MAX = 50


class _Found(Struct, frozen=True):
    """What of a sweep's answer counts here."""

    summary: Swept


class Winners:
    """One file for each sweep, the newest of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, run: Run, outcome: Outcome, now: datetime) -> None:
        """The best set of a sweep that has been played; of what cannot be read or put to work, nothing."""
        winner = winner_of(run, outcome, now)
        if winner is None:
            return
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self._folder / f"{run.run_id}.part"
            part.write_bytes(json.encode(winner))
            part.replace(self._folder / f"{run.run_id}.json")
            for old in self._every()[:-KEPT_MAX]:
                old.unlink(missing_ok=True)

    def find(self, run_id: str, person: PersonId) -> Winner | None:
        """That of a run, if it is this person's."""
        path = next((one for one in self._every() if one.stem == run_id), None)
        try:
            found = json.decode(path.read_bytes(), type=Winner) if path is not None else None
        except (OSError, DecodeError, ValidationError):
            return None
        return found if found is not None and found.person == person else None

    def _every(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"), key=lambda one: one.stat().st_mtime)


def winner_of(run: Run, outcome: Outcome, now: datetime) -> Winner | None:
    """The best set inside of a sweep, with what it was found on; None where its candles are none that a
    profile can look at, or of different lengths."""
    if run.wish.sort is not Sort.SWEEP:
        return None
    try:
        swept = json.decode(outcome.report, type=_Found).summary
    except (DecodeError, ValidationError):
        return None
    frames = {_frame_of(one) for one in run.wish.series}
    if not swept.sets or len(frames) != 1 or "" in frames:
        return None
    symbols = tuple(one.partition(AT)[0] for one in run.wish.series)
    settings = {**swept.fixed, **swept.sets[0].settings}
    frame = frames.pop()
    return Winner(run.run_id, run.person, swept.strategy, symbols, frame, settings, now, run.wish.line)


def _frame_of(series: str) -> str:
    """The length of its candles in words; empty when no profile has such."""
    name, _, frame = series.partition(AT)
    if frame:
        return frame if frame in FRAMES else ""
    cadences = {one.cadence_s for one in manifest() if one.symbol == name}
    if len(cadences) != 1:
        return ""
    length = cadences.pop()
    return next((word for word, span in FRAMES.items() if span.total_seconds() == length), "")
