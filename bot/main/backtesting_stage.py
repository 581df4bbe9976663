"""From a command line of research to what is played, or the sentence that says why not."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bot.cli_exits import BadInput
from bot.cli_options import PlayOptions
from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_size import size as read_size
from bot.conversation.grammar_wording import Stop, Twofold
from bot.main.remembering_place import AT, cache_in, key_of
from bot.spoken import say
from trading.automations.machine import Machine
from trading.automations.table import AUTOMATIONS
from trading.backtest.conditions import Conditions, equal_share
from trading.backtest.reading import bundled_ticks, cut_out, read_ticks
from trading.backtest.remembered import remembered_ticks
from trading.backtest.ticks import Ticks
from trading.brokers.fills import FillRules
from trading.domain.events import Refusal
from trading.domain.exits import Size, SizeKind
from trading.domain.money import HUNDRED
from trading.feeds.bundle import manifest
from trading.feeds.history.candles import Key
from trading.parameters import Settings, Tunable, validated
from trading.strategies.bars import millis
from trading.strategies.strategy import Context, Direction, Strategy
from trading.strategies.table import STRATEGIES

T = TypeVar("T")


class Staged(NamedTuple):
    """All that a run needs. `fixed`: the settings that were named, as typed."""

    series: list[Ticks]
    strategy: Strategy
    fixed: dict[str, str]
    settings: Settings
    conditions: Conditions
    context: Context


def staged(options: PlayOptions) -> Staged:
    """Read and check everything. Raises BadInput, DataProblem."""
    strategy = named(STRATEGIES, options.strategy)
    fixed = _fixed(options.settings)
    settings = checked(strategy, fixed)
    series = _series(options)
    return Staged(series, strategy, fixed, settings, _conditions(options, series), _context(options))


class BotStaged(NamedTuple):
    """All that bots need: one for each symbol, with an equal part of the capital as its budget."""

    series: list[Ticks]
    machine: Machine[Any]
    settings: Settings
    conditions: Conditions


def bot_staged(options: PlayOptions, name: str) -> BotStaged:
    """Read and check everything. Raises BadInput, DataProblem."""
    machine = named(AUTOMATIONS, name)
    settings = checked(machine, _fixed(options.settings))
    series = _series(options)
    return BotStaged(series, machine, settings, _conditions(options, series))


def checked(tunable: Tunable, fixed: Mapping[str, str]) -> Settings:
    """Settings as typed, validated. Raises BadInput."""
    settings = validated(tunable, fixed)
    if isinstance(settings, Refusal):
        raise BadInput(settings.sentence)
    return settings


def named(table: Mapping[str, T], name: str) -> T:
    """The strategy or bot of that name. Raises BadInput."""
    found = table.get(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name, table, n=1)
    if near:
        raise BadInput(say("cli.research.nearest", name=name, near=near[0]))
    raise BadInput(say("cli.research.no_strategy", name=name, names=", ".join(table)))


def _fixed(texts: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadInput(say("cli.research.set", text=text))
        found[name.strip()] = value.strip()
    return found


def _series(options: PlayOptions) -> list[Ticks]:
    found: list[Ticks] = []
    for place, name in enumerate(options.data):
        path, symbols = Path(name), options.symbols
        if path.exists():
            one = read_ticks(path, symbols[place] if place < len(symbols) else "")
            found.append(cut_out(one, options.since, options.until))
            continue
        key = _key(options, name)
        if key is not None:
            since, until = (None if at is None else millis(at) for at in (options.since, options.until))
            found.append(remembered_ticks(cache_in(options.home), key, since, until))
            continue
        found += [cut_out(one, options.since, options.until) for one in _bundled(options, name)]
    _check_together(found)
    return found


def _key(options: PlayOptions, name: str) -> Key | None:
    """A series of the history: `BTC/USDT@5m`, or a symbol with --frame. Raises BadInput."""
    if AT in name:
        return key_of(name, is_adjusted=options.adjusted)
    return key_of(f"{name}{AT}{options.frame}", is_adjusted=options.adjusted) if options.frame else None


def _bundled(options: PlayOptions, name: str) -> list[Ticks]:
    """A series that came with the desk, or the one series that the history has of this symbol."""
    bundled = bundled_ticks([name.upper()])
    if bundled:
        return bundled
    cache = cache_in(options.home)
    keys = [one.key for one in cache.shelves() if one.key.symbol == name.upper()]
    keys = [key for key in keys if key.is_adjusted == options.adjusted]
    if len(keys) == 1:
        return [remembered_ticks(cache, keys[0])]
    if keys:
        names = ", ".join(str(key) for key in keys)
        raise BadInput(say("cli.research.which", name=name, names=names))
    names = ", ".join(dict.fromkeys(entry.symbol for entry in manifest()))
    raise BadInput(say("cli.research.no_data", name=name, names=names))


def _check_together(series: Sequence[Ticks]) -> None:
    seen: list[str] = []
    for ticks in series:
        if ticks.symbol in seen:
            raise BadInput(say("cli.research.twice", symbol=ticks.symbol))
        seen.append(ticks.symbol)
    if len({ticks.instrument.currency for ticks in series}) > 1:
        raise BadInput(say("cli.research.currencies", names=", ".join(seen)))


def _conditions(options: PlayOptions, series: Sequence[Ticks]) -> Conditions:
    rules = FillRules(
        maker_bps=options.fee_bps,
        taker_bps=options.fee_bps,
        slippage_bps=options.slippage_bps,
        touch_probability=1.0 if options.touch_fills else 0.0,
        volume_share=options.volume_percent / HUNDRED if options.volume_percent is not None else None,
    )
    return Conditions(options.cash, _size(options.size, series), rules)


def _size(text: str, series: Sequence[Ticks]) -> Size:
    if not text:
        if all(ticks.instrument.is_future for ticks in series):
            return Size(SizeKind.CONTRACTS, Decimal(1))
        return equal_share(len(series))
    words = Words(["buy", *text.split()])
    try:
        found = read_size(words, "buy", True, series[0].symbol if len(series) == 1 else "")
    except (Stop, Twofold):
        raise BadInput(say("cli.research.size", text=text)) from None
    if not words.is_done:
        raise BadInput(say("cli.research.size", text=text))
    return found


def _context(options: PlayOptions) -> Context:
    directions: dict[str, Direction] = {"both": "both", "long": "long", "short": "short"}
    return Context(direction=directions[options.direction])
