"""`/calendar`: when a market trades: its next hours on the person's clock, its holidays and short days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Line, Screen, bold, dim, line, look, row, title
from bot.conversation.standing import when
from bot.conversation.watching import watchlist_of
from bot.conversation.wording import Wording
from bot.handlers.finding import instrument_for
from bot.handlers.subjects import line_of, refresh, word_of
from trading.domain.instrument import Instrument, Session, SessionDay

STRETCHES = 5
DAYS_MAX = 8
SYMBOLS_MAX = 20


async def calendar(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Of one symbol; without one, of all that the person holds or watches."""
    typed = word_of(parsed, "symbol")
    if not typed:
        return await _all(tools, asked)
    found = await instrument_for(tools, asked, line_of(parsed), typed)
    return found if isinstance(found, Screen) else _one(tools, asked, found)


def _one(tools: Tools, asked: Asked, instrument: Instrument) -> Screen:
    wording, now, symbol = asked.wording, tools.clock.now(), instrument.symbol
    say, session = wording.say, instrument.session
    blocks: list[Block] = [title(say("calendar.title", symbol=symbol)), line(_now(wording, session, now))]
    if session.spans:
        blocks.append(line(bold(say("calendar.next"))))
        blocks += [line(_stretch(wording, opens, closes)) for opens, closes in stretches(session, now)]
        ahead = days_ahead(session, now)
        blocks.append(line(bold(say("calendar.days"))))
        blocks += [line(_day(wording, one)) for one in ahead] or [line(say("calendar.no_days"))]
        blocks.append(line(dim(say("calendar.zone", zone=session.zone))))
    buttons = row(look(say("view.price"), "price", symbol), refresh(asked, "calendar", symbol))
    return Screen.of(*blocks).with_buttons(buttons)


async def _all(tools: Tools, asked: Asked) -> Screen:
    wording, now = asked.wording, tools.clock.now()
    book = tools.book()
    every = (one for name in asked.person.accounts for one in book.live_positions(name))
    held = {one.symbol for one in every if one.is_open}
    kept = watchlist_of(await tools.registers.settings(asked.person.person_id))
    lines: list[Line] = []
    for symbol in sorted(held | {*kept})[:SYMBOLS_MAX]:
        instrument = tools.market.instrument(symbol)
        if instrument is not None:
            lines.append(line(bold(symbol), "  ", _now(wording, instrument.session, now)))
    if not lines:
        return refusal(asked, "calendar.which")
    head = title(wording.say("calendar.all"))
    return Screen.of(head, *lines).with_buttons(row(refresh(asked, "calendar")))


def stretches(session: Session, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The next stretches of open market, the one that runs now among them. Only of a session with spans."""
    at = now
    for _ in range(STRETCHES):
        opens = session.next_open(at)
        closes = session.closes_at(opens)
        assert closes is not None, "it is open when it opens"
        yield opens, closes
        at = closes


def days_ahead(session: Session, now: datetime) -> list[SessionDay]:
    """Holidays and short days from today on, the next first."""
    today = now.astimezone(ZoneInfo(session.zone)).date()
    return sorted((one for one in session.days if one.on >= today), key=lambda one: one.on)[:DAYS_MAX]


def _now(wording: Wording, session: Session, now: datetime) -> str:
    say = wording.say
    if not session.spans:
        return say("calendar.always")
    if session.is_open(now):
        closes = session.closes_at(now)
        assert closes is not None, "open, and not for ever"
        return say("calendar.open", at=when(wording, closes, now), span=wording.duration(closes - now))
    opens = session.next_open(now)
    return say("calendar.closed", at=when(wording, opens, now), span=wording.duration(opens - now))


def _stretch(wording: Wording, opens: datetime, closes: datetime) -> str:
    end = wording.clock(closes) if wording.day(opens) == wording.day(closes) else wording.instant(closes)
    return wording.say("calendar.stretch", opens=wording.instant(opens), closes=end)


def _day(wording: Wording, day: SessionDay) -> str:
    on = wording.on(day.on)
    if day.opens is None or day.closes is None:
        return wording.say("calendar.holiday", day=on)
    opens, closes = (f"{one:%H:%M}" for one in (day.opens, day.closes))
    return wording.say("calendar.short", day=on, opens=opens, closes=closes)


HANDLERS: dict[str, Handler] = {"calendar": calendar}
