"""A profile's proposal: yes sends its order once, within its candle; no lets it be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.confirmation import ask, send
from bot.conversation.factor import must_prove
from bot.conversation.grammar_size import size_text
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Tools, refusal, seen_of
from bot.conversation.retelling import retold
from bot.conversation.screen import Kind, Screen, line, title
from bot.handlers.profile_card import own_profiles
from trading.domain import commands as cm
from trading.domain.decide.entry import EntryPlan, plan_entry
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO
from trading.profiles.deciding import entry_of, held
from trading.profiles.profile import Kept, Outcome, TradingProfile
from trading.profiles.roster import Profiles

_DONE = {
    Outcome.ENTERED: "profile.answered_yes",
    Outcome.EXPIRED: "profile.answered_no",
}


async def agreed(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`yes TOKEN`: the order of a proposal, on the market of now, as far as nothing holds it back."""
    found = await _proposal(profiles, asked, words)
    if isinstance(found, Screen):
        return found
    one, kept = found
    if kept.outcome is not Outcome.PROPOSED:
        return refusal(asked, _DONE.get(kept.outcome, "profile.no_proposal"), symbol=kept.symbol)
    instrument = tools.market.instrument(kept.symbol)
    if instrument is None or (kept.until is not None and tools.clock.now() >= kept.until):
        return refusal(asked, "profile.too_late", symbol=kept.symbol)
    if not one.is_running:
        return refusal(asked, "profile.standing_already", name=one.name)
    position = held(tools.book(), one.account, kept.symbol)
    if position is not None and position.command_id != kept.command_id:
        return refusal(asked, "profile.held_already", symbol=kept.symbol)
    for rest in await profiles.resting(one):
        if rest.symbol in ("", kept.symbol):
            return Screen.of(retold(asked.wording, rest.refusal), kind=Kind.REFUSAL)
    return await _sent(tools, profiles, asked, one, kept, instrument)


async def _sent(
    tools: Tools,
    profiles: Profiles,
    asked: Asked,
    one: TradingProfile,
    kept: Kept,
    instrument: Instrument,
) -> Screen:
    """The order goes out; where a second factor is asked for, a card waits for it first."""
    command = entry_of(one, kept, seen_of(tools, instrument))
    verb = "buy" if command.is_long else "short"
    label = asked.wording.say(f"card.{verb}")
    # What /repeat would mean by it, should anybody ask.
    asked = replace(asked, line=f"/{verb} {symbol_text(kept.symbol)} {size_text(command.size)}")
    notional = _notional(tools, command)
    if await must_prove(tools, asked, command, notional):
        card = Screen.of(title(f"{label} {kept.symbol}"), line(size_text(command.size)))
        return await ask(
            tools, asked, command, card, label=label, command_id=command.command_id, notional=notional
        )
    screen = await send(tools, asked, command, label=label)
    if screen.kind is Kind.ANSWER:
        await profiles.note(replace(kept, outcome=Outcome.ENTERED))
    return screen


def _notional(tools: Tools, command: cm.OpenPosition) -> Decimal:
    plan = plan_entry(tools.book(), command, tools.clock.now(), live_allowed=tools.facts.live_allowed)
    return plan.notional if isinstance(plan, EntryPlan) else ZERO


async def declined(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`no TOKEN`: nothing is sent, and its button says so from then on."""
    found = await _proposal(profiles, asked, words)
    if isinstance(found, Screen):
        return found
    _, kept = found
    if kept.outcome is not Outcome.PROPOSED:
        return refusal(asked, _DONE.get(kept.outcome, "profile.no_proposal"), symbol=kept.symbol)
    await profiles.note(replace(kept, outcome=Outcome.EXPIRED))
    return Screen.of(asked.wording.say("profile.declined", symbol=kept.symbol))


async def _proposal(
    profiles: Profiles, asked: Asked, words: Sequence[str]
) -> tuple[TradingProfile, Kept] | Screen:
    """The proposal that a button names, if it is this person's."""
    token = words[0] if words else ""
    for one in own_profiles(profiles, asked):
        for kept in await profiles.kept(one, command_id=f"profile:{token}", limit=1):
            return one, kept
    return refusal(asked, "profile.no_proposal", symbol="")
