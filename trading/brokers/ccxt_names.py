"""Our names by the order ids of a venue, and what is known of ours."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from msgspec import Struct

from trading.domain.ids import ClientOrderId

NAMES_MAX: Final = 20_000


class Known(Struct):
    """What is remembered of an order by our name: where it trades, and how long its chain is."""

    symbol: str
    place: int = 1
    older: tuple[str, ...] = ()  # what the venue called the orders before it


class Names:
    """Bounded: the oldest are forgotten, and then asked of the venue again."""

    def __init__(self) -> None:
        self._ids: OrderedDict[tuple[str, str], str] = OrderedDict()
        self.known: OrderedDict[ClientOrderId, Known] = OrderedDict()

    def note(self, market: str, order_id: Any, name: str) -> None:
        """This order is called so there."""
        self._ids[(market, str(order_id))] = name
        while len(self._ids) > NAMES_MAX:
            self._ids.popitem(last=False)

    def name(self, market: str, order_id: Any) -> str | None:
        """The name on the wire of an order id."""
        return self._ids.get((market, str(order_id)))

    def see(self, client_order_id: ClientOrderId, symbol: str, place: int = 1) -> Known:
        """Remember that one of ours trades there."""
        known = self.known.setdefault(client_order_id, Known(symbol, place))
        known.place = max(known.place, place)
        while len(self.known) > NAMES_MAX:
            self.known.popitem(last=False)
        return known
