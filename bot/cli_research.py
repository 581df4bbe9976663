"""The command line of research: `backtest` and `sweep`, their flags and their help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path

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
    add("--random", type=whole, metavar="N", help=say("cli.sweep.random"))
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
    )


def _percent(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(say("cli.percent")) from None
    if not value.is_finite() or not 0 < value <= 100:
        raise argparse.ArgumentTypeError(say("cli.percent"))
    return value
