"""How a synchronous function reaches a connection: inline, in aiosqlite's thread, or by run_sync on asyncpg.

All SQL of this room is such a function, so the simulator runs the very code that runs live (RULINGS 9).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import StaticPool

from db.problem import problem, problem_of

T = TypeVar("T")
Work = Callable[[Connection], T]

DRIVER_ERRORS = (DBAPIError, sqlite3.Error, OSError)


def _must_be(is_open: bool) -> None:
    if not is_open:
        raise problem("closed")


def _whole(conn: Connection, raw: sqlite3.Connection, work: Work[T]) -> T:
    """What was not committed has not happened: the next piece of work starts on a clean connection."""
    try:
        return work(conn)
    finally:
        if conn.get_transaction() is not None:
            conn.rollback()
        # SQLAlchemy sends no ROLLBACK after a COMMIT that failed, but SQLite still holds the transaction.
        if raw.in_transaction:
            raw.rollback()


class Lane(Protocol):
    """One way to one connection at a time; work is done in order, each piece whole."""

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        ...

    async def run(self, work: Work[T]) -> T:
        """What `work` returns. Raises DatabaseProblem for what the driver says."""
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


def sync_engine(raw: sqlite3.Connection, begin: str) -> Engine:
    """A SQLAlchemy engine over this one SQLite connection; transactions start with `begin`."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return engine


class InlineLane:
    """Runs work at once, in the caller's thread: for simulation, replay and short commands."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._is_open = True
        self._conn = sync_engine(raw, "BEGIN IMMEDIATE").connect()

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        return self._conn.dialect

    async def run(self, work: Work[T]) -> T:
        """What `work` returns; never really waits."""
        return self.run_now(work)

    def run_now(self, work: Work[T]) -> T:
        """The same without a coroutine."""
        _must_be(self._is_open)
        try:
            return _whole(self._conn, self._raw, work)
        except DRIVER_ERRORS as error:
            raise problem_of(error) from error

    def run_raw_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The same for what must stand outside a transaction."""
        try:
            return work(self._raw)
        except DRIVER_ERRORS as error:
            raise problem_of(error) from error

    async def close(self) -> None:
        """Close the connection; a memory database is gone with it."""
        self.close_now()

    def close_now(self) -> None:
        """The same without a coroutine."""
        if self._is_open:
            self._is_open = False
            self._conn.close()
            self._raw.close()


async def _in_thread(driver: aiosqlite.Connection, work: Callable[[], T]) -> T:
    # aiosqlite's own cursors reach its thread this way; there is no public spelling.
    result: T = await driver._execute(work)  # type: ignore[no-untyped-call]  # aiosqlite leaves it bare
    return result


class ThreadLane:
    """Runs work in the thread that aiosqlite keeps for its connection: one hop for a whole transaction.

    A statement at a time through `run_sync` costs three hops each, ten times the price of the commit.
    """

    def __init__(
        self, engine: AsyncEngine, holder: AsyncConnection, driver: aiosqlite.Connection, conn: Connection
    ) -> None:
        self._engine = engine
        self._holder = holder
        self._driver = driver
        self._conn = conn
        self._is_open = True

    @classmethod
    async def open(cls, engine: AsyncEngine, begin: str) -> ThreadLane:
        """Check the engine's one connection out for as long as the lane lives."""
        holder = await engine.connect()
        driver = (await holder.get_raw_connection()).driver_connection
        assert isinstance(driver, aiosqlite.Connection)
        conn = await _in_thread(driver, lambda: sync_engine(driver._conn, begin).connect())
        return cls(engine, holder, driver, conn)

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        return self._conn.dialect

    async def run(self, work: Work[T]) -> T:
        """What `work` returns, done in the connection's thread."""
        _must_be(self._is_open)
        try:
            return await _in_thread(self._driver, lambda: _whole(self._conn, self._driver._conn, work))
        except DRIVER_ERRORS as error:
            raise problem_of(error) from error

    async def run_raw(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The same for what must stand outside a transaction: settings, checkpoints, online copies."""
        try:
            return await _in_thread(self._driver, lambda: work(self._driver._conn))
        except DRIVER_ERRORS as error:
            raise problem_of(error) from error

    async def close(self) -> None:
        """Close the connection and end its thread."""
        if not self._is_open:
            return
        self._is_open = False
        await _in_thread(self._driver, self._conn.close)
        await self._holder.close()
        await self._engine.dispose()


class PostgresLane:
    """Runs work on a pooled asyncpg connection through run_sync; a writing lane takes one piece at a time."""

    def __init__(self, engine: AsyncEngine, width: int) -> None:
        self._engine = engine
        self._is_open = True
        self._gate = asyncio.Semaphore(width)

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        return self._engine.dialect

    async def run(self, work: Work[T]) -> T:
        """What `work` returns."""
        _must_be(self._is_open)
        try:
            async with self._gate, self._engine.connect() as conn:
                return await conn.run_sync(work)
        except DRIVER_ERRORS as error:
            raise problem_of(error) from error

    async def close(self) -> None:
        """Close the pool."""
        self._is_open = False
        await self._engine.dispose()
