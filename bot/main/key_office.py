"""All that one desk has about keys of venues: who asks the venues, and who answers the command line.

The same beside a running desk and in a command of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.conversation.key_desk import KeyDesk, Outcome, Wanted, accounts_of
from bot.main.key_socket import KeySocket, Reply, Request
from bot.main.wiring import OWNER
from trading.brokers.key_look import VenueLook
from trading.domain.book import Book
from trading.key_checking import KeyChecking
from trading.ports import Clock, Credentials, Desk, Vault, VaultLocked, VenueKeys
from trading.venue_keys import KeyLook


class KeyOffice:
    """The keys of one desk."""

    def __init__(
        self,
        vault: Vault,
        keys: VenueKeys,
        clock: Clock,
        book: Callable[[], Book],
        *,
        desk: Desk | None = None,
        look: KeyLook | None = None,
    ) -> None:
        look = look or VenueLook(clock)
        self.keys = keys
        self.checking = KeyChecking(keys, look, desk, book, clock)
        self.desk = KeyDesk(keys, look, clock, accounts_of(book), self.checking, desk)
        self._vault = vault
        self._clock = clock

    def socket(self, folder: Path) -> KeySocket:
        """The door for `openoutcry keys`."""
        return KeySocket(folder, self.answer)

    async def answer(self, request: Request) -> Reply:
        """What the operator's command line wants. Raises JournalUnavailable."""
        cause = f"terminal:{self._clock.now().isoformat()}"
        match request.act:
            case "add":
                wanted = Wanted(OWNER, request.venue, request.environment, request.name)
                if not request.key:
                    return Reply(await self.desk.problem(wanted))
                held = Credentials(request.key, request.secret)
                return Reply(await self.desk.enter(wanted, held, cause))
            case "check":
                checked = await self.desk.check(OWNER, request.name, cause)
                if checked is None:
                    return Reply(Outcome("keys.none", {"name": request.name}))
                return Reply(keys=await self.desk.shown(OWNER), checked=checked)
            case "rotate":
                return await self._rotated()
            case "remove":
                return Reply(await self.desk.remove(OWNER, request.name, cause))
            case _:
                return Reply(keys=await self.desk.shown(OWNER))

    async def _rotated(self) -> Reply:
        try:
            return Reply(count=await self._vault.rotate())
        except VaultLocked as locked:
            return Reply(Outcome("keys.locked", {"why": str(locked)}))
