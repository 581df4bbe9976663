"""The vendors on loopback, driven by the plain openai client as anybody would use it."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from tests.fakes.opinion_server import KEYS, OpinionServer

pytestmark = pytest.mark.wire

SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
FORMAT = {"type": "json_schema", "name": "Mood", "strict": True, "schema": SCHEMA}
ASKED: dict[str, dict[str, Any]] = {
    "grok": {"text": {"format": FORMAT}, "tools": [{"type": "x_search", "from_date": "2026-11-29"}]},
    "perplexity": {
        "response_format": {"type": "json_schema", "json_schema": {"name": "Mood", "schema": SCHEMA}},
        "tools": [{"type": "web_search", "filters": {"search_recency_filter": "day"}}],
    },
    "openai": {"text": {"format": FORMAT}, "tools": [{"type": "web_search"}], "instructions": "Rate."},
}


@pytest.fixture
async def server() -> AsyncIterator[OpinionServer]:
    async with OpinionServer() as one:
        yield one


def client_of(server: OpinionServer, vendor: str, key: str = "") -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        api_key=key or KEYS[vendor], base_url=server.url(vendor), max_retries=0, timeout=5
    )


async def asked(server: OpinionServer, vendor: str, key: str = "", **more: Any) -> Any:
    async with client_of(server, vendor, key) as client:
        return await client.responses.create(model="m-1", input="BTC?", extra_body={**ASKED[vendor], **more})


@pytest.mark.parametrize("vendor", sorted(KEYS))
async def test_a_plain_client_reads_text_usage_and_what_was_found(server: OpinionServer, vendor: str) -> None:
    answer = await asked(server, vendor)
    assert answer.status == "completed" and answer.usage.input_tokens == 1200
    assert answer.output_text.startswith('{"symbol": "BTC/USD"')
    kinds = [item.type for item in answer.output]
    assert kinds[-1] == "message" and {"x_search_call", "search_results", "web_search_call"} & set(kinds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # items that OpenAI does not have make pydantic warn
        whole = answer.model_dump(warnings=False)
    told = {"grok": "cost_in_usd_ticks", "perplexity": "cost"}.get(vendor)
    assert told is None or told in whole["usage"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("400", openai.BadRequestError),
        ("401", openai.AuthenticationError),
        ("403", openai.PermissionDeniedError),
        ("404", openai.NotFoundError),
        ("422", openai.UnprocessableEntityError),
        ("429", openai.RateLimitError),
        ("quota", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("402", openai.APIStatusError),
        ("410", openai.APIStatusError),
        ("cut", openai.APIConnectionError),
    ],
)
async def test_a_plain_client_meets_each_failure_as_it_knows_it(
    server: OpinionServer, fault: str, kind: type[Exception]
) -> None:
    server.faults["openai"].append(fault)
    with pytest.raises(kind):
        await asked(server, "openai")


async def test_a_wrong_key_is_repeated_by_the_vendor_and_refused_in_its_own_way(
    server: OpinionServer,
) -> None:
    for vendor, kind in (("grok", openai.BadRequestError), ("openai", openai.AuthenticationError)):
        with pytest.raises(kind) as found:
            await asked(server, vendor, "sk-wrong")
        assert "sk-wrong" in str(found.value.body)


async def test_what_a_vendor_retired_or_does_not_take_is_refused(server: OpinionServer) -> None:
    with pytest.raises(openai.APIStatusError) as gone:
        async with client_of(server, "grok") as client:
            await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])
    assert gone.value.status_code == 410
    for vendor, more in (
        ("grok", {"instructions": "x"}),
        ("grok", {"search_parameters": {}}),
        ("perplexity", {"response_format": None, "text": {"format": FORMAT}}),
        ("openai", {"temperature": 0}),
        ("openai", {"tools": [{"type": "x_search"}]}),
        ("grok", {"tools": [{"type": "x_search", "since": "2026-11-29"}]}),
        ("grok", {"tools": [{"type": "x_search", "from_date": "29.11.2026"}]}),
        ("grok", {"tools": [{"type": "x_search", "from_date": "2026-11-30", "to_date": "2026-11-29"}]}),
        ("perplexity", {"tools": [{"type": "web_search", "filters": {"recency": "day"}}]}),
        ("perplexity", {"tools": [{"type": "web_search", "filters": {"search_recency_filter": "now"}}]}),
        ("openai", {"text": {"format": {**FORMAT, "schema": {"type": "object", "properties": {"a": {}}}}}}),
    ):
        with pytest.raises(openai.BadRequestError):
            await asked(server, vendor, **more)


async def test_what_is_no_failure_to_the_client_comes_through_as_it_is(server: OpinionServer) -> None:
    server.faults["openai"].extend(["html", "refusal", "failed", "length", "odd"])
    assert isinstance(await asked(server, "openai"), str)
    refused = await asked(server, "openai")
    assert refused.output_text == "" and refused.output[-1].content[0].type == "refusal"
    assert (await asked(server, "openai")).status == "failed"
    assert (await asked(server, "openai")).incomplete_details.reason == "max_output_tokens"
    assert (await asked(server, "openai")).output is None
