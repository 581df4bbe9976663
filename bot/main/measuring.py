"""Gathers the desk's figures: from the engine, the market, the parts, the process and the disk.

Cheap enough for once a second; what the operating system does not tell here is left out.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from bot.conversation.health import (
    FeedLook,
    Health,
    PartLook,
    StalePrice,
    Timing,
    VenueAge,
)
from bot.conversation.incoming import Incoming
from bot.conversation.screen import Screen
from bot.conversation.venues import SiteLook
from bot.main.logbook import Logbook
from bot.main.meters import Meters
from bot.main.supervising import PartState
from bot.main.unguarded import unprotected, unwatched
from trading.domain import events as ev
from trading.domain.book import Book
from trading.domain.commands import HaltState
from trading.engine.rounds import VenueLook
from trading.engine.triggers import Triggers
from trading.ports import Clock, MarketData, StoredEvent
from trading.telemetry import Telemetry, correlated

LAG_EVERY_S = 0.25
LAG_KEPT_S = 10.0
STUCK_S = 5.0
DELIVERIES_S = 300.0
RESTARTS_S = 600.0
MEMORY_MAX_BYTES = 1_000_000_000
STALE_TIMES = 3
"""A price older than three times its own bound is no hiccup."""
STALE_MIN_S = 60.0


STEPS = ("sent", "taken", "filled")
TIMINGS: tuple[tuple[str, str, dict[str, str]], ...] = (
    *((f"order_{step}", "order_step", {"step": step}) for step in STEPS),
    ("commit", "commit", {}),
    ("answer", "answer", {}),
    ("loop_lag", "loop_lag", {}),
)
"""Name in Health, name and labels of the meter."""


class Feeds(Protocol):
    """What is needed of the market."""

    def status(self) -> Sequence[FeedState]:
        """How each feed is."""
        ...


class FeedState(Protocol):
    """How a feed is, as the market tells it."""

    @property
    def name(self) -> str: ...
    @property
    def alive(self) -> bool: ...
    @property
    def age_s(self) -> float | None: ...
    @property
    def ended(self) -> bool: ...
    @property
    def lost_since(self) -> datetime | None: ...
    @property
    def said(self) -> str: ...


class Engine(Protocol):
    """What is needed of the engine."""

    @property
    def book(self) -> Book: ...
    @property
    def unwritten(self) -> str: ...

    @property
    def triggers(self) -> Triggers: ...

    @property
    def commit_s(self) -> float: ...

    @property
    def is_idle(self) -> bool: ...
    @property
    def waiting(self) -> int:
        """Commands and reports that wait to be decided."""
        ...


class LoopLag:
    """Measures how late the loop wakes somebody up; a thread writes everybody's stack down when it is stuck.

    Args:
        stacks: an open file for stacks (names of files and functions only); None for no stacks.
    """

    def __init__(self, clock: Clock, telemetry: Telemetry, stacks: IO[str] | None = None) -> None:
        self._clock = clock
        self._telemetry = telemetry
        self._stacks = stacks
        self._lags: deque[tuple[float, float]] = deque()

    @property
    def worst_s(self) -> float:
        """The worst of the last ten seconds."""
        since = self._clock.elapsed_s() - LAG_KEPT_S
        while self._lags and self._lags[0][0] < since:
            self._lags.popleft()
        return max((lag for _, lag in self._lags), default=0.0)

    async def run(self) -> None:
        """For ever."""
        try:
            while True:
                if self._stacks is not None:
                    faulthandler.dump_traceback_later(STUCK_S + LAG_EVERY_S, file=self._stacks)
                began_s = self._clock.elapsed_s()
                await self._clock.sleep_s(LAG_EVERY_S)
                now_s = self._clock.elapsed_s()
                lag_s = max(0.0, now_s - began_s - LAG_EVERY_S)
                self._lags.append((now_s, lag_s))
                self._telemetry.took("loop_lag", lag_s)
                if lag_s > STUCK_S:
                    self._telemetry.log("error", "loop_stuck", lag_s=round(lag_s, 2))
        finally:
            if self._stacks is not None:
                faulthandler.cancel_dump_traceback_later()


def answering(
    answer: Callable[[Incoming], Awaitable[list[Screen]]], telemetry: Telemetry, clock: Clock
) -> Callable[[Incoming], Awaitable[list[Screen]]]:
    """`dialogue.answer`, timed, with everything that is logged meanwhile under the intent's id."""

    async def measured(incoming: Incoming) -> list[Screen]:
        began_s = clock.elapsed_s()
        with correlated(incoming.command_id):
            try:
                return await answer(incoming)
            except Exception as error:
                telemetry.log("error", "answer_failed", why=f"{type(error).__name__}: {error}")
                raise
            finally:
                telemetry.took("answer", clock.elapsed_s() - began_s)

    return measured


class Commits:
    """Listens to what is committed (`engine.committed(commits)`): counts events, logs them under their
    intent, and measures how long orders take from the press to each step."""

    def __init__(self, telemetry: Telemetry, book: Callable[[], Book]) -> None:
        self._telemetry = telemetry
        self._book = book

    def __call__(self, batch: Sequence[StoredEvent]) -> None:
        """A batch is durable. Must not raise: the writer calls it."""
        for stored in batch:
            event = stored.event
            name = type(event).__name__
            self._telemetry.count("events", kind=name)
            level = "warning" if isinstance(event, _WARNED) else "info"
            if name not in _SILENT:
                about = getattr(event, "order_id", "") or getattr(event, "position_id", "")
                self._telemetry.log(
                    level,
                    "event",
                    kind=name,
                    id=stored.correlation_id,
                    stream=stored.stream,
                    seq=stored.seq,
                    about=about,
                )
            if isinstance(event, ev.OrderAccepted | ev.OrderFilled):
                self._measure(event)

    def _measure(self, event: ev.OrderAccepted | ev.OrderFilled) -> None:
        order = self._book().order(event.order_id)
        if order is None:
            return
        began = order.asked_at or order.intended_at
        if began is None:
            return
        if isinstance(event, ev.OrderAccepted):
            self._took("taken", began, event.at)
            if event.sent_at is not None:
                self._took("sent", began, event.sent_at)
        elif len(order.fill_ids) == 1 and order.type.value == "market":
            # How long a limit order waits for its price says nothing about the desk.
            self._took("filled", began, event.at)

    def _took(self, step: str, began: datetime, at: datetime) -> None:
        self._telemetry.took("order_step", max(0.0, (at - began).total_seconds()), step=step)


_WARNED = (
    ev.OrderRejected,
    ev.OrderInDoubt,
    ev.OrderNotPlaced,
    ev.DoubtEscalated,
    ev.CancelFailed,
    ev.ReplaceFailed,
    ev.PositionUncovered,
    ev.StopMissing,
    ev.CommandDenied,
    ev.HaltChanged,
)
_SILENT = frozenset({"TrailMoved", "RequestSent", "InstrumentListed", "DayStarted"})


def resident_bytes() -> int:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


@dataclass(frozen=True)
class Looked:
    """All that is looked at; what stands at its default is left out of the figures.

    `venues`: how each venue is looked at. `parts`: `Supervisor.states`. `is_writer_alive`: whether the
    engine's task runs. `folder`: the data folder, whose disk is watched. `memory_max_bytes`: more than
    that pages the operator. `deaths`: how many this start has found.
    """

    engine: Engine
    market: MarketData
    feeds: Feeds
    venues: Callable[[], Sequence[VenueLook]] = tuple
    sites: Callable[[], Sequence[SiteLook]] = tuple
    parts: Callable[[], Sequence[PartState]] = tuple
    is_writer_alive: Callable[[], bool] = lambda: True
    logbook: Logbook | None = None
    folder: Path | None = None
    memory_max_bytes: int = MEMORY_MAX_BYTES
    deaths: int = 0
    version: str = ""
    memory: Callable[[], int] = resident_bytes


class Measuring:
    """Puts a `Health` together: `health()` is what the watch, `/health` and `/healthz` read."""

    def __init__(self, clock: Clock, meters: Meters, lag: LoopLag, looked: Looked) -> None:
        self._clock = clock
        self._meters = meters
        self._lag = lag
        self._at = looked
        self._began_s = clock.elapsed_s()
        self._delivered = _Window(clock, DELIVERIES_S)
        self._undelivered = _Window(clock, DELIVERIES_S)
        self._restarts = _Window(clock, RESTARTS_S)

    def health(self) -> Health:
        """The desk now."""
        meters, at = self._meters, self._at
        engine, book = at.engine, at.engine.book
        found = Health(
            at=self._clock.now(),
            version=at.version,
            uptime_s=self._clock.elapsed_s() - self._began_s,
            is_writer_alive=at.is_writer_alive(),
            unwritten=engine.unwritten,
            commit_s=engine.commit_s,
            loop_lag_s=self._lag.worst_s,
            inbox=engine.waiting,
            is_in_flight=not engine.is_idle,
            delivered=self._delivered.grown_by(meters.counted("courier_sent")),
            undelivered=self._undelivered.grown_by(meters.counted("courier_failed")),
            deliveries_waiting=int(meters.leveled("courier_waiting")),
            feeds=tuple(_look(one) for one in at.feeds.status()),
            stale=tuple(self._stale(book)),
            unwatched=tuple(unwatched(engine.triggers, at.market, self._clock, self._began_s)),
            unprotected=tuple(unprotected(book, self._clock.now())),
            venues=tuple(VenueAge(one.account, one.age_s, one.longest_s, one.is_open) for one in at.venues()),
            sites=tuple(at.sites()),
            parts=tuple(
                PartLook(one.name, one.kind.value, one.state.value, one.restarts, one.said)
                for one in at.parts()
            ),
            restarts=self._restarts.grown_by(meters.counted("restarts")),
            timings=tuple(self._timings()),
            memory_bytes=at.memory(),
            memory_max_bytes=at.memory_max_bytes,
            disk_free_bytes=_free(at.folder),
            log_problem=at.logbook.problem if at.logbook else "",
            log_lines_lost=at.logbook.lost if at.logbook else 0,
            deaths=at.deaths,
            halt="" if book.desk_state is HaltState.ACTIVE else book.desk_state.value,
            halt_reason=book.desk_halt_reason,
        )
        self._publish(found)
        return found

    def _timings(self) -> list[Timing]:
        found = []
        for name, meter, labels in TIMINGS:
            one = self._meters.quantiles(meter, labels)
            if one.n:
                found.append(Timing(name, one.n, one.p50, one.p95, one.p99))
        return found

    def _stale(self, book: Book) -> list[StalePrice]:
        """Old prices of what somebody holds or waits for, while its market is open."""
        now = self._clock.now()
        wanted = {p.symbol for account in book.accounts for p in book.live_positions(account)}
        wanted |= {order.symbol for account in book.accounts for order in book.open_orders(account)}
        found = []
        for symbol in sorted(wanted):
            quote = self._at.market.last(symbol)
            if quote is None or not self._at.market.is_open(symbol, now):
                continue
            age_s = (now - quote.at).total_seconds()
            if age_s > max(STALE_MIN_S, STALE_TIMES * self._at.market.stale_after_s(symbol)):
                found.append(StalePrice(symbol, age_s))
        return found

    def _publish(self, health: Health) -> None:
        """The same as gauges, for `/metrics`."""
        meters = self._meters
        levels = {
            "uptime": health.uptime_s,
            "inbox": health.inbox,
            "in_flight": health.is_in_flight,
            "store_writable": not health.unwritten,
            "memory_bytes": health.memory_bytes,
            "disk_free_bytes": health.disk_free_bytes or 0,
            "log_lines_lost": health.log_lines_lost,
        }
        for name, value in levels.items():
            meters.level(name, value)
        for one in health.venues:
            meters.level("venue_age", -1.0 if one.age_s is None else one.age_s, {"account": one.account})
        for bare in health.unprotected:
            labels = {"account": bare.account}
            meters.level("unprotected_today", bare.total_s, labels)
            meters.level("unprotected_worst", bare.worst_s, labels)
            meters.level("unprotected_now", len(bare.symbols), labels)
        meters.level("stops_unwatched", sum(1 for one in health.unwatched if one.age_s > one.bound_s))
        for feed in health.feeds:
            meters.level("feed_age", feed.age_s if feed.age_s is not None else -1.0, {"feed": feed.name})


class _Window:
    """By how much a counter has grown within the last so many seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._seen: deque[tuple[float, int]] = deque()

    def grown_by(self, count: int) -> int:
        """Note the counter's value now."""
        now_s = self._clock.elapsed_s()
        if not self._seen or count != self._seen[-1][1] or now_s - self._seen[-1][0] >= 1.0:
            self._seen.append((now_s, count))
        while len(self._seen) > 1 and self._seen[1][0] <= now_s - self._seconds:
            self._seen.popleft()
        return count - self._seen[0][1]


def _look(status: FeedState) -> FeedLook:
    return FeedLook(status.name, status.alive, status.age_s, status.ended, status.lost_since, status.said)


def _free(folder: Path | None) -> int | None:
    if folder is None:
        return None
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
