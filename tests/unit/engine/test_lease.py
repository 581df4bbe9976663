"""Whoever was overtaken while he slept sends nothing any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.pit import Pit, in_pit
from trading.engine.lease import Lease
from trading.ports import JournalUnavailable, StaleWriter


def lease(pit: Pit) -> Lease:
    """As it stands right after a look at the store."""
    return Lease(pit.store.journal, pit.engine.memory, pit.clock)


def test_what_is_sent_in_the_same_breath_needs_no_other_look() -> None:
    async def scene(pit: Pit) -> None:
        held = lease(pit)
        await pit.store.journal.next_epoch()
        assert await held.must_hold(0.0) == ""
        assert await held.must_hold(8.0) == ""

    in_pit(scene)


@pytest.mark.parametrize("fence_s, waits_s", [(0.0, 0.1), (8.0, 1.5)])
def test_what_waited_is_not_sent_by_whom_another_has_overtaken(fence_s: float, waits_s: float) -> None:
    async def scene(pit: Pit) -> None:
        held = lease(pit)
        await pit.clock.sleep_s(waits_s)
        assert await held.must_hold(fence_s) == ""
        await pit.store.journal.next_epoch()
        assert await held.must_hold(fence_s) == "", "a look counts for a while"
        await pit.clock.sleep_s(waits_s)
        with pytest.raises(StaleWriter, match="has taken over"):
            await held.must_hold(fence_s)

    in_pit(scene)


def test_a_machine_that_slept_looks_again_although_its_steady_clock_stood_still() -> None:
    async def scene(pit: Pit) -> None:
        held = lease(pit)
        await pit.store.journal.next_epoch()
        pit.clock.jump(timedelta(minutes=30))
        with pytest.raises(StaleWriter):
            await held.must_hold(8.0)

    in_pit(scene)


def test_when_nobody_can_say_nothing_leaves() -> None:
    async def scene(pit: Pit) -> None:
        class Gone:
            async def epoch(self) -> int:
                raise JournalUnavailable("The disk reported an error.")

        held = Lease(Gone(), pit.engine.memory, pit.clock)  # type: ignore[arg-type]  # only this is asked
        await pit.clock.sleep_s(2)
        assert await held.must_hold(0.0) == "The disk reported an error."

    in_pit(scene)
