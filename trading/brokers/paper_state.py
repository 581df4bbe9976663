"""The paper venue's truth: orders, holdings, groups. It changes by records only, each on the tape first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from trading.brokers.paper_book import Book
from trading.brokers.paper_funds import Purse
from trading.brokers.paper_records import (
    Changed,
    Ended,
    Filled,
    Listed,
    Opened,
    Record,
    Taken,
    Trailed,
    Triggered,
    Working,
)
from trading.brokers.paper_works import Told, Works
from trading.brokers.tape import Tape
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Quantity
from trading.domain.reports import BrokerReport, CanceledReported, ExpiredReported, Replaced


class VenueState:
    """Everything that the tape can bring back, and the reports that wait to be told."""

    def __init__(
        self, account: AccountId, tape: Tape, instrument: Callable[[str], Instrument | None], cash: Decimal
    ) -> None:
        self.account = account
        self.tape = tape
        self.purse = Purse(cash)
        self.books: dict[str, Book] = {}
        self.works = Works()
        self.open = self.works.open
        self.brackets: dict[ClientOrderId, list[ClientOrderId]] = {}  # exits that came with an entry
        self.wakes_whole = False  # whether such exits sleep until all of their entry has filled
        self.group_left: dict[str, Decimal] = {}  # of groups that do not reduce: what may still trade
        self.outbox: list[BrokerReport] = []
        self.log = Told()
        self.next_expiry: datetime | None = None
        self._instrument = instrument
        self._listed: dict[str, Instrument] = {}

    def book(self, symbol: str) -> Book | None:
        """The book of a symbol, made at first sight; None when the symbol is unknown."""
        book = self.books.get(symbol)
        if book is None:
            instrument = self._instrument(symbol)
            if instrument is None:
                return None
            book = self.books[symbol] = Book(instrument)
        return book

    def recover(self, opened_at: datetime) -> None:
        """Play the tape, fold it, and put every open order back where a price finds it."""
        records = list(self.tape.read())
        if not records:
            records = [Opened(self.purse.cash, opened_at)]
            self.tape.write(records[0])
        for record in records:
            self._apply(record)
        self.outbox.clear()
        if len(records) > len(kept := self._folded(records)):
            self.tape.rewrite(kept)
        for work in self.open.values():
            if not work.is_asleep:
                self.books[work.order.symbol].place(work)

    def record(self, *records: Record) -> None:
        """Write down, then let it be so. Raises TapeUnavailable, and then nothing has changed."""
        for record in records:
            if isinstance(record, Taken):
                self._list(record)
        self.tape.write(*records)
        for record in records:
            self._apply(record)

    def _list(self, taken: Taken) -> None:
        symbol = taken.order.symbol
        book = self.book(symbol)
        assert book is not None, "checks refuse unknown symbols"
        if self._listed.get(symbol) != book.instrument:
            self.record(Listed(book.instrument))

    def _apply(self, record: Record) -> None:
        match record:
            case Taken():
                self._take(record)
            case Filled():
                self._fill(record)
            case Ended():
                self._end(record)
            case Changed():
                self._change(record)
            case Triggered():
                self.open[record.client_order_id].is_triggered = True
            case Trailed():
                self.open[record.client_order_id].best = record.best
            case Listed(instrument):
                self._listed[instrument.symbol] = instrument
                if instrument.symbol not in self.books:
                    self.books[instrument.symbol] = Book(instrument)
            case Opened(cash):
                self.purse.cash = cash

    def _take(self, record: Taken) -> None:
        order = record.order
        book = self.books[order.symbol]
        work = Working(record, book.instrument, len(self.works) + 1)
        self.works.add(work)
        book.remember(work)
        if order.parent:
            self.brackets.setdefault(order.parent, []).append(work.cid)
        if order.group and not order.reduce_only:
            self.group_left[order.group] = max(self.group_left.get(order.group, ZERO), order.quantity)
        if work.expires_at is not None and (self.next_expiry is None or work.expires_at < self.next_expiry):
            self.next_expiry = work.expires_at
        self._reserve(work)

    def _fill(self, record: Filled) -> None:
        report = record.report
        work = self.open[report.client_order_id]
        work.filled = Quantity(work.filled + report.quantity)
        work.fills += 1
        group = work.order.group
        if group in self.group_left:
            self.group_left[group] = max(self.group_left[group] - report.quantity, ZERO)
        kept = report.fee_base  # never arrives, and costs what it is worth
        fee = report.fee + work.instrument.notional(report.price, kept).value
        moved = report.quantity - kept if work.is_buy else report.quantity + kept
        self.purse.take_fill(work.instrument, work.is_buy, moved, report.price, fee)
        if work.filled >= work.quantity:
            self._close(work, "filled", "")
        self._reserve(work)
        self._tell(report)

    def _end(self, record: Ended) -> None:
        work = self.open[record.client_order_id]
        self._close(work, record.status, record.reason)
        self._reserve(work)
        if record.status == "expired":
            self._tell(ExpiredReported(self.account, work.cid, record.at))
        else:
            self._tell(CanceledReported(self.account, work.cid, record.reason, record.at, work.filled))

    def _change(self, record: Changed) -> None:
        work = self.open[record.client_order_id]
        work.quantity = record.quantity
        work.is_asleep = work.is_asleep and record.reason != "bracket"
        work.limit_price = record.limit_price
        if record.stop_price != work.stop_price:
            work.stop_price, work.best = record.stop_price, None
        group = work.order.group
        if group in self.group_left and not record.reason:
            self.group_left[group] = max(self.group_left[group], work.remaining)
        self._reserve(work)
        if record.reason:
            self._tell(told_change(self.account, record))

    def _close(self, work: Working, status: str, reason: str) -> None:
        work.status, work.reason = status, reason
        self.works.end(work)
        beside = self.brackets.get(work.order.parent)
        if beside is not None:
            beside.remove(work.cid)
            if not beside:
                del self.brackets[work.order.parent]
        self.books[work.order.symbol].forget(work)

    def _reserve(self, work: Working) -> None:
        self.purse.reserved -= work.reserved
        work.reserved = ZERO
        if work.is_open and not work.order.reduce_only:
            price = work.limit_price or work.stop_price or work.order.reference_price
            price = price or self.books[work.order.symbol].price_for(work.is_buy)
            if price is not None:
                work.reserved = self.purse.need(work.instrument, work.is_buy, work.remaining, price)
        self.purse.reserved += work.reserved

    def _tell(self, report: BrokerReport) -> None:
        self.outbox.append(report)
        self.log.append(report)

    def _folded(self, records: Sequence[Record]) -> list[Record]:
        """The same truth in fewer lines: of trailing notes only the last of each open order."""
        kept: list[Record] = []
        noted: set[ClientOrderId] = set()
        for record in reversed(records):
            if isinstance(record, Trailed):
                if record.client_order_id in noted or record.client_order_id not in self.open:
                    continue
                noted.add(record.client_order_id)
            kept.append(record)
        return kept[::-1]


def told_change(account: AccountId, record: Changed) -> Replaced:
    """A change in the port's words."""
    return Replaced(
        account,
        record.client_order_id,
        record.quantity,
        record.limit_price,
        record.stop_price,
        record.reason,
        record.at,
    )
