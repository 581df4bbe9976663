"""Notices that a venue has gone quiet, that it answers again, and that doubt lasts. Decides nothing."""

from __future__ import annotations

import asyncio
from typing import Protocol

from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.freezing import BY_ITSELF, FreezeCause
from trading.domain.ids import AccountId
from trading.domain.order import OrderStatus
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock


class Writer(Protocol):
    """What it needs of the engine."""

    clock: Clock
    book: Book

    def report(self, report: rp.Report) -> None:
        """Take a report."""
        ...


class Quiet:
    """Looks at one account's venue while an order is in doubt or entries are frozen, and rests else. All
    spans are on the clock that never jumps."""

    def __init__(self, engine: Writer, account: AccountId, broker: Broker, settings: EngineSettings) -> None:
        self._engine = engine
        self._account = account
        self._broker = broker
        self._settings = settings
        self._woken = asyncio.Event()
        self._woken.set()
        self._heard_s = engine.clock.elapsed_s()
        self._doubt_s: float | None = None
        self._told_s: float | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether entries wait for the venue's next answer."""
        return bool(self._causes() & BY_ITSELF)

    def wake(self) -> None:
        """Something is in doubt (or was, before this start)."""
        self._woken.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._woken.wait()
            self._heard_s = self._engine.clock.elapsed_s()
            while self.is_frozen or self._has_doubt():
                is_whole = await self._look()
                self.looked(is_whole=is_whole)
                is_well = is_whole and not self.is_frozen
                pause_s = self._settings.doubt_look_s if is_well else self._settings.resolve_pause_s
                await self._engine.clock.sleep_s(pause_s)
            self._doubt_s = self._told_s = None
            self._woken.clear()

    async def _look(self) -> bool:
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                await self._broker.snapshot()
        except (BrokerSilent, TimeoutError):
            return False
        return True

    def looked(self, *, is_whole: bool) -> None:
        """The venue was asked what the account holds, and answered or not."""
        now_s, at = self._engine.clock.elapsed_s(), self._engine.clock.now()
        causes = self._causes()
        if is_whole:
            self._heard_s = now_s
            if causes & BY_ITSELF:
                self._engine.report(rp.VenueAnswers(self._account, at))
        elif now_s - self._heard_s >= self._settings.unheard_s and FreezeCause.UNANSWERED not in causes:
            self._engine.report(rp.VenueQuiet(self._account, at))
        self._remind(now_s)

    def _remind(self, now_s: float) -> None:
        """Doubt that lasts is told, and told again."""
        if not self._has_doubt():
            self._doubt_s = self._told_s = None
            return
        self._doubt_s = now_s if self._doubt_s is None else self._doubt_s
        if self._told_s is None:
            is_due = now_s - self._doubt_s >= self._settings.doubt_told_s
        else:
            is_due = now_s - self._told_s >= self._settings.doubt_told_again_s
        if is_due:
            self._told_s = now_s
            self._engine.report(rp.DoubtWaits(self._account, self._engine.clock.now()))

    def _has_doubt(self) -> bool:
        orders = self._engine.book.open_orders(self._account)
        return any(order.status is OrderStatus.IN_DOUBT for order in orders)

    def _causes(self) -> frozenset[FreezeCause]:
        account = self._engine.book.account(self._account)
        return frozenset(one.cause for one in account.freezes) if account is not None else frozenset()
