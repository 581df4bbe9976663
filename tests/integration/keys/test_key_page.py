"""The page for keys over real HTTP: for one link, from one place, kept by nobody, sent to itself alone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.conversation.key_desk import KeyDesk, Wanted
from bot.conversation.key_links import KeyLinks
from bot.platforms.key_page import FORM_MAX, KeyPage
from bot.platforms.web import WebServer
from db.store import Store, memory_store
from db.vault import KEY_SIZE, SqlVault
from db.venue_keys import SqlVenueKeys
from tests.fakes.key_venue import WITHDRAWS, SaidLook
from trading.clock import SystemClock
from trading.domain.book import Book
from trading.domain.ids import AccountId, PersonId
from trading.entropy import SystemEntropy
from trading.key_checking import KeyChecking

pytestmark = pytest.mark.wire

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
WANTED = Wanted(PersonId("owner"), "binance", "live")
FORM = "application/x-www-form-urlencoded"


class Desk:
    """A page on loopback, and a browser before it. `own` is the operator's address of it."""

    def __init__(self, own: str = "http://127.0.0.1/keys") -> None:
        self.store: Store = memory_store()
        vault = SqlVault(self.store.writer, self.store.reader, SystemEntropy(), [bytes(KEY_SIZE)])
        self.keys = SqlVenueKeys(vault, self.store.writer, self.store.reader)
        self.venue, clock = SaidLook(), SystemClock()
        checking = KeyChecking(self.keys, self.venue, None, Book, clock)
        desk = KeyDesk(self.keys, self.venue, clock, dict, checking)
        self.links = KeyLinks(desk, clock, SystemEntropy(), own)
        self.server = WebServer("127.0.0.1", 0, KeyPage(self.links).routes)

    async def start(self) -> None:
        await self.server.start()
        self.address = f"http://127.0.0.1:{self.server.port}/keys"
        self.browser = aiohttp.ClientSession()

    async def stop(self) -> None:
        await self.browser.close()
        await self.server.stop()
        await self.store.close()

    def code(self) -> str:
        return self.links.made(WANTED, "en").partition("#")[2]

    async def send(
        self,
        code: str,
        key: str = KEY,
        secret: str = SECRET,
        origin: str | None = "",
        **headers: str,
    ) -> tuple[int, str]:
        """Send the form as a browser does that has loaded the page; what comes back."""
        sent = dict(headers)
        if origin is not None:
            sent["Origin"] = origin or self.address.removesuffix("/keys")
        form = {"code": code, "key": key, "secret": secret}
        async with self.browser.post(self.address, data=form, headers=sent) as answer:
            return answer.status, await answer.text()

    async def kept(self) -> list[str]:
        return [one.tail for one in await self.keys.all_shown()]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.start()
    yield made
    await made.stop()


async def test_a_key_is_entered_once_with_a_link(desk: Desk) -> None:
    code = desk.code()
    status, text = await desk.send(code)
    assert status == 200 and "The key is kept, sealed: account binance at binance" in text
    assert "<form" not in text and KEY not in text and SECRET not in text
    held = await desk.keys.keys_of(AccountId("binance"))
    assert held is not None and (held.key, held.secret) == (KEY, SECRET)
    status, text = await desk.send(code, "B" + KEY)
    assert status == 403 and "This link was used" in text
    assert await desk.kept() == ["Eh8A"]


async def test_the_page_is_kept_by_nobody_and_loads_nothing(desk: Desk) -> None:
    async with desk.browser.get(desk.address) as answer:
        text, told = await answer.text(), answer.headers
    assert answer.status == 200 and told["Cache-Control"] == "no-store"
    assert told["Referrer-Policy"] == "same-origin" and told["X-Frame-Options"] == "DENY"
    assert told["X-Content-Type-Options"] == "nosniff"
    policy = told["Content-Security-Policy"]
    for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    for kind in ("script", "style"):
        (inside,) = re.findall(rf"<{kind}>(.*?)</{kind}>", text)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?://|src=|href=", text)
    assert text.count('type="password"') == 2 and text.count('autocomplete="off"') == 4
    assert "location.hash" in text and "replaceState" in text


async def test_looking_at_the_page_uses_no_link_up(desk: Desk) -> None:
    """Chats look at links before people do; the code never reaches us that way."""
    code = desk.code()
    for _ in range(3):
        async with desk.browser.get(desk.address) as answer:
            assert code not in await answer.text()
    assert (await desk.send(code))[0] == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1"]
)
async def test_a_form_of_another_page_is_not_taken(desk: Desk, origin: str | None) -> None:
    code = desk.code()
    status, _ = await desk.send(code, origin=origin)
    assert status == 403 and await desk.kept() == []
    assert (await desk.send(code))[0] == 200, "it did not cost the link"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "desk"])
async def test_under_a_foreign_name_the_page_is_not_served(desk: Desk, host: str) -> None:
    async with desk.browser.get(desk.address, headers={"Host": host}) as answer:
        assert answer.status == 403 and "<form" not in await answer.text()
    assert (await desk.send(desk.code(), origin=f"http://{host}", Host=host))[0] == 403


@pytest.mark.parametrize("host", ["localhost:9000", "[::1]:9000", "127.0.0.1:9000"])
async def test_through_a_tunnel_it_is_this_machine_under_another_port(desk: Desk, host: str) -> None:
    assert (await desk.send(desk.code(), origin=f"http://{host}", Host=host))[0] == 200


async def test_under_the_operators_own_address_it_is_https() -> None:
    desk = Desk("https://desk.example.org/keys")
    await desk.start()
    assert desk.links.made(WANTED, "en").startswith("https://desk.example.org/keys#")
    host = {"Host": "desk.example.org"}
    assert (await desk.send(desk.code(), origin="http://desk.example.org", **host))[0] == 403
    assert (await desk.send(desk.code(), origin="https://desk.example.org", **host))[0] == 200
    plain = {**host, "X-Forwarded-Proto": "http"}
    async with desk.browser.get(desk.address, headers=plain) as answer:
        assert answer.status == 403, "whoever came in the clear must not type a secret"
    await desk.stop()


async def test_a_refused_key_may_be_corrected_on_the_same_link(desk: Desk) -> None:
    code = desk.code()
    desk.venue.says = WITHDRAWS
    status, text = await desk.send(code)
    assert status == 422 and "may withdraw money" in text
    assert f'value="{code}"' in text and KEY not in text and SECRET not in text
    desk.venue.says = SaidLook().says
    assert (await desk.send(code))[0] == 200


async def test_five_refusals_use_a_link_up(desk: Desk) -> None:
    code = desk.code()
    found = [(await desk.send(code, KEY, KEY))[0] for _ in range(6)]
    assert found == [422] * 4 + [403] * 2


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"code=x&key=" + b"k" * FORM_MAX, FORM, 400),
        (b'{"code":"x"}', "application/json", 400),
        (b"", FORM, 400),
        (b"\xff\xfe=%ff", FORM, 403),
        (b"&".join(b"a=b" for _ in range(100)), FORM, 403),
        (b"key=k&secret=s", FORM, 403),
    ],
)
async def test_what_is_no_form_of_this_page_is_turned_away(
    desk: Desk, body: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind, "Origin": desk.address.removesuffix("/keys")}
    async with desk.browser.post(desk.address, data=body, headers=headers) as answer:
        assert answer.status == status
    assert await desk.kept() == []


async def test_it_speaks_the_language_of_the_browser_then_of_the_person(desk: Desk) -> None:
    async with desk.browser.get(desk.address, headers={"Accept-Language": "fr, de-AT;q=0.8"}) as answer:
        assert "Geheimnis" in await answer.text() and answer.status == 200
    link = desk.links.made(WANTED, "de").partition("#")[2]
    assert "ist verwahrt" in (await desk.send(link))[1]


async def test_what_somebody_typed_is_text_on_the_page(desk: Desk) -> None:
    status, text = await desk.send("<script>alert(1)</script>")
    assert status == 403 and "alert(1)" not in text
