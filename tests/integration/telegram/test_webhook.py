"""T11: a webhook takes nothing without its secret, writes down before it says 200; a replay does nothing."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot.conversation.people import Known, NoPeople, People
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Surroundings
from bot.platforms.telegram_front import Telegram, TelegramHooks, TelegramOptions
from bot.platforms.telegram_link import Link
from bot.platforms.telegram_out import TelegramMessenger
from bot.platforms.telegram_webhook import HEADER
from bot.platforms.web import BODY_MAX, WebServer
from db.inbox import SqlInbox
from db.store import memory_store
from tests.fakes.pit import OWNER
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.integration.telegram.desk import Heard
from trading.clock import SystemClock
from trading.entropy import SeededEntropy
from trading.ports import JournalUnavailable

pytestmark = pytest.mark.wire

SECRET = "a_secret-1"


class Hooked:
    """A front end on a webhook whose conversation repeats what it hears."""

    def __init__(self, telegram: TelegramServer, port: int) -> None:
        self.heard: list[str] = []
        self.logged = Heard()
        self.url = f"http://127.0.0.1:{port}/hook/me"
        self.people = People(NoPeople())
        self.inbox = SqlInbox(memory_store().writer)
        self.link = Link(telegram.token, telegram.address)
        own = TelegramMessenger(self.link)
        self.front = Telegram(
            self.link,
            own,
            own,
            self.answer,
            self.people,
            self.inbox,
            Surroundings(SystemClock(), SeededEntropy(1), self.logged),
            TelegramHooks(lambda _: None, self.nobody),
            TelegramOptions(webhook_url=self.url, webhook_secret=SECRET),
        )
        assert self.front.webhook is not None
        self.web = WebServer("127.0.0.1", port, [self.front.webhook.route])

    async def answer(self, incoming: object) -> list[Screen]:
        text = getattr(incoming, "text", "")
        self.heard.append(text)
        return [Screen.of(f"heard {text}")]

    async def nobody(self, *_: object) -> None:
        return

    async def join(self, person: TelegramPerson) -> None:
        await self.people.join(
            Known("telegram", str(person.id), OWNER, "Ann", SystemClock().now() - timedelta(1))
        )


@asynccontextmanager
async def hooked(telegram: TelegramServer, port: int) -> AsyncIterator[Hooked]:
    """It runs, and Telegram knows where."""
    whole = Hooked(telegram, port)
    await whole.web.start()
    task = asyncio.create_task(whole.front.run())
    await asyncio.wait_for(whole.front.is_ready.wait(), 10)
    try:
        yield whole
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await whole.web.stop()


async def test_t11_telegram_delivers_and_is_answered(unused_tcp_port: int) -> None:
    async with (
        TelegramServer(limits=FloodLimits.none()) as telegram,
        hooked(telegram, unused_tcp_port) as desk,
    ):
        ann = telegram.person("Ann")
        await desk.join(ann)
        ann.say("hello")
        await ann.sees("heard hello")
        assert [one.status for one in telegram.webhook.deliveries] == [200]


async def test_t11_a_spoofed_request_is_refused_before_it_is_read(unused_tcp_port: int) -> None:
    async with (
        TelegramServer(limits=FloodLimits.none()) as telegram,
        hooked(telegram, unused_tcp_port) as desk,
        aiohttp.ClientSession() as attacker,
    ):
        ann = telegram.person("Ann")
        await desk.join(ann)
        forged = {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": ann.id, "type": "private"},
                "from": {"id": ann.id, "is_bot": False, "first_name": "Ann"},
                "text": "/panic",
            },
        }
        guesses = ("", "wrong", SECRET + "x", SECRET.upper())
        for headers in ({}, *({HEADER: guess} for guess in guesses)):
            async with attacker.post(desk.url, json=forged, headers=headers) as answer:
                assert answer.status == 401 and not await answer.read()
        assert desk.heard == []
        assert all("panic" not in text and "wrong" not in text for text in desk.logged.lines)
        assert desk.logged.counts["telegram_webhook_refused"] == 5
        async with attacker.get(desk.url) as answer:
            assert answer.status == 405
        async with attacker.post(desk.url + "/other", json=forged) as answer:
            assert answer.status == 404


async def test_t11_a_replayed_body_is_carried_out_once(unused_tcp_port: int) -> None:
    async with (
        TelegramServer(limits=FloodLimits.none()) as telegram,
        hooked(telegram, unused_tcp_port) as desk,
        aiohttp.ClientSession() as attacker,
    ):
        ann = telegram.person("Ann")
        await desk.join(ann)
        ann.say("once")
        await ann.sees("heard once")
        captured = telegram.webhook.deliveries[0]
        for _ in range(5):
            async with attacker.post(desk.url, data=captured.body, headers={HEADER: SECRET}) as answer:
                assert answer.status == 200
        await desk.front.serving.rest()
        assert desk.heard == ["once"]


async def test_t11_what_is_no_update_is_turned_away(unused_tcp_port: int) -> None:
    async with (
        TelegramServer(limits=FloodLimits.none()) as telegram,
        hooked(telegram, unused_tcp_port) as desk,
        aiohttp.ClientSession() as attacker,
    ):
        rows: list[tuple[bytes, int]] = [
            (b"", 400),
            (b"{", 400),
            (b"[1]", 200),
            (b'{"update_id":"x"}', 200),
            (b'"\\ud800"', 400),
            (b"[" * 5000, 400),
            (b"x" * (BODY_MAX + 1), 413),
        ]
        for body, status in rows:
            async with attacker.post(desk.url, data=io.BytesIO(body), headers={HEADER: SECRET}) as answer:
                assert answer.status == status, body[:20]
        assert desk.heard == []


async def test_t01_an_update_that_cannot_be_written_down_is_brought_again(unused_tcp_port: int) -> None:
    async with (
        TelegramServer(limits=FloodLimits.none()) as telegram,
        hooked(telegram, unused_tcp_port) as desk,
    ):
        ann = telegram.person("Ann")
        await desk.join(ann)

        async def full(*_: object) -> list[object]:
            desk.inbox.store = real  # type: ignore[method-assign]
            raise JournalUnavailable("the disk is full")

        real, desk.inbox.store = desk.inbox.store, full  # type: ignore[assignment,method-assign]
        ann.say("hello")
        await telegram.until(lambda: telegram.webhook.deliveries and telegram.webhook.deliveries[0].status)
        assert telegram.webhook.deliveries[0].status == 503 and desk.heard == []
