"""`/regime`: where a market goes and how wild it is, from prices; the trend that a person sets by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import DecodeError, Struct, json

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Screen, code, kv, line, look, row, title, warn
from bot.handlers.finding import instrument_for, refusals_screen
from bot.handlers.moments import NoSuchMoment, end_of
from bot.handlers.subjects import line_of, refresh, word_of
from trading.domain.exits import Moment
from trading.domain.instrument import Instrument
from trading.opinions import Regime, Trend

KEPT_AS = "regimes"
"""Name in the registers of the trends that a person has set by hand."""
USUAL = timedelta(days=1)
DAYS_MAX = 30
SYMBOLS_MAX = 50


class ByHand(Struct, frozen=True):
    """A trend that holds until an instant."""

    trend: Trend
    until: datetime


_KEPT = json.Decoder(dict[str, ByHand])


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
    by_hand = (await _by_hand(tools, asked)).get(symbol)
    if seen is None:
        has = len(tools.market.bars(symbol, _needed(tools)))
        few = say("regime.too_few", symbol=symbol, has=has, needs=_needed(tools))
        return Screen.of(line(warn(few))).with_buttons(row(refresh(asked, "regime", symbol)))
    trend = by_hand.trend if by_hand is not None else seen.trend
    words = {"trend": say(f"regime.{trend.value}"), "volatility": say(f"regime.{seen.volatility.value}")}
    blocks: list[Block] = [title(say("regime.title", symbol=symbol, **words))]
    if by_hand is not None:
        prices = say(f"regime.{seen.trend.value}")
        blocks.append(line(warn(say("regime.by_hand", until=wording.instant(by_hand.until), trend=prices))))
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
    kept = (await tools.registers.settings(asked.person.person_id)).get(KEPT_AS, "")
    try:
        every = _KEPT.decode(kept) if kept else {}
    except DecodeError:
        every = {}  # another version's words
    now = tools.clock.now()
    return {symbol: one for symbol, one in every.items() if one.until > now}


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
