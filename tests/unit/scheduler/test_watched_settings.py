"""Settings that are remembered are the ones that are stored, whatever is written meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from db.store import memory_store
from scheduler.watched_settings import WatchedRegisters
from trading.domain.ids import PersonId

ANN = PersonId("ann")


async def test_a_setting_is_read_once_and_told_when_it_changes() -> None:
    store = memory_store()
    told: list[str] = []
    watched = WatchedRegisters(store.registers, lambda person, name: told.append(f"{person} {name}"))
    await watched.put_setting(ANN, "zone", "UTC")
    assert dict(await watched.settings(ANN)) == {"zone": "UTC"}
    await store.registers.put_setting(ANN, "zone", "Europe/Berlin")
    assert dict(await watched.settings(ANN)) == {"zone": "UTC"}, "nobody writes past it"
    await watched.put_setting(ANN, "zone", None)
    assert dict(await watched.settings(ANN)) == {}
    assert told == ["ann zone", "ann zone"]
    await store.close()


async def test_what_is_written_while_it_is_read_is_not_forgotten() -> None:
    store = memory_store()
    gate = asyncio.Event()
    read = store.registers.settings

    async def slow(person: PersonId) -> Mapping[str, str]:
        found = await read(person)
        await gate.wait()
        return found

    store.registers.settings = slow  # type: ignore[method-assign]  # a database that takes its time
    watched = WatchedRegisters(store.registers, lambda person, name: None)
    reading = asyncio.create_task(watched.settings(ANN))
    await asyncio.sleep(0)
    await watched.put_setting(ANN, "zone", "Europe/Berlin")
    gate.set()
    assert dict(await reading) == {}
    assert dict(await watched.settings(ANN)) == {"zone": "Europe/Berlin"}
    await store.close()
