"""`/watch`: symbols that a person keeps an eye on, with their prices and the alerts beside them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import is_symbol, symbol
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Button, Line, Screen, Span, bold, code, dim, line, look, row, title
from bot.conversation.watching import KEPT_AS, WATCHED_MAX, alerts_beside, watchlist_of
from bot.handlers.candles import swing_of
from bot.handlers.finding import instrument_chosen
from bot.handlers.marks import mark_of, stale_badge
from bot.handlers.subjects import refresh, rows_of, word_of
from trading.domain.book import Account

EXAMPLE = "/watch btc eth"
BARS_MAX = 2000
BUTTONS_MAX = 6
_ADD = frozenset({"add", "on", "put"})
_DROP = frozenset({"del", "delete", "drop", "remove", "off"})
_ALL = frozenset({"all", "everything"})


async def watch(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show the list, put symbols on it, take them off."""
    words = word_of(parsed, "what").replace(",", " ").split()
    if not words or words[0].lower() == "list":
        return await _listed(tools, asked)
    verb = words[0].lower()
    names = words[1:] if verb in _ADD | _DROP else words
    if not names:
        return refusal(asked, "watch.which")
    if verb in _DROP:
        return await _drop(tools, asked, names)
    return await _add(tools, asked, names)


async def _kept(tools: Tools, asked: Asked) -> tuple[str, ...]:
    return watchlist_of(await tools.registers.settings(asked.person.person_id))


async def _keep(tools: Tools, asked: Asked, symbols: Sequence[str]) -> None:
    await tools.registers.put_setting(asked.person.person_id, KEPT_AS, " ".join(symbols))


async def _add(tools: Tools, asked: Asked, names: Sequence[str]) -> Screen:
    say = asked.wording.say
    kept = list(await _kept(tools, asked))
    fresh: list[str] = []
    for name in names:
        if not is_symbol(name):
            return refusal(asked, "watch.no_symbol", typed=name)
        chosen = await instrument_chosen(tools, asked, symbol(name, "BTC"), lambda one: f"/watch {one}")
        if isinstance(chosen, Screen):
            return chosen
        if chosen.symbol not in kept and chosen.symbol not in fresh:
            fresh.append(chosen.symbol)
    if not fresh:
        return refusal(asked, "watch.there", symbols=" ".join(names))
    if len(kept) + len(fresh) > WATCHED_MAX:
        return refusal(asked, "watch.full", n=WATCHED_MAX)
    await _keep(tools, asked, [*kept, *fresh])
    for one in fresh:
        tools.market.last(one)  # whoever is asked for a price listens from then on
    told = line(say("watch.added", symbols=", ".join(fresh)))
    return Screen.of(told).with_buttons(row(look(say("watch.title"), "watch"), _pin(asked)))


async def _drop(tools: Tools, asked: Asked, names: Sequence[str]) -> Screen:
    say = asked.wording.say
    kept = await _kept(tools, asked)
    if names[0].lower() in _ALL:
        await _keep(tools, asked, ())
        return Screen.of(line(say("watch.cleared")))
    gone = []
    for name in names:
        wanted = symbol(name, "BTC") if is_symbol(name) else name
        found = [one for one in kept if one == wanted or one.partition("/")[0] == wanted]
        if not found:
            return refusal(asked, "watch.not_there", typed=name)
        gone += found
    await _keep(tools, asked, [one for one in kept if one not in gone])
    told = line(say("watch.removed", symbols=", ".join(gone)))
    return Screen.of(told).with_buttons(row(look(say("watch.title"), "watch")))


async def _listed(tools: Tools, asked: Asked) -> Screen:
    say, book = asked.wording.say, tools.book()
    kept = await _kept(tools, asked)
    if not kept:
        return Screen.of(line(say("watch.none"), " ", code(EXAMPLE)))
    accounts = [one for name in asked.person.accounts if (one := book.account(name)) is not None]
    lines: list[Line] = []
    for name in kept:
        lines += _lines_of(tools, asked, accounts, name)
    buttons = [look(name, "price", name) for name in kept[:BUTTONS_MAX]]
    ways = row(refresh(asked, "watch", ""), look(say("alerts.all"), "alerts"), _pin(asked))
    return Screen.of(title(say("watch.title")), *lines).with_buttons(*rows_of(buttons), ways)


def _pin(asked: Asked) -> Button:
    return look(asked.wording.say("watch.board"), "board", "on watchlist")


def _lines_of(tools: Tools, asked: Asked, accounts: Sequence[Account], name: str) -> list[Line]:
    """The price with its change; below it, the alerts that wait for it."""
    wording, say = asked.wording, asked.wording.say
    instrument, mark = tools.market.instrument(name), mark_of(tools, name)
    first: list[str | Span] = [bold(name), "  "]
    if mark.mid is None:
        first.append(dim(say("watch.no_price")))
    else:
        first.append(wording.price(mark.mid, instrument.tick_size if instrument is not None else None))
        swing = swing_of(tools.market.bars(name, BARS_MAX), mark.quote)
        if swing is not None:
            change = wording.percent(swing.percent, signed=True)
            first += ["  ", dim(say("watch.change", percent=change, span=wording.duration(swing.span)))]
        badge = stale_badge(asked, mark)
        if badge is not None:
            first += ["  ", badge]
    levels = alerts_beside(wording, accounts, name, instrument)
    beside = [line("  ", dim(say("watch.bell", levels=" · ".join(levels))))] if levels else []
    return [line(*first), *beside]


HANDLERS: dict[str, Handler] = {"watch": watch}
