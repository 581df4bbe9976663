"""A day in people's words: virtual time, who, what happened; faults and power cuts stand out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.sim.faults import CATALOGUE

Row = Mapping[str, Any]
MARK = ">>"
"""Stands before what the world did to the desk."""


def _number(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _prices(order: Row) -> str:
    limit = f" limit {_number(order['limit_price'])}" if order.get("limit_price") is not None else ""
    stop = f" stop {_number(order['stop_price'])}" if order.get("stop_price") is not None else ""
    return limit + stop


def _order(order: Row) -> str:
    what = f"{order['side']} {_number(order['quantity'])} {order.get('symbol', '')} {order['type']}"
    return f"{what}{_prices(order)} ({order['role']} {order['order_id']})"


# ---------------------------------------------------------------- what the journal says


def _filled(event: Row) -> str:
    amount = f"{_number(event['quantity'])} at {_number(event['price'])}"
    return f"books a fill of {event['order_id']}: {amount} ({event['fill_id']})"


def _bracket(event: Row) -> str:
    legs = [f"{leg['kind']} {_number(leg['price'])}" for leg in event["bracket"]["legs"]]
    return f"guards {event['position_id']} with {', '.join(legs) or 'nothing'}"


def _denied(event: Row) -> str:
    reasons = " ".join(one["sentence"] for one in event["refusals"])
    return f"denies {event['verb']} ({event['command_id']}): {reasons}"


def _halted(event: Row) -> str:
    until = f" until {event['until']:%H:%M:%S}" if event["until"] is not None else ""
    return f"{event['account']} is {event['state']}{until}: {event['reason']}"


EVENTS: dict[str, Callable[[Row], str]] = {
    "OrderIntended": lambda e: f"writes down: {_order(e['order'])}",
    "OrderAccepted": lambda e: f"{e['order_id']} works at the venue",
    "OrderRejected": lambda e: f"{e['order_id']} was rejected: {e['reason']}",
    "OrderInDoubt": lambda e: f"{e['order_id']} is in doubt",
    "OrderNotPlaced": lambda e: f"{e['order_id']} never arrived; proof: {e['proof']}",
    "OrderFilled": _filled,
    "BracketSet": _bracket,
    "CommandDenied": _denied,
    "HaltChanged": _halted,
}
SKIPPED = {"type", "account", "at", "bookings", "order_id", "position_id", "gate", "plan"}


def _event(event: Row) -> str:
    known = EVENTS.get(event["type"])
    if known is not None:
        return known(event)
    about = event.get("order_id") or event.get("position_id") or event.get("account", "")
    more = [f"{name}={_number(value)}" for name, value in event.items() if _tells(name, value)]
    return " ".join([event["type"], str(about), *more])


def _tells(name: str, value: Any) -> bool:
    return name not in SKIPPED and value not in (None, "", (), []) and not isinstance(value, dict)


# ---------------------------------------------------------------- what the venue did


def _venue(row: Row) -> str:
    kind = row["type"]
    if kind == "Taken":
        return f"takes {_order(row['order'])}"
    if kind == "Filled":
        report = row["report"]
        amount = f"{_number(report['quantity'])} {row['symbol']} at {_number(report['price'])}"
        return f"fills {row['side']} {amount} ({report['fill_id']} of {report['client_order_id']})"
    if kind == "Ended":
        return f"ends {row['client_order_id']}: {row['status']} {row['reason']}".rstrip()
    if kind == "Changed":
        to = f"to {_number(row['quantity'])}{_prices(row)}"
        return f"changes {row['client_order_id']} {to} {row['reason']}".rstrip()
    if kind == "Opened":
        return f"opens an account with {_number(row['cash'])}"
    return f"{kind} {row.get('client_order_id', '')}".rstrip()


def _told(row: Row) -> str:
    verdict = "taken" if row["taken"] else f"denied ({', '.join(row['codes'])})"
    return f"hears about {row['command']}: {verdict}{', told again' if row['repeated'] else ''}"


def _sentence(row: Row) -> tuple[str, str] | None:
    """Who, and what; None for what only the judge needs."""
    what = row["what"]
    if what == "event":
        return "desk", _event(row["event"])
    if what == "venue":
        return ("venue", _venue(row)) if row["type"] not in ("Listed", "Trailed") else None
    if what == "told":
        return "person", _told(row)
    if what == "confirmed":
        return "person", f"confirms {row['verb']} ({row['command']})"
    if what == "proposed":
        return "person", f"looks at a card and does not press ({row['command']})"
    if what == "forbidden":
        return "judge", f"nothing may come of {row['command']}: it {row['why']}"
    if what == "send":
        return "wire", f"{row['cid']} begins to go out"
    if what == "fault":
        return f"{MARK} {row['fault']}", CATALOGUE[row["fault"]].what
    if what == "crash":
        return f"{MARK} power", f"goes at {row['which']}"
    if what == "boot":
        return "power", f"is back: life {row['which']} begins"
    return _price(row) if what in ("quote", "bar") else None


def _price(row: Row) -> tuple[str, str]:
    if row["what"] == "bar":
        return "price", f"{row['symbol']} closes at {_number(row['close'])}"
    return "price", f"{row['symbol']} {_number(row['bid'])} / {_number(row['ask'])}"


def told(timeline: Iterable[Row], *, all_prices: bool = False) -> Iterator[str]:
    """The lines of a day. Of prices in a row only the last one of each symbol is shown."""
    waiting: dict[str, str] = {}
    for row in timeline:
        said = _sentence(row)
        if said is None:
            continue
        line = f"{row['t_s']:10.3f}  {said[0]:<8} {said[1]}"
        if said[0] == "price" and not all_prices:
            waiting[row["symbol"]] = line
            continue
        yield from sorted(waiting.values())
        waiting.clear()
        yield line
