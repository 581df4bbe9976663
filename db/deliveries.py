"""Rows of telling in SQL: who still has to hear of which event, and who has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, select, update

from db import tables as t
from db.codec import decode, instant, micros
from db.lane import Lane
from db.statement import Statement, Writing, insert_of
from trading.delivery import UNFINISHED, Card, Deliveries, Delivery, State
from trading.domain.ids import PersonId, StreamId
from trading.ports import StoredEvent

UNFINISHED_MAX = 100_000
"""So many are loaded at a start at most, the oldest; the rest comes at the next one."""

_D = t.DELIVERY.c
_E = t.EVENT.c


class SqlDeliveries:
    """The port `Deliveries` on either database."""

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._writer = writer
        self._reader = reader
        dialect = writer.dialect
        names = [column.name for column in t.DELIVERY.columns]
        values = {name: bindparam(name, type_=t.DELIVERY.c[name].type) for name in names}
        self._add = Statement(insert_of(dialect)(t.DELIVERY).values(values).on_conflict_do_nothing(), dialect)
        assert self._add.parameters == tuple(names)
        self._put_cursor = Writing(t.CURSOR, dialect, update=("seq",))
        self._put_card = Writing(t.CARD, dialect, update=("message", "at"))
        self._mark = Statement(
            update(t.DELIVERY)
            .where(
                _D.channel == bindparam("of_channel"),
                _D.stream == bindparam("of_stream"),
                _D.seq == bindparam("of_seq"),
            )
            .values(
                topic=bindparam("to_topic"),
                lane=bindparam("to_lane"),
                state=bindparam("to_state"),
                told_at=bindparam("to_told_at"),
                message=bindparam("to_message"),
            ),
            dialect,
        )

    async def fan_out(self, rows: Sequence[Delivery], reader: str, read: Mapping[StreamId, int]) -> None:
        """Add rows and move the reader's cursors, in one transaction. Raises DatabaseProblem."""
        cursors = [(reader, stream, seq) for stream, seq in sorted(read.items())]

        def whole(conn: Connection) -> None:
            with conn.begin():
                self._add.run(conn, [_row(one) for one in rows])
                self._put_cursor.run(conn, cursors)

        await self._writer.run(whole)

    async def mark(self, rows: Sequence[Delivery]) -> None:
        """Write down how far these are. Raises DatabaseProblem."""
        parameters = [_marked(self._mark.parameters, one) for one in rows]

        def whole(conn: Connection) -> None:
            with conn.begin():
                self._mark.run(conn, parameters)

        await self._writer.run(whole)

    async def are_told(self, channel: str, events: Sequence[tuple[StreamId, int]]) -> bool:
        """Whether this chat was told of all of these."""
        told = [str(State.TOLD), str(State.COUNTED)]

        def whole(conn: Connection) -> bool:
            with conn.begin():
                for stream, seq in events:
                    row = select(_D.seq).where(
                        _D.channel == channel, _D.stream == stream, _D.seq == seq, _D.state.in_(told)
                    )
                    if conn.execute(row).first() is None:
                        return False
            return bool(events)

        return await self._reader.run(whole)

    async def keep(self, channel: str) -> None:
        """Nobody is told through this channel any more. Raises DatabaseProblem."""
        left = (
            update(t.DELIVERY)
            .where(_D.channel == channel, _D.state.in_([str(state) for state in UNFINISHED]))
            .values(state=str(State.KEPT))
        )

        def whole(conn: Connection) -> None:
            with conn.begin():
                conn.execute(left)

        await self._writer.run(whole)

    async def unfinished(self) -> Sequence[tuple[Delivery, StoredEvent]]:
        """Everything that is not told yet, oldest first, with its event."""
        statement = (
            _joined()
            .where(_D.state.in_([str(state) for state in UNFINISHED]))
            .order_by(_D.at, _D.stream, _D.seq)
            .limit(UNFINISHED_MAX)
        )
        return await self._pairs(statement)

    async def of_person(
        self, person: PersonId, *, limit: int, skip: int = 0
    ) -> Sequence[tuple[Delivery, StoredEvent]]:
        """What a person was told or would have been, newest first; each event once."""
        # A person with several chats has a row in each: the one of the first chat stands for all.
        first = (
            select(_D.stream, _D.seq, func.min(_D.channel).label("channel"))
            .where(_D.person == person, _D.state != str(State.VOID))
            .group_by(_D.stream, _D.seq)
            .order_by(func.max(_D.at).desc(), _D.stream, _D.seq.desc())
            .limit(limit)
            .offset(skip)
            .subquery()
        )
        statement = (
            _joined()
            .join(
                first,
                and_(first.c.channel == _D.channel, first.c.stream == _D.stream, first.c.seq == _D.seq),
            )
            .order_by(_D.at.desc(), _D.stream, _D.seq.desc())
        )
        return await self._pairs(statement)

    async def states(self) -> Mapping[str, int]:
        """How many rows are in each state."""
        statement = select(_D.state, func.count()).group_by(_D.state)

        def whole(conn: Connection) -> dict[str, int]:
            with conn.begin():
                return {state: int(count) for state, count in conn.execute(statement)}

        return await self._reader.run(whole)

    async def put_card(self, card: Card) -> None:
        """Remember where an order's card stands; a newer one replaces it."""

        def whole(conn: Connection) -> None:
            with conn.begin():
                self._put_card.run(conn, [(card.channel, card.subject, card.message, micros(card.at))])

        await self._writer.run(whole)

    async def card(self, channel: str, subject: str) -> Card | None:
        """Where an order's card stands in this chat."""
        column = t.CARD.c
        statement = select(t.CARD).where(column.channel == channel, column.subject == subject)

        def whole(conn: Connection) -> Card | None:
            with conn.begin():
                row = conn.execute(statement).one_or_none()
            return Card(row.channel, row.subject, row.message, instant(row.at)) if row else None

        return await self._reader.run(whole)

    async def prune(self, before: datetime) -> None:
        """Forget what was finished before that instant, and cards that are older; what still waits from
        before then is not told any more. Raises DatabaseProblem."""
        finished = _D.state.not_in([str(state) for state in UNFINISHED])
        gone = delete(t.DELIVERY).where(_D.at < micros(before), finished)
        late = update(t.DELIVERY).where(_D.at < micros(before)).values(state=str(State.KEPT))
        cards = delete(t.CARD).where(t.CARD.c.at < micros(before))

        def whole(conn: Connection) -> None:
            with conn.begin():
                conn.execute(gone)
                conn.execute(late)
                conn.execute(cards)

        await self._writer.run(whole)

    async def _pairs(self, statement: Select[Any]) -> list[tuple[Delivery, StoredEvent]]:
        def whole(conn: Connection) -> list[tuple[Delivery, StoredEvent]]:
            with conn.begin():
                return [_pair(row) for row in conn.execute(statement)]

        return await self._reader.run(whole)


def _joined() -> Select[Any]:
    return select(
        t.DELIVERY,
        _E.name,
        _E.version,
        _E.correlation_id,
        _E.causation_id,
        _E.body,
        _E.hash,
    ).join(t.EVENT, and_(_E.stream == _D.stream, _E.seq == _D.seq))


def _pair(row: Any) -> tuple[Delivery, StoredEvent]:
    stream = StreamId(row.stream)
    event = decode(row.name, row.version, row.body)
    stored = StoredEvent(stream, row.seq, event, row.correlation_id, row.causation_id, row.hash)
    delivery = Delivery(
        row.channel,
        stream,
        row.seq,
        PersonId(row.person),
        instant(row.at),
        row.topic,
        row.lane,
        State(row.state),
        instant(row.told_at) if row.told_at else None,
        row.message,
    )
    return delivery, stored


def _row(one: Delivery) -> tuple[Any, ...]:
    told_at = micros(one.told_at) if one.told_at else 0
    return (
        one.channel,
        one.stream,
        one.seq,
        one.person,
        one.topic,
        one.lane,
        str(one.state),
        micros(one.at),
        told_at,
        one.message,
    )


def _marked(names: Sequence[str], one: Delivery) -> tuple[Any, ...]:
    values = {
        "to_topic": one.topic,
        "to_lane": one.lane,
        "to_state": str(one.state),
        "to_told_at": micros(one.told_at) if one.told_at else 0,
        "to_message": one.message,
        "of_channel": one.channel,
        "of_stream": one.stream,
        "of_seq": one.seq,
    }
    return tuple(values[name] for name in names)


def _fits(one: SqlDeliveries) -> Deliveries:
    """The type checker's proof that this is the port as it is declared."""
    return one
