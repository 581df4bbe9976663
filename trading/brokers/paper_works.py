"""What the paper venue keeps of its orders: those that are open, and of the others what it may be asked.

A venue answers for ever what became of an order, and takes no client order id twice. It lives in the desk's
process, so that the past is kept small: a done order is one packed line, a thousand of them are a compressed
block. What was told is read again for a while only (`Told`).
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections import deque
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec
from msgspec import Struct

from trading.brokers.paper_records import Working
from trading.domain.ids import ClientOrderId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.reports import BrokerReport
from trading.ports import VenueOrder

BLOCK = 1_000
"""So many done orders share a block; the newest that fill none yet are packed one by one."""
TOLD_MIN = 1_000
TOLD_FOR = timedelta(days=1)
"""Of reports the newest thousand are kept, and all of the last day: the desk asks for two hours before what
it has heard last, and for what came since an order that it is unsure of was sent."""


class Done(Struct, frozen=True, array_like=True):
    """An order that is over, as far as anybody may ask for it."""

    cid: ClientOrderId
    venue_order_id: VenueOrderId
    symbol: str
    status: str
    reason: str
    quantity: Quantity
    filled: Quantity
    limit_price: Price | None
    stop_price: Price | None

    @property
    def is_open(self) -> bool:
        """Never again."""
        return False

    def told(self) -> VenueOrder:
        """The order in the port's words."""
        return VenueOrder(
            client_order_id=self.cid,
            venue_order_id=self.venue_order_id,
            symbol=self.symbol,
            status=self.status,
            quantity=self.quantity,
            filled=self.filled,
            limit_price=self.limit_price,
            stop_price=self.stop_price,
        )


_ENCODER = msgspec.msgpack.Encoder(decimal_format="string")
_ONE = msgspec.msgpack.Decoder(Done)
_MANY = msgspec.msgpack.Decoder(list[msgspec.Raw])
_REPORT = msgspec.msgpack.Decoder(BrokerReport)


class Works:
    """The orders of a venue by client order id, the open ones as they are, the others as `Done`."""

    def __init__(self) -> None:
        self.open: dict[ClientOrderId, Working] = {}
        self._newest: dict[ClientOrderId, bytes] = {}
        self._blocks: list[tuple[array[int], bytes]] = []  # sorted digests of the ids, and the orders
        self._count = 0

    def __len__(self) -> int:
        """How many there ever were."""
        return self._count

    def add(self, work: Working) -> None:
        """An order is taken."""
        self.open[work.cid] = work
        self._count += 1

    def end(self, work: Working) -> None:
        """An order is over, as it stands now."""
        del self.open[work.cid]
        done = Done(
            work.cid,
            work.venue_order_id,
            work.order.symbol,
            work.status,
            work.reason,
            work.quantity,
            work.filled,
            work.limit_price,
            work.stop_price,
        )
        self._newest[work.cid] = _ENCODER.encode(done)
        if len(self._newest) >= BLOCK:
            digests = array("Q", sorted(_digest(cid) for cid in self._newest))
            lines = [msgspec.Raw(line) for line in self._newest.values()]
            self._blocks.append((digests, zlib.compress(_ENCODER.encode(lines))))
            self._newest = {}

    def get(self, cid: ClientOrderId) -> Working | Done | None:
        """The order with this id, None when there was none."""
        work = self.open.get(cid)
        if work is not None:
            return work
        line = self._newest.get(cid)
        return self._packed(cid) if line is None else _ONE.decode(line)

    def __getitem__(self, cid: ClientOrderId) -> Working | Done:
        """The order with this id; KeyError when there was none."""
        found = self.get(cid)
        if found is None:
            raise KeyError(cid)
        return found

    def __contains__(self, cid: ClientOrderId) -> bool:
        """Whether an order with this id was ever taken."""
        return self.get(cid) is not None

    def _packed(self, cid: ClientOrderId) -> Done | None:
        digest = _digest(cid) if self._blocks else 0
        for digests, block in reversed(self._blocks):
            place = bisect_left(digests, digest)
            if place == len(digests) or digests[place] != digest:
                continue
            for line in _MANY.decode(zlib.decompress(block)):
                done = _ONE.decode(line)
                if done.cid == cid:
                    return done
        return None


class Told:
    """The reports of a venue, for who asks what has happened since."""

    def __init__(self) -> None:
        self._lines: deque[tuple[datetime, bytes]] = deque()

    def append(self, report: BrokerReport) -> None:
        """Keep one, and forget what nobody asks for any more."""
        lines = self._lines
        lines.append((report.at, _ENCODER.encode(report)))
        while len(lines) > TOLD_MIN and lines[0][0] < report.at - TOLD_FOR:
            lines.popleft()

    def since(self, at: datetime) -> list[BrokerReport]:
        """Those from `at` on, oldest first."""
        return [_REPORT.decode(line) for told_at, line in self._lines if told_at >= at]


def _digest(cid: ClientOrderId) -> int:
    return int.from_bytes(blake2b(cid.encode(), digest_size=8).digest(), "big")
