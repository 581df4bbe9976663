"""Perplexity: what news says, by its own search (https://docs.perplexity.ai, Agent API, `/v1/responses`)."""

from __future__ import annotations

from typing import Any

from sentiment.prompt import OUTPUT_TOKENS_MAX, Prompt
from sentiment.sources.responses import ResponsesSource, Secret

NAME = "perplexity"
BASE_URL = "https://api.perplexity.ai/v1"
MODEL = "perplexity/sonar"


def perplexity(key: Secret, base_url: str = BASE_URL, model: str = MODEL) -> ResponsesSource:
    """Perplexity behind its own door."""
    return ResponsesSource(NAME, key, base_url, model, request)


def request(prompt: Prompt) -> dict[str, Any]:
    """The body. The schema stands in `response_format`, as in chat completions."""
    schema = {"name": prompt.name, "strict": True, "schema": prompt.schema}
    body: dict[str, Any] = {
        "store": False,
        "instructions": prompt.instructions,
        "input": prompt.text,
        "max_output_tokens": OUTPUT_TOKENS_MAX,
        "response_format": {"type": "json_schema", "json_schema": schema},
    }
    if prompt.wants_search:
        body["tools"] = [{"type": "web_search", "filters": {"search_recency_filter": "day"}}]
    return body
