"""Planted bugs in how bots are moved and what they hear."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.automations.state import BotState
from trading.domain import apply_bot, events_bot
from trading.domain.automation import Automation, HeardKind
from trading.domain.decide import bot_move
from trading.running import runner, stepping


@mutant("BOT")
def a_bots_state_is_written_without_what_it_wants() -> Patch:
    """The state says that an order was wanted, and nobody sends it."""

    def acts(*given: Any) -> Any:
        return replace(real(*given), wants=())

    real = stepping.acts_of
    with patch.object(runner, "acts_of", acts):
        yield


@mutant("BOT")
def a_bots_orders_are_written_without_its_state() -> Patch:
    """Orders go out, and the state that is kept knows nothing of them."""

    def acts(account: Any, bot: Automation, move: Any, seen: Any) -> Any:
        return replace(real(account, bot, move, seen), state=bot.state)

    real = stepping.acts_of
    with patch.object(runner, "acts_of", acts):
        yield


@mutant("BOT")
def a_bot_never_hears_what_filled() -> Patch:
    """Fills of its orders are booked, and nobody tells the bot."""

    def wait(book: Any, account_id: Any, bot: Any, heard: Any) -> None:
        if heard.kind is not HeardKind.FILLED:
            real(book, account_id, bot, heard)

    real = apply_bot._wait
    with patch.object(apply_bot, "_wait", wait):
        yield


@mutant("BOT")
def what_a_bot_has_heard_stays_in_its_mailbox() -> Patch:
    """It hears the same things again, for ever."""

    def after(bot: Automation, event: Any) -> Automation:
        return real(bot, replace(event, heard=0) if isinstance(event, events_bot.BotMoved) else event)

    real = apply_bot._after
    with patch.object(apply_bot, "_after", after):
        yield


@mutant("BOT", "I1")
def a_bot_begins_anew_at_each_start() -> Patch:
    """The runner remembers the state with which a bot began, and not the newest."""
    first: dict[str, BotState] = {}

    def state(bot: Automation) -> BotState:
        return first.setdefault(bot.bot_id, real(bot))

    real = stepping.state_of
    with patch.object(runner, "state_of", state):
        yield


@mutant("BOT")
def a_bot_is_not_told_that_the_gate_refused() -> Patch:
    """It believes that its order rests somewhere."""
    with patch.object(bot_move._Move, "_answer", lambda self, *said: None):
        yield
