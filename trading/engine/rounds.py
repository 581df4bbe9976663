"""Rounds: looks at one account's venue by timer and after each break of its stream, and adds what was missed.

Independent of the stream's health (RELIABILITY P7): a stream that drops a frame says nothing about it. Only
ever adds: fills that the book does not know are reported, an order that the venue tells differently is asked
about. What the book should make of it is decided where everything is decided.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from trading.domain.book import Book
from trading.domain.decide import Message
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.naming import our_id
from trading.domain.order import Order
from trading.domain.reports import BrokerReport, DriftFound, DriftGone, FillReported
from trading.engine.drift import (
    DriftWatch,
    entered_in,
    oversized,
    standing,
    turned_up,
    unexplained,
    untold,
    with_our_ids,
)
from trading.engine.settings import EngineSettings
from trading.engine.strangers import Strangers
from trading.ports import Broker, BrokerSilent, Clock, VenueSnapshot
from trading.telemetry import Telemetry

OVERLAP = timedelta(seconds=120)
"""How far before the last look the history is read again: a venue may show a fill later than it made it."""

SOUGHT_FOR = timedelta(hours=1)
"""How far back the history is read while what the venue holds is not explained by the fills it has told."""

MOMENT_S = 0.5
"""A venue that takes longer for its answers than the looks are apart still gets a pause."""


class Writer(Protocol):
    """What a round needs of the engine."""

    clock: Clock
    book: Book
    telemetry: Telemetry

    def report(self, report: Message) -> None:
        """Take a report."""
        ...


class VenueLook(Struct, frozen=True):
    """How an account's venue is looked at. `age_s`: since the last whole answer, None = there was none yet;
    `longest_s`: the longest time between two of them since the start; `is_open`: entries may go out."""

    account: AccountId
    age_s: float | None
    longest_s: float
    is_open: bool


class Rounds:
    """The rounds of one account.

    Args:
        since: from when on the venue's history is read at the first look.
        resolve: has an order asked about, beside the work.
    """

    def __init__(
        self,
        engine: Writer,
        account: AccountId,
        broker: Broker,
        settings: EngineSettings,
        since: datetime,
        resolve: Callable[[ClientOrderId], None],
    ) -> None:
        self._engine = engine
        self.account = account
        self._broker = broker
        self._settings = settings
        self._since = since
        self._resolve = resolve
        self._looked_s: float | None = None
        self._longest_s = 0.0
        self._asked_s: dict[ClientOrderId, float] = {}
        self._drift = DriftWatch(settings.quiet_s)
        self._strangers = Strangers(engine, broker, settings)
        self._hurry = asyncio.Event()
        self._opened = asyncio.Event()
        if not settings.look_every_s:
            # Without a timer (replay) the venue is in this very process: nothing it says can be missed.
            self._opened.set()
        self._breaks = 0
        self.has_asked = False
        """Whether the first look is over, whatever came of it."""

    # ------------------------------------------------------------ what others ask

    @property
    def is_open(self) -> bool:
        """Whether the venue was compared with since its stream began: only then may entries go out."""
        return self._opened.is_set()

    async def opened(self) -> bool:
        """Wait until entries may go out; False when that takes too long for the price that they were
        decided at."""
        try:
            async with asyncio.timeout(self._settings.entries_wait_s):
                await self._opened.wait()
        except TimeoutError:
            return False
        return True

    def told(self) -> VenueLook:
        """How the venue is looked at, for screens."""
        age_s = None if self._looked_s is None else self._engine.clock.elapsed_s() - self._looked_s
        return VenueLook(self.account, age_s, max(self._longest_s, age_s or 0.0), self.is_open)

    # ------------------------------------------------------------ the stream

    def broke(self) -> None:
        """The stream is gone: what happens now is not heard, so that nothing may be added."""
        self._breaks += 1
        self._opened.clear()

    def hurry(self) -> None:
        """Look now."""
        self._hurry.set()

    def mended(self) -> None:
        """The stream is back: look now. Entries stay closed until the answer is whole."""
        self.broke()
        self._hurry.set()

    # ------------------------------------------------------------ the work

    async def run(self) -> None:
        """For ever. Without a timer (replay), only when the stream was mended."""
        while True:
            self._hurry.clear()
            began_s = self._engine.clock.elapsed_s()
            is_whole = await self.look()
            self.has_asked = True
            is_timed = bool(self._settings.look_every_s)
            if is_timed and not is_whole and self._unheard_s() > self._settings.unheard_s:
                # Nobody knows what happens there: what stands protects, and nothing is added (X08).
                self._opened.clear()
            # Counted from when the last look began, or a slow venue would be looked at less often.
            took_s = self._engine.clock.elapsed_s() - began_s
            every_s = self._settings.look_every_s if is_whole else self._settings.resolve_pause_s
            try:
                async with asyncio.timeout(max(every_s - took_s, MOMENT_S) if every_s else None):
                    await self._hurry.wait()
            except TimeoutError:
                pass

    async def look(self) -> bool:
        """One round; whether the venue gave every answer."""
        clock, breaks = self._engine.clock, self._breaks
        asked_at = clock.now()
        before = standing(self._engine.book, self.account)
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                history = await self._broker.history(self._since)
            unclear = await self._strangers.sought(history)
            async with asyncio.timeout(self._settings.ask_timeout_s):
                seen = await self._broker.snapshot()
        except (BrokerSilent, TimeoutError):
            self._engine.telemetry.count("venue_silent", account=self.account)
            return False
        book = self._engine.book
        seen = with_our_ids(book, self.account, seen)
        # By the clock that is behind: one that was set forward would pass over what the venue does next.
        until = min(asked_at, seen.at, *(one.at for one in unclear.fills)) - OVERLAP
        if unexplained(self._engine.book, self.account, before, seen, until - SOUGHT_FOR):
            # The fill that would explain it is better than any price that could be guessed for it.
            self._since = min(until, max(self._since, until - SOUGHT_FOR))
        else:
            self._since = until
        self._note_interval()
        self._add(one for one in history if one not in unclear.fills)
        self._ask_about(unclear.orders)
        self._ask_about((*untold(book, before, seen), *turned_up(book, seen), *oversized(book, self.account)))
        self._compare(before, seen)
        if breaks == self._breaks:
            self._opened.set()
        return True

    def _unheard_s(self) -> float:
        """How long the venue has not said what it holds; for ever before it first did."""
        return float("inf") if self._looked_s is None else self._engine.clock.elapsed_s() - self._looked_s

    def _note_interval(self) -> None:
        now_s = self._engine.clock.elapsed_s()
        if self._looked_s is not None:
            took_s = now_s - self._looked_s
            self._longest_s = max(self._longest_s, took_s)
            self._engine.telemetry.took("venue_look", took_s, account=self.account)
        self._looked_s = now_s

    def _add(self, history: Iterable[BrokerReport]) -> None:
        """Fills that nobody told us of: also those of orders that are done here, or of another hand."""
        for report in history:
            if not isinstance(report, FillReported):
                continue
            book = self._engine.book
            cid = our_id(book, report.account, report.client_order_id, report.venue_order_id)
            order = book.order_of_client_id(cid)
            if order is None or report.fill_id not in order.fill_ids:
                self._engine.report(replace(report, is_sought=True))

    def _compare(self, before: Sequence[Order], seen: VenueSnapshot) -> None:
        """Tell where book and venue disagree for good, and where they agree again."""
        engine, account = self._engine, self.account
        found, agreed = self._drift.looked(engine.book, account, before, seen, engine.clock.elapsed_s())
        now, venue = engine.clock.now(), self._broker.profile.venue
        for one in found:
            entered = entered_in(engine.book, account, one.symbol)
            said = (one.symbol, one.held, one.booked, one.lost, now, seen.at, entered)
            engine.report(DriftFound(account, venue, *said))
        for symbol in agreed:
            engine.report(DriftGone(account, symbol, now))

    def _ask_about(self, orders: Iterable[ClientOrderId]) -> None:
        """Each one at most every so often: an answer takes its time."""
        now_s = self._engine.clock.elapsed_s()
        again_s = self._settings.ask_again_s
        self._asked_s = {cid: at for cid, at in self._asked_s.items() if now_s - at < again_s}
        for cid in orders:
            if cid not in self._asked_s:
                self._asked_s[cid] = now_s
                self._resolve(cid)
