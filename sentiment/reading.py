"""From a vendor's answer to something that may be believed: shape, status, refusal, schema, bounds, evidence.

Pure. Whatever is not exactly as asked is unusable, and has a code (RELIABILITY L04).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct, json

from sentiment.cleaning import cleaned, cleaned_url
from sentiment.prompt import LINE_MAX, REASONS_MAX, VOICES_MAX
from sentiment.weight import Voice, heard
from trading.domain.money import ZERO
from trading.domain.opinion import Citation, Lean

BODY_MAX = 2_000_000
TEXT_MAX = 20_000
CITATIONS_MAX = 8
TICKS = Decimal(10**10)
"""xAI tells costs in ten-thousand-millionths of a dollar (docs.x.ai, cost tracking)."""
COST_MAX = Decimal(1_000)
TOKENS_MAX = 10_000_000
"""A single answer that says it cost more than either is not believed, and the reserve for it stays."""
DIGITS = 4
_SEARCHES = frozenset({"x_search_call", "web_search_call", "search_results"})


class Unusable(Exception):
    """An answer that nothing may rest on; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Link(Struct):
    url: str = ""
    title: str | None = None


class _Part(Struct):
    type: str = ""
    text: str = ""
    annotations: list[_Link] = []


class _Item(Struct):
    type: str = ""
    status: str | None = None
    content: Raw = Raw(b"null")
    results: list[_Link] | None = None


class _Why(Struct):
    reason: str | None = None


class _Cost(Struct):
    total_cost: float | None = None


class _Usage(Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    cost_in_usd_ticks: int | None = None
    cost: _Cost | None = None


class _Response(Struct):
    object: str
    status: str
    output: list[_Item]
    model: str = ""
    incomplete_details: _Why | None = None
    usage: _Usage | None = None


_Score = Annotated[float, Meta(ge=-1, le=1)]
_Unit = Annotated[float, Meta(ge=0, le=1)]


class _SaidVoice(Struct, forbid_unknown_fields=True):
    url: str
    gist: str
    score: _Score
    posted_at: str | None


class _Said(Struct, forbid_unknown_fields=True):
    symbol: str
    label: Lean
    score: _Score
    confidence: _Unit
    reasons: Annotated[list[str], Meta(max_length=REASONS_MAX)]
    voices: Annotated[list[_SaidVoice], Meta(max_length=VOICES_MAX)]


class _Line(Struct, forbid_unknown_fields=True):
    line: Annotated[str, Meta(max_length=LINE_MAX)]


_RESPONSE = json.Decoder(_Response)
_PARTS = json.Decoder(list[_Part])
_SAID = json.Decoder(_Said)
_LINE = json.Decoder(_Line)
_PARTLY = json.Decoder(dict[str, Raw])
_USAGE = json.Decoder(_Usage)
T = TypeVar("T")


class Spent(Struct, frozen=True):
    """What an answer says that it cost: in US dollars where the vendor tells, else in tokens."""

    money: Decimal | None
    input_tokens: int
    output_tokens: int


class Mood(Struct, frozen=True):
    """What may be believed of an answer about a symbol."""

    lean: Lean
    score: Decimal
    confidence: Decimal
    reasons: tuple[str, ...]
    citations: tuple[Citation, ...]
    model: str


def spent(body: bytes) -> Spent | None:
    """What the answer cost; None when it does not say so in a way that can be read."""
    try:
        usage = _decoded(_USAGE, _decoded(_PARTLY, body)["usage"])
    except (Unusable, KeyError):
        return None
    money: Decimal | None = None
    if usage.cost_in_usd_ticks is not None:
        money = Decimal(usage.cost_in_usd_ticks) / TICKS
    elif usage.cost is not None and usage.cost.total_cost is not None:
        money = Decimal(repr(usage.cost.total_cost))
    tokens = (usage.input_tokens, usage.output_tokens)
    if not (0 <= min(tokens) <= max(tokens) <= TOKENS_MAX and ZERO <= (money or ZERO) <= COST_MAX):
        return None
    return Spent(money, usage.input_tokens, usage.output_tokens)


def mood(body: bytes, symbol: str, now: datetime) -> Mood:
    """What an answer says of `symbol`. Raises Unusable."""
    response = _whole(body)
    text, links = _said(response)
    said = _decoded(_SAID, text)
    if said.symbol != symbol:
        raise Unusable("wrong_symbol")
    if _lean(said.score) is not said.label:
        raise Unusable("contradiction")
    citations = _citations(response, links)
    if not _has_searched(response) or not citations:
        raise Unusable("no_evidence")
    return _weighed(said, citations, response.model, now)


def line(body: bytes) -> str:
    """The command line of an answer, one clean line; empty when the model proposes none. Raises Unusable."""
    text, _ = _said(_whole(body))
    said = _decoded(_LINE, text).line
    shown = cleaned(said, LINE_MAX)
    if said.strip() and not shown:
        raise Unusable("malformed")
    return shown


def _decoded(decoder: json.Decoder[T], text: bytes | str | Raw) -> T:
    """What stands in a text. Raises Unusable, also for one that is made to break whoever reads it: nested ten
    thousand deep, or no Unicode."""
    if len(memoryview(text) if isinstance(text, Raw) else text) > BODY_MAX:
        raise Unusable("malformed")
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Unusable("malformed") from None


def _whole(body: bytes) -> _Response:
    """An answer that is complete. Raises Unusable."""
    response = _decoded(_RESPONSE, body)
    if response.object != "response":
        raise Unusable("malformed")
    if response.status == "incomplete":
        why = response.incomplete_details.reason if response.incomplete_details else None
        raise Unusable("filtered" if why == "content_filter" else "truncated")
    if response.status != "completed":
        raise Unusable("failed")
    return response


def _said(response: _Response) -> tuple[str, list[_Link]]:
    """The text of the answer and the links at it. Raises Unusable."""
    texts, links = [], []
    for part in _parts(response):
        if part.type == "refusal":
            raise Unusable("refused")
        if part.type == "output_text":
            texts.append(part.text)
            links += part.annotations
    if len(texts) != 1 or not texts[0].strip() or len(texts[0]) > TEXT_MAX:
        raise Unusable("malformed")
    return texts[0], links


def _parts(response: _Response) -> Iterator[_Part]:
    for item in response.output:
        if item.type == "message":
            yield from _decoded(_PARTS, item.content)


def _has_searched(response: _Response) -> bool:
    """A model may answer without looking: then it has no evidence, whatever it says."""
    return any(
        item.type in _SEARCHES
        and item.status in (None, "completed")
        and (item.results is None or item.results)
        for item in response.output
    )


def _citations(response: _Response, links: list[_Link]) -> dict[str, Citation]:
    """What the vendor, not the model's text, says to have found, by address."""
    found = [*links, *(one for item in response.output for one in item.results or ())]
    clean = ((cleaned_url(one.url), cleaned(one.title or "")) for one in found)
    return {url: Citation(url, title) for url, title in clean if url}


def _weighed(said: _Said, citations: dict[str, Citation], model: str, now: datetime) -> Mood:
    """The more cautious of what the model says and what the voices that it really found come to."""
    voices, used = [], []
    for one in said.voices:
        url, gist = cleaned_url(one.url), cleaned(one.gist)
        posted_at = _instant(one.posted_at) if one.posted_at is not None else None
        is_dated = one.posted_at is None or posted_at is not None
        if url in citations and gist and is_dated:
            voices.append(Voice(url, gist, _decimal(one.score), posted_at))
            used.append(citations[url])
    chorus = heard(voices, now)
    score = _cautious(_decimal(said.score), chorus.score)
    if said.label is not Lean.NEUTRAL and not chorus.stories:
        raise Unusable("no_evidence")
    reasons = tuple(text for text in (cleaned(one) for one in said.reasons) if text)
    shown = tuple(dict.fromkeys(used or citations.values()))[:CITATIONS_MAX]
    return Mood(_lean_of(score), score, _decimal(said.confidence), reasons, shown, cleaned(model, 60))


def _cautious(one: Decimal, other: Decimal) -> Decimal:
    """Nearer to zero; zero when they point to different sides."""
    if one * other <= ZERO:
        return ZERO
    return min(one, other, key=abs)


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{DIGITS}f}") + ZERO


def _lean(score: float) -> Lean:
    return Lean.BULLISH if score > 0 else Lean.BEARISH if score < 0 else Lean.NEUTRAL


def _lean_of(score: Decimal) -> Lean:
    return Lean.BULLISH if score > 0 else Lean.BEARISH if score < 0 else Lean.NEUTRAL


def _instant(text: str) -> datetime | None:
    """An instant, UTC unless it says otherwise; None when there is none to read."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
