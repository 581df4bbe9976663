"""The history cache: bars stored once, in files of their own in the desk's home, with an index beside them.

A file holds the bars of one series that open in one year and says of each whose it is; a change writes a file
anew beside the old one and then takes its place, so that a power cut leaves the one or the other. The index
can be made from the files. One writer at a time, by a lock of the operating system; readers need none.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import numpy as np
from msgspec import DecodeError, Struct, ValidationError, json
from msgspec.structs import replace

from trading.feeds.history import arrow
from trading.feeds.history.candles import NO_CANDLES, Candles, Ints, Key, Mask, together
from trading.feeds.history.shelf import Shelf, Silence, YearFile, runs_of
from trading.feeds.problems import DataProblem
from trading.strategies.bars import instant, millis

FOLDER = "history"
INDEX = "index.json"


class Added(Struct, frozen=True):
    """What came of adding bars: new ones, ones that were there alike, and ones that were there and said
    something else (`differing`, kept as they were; `replaced`, when that was asked for)."""

    new: int = 0
    same: int = 0
    differing: int = 0
    replaced: int = 0


class HistoryCache:
    """Reads and writes the folder.

    Args:
        folder: `history` in the desk's home; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # ------------------------------------------------------------ reading

    def shelves(self) -> list[Shelf]:
        """What there is, by symbol, frame, raw before adjusted. Raises DataProblem."""
        try:
            raw = (self.folder / INDEX).read_bytes()
        except FileNotFoundError:
            return self._rebuilt()
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            return json.decode(raw, type=list[Shelf])
        except (DecodeError, ValidationError):
            return self._rebuilt()

    def shelf(self, key: Key) -> Shelf | None:
        """One series; None when there is none."""
        return next((one for one in self.shelves() if one.key == key), None)

    def read(self, key: Key, since_ms: int | None = None, until_ms: int | None = None) -> Candles:
        """The bars that open from `since_ms` on and before `until_ms`. Raises DataProblem (`damaged`)."""
        shelf = self.shelf(key)
        if shelf is None:
            return NO_CANDLES
        files = [
            one
            for one in shelf.files
            if (since_ms is None or one.runs[-1].last_ms >= since_ms)
            and (until_ms is None or one.runs[0].first_ms < until_ms)
        ]
        parts = [arrow.read_candles(self._place(key) / one.file)[0] for one in files]
        return together(parts).between(since_ms, until_ms)

    def broken(self, shelf: Shelf) -> list[str]:
        """Files that are not what was written: gone, cut off, or changed by another hand."""
        found = []
        for one in shelf.files:
            path = self._place(shelf.key) / one.file
            try:
                body = path.read_bytes()
            except OSError:
                found.append(str(path))
                continue
            if len(body) != one.bytes or zlib.crc32(body) != one.crc:
                found.append(str(path))
        return found

    # ------------------------------------------------------------ writing

    def add(self, key: Key, candles: Candles, source: str, *, replaces: bool = False) -> Added:
        """Put bars in; what is there already stays, unless `replaces`. Raises DataProblem."""
        if not len(candles):
            return Added()
        with self._locked():
            shelf = self.shelf(key) or Shelf(key)
            files = {one.year: one for one in shelf.files}
            done = Added()
            for year, part in _by_year(candles):
                file, one = self._merged(key, files.get(year), year, part, source, replaces)
                files[year] = file
                done = Added(*(a + b for a, b in zip(_counts(done), _counts(one), strict=True)))
            self._index(replace(shelf, files=tuple(files[year] for year in sorted(files))))
        return done

    def note_silence(self, key: Key, silences: Sequence[Silence]) -> None:
        """What a source had nothing of. Raises DataProblem."""
        with self._locked():
            shelf = self.shelf(key)
            if shelf is not None and silences:
                kept = dict.fromkeys((*shelf.silences, *silences))
                self._index(replace(shelf, silences=tuple(kept)))

    def drop(self, key: Key) -> bool:
        """Forget a series and its files. Raises DataProblem."""
        with self._locked():
            shelf = self.shelf(key)
            if shelf is None:
                return False
            self._write_index([one for one in self.shelves() if one.key != key])
            for one in shelf.files:
                (self._place(key) / one.file).unlink(missing_ok=True)
            return True

    def _merged(
        self, key: Key, file: YearFile | None, year: int, part: Candles, source: str, replaces: bool
    ) -> tuple[YearFile, Added]:
        old, numbers, names = NO_CANDLES, np.zeros(0, dtype=np.int64), [source]
        if file is not None:
            old, numbers, head = arrow.read_candles(self._place(key) / file.file)
            names = json.decode(head["sources"], type=list[str])
            if source not in names:
                names.append(source)
        mine = names.index(source)
        decimals = max(old.decimals, part.decimals)
        old, part = old.finer(decimals), part.finer(decimals)
        place = old.at_ms.searchsorted(part.at_ms)
        inside = place < len(old)
        known = inside.copy()
        known[inside] = old.at_ms[place[inside]] == part.at_ms[inside]
        alike = known.copy()
        there = place[known]
        alike[known] = _alike(old, there, part, np.flatnonzero(known))
        changed = known & ~alike
        counts = Added(
            new=int((~known).sum()),
            same=int(alike.sum()),
            differing=0 if replaces else int(changed.sum()),
            replaced=int(changed.sum()) if replaces else 0,
        )
        if not counts.new and not counts.replaced and file is not None:
            return file, counts
        stays = np.ones(len(old), dtype=np.bool_)
        if replaces:
            stays[place[changed]] = False
        comes = ~known | (changed if replaces else np.zeros_like(changed))
        whole = together([old.taken(stays), part.taken(comes)])
        whose = np.concatenate([numbers[stays], np.full(int(comes.sum()), mine, dtype=np.int64)])
        order = np.argsort(whole.at_ms, kind="stable")
        return self._put(key, year, whole.taken(order), whose[order], names), counts

    def _put(self, key: Key, year: int, candles: Candles, sources: Ints, names: Sequence[str]) -> YearFile:
        folder = self._place(key)
        file = f"{year}.feather"
        part = folder / f"{file}.part"
        head = {"key": json.encode(key).decode(), "sources": json.encode(list(names)).decode()}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            arrow.write_candles(part, candles, sources, head)
            body = part.read_bytes()
            _kept(part, folder / file)
        except OSError as error:
            raise _unusable(folder, error) from error
        runs = runs_of(candles.at_ms, sources, names)
        return YearFile(year, file, len(body), zlib.crc32(body), len(candles), runs)

    # ------------------------------------------------------------ the index

    def _index(self, shelf: Shelf) -> None:
        others = [one for one in self.shelves() if one.key != shelf.key]
        self._write_index(sorted([*others, shelf], key=lambda one: one.key))

    def _write_index(self, shelves: Sequence[Shelf]) -> None:
        part = self.folder / f"{INDEX}.part"
        try:
            part.write_bytes(json.format(json.encode(list(shelves)), indent=1))
            _kept(part, self.folder / INDEX)
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def _rebuilt(self) -> list[Shelf]:
        """From the files: an index that is gone or damaged costs only what sources had nothing of."""
        found: dict[Key, list[YearFile]] = {}
        for path in sorted(self.folder.glob("*/*.feather")):
            candles, sources, head = arrow.read_candles(path)
            key = json.decode(head["key"], type=Key)
            body = path.read_bytes()
            runs = runs_of(candles.at_ms, sources, json.decode(head["sources"], type=list[str]))
            one = YearFile(int(path.stem), path.name, len(body), zlib.crc32(body), len(candles), runs)
            found.setdefault(key, []).append(one)
        return [Shelf(key, tuple(sorted(found[key], key=lambda one: one.year))) for key in sorted(found)]

    def _place(self, key: Key) -> Path:
        kind = "adjusted" if key.is_adjusted else "raw"
        return self.folder / f"{quote(key.symbol, safe='')}-{key.frame_s}-{kind}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _alike(old: Candles, there: Ints, part: Candles, here: Ints) -> Mask:
    """Whether bars say the same; a volume that one of them does not know contradicts nothing."""
    same: Mask = np.ones(len(here), dtype=np.bool_)
    for mine, other in zip(old.prices, part.prices, strict=True):
        same &= mine[there] == other[here]
    before, now = old.volume[there], part.volume[here]
    same &= (before == now) | np.isnan(before) | np.isnan(now)
    return same


def _by_year(candles: Candles) -> Iterator[tuple[int, Candles]]:
    year = instant(int(candles.at_ms[0])).year
    last = instant(int(candles.at_ms[-1])).year
    for one in range(year, last + 1):
        begins, ends = (millis(datetime(number, 1, 1, tzinfo=UTC)) for number in (one, one + 1))
        part = candles.between(begins, ends)
        if len(part):
            yield one, part


def _counts(added: Added) -> tuple[int, int, int, int]:
    return added.new, added.same, added.differing, added.replaced


def _kept(part: Path, path: Path) -> None:
    """Safe on the disk before it takes the old one's place."""
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    part.replace(path)


def _unusable(path: Path, error: OSError) -> DataProblem:
    reason = error.strerror or str(error)
    return DataProblem(
        "history", f"The history in {path} cannot be used ({reason}): check its rights and the disk."
    )
