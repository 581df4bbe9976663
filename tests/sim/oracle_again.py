"""The judge of cancels that are asked for over and over (RELIABILITY X25). Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]

IN_A_ROW = 3
"""So many cancels of one exit may be asked for while the venue says nothing new of it,"""
ROW_S = 30.0
"""within so long."""
START = "start"  # why a start asks, or what a lost COMMIT loads
LOADED = "B10"
"""The answer to a COMMIT is lost: nobody knows what stands in the journal, and the book is loaded anew."""
NEWS = {"OrderAccepted", "OrderReplaced", "OrderFilled"}


class Again:
    """When cancels of exits were asked for without any news. A person may ask as often as they like, and what
    adds risk is better withdrawn once too often."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # of exits, by the name on the wire
        self._confirmed: set[str] = set()
        self._asked_s: dict[str, list[float]] = {}
        self._turned_down: set[str] = set()  # positions of which the venue did not take an exit

    def row(self, row: Row) -> Iterator[str]:
        """Takes everything in; says what was asked for too often."""
        match row["what"]:
            case "event":
                yield from self._event(row["event"], row.get("t_s"))
            case "asked":
                self._asked_s.pop(self._names.get(row["cid"], ""), None)
            case "confirmed":
                self._confirmed.add(row["command"])
            case "boot":
                self._asked_s.clear()
            case "fault" if row["fault"] == LOADED:
                self._asked_s.clear()  # what is to end is looked for anew, whatever it is to end for
            case _:
                pass

    def _event(self, event: Row, at_s: float | None) -> Iterator[str]:
        order_id = event.get("order_id", "")
        if event["type"] == "OrderIntended" and event["order"]["role"] != "entry":
            self._names[event["order"]["client_order_id"]] = event["order"]["order_id"]
            self._asked_s[event["order"]["order_id"]] = []
        elif event["type"] in NEWS:
            self._asked_s[order_id] = []
        elif event["type"] == "OrderRejected":
            self._turned_down.add(order_id.rsplit("/", 1)[0])
        elif event["type"] == "SwapBegun" and event["position_id"] in self._turned_down:
            # The exit of the swap before was sent in spite of the refusal, and refused: this is a new wish.
            self._turned_down.discard(event["position_id"])
            self._asked_s.update((name, []) for name in event["cancels"])
        elif event["type"] == "PositionClosed":
            # It was held again meanwhile: that its exits are to go is wished for anew.
            of_it = (name for name in self._asked_s if name.rsplit("/", 1)[0] == event["position_id"])
            self._asked_s.update((name, []) for name in list(of_it))
        if event["type"] != "CancelRequested" or at_s is None or event["cause"] in self._confirmed:
            return
        if event["cause"] == START:
            # Once whenever the book was loaded anew, also when only the answer to a COMMIT was lost.
            return
        if order_id not in self._names.values():
            return
        earlier = [one for one in self._asked_s.get(order_id, ()) if at_s - one < ROW_S]
        self._asked_s[order_id] = [*earlier, at_s]
        if len(earlier) == IN_A_ROW:
            yield f"the cancel of {order_id} was asked for {len(earlier) + 1} times without any news of it"
