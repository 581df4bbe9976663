"""Planted bugs between a chat and the desk: who may press, what counts as the same press, what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from bot.conversation import confirmation
from bot.conversation.dialogue import Dialogue
from bot.platforms import telegram_intake
from bot.platforms.telegram_out import TelegramMessenger
from db.inbox import SqlInbox
from db.registers import SqlRegisters
from tests.sim.planting import Mutant, Patch, planter
from trading.domain import decide, rights
from trading.domain.commands import OpenPosition
from trading.domain.ids import CommandId
from trading.engine.loop import Engine

CHAT_MUTANTS: list[Mutant] = []
"""Every mutant of a day in the chats."""
chat_mutant = planter(CHAT_MUTANTS)


@chat_mutant("I1")
def each_delivery_is_a_command_of_its_own() -> Patch:
    """What came with another update is another order: deduplicated by the update, not by the nonce."""

    async def submit(self: Engine, command: Any) -> Any:
        if isinstance(command, OpenPosition):
            deliveries[command.command_id] += 1
            count = deliveries[command.command_id]
            if count > 1:
                command = replace(command, command_id=CommandId(f"{command.command_id}#{count}"))
        return await real(self, command)

    def forgetful(tools: Any, command: Any) -> bool:
        return False

    deliveries: Counter[str] = Counter()
    real = Engine.submit
    with patch.object(Engine, "submit", submit), patch.object(confirmation, "_is_known", forgetful):
        yield


class _Anyone(str):
    """Equal to every name."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


@chat_mutant("I1")
def a_proposal_is_not_bound_to_its_person() -> Patch:
    """Whoever has the nonce may press; neither person nor chat nor account is looked at."""

    async def pending(self: SqlRegisters, nonce: str) -> Any:
        kept = await real(self, nonce)
        if kept is None:
            return None
        return replace(kept, person=_Anyone(kept.person), chat=_Anyone(kept.chat))

    class Everything(tuple[Any, ...]):
        __slots__ = ()

        def __contains__(self, item: object) -> bool:
            return True

    async def press(tools: Any, asked: Any) -> Any:
        person = replace(asked.person, accounts=Everything(asked.person.accounts))
        return await real_press(tools, replace(asked, person=person))

    real, real_press = SqlRegisters.pending, confirmation.press
    with (
        patch.object(SqlRegisters, "pending", pending),
        patch("bot.conversation.dialogue.press", press),
    ):
        yield


@chat_mutant("I1", "I7")
def edits_are_carried_out() -> Patch:
    """A line that was changed is a line; with a one-tap desk it would trade at once."""

    async def answer(self: Dialogue, asked: Any) -> Any:
        return await real(self, replace(asked, incoming=replace(asked.incoming, is_edited=False)))

    real = Dialogue._answer
    with patch.object(Dialogue, "_answer", answer):
        yield


@chat_mutant("I7")
def acknowledged_before_it_is_kept() -> Patch:
    """Updates are confirmed to Telegram and only kept in memory: whatever a crash finds there is gone."""

    async def store(self: SqlInbox, updates: Sequence[Any]) -> Sequence[Any]:
        known = kept.setdefault(id(self), set())
        fresh = [one for one in updates if one.update_id not in known]
        known.update(one.update_id for one in fresh)
        return fresh

    kept: dict[int, set[str]] = {}
    with patch.object(SqlInbox, "store", store):
        yield


@chat_mutant("I1")
def an_old_card_is_still_good() -> Patch:
    """A press is carried out however old its card is."""
    with patch.object(confirmation, "TTL_S", 1_000_000):
        yield


@chat_mutant("I12")
def what_is_pasted_is_kept_as_it_came() -> Patch:
    """The inbox writes down the update with the key in it."""
    with patch.object(telegram_intake, "without_secrets", lambda update: update):
        yield


@chat_mutant("I11")
def answers_go_to_whoever_asked_last() -> Patch:
    """One address for everybody: what is told to one tenant is read by the other."""

    async def send(self: TelegramMessenger, chat: str, *more: Any, **named: Any) -> Any:
        chats.append(chat)
        return await real(self, chats[-2] if len(chats) > 1 else chat, *more, **named)

    chats: list[str] = []
    real = TelegramMessenger.send
    with patch.object(TelegramMessenger, "send", send):
        yield


@chat_mutant("I1")
def the_gate_asks_nobody_who_they_are() -> Patch:
    """The dialogue has asked already, so the gate need not."""
    with patch.object(decide, "is_barred", lambda d, message: False):
        yield


@chat_mutant("I1")
def whoever_may_look_may_trade() -> Patch:
    """Roles are ranks, and the gate asks whether somebody has any."""
    with patch.dict(rights.RIGHTS, {rights.DeskRole.VIEWER: rights.RIGHTS[rights.DeskRole.TRADER]}):
        yield
