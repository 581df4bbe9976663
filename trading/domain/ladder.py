"""The ladder of guards: what a venue can hold of a position's exits, and who guards it therefore."""

from __future__ import annotations

from msgspec import Struct

from trading.domain.exits import ExitPlan
from trading.domain.money import HUNDRED
from trading.domain.position import Bracket, Guard, Leg, LegKind


class ExitSupport(Struct, frozen=True, gc=False):
    """What a venue can hold of a position's exits, as its profile says (RELIABILITY C-6)."""

    stop: bool = False
    trailing: bool = False
    group: bool = False
    attached: bool = False
    reduce_only: bool = False
    immediate: bool = False  # takes orders with a limit that trade at once or end (IOC)
    bracket: bool = False  # takes an entry with its exits in one order, and wakes them as it fills
    bracket_grows: bool = False  # with each fill; otherwise they sleep until all of the entry has filled

    @property
    def is_whole(self) -> bool:
        """Whether the venue holds whole brackets."""
        return self.stop and self.group


def support_of(guards_exits: bool, exits: ExitSupport | None) -> ExitSupport:
    """What a venue holds, by the word of a journal that may be older than the ladder."""
    if exits is not None:
        return exits
    return ExitSupport(True, True, True, False, True) if guards_exits else ExitSupport()


LADDER: tuple[tuple[Guard, tuple[str, ...]], ...] = (
    (Guard.BRACKET, ("stop", "bracket")),
    (Guard.VENUE, ("stop", "group")),
    (Guard.ATTACHED, ("stop", "attached")),
    (Guard.PAIR, ("stop", "reduce_only")),
    (Guard.STOP, ("stop",)),
    (Guard.BOT, ()),
)
"""The rungs, best first: who guards, and what the venue must be able to hold for it."""

GROUPED = (Guard.BRACKET, Guard.VENUE)
"""Guards under which exits are members of one group at the venue."""

KEPT_SMALL = (*GROUPED, Guard.ATTACHED)
"""Guards under which the venue itself makes the other orders smaller when one fills. It ends them with their
position, too: nobody has to ask."""

ENFORCED = (*KEPT_SMALL, Guard.PAIR)
"""Guards under which the venue lets no exit go beyond the position, whatever rests (RULINGS 16)."""


def guard_of(support: ExitSupport, plan: ExitPlan, below: Guard | None = None) -> Guard:
    """The best rung on which the venue can hold what this plan wants; beneath `below`, when it has refused
    that one. What is held already has no entry any more that could carry its exits."""
    rungs = [guard for guard, _ in LADDER]
    start = rungs.index(below or Guard.BRACKET) + 1
    return next(guard for guard in rungs[start:] if holds(guard, support, plan))


def holds(guard: Guard, support: ExitSupport, plan: ExitPlan) -> bool:
    """Whether the venue can hold the plan in this way. A group is whole or none; a lone stop needs a stop;
    what is attached to a position stands for all of it."""
    needs = dict(LADDER).get(guard)
    if needs is None or not all(getattr(support, need) for need in needs):
        return False
    if guard in (Guard.BRACKET, Guard.ATTACHED) and not _is_for_all(plan):
        return False
    if guard is Guard.BRACKET:
        return plan.stop is not None and plan.trail is None
    if guard in KEPT_SMALL:
        return plan.trail is None or support.trailing
    if guard is Guard.STOP:
        has_stop = plan.stop is not None or plan.break_even is not None
        return has_stop or (plan.trail is not None and support.trailing)
    return True


def _is_for_all(plan: ExitPlan) -> bool:
    """Whether each exit is for everything that is held: one target at most, and not for a share."""
    return len(plan.targets) <= 1 and all(one.share in (None, HUNDRED) for one in plan.targets)


def watched_legs(bracket: Bracket, support: ExitSupport) -> tuple[str, ...]:
    """The legs that the desk watches beside those that rest at the venue."""
    if bracket.guard is Guard.PAIR:
        return tuple(leg.name for leg in bracket.legs if leg.kind is LegKind.TRAIL and not support.trailing)
    if bracket.guard is Guard.STOP:
        lone = _lone_stop(bracket, support)
        return tuple(leg.name for leg in bracket.legs if leg is not lone and leg.kind is not LegKind.TIME)
    return ()


def _lone_stop(bracket: Bracket, support: ExitSupport) -> Leg | None:
    """The one leg that rests where nothing binds orders together: the stop, or else a trail."""
    kinds = (LegKind.STOP, LegKind.TRAIL) if support.trailing else (LegKind.STOP,)
    legs = {leg.kind: leg for leg in bracket.legs if not leg.is_done}
    return next((legs[kind] for kind in kinds if kind in legs), None)
