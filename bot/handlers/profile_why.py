"""Why a profile did not trade a symbol, or why it did: its stored scorecards, for `/why`."""

from __future__ import annotations

from bot.conversation.handling import Asked, Tools
from bot.conversation.screen import Block, bold, dim, line
from bot.handlers.profile_card import became, frame_name, own_profiles, verdict_line
from trading.domain.book import Account
from trading.domain.events import OrderIntended
from trading.domain.ids import CommandId, PersonId
from trading.domain.order import Order
from trading.domain.position import Position
from trading.profiles.profile import TAG, Kept, TradingProfile
from trading.profiles.roster import Profiles

PROFILES_SHOWN = 3


def asked_key(event: OrderIntended, person: PersonId) -> str:
    """The sentence of who wanted an order: a profile, the person who asks, or somebody else."""
    if event.cause.startswith(TAG):
        return "why.profile_asked"
    return "why.you_asked" if event.by in ("", person) else "why.asked_by"


def asked_of(event: OrderIntended) -> dict[str, object]:
    """What fills that sentence."""
    profile = event.order.tag.removeprefix(TAG)
    return {"id": event.cause, "person": event.by, "profile": profile}


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


async def agreed_to(tools: Tools, asked: Asked, order: Order) -> list[Block]:
    """The rules that agreed to an entry, where it was a profile's."""
    if tools.profiles is None or not order.command_id.startswith(TAG):
        return []
    for one in own_profiles(tools.profiles, asked):
        if one.account == order.account:
            found = await _card_of(tools.profiles, asked, one, order.symbol, order.command_id)
            if found:
                return found
    return []


async def _agreed(profiles: Profiles, asked: Asked, one: TradingProfile, position: Position) -> list[Block]:
    """The card on which a position was opened, if it was this profile's."""
    return await _card_of(profiles, asked, one, position.symbol, position.command_id)


async def _card_of(
    profiles: Profiles, asked: Asked, one: TradingProfile, symbol: str, command_id: CommandId
) -> list[Block]:
    found = await profiles.kept(one, symbol, command_id=command_id, limit=1)
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
