"""Bots that run: on both sides of a market, beside another market, and with settings that change."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.running.botpit import BotPit, in_bot_pit
from trading.automations.machine import unchangeable
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import BotStatus
from trading.domain.events import Refusal
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.domain.order import Side
from trading.parameters import Settings, validated
from trading.ports import Taken

D = Decimal
GRID = {"lower": "6500", "upper": "7100", "cells": "6", "spacing": "arithmetic"}
BOTH = {**GRID, "lower": "6500", "upper": "6900", "cells": "4", "mode": "neutral", "stop_percent": "4"}


def test_a_neutral_grid_is_long_below_and_short_above_and_never_both() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **BOTH)
        sides = []
        for price in ("6690", "6590", "6710", "6790", "6810", "6690", "6590", "6700"):
            await pit.see(price, str(D(price) + D("0.01")))
            await pit.see(price, str(D(price) + D("0.01")))
            assert len({one.side for one in pit.entries()}) <= 1
            held = pit.position()
            sides.append(0 if held is None or not held.is_open else 1 if held.is_long else -1)
        assert 1 in sides and -1 in sides
        statistic = pit.state("grid-1").statistic
        assert statistic.round_trips >= 2 and statistic.wins == statistic.round_trips
        assert pit.bot("grid-1").status is BotStatus.ACTIVE

    in_bot_pit(scene)


def test_a_price_that_trembles_in_the_middle_does_not_turn_a_neutral_grid_around() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6699", "6699.01")
        await pit.begin("grid", **BOTH)
        await pit.see("6699", "6699.01")
        sent = len(pit.tags_sent())
        for price in ("6702", "6698", "6704", "6697", "6703"):
            await pit.see(price, str(D(price) + D("0.01")))
        assert len(pit.tags_sent()) == sent
        await pit.see("6760", "6760.01")
        await pit.see("6760", "6760.01")
        assert {one.side for one in pit.entries()} == {Side.SELL}

    in_bot_pit(scene)


STRONG = {
    "channel": "2", "strength": "other", "strength_bars": "2", "strength_percent": "0.5",
    "risk_percent": "50", "frame": "1m", "against": "ETH/USD",
}  # fmt: skip


def _minute(begun: datetime, symbol: str, minute: int, close: str) -> Bar:
    at = begun.replace(second=0, microsecond=0) + timedelta(minutes=minute)
    price = Price(D(close))
    return Bar(symbol, at, at + timedelta(minutes=1), price, price, price, price)


@pytest.mark.parametrize(
    ("others", "own_first", "begins"),
    [
        (("100", "100", "100", "100"), False, True),
        (("100", "100", "100", "100"), True, True),
        (("100", "101", "102", "103"), False, False),
        (("100", "100", "100"), False, False),
    ],
)
def test_a_breakout_counts_when_it_exceeds_what_the_other_market_did(
    others: tuple[str, ...], own_first: bool, begins: bool
) -> None:
    followed: list[tuple[str, str]] = []

    async def scene(pit: BotPit) -> None:
        pit.runner._follow = lambda symbol, frame: followed.append((symbol, frame))
        await pit.see("6700", "6700.01")
        await pit.begin("momentum", **STRONG)
        await pit.see("6700", "6700.01")
        begun = pit.clock.now()
        for minute, close in enumerate(("6600", "6610", "6620", "6700")):
            bars = [("BTC/USD", close)] + [("ETH/USD", one) for one in others[minute : minute + 1]]
            for symbol, last in bars if own_first else reversed(bars):
                pit.runner.on_bar(_minute(begun, symbol, minute, last), "1m")
                await pit.pass_s(0.2)
        await pit.see("6700", "6700.01")
        await pit.pass_s(15)
        await pit.see("6700", "6700.01")
        assert bool(pit.tags_sent()) is begins
        assert set(followed) == {("BTC/USD", "1m"), ("ETH/USD", "1m")}

    in_bot_pit(scene)


def test_other_settings_count_from_the_next_step_on_and_survive_a_crash() -> None:
    async def scene(pit: BotPit) -> None:
        await pit.see("6700", "6700.01")
        await pit.begin("grid", **GRID)
        await pit.see("6700", "6700.01")
        bot = pit.bot("grid-1")
        position = pit.position()
        assert position is not None and position.plan.stop is not None
        assert position.plan.stop.value == D("6175")
        changed = {**bot.settings, "stop_percent": "2"}
        assert isinstance(await pit.do(cm.EditBot, bot_id=bot.bot_id, settings=changed), Taken)
        await pit.see("6700", "6700.01")
        await pit.live_again()
        await pit.see("6700", "6700.01")
        position = pit.position()
        assert position is not None and position.plan.stop is not None
        assert position.plan.stop.value == D("6370")
        assert [note.code for note in pit.bot("grid-1").log].count("edited") == 1
        assert pit.bot("grid-1").changes[-1].before == bot.settings

    in_bot_pit(scene)


def test_a_grid_cannot_be_laid_anew_while_it_works() -> None:
    grid = AUTOMATIONS["grid"]
    usual, wider = _checked({}), _checked({"cells": "20"})
    refused = unchangeable(grid, usual, wider)
    assert refused is not None and (refused.code, refused.field) == ("setting_fixed", "cells")
    assert unchangeable(grid, usual, _checked({"stop_percent": "2"})) is None


def _checked(raw: dict[str, str]) -> Settings:
    found = validated(AUTOMATIONS["grid"], raw)
    assert not isinstance(found, Refusal)
    return found
