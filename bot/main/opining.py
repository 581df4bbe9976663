"""Opinions from outside, put together: the vendors that have a key, in the operator's order, inside a budget.

Without any key there is nobody to ask, and nothing of it is loaded; the openai client is loaded with the
first question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.main.shutting import ShutDown, Step
from bot.settings_model import Settings
from trading.ports import Clock, Registers
from trading.telemetry import MUTE, Telemetry

if TYPE_CHECKING:
    from sentiment.service import OpinionDesk


def closing_opinion(
    settings: Settings, registers: Registers, clock: Clock, telemetry: Telemetry, shut: ShutDown
) -> OpinionDesk | None:
    """The same, hanging up when the desk ends."""
    desk = build_opinion(settings, registers, clock, telemetry)
    if desk is not None:
        shut.add(Step.FRONTS, desk.close)
    return desk


def build_opinion(
    settings: Settings, registers: Registers, clock: Clock, telemetry: Telemetry = MUTE
) -> OpinionDesk | None:
    """Who can be asked; None while no key is set."""
    has_key = (settings.xai_api_key, settings.perplexity_api_key, settings.openai_api_key)
    if not any(key.get_secret_value() for key in has_key):
        return None
    from sentiment.budget import Budget, Daily
    from sentiment.service import OpinionDesk
    from sentiment.sources.grok import grok
    from sentiment.sources.openai import openai
    from sentiment.sources.perplexity import perplexity

    known = {
        "grok": (grok, settings.xai_api_key, settings.xai_base_url, settings.xai_model),
        "perplexity": (
            perplexity,
            settings.perplexity_api_key,
            settings.perplexity_base_url,
            settings.perplexity_model,
        ),
        "openai": (openai, settings.openai_api_key, settings.openai_base_url, settings.openai_model),
    }
    chosen = [known[name] for name in settings.opinion_order.split(",")]
    sources = [made(key, url, model) for made, key, url, model in chosen if key.get_secret_value()]
    budget = Budget(registers, clock, Daily(settings.opinion_calls, settings.opinion_money))
    return OpinionDesk(sources, budget, clock, deadline_s=settings.opinion_deadline_s, telemetry=telemetry)
