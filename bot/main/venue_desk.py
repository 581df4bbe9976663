"""Accounts at venues outside: opened when their keys are there, connected, reconciled, followed by prices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import partial

from msgspec.structs import replace

from bot.conversation.venues import AccountLook, SiteLook
from bot.main.certified import certified
from bot.main.renewing import Renewable
from bot.main.sites import Seat, Session, Site, build_site
from bot.main.supervising import Kind, Supervisor
from bot.settings_model import Settings
from trading.domain.book import Account
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, ClientOrderId, CommandId
from trading.domain.instrument import Instrument
from trading.domain.mode import LIVE_OFF, PAPER
from trading.domain.order import Order
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.feeds.market import Market
from trading.ports import BrokerSilent, Clock, Denied, VaultLocked, VenueKey, VenueKeys, VenueSnapshot
from trading.telemetry import Telemetry
from trading.venue_keys import NoVenueKeys

START_WAIT_S = 5.0
"""So long a start waits for venues before it opens the chats; they go on being asked beside the work."""
AGAIN_S = 5.0
AGAIN_MAX_S = 300.0
ASK_S = 8.0
AT_ONCE = 16
"""So many accounts of one side begin together, those that stand to lose most before the others."""


class VenueDesk:
    """All accounts outside of one life of the desk.

    Args:
        page: tells the operator (code, level, facts).
    """

    def __init__(
        self,
        engine: Engine,
        market: Market,
        settings: Settings,
        clock: Clock,
        supervisor: Supervisor,
        telemetry: Telemetry,
        page: Callable[[str, str, Mapping[str, str]], None],
    ) -> None:
        self._engine = engine
        self._market = market
        self._keys: VenueKeys = NoVenueKeys()
        self._settings = settings
        self._clock = clock
        self._supervisor = supervisor
        self._telemetry = telemetry
        self._page = page
        self.sites: dict[tuple[str, str], Site] = {}
        self._sessions: dict[AccountId, Renewable] = {}
        self._connected: dict[AccountId, asyncio.Event] = {}
        self._place: dict[AccountId, tuple[str, str]] = {}
        self._turns: dict[tuple[str, str], asyncio.Semaphore] = {}

    async def begin(self, keys: VenueKeys) -> None:
        """Begin every account that has a key, what stands to lose most first, and wait for them a little."""
        self._keys = keys
        known = self._engine.book.accounts
        shown = sorted(await self._keys.all_shown(), key=lambda one: -_exposure(known.get(one.account)))
        for key in shown:
            self.follow(key)
        waiting = [asyncio.create_task(one.wait()) for one in self._connected.values()]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=START_WAIT_S)
            for one in late:
                one.cancel()

    def follow(self, key: VenueKey) -> None:
        """Begin an account, also while the desk runs; once."""
        if key.account in self._connected:
            return
        site = self._site(key)
        if site is None:
            self._page("venue_unknown", "warning", {"account": str(key.account), "venue": key.venue})
            return
        self._connected[key.account] = asyncio.Event()
        self._place[key.account] = (key.venue, key.environment)
        name = f"account:{key.account}"
        self._supervisor.add(name, Kind.WATCH, partial(self._account, key, site))
        self._supervisor.start(name)

    async def renewed(self, key: VenueKey) -> None:
        """An account's key was entered, or is another one now: what begins afterwards goes out with it."""
        session, place = self._sessions.get(key.account), (key.venue, key.environment)
        if session is None or self._place[key.account] != place:
            self.follow(key)
            return
        fresh = await self._opened(key, self.sites[place])
        if fresh is not None:
            await session.renew(fresh)

    async def close(self) -> None:
        """Hang up everywhere; orders stay where they are."""
        closing = [one.close() for one in self._sessions.values()] + [
            one.close() for one in self.sites.values()
        ]
        await asyncio.gather(*closing, return_exceptions=True)

    # ------------------------------------------------------------ what screens ask

    def look(self, account: AccountId) -> AccountLook:
        """How an account's venue stands now."""
        broker = self._engine.outbox.broker(account)
        known = self._engine.book.account(account)
        if known is None or known.venue == PAPER:
            return AccountLook(PAPER, broker is not None)
        # A table over all venues: what it names is loaded with the first account outside.
        from trading.brokers.grade import grade_of

        here = certified(self._settings.home).get(known.venue)
        return AccountLook(here.grade if here is not None else grade_of(known.venue), broker is not None)

    def looks(self) -> list[SiteLook]:
        """Every side of a venue that is in use, with the streams of the accounts there."""
        found = []
        for place, site in self.sites.items():
            streams = [
                (str(name), session.stream_age_s)
                for name, session in self._sessions.items()
                if self._place.get(name) == place
            ]
            one = site.look()
            found.append(replace(one, streams=(*one.streams, *streams)))
        return found

    def foreseen(self, order: Order, instrument: Instrument) -> str:
        """What the side of the venue says on which the account is."""
        place = self._place.get(order.account)
        return self.sites[place].foreseen(order, instrument) if place is not None else ""

    async def cash(self, account: AccountId) -> Decimal | None:
        """What the venue says now; None when it does not."""
        session = self._sessions.get(account)
        if session is None:
            return None
        try:
            async with asyncio.timeout(ASK_S):
                return (await session.snapshot()).cash
        except (BrokerSilent, TimeoutError):
            return None

    # ------------------------------------------------------------ inside

    def _site(self, key: VenueKey) -> Site | None:
        place = (key.venue, key.environment)
        known = self.sites.get(place)
        if known is None:
            known = build_site(key.venue, key.environment, self._settings, self._clock, self._telemetry)
            if known is None:
                return None
            self.sites[place] = known
            name = f"prices:{known.name}"
            self._supervisor.add(name, Kind.FEED, partial(self._market.listen, known.feed), may_end=True)
            self._supervisor.start(name)
        return known

    async def _account(self, key: VenueKey, site: Site) -> None:
        """For as long as the desk lives: a session that is up looks after itself, so this only waits."""
        turn = self._turns.setdefault((key.venue, key.environment), asyncio.Semaphore(AT_ONCE))
        async with turn:
            session = await self._begun(key, site)
            if session is not None and self._engine.book.account(key.account) is not None:
                await self._joined(key.account, session)
        if session is not None and self._engine.book.account(key.account) is None:
            # Its venue may be silent for long: nobody waits behind it.
            await self._opened_account(key, site, session)
            await self._joined(key.account, session)
        self._connected[key.account].set()
        await asyncio.Event().wait()

    async def _joined(self, account: AccountId, session: Session) -> None:
        """Prices of what is held there, and the engine's own beginning, once."""
        for position in self._engine.book.live_positions(account):
            self._market.want(position.symbol)
        if self._engine.outbox.broker(account) is None:
            await connect(self._engine, account, session)

    async def _begun(self, key: VenueKey, site: Site) -> Session | None:
        """The account's session; None when its key cannot be had, or the account is of another side."""
        known = self._engine.book.account(key.account)
        if known is not None and (known.venue, known.mode == PAPER) != (key.venue, key.environment == PAPER):
            facts = {"account": str(key.account), "venue": key.venue, "side": key.environment}
            self._page("key_of_another_side", "warning", facts)
            return None
        if key.account not in self._sessions:
            opened = await self._opened(key, site)
            if opened is None:
                return None
            self._sessions[key.account] = Renewable(opened)
        session = self._sessions[key.account]
        with suppress(BrokerSilent, TimeoutError):
            # A key that may withdraw opens nothing; where nobody answers now, the daily look at keys does.
            async with asyncio.timeout(ASK_S):
                await session.probe()
        return session

    async def _opened_account(self, key: VenueKey, site: Site, session: Session) -> None:
        """The account in the book, however long its venue says nothing."""
        pause_s = AGAIN_S
        while self._engine.book.account(key.account) is None:
            try:
                await self._open(key, site, await session.snapshot())
            except BrokerSilent as silent:
                self._telemetry.log("warning", "venue_silent", account=str(key.account), why=str(silent))
                await self._clock.sleep_s(pause_s)
                pause_s = min(pause_s * 2, AGAIN_MAX_S)

    async def _opened(self, key: VenueKey, site: Site) -> Session | None:
        """A session with the key that the vault has now; None when there is none, or it cannot be had."""
        try:
            held = await self._keys.keys_of(key.account)
        except VaultLocked as locked:
            self._page("venue_locked", "warning", {"account": str(key.account), "why": str(locked)})
            self._tell_unguarded(key.account)
            return None
        if held is None:
            return None
        with held:
            symbols = [symbol for account, symbol in self._engine.book.instruments if account == key.account]
            return site.session(Seat(key.account, held, symbols, self._symbol_of))

    def _tell_unguarded(self, account: AccountId) -> None:
        """Exits that nothing but this desk carries out, at an account that it cannot reach."""
        stops = [
            position.symbol for position, _ in self._engine.triggers.stops() if position.account == account
        ]
        if stops:
            symbols = ", ".join(dict.fromkeys(stops))
            self._page("venue_unguarded", "error", {"account": str(account), "symbols": symbols})

    async def _open(self, key: VenueKey, site: Site, seen: VenueSnapshot) -> None:
        """The account begins with the cash that is there; what else is there is the person's own business."""
        left = {symbol: Decimal(held) for symbol, held in seen.positions.items() if held}
        mode = PAPER if key.environment == PAPER else LIVE_OFF
        command = OpenAccount(
            CommandId(f"desk:open:{key.account}"),
            key.owner,
            key.account,
            key.venue,
            mode,
            site.currency,
            seen.cash,
            site.name,
            left,
        )
        answer = await self._engine.submit(command)
        if isinstance(answer, Denied):
            raise BrokerSilent(answer.refusals[0].sentence)

    def _symbol_of(self, cid: ClientOrderId) -> str | None:
        order = self._engine.book.order_of_client_id(cid)
        return None if order is None else order.symbol


def _exposure(account: Account | None) -> Decimal:
    return Decimal(0) if account is None else account.exposure + account.reserved
