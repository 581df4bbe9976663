"""`/sentiment`: what somebody outside thinks of a symbol, with its sources, its age and what it has cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Kind, Screen, bold, dim, kv, line, look, row, title, warn
from bot.handlers.finding import instrument_for
from bot.handlers.opinion_month import month
from bot.handlers.subjects import line_of, refresh, word_of
from trading.domain.commands import NoteOpinion
from trading.domain.ids import CommandId
from trading.domain.money import HUNDRED
from trading.domain.opinion import Citation, Stance, factor_of
from trading.ports import Allowance

CITATIONS_SHOWN = 5
WAITS_S = 4.0
"""So long an answer may hold up its chat: what is typed behind it, a panic even, waits for it."""
_NOT_ASKED = frozenset({"budget", "no_key", "no_symbol"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def sentiment(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Ask, write down what came of it, and show it."""
    if not word_of(parsed, "symbol"):
        return await month(tools, asked)
    opinion = tools.opinion
    if opinion is None or not opinion.sources:
        return refusal(asked, "opinion.no_key")
    found = await instrument_for(tools, asked, line_of(parsed), word_of(parsed, "symbol"))
    if isinstance(found, Screen):
        return found
    named = word_of(parsed, "source")
    if named and named not in opinion.sources:
        return refusal(asked, "opinion.no_such", name=named, names=", ".join(opinion.sources))
    person = asked.person.person_id
    order = (named,) if named else order_of(asked)
    stance = await opinion.ask_soon(person, found.symbol, order=order, within_s=WAITS_S)
    if stance is None:
        return _asking(asked, found.symbol, named)
    await _note(tools, asked, stance)
    allowance = await opinion.allowance(person)
    screen = _given(tools, asked, stance) if stance.is_given else _neutral(asked, stance, allowance)
    left = kv((asked.wording.say("opinion.left"), left_of(asked, allowance)))
    again = refresh(asked, "sentiment", found.symbol)
    card = look(asked.wording.say("view.price"), "price", found.symbol)
    return screen.with_blocks(left).with_buttons(row(card, again))


def _asking(asked: Asked, symbol: str, named: str) -> Screen:
    """It takes longer: the question goes on, and the button shows what comes of it."""
    say = asked.wording.say
    again = look(say("opinion.show"), "sentiment", f"{symbol} by {named}" if named else symbol)
    return Screen.of(line(say("opinion.asking", symbol=symbol))).with_buttons(row(again))


def order_of(asked: Asked) -> Sequence[str]:
    """Whom the person wants asked, in their order; empty for the desk's."""
    return tuple(name for name in asked.person.prefs.opinions.split(",") if name)


async def _note(tools: Tools, asked: Asked, stance: Stance) -> None:
    """Write an answer down once, however often it is shown: its id grows from when it was asked."""
    if stance.neutral_because in _NOT_ASKED:
        return
    account = asked.person.account
    micros = (stance.asked_at - _EPOCH).total_seconds()
    command_id = CommandId(f"opinion:{account}:{stance.symbol}:{micros:.6f}:{stance.source or 'none'}")
    await tools.desk.submit(NoteOpinion(command_id, asked.person.person_id, account, stance))


def _given(tools: Tools, asked: Asked, stance: Stance) -> Screen:
    wording = asked.wording
    say = wording.say
    buying, selling = (
        wording.percent(factor_of(stance, is_buy=is_buy).value * HUNDRED) for is_buy in (True, False)
    )
    score = wording.number(stance.score, 2, signed=True)
    blocks: list[Block] = [
        title(say("opinion.title", symbol=stance.symbol, lean=say(f"opinion.{stance.lean.value}"))),
        kv(
            (say("opinion.score"), say("opinion.score_of", score=score)),
            (say("opinion.confidence"), wording.percent(stance.confidence * HUNDRED)),
            (say("opinion.leaves"), say("opinion.leaves_of", buying=buying, selling=selling)),
            (say("opinion.from"), line(stance.source, dim(f" {stance.model}"))),
            (say("opinion.age"), wording.ago(stance.asked_at, tools.clock.now())),
            (say("opinion.cost"), say("opinion.cost_of", cost=wording.money(stance.cost))),
        ),
    ]
    if stance.reasons:
        blocks += [line(bold(say("opinion.reasons"))), *(line("• ", text) for text in stance.reasons)]
    blocks.append(line(bold(say("opinion.sources"))))
    shown = [line("• ", _cited(one)) for one in stance.citations[:CITATIONS_SHOWN]]
    blocks += shown or [line(dim(say("opinion.sources_none")))]
    if stance.tried:
        blocks.append(line(dim(say("opinion.tried", names=tried(asked, stance.tried)))))
    return Screen.of(*blocks, line(dim(say("opinion.advice"))))


def _cited(one: Citation) -> str:
    """Title and host: what stands behind an address is nothing to be tapped on by accident."""
    host = one.url.partition("://")[2].partition("/")[0]
    return f"{one.title} — {host}" if one.title else host


def _neutral(asked: Asked, stance: Stance, allowance: Allowance) -> Screen:
    say = asked.wording.say
    reason = because(asked, stance.neutral_because, allowance)
    blocks: list[Block] = [line(warn(say("opinion.none", symbol=stance.symbol, reason=reason)))]
    if stance.tried:
        blocks.append(line(dim(say("opinion.tried", names=tried(asked, stance.tried)))))
    return Screen.of(*blocks, line(say("opinion.none_means")), kind=Kind.REFUSAL)


def because(asked: Asked, code: str, allowance: Allowance) -> str:
    """The reason why there is none, in words."""
    say = asked.wording.say
    if code == "budget":
        calls = say("opinion.calls", n=allowance.calls_left)
        return say("opinion.because.budget", money=asked.wording.money(allowance.money_left), calls=calls)
    return say(f"opinion.because.{code}")


def tried(asked: Asked, attempts: Sequence[str]) -> str:
    """Whom was asked in vain, each with what came of it."""
    said = []
    for one in attempts:
        name, _, code = one.partition(":")
        key = "opinion.because.budget_short" if code == "budget" else f"opinion.because.{code}"
        said.append(f"{name} ({asked.wording.say(key)})")
    return ", ".join(said)


def left_of(asked: Asked, allowance: Allowance) -> str:
    """What is left of a person's day."""
    say = asked.wording.say
    calls = say("opinion.calls", n=allowance.calls_left)
    return say("opinion.left_of", money=asked.wording.money(allowance.money_left), calls=calls)


HANDLERS: dict[str, Handler] = {"sentiment": sentiment}
