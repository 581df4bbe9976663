"""Words of reasons: why something happened, as the desk itself and its paper venue put it in the journal.

A person who reads another language gets theirs by these (retelling.py). A reason that somebody has typed, or
that another venue gives, stays as it is.
"""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "because.panic": "panic",
    "because.panic_flat": "panic: flat and proven",
    "because.panic_waits": "panic: not proven flat yet, the venue {counts}",
    "because.pause_over": "the pause is over",
    "because.no_stop": "no stop stands",
    "because.lot": "Less than one lot is left.",
    "because.flat": "the venue reports no position and no open order, and so does the book",
    "because.flat_but_dust": "the venue reports no position beyond dust ({rest}, too little to trade) and "
    "no open order, and so does the book",
    "because.closed": "the positions that were named are closed and their orders done",
    "because.closed_but_dust": "nothing is left of the positions that were named beyond dust ({rest}, too "
    "little to trade), and their orders are done",
    "because.as_it_was": "the order is as it was",
    "because.still_stands": "taken, and the order still stands",
    "because.stands": "the order stands",
    "because.cut_off": "the request was cut off on its way",
    "because.no_answer": "no answer in time",
    "because.proves_nothing": "{code} proves nothing: {reason}",
    "because.stopped": "the desk stopped before the venue's answer was written down",
    "because.poison": "a message ended the desk three times ({name})",
    "because.restored": "the database was put back to an earlier day: {stream} ends at event {head}, and "
    "{seq} were written by {at}; compare positions and orders with your venue, then resume",
    "because.replaced": "the database is another one: event {seq} of {stream} is not what was written; "
    "compare positions and orders with your venue, then resume",
    "because.opening": "opening deposit",
    "because.moved": "moved at the venue",
    "because.venue.no_type": "This venue takes market and limit orders only, no {type}.",
    "because.venue.attaches_not": "This venue attaches no exits to a position; send a reduce-only order.",
    "because.venue.needs_limit": "A {type} order needs a limit price.",
    "because.venue.takes_no_limit": "A {type} order takes no limit price.",
    "because.venue.needs_stop": "A {type} order needs a stop price.",
    "because.venue.trails": "A trailing stop needs a distance above zero, or a percent below 100.",
    "because.venue.at_once": "IOC and FOK go with market and limit orders only; send the stop as GTC.",
    "because.venue.post_only": "Post-only goes with resting limit orders only.",
    "because.venue.lot": "{symbol} trades in whole steps of {lot}, not {quantity}.",
    "because.venue.least": "{symbol} needs at least {least}.",
    "because.venue.tick": "{symbol} has prices in steps of {tick}, not {price}.",
    "because.venue.worth": "{symbol} needs at least {least} {quote}.",
    "because.venue.lot.nearest": "{symbol} trades in whole steps of {lot}, not {quantity}. The nearest size "
    "is {size}.",
    "because.venue.tick.nearest": "{symbol} has prices in steps of {tick}, not {price}. The nearest price "
    "is {nearest}.",
    "because.venue.worth.nearest": "{symbol} needs at least {least} {quote}. At {price} that is "
    "{size} or more.",
    "because.venue.expired": "The order's end lies in the past.",
    "because.venue.closed": "{symbol} is closed now; a limit order may wait for the opening.",
    "because.venue.reduce_only": "There is no {symbol} position left to reduce.",
    "because.venue.short": "{symbol} cannot be sold short here; {free} is held.",
    "because.venue.funds": "This takes {needed} {currency} with fees and {free} is free; ask for less.",
    "because.venue.groups": "This venue holds no groups; send the orders one by one.",
    "because.venue.twice": "Two orders of the group have the same client order id.",
    "because.venue.group": "Another order of the group was refused: {reason}",
    "because.venue.used": "The client order id {id} was used before.",
    "because.venue.unknown": "{symbol} is not traded here.",
    "because.venue.would_take": "This limit would trade at once; move it away or drop post-only.",
    "because.venue.filled": "{filled} has filled already; cancel what is left instead.",
    "because.venue.same_kind": "A change keeps the kind of the order: the same prices must be given.",
    "said.counts.silent": "does not answer",
    "said.counts.positions": "still reports {count} positions",
}
