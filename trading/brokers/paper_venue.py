"""The paper venue: takes orders like an exchange, matches them against the market at hand, remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from trading.brokers.fills import FillRules, at_arrival
from trading.brokers.paper_book import Book
from trading.brokers.paper_brackets import shape_problem
from trading.brokers.paper_checks import (
    Problem,
    form_problem,
    funds_problem,
    grid_problem,
    market_problem,
    need_problem,
    notional_problem,
    short_problem,
)
from trading.brokers.paper_matching import Matcher
from trading.brokers.paper_records import Changed, Taken, Working
from trading.brokers.paper_state import VenueState, told_change
from trading.brokers.profile import PAPER_FULL
from trading.brokers.tape import MemoryTape, Tape, TapeUnavailable
from trading.domain.ids import AccountId, ClientOrderId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, OrderType, TimeInForce
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CanceledReported,
    CancelRefused,
    Rejected,
    Replaced,
    ReplaceRefused,
)
from trading.ports import Entropy, VenueOrder, VenueProfile, VenueSnapshot

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class PaperVenue:
    """One paper account. Synchronous: whoever owns it says what time it is and what the market did.

    Args:
        instrument: the contract of a symbol, None when it is unknown (`MarketData.instrument` fits).
        entropy: luck for limits that are only touched.
        cash: what the account begins with, when the tape is new.
        waits_for_open: replay with bars: orders fill at the open of the first bar with `at` >= submit time
            + latency. False (live): at the price at hand, while it is fresh.
        is_open: whether a symbol's market trades at an instant; the instrument's session by default.
    """

    def __init__(
        self,
        account: AccountId,
        instrument: Callable[[str], Instrument | None],
        entropy: Entropy,
        *,
        cash: Decimal = Decimal(10_000),
        profile: VenueProfile = PAPER_FULL,
        rules: FillRules | None = None,
        waits_for_open: bool = False,
        tape: Tape | None = None,
        is_open: Callable[[str, datetime], bool] | None = None,
    ) -> None:
        self.profile = profile
        self.rules = rules or FillRules()
        self._account = account
        self._state = VenueState(account, tape or MemoryTape(), instrument, cash)
        self._state.wakes_whole = profile.bracket_trigger == "full"
        self._state.recover(BEGINNING)
        self._matcher = Matcher(self._state, self.rules, entropy, waits_for_open)
        self._latency = timedelta(seconds=self.rules.latency_s)
        self._is_open = is_open or self._by_session
        self.on_quote = self._matcher.on_quote
        self.on_print = self._matcher.on_print
        self.on_bar_open = self._matcher.on_bar_open
        self.on_bar_close = self._matcher.on_bar_close
        self.wake = self._matcher.wake

    # ------------------------------------------------------------ the market

    def on_market(self, event: Quote | Print | Bar) -> Sequence[BrokerReport]:
        """Any market event; a bar stands for its open and its range at once."""
        if isinstance(event, Quote):
            return self.on_quote(event)
        if isinstance(event, Print):
            return self.on_print(event)
        return [*self.on_bar_open(event), *self.on_bar_close(event)]

    def has_work(self, symbol: str) -> bool:
        """Whether any open order waits for this symbol's prices."""
        book = self._state.books.get(symbol)
        return book is not None and bool(book.waiting or len(book.sells) or len(book.buys))

    def only_rests(self, symbol: str) -> bool:
        """Whether its open orders stand still at their levels: none waits to trade, none trails."""
        book = self._state.books.get(symbol)
        return book is not None and not book.waiting and not book.trails

    def drain(self) -> list[BrokerReport]:
        """The reports that orders, cancels and replaces have caused since the last call."""
        reports, self._state.outbox = self._state.outbox, []
        return reports

    # ------------------------------------------------------------ orders

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        """Accepted or Rejected. What the order fills at once waits in `drain`."""
        if not self.profile.reduce_only and order.reduce_only:
            # The flag does not exist here: an exit is an order like any other.
            order = replace(order, reduce_only=False)
        problem = shape_problem([order], self.profile) or self._problem(order, now)
        return self._rejected(order, problem, now) if problem else self._take([order], now)[0]

    def submit_group(self, orders: Sequence[Order], now: datetime) -> list[BrokerReport]:
        """All of them or none: when one is refused, the others are refused with code `group`."""
        if not self.profile.native_oco:
            problem = Problem("not_supported", "This venue holds no groups; send the orders one by one.")
            return [self._rejected(order, problem, now) for order in orders]
        shape = shape_problem(orders, self.profile)
        problems = [shape or self._problem(order, now) for order in orders]
        if len({order.client_order_id for order in orders}) < len(orders):
            problems[-1] = Problem("duplicate", "Two orders of the group have the same client order id.")
        first = next((problem for problem in problems if problem is not None), None)
        if first is not None:
            refused = Problem("group", f"Another order of the group was refused: {first.sentence}")
            return [
                self._rejected(one, own or refused, now) for one, own in zip(orders, problems, strict=True)
            ]
        return self._take(orders, now)

    def cancel(self, client_order_id: ClientOrderId, now: datetime) -> CanceledReported | CancelRefused:
        """End an open order; a refusal says what is known of it."""
        work = self._state.open.get(client_order_id)
        if work is None:
            return CancelRefused(self._account, client_order_id, self._fate(client_order_id), now)
        try:
            self._matcher.end(work, "canceled", "requested", now)
        except TapeUnavailable as full:
            return CancelRefused(self._account, client_order_id, str(full), now)
        report = self._state.outbox.pop()
        assert isinstance(report, CanceledReported)
        return report

    def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
        now: datetime,
    ) -> Replaced | ReplaceRefused:
        """Change total quantity and prices. A new price is treated like a new arrival; a new quantity
        alone keeps the order in its place. The quantity of what is attached to a position, or sleeps behind
        its entry, is the venue's own business, whatever the change says."""
        work = self._state.open.get(client_order_id)
        if work is None:
            return ReplaceRefused(self._account, client_order_id, self._fate(client_order_id), now)
        if work.order.attached or work.is_asleep:
            quantity = work.quantity
        elif work.order.parent:
            quantity = max(quantity, work.quantity)  # smaller it is made by what closes the position
        problem = self._change_problem(work, quantity, limit_price, stop_price)
        if problem is not None:
            return ReplaceRefused(self._account, client_order_id, problem.sentence, now)
        change = Changed(client_order_id, quantity, limit_price, stop_price, "", now)
        is_moved = (limit_price, stop_price) != (work.limit_price, work.stop_price)
        try:
            self._state.record(change)
        except TapeUnavailable as full:
            return ReplaceRefused(self._account, client_order_id, str(full), now)
        if is_moved and not work.is_asleep:
            book = self._state.books[work.order.symbol]
            book.move_out(work)
            work.active_at = now + self._latency
            self._matcher.enter(work, now)
        return told_change(self._account, change)

    # ------------------------------------------------------------ questions

    def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order; None when it was never accepted."""
        work = self._state.works.get(client_order_id)
        return work.told() if work else None

    def history(self, since: datetime) -> list[BrokerReport]:
        """Fills, ends and group reductions since then, oldest first."""
        return self._state.log.since(since)

    def snapshot(self, now: datetime) -> VenueSnapshot:
        """Positions, open orders and cash."""
        orders = tuple(work.told() for work in self._state.open.values())
        return VenueSnapshot(now, self._state.purse.positions(), orders, self._state.purse.cash)

    def best_of(self, client_order_id: ClientOrderId) -> Price | None:
        """The best price that a trailing stop here has seen, for screens."""
        work = self._state.open.get(client_order_id)
        return None if work is None else self._state.books[work.order.symbol].best_of(work)

    def stop_of(self, client_order_id: ClientOrderId) -> Price | None:
        """Where an order's trigger stands now."""
        work = self._state.open.get(client_order_id)
        return None if work is None else self._state.books[work.order.symbol].stop_of(work)

    def close(self) -> None:
        """Let go of the tape."""
        self._state.tape.close()

    # ------------------------------------------------------------ inside

    def _take(self, orders: Sequence[Order], now: datetime) -> list[BrokerReport]:
        """Write all of them down in one go, then let each meet the market."""
        count, active_at = len(self._state.works), now + self._latency
        taken = [
            Taken(order, VenueOrderId(f"P{count + place}"), now, active_at, self._expiry(order, now))
            for place, order in enumerate(orders, start=1)
        ]
        try:
            self._state.record(*taken)
        except TapeUnavailable as full:
            return [self._rejected(order, Problem("venue_unavailable", str(full)), now) for order in orders]
        for work in [self._state.open[order.client_order_id] for order in orders]:
            order = work.order
            if order.attached and work.is_open:
                self._matcher.keep_to_position(work, now)
            if work.is_open and not order.parent:
                self._matcher.enter(work, now)
        return [Accepted(self._account, one.order.client_order_id, one.venue_order_id, now) for one in taken]

    def _problem(self, order: Order, now: datetime) -> Problem | None:
        if order.client_order_id in self._state.works:
            return Problem("duplicate", f"The client order id {order.client_order_id} was used before.")
        book = self._state.book(order.symbol)
        if book is None:
            return Problem("unknown_symbol", f"{order.symbol} is not traded here.")
        prices = (order.limit_price, order.stop_price, order.activation_price)
        price = self._reference(order, book)
        return (
            form_problem(order, self.profile)
            or grid_problem(book.instrument, order.quantity, prices, order.reduce_only)
            or (None if order.reduce_only else notional_problem(book.instrument, order.quantity, price))
            or market_problem(order, now, self._is_open, self._expiry(order, now))
            or funds_problem(
                order, book.instrument, self._state.purse, price, self.rules, self._promised(order)
            )
            or self._taking_problem(order, book, now, now + self._latency)
        )

    def _promised(self, order: Order) -> Decimal:
        """What other orders of that side have locked already, where each is an order like any other."""
        if self.profile.reduce_only:
            return ZERO
        waiting = (work for work in self._state.open.values() if work.order.symbol == order.symbol)
        return sum((work.remaining for work in waiting if work.order.side is order.side), ZERO)

    def _taking_problem(self, order: Order, book: Book, now: datetime, active_at: datetime) -> Problem | None:
        if not order.post_only or self._matcher.meeting(book, now, active_at) is None:
            return None
        is_buy = order.side.sign > 0
        price = book.price_for(is_buy)
        taken = Taken(order, VenueOrderId(""), now, active_at, None)
        terms = Working(taken, book.instrument, 0).terms(None)
        if price is None or at_arrival(terms, price) is None:
            return None
        return Problem(
            "post_only_would_take", "This limit would trade at once; move it away or drop post-only."
        )

    def _change_problem(
        self, work: Working, quantity: Quantity, limit_price: Price | None, stop_price: Price | None
    ) -> Problem | None:
        if quantity <= work.filled:
            return Problem("quantity", f"{work.filled} has filled already; cancel what is left instead.")
        order = work.order
        is_trailing = order.type is OrderType.TRAILING_STOP
        if (limit_price is None) != (work.limit_price is None) or (
            not is_trailing and (stop_price is None) != (work.stop_price is None)
        ):
            return Problem("price", "A change keeps the kind of the order: the same prices must be given.")
        problem = grid_problem(work.instrument, quantity, (limit_price, stop_price), order.reduce_only)
        if problem is not None or order.reduce_only:
            return problem
        book = self._state.books[order.symbol]
        others = self._promised(order) - work.remaining if not self.profile.reduce_only else ZERO
        problem = short_problem(order, quantity - work.filled, book.instrument, self._state.purse, others)
        if problem is not None:
            return problem
        price = limit_price or stop_price or order.reference_price or book.price_for(work.is_buy)
        open_part = quantity - work.filled
        return need_problem(
            self._state.purse, work.instrument, work.is_buy, open_part, price, self.rules, work.reserved
        )

    def _reference(self, order: Order, book: Book) -> Price | None:
        return (
            order.limit_price
            or order.stop_price
            or book.price_for(order.side.sign > 0)
            or order.reference_price
        )

    def _expiry(self, order: Order, now: datetime) -> datetime | None:
        if order.time_in_force is TimeInForce.GTD:
            return order.expires_at
        if order.time_in_force is not TimeInForce.DAY:
            return None
        book = self._state.book(order.symbol)
        if book is None or not book.instrument.session.spans:
            return datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
        session = book.instrument.session
        return session.closes_at(session.next_open(now))

    def _by_session(self, symbol: str, at: datetime) -> bool:
        book = self._state.book(symbol)
        return book is not None and book.instrument.session.is_open(at)

    def _fate(self, client_order_id: ClientOrderId) -> str:
        work = self._state.works.get(client_order_id)
        return "unknown" if work is None else work.status

    def _rejected(self, order: Order, problem: Problem, now: datetime) -> Rejected:
        return Rejected(self._account, order.client_order_id, problem.code, problem.sentence, now)
