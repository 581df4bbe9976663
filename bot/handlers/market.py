"""A symbol's card, `/price`: what it costs, how old that is, when the market opens, what you hold."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Handler, Tools, account_named
from bot.conversation.screen import Block, Button, Line, Screen, dim, good, kv, line, look, row, warn
from bot.handlers.finding import instrument_for
from bot.handlers.marks import Mark, gain_percent, heading, mark_of, stale_badge
from bot.handlers.subjects import line_of, refresh, word_of
from trading.domain.book import Account
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, Money, plain

BARS = 24


async def price(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Bid, ask, spread and age; session; contract; your position in it."""
    found = await instrument_for(tools, asked, line_of(parsed), word_of(parsed, "symbol"))
    if isinstance(found, Screen):
        return found
    account = account_named(tools, asked)
    assert account is not None, "a person has an account"
    wording, symbol = asked.wording, found.symbol
    mark = mark_of(tools, symbol)
    blocks: list[Block] = [*heading(tools, asked, symbol, account, [symbol])]
    if found.description:
        blocks.append(line(dim(found.description)))
    if mark.quote is None:
        blocks.append(line(warn(wording.say("view.price_awaited", symbol=symbol))))
    blocks += [_quote(tools, asked, mark, found), _contract(asked, found)]
    held = holding(tools, asked, account, found, mark)
    if held is not None:
        blocks.append(held)
    return Screen.of(*blocks).with_buttons(*_buttons(asked, found, held is not None))


def _quote(tools: Tools, asked: Asked, mark: Mark, instrument: Instrument) -> Block:
    wording = asked.wording
    say, tick, quote = wording.say, instrument.tick_size, mark.quote
    session = (say("view.market"), _session(tools, asked, mark, instrument))
    if quote is None:
        return kv(session)
    spread = quote.ask - quote.bid
    width = spread / quote.mid * HUNDRED if quote.mid else Decimal(0)
    is_print = not spread
    age = stale_badge(asked, mark) or dim(wording.ago(quote.at, tools.clock.now()))
    return kv(
        (say("view.last"), line(wording.price(quote.bid, tick))) if is_print else None,
        (say("view.bid"), _sized(asked, quote.bid, quote.bid_size, instrument)) if not is_print else None,
        (say("view.ask"), _sized(asked, quote.ask, quote.ask_size, instrument)) if not is_print else None,
        (say("view.spread"), f"{wording.price(spread, tick)} ({wording.percent(width)})")
        if not is_print
        else None,
        (say("view.age"), line(age)),
        _range(tools, asked, instrument),
        session,
    )


def _sized(asked: Asked, level: Decimal, size: Decimal | None, instrument: Instrument) -> Line:
    shown = asked.wording.price(level, instrument.tick_size)
    if size is None:
        return line(shown)
    return line(shown, dim(f" × {asked.wording.quantity(size, instrument.lot_size)}"))


def _range(tools: Tools, asked: Asked, instrument: Instrument) -> tuple[str, Line] | None:
    """Low and high of the newest bars, with the change over them."""
    bars = tools.market.bars(instrument.symbol, BARS)
    if len(bars) < 2:
        return None
    wording, tick = asked.wording, instrument.tick_size
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    change = (bars[-1].close - bars[0].open) / bars[0].open * HUNDRED if bars[0].open else Decimal(0)
    span = wording.duration(bars[-1].ends_at - bars[0].at)
    return (
        wording.say("view.range", span=span),
        line(f"{wording.price(low, tick)} – {wording.price(high, tick)} ", wording.pnl_percent(change)),
    )


def _session(tools: Tools, asked: Asked, mark: Mark, instrument: Instrument) -> Line:
    """Open (until when), or closed and when it opens."""
    wording, now = asked.wording, tools.clock.now()
    say, session = wording.say, instrument.session
    if not session.spans:
        return line(good(say("view.open_always")) if mark.is_open else warn(say("view.closed")))
    if mark.is_open:
        if not session.is_open(now):
            # Daily prices: an order given at night waits for the morning.
            waits = say("view.orders_wait", at=wording.instant(session.next_open(now)))
            return line(warn(say("view.closed")), dim(" " + waits))
        closes = session.closes_at(now)
        until = dim(" " + say("view.until", at=wording.instant(closes))) if closes is not None else ""
        return line(good(say("view.market_open")), until)
    if session.is_open(now):
        return line(warn(say("view.closed")))
    opens = session.next_open(now)
    ahead = wording.ago(opens, now)
    return line(warn(say("view.closed")), dim(" " + say("view.opens", at=wording.instant(opens), span=ahead)))


def _contract(asked: Asked, instrument: Instrument) -> Block:
    wording = asked.wording
    say = wording.say
    least = max(instrument.lot_size, instrument.quantity_min)
    smallest = (
        f"{plain(least)} {instrument.base}" if not instrument.is_future else say("unit.contracts", n=least)
    )
    if instrument.notional_min:
        smallest += f" / {wording.money(Money(instrument.notional_min, instrument.quote))}"
    tick = plain(instrument.tick_size)
    if instrument.is_future:
        tick = f"{tick} = {wording.money(instrument.tick_value)}"
    return kv((say("view.tick"), tick), (say("view.smallest"), smallest))


def holding(tools: Tools, asked: Asked, account: Account, instrument: Instrument, mark: Mark) -> Block | None:
    """What the account holds of it, with its gain; None when it holds nothing."""
    held = tools.book().current_position(account.account, instrument.symbol)
    if held is None or not held.is_open:
        return None
    wording = asked.wording
    side = wording.say("view.long" if held.is_long else "view.short")
    quantity = wording.quantity(abs(held.quantity), instrument.lot_size)
    parts: list[str | Line] = [f"{side} {quantity}"]
    if mark.mid is not None:
        gained = Money(held.unrealised(instrument, mark.mid), instrument.currency)
        percent = gain_percent(held, instrument, mark.mid) or Decimal(0)
        parts.append(line(" · ", wording.pnl(gained), dim(f" ({wording.percent(percent, signed=True)})")))
    return kv((wording.say("view.you_hold"), line(*parts)))


def _buttons(asked: Asked, instrument: Instrument, holds: bool) -> list[tuple[Button, ...]]:
    say, symbol = asked.wording.say, instrument.symbol
    trade = row(
        look(say("view.buy"), "buy", symbol),
        look(say("view.go_short"), "short", symbol) if instrument.shortable else None,
        look(say("view.position"), "position", symbol) if holds else None,
    )
    shown = look(say("chart.chart"), "chart", symbol_text(symbol))
    return [trade, row(shown, refresh(asked, "price", symbol))]


HANDLERS: dict[str, Handler] = {"price": price}
