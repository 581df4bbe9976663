"""What is answered at once and from memory: what could stand in a half-typed option, an order ticket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import discord

from bot.platforms.discord_commands import CHOICES_MAX, focused, ticket
from bot.platforms.discord_decode import Arrived, What
from bot.platforms.discord_out import Replies

CHOICE_MAX = 100

_TYPES = discord.InteractionResponseType

Suggest = Callable[[str, str, str], Awaitable[Sequence[tuple[str, str]]]]
"""What may be offered while an option is typed: the user, what is asked for (symbol, position, …), what
stands there so far; returns labels with values, best first."""


async def nothing_suggested(user: str, what: str, typed: str) -> Sequence[tuple[str, str]]:
    """For desks that offer nothing."""
    return ()


async def offer(arrived: Arrived, replies: Replies, suggest: Suggest) -> None:
    """Open the form, or say what could be typed. Raises Undelivered."""
    given = arrived.interaction
    assert given is not None
    if arrived.what is What.TICKET:
        await replies.first(_TYPES.modal.value, ticket(given.data, arrived.language))
        return
    what, typed = focused(given.data)
    found = await suggest(arrived.user, what, typed) if what else ()
    choices = [{"name": name[:CHOICE_MAX], "value": value} for name, value in found if value]
    short = [one for one in choices if len(one["value"]) <= CHOICE_MAX][:CHOICES_MAX]
    await replies.first(_TYPES.autocomplete_result.value, {"choices": short})
