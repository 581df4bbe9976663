"""`/newbot`: what a bot with these settings would do, as a picture and in figures, before it does it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.conversation.frames import FRAMES
from bot.conversation.grammar_shapes import Amount, Parsed
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.painting import LevelKind, NotPainted, PlanLine, PlanSpec
from bot.conversation.retelling import retold
from bot.conversation.screen import (
    Block,
    Button,
    Kind,
    Line,
    Picture,
    Screen,
    dim,
    kv,
    line,
    picture_name,
    title,
    warn,
)
from bot.handlers.candles import candles_of, fitting_frame
from bot.handlers.finding import instrument_for
from bot.handlers.marks import mark_of, notes_of
from bot.handlers.subjects import line_of, look_if_short, rows_of, word_of
from trading.automations.machine import Machine
from trading.automations.presets import Preset, presets_of, settings_of
from trading.automations.preview import LineKind, Preview
from trading.automations.table import AUTOMATIONS
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import Money, Price, plain
from trading.frames import frames_of, span_of
from trading.parameters import Settings, defaults, validated, written

BARS_MAX = 2000
CANDLES_MAX = 60
BUDGET = Decimal(1000)
"""What is previewed when nobody says a budget."""
USUAL = "usual"


async def newbot(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The preview of a bot, or why one with these settings would not do."""
    found = await instrument_for(tools, asked, line_of(parsed), word_of(parsed, "symbol"))
    if isinstance(found, Screen):
        return found
    machine = AUTOMATIONS[word_of(parsed, "bot")]
    budget = _budget(parsed)
    start = f"/newbot {machine.name} {symbol_text(found.symbol)}"
    if budget is None:
        return refusal(asked, "newbot.budget", line=f"{start} 1000")
    mark = mark_of(tools, found.symbol)
    if mark.mid is None:
        return refusal(asked, "view.price_awaited", symbol=found.symbol)
    preset, typed = _typed(machine, word_of(parsed, "settings"))
    if typed is None:
        name = machine.parameters[0].name
        return refusal(asked, "newbot.pairs", line=f"{start} {plain(budget)} {name} …")
    settings = _settings(machine, budget, preset, typed)
    price = found.price_nearest(mark.mid)
    seen = settings if isinstance(settings, Refusal) else machine.preview(settings, budget, found, price)
    if isinstance(seen, Refusal):
        screen = Screen.of(retold(asked.wording, seen), kind=Kind.REFUSAL)
        return screen.with_buttons(*_buttons(asked, machine, found, budget))
    assert not isinstance(settings, Refusal)
    screen = Screen.of(
        title(f"{machine.name} {found.symbol}"),
        *([line(*notes)] if (notes := notes_of(tools.market, [found.symbol])) else []),
        _figures(asked, seen, found),
        *_changed(asked, machine, settings),
        line(dim(asked.wording.say("newbot.nothing_started"))),
    ).with_buttons(*_buttons(asked, machine, found, budget))
    return await _painted(tools, asked, screen, seen, found)


def _budget(parsed: Parsed) -> Decimal | None:
    """The money that was typed, or the usual; None for what is no sum of money."""
    given = line_of(parsed).values.get("budget")
    if given is None:
        return BUDGET
    assert isinstance(given, Amount)
    return given.value if given.unit != "%" and given.value > 0 else None


def _typed(machine: Machine[Any], text: str) -> tuple[Preset | None, dict[str, str] | None]:
    """A preset's name, then settings with their values (`cells 20`, `cells=20`); None where one lacks its
    value."""
    words = text.replace("=", " ").split()
    shelf = {one.name: one for one in presets_of(machine.name)}
    preset = shelf.get(words[0].lower()) if words else None
    if preset is not None:
        words = words[1:]
    if len(words) % 2:
        return preset, None
    return preset, dict(zip((word.lower() for word in words[::2]), words[1::2], strict=True))


def _settings(
    machine: Machine[Any], budget: Decimal, preset: Preset | None, typed: Mapping[str, str]
) -> Settings | Refusal:
    """The preset (the usual one when none is named) with what was typed instead."""
    begun = preset or next(one for one in presets_of(machine.name) if one.name == USUAL)
    base = settings_of(begun, machine, budget)
    return base if isinstance(base, Refusal) else validated(machine, {**written(base), **typed})


# ---------------------------------------------------------------- what stands on the card


def _figures(asked: Asked, seen: Preview, instrument: Instrument) -> Block:
    wording, tick = asked.wording, instrument.tick_size
    say, currency = wording.say, seen.currency
    entries = [one for one in seen.lines if one.kind is LineKind.ENTRY]
    low, high = min(one.price for one in entries), max(one.price for one in entries)
    levels = (
        wording.price(low, tick)
        if low == high
        else f"{wording.price(low, tick)} – {wording.price(high, tick)}"
    )
    where = wording.price(seen.worst_at, tick) if seen.worst_at else say("newbot.at_zero")
    return kv(
        (say("view.last"), wording.price(seen.price, tick)),
        (say("newbot.entries"), line(str(len(entries)), dim(f" · {levels}"))),
        (say("picture.plan.capital"), wording.money(Money(seen.capital, currency))),
        (say("picture.plan.trip"), line(wording.pnl(Money(seen.round_trip, currency)))),
        (
            say("picture.plan.worst"),
            line(wording.pnl(Money(-seen.worst, currency)), dim(f" · {say('newbot.at', price=where)}")),
        ),
    )


def _changed(asked: Asked, machine: Machine[Any], settings: Settings) -> list[Line]:
    """The settings that are not at their defaults, as they are typed."""
    usual, now = written(defaults(machine)), written(settings)
    pairs = [f"{name} {value}" for name, value in now.items() if value != usual[name]]
    return [line(dim(asked.wording.say("newbot.settings", names=", ".join(pairs))))] if pairs else []


def _buttons(
    asked: Asked, machine: Machine[Any], instrument: Instrument, budget: Decimal
) -> list[tuple[Button, ...]]:
    words = (machine.name, symbol_text(instrument.symbol), plain(budget))
    made = [look_if_short(one.name, "newbot", *words, one.name) for one in presets_of(machine.name)]
    return rows_of([button for button in made if button is not None])


async def _painted(
    tools: Tools, asked: Asked, screen: Screen, seen: Preview, instrument: Instrument
) -> Screen:
    """The screen with the levels beside the last prices; without a painter or prices, as it is."""
    bars = tools.market.bars(instrument.symbol, BARS_MAX)
    if tools.painter is None or not bars:
        return screen
    frames = frames_of(span_of(bars))
    frame = fitting_frame(bars, frames) if frames else ""
    span = FRAMES.get(frame) or span_of(bars)
    spec = PlanSpec(
        instrument.symbol,
        seen.bot,
        span,
        tuple(candles_of(bars, span)[-CANDLES_MAX:]),
        instrument.tick_size,
        Price(seen.price),
        tuple(PlanLine(LevelKind(one.kind.value), one.price, one.quantity) for one in seen.lines),
        Money(seen.capital, seen.currency),
        Money(seen.round_trip, seen.currency),
        Money(seen.worst, seen.currency),
        asked.wording,
        note=tools.market.note(instrument.symbol),
        theme=asked.person.prefs.theme,
    )
    try:
        png = await tools.painter.plan(spec)
    except NotPainted:
        return screen.with_blocks(line(warn(asked.wording.say("chart.failed"))))
    return screen.with_picture(Picture(picture_name("newbot", seen.bot, instrument.symbol), png))


HANDLERS: dict[str, Handler] = {"newbot": newbot}
