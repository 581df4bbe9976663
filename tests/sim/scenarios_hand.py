"""Named days on which somebody trades at the venue past the desk (`make crash`)."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT
from tests.sim.scenarios_guest import LOCKED
from tests.sim.scripted import (
    SYMBOLS,
    Act,
    Make,
    Script,
    asks,
    buy,
    close,
    exits,
    guarded,
    lost,
    percent,
    price,
    says,
    seen,
    with_name,
)
from tests.sim.world import START, World
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.ids import ClientOrderId, OrderId, PositionId, VenueOrderId
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import FillReported

BTC, MES = "BTC/USD", "MES"
GUARDED = guarded("3", stop="2")


def trades(at_s: float, symbol: str, signed: str, *, told: bool = True, after_s: float = 0.0) -> Act:
    """A hand buys or sells so much at market in the venue's app. The desk's key hears of it; or nothing; or
    so much later, and in the history only."""

    async def do(world: World, name: str) -> None:
        amount, cid = Decimal(signed), ClientOrderId(f"HAND-{name}")
        side = Side.BUY if amount > 0 else Side.SELL
        order = Order(
            OrderId(cid),
            cid,
            ACCOUNT,
            PositionId("hand"),
            SYMBOLS[symbol].symbol,
            side,
            OrderType.MARKET,
            Quantity(abs(amount)),
            Role.ENTRY,
        )
        world.fire("X37")
        world.note("hand", {"cid": cid, "told": told})
        if after_s or not told:
            world.faults.untold.add(cid)
        if after_s:
            world.loop.call_later(after_s, world.faults.untold.discard, cid)
        world.venue.submit(order, world.clock.now())
        world.pass_on()

    return Act(at_s, do)


def tells(at_s: float) -> Act:
    """What was kept from the desk's key is told by the stream now, and by the history from now on."""

    async def do(world: World, name: str) -> None:
        for report in world.venue.history(START):
            if report.client_order_id in world.faults.untold and isinstance(report, FillReported):
                world.told(report)
        world.faults.untold.clear()

    return Act(at_s, do)


def retells(at_s: float, name: str) -> Act:
    """The stream tells every fill once more, by a name of its order that nobody has heard of (X27)."""

    async def do(world: World, _: str) -> None:
        world.fire("X27")
        for report in world.venue.history(START):
            if isinstance(report, FillReported):
                world.told(
                    replace(report, client_order_id=ClientOrderId(name), venue_order_id=VenueOrderId(name))
                )

    return Act(at_s, do)


HALVED = Script(
    "a hand that sells half of what a stop guards",
    "pair",
    (asks(1, buy(BTC, "0.5", GUARDED)), trades(8, BTC, "-0.25")),
    restarts=False,
)
UNTOLD = Script(
    "a hand of which the venue tells nothing, and somebody who goes on",
    "full",
    (
        asks(1, buy(BTC, "0.5", GUARDED)),
        trades(8, BTC, "0.2", told=False),
        asks(70, buy(BTC, "0.1", GUARDED)),
        price(75, BTC, "6990"),
    ),
    restarts=False,
)


def settle(symbol: str, choice: str, held: str, booked: str) -> Make:
    """Somebody says what is to become of a difference, as the card showed it."""
    told = {"held": Decimal(held), "booked": Decimal(booked)}
    return says(cm.SettleDrift, symbol=symbol, choice=choice, seen=seen(symbol), **told)


LEFT_ALONE = Script(
    "a difference that a person leaves alone, and whose fill is told after all",
    "full",
    (
        asks(1, buy(BTC, "0.5", GUARDED)),
        trades(8, BTC, "0.2", after_s=200),
        asks(70, settle(BTC, "ignore", "0.7", "0.5")),
        price(240, BTC, "6990"),
    ),
    restarts=False,
)
ADOPTED = Script(
    "a difference that a person adopts, and whose fill is told after all, at another price",
    "full",
    (
        asks(1, buy(BTC, "0.5", GUARDED)),
        trades(8, BTC, "0.2", after_s=100),
        price(30, BTC, "7020"),
        asks(70, settle(BTC, "adopt", "0.7", "0.5")),
        price(140, BTC, "6990"),
    ),
    restarts=False,
)
THERE_AND_BACK = Script(
    "a hand that buys and sells again, of which the history tells late",
    "full",
    (
        asks(1, buy(BTC, "0.5", GUARDED)),
        trades(8, BTC, "0.2", after_s=90),
        trades(9, BTC, "-0.2", after_s=90),
        price(130, BTC, "6990"),
    ),
    restarts=False,
)
MOVED = Script(
    "a hand's sale that is told while the absence of a purchase is being proven",
    "slow",
    (
        lost(1, "submit"),
        asks(1, buy(BTC, "0.5")),
        trades(2, BTC, "-0.5", after_s=300),
        tells(15.6),
        price(90, BTC, "6990"),
    ),
    disk_pause_s=0.4,
    hides_longer=1.0,
    restarts=False,
)


def hides(at_s: float, order_id: str) -> Act:
    """From now on the venue tells nobody what this order of ours has filled."""

    async def do(world: World, name: str) -> None:
        engine = world.process.engine
        order = engine.book.order(OrderId(order_id)) if engine is not None else None
        assert order is not None, f"no order {order_id}"
        world.faults.untold.add(order.client_order_id)

    return Act(at_s, do)


TURNED = Script(
    "a hand turns a position round that an entry in doubt has turned back",
    "stops-slow",
    (
        asks(1, buy(MES, "2")),
        lost(4, "submit"),
        asks(5, buy(MES, "2")),
        hides(5.1, f"{ACCOUNT}/{MES}/1/entry-2"),
        trades(10, MES, "-3"),
        asks(14, close(MES)),
        tells(30),
        price(60, MES, "2590"),
    ),
    restarts=False,
)
MADE_UP = Script(
    "a difference whose fill is told, and another fill that makes up what is booked",
    "full",
    (
        asks(1, buy(BTC, "0.5", GUARDED)),
        trades(8, BTC, "0.2", after_s=42),
        trades(62, BTC, "-0.2"),
        asks(64, settle(BTC, "adopt", "0.7", "0.5")),
    ),
    restarts=False,
)
RETOLD = Script(
    "a fill that is told again by a name that nobody has heard of",
    "full",
    (asks(1, buy(BTC, "0.5", GUARDED)), retells(8, "P1+0"), price(70, BTC, "6990")),
    restarts=False,
)
MADE_UP_LATER = Script(
    "a difference that a person left alone and that was told, and a position that goes the other way",
    "pair-slow",
    (
        asks(1, buy(BTC, "0.1")),
        asks(4, close(BTC)),
        trades(8, BTC, "0.4", after_s=80),
        asks(70, settle(BTC, "ignore", "0.4", "0")),
        trades(110, BTC, "-0.4"),
        asks(114, buy(BTC, "0.2", guarded(stop="1"), limit="7010", short=True)),
        lost(117, "submit", Fault.LOST_BEFORE),
        price(118, BTC, "7015"),
        trades(123, BTC, "-0.05"),
        price(160, BTC, "7010"),
    ),
    restarts=False,
)
RENAMED = Script(
    "a stop that fills under a name which nobody has told, before its next change is refused",
    "full",
    (
        asks(1, buy(BTC, "0.5", GUARDED)),
        lost(10, "change"),
        lost(10, "find", Fault.LOST_BEFORE, times=6),
        asks(10.1, exits(BTC, stop=percent("0.5"))),
        price(11, BTC, "6950"),
        asks(11.1, exits(BTC, stop=percent("2"))),
        retells(12.5, "P2+1"),
        price(70, BTC, "6990"),
    ),
    renames=True,
    restarts=False,
)
HIDDEN_TARGET = Script(
    "a target whose fill nobody is told of, and a stop that is enlarged for what is held no more",
    "full",
    (
        asks(1, buy(BTC, "0.5", guarded("0.5", "1", stop="1"))),
        hides(6, f"{ACCOUNT}/{BTC}/1/exit-3"),
        price(7, BTC, "7040"),
        tells(12),
        price(40, BTC, "7000"),
    ),
    restarts=False,
)
FLAT_BY_HAND = Script(
    "a flatten of what a hand has sold, which is told late, while something else is held",
    "full",
    (
        asks(1, buy(BTC, "0.5")),
        asks(2, buy(MES, "1")),
        trades(8, BTC, "-0.5", after_s=140),
        asks(14, says(cm.Flatten, symbol=BTC)),
        price(40, BTC, "7001"),
    ),
    restarts=False,
)
BY_HAND: tuple[Script, ...] = (
    *LOCKED,
    HALVED,
    with_name(HALVED, "a hand that sells half of what a bracket guards", venue="full"),
    UNTOLD,
    LEFT_ALONE,
    ADOPTED,
    THERE_AND_BACK,
    MOVED,
    MADE_UP,
    MADE_UP_LATER,
)
UNCRASHED_BY_HAND: tuple[Script, ...] = (TURNED, RETOLD, HIDDEN_TARGET, RENAMED, FLAT_BY_HAND)
