"""Where something may have happened since it was asked last: Binance tells fills market by market, and each
question costs as much as forty orders; the account's balances tell where nothing has filled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from trading.brokers.ccxt_markets import exact
from trading.domain.instrument import Instrument
from trading.domain.money import Quantity
from trading.domain.reports import BrokerReport

LAG: Final = timedelta(seconds=20)
"""A fill may be shown so long after the balance that it has moved: until then its market is asked again."""
JUST_NOW: Final = timedelta(seconds=2)
"""Many questions about single orders come in one breath: they share an answer that is younger."""
AGAIN: Final = timedelta(minutes=10)
"""No answer is believed for longer, whatever the balances say."""
KEPT_MAX: Final = 500
HELD_MAX: Final = 20


def totals_of(account: Mapping[str, Any]) -> dict[str, Decimal]:
    """What `GET /api/v3/account` says is held by asset, whether it waits in an order or not."""
    return {one["asset"]: exact(one["free"]) + exact(one["locked"]) for one in account["balances"]}


class _Known(Struct, frozen=True):
    since: datetime
    asked_at: datetime
    reports: tuple[BrokerReport, ...]


class Activity:
    """Answers about the past of one account, asked anew only where a balance has moved meanwhile.

    Args:
        currency: what the account's cash is in: when it alone has moved, something was bought and sold again,
            and nobody knows where.
    """

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._totals: dict[str, Decimal] | None = None
        self._read_at: datetime | None = None
        self._moved: dict[str, datetime] = {}
        self._moved_somewhere: datetime | None = None
        self._known: dict[str, _Known] = {}
        self._held: dict[str, Quantity] = {}
        self._known_before: frozenset[str] = frozenset()
        self.turn = asyncio.Lock()
        """Who asks does so one after the other: only then can the next use what the one before was told."""

    def touched(self) -> None:
        """Something is sent: no answer of before counts as one of after."""
        self._read_at = None
        self._known_before = frozenset(self._known)

    def is_fresh(self, now: datetime) -> bool:
        """Whether the balances were read a moment ago."""
        return self._read_at is not None and now - self._read_at < JUST_NOW

    def balances(self, totals: Mapping[str, Decimal], now: datetime) -> None:
        """What the account holds by asset, free and locked together."""
        before, self._totals, self._read_at = self._totals, dict(totals), now
        if before is None:
            return
        moved = {one for one in {*before, *totals} if before.get(one) != totals.get(one)}
        for one in moved:
            self._moved[one] = now
        if moved == {self._currency}:
            self._moved_somewhere = now

    def followed(self, positions: Mapping[str, Quantity]) -> list[str]:
        """Symbols of what is held, to be asked about from now on; of hundreds of coins (the test side hands
        them out) only those that move."""
        held, self._held = self._held, dict(positions)
        if len(positions) <= HELD_MAX:
            return list(positions)
        every = {*held, *positions} if held else set()
        return [one for one in every if held.get(one) != positions.get(one)]

    async def since(
        self,
        instrument: Instrument,
        since: datetime,
        now: datetime,
        ask: Callable[[datetime], Awaitable[Sequence[BrokerReport]]],
    ) -> Sequence[BrokerReport]:
        """The reports of one market from `since` on."""
        known = self._known.get(instrument.symbol)
        if known is None or known.since > since or self._may_have_moved(instrument, known, now):
            # It costs the same, and the next who asks may mean a little earlier.
            begin = min(since, now - AGAIN)
            reports = tuple(await ask(begin))
            self._known.pop(instrument.symbol, None)
            self._known_before -= {instrument.symbol}
            self._known[instrument.symbol] = known = _Known(begin, now, reports)
            while len(self._known) > KEPT_MAX:
                del self._known[next(iter(self._known))]
        return [one for one in known.reports if one.at >= since]

    def _may_have_moved(self, instrument: Instrument, known: _Known, now: datetime) -> bool:
        if now - known.asked_at > AGAIN:
            return True
        is_shared = now - known.asked_at < JUST_NOW and instrument.symbol not in self._known_before
        lag = timedelta() if is_shared else LAG
        moves = (self._moved.get(instrument.base), self._moved_somewhere)
        return any(one is not None and one + lag > known.asked_at for one in moves)
