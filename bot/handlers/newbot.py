"""`/newbot`: what a bot with these settings would do, in a picture and figures; a press begins it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.conversation.grammar_shapes import Amount, Parsed
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Handler, Tools, account_named, refusal
from bot.conversation.screen import Button, Screen
from bot.handlers.bot_begin import Wish, against_of, begin_card, free_name
from bot.handlers.finding import instrument_for
from bot.handlers.marks import mark_of
from bot.handlers.subjects import line_of, look_if_short, rows_of, word_of
from trading.automations.machine import Machine
from trading.automations.presets import Preset, presets_of, settings_of
from trading.automations.table import AUTOMATIONS
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import plain
from trading.parameters import Settings, validated, written
from trading.running.stepping import AGAINST, FRAME

BUDGET = Decimal(1000)
"""What is previewed when nobody says a budget."""
USUAL = "usual"
NAME = "name"
"""Words among the settings that are none of the bot's own: what it is called, and which candles it sees."""


async def newbot(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The card of a bot, or why one with these settings would not do."""
    found = await instrument_for(tools, asked, line_of(parsed), word_of(parsed, "symbol"))
    if isinstance(found, Screen):
        return found
    machine = AUTOMATIONS[word_of(parsed, "bot")]
    budget = _budget(parsed)
    start = f"/newbot {machine.name} {symbol_text(found.symbol)}"
    if budget is None:
        return refusal(asked, "newbot.budget", line=f"{start} 1000")
    if mark_of(tools, found.symbol).mid is None:
        return refusal(asked, "view.price_awaited", symbol=found.symbol)
    preset, given = _typed(machine, word_of(parsed, "settings"))
    if given is None:
        name = machine.parameters[0].name
        return refusal(asked, "newbot.pairs", line=f"{start} {plain(budget)} {name} …")
    account = account_named(tools, asked)
    assert account is not None, "who may type this has an account"
    name, frame = given.pop(NAME, ""), given.pop(FRAME, "").lower()
    against = against_of(tools, asked, account, given.pop(AGAINST, ""))
    if isinstance(against, Screen):
        return against
    wish = Wish(
        machine,
        found,
        budget,
        _settings(machine, budget, preset, given),
        name.lower() or free_name(account, machine.name),
        frame,
        against=against,
    )
    return await begin_card(tools, asked, account, wish, _buttons(machine, found, budget))


def _budget(parsed: Parsed) -> Decimal | None:
    """The money that was typed, or the usual; None for what is no sum of money."""
    given = line_of(parsed).values.get("budget")
    if given is None:
        return BUDGET
    assert isinstance(given, Amount)
    return given.value if given.unit != "%" and given.value > 0 else None


def pairs_of(text: str) -> dict[str, str] | None:
    """Settings with their values (`cells 20`, `cells=20`); None where one lacks its value."""
    words = text.replace("=", " ").split()
    if len(words) % 2:
        return None
    return dict(zip((word.lower() for word in words[::2]), words[1::2], strict=True))


def _typed(machine: Machine[Any], text: str) -> tuple[Preset | None, dict[str, str] | None]:
    """A preset's name, then settings with their values; None where one lacks its value."""
    first, _, rest = text.strip().partition(" ")
    preset = {one.name: one for one in presets_of(machine.name)}.get(first.lower())
    return (preset, pairs_of(rest)) if preset is not None else (None, pairs_of(text))


def _settings(
    machine: Machine[Any], budget: Decimal, preset: Preset | None, typed: Mapping[str, str]
) -> Settings | Refusal:
    """The preset (the usual one when none is named) with what was typed instead."""
    begun = preset or next(one for one in presets_of(machine.name) if one.name == USUAL)
    base = settings_of(begun, machine, budget)
    return base if isinstance(base, Refusal) else validated(machine, {**written(base), **typed})


def _buttons(machine: Machine[Any], instrument: Instrument, budget: Decimal) -> list[tuple[Button, ...]]:
    words = (machine.name, symbol_text(instrument.symbol), plain(budget))
    made = [look_if_short(one.name, "newbot", *words, one.name) for one in presets_of(machine.name)]
    return rows_of([button for button in made if button is not None])


HANDLERS: dict[str, Handler] = {"newbot": newbot}
