"""One append, whole: keys, events, chain, derived rows. Synchronous; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError

from db import tables as t
from db.codec import VERSIONS, chained, encode, micros
from db.derive import OrderState, Staged, State, Tally, fold
from db.statement import Finding, Statement, Writing, decimal_of
from trading.domain import events as ev
from trading.domain.ids import CommandId
from trading.domain.order import Order
from trading.domain.request import Request
from trading.ports import Append, KeyUse, StaleWriter

SHARD = "desk"
KNOWN_MAX = 100_000
"""How many order and position rows are remembered between appends; beyond it the memory starts anew."""

_JSON = msgspec.json.Encoder()
_ORDER_STATE = msgspec.json.Decoder(OrderState)
_TALLY = msgspec.json.Decoder(Tally)


class KeysClash(Exception):
    """At least one of these command ids was used before; the transaction is of no use any more."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(ids)
        self.ids = ids


class Writer:
    """Writes appends with statements compiled once, and remembers the rows that later events move."""

    def __init__(self, dialect: Dialect) -> None:
        lock = "" if dialect.name == "sqlite" else "FOR UPDATE"
        self._epoch = Finding(t.LEASE, ("epoch",), "shard", dialect, lock.replace("UPDATE", "SHARE"))
        self._heads = Finding(t.STREAM, ("stream", "seq", "hash"), "stream", dialect, lock)
        self._keys = Finding(t.COMMAND_KEY, ("command_id", "fingerprint", "result"), "command_id", dialect)
        self._put_key = Writing(t.COMMAND_KEY, dialect)
        self._put_event = Writing(t.EVENT, dialect)
        self._new_stream = Writing(t.STREAM, dialect)
        self._put_stream = Writing(t.STREAM, dialect, update=("seq", "hash"))
        self.rows = RowWriter(dialect)

    def write(self, conn: Connection, appends: Sequence[Append], epoch: int) -> Staged:
        """Write everything; the caller commits and then calls `keep` with what this returns.

        Raises StaleWriter, KeysClash, or the driver's error; the caller rolls back.
        """
        self._check_epoch(conn, epoch)
        heads = self._check_heads(conn, appends)
        self._use_keys(conn, appends)
        staged = self.rows.staged(conn, (e.event for append in appends for e in append.entries))
        rows, ends, fresh = self._chain(appends, heads, staged)
        try:
            self._new_stream.run(conn, [(stream, *ends[stream]) for stream in fresh])
            self._put_event.run(conn, rows)
        except IntegrityError as error:
            raise StaleWriter("Another writer has written to this journal: it is read again.") from error
        self._put_stream.run(conn, [(s, *end) for s, end in ends.items() if s not in fresh])
        self.rows.write(conn, staged)
        return staged

    def keep(self, staged: Staged) -> None:
        """Remember the rows of an append whose commit succeeded."""
        self.rows.keep(staged)

    def forget(self) -> None:
        """Remember nothing: the next append reads rows again."""
        self.rows.known = State()

    def used(self, conn: Connection, command_ids: Sequence[str]) -> list[KeyUse]:
        """The stored uses of these command ids."""
        return [
            KeyUse(CommandId(row[0]), row[1], bytes(row[2])) for row in self._keys.rows(conn, command_ids)
        ]

    def _check_epoch(self, conn: Connection, epoch: int) -> None:
        now = max((row[0] for row in self._epoch.rows(conn, (SHARD,))), default=0)
        if now != epoch:
            raise StaleWriter(f"Writer number {now} has taken over from number {epoch}: this one must stop.")

    def _check_heads(self, conn: Connection, appends: Sequence[Append]) -> dict[str, tuple[int, str]]:
        names = sorted({append.stream for append in appends})
        heads = {row[0]: (row[1], row[2]) for row in self._heads.rows(conn, names)}
        expected = {name: heads.get(name, (0, ""))[0] for name in names}
        for append in appends:
            if append.expected_seq != expected[append.stream]:
                raise StaleWriter(
                    f"{append.stream} stands at {expected[append.stream]}, not at {append.expected_seq}: "
                    "it is read again."
                )
            expected[append.stream] += len(append.entries)
        return heads

    def _use_keys(self, conn: Connection, appends: Sequence[Append]) -> None:
        rows = [
            (
                key.command_id,
                key.fingerprint,
                key.result,
                append.stream,
                append.expected_seq + len(append.entries),
            )
            for append in appends
            for key in append.keys
        ]
        if not rows:
            return
        ids = [row[0] for row in rows]
        assert len(set(ids)) == len(ids), "a command id stands twice in one append"
        try:
            self._put_key.run(conn, rows)
        except IntegrityError as error:
            raise KeysClash(ids) from error

    def _chain(
        self, appends: Sequence[Append], heads: dict[str, tuple[int, str]], staged: Staged
    ) -> tuple[list[tuple[Any, ...]], dict[str, tuple[int, str]], list[str]]:
        rows: list[tuple[Any, ...]] = []
        ends: dict[str, tuple[int, str]] = {}
        for append in appends:
            stream = append.stream
            seq, link = ends.get(stream) or heads.get(stream, (0, ""))
            for entry in append.entries:
                seq += 1
                event = entry.event
                name = type(event).__name__
                version = VERSIONS[name]
                at = micros(event.at)
                body = encode(event)
                link = chained(
                    link, stream, seq, name, version, at, entry.correlation_id, entry.causation_id, body
                )
                rows.append(
                    (stream, seq, name, version, at, entry.correlation_id, entry.causation_id, body, link)
                )
                fold(staged, stream, seq, event)
            if append.entries:
                ends[stream] = (seq, link)
        return rows, ends, [stream for stream in ends if stream not in heads]


class RowWriter:
    """Writes the derived tables; the same for a live append and for a rebuild."""

    def __init__(self, dialect: Dialect) -> None:
        self.known = State()
        self._find_orders = Finding(t.ORDER_ROW, ("order_id", "body"), "order_id", dialect)
        self._find_tallies = Finding(t.POSITION_ROW, ("position_id", "body"), "position_id", dialect)
        self._find_totals = Finding(t.TOTAL, ("account", "book", "currency", "value"), "account", dialect)
        self._find_listed = Finding(t.LISTED, ("account", "symbol", "multiplier"), "account", dialect)
        self._orders = Writing(t.ORDER_ROW, dialect, update=("status", "body"))
        self._requests = Writing(t.REQUEST_ROW, dialect, update=("status", "body"))
        self._tallies = Writing(
            t.POSITION_ROW, dialect, update=("is_open", "closed_seq", "closed_at", "body")
        )
        self._plain: tuple[tuple[str, Statement], ...] = (
            ("fills", Writing(t.FILL, dialect)),
            ("bookings", Writing(t.BOOKING, dialect)),
            ("mentions", Writing(t.MENTION, dialect)),
        )
        self._totals = Writing(t.TOTAL, dialect, update=("value",))
        self._listed = Writing(t.LISTED, dialect, update=("multiplier",))

    def staged(self, conn: Connection, events: Iterable[ev.Event]) -> Staged:
        """An empty stage on top of everything that these events may move."""
        known = self.known
        orders: set[str] = set()
        tallies: set[str] = set()
        accounts: set[str] = set()
        fresh: set[str] = set()
        for event in events:
            accounts.add(event.account)
            if type(event) is ev.OrderIntended:
                fresh.add(event.order.order_id)
                continue
            order_id = getattr(event, "order_id", None)
            if order_id is not None and order_id not in known.orders:
                orders.add(order_id)
            if type(event) in _TALLIED:
                position_id = event.position_id  # type: ignore[union-attr]  # all kinds of _TALLIED have it
                if position_id not in known.tallies:
                    tallies.add(position_id)
        for _, body in self._find_orders.rows(conn, sorted(orders - fresh)):
            state = _ORDER_STATE.decode(body)
            known.orders[state.order.order_id] = state
        for _, body in self._find_tallies.rows(conn, sorted(tallies)):
            tally = _TALLY.decode(body)
            known.tallies[tally.position_id] = tally
        self._load_accounts(conn, sorted(accounts - known.accounts))
        return Staged(known)

    def _load_accounts(self, conn: Connection, accounts: Sequence[str]) -> None:
        known = self.known
        for account, book, currency, value in self._find_totals.rows(conn, accounts):
            known.totals[(account, book, currency)] = decimal_of(value)
        for account, symbol, multiplier in self._find_listed.rows(conn, accounts):
            known.multipliers[(account, symbol)] = decimal_of(multiplier)
        known.accounts.update(accounts)

    def write(self, conn: Connection, staged: Staged) -> None:
        """Write what changed: each row once, in its last state."""
        self._orders.run(conn, [_order_row(state) for state in staged.orders.values()])
        self._requests.run(conn, [_request_row(*key, *one) for key, one in staged.requests.items()])
        self._tallies.run(conn, [_tally_row(tally) for tally in staged.tallies.values()])
        for name, statement in self._plain:
            statement.run(conn, getattr(staged, name))
        self._totals.run(conn, [(*key, value) for key, value in staged.totals.items()])
        self._listed.run(conn, [(*key, value) for key, value in staged.multipliers.items()])

    def keep(self, staged: Staged) -> None:
        """Remember what was written; rows that later events will hardly move are dropped."""
        known = self.known
        if len(known.orders) + len(known.tallies) > KNOWN_MAX:
            self.known = State()
            return
        for order_id, state in staged.orders.items():
            if state.order.is_open:
                known.orders[order_id] = state
            else:
                known.orders.pop(order_id, None)
        for position_id, tally in staged.tallies.items():
            if tally.closed_at is None:
                known.tallies[position_id] = tally
            else:
                known.tallies.pop(position_id, None)
        known.totals.update(staged.totals)
        known.multipliers.update(staged.multipliers)


_TALLIED = frozenset({ev.OrderFilled, ev.BracketSet, ev.PositionClosed})


def _order_row(state: OrderState) -> tuple[Any, ...]:
    order: Order = state.order
    return (
        order.account,
        order.order_id,
        state.seq,
        micros(state.at),
        order.symbol,
        order.status.value,
        _JSON.encode(state).decode(),
    )


def _request_row(order_id: str, number: int, account: str, request: Request) -> tuple[Any, ...]:
    body = _JSON.encode(request).decode()
    return (account, order_id, number, request.kind.value, request.status.value, body)


def _tally_row(tally: Tally) -> tuple[Any, ...]:
    return (
        tally.account,
        tally.position_id,
        tally.symbol,
        tally.closed_at is None,
        tally.closed_seq,
        micros(tally.closed_at) if tally.closed_at else 0,
        _JSON.encode(tally).decode(),
    )
