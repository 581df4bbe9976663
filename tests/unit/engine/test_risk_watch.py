"""The desk looks at today's loss when something has changed, and only then."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from tests.fakes.pit import PAPER, Pit, in_pit
from trading.domain import commands as cm
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.order import OrderType
from trading.engine.risk_watch import RiskWatch

D = Decimal


async def watched(pit: Pit) -> RiskWatch:
    """Long 50 at 100 with 10,000 in the account: each point costs a tenth of the limit of 500."""
    watch = RiskWatch(pit.engine, lambda symbol: 120.0)
    await pit.quote("100")
    await pit.buy("5000")
    await pit.quote("100")
    assert pit.position() is not None
    return watch


def warned(pit: Pit) -> list[int]:
    return [event.level_percent for event in pit.named("RiskWarned")]


def test_a_round_warns_once_of_the_highest_level() -> None:
    async def scene(pit: Pit) -> None:
        watch = await watched(pit)
        for price in ("97", "94.9", "94.9", "92", "92", "80", "80"):
            await pit.quote(price)
            await watch.round()
            await pit.settle()
        assert warned(pit) == [50, 75, 100]

    in_pit(scene)


def test_an_account_is_looked_at_only_when_its_price_has_moved() -> None:
    async def scene(pit: Pit) -> None:
        watch = await watched(pit)
        await watch.round()
        before = watch.looks
        for _ in range(5):
            await watch.round()
        assert watch.looks == before
        await pit.quote("99")
        await watch.round()
        assert watch.looks == before + 1

    in_pit(scene)


def test_nothing_is_written_while_there_is_nothing_to_say() -> None:
    async def scene(pit: Pit) -> None:
        watch = await watched(pit)
        before = len(pit.events)
        for price in ("99", "98", "97", "99"):
            await pit.quote(price)
            await watch.round()
            await pit.settle()
        assert len(pit.events) == before

    in_pit(scene)


def test_a_fill_is_looked_at_at_once() -> None:
    async def scene(pit: Pit) -> None:
        await watched(pit)
        await pit.quote("94")
        await pit.close("90")
        await pit.quote("94")
        assert warned(pit) == [50]

    in_pit(scene)


def test_a_lowered_limit_is_looked_at_at_once() -> None:
    async def scene(pit: Pit) -> None:
        await watched(pit)
        await pit.quote("97")
        await pit.do(cm.SetLimit, name="daily_loss_percent_max", value=D(2))
        assert warned(pit) == [75]

    in_pit(scene)


def test_rounds_go_on_by_themselves_and_survive_a_restart_without_repeating() -> None:
    async def scene(pit: Pit) -> None:
        watch = await watched(pit)
        rounds = asyncio.create_task(watch.run())
        await pit.quote("94")
        await pit.clock.sleep_s(6)
        await pit.settle()
        assert warned(pit) == [50]
        rounds.cancel()
        await pit.die()
        await pit.open()
        again = RiskWatch(pit.engine, lambda symbol: 120.0)
        await pit.quote("94")
        await again.round()
        await pit.settle()
        assert warned(pit) == [50]
        await asyncio.gather(rounds, return_exceptions=True)

    in_pit(scene)


def test_at_the_limit_what_waits_to_add_risk_is_withdrawn() -> None:
    async def scene(pit: Pit) -> None:
        watch = await watched(pit)
        below = PriceSpec(PriceSpecKind.ABSOLUTE, D(60))
        await pit.buy("100", order_type=OrderType.LIMIT, limit=below)
        await pit.quote("90.5")
        await pit.quote("89")
        await watch.round()
        await pit.settle()
        assert warned(pit) == [100]
        assert [order for order in pit.engine.book.open_orders(PAPER) if order.is_entry] == []
        canceled = pit.named("CancelRequested")
        assert canceled[-1].cause == "daily_loss"

    in_pit(scene)
