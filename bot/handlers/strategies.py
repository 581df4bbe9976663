"""`/strategies` and `/strategy`: what there is, with which settings, and what one says of a symbol now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.conversation.grammar_nearest import nearest
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Screen,
    Span,
    bad,
    bold,
    dim,
    good,
    line,
    look,
    row,
    title,
)
from bot.handlers.finding import instrument_for
from bot.handlers.profile_card import verdict_line
from bot.handlers.subjects import line_of, refresh, rows_of, word_of
from trading.domain.instrument import Instrument
from trading.frames import FRAMES, closed, frames_of, span_of

if TYPE_CHECKING:
    from trading.parameters import Parameter
    from trading.strategies.ruling import Ruled
    from trading.strategies.strategy import Plan, Scorecard

BARS_MAX = 2_000
"""More than the market remembers: all of it."""
_DIGITS = 6


def _table() -> Mapping[str, Ruled]:
    # Imported here: a desk that nobody asks for strategies needs no indicator library.
    from trading.strategies.table import STRATEGIES

    return STRATEGIES


async def strategies(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """All of them, each with a button."""
    await tools.load_strategies()
    say = asked.wording.say
    found = _table()
    lines = [line(bold(name), dim(" · "), say(f"strategy.{name}")) for name in found]
    buttons = rows_of([look(name, "strategy", name) for name in found], 2)
    return Screen.of(title(say("strategy.title")), *lines, line(dim(say("strategy.hint")))).with_buttons(
        *buttons
    )


async def strategy(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """One strategy's page; with a symbol, its scorecard at the newest closed bar."""
    await tools.load_strategies()
    found, name = _table(), word_of(parsed, "name").casefold()
    if name not in found:
        near = nearest(name, tuple(found))
        hint = asked.wording.say("strategy.near", name=near) if near else ""
        return refusal(asked, "strategy.unknown", name=name, names=", ".join(found), near=hint)
    if not word_of(parsed, "symbol"):
        return _page(asked, found[name])
    instrument = await instrument_for(tools, asked, line_of(parsed), word_of(parsed, "symbol"))
    if isinstance(instrument, Screen):
        return instrument
    return _judged(tools, asked, found[name], instrument, word_of(parsed, "frame"))


def _page(asked: Asked, found: Ruled) -> Screen:
    from trading.parameters import defaults, written

    say = asked.wording.say
    usual = written(defaults(found))
    lines = [_knob(asked, found, one, usual[one.name]) for one in found.parameters]
    return Screen.of(
        title(found.name),
        line(say(f"strategy.{found.name}")),
        line(bold(say("strategy.settings"))),
        *lines,
        line(dim(say("strategy.ask", line=f"/strategy {found.name} BTC"))),
    ).with_buttons(row(look(say("strategy.all"), "strategies")))


def _knob(asked: Asked, found: Ruled, one: Parameter, usual: str) -> Line:
    say = asked.wording.say
    if one.choices:
        bounds = say("strategy.choices", names=", ".join(one.choices))
    elif one.lowest is not None and one.highest is not None:
        bounds = say("strategy.bounds", low=one.lowest, high=one.highest)
    else:
        bounds = ""
    meaning = say(f"strategy.knob.{found.name}.{one.name}")
    return line("• ", bold(f"{one.name} {usual}"), " ", meaning, dim(f" {bounds}") if bounds else "")


def _judged(tools: Tools, asked: Asked, found: Ruled, instrument: Instrument, frame: str) -> Screen:
    from trading.parameters import defaults
    from trading.strategies.bars import columns
    from trading.strategies.strategy import Context

    market, symbol, now = tools.market, instrument.symbol, tools.clock.now()
    bars = market.bars(symbol, BARS_MAX)
    frames = frames_of(span_of(bars)) if bars else []
    if not frames:
        return refusal(asked, "strategy.no_bars", symbol=symbol)
    name = frame or frames[0]
    if name not in frames:
        return refusal(asked, "strategy.no_frame", frame=name, names=", ".join(frames))
    span = FRAMES[name]
    known = closed(bars, span, now)
    if not known:
        return refusal(asked, "strategy.no_bars", symbol=symbol)
    read = columns(known, symbol, span // timedelta(seconds=1))
    settings, context = defaults(found), Context()
    last = len(known) - 1
    card = found.explain(read, settings, context, last)
    plan = found.plan(read, settings, context)
    say = asked.wording.say
    blocks: list[Block] = [
        title(f"{found.name} · {symbol} {name}"),
        line(dim(say("strategy.bar", at=asked.wording.clock(known[-1].ends_at), n=len(known)))),
        line(_answer(asked, card, plan, instrument)),
        *(verdict_line(asked, one) for one in card.verdicts),
        line(dim(say("strategy.orders_nothing"))),
    ]
    again = refresh(asked, "strategy", f"{found.name} {symbol} {name}")
    return Screen.of(*blocks).with_buttons(
        row(again, look(say("chart.chart"), "chart", f"{symbol} {name}")),
        *_frames(found, symbol, name, frames),
    )


def _frames(found: Ruled, symbol: str, shown: str, frames: list[str]) -> list[tuple[Button, ...]]:
    return rows_of(
        [look(one, "strategy", f"{found.name} {symbol} {one}") for one in frames if one != shown], 5
    )


def _answer(asked: Asked, card: Scorecard, plan: Plan, instrument: Instrument) -> Span:
    say = asked.wording.say
    refused = card.refused_by
    if refused is not None:
        return bad(say("strategy.refused", rule=say(f"strategy.rule.{refused.rule}")))
    said = [say("strategy.buys" if card.side > 0 else "strategy.shorts")]
    for key, level in (("stop", plan.stop[-1]), ("target", plan.target[-1])):
        # An indicator's level becomes a price only here, on the instrument's own ticks.
        text = f"{level:.{_DIGITS * 2}g}"
        if text != "nan":
            price = instrument.price_nearest(Decimal(text))
            said.append(say(f"strategy.{key}", price=asked.wording.price(price, instrument.tick_size)))
    return good(", ".join(said))


HANDLERS: dict[str, Handler] = {"strategies": strategies, "strategy": strategy}
