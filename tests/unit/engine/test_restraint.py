"""A venue that wants no requests hears none: nothing is sent into a ban, and afterwards exits go first."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.fakes.pit import PAPER, START
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.brokers.paper_faults import Fault, Faults
from trading.brokers.profile import PAPER_PAIR
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.events import Noticed
from trading.domain.ids import AccountId, ClientOrderId, FillId
from trading.domain.order import OrderStatus, OrderType, Side
from trading.engine.restraint import MARGIN_S, PAUSE_MAX_S, Restraint
from trading.ports import BrokerBusy, Denied, Taken
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal


class Door(Faults):
    """Counts what reaches the venue, and turns everything away while it is shut."""

    def __init__(self) -> None:
        super().__init__()
        self.shut_until_s = 0.0
        self.clock_s: Any = lambda: 0.0
        self.says = True
        self.knocks: list[float] = []

    def shut(self, seconds: float, *, says: bool = True) -> None:
        self.shut_until_s = self.clock_s() + seconds
        self.says = says
        self.knocks.clear()

    def next(self) -> Fault:
        now_s = self.clock_s()
        if now_s >= self.shut_until_s:
            return super().next()
        self.knocks.append(now_s)
        self.busy_s = self.shut_until_s - now_s if self.says else None
        return Fault.BUSY


def play(scene: Any, **more: Any) -> Door:
    door = Door()

    async def played(pit: MarkedPit) -> None:
        door.clock_s = pit.clock.elapsed_s
        await scene(pit, door)

    in_marked_pit(played, faults=door, **more)
    return door


def statuses(pit: MarkedPit) -> list[str]:
    return [order.status.value for order in pit.engine.book.orders.values()]


def test_a_ban_is_knocked_at_once_and_then_left_alone() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        door.shut(40)
        await pit.clock.sleep_s(39)
        assert len(door.knocks) == 1, "the next question learns of it, and nobody asks any more"
        await pit.clock.sleep_s(4)
        look = pit.engine.outbox.rounds[PAPER].told()
        assert look.age_s is not None and look.age_s < 3

    play(scene)


def test_people_hear_of_a_ban_that_lasts_once() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        door.shut(40)
        await pit.clock.sleep_s(60)
        told = [e.event for e in pit.events if isinstance(e.event, Noticed)]
        assert [(one.code, one.facts["venue"]) for one in told] == [("venue_busy", "paper")]
        assert 30 < int(told[0].facts["seconds"]) <= 40

    play(scene)


def test_without_a_word_the_pauses_double_and_an_answer_ends_that() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        door.shut(100, says=False)
        await pit.clock.sleep_s(99)
        apart = [later - earlier for earlier, later in pairwise(door.knocks)]
        # Whoever asks looks every two seconds whether he may.
        assert all(again > 2 * before - 3 for before, again in pairwise(apart)), apart
        assert apart[0] >= 2 and apart[-1] > 30
        await pit.clock.sleep_s(60)
        door.shut(20, says=False)
        await pit.clock.sleep_s(15)
        assert door.knocks[1] - door.knocks[0] < 5

    play(scene)


def test_the_longest_pause_is_a_minute() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        restraint = Restraint(clock)
        for _ in range(40):
            restraint.refused(None)
            assert restraint.wait_s(is_urgent=True) <= PAUSE_MAX_S + 2 * MARGIN_S
            await restraint.opened(is_urgent=True)

    run(main)


def test_two_requests_that_were_on_their_way_together_are_one_lesson() -> None:
    async def main(loop: VirtualLoop) -> None:
        restraint = Restraint(VirtualClock(loop, START))
        restraint.refused(None)
        once_s = restraint.wait_s()
        restraint.refused(None)
        assert restraint.wait_s() == once_s
        restraint.answered()  # of a third one: the ban stays
        assert restraint.wait_s() == once_s
        restraint.refused(3.0)
        assert once_s < restraint.wait_s() < once_s + 2

    run(main)


def test_an_entry_is_refused_with_certainty_when_the_ban_lasts() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        door.shut(40)
        await pit.clock.sleep_s(10)
        pit.since()
        await pit.buy("1000")
        assert statuses(pit) == ["rejected"]
        (order,) = pit.engine.book.orders.values()
        assert "no requests" in order.reason and order.refusal == "venue_busy"
        assert "submit entry" not in pit.since()

    play(scene)


def test_an_entry_waits_for_the_end_of_a_short_ban_and_goes_out_once() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        door.shut(12)
        await pit.clock.sleep_s(9)
        pit.since()
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        assert statuses(pit) == ["submitting"]
        await pit.clock.sleep_s(5)
        assert statuses(pit) == ["working"]
        assert [what for what in pit.since() if what.startswith("submit")] == ["submit entry"]

    play(scene)


def test_an_entry_that_waited_behind_an_exit_for_too_long_is_not_sent() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        await pit.buy("1000")
        door.shut(40)
        await pit.clock.sleep_s(10)
        await pit.close()
        pit.since()
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        await pit.clock.sleep_s(40)
        assert [what for what in pit.since() if what.startswith("submit")] == ["submit close"]
        assert statuses(pit)[-1] == "rejected"

    play(scene)


def test_what_is_learned_from_the_order_itself_is_no_doubt() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        door.shut(5)
        await pit.buy("1000")
        (order,) = pit.engine.book.orders.values()
        assert (order.status, order.refusal) == (OrderStatus.REJECTED, "throttled")
        assert len(door.knocks) == 1

    play(scene)


def test_exits_and_cancels_wait_as_long_as_it_takes_and_go_before_all_questions() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        await pit.buy("500")
        await pit.buy("500", order_type=OrderType.LIMIT, limit=at("6600"))
        asked: list[str] = []
        snapshot = pit.broker.snapshot

        async def noted() -> Any:
            asked.append("asked")
            pit.log.append("snapshot")
            return await snapshot()

        pit.broker.snapshot = noted  # type: ignore[method-assign]  # only notes
        door.shut(60)
        await pit.clock.sleep_s(10)
        pit.since()
        await pit.close()
        assert not [what for what in pit.since() if not what.startswith(("append", "durable"))]
        await pit.clock.sleep_s(60)
        sent = [what for what in pit.since() if not what.startswith(("append", "durable"))]
        assert sorted(sent[:2]) == ["cancel", "submit close"]
        assert "snapshot" in sent[2:]
        assert pit.position() is None or not pit.position().is_open  # type: ignore[union-attr]  # just looked at

    play(scene)


def test_a_close_that_met_the_ban_itself_is_sent_again_when_it_is_over() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        await pit.buy("1000")
        door.shut(15)
        assert isinstance(await pit.close(), Taken)
        assert statuses(pit) == ["filled", "rejected", "submitting"]
        await pit.clock.sleep_s(16)
        assert statuses(pit) == ["filled", "rejected", "filled"]

    play(scene)


def test_a_stop_that_met_the_ban_is_placed_as_the_stop_that_it_is() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        await pit.do(cm.SetLimit, name="unprotected_s_max", value=Decimal(30))
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"), exits=plan(stop="1%"))
        door.shut(15)
        await pit.quote("6590")
        await pit.clock.sleep_s(20)
        legs = [order for order in pit.engine.book.orders.values() if not order.is_entry]
        assert [(leg.type, leg.status) for leg in legs] == [
            (OrderType.STOP, OrderStatus.REJECTED),
            (OrderType.STOP, OrderStatus.WORKING),
        ]
        position = pit.position()
        assert position is not None and position.bracket is not None
        assert position.bracket.guard.value == "pair"

    play(scene, profile=PAPER_PAIR)


def test_an_exit_of_what_is_gone_by_then_is_not_sent() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        await pit.buy("1000")
        door.shut(60)
        await pit.clock.sleep_s(10)
        pit.since()
        await pit.close()
        position, order = pit.position(), [*pit.engine.book.orders.values()][-1]
        assert position is not None
        # Another hand sold it meanwhile, and the stream says so.
        told = rp.FillReported(
            PAPER,
            ClientOrderId("hand"),
            FillId("H1"),
            position.quantity,
            pit.engine.book.marks["BTC/USD"].bid,
            D(0),
            rp.Liquidity.TAKER,
            pit.clock.now(),
            symbol="BTC/USD",
            side=Side.SELL,
        )
        pit.engine.report(told)
        await pit.clock.sleep_s(60)
        assert not [what for what in pit.since() if what.startswith("submit")]
        assert pit.engine.book.orders[order.order_id].refusal == "moot"

    play(scene)


def test_a_refusal_that_says_the_same_restrains_too() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        submit = pit.broker.submit

        async def throttled(order: Any) -> Any:
            pit.broker.submit = submit  # type: ignore[method-assign]  # once
            item = order.item
            return rp.Rejected(PAPER, item.client_order_id, "throttled", "Busy.", pit.clock.now())

        pit.broker.submit = throttled  # type: ignore[method-assign]  # a venue without the status 429
        await pit.buy("1000")
        restraint = pit.engine.outbox.restrained(PAPER, pit.broker).restraint
        assert restraint.wait_s() > 2

    play(scene)


def test_a_queue_of_our_own_holds_back_no_stop_of_the_venue() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        submit = pit.broker.submit

        async def crowded(order: Any) -> Any:
            pit.broker.submit = submit  # type: ignore[method-assign]  # once
            raise BrokerBusy("Too many wait already.", is_ours=True)

        pit.broker.submit = crowded  # type: ignore[method-assign]  # its turn did not come
        await pit.buy("1000")
        await pit.clock.sleep_s(1)
        assert statuses(pit) == ["rejected"]
        assert not pit.engine.outbox.restrained(PAPER, pit.broker).restraint.wait_s()
        await pit.buy("1000")
        await pit.clock.sleep_s(1)
        assert statuses(pit)[1] == "filled"

    play(scene)


def test_all_accounts_of_a_venue_share_one_restraint() -> None:
    async def scene(pit: MarkedPit, door: Door) -> None:
        outbox = pit.engine.outbox
        first = outbox.restrained(PAPER, pit.broker)
        second = outbox.restrained(AccountId("other"), pit.broker)
        assert first.restraint is second.restraint
        assert outbox.restrained(PAPER, first) is first
        assert isinstance(await pit.buy("1"), Taken | Denied)
        await asyncio.sleep(0)

    play(scene)
