"""What the doctor reaches for: chat, clock, zones, prices, ports. Each illness has its sentence and cure."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.main import doctor_checks
from bot.main.doctor_checks import Finding, Patient, State
from tests.integration.doctor_stage import TOKEN, Answer, bot_api, patient, server, told
from trading.clock import SystemClock

# ------------------------------------------------------------ chat and clock


async def asked(home: Path, answer: Answer) -> tuple[Finding, Patient]:
    async with server(answer) as url:
        one = patient(home, telegram_token=TOKEN, telegram_url=url)
        return await doctor_checks.chat(one), one


async def test_a_known_bot_is_named(tmp_path: Path) -> None:
    finding, one = await asked(tmp_path, bot_api())
    told(finding, State.GOOD, "@desk_bot")
    assert set(one.dates) == {"127.0.0.1"} and one.asked.is_set()


async def test_a_bot_that_reads_along_in_groups_is_looked_at(tmp_path: Path) -> None:
    finding, _ = await asked(tmp_path, bot_api(can_read_all_group_messages=True))
    told(finding, State.LOOK, "privacy mode is off", "/setprivacy")


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_is_bad_and_never_shown(tmp_path: Path, status: int) -> None:
    finding, _ = await asked(tmp_path, bot_api(status))
    told(finding, State.BAD, f"refuses the token (HTTP {status})", "BotFather")
    assert TOKEN not in str(finding)


async def _page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>Log in to the hotel</html>", content_type="text/html")


async def _odd(_: web.Request) -> web.StreamResponse:
    return web.json_response(["not", "telegram"])


async def _moved(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/login")


async def _hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("answer", [_page, _odd, _moved, bot_api(502), bot_api(username=None)])
async def test_something_in_between_is_no_telegram(tmp_path: Path, answer: Answer) -> None:
    finding, _ = await asked(tmp_path, answer)
    told(finding, State.BAD, "does not answer like Telegram's Bot API", "TELEGRAM_API_BASE_URL")


async def test_a_host_that_is_away_or_silent_costs_only_a_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = patient(tmp_path, telegram_token=TOKEN, telegram_url="http://127.0.0.1:1")
    finding = await doctor_checks.chat(away)
    told(finding, State.LOOK, "cannot be reached", "trades all the same")
    assert TOKEN not in str(finding) and away.asked.is_set()
    monkeypatch.setattr(doctor_checks, "HTTP_S", 0.05)
    finding, _ = await asked(tmp_path, _hangs)
    told(finding, State.LOOK, "no answer in time")


@pytest.mark.parametrize(
    ("ahead_s", "state", "words"),
    [
        (0.0, State.GOOD, "right to"),
        (30.0, State.LOOK, "30 s away"),
        (-600.0, State.BAD, "600 s away"),
    ],
)
async def test_the_clock_is_compared_with_other_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead_s: float, state: State, words: str
) -> None:
    monkeypatch.setattr(doctor_checks, "EVEN_S", 0.0)
    _, one = await asked(tmp_path, bot_api(ahead_s=ahead_s))
    finding = await doctor_checks.clock(one)
    assert finding.state is state
    assert words in finding.sentence or words.replace("30", "29").replace("600", "601") in finding.sentence


async def test_a_clock_that_jumps_is_noticed(tmp_path: Path) -> None:
    class Jumping(SystemClock):
        """Set forward by somebody after the first look."""

        looks = 0

        def now(self) -> datetime:
            self.looks += 1
            return super().now() + timedelta(seconds=3 if self.looks > 1 else 0)

        async def sleep_s(self, seconds: float) -> None:
            await asyncio.sleep(0)

    one = patient(tmp_path, clock=Jumping())
    one.asked.set()
    told(await doctor_checks.clock(one), State.LOOK, "jumped by 3.0 s", "chrony")
    one = patient(tmp_path)
    one.asked.set()
    told(await doctor_checks.clock(one), State.GOOD, "runs evenly")


# ------------------------------------------------------------ zones, prices, ports


async def test_a_zone_that_is_not_known_is_bad(tmp_path: Path) -> None:
    told(await doctor_checks.zones(patient(tmp_path)), State.GOOD, "Europe/Berlin")
    told(await doctor_checks.zones(patient(tmp_path, zone="Mars/Base")), State.BAD, "make setup")


async def test_bundled_prices_are_compared_with_what_was_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(await doctor_checks.feed(patient(tmp_path)), State.GOOD, "series")
    from trading.feeds import bundle

    monkeypatch.setattr(bundle, "FOLDER", tmp_path)
    (tmp_path / "manifest.json").write_bytes(
        (Path(bundle.__file__).parent / "bundled/manifest.json").read_bytes()
    )
    told(await doctor_checks.feed(patient(tmp_path)), State.BAD, "is missing", "git checkout")


async def test_an_exchange_is_asked_for_its_first_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trading.feeds import ccxt_public
    from trading.feeds.problems import FeedLost

    async def speaks(self: object, sink: Any) -> None:
        sink.take(object())
        await asyncio.Event().wait()

    async def refuses(self: object, sink: Any) -> None:
        raise FeedLost("There is no exchange “kraken”: see the list.", final=True)

    monkeypatch.setattr(ccxt_public.CcxtFeed, "run", speaks)
    told(await doctor_checks.feed(patient(tmp_path, feed="ccxt:kraken")), State.GOOD, "the first after 0.0 s")
    monkeypatch.setattr(ccxt_public.CcxtFeed, "run", refuses)
    told(await doctor_checks.feed(patient(tmp_path, feed="ccxt:kraken")), State.LOOK, "There is no exchange")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


async def test_a_port_is_free_ours_or_somebody_elses(
    tmp_path: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ports(listen: str) -> Finding:
        return await doctor_checks.ports(patient(tmp_path, listen=listen))

    async def healthy(request: web.Request) -> web.StreamResponse:
        assert request.path == "/healthz"
        return web.json_response({"status": "degraded"})

    monkeypatch.setattr(doctor_checks, "HTTP_S", 0.2)
    told(await ports(""), State.GOOD, "no address")
    told(await ports("127.0.0.1:0"), State.GOOD, "free")
    told(await ports("0.0.0.0:0"), State.LOOK, "open to the network")
    told(await ports(f"127.0.0.1:{taken_port}"), State.BAD, "Another program", "OPENOUTCRY_LISTEN")
    async with server(healthy) as url:
        told(await ports(url.removeprefix("http://")), State.GOOD, "The desk answers", "degraded")
    async with server(_page) as url:
        told(await ports(url.removeprefix("http://")), State.BAD, "Another program")
    for wrong in ("8080", "127.0.0.1:http", "127.0.0.1:70000", ":1"):
        told(await ports(wrong), State.BAD, "not host:port")
    told(await ports("127.255.255.254.1:80"), State.BAD, "no address of this machine")
