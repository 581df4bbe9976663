"""Named days on venues between a whole bracket and nothing: pairs, lone stops, swaps (`make crash`)."""

from __future__ import annotations

from decimal import Decimal

from tests.sim.recipe import ACCOUNT
from tests.sim.scenarios_bracketed import BRACKETED
from tests.sim.scenarios_hung import HUNG
from tests.sim.scripted import (
    Script,
    asks,
    buy,
    cancel,
    close,
    exits,
    guarded,
    lost,
    percent,
    price,
    restart,
    says,
    seen,
    with_name,
)
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.exits import BreakEven, Trail
from trading.domain.ids import OrderId
from trading.domain.money import Quantity

BTC = "BTC/USD"
BRACKET = guarded("0.5", "1", stop="1")

ROOM_IS_MADE = Script(
    "targets for which a lone stop makes room",
    "stops",
    (asks(1, buy(BTC, "0.5", BRACKET)), price(8, BTC, "7040"), price(14, BTC, "7080")),
)
OLD_SWAP = Script(
    "a deploy while a stop makes room, and the price is gone",
    "stops",
    (
        asks(1, buy(BTC, "0.5", guarded("0.5", stop="1"))),
        price(8, BTC, "7040"),
        restart(8.6, price(0, BTC, "7001")),
    ),
    latency_s=1.2,
)
OLD_SWAP_AND_KEPT = Script(
    "a deploy while a stop makes room, and what has no stop is kept",
    "stops",
    (asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))), *OLD_SWAP.acts),
    latency_s=1.2,
)
UNFILLED = Script(
    "a target for which a stop makes room, and that nobody buys",
    "stops",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.5", guarded("0.5", stop="1"))),
        price(3, BTC, "7000.5"),
        price(10, BTC, "7040", "0", stays=True),
        price(40, BTC, "7001"),
    ),
    has_sizes=True,
    stays_thin=True,
)
NOBODY_ANSWERS = Script(
    "an exit for which a stop has made room, and nobody answers for it",
    "stops-slow",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.5", guarded("0.5", stop="1"))),
        lost(20, "submit", Fault.LOST_BEFORE),
        lost(20, "find", Fault.LOST_BEFORE, times=30),
        price(20, BTC, "7040"),
        price(70, BTC, "7001"),
    ),
    restarts=False,
)
LOST_ROOM = Script(
    "a stop that does not hear that it should make room",
    "stops",
    (
        asks(1, buy(BTC, "0.5", BRACKET)),
        lost(7, "change", Fault.LOST_BEFORE),
        price(8, BTC, "7040"),
        lost(9, "change"),
        price(20, BTC, "7080"),
    ),
)
TOO_LITTLE = Script(
    "a target that finds too little, and the stop that returns",
    "stops",
    (
        asks(1, buy(BTC, "0.5", guarded("0.5", stop="1"))),
        price(8, BTC, "7040", "0.1"),
        price(16, BTC, "7040", "0.2"),
        price(24, BTC, "6900", "5"),
    ),
    has_sizes=True,
)
IN_HALVES = Script(
    "a close in halves beside a lone stop",
    "stops",
    (
        asks(1, buy(BTC, "0.5", BRACKET)),
        asks(6, close(BTC, 50)),
        asks(12, close(BTC, 50)),
        price(18, BTC, "6900"),
    ),
)
LOST_STOP = Script(
    "a stop of which nobody knows whether it stands",
    "stops",
    (
        asks(1, buy(BTC, "0.5", BRACKET, limit="6990")),
        lost(4, "submit"),
        price(5, BTC, "6985"),
        price(6, BTC, "6900"),
    ),
)
LOST_STOP_PASSED = Script(
    "a stop of which nobody knows whether it stands, and the price passes it",
    "stops-slow",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.5", BRACKET, limit="6990")),
        lost(5, "submit", Fault.LOST_BEFORE),
        price(6, BTC, "6985"),
        price(7, BTC, "6900"),
        price(40, BTC, "6910"),
    ),
)
PAIR = with_name(ROOM_IS_MADE, "a pair whose targets fill one by one", venue="pair")
ONE_OF_TWO = Script(
    "a pair one of whose targets has filled",
    "pair",
    (asks(1, buy(BTC, "0.5", BRACKET)), price(8, BTC, "7040")),
)
SPIKE = Script(
    "a pair in a spike to both sides",
    "pair",
    (
        asks(1, buy(BTC, "0.5", guarded("0.5", stop="0.5"))),
        price(8, BTC, "7040", "0.3"),
        price(8.01, BTC, "6950"),
    ),
    has_sizes=True,
)
DUST = Script(
    "a rest that is too little to sell",
    "stops",
    (
        asks(1, buy(BTC, "0.5", BRACKET, limit="6990")),
        price(3, BTC, "6985", "0.0001"),
        asks(6, cancel(BTC)),
        price(10, BTC, "6900"),
        asks(16, close(BTC)),
        price(20, BTC, "6850"),
        asks(26, buy(BTC, "0.3", guarded("5", stop="2"))),
        asks(36, close(BTC)),
    ),
    has_sizes=True,
)
DUST_AND_PANIC = Script(
    "a panic that leaves what is too little to sell",
    "stops",
    (
        asks(1, buy(BTC, "0.5", BRACKET, limit="6990"), buy("MES", "2", guarded("1", stop="1"))),
        price(3, BTC, "6985", "0.0001"),
        asks(6, cancel(BTC)),
        price(10, BTC, "6900"),
        asks(16, says(cm.Flatten, halt=True)),
        restart(24),
    ),
    has_sizes=True,
)
WORTH_IT_AGAIN = Script(
    "a rest that was too little and is worth enough again",
    "stops",
    (
        asks(1, buy(BTC, "0.5", guarded("90", stop="1"), limit="6990")),
        price(3, BTC, "6985", "0.0001"),
        asks(6, cancel(BTC)),
        price(16, BTC, "9500"),
        price(22, BTC, "10300"),
        price(23, BTC, "11000"),
        price(24, BTC, "12000"),
    ),
    has_sizes=True,
)
SMALL_SHARE = Script(
    "a target whose share is too little goes with the next",
    "stops",
    (asks(1, buy(BTC, "0.0003", BRACKET)), price(8, BTC, "7040"), price(16, BTC, "7090")),
)
NO_STOP = Script(
    "a stop that does not come, and the position is closed",
    "pair-slow",
    (
        asks(1, buy(BTC, "0.5", guarded(stop="1"), limit="6990")),
        lost(4, "submit", Fault.LOST_BEFORE),
        price(5, BTC, "6985"),
        price(40, BTC, "6990"),
    ),
)
NO_STOP_AND_KEPT = Script(
    "a stop that does not come, and the position is kept",
    "pair-slow",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.5", guarded(stop="1"), limit="6990")),
        lost(5, "submit", Fault.LOST_BEFORE),
        price(6, BTC, "6985"),
        price(40, BTC, "6990"),
    ),
)
NO_STOP_OF_TWO = Script(
    "two stops that do not come, and a deploy before it is too late",
    "stops-slow",
    (
        asks(
            1, buy(BTC, "0.5", BRACKET, limit="6990"), buy("MES", "2", guarded("1", stop="1"), limit="2590")
        ),
        lost(4, "submit", Fault.LOST_BEFORE, 2),
        price(5, BTC, "6985"),
        price(5.1, "MES", "2588"),
        restart(9),
        price(40, BTC, "6990"),
    ),
)
NO_STOP_AFTER_A_START = Script(
    "a deploy while a stop is on its way that never arrives, and the position is kept",
    "pair-slow",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.5", guarded(stop="1"), limit="6990")),
        lost(5, "submit", Fault.LOST_BEFORE),
        price(6, BTC, "6985"),
        restart(7),
        price(50, BTC, "6990"),
    ),
    restarts=False,
)
FEE_IN_COINS = Script(
    "a venue that takes its fee in coins, and a lone stop",
    "stops",
    (
        asks(1, buy(BTC, "0.5", BRACKET)),
        asks(6, close(BTC, 40)),
        asks(12, buy(BTC, "0.25", guarded("2", stop="1"))),
        price(18, BTC, "6900"),
    ),
    fee_in_base=True,
)
FEE_IN_COINS_PAIR = Script(
    "a venue that takes its fee in coins, and a pair",
    "pair-slow",
    (asks(1, buy(BTC, "0.5", BRACKET)), price(12, BTC, "7040"), price(22, BTC, "7080")),
    fee_in_base=True,
)
CRUMB = Script(
    "a lone stop that leaves a crumb of coins, and no start after it",
    "stops",
    (asks(1, buy(BTC, "0.45", BRACKET)), price(8, BTC, "6900")),
    fee_in_base=True,
    restarts=False,
)
ENLARGED = Script(
    "a part is closed while the change that makes its stop larger is on its way",
    "stops",
    (
        asks(1, buy("MES", "2", guarded(stop="1"))),
        asks(10, buy("MES", "2")),
        asks(11.4, close("MES", 50)),
        price(14.4, "MES", "2560"),
        price(60, "MES", "2590"),
    ),
    latency_s=1.2,
    restarts=False,
)
OUTSIDE = Script(
    "a close that stood before there was a group, and that somebody enlarges",
    "full",
    (
        asks(1, buy(BTC, "0.5")),
        asks(6, close(BTC, 50, limit="7100")),
        asks(10, exits(BTC, stop=percent("1"))),
        asks(
            14,
            says(
                cm.ModifyOrder,
                order_id=OrderId(f"{ACCOUNT}/{BTC}/1/exit-2"),
                quantity=Quantity(Decimal("0.5")),
                seen=seen(BTC),
            ),
        ),
        price(20, BTC, "6910"),
    ),
)
IN_PARTS = Script(
    "an exit that the venue hides until it counts as not placed, and that then fills in parts",
    "stops-slow",
    (
        asks(1, buy(BTC, "0.5", guarded("5", stop=None))),
        lost(6, "submit"),
        asks(6, close(BTC, limit="7030")),
        asks(40, close(BTC)),
        price(44, BTC, "7035", "0.2"),
        price(44.1, BTC, "7035", "0.3"),
        price(80, BTC, "7000"),
    ),
    has_sizes=True,
    hides_longer=1.0,
    restarts=False,
)
WOKEN = Script(
    "a trail that sleeps, and an addition that moves where it begins",
    "bare",
    (
        asks(1, buy(BTC, "0.3", guarded(stop="5", trail=Trail(percent("1"), percent("0.5"))))),
        price(6, BTC, "6900"),
        asks(10, buy(BTC, "0.6")),
        price(20, BTC, "6905"),
    ),
    restarts=False,
)
EVEN_BESIDE_A_TRAIL = Script(
    "break-even beside a trail alone",
    "bare",
    (
        asks(
            1,
            buy(
                BTC,
                "0.5",
                guarded("0.5", "2", stop=None, trail=Trail(percent("3")), break_even=BreakEven(1)),
            ),
        ),
        price(8, BTC, "7040"),
        price(30, BTC, "7050"),
    ),
    restarts=False,
)
PROTECTING: tuple[Script, ...] = (
    EVEN_BESIDE_A_TRAIL,
    ROOM_IS_MADE,
    with_name(ROOM_IS_MADE, "targets for which a lone stop makes room at a slow venue", venue="stops-slow"),
    OLD_SWAP,
    OLD_SWAP_AND_KEPT,
    LOST_ROOM,
    TOO_LITTLE,
    IN_HALVES,
    LOST_STOP,
    with_name(LOST_STOP, "a stop of a pair of which nobody knows whether it stands", venue="pair-slow"),
    LOST_STOP_PASSED,
    PAIR,
    ONE_OF_TWO,
    SPIKE,
    DUST,
    DUST_AND_PANIC,
    WORTH_IT_AGAIN,
    SMALL_SHARE,
    NO_STOP,
    NO_STOP_AND_KEPT,
    NO_STOP_OF_TWO,
    NO_STOP_AFTER_A_START,
    FEE_IN_COINS,
    FEE_IN_COINS_PAIR,
    CRUMB,
    ENLARGED,
    OUTSIDE,
    IN_PARTS,
    WOKEN,
    *HUNG,
    *BRACKETED,
    UNFILLED,
    NOBODY_ANSWERS,
)
