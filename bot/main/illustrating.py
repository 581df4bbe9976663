"""What the notifier may have drawn: the curve of a person's accounts, on the ground that they have chosen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.handling import Prefs, Tools, prefs_from
from bot.conversation.screen import Picture
from bot.conversation.wording import Wording
from bot.handlers.morning import morning_curve
from bot.notifications.teller import Illustrate
from trading.domain.ids import AccountId, PersonId


def illustrator(tools: Tools, defaults: Prefs) -> Illustrate:
    """Draws with the tools of the conversation."""

    async def illustrate(person: PersonId, accounts: Sequence[str], wording: Wording) -> Picture | None:
        prefs = prefs_from(await tools.registers.settings(person), defaults)
        return await morning_curve(tools, [AccountId(one) for one in accounts], wording, prefs.theme)

    return illustrate
