"""Who may do what on an account: roles, rights, and which right each command needs. One table of data.

The owner of an account may do everything with it. Others have one of four roles, or none: then the account
does not exist for them. What binds the whole desk is for its operator. What a platform shows or hides is only
a hint; this is where it is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from trading.domain import commands as cm
from trading.domain.ids import PersonId
from trading.domain.limits import Limits, is_raise
from trading.domain.mode import LIVE

OPERATOR = PersonId("owner")
"""Whoever runs the process: its terminal is theirs, and the code by which the first person came in."""


class DeskRole(StrEnum):
    """What a person is on an account that is another's. Nobody but a trader opens anything."""

    VIEWER = "viewer"
    TRADER = "trader"
    RISK_OFFICER = "risk_officer"
    ADMIN = "admin"


class Right(StrEnum):
    """What may be done."""

    LOOK = "look"
    TRADE = "trade"  # open, protect, change orders, alerts and schedules
    REDUCE = "reduce"  # close, cancel, flatten
    HALT = "halt"
    RESUME = "resume"  # open again what somebody has halted
    LOWER = "lower"  # a limit, so that less is possible
    RAISE = "raise"  # a limit, so that more is possible
    SECOND = "second"  # agree to another's order that is too large for one person alone
    SETTLE = "settle"  # say what is true of the venue: doubt, differences
    AUDIT = "audit"  # read who wanted what
    PEOPLE = "people"  # let people in, give and take roles
    OPERATE = "operate"  # what binds the whole desk: the operator's alone, whose accounts it concerns


_REDUCING = frozenset({Right.LOOK, Right.REDUCE, Right.HALT})

RIGHTS: Mapping[DeskRole, frozenset[Right]] = {
    DeskRole.VIEWER: frozenset({Right.LOOK}),
    DeskRole.TRADER: _REDUCING | {Right.TRADE, Right.SETTLE},
    DeskRole.RISK_OFFICER: _REDUCING | {Right.RESUME, Right.LOWER, Right.SECOND, Right.AUDIT},
    DeskRole.ADMIN: _REDUCING
    | {Right.RESUME, Right.LOWER, Right.RAISE, Right.SECOND, Right.SETTLE, Right.PEOPLE, Right.AUDIT},
}
OWNS = frozenset(Right) - {Right.OPERATE}
"""What the owner may do with an account."""

NEEDS: Mapping[type[Any], Right | None] = {
    cm.OpenPosition: Right.TRADE,
    cm.ClosePosition: Right.REDUCE,
    cm.SetExits: Right.TRADE,
    cm.ModifyOrder: Right.TRADE,
    cm.CancelOrders: Right.REDUCE,
    cm.Flatten: Right.REDUCE,
    cm.AnswerGuard: Right.TRADE,
    cm.AnswerDoubt: Right.SETTLE,
    cm.AcknowledgeFreeze: Right.SETTLE,
    cm.SetHalt: Right.HALT,
    cm.SetMaintenance: Right.OPERATE,
    cm.LockOut: Right.LOOK,
    cm.BarSymbols: Right.HALT,
    cm.SetLimit: Right.LOWER,
    cm.OpenAccount: None,
    cm.SetMode: Right.HALT,
    cm.MoveCash: Right.SETTLE,
    cm.SetAlert: Right.TRADE,
    cm.DropAlerts: Right.TRADE,
    cm.SeeAlerts: Right.LOOK,
    cm.SetSchedule: Right.TRADE,
    cm.PauseSchedule: Right.TRADE,
    cm.DropSchedule: Right.REDUCE,
    cm.RunSlot: None,  # a role that is taken away pauses what it had set
    cm.MissSlots: None,
    cm.Tell: None,
    cm.LookNow: Right.LOOK,
    cm.SettleDrift: Right.SETTLE,
    cm.SetRole: Right.PEOPLE,
    cm.NoteOpinion: Right.LOOK,
    cm.StartBot: Right.TRADE,
    cm.TellBot: Right.REDUCE,
    cm.EditBot: Right.TRADE,
    cm.DropBot: Right.REDUCE,
    cm.BotActs: Right.TRADE,
    cm.FailBot: None,
}
"""What a command needs, at least; None where the desk itself gives it."""

MACHINES = frozenset({PersonId("machine"), PersonId("desk")})
"""The desk's own names: what it does by itself is nobody's right."""


class Member(Struct, frozen=True):
    """A person who is not the owner, what they are on the account, and how people call them."""

    person: PersonId
    role: DeskRole
    name: str = ""


def rights_of(person: PersonId, role: DeskRole | None, *, is_owner: bool) -> frozenset[Right]:
    """What a person may do from an account. What binds the whole desk is the operator's, from any account
    that the operator can see, and no owner's."""
    own = OWNS if is_owner else RIGHTS[role] if role is not None else frozenset()
    return own | {Right.OPERATE} if own and person == OPERATOR else own


def needs(command: Any, limits: Limits, halted_by: PersonId) -> Right | None:
    """The right that this very command needs: what opens again needs more than what halts, what raises a
    limit more than what lowers one; what binds the whole desk needs the most."""
    right = NEEDS[type(command)]
    if isinstance(command, cm.SetHalt):
        if command.desk:
            return Right.OPERATE
        # Whoever has halted may open again: it was their own word.
        if command.state is cm.HaltState.ACTIVE and halted_by != command.person:
            return Right.RESUME
    if isinstance(command, cm.SetMode) and command.mode == LIVE:
        return Right.RAISE
    if isinstance(command, cm.SetLimit):
        before = getattr(limits, command.name, None)
        if before is None or is_raise(command.name, before, command.value):
            return Right.RAISE
    return right
