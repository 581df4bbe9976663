"""The runner in virtual time: each slot once, missed ones by each job's own rule, no burst after a sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scheduler.aps_waker import OPTIONS, ApsWaker
from scheduler.job import EVERY_MAX, Job, Missed, due
from scheduler.runner import LOOK_EVERY_S, RETRIES_MAX, Runner, Said
from scheduler.waker import ClockWaker
from trading.clock import SystemClock
from trading.domain.schedule import Calendar, Cron, Interval, Once, passed
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = Interval(3600, START)
NINE = Calendar(9, 0)


class Bench:
    """A runner with a note of all that it hands over."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop, START)
        self.fired: list[str] = []
        self.missed: list[str] = []
        self.done: list[str] = []
        self.gaps: list[timedelta] = []
        self.work_s = 0.0
        self.failures = 0
        self.runner = self.fresh()

    def fresh(self) -> Runner:
        return Runner(
            self.clock,
            ClockWaker(self.clock),
            self._fire,
            self._miss,
            done=self._note,
            jumped=self._jumped,
        )

    async def _fire(self, job: Job, slot: datetime) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.fired.append(f"{job.name} {slot:%d %H:%M}")
        await self.clock.sleep_s(self.work_s)

    async def _miss(self, job: Job, said: Said) -> None:
        slots = said.slots
        asks = " asks" if said.asks else ""
        self.missed.append(f"{job.name} {slots.count} to {slots.last:%d %H:%M} {said.reason}{asks}")

    async def _note(self, job: Job, slot: datetime) -> None:
        self.done.append(f"{job.name} {slot:%d %H:%M}")

    async def _jumped(self, gap: timedelta) -> None:
        self.gaps.append(gap)

    async def until(self, at: datetime) -> None:
        await self.clock.sleep_until(at)
        await self.clock.sleep_s(0.5)


def at_bench(scene: Callable[[Bench], Awaitable[None]]) -> None:
    async def main(loop: VirtualLoop) -> None:
        bench = Bench(loop)
        try:
            await scene(bench)
        finally:
            await bench.runner.close()

    run(main)


def test_each_slot_is_fired_once_at_its_time() -> None:
    async def scene(bench: Bench) -> None:
        bench.runner.put(Job("a", HOUR, START))
        bench.runner.put(Job("b", NINE, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=3))
        bench.runner.put(Job("late", Cron("30 * * * *"), START + timedelta(hours=3)))
        await bench.until(START + timedelta(hours=4))
        assert bench.fired == ["a 01 01:00", "a 01 02:00", "a 01 03:00", "late 01 03:30", "a 01 04:00"]
        await bench.until(START + timedelta(days=2))
        assert [one for one in bench.fired if one[0] == "b"] == ["b 01 09:00", "b 02 09:00"]
        assert bench.done[:2] == ["a 01 01:00", "a 01 02:00"] and bench.missed == []

    at_bench(scene)


def test_a_dropped_job_is_not_fired_any_more() -> None:
    async def scene(bench: Bench) -> None:
        bench.runner.put(Job("a", HOUR, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=1))
        bench.runner.drop("a")
        await bench.until(START + timedelta(hours=5))
        assert bench.fired == ["a 01 01:00"]

    at_bench(scene)


def test_a_job_that_changed_follows_its_new_schedule() -> None:
    async def scene(bench: Bench) -> None:
        bench.runner.put(Job("a", HOUR, START))
        bench.runner.start()
        await bench.until(START + timedelta(minutes=10))
        bench.runner.put(Job("a", Once(START + timedelta(minutes=15)), bench.clock.now()))
        await bench.until(START + timedelta(hours=5))
        assert bench.fired == ["a 01 00:15"]

    at_bench(scene)


@pytest.mark.parametrize(
    ("missed", "tolerance_s", "fired", "said"),
    [
        (Missed.RUN_ONCE, 0, ["a 03 11:00"], []),
        (Missed.SKIP_AND_SAY, 0, [], ["a 59 to 03 11:00 late"]),
        (Missed.RUN_IF_WITHIN, 900, [], ["a 59 to 03 11:00 late asks"]),
        (Missed.RUN_IF_WITHIN, 3000, ["a 03 11:00"], ["a 58 to 03 10:00 late"]),
    ],
)
def test_a_machine_that_slept_deals_with_missed_slots_by_the_jobs_own_rule(
    missed: Missed, tolerance_s: int, fired: list[str], said: list[str]
) -> None:
    async def scene(bench: Bench) -> None:
        bench.runner.put(Job("a", HOUR, START, missed, tolerance_s))
        bench.runner.start()
        await bench.until(START + timedelta(minutes=1))
        bench.clock.jump(timedelta(days=2, hours=11, minutes=40))  # the lid was closed
        await bench.clock.sleep_s(15)
        assert (bench.fired, bench.missed) == (fired, said)
        assert bench.gaps == [timedelta(days=2, hours=11, minutes=40)]
        bench.fired.clear()
        await bench.until(datetime(2026, 3, 3, 12, tzinfo=UTC))
        assert bench.fired == ["a 03 12:00"]

    at_bench(scene)


def test_a_job_that_wants_every_slot_gets_them_in_order() -> None:
    async def scene(bench: Bench) -> None:
        bench.runner.put(Job("a", HOUR, START, Missed.EVERY))
        bench.clock.jump(timedelta(hours=4, minutes=10))
        bench.runner.start()
        await bench.clock.sleep_s(1)
        assert bench.fired == ["a 01 01:00", "a 01 02:00", "a 01 03:00", "a 01 04:00"]

    at_bench(scene)


def test_even_every_slot_has_a_bound_and_the_rest_comes_after() -> None:
    job = Job("a", Interval(60, START), START, Missed.EVERY)
    found = due(job, START + timedelta(days=2))
    assert found is not None and len(found.run) == EVERY_MAX
    assert found.done == START + timedelta(minutes=EVERY_MAX)


def test_a_clock_that_is_put_back_fires_nothing_twice() -> None:
    async def scene(bench: Bench) -> None:
        bench.runner.put(Job("a", NINE, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=9))
        bench.clock.jump(timedelta(hours=-2))
        await bench.until(START + timedelta(hours=12))
        assert bench.fired == ["a 01 09:00"]
        await bench.until(START + timedelta(hours=34))
        assert bench.fired == ["a 01 09:00", "a 02 09:00"]

    at_bench(scene)


def test_a_job_longer_than_its_interval_skips_the_slots_between_and_counts_them() -> None:
    async def scene(bench: Bench) -> None:
        bench.work_s = 9_000  # two and a half hours
        bench.runner.put(Job("a", HOUR, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=3, minutes=45))
        assert bench.fired == ["a 01 01:00"]
        assert bench.runner.passed_over == {"a": 2}
        assert bench.missed == ["a 2 to 01 03:00 busy"]
        assert bench.done == ["a 01 03:00"]
        await bench.until(START + timedelta(hours=4))
        assert bench.fired == ["a 01 01:00", "a 01 04:00"]

    at_bench(scene)


def test_a_slot_that_cannot_be_written_down_is_tried_again_for_a_while() -> None:
    async def scene(bench: Bench) -> None:
        bench.failures = 2
        bench.runner.put(Job("a", NINE, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=9, minutes=1))
        assert bench.fired == []
        await bench.until(START + timedelta(hours=9, minutes=3))
        assert bench.fired == ["a 01 09:00"] and bench.done == ["a 01 09:00"]

    at_bench(scene)


def test_a_slot_that_fails_too_long_becomes_a_question() -> None:
    async def scene(bench: Bench) -> None:
        bench.failures = 4
        bench.runner.put(Job("a", NINE, START, Missed.RUN_IF_WITHIN, 120))
        bench.runner.start()
        await bench.until(START + timedelta(hours=10))
        assert bench.fired == [] and bench.missed == ["a 1 to 01 09:00 late asks"]

    at_bench(scene)


def test_a_job_that_never_works_is_left_alone_until_its_next_slot() -> None:
    async def scene(bench: Bench) -> None:
        bench.failures = RETRIES_MAX + 1
        bench.runner.put(Job("a", NINE, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=20))
        assert (bench.fired, bench.failures) == ([], 0)
        await bench.until(START + timedelta(hours=33, minutes=1))
        assert bench.fired == ["a 02 09:00"]

    at_bench(scene)


def test_one_jobs_trouble_does_not_reach_the_others() -> None:
    async def scene(bench: Bench) -> None:
        bench.failures = 1
        bench.runner.put(Job("a", NINE, START))
        bench.runner.put(Job("b", Calendar(9, 1), START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=9, minutes=2))
        assert sorted(bench.fired) == ["a 01 09:00", "b 01 09:01"]

    at_bench(scene)


def test_closing_waits_a_moment_for_what_is_being_carried_out() -> None:
    async def scene(bench: Bench) -> None:
        bench.work_s = 3
        bench.runner.put(Job("a", HOUR, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=1))
        assert bench.runner.is_busy
        await bench.runner.close()
        assert bench.done == ["a 01 01:00"] and not bench.runner.is_busy
        await bench.until(START + timedelta(hours=3))
        assert bench.fired == ["a 01 01:00"]

    at_bench(scene)


def test_thousands_of_jobs_at_one_instant_are_all_fired() -> None:
    async def scene(bench: Bench) -> None:
        for number in range(3_000):
            bench.runner.put(Job(f"j{number}", NINE, START))
        bench.runner.start()
        await bench.until(START + timedelta(hours=9))
        assert len(set(bench.fired)) == 3_000

    at_bench(scene)


# ---------------------------------------------------------------- APScheduler itself, in real time


async def test_apscheduler_wakes_a_job_that_came_due_while_the_loop_was_busy() -> None:
    clock = SystemClock()
    rung = asyncio.Event()
    slots: list[datetime] = []

    async def fire(job: Job, slot: datetime) -> None:
        slots.append(slot)
        rung.set()

    async def miss(job: Job, said: Said) -> None:
        raise AssertionError("nothing was missed")

    waker = ApsWaker()
    runner = Runner(clock, waker, fire, miss)
    now = clock.now()
    # Long past by APScheduler's own measure (its default drops what is more than one second late).
    runner.put(Job("past", Once(now - timedelta(seconds=5)), now - timedelta(seconds=6)))
    runner.put(Job("soon", Once(now + timedelta(milliseconds=30)), now))
    runner.put(Job("never", Once(now + timedelta(days=1)), now))
    runner.start()
    try:
        async with asyncio.timeout(5):
            while len(slots) < 2:
                rung.clear()
                await rung.wait()
        kept = waker.scheduler.get_jobs()
        assert [job.id for job in kept] == ["never"]
        assert all(getattr(kept[0], name) == value for name, value in OPTIONS.items())
        runner.drop("never")
        assert waker.scheduler.get_jobs() == []
    finally:
        await runner.close()
    assert slots == [now - timedelta(seconds=5), now + timedelta(milliseconds=30)]


async def test_apscheduler_replaces_and_forgets_what_it_is_told() -> None:
    waker = ApsWaker()
    rung: list[str] = []
    done = asyncio.Event()

    def woken(name: str) -> None:
        rung.append(name)
        done.set()

    waker.start(woken)
    try:
        now = SystemClock().now()
        waker.wake_at("a", now + timedelta(days=1))
        waker.wake_at("b", now + timedelta(milliseconds=10))
        waker.forget("b")
        waker.forget("nobody")
        waker.wake_at("a", now)
        waker.look_again()
        async with asyncio.timeout(5):
            await done.wait()
    finally:
        waker.stop()
    assert rung == ["a"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(("wait", "sleep", "back", "restart")), st.integers(1, 4_000)), max_size=25
    )
)
def test_whatever_clock_and_process_do_each_slot_is_dealt_with_once_and_in_order(
    days: list[tuple[str, int]],
) -> None:
    async def scene(bench: Bench) -> None:
        jobs = {
            "once": Job("once", Interval(1_800, START), START, Missed.RUN_ONCE),
            "say": Job("say", Cron("*/20 * * * *"), START, Missed.SKIP_AND_SAY),
            "ask": Job("ask", NINE, START, Missed.RUN_IF_WITHIN, 900),
        }
        fired: dict[str, list[datetime]] = {name: [] for name in jobs}
        dealt: dict[str, datetime] = {}

        async def fire(job: Job, slot: datetime) -> None:
            assert slot <= bench.clock.now(), "never before its time"
            fired[job.name].append(slot)

        async def done(job: Job, slot: datetime) -> None:
            assert slot > dealt.get(job.name, START), "forwards only"
            dealt[job.name] = slot

        def begun() -> Runner:
            runner = Runner(bench.clock, ClockWaker(bench.clock), fire, bench._miss, done=done)
            for name, job in jobs.items():
                runner.put(replace(job, since=dealt.get(name, START)))
            runner.start()
            return runner

        runner = begun()
        newest = START
        for kind, minutes in days:
            span = timedelta(minutes=minutes)
            match kind:
                case "wait":
                    await bench.clock.sleep_s(span.total_seconds())
                case "sleep":
                    bench.clock.jump(span)
                case "back":
                    bench.clock.jump(-min(span, timedelta(hours=3)))
                case _:
                    await runner.close()
                    await bench.clock.sleep_s(span.total_seconds())
                    runner = begun()
            newest = max(newest, bench.clock.now())
            await bench.clock.sleep_s(LOOK_EVERY_S + 1)
        await runner.close()
        for name, slots in fired.items():
            assert slots == sorted(set(slots)), name
        # The newest slot of what runs once for all is never left out.
        last = passed(jobs["once"].schedule, START, newest)
        assert last is None or fired["once"][-1] >= last.last

    at_bench(scene)
