"""A message that no decision survives: counted, set aside after the third time, and the rest goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.main.tries import RegisterTries
from tests.fakes.pit import OWNER, PAPER, Pit, in_pit
from tests.sim.poison import CID, Poisonous, poisonous
from trading.domain.commands import HaltState, SetHalt
from trading.domain.ids import ClientOrderId, CommandId
from trading.domain.reports import CanceledReported
from trading.engine.poison import Poison, key_of
from trading.ports import Taken


def telling(pit: Pit) -> CanceledReported:
    """The same report, told now."""
    return CanceledReported(PAPER, CID, "venue", pit.clock.now())


async def dies_of_it(pit: Pit) -> None:
    pit.engine.poison = Poison(RegisterTries(pit.store.registers))
    await pit.engine.poison.load()
    pit.engine.report(telling(pit))
    assert pit.task is not None
    with pytest.raises(Poisonous):
        await pit.task
    await pit.engine.outbox.close()


async def begins_again(pit: Pit) -> None:
    await pit.start()
    pit.engine.poison = Poison(RegisterTries(pit.store.registers))
    await pit.engine.poison.load()


def test_what_ended_the_desk_twice_is_set_aside_the_third_time() -> None:
    async def scene(pit: Pit) -> None:
        with poisonous():
            await dies_of_it(pit)
            await pit.start()
            await dies_of_it(pit)
            await begins_again(pit)
            pit.engine.report(telling(pit))
            await pit.settle()
            account = pit.engine.book.account(PAPER)
            assert account is not None
            assert account.halt is HaltState.REDUCE_ONLY
            assert "three times (CanceledReported)" in account.halt_reason
            noticed = [one.event for one in pit.events if type(one.event).__name__ == "Noticed"]
            assert [getattr(one, "code", "") for one in noticed] == ["message_quarantined"]

    in_pit(scene)


def test_what_was_set_aside_stays_aside_and_others_are_decided() -> None:
    async def scene(pit: Pit) -> None:
        with poisonous():
            await dies_of_it(pit)
            await pit.start()
            await dies_of_it(pit)
            await begins_again(pit)
            pit.engine.report(telling(pit))
            await pit.settle()
            await pit.die()
            await begins_again(pit)
            pit.engine.report(telling(pit))
            answer = await pit.engine.submit(resume())
            assert isinstance(answer, Taken)
            assert pit.task is not None
            assert not pit.task.done()

    in_pit(scene)


def resume() -> SetHalt:
    return SetHalt(CommandId("go"), OWNER, PAPER, HaltState.ACTIVE, "looked")


def test_the_same_report_told_later_is_the_same() -> None:
    async def scene(pit: Pit) -> None:
        first = telling(pit)
        pit.clock.jump(timedelta(hours=1))
        assert key_of(telling(pit)) == key_of(first)
        other = CanceledReported(PAPER, ClientOrderId("OTHER"), "venue", pit.clock.now())
        assert key_of(other) != key_of(first)

    in_pit(scene)


async def test_a_note_that_cannot_be_read_counts_as_none() -> None:
    class Torn:
        async def meta(self, name: str) -> str | None:
            return "{torn"

        async def put_meta(self, name: str, value: str) -> None:
            self.written = value

    torn = Torn()
    assert await RegisterTries(torn).count("a") == 1
    assert torn.written == '{"a":1}'
