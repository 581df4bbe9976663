"""Profiles, what they made of their candles, and how far each series is, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import json
from sqlalchemy import Connection, delete, func, select, tuple_

from db import tables as t
from db.codec import instant, micros
from db.lane import Lane, Work
from db.statement import Writing
from trading.profiles.profile import SCORECARDS_KEPT, Kept, SeriesMark, TradingProfile

T = TypeVar("T")

_PROFILE = json.Decoder(TradingProfile)
_KEPT = json.Decoder(Kept)
_encode = json.Encoder(decimal_format="string").encode


class SqlProfiles:
    """`trading.profiles.profile.ProfileStore` in SQL."""

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._writer = writer
        self._reader = reader
        dialect = writer.dialect
        self._put = Writing(t.PROFILE, dialect, update=("person", "account", "body"))
        self._keep = Writing(t.SCORECARD, dialect, update=("command_id", "body"))
        self._mark = Writing(t.SERIES, dialect, update=("anchored_at", "judged_at"))

    async def profiles(self) -> Sequence[TradingProfile]:
        """All of them, the oldest first."""
        statement = select(t.PROFILE.c.body).order_by(t.PROFILE.c.profile_id)
        rows = await self._reader.run(_whole(lambda conn: list(conn.execute(statement).scalars())))
        return sorted((_PROFILE.decode(body) for body in rows), key=lambda one: _number(one.profile_id))

    async def put_profile(self, profile: TradingProfile) -> None:
        """It is like this from now on."""
        row = (profile.profile_id, profile.person, profile.account, _encode(profile).decode())
        await self._writer.run(_whole(lambda conn: self._put.run(conn, [row])))

    async def drop_profile(self, profile_id: str) -> None:
        """It is no more, nor are its scorecards."""

        def gone(conn: Connection) -> None:
            conn.execute(delete(t.PROFILE).where(t.PROFILE.c.profile_id == profile_id))
            conn.execute(delete(t.SCORECARD).where(t.SCORECARD.c.profile_id == profile_id))

        await self._writer.run(_whole(gone))

    async def keep(self, kept: Sequence[Kept], marks: Sequence[SeriesMark]) -> None:
        """Write down what became of candles and how far each series is: all or nothing."""
        cards = [
            (one.profile_id, one.symbol, micros(one.closed_at), one.command_id, _encode(one).decode())
            for one in kept
        ]
        series = [(one.symbol, one.frame_s, micros(one.anchored_at), micros(one.judged_at)) for one in marks]

        def written(conn: Connection) -> None:
            self._keep.run(conn, cards)
            self._mark.run(conn, series)

        if cards or series:
            await self._writer.run(_whole(written))

    async def kept(
        self, profile_id: str, symbol: str = "", *, command_id: str = "", limit: int = 20
    ) -> Sequence[Kept]:
        """What a profile made of its candles, newest first."""
        column = t.SCORECARD.c
        statement = select(column.body).where(column.profile_id == profile_id)
        if symbol:
            statement = statement.where(column.symbol == symbol)
        if command_id:
            statement = statement.where(column.command_id == command_id)
        statement = statement.order_by(column.closed_at.desc(), column.symbol).limit(limit)
        rows = await self._reader.run(_whole(lambda conn: list(conn.execute(statement).scalars())))
        return [_KEPT.decode(body) for body in rows]

    async def marks(self) -> Sequence[SeriesMark]:
        """How far each series is."""
        statement = select(t.SERIES).order_by(t.SERIES.c.symbol, t.SERIES.c.frame_s)
        rows = await self._reader.run(_whole(lambda conn: conn.execute(statement).all()))
        return [SeriesMark(r.symbol, r.frame_s, instant(r.anchored_at), instant(r.judged_at)) for r in rows]

    async def prune(self, most: int = SCORECARDS_KEPT) -> None:
        """Forget all but the newest of each profile and symbol."""
        column = t.SCORECARD.c
        number = func.row_number().over(
            partition_by=(column.profile_id, column.symbol), order_by=column.closed_at.desc()
        )
        counted = select(
            column.profile_id, column.symbol, column.closed_at, number.label("number")
        ).subquery()
        old = select(counted.c.profile_id, counted.c.symbol, counted.c.closed_at).where(
            counted.c.number > most
        )
        gone = delete(t.SCORECARD).where(tuple_(column.profile_id, column.symbol, column.closed_at).in_(old))
        await self._writer.run(_whole(lambda conn: conn.execute(gone)))


def _number(profile_id: str) -> tuple[int, str]:
    """Profiles of an account are counted: the tenth comes after the ninth."""
    number = profile_id.rpartition("-")[2]
    return int(number) if number.isdigit() else 0, profile_id


def _whole(work: Work[T]) -> Work[T]:
    def within(conn: Connection) -> T:
        with conn.begin():
            return work(conn)

    return within
