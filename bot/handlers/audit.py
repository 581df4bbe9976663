"""`/audit`: who wanted what, and when, read from the journal, with proof that its chain is whole.

What is shown was read link by link, and not from what was derived: an event that somebody has changed, taken
out or put in is found before anything is shown (see docs/journal.md).
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import (
    Block,
    Kind,
    Line,
    Screen,
    Span,
    bad,
    bold,
    dim,
    good,
    line,
    look,
    row,
    warn,
)
from bot.handlers.marks import heading
from bot.handlers.roles import name_of
from bot.handlers.story import Story
from bot.handlers.subjects import account_and_symbol, count_of, word_of
from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain import events_timed as et
from trading.domain.book import Account
from trading.domain.commands import HaltState
from trading.domain.ids import DESK, AccountId, PersonId, StreamId
from trading.ports import JournalUnavailable, StoredEvent

LINES = 15
LINES_MAX = 40
REACH = 20_000
"""So many events of a stream are read from its end at most; a named day is looked for in all of it."""
PEOPLE_MAX = 50
_STEPS_MAX = 40

VERBS: Mapping[type[Any], str] = {
    ev.AccountOpened: "start",
    ev.CancelRequested: "cancel",
    ev.ReplaceRequested: "modify",
    ev.PlanSet: "bracket",
    ev.MaintenanceChanged: "maintenance",
    ev.LockoutSet: "lockout",
    ev.PersonLocked: "lockout",
    ev.SymbolsBarred: "blacklist",
    ev.LimitChanged: "limits",
    ev.LimitRaiseAsked: "limits",
    ev.LimitRaiseDropped: "limits",
    ev.RoleSet: "role",
    ev.ModeSet: "mode",
    ev.DoubtAnswered: "doubt",
    ed.EntriesThawed: "doubt",
    ev.SymbolThawed: "reconcile",
    ev.DriftIgnored: "reconcile",
    ev.PullSettled: "guard",
    ev.GapSettled: "guard",
    ev.OpinionGiven: "sentiment",
    et.AlertSet: "alerts",
    et.AlertDropped: "alerts",
    et.AlertsSeen: "alerts",
    et.ScheduleSet: "schedule",
    et.SchedulePaused: "schedule",
    et.ScheduleDropped: "schedule",
}
"""Under which verb an event is found; those that need a look at the event are in `verb_of`."""


class Wanted(NamedTuple):
    """What is searched; empty for all of it."""

    who: str
    verb: str
    symbol: str
    day: tuple[datetime, datetime] | None


class Found(NamedTuple):
    """What a search came to. `first` and `last` are the numbers of the events that were read and checked."""

    acts: list[tuple[StoredEvent, str]]
    people: dict[PersonId, str]
    first: int
    last: int
    hash: str


async def audit(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The acts of people on an account, newest first. The table of rights says who may see them."""
    subject = await account_and_symbol(tools, asked, parsed)
    if isinstance(subject, Screen):
        return subject
    account, symbol = subject
    day = word_of(parsed, "day")
    span = _span(asked, day, tools.clock.now()) if day else None
    wanted = Wanted(word_of(parsed, "who"), word_of(parsed, "verb"), symbol, span)
    lines = min(count_of(parsed, "count", LINES), LINES_MAX)
    page = count_of(parsed, "page", 1)
    say = asked.wording.say
    try:
        found = await _search(tools, account, wanted, page * lines + 1)
    except JournalUnavailable as problem:
        return Screen.of(line(bad(say("audit.broken", problem=problem))), kind=Kind.REFUSAL)
    if not found.last:
        return refusal(asked, "audit.no_journal")
    if wanted.who and not any(_is_called(wanted.who, *one) for one in found.people.items()):
        names = ", ".join(dict.fromkeys(found.people.values()))
        return refusal(asked, "audit.nobody", typed=wanted.who, names=names)
    here = found.acts[(page - 1) * lines : page * lines]
    blocks: list[Block] = [*heading(tools, asked, say("audit.title"), account)]
    blocks += _lines(tools, asked, here, found.people) or [line(say("audit.none"))]
    proof = say("audit.whole", first=found.first, last=found.last, account=account.account, hash=found.hash)
    blocks.append(line(good(proof)))
    if found.first > 1:
        blocks.append(line(dim(say("audit.part"))))
    by = f"by {wanted.who}" if wanted.who else ""
    rest = " ".join(part for part in (by, day, wanted.verb, symbol, f"on {account.account}") if part)
    older = look(say("view.older"), "audit", f"{lines} {page + 1} {rest}")
    newer = look(say("view.newer"), "audit", f"{lines} {page - 1} {rest}")
    return Screen.of(*blocks).with_buttons(
        row(newer if page > 1 else None, older if len(found.acts) > page * lines else None)
    )


def _span(asked: Asked, day: str, now: datetime) -> tuple[datetime, datetime]:
    """A day on the person's calendar, from its midnight to the next."""
    local = asked.wording.local(now)
    if day == "today":
        on = local.date()
    elif day == "yesterday":
        on = local.date() - timedelta(days=1)
    else:
        on = date.fromisoformat(day)
    start = local.replace(
        year=on.year, month=on.month, day=on.day, hour=0, minute=0, second=0, microsecond=0, fold=0
    )
    return start, start + timedelta(days=1)


async def _search(tools: Tools, account: Account, wanted: Wanted, most: int) -> Found:
    """The newest acts that fit. Raises JournalUnavailable where the chain does not hold."""
    people: dict[PersonId, str] = {}
    acts: list[tuple[StoredEvent, str]] = []
    first = last = 0
    head = ""
    for stream in (StreamId(account.account), DESK):
        kept: deque[tuple[StoredEvent, str]] = deque(maxlen=most)
        after = await _begin(tools, stream, wanted.day)
        async for stored in tools.facts.journal_read(stream, after):
            if stream != DESK:
                first, last, head = first or stored.seq, stored.seq, stored.hash[:12]
            event: Any = stored.event
            if wanted.day is not None and event.at >= wanted.day[1]:
                break
            verb = verb_of(event)
            person = author_of(event)
            if not verb or not person or _is_elsewhere(event, account):
                continue
            if person not in people and len(people) < PEOPLE_MAX:
                people[person] = await name_of(tools, person)
            if _fits(stored, verb, person, people, wanted):
                kept.append((stored, verb))
        acts += kept
    for one in (account.owner, *(member.person for member in account.members)):
        people.setdefault(one, await name_of(tools, one))
    acts.sort(key=lambda act: (_at(act[0]), act[0].seq), reverse=True)
    return Found(acts[:most], people, first, last, head)


def _is_elsewhere(event: Any, account: Account) -> bool:
    """Whether somebody who is nobody on this account has locked themself out; its owner's own is told by the
    account."""
    return isinstance(event, ev.PersonLocked) and account.role_of(event.by) is None


def _at(stored: StoredEvent) -> datetime:
    event: Any = stored.event
    at: datetime = event.at
    return at


async def _begin(tools: Tools, stream: StreamId, day: tuple[datetime, datetime] | None) -> int:
    """Behind which event to begin to read: near the end, or right before the day that is named."""
    high = tools.facts.journal_heads().get(stream, (0, ""))[0]
    if day is None:
        return max(0, high - REACH)
    low = 0
    for _ in range(_STEPS_MAX):
        if high - low <= REACH // 10:
            break
        middle = (low + high) // 2
        at = await _instant(tools.facts.journal_read(stream, middle))
        low, high = (middle, high) if at is not None and at < day[0] else (low, middle)
    return low


async def _instant(events: AsyncIterator[StoredEvent]) -> datetime | None:
    async for stored in events:
        return _at(stored)
    return None


def _fits(
    stored: StoredEvent, verb: str, person: PersonId, people: Mapping[PersonId, str], wanted: Wanted
) -> bool:
    event: Any = stored.event
    if wanted.day is not None and event.at < wanted.day[0]:
        return False
    if wanted.verb and wanted.verb != verb:
        return False
    if wanted.symbol and not _is_about(event, wanted.symbol):
        return False
    return not wanted.who or _is_called(wanted.who, person, people.get(person, ""))


def _is_called(typed: str, person: PersonId, name: str) -> bool:
    """Whether somebody is meant by a word: their whole name, its first word, or their id."""
    word, called = typed.casefold(), name.casefold()
    return word in (called, called.partition(" ")[0], person.casefold())


def _is_about(event: Any, symbol: str) -> bool:
    """Whether an event concerns a symbol: ids of orders and positions hold it."""
    order = getattr(event, "order", None)
    if order is not None:
        return bool(order.symbol == symbol)
    if (
        getattr(event, "symbol", "") == symbol
        or getattr(getattr(event, "alert", None), "symbol", "") == symbol
    ):
        return True
    named = str(getattr(event, "order_id", "") or getattr(event, "position_id", ""))
    return f"/{symbol}/" in f"{named}/"


def author_of(event: Any) -> PersonId:
    """Who wanted it; empty for what the desk does by itself."""
    if isinstance(event, ev.AccountOpened):
        return event.owner
    by: PersonId = getattr(event, "by", PersonId(""))
    return by


def verb_of(event: Any) -> str:
    """The verb by which somebody has wanted this; empty for what is no act of anybody."""
    match event:
        case ev.OrderIntended():
            if event.order.is_entry:
                return "buy" if event.order.side.sign > 0 else "short"
            return "bracket" if event.order.is_leg else "close"
        case ev.CommandDenied():
            return event.verb
        case ev.FlattenStarted():
            return "panic" if event.is_panic else "flatten"
        case ev.HaltChanged():
            if event.state is HaltState.ACTIVE:
                return "resume"
            return "pause" if event.until is not None else "halt"
        case _:
            return VERBS.get(type(event), "")


def _lines(
    tools: Tools, asked: Asked, acts: list[tuple[StoredEvent, str]], people: Mapping[PersonId, str]
) -> list[Line]:
    wording = asked.wording
    story = Story(tools, asked, [stored for stored, _ in acts])
    found: list[Line] = []
    day = ""
    for stored, verb in acts:
        event: Any = stored.event
        today = wording.day(event.at)
        if today != day:
            found.append(line(dim(today)))
            day = today
        person = author_of(event)
        told = story.told(event)
        denied = isinstance(event, ev.CommandDenied)
        parts: list[str | Line | Span] = [told[0]] if told else [_plainly(story, event)]
        second: PersonId = getattr(event, "seconded_by", PersonId(""))
        if second:
            parts += [" · ", wording.say("audit.agreed", person=people.get(second, second))]
        where = f" {wording.say('audit.desk')}" if event.account == AccountId(DESK) else ""
        found.append(
            line(
                dim(f"{wording.clock(event.at, seconds=True)} "),
                bold(people.get(person, person)),
                " ",
                warn(f"/{verb}") if denied else f"/{verb}",
                where,
                ": ",
                *parts,
            )
        )
    return found


def _plainly(story: Story, event: Any) -> str:
    """What an event without a sentence of its own is about."""
    order_id = getattr(event, "order_id", None)
    return story.name(order_id) if order_id is not None else str(getattr(event, "symbol", ""))


HANDLERS: dict[str, Handler] = {"audit": audit}
