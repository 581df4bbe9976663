"""What is not wanted any more: a leg leaves the plan, and takes nothing back that has happened."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain.decide.deciding import Deciding
from trading.domain.exits import BreakEven, ExitPlan
from trading.domain.position import Bracket, LegKind, Position


def forget_leg(d: Deciding, position: Position, name: str, cause: str) -> None:
    """A leg is not wanted any more: the plan is written down without it."""
    position = d.position(position)
    bracket = position.bracket
    plan = _without(position.plan, name, bracket)
    d.emit(ev.PlanSet(position.account, position.position_id, plan, None, cause, d.now, d.by))
    if bracket is not None and bracket.leg(name) in bracket.targets:
        # The others have new numbers, and are placed anew. What break-even has done stays done.
        others = tuple(leg for leg in bracket.legs if leg.kind is not LegKind.TARGET)
        event = ev.BracketSet(
            position.account, position.position_id, replace(bracket, legs=others), "resize", d.now
        )
        d.emit(event)


def _without(plan: ExitPlan, name: str, bracket: Bracket | None) -> ExitPlan:
    match name:
        case "sl":
            return replace(plan, stop=None, break_even=None)
        case "trail":
            return replace(plan, trail=None)
        case _:
            done = {leg.name for leg in bracket.targets if leg.is_done} if bracket is not None else set()
            # Those that have filled leave with it: what is left is counted anew, and must not come back.
            gone = [n for n in range(1, len(plan.targets) + 1) if f"tp{n}" in {*done, name}]
            kept = tuple(t for n, t in enumerate(plan.targets, start=1) if n not in gone)
            is_over = bracket is not None and bracket.is_break_even
            even = None if is_over or not kept else plan.break_even
            if even is not None and even.after_target:
                before = sum(1 for n in gone if n < even.after_target)
                even = BreakEven(min(even.after_target - before, len(kept)))
            return replace(plan, targets=kept, break_even=even)
