"""OpenAI: what the web says, by its own search (https://platform.openai.com/docs, Responses API)."""

from __future__ import annotations

from typing import Any

from sentiment.prompt import OUTPUT_TOKENS_MAX, Prompt
from sentiment.sources.responses import ResponsesSource, Secret

NAME = "openai"
BASE_URL = "https://api.openai.com/v1"
MODEL = "gpt-5.4-mini"


def openai(key: Secret, base_url: str = BASE_URL, model: str = MODEL) -> ResponsesSource:
    """OpenAI behind its own door."""
    return ResponsesSource(NAME, key, base_url, model, request)


def request(prompt: Prompt) -> dict[str, Any]:
    """The body. No temperature: models that think refuse it."""
    body: dict[str, Any] = {
        "store": False,
        "instructions": prompt.instructions,
        "input": prompt.text,
        "max_output_tokens": OUTPUT_TOKENS_MAX,
        "text": {
            "format": {"type": "json_schema", "name": prompt.name, "strict": True, "schema": prompt.schema}
        },
    }
    if prompt.wants_search:
        body["tools"] = [{"type": "web_search", "search_context_size": "low"}]
        body["tool_choice"] = "required"
    return body
