"""Which alerts a price touches. Like the exits: a tick costs what it hits, not what waits.

The result of a position is watched as the price at which it is reached. What no single price decides (an
indicator, an account's day) is looked at in rounds: alert_rounds.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from trading.domain.book import Account, Book
from trading.domain.ids import AccountId
from trading.domain.market import Bar, Quote
from trading.domain.measure import Measure
from trading.domain.money import Price
from trading.domain.price_index import PriceIndex
from trading.domain.reports import AlertTouched
from trading.domain.timed import PriceAlert, Side

Key = tuple[AccountId, str]
BY_PRICE = frozenset({Measure.PRICE, Measure.POSITION})
_OTHER = {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}


class AlertWatch:
    """The levels of all accounts' alerts that a price decides, by symbol; judged by the mid price.

    An alert that has rung rests for a while: it is kept aside and comes back with the first price after that,
    so that a price that stays beyond its level costs nothing meanwhile.
    """

    def __init__(self) -> None:
        self._indexes: dict[str, PriceIndex] = {}
        self._alerts: dict[Key, PriceAlert] = {}
        self._resting: dict[str, dict[Key, datetime]] = {}
        self._known: dict[AccountId, tuple[PriceAlert, ...]] = {}
        self._of_positions: dict[AccountId, tuple[PriceAlert, ...]] = {}
        self._book = Book()
        self._seen: set[str] = set()
        self._from_before: set[Key] = set()

    def __len__(self) -> int:
        return len(self._alerts)

    def load(self, book: Book) -> None:
        """Watch what a book holds that has just come from the journal."""
        for account in book.accounts.values():
            self.sync(account, book)
            fresh = [key for a in account.alerts if (key := (account.account, a.alert_id)) in self._alerts]
            self._from_before.update(key for key in fresh if self._alerts[key].symbol not in self._seen)

    def sync(self, account: Account, book: Book) -> None:
        """Bring the watches of an account in line. Costs nothing when its alerts are those that are known and
        none is about a position."""
        self._book = book
        name = account.account
        known = self._known.get(name, ())
        if account.alerts is not known:
            self._known[name] = account.alerts
            alerts = tuple(alert for alert in account.alerts if alert.of in BY_PRICE)
            wanted = {alert.alert_id: alert for alert in alerts}
            for alert in known:
                if wanted.get(alert.alert_id) is not alert:
                    self._remove((name, alert.alert_id), alert)
            for alert in alerts:
                if self._alerts.get((name, alert.alert_id)) is not alert:
                    self._add((name, alert.alert_id), alert)
            self._of_positions[name] = tuple(alert for alert in alerts if alert.of is Measure.POSITION)
        for alert in self._of_positions.get(name, ()):
            # What is held may be another now, and with it the price at which the result is reached.
            key = (name, alert.alert_id)
            if key not in self._resting.get(alert.symbol, {}):
                self._unwatch(key, alert)
                self._watch(key, alert)

    def on_quote(self, quote: Quote) -> Sequence[AlertTouched]:
        """What a quote touches."""
        is_first = self._is_first(quote.symbol)
        index = self._awake(quote.symbol, quote.at)
        if index is None:
            return ()
        mid = quote.mid
        fired = index.fired(mid, mid)
        if not fired:
            return ()
        return [self._touched(key, quote, is_first) for key, _ in fired]

    def on_bar(self, bar: Bar) -> Sequence[AlertTouched]:
        """What a closed bar touched, each at its level: the close may have come back from it."""
        is_first = self._is_first(bar.symbol)
        index = self._awake(bar.symbol, bar.ends_at)
        if index is None:
            return ()
        low = bar.low if bar.ask_low is None else (bar.low + bar.ask_low) / 2
        high = bar.high if bar.ask_high is None else (bar.high + bar.ask_high) / 2
        found = []
        for key, level in index.fired(low, high):
            # A gap may have jumped over the level: then the nearest price that was traded did it.
            price = Price(min(max(level, low), high))
            quote = Quote(bar.symbol, price, price, bar.ends_at, source=bar.source)
            found.append(self._touched(key, quote, is_first))
        return found

    # ------------------------------------------------------------ inside

    def _is_first(self, symbol: str) -> bool:
        if symbol in self._seen:
            return False
        self._seen.add(symbol)
        return True

    def _awake(self, symbol: str, at: datetime) -> PriceIndex | None:
        """The symbol's index, with those put back in that have rested."""
        resting = self._resting.get(symbol)
        if resting:
            for key in [key for key, until in resting.items() if until <= at]:
                del resting[key]
                self._watch(key, self._alerts[key])
        return self._indexes.get(symbol)

    def _touched(self, found: object, quote: Quote, is_first: bool) -> AlertTouched:
        key: Key = found  # type: ignore[assignment]  # only Keys are ever added
        after_gap = is_first and key in self._from_before
        self._from_before.discard(key)
        return AlertTouched(key[0], key[1], quote, after_gap, quote.at)

    def _add(self, key: Key, alert: PriceAlert) -> None:
        self._alerts[key] = alert
        until = alert.rests_until
        if until is None:
            self._watch(key, alert)
        else:
            self._resting.setdefault(alert.symbol, {})[key] = until

    def _watch(self, key: Key, alert: PriceAlert) -> None:
        watched = alert.watched if alert.of is Measure.PRICE else self._price_of_result(key[0], alert)
        if watched is None:
            return
        index = self._indexes.get(alert.symbol)
        if index is None:
            index = self._indexes[alert.symbol] = PriceIndex()
        side, level = watched
        (index.add_above if side is Side.ABOVE else index.add_below)(key, level)

    def _price_of_result(self, name: AccountId, alert: PriceAlert) -> tuple[Side, Decimal] | None:
        """The side and the price at which what is held has the watched result; None while nothing is held."""
        position = self._book.current_position(name, alert.symbol)
        instrument = self._book.instrument(name, alert.symbol)
        if position is None or not position.is_open or instrument is None:
            return None
        side, result = alert.watched
        level = (result + position.cost) / (position.quantity * instrument.multiplier)
        return (side if position.is_long else _OTHER[side]), level

    def _remove(self, key: Key, alert: PriceAlert) -> None:
        self._alerts.pop(key, None)
        self._resting.get(alert.symbol, {}).pop(key, None)
        self._unwatch(key, alert)

    def _unwatch(self, key: Key, alert: PriceAlert) -> None:
        index = self._indexes.get(alert.symbol)
        if index is not None:
            index.remove(key)
            if not len(index):
                del self._indexes[alert.symbol]
