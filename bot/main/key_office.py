"""All that one desk has about keys of venues: who asks the venues, and who answers the command line.

The same beside a running desk and in a command of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.key_desk import KeyDesk, Outcome, Wanted, accounts_of
from bot.conversation.key_links import KeyLinks
from bot.main.key_alarm import KeyAlarm
from bot.main.key_socket import KeySocket, Reply, Request
from bot.main.sites import binance_endpoint, kraken_endpoint
from bot.main.supervising import Kind, Supervisor
from bot.main.vaulting import OpenedVault
from bot.main.venue_desk import VenueDesk
from bot.main.wiring import OWNER
from bot.settings_model import Settings
from scheduler.jobs import Standing, keys_job
from trading.brokers.key_look import SIDES, Sites, VenueLook
from trading.domain.book import Book
from trading.domain.ids import AccountId
from trading.engine.loop import Engine
from trading.key_checking import KeyChecking
from trading.ports import Clock, Credentials, Desk, Entropy, Vault, VaultLocked, VenueKeys
from trading.venue_keys import KeyLook

if TYPE_CHECKING:
    from bot.platforms.web import Route


def look_for(settings: Settings, clock: Clock) -> KeyLook:
    """Who asks venues about keys: at their own addresses, or where the operator says that they are."""
    binance = {side: binance_endpoint(side, settings) for side in SIDES if settings.binance_base_url}
    kraken = {side: kraken_endpoint(side, settings) for side in SIDES if settings.kraken_base_url}
    return VenueLook(clock, Sites(binance, kraken=kraken))


class KeyOffice:
    """The keys of one desk."""

    def __init__(
        self,
        vault: Vault,
        keys: VenueKeys,
        clock: Clock,
        entropy: Entropy,
        book: Callable[[], Book],
        *,
        desk: Desk | None = None,
        look: KeyLook,
        page: str = "",
    ) -> None:
        self.keys = keys
        self.checking = KeyChecking(keys, look, desk, book, clock)
        self.alarm = KeyAlarm(self.checking, clock)
        self.desk = KeyDesk(keys, look, clock, accounts_of(book), self.checking, desk)
        self.links = KeyLinks(self.desk, clock, entropy, page)
        self._vault = vault
        self._clock = clock

    @classmethod
    def of(
        cls, opened: OpenedVault, settings: Settings, engine: Engine, clock: Clock, entropy: Entropy
    ) -> KeyOffice:
        """That of a desk that runs."""
        ground = opened.vault, opened.keys, clock, entropy
        look, page = look_for(settings, clock), settings.key_page
        office = cls(*ground, lambda: engine.book, desk=engine, look=look, page=page)
        engine.committed(office.alarm.committed)
        return office

    async def open(self, supervisor: Supervisor, folder: Path, venues: VenueDesk) -> None:
        """Let the command line in, and have every account that has a key begin, now and from now on."""

        async def follow(account: AccountId) -> None:
            key = await self.keys.shown(account)
            if key is not None:
                await venues.renewed(key)

        self.desk.listen(follow)
        supervisor.add("keys", Kind.WATCH, self.socket(folder).run)
        supervisor.add("key-alarm", Kind.WATCH, self.alarm.run)
        await venues.begin(self.keys)

    def socket(self, folder: Path) -> KeySocket:
        """The door for `openoutcry keys`."""
        return KeySocket(folder, self.answer)

    def routes(self) -> Sequence[Route]:
        """The page, for the desk's web server; none where nobody could reach it."""
        if not self.links.address:
            return ()
        from bot.platforms.key_page import KeyPage

        return KeyPage(self.links).routes

    def daily(self) -> Standing:
        """The round of all keys."""
        return keys_job(self.checking.all)

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
