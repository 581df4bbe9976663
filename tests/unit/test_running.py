"""One life of the desk: what its parts are made of, and what it does when one of them dies."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli_options import RunOptions
from bot.main.running import Running
from bot.settings_model import Settings


def running(home: Path) -> Running:
    return Running(Settings(home=home, fee_bps=Decimal(7), latency_ms=250), RunOptions())


async def test_live_paper_takes_no_more_than_the_touch_offers(tmp_path: Path) -> None:
    desk = running(tmp_path)
    desk.market = desk._market()
    broker = desk._paper_broker()
    rules = broker.venue.rules
    broker.venue.close()
    assert rules.touch_share == 1
    assert (rules.maker_bps, rules.taker_bps) == (Decimal(7), Decimal(7))
    assert rules.latency_s == 0.25


async def test_a_start_does_not_wait_for_a_writer_that_has_died(tmp_path: Path) -> None:
    async def die() -> None:
        raise ZeroDivisionError

    async def wait() -> None:
        await asyncio.Event().wait()

    core = [asyncio.create_task(die(), name="engine")]
    with pytest.raises(ZeroDivisionError):
        await running(tmp_path)._while_alive(core, wait())


async def test_a_start_goes_on_when_what_it_waits_for_is_done(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise KeyError("said by the start itself")

    async def live() -> None:
        await asyncio.Event().wait()

    core = [asyncio.create_task(live(), name="engine")]
    with pytest.raises(KeyError, match="the start itself"):
        await running(tmp_path)._while_alive(core, refuse())
    core[0].cancel()
