"""`/regime`: where a market goes and how wild it is, from prices; the trend that a person sets by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec import json

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Screen, code, kv, line, look, row, title, warn
from bot.handlers.finding import instrument_for, refusals_screen
from bot.handlers.moments import NoSuchMoment, end_of
from bot.handlers.subjects import line_of, refresh, word_of
from trading.domain.exits import Moment
from trading.domain.instrument import Instrument
from trading.opinions import Regime, Trend
from trading.regime_by_hand import KEPT_AS, ByHand, by_hand

USUAL = timedelta(days=1)
DAYS_MAX = 30
SYMBOLS_MAX = 50


async def regime(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show it; set the trend by hand; take that back."""
    typed, trend = word_of(parsed, "symbol"), word_of(parsed, "trend")
    moment = line_of(parsed).values.get("until")
    if not typed:
        return refusal(asked, "regime.which" if trend else "regime.how")
    if isinstance(moment, Moment) and trend in ("", "off"):
        return refusal(asked, "regime.no_trend")
    found = await instrument_for(tools, asked, line_of(parsed), typed)
    if isinstance(found, Screen):
        return found
    if trend == "off":
        return await _taken_back(tools, asked, found)
    if trend:
        until = tools.clock.now() + USUAL
        if isinstance(moment, Moment):
            try:
                until = end_of(asked, moment, tools.clock.now())
            except NoSuchMoment as problem:
                return refusals_screen([str(problem)])
        if until - tools.clock.now() > timedelta(days=DAYS_MAX):
            return refusal(asked, "regime.too_long", n=DAYS_MAX)
        await _keep(tools, asked, found.symbol, ByHand(Trend(trend), until))
    return await _shown(tools, asked, found)


async def _shown(tools: Tools, asked: Asked, instrument: Instrument) -> Screen:
    wording, symbol = asked.wording, instrument.symbol
    say = wording.say
    seen = tools.regimes.regime(symbol) if tools.regimes is not None else None
    own = (await _by_hand(tools, asked)).get(symbol)
    if seen is None:
        has = len(tools.market.bars(symbol, _needed(tools)))
        few = say("regime.too_few", symbol=symbol, has=has, needs=_needed(tools))
        return Screen.of(line(warn(few))).with_buttons(row(refresh(asked, "regime", symbol)))
    trend = own.trend if own is not None else seen.trend
    words = {"trend": say(f"regime.{trend.value}"), "volatility": say(f"regime.{seen.volatility.value}")}
    blocks: list[Block] = [title(say("regime.title", symbol=symbol, **words))]
    if own is not None:
        prices = say(f"regime.{seen.trend.value}")
        blocks.append(line(warn(say("regime.by_hand", until=wording.instant(own.until), trend=prices))))
    if seen.is_choppy:
        blocks.append(line(say("regime.chops")))
    example = line(code(f"/regime {instrument.base} up until tomorrow"))
    buttons = row(look(say("view.price"), "price", symbol), refresh(asked, "regime", symbol))
    return Screen.of(*blocks, _figures(tools, asked, seen), example).with_buttons(buttons)


def _figures(tools: Tools, asked: Asked, seen: Regime) -> Block:
    """Its numbers, and what they rest on."""
    wording = asked.wording
    say = wording.say
    slope, adx = wording.number(seen.slope, 2, signed=True), wording.number(seen.adx, 0)
    span = wording.duration(timedelta(seconds=seen.frame_s))
    ago = wording.ago(seen.ended_at, tools.clock.now())
    return kv(
        (say("regime.trend"), say("regime.trend_of", slope=slope, adx=adx)),
        (
            say("regime.volatility"),
            say("regime.volatility_of", percent=wording.percent(seen.atr_percentile.quantize(Decimal(1)))),
        ),
        (say("regime.chop"), say("regime.chop_of", chop=wording.number(seen.chop, 0))),
        (say("regime.bars"), say("regime.bars_of", n=seen.bars, span=span, ago=ago)),
    )


def _needed(tools: Tools) -> int:
    return tools.regimes.bars_needed() if tools.regimes is not None else 1


# ---------------------------------------------------------------- by hand


async def _by_hand(tools: Tools, asked: Asked) -> dict[str, ByHand]:
    """What holds still."""
    return by_hand(await tools.registers.settings(asked.person.person_id), tools.clock.now())


async def _keep(tools: Tools, asked: Asked, symbol: str, one: ByHand | None) -> None:
    every = await _by_hand(tools, asked)
    every.pop(symbol, None)
    if one is not None:
        every[symbol] = one
    newest = dict(list(every.items())[-SYMBOLS_MAX:])
    value = json.encode(newest).decode() if newest else None
    await tools.registers.put_setting(asked.person.person_id, KEPT_AS, value)


async def _taken_back(tools: Tools, asked: Asked, instrument: Instrument) -> Screen:
    symbol = instrument.symbol
    if symbol not in await _by_hand(tools, asked):
        return refusal(asked, "regime.by_hand_none", symbol=symbol)
    await _keep(tools, asked, symbol, None)
    told = line(asked.wording.say("regime.by_hand_gone", symbol=symbol))
    return Screen.of(told).with_buttons(row(look(asked.wording.say("view.refresh"), "regime", symbol)))


HANDLERS: dict[str, Handler] = {"regime": regime}
