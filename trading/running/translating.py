"""Between the desk's words and a bot's: what waits to be heard as events, commands as wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from trading.automations import command as bc
from trading.automations import event as be
from trading.automations.state import BotState, OrderKind
from trading.domain import automation as au
from trading.domain.instrument import Instrument
from trading.domain.order import Role
from trading.parameters import Settings

_WISHES: Mapping[str, be.Wish] = {"finish": "finish", "close": "close", "leave": "leave"}


class Foreign(Struct, frozen=True):
    """Something was traded in the bot's symbol that it has not asked for. `is_exit`: it closed a part of what
    is held, so that the bot can only close the rest."""

    fill: be.OrderFilled
    is_exit: bool


def event_of(
    heard: au.Heard, state: BotState, instrument: Instrument, settings: Settings
) -> be.BotEvent | Foreign | None:
    """What a bot in this state, with these settings, hears of it; None: nothing."""
    at, tag = heard.at, heard.tag
    match heard.kind:
        case au.HeardKind.TAKEN:
            return be.OrderTaken(tag, at) if tag else None
        case au.HeardKind.REFUSED:
            return be.OrderRefused(tag, heard.sentence, at, heard.code) if tag else None
        case au.HeardKind.ENDED:
            # Nobody refused it: what went with its position, or never arrived, may be wanted again at once.
            is_ours = heard.code in ("flat", "not_placed")
            return be.OrderEnded(tag, at, heard.quantity, is_ours) if tag else None
        case au.HeardKind.FLAT:
            return be.OrderEnded(tag, at)
        case au.HeardKind.TOLD:
            return be.Told(_WISHES[heard.code], at)
        case au.HeardKind.EDITED:
            return be.Edited(settings, at)
        case au.HeardKind.FILLED:
            return _filled(heard, state, instrument)


def _filled(heard: au.Heard, state: BotState, instrument: Instrument) -> be.OrderFilled | Foreign:
    tag = heard.tag or _tag_of(heard, state)
    assert heard.price is not None
    # The bot counts a fee that was taken in units as units, the desk also as money.
    fee = heard.fee - instrument.notional(heard.price, heard.fee_base).value
    fill = be.OrderFilled(
        tag, f"{heard.order_id}/{heard.fill_id}", heard.price, heard.quantity, fee, heard.at, heard.fee_base
    )
    return fill if tag else Foreign(fill, is_exit=heard.role != Role.ENTRY.value)


def _tag_of(heard: au.Heard, state: BotState) -> str:
    """Under which of its names a bot knows what the desk has sent for it: its closing, or its guard."""
    closing = next((o.tag for o in state.orders.values() if o.kind is OrderKind.CLOSE and o.is_open), "")
    if heard.role in (Role.STOP.value, Role.TRAIL.value) and state.guard is not None:
        return state.guard.tag
    return closing if heard.role != Role.ENTRY.value else ""


def wants_of(commands: Sequence[bc.BotCommand]) -> tuple[au.BotWant, ...]:
    """What the desk is asked to do, in the order in which the bot wants it."""
    return tuple(want for command in commands if (want := _want(command)) is not None)


def _want(command: bc.BotCommand) -> au.BotWant | None:
    match command:
        case bc.Place():
            return au.BotPlace(
                command.tag,
                command.side,
                command.type,
                command.quantity,
                command.limit,
                command.stop,
                command.reduce_only,
            )
        case bc.Cancel():
            return au.BotCancel(command.tag)
        case bc.Guard():
            return au.BotGuard(command.tag, command.below, command.above)
        case bc.CloseAll():
            return au.BotClose(command.tag, command.reason)
        case _:
            return None


def notes_of(commands: Sequence[bc.BotCommand]) -> tuple[au.BotNote, ...]:
    """Lines for its activity log."""
    return tuple(
        au.BotNote(one.level.value, one.code, dict(one.facts), one.at)
        for one in commands
        if isinstance(one, bc.Note)
    )


def ending_of(commands: Sequence[bc.BotCommand]) -> au.BotEnding | None:
    """How it has ended itself; None: it goes on."""
    for one in commands:
        if isinstance(one, bc.StopSelf):
            return au.BotEnding(one.code, one.sentence, one.is_error, one.is_guarded)
    return None
