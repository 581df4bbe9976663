"""The clockwork of a desk, put together: which jobs it has and what they stand on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.conversation.handling import Tools
from bot.handlers.recurring import order_reader
from db.nightly import nightly
from scheduler.aps_waker import ApsWaker
from scheduler.jobs import StaleLook, Standing, backup_job, expiry_job, prune_job, stale_job
from scheduler.runner import Jumped, nothing
from scheduler.timekeeper import Parts, Timekeeper
from scheduler.waker import Waker
from trading.engine.loop import Engine
from trading.telemetry import MUTE, Telemetry


def nightly_into(url: str, folder: Path) -> Callable[[datetime], Awaitable[str]]:
    """What `build_timekeeper` wants as `backup`: verified copies of this store in this folder."""
    return partial(nightly, url, folder)


def build_timekeeper(
    engine: Engine,
    tools: Tools,
    *,
    backup: Callable[[datetime], Awaitable[str]] | None = None,
    more: Sequence[Standing] = (),
    want: Callable[[str], None] | None = None,
    waker: Waker | None = None,
    jumped: Jumped = nothing,
    telemetry: Telemetry = MUTE,
) -> Timekeeper:
    """The clockwork on an engine that is loaded. `tools.registers` should be the watched ones, so that a new
    time for a digest counts at once; `want` has a feed listen to a symbol (`Market.want`). Without a waker
    APScheduler rings."""
    clock, now = tools.clock, tools.clock.now()
    look = StaleLook(engine.report, tools.book, tools.market, clock, *([want] if want else []))
    standing: list[Standing] = [
        prune_job(tools.registers, clock, now),
        expiry_job(tools.desk, tools.book, clock, now),
        stale_job(look, now),
        *more,
    ]
    if backup is not None:
        standing.append(backup_job(tools.desk, backup))
    parts = Parts(
        tools.desk,
        tools.book,
        tools.ledger,
        tools.registers,
        clock,
        waker or ApsWaker(),
        order_reader(tools),
    )
    keeper = Timekeeper(parts, standing, zone=tools.defaults.zone, jumped=jumped, telemetry=telemetry)
    engine.committed(keeper.committed)
    return keeper
