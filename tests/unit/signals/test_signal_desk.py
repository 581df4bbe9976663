"""The way in: one route, bounded, that tells strangers nothing and never takes the same signal twice."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from msgspec import json

from bot.conversation.signalling import BODY_MAX, signature_of
from bot.main.signal_desk import SignalDesk
from tests.unit.handlers.views_stage import PAPER
from tests.unit.signals.stage import SignalStage
from trading.domain.reports import Noted, Report

pytestmark = pytest.mark.wire
FLOOD = 20_000
"""`python -m benchmarks.signals` sends a million."""


class Scene:
    """A desk, its route on a local server, and whoever calls it."""

    def __init__(self, stage: SignalStage) -> None:
        self.stage = stage
        self.reports: list[Report] = []
        self.desk = self.life()

    def life(self) -> SignalDesk:
        self.desk = SignalDesk(self.stage.tools, self.stage.store.inbox, self.reports.append)
        return self.desk

    async def open(self) -> None:
        app = web.Application()
        app.router.add_route("POST", self.desk.route.path, self._receive)
        self.server = TestServer(app)
        await self.server.start_server()
        self.session = ClientSession()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        return await self.desk.route.handler(request)

    async def close(self) -> None:
        await self.session.close()
        await self.server.close()

    async def post(self, address: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
        async with self.session.post(
            self.server.make_url(f"/signal/{address}"), data=body, headers=headers
        ) as answer:
            found = json.decode(await answer.read())
            assert found["taken"] is (answer.status < 300)
            return answer.status, found["code"]

    async def said(self, line: str, name: str = "tv", **more: str) -> tuple[int, str]:
        source = await self.stage.source(name)
        secret = next(
            value for place, value in self.stage.vault.kept.items() if place.field == source.source_id
        )
        fields = {"secret": secret, "at": self.stage.clock.at.isoformat(), "line": line, **more}
        return await self.post(source.source_id, json.encode(fields))

    async def carried(self) -> None:
        """Everything that waits."""
        running = asyncio.create_task(self.desk.run())
        async with asyncio.timeout(5):
            while self.desk.waiting:
                await self.desk.idle()
            await self.desk.idle()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    stage = SignalStage()
    await stage.opened()
    await stage.say("/signals new tv")
    await stage.say("/signals new other")
    found = Scene(stage)
    await found.open()
    yield found
    await found.close()


async def test_a_proven_signal_is_taken_once_and_carried_out(scene: Scene) -> None:
    assert await scene.said("buy btc 100", id="n1") == (202, "taken")
    assert await scene.said("buy btc 100", id="n1") == (409, "again")
    await scene.carried()
    assert await scene.said("buy btc 100", id="n1") == (409, "again")
    assert (await scene.stage.source()).score.heard == 1


async def test_strangers_learn_nothing_about_an_address(scene: Scene) -> None:
    source, other = await scene.stage.source(), await scene.stage.source("other")
    for address in ("0" * 32, "x", "..%2f..", source.source_id, other.source_id):
        assert (await scene.post(address, b'{"secret": "guess"}')) in ((401, "secret"), (404, "secret"))
    secret = scene.stage.vault.kept
    mine = next(value for place, value in secret.items() if place.field == source.source_id)
    fields = {"secret": mine, "at": scene.stage.clock.at.isoformat(), "line": "buy btc 100"}
    assert await scene.post(other.source_id, json.encode(fields)) == (401, "secret")


async def test_a_body_is_bounded_and_a_flood_is(scene: Scene) -> None:
    source = await scene.stage.source()
    assert await scene.post(source.source_id, b"x" * (BODY_MAX + 1)) == (413, "size")
    codes = [(await scene.said("buy btc 100", id=f"n{number}"))[1] for number in range(14)]
    assert codes[:10] == ["taken"] * 10 and codes[-1] == "pace"


async def test_a_flood_of_strangers_leaves_nothing_behind_and_the_next_signal_is_taken(scene: Scene) -> None:
    desk, clock = scene.desk, scene.stage.clock
    answers: Counter[tuple[int, str]] = Counter()
    before = 0
    for number in range(FLOOD):
        if number == FLOOD // 4:
            gc.collect()
            before = len(gc.get_objects())
        answers[await desk.take(f"{number:032x}", b'{"secret": "guess"}', {})] += 1
        if not number % 100:
            clock.at += timedelta(seconds=0.1)
    gc.collect()
    assert set(answers) == {(401, "secret"), (429, "pace")} and answers.total() == FLOOD
    assert answers[429, "pace"] > FLOOD * 0.9, "guessing costs the desk next to nothing"
    assert len(gc.get_objects()) - before < FLOOD // 20
    assert desk.waiting == 0 and not await scene.stage.store.inbox.waiting("signal")
    clock.at += timedelta(seconds=10)
    assert await scene.said("buy btc 100", id="after") == (202, "taken")


async def test_a_captured_request_is_worth_nothing_after_a_minute_or_a_second_time(scene: Scene) -> None:
    source = await scene.stage.source()
    secret = next(v for place, v in scene.stage.vault.kept.items() if place.field == source.source_id)
    stamp = str(int(scene.stage.clock.at.timestamp()))
    body = b'{"line": "buy btc 100"}'
    headers = {
        "X-Signal-Timestamp": stamp,
        "X-Signal-Nonce": "abc",
        "X-Signal-Signature": signature_of(secret, stamp, "abc", body),
    }
    assert await scene.post(source.source_id, body, headers) == (202, "taken")
    assert await scene.post(source.source_id, body, headers) == (409, "again")
    scene.stage.wait(seconds=61)
    assert await scene.post(source.source_id, body, headers) == (409, "stale")
    assert await scene.post(source.source_id, body, {**headers, "X-Signal-Nonce": "abd"}) == (401, "secret")


async def test_what_was_taken_before_a_restart_is_carried_out_after_it_and_once(scene: Scene) -> None:
    await scene.said("buy btc 100", id="n1")
    scene.life()
    await scene.carried()
    assert (await scene.stage.source()).score.heard == 1
    scene.life()
    await scene.carried()
    assert (await scene.stage.source()).score.heard == 1
    assert await scene.said("buy btc 100", id="n1") == (409, "again")


async def test_the_owner_hears_when_a_source_that_trades_is_refused(scene: Scene) -> None:
    screen = await scene.stage.screen("/signals live tv max 50")
    await scene.stage.press(screen, "Let it trade")
    await scene.said("buy btc 100", id="n1")
    await scene.said("sell btc", "other", id="n2")
    await scene.carried()
    (told,) = scene.reports
    assert isinstance(told, Noted) and told.account == PAPER and told.code == "signal_refused"
    assert told.facts["source"] == "tv" and "more than the $50.00" in told.facts["why"]


async def test_no_secret_is_written_down(scene: Scene) -> None:
    await scene.said("buy btc 100", id="n1")
    (row,) = await scene.stage.store.inbox.waiting("signal")
    assert all(secret not in row.body for secret in scene.stage.vault.kept.values())
