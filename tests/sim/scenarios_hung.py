"""Named days on a venue where exits hang on the position (`make crash`)."""

from __future__ import annotations

from tests.sim.scenarios_hand import trades
from tests.sim.scenarios_pulled import UNANSWERED
from tests.sim.scripted import (
    Script,
    asks,
    buy,
    cancel,
    close,
    exits,
    guarded,
    percent,
    price,
    restart,
    venue_ends,
    with_name,
)

BTC = "BTC/USD"
WHOLE = guarded("1", stop="1")

GROWS = Script(
    "what hangs on a position that grows, shrinks and is closed at its target",
    "attached",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6990")),
        price(3, BTC, "6985", "0.2"),
        price(6, BTC, "6984", "0.4"),
        asks(10, close(BTC, 40)),
        asks(14, buy(BTC, "0.1")),
        price(15, BTC, "7000", "0.1"),
        asks(18, exits(BTC, stop=percent("0.5"))),
        price(24, BTC, "7090", "0.1"),
        price(28, BTC, "7090", "3"),
    ),
    has_sizes=True,
)
ENTRY_ENDS = Script(
    "an entry that is canceled when a part has filled, and what hangs on that part",
    "attached",
    (
        asks(1, buy(BTC, "2", WHOLE, limit="6990")),
        price(4, BTC, "6985", "0.4"),
        asks(8, cancel(BTC)),
        asks(30, buy("MES", "1")),
        price(36, BTC, "6900", "3"),
    ),
    has_sizes=True,
)
TAKEN_AWAY = Script(
    "a venue that takes away at once what hangs on a position",
    "attached",
    (asks(1, buy(BTC, "0.5", WHOLE)), venue_ends(6, "stop"), price(14, BTC, "6900")),
)
SHARED = Script(
    "a target for everything becomes two for shares, and the stop hangs on",
    "attached",
    (
        asks(1, buy(BTC, "0.5", WHOLE)),
        asks(6, exits(BTC, targets=guarded("0.5", "2").targets)),
        price(12, BTC, "7040"),
        price(18, BTC, "6900"),
    ),
)
MOVED = Script(
    "a stop that hangs on the position and is moved closer",
    "attached",
    (
        asks(1, buy(BTC, "0.5", WHOLE)),
        asks(6, exits(BTC, stop=percent("0.5"))),
        price(14, BTC, "6960"),
    ),
)
HALVED = Script(
    "a hand that sells half of what exits hang on, and a deploy",
    "attached",
    (
        asks(1, buy(BTC, "0.5", WHOLE)),
        trades(8, BTC, "-0.25"),
        restart(14, trades(0, BTC, "0.1")),
        price(26, BTC, "6900"),
    ),
)

HUNG: tuple[Script, ...] = (
    GROWS,
    with_name(GROWS, "the same at a slow venue that hangs exits on positions", venue="attached-slow"),
    ENTRY_ENDS,
    *(
        with_name(ENTRY_ENDS, f"an entry that is canceled when a part has filled ({venue})", venue=venue)
        for venue in ("pair", "stops", "bare")
    ),
    TAKEN_AWAY,
    SHARED,
    MOVED,
    HALVED,
    with_name(UNANSWERED, "a stop on the position that a hand has ended comes back", venue="attached"),
)
