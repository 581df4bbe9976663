"""Boards in topics of a forum: each stands, edits itself and is pinned in its own topic, and goes with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.conversation.boarding import place
from bot.conversation.wording import Wording
from bot.notifications.boards import Boards
from db.boards import SqlBoards
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_world import ChatMessage, TelegramChat
from tests.integration.telegram.desk import TelegramDesk, on_telegram
from trading.domain.ids import PersonId


class Forum:
    """A desk with boards, and a forum of Ann's with two topics."""

    def __init__(self, desk: TelegramDesk, ann: TelegramPerson, chat: TelegramChat) -> None:
        self.desk = desk
        self.ann = ann
        self.chat = chat
        self.fills, self.talk = chat.topics

    async def say(self, text: str, topic: int, seconds: float = 0.0) -> None:
        self.ann.say(text, self.chat, thread=topic)
        await self.desk.settle(seconds)

    async def price(self, bid: str, seconds: float = 11.0) -> None:
        """A new price, and the time in which a group's board is edited once."""
        await self.desk.pit.quote(bid, str(int(bid) + 1))
        await self.desk.settle(seconds)

    def dead(self) -> int:
        """How many boards wait for somebody to write."""
        assert isinstance(self.desk.boards, Boards)
        return sum(one.is_dead for one in self.desk.boards._lives.values())

    def boards(self, topic: int) -> list[ChatMessage]:
        """The boards that stand in a topic."""
        said = [one for one in self.chat.visible if one.is_from_bot and one.text.startswith("Positions")]
        return [one for one in said if one.thread == topic]


def in_forum(scene: Callable[[Forum], Awaitable[None]]) -> None:
    async def played(desk: TelegramDesk) -> None:
        async def wording(person: PersonId) -> Wording:
            return Wording()

        pit = desk.pit
        messengers = {"telegram": desk.messenger}
        store = SqlBoards(pit.store.writer, pit.store.reader)
        boards = Boards(
            store,
            messengers,
            pit.clock,
            lambda: pit.engine.book,
            desk.market,
            wording,
            is_group=lambda channel: ":-" in channel,
        )
        desk.boards = boards
        desk.dialogue._tools = desk.tools
        pit.engine.committed(boards.wake)
        ann = await desk.owner()
        chat = desk.server.supergroup("Desk", ann, topics=["Fills", "Talk"])
        desk.server.promote_bot(chat, ann)
        task = asyncio.create_task(boards.run(), name="boards")
        try:
            forum = Forum(desk, ann, chat)
            ann.say("/buy BTC 1000")
            await desk.settle()
            ann.press("Buy")
            await desk.settle()
            await scene(forum)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await boards.close()

    on_telegram(played)


def test_a_board_stands_edits_itself_and_is_pinned_in_its_own_topic() -> None:
    async def scene(forum: Forum) -> None:
        await forum.say("/board on", forum.fills)
        await forum.say("/board on", forum.talk)
        for topic in (forum.fills, forum.talk):
            (board,) = forum.boards(topic)
            assert "BTC/USD" in board.text and board.is_pinned and board.thread == topic
        assert forum.boards(0) == []
        await forum.price("7500")
        for topic in (forum.fills, forum.talk):
            (board,) = forum.boards(topic)
            assert "7,500" in board.text and board.versions, "edited where it stands"
        await forum.say("/board off", forum.talk, 1.0)
        assert forum.boards(forum.talk) == [] and len(forum.boards(forum.fills)) == 1

    in_forum(scene)


def test_a_deleted_topic_takes_its_board_along_and_no_other_chat_gets_it() -> None:
    async def scene(forum: Forum) -> None:
        await forum.say("/board on", forum.fills)
        forum.desk.server.delete_topic(forum.chat, forum.fills)
        for bid in ("7500", "7600", "7700", "7800", "7900", "8000", "8100"):
            await forum.price(bid)
        assert forum.boards(0) == [] and forum.boards(forum.talk) == [], (
            "it does not move to all of the group"
        )
        assert forum.dead() == 1, "nor is it sent in vain again and again"
        await forum.say("/board on", forum.talk)
        await forum.price("8200")
        (board,) = forum.boards(forum.talk)
        assert "8,200" in board.text, "the others go on"

    in_forum(scene)


def test_a_closed_topic_keeps_its_board_up_to_date_and_one_that_is_missing_comes_when_it_opens() -> None:
    async def scene(forum: Forum) -> None:
        await forum.say("/board on", forum.fills)
        forum.chat.bot_status = "member"
        forum.desk.server.close_topic(forum.chat, forum.fills)
        await forum.price("7500")
        (board,) = forum.boards(forum.fills)
        assert "7,500" in board.text, "an edit is no message"
        board.is_deleted = True
        for bid in ("7600", "7700", "7800", "7900", "8000", "8100", "8200"):
            await forum.price(bid)
        assert forum.boards(forum.fills) == [] and forum.boards(0) == []
        forum.desk.server.close_topic(forum.chat, forum.fills, is_closed=False)
        await forum.price("8300", 61.0)
        (board,) = forum.boards(forum.fills)
        assert "8,300" in board.text and board.thread == forum.fills

    in_forum(scene)


def test_where_a_board_stands_is_a_chat_with_its_topic() -> None:
    async def scene(forum: Forum) -> None:
        await forum.say("/board on", forum.fills)
        here = place(str(forum.chat.id), str(forum.fills))
        assert [one.kind for one in forum.desk.boards.standing("telegram", here)] == ["positions"]
        await forum.say("/board", forum.talk)
        assert "No board stands" in forum.chat.from_bot[-1].text
        assert forum.chat.from_bot[-1].thread == forum.talk

    in_forum(scene)
