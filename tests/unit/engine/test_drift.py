"""A venue that tells another story than the book: the symbol is not opened until a person has looked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.fakes.pit import BTC, PAPER, Pit, in_pit
from tests.unit.domain.test_decide_entry import at
from trading.brokers.tape import MemoryTape
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.commands import HaltState
from trading.domain.exits import ExitPlan, Level, LevelKind
from trading.domain.freezing import Frozen
from trading.domain.ids import ClientOrderId, FillId, OrderId, PositionId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.ports import Denied, Taken

D = Decimal
ETH = replace(BTC, symbol="ETH/USD", base="ETH")
STOP = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(10)))


def frozen(pit: Pit) -> Frozen | None:
    account = pit.engine.book.account(PAPER)
    assert account is not None
    return account.frozen_in("BTC/USD")


async def lost_memory(pit: Pit) -> None:
    """The desk holds 10 with a stop, and its venue knows nothing of it."""
    await pit.bar("100", "100", "100", "100")
    await pit.buy(exits=STOP)
    await pit.bar("100", "100", "100", "100")
    await pit.die()
    pit.tape = MemoryTape(keeps=True)
    pit.venue = pit.new_venue()
    await pit.open()
    await pit.clock.sleep_s(60)
    await pit.settle()


async def settle(pit: Pit, choice: str, **more: Any) -> Taken | Denied:
    stands = frozen(pit)
    assert stands is not None
    fields = {"held": stands.held, "booked": stands.booked, "seen": pit.seen(), **more}
    return await pit.do(cm.SettleDrift, symbol="BTC/USD", choice=choice, **fields)


def code(answer: Taken | Denied) -> str:
    assert isinstance(answer, Denied)
    return answer.refusals[0].code


def test_a_venue_that_lost_its_memory_freezes_the_symbol_and_says_why() -> None:
    async def scene(pit: Pit) -> None:
        await lost_memory(pit)
        stands = frozen(pit)
        assert stands is not None
        assert (stands.held, stands.booked, stands.lost) == (D(0), D(10), (2,))
        assert "the venue holds 0, the book 10" in stands.sentence
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.halt is HaltState.ACTIVE
        await pit.bar("100", "100", "100", "100")
        assert code(await pit.buy()) == "frozen"
        # Only this symbol: another one goes on.
        await pit.bar("100", "100", "100", "100", "ETH/USD")
        assert isinstance(await pit.buy("100", symbol="ETH/USD"), Taken)

    in_pit(scene, instruments=(BTC, ETH))


def test_adopting_makes_the_book_what_the_venue_holds() -> None:
    async def scene(pit: Pit) -> None:
        await lost_memory(pit)
        assert isinstance(await settle(pit, "adopt"), Taken)
        position = pit.position()
        assert position is not None and not position.is_open
        assert frozen(pit) is None
        assert pit.named("OrderCanceled")[-1].reason == "lost"
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.cash + account.fees == 10_000
        await pit.bar("100", "100", "100", "100")
        assert isinstance(await pit.buy(), Taken)

    in_pit(scene)


def test_ignoring_leaves_exactly_this_difference_alone() -> None:
    async def scene(pit: Pit) -> None:
        await lost_memory(pit)
        assert isinstance(await settle(pit, "ignore"), Taken)
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.frozen == ()
        assert [(one.symbol, one.difference) for one in account.ignored] == [("BTC/USD", D(-10))]

    in_pit(scene)


def foreign(pit: Pit, quantity: str, name: str) -> None:
    """Somebody trades past the desk, and the venue tells nobody but him of it."""
    cid = ClientOrderId(name)
    order = Order(
        OrderId(name),
        cid,
        PAPER,
        PositionId("hand"),
        "BTC/USD",
        Side.BUY if D(quantity) > 0 else Side.SELL,
        OrderType.MARKET,
        Quantity(abs(D(quantity))),
        Role.ENTRY,
    )
    pit.venue.submit(order, pit.clock.now())
    history = pit.venue.history

    def untold(told: Sequence[Any]) -> list[Any]:
        return [one for one in told if one.client_order_id != cid]

    for report in untold(pit.venue.drain()):
        pit.engine.report(report)
    pit.venue.history = lambda since: untold(history(since))  # type: ignore[method-assign]  # own fills only


async def unexplained(pit: Pit, quantity: str) -> None:
    """The desk holds 10 at 100; then the venue holds `quantity` more."""
    await pit.quote("100")
    await pit.buy(exits=STOP)
    foreign(pit, quantity, "HAND-1")
    await pit.clock.sleep_s(60)
    await pit.quote("100")


def test_a_position_without_a_fill_to_show_is_adopted_with_its_guard() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "5")
        stands = frozen(pit)
        assert stands is not None and (stands.held, stands.booked) == (D(15), D(10))
        assert isinstance(await settle(pit, "adopt"), Taken)
        position = pit.position()
        assert position is not None and position.quantity == 15
        await pit.clock.sleep_s(20)
        assert [o.remaining for o in pit.engine.book.open_orders(PAPER)] == [15]
        assert len(pit.named("SymbolFrozen")) == 1

    in_pit(scene, waits_for_open=False)


def test_what_lies_beyond_the_book_can_be_closed() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "5")
        assert isinstance(await settle(pit, "close"), Taken)
        await pit.quote("100")
        position = pit.position()
        assert position is not None and position.quantity == 10
        assert pit.venue.snapshot(pit.clock.now()).positions["BTC/USD"] == 10
        await pit.clock.sleep_s(60)
        assert frozen(pit) is None

    in_pit(scene, waits_for_open=False)


def test_what_is_missing_cannot_be_closed() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "-4")
        assert code(await settle(pit, "close")) == "nothing_beyond"

    in_pit(scene, waits_for_open=False)


def test_a_difference_that_is_left_alone_is_told_again_when_it_becomes_another_one() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "5")
        await settle(pit, "ignore")
        await pit.clock.sleep_s(60)
        assert frozen(pit) is None
        # The same difference, although both have moved.
        await pit.quote("100")
        assert isinstance(await pit.buy("200"), Taken)
        await pit.clock.sleep_s(60)
        assert frozen(pit) is None
        await pit.quote("100")
        foreign(pit, "1", "HAND-2")
        await pit.clock.sleep_s(60)
        stands = frozen(pit)
        assert stands is not None and stands.difference == 6

    in_pit(scene, waits_for_open=False)


def test_a_symbol_thaws_by_itself_when_the_difference_is_gone() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "5")
        assert frozen(pit) is not None
        foreign(pit, "-5", "HAND-2")
        await pit.clock.sleep_s(30)
        assert frozen(pit) is None
        assert pit.named("SymbolThawed")[-1].reason == "gone"

    in_pit(scene, waits_for_open=False)


def test_what_waits_to_open_in_a_frozen_symbol_is_withdrawn_and_exits_stand() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("100")
        await pit.buy(exits=STOP)
        await pit.buy("500", order_type=OrderType.LIMIT, limit=at("90"))
        foreign(pit, "5", "HAND-1")
        await pit.clock.sleep_s(60)
        assert [o.role for o in pit.engine.book.open_orders(PAPER)] == [Role.STOP]

    in_pit(scene, waits_for_open=False)


def test_another_difference_than_the_one_that_was_shown_is_not_settled() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "5")
        assert code(await settle(pit, "adopt", held=D(16))) == "drift_changed"
        await settle(pit, "adopt")
        shown = {"held": D(15), "booked": D(10), "seen": pit.seen()}
        again = await pit.do(cm.SettleDrift, symbol="BTC/USD", choice="adopt", **shown)
        assert code(again) == "no_drift"

    in_pit(scene, waits_for_open=False)


def test_without_a_price_nothing_is_adopted() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("100")
        foreign(pit, "5", "HAND-1")
        await pit.clock.sleep_s(60)
        pit.engine.book.marks.clear()
        assert code(await settle(pit, "adopt")) == "no_price"

    in_pit(scene, waits_for_open=False)


def test_a_look_can_be_asked_for() -> None:
    async def scene(pit: Pit) -> None:
        await pit.clock.sleep_s(5)
        assert isinstance(await pit.do(cm.LookNow), Taken)
        await pit.settle()
        assert pit.engine.outbox.rounds[PAPER].told().age_s == 0

    in_pit(scene)


def test_what_the_venue_itself_closed_waits_for_a_person() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("100")
        await pit.buy(exits=STOP)
        liquidated = rp.FillReported(
            PAPER,
            ClientOrderId("LIQ"),
            FillId("L-1"),
            Quantity(D(10)),
            Price(D(100)),
            D(0),
            rp.Liquidity.TAKER,
            pit.clock.now(),
            symbol="BTC/USD",
            side=Side.SELL,
            cause="liquidation",
        )
        pit.engine.report(liquidated)
        await pit.settle()
        stands = frozen(pit)
        assert stands is not None and stands.reason == "liquidation"
        assert pit.named("OrderAdopted")[-1].reason == "liquidation"
        assert "closed" in stands.sentence
        pit.engine.report(rp.DriftGone(PAPER, "BTC/USD", pit.clock.now()))
        await pit.settle()
        assert frozen(pit) is not None
        assert isinstance(await settle(pit, "ignore"), Taken)
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.ignored == () and account.frozen == ()

    in_pit(scene, waits_for_open=False)


def test_an_order_that_is_not_there_is_placed_anew_when_a_person_says_so() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("100")
        await pit.buy(exits=STOP)
        (stop,) = pit.engine.book.open_orders(PAPER)
        works = pit.venue._state
        works.open.pop(stop.client_order_id)
        await pit.clock.sleep_s(90)
        stands = frozen(pit)
        assert stands is not None and stands.lost == (stop.number,)
        assert stands.difference == 0 and "does not hold" in stands.sentence
        assert isinstance(await settle(pit, "adopt"), Taken)
        await pit.settle()
        (again,) = pit.engine.book.open_orders(PAPER)
        assert (again.role, again.remaining) == (Role.STOP, D(10))
        assert again.order_id != stop.order_id

    in_pit(scene, waits_for_open=False)


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


def test_a_difference_that_was_left_alone_and_is_gone_is_asked_about_when_it_comes_again() -> None:
    async def scene(pit: Pit) -> None:
        await unexplained(pit, "5")
        await settle(pit, "ignore")
        foreign(pit, "-5", "HAND-2")
        await pit.clock.sleep_s(60)
        account = pit.engine.book.account(PAPER)
        assert account is not None and account.ignored == ()
        gone = pit.named("DriftIgnored")[-1]
        assert (gone.difference, gone.by) == (0, "")
        # It is said once, and the same difference is another one when it comes again.
        await pit.clock.sleep_s(60)
        assert len(pit.named("DriftIgnored")) == 2
        await pit.quote("100")
        foreign(pit, "5", "HAND-3")
        await pit.clock.sleep_s(60)
        stands = frozen(pit)
        assert stands is not None and stands.difference == 5

    in_pit(scene, waits_for_open=False)
