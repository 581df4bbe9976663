"""The ladder of guards: which rung a venue can hold, as a table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from trading.brokers.profile import PAPER_FULL, PAPER_PAIR, PAPER_PROFILES
from trading.domain.exits import BreakEven, ExitPlan, Level, LevelKind, Target, Trail
from trading.domain.ladder import ENFORCED, KEPT_SMALL, LADDER, ExitSupport, guard_of, holds, watched_legs
from trading.domain.money import Quantity
from trading.domain.position import Bracket, Guard, Leg, LegKind

D = Decimal
STOP = Level(LevelKind.PERCENT, D(1))
TARGETS = (Target(Level(LevelKind.PERCENT, D(2))),)
BOTH = ExitPlan(targets=TARGETS, stop=STOP)
SHARED = ExitPlan(targets=(*TARGETS, *TARGETS), stop=STOP)
PART = ExitPlan(targets=(Target(Level(LevelKind.PERCENT, D(2)), D(50)),), stop=STOP)
TRAILING = ExitPlan(targets=TARGETS, stop=STOP, trail=Trail(STOP))
ONLY_TARGETS = ExitPlan(targets=TARGETS)
ONLY_TRAIL = ExitPlan(trail=Trail(STOP))
BREAK_EVEN = ExitPlan(targets=TARGETS, break_even=BreakEven(1))

V, A, P, S, B = Guard.VENUE, Guard.ATTACHED, Guard.PAIR, Guard.STOP, Guard.BOT
ATTACHED = ExitSupport(stop=True, attached=True, trailing=True)

# what the venue holds                      BOTH TRAILING ONLY_TARGETS ONLY_TRAIL BREAK_EVEN
TABLE = [
    (PAPER_PROFILES["full"].exits, V, V, V, V, V),
    (replace(PAPER_FULL, native_trailing=False).exits, V, P, V, P, V),
    (ATTACHED, A, A, A, A, A),
    (replace(ATTACHED, trailing=False), A, S, A, B, A),
    (PAPER_PROFILES["attached"].exits, A, A, A, A, A),
    (PAPER_PROFILES["pair"].exits, P, P, P, P, P),
    (PAPER_PROFILES["stops"].exits, S, S, B, B, S),
    (ExitSupport(stop=True, trailing=True), S, S, B, S, S),
    (PAPER_PROFILES["bare"].exits, B, B, B, B, B),
    (ExitSupport(group=True, reduce_only=True), B, B, B, B, B),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row[0]))
def test_the_best_rung_that_the_venue_can_hold_is_taken(row: tuple[ExitSupport, *tuple[Guard, ...]]) -> None:
    support, *expected = row
    plans = (BOTH, TRAILING, ONLY_TARGETS, ONLY_TRAIL, BREAK_EVEN)
    assert [guard_of(support, plan) for plan in plans] == expected


def test_what_is_attached_stands_for_all_and_a_share_needs_an_order_of_its_own() -> None:
    attached = PAPER_PROFILES["attached"].exits
    assert [guard_of(attached, plan) for plan in (SHARED, PART)] == [P, P]
    assert [guard_of(ATTACHED, plan) for plan in (SHARED, PART)] == [S, S]
    assert guard_of(PAPER_FULL.exits, SHARED) is V
    whole = replace(BOTH, targets=(replace(TARGETS[0], share=D(100)),))
    assert guard_of(attached, whole) is A


def test_a_rung_that_was_refused_leads_to_the_next_one_beneath() -> None:
    attached = PAPER_PROFILES["attached"].exits
    assert guard_of(attached, BOTH, A) is P
    assert guard_of(ATTACHED, BOTH, A) is S
    assert guard_of(replace(ATTACHED, trailing=False), ONLY_TARGETS, A) is B


def test_the_desk_can_always_watch_and_nobody_is_no_rung() -> None:
    assert holds(B, ExitSupport(), BOTH)
    assert not holds(Guard.NONE, PAPER_FULL.exits, BOTH)
    assert [guard for guard, _ in LADDER] == [Guard.BRACKET, V, A, P, S, B]
    assert set(KEPT_SMALL) < set(ENFORCED)


def legs(*kinds: LegKind) -> tuple[Leg, ...]:
    names = {LegKind.STOP: "sl", LegKind.TARGET: "tp1", LegKind.TRAIL: "trail", LegKind.TIME: "time"}
    return tuple(Leg(names[kind], kind, Quantity(D(1))) for kind in kinds)


ALL = legs(LegKind.STOP, LegKind.TARGET, LegKind.TRAIL, LegKind.TIME)
LONE = legs(LegKind.TARGET, LegKind.TRAIL)


@pytest.mark.parametrize(
    ("guard", "has", "trailing", "watched"),
    [
        (V, ALL, True, ()),
        (A, ALL, True, ()),
        (P, ALL, True, ()),
        (P, ALL, False, ("trail",)),
        (S, ALL, True, ("tp1", "trail")),
        (S, ALL, False, ("tp1", "trail")),
        (S, LONE, True, ("tp1",)),
        (S, LONE, False, ("tp1", "trail")),
        (B, ALL, True, ()),
    ],
)
def test_what_rests_and_what_is_watched(
    guard: Guard, has: tuple[Leg, ...], trailing: bool, watched: tuple[str, ...]
) -> None:
    bracket = Bracket(has, guard)
    support = ExitSupport(stop=True, trailing=trailing, reduce_only=True)
    found = watched_legs(bracket, support)
    assert found == watched
    standing = [leg.name for leg in has if replace(bracket, watched=found).rests(leg)]
    nothing = guard is B
    assert standing == ([] if nothing else [x.name for x in has if x.name not in (*watched, "time")])


def test_a_stop_that_is_done_rests_no_more() -> None:
    sl, tp = legs(LegKind.STOP, LegKind.TARGET)
    bracket = Bracket((replace(sl, is_done=True), tp), S)
    assert watched_legs(bracket, ExitSupport(stop=True)) == ("sl", "tp1")


def test_profiles_say_what_they_hold() -> None:
    assert PAPER_PAIR.exits == ExitSupport(stop=True, trailing=True, reduce_only=True, immediate=True)
    assert list(PAPER_PROFILES) == [
        "bracketed",
        "bracketed-whole",
        "full",
        "attached",
        "pair",
        "stops",
        "bare",
    ]
