"""One life of the desk: what its parts are made of, and what it does when one of them dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli_options import RunOptions
from bot.main.paper_desk import PaperDesk
from bot.main.running import Running
from bot.main.supervising import Kind, Supervisor
from bot.settings_model import Settings
from trading.clock import SystemClock
from trading.entropy import SystemEntropy


def running(home: Path, engine: Callable[[], Awaitable[object]]) -> Running:
    """A life whose writer is the given work."""
    desk = Running(Settings(home=home), RunOptions())
    desk.supervisor = Supervisor(desk.clock, lambda code, level, facts: None)
    desk.supervisor.add("engine", Kind.CORE, engine)
    desk.supervisor.start()
    return desk


def test_live_paper_takes_no_more_than_the_touch_offers(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, fee_bps=Decimal(7), latency_ms=250)
    paper = PaperDesk(settings, RunOptions(), SystemClock(), SystemEntropy())
    rules = paper.broker.venue.rules
    paper.close()
    assert rules.touch_share == 1
    assert (rules.maker_bps, rules.taker_bps) == (Decimal(7), Decimal(7))
    assert rules.latency_s == 0.25


async def test_a_start_does_not_wait_for_a_writer_that_has_died(tmp_path: Path) -> None:
    async def die() -> None:
        raise ZeroDivisionError

    async def wait() -> None:
        await asyncio.Event().wait()

    with pytest.raises(ZeroDivisionError):
        await running(tmp_path, die)._while_alive(wait())


async def test_a_start_goes_on_when_what_it_waits_for_is_done(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise KeyError("said by the start itself")

    async def live() -> None:
        await asyncio.Event().wait()

    desk = running(tmp_path, live)
    with pytest.raises(KeyError, match="the start itself"):
        await desk._while_alive(refuse())
    await desk.supervisor.stop()
