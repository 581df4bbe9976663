"""The route of signals: a bounded body from anybody, handed to whoever can tell whether to believe it.

Nothing is parsed here, and nothing of a request is logged: its address is as good as half a secret.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from aiohttp import web

from bot.platforms.web import Route

PATH = "/signal/{source}"
RETRY_AFTER_S = "5"

Take = Callable[[str, bytes, Mapping[str, str]], Awaitable[tuple[int, str]]]
"""From a source's address, body and headers to a status and a code."""


def signal_route(take: Take, body_max: int) -> Route:
    """For the desk's web server."""

    async def receive(request: web.Request) -> web.Response:
        if (request.content_length or 0) > body_max:
            return _answer(413, "size")
        body = await request.content.read(body_max + 1)
        while len(body) <= body_max and (more := await request.content.read(body_max + 1 - len(body))):
            body += more
        if len(body) > body_max:
            return _answer(413, "size")
        status, code = await take(request.match_info["source"], body, request.headers)
        return _answer(status, code)

    return Route("POST", PATH, receive)


def _answer(status: int, code: str) -> web.Response:
    headers = {"Retry-After": RETRY_AFTER_S} if status in (429, 503) else {}
    body = msgspec.json.encode({"taken": status < 300, "code": code})
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)
