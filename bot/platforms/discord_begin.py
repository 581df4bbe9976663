"""The first answer to an interaction: within a second always, and nothing is carried out without it.

Discord shows “did not respond” when none comes in three seconds; whoever saw that must not find it done later
(D01, D04). Whoever else has answered it already does the work himself (D02).
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Any

from bot.conversation.messenger import TooFast, Undelivered
from bot.conversation.surroundings import Surroundings
from bot.platforms.discord_link import Acknowledged, TokenOver
from bot.platforms.discord_out import Replies

STORED_S = 0.5
"""A store that takes longer than this to write something down does not delay the answer any more."""
TRIES = 3
PAUSE_S = 0.25


class Stored(StrEnum):
    """What became of an event on its way into the inbox."""

    NEW = "new"
    KNOWN = "known"  # it came before
    FAILED = "failed"  # nothing can be written down


class Begun(StrEnum):
    """What became of the first answer."""

    YES = "yes"
    KNOWN = "known"  # the same interaction once more: not answered again
    LATE = "late"  # its author was told by Discord that nobody responded
    TAKEN = "taken"  # somebody else with this bot's token answers it
    UNHEARD = "unheard"  # Discord could not be reached


async def begin(
    replies: Replies,
    kind: int,
    data: dict[str, Any] | None,
    stored: asyncio.Future[Stored],
    around: Surroundings,
    *,
    is_recovered: bool = False,
    only_looks: bool = False,
) -> Begun:
    """Say that an answer comes: once it is written down, or soon without that.

    Args:
        is_recovered: an earlier life may have answered; then `Acknowledged` means ours.
        only_looks: nothing hangs on its being written down first.
    """
    if not (stored.done() or only_looks):
        patience = asyncio.ensure_future(around.clock.sleep_s(STORED_S))
        try:
            await asyncio.wait((stored, patience), return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
    if stored.done() and stored.result() is Stored.KNOWN:
        return Begun.KNOWN
    may_be_ours = is_recovered
    for number in range(1, TRIES + 1):
        try:
            await replies.first(kind, data)
        except Acknowledged:
            if may_be_ours:
                return Begun.YES
            return Begun.KNOWN if await stored is Stored.KNOWN else Begun.TAKEN
        except TokenOver:
            return Begun.LATE
        except TooFast as failure:
            if number < TRIES:
                await around.clock.sleep_s(min(failure.retry_after_s, 1.0))
        except Undelivered:
            may_be_ours = True
            if number < TRIES:
                await around.clock.sleep_s(PAUSE_S)
        else:
            return Begun.YES
    return Begun.UNHEARD
