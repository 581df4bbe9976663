"""Asks a venue whether an account is flat: the proof that a flatten waits for, at pauses that double."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Protocol

from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.ids import AccountId
from trading.domain.position import Position
from trading.engine.drift import with_our_ids
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock


class Writer(Protocol):
    """What it needs of the engine."""

    clock: Clock
    book: Book

    def report(self, report: rp.FlatChecked) -> None:
        """Take a report."""
        ...


class FlatChecks:
    """The questions of all accounts; one at a time for each."""

    def __init__(self, engine: Writer, settings: EngineSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._tries: dict[AccountId, tuple[str, int]] = {}
        self._asked: dict[AccountId, asyncio.Event] = {}  # by what ends the pause before the question
        self._booked: dict[AccountId, tuple[Decimal, Decimal]] = {}

    async def check(self, account: AccountId, broker: Broker) -> None:
        """Ask, after the pause that is due, and report what the venue says. How long it had to be asked while
        something was left delays nothing once that has closed."""
        is_news = self._has_closed(account)
        if account in self._asked:
            if is_news:
                self._asked[account].set()
            return
        if is_news:
            self._tries.pop(account, None)
        self._asked[account] = asyncio.Event()
        try:
            await self._pause(account)
            self._engine.report(await self._answer(account, broker))
        finally:
            del self._asked[account]

    def _has_closed(self, account: AccountId) -> bool:
        """Whether nothing is left of what is to close, and something was booked since that was last so."""
        known = self._engine.book.account(account)
        if known is None or any(_is_meant(known, one) for one in self._engine.book.live_positions(account)):
            return False
        booked = (known.realised, known.fees)
        is_news = self._booked.get(account) != booked
        self._booked[account] = booked
        return is_news

    async def _pause(self, account: AccountId) -> None:
        """The first question of a flatten goes out at once, each further one after twice the pause."""
        known = self._engine.book.account(account)
        flattening = known.flattening if known else None
        cause = flattening.command_id if flattening else ""
        asked_for, tries = self._tries.get(account, (cause, 0))
        tries = tries if asked_for == cause else 0
        self._tries[account] = (cause, tries + 1)
        if tries:
            pause_s = self._settings.flat_pause_s * 2 ** min(tries - 1, 16)
            if await _is_set(self._asked[account], min(pause_s, self._settings.flat_pause_max_s)):
                self._tries[account] = (cause, 1)
            while wait_s := self._until_open_s(account, cause):
                await self._engine.clock.sleep_s(min(wait_s, self._settings.flat_pause_max_s))

    def _until_open_s(self, account: AccountId, cause: str) -> float:
        """Seconds until a market opens in which this flatten could close anything. 0 when one is open, when
        an order is still to end, or when it is another flatten by now: a closed market refuses each try."""
        book, now = self._engine.book, self._engine.clock.now()
        known = book.account(account)
        live = list(book.live_positions(account))
        flattening = known.flattening if known else None
        if flattening is None or flattening.command_id != cause or not live:
            return 0.0
        orders = [order for position in live for order in book.orders_of(position)]
        if any(order.is_entry or order.leaves_now for order in orders):
            return 0.0
        contracts = [book.instrument(account, position.symbol) for position in live]
        opens = [contract.session.next_open(now) if contract else now for contract in contracts]
        return (min(opens) - now).total_seconds()

    async def _answer(self, account: AccountId, broker: Broker) -> rp.FlatChecked:
        clock, known = self._engine.clock, self._engine.book.account(account)
        cause = known.flattening.command_id if known is not None and known.flattening is not None else ""
        asked_at = clock.now()
        try:
            async with asyncio.timeout(self._settings.send_timeout_s):
                seen = await broker.snapshot()
        except (BrokerSilent, TimeoutError):
            return rp.FlatChecked(account, broker.profile.venue, None, None, clock.now(), asked_for=cause)
        held = tuple((symbol, quantity) for symbol, quantity in seen.positions.items() if quantity)
        # What another hand has waiting there is not ours to cancel, and no reason to go on.
        listed = with_our_ids(self._engine.book, account, seen).orders
        ours = (self._engine.book.order_of_client_id(one.client_order_id) for one in listed)
        waiting = sum(1 for order in ours if order is not None and not order.is_foreign)
        return rp.FlatChecked(account, broker.profile.venue, len(held), waiting, asked_at, held, cause)


def _is_meant(account: Account, position: Position) -> bool:
    """Whether the flatten under way is about the position: a panic is about all of them."""
    flattening = account.flattening
    if flattening is None or flattening.is_panic:
        return True
    return position.position_id in flattening.position_ids


async def _is_set(event: asyncio.Event, within_s: float) -> bool:
    """Wait for so long, or until it is set: whether it was."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
