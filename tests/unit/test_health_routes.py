"""`/healthz` and `/metrics` over a real socket: 503 only while the desk cannot do its work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from bot.conversation.health import FeedLook, Health, PartLook
from bot.main.health_routes import healthz, routes
from bot.main.measuring import Looked, LoopLag, Measuring, resident_bytes
from bot.main.meters import LABELS_MAX, METERS_MAX, DeskTelemetry, Meters
from tests.unit.test_watching import BAD, WELL
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
DOWN = {"writer", "store", "loop_stuck"}


@pytest.mark.parametrize("code", BAD)
def test_only_what_stops_the_work_is_down(code: str) -> None:
    status, body = healthz(BAD[code])
    assert (status, body["status"]) == ((503, "down") if code in DOWN else (200, "degraded"))
    found = body["reasons"]
    assert isinstance(found, list) and code in {one["code"] for one in found}
    assert all(one["sentence"] for one in found)


def test_a_desk_that_is_well_says_ok() -> None:
    status, body = healthz(WELL)
    assert (status, body["status"], body["reasons"]) == (200, "ok", [])
    assert body["parts"] == {"console": "running", "feed": "running"}


class State:
    """What the server reads."""

    def __init__(self) -> None:
        self.health = WELL
        self.meters = Meters()


@pytest.fixture
async def served() -> AsyncIterator[tuple[State, str]]:
    """The routes on a server as the desk's own web server adds them."""
    state = State()
    app = web.Application()
    for route in routes(lambda: state.health, state.meters):
        app.router.add_route(*route)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield state, f"http://{host}:{port}"
    await runner.cleanup()


async def test_an_orchestrator_reads_the_state_from_the_status(served: tuple[State, str]) -> None:
    state, url = served
    body: dict[str, Any] = {}
    async with aiohttp.ClientSession() as session:
        for health, status in ((WELL, 200), (BAD["feed"], 200), (BAD["store"], 503)):
            state.health = health
            async with session.get(url + "/healthz") as answer:
                assert (answer.status, answer.content_type) == (status, "application/json")
                body = await answer.json()
        assert body["reasons"][0]["sentence"] == (
            "Nothing can be written down, so nothing is sent: The disk is full."
        )
        async with session.head(url + "/healthz") as answer:
            assert answer.status in (200, 405, 503)
        async with session.post(url + "/healthz") as answer:
            assert answer.status == 405


async def test_prometheus_reads_what_was_measured(served: tuple[State, str]) -> None:
    state, url = served
    telemetry = DeskTelemetry(state.meters)
    telemetry.count("courier_sent", 3, lane="normal")
    telemetry.took("order_step", 0.052, step="taken")
    telemetry.level("feed_age", 1.5, feed="kraken")
    async with aiohttp.ClientSession() as session, session.get(url + "/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = await answer.text()
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["openoutcry_courier_sent_total", (("lane", "normal"),)] == 3
    assert samples["openoutcry_feed_age", (("feed", "kraken"),)] == 1.5
    assert samples["openoutcry_order_step_seconds_count", (("step", "taken"),)] == 1
    assert samples["openoutcry_order_step_seconds_bucket", (("le", "0.1"), ("step", "taken"))] == 1
    assert samples["openoutcry_order_step_seconds_bucket", (("le", "0.05"), ("step", "taken"))] == 0


# ------------------------------------------------------------ measuring cannot harm


def test_wrong_use_of_a_meter_costs_a_figure_and_nothing_else() -> None:
    meters = Meters()
    meters.count("calls", 1, {"api": "x"})
    meters.took("calls", 1.0, {"api": "x"})  # a counter, not a duration
    meters.count("calls", -5, {"api": "x"})
    meters.count("calls", 1, {"other": "label"})
    meters.level("Näme with spaces", 1)
    assert meters.troubles == 2
    assert b"openoutcry_calls_total" in meters.shown()


def test_names_and_labels_without_end_are_bounded() -> None:
    meters = Meters()
    for number in range(2 * LABELS_MAX):
        meters.count("orders_of", 1, {"symbol": f"S{number}"})
    for number in range(2 * METERS_MAX):
        meters.level(f"level_{number}", 1)
    shown = meters.shown().decode()
    assert 'symbol="other"} 200.0' in shown
    assert shown.count("# TYPE openoutcry_level") < METERS_MAX


def test_quantiles_are_those_of_the_newest_durations() -> None:
    meters = Meters()
    for number in range(5_000):
        meters.took("answer", number / 1_000)
    found = meters.quantiles("answer")
    assert (found.n, found.p50, found.p99, found.most) == (5_000, 4.0, 4.98, 4.999)
    assert meters.quantiles("nothing").n == 0


def test_two_desks_in_one_process_do_not_share_figures() -> None:
    first, second = Meters(), Meters()
    first.count("events")
    assert b"events" not in second.shown()


def test_the_loops_lag_is_what_it_was_late() -> None:
    async def main(loop: VirtualLoop) -> None:
        import asyncio

        clock = VirtualClock(loop, START)
        meters = Meters()

        class Late:
            """Wakes up later than asked, as a blocked loop does."""

            late_s = 0.0

            def now(self) -> datetime:
                return clock.now()

            def elapsed_s(self) -> float:
                return clock.elapsed_s()

            async def sleep_s(self, seconds: float) -> None:
                await clock.sleep_s(seconds + self.late_s)

            async def sleep_until(self, at: datetime) -> None:
                await clock.sleep_until(at)

        late = Late()
        lag = LoopLag(late, DeskTelemetry(meters))
        task = asyncio.create_task(lag.run())
        await clock.sleep_s(5)
        assert lag.worst_s < 0.001
        late.late_s = 7.0
        await clock.sleep_s(8)
        assert 6.9 < lag.worst_s < 7.1
        late.late_s = 0.0
        await clock.sleep_s(20)
        assert lag.worst_s < 0.001, "old lag is forgotten"
        task.cancel()

    run(main)


def test_stacks_are_written_while_the_loop_is_blocked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    import threading

    from bot.main import measuring
    from trading.clock import SystemClock

    monkeypatch.setattr(measuring, "STUCK_S", -0.2)
    path = tmp_path / "stacks"

    async def main() -> None:
        with path.open("w") as stacks:
            lag = asyncio.create_task(LoopLag(SystemClock(), DeskTelemetry(Meters()), stacks).run())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            for _ in range(200):  # nothing else runs on the loop meanwhile; the writer is a thread of its own
                threading.Event().wait(0.05)
                if path.read_text():
                    break
            lag.cancel()
            await asyncio.gather(lag, return_exceptions=True)

    asyncio.run(main())
    assert "in main" in path.read_text()


def test_figures_of_the_last_minutes_forget_what_is_older() -> None:
    from tests.unit.handlers.views_stage import Stage as Views

    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        meters = Meters()
        telemetry = DeskTelemetry(meters)

        class Quiet:
            """An engine at rest and feeds without a word."""

            from trading.domain.book import Book as _Book
            from trading.engine.triggers import Triggers as _Triggers

            book = _Book()
            triggers = _Triggers()
            unwritten = ""
            commit_s = 0.0
            is_idle = True
            waiting = 0

            def status(self) -> tuple[()]:
                return ()

        quiet = Quiet()
        looked = Looked(quiet, Views().market, quiet, memory=lambda: 7, version="1")
        measuring = Measuring(clock, meters, LoopLag(clock, telemetry), looked)
        assert measuring.health().delivered == 0
        telemetry.count("courier_sent", 30, lane="normal")
        telemetry.count("courier_failed", 10, lane="normal", kind="gone")
        telemetry.count("restarts", 2, part="telegram")
        found = measuring.health()
        assert (found.delivered, found.undelivered, found.restarts, found.memory_bytes) == (30, 10, 2, 7)
        for _ in range(310):
            await clock.sleep_s(1)
            found = measuring.health()
        assert (found.delivered, found.undelivered, found.restarts) == (0, 0, 2)
        await clock.sleep_s(400)
        assert measuring.health().restarts == 0

    run(main)


def test_this_process_uses_some_memory() -> None:
    assert resident_bytes() == 0 or resident_bytes() > 10_000_000


def test_nothing_shown_to_an_orchestrator_is_a_sum_of_money() -> None:
    health = replace(
        Health(START, version="0.2"),
        feeds=(FeedLook("kraken", True, 1.0),),
        parts=(PartLook("telegram", "front", "running"),),
    )
    assert set(healthz(health)[1]) == {
        "status", "at", "version", "uptime_s", "writer_alive", "store_writable", "loop_lag_s", "halt",
        "feeds", "parts", "reasons",
    }  # fmt: skip
