"""Named days on which a hand or the venue ends what guards a position (`make crash`)."""

from __future__ import annotations

from datetime import timedelta

from tests.sim.recipe import ACCOUNT
from tests.sim.scripted import (
    Act,
    Make,
    Script,
    asks,
    buy,
    guarded,
    price,
    restart,
    says,
    venue_ends,
    with_name,
)
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.exits import BreakEven
from trading.domain.ids import PositionId

BTC = "BTC/USD"
HELD = buy(BTC, "0.5", guarded("3", stop="2"))


def pulls(at_s: float, role: str = "stop") -> Act:
    """A hand ends the desk's orders of this role in the venue's app; no frame says so."""

    async def do(world: World, name: str) -> None:
        now = world.clock.now()
        for order in world.venue.snapshot(now).orders:
            if world.roles.get(order.client_order_id) == role:
                world.fire("X36")
                world.note("pulled", {"cid": order.client_order_id})
                world.venue.cancel(order.client_order_id, now)

    return Act(at_s, do)


def sets_clock(at_s: float, minutes: int) -> Act:
    """Somebody sets the clock of the desk's machine."""

    async def do(world: World, name: str) -> None:
        world.fire("C01")
        world.desk_clock.jump(timedelta(minutes=minutes))

    return Act(at_s, do)


def answer(choice: str) -> Make:
    """What a person says to the question."""
    return says(cm.AnswerGuard, position_id=PositionId(f"{ACCOUNT}/{BTC}/1"), symbol=BTC, choice=choice)


UNANSWERED = Script(
    "a stop that a hand has ended comes back when nobody answers",
    "stops",
    (asks(1, HELD), pulls(6), price(90, BTC, "6990"), price(95, BTC, "6800")),
    restarts=False,
)
SET_RIGHT = Script(
    "a clock that ran ahead is set right while a person is asked about a stop",
    "stops",
    (asks(1, HELD), sets_clock(4, 30), price(5, BTC, "7000"), pulls(6), sets_clock(20, -30)),
    restarts=False,
)
LEFT = Script(
    "a stop that a hand has ended and a person leaves away",
    "full",
    (asks(1, HELD), pulls(6), asks(20, answer("leave")), price(90, BTC, "6800")),
)
BACK = Script(
    "a stop that a hand has ended is put back, and ended again",
    "pair",
    (asks(1, HELD), pulls(6), asks(20, answer("back")), pulls(24), price(40, BTC, "6800")),
)
AWAY = Script(
    "a deploy while a person is asked about a stop",
    "stops-slow",
    (asks(1, HELD), pulls(14), restart(30), price(120, BTC, "6990")),
)
TARGET = Script(
    "a target that a hand has ended",
    "full",
    (asks(1, HELD), pulls(6, "target"), price(30, BTC, "7300"), price(40, BTC, "6800")),
)
EVEN = Script(
    "a target that a hand has ended when the stop is at break-even",
    "full",
    (
        asks(1, buy(BTC, "0.6", guarded("0.5", "2", stop="1", break_even=BreakEven(1)))),
        price(6, BTC, "7040"),
        pulls(12, "target"),
        price(40, BTC, "6990"),
    ),
)
ENDED = Script(
    "a stop that the venue ends once, and then again at once",
    "stops",
    (asks(1, HELD), venue_ends(20, "stop"), venue_ends(23, "stop"), price(40, BTC, "6800")),
)
PULLED: tuple[Script, ...] = (
    UNANSWERED,
    with_name(UNANSWERED, "a stop of a bracket that a hand has ended comes back", venue="full"),
    SET_RIGHT,
    LEFT,
    BACK,
    AWAY,
    TARGET,
    EVEN,
    ENDED,
)
