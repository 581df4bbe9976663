"""The wire to Discord's REST interface: requests over aiohttp, limits as Discord tells them, errors as ours.

aiohttp says whether a byte was written before a connection failed, which decides between `Unreachable` and
`MaybeDelivered`. Nothing is tried again in here: who sends knows whether twice would be once (`nonce`). The
bot's token leaves this room only in the gateway's first frame.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import aiohttp
import discord
import msgspec

from bot.conversation.messenger import (
    ChatGone,
    MaybeDelivered,
    MessageGone,
    NotShown,
    Refused,
    TooFast,
    Undelivered,
    Unreachable,
)
from bot.conversation.surroundings import Clock

API_URL = "https://discord.com/api/v10"
USER_AGENT = f"DiscordBot (https://github.com/openoutcry/openoutcry, 1.0) discord.py/{discord.__version__}"
CALL_S, UPLOAD_S, CONNECT_S = 10.0, 60.0, 5.0
CONNECTIONS_MAX = 128
_KEEPALIVE_S = 20.0
_FLOOD_S, _FLOOD_MAX_S = 1.0, 3_600.0
WRONG_MAX, WRONG_S = 500, 600.0
"""So many requests in ten minutes may be refused; Discord bans an address after 10,000 (D06)."""
BUCKETS_MAX = 4_096

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_ID = re.compile(r"\d{15,20}")

_GONE_CHATS = frozenset({10003, 10004, 50001, 50007, 50013, 40333})
_GONE_MESSAGES = frozenset({10008, 30046, 50005})
_OVER = frozenset({10015, 10062, 50027})
_ACKNOWLEDGED = 40060
_NO_PERMISSION = 50013


class TokenOver(MessageGone):
    """The interaction takes no more: unknown, not answered in time, or 15 minutes old (D01)."""


class Acknowledged(NotShown):
    """Somebody has answered this interaction already (D02)."""


class NotAllowed(ChatGone):
    """The bot may not do this there."""


class File(NamedTuple):
    """A file that goes with a message."""

    name: str
    body: bytes


class Reply(NamedTuple):
    """What came back. Names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire(Protocol):
    """How a request leaves the house. Raises Unreachable or MaybeDelivered."""

    async def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Any,
        files: Sequence[File],
        within_s: float,
    ) -> Reply:
        """One request; `path` with its query, below the interface's address."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class HttpWire:
    """Requests over one aiohttp session that is opened by the first of them."""

    def __init__(self, api_url: str = API_URL) -> None:
        self._base = api_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Any,
        files: Sequence[File],
        within_s: float,
    ) -> Reply:
        """One request. Raises Unreachable, MaybeDelivered; neither holds an address or a header."""
        given: dict[str, Any] = {"headers": dict(headers)}
        if files:
            given["data"] = _form(body, files)
            within_s = max(within_s, UPLOAD_S)
        elif body is not None:
            given["data"] = _encode(body)
            given["headers"]["Content-Type"] = "application/json"
        timeout = aiohttp.ClientTimeout(total=within_s + CONNECT_S, connect=CONNECT_S, sock_connect=CONNECT_S)
        failure: Undelivered
        try:
            async with self._open().request(method, self._base + path, timeout=timeout, **given) as answer:
                headers_back = {name.lower(): value for name, value in answer.headers.items()}
                return Reply(answer.status, headers_back, await answer.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            failure = Unreachable(type(error).__name__)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = MaybeDelivered(type(error).__name__)
        # Outside of the handler: neither cause nor context may bring an interaction's token along.
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=_KEEPALIVE_S)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _form(body: Any, files: Sequence[File]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", _encode(body or {}).decode(), content_type="application/json")
    for number, file in enumerate(files):
        form.add_field(f"files[{number}]", io.BytesIO(file.body), filename=file.name)
    return form


class _Bucket(NamedTuple):
    remaining: int
    free_at_s: float


class Link:
    """Asks Discord, answers in plain objects, raises the desk's own errors.

    Args:
        token: the bot's. It is in no text that this object gives.
    """

    def __init__(self, token: str, wire: Wire, clock: Clock) -> None:
        self._token = token
        self._wire = wire
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._whole_until_s = 0.0
        self._wrong: deque[float] = deque()

    def __repr__(self) -> str:
        return "Link(token hidden)"

    @property
    def token(self) -> str:
        """For the gateway's first frame and nothing else."""
        return self._token

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: Sequence[File] = (),
        is_open: bool = False,
        within_s: float = CALL_S,
    ) -> Any:
        """The result as plain objects; None for an empty one.

        Args:
            is_open: an interaction's own address, whose token stands in it: the bot's is not sent along, and
                the limit of the whole bot does not count.

        Raises Undelivered (its subclass says what to do) and nothing else.
        """
        now = self._clock.elapsed_s()
        bucket = f"{method} {_route(path)}"
        self._let_through(bucket, now, is_open=is_open)
        headers = {"User-Agent": USER_AGENT}
        if not is_open:
            headers["Authorization"] = f"Bot {self._token}"
        try:
            async with asyncio.timeout(within_s + 2 * CONNECT_S + (UPLOAD_S if files else 0)):
                reply = await self._wire.request(method, path, headers, body, files, within_s)
        except TimeoutError:
            raise MaybeDelivered("no answer in time") from None
        self._note(bucket, reply.headers)
        if 200 <= reply.status < 300:
            return _read(reply.body)
        raise self._failure(reply, is_open=is_open)

    async def pause(self, seconds: float) -> None:
        """Wait, by the desk's clock."""
        await self._clock.sleep_s(seconds)

    async def close_link(self) -> None:
        """Close the connections."""
        await self._wire.close()

    # ------------------------------------------------------------ limits

    def _let_through(self, bucket: str, now: float, *, is_open: bool) -> None:
        """Raises TooFast for what Discord has said it would refuse, Unreachable once too much was refused."""
        while self._wrong and self._wrong[0] < now - WRONG_S:
            self._wrong.popleft()
        if len(self._wrong) >= WRONG_MAX:
            raise Unreachable("too many requests were refused: waiting, lest Discord bans this address")
        if now < self._whole_until_s and not is_open:
            raise TooFast(self._whole_until_s - now, is_whole_bot=True)
        held = self._buckets.get(bucket)
        if held is not None and now >= held.free_at_s:
            del self._buckets[bucket]
        elif held is not None and held.remaining <= 0:
            raise TooFast(held.free_at_s - now)
        elif held is not None:
            # Until the answer says better: what is under way counts.
            self._buckets[bucket] = held._replace(remaining=held.remaining - 1)

    def _note(self, bucket: str, headers: Mapping[str, str]) -> None:
        left, after = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset-after", "")
        if not (left.isdigit() and after):
            return
        free_at_s = self._clock.elapsed_s() + _seconds(after)
        held = self._buckets.get(bucket)
        remaining = int(left)
        if held is not None and abs(held.free_at_s - free_at_s) < 0.5:
            # The same window: answers may overtake each other, the smallest number is the newest.
            remaining = min(remaining, held.remaining)
        self._buckets[bucket] = _Bucket(remaining, free_at_s)
        if len(self._buckets) > BUCKETS_MAX:
            now = self._clock.elapsed_s()
            self._buckets = {name: one for name, one in self._buckets.items() if one.free_at_s > now}

    # ------------------------------------------------------------ errors

    def _failure(self, reply: Reply, *, is_open: bool) -> Undelivered:
        said = _read(reply.body)
        said = said if isinstance(said, dict) else {}
        code, text = said.get("code", 0), str(said.get("message", ""))[:200]
        if reply.status in (401, 403, 429):
            self._wrong.append(self._clock.elapsed_s())
        if reply.status == 429:
            return self._too_fast(reply, said)
        if code in _OVER:
            return TokenOver(text)
        if code == _ACKNOWLEDGED:
            return Acknowledged(text)
        if reply.status == 401 and not is_open:
            return Refused("Discord does not know this token")
        if code == _NO_PERMISSION:
            return NotAllowed(text)
        if code in _GONE_CHATS:
            return ChatGone(text)
        if code in _GONE_MESSAGES:
            return MessageGone(text)
        if reply.status >= 500:
            return MaybeDelivered(f"HTTP {reply.status}")
        if reply.status in (401, 403):
            return NotAllowed(text or f"HTTP {reply.status}")
        return NotShown(f"{code} {text}".strip())

    def _too_fast(self, reply: Reply, said: Mapping[str, Any]) -> TooFast:
        asked = said.get("retry_after", reply.headers.get("retry-after", _FLOOD_S))
        pause_s = _seconds(str(asked))
        is_whole = bool(said.get("global")) or "x-ratelimit-global" in reply.headers
        if is_whole:
            self._whole_until_s = self._clock.elapsed_s() + pause_s
        return TooFast(pause_s, is_whole_bot=is_whole)


def _route(path: str) -> str:
    """A path without the ids that do not divide it into buckets: those behind the first one."""
    bare = path.partition("?")[0]
    head, slash, rest = bare[1:].partition("/")
    major, _, tail = rest.partition("/")
    if head in ("interactions", "webhooks"):
        return bare
    return f"{head}{slash}{major}/{_ID.sub('*', tail)}"


def _seconds(text: str) -> float:
    try:
        return max(0.0, min(float(text), _FLOOD_MAX_S))
    except ValueError:
        return _FLOOD_S


def _read(body: bytes) -> Any:
    if not body:
        return None
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def quiet_loggers() -> None:
    """Libraries that would write addresses, in which tokens stand, say nothing below a warning (TM5)."""
    for name in ("discord", "aiohttp.client", "aiohttp.access", "aiohttp.websocket"):
        logging.getLogger(name).setLevel(logging.WARNING)
