"""Named days on which the price jumps over a stop while the desk is away (`make crash`)."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT
from tests.sim.scripted import (
    Act,
    Make,
    Script,
    asks,
    buy,
    guarded,
    lost,
    moves_unheard,
    price,
    restart,
    says,
    unheard,
    with_name,
)
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, GapPolicy
from trading.domain.ids import PositionId

BTC, MES = "BTC/USD", "MES"


def with_policy(policy: GapPolicy, *targets: str, stop: str = "1") -> ExitPlan:
    """Exits in percent of the entry, and what becomes of a stop that was jumped over."""
    return replace(guarded(*targets, stop=stop), gap=policy)


def answer(choice: str) -> Make:
    """What a person says to the question."""
    return says(cm.AnswerGuard, position_id=PositionId(f"{ACCOUNT}/{BTC}/1"), symbol=BTC, choice=choice)


def jumped(policy: GapPolicy, *then: Act) -> tuple[Act, ...]:
    """Bought, away, and back with the price far below the stop."""
    held = buy(BTC, "0.5", with_policy(policy, "3"))
    return (asks(1, held), restart(8, price(0, BTC, "6700")), price(12, BTC, "6690"), *then)


EXIT = Script("a gap with an exit at once", "bare", jumped(GapPolicy.EXIT), restarts=False)
ASK = Script(
    "a gap about which a person is asked, who exits",
    "bare",
    jumped(GapPolicy.ASK, price(16, BTC, "6650"), asks(24, answer("exit"))),
    restarts=False,
)
REFUSED = Script(
    "a gap about which a person is asked, who exits and is refused",
    "bare",
    jumped(
        GapPolicy.ASK,
        lost(35, "submit", Fault.BUSY),
        asks(36, answer("exit")),
        price(45, BTC, "6640"),
        price(52, BTC, "6630"),
    ),
    restarts=False,
)
LEFT = Script(
    "a gap about which a person is asked, who leaves it",
    "bare-slow",
    jumped(GapPolicy.ASK, restart(18), asks(30, answer("leave")), price(40, BTC, "6500")),
    restarts=False,
)
UNANSWERED = Script(
    "a gap about which a person is asked, who does not answer",
    "bare",
    jumped(
        GapPolicy.ASK,
        price(20, BTC, "6600"),
        price(30, BTC, "6990"),
        asks(36, buy(MES, "1")),
        price(40, BTC, "6500"),
    ),
    restarts=False,
)
FROM_HERE = Script(
    "a gap about which a person is asked, who wants a new stop",
    "bare",
    jumped(GapPolicy.ASK, asks(20, answer("reanchor")), price(30, BTC, "6640"), price(36, BTC, "6500")),
    restarts=False,
)
REACHED = Script(
    "a new stop after a gap that the very next price reaches",
    "bare",
    jumped(GapPolicy.ASK, asks(28, answer("reanchor")), price(28.3, BTC, "6500")),
    restarts=False,
)
ANCHOR = Script(
    "a gap with a new stop from there",
    "bare",
    jumped(GapPolicy.REANCHOR, price(16, BTC, "6650"), price(30, BTC, "6500")),
    restarts=False,
)
TWO = Script(
    "two gaps, one is asked about and one gets a new stop",
    "bare",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.ASK)), buy(MES, "2", with_policy(GapPolicy.REANCHOR))),
        restart(8, price(0, BTC, "6700"), price(0, MES, "2500")),
        price(12, BTC, "6690"),
        price(13, MES, "2498"),
        price(30, MES, "2400"),
    ),
    restarts=False,
)
MAKING_ROOM = Script(
    "a gap while a stop makes room that nobody knows about, and the position is left",
    "stops-slow",
    (
        asks(1, says(cm.SetLimit, name="unprotected_s_max", value=Decimal(0))),
        asks(2, buy(BTC, "0.5", with_policy(GapPolicy.ASK), limit="6990")),
        lost(5, "submit", Fault.LOST_BEFORE),
        price(6, BTC, "6985"),
        price(9, BTC, "6900"),
        restart(11.5, price(0, BTC, "6880")),
        asks(14.5, answer("leave")),
        restart(16),
        price(60, BTC, "6890"),
    ),
    restarts=False,
)

LADDER = Script(
    "a gap with a market in which little can be sold",
    "bare",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.EXIT, "3"))),
        restart(8, price(0, BTC, "6700", "0.1", stays=True)),
        price(12, BTC, "6690", "0.1", stays=True),
        price(16, BTC, "6600", "0.1", stays=True),
        price(20, BTC, "6590"),
    ),
    has_sizes=True,
    stays_thin=True,
    restarts=False,
)
LIMITED = Script(
    "a gap with a market in which little can be sold, and nothing is to go at market",
    "bare",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.LIMIT, "3"))),
        restart(8, price(0, BTC, "6700", "0.1", stays=True)),
        price(12, BTC, "6690", "0.1", stays=True),
        asks(44, answer("exit")),
        price(50, BTC, "6590"),
    ),
    has_sizes=True,
    stays_thin=True,
    restarts=False,
)
SENT_OUT = Script(
    "a gap in a thin market about which a person is asked, who exits",
    "bare",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.ASK, "3"))),
        restart(8, price(0, BTC, "6700", "0.1", stays=True)),
        price(12, BTC, "6690", "0.1", stays=True),
        asks(20, answer("exit")),
        price(24, BTC, "6990", "0.1", stays=True),
        price(40, BTC, "6980"),
    ),
    has_sizes=True,
    stays_thin=True,
    restarts=False,
)
FALLING = Script(
    "a gap with a market that falls on",
    "bare",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.EXIT, "3"))),
        restart(8, price(0, BTC, "6700")),
        price(12, BTC, "6690"),
        price(12.2, BTC, "6500"),
        price(12.9, BTC, "6450"),
    ),
    restarts=False,
)
SILENT = Script(
    "a gap whose first exit nobody answers for",
    "bare-slow",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.EXIT, "3"))),
        restart(8, price(0, BTC, "6700")),
        lost(11.9, "submit", Fault.LOST_BEFORE),
        price(12, BTC, "6690"),
        price(30, BTC, "6650"),
    ),
    restarts=False,
)
TOO_LATE = Script(
    "a stop that is passed when it gets there, in a market that falls on",
    "pair",
    (
        asks(1, buy(BTC, "0.5", guarded("3", stop="1"))),
        price(3, BTC, "6700"),
        price(4.5, BTC, "6500"),
        price(6, BTC, "6300"),
        price(7.5, BTC, "6100"),
        price(9, BTC, "6090"),
    ),
    disk_pause_s=1.4,
    refuses_passed=True,
)
BOTH = Script(
    "two jumps at one instant, the larger one behind the other",
    "bare",
    (
        asks(1, buy(MES, "4", with_policy(GapPolicy.EXIT)), buy(BTC, "0.1", with_policy(GapPolicy.EXIT))),
        restart(8, price(0, MES, "2500"), price(0, BTC, "6900")),
    ),
    restarts=False,
)
IN_TURN = Script(
    "two jumps told in turn while a cancel is on its way, the larger one behind the other",
    "bare",
    (
        asks(1, buy(MES, "1", with_policy(GapPolicy.EXIT)), buy(BTC, "2", with_policy(GapPolicy.EXIT))),
        asks(4, buy(MES, "1", limit="2000")),
        restart(8, unheard(0, MES), unheard(0, BTC)),
        asks(9, says(cm.SetLimit, name="orders_per_minute_max", value=Decimal(90))),
        asks(15, says(cm.CancelOrders, order_ids=())),
        price(15.3, MES, "2500"),
        price(15.6, BTC, "6300"),
    ),
    latency_s=1.2,
    restarts=False,
)
BEYOND = Script(
    "targets that are passed while the desk is away, in a market that falls back",
    "bare",
    (
        asks(1, buy(BTC, "0.5", guarded("0.2", "1"))),
        restart(8, price(0, BTC, "7090", "0.1", stays=True)),
        price(40, BTC, "7040"),
    ),
    stays_thin=True,
    has_sizes=True,
    restarts=False,
)
KEPT = Script(
    "a feed that tells a price of before when the desk comes up",
    "bare",
    (
        asks(1, buy(BTC, "0.5", with_policy(GapPolicy.EXIT, "3"))),
        restart(8),
        restart(16),
        restart(24),
        price(30, BTC, "7010"),
    ),
    tells_old=True,
    restarts=False,
)
STOPPED_PRICE = Script(
    "a price that stops, and beyond a stop that only the desk watches when it is asked for",
    "bare",
    (
        asks(1, buy(BTC, "0.5", guarded("3", stop="1")), buy(MES, "2", guarded("3", stop="1"))),
        unheard(6, BTC),
        moves_unheard(7, BTC, "6990"),
        moves_unheard(10, BTC, "6985"),
        moves_unheard(14, BTC, "6900"),
        moves_unheard(20, BTC, "6890"),
        moves_unheard(26, BTC, "6880"),
        moves_unheard(30, BTC, "6880"),
        price(40, BTC, "6870"),
    ),
    polls=True,
    restarts=False,
)
GAPS: tuple[Script, ...] = (
    EXIT,
    ASK,
    REFUSED,
    LEFT,
    UNANSWERED,
    FROM_HERE,
    REACHED,
    ANCHOR,
    with_name(ANCHOR, "a gap with a new stop from there, while nobody knows more", venue="bare-slow"),
    TWO,
    MAKING_ROOM,
    BOTH,
    IN_TURN,
    STOPPED_PRICE,
    BEYOND,
    KEPT,
    LADDER,
    SENT_OUT,
    LIMITED,
    with_name(
        LIMITED, "a gap at a venue where limits rest, and nothing is to go at market", venue="bare-market"
    ),
    FALLING,
    with_name(FALLING, "a gap with a market that falls on, where limits rest", venue="pair-slow"),
    SILENT,
    TOO_LATE,
    with_name(TOO_LATE, "a lone stop that is passed when it gets there", venue="stops"),
    with_name(TOO_LATE, "a bracket whose stop is passed when it gets there", venue="full"),
    with_name(TOO_LATE, "a stop on the position that is passed when it gets there", venue="attached"),
)
