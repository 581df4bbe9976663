"""Walks the journal: verifies every link, and derives the ledger's tables anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from db import tables as t
from db.codec import chained, decode
from db.derive import fold
from db.journal import rows_after
from db.write import RowWriter

PAGE = 2000


class Fault(Struct, frozen=True):
    """The first place where the journal is not what was written."""

    stream: str
    seq: int
    sentence: str


class Verdict(Struct, frozen=True):
    """What a verification saw. `heads` are worth keeping elsewhere: only such an anchor shows a new end."""

    streams: int
    events: int
    heads: dict[str, tuple[int, str]]
    fault: Fault | None = None

    @property
    def is_sound(self) -> bool:
        """Whether everything holds."""
        return self.fault is None


def streams_now(conn: Connection) -> dict[str, tuple[int, str]]:
    """Streams that have a head or an event; (0, "") where the head is missing."""
    named = dict.fromkeys(conn.execute(select(t.EVENT.c.stream).distinct()).scalars(), (0, ""))
    heads = conn.execute(select(t.STREAM.c.stream, t.STREAM.c.seq, t.STREAM.c.hash))
    named.update({stream: (seq, link) for stream, seq, link in heads})
    return dict(sorted(named.items()))


def walked(conn: Connection, stream: str) -> Iterator[Sequence[Any]]:
    """The raw events of a stream in bounded pages."""
    after = 0
    while page := rows_after(conn, stream, after, PAGE):
        yield page
        after = page[-1].seq
        if len(page) < PAGE:
            return


def verify_now(conn: Connection) -> Verdict:
    """Check every event's hash, that numbers have no gap, that heads and snapshots stand on the chain."""
    with conn.begin():
        heads = streams_now(conn)
        events = 0
        for stream, head in heads.items():
            count, fault = _verify_stream(conn, stream, head)
            events += count
            if fault is not None:
                return Verdict(len(heads), events, heads, fault)
        return Verdict(len(heads), events, heads)


def _verify_stream(conn: Connection, stream: str, head: tuple[int, str]) -> tuple[int, Fault | None]:
    column = t.SNAPSHOT.c
    placed = conn.execute(select(column.seq, column.hash).where(column.stream == stream))
    marks: dict[int, str] = {row.seq: row.hash for row in placed}
    link, expected = "", 0
    for page in walked(conn, stream):
        for seq, name, version, at, correlation, causation, body, stored in page:
            expected += 1
            if seq != expected:
                return expected, Fault(
                    stream, expected, f"Event {expected} of {stream} is missing: {seq} follows."
                )
            link = chained(link, stream, seq, name, version, at, correlation, causation, body)
            if link != stored:
                return expected, Fault(stream, seq, f"Event {seq} of {stream} is not what was written.")
            if marks.pop(seq, link) != link:
                return expected, Fault(
                    stream, seq, f"A snapshot of {stream} tells another story at event {seq}."
                )
    if head != (expected, link):
        lost = (
            f"{stream} ends at event {expected}, but its head says {head[0]}: events were cut off or added."
        )
        return expected, Fault(stream, expected, lost)
    if marks:
        lost = (
            f"{stream} ends at event {expected}, but a snapshot stands at {max(marks)}: events were cut off."
        )
        return expected, Fault(stream, expected, lost)
    return expected, None


def rebuild_now(conn: Connection) -> int:
    """Empty the derived tables and fill them from the events, in one transaction. Returns how many events."""
    with conn.begin():
        return rebuild_in(conn)


def rebuild_in(conn: Connection) -> int:
    """The same within the caller's transaction."""
    events = 0
    for table in t.DERIVED:
        conn.execute(delete(table))
    for stream in streams_now(conn):
        rows = RowWriter(conn.dialect)
        for page in walked(conn, stream):
            decoded = [(row.seq, decode(row.name, row.version, row.body)) for row in page]
            staged = rows.staged(conn, (event for _, event in decoded))
            for seq, event in decoded:
                fold(staged, stream, seq, event)
            rows.write(conn, staged)
            rows.keep(staged)
            events += len(page)
    return events


def page_of(conn: Connection, stream: str, after: int) -> Sequence[Any]:
    """One raw page in a transaction of its own."""
    with conn.begin():
        return rows_after(conn, stream, after, PAGE)


def count_now(conn: Connection) -> int:
    """How many events there are."""
    with conn.begin():
        found: int = conn.execute(select(func.count()).select_from(t.EVENT)).scalar_one()
    return found
