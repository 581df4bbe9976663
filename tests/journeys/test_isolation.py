"""The matrix of MISSION D8: verb × foreign id × role. What is another's does not exist, in the same words.

Two desks are played side by side. On the one Ann trades, on the other she has done nothing; Bob says the same
lines on both, made from the table of verbs, and must not be able to tell them apart. And what he says about
her account by its name is answered like a name that nobody has.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.conversation.verbs import VERBS
from bot.conversation.verbs_shape import Shape, Verb
from tests.fakes.pit import PAPER, START
from tests.journeys.chat import PEOPLE, Chat, in_chat
from trading.domain.commands import OpenAccount, SetRole
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.rights import DeskRole

CARL = PersonId("carl")
CLUB = AccountId("club")
HERS = (
    "/buy BTC 1000 tp 5% sl 2%",
    "/newbot grid ETH 1000 name grid-1",
    "/buy BTC 300 @ 7000",
    "/alerts btc > 9000",
    "/schedule buy btc 100 every day at 09:00",
    "/preset save mine buy 100 sl 1%",
    "/alerts eth rsi(14,1h) < 30 critical",
    "/watch btc eth",
    "/blacklist eth because it is mine",
)
_WHOLE_DESK = re.compile(r"\bdesk\b|maintenance")
"""What binds the whole desk is its owner's alone, and nobody's secret."""
_HASH = re.compile(r"hash [0-9a-f]{12}|secret=[A-Z2-7]+|(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
"""A stream's hash holds instants of its own events, which come a moment earlier or later; a secret of
`/pin app` is drawn by chance."""


def takes_account(row: Verb) -> bool:
    """Whether a line of this verb may name an account."""
    return row.shape is not Shape.PLAIN or any(one.keyword == "on" for one in row.arguments)


def lines_of(row: Verb) -> list[str]:
    """Its examples, and for each number and symbol in them those of Ann."""
    found = [one for one in row.examples if not _WHOLE_DESK.search(one) and "on paper" not in one]
    if any("#" in one for one in found):
        found += [re.sub(r"#\d+", f"#{number}", one) for one in found for number in (1, 2, 3)]
    found += [one.replace("BTC", "ETH") for one in found if "BTC" in one]
    return list(dict.fromkeys(found))


EVERY = [line for row in VERBS for line in lines_of(row)]
NAMED = [
    f"{line} on {{name}}"
    for row in VERBS
    if takes_account(row)
    for line in row.examples
    if not _WHOLE_DESK.search(line) and " on " not in line
] + ["/settings account {name}"]


async def opened(chat: Chat, role: DeskRole | None, *, trades: bool) -> None:
    """Bob has an account of his own, and a role on Carl's; Ann has traded, or not."""
    await chat.join("bob")
    engine = chat.pit.engine
    open_club = OpenAccount(CommandId("open:club"), CARL, CLUB, "paper", "paper", "USD", chat.pit.cash)
    await engine.submit(open_club)
    if role is not None:
        await engine.submit(SetRole(CommandId("role:bob"), CARL, CLUB, PEOPLE["bob"], role.value, "Bob"))
    for line in HERS if trades else ():
        await chat.hold(line)
    account = engine.book.account(PAPER)
    assert account is not None and bool(account.bots.every) is trades, "her bot stands on her account"
    # Both desks go on at the same instant.
    await chat.pit.clock.sleep_until(START + timedelta(hours=1))
    await chat.pit.quote("7400", "7401")
    await chat.pit.quote("300", "301", symbol="ETH/USD")


def told(role: DeskRole | None, *, trades: bool) -> list[str]:
    """Everything that Bob is answered."""

    async def scene(chat: Chat) -> list[str]:
        await opened(chat, role, trades=trades)
        hers = [one for one in chat.pit.events if one.event.account == PAPER]
        said = [await chat.say(line, by="bob") for line in EVERY]
        after = [one for one in chat.pit.events if one.event.account == PAPER]
        assert after == hers, "nothing of his is written into what is hers"
        return said

    return in_chat(scene)


@pytest.mark.parametrize("role", [None, *DeskRole])
def test_nobody_can_tell_what_another_person_holds(role: DeskRole | None) -> None:
    with_hers, without = told(role, trades=True), told(role, trades=False)
    assert len(EVERY) > 100
    for line, one, other in zip(EVERY, with_hers, without, strict=True):
        assert _HASH.sub("hash", one) == _HASH.sub("hash", other), line


@pytest.mark.parametrize("role", [None, *DeskRole])
def test_an_account_of_somebody_else_is_one_that_does_not_exist(role: DeskRole | None) -> None:
    async def scene(chat: Chat) -> None:
        await opened(chat, role, trades=True)
        hers = len([one for one in chat.pit.events if one.event.account == PAPER])
        for line in NAMED:
            foreign = await chat.say(line.format(name="paper"), by="bob")
            nowhere = await chat.say(line.format(name="nosuch"), by="bob")
            assert foreign.replace("paper", "X") == nowhere.replace("nosuch", "X"), line
        assert len([one for one in chat.pit.events if one.event.account == PAPER]) == hers
        assert len(NAMED) > 40

    in_chat(scene)


def test_a_button_of_somebody_else_is_one_that_nobody_made() -> None:
    async def scene(chat: Chat) -> None:
        await opened(chat, DeskRole.TRADER, trades=True)
        for line in HERS:
            await chat.say(line)
        before = len(chat.intended())
        acting = [one for one in chat.buttons if not one.action.is_navigation]
        answers = {
            "\n".join(screen.blocks[0].text for screen in await chat.screens(action=one.action.id, by="bob"))  # type: ignore[union-attr]  # asides are lines
            for one in acting
        }
        unknown = await chat.screens(action="A" * 22, by="bob")
        assert answers == {unknown[0].blocks[0].text}  # type: ignore[union-attr]  # asides are lines
        assert len(acting) >= 6 and len(chat.intended()) == before

    in_chat(scene)
