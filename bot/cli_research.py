"""The command line of research: `backtest` and `sweep`, their flags and their help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bot.cli_history import day
from bot.cli_options import BacktestOptions, PlayOptions, SweepOptions
from bot.spoken import say

ENGINES = ("auto", "fast", "event")
DIRECTIONS = ("both", "long", "short")
OBJECTIVES = ("percent", "calmness", "profit_factor")
Value = Callable[[str], object]


def add_backtest(parser: argparse.ArgumentParser, positive: Value, not_negative: Value, whole: Value) -> None:
    """Flags of `openoutcry backtest`."""
    _add_play(parser, positive, not_negative, whole)
    add = parser.add_argument
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--strategy", default="", metavar="NAME", help=say("cli.backtest.strategy"))
    either.add_argument("--bot", default="", metavar="NAME", help=say("cli.backtest.bot"))
    add("--engine", choices=ENGINES, default="auto", help=say("cli.backtest.engine"))
    add("--shuffles", type=whole, default=1_000, metavar="N", help=say("cli.backtest.shuffles"))
    add("--unchecked", action="store_true", help=say("cli.backtest.unchecked"))
    add("--html", type=Path, metavar="FILE", help=say("cli.backtest.html"))
    add("--png", type=Path, metavar="FILE", help=say("cli.backtest.png"))


def add_sweep(parser: argparse.ArgumentParser, positive: Value, not_negative: Value, whole: Value) -> None:
    """Flags of `openoutcry sweep`."""
    _add_play(parser, positive, not_negative, whole)
    add = parser.add_argument
    add("--strategy", required=True, metavar="NAME", help=say("cli.backtest.strategy"))
    add("--over", action="append", default=[], metavar="KEY=VALUES", help=say("cli.sweep.over"))
    drawn = parser.add_mutually_exclusive_group()
    drawn.add_argument("--random", type=whole, metavar="N", help=say("cli.sweep.random"))
    drawn.add_argument("--tpe", type=whole, metavar="N", help=say("cli.sweep.tpe"))
    add("--store", default="", metavar="FILE|URL", help=say("cli.sweep.store"))
    add("--inside", type=_percent, default=Decimal(70), metavar="PERCENT", help=say("cli.sweep.inside"))
    add("--objective", choices=OBJECTIVES, default="percent", help=say("cli.sweep.objective"))
    add("--cores", type=whole, metavar="N", help=say("cli.sweep.cores"))
    add("--show", type=whole, default=10, metavar="N", help=say("cli.sweep.show"))
    add("--walk", type=whole, default=0, metavar="N", help=say("cli.sweep.walk"))
    add("--png", type=Path, metavar="FILE", help=say("cli.sweep.png"))


def _add_play(parser: argparse.ArgumentParser, positive: Value, not_negative: Value, whole: Value) -> None:
    add = parser.add_argument
    add("data", nargs="+", metavar="DATA", help=say("cli.backtest.data"))
    add(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help=say("cli.backtest.set"),
    )
    add("--frame", default="", metavar="FRAME", help=say("cli.backtest.frame"))
    add("--adjusted", action="store_true", help=say("cli.backtest.adjusted"))
    add("--since", type=day, metavar="DAY", help=say("cli.backtest.since"))
    add("--until", type=day, metavar="DAY", help=say("cli.backtest.until"))
    add("--home", type=Path, metavar="DIR", help=say("cli.home"))
    add("--symbol", action="append", default=[], dest="symbols", help=say("cli.replay.symbol"))
    add("--cash", type=positive, default=Decimal(10_000), metavar="MONEY", help=say("cli.backtest.cash"))
    add("--size", default="", metavar="SIZE", help=say("cli.backtest.size"))
    add("--fee-bps", type=not_negative, default=Decimal(10), metavar="BPS", help=say("cli.replay.fee"))
    slippage = say("cli.replay.slippage")
    add("--slippage-bps", type=not_negative, default=Decimal(0), metavar="BPS", help=slippage)
    add("--touch", action="store_true", help=say("cli.backtest.touch"))
    add("--volume", type=_percent, metavar="PERCENT", help=say("cli.backtest.volume"))
    add("--direction", choices=DIRECTIONS, default="both", help=say("cli.backtest.direction"))
    add("--seed", type=whole, default=0, metavar="N", help=say("cli.backtest.seed"))
    add("--json", action="store_true", dest="as_json", help=say("cli.backtest.json"))
    add("--progress", action="store_true", help=say("cli.backtest.progress"))
    reader = ("LANGUAGE", "ZONE", "NUMBERS")
    add("--for", nargs=3, default=(), metavar=reader, dest="reader", help=say("cli.backtest.for"))
    add("--brief", action="store_true", help=say("cli.backtest.brief"))
    add("--leash", action="store_true", help=say("cli.backtest.leash"))
    add("--light", action="store_true", help=say("cli.backtest.light"))


def backtest_options(args: argparse.Namespace) -> BacktestOptions:
    """What was asked for."""
    return BacktestOptions(_play(args), args.engine, args.shuffles, not args.unchecked, args.html, args.bot)


def sweep_options(args: argparse.Namespace) -> SweepOptions:
    """What was asked for."""
    return SweepOptions(
        _play(args),
        tuple(args.over),
        args.random,
        args.tpe,
        args.store,
        int(args.inside),
        args.objective,
        args.cores,
        args.show,
        args.walk,
    )


def _play(args: argparse.Namespace) -> PlayOptions:
    return PlayOptions(
        data=tuple(args.data),
        strategy=args.strategy,
        settings=tuple(args.settings),
        symbols=tuple(args.symbols),
        cash=args.cash,
        size=args.size,
        fee_bps=args.fee_bps,
        slippage_bps=args.slippage_bps,
        touch_fills=args.touch,
        volume_percent=args.volume,
        direction=args.direction,
        seed=args.seed,
        as_json=args.as_json,
        progress=args.progress,
        png=args.png,
        light=args.light,
        home=args.home,
        frame=args.frame,
        adjusted=args.adjusted,
        since=args.since,
        until=args.until,
        reader=tuple(args.reader),
        brief=args.brief,
        leash=args.leash,
    )


def _percent(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(say("cli.percent")) from None
    if not value.is_finite() or not 0 < value <= 100:
        raise argparse.ArgumentTypeError(say("cli.percent"))
    return value
