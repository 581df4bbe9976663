"""A profile as it is shown: found by its name, on its card, in the list, and what became of its candles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.conversation.grammar_nearest import nearest
from bot.conversation.grammar_size import size_text
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.retelling import retold
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Screen,
    Span,
    bad,
    bold,
    code,
    dim,
    good,
    kv,
    line,
    look,
    row,
    title,
    warn,
)
from bot.handlers.subjects import look_if_short, refresh, rows_of
from trading.domain.events import Refusal
from trading.domain.money import HUNDRED
from trading.frames import FRAMES
from trading.profiles.profile import Kept, Mode, Outcome, TradingProfile
from trading.profiles.roster import Profiles
from trading.strategies.scorecard import Verdict

if TYPE_CHECKING:
    from trading.strategies.ruling import Ruled

_DIGITS = 6
SYMBOLS_SHOWN = 12
_FRAME_NAMES = {int(span.total_seconds()): name for name, span in FRAMES.items()}
OPINION_RULE = "opinion"
_OPEN = frozenset({Outcome.ENTERED, Outcome.LEFT, Outcome.PROPOSED, Outcome.HELD})


def strategy_of(name: str) -> Ruled | None:
    """A strategy by name; its arrays are loaded with the first question."""
    from trading.strategies.table import STRATEGIES

    return STRATEGIES.get(name)


def own_profiles(profiles: Profiles, asked: Asked) -> list[TradingProfile]:
    """The person's own, on accounts that they may still use."""
    person = asked.person
    return [
        one for one in profiles.every() if one.person == person.person_id and one.account in person.accounts
    ]


def named(profiles: Profiles, asked: Asked, words: Sequence[str]) -> TradingProfile | Screen:
    """The profile that the first word names; a person who has one only need not name it, when no word is
    there at all."""
    own = own_profiles(profiles, asked)
    if not own:
        return refusal(asked, "profile.none")
    if not words:
        return own[0] if len(own) == 1 else refusal(asked, "profile.which", names=_names(own))
    wanted = words[0].casefold()
    for one in own:
        if one.name.casefold() == wanted:
            return one
    near = nearest(wanted, tuple(one.name for one in own))
    hint = asked.wording.say("strategy.near", name=near) if near else ""
    return refusal(asked, "profile.unknown", name=words[0], names=_names(own), near=hint)


def _names(profiles: Sequence[TradingProfile]) -> str:
    return ", ".join(one.name for one in profiles)


def frame_name(frame_s: int) -> str:
    """`1h`."""
    return _FRAME_NAMES.get(frame_s, f"{frame_s} s")


# ---------------------------------------------------------------- all of them


async def listed(tools: Tools, profiles: Profiles, asked: Asked) -> Screen:
    """Every profile of the person in a line, each with a button."""
    say = asked.wording.say
    own = own_profiles(profiles, asked)
    if not own:
        example = line(code("/profile new trend pipeline BTC ETH 1h risk 0.5%"))
        return Screen.of(line(say("profile.none")), example).with_buttons(
            row(look(say("strategy.all"), "strategies"))
        )
    lines = [_in_a_line(asked, one) for one in own]
    buttons = [look_if_short(one.name, "profile", f"show {one.name}") for one in own]
    return Screen.of(title(say("profile.title")), *lines).with_buttons(
        *rows_of([one for one in buttons if one is not None]),
        row(look(say("profile.protections"), "protections"), refresh(asked, "profile")),
    )


def _in_a_line(asked: Asked, one: TradingProfile) -> Line:
    say = asked.wording.say
    state = good(say("profile.runs")) if one.is_running else dim(say("profile.stands"))
    what = f" · {one.strategy} · {_symbols(one)} {frame_name(one.frame_s)} · "
    return line(bold(one.name), dim(what), say(f"profile.mode.{one.mode.value}"), dim(" · "), state)


def _symbols(one: TradingProfile) -> str:
    names = [symbol_text(symbol) for symbol in one.symbols[:SYMBOLS_SHOWN]]
    more = len(one.symbols) - len(names)
    return " ".join(names) + (f" +{more}" if more else "") if names else "–"


# ---------------------------------------------------------------- one of them


async def card_of(tools: Tools, profiles: Profiles, asked: Asked, one: TradingProfile) -> Screen:
    """Everything about a profile."""
    say = asked.wording.say
    state = good(say("profile.runs")) if one.is_running else dim(say("profile.stands"))
    blocks: list[Block] = [
        title(say("profile.card", name=one.name)),
        kv(
            (say("profile.state"), line(state, dim(" · "), say(f"profile.mode.{one.mode.value}"))),
            (say("profile.strategy"), line(one.strategy, dim(_settings_phrase(asked, one)))),
            (say("profile.trades"), line(_symbols(one), " ", frame_name(one.frame_s))),
            (say("profile.size"), size_text(one.size)),
            (say("profile.direction"), say(f"profile.direction.{one.direction}")),
            (say("profile.opinion"), say(f"profile.opinion.{one.opinion.value}")),
            (say("profile.protections"), _protections(asked, one)),
            (say("view.account"), one.account),
        ),
    ]
    trouble = profiles.trouble(one)
    if trouble is not None:
        blocks.append(line(warn(retold(asked.wording, trouble))))
    for rest in (await profiles.resting(one))[:3] if one.is_running else ():
        blocks.append(line(warn(retold(asked.wording, rest.refusal))))
    blocks += await _newest(tools, profiles, asked, one)
    return Screen.of(*blocks).with_buttons(*_buttons(asked, one))


def _settings_phrase(asked: Asked, one: TradingProfile) -> str:
    number = one.history.number
    return f" · {asked.wording.say('profile.settings_number', n=number)}" if number else ""


def _protections(asked: Asked, one: TradingProfile) -> Line:
    if not one.protections:
        return line(dim(asked.wording.say("profile.unprotected")))
    return line(", ".join(asked.wording.say(f"protection.{name}") for name in one.protections))


async def _newest(tools: Tools, profiles: Profiles, asked: Asked, one: TradingProfile) -> list[Block]:
    """What became of the newest candle of each symbol."""
    found: list[Block] = []
    for symbol in one.symbols[:SYMBOLS_SHOWN]:
        for kept in await profiles.kept(one, symbol, limit=1):
            at = asked.wording.clock(kept.closed_at)
            said = became(asked, kept, tools.clock.now())
            found.append(line(bold(symbol_text(symbol)), dim(f" {at} · "), said))
    if not found and one.is_running:
        found.append(line(dim(asked.wording.say("profile.no_candle"))))
    return found


def _buttons(asked: Asked, one: TradingProfile) -> list[tuple[Button, ...]]:
    say, name = asked.wording.say, one.name
    turn = "stop" if one.is_running else "start"
    mode = Mode.PROPOSE if one.mode is Mode.AUTOMATIC else Mode.AUTOMATIC
    first = row(
        look_if_short(say(f"profile.do.{turn}"), "profile", f"{turn} {name}"),
        look_if_short(say(f"profile.do.{mode.value}"), "profile", f"mode {name} {mode.value}"),
    )
    second = row(
        look_if_short(say("profile.settings"), "profile", f"set {name}"),
        look_if_short(say("profile.history"), "profile", f"history {name}"),
        look_if_short(say("view.refresh"), "profile", f"show {name}"),
    )
    why = [look_if_short(f"/why {symbol_text(s)}", "why", symbol_text(s)) for s in one.symbols[:3]]
    return [first, second, row(*why)] if one.symbols else [first, second]


# ---------------------------------------------------------------- what became of a candle


def became(asked: Asked, kept: Kept, now: datetime) -> Span:
    """What became of a candle, in a few words."""
    say = asked.wording.say
    is_over = kept.outcome is Outcome.PROPOSED and kept.until is not None and kept.until <= now
    outcome = Outcome.EXPIRED if is_over else kept.outcome
    if outcome is Outcome.REFUSED:
        refused = kept.card.refused_by if kept.card is not None else None
        if refused is None:
            return dim(say("profile.became.idle"))
        return dim(say("strategy.refused", rule=say(f"strategy.rule.{refused.rule}")))
    if outcome in (Outcome.PROTECTED, Outcome.DENIED, Outcome.BROKEN) and kept.sentence:
        return warn(retold(asked.wording, Refusal(kept.code, kept.sentence)))
    text = say(f"profile.became.{outcome.value}")
    return good(text) if outcome in _OPEN else bad(text)


def verdict_line(asked: Asked, one: Verdict) -> Line:
    """One rule with its numbers."""
    say = asked.wording.say
    mark = good("✓ ") if one.passed else bad("✗ ")
    numbers = _opinion(asked, one) if one.rule == OPINION_RULE else _numbers(asked, one)
    return line(mark, say(f"strategy.rule.{one.rule}"), dim(f" {', '.join(numbers)}" if numbers else ""))


def _numbers(asked: Asked, one: Verdict) -> list[str]:
    wording = asked.wording
    return [
        f"{wording.say(f'strategy.number.{key}')} {wording.number(short(value))}"
        for key, value in one.numbers.items()
        if value
    ]


def _opinion(asked: Asked, one: Verdict) -> list[str]:
    """What was said outside, and what it left of the order."""
    say, numbers = asked.wording.say, one.numbers
    if numbers.get("neutral"):
        return [say("profile.unheard")]
    left = asked.wording.percent((Decimal(numbers["left"]) * HUNDRED).quantize(Decimal(1)))
    said = say(f"opinion.{numbers['lean']}")
    return [said, say("profile.left", percent=left), *([numbers["source"]] if numbers["source"] else [])]


def short(text: str) -> Decimal:
    """A number with as many digits as a phone has room for."""
    value = Decimal(text)
    return Decimal(f"{value:.{_DIGITS}g}").normalize() if value else value
