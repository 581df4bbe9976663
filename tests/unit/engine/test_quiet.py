"""A venue that goes quiet freezes entries after half a minute, and nothing of it needs a person to end."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.fakes.pit import PAPER, Pit, in_pit
from tests.unit.domain.test_decide_entry import at
from trading.brokers.paper_faults import Fault, Faults
from trading.domain.order import OrderStatus, OrderType
from trading.engine.settings import EngineSettings
from trading.ports import Denied, Taken

D = Decimal


class Line(Faults):
    """A line that is dead, or dead for what is sent only."""

    def __init__(self) -> None:
        super().__init__()
        self.is_dead = False

    def next(self) -> Fault:
        planned = super().next()
        return Fault.LOST_BEFORE if self.is_dead and planned is Fault.NONE else planned


def causes(pit: Pit) -> list[str]:
    return [one.cause.value for one in pit.engine.book.accounts[PAPER].freezes]


async def limit(pit: Pit, price: str = "6600") -> Taken | Denied:
    return await pit.buy("100", order_type=OrderType.LIMIT, limit=at(price))


def play(scene: Any) -> None:
    line = Line()

    async def played(pit: Pit) -> None:
        await pit.quote("6700")
        await scene(pit, line)

    in_pit(played, faults=line)


def test_after_half_a_minute_without_an_answer_entries_are_refused_with_a_sentence() -> None:
    async def scene(pit: Pit, line: Line) -> None:
        line.is_dead = True
        await limit(pit)
        await pit.clock.sleep_s(25)
        assert causes(pit) == []
        await pit.clock.sleep_s(10)
        assert causes(pit) == ["unanswered"]
        await pit.quote("6700")
        refused = await limit(pit)
        assert isinstance(refused, Denied)
        (sentence,) = [one.sentence for one in refused.refusals]
        assert "the venue does not answer" in sentence and "opens by itself" in sentence
        line.is_dead = False
        await pit.clock.sleep_s(10)
        assert causes(pit) == []
        await pit.quote("6700")
        assert isinstance(await limit(pit), Taken)
        assert len(pit.named("EntriesFrozen")) == len(pit.named("EntriesThawed")) == 1

    play(scene)


def test_a_venue_is_asked_by_the_rounds_alone_while_nothing_is_in_doubt() -> None:
    async def scene(pit: Pit, line: Line) -> None:
        asked = 0
        snapshot = pit.broker.snapshot

        async def counted() -> Any:
            nonlocal asked
            asked += 1
            return await snapshot()

        pit.broker.snapshot = counted  # type: ignore[method-assign]  # only to count
        await limit(pit)
        await pit.clock.sleep_s(600)
        assert asked <= 600 / EngineSettings().look_every_s

    play(scene)


def test_two_silent_sends_freeze_until_both_are_settled() -> None:
    async def scene(pit: Pit, line: Line) -> None:
        line.plan(Fault.LOST_AFTER)
        await limit(pit, "6600")
        line.plan(Fault.LOST_BEFORE)
        line.is_dead = True
        await limit(pit, "6500")
        assert causes(pit) == ["sends"]
        assert isinstance(await limit(pit, "6400"), Denied)
        line.is_dead = False
        await pit.clock.sleep_s(10)
        statuses = [one.status for one in pit.engine.book.orders.values()]
        assert statuses == [OrderStatus.WORKING, OrderStatus.NOT_PLACED]
        assert causes(pit) == [] and isinstance(await limit(pit, "6400"), Taken)

    play(scene)


def test_a_restart_forgets_no_freeze_and_thaws_it_when_the_venue_answers() -> None:
    async def scene(pit: Pit, line: Line) -> None:
        line.is_dead = True
        await limit(pit)
        await pit.clock.sleep_s(45)
        await pit.die()
        await pit.start()
        assert causes(pit) == ["unanswered"]
        await pit.open()
        assert causes(pit) == ["unanswered"]
        line.is_dead = False
        await pit.clock.sleep_s(15)
        assert causes(pit) == []

    play(scene)


def test_doubt_that_lasts_is_told_after_half_a_minute_and_every_quarter_of_an_hour() -> None:
    async def scene(pit: Pit, line: Line) -> None:
        line.is_dead = True
        await limit(pit)
        began = pit.clock.now()
        await pit.clock.sleep_s(2_000)
        told = [(event.at - began).total_seconds() for event in pit.named("DoubtLasts")]
        assert len(told) == 3
        assert 30 <= told[0] <= 40 and all(900 <= b - a <= 910 for a, b in pairwise(told))
        line.is_dead = False
        await pit.clock.sleep_s(1_000)
        assert len(pit.named("DoubtLasts")) == 3

    play(scene)
