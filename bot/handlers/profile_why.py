"""Why a profile did not trade a symbol, or why it did: its stored scorecards, for `/why`."""

from __future__ import annotations

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, bold, dim, line
from bot.handlers.profile_card import became, frame_name, own_profiles, verdict_line
from trading.domain.book import Account
from trading.domain.position import Position
from trading.profiles.profile import Kept, TradingProfile
from trading.profiles.roster import Profiles

PROFILES_SHOWN = 3


async def scorecards(tools: Tools, asked: Asked, account: Account, symbol: str) -> list[Block]:
    """The rules that agreed to what is held, and what the newest candle of each profile came to."""
    profiles = tools.profiles
    if profiles is None:
        return []
    position = tools.book().current_position(account.account, symbol)
    blocks: list[Block] = []
    own = [
        one
        for one in own_profiles(profiles, asked)
        if one.account == account.account and symbol in one.symbols
    ]
    for one in own[:PROFILES_SHOWN]:
        if position is not None and position.is_open:
            blocks += await _agreed(profiles, asked, one, position)
        newest = await profiles.kept(one, symbol, limit=1)
        if newest:
            blocks += _newest(tools, asked, one, newest[0])
        elif one.is_running:
            blocks.append(line(dim(asked.wording.say("profile.why_none", name=one.name))))
    return blocks


async def _agreed(profiles: Profiles, asked: Asked, one: TradingProfile, position: Position) -> list[Block]:
    """The card on which a position was opened, if it was this profile's."""
    found = await profiles.kept(one, position.symbol, command_id=position.command_id, limit=1)
    if not found or found[0].card is None:
        return []
    kept = found[0]
    assert kept.card is not None
    said = asked.wording.say("profile.why_agreed", name=one.name, at=asked.wording.clock(kept.closed_at))
    return [line(bold(said)), *(verdict_line(asked, rule) for rule in kept.card.verdicts)]


def _newest(tools: Tools, asked: Asked, one: TradingProfile, kept: Kept) -> list[Block]:
    """The newest candle: what became of it, and each rule with its numbers."""
    head = asked.wording.say(
        "profile.why",
        name=one.name,
        strategy=one.strategy,
        frame=frame_name(one.frame_s),
        at=asked.wording.clock(kept.closed_at),
    )
    blocks: list[Block] = [line(bold(head)), line(became(asked, kept, tools.clock.now()))]
    if kept.card is not None:
        blocks += [verdict_line(asked, rule) for rule in kept.card.verdicts]
    return blocks
