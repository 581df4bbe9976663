"""Write it down, then do it: one commit for all that waits, nothing sent before it or after a failure."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from unittest.mock import patch

import pytest

from tests.fakes.pit import OWNER, PAPER
from tests.unit.domain.test_bracket import plan
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.domain import commands as cm
from trading.domain.book import same
from trading.domain.exits import ExitPlan, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ids import ClientOrderId, CommandId
from trading.domain.order import OrderStatus, OrderType
from trading.domain.reports import BrokerReport
from trading.engine.outbox import NO_SESSION, Outbox
from trading.engine.settings import EngineSettings
from trading.ports import BrokerSilent, Denied, StaleWriter, Taken

D = Decimal


def buying(pit: MarkedPit, name: str, size: str = "0.001", exits: ExitPlan | None = None) -> cm.OpenPosition:
    return cm.OpenPosition(
        CommandId(name),
        OWNER,
        PAPER,
        pit.seen(),
        True,
        Size(SizeKind.BASE, D(size)),
        exits=exits or ExitPlan(),
        confirmed=("duplicate",),
    )


def many() -> EngineSettings:
    return EngineSettings(batch_max=64)


def test_nothing_leaves_before_it_is_durable() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        assert pit.since() == [
            "append 3",  # the contract, the intent, the plan
            "durable",
            "submit entry",
            "append 6",  # accepted, filled, the bracket, its two orders, the gap in the guard
            "durable",
            "submit group of stop, target",
            "append 3",  # both accepted, guarded again
            "durable",
        ]

    in_marked_pit(scene)


def test_every_send_follows_a_commit() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await pit.quote("6750")
        await pit.do(
            cm.SetExits,
            position_id=pit.position().position_id,  # type: ignore[union-attr]  # it was just bought
            seen=pit.seen(),
            stop=plan(stop="6720").stop,
        )
        await pit.close("50")
        await pit.close()
        log = pit.since()
        sends = [at for at, what in enumerate(log) if what.split()[0] in ("submit", "replace", "cancel")]
        assert len(sends) >= 5
        for at in sends:
            before = [what for what in log[:at] if what == "durable" or what.startswith("append")]
            assert before[-1] == "durable"

    in_marked_pit(scene)


def test_what_waits_together_shares_one_commit() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.do(cm.SetLimit, name="orders_per_10_s_max", value=D(1_000))
        pit.since()
        commands = [buying(pit, f"c{n}") for n in range(50)]
        answers = await asyncio.gather(*(pit.engine.submit(command) for command in commands))
        assert all(isinstance(answer, Taken) for answer in answers)
        # The first wakes the writer, the others come along: fifty intents and one contract.
        assert pit.since()[:3] == ["append 51", "durable", "submit entry"]
        await pit.settle()
        assert pit.position().quantity == D("0.05")  # type: ignore[union-attr]  # fifty times 0.001

    in_marked_pit(scene, settings=many())


def test_commands_of_one_batch_see_each_other() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.do(cm.SetLimit, name="position_notional_max", value=D(20))
        commands = [buying(pit, f"c{n}") for n in range(5)]
        answers = await asyncio.gather(*(pit.engine.submit(command) for command in commands))
        taken = [isinstance(answer, Taken) for answer in answers]
        assert taken == [True, True, False, False, False]  # 6.70 each

    in_marked_pit(scene, settings=many())


def test_too_many_waiting_commands_are_turned_away() -> None:
    async def scene(pit: MarkedPit) -> None:
        commands = [buying(pit, f"c{n}") for n in range(8)]
        answers = await asyncio.gather(*(pit.engine.submit(command) for command in commands))
        busy = [a for a in answers if isinstance(a, Denied) and a.refusals[0].code == "busy"]
        assert len(busy) == 8 - 5
        assert "try again" in busy[0].refusals[0].sentence

    in_marked_pit(scene, settings=EngineSettings(commands_waiting_max=5))


# ---------------------------------------------------------------- when the store fails


def test_a_failed_append_sends_nothing_and_says_so() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("before")
        answer = await pit.buy("1000")
        assert isinstance(answer, Denied)
        (refusal,) = answer.refusals
        assert refusal.code == "not_recorded"
        assert refusal.sentence == "This cannot be recorded, so it was not sent: The disk is full."
        assert [what for what in pit.since() if what.startswith("submit")] == []
        assert pit.position() is None
        assert pit.engine.book.account(PAPER).order_count == 0  # type: ignore[union-attr]  # it is open
        assert pit.engine.unwritten == "The disk is full."
        again = await pit.buy("1000")
        assert isinstance(again, Taken)
        assert pit.engine.unwritten == ""
        assert pit.position().quantity > 0  # type: ignore[union-attr]  # bought now

    in_marked_pit(scene)


def test_the_same_words_may_be_said_again_after_a_failure() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("before")
        command = buying(pit, "telegram:1:1")
        assert isinstance(await pit.engine.submit(command), Denied)
        answer = await pit.engine.submit(command)
        assert isinstance(answer, Taken)
        assert not answer.repeated

    in_marked_pit(scene)


def test_people_are_answered_while_evidence_waits_for_the_disk() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("", *["before"] * 40)  # the intent is written, then the disk stays full
        assert isinstance(await pit.buy("1000"), Taken)
        began_s = pit.clock.elapsed_s()
        answer = await pit.engine.submit(buying(pit, "telegram:1:1"))
        assert isinstance(answer, Denied)
        assert answer.refusals[0].code == "not_recorded"
        assert pit.clock.elapsed_s() - began_s <= 5
        assert pit.position().quantity == 0  # type: ignore[union-attr]  # the fill waits in memory
        await pit.clock.sleep_s(300)
        assert pit.position().quantity > 0  # type: ignore[union-attr]  # there is space again
        assert sum(what.startswith("submit") for what in pit.since()) == 1

    in_marked_pit(scene)


def test_reports_wait_for_the_store_and_come_again() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("", "before")  # the intent is written, what the venue answers is not
        pit.trouble.heads = 2
        await pit.buy("1000")
        await pit.settle()
        assert pit.position().quantity == 0  # type: ignore[union-attr]  # the fill waits
        await pit.clock.sleep_s(5)
        await pit.settle()
        assert pit.position().quantity == D("0.14925373")  # type: ignore[union-attr]  # and was not lost
        assert [what for what in pit.since() if what.startswith("submit")] == ["submit entry"]
        assert len(pit.named("OrderFilled")) == 1

    in_marked_pit(scene)


def test_a_commit_with_a_lost_answer_is_found_and_never_sent_twice() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("after")
        command = buying(pit, "telegram:1:1")
        answer = await pit.engine.submit(command)
        assert isinstance(answer, Taken)  # it stands in the journal: the store was asked
        await pit.clock.sleep_s(120)
        await pit.settle()
        # Its order never left: that is proven like after a crash, and it is not sent again.
        (order,) = pit.engine.book.orders.values()
        assert order.status is OrderStatus.NOT_PLACED
        assert [what for what in pit.since() if what.startswith("submit")] == []
        assert pit.engine.book.account(PAPER).reserved == 0  # type: ignore[union-attr]  # nothing waits
        repeated = await pit.engine.submit(command)
        assert isinstance(repeated, Taken)
        assert repeated.repeated

    in_marked_pit(scene)


def test_a_lost_answer_before_the_session_has_begun_leaves_nothing_on_its_way() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("after")
        with patch.object(Outbox, "broker", lambda self, account: None):
            await pit.engine.submit(buying(pit, "telegram:1:1"))
            await pit.clock.sleep_s(30)
        (order,) = pit.engine.book.orders.values()
        assert (order.status, order.reason) == (OrderStatus.REJECTED, NO_SESSION)

    in_marked_pit(scene)


def test_the_book_keeps_prices_when_it_is_read_anew() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000")
        pit.trouble.plan("after")
        await pit.buy("1000")
        await pit.clock.sleep_s(60)
        await pit.settle()
        assert pit.engine.book.mid("BTC/USD") == D(6700)

    in_marked_pit(scene)


def test_a_second_writer_ends_this_one() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.store.journal.next_epoch()
        waiting = asyncio.ensure_future(pit.engine.submit(buying(pit, "c1")))
        assert pit.task is not None
        with pytest.raises(StaleWriter):
            await pit.task
        waiting.cancel()
        assert [what for what in pit.since() if what.startswith("submit")] == []
        assert pit.position() is None

    in_marked_pit(scene)


def test_a_failed_append_leaves_the_book_as_it_was() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000")
        before = pit.engine.book.part(PAPER)
        pit.trouble.plan("before")
        await pit.close()
        assert pit.engine.book.part(PAPER) == before
        live = pit.engine.book
        await pit.again()
        assert same(live, pit.engine.book)

    in_marked_pit(scene)


def test_what_was_to_be_asked_is_asked_although_the_store_lost_its_answer() -> None:
    """The cancel got no answer, that was written down, and the store could not say so. The report comes again
    and is known already: the question must go out nevertheless."""

    async def scene(pit: MarkedPit) -> None:
        limit = PriceSpec(PriceSpecKind.ABSOLUTE, D(6600))
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=limit)
        (order,) = pit.engine.book.open_orders(PAPER)
        cancel, tries = pit.broker.cancel, 0

        async def lost(client_order_id: ClientOrderId) -> BrokerReport:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise BrokerSilent("lost")
            return await cancel(client_order_id)

        pit.broker.cancel = lost  # type: ignore[method-assign]  # the line's mood
        pit.trouble.plan("", "after")
        await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, (order.order_id,)))
        await pit.clock.sleep_s(30)
        await pit.settle()
        known = pit.engine.book.order(order.order_id)
        assert known is not None and known.status is OrderStatus.CANCELED
        assert tries == 2

    in_marked_pit(scene)
