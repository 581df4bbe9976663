"""`openoutcry history`: bars of the past in the desk's home, imported, listed, checked, filled, forgotten."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, json, to_builtins

from bot import spoken
from bot.cli_exits import BadInput, Exit
from bot.cli_options import HistoryOptions
from bot.conversation.layout import as_text
from bot.conversation.screen import Screen
from bot.main.remembering_card import checked_card, list_card, shelf_card
from bot.main.remembering_place import cache_in, key_of
from bot.spoken import say
from trading.clock import SystemClock
from trading.domain.instrument import Instrument
from trading.entropy import SystemEntropy
from trading.feeds.catalogue import instrument_for
from trading.feeds.history.cache import HistoryCache
from trading.feeds.history.candles import frame_seconds
from trading.feeds.history.ccxt_bars import CcxtBars
from trading.feeds.history.checking import looked_at
from trading.feeds.history.filling import BarSource, Filled, fill
from trading.feeds.history.findings import Finding
from trading.feeds.history.importing import Wish, imported
from trading.feeds.history.shelf import Shelf
from trading.strategies.bars import instant, millis

CARD_WIDTH = 100
CCXT = "ccxt:"

Sources = Callable[[str], BarSource | None]


class Looked(Struct, frozen=True):
    """One series, judged: what its bars say, and which of its files are not what was written."""

    shelf: Shelf
    findings: tuple[Finding, ...]
    broken: tuple[str, ...]


def history(options: HistoryOptions, sources: Sources | None = None) -> int:
    """Carry out one act; the card or the JSON goes to stdout. Raises BadInput, DataProblem, FeedLost."""
    cache = cache_in(options.home)
    match options.act:
        case "import":
            return _import(cache, options)
        case "list":
            shelves = cache.shelves()
            return _tell(options, shelves, list_card(shelves, spoken.wording()), Exit.OK)
        case "check":
            return _check(cache, options)
        case "fill":
            return asyncio.run(_fill(cache, options, sources or _source))
        case _:
            assert options.act == "forget", options.act
            return _forget(cache, options)


# ---------------------------------------------------------------- import


def _import(cache: HistoryCache, options: HistoryOptions) -> int:
    """Every file is judged before any is stored."""
    seconds = frame_seconds(options.frame) if options.frame else 0
    if options.frame and not seconds:
        raise BadInput(say("cli.history.no_frame", text=options.frame))
    if options.symbol and len(options.files) > 1:
        raise BadInput(say("cli.history.one_symbol"))
    wish = Wish(
        options.symbol, seconds, options.zone, options.adjusted, options.keep, options.skip_impossible
    )
    now = SystemClock().now()
    found = [imported(path, wish, now) for path in options.files]
    wording, stored, told = spoken.wording(), [], []
    for one in found:
        checked = one.checked
        is_kept = not checked.is_stopped and not options.looks
        added = None
        if is_kept:
            source = options.source or one.checked.name
            added = cache.add(checked.key, one.candles, source, replaces=options.replaces)
        stored.append({"checked": checked, "added": added})
        told.append(as_text(checked_card(checked, added, wording, is_look=options.looks), CARD_WIDTH))
    if options.as_json:
        _print_json(stored)
    else:
        sys.stdout.write("\n\n".join(told) + "\n")
    sys.stdout.flush()
    return Exit.DATA if any(one.checked.is_stopped for one in found) else Exit.OK


# ---------------------------------------------------------------- check


def _check(cache: HistoryCache, options: HistoryOptions) -> int:
    shelves = cache.shelves()
    if options.series:
        shelves = [_there(cache, text, options) for text in options.series]
    looked = [_looked(cache, shelf) for shelf in shelves]
    wording = spoken.wording()
    cards = [shelf_card(one.shelf, one.findings, one.broken, wording) for one in looked]
    if options.as_json:
        _print_json(looked)
    else:
        text = "\n\n".join(as_text(card, CARD_WIDTH) for card in cards)
        sys.stdout.write((text or as_text(list_card([], wording), CARD_WIDTH)) + "\n")
    sys.stdout.flush()
    return Exit.DATA if any(one.broken for one in looked) else Exit.OK


def _looked(cache: HistoryCache, shelf: Shelf) -> Looked:
    broken = tuple(cache.broken(shelf))
    if broken:
        return Looked(shelf, (), broken)
    key, candles = shelf.key, cache.read(shelf.key)
    instrument = _instrument(shelf)
    found = looked_at(candles, key.frame_s, instrument, is_adjusted=key.is_adjusted)
    return Looked(shelf, tuple(found), ())


def _instrument(shelf: Shelf) -> Instrument:
    return instrument_for(shelf.key.symbol, at=instant(shelf.first_ms))


def _there(cache: HistoryCache, text: str, options: HistoryOptions) -> Shelf:
    shelf = cache.shelf(key_of(text, is_adjusted=options.adjusted))
    if shelf is None:
        names = ", ".join(str(one.key) for one in cache.shelves()) or "-"
        raise BadInput(say("cli.history.not_there", text=text, names=names))
    return shelf


# ---------------------------------------------------------------- fill and forget


async def _fill(cache: HistoryCache, options: HistoryOptions, sources: Sources) -> int:
    done: dict[str, Filled] = {}
    for text in options.series:
        key = key_of(text, is_adjusted=options.adjusted)
        if key.is_adjusted:
            raise BadInput(say("cli.history.fills_raw"))
        shelf = cache.shelf(key)
        name = options.source or _last_source(shelf)
        source = sources(name)
        if source is None:
            raise BadInput(say("cli.history.no_source", text=name or "-"))
        since, until = _span(options, shelf)
        try:
            done[str(key)] = await fill(cache, key, source, millis(since), millis(until))
        finally:
            close = getattr(source, "close", None)
            if close is not None:
                await close()
        one = done[str(key)]
        if not options.as_json:
            key_name = "cli.history.filled" if one.missing else "cli.history.whole"
            values = {"series": str(key), "came": one.came, "left": one.left, "source": source.name}
            sys.stdout.write(say(key_name, n=one.missing, **values) + "\n")
            if one.differing:
                sys.stdout.write(say("cli.history.differing", n=one.differing) + "\n")
    if options.as_json:
        _print_json(done)
    sys.stdout.flush()
    return Exit.OK


def _span(options: HistoryOptions, shelf: Shelf | None) -> tuple[datetime, datetime]:
    """From what is there, or from the day that was said, until now."""
    since = options.since or (instant(shelf.first_ms) if shelf else None)
    if since is None:
        raise BadInput(say("cli.history.no_since"))
    return since, options.until or SystemClock().now()


def _last_source(shelf: Shelf | None) -> str:
    """The exchange that gave bars before."""
    names = [run.source for run in (shelf.runs if shelf else ()) if run.source.startswith(CCXT)]
    return names[-1] if names else ""


def _source(name: str) -> BarSource | None:
    exchange = name.removeprefix(CCXT)
    if not exchange or exchange == name:
        return None
    return CcxtBars(exchange, SystemClock(), SystemEntropy())


def _forget(cache: HistoryCache, options: HistoryOptions) -> int:
    for text in options.series:
        shelf = _there(cache, text, options)
        cache.drop(shelf.key)
        sys.stdout.write(say("cli.history.forgotten", n=shelf.bars, series=str(shelf.key)) + "\n")
    sys.stdout.flush()
    return Exit.OK


# ---------------------------------------------------------------- telling


def _tell(options: HistoryOptions, values: Sequence[Any], card: Screen, code: Exit) -> int:
    if options.as_json:
        _print_json(values)
    else:
        sys.stdout.write(as_text(card, CARD_WIDTH) + "\n")
    sys.stdout.flush()
    return code


def _print_json(value: Any) -> None:
    sys.stdout.buffer.write(json.format(json.encode(to_builtins(value)), indent=2) + b"\n")
