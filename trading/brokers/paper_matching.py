"""The paper venue's floor: what a price does to the orders that wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

from trading.brokers.fills import (
    FillRules,
    Strike,
    Terms,
    at_arrival,
    at_point,
    fee_base_of,
    fee_of,
    in_range,
    order_inside,
    slipped,
)
from trading.brokers.paper_book import AT_ONCE, Book, share_of
from trading.brokers.paper_brackets import dropped, room_for, sleeping, woken
from trading.brokers.paper_records import Changed, Ended, Filled, Trailed, Triggered, Working
from trading.brokers.paper_state import VenueState
from trading.brokers.tape import TapeUnavailable
from trading.domain.ids import FillId
from trading.domain.market import Bar, Print, Quote
from trading.domain.money import ZERO, Price, Quantity, rounded_down
from trading.domain.order import OrderType, TimeInForce
from trading.domain.reports import BrokerReport, FillReported
from trading.ports import Entropy

NOTE_EVERY = timedelta(seconds=60)
Hits = Iterable[tuple[object, Price]]


class Matcher:
    """Feeds prices to the books. Every `on_…` returns the reports that it caused, oldest first.

    A price that touches nothing costs two comparisons per side. When the tape cannot be written, a fill
    does not happen and the order stays where it was.
    """

    def __init__(self, state: VenueState, rules: FillRules, entropy: Entropy, waits_for_open: bool) -> None:
        self._state = state
        self._rules = rules
        self._entropy = entropy
        self._waits_for_open = waits_for_open

    def on_quote(self, quote: Quote) -> Sequence[BrokerReport]:
        """A live quote: sells see the bid, buys the ask, each up to its share of the size there."""
        book = self._state.book(quote.symbol)
        if book is None:
            return ()
        if not book.hours.is_open(quote.at):
            return self._after_hours(book, quote.at)
        book.bid, book.ask, book.seen_at = quote.bid, quote.ask, quote.at
        if self._rules.touch_share is not None:
            book.left = {
                True: share_of(quote.ask_size, self._rules.touch_share),
                False: share_of(quote.bid_size, self._rules.touch_share),
            }
        self._begin(book, quote.at)
        sells = book.sells.fired(quote.bid, quote.bid)
        buys = book.buys.fired(quote.ask, quote.ask)
        if sells or buys:
            self._at_point(book, [*sells, *buys], quote.at, is_gap=False)
        return self._drained()

    def on_print(self, trade: Print) -> Sequence[BrokerReport]:
        """A trade of the market: both sides see its price, up to their share of its quantity."""
        book = self._state.book(trade.symbol)
        if book is None:
            return ()
        if not book.hours.is_open(trade.at):
            return self._after_hours(book, trade.at)
        book.bid = book.ask = trade.price
        book.seen_at = trade.at
        self._let(book, share_of(trade.quantity, self._rules.volume_share))
        self._begin(book, trade.at)
        hits = [*book.sells.fired(trade.price, trade.price), *book.buys.fired(trade.price, trade.price)]
        if hits:
            self._at_point(book, hits, trade.at, is_gap=False)
        return self._drained()

    def on_bar_open(self, bar: Bar) -> Sequence[BrokerReport]:
        """At `bar.at`: arrivals trade at the open, what the gap jumped over fills at the open."""
        book = self._state.book(bar.symbol)
        if book is None:
            return ()
        if not book.hours.is_open_during(bar.at, bar.ends_at):
            return self._after_hours(book, bar.at)
        ask = bar.open if bar.ask_open is None else bar.ask_open
        book.bar, book.bid, book.ask, book.seen_at = bar, bar.open, ask, bar.at
        if self._rules.volume_share is not None:
            self._let(book, share_of(bar.volume, self._rules.volume_share))
        self._begin(book, bar.at)
        sells = book.sells.fired(bar.open, bar.open, lifts=False)
        buys = book.buys.fired(ask, ask, lifts=False)
        if sells or buys:
            self._at_point(book, [*sells, *buys], bar.at, is_gap=True)
        return self._drained() if self._state.outbox else ()

    def on_bar_close(self, bar: Bar) -> Sequence[BrokerReport]:
        """At `bar.ends_at`: the range of the bar meets what was active when it began, stops first."""
        book = self._state.book(bar.symbol)
        if book is None:
            return ()
        if not book.hours.is_open_during(bar.at, bar.ends_at):
            return self._after_hours(book, bar.ends_at)
        expiry = self._state.next_expiry
        if expiry is not None and expiry < bar.ends_at:
            with suppress(TapeUnavailable):
                self.expire(bar.ends_at - timedelta(microseconds=1))
        sells = book.sells.fired(bar.low, bar.high)
        if bar.ask_low is None or bar.ask_high is None:
            buys, ask = book.buys.fired(bar.low, bar.high), bar.close
        else:
            buys = book.buys.fired(bar.ask_low, bar.ask_high)
            ask = bar.close if bar.ask_close is None else bar.ask_close
        if sells or buys:
            self._in_range(book, bar, [*sells, *buys])
        book.bar, book.bid, book.ask, book.seen_at = None, bar.close, ask, bar.ends_at
        if book.trails:
            self._note_trails(book, bar.ends_at)
        return self._drained() if self._state.outbox else ()

    def wake(self, now: datetime) -> Sequence[BrokerReport]:
        """Time alone: expiries, and orders whose latency is over and whose price is still fresh."""
        with suppress(TapeUnavailable):
            self.expire(now)
        if not self._waits_for_open:
            for book in self._state.books.values():
                if book.waiting and book.is_fresh(now, self._rules.fresh_s):
                    self._admit(book, now)
        return self._drained()

    # ------------------------------------------------------------ orders

    def enter(self, work: Working, now: datetime) -> None:
        """An order (or its new price) reaches the venue: it meets the price at hand or waits for one."""
        book = self._state.books[work.order.symbol]
        met_at = self.meeting(book, now, work.active_at)
        if met_at is None:
            book.waiting.append(work)
        else:
            self._arrive(book, work, met_at)

    def meeting(self, book: Book, now: datetime, active_at: datetime) -> datetime | None:
        """The instant at which an order would trade now against the price at hand, None = it must wait."""
        if self._waits_for_open:
            return book.bar.at if book.bar is not None and active_at <= book.bar.at else None
        return now if active_at <= now and book.is_fresh(now, self._rules.fresh_s) else None

    def end(self, work: Working, status: str, reason: str, at: datetime) -> None:
        """No more fills for this order, and no waking for exits that sleep behind it."""
        self._state.record(*dropped(self._state, work, at), Ended(work.cid, status, reason, at))

    def expire(self, at: datetime) -> None:
        """End what is too old."""
        state = self._state
        if state.next_expiry is None or at < state.next_expiry:
            return
        for work in [
            one for one in state.open.values() if one.expires_at is not None and one.expires_at <= at
        ]:
            assert work.expires_at is not None
            self.end(work, "expired", "expired", work.expires_at)
        dates = [one.expires_at for one in state.open.values() if one.expires_at is not None]
        state.next_expiry = min(dates, default=None)

    # ------------------------------------------------------------ matching

    def _after_hours(self, book: Book, at: datetime) -> Sequence[BrokerReport]:
        """Prices outside of the session trade nothing here: they are thin, and stub quotes of 1.00 occur."""
        book.bar = None
        with suppress(TapeUnavailable):
            self.expire(at)
        return self._drained() if self._state.outbox else ()

    def _begin(self, book: Book, at: datetime) -> None:
        expiry = self._state.next_expiry
        if expiry is not None and at >= expiry:
            with suppress(TapeUnavailable):
                self.expire(at)
        if not book.is_fitted:
            with suppress(TapeUnavailable):
                self.fit(book, at)
        if book.waiting:
            self._admit(book, at)
        if book.trails and self._state.tape.is_durable:
            self._note_trails(book, at)

    def _admit(self, book: Book, at: datetime) -> None:
        ready = [work for work in book.waiting if work.active_at <= at]
        if not ready:
            return
        book.waiting = [work for work in book.waiting if work.active_at > at]
        for work in ready:
            if work.is_open:
                self._arrive(book, work, at)

    def _arrive(self, book: Book, work: Working, at: datetime) -> None:
        """The order meets a standing price for the first time (a market order again, if size was short)."""
        with suppress(TapeUnavailable):
            self._meet_standing(book, work, at)
        if work.is_open and work not in book.index_of(work):
            book.place(work)

    def _meet_standing(self, book: Book, work: Working, at: datetime) -> None:
        price = book.price_for(work.is_buy)
        assert price is not None, "an arrival has a price"
        strike = at_arrival(work.terms(book.stop_of(work)), price)
        if work.order.post_only and strike is not None:
            self.end(work, "canceled", "post_only", at)
            return
        life = work.order.time_in_force
        if life is TimeInForce.FOK and not self._fills_whole(book, work, strike):
            self.end(work, "canceled", "fok", at)
            return
        if strike is not None:
            self._strike(book, work, strike, at)
        if work.is_open and life in AT_ONCE:
            self.end(work, "canceled", life.value, at)

    def _fills_whole(self, book: Book, work: Working, strike: Strike | None) -> bool:
        if strike is None or strike.price is None:
            return False
        quantity = work.remaining
        if work.order.reduce_only and quantity > self._state.purse.closable(work.order.symbol, work.is_buy):
            return False
        at_hand = book.left[work.is_buy]
        return at_hand is None or rounded_down(at_hand, book.instrument.lot_size) >= quantity

    def _at_point(self, book: Book, hits: Hits, at: datetime, *, is_gap: bool) -> None:
        met = self._sorted(book, hits, None)
        for work, terms in met:
            if not work.is_open:
                continue
            price = book.price_for(work.is_buy)
            assert price is not None
            strike = at_point(terms, price, is_gap=is_gap, touch_fills=self._is_lucky(terms, price))
            if strike is not None and work.active_at <= at:
                with suppress(TapeUnavailable):
                    self._strike(book, work, strike, at)
        self._put_back(book, met)

    def _in_range(self, book: Book, bar: Bar, hits: Hits) -> None:
        met = self._sorted(book, hits, bar)
        for work, terms in met:
            if not work.is_open or work.active_at > bar.at:
                continue
            low, high = bar.low, bar.high
            if work.is_buy and bar.ask_low is not None and bar.ask_high is not None:
                low, high = bar.ask_low, bar.ask_high
            lucky = self._is_lucky(terms, low if work.is_buy else high)
            strike = in_range(terms, low, high, touch_fills=lucky)
            if strike is not None:
                with suppress(TapeUnavailable):
                    self._strike(book, work, strike, bar.ends_at)
        self._put_back(book, met)

    def _sorted(self, book: Book, hits: Hits, bar: Bar | None) -> list[tuple[Working, Terms]]:
        met = []
        for key, level in hits:
            work = cast(Working, key)
            if work.type is OrderType.TRAILING_STOP:
                work.best = book.best_behind(work, level)
                met.append((work, work.terms(work.instrument.price_nearest(level))))
            else:
                met.append((work, work.terms(work.stop_price)))
        if len(met) > 1:
            # A jump reaches the levels behind it in the order in which they lay: the deepest hit first.
            opened = bar.open if bar else (book.bid or Price(ZERO))
            sign = 1 if bar else -1
            rank = {one[0]: order_inside(one[1], opened) for one in met}
            met.sort(key=lambda one: (rank[one[0]][0], sign * rank[one[0]][1], one[0].seq))
        return met

    def _put_back(self, book: Book, met: Sequence[tuple[Working, Terms]]) -> None:
        for work, _ in met:
            if work.is_open and work not in book.index_of(work):
                book.place(work)

    def _strike(self, book: Book, work: Working, strike: Strike, at: datetime) -> None:
        terms = work.terms(work.stop_price)
        if strike.triggered:
            self._state.record(Triggered(work.cid, at))
        if strike.price is not None:
            self._execute(book, work, terms, strike, at)

    def _execute(self, book: Book, work: Working, terms: Terms, strike: Strike, at: datetime) -> None:
        """Trade as much as position, group and size at hand allow; then fit what has become too big."""
        state, symbol = self._state, work.order.symbol
        quantity: Decimal = work.remaining
        if work.order.reduce_only:
            quantity = min(quantity, state.purse.closable(symbol, work.is_buy))
        elif work.order.group:
            quantity = min(quantity, state.group_left.get(work.order.group, quantity))
        if quantity <= 0:
            self.end(work, "canceled", "reduce_only" if work.order.reduce_only else "oco", at)
            return
        at_hand = book.left[work.is_buy]
        if at_hand is not None:
            quantity = min(quantity, rounded_down(at_hand, book.instrument.lot_size))
            if quantity <= 0:
                return
        price = slipped(book.instrument, terms, strike, quantity, at_hand, self._rules)
        terms_of_fee = (Quantity(quantity), strike.liquidity)
        fee_base = fee_base_of(book.instrument, *terms_of_fee, work.is_buy, self._rules)
        fee = ZERO if fee_base else fee_of(book.instrument, price, *terms_of_fee, self._rules)
        report = FillReported(
            account=state.account,
            client_order_id=work.cid,
            fill_id=FillId(f"{work.venue_order_id}-{work.fills + 1}"),
            quantity=Quantity(quantity),
            price=price,
            fee=fee,
            liquidity=strike.liquidity,
            at=at,
            venue_order_id=work.venue_order_id,
            symbol=symbol,
            side=work.order.side,
            fee_base=fee_base,
        )
        asleep = sleeping(state, work)
        state.record(Filled(symbol, work.order.side, report), *woken(state, work, report.quantity, at))
        if at_hand is not None:
            book.left[work.is_buy] = at_hand - quantity
        self.fit(book, at)
        for one in asleep:
            if one.is_open and not one.is_asleep:
                one.active_at = at  # what the bar that woke it has seen before is not for it
                self.enter(one, at)

    def fit(self, book: Book, at: datetime) -> None:
        """Members of a group never promise more than may still trade, what is attached promises all that is
        held, and what closes nothing any more ends."""
        state = self._state
        book.is_fitted = False
        for work in [one for one in book.reducers.values() if not one.is_asleep]:
            order = work.order
            if order.attached:
                self._keep(work, at)
                continue
            if order.reduce_only:
                room = room_for(state, work)
            else:
                room = state.group_left.get(order.group, work.remaining)
            if room >= work.remaining:
                continue
            if not room:
                self.end(work, "canceled", "oco" if order.group else "reduce_only", at)
            elif order.group:
                total = Quantity(work.filled + room)
                state.record(Changed(work.cid, total, work.limit_price, work.stop_price, "oco", at))
        book.is_fitted = True

    def keep_to_position(self, work: Working, at: datetime) -> None:
        """An attached order has come: whatever quantity it says, it stands for the whole position."""
        try:
            self._keep(work, at)
        except TapeUnavailable:
            self._state.books[work.order.symbol].is_fitted = False  # with the next price, then

    def _keep(self, work: Working, at: datetime) -> None:
        held = self._state.purse.closable(work.order.symbol, work.is_buy)
        room = rounded_down(held, work.instrument.lot_size)
        if not room:
            self.end(work, "canceled", "reduce_only", at)
        elif room != work.remaining:
            total = Quantity(work.filled + room)
            change = Changed(work.cid, total, work.limit_price, work.stop_price, "attached", at)
            self._state.record(change)

    def _is_lucky(self, terms: Terms, price: Price) -> bool:
        chance = self._rules.touch_probability
        if terms.type is not OrderType.LIMIT or terms.limit != price or not chance:
            return False
        return self._entropy.fraction() < chance

    def _let(self, book: Book, quantity: Decimal | None) -> None:
        book.left = {True: quantity, False: quantity}

    def _note_trails(self, book: Book, at: datetime) -> None:
        """So that a restart finds trailing stops about where they stood."""
        if not self._state.tape.is_durable or (book.next_note is not None and at < book.next_note):
            return
        book.next_note = at + NOTE_EVERY
        for work in book.trails.values():
            best = book.index_of(work).best_of(work)
            if best is not None and best != work.best:
                with suppress(TapeUnavailable):
                    self._state.record(Trailed(work.cid, best, at))

    def _drained(self) -> list[BrokerReport]:
        reports, self._state.outbox = self._state.outbox, []
        return reports
