"""Looks at what today has lost: every few seconds where something is held, and after each fill.

Only looks: the warning is decided and written down like everything else (`trading.domain.decide.day_limit`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from trading.domain.book import Account
from trading.domain.events import DayStarted, LimitChanged, OrderFilled
from trading.domain.ids import AccountId
from trading.domain.market import Quote
from trading.domain.reports import RiskLooked
from trading.domain.request import RequestKind
from trading.domain.warning import LIMIT_REACHED, usage_of_day
from trading.engine.loop import Engine
from trading.ports import StoredEvent

_CAUSES = (OrderFilled, LimitChanged, DayStarted)


class RiskWatch:
    """Reports `RiskLooked` for accounts whose loss has reached a level that was not told yet.

    An account is looked at when a price that it depends on has moved since the last round, after each of its
    fills, and when its limit or its day changes; a report is only made when there is something to decide.

    Args:
        engine: whose published book is looked at, and who takes the reports.
        stale_after_s: by symbol, how old a price may be to be believed (`MarketData.stale_after_s`).
        every_s: the pause between two rounds.
        slice_size: how many accounts are looked at before others get a turn.
    """

    def __init__(
        self,
        engine: Engine,
        stale_after_s: Callable[[str], float],
        *,
        every_s: float = 5.0,
        slice_size: int = 25,
    ) -> None:
        self._engine = engine
        self._stale_after_s = stale_after_s
        self._every_s = every_s
        self._slice_size = slice_size
        self._seen: dict[str, Quote] = {}
        self.looks = 0
        """How many accounts were looked at since the start."""
        engine.committed(self._committed)

    async def run(self) -> None:
        """Go round for ever."""
        clock = self._engine.clock
        while True:
            await clock.sleep_s(self._every_s)
            await self.round()

    async def round(self) -> None:
        """Look once at every account that holds something whose price has moved."""
        book = self._engine.book
        moved = {symbol for symbol, quote in book.marks.items() if self._seen.get(symbol) is not quote}
        self._seen = dict(book.marks)
        for count, name in enumerate(book.account_ids(), start=1):
            held = [p.symbol for p in book.live_positions(name) if p.is_open] if moved else []
            if not moved.isdisjoint(held):
                self.look(name)
            if count % self._slice_size == 0:
                await self._engine.clock.sleep_s(0)

    def look(self, name: AccountId) -> None:
        """Look at one account now."""
        book = self._engine.book
        account = book.account(name)
        if account is None:
            return
        self.looks += 1
        now = self._engine.clock.now()
        ages = self._ages(p.symbol for p in book.live_positions(name) if p.is_open)
        usage = usage_of_day(book, account, now, ages)
        if usage is None:
            return
        is_news = usage.level > account.risk_warned
        if is_news or (usage.level >= LIMIT_REACHED and self._waits(account)):
            self._engine.report(RiskLooked(name, now, ages))

    def _waits(self, account: Account) -> bool:
        """Whether an entry waits that nobody has asked to end."""
        orders = self._engine.book.open_orders(account.account)
        return any(order.is_entry and order.request(RequestKind.CANCEL) is None for order in orders)

    def _ages(self, symbols: Iterable[str]) -> dict[str, Decimal]:
        return {symbol: Decimal(str(self._stale_after_s(symbol))) for symbol in symbols}

    def _committed(self, stored: Sequence[StoredEvent]) -> None:
        for name in dict.fromkeys(one.event.account for one in stored if isinstance(one.event, _CAUSES)):
            self.look(name)
