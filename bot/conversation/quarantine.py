"""What happens when a message has ended the desk three times: its author's accounts stop, people hear of it.

The message itself is set aside by the inbox; the rest goes on (RULINGS 21).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.inbox import Received
from bot.conversation.words import say
from trading.domain.book import Book
from trading.domain.commands import HaltState, SetHalt
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.domain.reports import Noted
from trading.domain.rights import Right
from trading.ports import Clock, Desk

CODE = "inbox_quarantined"


class Quarantine:
    """Freezes and tells.

    Args:
        report: takes a durable notice (`engine.report`).
        book: the published book.
    """

    def __init__(
        self, desk: Desk, report: Callable[[Noted], object], book: Callable[[], Book], clock: Clock
    ) -> None:
        self._desk = desk
        self._report = report
        self._book = book
        self._clock = clock

    async def set_aside(self, received: Received, author: PersonId | None) -> None:
        """Halt every account of the author for new entries, with the reason, and say so. Exits go on.
        Raises JournalUnavailable."""
        platform = received.platform.capitalize()
        accounts = self._book().accounts.values() if author is not None else ()
        theirs = [one.account for one in accounts if author and Right.HALT in one.rights_of(author)]
        for account in theirs:
            command_id = CommandId(f"quarantine:{received.platform}:{received.update_id}:{account}")
            assert author is not None
            reason = say("reason.quarantined", platform=platform)
            await self._desk.submit(SetHalt(command_id, author, account, HaltState.REDUCE_ONLY, reason))
        for account in theirs or [AccountId(DESK)]:
            facts = {"platform": platform, "message": received.update_id}
            self._report(Noted(account, CODE, "halt", "error", facts, self._clock.now()))
