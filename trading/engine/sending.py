"""One request on its way to a venue: sent once, noted beside the sending, answered before its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

from trading.domain import reports as rp
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.order import Order
from trading.domain.request import RequestKind
from trading.domain.risk import Approved
from trading.ports import Broker, Clock

T = TypeVar("T")


class Noting(Protocol):
    """Whoever writes down that something was sent."""

    clock: Clock

    def report(self, report: rp.Sent) -> None:
        """Take a report."""
        ...


async def sent(
    desk: Noting,
    timeout_s: float,
    account: AccountId,
    kind: RequestKind,
    cids: Sequence[ClientOrderId],
    call: Awaitable[T],
) -> T:
    """The answer to a request; raises TimeoutError at its deadline. That it was sent is written down
    meanwhile, unless the answer is there at once: nothing waits for that."""
    sent_at = desk.clock.now()

    def note() -> None:
        for cid in cids:
            desk.report(rp.Sent(account, cid, kind, sent_at))

    noting = asyncio.get_running_loop().call_soon(note)
    try:
        async with asyncio.timeout(timeout_s):
            return await call
    finally:
        noting.cancel()


async def submitted(orders: Sequence[Approved[Order]], broker: Broker) -> Sequence[rp.BrokerReport]:
    """Hand one order, or the members of one group, to the venue: exactly once."""
    if len(orders) == 1:
        return [await broker.submit(orders[0])]
    return await broker.submit_group(orders)
