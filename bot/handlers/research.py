"""`/backtest` and `/sweep`: from a typed line to a run beside the desk, or the sentence that says why not."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.painting import Theme
from bot.conversation.research_bar import canceled_screen, waiting_screen
from bot.conversation.researching import Refused, Research, Run, Sort, Wish, run_id_of
from bot.conversation.screen import Screen, code, dim, line, look, row, title
from bot.handlers.subjects import word_of

STRATEGY_NAMES = ("pullback", "pipeline", "mean_reversion", "trend_following", "overnight_range")
"""As `trading.strategies.table` has them, which would load the array library; a test compares."""
BOT_NAMES = ("scalper", "grid", "dca", "dip", "momentum")
"""Those of `trading.automations.table`; a test compares."""
FLAGS = {
    "since": "--since",
    "until": "--until",
    "size": "--size",
    "cash": "--cash",
    "fee": "--fee-bps",
    "slippage": "--slippage-bps",
    "direction": "--direction",
    "seed": "--seed",
}
SWEEP_FLAGS = {
    **FLAGS,
    "random": "--random",
    "tpe": "--tpe",
    "inside": "--inside",
    "walk": "--walk",
    "by": "--objective",
}
FRAME = "@"
CANCEL = "cancel"


async def backtest(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Have one set of settings played; without a line, say what can be played."""
    return await _asked_for(tools, asked, parsed, Sort.BACKTEST)


async def sweep(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Have many sets of settings played."""
    return await _asked_for(tools, asked, parsed, Sort.SWEEP)


async def _asked_for(tools: Tools, asked: Asked, parsed: Parsed, sort: Sort) -> Screen:
    research = tools.research
    if research is None:
        return refusal(asked, "research.off")
    words = word_of(parsed, "what").split()
    if words and words[0] == CANCEL:
        return await _cancel(asked, research, words[1:])
    if not words:
        return _choices(asked, research, sort)
    wish = _wish(asked, research, sort, words)
    if isinstance(wish, Screen):
        return wish
    run = _run(asked, wish)
    try:
        before = await research.begin(run)
    except Refused as problem:
        return refusal(asked, problem.key)
    return waiting_screen(run, before, asked.wording)


def _run(asked: Asked, wish: Wish) -> Run:
    incoming, person = asked.incoming, asked.person
    prefs = person.prefs
    return Run(
        run_id_of(incoming.command_id),
        wish,
        person.person_id,
        incoming.platform,
        incoming.chat,
        incoming.topic,
        incoming.at,
        prefs.language,
        prefs.zone,
        prefs.number_format,
        prefs.theme is Theme.LIGHT,
    )


async def _cancel(asked: Asked, research: Research, words: Sequence[str]) -> Screen:
    """The one that is named, or the first of this person."""
    mine = research.of(asked.person.person_id)
    wanted = [run for run in mine if run.run_id in words] if words else list(mine)
    if not wanted or not await research.cancel(wanted[0].run_id, asked.person.person_id):
        return refusal(asked, "research.nothing_runs")
    return canceled_screen(wanted[0], asked.wording)


def _choices(asked: Asked, research: Research, sort: Sort) -> Screen:
    say = asked.wording.say
    names: list[tuple[str, tuple[str, ...]]] = [("research.strategies", STRATEGY_NAMES)]
    if sort is Sort.BACKTEST:
        names.append(("research.bots", BOT_NAMES))
    running = research.of(asked.person.person_id)
    blocks = [
        title(say(f"research.title.{sort}")),
        *(line(say(key, names=", ".join(found))) for key, found in names),
        line(say("research.series", names=", ".join(research.series()))),
        line(dim(say(f"research.how.{sort}"))),
        *(line(code(run.wish.line)) for run in running),
    ]
    buttons = [row(look(say("research.cancel"), sort, f"{CANCEL} {run.run_id}")) for run in running]
    return Screen.of(*blocks).with_buttons(*buttons)


# ---------------------------------------------------------------- reading the line


def _wish(asked: Asked, research: Research, sort: Sort, words: Sequence[str]) -> Wish | Screen:
    """Symbols and one name in any order, then what is set; the first strategy when none is named."""
    series: list[str] = []
    name, settings, over, flags = "", [], [], []
    known = SWEEP_FLAGS if sort is Sort.SWEEP else FLAGS
    for word in words:
        lowered = word.lower()
        key, equals, value = lowered.partition("=")
        if equals and key in known:
            flags.append((key, value))
        elif equals and sort is Sort.SWEEP and ("," in value or ".." in value):
            over.append(lowered)
        elif equals:
            settings.append(lowered)
        elif lowered in STRATEGY_NAMES or (lowered in BOT_NAMES and sort is Sort.BACKTEST):
            name = lowered
        else:
            found = _series(research.series(), word)
            if len(found) != 1:
                return _which(asked, research, word, found, sort)
            series.append(found[0])
    if not series:
        return refusal(asked, "research.no_series", names=", ".join(research.series()))
    if sort is Sort.SWEEP and not over:
        return refusal(asked, "research.no_over")
    name = name or STRATEGY_NAMES[0]
    wish = Wish(sort, tuple(series), name, name in BOT_NAMES, tuple(settings), tuple(over), tuple(flags))
    return wish


def _series(known: Sequence[str], word: str) -> list[str]:
    """What a word may mean: the series itself, a symbol of one, the first half of a symbol."""
    wanted = word.upper()
    for names in (
        [one for one in known if one.upper() == wanted],
        [one for one in known if one.partition(FRAME)[0].upper() == wanted],
        [one for one in known if _base(one) == wanted.partition(FRAME)[0] and _same_frame(one, wanted)],
    ):
        if names:
            return names
    return []


def _base(name: str) -> str:
    return name.partition(FRAME)[0].partition("/")[0].upper()


def _same_frame(name: str, wanted: str) -> bool:
    frame = wanted.partition(FRAME)[2]
    return not frame or name.upper().partition(FRAME)[2] == frame


def _which(asked: Asked, research: Research, word: str, found: Sequence[str], sort: Sort) -> Screen:
    """Several series have that name, or none has: then perhaps a strategy's name was meant."""
    if found:
        return refusal(asked, "research.which", name=word, names=", ".join(found))
    names = (*STRATEGY_NAMES, *(BOT_NAMES if sort is Sort.BACKTEST else ()))
    near = difflib.get_close_matches(word.lower(), names, n=1)
    if near:
        return refusal(asked, "research.near", name=word, near=near[0])
    return refusal(asked, "research.unknown", name=word, names=", ".join(research.series()))


HANDLERS: dict[str, Handler] = {"backtest": backtest, "sweep": sweep}
