"""Requests and answers of the Bot API on the wire: query, form, JSON or multipart in, JSON out.

Wire facts: protocols/telegram-bot-api.md, chapter 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from tests.fakes.telegram_arguments import Arguments, Upload
from tests.fakes.telegram_world import Refusal, bad


@dataclass(slots=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: bytes
    headers: dict[str, str]
    kind: str = "application/json"


def accepted(result: Any) -> Answer:
    """200 with its result."""
    return Answer(200, msgspec.json.encode({"ok": True, "result": result}), {})


def refused(no: Refusal) -> Answer:
    """An error with its parameters; 429 says its pause in a header, too."""
    said: dict[str, Any] = {"ok": False, "error_code": no.code, "description": no.description}
    headers = {}
    if no.parameters:
        said["parameters"] = no.parameters
    if "retry_after" in no.parameters:
        headers["Retry-After"] = str(no.parameters["retry_after"])
    return Answer(no.code, msgspec.json.encode(said), headers)


def response(answer: Answer) -> web.Response:
    """As aiohttp sends it."""
    return web.Response(
        status=answer.status, body=answer.body, headers=answer.headers, content_type=answer.kind
    )


async def read(request: web.Request) -> Arguments:
    """Query, form, JSON or multipart, put together. Raises Refusal."""
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return Arguments(values)
    try:
        if request.content_type == "application/json":
            body = await request.read()
            given = msgspec.json.decode(body) if body.strip() else {}
            if not isinstance(given, dict):
                raise bad("can't parse JSON object")
            return Arguments(values | given)
        files: dict[str, Upload] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.file.read())
                value.file.close()
            else:
                values[name] = value if isinstance(value, str) else bytes(value).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad("can't parse request: strings must be encoded in UTF-8") from None
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    return Arguments(values, files)
