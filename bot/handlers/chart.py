"""`/chart`: a symbol's price as a picture, with what you hold in it and the buttons to look closer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.frames import FRAMES
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.painting import (
    Candle,
    ChartSpec,
    ChartStyle,
    FillMark,
    LevelKind,
    NotPainted,
    PriceLevel,
    StopStep,
    holes,
    swing_name,
)
from bot.conversation.screen import (
    ACTION_BYTES_MAX,
    Block,
    Button,
    Line,
    Picture,
    Screen,
    dim,
    kv,
    line,
    look,
    picture_name,
    row,
    warn,
)
from bot.conversation.telling import leg_name
from bot.handlers.candles import (
    CANDLES_MAX,
    candles_of,
    fitting_frame,
    swing_of,
    with_quote,
)
from bot.handlers.finding import instrument_for
from bot.handlers.market import holding
from bot.handlers.marks import Mark, heading, mark_of, stale_badge
from bot.handlers.subjects import account_of, line_of, word_of
from bot.handlers.traces import sessions_of, stop_steps
from trading.domain.book import Account
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.position import LegKind, Position
from trading.frames import frames_of, span_of

BARS_MAX = 2000
"""More than the market remembers: all of it."""
FILLS_MAX = 50
_KINDS = {LegKind.TARGET: LevelKind.TARGET, LegKind.STOP: LevelKind.STOP, LegKind.TRAIL: LevelKind.TRAIL}


class View(NamedTuple):
    """What is asked for: which symbol in which candles, how drawn, and of whose account."""

    instrument: Instrument
    account: Account
    frames: Sequence[str]
    frame: str
    style: ChartStyle
    on: str

    @property
    def symbol(self) -> str:
        """Of the instrument."""
        return self.instrument.symbol


async def chart(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The picture of a symbol with its numbers as text; without a picture, the numbers and why."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    found = await instrument_for(tools, asked, line_of(parsed), word_of(parsed, "symbol"))
    if isinstance(found, Screen):
        return found
    bars = tools.market.bars(found.symbol, BARS_MAX)
    if not bars:
        words = refusal(asked, "chart.no_bars", symbol=found.symbol, line=f"/price {found.symbol}")
        price = look(asked.wording.say("view.price_of", symbol=found.symbol), "price", found.symbol)
        return words.with_buttons(row(price))
    view = _view(asked, parsed, found, account, bars)
    if isinstance(view, Screen):
        return view
    return await _shown(tools, asked, view, bars)


def _view(
    asked: Asked, parsed: Parsed, instrument: Instrument, account: Account, bars: Sequence[Bar]
) -> View | Screen:
    """The frame that was asked for, or the one that shows most; one that the bars cannot fill is refused."""
    base = span_of(bars)
    frames = frames_of(base)
    frame = word_of(parsed, "frame")
    if frame and frame not in frames:
        better = f" {frames[0]}" if frames else ""
        return refusal(
            asked,
            "chart.too_fine",
            symbol=instrument.symbol,
            base=asked.wording.duration(base),
            frame=frame,
            line=f"/chart {symbol_text(instrument.symbol)}{better}",
        )
    if not frame:
        frame = fitting_frame(bars, frames) if frames else asked.wording.duration(base)
    style = ChartStyle(word_of(parsed, "style") or ChartStyle.CANDLES)
    return View(instrument, account, frames, frame, style, word_of(parsed, "account"))


async def _shown(tools: Tools, asked: Asked, view: View, bars: Sequence[Bar]) -> Screen:
    wording, symbol = asked.wording, view.symbol
    mark = mark_of(tools, symbol)
    span = FRAMES.get(view.frame) or span_of(bars)
    quote = tools.market.last(symbol)
    candles = with_quote(candles_of(bars, span), quote, bars[-1].ends_at)[-CANDLES_MAX:]
    held = tools.book().current_position(view.account.account, symbol)
    if held is not None and not held.is_open:
        held = None
    swing = swing_of(bars, quote)
    stops = await _stops(tools, view, candles, held)
    spec = ChartSpec(
        symbol=symbol,
        frame=view.frame,
        span=span,
        style=view.style,
        candles=tuple(candles),
        tick=view.instrument.tick_size,
        wording=wording,
        last=candles[-1].close,
        day=swing,
        levels=levels_of(asked, held, view.instrument) if held else (),
        is_long=held is None or held.is_long,
        entered_at=held.opened_at if held else None,
        fills=await _fills(tools, asked, view, candles),
        stops=stops,
        sessions=sessions_of(tools.market, view.instrument, candles, span),
        note=mark.note,
        theme=asked.person.prefs.theme,
    )
    name = " ".join((symbol, view.frame))
    screen = Screen.of(
        *heading(tools, asked, name, view.account, [symbol]),
        _facts(asked, view, mark, spec),
        *_notes(asked, spec),
        *([block] if (block := holding(tools, asked, view.account, view.instrument, mark)) else []),
    ).with_buttons(*_buttons(asked, view, held is not None))
    return await painted(tools, asked, screen, spec)


async def painted(tools: Tools, asked: Asked, screen: Screen, spec: ChartSpec) -> Screen:
    """The screen with its picture, or with a sentence that says why there is none."""
    if tools.painter is None:
        words = asked.wording.say("chart.off", line=f"/price {spec.symbol}")
        return screen.with_blocks(line(dim(words)))
    try:
        png = await tools.painter.chart(spec)
    except NotPainted:
        return screen.with_blocks(line(warn(asked.wording.say("chart.failed"))))
    return screen.with_picture(Picture(picture_name("chart", spec.symbol, spec.frame), png))


def levels_of(asked: Asked, held: Position, instrument: Instrument) -> tuple[PriceLevel, ...]:
    """The entry and every exit that has a price and is not done."""
    entry = held.average_price(instrument)
    found = []
    if entry is not None:
        found.append(PriceLevel(LevelKind.ENTRY, entry, asked.wording.say("chart.entry")))
    for leg in held.bracket.legs if held.bracket else ():
        kind = _KINDS.get(leg.kind)
        if kind is not None and leg.price is not None and not leg.is_done:
            found.append(PriceLevel(kind, leg.price, leg_name(asked.wording, leg)))
    return tuple(found)


async def _stops(
    tools: Tools, view: View, candles: Sequence[Candle], held: Position | None
) -> tuple[StopStep, ...]:
    """How the stop of the position moved; where nothing is held, that of the last one among these candles."""
    account = view.account.account
    if held is not None:
        return await stop_steps(tools, account, held.position_id, is_long=held.is_long)
    last = await tools.ledger.closed([account], symbol=view.symbol, since=candles[0].at, limit=1)
    if not last:
        return ()
    gone = last[0]
    return await stop_steps(tools, account, gone.position_id, is_long=gone.is_long, closed_at=gone.closed_at)


async def _fills(tools: Tools, asked: Asked, view: View, candles: Sequence[Candle]) -> tuple[FillMark, ...]:
    """Our newest trades among these candles, each with what it was for."""
    rows = await tools.ledger.fills(
        [view.account.account], symbol=view.symbol, since=candles[0].at, limit=FILLS_MAX
    )
    say = asked.wording.say
    return tuple(
        FillMark(one.at, one.price, one.side == "buy", say(f"picture.fill.{one.role}"))
        for one in reversed(rows)
    )


# ---------------------------------------------------------------- words and buttons


def _facts(asked: Asked, view: View, mark: Mark, spec: ChartSpec) -> Block:
    """The same numbers as in the picture, for whoever sees no pictures."""
    wording, tick, swing = asked.wording, view.instrument.tick_size, spec.day
    say = wording.say
    last = wording.price(spec.candles[-1].close, tick)
    doubt = stale_badge(asked, mark)
    pairs: list[tuple[str, str | Line]] = [
        (say("view.last"), line(last, " ", doubt) if doubt else line(last))
    ]
    if swing is not None:
        change = line(wording.pnl_percent(swing.percent))
        pairs.append((say("chart.change", span=swing_name(wording, swing.span)), change))
        both = f"{wording.price(swing.high, tick)} / {wording.price(swing.low, tick)}"
        pairs.append((say("chart.high_low"), both))
    first = wording.instant(spec.candles[0].at)
    shown = say("chart.candles", n=Decimal(len(spec.candles)), frame=view.frame)
    pairs.append((say("chart.shown"), line(shown, dim(" " + say("chart.since", at=first)))))
    return kv(*((name, value) for name, value in pairs))


def _notes(asked: Asked, spec: ChartSpec) -> list[Line]:
    count = len(holes(spec.candles, spec.span))
    return [line(dim(asked.wording.say("chart.holes", n=Decimal(count))))] if count else []


def _buttons(asked: Asked, view: View, holds: bool) -> list[tuple[Button, ...]]:
    say, symbol = asked.wording.say, view.symbol
    frames = [_to(asked, view, name, frame=name) for name in view.frames]
    styles = [_to(asked, view, say(f"chart.style.{style.value}"), style=style) for style in ChartStyle]
    hold = look(say("view.position"), "position", symbol) if holds else look(say("view.buy"), "buy", symbol)
    refresh = _to(asked, view, say("view.refresh"), is_choice=False)
    return [row(*frames), row(*styles), row(hold, look(say("view.price"), "price", symbol), refresh)]


def _to(
    asked: Asked,
    view: View,
    label: str,
    *,
    frame: str = "",
    style: ChartStyle | None = None,
    is_choice: bool = True,
) -> Button | None:
    """A button to another view of the same symbol; None when its line is longer than a button may carry."""
    is_chosen = is_choice and (frame == view.frame or style is view.style)
    new_frame = frame or (view.frame if view.frame in view.frames else "")
    new_style = style or view.style
    words = [new_frame, new_style.value if new_style is not ChartStyle.CANDLES else ""]
    words += [symbol_text(view.symbol), f"on {view.on}" if view.on else ""]
    argument = " ".join(word for word in words if word)
    if len(f"chart:{argument}".encode()) > ACTION_BYTES_MAX:
        return None
    return look(asked.wording.say("chart.chosen", name=label) if is_chosen else label, "chart", argument)


HANDLERS: dict[str, Handler] = {"chart": chart}
