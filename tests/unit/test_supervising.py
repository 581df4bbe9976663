"""Parts crash, come back, pause and are refused; the desk hears of each once; core parts end the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from bot.conversation.messenger import Refused, Unreachable
from bot.main.supervising import Bounds, Kind, State, Supervisor
from bot.redaction import Redactor
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
TOKEN = "123456789:AAsecretsecretsecretsecretsecretse"


class Stage:
    """A supervisor in virtual time, and what it said, with seconds since the start."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.clock = VirtualClock(loop, START)
        self.said: list[tuple[float, str, str]] = []
        self.facts: list[Mapping[str, str]] = []
        self.births: list[float] = []
        self.supervisor = Supervisor(self.clock, self.say, redactor=Redactor([TOKEN]))

    def say(self, code: str, level: str, facts: Mapping[str, str]) -> None:
        self.said.append((self.at(), code, level))
        self.facts.append(facts)

    def at(self) -> float:
        return (self.clock.now() - START).total_seconds()

    def dying(self, after_s: float, error: Exception | None = None) -> Callable[[], Awaitable[None]]:
        """A part that lives that long each time."""

        async def life() -> None:
            self.births.append(self.at())
            await self.clock.sleep_s(after_s)
            if error is not None:
                raise error

        return life

    async def forever(self) -> None:
        self.births.append(self.at())
        await asyncio.Event().wait()


def staged(play: Callable[[Stage], Awaitable[None]]) -> Stage:
    found: list[Stage] = []

    async def main(loop: VirtualLoop) -> None:
        stage = Stage(loop)
        found.append(stage)
        await play(stage)
        await stage.supervisor.stop()
        await loop.quiet()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "no task is left behind"

    run(main)
    return found[0]


def test_a_crashed_part_is_back_within_a_second_and_said_once() -> None:
    async def play(stage: Stage) -> None:
        error = Unreachable("no route to host")
        stage.supervisor.add("telegram", Kind.FRONT, stage.dying(40, error))
        stage.supervisor.start()
        await stage.clock.sleep_s(50)
        assert stage.supervisor.state("telegram") is State.RUNNING

    stage = staged(play)
    assert stage.births == [0, 40.5]
    assert stage.said == [(40, "part_restarted", "warning")]
    assert stage.facts == [{"part": "telegram", "why": "no route to host"}]


def test_pauses_double_while_a_part_goes_on_crashing() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("board", Kind.BOARD, stage.dying(40, OSError("x")))
        stage.supervisor.start()
        await stage.clock.sleep_s(500)

    births = staged(play).births
    gaps = [after - before - 40 for before, after in pairwise(births)]
    assert gaps[:7] == [0.5, 1, 2, 4, 8, 16, 30]


def test_three_crashes_in_a_minute_pause_a_part_for_a_minute() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("feed", Kind.FEED, stage.dying(0, ValueError("bad answer")))
        stage.supervisor.start()
        await stage.clock.sleep_s(30)
        assert stage.supervisor.state("feed") is State.PAUSED
        await stage.clock.sleep_s(40)

    stage = staged(play)
    assert stage.births == [0, 0.5, 1.5, 61.5, 62, 63]
    assert [code for _, code, _ in stage.said] == ["part_restarted", "part_paused", "part_paused"]


def test_a_part_that_lives_for_a_minute_is_well_again() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("feed", Kind.FEED, stage.dying(100, OSError("gone")))
        stage.supervisor.start()
        await stage.clock.sleep_s(350)

    stage = staged(play)
    assert [(at, code) for at, code, _ in stage.said] == [
        (100, "part_restarted"),
        (160.5, "part_back"),
        (200.5, "part_restarted"),
        (261, "part_back"),
        (301, "part_restarted"),
    ]
    assert stage.births == [0, 100.5, 201, 301.5]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_bad_token_disables_its_part_alone_and_says_what_to_do(wrapped: bool) -> None:
    refused: Exception = Refused(f"Unauthorized: bot{TOKEN}")
    error = ExceptionGroup("tasks", [ValueError("other"), refused]) if wrapped else refused

    async def play(stage: Stage) -> None:
        stage.supervisor.add("telegram", Kind.FRONT, stage.dying(1, error), cure="Write a new token.")
        stage.supervisor.add("console", Kind.FRONT, stage.forever)
        stage.supervisor.start()
        await stage.clock.sleep_s(1_000)
        states = {one.name: one.state for one in stage.supervisor.states()}
        assert states == {"telegram": State.DISABLED, "console": State.RUNNING}

    stage = staged(play)
    assert stage.said == [(1, "part_disabled", "error")]
    assert stage.facts[0]["cure"] == "Write a new token."
    assert TOKEN not in str(stage.facts)


def test_a_part_that_may_end_is_not_started_again() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("console", Kind.FRONT, stage.dying(3), may_end=True)
        stage.supervisor.start()
        await stage.supervisor.ended("console")
        assert stage.at() == 3
        assert stage.supervisor.state("console") is State.ENDED

    assert staged(play).said == []


def test_a_part_that_ends_although_it_never_should_is_a_crash() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("notifier", Kind.NOTIFIER, stage.dying(5))
        stage.supervisor.start()
        await stage.clock.sleep_s(6)

    stage = staged(play)
    assert stage.births == [0, 5.5]
    assert stage.facts[0]["why"] == "it ended although it never should"


def test_a_part_that_cancels_itself_is_started_again() -> None:
    async def play(stage: Stage) -> None:
        async def life() -> None:
            stage.births.append(stage.at())
            await stage.clock.sleep_s(1)
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await stage.clock.sleep_s(1)

        stage.supervisor.add("feed", Kind.FEED, life)
        stage.supervisor.start()
        await stage.clock.sleep_s(2)

    stage = staged(play)
    assert stage.births == [0, 1.5]


def test_stopping_waits_until_parts_have_cleaned_up() -> None:
    seen: list[str] = []

    async def play(stage: Stage) -> None:
        async def slow() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await stage.clock.sleep_s(2)
                seen.append("cleaned")

        stage.supervisor.add("web", Kind.WEB, slow)
        stage.supervisor.add("telegram", Kind.FRONT, stage.forever)
        stage.supervisor.start()
        await stage.clock.sleep_s(1)
        await stage.supervisor.stop(Kind.WEB)
        assert stage.at() == 3 and seen == ["cleaned"]
        assert stage.supervisor.state("telegram") is State.RUNNING

    assert staged(play).said == []


def test_the_death_of_a_core_part_is_handed_on() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("engine", Kind.CORE, stage.dying(7, ZeroDivisionError("in the writer")))
        stage.supervisor.add("feed", Kind.FEED, stage.forever)
        stage.supervisor.start()
        with pytest.raises(ZeroDivisionError, match="in the writer"):
            await stage.supervisor.broken()
        assert stage.at() == 7

    staged(play)


def test_a_core_part_that_merely_ends_is_as_bad() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("market", Kind.CORE, stage.dying(1))
        stage.supervisor.start()
        with pytest.raises(AssertionError, match="the task market ended"):
            await stage.supervisor.broken()

    staged(play)


def test_parts_are_started_by_name_and_never_twice() -> None:
    async def play(stage: Stage) -> None:
        for name in ("a", "b"):
            stage.supervisor.add(name, Kind.FEED, stage.forever)
        stage.supervisor.start("b")
        stage.supervisor.start()
        await stage.clock.sleep_s(1)
        with pytest.raises(AssertionError, match="a part a already"):
            stage.supervisor.add("a", Kind.FEED, stage.forever)

    assert staged(play).births == [0, 0]


def test_what_a_part_says_is_kept_short_and_on_one_line() -> None:
    async def play(stage: Stage) -> None:
        stage.supervisor.add("feed", Kind.FEED, stage.dying(0, ValueError("a\nb " * 500)))
        stage.supervisor.start()
        await stage.clock.sleep_s(0.1)

    (facts,) = staged(play).facts
    assert len(facts["why"]) == 200 and "\n" not in facts["why"]


async def test_a_part_that_is_refused_while_others_trade_costs_them_nothing() -> None:
    """On the real loop: the same in an asyncio that really waits."""
    from trading.clock import SystemClock

    said: list[Any] = []
    supervisor = Supervisor(
        SystemClock(), lambda *what: said.append(what[0]), bounds=Bounds(first_s=0.001, well_s=30)
    )
    ticks = 0

    async def trade() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    async def refused() -> None:
        raise Refused("Unauthorized")

    supervisor.add("engine", Kind.CORE, trade)
    supervisor.add("telegram", Kind.FRONT, refused)
    supervisor.start()
    await supervisor.ended("telegram")
    before = ticks
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ticks > before and said == ["part_disabled"]
    await supervisor.stop()
