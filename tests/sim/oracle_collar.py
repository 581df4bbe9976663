"""What the judge knows of exits behind a jump over the stop: how far each may slip, in what order (C-7, X33).
Plain data only; the rungs are written anew from the specification."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
RUNGS = (Decimal(1), Decimal(3))
UNFIT = {"not_supported", "price", "tick"}
SEEN = 12
"""So many prices the desk may have decided on: what waits in its inbox is older than the newest."""


def leaves_now(order: Row) -> bool:
    """Whether an order is to trade at once: at market, or within a collar and never resting."""
    return order["type"] == "market" or order.get("collar") is not None


def symbol_of(position_id: str) -> str:
    """The symbol inside `<account>/<symbol>/<n>`."""
    return position_id.split("/", 1)[1].rsplit("/", 1)[0]


class Collars:
    """Which position's next exit is to leave within which collar, and whether the one before has ended."""

    def __init__(self) -> None:
        self._takes_them = False
        self._prices: dict[str, deque[Decimal]] = defaultdict(lambda: deque(maxlen=SEEN))
        self._since_boot: dict[str, int] = defaultdict(int)
        self._begun: dict[str, Decimal] = {}  # positions whose stop was jumped over, with that stop
        self._last: dict[str, str] = {}  # their newest attempt, by position
        self._said: set[str] = set()  # those about whose stop a person has said exit
        self._spent: set[str] = (
            set()
        )  # those whose question is what becomes of them now that no collar is wider
        self._refusals: dict[str, str] = {}
        self._as_found: set[str] = set()  # positions that are guarded as they were when this life began
        self._due: dict[tuple[str, int], Decimal] = {}  # targets that the first price of a life lay beyond
        self._is_clock_true = True
        self._told: set[str] = set()  # positions of whose orders something is being written down

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in; sentences about exits that slip further than they may."""
        match row["what"]:
            case "boot":
                self._since_boot.clear()
                self._due.clear()
                self._told.clear()
                self._as_found = {name for name, held in oracle.positions.items() if held}
            case "quote" if "bid" in row:
                self._passed(row, oracle)
                self._seen(row["symbol"], row["bid"], row["ask"])
            case "fault" if row["fault"] == "C01":
                self._is_clock_true = False
            case "bar":
                self._due.clear()
                # Which of its prices the desk has acted on depends on the level that was touched.
                self._seen(row["symbol"], row["low"], row["high"], row["open"], row["close"])
            case "published":
                self._told.clear()
            case "event":
                known = oracle.orders.get(row["event"].get("order_id", ""))
                self._told |= {known.order["position_id"]} if known is not None else set()
                yield from self._event(row["event"], oracle)
            case _:
                pass

    def _passed(self, row: Row, oracle: Oracle) -> None:
        """The first price of a life: targets beyond it were passed while nobody was there. By a clock that
        was set it may be one of before, and then the next is the first: what lies between is no matter."""
        nth = self._since_boot[row["symbol"]]
        if nth == 1 and not self._is_clock_true:
            self._come_back(row, oracle)
        if nth:
            return
        for name, held in oracle.positions.items():
            bracket = oracle.brackets.get(name) if name in self._as_found else None
            if symbol_of(name) != row["symbol"] or not held or bracket is None:
                continue
            known = [one for one in oracle.orders.values() if one.order["position_id"] == name]
            is_held = name in self._told or any(one.left for one in known)
            if bracket["guard"] != "bot" or is_held:
                continue  # the venue fills it, or what is on its way holds the target
            for leg in bracket["legs"]:
                is_target = leg["kind"] == "target" and not leg["is_done"]
                if is_target and (row["bid"] >= leg["price"] if held > 0 else row["ask"] <= leg["price"]):
                    self._due[name, int(leg["name"][2:])] = leg["price"]

    def _come_back(self, row: Row, oracle: Oracle) -> None:
        for name, leg in [one for one in self._due if symbol_of(one[0]) == row["symbol"]]:
            price, is_long = self._due[name, leg], oracle.positions[name] > 0
            if row["bid"] < price if is_long else row["ask"] > price:
                del self._due[name, leg]

    def _target(self, order: Row) -> Iterator[str]:
        """A target that was passed is first asked for at its own price or a better one."""
        due = self._due.pop((order["position_id"], order["leg"]), None)
        rung, limit = order.get("collar"), order["limit_price"]
        if due is not None and self._takes_them and leaves_now(order) and limit != due:
            yield f"{order['order_id']} left although its target {due} was to be asked for first"
        if rung is not None and (rung or order["time_in_force"] != "ioc"):
            yield f"{order['order_id']} is to get its target or a better price, and may slip {rung} %"

    def _seen(self, symbol: str, *prices: Decimal) -> None:
        self._prices[symbol].extend(prices)
        self._since_boot[symbol] += 1

    def _event(self, event: Row, oracle: Oracle) -> Iterator[str]:
        name = event.get("position_id", "")
        match event["type"]:
            case "VenueConnected":
                self._takes_them = bool((event.get("exits") or {}).get("immediate"))
            case "GapFound" if event["policy"] in ("exit", "limit"):
                self._begun[name] = event["stop"]
                self._last.pop(name, None)
            case "OrderRejected":
                self._refused(event, oracle)
            case "GapSettled" if event["outcome"] == "exit":
                # What a person sends out slips no further than what the desk sends by itself. Who was asked
                # because the widest was too narrow has the market, wherever the stop has moved meanwhile.
                self._spent.discard(name)
                stop = self._stop_of(name, oracle)
                if stop is not None:
                    self._begun[name] = stop
                    self._said.add(name)
            case "BracketSet" | "PlanSet" | "GapSettled" | "PositionClosed":
                self._is_over(name, event, oracle)
                self._as_found.discard(name)
                self._due_no_more(name)
            case "OrderIntended":
                yield from self._intended(event["order"], oracle)
            case _:
                pass

    def _due_no_more(self, name: str) -> None:
        for key in [one for one in self._due if one[0] == name]:
            del self._due[key]

    def _is_over(self, name: str, event: Row, oracle: Oracle) -> None:
        """A stop that stands elsewhere was not jumped over; a plan that leaves its stop where it was says
        nothing about it."""
        plan = oracle.plans.get(name) or {}
        if event["type"] == "PlanSet" and plan.get("stop") == event["plan"]["stop"]:
            return
        legs = event["bracket"]["legs"] if event["type"] == "BracketSet" else ()
        stop = next((leg["price"] for leg in legs if leg["kind"] == "stop"), None)
        if event["type"] != "BracketSet" or stop != self._begun.get(name):
            self._begun.pop(name, None)
            if event["type"] in ("GapSettled", "PositionClosed"):
                self._spent.discard(name)
            if name not in self._spent:
                self._last.pop(name, None)
            self._said.discard(name)

    @staticmethod
    def _stop_of(name: str, oracle: Oracle) -> Decimal | None:
        bracket = oracle.brackets.get(name)
        legs = bracket["legs"] if bracket else ()
        return next((leg["price"] for leg in legs if leg["kind"] == "stop"), None)

    def _refused(self, event: Row, oracle: Oracle) -> None:
        order = oracle.orders[event["order_id"]].order
        name = order["position_id"]
        self._refusals[event["order_id"]] = event["code"]
        is_stop = order["role"] == "stop" and not leaves_now(order) and event["code"] == "stop_passed"
        stop = self._stop_of(name, oracle)
        if is_stop and stop is not None and name not in self._begun:
            self._begun[name] = stop

    def _intended(self, order: Row, oracle: Oracle) -> Iterator[str]:
        name, rung = order["position_id"], order.get("collar")
        if order["role"] == "target":
            yield from self._target(order)
        else:
            self._due_no_more(name)  # another exit was before it; what comes after that is of a later price
        if order["role"] == "stop" and not leaves_now(order):
            self._last.pop(name, None)  # it stands again
        if order["role"] != "stop" or not leaves_now(order):
            return
        last = oracle.orders.get(self._last.get(name, ""))
        # What an entry has added meanwhile the one before it has not spoken for.
        if last is not None and last.left and last.left + order["quantity"] > abs(oracle.positions[name]):
            yield f"{order['order_id']} went out while {last.order['order_id']} had not ended"
        if rung is not None:
            yield from self._within(order, rung)
        is_blind = self._since_boot[order["symbol"]] < 2
        if name not in self._begun or not self._takes_them:
            return
        self._last[name] = order["order_id"]
        stays_within = (oracle.plans.get(name) or {}).get("gap") == "limit" and name not in self._said
        if rung is None and stays_within:
            yield f"{order['order_id']} left at market, and {name} was to leave within a limit"
        wanted = self._wanted(last)
        if rung == wanted or (rung is None and is_blind):
            return
        how = ["at market" if one is None else f"within {one} %" for one in (rung, wanted)]
        yield f"{order['order_id']} left {how[0]} behind a jump, and was to leave {how[1]}"

    def spent(self, event: Row, oracle: Oracle) -> Iterator[str]:
        """Where nothing is to go at market a person is asked, when the widest collar was too narrow."""
        last = oracle.orders.get(self._last.get(event["position_id"], ""))
        if self._takes_them and (last is None or self._wanted(last) is not None or last.left):
            yield f"{event['position_id']} is asked about although an exit within a collar was to come"
        if event["is_spent"]:
            self._spent.add(event["position_id"])

    def _wanted(self, last: Any) -> Decimal | None:
        """The rung that comes now; None: the market."""
        if last is None:
            return RUNGS[0]
        rung = last.order.get("collar")
        if rung is None or self._refusals.get(last.order["order_id"]) in UNFIT:
            return None
        if last.status not in ("canceled", "expired"):
            return Decimal(rung)
        return next((wider for wider in RUNGS if wider > rung), None)

    def _within(self, order: Row, rung: Decimal) -> Iterator[str]:
        limit, is_sale = order["limit_price"], order["side"] == "sell"
        if order["time_in_force"] != "ioc" or rung not in RUNGS or limit is None:
            yield f"{order['order_id']} has a collar of {rung} %, and rests"
            return
        share = rung / 100
        prices = self._prices[order["symbol"]]
        fits = (limit >= one * (1 - share) if is_sale else limit <= one * (1 + share) for one in prices)
        if not any(fits):
            yield f"{order['order_id']} may slip to {limit}, further than {rung} % of any of {list(prices)}"
