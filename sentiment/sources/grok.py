"""xAI's Grok: what people say on X, by its own search (https://docs.x.ai, Responses API with `x_search`)."""

from __future__ import annotations

from typing import Any

from sentiment.prompt import OUTPUT_TOKENS_MAX, Prompt
from sentiment.sources.responses import ResponsesSource, Secret

NAME = "grok"
BASE_URL = "https://api.x.ai/v1"
MODEL = "grok-4.3"


def grok(key: Secret, base_url: str = BASE_URL, model: str = MODEL) -> ResponsesSource:
    """Grok behind its own door."""
    return ResponsesSource(NAME, key, base_url, model, request)


def request(prompt: Prompt) -> dict[str, Any]:
    """The body. The fixed words are a message of the system: `instructions` is not offered there."""
    body: dict[str, Any] = {
        "store": False,
        "input": [
            {"role": "system", "content": prompt.instructions},
            {"role": "user", "content": prompt.text},
        ],
        "max_output_tokens": OUTPUT_TOKENS_MAX,
        "text": {
            "format": {"type": "json_schema", "name": prompt.name, "strict": True, "schema": prompt.schema}
        },
    }
    if prompt.wants_search:
        days = {"from_date": f"{prompt.since:%Y-%m-%d}", "to_date": f"{prompt.asked_at:%Y-%m-%d}"}
        body["tools"] = [{"type": "x_search", **days}]
    return body
