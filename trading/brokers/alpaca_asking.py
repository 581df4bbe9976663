"""Questions to Alpaca about orders, fills and the account, page by page. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Raw

from trading.brokers.alpaca_wire import VenueRefused, Wire
from trading.brokers.alpaca_words import (
    WireAccount,
    WireAsset,
    WireFill,
    WireHead,
    WireOrder,
    WirePosition,
    order_of,
    read,
)
from trading.brokers.limits import Lane
from trading.domain.ids import ClientOrderId
from trading.ports import BrokerSilent

PAGE: Final = 500
FILLS_PAGE: Final = 100
PAGES_MAX: Final = 100
MOMENT: Final = timedelta(microseconds=1)


class Asking:
    """Raises BrokerSilent when there is no answer, also when a key is refused."""

    def __init__(self, wire: Wire, asset_class: str) -> None:
        self._wire = wire
        self._asset_class = asset_class

    async def order(self, order_id: str) -> WireOrder:
        """By the venue's id."""
        return read(WireOrder, await self._known(f"orders/{order_id}"))

    async def order_of_ours(self, order_id: str) -> WireOrder | None:
        """By the venue's id, None when it is of another kind of assets."""
        return order_of(await self._known(f"orders/{order_id}"), self._asset_class)

    async def by_client_id(self, client_order_id: ClientOrderId) -> WireOrder | None:
        """The first order of that name, None when the venue says that there is none."""
        body = await self._get("orders:by_client_order_id", {"client_order_id": client_order_id})
        return None if body is None else read(WireOrder, body)

    async def asset(self, symbol: str) -> WireAsset | None:
        """What can be traded under that name."""
        body = await self._get(f"assets/{symbol.replace('/', '')}")
        return None if body is None else read(WireAsset, body)

    async def account(self) -> WireAccount:
        """Cash, and whether one may trade."""
        return read(WireAccount, await self._known("account"))

    async def positions(self) -> list[WirePosition]:
        """All that is held."""
        return read(list[WirePosition], await self._known("positions"))

    async def open_orders(self) -> list[WireOrder]:
        """All of ours that waits, oldest first."""
        return await self._orders("open", None)

    async def orders_since(self, since: datetime) -> list[WireOrder]:
        """All of ours that were handed in after that, oldest first, whatever became of them."""
        return await self._orders("all", since)

    async def fills_since(self, since: datetime) -> list[WireFill]:
        """All fills from that instant on, oldest first."""
        query = {"after": stamp(since - MOMENT), "direction": "asc", "page_size": str(FILLS_PAGE)}
        found: list[WireFill] = []
        for _ in range(PAGES_MAX):
            page = read(list[WireFill], await self._known("account/activities/FILL", query))
            found += page
            if len(page) < FILLS_PAGE:
                return [one for one in found if one.transaction_time >= since]
            query["page_token"] = page[-1].id
        raise BrokerSilent("Alpaca has more fills than can be read at once.")

    async def _orders(self, status: str, since: datetime | None) -> list[WireOrder]:
        query = {"status": status, "limit": str(PAGE), "direction": "asc"}
        if since is not None:
            query["after"] = stamp(since - MOMENT)
        found: dict[str, WireOrder | None] = {}
        for _ in range(PAGES_MAX):
            page = [(read(WireHead, row), row) for row in read(list[Raw], await self._known("orders", query))]
            news = {head.id: order_of(row, self._asset_class) for head, row in page if head.id not in found}
            found |= news
            last = page[-1][0].began_at if page else None
            if len(page) < PAGE or not news or last is None:
                return [one for one in found.values() if one is not None]
            query["after"] = stamp(last - MOMENT)  # pages meet in an instant that both may have orders of
        raise BrokerSilent("Alpaca has more orders than can be read at once.")

    async def _known(self, path: str, query: Mapping[str, str] | None = None) -> bytes:
        body = await self._get(path, query)
        if body is None:
            raise BrokerSilent("Alpaca does not know what it has told of itself.")
        return body

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> bytes | None:
        try:
            return await self._wire.ask("GET", path, Lane.QUERY, query=query)
        except VenueRefused as refused:
            if refused.status == 404:
                return None
            raise BrokerSilent(f"Alpaca refuses to say: {refused.message}") from refused


def stamp(at: datetime) -> str:
    """An instant as the venue reads it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
