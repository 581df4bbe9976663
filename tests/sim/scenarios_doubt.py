"""Named days on which nobody knows: answers, commits and cancels that are lost (`make crash` plays them)."""

from __future__ import annotations

from decimal import Decimal

from tests.sim.recipe import ACCOUNT
from tests.sim.scripted import (
    Script,
    after,
    asks,
    buy,
    cancel,
    close,
    disk,
    exits,
    guarded,
    lost,
    price,
    restart,
    says,
    silence,
    straggles,
    with_name,
)
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.ids import OrderId
from trading.domain.order import TimeInForce

BTC, MES = "BTC/USD", "MES"
BRACKET = guarded("0.5", "1", stop="1")

FOUND = Script(
    "an order in doubt that is found",
    "full",
    (lost(1, "submit"), asks(1, buy(BTC, "0.5", BRACKET)), price(8, BTC, "7040")),
)
ABSENT = Script(
    "an order in doubt that never arrived",
    "slow",
    (lost(1, "submit", Fault.LOST_BEFORE), asks(1, buy(BTC, "0.5", BRACKET)), price(25, BTC, "7040")),
)
LOST_QUESTIONS = Script(
    "an order in doubt, and the venue answers no question",
    "full",
    (
        lost(1, "find", Fault.LOST_BEFORE, times=3),
        lost(1, "history", Fault.LOST_BEFORE, times=2),
        lost(1, "submit"),
        asks(1, buy(BTC, "0.5", BRACKET)),
        price(20, BTC, "7040"),
    ),
)
ONLY_POSITIONS = Script(
    "an entry that was over at once, and for a while only positions are told",
    "full",
    (
        lost(3, "find", Fault.LOST_BEFORE, times=8),
        lost(3, "history", Fault.LOST_BEFORE, times=3),
        silence(3),
        lost(3, "submit"),
        asks(3, buy(BTC, "0.5", limit="6900", time_in_force=TimeInForce.IOC)),
        silence(32, on=False),
        price(33, BTC, "7003"),
    ),
)
LATE_FILL = Script(
    "a fill that is told after the end of its order",
    "full",
    (
        asks(1, buy(BTC, "1", BRACKET, limit="6990")),
        silence(4),
        price(5, BTC, "6985", "0.4"),
        silence(7, on=False),
        asks(8, cancel(BTC)),
        price(20, BTC, "7030"),
    ),
    has_sizes=True,
)
STRAGGLER = Script(
    "an order that arrives after it was given up",
    "slow",
    (straggles(1, 6.0), asks(1, buy(BTC, "0.5", BRACKET)), price(25, BTC, "7050")),
)
LATE_YES = Script(
    "a yes that comes after the fill",
    "full",
    (lost(1, "submit", Fault.LATE), asks(1, buy(BTC, "0.5", BRACKET)), price(12, BTC, "7040")),
)
FULL_DISK = Script(
    "a full disk before the order and after its fill",
    "full",
    (
        disk(1, "full"),
        asks(1, buy(BTC, "0.4", BRACKET)),
        disk(6, "", "full", "full"),
        asks(6, buy(BTC, "0.2", BRACKET)),
        price(14, BTC, "7080"),
    ),
)
LOST_COMMIT = Script(
    "answers to COMMIT that are lost",
    "full",
    (
        disk(1, "unknown", "", "unknown"),
        asks(1, buy(BTC, "0.4", BRACKET), presses=2),
        price(9, BTC, "7080"),
    ),
)
LOST_TIME_EXIT = Script(
    "a time exit that is written while the answer to COMMIT is lost",
    "full",
    (
        asks(1, buy(MES, "2")),
        disk(5, "unknown"),
        asks(5, exits(MES, exit_at=after(20))),
        price(30, MES, "2601"),
    ),
    restarts=False,
)
LOST_CANCEL = Script(
    "a cancel whose answer is lost, then one that never arrives",
    "full",
    (
        asks(1, buy(BTC, "0.4", limit="6900"), buy(MES, "1", limit="2500")),
        lost(4, "change"),
        asks(4, cancel(BTC)),
        lost(12, "change", Fault.LOST_BEFORE),
        asks(12, cancel()),
        price(24, BTC, "6890"),
    ),
)
LONG_DOUBT = Script(
    "an order in doubt over a restart, and the venue answers no question about it",
    "full",
    (
        lost(1, "find", Fault.LOST_BEFORE, times=400),
        lost(1, "submit"),
        asks(1, buy(BTC, "0.4", limit="6500")),
        restart(90),
        price(200, BTC, "7003"),
    ),
    budget_s=100.0,
)
HIDDEN = Script(
    "an order that the venue hides until it counts as not placed, and then fills",
    "slow",
    (
        lost(1, "submit"),
        asks(1, buy(BTC, "0.5", BRACKET, limit="6900")),
        price(24, BTC, "6890"),
        asks(90, buy(BTC, "0.2", BRACKET)),
        price(95, BTC, "6905"),
    ),
    hides_longer=1.0,
    restarts=False,
)
ASKED = Script(
    "an order about which a person is asked, and somebody who goes on meanwhile",
    "full",
    (
        lost(1, "find", Fault.LOST_BEFORE, times=60),
        lost(1, "submit"),
        asks(1, buy(BTC, "0.4", limit="6500")),
        asks(60, buy(BTC, "0.2", guarded("2"))),
        price(200, BTC, "7003"),
    ),
    budget_s=20.0,
)
POSITION_TELLS = Script(
    "an order that the venue hides, and its position tells of the fill",
    "slow",
    (lost(1, "submit"), asks(1, buy(BTC, "0.5", BRACKET)), price(80, BTC, "7003")),
    hides_longer=1.0,
    restarts=False,
)
UNSENT = Script(
    "a close that waits behind a slow request while the answer to a COMMIT is lost",
    "slow",
    (
        asks(1, buy(BTC, "0.5"), buy(MES, "2")),
        lost(10, "submit", Fault.LATE),
        lost(10, "submit", Fault.LOST_BEFORE),
        asks(10, close(BTC, 50)),
        asks(10.5, close(MES, 50, limit="2650")),
        disk(11, "unknown"),
        asks(11, says(cm.CancelOrders, order_ids=(OrderId(f"{ACCOUNT}/{MES}/1/exit-2"),))),
        price(60, BTC, "6990"),
    ),
    restarts=False,
)
MANY = tuple(str(3 + Decimal(number) / 10) for number in range(60))
SOUGHT = Script(
    "so many orders in doubt that a venue would ban whoever asks about each of them",
    "pair-slow",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.6", guarded(*MANY[:30], stop="2"), limit="6990")),
        lost(5, "submit", Fault.LOST_BEFORE, times=62),
        price(6, BTC, "6985"),
        price(60, BTC, "6990"),
    ),
    latency_s=0.0,
)
SOUGHT_AT_ONCE = with_name(
    SOUGHT,
    "so many orders in doubt over a start, at a venue whose answers prove at once that they never arrived",
    venue="pair",
    acts=(
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.6", guarded(*MANY, stop="2"), limit="6990")),
        lost(5, "submit", Fault.LOST_BEFORE, times=61),
        lost(5, "find", Fault.LOST_BEFORE, times=61),
        price(6, BTC, "6985"),
        restart(7),
        price(60, BTC, "6990"),
    ),
)
SOLD_ALREADY = Script(
    "a close that a person says is not there, and the venue has sold",
    "stops-slow",
    (
        asks(1, buy(BTC, "0.5")),
        lost(5, "submit"),
        asks(5, close(BTC)),
        asks(35, says(cm.AnswerDoubt, order_id=OrderId(f"{ACCOUNT}/{BTC}/1/exit-2"), is_there=False)),
        price(100, BTC, "7003"),
    ),
    budget_s=20.0,
    hides_longer=1.0,
    restarts=False,
)
STOP_ONCE_MORE = Script(
    "a lone stop that never arrived goes again, and the venue does not say at once what it holds",
    "stops",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        lost(2, "submit", Fault.NONE),
        lost(2, "submit", Fault.LOST_BEFORE),
        asks(2, buy(BTC, "0.5", guarded("2", stop="1"))),
        lost(4.3, "snapshot", Fault.LOST_BEFORE, times=2),
        price(40, BTC, "7010"),
        price(45, BTC, "6920"),
    ),
)
UNCLEAR: tuple[Script, ...] = (HIDDEN, POSITION_TELLS, ASKED, SOLD_ALREADY, STOP_ONCE_MORE)
