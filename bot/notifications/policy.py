"""Who hears what, how loud, how soon: bounds and choices about alerts, as data. Nothing is sent from here."""

from __future__ import annotations

import typing
from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec import Struct

from bot.conversation.hearing import Topic as Topic
from bot.conversation.hearing import Urgency as Urgency
from trading.domain.book import Account, Book
from trading.domain.events import Event, LimitRaiseAsked, Noticed, PositionUncovered, RoleSet
from trading.domain.events_timed import AlertEnded, AlertEscalated, AlertFired
from trading.domain.ids import DESK, PersonId
from trading.domain.reports import Report
from trading.domain.rights import OPERATOR, DeskRole, Right
from trading.domain.timed import ESCALATION_STEPS
from trading.ports import StoredEvent


class Policy(Struct, frozen=True):
    """The bounds of telling. Durations in seconds.

    `merge_s`: fills of one order that come within that time make one message. `uncovered_s`: a position may
    be without its stop that long before somebody hears of it (RELIABILITY asks for an alarm within 10).
    `repeat_s`: what only repeats itself is told once in so long. `old_s`, `single_max`: older news, or more
    messages at once, become one digest. `waiting_max`: so many messages wait in memory at most, the rest is
    only counted. `retry_s`: pauses between attempts to deliver one message; `down_s`: the pause while a chat
    takes nothing at all, doubled up to `down_max_s`. `card_s`: a fill that comes so soon after its press
    takes the place of the card that said "sent". `standby_s`: what must be heard waits that long for the
    phone that its person has chosen, before it is told on the other one. `fan_max`: so many events at most in
    one commit of the fan. `cursor_lag_max`: the cursor is moved at least every so many events, also when none
    of them is news.
    """

    merge_s: float = 5.0
    repeat_s: float = 3_600.0
    uncovered_s: float = 5.0
    old_s: float = 86_400.0
    single_max: int = 20
    waiting_max: int = 500
    unread_max: int = 10_000
    retry_s: tuple[float, ...] = (1.0, 4.0, 15.0)
    down_s: float = 5.0
    cursor_every_s: float = 1.0
    card_s: float = 20.0
    standby_s: float = 3.0
    down_max_s: float = 45.0
    fan_max: int = 500
    cursor_lag_max: int = 2_000
    announcements_max: int = 100

    def hold_s(self, event: Event) -> float:
        """How long an alert that may still grow, or come to nothing, is held back."""
        return self.uncovered_s if isinstance(event, PositionUncovered) else self.merge_s

    def is_old(self, at: datetime, now: datetime) -> bool:
        """Whether news of `at` is history by now."""
        return now - at > timedelta(seconds=self.old_s)


DEFAULT_POLICY = Policy()

INSIDE = frozenset({Topic.OPERATION.value, Topic.START.value})

CHATS = frozenset({"console", "telegram", "discord", "replay"})
"""First parts of command ids whose author gets the answer on the spot."""

_REPORTS = frozenset(kind.__name__ for kind in typing.get_args(Report))


def is_awaited(stored: StoredEvent) -> bool:
    """Whether the event answers a command directly and its author has the answer before their eyes.

    Commands of chats are `platform:chat:message` or a button's nonce, which holds no colon; what jobs, bots
    and webhooks ask for is named otherwise, and what a venue or a timer caused bears the report's name.
    """
    source, colon, _ = stored.causation_id.partition(":")
    if source in _REPORTS:
        return False
    return source in CHATS if colon else True


def hears(stored: StoredEvent, book: Book, people: Collection[PersonId]) -> tuple[PersonId, ...]:
    """Who is told: the owner of the account; of what binds the whole desk everybody; of how the desk itself
    does (`Topic.OPERATION`, `Topic.START`) whoever runs it."""
    event = stored.event
    if stored.stream == DESK:
        if isinstance(event, Noticed) and event.topic in INSIDE:
            return (OPERATOR,)
        if isinstance(event, Noticed) and event.topic == Topic.ACCESS.value and "person" in event.facts:
            return (PersonId(event.facts["person"]),)
        author = getattr(event, "by", None) if is_awaited(stored) else None
        inside = (one for one in people if _has_account(book, one))
        return tuple(one for one in dict.fromkeys((*inside, OPERATOR)) if one != author)
    account = book.account(event.account)
    if account is None:
        return ()
    if isinstance(event, RoleSet):
        return tuple(dict.fromkeys((account.owner, event.person)))
    if isinstance(event, AlertFired | AlertEnded | AlertEscalated) and event.alert is not None:
        return _waits_for(account, event)
    # Viewers look; they are not woken. Whoever has the answer before their eyes is told nothing more.
    hides = account.members and is_awaited(stored) and not isinstance(event, LimitRaiseAsked)
    author = getattr(event, "by", None) if hides else None
    rung = (one.person for one in account.members if one.role is not DeskRole.VIEWER)
    return tuple(one for one in (account.owner, *rung) if one != author)


def _waits_for(account: Account, event: AlertFired | AlertEnded | AlertEscalated) -> tuple[PersonId, ...]:
    """An alert is whose who has set it; the owner's, when that was nobody or they see the account no more.
    One that they have not seen goes to the owner and the admins in the end."""
    assert event.alert is not None, "asked of alerts that are known"
    person = event.alert.person or account.owner
    if Right.LOOK not in account.rights_of(person):
        person = account.owner
    if not isinstance(event, AlertEscalated) or event.ringing.step < ESCALATION_STEPS:
        return (person,)
    admins = (one.person for one in account.members if one.role is DeskRole.ADMIN)
    return tuple(dict.fromkeys((person, account.owner, *admins)))


def _has_account(book: Book, person: PersonId) -> bool:
    return any(Right.LOOK in account.rights_of(person) for account in book.accounts.values())
