"""The named days of `make crash`: each is played whole, then again with the power going at every hook.

Bitcoin begins at 7,000, the futures contract at 2,600. A day is one kind of situation in which an order, an
exit or a stop is on its way; what a crash at any point of it must not do is for the oracle to say.
"""

from __future__ import annotations

from decimal import Decimal

from tests.sim.scenarios_bots import BOTS
from tests.sim.scenarios_doubt import (
    ABSENT,
    FOUND,
    FULL_DISK,
    LATE_FILL,
    LATE_YES,
    LONG_DOUBT,
    LOST_CANCEL,
    LOST_COMMIT,
    LOST_QUESTIONS,
    LOST_TIME_EXIT,
    ONLY_POSITIONS,
    SOUGHT,
    SOUGHT_AT_ONCE,
    STRAGGLER,
    UNCLEAR,
    UNSENT,
)
from tests.sim.scenarios_gaps import GAPS
from tests.sim.scenarios_hand import BY_HAND, UNCRASHED_BY_HAND
from tests.sim.scenarios_profiles import PROFILES
from tests.sim.scenarios_protecting import PROTECTING
from tests.sim.scenarios_pulled import PULLED
from tests.sim.scripted import (
    Script,
    after,
    asks,
    buy,
    cancel,
    change,
    close,
    exits,
    guarded,
    percent,
    price,
    repeats,
    restart,
    says,
    seen,
    silence,
    unsure,
    venue_ends,
    with_name,
)
from trading.domain import commands as cm
from trading.domain.exits import BreakEven, ExitPlan, Trail
from trading.domain.order import TimeInForce
from trading.domain.timed import Side

D = Decimal
BTC, MES = "BTC/USD", "MES"
BRACKET = guarded("0.5", "1", stop="1")
TRAILED = ExitPlan(trail=Trail(percent("0.5")))

MARKET_BRACKET = Script(
    "a market buy with a bracket, target by target",
    "full",
    (
        asks(1, buy(BTC, "0.5", BRACKET), presses=2),
        price(8, BTC, "7040"),
        price(12, BTC, "7080"),
    ),
)
STOPPED = Script(
    "a short that is stopped out",
    "full",
    (asks(1, buy(BTC, "0.3", BRACKET, short=True)), price(7, BTC, "7090")),
)
PARTLY = Script(
    "a limit entry that is partly filled, then canceled",
    "full",
    (
        asks(1, buy(BTC, "2", BRACKET, limit="6990")),
        price(5, BTC, "6985", "0.4"),
        price(8, BTC, "6984", "0.3"),
        asks(10, cancel(BTC)),
        price(14, BTC, "6985", "3"),
    ),
    has_sizes=True,
)
STOP_ENTRY = Script(
    "a stop entry that triggers, and its exits",
    "full",
    (
        asks(1, buy(MES, "3", guarded("1", stop="0.5"), stop="2605")),
        price(5, MES, "2606"),
        price(9, MES, "2590"),
    ),
)
CANCEL_RACE = Script(
    "a cancel and a fill that race",
    "full",
    (asks(1, buy(BTC, "0.4", BRACKET, limit="6990")), price(4, BTC, "6989.98"), asks(4, cancel(BTC))),
    latency_s=1.2,
)
REPLACE_RACE = Script(
    "a change of size and a partial fill that race",
    "full",
    (
        asks(1, buy(BTC, "1", BRACKET, limit="6990")),
        price(4, BTC, "6988", "0.4"),
        asks(4, change(BTC, size="0.6")),
        price(8, BTC, "6988", "3"),
    ),
    latency_s=1.2,
    has_sizes=True,
)
PANIC = Script(
    "a panic over two positions and a waiting entry",
    "full",
    (
        asks(1, buy(BTC, "0.4", BRACKET)),
        asks(3, buy(MES, "2", guarded("1"))),
        asks(5, buy(BTC, "0.2", limit="6900")),
        asks(7, says(cm.Flatten, halt=True)),
    ),
)
PANIC_AGAIN = Script(
    "a panic that is pressed again while the first is being proven",
    "full",
    (
        asks(6, says(cm.Flatten, halt=True)),
        asks(6.15, says(cm.Flatten, halt=True)),
        asks(9, says(cm.SetHalt, state=cm.HaltState.ACTIVE, reason="go on")),
        asks(10, buy(BTC, "0.2", BRACKET)),
    ),
    disk_pause_s=0.4,
)
FLATTEN = Script(
    "a flatten that closes the winners",
    "full",
    (
        asks(1, buy(BTC, "0.4", BRACKET)),
        asks(3, buy(MES, "2", guarded("2"))),
        price(6, MES, "2610"),
        asks(7, says(cm.Flatten, only="winners", prices={BTC: D(6_990), MES: D(2_610)})),
    ),
)
HALTED_BETWEEN = Script(
    "a halt between decision and send",
    "full",
    (
        asks(1, buy(BTC, "0.4", BRACKET), says(cm.SetHalt, state=cm.HaltState.HALTED, reason="stop")),
        asks(6, says(cm.SetHalt, state=cm.HaltState.ACTIVE, reason="go on")),
        asks(7, buy(BTC, "0.3", BRACKET)),
    ),
)
TRAILING = Script(
    "a trailing stop that rises and is hit",
    "full",
    (
        asks(1, buy(BTC, "0.5", TRAILED)),
        price(5, BTC, "7050"),
        price(10, BTC, "7100"),
        price(16, BTC, "7060"),
    ),
)
BREAK_EVEN = Script(
    "a stop that goes to break-even after the first target",
    "full",
    (
        asks(1, buy(BTC, "0.6", guarded("0.5", "2", stop="1", break_even=BreakEven(1)))),
        price(5, BTC, "7040"),
        price(10, BTC, "6995"),
    ),
)
EVEN_THEN_LESS = Script(
    "a close of a half when the stop is at break-even",
    "full",
    (
        asks(1, buy(BTC, "0.6", guarded("0.5", "2", stop="1", break_even=BreakEven(1)))),
        price(5, BTC, "7040"),
        asks(10, close(BTC, 50)),
        price(16, BTC, "7050"),
    ),
)
TYPED_TWICE = Script(
    "the same order typed twice, and nobody said that it is meant twice",
    "full",
    (
        asks(1, unsure(buy(BTC, "0.4", BRACKET))),
        asks(4, unsure(buy(BTC, "0.4", BRACKET))),
        price(10, BTC, "7040"),
    ),
)
TIME_EXIT = Script(
    "an exit by time",
    "full",
    (
        asks(1, buy(BTC, "0.4", guarded("1"))),
        asks(4, exits(BTC, exit_at=after(5))),
        price(12, BTC, "7003"),
    ),
)
REFUSED_GROUP = Script(
    "a fill whose stop the price has passed before it could be placed",
    "full",
    (
        asks(1, buy(BTC, "0.5", guarded("2", stop="0.3"), limit="6995")),
        price(4, BTC, "6940"),
        price(8, BTC, "6930"),
    ),
    latency_s=1.2,
)
LEGS_ENDED = Script(
    "exits that the venue ends by itself while its stream is silent",
    "full",
    (
        asks(1, buy(BTC, "0.5", BRACKET)),
        silence(5),
        venue_ends(6, "stop"),
        venue_ends(6, "target"),
        restart(7),
        silence(8, on=False),
        price(12, BTC, "6920"),
    ),
)
GAP_IN_THE_STREAM = Script(
    "fills that the stream never told",
    "full",
    (
        asks(1, buy(BTC, "0.5", BRACKET, limit="6990")),
        silence(4),
        price(5, BTC, "6985"),
        price(8, BTC, "7030"),
        silence(10, on=False),
        restart(11),
        price(15, BTC, "7080"),
    ),
)
RECURRING = Script(
    "a recurring buy, and the same slot twice",
    "full",
    (
        asks(1, buy(BTC, "0.2", BRACKET, tag="dca"), presses=2),
        asks(6, buy(BTC, "0.2", BRACKET, tag="dca")),
        price(10, BTC, "7040"),
    ),
)
ALERTED = Script(
    "an alert, and the order that follows it",
    "full",
    (
        asks(1, says(cm.SetAlert, seen=seen(BTC), side=Side.ABOVE, price=D(7_050))),
        price(4, BTC, "7060"),
        asks(5, buy(BTC, "0.3", BRACKET)),
        price(9, BTC, "7100"),
    ),
)
GAP_AT_A_RESTART = Script(
    "a price beyond the stop when the desk comes up",
    "bare",
    (
        asks(1, buy(BTC, "0.5", BRACKET)),
        restart(6, price(0, BTC, "6900")),
        price(9, BTC, "6890"),
    ),
)
TWO_POSITIONS = Script(
    "two positions, one closed in halves",
    "full",
    (
        asks(1, buy(BTC, "0.5", BRACKET), buy(MES, "4", guarded("1", stop="2"))),
        asks(5, close(MES, 50)),
        asks(8, close(MES, 50), close(BTC, 30)),
        price(12, BTC, "6920"),
    ),
)
ADDED = Script(
    "an addition to a position with exits of its own",
    "full",
    (
        asks(1, buy(BTC, "0.4", guarded("1", stop="1"))),
        asks(5, buy(BTC, "0.3", guarded("2", stop="0.6"))),
        price(9, BTC, "7150"),
    ),
)
SHORT_LIVED = Script(
    "entries that live a moment and entries that expire",
    "full",
    (
        asks(1, buy(BTC, "0.4", BRACKET, limit="7005", time_in_force=TimeInForce.IOC)),
        asks(4, buy(MES, "2", limit="2590", time_in_force=TimeInForce.GTD, expires_at=after(5))),
        price(13, MES, "2588"),
    ),
)
TOLD_TWICE = Script(
    "fills that are told twice, part by part",
    "full",
    (
        repeats(1),
        asks(1, buy(BTC, "1", BRACKET, limit="6995")),
        price(4, BTC, "6990", "0.3"),
        price(6, BTC, "6990", "0.3"),
        price(8, BTC, "6990", "3"),
        price(12, BTC, "7030", "0.2"),
        price(14, BTC, "7030", "3"),
    ),
    has_sizes=True,
)
LOCKED_OUT = Script(
    "a lockout over an entry that waits",
    "full",
    (
        asks(1, buy(BTC, "0.4", BRACKET, limit="6990"), buy(MES, "2", guarded("1"))),
        asks(5, says(cm.LockOut, until=after(8), reason="tilt")),
        price(7, BTC, "6980"),
        asks(8, buy(BTC, "0.1", BRACKET)),
        asks(16, buy(BTC, "0.1", BRACKET)),
    ),
)
PAUSED = Script(
    "a pause that ends by itself",
    "full",
    (
        asks(1, buy(BTC, "0.4", BRACKET, limit="6990")),
        asks(3, says(cm.SetHalt, state=cm.HaltState.HALTED, reason="lunch", desk=True, until=after(6))),
        price(5, BTC, "6980"),
        asks(11, buy(BTC, "0.2", BRACKET)),
    ),
)
EXITS_CHANGED = Script(
    "a stop and targets that are changed while they stand",
    "full",
    (
        asks(1, buy(BTC, "0.5", BRACKET)),
        asks(5, exits(BTC, stop=percent("0.5"))),
        asks(7, exits(BTC, targets=guarded("2").targets)),
        asks(9, exits(BTC, clear=("targets",))),
        price(12, BTC, "6950"),
    ),
)

SCENARIOS: tuple[Script, ...] = (
    MARKET_BRACKET,
    with_name(MARKET_BRACKET, "a market buy with a bracket that we watch", venue="bare"),
    with_name(MARKET_BRACKET, "a market buy with a bracket at a slow venue", venue="slow"),
    STOPPED,
    with_name(STOPPED, "a short whose stop we watch", venue="bare"),
    PARTLY,
    with_name(PARTLY, "a limit entry that is partly filled at a slow venue, then canceled", venue="slow"),
    STOP_ENTRY,
    CANCEL_RACE,
    REPLACE_RACE,
    FOUND,
    ABSENT,
    LOST_QUESTIONS,
    ONLY_POSITIONS,
    STRAGGLER,
    LATE_FILL,
    LATE_YES,
    PANIC,
    PANIC_AGAIN,
    FLATTEN,
    HALTED_BETWEEN,
    TRAILING,
    with_name(TRAILING, "a trailing stop that we move", venue="bare"),
    BREAK_EVEN,
    EVEN_THEN_LESS,
    TYPED_TWICE,
    TIME_EXIT,
    REFUSED_GROUP,
    LEGS_ENDED,
    GAP_IN_THE_STREAM,
    RECURRING,
    ALERTED,
    GAP_AT_A_RESTART,
    TWO_POSITIONS,
    ADDED,
    SHORT_LIVED,
    FULL_DISK,
    LOST_COMMIT,
    LONG_DOUBT,
    *UNCLEAR,
    UNSENT,
    LOST_CANCEL,
    LOST_TIME_EXIT,
    TOLD_TWICE,
    LOCKED_OUT,
    PAUSED,
    EXITS_CHANGED,
    *(PROTECTING + PULLED + GAPS + BY_HAND + BOTS + PROFILES),
)
"""Every scenario, in the order in which they are played."""

UNCRASHED: tuple[Script, ...] = (SOUGHT, SOUGHT_AT_ONCE, *UNCRASHED_BY_HAND)
"""Days without crashes: too many requests, a hand whose trade an exit of a new life would meet, or a fill
whose first telling a crash would swallow."""
