"""How long a desk was away counts from when it was last alive, not from when it last wrote something down."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.main.heartbeat import EVERY_S, FILE, Heartbeat
from trading.engine.reconcile import Before
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2018, 4, 4, tzinfo=UTC)


def found(at: datetime, last_at: datetime | None) -> Before:
    news: Any = None
    return Before(at, last_at, (), (), news)


def lived(folder: Path, seconds: float) -> None:
    """A life of so many seconds, which then ends without a word."""

    async def main(loop: VirtualLoop) -> None:
        beating = asyncio.create_task(Heartbeat(folder, VirtualClock(loop, START)).run())
        await asyncio.sleep(seconds)
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)

    run(main)


def start_after(folder: Path, seconds: float, last_at: datetime | None = START) -> timedelta | None:
    """How long the desk says that it was away."""

    async def main(loop: VirtualLoop) -> timedelta | None:
        clock = VirtualClock(loop, START + timedelta(seconds=seconds))
        before = Heartbeat(folder, clock).corrected(found(clock.now(), last_at))
        return None if before.last_at is None else before.at - before.last_at

    return run(main)


def test_a_quiet_desk_that_was_killed_was_away_since_then(tmp_path: Path) -> None:
    lived(tmp_path, 60)
    away = start_after(tmp_path, 72)
    assert away is not None and timedelta(seconds=12 - EVERY_S) < away <= timedelta(seconds=12 + EVERY_S)


def test_what_was_written_down_later_counts(tmp_path: Path) -> None:
    lived(tmp_path, 10)
    assert start_after(tmp_path, 30, START + timedelta(seconds=28)) == timedelta(seconds=2)


def test_a_desk_that_has_never_been_is_away_for_no_time_at_all(tmp_path: Path) -> None:
    assert start_after(tmp_path, 30, None) is None
    assert start_after(tmp_path, 30) == timedelta(seconds=30)


@pytest.mark.parametrize("text", ["", "torn 2018-", "2018-04-04T00:00:20", "\x00\x00"])
def test_what_cannot_be_read_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="ascii")
    assert start_after(tmp_path, 30) == timedelta(seconds=30)


def test_a_clock_that_was_ahead_makes_nobody_come_back_before_they_left(tmp_path: Path) -> None:
    lived(tmp_path, 60)
    assert start_after(tmp_path, 20) == timedelta(0)


def test_a_folder_that_takes_nothing_ends_nothing(tmp_path: Path) -> None:
    lived(tmp_path / "nowhere", 20)
    assert not (tmp_path / "nowhere").exists()
