"""What a screen is about: the account, the arguments, the period; and the buttons that every screen has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.conversation.grammar_shapes import Parsed, VerbLine
from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import ACTION_BYTES_MAX, Button, Kind, Screen, line, look
from bot.handlers.finding import account_for, staged_today, symbol_named
from trading.domain.book import Account
from trading.domain.position import Position


def line_of(parsed: Parsed) -> VerbLine:
    """The line as what the table of verbs says that it is."""
    assert isinstance(parsed, VerbLine), "the verbs that show are plain lines"
    return parsed


def word_of(parsed: Parsed, name: str) -> str:
    """An argument that is text; empty when it was not given."""
    value = line_of(parsed).values.get(name)
    return value if isinstance(value, str) else ""


def count_of(parsed: Parsed, name: str, default: int) -> int:
    """An argument that is a number, or what it is when nobody says."""
    value = line_of(parsed).values.get(name)
    return value if isinstance(value, int) else default


def account_of(tools: Tools, asked: Asked, parsed: Parsed) -> Account | Screen:
    """The account that the line is about, as of today (yesterday's losses are not today's), or the screen
    that says that there is none."""
    found = account_for(tools, asked, word_of(parsed, "account"))
    return found if isinstance(found, Screen) else staged_today(tools, found)[1]


async def account_and_symbol(tools: Tools, asked: Asked, parsed: Parsed) -> tuple[Account, str] | Screen:
    """The account that the line is about and the symbol that it names, empty for none; or what is asked."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    symbol = await symbol_named(tools, asked, line_of(parsed), account, word_of(parsed, "symbol"))
    return symbol if isinstance(symbol, Screen) else (account, symbol)


def accounts_of(tools: Tools, asked: Asked, parsed: Parsed) -> list[Account] | Screen:
    """The account that the line names, else all of the person, the current one first."""
    if word_of(parsed, "account"):
        one = account_of(tools, asked, parsed)
        return one if isinstance(one, Screen) else [one]
    book, person = tools.book(), asked.person
    names = sorted(person.accounts, key=lambda name: name != person.account)
    return [staged_today(tools, found)[1] for name in names if (found := book.account(name)) is not None]


def held_by(tools: Tools, account: Account) -> list[Position]:
    """What the account holds, in the order in which it was opened."""
    return [position for position in tools.book().live_positions(account.account) if position.is_open]


def rows_of(buttons: Iterable[Button], wide: int = 3) -> list[tuple[Button, ...]]:
    """Buttons in rows of `wide`."""
    every = list(buttons)
    return [tuple(every[at : at + wide]) for at in range(0, len(every), wide)]


def look_if_short(label: str, verb: str, *words: str) -> Button | None:
    """A button that shows a screen; None where its line is longer than a button can carry (a token's address
    with an account behind it)."""
    argument = " ".join(" ".join(words).split())
    if len(f"{verb}:{argument}".encode()) > ACTION_BYTES_MAX:
        return None
    return look(label, verb, argument)


def on_account(asked: Asked, account: Account) -> str:
    """What a button's line ends with so that it shows the same account; nothing for the one in use."""
    return f"on {account.account}" if account.account != asked.person.account else ""


def refresh(asked: Asked, verb: str, argument: str = "") -> Button:
    """The button that shows the same screen anew."""
    return look(asked.wording.say("view.refresh"), verb, argument)


def since(asked: Asked, period: str, now: datetime) -> datetime | None:
    """The first instant of a period on the person's calendar, in UTC; None for all of it.

    A day begins at midnight, a week on Monday, a month and a year on their first day.
    """
    local = asked.wording.local(now)
    start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match period:
        case "day":
            pass
        case "week":
            start -= timedelta(days=local.weekday())
        case "month":
            start = start.replace(day=1)
        case "year":
            start = start.replace(month=1, day=1)
        case _:
            return None
    return start.astimezone(UTC)


def nothing_held(asked: Asked, symbol: str) -> Screen:
    """You hold nothing in it; what to type instead."""
    say = asked.wording.say
    return Screen.of(line(say("find.no_position", symbol=symbol)), kind=Kind.REFUSAL).with_buttons(
        (look(say("view.price_of", symbol=symbol), "price", symbol), look(say("view.positions"), "positions"))
    )
