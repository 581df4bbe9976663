"""One request on its way to a venue: sent once, noted beside the sending, answered before its deadline, and
its answer judged. Everything that is asked of a venue in trade goes through here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.order import Order
from trading.domain.request import RequestKind
from trading.domain.risk import Approved
from trading.engine.verdict import not_taken, verdicts
from trading.ports import Broker, BrokerBusy, BrokerSilent, Clock
from trading.profile import VenueProfile


class Noting(Protocol):
    """Whoever writes down that something was sent, and knows what is in doubt."""

    clock: Clock
    book: Book

    def report(self, report: rp.Sent) -> None:
        """Take a report."""
        ...


async def answered(
    desk: Noting,
    timeout_s: float,
    kind: RequestKind,
    account: AccountId,
    cids: Sequence[ClientOrderId],
    profile: VenueProfile,
    call: Awaitable[Sequence[rp.BrokerReport]],
) -> list[rp.BrokerReport]:
    """What came of a request: exactly one report for each order. Never raises for what a venue does."""
    try:
        given = await _sent(desk, timeout_s, kind, account, cids, call)
    except BrokerBusy as busy:
        return not_taken(kind, account, cids, str(busy), desk.clock.now())
    except (BrokerSilent, TimeoutError) as silence:
        reason = str(silence) or "no answer in time"
    except asyncio.CancelledError:
        task = asyncio.current_task()
        assert task is not None
        if task.cancelling():
            raise  # the desk itself stops: the next start asks
        reason = "the request was cut off on its way"
    else:
        return verdicts(given, kind, account, cids, profile, desk.book, desk.clock.now())
    now = desk.clock.now()
    return [rp.Silent(account, cid, reason, now, kind) for cid in cids]


async def _sent(
    desk: Noting,
    timeout_s: float,
    kind: RequestKind,
    account: AccountId,
    cids: Sequence[ClientOrderId],
    call: Awaitable[Sequence[rp.BrokerReport]],
) -> Sequence[rp.BrokerReport]:
    """The bare answer. That the request was sent is written down meanwhile, unless the answer is there at
    once: nothing waits for that."""
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


async def alone(call: Awaitable[rp.BrokerReport]) -> Sequence[rp.BrokerReport]:
    """The one answer to a cancel or a change."""
    return [await call]
