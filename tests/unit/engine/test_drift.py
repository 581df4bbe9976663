"""A venue that tells another story than the book: nothing is added until a person has looked."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import PAPER, Pit, in_pit
from trading.brokers.tape import MemoryTape
from trading.domain.commands import HaltState
from trading.domain.exits import ExitPlan, Level, LevelKind
from trading.ports import Denied

STOP = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(10)))


def test_a_venue_that_lost_its_memory_stops_entries_and_says_why() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=STOP)
        await pit.bar("100", "100", "100", "100")
        await pit.die()
        pit.tape = MemoryTape(keeps=True)
        pit.venue = pit.new_venue()
        await pit.open()
        await pit.clock.sleep_s(5)
        await pit.settle()
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.halt is HaltState.REDUCE_ONLY
        assert "BTC/USD: the venue holds 0, the book 10" in account.halt_reason
        assert "the venue does not hold #2" in account.halt_reason
        await pit.bar("100", "100", "100", "100")
        refused = await pit.buy()
        assert isinstance(refused, Denied)
        assert "account_halt" in [one.code for one in refused.refusals]

    in_pit(scene)


def test_a_venue_that_agrees_changes_nothing_at_a_start() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=STOP)
        await pit.bar("100", "100", "100", "100")
        await pit.die()
        await pit.open()
        await pit.clock.sleep_s(5)
        await pit.settle()
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.halt is HaltState.ACTIVE

    in_pit(scene)
