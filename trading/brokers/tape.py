"""The paper venue's own memory: one line of JSON for each thing that happened, written before it is told.

Independent of the journal on purpose: after a crash it is the witness of what the venue really did.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from trading.brokers.paper_records import Record


class TapeUnavailable(Exception):
    """The line was not written, and nothing of it stays on the disk."""


class Tape(Protocol):
    """Where the venue writes."""

    is_durable: bool
    """Whether it outlives the process."""

    def read(self) -> Sequence[Record]:
        """All records of earlier lives, oldest first."""
        ...

    def write(self, *records: Record) -> None:
        """Returns when all are durable; raises TapeUnavailable when none is."""
        ...

    def rewrite(self, records: Iterable[Record]) -> None:
        """Put these records, which mean the same, in place of all."""
        ...

    def close(self) -> None:
        """Write no more."""
        ...


class MemoryTape:
    """For replay and simulation: remembers nothing, or everything when `keeps` is set."""

    def __init__(self, keeps: bool = False) -> None:
        self.is_durable = keeps
        self.records: list[Record] = []
        self._keeps = keeps

    def read(self) -> Sequence[Record]:
        """What was kept."""
        return tuple(self.records)

    def write(self, *records: Record) -> None:
        """Keep them, if that was asked for."""
        if self._keeps:
            self.records.extend(records)

    def rewrite(self, records: Iterable[Record]) -> None:
        """Forget the old ones."""
        self.records = list(records) if self._keeps else []

    def close(self) -> None:
        """Nothing to close."""


class FileTape:
    """An append-only file of JSON lines, synced line by line.

    A last line that a power cut tore is dropped when the file is opened; a line in the middle that cannot
    be read stops the start with one sentence, because guessing would invent a position.
    """

    def __init__(self, path: Path) -> None:
        self.is_durable = True
        self._path = path
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(Record | list[Record])
        path.parent.mkdir(parents=True, exist_ok=True)
        self._records = self._load()
        self._file: BinaryIO = path.open("ab", buffering=0)
        self._size = self._file.seek(0, os.SEEK_END)
        self._broken = ""

    def read(self) -> Sequence[Record]:
        """All records that were on the disk when the tape was opened; given once."""
        records, self._records = self._records, []
        return records

    def write(self, *records: Record) -> None:
        """Append and sync; on failure the file is cut back to where it was."""
        if self._broken:
            raise TapeUnavailable(self._broken)
        # Records that belong together share a line, so that a power cut takes all of them or none.
        line = self._encoder.encode(records[0] if len(records) == 1 else records) + b"\n"
        try:
            self._append(line)
        except OSError as problem:
            self._cut_back(problem)
            raise TapeUnavailable(
                f"The paper venue cannot write {self._path.name}: {problem.strerror}."
            ) from problem
        self._size += len(line)

    def rewrite(self, records: Iterable[Record]) -> None:
        """Write a new file beside the old one and let it take the name in one step.

        When the disk does not allow it, the old file stays: it says the same in more lines.
        """
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("wb") as file:
                file.writelines(self._encoder.encode(record) + b"\n" for record in records)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError:
            fresh.unlink(missing_ok=True)
            return
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._size = self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _append(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[self._file.write(left) :]
        os.fsync(self._file.fileno())

    def _cut_back(self, problem: OSError) -> None:
        try:
            self._file.truncate(self._size)
        except OSError:
            # A torn line in the middle would be worse than a venue that is closed until the next start.
            self._broken = f"The paper venue stopped writing {self._path.name}: {problem.strerror}."

    def _load(self) -> list[Record]:
        if not self._path.exists():
            return []
        raw = self._path.read_bytes()
        whole = raw.rfind(b"\n") + 1
        if whole < len(raw):
            with self._path.open("rb+") as file:
                file.truncate(whole)
                os.fsync(file.fileno())
        records: list[Record] = []
        for number, line in enumerate(raw[:whole].splitlines(), start=1):
            try:
                told = self._decoder.decode(line)
            except msgspec.DecodeError as problem:
                raise TapeUnavailable(
                    f"Line {number} of {self._path} cannot be read ({problem}); "
                    "restore the file from a backup or move it away to start with an empty paper venue."
                ) from problem
            records += told if isinstance(told, list) else [told]
        return records
