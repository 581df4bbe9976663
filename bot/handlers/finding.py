"""Finding what a line names: instruments, positions, orders, accounts. What is unclear is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from bot.conversation.confirmation import choice_button
from bot.conversation.grammar import ExitsLine, OrderLine, VerbLine, canonical
from bot.conversation.handling import Asked, Tools, account_named, refusal
from bot.conversation.screen import Kind, Screen, dim, line, row
from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.decide import Context, Deciding, Message, decide
from trading.domain.ids import AccountId
from trading.domain.instrument import Instrument
from trading.domain.order import Order
from trading.domain.place import place_for, place_of, placed
from trading.domain.position import Position
from trading.ports import MarketData

Line = OrderLine | ExitsLine | VerbLine
NEAR_MAX = 3
ORDERS_SEARCHED_MAX = 1000
_PREVIEW_KEY = b"preview"


def account_for(tools: Tools, asked: Asked, name: str) -> Account | Screen:
    """The account that a line names behind `on`, else the current one."""
    found = account_named(tools, asked, name)
    if found is None:
        names = ", ".join(asked.person.accounts)
        return refusal(asked, "find.no_account", name=name, names=names)
    return found


async def instrument_for(tools: Tools, asked: Asked, parsed: Line, text: str) -> Instrument | Screen:
    """The one instrument that `text` means. Several: a card with a button for each (H07)."""
    account = account_named(tools, asked, _account_in(parsed))
    found = nearest(tools, account, text)
    place = place_for(account.venue, account.mode) if account is not None else ""
    if place and found and isinstance(parsed, OrderLine) and not trades_at(found[0], place):
        names = _near_phrase(asked, tools.market, f"{place}:{text}")
        return refusal(asked, "find.elsewhere", text=found[0].symbol, place=place, near=names)
    if len(found) == 1:
        return found[0]
    if not found:
        return refusal(asked, "find.unknown", text=text, near=_near_phrase(asked, tools.market, text))
    return await _which(tools, asked, parsed, text, [(one.symbol, one.description) for one in found])


def trades_at(instrument: Instrument, place: str) -> bool:
    """Whether a place is the instrument's own."""
    return place_of(instrument.symbol) == place


def nearest(tools: Tools, account: Account | None, text: str) -> Sequence[Instrument]:
    """What `text` may mean: of the account's own place where there is any, else of all places."""
    found = tools.market.search(text)
    place = place_for(account.venue, account.mode) if account is not None else ""
    own = [one for one in found if trades_at(one, place)]
    if not own and place and not place_of(text):
        own = [one for one in tools.market.search(placed(place, text)) if trades_at(one, place)]
    return own or found


def _account_in(parsed: Line) -> str:
    if isinstance(parsed, VerbLine):
        named = parsed.values.get("account")
        return named if isinstance(named, str) else ""
    return parsed.account


async def instrument_chosen(
    tools: Tools, asked: Asked, text: str, line_with: Callable[[str], str]
) -> Instrument | Screen:
    """As `instrument_for`, for lines that hold a symbol in words of their own: `line_with(symbol)` writes the
    line anew."""
    found = nearest(tools, account_named(tools, asked), text)
    if len(found) == 1:
        return found[0]
    if not found:
        return refusal(asked, "find.unknown", text=text, near=_near_phrase(asked, tools.market, text))
    buttons = [row(await choice_button(tools, asked, one.symbol, line_with(one.symbol))) for one in found]
    lines = [line(one.symbol, dim(f"  {one.description}" if one.description else "")) for one in found]
    asking = Screen.of(asked.wording.say("find.ambiguous", text=text), *lines, kind=Kind.REVIEW)
    return asking.with_buttons(*buttons)


async def position_for(
    tools: Tools, asked: Asked, parsed: Line, account: Account, text: str
) -> Position | Screen | None:
    """The live position of the account that `text` means; None when there is none."""
    live = list(tools.book().live_positions(account.account))
    meant = {one.symbol for one in nearest(tools, account, text)}
    found = [p for p in live if p.symbol == text] or [p for p in live if p.symbol in meant]
    if len(found) > 1:
        return await _which(tools, asked, parsed, text, [(p.symbol, "") for p in found])
    return found[0] if found else None


async def symbol_named(tools: Tools, asked: Asked, parsed: Line, account: Account, text: str) -> str | Screen:
    """The symbol of a position or, failing that, of an instrument that `text` means; empty text is empty."""
    if not text:
        return ""
    position = await position_for(tools, asked, parsed, account, text)
    if isinstance(position, Screen):
        return position
    if position is not None:
        return position.symbol
    found = await instrument_for(tools, asked, parsed, text)
    return found if isinstance(found, Screen) else found.symbol


async def order_numbered(tools: Tools, account: AccountId, number: int) -> Order | None:
    """The account's order of that number, open or done. Numbers are given once and never again."""
    for order in tools.book().orders.values():
        if order.account == account and order.number == number:
            return order
    rows = await tools.ledger.orders([account], limit=ORDERS_SEARCHED_MAX)
    return next((one.order for one in rows if one.order.number == number), None)


def contract_of(tools: Tools, account: AccountId, symbol: str) -> Instrument:
    """The contract of a symbol that the account has traded."""
    found = tools.book().instrument(account, symbol) or tools.market.instrument(symbol)
    assert found is not None, f"no instrument {symbol}"
    return found


# ---------------------------------------------------------------- what would be decided


def staged_today(tools: Tools, account: Account) -> tuple[Book, Account]:
    """A throw-away book on which the day has turned, as it will have when the desk decides."""
    staged = tools.book().staged()
    now = tools.clock.now()
    day = now.date().isoformat()
    if account.day != day:
        turned = rp.DayTurned(account.account, day, staged.equity(account), now)
        decide(staged, turned, Context(now, _PREVIEW_KEY))
    found = staged.account(account.account)
    assert found is not None
    return staged, found


def previewed(tools: Tools, account: Account, message: Message) -> Deciding:
    """What the desk would decide now: the same function on a throw-away book. Nothing is written or sent."""
    staged, _ = staged_today(tools, account)
    context = Context(tools.clock.now(), _PREVIEW_KEY, tools.facts.live_allowed)
    return decide(staged, message, context)


def refusals_screen(sentences: Iterable[str]) -> Screen:
    """One line for each reason why not."""
    return Screen.of(*sentences, kind=Kind.REFUSAL)


# ---------------------------------------------------------------- inside


async def _which(
    tools: Tools, asked: Asked, parsed: Line, text: str, choices: Sequence[tuple[str, str]]
) -> Screen:
    lines = [line(symbol, dim(f"  {about}" if about else "")) for symbol, about in choices]
    buttons = [
        row(await choice_button(tools, asked, symbol, _about(parsed, symbol))) for symbol, _ in choices
    ]
    sentence = asked.wording.say("find.ambiguous", text=text)
    return Screen.of(sentence, *lines, kind=Kind.REVIEW).with_buttons(*buttons)


def _about(parsed: Line, symbol: str) -> str:
    """The line with its symbol written out."""
    if isinstance(parsed, VerbLine):
        return canonical(replace(parsed, values={**parsed.values, "symbol": symbol}))
    return canonical(replace(parsed, symbol=symbol))


def _near_phrase(asked: Asked, market: MarketData, text: str) -> str:
    names = near_symbols(market, text)
    if not names:
        return asked.wording.say("find.no_near")
    return asked.wording.say("find.near", names=", ".join(names))


def near_symbols(market: MarketData, text: str) -> list[str]:
    """Symbols that somebody may have meant: found by the text with one letter less, or by its beginning."""
    shorter = [text[:i] + text[i + 1 :] for i in range(len(text))]
    beginnings = [text[:end] for end in range(len(text) - 1, 1, -1)]
    swapped = [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)]
    names: dict[str, None] = {}
    for attempt in (*swapped, *shorter, *beginnings):
        if len(attempt) > 1:
            names.update(dict.fromkeys(one.symbol for one in market.search(attempt)))
        if len(names) >= NEAR_MAX:
            break
    return list(names)[:NEAR_MAX]
