"""Bots that have ended, as screens: why, and whether what they hold has a stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation.bot_reasons import why_ended
from bot.conversation.screen import Block, line, look, row, title, warn
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling
from trading.domain.automation import BotStatus
from trading.domain.ids import AccountId
from trading.ports import StoredEvent


def tell_ended(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A bot works no more."""
    event: Any = members[0].event
    say = scene.wording.say
    has_failed = event.status is BotStatus.ERROR
    head = say("alert.bot_failed" if has_failed else "alert.bot_stopped", name=event.name)
    blocks: list[Block] = [title(head), line(why_ended(scene.wording, event.sentence))]
    account = scene.book.account(AccountId(event.account))
    bot = account.bots.of_id(event.bot_id) if account is not None else None
    symbol = bot.symbol if bot is not None else ""
    if event.is_guarded is not None:
        key = "alert.bot_guarded" if event.is_guarded else "alert.bot_unguarded"
        text = say(key, symbol=symbol)
        blocks.append(line(text if event.is_guarded else warn(text)))
    is_loud = has_failed or event.is_guarded is False
    return Telling(
        Topic.RISK if is_loud else Topic.JOB,
        tuple(blocks),
        Urgency.URGENT if is_loud else Urgency.NORMAL,
        symbol,
        buttons=(row(look(event.name, "bot", event.name)),),
    )
