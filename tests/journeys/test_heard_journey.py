"""What was told can be read again, what happened can be looked up, and each kind of news has a loudness."""

from __future__ import annotations

import asyncio
import re

from bot.conversation.messenger import PLAINLY, Manner, MessageRef
from bot.conversation.screen import Screen
from bot.notifications.newsstand import NewsStand
from bot.notifications.notifier import Notifier
from tests.journeys.chat import Chat, in_chat
from trading.domain.reports import Noted


class Phone:
    """Takes everything."""

    def __init__(self) -> None:
        self.manners: list[Manner] = []

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """A message."""
        self.manners.append(manner)
        return MessageRef("test", chat, str(len(self.manners)))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Never."""
        raise AssertionError


def listening(chat: Chat) -> Phone:
    """A phone that is told what happens in the pit."""
    pit, phone = chat.pit, Phone()
    notifier = Notifier(pit.store, pit.clock, book=lambda: pit.engine.book)
    notifier.open("test:1", phone, "1")
    pit.engine.committed(notifier.wake)
    chat.task = asyncio.create_task(notifier.run())
    chat.news = NewsStand(pit.store.deliveries, lambda: pit.engine.book)
    return phone


def test_the_inbox_lists_what_was_told_and_what_was_switched_off() -> None:
    async def scene(chat: Chat) -> None:
        assert "keeps no inbox" in await chat.say("/inbox")
        listening(chat)
        assert "Nothing yet" in await chat.say("/inbox")
        assert "Entry fills is off now." in await chat.say("/settings notify fill off")
        await chat.hold("/buy BTC 1000 tp 5% sl 2%")
        await chat.pit.clock.sleep_s(10)
        await chat.hold("/close BTC")
        await chat.pit.clock.sleep_s(10)
        said = (await chat.say("/inbox")).splitlines()
        assert said[0] == "Inbox" and "👤 You: sold" in said[2] and said[2].split()[-1].startswith("#")
        assert "✅ Bought" in said[3] and said[3].endswith("· not sent")
        assert "Nothing older" in await chat.say("/inbox 10 2")

    in_chat(scene)


def test_the_log_is_paged_and_sorted_by_level() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 1000 tp 5% sl 2%")
        await chat.say("/buy BTC 900k")
        await chat.press("Buy")
        at = chat.pit.clock.now()
        facts = {"feed": "kraken", "reason": "The link broke"}
        chat.pit.engine.report(Noted("desk", "feed_lost", "feed", "error", facts, at))  # type: ignore[arg-type]
        await chat.pit.settle()
        whole = await chat.say("/logs 40")
        assert whole.splitlines()[0] == "Log: everything" and "#1 filled" in whole
        worst = await chat.say("/logs error")
        assert "No prices from kraken" in worst and "filled" not in worst
        warned = await chat.say("/logs warning")
        assert "One order may be at most" in warned or "buy BTC/USD" in warned
        assert len((await chat.say("/logs 2")).splitlines()) < len(whole.splitlines())
        await chat.pit.clock.sleep_s(1)
        assert "begins here" in await chat.say("/logs clear")
        assert "filled" not in await chat.say("/logs")
        assert "filled" in await chat.say("/logs 40 all")

    in_chat(scene)


def test_a_kind_of_news_that_does_not_exist_is_refused_with_those_that_do() -> None:
    async def scene(chat: Chat) -> None:
        assert "There are fill, exit" in await chat.say("/settings notify moon off")
        assert "/settings notify fill silent" in await chat.say("/settings notify fill quietly")
        assert "never muted" in await chat.say("/settings notify risk off")
        assert "22:00-07:00" in await chat.say("/settings quiet late")
        assert "Quiet hours: 22:00-07:00" in await chat.say("/settings quiet 22:00-07:00")
        listed = await chat.say("/settings notify")
        assert re.search(r"^Exits +on$", listed, re.M) and "22:00-07:00" in listed
        assert "none" in await chat.say("/settings quiet off")

    in_chat(scene)
