"""Bots that run: what they want is written down with their state; a crash neither doubles nor loses it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.running.botpit import PAPER, BotPit, in_bot_pit
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import BotStatus
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.ports import Denied, Taken

D = Decimal
GRID = {"lower": "6500", "upper": "7100", "cells": "6", "spacing": "arithmetic"}


def test_a_grid_lays_its_orders_and_sells_one_cell_higher() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        assert isinstance(await pit.begin("grid", **GRID), Taken)
        await pit.see("6700", "6700.01")
        # Three cells lie above the price: they buy at once, and their sales rest at once.
        assert len(pit.tags_sent()) == len(set(pit.tags_sent())) == 9
        held = pit.position()
        assert held is not None and held.quantity > 0
        await pit.see("6650", "6650.01")
        await pit.see("6590", "6590.01")
        await pit.see("6690", "6690.01")
        await pit.see("6705", "6705.01")
        assert pit.state("grid-1").statistic.round_trips >= 1
        position = pit.position()
        assert position is not None and position.plan.stop is not None
        assert position.plan.stop.value == D("6175")
        assert pit.bot("grid-1").status is BotStatus.ACTIVE

    in_bot_pit(scene)


def test_a_bot_holds_in_its_state_what_the_desk_holds() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        for price in ("6700", "6640", "6580", "6650", "6720", "6800", "6900", "7050", "7150", "6900"):
            await pit.see(price, str(D(price) + D("0.01")))
            position = pit.position()
            held = position.quantity if position is not None else D(0)
            assert pit.state("grid-1").held == held, price

    in_bot_pit(scene)


PATH = ("6700", "6640", "6580", "6650", "6720", "6800", "6900", "7050", "7150", "6900", "6600")


def _played(after: int, *, dies: bool) -> tuple[object, list[str], D]:
    async def scene(pit: BotPit) -> tuple[object, list[str], D]:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        for count, price in enumerate(PATH):
            await pit.see(price, str(D(price) + D("0.01")))
            if count == after:
                if dies:
                    await pit.live_again()
                await pit.see(price, str(D(price) + D("0.01")))
        state = pit.state("grid-1")
        held = pit.position()
        about = (state.lots, state.statistic.realised, state.statistic.round_trips, sorted(state.serials))
        return about, pit.tags_sent(), held.quantity if held is not None else D(0)

    return in_bot_pit(scene)


@pytest.mark.parametrize("after", range(len(PATH)))
def test_a_bot_goes_on_after_a_crash_as_if_there_had_been_none(after: int) -> None:
    assert _played(after, dies=True) == _played(after, dies=False)


def test_the_desk_stops_a_bots_second_order_of_the_same_name() -> None:
    """Two runners of one desk would be a mistake; the version keeps it from costing money."""

    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        old = pit.bot("grid-1")
        await pit.see("6700", "6700.01")
        sent = len(pit.tags_sent())
        answer = await pit.do(
            cm.BotActs, bot_id=old.bot_id, version=old.version, heard=0, state=old.state, seen=pit.seen()
        )
        assert isinstance(answer, Denied)
        assert answer.refusals[0].code == "bot_moved"
        assert len(pit.tags_sent()) == sent

    in_bot_pit(scene)


def test_entries_beyond_the_rate_wait_and_go_when_there_is_room() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **{**GRID, "cells": "16"})
        await pit.see("6700", "6700.01")
        first = [tag for tag in pit.tags_sent() if "/buy/" in tag]
        assert len(first) == 10 and len(pit.bot("grid-1").later) == 6
        assert pit.state("grid-1").refusals == 0
        for _ in range(12):
            await pit.see("6700", "6700.01")
        assert len([tag for tag in pit.tags_sent() if "/buy/" in tag]) == 16
        assert not pit.bot("grid-1").later

    in_bot_pit(scene)


@pytest.mark.parametrize("wish", ["finish", "close", "leave"])
def test_a_bot_that_is_told_to_end_does_what_it_was_told(wish: str) -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        before = pit.position()
        assert before is not None and before.is_open
        assert isinstance(await pit.tell("grid-1", wish), Taken)
        await pit.see("6700", "6700.01")
        await pit.see("6700", "6700.01")
        assert not pit.entries()
        bot, after = pit.bot("grid-1"), pit.position()
        assert after is not None
        match wish:
            case "finish":
                assert bot.status is BotStatus.ACTIVE and after.quantity == before.quantity
                await pit.see("7150", "7150.01")
                await pit.see("7150", "7150.01")
                assert pit.bot("grid-1").status is BotStatus.STOPPED
            case "close":
                assert bot.status is BotStatus.STOPPED and not after.is_open
            case _:
                assert bot.status is BotStatus.STOPPED and after.quantity == before.quantity
                assert [one.role.value for one in pit.resting()] == ["stop"]
                ended = pit.named("BotEnded")[-1]
                assert ended.is_guarded is True

    in_bot_pit(scene)


def test_a_halt_ends_bots_and_leaves_what_they_hold_with_its_stop() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        await pit.do(cm.SetHalt, state=cm.HaltState.HALTED, reason="storm")
        await pit.pass_s(3)
        bot = pit.bot("grid-1")
        assert bot.status is BotStatus.STOPPED and "storm" in bot.reason
        assert [one.role.value for one in pit.resting()] == ["stop"]

    in_bot_pit(scene)


def test_a_panic_sells_what_bots_hold_and_ends_them() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        await pit.do(cm.Flatten, halt=True)
        for _ in range(3):
            await pit.see("6700", "6700.01")
        position = pit.position()
        assert position is not None and not position.is_open
        assert pit.bot("grid-1").status is BotStatus.STOPPED
        assert not pit.resting()

    in_bot_pit(scene)


def test_a_pause_makes_entries_wait() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        until = pit.clock.now() + timedelta(seconds=30)
        await asyncio.gather(
            pit.begin("grid", **GRID),
            pit.do(cm.SetHalt, state=cm.HaltState.HALTED, reason="lunch", until=until),
        )
        await pit.see("6700", "6700.01")
        assert not pit.tags_sent() and len(pit.bot("grid-1").later) == 6
        await pit.pass_s(31)
        await pit.see("6700", "6700.01")
        assert len(pit.tags_sent()) >= 6
        assert pit.bot("grid-1").status is BotStatus.ACTIVE

    in_bot_pit(scene)


def test_who_closes_a_part_by_hand_ends_the_bot_and_it_closes_the_rest() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        assert isinstance(await pit.close("50"), Taken)
        for _ in range(4):
            await pit.see("6700", "6700.01")
        position = pit.position()
        assert position is not None and not position.is_open
        assert pit.bot("grid-1").status is BotStatus.STOPPED

    in_bot_pit(scene)


def test_nobody_else_opens_or_guards_anything_in_a_bots_symbol() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        refused = await pit.buy("100")
        assert isinstance(refused, Denied) and refused.refusals[0].code == "bots_symbol"
        position = pit.position()
        assert position is not None
        change = await pit.do(cm.SetExits, position_id=position.position_id, seen=pit.seen(), clear=("stop",))
        assert isinstance(change, Denied) and change.refusals[0].code == "bots_symbol"
        order = next(one for one in pit.resting() if one.is_entry)
        moved = await pit.do(
            cm.ModifyOrder, order_id=order.order_id, seen=pit.seen(), limit_price=order.limit_price
        )
        assert isinstance(moved, Denied) and moved.refusals[0].code == "bots_symbol"
        again = await pit.begin("dip", "dip-1")
        assert isinstance(again, Denied) and again.refusals[0].code == "bots_symbol"

    in_bot_pit(scene)


def test_a_bot_needs_its_symbol_free_and_its_budget_there() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        for name, budget, code in (
            ("Grid 1", "1000", "bot_name"),
            ("g", "0", "bot_budget"),
            ("g", "10001", "bot_budget"),
        ):
            refused = await pit.begin("grid", name, budget, **GRID)
            assert isinstance(refused, Denied) and refused.refusals[0].code == code
        await pit.buy("100")
        refused = await pit.begin("grid", **GRID)
        assert isinstance(refused, Denied) and refused.refusals[0].code == "bot_needs_symbol"

    in_bot_pit(scene)


def test_a_bot_that_makes_a_mistake_fails_alone_and_its_stop_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")

        def broken(*_: object) -> None:
            raise ValueError("no such cell")

        monkeypatch.setattr(AUTOMATIONS["grid"], "on_price", broken, raising=False)
        await pit.see("6690", "6690.01")
        monkeypatch.undo()
        bot = pit.bot("grid-1")
        assert bot.status is BotStatus.ERROR and bot.code == "bug" and "no such cell" in bot.reason
        await pit.see("6690", "6690.01")
        assert [one.role.value for one in pit.resting()] == ["stop"]
        assert pit.named("BotEnded")[-1].is_guarded is True
        # Its symbol stays its own until somebody ends it.
        assert isinstance(await pit.buy("100"), Denied)
        assert isinstance(await pit.tell("grid-1", "close"), Taken)
        await pit.see("6690", "6690.01")
        position = pit.position()
        assert position is not None and not position.is_open
        assert pit.bot("grid-1").status is BotStatus.STOPPED

    in_bot_pit(scene)


def test_a_stopped_bot_begins_anew_under_its_name_and_is_deleted_when_it_is_over() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        first = pit.bot("grid-1").bot_id
        there = await pit.do(cm.DropBot, bot_id=first)
        assert isinstance(there, Denied) and there.refusals[0].code == "bot_there"
        await pit.tell("grid-1", "close")
        await pit.pass_s(12)
        await pit.see("6700", "6700.01")
        assert isinstance(await pit.begin("grid", **GRID), Taken)
        await pit.see("6700", "6700.01")
        assert pit.bot("grid-1").bot_id != first
        assert pit.bot("grid-1").status is BotStatus.ACTIVE
        await pit.tell("grid-1", "close")
        await pit.see("6700", "6700.01")
        assert isinstance(await pit.do(cm.DropBot, bot_id=pit.bot("grid-1").bot_id), Taken)
        account = pit.engine.book.account(PAPER)
        assert account is not None and not account.bots.every

    in_bot_pit(scene)


def test_a_bot_of_a_frame_sees_the_candles_of_that_frame_and_no_other_bar() -> None:
    async def scene(pit: BotPit) -> None:
        followed: list[tuple[str, str]] = []
        pit.runner._follow = lambda symbol, frame: followed.append((symbol, frame))
        await pit.see("6700", "6700.01")
        assert isinstance(await pit.begin("momentum", frame="1h", channel="2"), Taken)
        await pit.see("6700", "6700.01")
        assert ("BTC/USD", "1h") in followed
        await pit.see_bar("6700", "6710", "6690", "6705")
        assert pit.state("momentum-1").bar_at is None
        at = pit.clock.now()
        prices = [Price(D(one)) for one in ("6700", "6720", "6680", "6710")]
        bar = Bar("BTC/USD", at - timedelta(hours=1), at, prices[0], prices[1], prices[2], prices[3])
        pit.runner.on_bar(bar, "1h")
        await pit.pass_s(1.1)
        assert pit.state("momentum-1").bar_at == bar.at

    in_bot_pit(scene)
