"""Three vendors of opinions on loopback, as their documents describe them: xAI, Perplexity, OpenAI.

All three speak the Responses API, each with its own dialect: what a vendor does not take is refused as it
would refuse it. Faults come on demand, one for each request. Nothing in here knows our product.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

from aiohttp import web

KEYS = {"grok": "xai-key-CANARY-1", "perplexity": "pplx-key-CANARY-2", "openai": "sk-proj-key-CANARY-3"}
LINKS = (
    ("https://x.com/alice/status/1", "Alice"),
    ("https://news.example.com/a", "A story"),
    ("https://blog.example.org/b", "Another story"),
    ("https://daily.example.net/c", "A third story"),
)
POSTED = "2026-11-29T12:00:00Z"


def said(symbol: str = "BTC/USD", score: float = -0.8, **more: Any) -> dict[str, Any]:
    """What a model writes when it does as asked: four independent voices of one mind."""
    gists = (
        "miners sell reserves",
        "fund outflows go on",
        "exchange halts payments",
        "whales move coins away",
    )
    label = "bullish" if score > 0 else "bearish" if score < 0 else "neutral"
    voices = [
        {"url": url, "gist": gist, "score": score, "posted_at": None}
        for (url, _), gist in zip(LINKS, gists, strict=True)
    ]
    plain = {"symbol": symbol, "label": label, "score": score, "confidence": 0.9, "reasons": ["Outflows."]}
    return {**plain, "voices": voices, **more}


class OpinionServer:
    """`async with OpinionServer() as server`: `server.url("grok")` is a base URL.

    `faults[vendor]` are taken one by one, then it answers; `answers[vendor]` is what its model writes; `seen`
    are the requests as (vendor, body, headers).
    """

    def __init__(self) -> None:
        self.faults: dict[str, deque[str]] = {name: deque() for name in KEYS}
        self.answers: dict[str, Any] = {name: said() for name in KEYS}
        self.links: tuple[tuple[str, str], ...] = LINKS
        self.seen: list[tuple[str, dict[str, Any], Mapping[str, str]]] = []
        self.retry_after = "7"
        self._held = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> OpinionServer:
        app = web.Application()
        for name in KEYS:
            app.router.add_post(f"/{name}/v1/responses", self._responses)
            app.router.add_post(f"/{name}/v1/chat/completions", self._gone)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.set()
        assert self._runner is not None
        await self._runner.cleanup()

    def url(self, vendor: str) -> str:
        """The base URL of a vendor."""
        return f"http://127.0.0.1:{self._port}/{vendor}/v1"

    def asked(self, vendor: str) -> int:
        """How many requests it has had."""
        return sum(one[0] == vendor for one in self.seen)

    # ------------------------------------------------------------ routes

    async def _gone(self, request: web.Request) -> web.Response:
        return _json({"code": "gone", "error": "Live search is deprecated."}, 410)

    async def _responses(self, request: web.Request) -> web.StreamResponse:
        vendor = request.path.split("/")[1]
        body = await request.json()
        self.seen.append((vendor, body, {name.lower(): text for name, text in request.headers.items()}))
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if given != KEYS[vendor]:
            return _wrong_key(vendor, given)
        problem = dialect(vendor, body)
        if problem:
            return _error(vendor, problem, 400)
        fault = self.faults[vendor].popleft() if self.faults[vendor] else ""
        return await self._broken(request, vendor, fault) if fault else _json(self.answer(vendor, body))

    def answer(self, vendor: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A complete answer of that vendor."""
        text = self.answers[vendor]
        written = text if isinstance(text, str) else json.dumps(text)
        wants = bool(body.get("tools"))
        links = self.links if wants else ()
        notes = [{"type": "url_citation", "url": url, "title": title} for url, title in links]
        message = {
            "type": "message",
            "id": "m1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": written, "annotations": notes}],
        }
        found = [_SEARCHED[vendor](links)] if wants else []
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": 1795600000,
            "status": "completed",
            "model": body["model"],
            "error": None,
            "incomplete_details": None,
            "output": [*_BEFORE.get(vendor, ()), *found, message],
            "usage": _USAGE[vendor],
        }

    async def _broken(self, request: web.Request, vendor: str, fault: str) -> web.StreamResponse:
        if fault.isdigit():
            headers = {"Retry-After": self.retry_after} if fault == "429" else {}
            return _error(vendor, "as you wish", int(fault), headers)
        if fault in ("hang", "drip", "cut"):
            return await self._stuck(request, fault)
        if fault == "html":
            return web.Response(text="<html>gateway</html>", content_type="text/html")
        if fault == "quota":
            return _json({"error": {"message": "no money", "type": "insufficient_quota", "code": None}}, 429)
        whole = self.answer(vendor, (await request.json()))
        return _json(_SPOILED[fault](whole))

    async def _stuck(self, request: web.Request, fault: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        if fault == "hang":
            await self._held.wait()
            return web.Response(status=503)
        await response.prepare(request)
        await response.write(b'{"object":')
        if fault == "drip":
            with suppress(ConnectionResetError):  # whoever waited has left
                while not self._held.is_set():
                    await response.write(b" ")
                    await asyncio.sleep(0.02)
        elif request.transport is not None:
            request.transport.abort()
        return response


def dialect(vendor: str, body: Mapping[str, Any]) -> str:
    """What a vendor does not take in a request; empty when it takes it."""
    if not body.get("model") or not body.get("input"):
        return "model and input are required"
    if "search_parameters" in body or "temperature" in body:
        return "unsupported parameter"
    if vendor == "grok" and "instructions" in body:
        return "instructions is not supported"
    holder = body.get("response_format") if vendor == "perplexity" else body.get("text", {}).get("format")
    if not isinstance(holder, Mapping) or holder.get("type") != "json_schema":
        return "a schema is missing"
    schema = (
        (holder.get("json_schema") or {}).get("schema") if vendor == "perplexity" else holder.get("schema")
    )
    if not _is_strict(schema):
        return "every property must be required and no other allowed"
    return next(filter(None, (_odd_tool(vendor, tool) for tool in body.get("tools", []))), "")


_TOOLS = {
    "grok": {
        "x_search": {
            *("type", "from_date", "to_date", "allowed_x_handles", "excluded_x_handles"),
            *("enable_image_understanding", "enable_video_understanding"),
        },
        "web_search": {"type", "allowed_domains", "excluded_domains", "enable_image_understanding"},
    },
    "perplexity": {"web_search": {"type", "filters", "search_context_size"}},
    "openai": {"web_search": {"type", "filters", "search_context_size"}},
}
_FILTERS = {
    "perplexity": {
        *("search_domain_filter", "search_recency_filter"),
        *("search_after_date_filter", "search_before_date_filter"),
    },
    "openai": {"allowed_domains"},
}


def _odd_tool(vendor: str, tool: Mapping[str, Any]) -> str:
    """What a vendor does not know about a tool."""
    known = _TOOLS[vendor].get(str(tool.get("type")))
    if known is None:
        return "unknown tool"
    odd = (set(tool) - known) | (set(tool.get("filters", ())) - _FILTERS.get(vendor, set()))
    days = [tool[name] for name in ("from_date", "to_date") if name in tool]
    if odd or any(not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(day)) for day in days) or days != sorted(days):
        return "bad tool"
    recency = tool.get("filters", {}).get("search_recency_filter", "day")
    return "" if recency in ("hour", "day", "week", "month", "year") else "bad tool"


def _is_strict(schema: Any) -> bool:
    """Strict mode, all the way down."""
    if not isinstance(schema, Mapping):
        return False
    if schema.get("type") == "array":
        return _is_strict(schema["items"])
    if schema.get("type") != "object":
        return True
    inner = schema.get("properties", {})
    is_closed = schema.get("additionalProperties") is False
    return (
        is_closed and set(schema.get("required", ())) == set(inner) and all(map(_is_strict, inner.values()))
    )


def _json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        text=json.dumps(body), status=status, headers=headers or {}, content_type="application/json"
    )


def _error(vendor: str, text: str, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    if vendor == "grok":
        return _json({"code": "some-code", "error": text}, status, headers)
    return _json({"error": {"message": text, "type": "t", "param": None, "code": "c"}}, status, headers)


def _wrong_key(vendor: str, given: str) -> web.Response:
    """Vendors repeat the key that they refuse; xAI refuses it with 400."""
    return _error(vendor, f"Incorrect API key provided: {given}", 400 if vendor == "grok" else 401)


def _x_search(links: Any) -> dict[str, Any]:
    call = {"id": "xs1", "call_id": "c1", "name": "x_semantic_search", "arguments": '{"query":"$BTC"}'}
    return {"type": "x_search_call", "status": "completed", **call}


def _web_search(links: Any) -> dict[str, Any]:
    action = {"type": "search", "query": "BTC"}
    return {"type": "web_search_call", "id": "ws1", "status": "completed", "action": action}


def _results(links: Any) -> dict[str, Any]:
    results = [
        {"id": number, "url": url, "title": title, "snippet": "s", "date": "2026-11-29", "source": "web"}
        for number, (url, title) in enumerate(links, start=1)
    ]
    return {"type": "search_results", "queries": ["BTC"], "results": results}


_SEARCHED = {"grok": _x_search, "perplexity": _results, "openai": _web_search}
_BEFORE: dict[str, tuple[dict[str, Any], ...]] = {
    "grok": (
        {"type": "reasoning", "id": "r1", "summary": [], "status": "completed", "content": None},
        {"type": "custom_tool_call", "call_id": "c0", "name": "x_keyword_search", "input": "{}"},
    ),
    "openai": ({"type": "reasoning", "id": "r1", "summary": [{"type": "summary_text", "text": "…"}]},),
}
_TOKENS = {"input_tokens": 1200, "output_tokens": 300, "total_tokens": 1500}
_USAGE: dict[str, dict[str, Any]] = {
    "grok": {**_TOKENS, "num_sources_used": 4, "cost_in_usd_ticks": 123_000_000},
    "perplexity": {**_TOKENS, "cost": {"currency": "USD", "total_cost": 0.0057}},
    "openai": {**_TOKENS, "input_tokens_details": {"cached_tokens": 0}},
}


def _with(**parts: Any) -> Any:
    return lambda whole: {**whole, **parts}


def _text(text: str) -> Any:
    def spoil(whole: dict[str, Any]) -> dict[str, Any]:
        content = [{"type": "output_text", "text": text, "annotations": []}]
        return {**whole, "output": [*whole["output"][:-1], {**whole["output"][-1], "content": content}]}

    return spoil


def _refusal(whole: dict[str, Any]) -> dict[str, Any]:
    content = [{"type": "refusal", "refusal": "I cannot help with that."}]
    return {**whole, "output": [*whole["output"][:-1], {**whole["output"][-1], "content": content}]}


def _unsearched(whole: dict[str, Any]) -> dict[str, Any]:
    return {**whole, "output": [one for one in whole["output"] if one["type"] == "message"]}


def _uncited(whole: dict[str, Any]) -> dict[str, Any]:
    items = [{**one, "results": []} if "results" in one else one for one in whole["output"]]
    content = [{**part, "annotations": []} for part in items[-1]["content"]]
    return {**whole, "output": [*items[:-1], {**items[-1], "content": content}]}


_SPOILED: dict[str, Any] = {
    "refusal": _refusal,
    "length": _with(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
    "content_filter": _with(status="incomplete", incomplete_details={"reason": "content_filter"}),
    "failed": _with(status="failed", error={"code": "server_error", "message": "sorry"}, output=[]),
    "queued": _with(status="queued", output=[]),
    "garbage": _text('{"symbol": "BTC/USD", "label": '),
    "prose": _text("I think it goes up!"),
    "nan": _text(
        '{"symbol":"BTC/USD","label":"bullish","score":NaN,"confidence":1,"reasons":[],"voices":[]}'
    ),
    "odd": lambda whole: {"foo": 1},
    "list": lambda whole: [1, 2],
    "unsearched": _unsearched,
    "uncited": _uncited,
    "empty": _with(output=[]),
}
