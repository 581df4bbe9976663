"""The clockwork on real time: APScheduler rings, a real engine writes down, each slot is taken once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

from db.store import memory_store
from scheduler.aps_waker import ApsWaker
from scheduler.timekeeper import Parts, Timekeeper
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain.book import Account
from trading.domain.events_timed import ScheduleMissed
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.schedule import Once
from trading.domain.timed import Recurring, slot_command_id
from trading.engine.loop import Engine
from trading.ports import StoredEvent, Taken

ANN = PersonId("ann")
PAPER = AccountId("paper")


async def test_a_slot_in_real_time_is_written_down_once_under_its_own_key() -> None:
    clock, store = SystemClock(), memory_store()
    engine = Engine(store.journal, clock, b"k" * 32)
    engine.memory.epoch = await store.journal.next_epoch()
    await engine.load()
    writer = asyncio.create_task(engine.run())
    missed: list[ScheduleMissed] = []
    came = asyncio.Event()

    def heard(stored: object) -> None:
        assert isinstance(stored, list)
        for one in stored:
            assert isinstance(one, StoredEvent)
            if isinstance(one.event, ScheduleMissed):
                missed.append(one.event)
                came.set()

    async def order_of(account: Account, recurring: Recurring) -> cm.OpenPosition | str:
        return f"{recurring.line} cannot be made here."

    engine.committed(heard)
    parts = Parts(engine, lambda: engine.book, store.ledger, store.registers, clock, ApsWaker(), order_of)
    keeper = Timekeeper(parts)
    engine.committed(keeper.committed)
    try:
        opened = cm.OpenAccount(CommandId("open"), ANN, PAPER, "paper", "paper", "USD", Decimal(1_000))
        assert isinstance(await engine.submit(opened), Taken)
        await keeper.start()
        slot = clock.now() + timedelta(milliseconds=150)
        line = "/buy BTC/USD 100"
        wanted = cm.SetSchedule(CommandId("set"), ANN, PAPER, line, "soon", Once(slot))
        assert isinstance(await engine.submit(wanted), Taken)
        async with asyncio.timeout(10):
            await came.wait()
        assert [one.last for one in missed] == [slot]
        assert missed[0].reason == "/buy BTC/USD 100 cannot be made here."
        use = await store.journal.used(slot_command_id(f"{PAPER}/schedule-1", slot))
        assert use is not None
    finally:
        await keeper.close()
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await engine.outbox.close()
        await store.close()
