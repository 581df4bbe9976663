"""What stops entries, as screens: halts, pauses, maintenance, lockouts, and warnings of the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation.retelling import because
from bot.conversation.screen import Block, Line, line, title
from bot.conversation.standing import when
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, called
from trading.domain.commands import HaltState
from trading.domain.halting import PAUSE_OVER
from trading.domain.ids import DESK
from trading.domain.money import ZERO
from trading.domain.warning import LIMIT_REACHED
from trading.ports import StoredEvent

WAKES_FROM_PERCENT = 90
"""From that level on a warning may wake somebody."""

_STATES = {
    HaltState.HALTED: "alert.halted",
    HaltState.REDUCE_ONLY: "alert.reduce_only",
    HaltState.FLATTEN: "alert.flattening",
    HaltState.ACTIVE: "alert.active",
}


def tell_halt(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """What may be sent has changed."""
    event: Any = members[0].event
    say = scene.wording.say
    is_desk = event.account == DESK
    who = say("alert.who_desk") if is_desk else say("alert.who_account", account=event.account)
    if event.state is HaltState.ACTIVE and event.reason == PAUSE_OVER:
        return Telling(Topic.HALT, (title(say("guard.alert.pause_over", who=who)),), Urgency.NORMAL)
    head = say(_STATES[event.state], who=who)
    if event.until is not None:
        head = say("guard.alert.paused", who=who, until=when(scene.wording, event.until, event.at))
    blocks: list[Block] = [title(head)]
    if event.reason:
        blocks.append(_because(scene, event))
    if event.until is not None:
        blocks.append(line(say("guard.alert.pause_ends", line="/resume desk" if is_desk else "/resume")))
    elif event.state is not HaltState.ACTIVE:
        blocks.append(line(say("alert.resume_desk") if is_desk else say("alert.resume")))
    urgency = Urgency.NORMAL if event.state is HaltState.ACTIVE else Urgency.URGENT
    return Telling(Topic.HALT, tuple(blocks), urgency)


def _because(scene: Scene, event: Any) -> Line:
    by = scene.wording.say("alert.by", person=called(scene, event.by))
    return line(scene.wording.say("alert.reason", reason=because(scene.wording, event.reason)), " · ", by)


def tell_maintenance(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Somebody works on the desk, or has done."""
    event: Any = members[0].event
    key = "guard.alert.maintenance_on" if event.is_on else "guard.alert.maintenance_off"
    blocks: list[Block] = [title(scene.wording.say(key))]
    if event.reason:
        blocks.append(_because(scene, event))
    return Telling(Topic.HALT, tuple(blocks), Urgency.URGENT if event.is_on else Urgency.NORMAL)


def group_of_lockout(event: Any, scene: Scene) -> str:
    """A lockout counts for all accounts of a person and is one message."""
    return f"lockout:{event.by}:{event.until.isoformat()}"


def no_more_accounts(event: Any, scene: Scene) -> bool:
    """Never: the events of other accounts may still come, so that its time must pass."""
    return False


def tell_lockout(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Entries are closed until then, for good."""
    event: Any = members[0].event
    say = scene.wording.say
    accounts = ", ".join(dict.fromkeys(member.event.account for member in members))
    blocks = (
        title(say("guard.alert.locked", until=when(scene.wording, event.until, event.at))),
        _because(scene, event),
        line(say("guard.alert.locked_accounts", accounts=accounts)),
    )
    return Telling(Topic.HALT, blocks, Urgency.URGENT)


def tell_raise(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A limit is going to allow more. Said to whoever asked for it too, on all their phones: it is what a
    thief would do first."""
    event: Any = members[0].event
    say = scene.wording.say
    told = {"name": event.name, "value": event.value, "account": event.account}
    blocks = (
        title(say("guard.alert.raise", at=when(scene.wording, event.due, event.at), **told)),
        line(say("alert.by", person=called(scene, event.by))),
        line(say("guard.alert.raise_how", **told)),
    )
    return Telling(Topic.HALT, blocks, Urgency.NORMAL)


def tell_raise_dropped(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A limit stays as it is after all."""
    event: Any = members[0].event
    say = scene.wording.say
    person = called(scene, event.by)
    head = say("guard.alert.raise_dropped", name=event.name, value=event.value, account=event.account)
    why = say(f"guard.alert.raise_{event.reason}", person=person)
    return Telling(Topic.HALT, (title(head), line(why)), Urgency.NORMAL)


def tell_mode(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Real money begins, or ends. Said on every phone: it is what a thief would do."""
    event: Any = members[0].event
    say = scene.wording.say
    blocks = (
        title(say(f"alert.mode.{event.mode}", account=event.account)),
        line(say("alert.by", person=called(scene, event.by))),
        line(say(f"alert.mode.why.{event.mode}")),
    )
    return Telling(Topic.HALT, blocks, Urgency.URGENT)


def tell_warning(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """So much of today's loss limit is used; or all of it."""
    event: Any = members[0].event
    say = scene.wording.say
    account = scene.book.account(event.account)
    currency = account.currency if account is not None else "USD"
    told = {
        "account": event.account,
        "loss": scene.wording.money(event.loss, currency),
        "limit": scene.wording.money(event.limit, currency),
        "left": scene.wording.money(max(event.limit - event.loss, ZERO), currency),
    }
    blocks: tuple[Block, ...]
    if event.level_percent >= LIMIT_REACHED:
        blocks = (
            title(say("guard.alert.reached")),
            line(say("guard.alert.lost_all", **told)),
            line(say("guard.alert.no_entries")),
        )
    else:
        percent = f"{event.level_percent} %"
        blocks = (
            title(say("guard.alert.warned", percent=percent)),
            line(say("guard.alert.lost", **told)),
            line(say("guard.alert.at_limit")),
        )
    wakes = event.level_percent >= WAKES_FROM_PERCENT
    return Telling(Topic.RISK, blocks, Urgency.URGENT if wakes else Urgency.NORMAL)
