"""What `/why` says about halts, pauses, maintenance, lockouts and warnings: a sentence for each event."""

from __future__ import annotations

from bot.conversation.screen import warn
from bot.conversation.standing import said_of, when
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events as ev
from trading.domain.commands import HaltState
from trading.domain.halting import Halt
from trading.domain.ids import DESK, AccountId


def _who(story: Storyteller, account: AccountId) -> str:
    say = story.wording.say
    return say("alert.who_desk") if account == AccountId(DESK) else say("alert.who_account", account=account)


def _halt(story: Storyteller, event: ev.HaltChanged) -> Told:
    """A halt, a pause, or the end of one."""
    who = _who(story, event.account)
    if event.state is HaltState.ACTIVE:
        return [story.say("guard.why.open", who=who, reason=event.reason)]
    found = Halt(event.state, event.reason, event.by, event.at, event.until)
    said = said_of(story.wording, found, event.at)
    return [warn(story.wording.say("guard.why.halt", who=who, said=said))]


def _maintenance(story: Storyteller, event: ev.MaintenanceChanged) -> Told:
    """Maintenance began or ended."""
    key = "guard.why.maintenance_on" if event.is_on else "guard.why.maintenance_off"
    return [warn(story.say(key, person=event.by, reason=event.reason))]


def _lockout(story: Storyteller, event: ev.LockoutSet) -> Told:
    """A person locked themself out."""
    until = when(story.wording, event.until, event.at)
    say = story.wording.say
    reason = event.reason or say("guard.no_reason")
    return [warn(say("guard.why.lockout", until=until, person=event.by, reason=reason))]


def _person(story: Storyteller, event: ev.PersonLocked) -> Told:
    """A person locked themself out of every account."""
    until = when(story.wording, event.until, event.at)
    reason = event.reason or story.wording.say("guard.no_reason")
    return [warn(story.say("guard.why.person_locked", until=until, person=event.by, reason=reason))]


def _barred(story: Storyteller, event: ev.SymbolsBarred) -> Told:
    """Somebody barred symbols, or freed them."""
    names = ", ".join(event.symbols)
    if not event.is_barred:
        return [story.say("guard.why.freed", symbols=names, person=event.by)]
    reason = event.reason or story.wording.say("guard.no_reason")
    return [warn(story.say("guard.why.barred", symbols=names, person=event.by, reason=reason))]


def _warned(story: Storyteller, event: ev.RiskWarned) -> Told:
    """So much of the day's loss limit was used."""
    return [
        warn(
            story.wording.say(
                "guard.why.warned",
                percent=f"{event.level_percent} %",
                loss=story.money_of(event.account, event.loss),
                limit=story.money_of(event.account, event.limit),
            )
        )
    ]


def _role(story: Storyteller, event: ev.RoleSet) -> Told:
    """Somebody got a role, or lost it."""
    say = story.wording.say
    role = say(f"role.{event.role.value if event.role is not None else 'none'}")
    return [say("log.role", member=event.name or event.person, role=role, person=event.by)]


def _mode(story: Storyteller, event: ev.ModeSet) -> Told:
    """Real money begins, or ends."""
    return [warn(story.say(f"log.mode.{event.mode}", person=event.by))]


TELLERS: Tellers = {
    ev.ModeSet: _mode,
    ev.RoleSet: _role,
    ev.HaltChanged: _halt,
    ev.MaintenanceChanged: _maintenance,
    ev.LockoutSet: _lockout,
    ev.PersonLocked: _person,
    ev.SymbolsBarred: _barred,
    ev.RiskWarned: _warned,
}
