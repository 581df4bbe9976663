"""An order before the gate that passes everything, until a test bends one fact."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, PAPER, quoted
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import reports as rp
from trading.domain.book import RecentEntry
from trading.domain.risk import GateFacts, Verdict, judge_entry

D = Decimal


class Case:
    """An order of 0.1 BTC at 6,700 on a desk with a day begun: everything passes, until a case bends it."""

    def __init__(self) -> None:
        self.desk = PureDesk()
        self.desk.tell(rp.DayTurned(PAPER, "2018-04-04", D(10_000), self.desk.now))
        self.facts = GateFacts(
            BTC, quoted(BTC, "6700"), D(120), market_open=True, live_allowed=False, now=self.desk.now
        )
        self.order: dict[str, Any] = {
            "is_buy": True,
            "quantity": D("0.1"),
            "price": D(6700),
            "collar_price": D(6700),
        }

    def account(self, **fields: Any) -> None:
        self.desk.book.accounts[PAPER] = replace(self.desk.account, **fields)

    def limits(self, **fields: Decimal) -> None:
        self.account(limits=replace(self.desk.account.limits, **fields))

    def seen(self, **fields: Any) -> None:
        self.facts = replace(self.facts, **fields)

    def recent(
        self, *ages_s: float, quantity: str = "0.1", symbol: str = "BTC/USD", buy: bool = True
    ) -> None:
        entries = tuple(
            RecentEntry(symbol, buy, D(quantity), self.desk.now - timedelta(seconds=age)) for age in ages_s
        )
        self.account(recent=self.desk.account.recent + entries)

    def hold(self, size: str, price: str) -> None:
        self.desk.price(price)
        self.desk.buy(size)
        self.desk.fill(self.desk.orders[0], price=price)
        self.account(recent=())

    def wait_with(self, size: str, price: str) -> None:
        self.desk.price(price)
        self.desk.buy(size)
        self.account(recent=())

    def lose(self, amount: str) -> None:
        self.account(cash=self.desk.account.cash - D(amount))

    def judged(self) -> Verdict:
        return judge_entry(self.desk.book, self.desk.account, self.facts, **self.order)
