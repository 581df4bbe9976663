"""`openoutcry backtest`: a strategy over price files, told as card, picture, page and JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import json
from msgspec.structs import replace

from bot import spoken
from bot.cli_exits import BadInput, Exit
from bot.cli_options import BacktestOptions, PlayOptions
from bot.conversation.layout import as_text
from bot.conversation.painting import Theme
from bot.conversation.research_card import backtest_card
from bot.conversation.wording import Wording
from bot.main.backtesting_picture import backtest_png
from bot.main.backtesting_stage import Staged, bot_staged, staged
from bot.main.leash import put_on
from bot.spoken import say
from trading.backtest.bots import bots_played
from trading.backtest.chance import shuffled
from trading.backtest.checks import lookahead, warm_up
from trading.backtest.event import event_played
from trading.backtest.fast import played
from trading.backtest.measuring import reported
from trading.backtest.report import Lookahead, Report, WarmUp
from trading.backtest.results import Run
from trading.backtest.ticks import Ticks
from trading.strategies.strategy import Plan

CARD_WIDTH = 100
STEPS = 4
"""Reading, planning and playing, checking, drawing: what progress counts."""


class Progress:
    """Says how far a run is, as JSON lines on stderr, when somebody asked for that."""

    def __init__(self, is_on: bool) -> None:
        self._is_on = is_on

    def tell(self, done: int, of: int) -> None:
        """So much of so much."""
        if self._is_on:
            sys.stderr.write(json.encode({"done": done, "of": of}).decode() + "\n")
            sys.stderr.flush()


def backtest(options: BacktestOptions) -> int:
    """Play, and write what was asked for; the card or the JSON goes to stdout."""
    if options.play.leash:
        put_on()
    progress = Progress(options.play.progress)
    for path in (options.html, options.play.png):
        check_folder(path)
    if options.bot:
        return _bots(options, progress)
    stage = staged(options.play)
    progress.tell(1, STEPS)
    plans = [stage.strategy.plan(ticks.columns(), stage.settings, stage.context) for ticks in stage.series]
    engine = _engine(options, stage)
    play = event_played if engine == "event" else played
    run = play(stage.series, plans, stage.conditions)
    progress.tell(2, STEPS)
    report = _report(options, stage, plans, run, engine)
    progress.tell(3, STEPS)
    _write(options, stage.series, report)
    progress.tell(STEPS, STEPS)
    return Exit.OK


def _engine(options: BacktestOptions, stage: Staged) -> str:
    if options.engine == "fast" and not stage.conditions.is_plain:
        raise BadInput(say("cli.research.not_fast"))
    if options.engine == "auto":
        return "fast" if stage.conditions.is_plain else "event"
    return options.engine


def _report(options: BacktestOptions, stage: Staged, plans: Sequence[Plan], run: Run, engine: str) -> Report:
    drawn = None
    if options.shuffles:
        drawn = shuffled(run.trips, run.cash, options.play.seed, options.shuffles)
    looks, warm = _checks(stage, plans) if options.checked else (None, None)
    return reported(
        run,
        stage.series,
        stage.strategy,
        stage.settings,
        stage.conditions,
        engine,
        lookahead=looks,
        warm_up=warm,
        shuffled=drawn,
    )


def _checks(stage: Staged, plans: Sequence[Plan]) -> tuple[Lookahead, WarmUp | None]:
    """Of every symbol: the first that looks ahead speaks for all; signals are counted together."""
    looks, warm = Lookahead(0), None
    for ticks, plan in zip(stage.series, plans, strict=True):
        bars = ticks.columns()
        found = lookahead(stage.strategy, bars, stage.settings, stage.context, plan)
        looks = found if found.at is not None else replace(looks, cuts=looks.cuts + found.cuts)
        if looks.at is not None:
            break
        one = warm_up(stage.strategy, bars, stage.settings, stage.context, plan)
        warm = one if warm is None or one is None else _together(warm, one)
    return looks, warm


def _together(one: WarmUp, other: WarmUp) -> WarmUp:
    signals, changed = one.signals + other.signals, one.changed + other.changed
    return WarmUp(
        one.bars + other.bars,
        signals,
        changed,
        max(one.level, other.level),
        one.tolerance,
        changed * 100 <= signals * one.tolerance,
    )


def _bots(options: BacktestOptions, progress: Progress) -> int:
    """A bot for each symbol, by its own steps on the paper venue."""
    stage = bot_staged(options.play, options.bot)
    progress.tell(1, STEPS)
    seed = options.play.seed
    run, conditions = bots_played(stage.machine, stage.settings, stage.series, stage.conditions, seed)
    progress.tell(2, STEPS)
    drawn = shuffled(run.trips, run.cash, seed, options.shuffles) if options.shuffles else None
    report = reported(run, stage.series, stage.machine, stage.settings, conditions, "bot", shuffled=drawn)
    progress.tell(3, STEPS)
    _write(options, stage.series, report)
    progress.tell(STEPS, STEPS)
    return Exit.OK


def _write(options: BacktestOptions, series: Sequence[Ticks], report: Report) -> None:
    wording, theme = reader(options.play), Theme.LIGHT if options.play.light else Theme.DARK
    png = b""
    if options.play.png is not None or options.html is not None:
        png = backtest_png(report, series, wording, theme)
    if options.play.png is not None:
        options.play.png.write_bytes(png)
    if options.html is not None:
        from bot.main.backtesting_page import page

        options.html.write_text(page(report, png, wording), encoding="utf-8")
    if options.play.as_json:
        told = replace(report, fills=(), curve=()) if options.play.brief else report
        sys.stdout.buffer.write(json.format(json.encode(told), indent=2) + b"\n")
    else:
        sys.stdout.write(as_text(backtest_card(report, wording), CARD_WIDTH) + "\n")
        for path in (options.play.png, options.html):
            if path is not None:
                sys.stdout.write(say("cli.research.wrote", path=path) + "\n")
    sys.stdout.flush()


def reader(options: PlayOptions) -> Wording:
    """How whom it is for reads."""
    return Wording(*options.reader) if options.reader else spoken.wording()


def check_folder(path: Path | None) -> None:
    """A file that cannot be written is said before anything is played."""
    if path is not None and not path.parent.is_dir():
        raise FileNotFoundError(2, "No such folder", str(path.parent))
