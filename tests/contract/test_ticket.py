"""The order ticket on each venue, field by field: on the wire as it was meant, or refused with a sentence.

The tables are also those of docs/venues.md. What a venue cannot hold of a position's exits the desk watches.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.contract.alpaca_under_test import AlpacaUnderTest
from tests.contract.binance_under_test import binance
from tests.contract.kraken_under_test import kraken
from tests.contract.venue_under_test import approved, order
from tests.unit.domain.test_bracket import plan
from trading.brokers.alpaca_profile import PROFILES, AlpacaMarket
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.domain.exits import ExitPlan
from trading.domain.ladder import guard_of
from trading.domain.order import Order, OrderType, Side, TimeInForce
from trading.domain.position import Guard
from trading.domain.reports import Accepted, Rejected

D = Decimal
PAGE = Path(__file__).parents[2] / "docs" / "venues.md"
VENUES = ("binance", "alpaca-shares", "alpaca-parts", "alpaca-coins", "kraken")
USUAL = {"alpaca-parts": TimeInForce.DAY}
"""How long an order lasts where nothing is said: the desk's own is until canceled."""
NO = "refused"
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.wire
Sent = Callable[[], Sequence[Mapping[str, Any]]]


class Field(Struct, frozen=True):
    """A field of the ticket: how an order has it, and by venue what stands on the wire of it (`name=value`,
    several with commas between), or that it is refused."""

    name: str
    order: Mapping[str, Any]
    wire: tuple[str, ...]


def field(name: str, *wire: str, **values: Any) -> Field:
    assert len(wire) == len(VENUES)
    return Field(name, values, wire)


STOP = "type=stop,stop_price=120"
STOP_LIMIT = "type=stop_limit,stop_price=120,limit_price=121"
LIMIT = "type=limit,limit_price=90"
KRAKEN = "ordertype=limit,price=90"
TICKET = (
    field("market", "type=MARKET", "type=market", "type=market", "type=market", "ordertype=market"),
    field("limit", "type=LIMIT,price=90", LIMIT, LIMIT, LIMIT, KRAKEN, limit="90"),
    field("stop", "type=STOP_LOSS,stopPrice=120", STOP, NO, NO, "ordertype=stop-loss,price=120", stop="120"),
    field(
        "stop-limit",
        "type=STOP_LOSS_LIMIT,stopPrice=120,price=121",
        STOP_LIMIT,
        NO,
        STOP_LIMIT,
        "ordertype=stop-loss-limit,price=120,price2=121",
        stop="120",
        limit="121",
    ),
    field("trailing stop by a distance", NO, "type=trailing_stop,trail_price=5", NO, NO, NO, trail="5"),
    field(
        "trailing stop by percent", NO, "type=trailing_stop,trail_percent=3", NO, NO, NO, trail_percent=D(3)
    ),
    field(
        "until canceled",
        "timeInForce=GTC",
        "time_in_force=gtc",
        NO,
        "time_in_force=gtc",
        KRAKEN,
        limit="90",
        time_in_force=TimeInForce.GTC,
    ),
    field(
        "day", NO, "time_in_force=day", "time_in_force=day", NO, NO, limit="90", time_in_force=TimeInForce.DAY
    ),
    field(
        "at once or not (IOC)",
        "timeInForce=IOC",
        "time_in_force=ioc",
        NO,
        "time_in_force=ioc",
        "timeinforce=IOC",
        limit="90",
        time_in_force=TimeInForce.IOC,
    ),
    field(
        "all or nothing (FOK)",
        "timeInForce=FOK",
        "time_in_force=fok",
        NO,
        NO,
        NO,
        limit="90",
        time_in_force=TimeInForce.FOK,
    ),
    field(
        "an end at an instant (GTD)",
        NO,
        NO,
        NO,
        NO,
        "timeinforce=GTD",
        limit="90",
        time_in_force=TimeInForce.GTD,
    ),
    field("market, all or nothing", NO, "time_in_force=fok", NO, NO, NO, time_in_force=TimeInForce.FOK),
    field("market, with an end", NO, NO, NO, NO, NO, time_in_force=TimeInForce.GTD),
    field("post-only", "type=LIMIT_MAKER,price=90", NO, NO, NO, KRAKEN, limit="90", post_only=True),
    field("exits attached to the position", NO, NO, NO, NO, NO, limit="90", attached=True),
    field("a group", NO, NO, NO, NO, NO, limit="90", group="pair"),
)


def missing_on(params: Mapping[str, Any], wire: str) -> list[str]:
    """What of the table is not on the wire."""
    pairs = [one.partition("=") for one in wire.split(",")]
    return [f"{name}={value}" for name, _, value in pairs if str(params.get(name)) != value]


def ticket(venue: Any, name: str, one: Field) -> Order:
    values = {"time_in_force": USUAL.get(name, TimeInForce.GTC), **one.order}
    if values["time_in_force"] is TimeInForce.GTD:
        values["expires_at"] = venue.now() + HOUR
    item = order(venue, f"ticket-{TICKET.index(one)}", Side.BUY, "1", **values)
    return replace(item, type=OrderType.TRAILING_STOP) if item.trail_percent is not None else item


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[tuple[Any, Sent]]:
    """A venue at 100, and what was asked of it about new orders."""
    if name == "binance":
        async with binance() as venue:
            await venue.quote("100", "100.01")
            asked = venue.server.asked
            yield venue, lambda: [told for how, path, told in asked if (how, path) == ("POST", "order")]
        return
    if name == "kraken":
        async with kraken() as sea:
            await sea.quote("100", "100.01")
            asked = sea.server.asked
            yield sea, lambda: [told for _, path, told in asked if path == "AddOrder"]
        return
    alpaca = await AlpacaUnderTest(AlpacaMarket(name.partition("-")[2])).begin()
    try:
        await alpaca.quote("100", "100.01")
        yield alpaca, lambda: alpaca.server.bodies
    finally:
        await alpaca.end()


@pytest.mark.parametrize("name", VENUES)
async def test_each_field_is_on_the_wire_or_refused_and_none_is_dropped(name: str) -> None:
    wrong = []
    async with opened(name) as (venue, sent):
        for one in TICKET:
            before, wire = len(sent()), one.wire[VENUES.index(name)]
            answer = await venue.broker.submit(approved(ticket(venue, name, one)))
            new = list(sent()[before:])
            if wire == NO:
                is_said = isinstance(answer, Rejected) and answer.code == "not_supported"
                if new or not is_said or not answer.reason.endswith("."):
                    wrong.append((one.name, answer, new))
            elif not isinstance(answer, Accepted) or len(new) != 1 or missing_on(new[0], wire):
                wrong.append((one.name, answer, new))
    assert wrong == []


# ---------------------------------------------------------------- exits: held there, or watched by the desk

PROFILE_OF = {
    "binance": BINANCE_SPOT,
    "kraken": KRAKEN_SPOT,
    **{profile.venue: profile for profile in PROFILES.values()},
}
EXITS: tuple[tuple[str, ExitPlan], ...] = (
    ("stop", plan(stop="2%")),
    ("stop and target", plan("5%", stop="2%")),
    ("target alone", plan("5%")),
    ("trail", plan(trail="2%")),
)
SAYS = {
    Guard.VENUE: "venue",
    Guard.ATTACHED: "venue",
    Guard.PAIR: "venue",
    Guard.STOP: "the stop rests, the desk watches the rest",
    Guard.BOT: "the desk watches",
}


def exits_row(name: str, wanted: ExitPlan) -> str:
    cells = []
    for venue in VENUES:
        found = SAYS[guard_of(PROFILE_OF[venue].exits, wanted)]
        is_all = not wanted.targets
        cells.append("the stop rests there" if found == SAYS[Guard.STOP] and is_all else found)
    return f"| {name} | {' | '.join(cells)} |"


def ticket_row(one: Field) -> str:
    return f"| {one.name} | {' | '.join(NO if cell == NO else 'yes' for cell in one.wire)} |"


def table_at(head: str) -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"| {head} | {' | '.join(VENUES)} |") + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append(line)
    return rows


def test_the_page_has_the_ticket_of_this_table() -> None:
    assert table_at("field of the ticket") == [ticket_row(one) for one in TICKET]


def test_the_page_says_what_rests_at_a_venue_and_what_the_desk_watches() -> None:
    assert table_at("exits") == [exits_row(name, wanted) for name, wanted in EXITS]
