"""The wire to Telegram: python-telegram-bot's Bot over aiohttp, and its errors as the desk's own.

aiohttp says whether a byte was written before a connection failed, which decides between `Unreachable` and
`MaybeDelivered`; and it logs no address, in which the token stands. The token leaves this room nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import msgspec
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot.conversation.messenger import (
    ChatGone,
    ChatMoved,
    MaybeDelivered,
    MessageGone,
    NotShown,
    Refused,
    TooFast,
    Undelivered,
    Unreachable,
)

API_URL = "https://api.telegram.org"
CALL_S = 10.0
UPLOAD_S = 60.0
CONNECT_S = 5.0
CONNECTIONS_MAX = 64
# Telegram closes idle connections after a minute or more: ours are gone before, so that a request never meets
# a connection that dies at the same moment, after which nobody knows whether it arrived.
_KEEPALIVE_S = 20.0
_FLOOD_S, _FLOOD_MAX_S = 1.0, 3_600.0

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_GONE_CHATS = (
    "chat not found",
    "have no rights to send",
    "not enough rights to send",
    "chat_write_forbidden",
    "peer_id_invalid",
    "user not found",
    "need administrator rights in the channel",
)
_GONE_MESSAGES = (
    "message to edit not found",
    "message to delete not found",
    "message to pin not found",
    "message to be replied not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
)
_NOT_MODIFIED = "message is not modified"
_TOO_OLD = "query is too old"
_NO_THREAD = "message thread not found"


class NotSent(NetworkError):
    """No byte of the request was written."""


class Flooded(TelegramError):
    """Too many requests (429). python-telegram-bot's own error for it warns at every turn."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class Conflicting(Undelivered):
    """Somebody else asks for this bot's updates (409)."""


class Unmodified(NotShown):
    """An edit that changes nothing (T16)."""


class ThreadGone(NotShown):
    """The topic is not there; nothing was delivered."""


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's door to HTTP, over one aiohttp session that is opened by the first request."""

    def __init__(self, connections: int = CONNECTIONS_MAX) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take when the caller does not say."""
        return CALL_S

    async def initialize(self) -> None:
        """Nothing: the session is opened by the first request."""

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer's object. A body that is none is nowhere repeated."""
        try:
            found = _decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise NetworkError("the answer is no JSON object")
        return found

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Status and body. Raises NotSent, TimedOut, NetworkError; none of them holds the address."""
        whole_s = read_timeout if isinstance(read_timeout, float | int) else CALL_S
        body: dict[str, Any] = {}
        if request_data is not None and request_data.contains_files:
            body["data"] = _form(request_data)
            whole_s = max(whole_s, UPLOAD_S)
        elif request_data is not None:
            body["data"] = _encode(request_data.parameters)
            body["headers"] = {"Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=whole_s + CONNECT_S, connect=CONNECT_S, sock_connect=CONNECT_S)
        failure: NetworkError
        try:
            async with self._open().request(method, url, timeout=timeout, **body) as answer:
                payload = await answer.read()
                if answer.status == 429:
                    raise Flooded(_seconds(answer.headers.get("Retry-After", ""), payload))
                return answer.status, payload
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            failure = NotSent(type(error).__name__)
        except TimeoutError:
            failure = TimedOut()
        except (aiohttp.ClientError, OSError) as error:
            failure = NetworkError(type(error).__name__)
        # Outside of the handler: neither cause nor context may bring the address along.
        raise failure

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEPALIVE_S)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)
        return self._session


def _seconds(header: str, payload: bytes) -> float:
    """The pause that is asked for: in the body, else in the header."""
    with contextlib.suppress(NetworkError, AttributeError, TypeError, ValueError):
        asked = AiohttpRequest.parse_json_payload(payload).get("parameters", {}).get("retry_after")
        if asked is not None:
            return max(0.0, min(float(asked), _FLOOD_MAX_S))
    return float(header) if header.isascii() and header.isdigit() else _FLOOD_S


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file, content, kind) in data.multipart_data.items():
        # A bare string of bytes over a megabyte is sent in one go, and the loop stands still for it.
        whole = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, whole, filename=file, content_type=kind)
    return form


class Link(Bot):
    """A bot that answers in plain objects and raises the desk's own errors.

    Args:
        token: from BotFather. It is in no text that this object gives.
        api_url: Telegram's own server, or one that the operator runs.
        request: another way to it than HTTP.
    """

    def __init__(self, token: str, api_url: str = API_URL, request: BaseRequest | None = None) -> None:
        base = api_url.rstrip("/")
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=request or AiohttpRequest(),
            get_updates_request=request or AiohttpRequest(1),
        )

    def __repr__(self) -> str:
        return "Link(token hidden)"

    async def call(self, method: str, *, within_s: float = CALL_S, **arguments: Any) -> Any:
        """The result of a method of the Bot API as plain objects; arguments that are None are left out.

        Raises Undelivered (its subclass says what to do) and nothing else.
        """
        with _translated():
            async with asyncio.timeout(within_s + 2 * CONNECT_S + (UPLOAD_S if method in _UPLOADS else 0)):
                return await self._post(method, dict(arguments), read_timeout=within_s)
        raise AssertionError("unreachable")

    async def close_link(self) -> None:
        """Close the connections."""
        for request in (self._request[0], self._request[1]):
            await request.shutdown()


_UPLOADS = frozenset({"sendPhoto", "sendDocument", "editMessageMedia"})


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    failure: Undelivered
    try:
        yield
        return
    except TelegramError as error:
        failure = translated(error)
    except TimeoutError:
        failure = MaybeDelivered("no answer in time")
    raise failure


def translated(error: TelegramError) -> Undelivered:
    """python-telegram-bot's error as the desk's. Its BadRequest is a NetworkError: the order matters."""
    text = error.message.lower()
    match error:
        case Flooded():
            return TooFast(error.seconds)
        case RetryAfter():
            return TooFast(error._retry_after.total_seconds())
        case ChatMigrated():
            return ChatMoved(str(error.new_chat_id))
        case Forbidden():
            return ChatGone(text)
        case InvalidToken():
            return Refused("Telegram does not know this token")
        case Conflict():
            return Conflicting(text)
        case BadRequest():
            return _bad_request(text)
        case NotSent():
            return Unreachable(text)
        case TimedOut() | NetworkError():
            return MaybeDelivered(text)
        case _:
            return MaybeDelivered(type(error).__name__)


def _bad_request(text: str) -> Undelivered:
    if _NOT_MODIFIED in text:
        return Unmodified(text)
    if _NO_THREAD in text:
        return ThreadGone(text)
    if any(one in text for one in _GONE_CHATS):
        return ChatGone(text)
    if any(one in text for one in _GONE_MESSAGES):
        return MessageGone(text)
    return NotShown(text)


def is_too_old(error: Undelivered) -> bool:
    """Whether a press was answered too late (T17)."""
    return _TOO_OLD in str(error) or "query_id_invalid" in str(error)


def quiet_loggers() -> None:
    """Libraries that would write addresses, in which the token stands, say nothing below a warning (TM5)."""
    for name in ("httpx", "httpcore", "telegram", "telegram.Bot", "aiohttp.client", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
