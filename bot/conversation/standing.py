"""How things stand: what binds entries now, who said so, why, since and until when, on the person's clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.conversation.retelling import because, retold, told_as
from bot.conversation.screen import Line, Span, line, warn
from bot.conversation.wording import Wording
from trading.domain.book import Account, Book
from trading.domain.events import Refusal
from trading.domain.freezing import BY_ITSELF, Freeze
from trading.domain.halting import Halt, Lockout, Maintenance
from trading.domain.ids import PersonId
from trading.domain.stops import NOBODY

BADGE_LENGTH_MAX = 72
"""How much a badge holds; the whole of it stands in /status."""


class Standing(NamedTuple):
    """One thing that binds entries: `name` is a key of the catalogue, `state` how it stands (`PAUSED until
    15:00`), `said` the same with author, instant and reason."""

    name: str
    state: str
    said: str


def when(wording: Wording, at: datetime, now: datetime) -> str:
    """`15:00` today, else `2018-04-05 15:00 CEST`."""
    return wording.clock(at) if wording.day(at) == wording.day(now) else wording.instant(at)


def state_of(wording: Wording, halt: Halt, now: datetime) -> str:
    """`HALTED: EXITS ONLY`, `PAUSED until 15:00`."""
    if halt.until is not None:
        return wording.say("guard.state.paused", until=when(wording, halt.until, now))
    return wording.say(f"view.halt.{halt.state.value}")


def said_of(wording: Wording, halt: Halt, now: datetime) -> str:
    """A halt with author, instant and reason; what an old journal does not know is left out."""
    return _said(wording, state_of(wording, halt, now), halt.by, halt.at, halt.reason, now)


def maintenance_said(wording: Wording, found: Maintenance, now: datetime) -> str:
    """Maintenance with author, instant and reason."""
    state = wording.say("guard.state.maintenance")
    return _said(wording, state, found.by, found.at, found.reason, now)


def lockout_said(wording: Wording, found: Lockout, now: datetime) -> str:
    """A lockout with its end, author, instant and reason."""
    state = wording.say("guard.state.lockout", until=when(wording, found.until, now))
    return _said(wording, state, found.by, found.at, found.reason, now)


def _said(wording: Wording, state: str, by: str, at: datetime | None, reason: str, now: datetime) -> str:
    said = state
    if at is not None:
        key = "guard.since_by" if by else "guard.since"
        said = wording.say(key, state=state, person=by, at=when(wording, at, now))
    return wording.say("guard.because", said=said, reason=because(wording, reason)) if reason else said


def standings(
    wording: Wording, book: Book, account: Account, now: datetime, person: PersonId = NOBODY
) -> Iterator[Standing]:
    """Everything that binds entries of the account now, what binds all of the desk first; with the own
    lockout of the person who looks."""
    desk = book.desk
    if desk.halt.binds(now):
        yield Standing("guard.desk", state_of(wording, desk.halt, now), said_of(wording, desk.halt, now))
    if desk.maintenance is not None:
        state = wording.say("guard.state.maintenance")
        yield Standing("guard.maintenance", state, maintenance_said(wording, desk.maintenance, now))
    if account.halting.binds(now):
        state = state_of(wording, account.halting, now)
        yield Standing("guard.account", state, said_of(wording, account.halting, now))
    lockout = lockout_of(book, account, person, now)
    if lockout is not None:
        state = wording.say("guard.state.lockout", until=when(wording, lockout.until, now))
        yield Standing("guard.lockout", state, lockout_said(wording, lockout, now))
    for found in account.freezes:
        words = _frozen(wording, found, now)
        yield Standing("freeze.name", wording.say("freeze.state"), wording.say("freeze.said", **words))


def lockout_of(book: Book, account: Account, person: PersonId, now: datetime) -> Lockout | None:
    """The lockout that binds the person's entries on the account: the account's, or their own, whichever ends
    later."""
    found = [one for one in (account.lockout, book.desk.lockout_of(person)) if one and one.binds(now)]
    return max(found, key=lambda one: one.until, default=None)


def _frozen(wording: Wording, found: Freeze, now: datetime) -> dict[str, str]:
    """Since when, why, and until when."""
    return {
        "at": when(wording, found.at, now),
        "why": wording.say(f"freeze.why_{found.cause.value}", detail=found.detail),
        "until": wording.say("freeze.until_answer" if found.cause in BY_ITSELF else "freeze.until_seen"),
    }


def standing_rows(
    wording: Wording, book: Book, account: Account, now: datetime, person: PersonId = NOBODY
) -> list[tuple[str, Line]]:
    """A row with its label for each thing that binds entries; none while everything is open."""
    found = standings(wording, book, account, now, person)
    return [(wording.say(one.name), line(warn(one.said))) for one in found]


def standing_badges(
    wording: Wording, book: Book, account: Account, now: datetime, person: PersonId = NOBODY
) -> list[Span]:
    """The same as badges, with reasons cut short."""
    badges = []
    for one in standings(wording, book, account, now, person):
        said = wording.say("guard.on_desk", state=one.said) if one.name == "guard.desk" else one.said
        cut = said if len(said) <= BADGE_LENGTH_MAX else f"{said[: BADGE_LENGTH_MAX - 1]}…"
        badges.append(warn(cut))
    return badges


def refused_sentences(
    wording: Wording, book: Book, account: Account | None, now: datetime, refusals: Sequence[Refusal]
) -> list[str]:
    """Why something was refused. What stops entries is said anew, with instants on the person's clock: the
    journal keeps them in UTC."""
    said = {} if account is None else dict(_stop_sentences(wording, book, account, now))
    return [_refused(wording, account, said, one) for one in refusals]


def _refused(wording: Wording, account: Account | None, said: dict[str, str], refusal: Refusal) -> str:
    """Said anew, or as it was; what a frozen symbol adds has no instant in it."""
    if account is None or refusal.code not in said:
        return retold(wording, refusal)
    drift = [one.sentence for one in account.frozen if one.sentence in refusal.sentence]
    drift = [told_as(wording, "refusal.frozen", one) for one in drift]
    return " ".join((said[refusal.code], *drift))


def _stop_sentences(
    wording: Wording, book: Book, account: Account, now: datetime
) -> Iterator[tuple[str, str]]:
    who = wording.say("alert.who_account", account=account.account)
    desk = wording.say("alert.who_desk")
    for code, name, line_, halt in (
        ("desk_halt", desk, "/resume desk", book.desk.halt),
        ("account_halt", who, "/resume", account.halting),
    ):
        if halt.binds(now):
            key = "guard.refused.halt" if halt.until is None else "guard.refused.pause"
            yield code, wording.say(key, who=name, said=said_of(wording, halt, now), line=line_)
    found, lockout = book.desk.maintenance, account.lockout
    if found is not None:
        said = maintenance_said(wording, found, now)
        yield "maintenance", wording.say("guard.refused.maintenance", said=said)
    if lockout is not None and lockout.binds(now):
        said = lockout_said(wording, lockout, now)
        yield "lockout", wording.say("guard.refused.lockout", who=who, said=said)
    if account.freezes:
        frozen = [_frozen(wording, one, now) for one in account.freezes]
        said_all = [wording.say("freeze.refused", account=account.account, **words) for words in frozen]
        yield "frozen", " ".join(said_all)
