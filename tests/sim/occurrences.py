"""Faults that nobody makes: what people, prices and races did by themselves, found in a timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

ENDED = {"OrderCanceled", "OrderExpired"}


class Watcher:
    """Walks a timeline once and counts what it sees, by fault id."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._cids: dict[str, str] = {}  # our order id -> on the wire
        self._entries: set[str] = set()
        self._entry_cids: set[str] = set()
        self._left: dict[str, Any] = {}  # at the venue, by cid
        self._filled: set[str] = set()
        self._fills: dict[tuple[str, str], int] = {}
        self._newest = -1
        self._accepted: set[str] = set()
        self._ended: set[str] = set()
        self._gone: set[str] = set()  # at the venue
        self._canceling: set[str] = set()
        self._is_away = True
        self._stops: dict[str, tuple[str, bool, Any]] = {}  # by position: symbol, long?, price
        self._sides: dict[str, bool] = {}
        self._rungs: dict[str, Any] = {}  # how far the newest exit of a position may slip
        self._bids: dict[str, Any] = {}

    def walk(self, timeline: Iterable[Row]) -> Counter[str]:
        """Count everything."""
        for row in timeline:
            what = row["what"]
            if what == "event":
                self._event(row["event"])
            elif what == "venue":
                self._venue(row)
            elif what == "crash":
                self._is_away = True
            elif what == "boot":
                self._is_away = False
                self.seen["K11"] += sum(map(self._is_beyond, self._stops.values()))
            elif what == "quote":
                self._bids[row["symbol"]] = row["bid"]
            elif what == "confirmed" and row["verb"] == "Flatten":
                self.seen["H06"] += 1
        return self.seen

    def _is_beyond(self, stop: tuple[str, bool, Any]) -> bool:
        symbol, is_long, price = stop
        bid = self._bids.get(symbol)
        return bid is not None and (bid < price if is_long else bid > price)

    def _venue(self, row: Row) -> None:
        kind = row["type"]
        if kind == "Taken":
            order = row["order"]
            self._left[order["client_order_id"]] = order["quantity"]
        elif kind == "Filled":
            self._fill(row["report"])
        elif kind == "Ended":
            cid = row["client_order_id"]
            self.seen["X23"] += cid in self._filled
            self.seen["X40"] += cid in self._filled and cid in self._entry_cids
            self._left.pop(cid, None)
            self._gone.add(cid)
        elif kind == "Changed":
            self.seen["X39"] += row["reason"] == "oco" and row["client_order_id"] in self._left

    def _fill(self, report: Row) -> None:
        cid = report["client_order_id"]
        self._fills[(cid, report["fill_id"])] = len(self._fills)
        self._filled.add(cid)
        self.seen["X20"] += self._is_away
        self.seen["X26"] += cid in self._canceling
        left = self._left.get(cid, 0) - report["quantity"]
        self.seen["X22"] += left > 0
        if left > 0:
            self._left[cid] = left
        else:
            self._left.pop(cid, None)

    def _event(self, event: Row) -> None:
        kind = event["type"]
        order_id = event.get("order_id", "")
        cid = self._cids.get(order_id, "")
        if kind == "OrderIntended":
            order = event["order"]
            self._cids[order["order_id"]] = order["client_order_id"]
            if order["role"] == "entry":
                self._entries.add(order["order_id"])
                self._entry_cids.add(order["client_order_id"])
                self._sides[order["position_id"]] = order["side"] == "buy"
            self._widened(order)
        elif kind == "OrderFilled":
            self._booked(event, cid)
        elif kind == "OrderAccepted":
            self._accepted.add(cid)
        elif kind in ENDED:
            self._ended.add(cid)
            self._canceling.discard(cid)
        elif kind == "CancelRequested":
            self._canceling.add(cid)
        elif kind == "ReplaceRequested":
            self.seen["X28"] += cid in self._filled
        elif kind == "CancelFailed":
            self.seen["X25"] += 1
        elif kind == "OrderRejected":
            self.seen["X34"] += order_id not in self._entries
            self.seen["X33"] += event["code"] == "stop_passed"
        elif kind == "OrderInDoubt":
            self.seen["X03"] += cid in self._filled and cid not in self._left
        elif kind == "BracketSet":
            self._bracket(event)
        elif kind == "PositionClosed":
            self._stops.pop(event["position_id"], None)
        elif kind == "HaltChanged":
            self.seen["H11"] += event["account"] == "desk" and event["state"] != "active"

    def _widened(self, order: Row) -> None:
        """An exit within a collar was too narrow when another one follows it."""
        name, rung = order["position_id"], order.get("collar")
        if order["role"] == "stop" and name in self._rungs:
            self.seen["C-7"] += rung != self._rungs[name]
        if rung is None:
            self._rungs.pop(name, None)
        else:
            self._rungs[name] = rung

    def _bracket(self, event: Row) -> None:
        name = event["position_id"]
        symbol = name.split("/", 1)[1].rsplit("/", 1)[0]
        self._stops.pop(name, None)
        for leg in event["bracket"]["legs"]:
            if leg["kind"] == "stop" and leg["price"] is not None:
                self._stops[name] = (symbol, self._sides.get(name, True), leg["price"])

    def _booked(self, event: Row, cid: str) -> None:
        self.seen["X13"] += cid not in self._accepted
        self.seen["X24"] += cid in self._ended or cid in self._gone
        place = self._fills.get((cid, event["fill_id"]), self._newest)
        self.seen["X17"] += place < self._newest
        self._newest = max(self._newest, place)


def seen_in(timeline: Iterable[Row]) -> Counter[str]:
    """What came by itself in a day, by fault id."""
    return Watcher().walk(timeline)
