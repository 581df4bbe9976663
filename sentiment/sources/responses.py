"""A vendor that speaks OpenAI's Responses API: one request, its raw answer, its failures as codes of ours.

The openai client is imported with the first question: it costs a third of a second, and most desks never ask.
Nothing that a vendor or the client says about a failure leaves this file but a code: it may hold the key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from sentiment.prompt import Prompt
from sentiment.source import SourceFault

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_S = 5.0
BODY_MAX = 2_000_000
AGAIN_MAX = 1
"""How often a request is sent again that certainly never arrived."""
_OURS = ("OpenAI-Organization", "OpenAI-Project")
"""Headers that the client takes from the environment; they are nobody's business but OpenAI's."""


class Secret(Protocol):
    """A key that shows itself only when asked (pydantic's SecretStr)."""

    def get_secret_value(self) -> str:
        """The key."""
        ...


class ResponsesSource:
    """`sentiment.source.Source` at one base URL.

    Args:
        request: the body for a prompt, all of it but the model.
    """

    def __init__(
        self, name: str, key: Secret, base_url: str, model: str, request: Callable[[Prompt], dict[str, Any]]
    ) -> None:
        self._name = name
        self._key = key
        self._base_url = base_url
        self._model = model
        self._request = request
        self._client: AsyncOpenAI | None = None
        self._making = asyncio.Lock()

    def __repr__(self) -> str:
        return f"ResponsesSource({self._name}, {self._model})"

    @property
    def name(self) -> str:
        """Under which people know it."""
        return self._name

    @property
    def model(self) -> str:
        """Which model answers."""
        return self._model

    async def ask(self, prompt: Prompt, within_s: float) -> bytes:
        """The body of the answer. Raises SourceFault."""
        body = {"model": self._model, **self._request(prompt)}
        client = await self._ready()
        for left in range(AGAIN_MAX, -1, -1):
            try:
                return await self._sent(client, body, within_s)
            except SourceFault as fault:
                if not left or fault.code != "unreachable" or not fault.is_free:
                    raise
        raise AssertionError("the last try returns or raises")

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _ready(self) -> AsyncOpenAI:
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
            return self._client

    def _made(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, Omit

        headers = {} if self._name == "openai" else dict.fromkeys(_OURS, Omit())
        return AsyncOpenAI(
            api_key=self._key.get_secret_value(),
            base_url=self._base_url,
            max_retries=0,
            default_headers=headers,  # type: ignore[arg-type]  # Omit takes a header away, says the client
        )

    async def _sent(self, client: AsyncOpenAI, body: dict[str, Any], within_s: float) -> bytes:
        """One request. The client's own exceptions end here, together with what they know."""
        import httpx2
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

        waits = httpx2.Timeout(within_s, connect=min(CONNECT_S, within_s))
        try:
            raw = await client.with_options(timeout=waits).responses.with_raw_response.create(extra_body=body)
            content = raw.http_response.content
            kind = raw.http_response.headers.get("content-type", "")
        except APITimeoutError:
            fault = SourceFault("timeout")
        except APIConnectionError as problem:
            fault = SourceFault("unreachable", is_free=isinstance(problem.__cause__, httpx2.ConnectError))
        except APIStatusError as problem:
            fault = _refused(problem.status_code, problem.response.headers, problem.body)
        except (OpenAIError, ValueError, TypeError, AttributeError, IndexError, KeyError):
            fault = SourceFault("malformed")
        else:
            if len(content) > BODY_MAX or "json" not in kind:
                raise SourceFault("malformed")
            return content
        raise fault


def _refused(status: int, headers: Any, body: object) -> SourceFault:
    """What an HTTP status means. Nothing was worked on, so it costs nothing, unless the server broke."""
    if status in _SETUP:
        return SourceFault(_SETUP[status], is_setup=True, is_free=True)
    if status == 429:
        if _says_quota(body):
            return SourceFault("quota", is_setup=True, is_free=True)
        return SourceFault("busy", is_free=True, after_s=_after_s(headers.get("retry-after", "")))
    if status >= 500 or status in (408, 409):
        return SourceFault("server", is_free=False)
    return SourceFault("not_taken", is_free=True)


_SETUP = {401: "bad_key", 403: "bad_key", 402: "quota", 404: "not_there", 405: "not_there", 410: "not_there"}
"""What somebody must set right first. xAI answers a wrong key with 400, so three of those pause it."""


def _says_quota(body: object) -> bool:
    """Whether a 429 is about money and not about speed."""
    inner = body.get("error", body) if isinstance(body, dict) else None
    return isinstance(inner, dict) and "insufficient_quota" in (inner.get("code"), inner.get("type"))


def _after_s(text: str) -> float | None:
    """Seconds of a Retry-After; dates and nonsense are None."""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
