"""Pushing updates: setWebhook with its checks, delivery in order per chat, doubling retries, bodies kept.

Wire facts: protocols/telegram-bot-api.md, chapter 4.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from tests.fakes.telegram_arguments import Arguments
from tests.fakes.telegram_faults import too_many
from tests.fakes.telegram_updates import KEPT_S, WEBHOOK_CAME, WEBHOOK_IS_SET, Ended
from tests.fakes.telegram_world import Body, TelegramWorld, bad

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
PUBLIC_PORTS = (443, 80, 88, 8443)
RETRY_FIRST_S = 1.0
RETRY_MAX_S = 60.0
RETRY_AFTER_MAX_S = 3600.0
GONE_AFTER_S = 23 * 3600
SECRET_MAX = 256
DELIVERIES_MAX = 5000
_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[\w.-]+|\[[0-9a-f:]+\])(?::(?P<port>\d{1,5}))?(?:[/?]\S*)?\Z", re.I
)
NOT_IN_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")

# (url, headers, body) -> (status, headers, body); status 0: nobody answered.
Post = Callable[[str, dict[str, str], bytes], Awaitable[tuple[int, dict[str, str], bytes]]]


@dataclass(slots=True)
class Delivery:
    """One attempt to hand an update over; can be sent again as it was."""

    url: str
    headers: dict[str, str]
    body: bytes
    update_id: int
    status: int = 0


@dataclass(slots=True)
class _Pushed:
    update: dict[str, Any]
    since_s: float
    delay_s: float = RETRY_FIRST_S
    gone_since_s: float = float("inf")


@dataclass(slots=True)
class WebhookSettings:
    """What setWebhook said."""

    url: str
    secret: str
    at_once: int
    has_certificate: bool
    address: str


@dataclass(slots=True)
class _Lines:
    """Updates by chat; a chat with a delivery under way stands in `busy`."""

    by_chat: dict[int, deque[_Pushed]] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)


class Webhook:
    """Pushes what waits in the world's line while a URL is set.

    Args:
        run: carries out a method that an answer's body holds.
        is_public: only https on the four ports, as api.telegram.org wants it; self-hosted takes http.
    """

    def __init__(
        self, world: TelegramWorld, run: Callable[[str, dict[str, Any]], Awaitable[Any]], *, is_public: bool
    ) -> None:
        self.world = world
        self.run = run
        self.is_public = is_public
        self.settings: WebhookSettings | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=DELIVERIES_MAX)
        self.expired = 0
        self.post: Post = self._over_http
        self.is_cut = False  # an outage: nothing goes out, everything is kept
        self._lines = _Lines()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._last_set_s = float("-inf")
        self._error: tuple[int, str] | None = None
        world.updates.on_new = self.look

    # ------------------------------------------------------------ methods

    async def set(self, arguments: Arguments) -> bool:
        """setWebhook; an empty url takes it away."""
        now_s = self.world.clock.elapsed_s()
        if now_s < self._last_set_s + 1:
            raise too_many(1)
        url = arguments.text("url")
        if not url:
            return await self.delete(arguments)
        self._check_url(url)
        secret = arguments.text("secret_token")
        if len(secret) > SECRET_MAX:
            raise bad("secret token is too long")
        if not _SECRET.match(secret):
            raise bad("secret token contains unallowed characters")
        self._last_set_s = now_s
        self.allow(arguments)
        if arguments.flag("drop_pending_updates"):
            self._drop()
        self._take_back()
        at_once = arguments.whole("max_connections", 40, 1, 100)
        has_certificate = "certificate" in arguments.files
        self.settings = WebhookSettings(url, secret, at_once, has_certificate, arguments.text("ip_address"))
        self._error = None
        self.world.updates.end_poll(409, WEBHOOK_CAME)
        self.look()
        return True

    async def delete(self, arguments: Arguments) -> bool:
        """deleteWebhook."""
        self._take_back()
        self.settings = None
        if arguments.flag("drop_pending_updates"):
            self._drop()
        return True

    def info(self, _: Arguments) -> Body:
        """getWebhookInfo."""
        self.world.updates.forget_old()
        said: Body = {
            "url": self.settings.url if self.settings else "",
            "has_custom_certificate": bool(self.settings and self.settings.has_certificate),
            "pending_update_count": self.pending,
        }
        if self.settings:
            said["max_connections"] = self.settings.at_once
            said["ip_address"] = self.settings.address or "127.0.0.1"
        if self._error:
            said["last_error_date"], said["last_error_message"] = self._error
        if self.world.updates.allowed:
            said["allowed_updates"] = list(self.world.updates.allowed)
        return said

    def allow(self, arguments: Arguments) -> None:
        """allowed_updates, of getUpdates and setWebhook: kept until said otherwise; [] is the default."""
        given = arguments.structure("allowed_updates")
        if given is None:
            return
        if not isinstance(given, list):
            raise bad("can't parse allowed updates: expected an Array of String")
        self.world.updates.allowed = tuple(str(one) for one in given)

    def check_poll(self) -> None:
        """Raises Ended when a webhook is set: getUpdates is not served."""
        if self.settings is not None:
            raise Ended(409, WEBHOOK_IS_SET)

    def _check_url(self, url: str) -> None:
        found = _URL.match(url)
        port = int((found and found["port"]) or 443)
        if found is None or not 0 < port < 65536:
            raise bad("invalid webhook URL specified")
        if self.is_public and found["scheme"].lower() != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if self.is_public and port not in PUBLIC_PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")

    # ------------------------------------------------------------ delivering

    @property
    def pending(self) -> int:
        """Updates that nobody has accepted yet."""
        return len(self.world.updates.waiting) + sum(map(len, self._lines.by_chat.values()))

    def look(self) -> None:
        """Take what waits and start as many deliveries as may run at once."""
        if self.settings is None or self.is_cut:
            return
        waiting = self.world.updates.waiting
        while waiting:
            since_s, update = waiting.popleft()
            self._lines.by_chat.setdefault(_chat_of(update), deque()).append(_Pushed(update, since_s))
        for chat in list(self._lines.by_chat):
            if len(self._tasks) >= self.settings.at_once:
                return
            if chat not in self._lines.busy:
                self._lines.busy.add(chat)
                task = asyncio.ensure_future(self._deliver_chat(chat, self._lines))
                self._tasks.add(task)
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()
            self.look()

    async def _deliver_chat(self, chat: int, lines: _Lines) -> None:
        """One chat's updates, in order: the next one goes when the one before was accepted."""
        line = lines.by_chat[chat]
        try:
            while line and self.settings is not None and not self.is_cut:
                if await self._deliver(line[0]):
                    line.popleft()
                    self.world.changed()
        finally:
            lines.busy.discard(chat)
            if not line:
                lines.by_chat.pop(chat, None)

    async def _deliver(self, pushed: _Pushed) -> bool:
        """One attempt, and the pause after one that failed. True: done with this update."""
        assert self.settings is not None
        clock = self.world.clock
        if clock.elapsed_s() > pushed.since_s + KEPT_S:
            self.expired += 1
            return True
        headers = {"Content-Type": "application/json"}
        if self.settings.secret:
            headers[SECRET_HEADER] = self.settings.secret
        delivery = Delivery(
            self.settings.url,
            headers,
            msgspec.json.encode(pushed.update),
            pushed.update["update_id"],
        )
        answer_headers, answer = await self.send_again(delivery)
        if 200 <= delivery.status < 300:
            self.world.updates.confirmed.append(pushed.update)
            await self._carry_out(answer)
            return True
        pause_s = self._failed(pushed, delivery.status, answer_headers)
        self.world.changed()
        if self.settings is not None:
            await clock.sleep_s(pause_s)
        return False

    def _failed(self, pushed: _Pushed, status: int, headers: dict[str, str]) -> float:
        now_s = self.world.clock.elapsed_s()
        words = f"Wrong response from the webhook: {status}" if status else "Connection refused"
        self._error = (int(self.world.now()), words)
        if status == 410:
            pushed.gone_since_s = min(pushed.gone_since_s, now_s)
            if now_s >= pushed.gone_since_s + GONE_AFTER_S:
                self._take_back()
                self.settings = None
        asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
        pause_s = min(float(asked), RETRY_AFTER_MAX_S) if asked.isdigit() else pushed.delay_s
        pushed.delay_s = min(2 * pushed.delay_s, RETRY_MAX_S)
        return pause_s

    async def send_again(self, delivery: Delivery) -> tuple[dict[str, str], bytes]:
        """Post a body exactly as it was (a captured one, too); the status is kept in the delivery."""
        delivery.status, headers, answer = await self.post(delivery.url, delivery.headers, delivery.body)
        self.deliveries.append(delivery)
        self.world.changed()
        return headers, answer

    async def replay(self, delivery: Delivery, secret: str | None = None, body: bytes = b"") -> int:
        """What somebody does who captured a delivery: the same body again (or another one). `secret`: None
        as it was, "" without the header. The answer is the status."""
        headers = {name: value for name, value in delivery.headers.items() if name != SECRET_HEADER}
        kept = delivery.headers.get(SECRET_HEADER, "") if secret is None else secret
        if kept:
            headers[SECRET_HEADER] = kept
        again = Delivery(delivery.url, headers, body or delivery.body, delivery.update_id)
        await self.send_again(again)
        return again.status

    async def _carry_out(self, answer: bytes) -> None:
        """A method in the answer's body is carried out; nobody hears what came of it."""
        if not answer.lstrip().startswith(b"{"):
            return
        try:
            asked = msgspec.json.decode(answer)
        except msgspec.DecodeError:
            return
        method = str(asked.pop("method", ""))
        if method and not method.lower().startswith(NOT_IN_ANSWERS):
            await self.run(method, asked)

    async def _over_http(
        self, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(url, data=body, headers=headers) as answer:
                return answer.status, dict(answer.headers), await answer.read()
        except aiohttp.ClientError:
            return 0, {}, b""

    # ------------------------------------------------------------ ending

    def _take_back(self) -> None:
        """What was not accepted goes back into the line, in order; deliveries under way are given up."""
        current = asyncio.current_task()
        for task in [one for one in self._tasks if one is not current]:
            task.cancel()
        left = [pushed for line in self._lines.by_chat.values() for pushed in line]
        self._lines = _Lines()
        left.sort(key=lambda one: one.update["update_id"])
        self.world.updates.waiting.extendleft((one.since_s, one.update) for one in reversed(left))

    def _drop(self) -> None:
        self._lines = _Lines()
        self.world.updates.clear()

    async def close(self) -> None:
        """End deliveries and connections."""
        self.settings = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _chat_of(update: dict[str, Any]) -> int:
    """The chat whose order an update belongs to; 0 when it has none."""
    inside: Body = next((value for name, value in update.items() if name != "update_id"), {})
    holder: Body = inside.get("message", {}) if "data" in inside else inside
    return int(holder.get("chat", {}).get("id", 0))
