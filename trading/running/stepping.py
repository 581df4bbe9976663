"""One move of a bot: what it hears and sees now, stepped through its machine, as one command. Pure.

The state is written down with what it wants, in one append. What only the newest price has changed in it is
not: prices are no history, and the next one says it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from trading.automations import event as be
from trading.automations.command import BotCommand
from trading.automations.machine import Machine
from trading.automations.state import BotState
from trading.automations.table import AUTOMATIONS
from trading.domain.automation import Automation, HeardKind
from trading.domain.commands import BotActs, FailBot
from trading.domain.events import Refusal
from trading.domain.ids import AccountId, CommandId
from trading.domain.market import Quote
from trading.domain.seen import Seen
from trading.parameters import Settings, validated
from trading.running.translating import Foreign, ending_of, event_of, notes_of, wants_of

FRAME: Final = "frame"
"""The setting beside a bot's own that says which candles it sees; without it, the market's own bars."""
AGAINST: Final = "against"
"""The setting beside a bot's own that names the market with which its strength is compared."""
BESIDE: Final = (FRAME, AGAINST)

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Broken(Exception):
    """A bot cannot be run any further; the text is a sentence for its person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Move(Struct, frozen=True):
    """What came of a step. `is_news`: something of it has to be written down."""

    state: BotState
    commands: tuple[BotCommand, ...]
    heard: int
    is_news: bool


def machine_of(bot: Automation) -> Machine[Any]:
    """What thinks for it. Raises Broken."""
    machine = AUTOMATIONS.get(bot.kind)
    if machine is None:
        raise Broken("unknown_kind", f"This version of the program knows no bot of the kind {bot.kind}.")
    return machine


def state_of(bot: Automation) -> BotState:
    """Its state as the book has it. Raises Broken."""
    machine = machine_of(bot)
    try:
        state: BotState = msgspec.json.decode(bot.state, type=machine.state)
    except msgspec.MsgspecError as error:
        said = f"Its state was written by another version of the program ({error}): start it anew."
        raise Broken("unreadable_state", said) from error
    if state.version != machine.version:
        said = f"It was begun by version {state.version} of this bot, and this is {machine.version}."
        raise Broken("other_version", f"{said} Start it anew.")
    return state


def own_settings(machine: Machine[Any], bot: Automation) -> Settings:
    """What a bot is set to, without what is said beside that. Raises Broken."""
    found = validated(machine, {name: text for name, text in bot.settings.items() if name not in BESIDE})
    if isinstance(found, Refusal):
        raise Broken(found.code, found.sentence)
    return found


def state_bytes(state: BotState) -> bytes:
    """A state as it is written down."""
    return _encode(state)


def moved(
    machine: Machine[Any],
    bot: Automation,
    state: BotState,
    events: Sequence[be.BotEvent],
    quote: Quote | None = None,
) -> Move:
    """The bot after all that waits for it and after these events; whatever it does about them it does at the
    newest price. Raises Broken."""
    begun = state
    settings = own_settings(machine, bot) if any(one.kind is HeardKind.EDITED for one in bot.heard) else {}
    if quote is not None and (state.seen_at is None or quote.at >= state.seen_at):
        state = replace(state, bid=quote.bid, ask=quote.ask, seen_at=quote.at)
    commands: list[BotCommand] = []
    heard = list(bot.heard)
    for one in heard:
        event = event_of(one, state, state.instrument, settings)
        if isinstance(event, Foreign):
            state, event = _closing(machine, state, event, commands)
        if event is not None:
            state = _stepped(machine, state, event, commands)
    for event in events:
        state = _stepped(machine, state, event, commands)
    # That an order was taken changes nothing by itself: it is heard again until there is something to say.
    is_told = any(one.kind is not HeardKind.TAKEN for one in heard)
    is_news = bool(commands) or is_told or not _is_alike(begun, state)
    return Move(state, tuple(commands), len(heard), is_news)


def _closing(
    machine: Machine[Any], state: BotState, foreign: Foreign, commands: list[BotCommand]
) -> tuple[BotState, be.OrderFilled]:
    """Somebody has closed a part of what it holds: it closes the rest, and counts the fill to that."""
    if not foreign.is_exit:
        raise Broken("by_hand", f"Somebody else has traded {state.instrument.symbol} on this account.")
    state = _stepped(machine, state, be.Told("close", foreign.fill.at), commands)
    tag = next((one.tag for one in state.orders.values() if one.kind == "close" and one.is_open), "")
    if not tag:
        raise Broken("by_hand", f"What it held of {state.instrument.symbol} was closed by hand.")
    return state, replace(foreign.fill, tag=tag)


def _stepped(
    machine: Machine[Any], state: BotState, event: be.BotEvent, commands: list[BotCommand]
) -> BotState:
    try:
        after, wanted = machine.step(state, event)
    except Exception as error:
        # Whatever is wrong with a bot is wrong with this bot alone: it ends, and all others go on.
        said = f"It made a mistake of its own ({type(error).__name__}: {error}), which is a bug to be told."
        raise Broken("bug", said) from error
    commands.extend(wanted)
    stepped: BotState = after
    return stepped


def _is_alike(one: BotState, other: BotState) -> bool:
    """Whether they differ in nothing but the newest price."""
    return one == replace(other, bid=one.bid, ask=one.ask, seen_at=one.seen_at)


def acts_of(account: AccountId, bot: Automation, move: Move, seen: Seen) -> BotActs:
    """The command that writes a move down."""
    return BotActs(
        command_id=CommandId(f"bot:{bot.bot_id}:{bot.version}"),
        person=bot.person,
        account=account,
        bot_id=bot.bot_id,
        version=bot.version,
        heard=move.heard,
        state=state_bytes(move.state),
        seen=seen,
        wants=wants_of(move.commands),
        notes=notes_of(move.commands),
        ending=ending_of(move.commands),
    )


def failure_of(account: AccountId, bot: Automation, code: str, sentence: str) -> FailBot:
    """The command that ends a bot that cannot be run."""
    command_id = CommandId(f"bot:{bot.bot_id}:{bot.version}:fail")
    return FailBot(command_id, bot.person, account, bot.bot_id, code, sentence)


def unfit(kind: str, settings: Settings, symbol: str, against: str) -> Refusal | None:
    """Why a bot with these settings, in this symbol and beside that other one, cannot be run."""
    compares = settings.get("strength") == "other"
    if compares and not against:
        text = "Strength against another market needs one to compare with: add against and its symbol."
        return Refusal("against_missing", text, AGAINST, "")
    if compares and against == symbol:
        text = f"{symbol} is never stronger than itself: compare it with another market (against)."
        return Refusal("against_itself", text, AGAINST, against)
    if against and not compares:
        text = (
            f"A {kind} with these settings compares with nothing: leave against out, or use strength other."
        )
        return Refusal("against_unused", text, AGAINST, against)
    return None
