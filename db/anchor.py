"""The anchor's file: beside the database, written whole or not at all, and never set back by itself."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from db.problem import problem_of
from trading.anchored import Anchored
from trading.domain.ids import StreamId

ANCHOR_FILE = "desk.anchor"
"""Its name in the desk's folder."""


class Behind(Struct, frozen=True):
    """A stream of a copy that ends before what is known to have been written."""

    stream: str
    seq: int
    known: int
    at: datetime


def behind(known: Anchored | None, heads: Mapping[str, tuple[int, str]]) -> list[Behind]:
    """What a copy with these ends lacks, as far as the anchor knows: what a start with it will find (B07)."""
    if known is None:
        return []
    return [
        Behind(str(stream), heads.get(str(stream), (0, ""))[0], seq, known.at)
        for stream, (seq, _) in sorted(known.heads.items())
        if heads.get(str(stream), (0, ""))[0] < seq
    ]


class _Kept(Struct, frozen=True):
    at: datetime
    heads: dict[str, tuple[int, str]]


class FileAnchor:
    """`trading.anchored.Anchor` in a small JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()

    async def read(self) -> Anchored | None:
        """What the file says; None when there is none or it is no anchor (then nothing can be compared).
        Raises DatabaseProblem."""
        return await asyncio.to_thread(self.read_now)

    async def write(self, anchored: Anchored, *, goes_back: bool = False) -> None:
        """Raises DatabaseProblem."""
        await asyncio.to_thread(self.write_now, anchored, goes_back=goes_back)

    def read_now(self) -> Anchored | None:
        """The same without a thread."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            return None
        except OSError as error:
            raise problem_of(error) from error
        return Anchored(kept.at, {StreamId(name): head for name, head in kept.heads.items()})

    def write_now(self, anchored: Anchored, *, goes_back: bool = False) -> None:
        """The same without a thread. Heads that are older than what stands there stay out."""
        with self._writing:
            self._write(anchored, goes_back)

    def _write(self, anchored: Anchored, goes_back: bool) -> None:
        before = None if goes_back else self.read_now()
        heads = dict(anchored.heads)
        for stream, (seq, link) in (before.heads if before else {}).items():
            if seq > heads.get(stream, (0, ""))[0]:
                heads[stream] = (seq, link)
        part = self._path.with_name(self._path.name + ".part")
        body = msgspec.json.encode(_Kept(anchored.at, {str(name): head for name, head in heads.items()}))
        try:
            with part.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
            _flush_folder(self._path.parent)
        except OSError as error:
            raise problem_of(error) from error


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
