"""The webhook: Telegram brings its updates to a route of ours, with a secret that only it and we know.

The secret is compared before a byte of the body is read; what does not have it gets 401 and leaves no trace
but a count. An update is written down before Telegram hears 200 (T11, T01).
"""

from __future__ import annotations

import base64
import hmac
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot.conversation.inbox import JournalUnavailable
from bot.conversation.surroundings import Surroundings
from bot.platforms.telegram_intake import Intake
from bot.platforms.telegram_out import TelegramCalls
from bot.platforms.telegram_serving import Serving
from bot.platforms.web import BODY_MAX, Route

PATH = "/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
RETRY_AFTER_S = "5"

_decode = msgspec.json.Decoder().decode


class TelegramWebhook:
    """Takes updates by HTTP.

    Args:
        url: what Telegram calls; its path is the route's.
        secret: 1 to 256 of `A-Z a-z 0-9 _ -`; empty: drawn anew at each start.
    """

    def __init__(
        self,
        calls: TelegramCalls,
        intake: Intake,
        serving: Serving,
        around: Surroundings,
        *,
        url: str,
        secret: str = "",
    ) -> None:
        self._calls = calls
        self._intake = intake
        self._serving = serving
        self._around = around
        self._url = url
        self._secret = secret or base64.urlsafe_b64encode(around.entropy.token(32)).decode().rstrip("=")

    @property
    def route(self) -> Route:
        """The route for the desk's web server."""
        return Route("POST", urlsplit(self._url).path or PATH, self.receive)

    async def announce(self) -> None:
        """Tell Telegram where to bring updates. Raises Undelivered."""
        await self._calls.set_webhook(self._url, self._secret)

    async def receive(self, request: web.Request) -> web.Response:
        """One update: 200 once it is written down, 401 without the secret, 503 to bring it again later
        (too much at once, nothing can be written down, or the desk does not know yet who its bot is)."""
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            self._around.telemetry.count("telegram_webhook_refused")
            self._around.telemetry.log("warning", "telegram_webhook_refused")
            return web.Response(status=401)
        if (request.content_length or 0) > BODY_MAX:
            return web.Response(status=413)
        if self._serving.is_full or not self._intake.is_ready:
            return _later()
        try:
            raw = _decode(await request.read())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return web.Response(status=400)
        try:
            await self._intake.take([raw])
        except JournalUnavailable:
            self._around.telemetry.count("telegram_webhook_not_stored")
            return _later()
        return web.Response()


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": RETRY_AFTER_S})
