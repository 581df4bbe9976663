"""Thresholds page once and say when it is over; a stuck loop freezes entries; everything else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from bot.conversation.health import (
    RULES,
    FeedLook,
    Health,
    PartLook,
    StalePrice,
    Unwatched,
    VenueAge,
    reasons,
)
from bot.conversation.words import CATALOGUE, say
from bot.main.paging import Paging
from bot.main.watching import Watch, freezing
from db.store import memory_store
from trading.domain.commands import HaltState, OpenAccount
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.domain.reports import Noted
from trading.engine.loop import Engine
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
WELL = Health(
    at=START,
    delivered=100,
    memory_bytes=100,
    memory_max_bytes=1_000,
    disk_free_bytes=50_000_000_000,
    feeds=(FeedLook("kraken", True, 0.4),),
    parts=(PartLook("console", "front", "running"), PartLook("feed", "feed", "running")),
)

BAD: Mapping[str, Health] = {
    "writer": replace(WELL, is_writer_alive=False),
    "store": replace(WELL, unwritten="The disk is full."),
    "slow_disk": replace(WELL, commit_s=1.2),
    "loop_stuck": replace(WELL, loop_lag_s=5.1),
    "loop_slow": replace(WELL, loop_lag_s=1.1),
    "no_front": replace(WELL, parts=(PartLook("telegram", "front", "disabled", said="Unauthorized"),)),
    "deliveries": replace(WELL, delivered=90, undelivered=10),
    "unwatched": replace(WELL, unwatched=(Unwatched("paper", "BTC/USD", 31.0, 30.0),)),
    "prices": replace(WELL, stale=(StalePrice("BTC/USD", 600.0),)),
    "venue": replace(WELL, venues=(VenueAge("paper", 31.0, 31.0, False),)),
    "feed": replace(WELL, feeds=(FeedLook("kraken", False, 600.0, lost_since=START, said="gone"),)),
    "feed_ended": replace(WELL, feeds=(FeedLook("replay", False, 600.0, has_ended=True),)),
    "part": replace(WELL, parts=(*WELL.parts, PartLook("boards", "board", "paused", 3, "no answer"))),
    "restarts": replace(WELL, restarts=10),
    "memory": replace(WELL, memory_bytes=1_001),
    "disk": replace(WELL, disk_free_bytes=400_000_000),
    "log": replace(WELL, log_problem="No space left on device"),
}
"""For every rule a desk on which it is passed."""


def test_a_desk_that_is_well_has_nothing_to_say() -> None:
    assert reasons(WELL) == []
    assert reasons(Health(START)) == []


def test_there_is_a_case_for_every_rule() -> None:
    assert set(BAD) == {rule.code for rule in RULES}


@pytest.mark.parametrize("code", BAD)
def test_each_rule_is_passed_by_its_own_case_and_says_a_sentence(code: str) -> None:
    found = {one.code: one for one in reasons(BAD[code])}
    assert code in found
    sentence = say(f"health.{code}", **found[code].facts)
    assert "{" not in sentence and len(sentence.split()) >= 4


def test_what_pages_has_words_for_the_beginning_and_the_end() -> None:
    for rule in RULES:
        keys = [f"notice.desk_{rule.code}", f"notice.desk_{rule.code}_over"]
        assert [key in CATALOGUE["en"] for key in keys] == [rule.pages, rule.pages]
        (facts,) = [one.facts for one in reasons(BAD[rule.code]) if one.code == rule.code]
        if rule.pages:
            assert all("{" not in say(key, **facts) for key in keys)


@pytest.mark.parametrize(
    ("health", "passed"),
    [
        (replace(WELL, unwatched=(Unwatched("paper", "BTC/USD", 30.0, 30.0),)), False),
        (replace(WELL, delivered=10, undelivered=9), False),  # too few to judge by
        (replace(WELL, delivered=95, undelivered=5), False),  # the bound itself is not passed
        (replace(WELL, delivered=94, undelivered=6), True),
        (replace(WELL, loop_lag_s=1.0), False),
        (replace(WELL, memory_max_bytes=0, memory_bytes=10**12), False),
        (replace(WELL, disk_free_bytes=500_000_000), False),
        (replace(WELL, disk_free_bytes=499_000_000), True),
        (replace(WELL, disk_free_bytes=None), False),
        (replace(WELL, venues=(VenueAge("paper", 30.0, 50.0, True),)), False),
        (replace(WELL, uptime_s=29.0, venues=(VenueAge("paper", None, 0.0, False),)), False),
        (replace(WELL, uptime_s=31.0, venues=(VenueAge("paper", None, 0.0, False),)), True),
        (replace(WELL, parts=(PartLook("a", "front", "disabled"), PartLook("b", "front", "running"))), True),
    ],
)
def test_the_bounds_are_exactly_where_the_table_says(health: Health, passed: bool) -> None:
    assert bool(reasons(health)) is passed


# ------------------------------------------------------------ in time


class Stage:
    """A watch in virtual time over figures that a test sets."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.clock = VirtualClock(loop, START)
        self.health = WELL
        self.pages: list[tuple[float, str, str]] = []
        self.acted: list[Mapping[str, str]] = []
        self.durable: dict[str, bool] = {}
        self.watch = Watch(self.clock, lambda: self.health, self.page, actions={"freeze": self.act})

    def page(self, code: str, level: str, facts: Mapping[str, str], is_durable: bool) -> None:
        self.pages.append(((self.clock.now() - START).total_seconds(), code, level))
        self.durable[code] = is_durable

    async def act(self, code: str, facts: Mapping[str, str]) -> None:
        self.acted.append(facts)

    async def for_s(self, seconds: float, health: Health) -> None:
        self.health = health
        await self.clock.sleep_s(seconds)


def staged(play: Callable[[Stage], Awaitable[None]]) -> Stage:
    found: list[Stage] = []

    async def main(loop: VirtualLoop) -> None:
        stage = Stage(loop)
        found.append(stage)
        task = asyncio.create_task(stage.watch.run())
        await stage.clock.sleep_s(0.5)
        await play(stage)
        task.cancel()

    run(main)
    return found[0]


def test_a_threshold_pages_once_and_once_when_it_is_over() -> None:
    async def play(stage: Stage) -> None:
        await stage.for_s(300, BAD["deliveries"])
        await stage.for_s(300, WELL)

    assert staged(play).pages == [(1, "desk_deliveries", "error"), (361, "desk_deliveries_over", "success")]


def test_a_stop_that_nobody_watches_is_told_within_seconds_and_when_it_is_watched_again() -> None:
    async def play(stage: Stage) -> None:
        await stage.for_s(4, BAD["unwatched"])  # a hiccup
        await stage.for_s(10, WELL)
        # An old price of the same symbol is not told beside it.
        await stage.for_s(60, replace(BAD["unwatched"], stale=(StalePrice("BTC/USD", 600.0),)))
        await stage.for_s(10, replace(WELL, unwatched=(Unwatched("paper", "BTC/USD", 0.1, 30.0),)))

    pages = [("desk_unwatched", "error"), ("desk_unwatched_over", "success")]
    found = staged(play).pages
    assert [(code, level) for _, code, level in found] == pages
    assert [at for at, *_ in found] == [20, 77]
    assert {one.code for one in reasons(replace(WELL, stale=BAD["prices"].stale))} == {"prices"}


def test_a_value_at_the_edge_does_not_ring_all_night() -> None:
    async def play(stage: Stage) -> None:
        for _ in range(200):
            await stage.for_s(7, replace(WELL, loop_lag_s=1.01))
            await stage.for_s(50, replace(WELL, loop_lag_s=0.5))  # between the two bounds
        await stage.for_s(100, WELL)

    assert [code for _, code, _ in staged(play).pages] == ["desk_loop_slow", "desk_loop_slow_over"]


def test_a_hiccup_shorter_than_its_hold_is_not_told() -> None:
    async def play(stage: Stage) -> None:
        for _ in range(10):
            await stage.for_s(29, BAD["prices"])
            await stage.for_s(3, WELL)
        await stage.for_s(40, BAD["prices"])

    assert [code for _, code, _ in staged(play).pages] == ["desk_prices"]


def test_each_symbol_is_told_by_itself_and_a_closed_position_ends_it() -> None:
    both = replace(WELL, stale=(StalePrice("BTC/USD", 600), StalePrice("ETH/USD", 90)))

    async def play(stage: Stage) -> None:
        await stage.for_s(60, both)
        assert {subject for _, subject in stage.watch.alarms} == {"BTC/USD", "ETH/USD"}
        await stage.for_s(60, BAD["prices"])
        assert {subject for _, subject in stage.watch.alarms} == {"BTC/USD"}

    assert [code for _, code, _ in staged(play).pages] == ["desk_prices"] * 2 + ["desk_prices_over"]


def test_what_the_store_cannot_keep_is_told_past_it() -> None:
    async def play(stage: Stage) -> None:
        await stage.for_s(20, BAD["store"])
        await stage.for_s(20, BAD["deliveries"])

    assert staged(play).durable == {
        "desk_store": False,
        "desk_store_over": False,
        "desk_deliveries": True,
    }


def test_what_its_own_part_tells_is_not_told_again() -> None:
    async def play(stage: Stage) -> None:
        for code in ("feed", "feed_ended", "part", "no_front", "writer"):
            await stage.for_s(200, BAD[code])

    assert staged(play).pages == []


def test_a_stuck_loop_acts_once_and_an_action_that_fails_stops_nothing() -> None:
    async def play(stage: Stage) -> None:
        await stage.for_s(60, BAD["loop_stuck"])
        assert stage.acted == [{"lag": "5.1"}]

        async def fail(code: str, facts: Mapping[str, str]) -> None:
            raise OSError("no store")

        stage.watch._actions["freeze"] = fail
        await stage.for_s(100, WELL)
        await stage.for_s(10, BAD["loop_stuck"])
        await stage.for_s(10, BAD["deliveries"])

    pages = [code for _, code, _ in staged(play).pages]
    assert pages.count("desk_loop_stuck") == 2 and pages[-1] == "desk_deliveries"


async def test_entries_are_frozen_in_the_machines_name_until_a_person_frees_them() -> None:
    store = memory_store()
    from trading.clock import SystemClock

    clock = SystemClock()
    engine = Engine(store.journal, clock, b"k")
    engine.memory.epoch = await store.journal.next_epoch()
    await engine.load()
    task = asyncio.create_task(engine.run())
    paper = AccountId("paper")
    await engine.submit(
        OpenAccount(CommandId("a"), PersonId("owner"), paper, "paper", "paper", "USD", Decimal(1), "")
    )
    events: list[Any] = []
    engine.committed(lambda batch: events.extend(one.event for one in batch))
    act = freezing(engine, lambda: paper, clock, lambda: engine.book.desk_state)["freeze"]
    await act("loop_stuck", {"lag": "7.2"})
    await act("loop_stuck", {"lag": "9.9"})  # it is frozen: nothing more happens
    (halted,) = [one for one in events if type(one).__name__ == "HaltChanged"]
    assert (halted.by, halted.state) == ("machine", HaltState.REDUCE_ONLY)
    assert halted.reason == "the desk was stuck for 7.2 s, so what happened meanwhile was not seen"
    task.cancel()


def test_a_page_goes_through_the_journal_or_past_it() -> None:
    async def main(loop: VirtualLoop) -> None:
        reports: list[Any] = []
        screens: list[Any] = []
        page = Paging(reports.append, VirtualClock(loop, START))
        page("desk_store", "error", {"why": "Full."}, False)  # nobody to tell yet: dropped, no crash
        page.announce_with(screens.append)
        page("desk_disk", "error", {"free": "400"})
        page("desk_store", "error", {"why": "The disk is full."}, False)
        assert reports == [Noted(AccountId(DESK), "desk_disk", "operation", "error", {"free": "400"}, START)]
        from bot.conversation.layout import as_text
        from bot.conversation.wording import Wording

        assert as_text(screens[0](Wording())).splitlines() == [
            "The desk cannot write anything down",
            "The disk is full. Until it can, nothing is sent; exits at the venue work.",
        ]

    run(main)
