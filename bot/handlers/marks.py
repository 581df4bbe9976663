"""The newest price of a symbol for a screen: how old it is, whether that is too old, where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.handling import Asked, Tools
from bot.conversation.holding import gain_percent as gain_percent
from bot.conversation.screen import Badges, Line, Span, Tone, badges, dim, line, span, title, warn
from bot.conversation.standing import standing_badges
from trading.domain.book import Account, Book
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import HUNDRED, ZERO
from trading.domain.position import Position
from trading.ports import MarketData

NOTES_MAX = 4


class Mark(NamedTuple):
    """A quote with what must be said of it. `age` None: there was no quote yet."""

    symbol: str
    quote: Quote | None
    age: timedelta | None
    is_stale: bool
    is_open: bool
    note: str

    @property
    def mid(self) -> Decimal | None:
        """Half way between bid and ask."""
        return self.quote.mid if self.quote else None


def mark_in(book: Book, market: MarketData, symbol: str, now: datetime) -> Mark:
    """The price that the book counts with; before its first one, the newest that the market knows."""
    quote = book.marks.get(symbol) or market.last(symbol)
    age = now - quote.at if quote else None
    bound = market.stale_after_s(symbol)
    is_stale = age is None or age.total_seconds() > bound
    return Mark(symbol, quote, age, is_stale, market.is_open(symbol, now), market.note(symbol))


def mark_of(tools: Tools, symbol: str) -> Mark:
    """The newest price of a symbol, now."""
    return mark_in(tools.book(), tools.market, symbol, tools.clock.now())


def stale_badge(asked: Asked, mark: Mark) -> Span | None:
    """What makes a price doubtful: none at all, too old, or the market closed."""
    wording = asked.wording
    if mark.age is None:
        return warn(wording.say("view.no_price_yet"))
    if not mark.is_open:
        return dim(wording.say("view.closed_price", span=wording.duration(mark.age)))
    if mark.is_stale:
        return warn(wording.say("view.stale_price", span=wording.duration(mark.age)))
    return None


def priced(asked: Asked, mark: Mark, instrument: Instrument | None) -> Line:
    """A mark as text, with its doubt behind it."""
    doubt = stale_badge(asked, mark)
    if mark.mid is None:
        return line(doubt or asked.wording.say("word.none"))
    shown = asked.wording.price(mark.mid, instrument.tick_size if instrument else None)
    return line(shown, " ", doubt) if doubt else line(shown)


def heading(
    tools: Tools, asked: Asked, name: str, account: Account, symbols: Iterable[str] = ()
) -> tuple[Line, Badges]:
    """A screen's first lines: its name; account, venue and mode, halts, and where its prices come from."""
    mode = span(f"{account.mode.upper()} {account.account}", tone=Tone.DIM)
    if account.mode != "paper":
        mode = span(f"{account.mode.upper()} {account.venue} {account.account}", tone=Tone.BAD)
    elif account.account == account.mode:
        mode = span(account.mode.upper(), tone=Tone.DIM)
    notes = notes_of(tools.market, symbols)
    person = asked.person.person_id
    stands = standing_badges(asked.wording, tools.book(), account, tools.clock.now(), person)
    return title(name), badges(mode, *stands, *notes)


def notes_of(market: MarketData, symbols: Iterable[str]) -> list[Span]:
    """What must be said of these prices (REPLAY and the original date), once when it is the same for all."""
    by_symbol = {symbol: note for symbol in symbols if (note := market.note(symbol))}
    notes = set(by_symbol.values())
    if len(notes) == 1:
        return [warn(notes.pop())]
    return [warn(f"{symbol} {note}") for symbol, note in list(by_symbol.items())[:NOTES_MAX]]


def r_multiple(position: Position, instrument: Instrument, mid: Decimal | None) -> Decimal | None:
    """How many times the first stop's distance the price has gone the position's way; None without a stop."""
    risk = position.bracket.risk_per_unit if position.bracket else None
    entry = position.average_price(instrument)
    if not risk or entry is None or mid is None:
        return None
    moved = mid - entry if position.is_long else entry - mid
    return moved / risk


def away_percent(price: Decimal | None, mid: Decimal | None) -> Decimal | None:
    """How far a level is from the market, signed, in percent of the market."""
    if price is None or not mid:
        return None
    return (price - mid) / mid * HUNDRED


def signed_r(asked: Asked, value: Decimal) -> str:
    """`+0.6R`."""
    return asked.wording.number(value, 1 if abs(value) < HUNDRED else 0, signed=True) + "R"


def total(values: Iterable[Decimal]) -> Decimal:
    """Σ, exact."""
    return sum(values, ZERO)
