"""One symbol at the paper venue: its prices now, and which of our orders wait for which price."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from trading.brokers.paper_records import Working
from trading.domain.ids import ClientOrderId
from trading.domain.instrument import Hours, Instrument
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.domain.order import OrderType, TimeInForce
from trading.domain.price_index import PriceIndex
from trading.domain.trailing import best_ahead, stop_behind

AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})


class Book:
    """Sell orders look at the bid, buy orders at the ask; from bars and prints both are one price."""

    __slots__ = (
        "ask",
        "bar",
        "bid",
        "buys",
        "hours",
        "instrument",
        "is_fitted",
        "left",
        "next_note",
        "reducers",
        "seen_at",
        "sells",
        "trails",
        "waiting",
    )

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.hours = Hours(instrument.session)
        self.bid: Price | None = None
        self.ask: Price | None = None
        self.seen_at: datetime | None = None
        self.bar: Bar | None = None  # the bar that is open now
        self.sells = PriceIndex()
        self.buys = PriceIndex()
        self.waiting: list[Working] = []  # not arrived yet, or market orders that wait for size
        self.reducers: dict[ClientOrderId, Working] = {}  # open, reduce-only or in a group
        self.trails: dict[ClientOrderId, Working] = {}
        self.is_fitted = True  # False when a full disk kept a group from being reduced
        self.next_note: datetime | None = None
        self.left: dict[bool, Decimal | None] = {True: None, False: None}  # size at hand, by is_buy

    def price_for(self, is_buy: bool) -> Price | None:
        """What an order of that side trades against now."""
        return self.ask if is_buy else self.bid

    def index_of(self, work: Working) -> PriceIndex:
        """Where its level is watched."""
        return self.buys if work.is_buy else self.sells

    def is_fresh(self, now: datetime, fresh_s: float) -> bool:
        """Whether the price is young enough to trade at."""
        return self.seen_at is not None and (now - self.seen_at).total_seconds() <= fresh_s

    def stop_of(self, work: Working) -> Price | None:
        """Where the order's trigger stands now, None without one."""
        if work.order.type is not OrderType.TRAILING_STOP:
            return work.stop_price
        best = self.best_of(work)
        if best is None or self._waits_to_trail(work, best):
            return None
        order = work.order
        stop = stop_behind(best, order.trail_distance, order.trail_percent, long=not work.is_buy)
        return work.instrument.price_nearest(stop)

    def best_of(self, work: Working) -> Price | None:
        """The best price that a trailing stop has seen."""
        watched = self.index_of(work).best_of(work)
        if watched is not None:
            return watched
        if work.best is not None:
            return work.best
        if work.stop_price is not None:
            return self.best_behind(work, work.stop_price)
        return self.price_for(work.is_buy)

    def best_behind(self, work: Working, stop: Price) -> Price:
        """The best price that has put a trailing order's stop at `stop`."""
        order = work.order
        best = best_ahead(stop, order.trail_distance, order.trail_percent, long=not work.is_buy)
        return work.instrument.price_nearest(best)

    def place(self, work: Working) -> None:
        """Put an open order where the next price finds it."""
        kind, index = work.type, self.index_of(work)
        if kind is OrderType.MARKET or work.order.time_in_force in AT_ONCE:
            self._wait(work)
        elif kind is OrderType.LIMIT:
            assert work.limit_price is not None
            if work.is_buy:
                index.add_below(work, work.limit_price)
            else:
                index.add_above(work, work.limit_price)
        elif kind is OrderType.TRAILING_STOP:
            self._trail(work)
        else:
            assert work.stop_price is not None
            if work.is_buy:
                index.add_above(work, work.stop_price)
            else:
                index.add_below(work, work.stop_price)

    def lift_out(self, work: Working) -> None:
        """Let no price find it any more; a trailing stop keeps its best price in mind."""
        index = self.index_of(work)
        if work in index:
            work.best = index.best_of(work) or work.best
            index.remove(work)
        if work in self.waiting:
            self.waiting.remove(work)

    def move_out(self, work: Working) -> None:
        """A new price was given: forget where it stood, its best price included when that was replaced."""
        kept = work.best
        self.lift_out(work)
        if work.order.type is OrderType.TRAILING_STOP and work.stop_price is not None:
            work.best = kept

    def remember(self, work: Working) -> None:
        """An order is open."""
        if work.order.reduce_only or work.order.group:
            self.reducers[work.cid] = work
        if work.order.type is OrderType.TRAILING_STOP:
            self.trails[work.cid] = work

    def forget(self, work: Working) -> None:
        """An order is done."""
        self.lift_out(work)
        self.reducers.pop(work.cid, None)
        self.trails.pop(work.cid, None)

    def _wait(self, work: Working) -> None:
        if work not in self.waiting:
            self.waiting.append(work)

    def _trail(self, work: Working) -> None:
        best = self.best_of(work)
        percent = work.order.trail_percent
        away = percent if percent is not None else work.order.trail_distance
        assert away is not None
        if best is None:
            self._wait(work)
            return
        # A stop that has begun to trail goes on, wherever its activation lay.
        activation = work.order.activation_price if self._waits_to_trail(work, best) else None
        self.index_of(work).add_trail(work, not work.is_buy, away, percent is not None, best, activation)

    def _waits_to_trail(self, work: Working, best: Price) -> bool:
        activation = work.order.activation_price
        if activation is None:
            return False
        return best > activation if work.is_buy else best < activation


def share_of(quantity: Decimal | None, share: Decimal | None) -> Decimal | None:
    """What may be taken of the size at hand; None where it has no bound."""
    return None if quantity is None or share is None else quantity * share
