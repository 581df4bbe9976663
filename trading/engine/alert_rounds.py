"""Looks at alerts that no single price decides: indicators of closed bars, an account's day, what has an end,
and what rings unseen. A round costs nothing for accounts without such alerts.

Only looks: what follows is decided and written down like everything else (`trading.domain.decide.alerts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from trading.domain.book import Account, Book
from trading.domain.ids import AccountId
from trading.domain.measure import Indicator, Measure, Reading
from trading.domain.reports import AlertDue, AlertMeasured, SeriesAnchored
from trading.domain.timed import PriceAlert
from trading.domain.warning import day_result
from trading.engine.loop import Engine
from trading.ports import StoredEvent

EVERY_S = 1.0


class AlertRounds:
    """Reports alerts whose level is reached or whose instant has come.

    Args:
        engine: whose published book is looked at, and who takes the reports.
        read: what an indicator of a symbol is now, computed from an instant on
            (`trading.gauge.Gauge.reading`).
        stale_after_s: by symbol, how old a price may be to be believed.
        every_s: the pause between two rounds; replays call `round` after each bar instead of `run`.
    """

    def __init__(
        self,
        engine: Engine,
        read: Callable[[str, Indicator, datetime | None], Reading | None],
        stale_after_s: Callable[[str], float],
        *,
        every_s: float = EVERY_S,
    ) -> None:
        self._engine = engine
        self._read = read
        self._stale_after_s = stale_after_s
        self._every_s = every_s
        self._watched: dict[AccountId, None] = {}
        self._book: Book | None = None
        engine.committed(self._committed)

    async def run(self) -> None:
        """Go round for ever."""
        while True:
            await self._engine.clock.sleep_s(self._every_s)
            self.round()

    def round(self) -> None:
        """Look once at every alert that waits for this."""
        book = self._engine.book
        if self._book is not book:  # loaded anew
            self._book = book
            self._watch(book.account_ids())
        if not self._watched:
            return
        now = self._engine.clock.now()
        for name in self._watched:
            account = book.account(name)
            assert account is not None, "accounts stay"
            self._look(account, now)

    # ------------------------------------------------------------ inside

    def _look(self, account: Account, now: datetime) -> None:
        report = self._engine.report
        for alert in account.alerts:
            if alert.is_over(now):
                report(AlertDue(account.account, alert.alert_id, now))
            elif alert.of is Measure.INDICATOR or alert.of is Measure.DAY:
                self._compare(account, alert, now)
        for ringing in account.ringing:
            if ringing.due_at <= now:
                report(AlertDue(account.account, ringing.alert.alert_id, now))

    def _compare(self, account: Account, alert: PriceAlert, now: datetime) -> None:
        rests_until = alert.rests_until
        if rests_until is not None and now < rests_until:
            return
        ages: dict[str, Decimal] = {}
        if alert.of is Measure.INDICATOR:
            value = self._indicated(account, alert, now)
        else:
            ages = self._ages(account)
            value = day_result(self._engine.book, account, now, ages)
        if value is not None and alert.is_reached(value):
            self._engine.report(AlertMeasured(account.account, alert.alert_id, value, now, ages))

    def _indicated(self, account: Account, alert: PriceAlert, now: datetime) -> Decimal | None:
        """The indicator's value, once it is written down from which bar on it is computed: whoever reads it
        after a restart must read the same."""
        assert alert.indicator is not None, "an alert about an indicator names it"
        reading = self._read(alert.symbol, alert.indicator, alert.anchored_at)
        if reading is None or reading.anchored_at is None:
            return None
        if reading.anchored_at != alert.anchored_at:
            self._engine.report(SeriesAnchored(account.account, alert.alert_id, reading.anchored_at, now))
            return None
        return reading.value

    def _ages(self, account: Account) -> dict[str, Decimal]:
        held = {p.symbol for p in self._engine.book.live_positions(account.account) if p.is_open}
        return {symbol: Decimal(str(self._stale_after_s(symbol))) for symbol in sorted(held)}

    def _committed(self, stored: Sequence[StoredEvent]) -> None:
        if self._book is self._engine.book:
            self._watch(dict.fromkeys(AccountId(one.event.account) for one in stored))

    def _watch(self, names: Iterable[AccountId]) -> None:
        """Note which of these accounts have anything that a round looks at."""
        for name in names:
            account = self._engine.book.account(name)
            if account is not None and (account.ringing or any(map(_needs_rounds, account.alerts))):
                self._watched[name] = None
            else:
                self._watched.pop(name, None)


def _needs_rounds(alert: PriceAlert) -> bool:
    return alert.until is not None or alert.of is Measure.INDICATOR or alert.of is Measure.DAY
