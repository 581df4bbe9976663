"""A difference that a person has adopted is provisional: its fills may be told later, and move nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.fakes.pit import PAPER, START, Pit, in_pit
from tests.unit.domain.contracts import BTC, held
from tests.unit.engine.test_drift import STOP, foreign, frozen, settle
from trading.domain.book import Account
from trading.domain.freezing import ADOPTED_KEPT, Adopted
from trading.domain.ids import OrderId, PositionId
from trading.domain.ledger import told_effect
from trading.domain.money import Price
from trading.domain.order import Order, Role, Side
from trading.ports import Taken

D = Decimal


def account_of(pit: Pit) -> Account:
    found = pit.engine.book.account(PAPER)
    assert found is not None
    return found


async def hidden(pit: Pit, *trades: tuple[str, str], choice: str = "adopt") -> Callable[[], Any]:
    """The desk holds 10 at 100; another hand trades, each at a price, and the venue tells its fills only
    after the difference was settled at 104."""
    await pit.quote("100")
    await pit.buy(exits=STOP)
    honest = pit.venue.history
    for number, (quantity, price) in enumerate(trades):
        await pit.quote(price)
        foreign(pit, quantity, f"HAND-{number}")
    await pit.clock.sleep_s(60)
    await pit.quote("104")
    assert isinstance(await settle(pit, choice), Taken)
    await pit.clock.sleep_s(20)

    def tell() -> None:
        pit.venue.history = honest  # type: ignore[method-assign]  # the venue tells all from now on

    return tell


def summed(pit: Pit) -> Decimal:
    """Cash as it must be by the venue's own tape."""
    return pit.venue.snapshot(pit.clock.now()).cash


def hands(pit: Pit) -> list[Order]:
    return [one for one in pit.engine.book.orders.values() if one.is_foreign]


def test_a_fill_that_was_adopted_is_known_by_its_price_and_moves_nothing() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("5", "101"))
        (left,) = account_of(pit).adopted
        assert (left.left, left.price, left.entry_sign) == (D(5), D(104), 1)
        tell()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and position.quantity == 15
        assert position.cost == 10 * 100 + 5 * 101
        assert position.entry_cost / position.entry_quantity * 15 == position.cost
        assert account_of(pit).adopted[0].left == 0
        assert account_of(pit).cash == summed(pit)
        # Both are kept: what was adopted, and what it was.
        assert [one.filled for one in hands(pit)] == [D(5), D(5)]
        assert pit.named("OrderFilled")[-1].contained == left
        # It is asked for no more often, and told again it is known.
        await pit.clock.sleep_s(60)
        assert len(pit.named("OrderFilled")) == 3
        # The stop follows the entry's true average.
        assert [o.remaining for o in pit.engine.book.open_orders(PAPER)] == [15]
        assert frozen(pit) is None

    in_pit(scene, waits_for_open=False)


def test_several_fills_add_up_and_what_is_left_is_told() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("2", "101"), ("3", "102"))
        tell()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and position.quantity == 15
        assert position.cost == 10 * 100 + 2 * 101 + 3 * 102
        assert account_of(pit).adopted[0].left == 0
        assert account_of(pit).cash == summed(pit)

    in_pit(scene, waits_for_open=False)


def test_opposite_hands_that_made_up_one_difference_cancel_out() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("5", "101"), ("-3", "103"))
        assert account_of(pit).adopted[0].left == 2
        tell()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and position.quantity == 12
        assert position.cost == 10 * 100 + 2 * 101
        assert position.realised == 3 * (103 - 101)
        assert account_of(pit).adopted[0].left == 0
        assert account_of(pit).cash == summed(pit)

    in_pit(scene, waits_for_open=False)


def test_what_was_adopted_and_closed_is_corrected_in_what_it_realised() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("5", "101"), choice="close")
        await pit.quote("104")
        position = pit.position()
        assert position is not None and position.quantity == 10
        tell()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and position.quantity == 10
        assert account_of(pit).cash == summed(pit)
        assert frozen(pit) is None

    in_pit(scene, waits_for_open=False)


def test_a_close_by_another_hand_is_corrected_after_the_position_is_gone() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("-10", "101"))
        position = pit.position()
        assert position is not None and not position.is_open and position.realised == 40
        tell()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and not position.is_open and position.realised == 10
        assert account_of(pit).realised == 10
        assert account_of(pit).cash == summed(pit)
        assert len(pit.named("PositionClosed")) == 1
        # In the list of what was closed it stays closed, at the true price.
        (row,) = await pit.store.ledger.closed([PAPER])
        assert (row.exit_price, row.realised) == (D(101), D(10))
        assert hands(pit)[-1].role is Role.CLOSE

    in_pit(scene, waits_for_open=False)


def test_what_another_hand_does_after_the_look_is_not_contained() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("5", "101"))
        foreign(pit, "1", "HAND-9")
        tell()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and position.quantity == 16
        assert account_of(pit).cash == summed(pit)

    in_pit(scene, waits_for_open=False)


def test_a_start_remembers_what_was_adopted() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("5", "101"))
        await pit.die()
        tell()
        await pit.open()
        await pit.clock.sleep_s(20)
        position = pit.position()
        assert position is not None and position.quantity == 15
        assert account_of(pit).cash == summed(pit)

    in_pit(scene, waits_for_open=False)


def test_history_is_read_from_before_a_difference_until_its_fills_are_told() -> None:
    async def scene(pit: Pit) -> None:
        tell = await hidden(pit, ("5", "101"))
        began = pit.clock.now()
        # Longer than what a look reads again in any case.
        await pit.clock.sleep_s(1_200)
        tell()
        asked: list[Any] = []
        history = pit.venue.history

        def noted(since: Any) -> Sequence[Any]:
            asked.append(since)
            return history(since)

        pit.venue.history = noted  # type: ignore[method-assign, assignment]  # looks over its shoulder
        await pit.clock.sleep_s(60)
        assert asked[0] < began
        assert asked[-1] > began
        assert account_of(pit).cash == summed(pit)

    in_pit(scene, waits_for_open=False)


ADOPTED = Adopted("BTC/USD", OrderId("hand-1"), PositionId("p"), D(5), Price(D(104)), START, 1)


def test_a_guessed_price_never_makes_what_is_held_cost_less_than_nothing() -> None:
    position = held(BTC, "1", "10")
    effect = told_effect(position, BTC, Side.BUY, D(5), D(1), D(0), ADOPTED)
    assert effect.quantity == 1 and effect.cost == 10
    assert effect.realised == 5 * 103
    assert sum(line.value for line in effect.bookings) == 0


def test_only_the_newest_differences_of_a_symbol_are_remembered() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("100")
        await pit.buy(exits=STOP)
        for number in range(ADOPTED_KEPT + 2):
            foreign(pit, "1", f"HAND-{number}")
            await pit.clock.sleep_s(60)
            await pit.quote("100")
            assert isinstance(await settle(pit, "adopt"), Taken)
        kept = account_of(pit).adopted
        assert len(kept) == ADOPTED_KEPT
        assert kept[-1].seen_at - kept[0].seen_at > timedelta(seconds=60)

    in_pit(scene, waits_for_open=False)
