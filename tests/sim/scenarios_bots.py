"""Named days of bots (`make crash`): grids, a DCA, what ends them; the power goes at every commit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.sim.recipe import ACCOUNT
from tests.sim.scripted import (
    SYMBOLS,
    Act,
    Make,
    Script,
    asks,
    close,
    lost,
    price,
    restart,
    says,
    with_name,
)
from tests.sim.world import World
from trading.automations.table import AUTOMATIONS
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.events import Refusal
from trading.domain.ids import CommandId
from trading.parameters import validated, written
from trading.running.stepping import state_bytes

BTC = "BTC/USD"


def starts(kind: str, name: str = "b1", symbol: str = BTC, **settings: str) -> Make:
    """A person starts a bot."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        machine, instrument, budget = AUTOMATIONS[kind], SYMBOLS[symbol], Decimal(2_000)
        checked: Any = validated(machine, {"fee_percent": "0", **settings})
        assert not isinstance(checked, Refusal), checked
        return cm.StartBot(
            **about(command_id),
            seen=cm.Seen(instrument, world.quotes[symbol]),
            kind=kind,
            name=name,
            settings=written(checked),
            budget=budget,
            state=state_bytes(machine.begin(checked, budget, instrument, world.clock.now())),
        )

    return make


def about(command_id: CommandId) -> dict[str, Any]:
    """Whose command it is."""
    return {"command_id": command_id, "person": "owner", "account": ACCOUNT}


def tells(wish: str, number: int = 1) -> Make:
    """Somebody ends the bot that was begun as the n-th of the account."""
    return says(cm.TellBot, bot_id=f"{ACCOUNT}/bot-{number}", wish=wish)


def edits(number: int = 1, **settings: str) -> Make:
    """Somebody changes settings of the bot that was begun as the n-th of the account."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        engine = world.process.engine
        account = engine.book.account(ACCOUNT) if engine is not None else None
        bot = account.bots.of_id(f"{ACCOUNT}/bot-{number}") if account is not None else None
        known = bot.settings if bot is not None else {}
        return cm.EditBot(
            **about(command_id), bot_id=f"{ACCOUNT}/bot-{number}", settings={**known, **settings}
        )

    return make


def plateaus(*mids: str, every_s: float = 40, first_s: float = 30) -> tuple[Act, ...]:
    """Prices that stay where they are for longer than the desk is ever away."""
    return tuple(price(first_s + every_s * n, BTC, mid) for n, mid in enumerate(mids))


LEVELS = {"lower": "6800", "upper": "7100", "cells": "4", "spacing": "arithmetic", "stop_percent": "2"}
GRID = Script(
    "a grid that buys on the way down and sells on the way up",
    "full",
    (asks(1, starts("grid", **LEVELS)), *plateaus("6940", "6860", "6790", "6880", "6960", "7040")),
    bots=True,
)
FLAT = Script(
    "a grid that has sold everything, and whose entries come again",
    "full",
    (
        asks(1, starts("grid", **LEVELS)),
        *plateaus("7060", "7140", "7040", "6960"),
        asks(190, tells("close")),
        *plateaus("6950", first_s=230),
    ),
    bots=True,
)
STOPPED_OUT = Script(
    "a grid whose stop is reached",
    "full",
    (asks(1, starts("grid", **LEVELS)), *plateaus("6850", "6660", "6640")),
    bots=True,
)
AVERAGED = Script(
    "a DCA that averages down, is sold at its target, and begins again",
    "full",
    (
        asks(
            1,
            starts(
                "dca",
                order="300",
                safety="300",
                safeties="3",
                step_percent="0.5",
                target_percent="0.5",
                stop_percent="3",
            ),
        ),
        *plateaus("6960", "6920", "7010", "7010", "6970"),
    ),
    bots=True,
)
BY_HAND = Script(
    "half of what a bot holds is closed by hand",
    "full",
    (
        asks(1, starts("grid", **LEVELS)),
        *plateaus("6860"),
        asks(60, close(BTC, 50)),
        *plateaus("6850", first_s=100),
    ),
    bots=True,
)
HALTED = Script(
    "a halt ends a bot and leaves what it holds with its stop",
    "full",
    (
        asks(1, starts("grid", **LEVELS)),
        *plateaus("6860"),
        asks(60, says(cm.SetHalt, state=cm.HaltState.HALTED, reason="storm")),
        *plateaus("6840", "6660", first_s=90),
    ),
    bots=True,
)
LOST_WISH = Script(
    "an order of a bot whose answer is lost, and one that never arrives",
    "slow",
    (
        lost(0.5, "submit", Fault.LOST_AFTER, times=1),
        lost(0.6, "submit", Fault.LOST_BEFORE, times=1),
        asks(1, starts("grid", **LEVELS)),
        *plateaus("6930", "6850", "6950"),
    ),
    bots=True,
)
DEPLOYED = Script(
    "a deploy while a bot buys",
    "bare",
    (
        asks(1, starts("grid", **LEVELS)),
        restart(12, price(0, BTC, "6860")),
        *plateaus("6860", "6960", "7120", first_s=60),
    ),
    bots=True,
)
REFUSED = Script(
    "a bot whose orders the gate refuses, and that stops itself",
    "full",
    (
        asks(1, says(cm.SetLimit, name="order_notional_max", value=Decimal(499))),
        asks(2, starts("grid", **LEVELS)),
        *plateaus("6990"),
    ),
    bots=True,
)
NEUTRAL = Script(
    "a neutral grid whose price goes over to its other side and back",
    "full",
    (
        asks(1, starts("grid", **{**LEVELS, "mode": "neutral"})),
        *plateaus("6950", "6890", "6810", "6930", "6990", "7040", "6990", "6930", "6890"),
    ),
    bots=True,
)
EDITED = Script(
    "a grid whose stop somebody moves while it holds something",
    "full",
    (
        asks(1, starts("grid", **LEVELS)),
        *plateaus("6860"),
        asks(60, edits(stop_percent="1")),
        *plateaus("6850", "6790", "6720", first_s=80),
    ),
    bots=True,
)
BOTS: tuple[Script, ...] = (
    GRID,
    with_name(GRID, "a grid at a venue whose exits we watch", venue="bare"),
    with_name(GRID, "a grid whose exits are reduce-only orders", venue="pair"),
    FLAT,
    STOPPED_OUT,
    with_name(STOPPED_OUT, "a grid whose stop we watch", venue="bare"),
    AVERAGED,
    BY_HAND,
    HALTED,
    LOST_WISH,
    DEPLOYED,
    REFUSED,
    with_name(GRID, "a grid at a venue that holds a stop or what it sells at", venue="stops"),
    with_name(STOPPED_OUT, "a grid whose stop we watch because its sales rest", venue="stops"),
    with_name(HALTED, "a grid that is halted, and whose stop goes to the venue then", venue="stops"),
    NEUTRAL,
    EDITED,
)
BESIDE_A_STOP = next(day for day in BOTS if day.venue == "stops")
CRASHED_FOR_THE_BOT: tuple[Script, ...] = (
    GRID,
    FLAT,
    STOPPED_OUT,
    AVERAGED,
    BESIDE_A_STOP,
    NEUTRAL,
    EDITED,
)
"""Crashed at every point by test_bots.py, which asks besides where the bot is in the end."""
