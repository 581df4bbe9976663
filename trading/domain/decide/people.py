"""Who may give this command at all, the gate's first question; and who gets which role."""

from __future__ import annotations

from typing import Any

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_timed as et
from trading.domain.book import Account
from trading.domain.decide.deciding import Deciding
from trading.domain.rights import MACHINES, NEEDS, DeskRole, Right, needs


def is_barred(d: Deciding, message: Any) -> bool:
    """Whether a command comes from somebody who may not give it; then it is refused. An account that is
    nobody's business of theirs is refused like one that does not exist, and nothing is written into it."""
    if type(message) not in NEEDS or message.person in MACHINES:
        return False
    account = d.book.account(message.account)
    if account is None:
        return False
    right = needs(message, account.limits, account.halted_by)
    if right is None:
        return False
    own = account.rights_of(message.person)
    if right in own:
        return False
    if Right.LOOK not in own:
        text = f"There is no account {message.account}."
        d.refusals = (ev.Refusal("no_account", text, "account"),)
        return True
    text = f"That needs the right to {right.value} on account {message.account}: ask one of its admins."
    if right is Right.OPERATE:
        text = "That binds every account of this desk: only whoever runs it can say so."
    seen = getattr(message, "seen", None)
    symbol = seen.instrument.symbol if seen is not None else ""
    refusal = ev.Refusal("no_right", text, "role", right.value)
    d.deny(message.account, message.command_id, type(message).__name__, symbol, refusal)
    return True


def cannot_second(d: Deciding, command: cm.OpenPosition) -> ev.Refusal | None:
    """Why nobody's consent counts for this order; None when it does, or when nobody has given any. Four eyes
    are two people: whoever asks for an order does not agree to it, on whichever phone."""
    second = command.seconded_by
    if not second:
        return None
    if second == command.person:
        text = "Whoever asks for an order cannot agree to it: somebody else must."
        return ev.Refusal("own_order", text, "seconded_by", second)
    if Right.SECOND not in d.account(command.account).rights_of(second):
        text = "Only a risk officer, an admin or the account's owner can agree to an order of somebody else."
        return ev.Refusal("no_right", text, "seconded_by", second)
    if d.book.desk.is_locked(second, d.now):
        text = "Whoever has locked themself out agrees to no order of somebody else: another person must."
        return ev.Refusal("second_locked", text, "seconded_by", second)
    return None


def set_role(d: Deciding, command: cm.SetRole) -> None:
    """Give a person a role on an account, or take it away."""
    account = d.account(command.account)
    refusal = _cannot_set(account, command)
    if refusal is not None:
        d.deny(command.account, command.command_id, "role", "", refusal)
        return
    role = DeskRole(command.role) if command.role else None
    d.emit(ev.RoleSet(command.account, command.member, role, command.person, d.now, command.name))
    if role is DeskRole.TRADER:
        return
    # What somebody had set who may not trade any more must not trade for them.
    for one in d.account(command.account).schedules:
        if one.person == command.member and not one.is_paused:
            d.emit(
                et.SchedulePaused(
                    command.account, one.schedule_id, one.number, True, command.command_id, d.now, d.by
                )
            )


def _cannot_set(account: Account, command: cm.SetRole) -> ev.Refusal | None:
    if command.member == account.owner:
        text = f"Account {account.account} is theirs: its owner has every right and keeps it."
        return ev.Refusal("is_owner", text, "member")
    if command.role and command.role not in set(DeskRole):
        names = ", ".join(DeskRole)
        return ev.Refusal("no_such_role", f"There is no role {command.role}: there are {names}.", "role")
    before = account.role_of(command.member)
    if (before.value if before is not None else "") == command.role:
        return ev.Refusal("no_change", "That is so already.", "role")
    if command.member == command.person:
        text = "Nobody changes their own role: another admin or the owner does."
        return ev.Refusal("own_role", text, "member")
    return None
