"""Named days on venues where an entry carries its exits (`make crash`)."""

from __future__ import annotations

from decimal import Decimal

from tests.sim.recipe import ACCOUNT
from tests.sim.scenarios_hand import trades
from tests.sim.scenarios_pulled import UNANSWERED
from tests.sim.scripted import (
    Script,
    asks,
    buy,
    cancel,
    change,
    close,
    exits,
    guarded,
    lost,
    percent,
    price,
    restart,
    says,
    silence,
    straggles,
    venue_ends,
    with_name,
)
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.exits import Level, LevelKind
from trading.domain.ids import OrderId
from trading.domain.money import Price

BTC, MES = "BTC/USD", "MES"
WHOLE = guarded("1", stop="1")


def at(value: str) -> Level:
    """A level at a price."""
    return Level(LevelKind.PRICE, Price(Decimal(value)))


TARGET = Script(
    "an entry that carries its exits, and its target is reached",
    "bracketed",
    (asks(1, buy(BTC, "0.5", WHOLE)), price(6, BTC, "7030"), price(12, BTC, "7090")),
)
STOP = Script(
    "a short that carries its exits, and its stop is reached while the desk is away",
    "bracketed",
    (asks(1, buy(MES, "3", WHOLE, short=True)), price(6, MES, "2590"), restart(10, price(0, MES, "2640"))),
)
IN_PARTS = Script(
    "an entry that carries its exits and fills in parts",
    "bracketed",
    (
        asks(1, buy(BTC, "2", WHOLE, limit="6990")),
        price(4, BTC, "6985", "0.4"),
        price(8, BTC, "6984", "0.7"),
        price(12, BTC, "6983", "3"),
        price(20, BTC, "6900", "1"),
        price(24, BTC, "6890", "3"),
    ),
    has_sizes=True,
)
ENTRY_ENDS = Script(
    "an entry that carries its exits and is canceled when a part has filled",
    "bracketed",
    (
        asks(1, buy(BTC, "2", WHOLE, limit="6990")),
        price(4, BTC, "6985", "0.4"),
        asks(8, cancel(BTC)),
        asks(30, buy(MES, "1")),
        price(36, BTC, "6900", "3"),
    ),
    has_sizes=True,
)
UNFILLED = Script(
    "an entry that carries its exits and is canceled unfilled, then another",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        asks(6, cancel(BTC)),
        asks(12, buy(BTC, "0.3", guarded("2", stop="1"))),
        price(20, BTC, "6880"),
    ),
)
UNTOLD = Script(
    "an entry that carries its exits and is canceled unfilled, and the stream is silent",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        silence(4),
        asks(6, cancel(BTC)),
        silence(20, on=False),
        asks(26, buy(BTC, "0.3", WHOLE)),
    ),
)
CHANGED = Script(
    "exits that go with an entry are changed while it waits",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        asks(5, exits(BTC, stop=at("6700"))),
        asks(10, exits(BTC, targets=guarded("2").targets)),
        restart(14),
        price(22, BTC, "6890"),
        price(28, BTC, "6790"),
        price(36, BTC, "6690"),
    ),
)
WAITS_ON = Script(
    "exits that go with an entry are changed, and it goes on waiting over a deploy",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        asks(5, exits(BTC, stop=at("6700"))),
        restart(10),
        price(16, BTC, "6950"),
    ),
)
CHANGE_LOST = Script(
    "a change of exits that sleep behind their entry is lost",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        lost(4.5, "change", Fault.LOST_BEFORE),
        asks(5, exits(BTC, stop=at("6700"))),
        price(16, BTC, "6950"),
    ),
    restarts=False,
)
MOVE_LOST = Script(
    "an entry that carries its exits is to be moved, and that is lost",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", guarded("3", stop="0.5"), limit="6900")),
        lost(4.5, "change", Fault.NONE),
        lost(4.6, "change", Fault.LOST_BEFORE),
        asks(5, change(BTC, limit="6980")),
        price(16, BTC, "6950"),
    ),
    restarts=False,
)
TOLD_LATE = Script(
    "a stop that came with its entry fills before anybody has told of the entry",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        silence(4),
        price(5, BTC, "6890"),
        silence(5.6, on=False),
        price(6.2, BTC, "6820"),
        price(30, BTC, "6800"),
    ),
)
PART_STAYS = Script(
    "an entry of which a part fills, and exits that wake with the last fill",
    "bracketed-whole",
    (
        asks(1, buy(BTC, "2", WHOLE, limit="6990")),
        price(4, BTC, "6985", "0.4"),
        asks(12, buy(MES, "1")),
        asks(30, close(MES)),
        price(40, BTC, "6984", "3"),
        price(48, BTC, "6900", "3"),
    ),
    has_sizes=True,
)
RUNG_BELOW = Script(
    "exits that go with an entry become ones that cannot",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        asks(5, exits(BTC, targets=guarded("0.5", "2").targets)),
        price(12, BTC, "6890"),
        price(20, BTC, "6940"),
        price(28, BTC, "6820"),
    ),
)
MOVED = Script(
    "an entry that carries its exits is moved, and they follow",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        asks(5, change(BTC, limit="6950")),
        asks(9, change(BTC, limit="6500")),
        price(16, BTC, "6940"),
        price(24, BTC, "6870"),
    ),
)
ADDED = Script(
    "an addition to what came with its exits",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE)),
        asks(8, buy(BTC, "0.2")),
        asks(16, close(BTC, 40)),
        price(24, BTC, "6900"),
    ),
)
SECOND_FIRST = Script(
    "two entries wait, and the one that carries no exits fills first",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        asks(5, buy(BTC, "0.2", limit="6950")),
        price(12, BTC, "6945"),
        price(18, BTC, "6898"),
        price(30, BTC, "6800"),
    ),
)
IN_DOUBT = Script(
    "an entry with its exits that nobody answers for",
    "bracketed",
    (
        lost(0.5, "submit"),
        asks(1, buy(BTC, "0.5", WHOLE)),
        restart(9),
        price(16, BTC, "6900"),
    ),
)
ABSENT = Script(
    "an entry with its exits that never arrives",
    "bracketed",
    (
        lost(0.5, "submit", Fault.LOST_BEFORE),
        asks(1, buy(BTC, "0.5", WHOLE)),
        asks(44, buy(BTC, "0.3", WHOLE)),
        price(60, BTC, "7090"),
    ),
)
LATE = Script(
    "an entry with its exits that arrives after its answer was given up",
    "bracketed-slow",
    (straggles(0.5, 5.0), asks(1, buy(BTC, "0.5", WHOLE)), price(20, BTC, "6900")),
)
ASKED_ABOUT = Script(
    "an entry with its exits about which a person is asked",
    "bracketed",
    (
        lost(0.5, "submit", Fault.LOST_BEFORE),
        asks(1, buy(BTC, "0.5", WHOLE)),
        lost(1.2, "find", Fault.LOST_BEFORE, 400),
        asks(60, says(cm.AnswerDoubt, order_id=OrderId(f"{ACCOUNT}/{BTC}/1/entry-1"), is_there=False)),
        asks(70, buy(MES, "1", WHOLE)),
    ),
    budget_s=20.0,
    restarts=False,
)
TAKEN_AWAY = Script(
    "a venue that takes away a stop which came with its entry",
    "bracketed",
    (asks(1, buy(BTC, "0.5", WHOLE)), venue_ends(14, "stop"), price(24, BTC, "6900")),
)
TAKEN_ASLEEP = Script(
    "a venue that takes away a stop which sleeps behind its entry",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900")),
        venue_ends(6, "stop"),
        price(20, BTC, "6890"),
        price(30, BTC, "6800"),
    ),
)
HALVED = Script(
    "a hand that sells half of what came with its exits, and a deploy",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE)),
        trades(8, BTC, "-0.25"),
        restart(14, trades(0, BTC, "0.1")),
        price(26, BTC, "6900"),
    ),
)
CLOSER = Script(
    "a stop that came with its entry is moved closer, and a deploy",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE)),
        asks(6, exits(BTC, stop=percent("0.5"))),
        restart(10),
        price(18, BTC, "6960"),
    ),
)
PANIC = Script(
    "a panic while an entry waits with its exits",
    "bracketed",
    (
        asks(1, buy(BTC, "0.5", WHOLE, limit="6900"), buy(MES, "2", WHOLE)),
        asks(8, says(cm.Flatten, halt=True)),
        price(20, BTC, "6890"),
    ),
)
BEYOND = Script(
    "a price that jumps over the stop of an entry that waits",
    "bracketed",
    (asks(1, buy(BTC, "0.5", WHOLE, limit="6900")), price(6, BTC, "6700"), price(14, BTC, "6690")),
)

_WHOLE: tuple[tuple[Script, str], ...] = (
    (TARGET, "exits that wake with the last fill, and the target is reached"),
    (IN_PARTS, "exits that wake with the last fill of an entry that fills in parts"),
    (ENTRY_ENDS, "exits that would wake with the last fill, and the entry is canceled before"),
    (CHANGED, "exits that wake with the last fill are changed while the entry waits"),
    (SECOND_FIRST, "exits that wake with the last fill, and another entry fills first"),
)

BRACKETED: tuple[Script, ...] = (
    TARGET,
    STOP,
    IN_PARTS,
    with_name(
        IN_PARTS, "an entry with its exits that fills in parts at a slow venue", venue="bracketed-slow"
    ),
    ENTRY_ENDS,
    UNFILLED,
    UNTOLD,
    CHANGED,
    WAITS_ON,
    CHANGE_LOST,
    MOVE_LOST,
    TOLD_LATE,
    PART_STAYS,
    RUNG_BELOW,
    MOVED,
    ADDED,
    SECOND_FIRST,
    IN_DOUBT,
    with_name(IN_DOUBT, "an entry with its exits in doubt at a slow venue", venue="bracketed-slow"),
    ABSENT,
    with_name(ABSENT, "an entry with its exits that never arrives, at a slow venue", venue="bracketed-slow"),
    LATE,
    ASKED_ABOUT,
    TAKEN_AWAY,
    TAKEN_ASLEEP,
    HALVED,
    CLOSER,
    PANIC,
    BEYOND,
    *(with_name(one, name, venue="bracketed-whole") for one, name in _WHOLE),
    with_name(IN_PARTS, "exits that wake with the last fill, at a slow venue", venue="bracketed-whole-slow"),
    with_name(UNANSWERED, "a stop that came with its entry and that a hand has ended", venue="bracketed"),
)
