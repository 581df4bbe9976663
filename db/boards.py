"""Where the boards of all chats stand, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Connection, delete, select

from db import tables as t
from db.codec import instant, micros
from db.lane import Lane, Work
from db.statement import Writing
from trading.boards import Board
from trading.domain.ids import PersonId

T = TypeVar("T")


class SqlBoards:
    """`trading.boards.BoardStore` in SQL."""

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._writer = writer
        self._reader = reader
        self._put = Writing(t.BOARD, writer.dialect, update=("person", "message", "is_pinned", "at"))

    async def boards(self) -> Sequence[Board]:
        """All of them, the oldest first."""
        column = t.BOARD.c
        statement = select(t.BOARD).order_by(column.at, column.channel, column.kind)
        rows = await self._reader.run(_whole(lambda conn: conn.execute(statement).all()))
        return [
            Board(r.channel, r.kind, PersonId(r.person), instant(r.at), r.message, bool(r.is_pinned))
            for r in rows
        ]

    async def put_board(self, board: Board) -> None:
        """It stands like this from now on: one row for each chat and kind."""
        b = board
        row = (b.channel, b.kind, b.person, b.message, b.is_pinned, micros(b.at))
        await self._writer.run(_whole(lambda conn: self._put.run(conn, [row])))

    async def drop_board(self, channel: str, kind: str) -> None:
        """It stands no more."""
        gone = delete(t.BOARD).where(t.BOARD.c.channel == channel, t.BOARD.c.kind == kind)
        await self._writer.run(_whole(lambda conn: conn.execute(gone)))


def _whole(work: Work[T]) -> Work[T]:
    def within(conn: Connection) -> T:
        with conn.begin():
            return work(conn)

    return within
