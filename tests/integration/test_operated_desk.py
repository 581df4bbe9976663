"""All parts of operating a desk together: a trade is measured and logged under its intent, a broken chat
costs it nothing, a stuck loop freezes it, and it ends in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.conversation.health import RULES, Health
from bot.conversation.incoming import Incoming
from bot.conversation.messenger import Refused
from bot.conversation.screen import Screen
from bot.main.deaths import Deaths
from bot.main.health_routes import healthz, metrics
from bot.main.logbook import Logbook
from bot.main.measuring import Commits, Looked, LoopLag, Measuring, answering
from bot.main.meters import DeskTelemetry, Meters
from bot.main.paging import Paging
from bot.main.shutting import ShutDown, Step
from bot.main.supervising import Bounds, Kind, State, Supervisor
from bot.main.watching import Watch, freezing
from db.store import Store, open_store
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.clock import SystemClock
from trading.domain.commands import HaltState, OpenAccount, OpenPosition, Seen
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.entropy import SystemEntropy
from trading.feeds.catalogue import instrument_for
from trading.feeds.market import Market
from trading.ports import StoredEvent, Taken

PAPER, OWNER = AccountId("paper"), PersonId("owner")
TOKEN = "123456789:AAsecretsecretsecretsecretsecretsecre"


class Operated:
    """A desk with everything around it, put together by hand."""

    def __init__(self, home: Path, store: Store) -> None:
        self.clock = SystemClock()
        self.store = store
        self.logbook = Logbook(home / "logs", "info", [TOKEN])
        self.meters = Meters()
        self.telemetry = DeskTelemetry(self.meters, self.logbook)
        self.engine = Engine(store.journal, self.clock, b"k", telemetry=self.telemetry)
        self.market = Market([], self.clock, SystemEntropy())
        self.page = Paging(self.engine.report, self.clock)
        self.supervisor = Supervisor(
            self.clock,
            self.page,
            telemetry=self.telemetry,
            redactor=self.logbook.redactor,
            bounds=Bounds(first_s=0.001),
        )
        self.lag = LoopLag(self.clock, self.telemetry)
        looked = Looked(
            self.engine,
            self.market,
            self.market,
            parts=self.supervisor.states,
            is_writer_alive=lambda: self.supervisor.state("engine") is State.RUNNING,
            logbook=self.logbook,
            folder=home,
            # The process is the test runner, and may have played thousands of simulated days before.
            memory=lambda: 200_000_000,
        )
        self.measuring = Measuring(self.clock, self.meters, self.lag, looked)
        self.shut = ShutDown(self.clock, self.telemetry)
        self.deaths = Deaths(store.registers, self.clock)
        self.events: list[StoredEvent] = []
        self.grown = asyncio.Event()

    async def start(self) -> None:
        self.logbook.open()
        await self.deaths.begin()
        self.engine.memory.epoch = await self.store.journal.next_epoch()
        await self.engine.load()
        self.engine.committed(Commits(self.telemetry, lambda: self.engine.book))
        self.engine.committed(self._took_in)
        self.supervisor.add("engine", Kind.CORE, self.engine.run)
        self.supervisor.add("lag", Kind.WATCH, self.lag.run)
        self.supervisor.start()
        await self.engine.submit(
            OpenAccount(CommandId("open"), OWNER, PAPER, "paper", "paper", "USD", Decimal(10_000), "")
        )
        instruments: dict[str, Instrument] = {"BTC/USD": instrument_for("BTC/USD")}
        venue = PaperVenue(PAPER, instruments.get, SystemEntropy(), cash=Decimal(10_000))
        self.broker = PaperBroker(PAPER, venue, self.clock)
        await connect(self.engine, PAPER, self.broker)
        self.shut.add(Step.INTAKE, lambda: self.supervisor.stop(Kind.FRONT))
        self.shut.add_drain(self.engine)
        self.shut.add(Step.WRITER, self.engine.outbox.close)
        self.shut.add(Step.WRITER, self.supervisor.stop)
        self.shut.add(Step.STORE, self.deaths.end)

    async def buy(self, name: str) -> None:
        at = Price(Decimal("7400"))
        quote = Quote("BTC/USD", at, at, self.clock.now(), source="test")
        self.broker.on_market(quote)
        self.engine.on_quote(quote)
        seen = Seen(instrument_for("BTC/USD"), quote)
        command = OpenPosition(
            CommandId(name),
            OWNER,
            PAPER,
            seen,
            True,
            Size(SizeKind.BASE, Decimal("0.01")),
            asked_at=self.clock.now(),
        )
        answer = await self.engine.submit(command)
        assert isinstance(answer, Taken), answer
        for report in self.broker.drain():
            self.engine.report(report)
        await self.until(lambda: any(type(one.event).__name__ == "OrderFilled" for one in self.events))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait, from commit to commit, until it holds."""
        async with asyncio.timeout(20):
            while not holds():
                self.grown.clear()
                await self.grown.wait()

    def _took_in(self, batch: Sequence[StoredEvent]) -> None:
        self.events.extend(batch)
        self.grown.set()

    def noticed(self) -> list[str]:
        return [one.event.code for one in self.events if type(one.event).__name__ == "Noticed"]  # type: ignore[union-attr]  # by its name


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Operated]:
    made = Operated(tmp_path, await open_store(f"sqlite:///{tmp_path / 'desk.db'}"))
    await made.start()
    yield made
    await made.shut.run()
    await made.store.close()
    made.logbook.close()


def logged(desk: Operated) -> list[dict[str, Any]]:
    desk.logbook.close()
    assert desk.logbook.path is not None
    return [json.loads(line) for line in desk.logbook.path.read_text().splitlines()]


async def test_a_trade_is_measured_and_logged_under_its_intent(desk: Operated) -> None:
    await desk.buy("telegram:7:42")
    health = desk.measuring.health()
    timings = {one.name: one for one in health.timings}
    assert timings["order_taken"].n == 1 and timings["order_filled"].p99 < 5
    assert timings["commit"].n >= 3 and timings["commit"].p50 < 1
    assert timings["order_sent"].p50 <= timings["order_taken"].p50
    assert healthz(health)[1]["reasons"] == [] and health.is_writer_alive
    assert b'openoutcry_order_step_seconds_count{step="filled"} 1.0' in metrics(desk.meters)
    kinds = [line["kind"] for line in logged(desk) if line.get("id") == "telegram:7:42"]
    assert kinds[:1] == ["OrderIntended"] or "OrderIntended" in kinds
    assert {"OrderAccepted", "OrderFilled"} <= set(kinds)


async def test_an_answer_is_timed_and_its_log_bears_its_id(desk: Operated) -> None:
    async def answer(incoming: Incoming) -> list[Screen]:
        desk.telemetry.log("info", "inside")
        if incoming.text == "break":
            raise ValueError("a fault")
        return []

    measured = answering(answer, desk.telemetry, desk.clock)
    assert await measured(Incoming("telegram", "7", "1", "p", desk.clock.now(), text="/status")) == []
    with pytest.raises(ValueError, match="a fault"):
        await measured(Incoming("telegram", "7", "2", "p", desk.clock.now(), text="break"))
    assert desk.meters.quantiles("answer").n == 2
    told = [(line["what"], line["id"]) for line in logged(desk) if line.get("id", "").startswith("telegram")]
    assert told == [
        ("inside", "telegram:7:1"),
        ("inside", "telegram:7:2"),
        ("answer_failed", "telegram:7:2"),
    ]


async def test_a_refused_token_costs_a_chat_and_no_trade(desk: Operated) -> None:
    async def refused() -> None:
        raise Refused(f"Unauthorized: https://api.telegram.org/bot{TOKEN}/getMe")

    desk.supervisor.add("telegram", Kind.FRONT, refused)
    desk.supervisor.start()
    await desk.supervisor.ended("telegram")
    await desk.buy("console:t:1")
    await desk.until(lambda: desk.noticed() == ["part_disabled"])
    health = desk.measuring.health()
    status, body = healthz(health)
    assert (status, body["status"]) == (200, "degraded"), "its only chat is gone, and it trades"
    exported = json.dumps([str(one) for one in desk.events]) + json.dumps(body)
    assert TOKEN not in exported + json.dumps(logged(desk))


async def test_a_stuck_loop_freezes_entries_and_tells_it(desk: Operated) -> None:
    def read() -> Health:
        return replace(desk.measuring.health(), loop_lag_s=6.0)

    actions = freezing(desk.engine, lambda: PAPER, desk.clock, lambda: desk.engine.book.desk_state)
    watch = Watch(desk.clock, read, desk.page, actions=actions, rules=RULES, telemetry=desk.telemetry)
    await watch.look()
    assert desk.engine.book.desk_state is HaltState.REDUCE_ONLY
    await desk.until(lambda: desk.noticed() == ["desk_loop_stuck", "desk_loop_slow"])


async def test_it_ends_in_order_and_the_end_is_a_good_one(desk: Operated) -> None:
    await desk.buy("console:t:1")
    ended = await desk.shut.run()
    assert [(one.step.name, one.said) for one in ended] == [
        ("INTAKE", ""),
        ("DRAIN", ""),
        ("WRITER", ""),
        ("WRITER", ""),
        ("STORE", ""),
    ]
    again = Deaths(desk.store.registers, desk.clock)
    await again.begin()
    assert again.recent == 0
