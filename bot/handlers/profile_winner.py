"""`/profile winner RUN`: one press puts the best set of a sweep to work on paper, as a profile of its own.

A press names the run, and the profile is named after it: pressed twice it is there once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from bot.conversation.frames import FRAMES
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.researching import WINNER_LASTS, Winner
from bot.conversation.retelling import retold
from bot.conversation.screen import Kind, Screen, line
from bot.handlers.profile_card import card_of, frame_name, own_profiles
from trading.domain.book import Account
from trading.domain.events import Refusal
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import PersonId
from trading.domain.mode import PAPER
from trading.parameters import ParameterHistory, Revision, validated, written
from trading.profiles.deciding import begun_anew, rivals
from trading.profiles.profile import PROFILES_MAX, Mode, TradingProfile, Voice
from trading.profiles.roster import Profiles

RISK = Size(SizeKind.RISK, Decimal("0.5"), "%")
"""What each entry may lose at its stop."""


async def winner_started(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """Make the profile and turn it on; what was made by an earlier press is shown."""
    run_id = words[0] if words else ""
    found = (
        await tools.research.winner(run_id, asked.person.person_id) if tools.research is not None else None
    )
    if found is None:
        return refusal(asked, "profile.no_winner")
    name = f"sweep-{found.run_id[:8]}"
    own = own_profiles(profiles, asked)
    made = next((one for one in own if one.name == name), None)
    if made is not None:
        return await card_of(tools, profiles, asked, made)
    if tools.clock.now() - found.at > WINNER_LASTS:
        return refusal(asked, "profile.winner_late", line=found.line)
    account = _paper(tools, asked)
    if account is None:
        return refusal(asked, "profile.no_paper")
    one = _profile(tools, profiles, asked, found, account, name)
    if isinstance(one, Screen):
        return one
    taken = rivals(one, profiles.every())
    if taken:
        symbol, other = next(iter(taken.items()))
        return refusal(asked, "profile.rival", symbol=symbol, name=other.name)
    if len(own) >= PROFILES_MAX:
        return refusal(asked, "profile.full", n=PROFILES_MAX)
    one = begun_anew(one, tools.book().live_positions(one.account))
    await profiles.put(one)
    card = await card_of(tools, profiles, asked, one)
    return card.with_blocks(
        line(asked.wording.say("profile.started", name=one.name, frame=frame_name(one.frame_s)))
    )


def _paper(tools: Tools, asked: Asked) -> Account | None:
    """The account in use when it is paper, else the first of theirs that is."""
    names = sorted(asked.person.accounts, key=lambda one: one != asked.person.account)
    found = [tools.book().account(name) for name in names]
    return next((one for one in found if one is not None and one.mode == PAPER), None)


def _profile(
    tools: Tools, profiles: Profiles, asked: Asked, found: Winner, account: Account, name: str
) -> TradingProfile | Screen:
    from trading.strategies.table import STRATEGIES

    strategy = STRATEGIES.get(found.strategy)
    settings = validated(strategy, found.settings) if strategy is not None else None
    if settings is None or isinstance(settings, Refusal):
        if settings is None:
            return refusal(asked, "profile.no_winner")
        return Screen.of(retold(asked.wording, settings), kind=Kind.REFUSAL)
    unknown = next((one for one in found.symbols if tools.market.instrument(one) is None), "")
    if unknown:
        return refusal(asked, "profile.winner_elsewhere", symbol=unknown, line=found.line)
    for symbol in found.symbols:
        tools.market.last(symbol)  # whoever is asked for a price listens from then on
    now = tools.clock.now()
    numbers = [int(p.profile_id.rpartition("-")[2]) for p in profiles.every() if p.account == account.account]
    return TradingProfile(
        f"{account.account}/profile-{max(numbers, default=0) + 1}",
        PersonId(asked.person.person_id),
        account.account,
        name,
        found.strategy,
        FRAMES[found.frame] // timedelta(seconds=1),
        RISK,
        found.symbols,
        Mode.AUTOMATIC,
        True,
        opinion=Voice.OFF,
        history=ParameterHistory((Revision(1, written(settings), asked.person.person_id, now),)),
        since=now,
    )
