"""Somebody who has bots: starts them, tells them to end, starts them anew, forgets them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.sim.actors import confirm
from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from tests.sim.thinking import OWNER, pick
from tests.sim.world import World
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import BOT_WISHES, Automation, BotStatus
from trading.domain.book import Book, is_live
from trading.domain.events import Refusal
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.parameters import Settings, validated, written
from trading.running.stepping import state_bytes

D = Decimal
KINDS: dict[str, dict[str, str]] = {
    "grid": {"range_percent": "1.2", "cells": "6", "stop_percent": "1"},
    "grid short": {"range_percent": "1.2", "cells": "4", "stop_percent": "1", "mode": "short"},
    "grid trailing": {"range_percent": "0.8", "cells": "4", "stop_percent": "1", "trail": "yes"},
    "dca": {
        "order": "300",
        "safety": "300",
        "safeties": "3",
        "step_percent": "0.3",
        "target_percent": "0.4",
        "stop_percent": "1.5",
    },
    "dip": {"drop_percent": "0.4", "window": "4", "order": "500", "target_percent": "0.4"},
    "momentum": {"channel": "3", "trail_percent": "0.5", "risk_percent": "5"},
    "scalper": {"order": "400", "window": "4", "target_percent_min": "0.3"},
}
"""What is started: settings small enough for a day of ten minutes."""
FUTURES_COST = 6
"""How much more money an order of a future needs: its margin is more than such an order costs elsewhere."""


def start_of(
    kind: str, instrument: Instrument, name: str, budget: Decimal, about: dict[str, Any], world: World
) -> cm.StartBot | None:
    """The command that begins such a bot; None where it would not do."""
    machine = AUTOMATIONS[kind.split()[0]]
    money = {name: value for name, value in KINDS[kind].items() if name in ("order", "safety")}
    scaled = {name: D(value) * FUTURES_COST for name, value in money.items()} if instrument.is_future else {}
    settings: Settings | Refusal = validated(machine, {"fee_percent": "0", **KINDS[kind], **scaled})
    if isinstance(settings, Refusal):
        raise AssertionError(settings.sentence)
    state = machine.begin(settings, budget, instrument, world.clock.now())
    quote = world.quotes[instrument.symbol]
    return cm.StartBot(
        **about,
        seen=cm.Seen(instrument, quote),
        kind=machine.name,
        name=name,
        settings=written(settings),
        budget=budget,
        state=state_bytes(state),
    )


class Keeper:
    """Looks after bots now and then, as people do."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("person:keeper")
        self._count = 0

    async def keep(self, deeds: int) -> None:
        """So many deeds, with pauses; the first ones come early."""
        for count in range(deeds):
            pause_s = 0.2 if count == 0 else 0.5 if count == 1 else 1 + 24 * self._draw.fraction()
            await self._world.clock.sleep_s(pause_s)
            engine = self._world.process.engine
            if engine is None or not self._world.process.is_ready:
                continue
            command = self._think(engine.book)
            if command is not None:
                await confirm(self._world, command, self._draw)

    def _think(self, book: Book) -> cm.Command | None:
        account = book.account(ACCOUNT)
        if account is None:
            return None
        self._count += 1
        about: dict[str, Any] = {
            "command_id": CommandId(f"keeper:1:{self._count}"),
            "person": OWNER,
            "account": ACCOUNT,
        }
        there = [bot for bot in account.bots.every if bot.is_there]
        free = [one for one in INSTRUMENTS if account.bots.in_symbol(one.symbol) is None]
        dice = self._draw.fraction()
        if free and (not there or self._count == 2 or dice < 0.5):
            return self._start(about, pick(self._draw, *free), book)
        if there and dice < 0.7:
            bot: Automation = pick(self._draw, *there)
            return cm.TellBot(**about, bot_id=bot.bot_id, wish=pick(self._draw, *BOT_WISHES))
        over = [bot for bot in account.bots.every if bot.status is BotStatus.STOPPED]
        return cm.DropBot(**about, bot_id=pick(self._draw, *over).bot_id) if over else None

    def _start(self, about: dict[str, Any], instrument: Instrument, book: Book) -> cm.Command | None:
        """A bot where nothing is held; else what is held is closed first."""
        held = book.current_position(ACCOUNT, instrument.symbol)
        if held is not None and is_live(held) and self._draw.fraction() < 0.7:
            return cm.Flatten(**about, symbol=instrument.symbol)
        kinds = [one for one in KINDS if instrument.shortable or "short" not in one]
        bars = ("dip", "momentum", "scalper")
        if not self._world.recipe.has_bars:
            kinds = [one for one in kinds if one not in bars]
        budget = D(12_000) if instrument.is_future else D(2_000)
        name = f"b{instrument.symbol[:1].lower()}{self._count % 3}"
        return start_of(pick(self._draw, *kinds), instrument, name, budget, about, self._world)
