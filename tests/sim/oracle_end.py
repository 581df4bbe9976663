"""What must hold once the trouble is over and everything has had time to settle. Plain data only."""

from __future__ import annotations

from decimal import Decimal

from tests.sim.oracle import Oracle
from tests.sim.oracle_collar import leaves_now
from tests.sim.oracle_known import ALIVE, ZERO, Known, Row
from tests.sim.oracle_looks import disagreed


def _unclear(oracle: Oracle, final: Row) -> dict[str, set[Decimal]]:
    """Symbols in which book and venue may differ, and by how much: the desk has said so, and the venue keeps
    another hand's fills to itself. Where it tells all of them, nothing may be left to disagree about."""
    untold = {fill["symbol"] for (cid, _), fill in oracle.venue_fills.items() if cid in oracle.looks.untold}
    return {name: known for name, known in disagreed(final["account"]).items() if name in untold}


def at_end(oracle: Oracle, final: Row) -> None:
    """Compare the truth (the walk) with what the desk believes at the end (`final`)."""
    _fills_and_positions(oracle, final)
    _money(oracle, final)
    _orders(oracle, final)
    oracle.doubts.at_end(oracle, final)
    _answers(oracle)
    _cover(oracle, final)
    for sentence in (*oracle.bare.at_end(final), *oracle.hung.at_end(oracle), *oracle.along.at_end(oracle)):
        oracle.say("I8", sentence)
    for sentence in oracle.rests.at_end():
        oracle.say("X31", sentence)
    for sentence in oracle.pulls.at_end(final):
        oracle.say("X36", sentence)
    for sentence in oracle.bots.at_end(final):
        oracle.say("BOT", sentence)
    for sentence in oracle.stops.at_end(final):
        oracle.say("I13", sentence)


def _fills_and_positions(oracle: Oracle, final: Row) -> None:
    for key in oracle.venue_fills:
        if key not in oracle.booked and key[0] not in oracle.looks.untold:
            oracle.say("I2", f"fill {key[1]} of {oracle.taken[key[0]]['order_id']} was lost")
    local: dict[str, Decimal] = {}
    for position in final["positions"]:
        symbol = position["symbol"]
        local[symbol] = local.get(symbol, ZERO) + position["quantity"]
    for symbol in sorted({*local, *oracle.held}):
        ours, theirs = local.get(symbol, ZERO), oracle.held.get(symbol, ZERO)
        if ours != theirs and theirs - ours not in _unclear(oracle, final).get(symbol, ()):
            oracle.say("I3", f"the desk holds {ours} of {symbol}, the venue says {theirs}")


def _money(oracle: Oracle, final: Row) -> None:
    told = [fill for (cid, _), fill in oracle.venue_fills.items() if cid not in oracle.looks.untold]
    fees = sum((fill["fee"] + fill["fee_base"] * fill["price"] for fill in told), ZERO)
    # What the venue tells nobody of is paid for as a person has adopted it.
    spent = oracle.doubts.exposure.guessed
    for fill in told:
        sign = 1 if fill["side"] == "buy" else -1
        moved = sign * fill["quantity"] - fill["fee_base"]
        spent += moved * fill["price"] * final["multipliers"][fill["symbol"]]
    futures = sum((p["cost"] for p in final["positions"] if p["symbol"] in final["futures"]), ZERO)
    account = final["account"]
    expected = final["deposit"] - fees - spent + futures
    if account["cash"] != expected:
        oracle.say("I4", f"cash is {account['cash']}, by the venue's fills it must be {expected}")
    if account["fees"] != fees:
        oracle.say("I4", f"fees are {account['fees']}, the venue took {fees}")
    costs = sum((p["cost"] for p in final["positions"]), ZERO)
    realised = costs - spent
    if account["realised"] != realised:
        oracle.say("I4", f"realised is {account['realised']}, by the venue's fills {realised}")
    if sum(oracle.sums.values(), ZERO):
        oracle.say("I4", f"all books together leave {sum(oracle.sums.values(), ZERO)}")
    if oracle.sums["cash"] != account["cash"]:
        oracle.say("I4", f"the book says {account['cash']} cash, the ledger {oracle.sums['cash']}")


def _orders(oracle: Oracle, final: Row) -> None:
    unclear = _unclear(oracle, final)
    for known in oracle.orders.values():
        order_id, cid = known.order["order_id"], known.order["client_order_id"]
        is_there = cid in oracle.taken and cid not in oracle.turned_down
        if known.status == "not_placed" and oracle.is_beyond_finding(cid):
            continue
        if known.status in ("rejected", "not_placed") and is_there:
            oracle.say("I5", f"{order_id} is {known.status}, but the venue had it")
        if known.order["symbol"] in unclear and (known.status == "in_doubt" or _is_leaving(known)):
            continue  # its absence cannot be proven while nobody knows what the venue holds
        if known.status in ("submitting", "in_doubt"):
            oracle.say("I7", f"{order_id} is still {known.status}")
        if known.status in ALIVE and cid not in oracle.open_at_venue:
            oracle.say("I7", f"{order_id} is {known.status} here and done at the venue")
        if known.status not in ALIVE and cid in oracle.open_at_venue:
            oracle.say("I7", f"{order_id} is {known.status} here and open at the venue")
    _leftovers(oracle, final)
    _requests(oracle, final)
    if _unclear(oracle, final):
        return  # nor can it be flat while the venue says something else than the book
    flattening = final["account"]["flattening"]
    if flattening is not None:
        oracle.say("I7", f"the flatten {flattening['command_id']} was never proven")
    if final["account"]["halt"] == "flatten":
        oracle.say("I7", "a panic goes on and on")


def _is_leaving(known: Known) -> bool:
    """Whether an exit is on its way. What the book holds beyond the venue is sold again and again and refused
    each time: exits wait for nobody, so that one may be under way when the day ends."""
    return known.status == "submitting" and not known.is_entry


def _requests(oracle: Oracle, final: Row) -> None:
    """No request is without an end on an order that stands."""
    unclear = _unclear(oracle, final)
    for order in (one for one in final["orders"] if one["status"] in ALIVE):
        is_leaving = order["status"] == "submitting" and order["role"] != "entry"
        if order["symbol"] in unclear and (order["status"] == "in_doubt" or is_leaving):
            continue
        for request in order["requests"]:
            if request["kind"] == "cancel" and order["role"] == "entry":
                oracle.say("I7", f"{order['order_id']} was to be canceled ({request['status']}) and stands")
            if request["status"] in ("intended", "sent", "ambiguous"):
                what = f"the {request['kind']} of {order['order_id']}"
                oracle.say("I7", f"{what} was asked for and never heard of again ({request['status']})")


def _answers(oracle: Oracle) -> None:
    for command, answers in oracle.answers.items():
        if not answers[-1]["taken"] and not any(one["taken"] for one in answers):
            for cid in oracle.entries.get(command, ()):
                oracle.say("I5", f"{command} was denied, but {cid} is at the venue")
    for command in oracle.proposed:
        if oracle.entries.get(command):
            oracle.say("I1", f"{command} was never confirmed, but it was sent")
    for command in oracle.confirmed:
        if not oracle.answers.get(command):
            oracle.say("I7", f"{command} was never answered")


def _cover(oracle: Oracle, final: Row) -> None:
    for position in final["positions"]:
        position_id, held = position["position_id"], position["quantity"]
        plan = oracle.plans.get(position_id)
        if not held or plan is None or position["symbol"] in _unclear(oracle, final):
            continue
        if position_id in oracle.rests.dust:
            continue  # too little for any exit: nothing can guard or end it
        _time(oracle, final, position)
        if not _is_closing(oracle, position):
            for sentence in oracle.crossed.stays(position):
                oracle.say("I9", sentence)
        if plan["stop"] is None:
            continue
        bracket = oracle.brackets.get(position_id)
        guard = bracket["guard"] if bracket else "none"
        exits = [
            (oracle.taken[cid]["role"], left)
            for cid, left in oracle.open_at_venue.items()
            if oracle.taken[cid]["position_id"] == position_id
        ]
        standing = [left for role, left in exits if role in ("stop", "trail")]
        planned = [leg["price"] for leg in bracket["legs"] if leg["kind"] == "stop"] if bracket else []
        for cid in oracle.open_at_venue:
            order, price = oracle.taken[cid], oracle.cover.prices[cid]
            if order["position_id"] == position_id and order["role"] == "stop" and price not in planned:
                oracle.say("I8", f"{order['order_id']} stands at {price}, its stop was to be at {planned}")
        if any(left > abs(held) for left in standing):
            oracle.say("I8", f"{position_id} holds {held}, its stops promise {standing}")
        # Where orders exclude each other, what a person has resting there takes its part of the room.
        others = sum((left for role, left in exits if role == "close"), ZERO) if guard == "stop" else ZERO
        is_asked = position_id in oracle.pulls.open or position_id in oracle.pulls.gaps.asked
        if guard != "bot" and not is_asked and not any(left + others >= abs(held) for left in standing):
            text = f"{position_id} holds {held}, its plan has a stop, and none stands ({guard}, {standing})"
            oracle.say("I8", text if position["uncovered_since"] else f"{text}, and nobody said so")
        if bracket is not None:
            _watched(oracle, final, position, bracket)


def _time(oracle: Oracle, final: Row, position: Row) -> None:
    """A position whose time was over before the last quiet minute is gone, or on its way out."""
    bracket = position["bracket"]
    if bracket is None or bracket["exit_at"] is None or bracket["exit_at"] > final["quiet_since"]:
        return
    if not _is_closing(oracle, position):
        oracle.say(
            "I8", f"{position['position_id']} should have ended at {bracket['exit_at']} and still holds"
        )


def _is_closing(oracle: Oracle, position: Row) -> bool:
    return any(
        one.left and leaves_now(one.order) and one.order["position_id"] == position["position_id"]
        for one in oracle.orders.values()
        if not one.is_entry
    )


def _watched(oracle: Oracle, final: Row, position: Row, bracket: Row) -> None:
    """A level that we watch and that the price has passed must have done its work."""
    quote = final["quotes"].get(position["symbol"])
    if quote is None or _is_closing(oracle, position):
        return
    is_long = position["quantity"] > 0
    for leg in bracket["legs"]:
        is_ours = bracket["guard"] == "bot" or leg["name"] in bracket["watched"]
        if leg["kind"] == "stop" and position["position_id"] in oracle.pulls.gaps.asked:
            continue  # it sleeps until a person has answered
        if leg["kind"] == "time" or leg["is_done"] or not leg["quantity"] or not is_ours:
            continue
        starts, best = leg["activation_price"], bracket["best_price"]
        if starts is not None and (best is None or (best < starts if is_long else best > starts)):
            continue  # a trail that sleeps
        is_below = is_long == (leg["kind"] != "target")
        market = quote["bid"] if is_long else quote["ask"]
        if market <= leg["price"] if is_below else market >= leg["price"]:
            text = f"{position['position_id']} is beyond its {leg['kind']} {leg['price']} and still holds"
            oracle.say("I8", f"{text} {position['quantity']}")


def _leftovers(oracle: Oracle, final: Row) -> None:
    """Nothing that adds risk waits behind a halt; no exit waits for a position that is gone."""
    held = {p["position_id"]: p["quantity"] for p in final["positions"]}
    for cid in oracle.open_at_venue:
        order = oracle.taken[cid]
        halted = oracle.stops.binding(final["account"]["account"], final["now"], order["symbol"])
        if order["role"] == "entry" and halted:
            oracle.say("I13", f"{order['order_id']} still waits behind the halt of {halted}")
        if order["symbol"] in _unclear(oracle, final):
            continue
        entry = oracle.along.entry_of(oracle, order)
        if order["role"] == "entry" or (entry is not None and entry.left):
            continue
        if not held.get(order["position_id"]):
            oracle.say("I9", f"{order['order_id']} still waits, its position is gone")
