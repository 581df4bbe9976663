"""The read side for screens: derived tables, newest first. The `Ledger` port on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Select, select

from db import tables as t
from db.codec import decode, instant, micros
from db.derive import OrderState, Tally
from db.lane import Lane
from trading.domain.events import Booking
from trading.domain.ids import AccountId, CommandId, OrderId, StreamId
from trading.domain.money import ZERO
from trading.domain.request import Request
from trading.ports import StoredEvent
from trading.row import BookingRow, ClosedRow, FillRow, OrderRow

R = TypeVar("R")

_ORDER_STATE = msgspec.json.Decoder(OrderState)
_REQUEST = msgspec.json.Decoder(Request)
_TALLY = msgspec.json.Decoder(Tally)


class SqlLedger:
    """Reads the derived tables. An account that does not exist has no rows; nothing here raises for that."""

    def __init__(self, reader: Lane) -> None:
        self._reader = reader

    async def fills(
        self,
        accounts: Sequence[AccountId],
        *,
        symbol: str = "",
        since: datetime | None = None,
        limit: int = 50,
    ) -> Sequence[FillRow]:
        """Fills, newest first."""
        column = t.FILL.c

        def query(account: AccountId) -> Select[Any]:
            statement = (
                select(t.FILL).where(column.account == account).order_by(column.seq.desc()).limit(limit)
            )
            if symbol:
                statement = statement.where(column.symbol == symbol)
            return statement if since is None else statement.where(column.at >= micros(since))

        return await self._newest(accounts, query, _fill, limit)

    async def orders(
        self, accounts: Sequence[AccountId], *, symbol: str = "", limit: int = 50
    ) -> Sequence[OrderRow]:
        """Orders, open or done, newest first."""
        column = t.ORDER_ROW.c

        def query(account: AccountId) -> Select[Any]:
            statement = (
                select(column.at, column.body)
                .where(column.account == account)
                .order_by(column.seq.desc())
                .limit(limit)
            )
            return statement.where(column.symbol == symbol) if symbol else statement

        return await self._newest(accounts, query, _order, limit)

    async def requests(self, account: AccountId, order_id: OrderId) -> Sequence[Request]:
        """What was asked of the venue about an order of that account, in the order in which it was asked."""
        column = t.REQUEST_ROW.c
        statement = (
            select(column.body)
            .where(column.order_id == order_id, column.account == account)
            .order_by(column.number)
        )
        rows = await self._reader.run(lambda conn: _all(conn, [statement]))
        return [_REQUEST.decode(row.body) for row in rows]

    async def closed(
        self,
        accounts: Sequence[AccountId],
        *,
        symbol: str = "",
        since: datetime | None = None,
        before: int = 0,
        limit: int = 50,
    ) -> Sequence[ClosedRow]:
        """Positions that went flat, newest first; with `before`, only those closed before that event."""
        column = t.POSITION_ROW.c

        def query(account: AccountId) -> Select[Any]:
            statement = (
                select(column.closed_at.label("at"), column.body)
                .where(column.account == account, column.closed_seq > 0)
                .order_by(column.closed_seq.desc())
                .limit(limit)
            )
            if symbol:
                statement = statement.where(column.symbol == symbol)
            if before:
                statement = statement.where(column.closed_seq < before)
            return statement if since is None else statement.where(column.closed_at >= micros(since))

        return await self._newest(accounts, query, _closed, limit)

    async def bookings(
        self, accounts: Sequence[AccountId], *, book: str = "", limit: int = 100
    ) -> Sequence[BookingRow]:
        """Booking lines, newest first; the lines of one event in their order."""
        column = t.BOOKING.c

        def query(account: AccountId) -> Select[Any]:
            statement = (
                select(t.BOOKING)
                .where(column.account == account)
                .order_by(column.seq.desc(), column.line)
                .limit(limit)
            )
            return statement.where(column.book == book) if book else statement

        return await self._newest(accounts, query, _booking, limit)

    async def totals(self, accounts: Sequence[AccountId]) -> Mapping[tuple[str, str], Decimal]:
        """Σ of the bookings by (book, currency), exact."""
        column = t.TOTAL.c
        statement = select(column.book, column.currency, column.value).where(
            column.account.in_(set(accounts))
        )
        sums: dict[tuple[str, str], Decimal] = {}
        for book, currency, value in await self._reader.run(lambda conn: _all(conn, [statement])):
            sums[(book, currency)] = sums.get((book, currency), ZERO) + value
        return sums

    async def story(
        self,
        accounts: Sequence[AccountId],
        *,
        order_id: OrderId | None = None,
        position_id: str = "",
        symbol: str = "",
        limit: int = 200,
    ) -> Sequence[StoredEvent]:
        """The newest `limit` events that concern the order, position or symbol, oldest first."""

        def find(conn: Connection) -> list[StoredEvent]:
            with conn.begin():
                found: list[tuple[int, StoredEvent]] = []
                for account in dict.fromkeys(accounts):
                    subject = order_id or position_id or (f"{account}/{symbol}" if symbol else "")
                    found += _story(conn, StreamId(account), subject, bool(symbol and not position_id), limit)
            found.sort(key=lambda pair: (pair[0], pair[1].stream, pair[1].seq))
            return [stored for _, stored in found[-limit:]]

        return await self._reader.run(find)

    async def newest(
        self, streams: Sequence[StreamId], *, limit: int, skip: int = 0
    ) -> Sequence[StoredEvent]:
        """Whatever happened in these streams, newest first."""
        column = t.EVENT.c
        statements = [
            select(t.EVENT).where(column.stream == stream).order_by(column.seq.desc()).limit(limit + skip)
            for stream in dict.fromkeys(streams)
        ]
        rows = await self._reader.run(lambda conn: _all(conn, statements))
        rows.sort(key=lambda row: (row.at, row.seq), reverse=True)
        return [_stored(row) for row in rows[skip : skip + limit]]

    async def _newest(
        self,
        accounts: Sequence[AccountId],
        query: Callable[[AccountId], Select[Any]],
        made: Callable[[Any], R],
        limit: int,
    ) -> list[R]:
        statements = [query(account) for account in dict.fromkeys(accounts)]
        rows = await self._reader.run(lambda conn: _all(conn, statements))
        if len(statements) > 1:
            rows = sorted(rows, key=lambda row: row.at, reverse=True)
        return [made(row) for row in rows[:limit]]


def _all(conn: Connection, statements: Iterable[Select[Any]]) -> list[Any]:
    with conn.begin():
        return [row for statement in statements for row in conn.execute(statement)]


def _story(
    conn: Connection, stream: StreamId, subject: str, is_symbol: bool, limit: int
) -> list[tuple[int, StoredEvent]]:
    """Ids grow from their cause: whatever concerns a position begins with its id and a slash."""
    mention = t.MENTION.c
    statement = select(mention.subject, mention.seq).where(mention.stream == stream)
    if subject:
        below = (mention.subject >= f"{subject}/") & (mention.subject < f"{subject}0")
        statement = statement.where((mention.subject == subject) | below)
    rows = conn.execute(statement.order_by(mention.seq.desc()).limit(limit * (4 if is_symbol else 1))).all()
    seqs = [seq for about, seq in rows if not is_symbol or _is_of_symbol(about, subject)][:limit]
    event = t.EVENT.c
    events = conn.execute(select(t.EVENT).where(event.stream == stream, event.seq.in_(seqs)))
    return [(row.at, _stored(row)) for row in events]


def _stored(row: Any) -> StoredEvent:
    event = decode(row.name, row.version, row.body)
    return StoredEvent(StreamId(row.stream), row.seq, event, row.correlation_id, row.causation_id, row.hash)


def _is_of_symbol(about: str, subject: str) -> bool:
    """BTC is not BTC/USD: what follows the symbol is nothing, or the number of a position."""
    rest = about.removeprefix(subject).removeprefix("/")
    return not rest or rest.partition("/")[0].isdigit()


def _fill(row: Any) -> FillRow:
    return FillRow(
        instant(row.at),
        row.account,
        row.symbol,
        row.side,
        row.quantity,
        row.price,
        row.fee,
        row.currency,
        row.realised,
        row.client_order_id,
        row.order_id,
        row.position_id,
        row.role,
        row.tag,
    )


def _order(row: Any) -> OrderRow:
    return OrderRow(_ORDER_STATE.decode(row.body).order, instant(row.at))


def _closed(row: Any) -> ClosedRow:
    tally = _TALLY.decode(row.body)
    assert tally.closed_at is not None, f"{tally.position_id} stands among the closed"
    return ClosedRow(
        tally.position_id,
        AccountId(tally.account),
        tally.symbol,
        tally.is_long,
        tally.entry_quantity,
        tally.entry_value / tally.entry_quantity if tally.entry_quantity else ZERO,
        tally.exit_value / tally.exit_quantity if tally.exit_quantity else ZERO,
        tally.realised,
        tally.fees,
        tally.currency,
        tally.reason,
        tally.tag,
        tally.opened_at,
        tally.closed_at,
        tally.closed_seq,
        CommandId(tally.command_id),
        tally.risk_per_unit * tally.entry_quantity * tally.multiplier if tally.risk_per_unit else None,
        tally.multiplier,
    )


def _booking(row: Any) -> BookingRow:
    return BookingRow(
        instant(row.at), StreamId(row.account), row.seq, row.event, Booking(row.book, row.value, row.currency)
    )
