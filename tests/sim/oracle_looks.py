"""Whether the desk looked at the venue before it added risk, and kept its hands off what is not its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

JUST_NOW = timedelta(seconds=30)
DISK_FULL = timedelta(seconds=45)
"""How long a disk may be full: so much later it is written down what a look has found."""
ANSWER_MAX = timedelta(seconds=12)
"""So old a look may be by which an account is called flat, and what writing that down takes."""


class Looks:
    """What the walk knows of streams and looks. Plain data in, sentences out."""

    def __init__(self) -> None:
        self.has_two_lives = False
        self.foreign: set[str] = set()  # orders of another hand at the venue
        self.untold: set[str] = set()  # those of which the venue tells the desk's key nothing
        self.settled: set[str] = set()  # what a person said is true, under the name that it was booked by
        self.booked: set[str] = set()  # of these
        self.lately: dict[str, list[tuple[datetime, Decimal]]] = {}  # what the venue held, and from when on
        self.frozen: set[str] = set()  # symbols that are closed for entries, as the journal stands
        self.adopted_until: dict[str, datetime] = {}  # by symbol: what was filled until then is in the book
        self._last_frozen: dict[str, Mapping[str, Any]] = {}
        self.known_frozen: set[str] = set()  # those of which the desk has taken it in
        self._is_clock_true = True  # nobody has set the clock of the desk's machine
        self.has_heard = True  # the venue's own account of itself since the life and its stream began
        self.has_looked = True  # at the venue's own count since the last panic
        self._seen_at: list[datetime] = []  # when it gave that, by its own clock

    def beside(self, row: Mapping[str, Any]) -> list[str]:
        """Another hand places an order, the desk asks for an order's end or change, its stream breaks."""
        if row["what"] == "broke":
            self.has_heard = False
        elif row["what"] == "fault":
            self._is_clock_true &= row["fault"] != "C01"
        elif row["what"] == "hand":
            self.foreign.add(row["cid"])
            if not row["told"]:
                self.untold.add(row["cid"])
        elif row["what"] == "crash":
            # One that sleeps while the next one begins is woken with what it had heard.
            self.has_two_lives |= row["which"] == "overtaken"
        elif row["cid"] in self.foreign:
            return [f"{row['cid']} is another hand's, and the desk asked for its end or change"]
        return []

    def taken_in(self) -> None:
        """The desk knows what is written."""
        self.known_frozen = set(self.frozen)

    def looked(self, row: Mapping[str, Any]) -> None:
        """The venue said what it holds; `at`: what it held then, however late the answer comes."""
        self.has_heard = self.has_looked = True
        self._seen_at += [row["at"]] if "at" in row else []

    def panicked(self) -> None:
        """What was looked at before proves nothing."""
        self.has_looked = False
        self._seen_at.clear()

    def left(self, oracle: Oracle, event: Mapping[str, Any]) -> dict[str, Decimal]:
        """What the venue holds beyond dust although it was called flat: what another hand has bought there
        between the venue's answer and its being written down no desk can know."""
        seen_at = self._seen_at
        if self._is_clock_true:
            seen_at = [at for at in seen_at if at >= event["at"] - ANSWER_MAX]
        held = dict(oracle.held)
        for (cid, _), fill in oracle.venue_fills.items():
            if cid in self.foreign and seen_at and fill["at"] >= min(seen_at):
                sign = 1 if fill["side"] == "buy" else -1
                held[fill["symbol"]] -= sign * fill["quantity"] - fill["fee_base"]
        return oracle.rests.flat_but_for(held)

    def sent(self, row: Mapping[str, Any], order: Mapping[str, Any]) -> list[tuple[str, str]]:
        """An order begins to go out; one that was decided before a symbol froze may have waited for that."""
        found = []
        if row["entry"] and not self.has_heard and not self.has_two_lives:
            found.append(("I19", "began to go out before the venue had said what it holds"))
        if row["entry"] and order["symbol"] in self.known_frozen:
            found.append(("I21", f"began to go out although {order['symbol']} is frozen"))
        return found

    def adopted(self, event: Mapping[str, Any], confirmed: Mapping[str, str]) -> list[str]:
        """Taken over is what another hand has done, or what a person has said; nothing else."""
        order = event["order"]
        cid = order["client_order_id"]
        if event["reason"] != "drift":
            return (
                [] if cid in self.foreign else [f"{order['order_id']} was taken over, and no hand placed it"]
            )
        self.settled.add(cid)
        command = cid.removeprefix("drift:")
        if confirmed.get(command) != "SettleDrift" or cid in self.booked:
            return [f"{order['order_id']} was taken over, and nobody said so just now"]
        self.booked.add(cid)
        symbol = order["symbol"]
        seen_at = self._last_frozen[symbol]["seen_at"]
        self.adopted_until[symbol] = max(seen_at, self.adopted_until.get(symbol, seen_at))
        return []

    def told(self, event: Mapping[str, Any], truth: Mapping[str, Any]) -> list[str]:
        """A true fill is booked: one that the venue had made when it said what was then adopted is in what
        the desk holds already, and no other is."""
        until = self.adopted_until.get(truth["symbol"])
        is_contained = until is not None and truth["at"] <= until
        if is_contained == (event["contained"] is not None):
            return []
        how = "was adopted before, and moved what is held again" if is_contained else "was never adopted"
        return [f"fill {event['fill_id']} of {event['order_id']} {how}"]

    def moved(self, symbol: str, held: Decimal, at: datetime) -> None:
        """The venue holds another quantity from now on."""
        self.lately.setdefault(symbol, []).append((at, held))

    def opened(self, order: Mapping[str, Any]) -> list[str]:
        """An entry was decided."""
        is_frozen = order["symbol"] in self.frozen
        return [f"{order['order_id']} was decided although {order['symbol']} is frozen"] if is_frozen else []

    def froze(self, event: Mapping[str, Any]) -> list[str]:
        """A symbol is closed for entries, or opened; what the venue is said to hold it held just before it
        was asked: what a look has found waits for a full disk."""
        if event["type"] == "SymbolThawed":
            self.frozen.discard(event["symbol"])
            return []
        one = event["frozen"]
        self.frozen.add(one["symbol"])
        self._last_frozen[one["symbol"]] = one
        seen_at = one.get("seen_at") or event["at"]
        if self._is_clock_true:  # a look is dated by the venue, what is written by the desk
            seen_at = max(seen_at, event["at"] - DISK_FULL)
        held, begins = [Decimal(0)], min(seen_at, event["at"]) - JUST_NOW
        for at, quantity in self.lately.get(one["symbol"], ()):
            held = [*(held if at >= begins else []), quantity]
        if one["held"] in held:
            return []
        return [f"{one['symbol']} was frozen because the venue held {one['held']}, and it held {held}"]


def disagreed(account: Mapping[str, Any]) -> dict[str, set[Decimal]]:
    """By symbol, by how much book and venue may differ, because the desk has said so."""
    found: dict[str, set[Decimal]] = {}
    for one in account.get("frozen", ()):
        if one["held"] != one["booked"]:
            found.setdefault(one["symbol"], set()).add(one["held"] - one["booked"])
    for one in account.get("ignored", ()):
        if one["difference"]:
            found.setdefault(one["symbol"], set()).add(one["difference"])
    return found
