"""`/health`: what is wrong comes first and in plain words; its buttons only look."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.conversation.handling import DeskFacts
from bot.conversation.health import FeedLook, Health, PartLook, Timing, Unprotected
from bot.conversation.layout import as_text
from bot.conversation.screen import Kind
from bot.conversation.venues import CallTimes, SiteLook
from tests.unit.handlers.views_stage import Stage
from tests.unit.test_watching import BAD, WELL

BUSY = replace(
    WELL,
    uptime_s=timedelta(days=3, hours=4).total_seconds(),
    version="0.2.0",
    loop_lag_s=0.0021,
    inbox=2,
    deliveries_waiting=3,
    delivered=120,
    undelivered=2,
    timings=(
        Timing("order_taken", 1_204, 0.012, 0.052, 0.25),
        Timing("answer", 90, 0.001, 0.002, 0.004),
        Timing("loop_lag", 9_000, 0.0, 0.001, 0.002),
    ),
    memory_bytes=87_400_000,
    memory_max_bytes=1_000_000_000,
    disk_free_bytes=18_640_000_000,
    feeds=(FeedLook("ccxt:kraken", True, 0.42), FeedLook("replay", False, None, has_ended=True)),
    parts=(
        PartLook("console", "front", "ended"),
        PartLook("telegram", "front", "running", restarts=2),
        PartLook("boards", "board", "paused", 5, "no answer"),
    ),
    log_lines_lost=1,
    deaths=2,
)


async def shown(health: Health | None) -> str:
    stage = await Stage().opened()
    stage.facts = replace_facts(stage, health)
    return await stage.say("/health")


def replace_facts(stage: Stage, health: Health | None) -> DeskFacts:
    return dataclasses.replace(stage.facts, health=(lambda: health) if health is not None else None)


async def test_a_busy_desk_shows_all_its_figures() -> None:
    text = await shown(BUSY)
    for expected in (
        "Health",
        "Degraded",
        "boards is paused: no answer",
        "replay has ended: no new prices, and entries are closed.",
        "3d 4h",
        "p99 2 ms, worst now 2 ms",
        "p50 12 ms · p95 52 ms · p99 250 ms (1,204 times)",
        "p50 1 ms · p95 2 ms · p99 4 ms (90 times)",
        "2 to decide, 3 to deliver",
        "120 in five minutes, 2 failed",
        "87 MB",
        "18.6 GB free",
        "1 line lost",
        "2 times within ten minutes",
    ):
        assert expected in text, expected
    assert text.index("boards is paused") < text.index("3d 4h"), "what is wrong comes first"


async def test_time_without_a_stop_is_shown_in_all_and_at_its_longest() -> None:
    bare = Unprotected("paper", 72.0, 41.0, ("BTC/USD",))
    text = await shown(replace(WELL, unprotected=(bare,)))
    assert "Without a stop" in text and "1m 12s today, the longest 41s now: BTC/USD" in " ".join(text.split())
    two = replace(WELL, unprotected=(replace(bare, symbols=()), Unprotected("other", 3.0, 3.0)))
    assert "paper: 1m 12s today" in await shown(two)
    assert "Without a stop" not in await shown(replace(WELL, unprotected=(Unprotected("paper", 0.0, 0.0),)))


async def test_a_desk_that_is_well_says_so_and_is_short() -> None:
    text = await shown(WELL)
    assert "All well" in text and "Degraded" not in text and "/halt" not in text
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize("code", BAD)
async def test_every_trouble_is_said_in_a_sentence(code: str) -> None:
    text = await shown(BAD[code])
    assert ("Down" in text) is (code in ("writer", "store", "loop_stuck"))
    assert "All well" not in text and "{" not in text
    assert "/halt desk stops entries" in text


async def test_a_halt_is_shown_with_its_reason() -> None:
    halted = replace(WELL, halt="reduce_only", halt_reason="the desk died 3 times within ten minutes")
    assert "halted: the desk died 3 times within ten minutes" in await shown(halted)


async def test_its_buttons_only_look() -> None:
    stage = await Stage().opened()
    stage.facts = replace_facts(stage, BUSY)
    screen = await stage.screen("/health")
    assert screen.all_buttons and all(one.action.is_navigation for one in screen.all_buttons)
    for one in screen.all_buttons:
        (again,) = await stage.screens(action=one.action.id)
        assert again.kind is Kind.ANSWER and as_text(again)


async def test_where_nobody_measures_it_says_so() -> None:
    assert await shown(None) == "This desk does not measure itself: it was started for a single command."


async def test_a_venue_says_what_its_doors_take_what_is_left_and_how_old_its_streams_are() -> None:
    doors = (
        CallTimes("POST order", 42, 0, 0.031, 0.12),
        CallTimes("GET ticker/bookTicker", 1200, 3, 0.018, 0.06),
    )
    site = SiteLook("binance", 5812, 6000, (("prices", 0.4), ("spot", None)), doors)
    text = await shown(replace(WELL, sites=(site,)))
    for expected in (
        "binance",
        "POST order",
        "31 ms",
        "120 ms",
        "42",
        "no answer",
        "5,812 of 6,000 requests",
    ):
        assert expected in text, text
    assert "prices heard 400 ms ago" in text and "spot not heard yet" in text
