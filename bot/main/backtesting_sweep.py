"""`openoutcry sweep`: many settings over the same past, told as table, heat map and JSON."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import NoReturn

from msgspec import Struct, json

from bot.cli_exits import BadInput, Exit
from bot.cli_options import SweepOptions
from bot.conversation.layout import as_text
from bot.conversation.painting import Theme
from bot.conversation.research_card import sweep_card
from bot.main.backtesting import CARD_WIDTH, Progress, check_folder, reader
from bot.main.backtesting_stage import Staged, staged
from bot.main.leash import put_on
from bot.spoken import say
from trading.backtest.cores import Chosen, Work, swept
from trading.backtest.report import Step, Swept, Tried
from trading.backtest.sweep import (
    SETS_MAX,
    Axis,
    axis_of,
    grid,
    grid_size,
    random_sets,
    rank_agreement,
    ranked,
    settings_of,
    split_of,
)
from trading.backtest.walking import walked
from trading.domain.events import Refusal


class Found(Struct, frozen=True):
    """What a sweep has found, for `--json`: every set, the best first, and the walk forward."""

    summary: Swept
    walk: tuple[Step, ...] = ()


def sweep(options: SweepOptions) -> int:
    """Try everything, and write what was asked for; the table or the JSON goes to stdout."""
    signal.signal(signal.SIGTERM, _end)
    if options.play.leash:
        put_on()
    check_folder(options.play.png)
    progress = Progress(options.play.progress)
    stage = staged(options.play)
    if not stage.conditions.is_plain:
        raise BadInput(say("cli.research.not_fast"))
    axes = _axes(options, stage)
    split_ms = split_of(stage.series, options.inside_percent)
    work = Work(stage.series, stage.strategy.name, stage.conditions, split_ms, stage.context)
    count, tries = _tries(options, stage, axes, work)
    found = []
    for one in tries:
        found.append(one)
        progress.tell(min(len(found), count), count)
    progress.tell(count, count)
    best = ranked(found, options.objective)
    summary = Swept(
        strategy=stage.strategy.name,
        axes={axis.name: axis.values for axis in axes},
        fixed=stage.fixed,
        bars=sum(len(ticks) for ticks in stage.series),
        inside_percent=options.inside_percent,
        objective=options.objective,
        agreement=rank_agreement(found, options.objective),
        sets=tuple(best),
    )
    walk = _walk(options, stage, [one.settings for one in found])
    _write(options, Found(summary, tuple(walk)))
    return Exit.OK


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Whoever started this as a process ends it so: the other processes end with it."""
    raise KeyboardInterrupt


def _axes(options: SweepOptions, stage: Staged) -> list[Axis]:
    if not options.over:
        raise BadInput(say("cli.research.no_axis"))
    found = []
    for text in options.over:
        axis = axis_of(stage.strategy, text)
        if isinstance(axis, Refusal):
            raise BadInput(axis.sentence)
        found.append(axis)
    return found


def _tries(
    options: SweepOptions, stage: Staged, axes: Sequence[Axis], work: Work
) -> tuple[int, Iterator[Tried]]:
    """How many sets there will be, and each as it is known: all, or so many by chance or by a search."""
    if options.tpe is not None:
        from trading.backtest.searching import Search, searched

        count = max(1, min(options.tpe, grid_size(axes), SETS_MAX))
        search = Search(
            work,
            stage.strategy,
            axes,
            stage.fixed,
            count,
            options.objective,
            options.play.seed,
            options.store,
            options.cores,
        )
        return count, searched(search)
    sets = _sets(options, stage, axes)
    return len(sets), swept(work, sets, options.cores)


def _sets(options: SweepOptions, stage: Staged, axes: Sequence[Axis]) -> list[Chosen]:
    count = grid_size(axes)
    if options.random is not None:
        wanted = random_sets(axes, min(options.random, SETS_MAX), options.play.seed)
    elif count > SETS_MAX:
        raise BadInput(say("cli.research.too_many", n=count, most=SETS_MAX))
    else:
        wanted = list(grid(axes))
    sets = settings_of(stage.strategy, stage.fixed, wanted)
    if not sets:
        raise BadInput(say("cli.research.no_sets", strategy=stage.strategy.name))
    return sets


def _walk(options: SweepOptions, stage: Staged, sets: Sequence[dict[str, str]]) -> list[Step]:
    if not options.walk:
        return []
    settings = [chosen[1] for chosen in settings_of(stage.strategy, stage.fixed, sets)]
    return walked(stage.series, stage.strategy, settings, stage.conditions, options.walk, options.objective)


def _write(options: SweepOptions, found: Found) -> None:
    wording, theme = reader(options.play), Theme.LIGHT if options.play.light else Theme.DARK
    if options.play.png is not None:
        from bot.pictures.heat import heat

        options.play.png.write_bytes(heat(found.summary, wording, theme))
    if options.play.as_json:
        sys.stdout.buffer.write(json.format(json.encode(found), indent=2) + b"\n")
    else:
        card = sweep_card(found.summary, found.walk, wording, options.show)
        sys.stdout.write(as_text(card, CARD_WIDTH) + "\n")
        if options.play.png is not None:
            sys.stdout.write(say("cli.research.wrote", path=options.play.png) + "\n")
    sys.stdout.flush()
