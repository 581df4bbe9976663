"""One order of ours through all its changes: each change at Alpaca makes a new order with a name of its own.

Our client order id stays with the first of them; `replaces` and `replaced_by` lead on (RELIABILITY X27).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final, TypeVar

from msgspec import Struct

from trading.brokers.alpaca_words import ENDED, REPLACED, WireOrder
from trading.domain.ids import ClientOrderId
from trading.domain.money import ZERO, Price, Quantity
from trading.ports import BrokerSilent, VenueOrder

CHANGES_MAX: Final = 200
KEPT_MAX: Final = 10_000
K = TypeVar("K")
V = TypeVar("V")
Fetch = Callable[[str], Awaitable[WireOrder]]


class Chain(Struct, frozen=True):
    """`ids` oldest first, the asked one last; `filled_before`: what all but the last have filled."""

    client_order_id: ClientOrderId
    ids: tuple[str, ...]
    filled_before: Decimal


class Names:
    """Which order of the venue is which of ours. `fetch` gets an order by the venue's id."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._chains: OrderedDict[str, Chain] = OrderedDict()
        self._current: OrderedDict[ClientOrderId, str] = OrderedDict()
        self._to_end: OrderedDict[ClientOrderId, None] = OrderedDict()

    def note(self, client_order_id: ClientOrderId, order_id: str) -> None:
        """The venue's newest name for an order of ours."""
        _keep(self._current, client_order_id, order_id)

    def current(self, client_order_id: ClientOrderId) -> str | None:
        """The newest name that is known here; None says nothing."""
        return self._current.get(client_order_id)

    def ask_end(self, client_order_id: ClientOrderId) -> None:
        """We ask the venue for the end of an order: if it ends so, that is why."""
        _keep(self._to_end, client_order_id, None)

    def is_end_asked(self, client_order_id: ClientOrderId) -> bool:
        """Whether we have asked for its end since we began."""
        return client_order_id in self._to_end

    async def newest(self, order: WireOrder) -> WireOrder:
        """What the order has become."""
        for _ in range(CHANGES_MAX):
            if order.status != REPLACED:
                return order
            if order.replaced_by is None:
                break
            order = await self._fetch(order.replaced_by)
        raise BrokerSilent("Alpaca has changed an order and does not say into what.")

    async def chain(self, order: WireOrder) -> Chain:
        """How the order came to be."""
        later: list[WireOrder] = []
        seen = order
        while (known := self._chains.get(seen.id)) is None and seen.replaces is not None:
            if len(later) >= CHANGES_MAX:
                raise BrokerSilent("An order at Alpaca was changed too often to be followed.")
            later.append(seen)
            seen = await self._fetch(seen.replaces)
        chain = known or Chain(ClientOrderId(seen.client_order_id), (seen.id,), ZERO)
        _keep(self._chains, seen.id, chain)
        for one in reversed(later):
            before = chain.filled_before + seen.filled_qty
            chain = Chain(chain.client_order_id, (*chain.ids, one.id), before)
            _keep(self._chains, one.id, chain)
            seen = one
        return chain


def told(order: WireOrder, chain: Chain) -> VenueOrder:
    """The order in the port's words: quantity and fills of all its names together."""
    whole = order.filled_qty if order.qty is None else order.qty
    return VenueOrder(
        client_order_id=chain.client_order_id,
        venue_order_id=order.id,
        symbol=order.symbol,
        status=ENDED.get(order.status, "working"),
        quantity=Quantity(chain.filled_before + whole),
        filled=Quantity(chain.filled_before + order.filled_qty),
        limit_price=None if order.limit_price is None else Price(order.limit_price),
        stop_price=None if order.stop_price is None else Price(order.stop_price),
        older_venue_ids=chain.ids[:-1],
    )


def _keep(table: OrderedDict[K, V], key: K, value: V) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > KEPT_MAX:
        table.popitem(last=False)
