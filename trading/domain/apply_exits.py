"""What the events about a position's exits do to it. Total and choiceless, like `apply`."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain.events_exits import (
    BracketSet,
    DustGone,
    ExitEvent,
    PlanSet,
    PositionCovered,
    PositionDust,
    PositionUncovered,
    PullSettled,
    StopPulled,
    SwapBegun,
    SwapEnded,
    TrailMoved,
)
from trading.domain.position import Bracket, Dust, Leg, Position, Pulled, Swap


def after_exits(position: Position, event: ExitEvent) -> Position:
    """The position after `event`."""
    match event:
        case PlanSet():
            return replace(position, plan=event.plan, atr=event.atr or position.atr)
        case BracketSet():
            stop = position.stop_at_entry or event.bracket.stop_price
            return replace(position, bracket=event.bracket, stop_at_entry=stop)
        case TrailMoved():
            assert position.bracket is not None
            bracket = replace(position.bracket, best_price=event.best_price)
            return replace(position, bracket=_with_trail(bracket, event))
        case PositionUncovered():
            return replace(position, uncovered_since=position.uncovered_since or event.at)
        case PositionCovered():
            return replace(position, uncovered_since=None)
        case SwapBegun():
            swap = Swap(event.cancels, event.role, event.cause, event.quantity, event.at)
            return replace(position, swap=swap)
        case SwapEnded():
            return replace(position, swap=None)
        case PositionDust():
            return replace(position, dust=Dust(event.worth, event.at), uncovered_since=None)
        case DustGone():
            return replace(position, dust=None)
        case StopPulled():
            return replace(position, pulled=Pulled(event.legs, event.at, event.until))
        case PullSettled():
            return replace(position, pulled=None)
        case _:
            return position  # told to people and kept for `/why`


def _with_trail(bracket: Bracket, event: TrailMoved) -> Bracket:
    def moved(leg: Leg) -> Leg:
        return replace(leg, price=event.stop_price) if leg.name == "trail" else leg

    return replace(bracket, legs=tuple(moved(leg) for leg in bracket.legs))
