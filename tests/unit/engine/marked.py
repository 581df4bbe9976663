"""A journal and a broker that do their work and note when: the order of things is what is looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from tests.fakes.pit import PAPER, Pit
from trading.brokers.paper import PaperBroker
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport
from trading.domain.risk import Approved
from trading.engine.reconcile import connect
from trading.ports import Append, Journal, JournalUnavailable
from trading.virtual_time import VirtualLoop, run

T = TypeVar("T")


class Trouble:
    """What the next appends meet: `before` fails and writes nothing, `after` writes and says it failed,
    `heads` makes the question after the state fail too."""

    def __init__(self) -> None:
        self.appends: deque[str] = deque()
        self.heads = 0

    def plan(self, *kinds: str) -> None:
        """Add to what comes."""
        self.appends.extend(kinds)


class MarkedJournal:
    """The real journal, with a log of its appends and trouble on demand."""

    def __init__(self, journal: Journal, log: list[str], trouble: Trouble) -> None:
        self._journal = journal
        self._log = log
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def append(self, appends: Sequence[Append], epoch: int) -> None:
        kind = self._trouble.appends.popleft() if self._trouble.appends else ""
        self._log.append(f"append {sum(len(one.entries) for one in appends)}")
        if kind == "before":
            raise JournalUnavailable("The disk is full.")
        await self._journal.append(appends, epoch)
        self._log.append("durable")
        if kind == "after":
            raise JournalUnavailable("The answer to the commit was lost.")

    async def heads(self) -> Any:
        if self._trouble.heads:
            self._trouble.heads -= 1
            raise JournalUnavailable("The disk is full.")
        return await self._journal.heads()


class MarkedBroker(PaperBroker):
    """The paper broker, with a log of what it is asked."""

    log: list[str]

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        self.log.append(f"submit {order.item.role.value}")
        return await super().submit(order)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        self.log.append("submit group of " + ", ".join(order.item.role.value for order in orders))
        return await super().submit_group(orders)

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        self.log.append("cancel")
        return await super().cancel(client_order_id)

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        self.log.append("replace")
        return await super().replace(client_order_id, quantity, limit_price, stop_price)


class MarkedPit(Pit):
    """A pit whose journal and broker write `log`."""

    def __init__(self, loop: VirtualLoop, **more: Any) -> None:
        more.setdefault("waits_for_open", False)
        self.log: list[str] = []
        self.trouble = Trouble()
        super().__init__(loop, **more)
        self.store.journal = MarkedJournal(self.store.journal, self.log, self.trouble)  # type: ignore[assignment]  # it is one, by delegation

    async def start(self) -> None:
        """A new life; its broker writes the log, too."""
        await super().start()
        self.broker = MarkedBroker(PAPER, self.venue, self.clock, faults=self.faults, reports_max=100_000)
        self.broker.log = self.log

    async def again(self) -> None:
        """Die and come back."""
        await self.die()
        await self.start()
        await connect(self.engine, PAPER, self.broker)
        await self.settle()

    def since(self) -> list[str]:
        """The log since the last look."""
        seen = list(self.log)
        self.log.clear()
        return seen


def in_marked_pit(scene: Callable[[MarkedPit], Awaitable[T]], **more: Any) -> T:
    """Play a scene in a fresh marked pit, at a price of 6,700."""

    async def main(loop: VirtualLoop) -> T:
        pit = MarkedPit(loop, **more)
        await pit.open()
        await pit.quote("6700")
        pit.since()
        try:
            return await scene(pit)
        finally:
            await pit.die()

    return run(main)
