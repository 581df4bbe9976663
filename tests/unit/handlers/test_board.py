"""`/board` puts one up, takes it down, says what stands here; and who may not, hears why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.conversation.boarding import Placed
from bot.conversation.dialogue import Dialogue
from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from bot.conversation.screen import Kind, Screen
from bot.handlers.table import HANDLERS
from tests.unit.handlers.views_stage import OWNER, START, Stage
from trading.boards import Board
from trading.domain.ids import PersonId


@dataclass
class Hand:
    """Boards as the test sets them."""

    placed: Placed = Placed.NEW
    here: list[Board] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def kinds(self) -> Sequence[str]:
        """`Boards.kinds`."""
        return ("positions",)

    def standing(self, platform: str, chat: str) -> Sequence[Board]:
        """`Boards.standing`."""
        return self.here

    async def put_up(self, platform: str, chat: str, kind: str, person: PersonId) -> Placed:
        """`Boards.put_up`."""
        self.asked.append(("up", platform, chat, kind, person))
        return self.placed

    async def take_down(self, platform: str, chat: str, kind: str) -> bool:
        """`Boards.take_down`."""
        self.asked.append(("down", platform, chat, kind))
        was = bool(self.here)
        self.here.clear()
        return was


async def answer(hand: Hand | None, text: str) -> Screen:
    """What the desk says to a line."""
    stage = await Stage().opened()
    tools = stage.tools if hand is None else replace(stage.tools, boards=hand)
    incoming = Incoming("console", "terminal", "1", "ann", START, text)
    return (await Dialogue(tools, HANDLERS).answer(incoming))[0]


def board(person: PersonId = OWNER) -> Board:
    """One that stands here."""
    return Board("console:terminal", "positions", person, START, "7", True)


@pytest.mark.parametrize("text", ["/board on", "/board on positions", "/boards on"])
async def test_on_asks_for_a_board_of_ones_own_accounts_here(text: str) -> None:
    hand = Hand()
    assert "on its way" in as_text(await answer(hand, text))
    assert hand.asked == [("up", "console", "terminal", "positions", OWNER)]


@pytest.mark.parametrize(
    ("placed", "said"),
    [
        (Placed.NO_PLACE, "/positions shows the same"),
        (Placed.TAKEN, "Another person's board"),
        (Placed.FULL, "no more boards"),
    ],
)
async def test_who_gets_no_board_hears_why_and_what_to_do(placed: Placed, said: str) -> None:
    screen = await answer(Hand(placed), "/board on")
    assert screen.kind is Kind.REFUSAL and said in as_text(screen)


async def test_asking_again_says_that_it_is_shown_anew() -> None:
    assert "stands here already" in as_text(await answer(Hand(Placed.AGAIN), "/board on"))


async def test_off_takes_down_ones_own_and_only_ones_own() -> None:
    mine, foreign = Hand(here=[board()]), Hand(here=[board(PersonId("other"))])
    assert "taken down" in as_text(await answer(mine, "/board off"))
    assert mine.asked == [("down", "console", "terminal", "positions")]
    assert "Another person's board" in as_text(await answer(foreign, "/board off"))
    assert foreign.asked == []


async def test_without_anything_it_says_what_stands_here() -> None:
    none, some = await answer(Hand(), "/board"), await answer(Hand(here=[board()]), "/board")
    assert "No board stands" in as_text(none) and "/board on" in as_text(none)
    assert "Positions: stands here since 2018-04-04 01:00 UTC" in as_text(some)
    assert "No board stands" in as_text(await answer(Hand(), "/board off"))


async def test_a_desk_whose_chats_keep_nothing_says_so() -> None:
    screen = await answer(None, "/board on")
    assert screen.kind is Kind.REFUSAL and "Boards work on Telegram" in as_text(screen)
    assert "No board stands" in as_text(await answer(None, "/board"))


async def test_the_board_of_the_whole_desk_is_for_its_operator() -> None:
    hand = Hand()
    await answer(hand, "/board on desk")
    assert hand.asked == [("up", "console", "terminal", "desk", OWNER)]
