"""A wall clock that is set forth or back never makes an old price look young."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.pit import Pit, in_pit
from trading.ports import Denied, Taken


@pytest.mark.parametrize("hours", [1, -1])
def test_after_a_jump_of_the_clock_entries_wait_for_the_next_price(hours: int) -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        assert isinstance(await pit.buy(), Taken)
        pit.clock.jump(timedelta(hours=hours))
        refused = await pit.buy()
        assert isinstance(refused, Denied)
        assert [one.code for one in refused.refusals] == ["price_fresh"]
        await pit.bar("100", "100", "100", "100")
        assert isinstance(await pit.buy(), Taken)

    in_pit(scene)
