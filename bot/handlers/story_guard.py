"""What `/why` says about halts, pauses, maintenance, lockouts and warnings: a sentence for each event."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from bot.conversation.screen import Line, Span, warn
from bot.conversation.standing import said_of, when
from bot.conversation.wording import Wording
from trading.domain import events as ev
from trading.domain.commands import HaltState
from trading.domain.halting import Halt
from trading.domain.ids import DESK, AccountId

Told = list[str | Line | Span]


class Teller(Protocol):
    """What a sentence needs of the story that it stands in."""

    wording: Wording

    def money_of(self, account: AccountId, value: Decimal) -> str:
        """Money in the account's currency."""
        ...


def _who(story: Teller, account: AccountId) -> str:
    say = story.wording.say
    return say("alert.who_desk") if account == AccountId(DESK) else say("alert.who_account", account=account)


def halt(story: Teller, event: ev.HaltChanged) -> Told:
    """A halt, a pause, or the end of one."""
    who = _who(story, event.account)
    if event.state is HaltState.ACTIVE:
        return [story.wording.say("guard.why.open", who=who, reason=event.reason)]
    found = Halt(event.state, event.reason, event.by, event.at, event.until)
    said = said_of(story.wording, found, event.at)
    return [warn(story.wording.say("guard.why.halt", who=who, said=said))]


def maintenance(story: Teller, event: ev.MaintenanceChanged) -> Told:
    """Maintenance began or ended."""
    key = "guard.why.maintenance_on" if event.is_on else "guard.why.maintenance_off"
    return [warn(story.wording.say(key, person=event.by, reason=event.reason))]


def lockout(story: Teller, event: ev.LockoutSet) -> Told:
    """A person locked themself out."""
    until = when(story.wording, event.until, event.at)
    say = story.wording.say
    reason = event.reason or say("guard.no_reason")
    return [warn(say("guard.why.lockout", until=until, person=event.by, reason=reason))]


def warned(story: Teller, event: ev.RiskWarned) -> Told:
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
