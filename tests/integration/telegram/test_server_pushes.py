"""Webhooks without sockets: pauses, order, what is asked for and forgotten, when a webhook is given up."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.fakes.hand_clock import HandClock
from tests.fakes.telegram_arguments import Arguments
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import KEPT_S
from tests.fakes.telegram_webhook import GONE_AFTER_S


class Desk:
    """The other end of a webhook: `answers` are given one by one, then 200; `got` is what was accepted."""

    def __init__(self, *answers: int, **headers: str) -> None:
        self.answers = list(answers)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.got: list[str] = []
        self.tries = 0
        self.clock = HandClock()
        self.telegram = TelegramServer(self.clock)
        self.telegram.webhook.post = self.post

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """What stands for the network."""
        self.tries += 1
        await asyncio.sleep(0)
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.got.append(json.loads(body)["message"]["text"])
        return status, self.headers, b""

    async def set(self, **more: Any) -> None:
        """setWebhook."""
        self.clock.advance(1)
        given = {"url": "http://desk/hook", "max_connections": "10"} | more
        await self.telegram.webhook.set(Arguments(given))

    async def tried(self, times: int) -> None:
        """So many attempts were made, and the pause after the last one has begun."""
        await self.telegram.until(lambda: self.tries >= times)
        await self.clock.until_sleeping()
        assert self.tries == times


async def test_pauses_double_up_to_a_minute() -> None:
    desk = Desk(*[0] * 9)
    await desk.set()
    desk.telegram.person("Ann").say("x")
    for number, pause in enumerate((1, 2, 4, 8, 16, 32, 60, 60, 60), 1):
        await desk.tried(number)
        desk.clock.advance(pause - 0.1)
        await asyncio.sleep(0)
        assert desk.tries == number
        desk.clock.advance(0.1)
    await desk.telegram.until(lambda: desk.got)
    assert desk.telegram.webhook.info(Arguments({}))["last_error_message"] == "Connection refused"
    await desk.telegram.close()


async def test_a_pause_that_the_webhook_asks_for_is_kept() -> None:
    desk = Desk(503, Retry_After="100")
    await desk.set()
    desk.telegram.person("Ann").say("x")
    await desk.tried(1)
    desk.clock.advance(99)
    await asyncio.sleep(0)
    assert desk.tries == 1
    desk.clock.advance(1)
    await desk.telegram.until(lambda: desk.got)
    await desk.telegram.close()


async def test_a_webhook_that_is_gone_for_a_day_is_taken_away() -> None:
    desk = Desk(*[410] * 3)
    await desk.set()
    desk.telegram.person("Ann").say("x")
    await desk.tried(1)
    desk.clock.advance(GONE_AFTER_S)
    await desk.telegram.until(lambda: desk.telegram.webhook.settings is None)
    # What nobody took waits for whoever polls next.
    assert [update["message"]["text"] for _, update in desk.telegram.world.updates.waiting] == ["x"]
    await desk.telegram.close()


async def test_an_update_that_nobody_takes_within_a_day_is_forgotten() -> None:
    desk = Desk(500)
    await desk.set()
    desk.telegram.person("Ann").say("x")
    await desk.tried(1)
    desk.clock.advance(KEPT_S + 1)
    await desk.telegram.until(lambda: not desk.telegram.webhook.pending)
    assert (desk.got, desk.telegram.webhook.expired) == ([], 1)
    await desk.telegram.close()


async def test_what_waited_for_a_poller_is_pushed_unless_it_is_dropped() -> None:
    desk = Desk()
    ann = desk.telegram.person("Ann")
    ann.say("one")
    await desk.set()
    await desk.telegram.until(lambda: desk.got == ["one"])
    await desk.telegram.webhook.delete(Arguments({}))
    ann.say("two")
    await desk.set(drop_pending_updates="true")
    ann.say("three")
    await desk.telegram.until(lambda: not desk.telegram.webhook.pending)
    assert desk.got == ["one", "three"]
    await desk.telegram.close()


async def test_no_more_deliveries_run_at_once_than_were_asked_for() -> None:
    running, most = 0, 0
    desk = Desk()

    async def post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(3):
            await asyncio.sleep(0)
        running -= 1
        return 200, {}, b""

    desk.telegram.webhook.post = post
    await desk.set(max_connections="4")
    for number in range(20):
        desk.telegram.person(f"P{number}").say("x")
    await desk.telegram.until(lambda: not desk.telegram.webhook.pending)
    assert most == 4 and len(desk.telegram.webhook.deliveries) == 20
    await desk.telegram.close()
