"""Events about what ends a position: what is wanted, where it stands, who guards it, how long nobody did."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.exits import ExitPlan, GapPolicy
from trading.domain.ids import AccountId, OrderId, PersonId, PositionId
from trading.domain.money import Price, Quantity
from trading.domain.order import Role
from trading.domain.position import Bracket


class PlanSet(Struct, frozen=True, tag=True):
    """The exits that a person wants for a position, as typed."""

    account: AccountId
    position_id: PositionId
    plan: ExitPlan
    atr: Decimal | None
    cause: str
    at: datetime
    by: PersonId = PersonId("")


class BracketSet(Struct, frozen=True, tag=True):
    """The exits in prices, and who guards them. `reason`: `fill`, `command`, `break_even`, `resize`."""

    account: AccountId
    position_id: PositionId
    bracket: Bracket
    reason: str
    at: datetime


class ExitTriggered(Struct, frozen=True, tag=True):
    """A level that we watch was reached; the price that did it is kept."""

    account: AccountId
    position_id: PositionId
    leg: str
    price: Price
    source: str
    at: datetime


class TrailMoved(Struct, frozen=True, tag=True):
    """The best price since entry, written before any stop moves (RULINGS 7)."""

    account: AccountId
    position_id: PositionId
    best_price: Price
    stop_price: Price
    at: datetime


class PositionUncovered(Struct, frozen=True, tag=True):
    """Nothing guards (all of) the position now."""

    account: AccountId
    position_id: PositionId
    reason: str
    at: datetime


class PositionCovered(Struct, frozen=True, tag=True):
    """Guarded again, after `uncovered_s` seconds."""

    account: AccountId
    position_id: PositionId
    uncovered_s: Decimal
    at: datetime


class SwapBegun(Struct, frozen=True, tag=True):
    """Resting exits are to be canceled, then an exit of `quantity` is sent (`position.Swap`)."""

    account: AccountId
    position_id: PositionId
    cancels: tuple[OrderId, ...]
    role: Role
    cause: str
    quantity: Quantity
    at: datetime


class SwapEnded(Struct, frozen=True, tag=True):
    """The swap is over, and what guards the position rests again. `outcome`: `filled`, `unfilled`, `left`
    (the price had gone before the exit could be sent), `nothing` (nothing was left to sell), `gap` (its stop
    was jumped over meanwhile, and what becomes of that is another matter)."""

    account: AccountId
    position_id: PositionId
    outcome: str
    at: datetime


class StopMissing(Struct, frozen=True, tag=True):
    """No stop of its plan has stood since `since`, for as long as the account allows (RELIABILITY C-6, X34).
    `closes`: whether the position is closed at market for it, or the desk only goes on trying."""

    account: AccountId
    position_id: PositionId
    since: datetime
    closes: bool
    at: datetime


class PositionDust(Struct, frozen=True, tag=True):
    """What is held is too little for the venue to trade (RELIABILITY X31): it is left alone until something
    is added to it or its worth has risen. `worth` in quote currency; `code` and `reason` are the venue's."""

    account: AccountId
    position_id: PositionId
    quantity: Quantity
    worth: Decimal
    code: str
    reason: str
    at: datetime


class DustGone(Struct, frozen=True, tag=True):
    """What was dust can be traded again: its worth has risen to `worth`."""

    account: AccountId
    position_id: PositionId
    worth: Decimal
    at: datetime


class StopPulled(Struct, frozen=True, tag=True):
    """Another hand has ended `order_id` at the venue, which guarded the position (X36). A person is asked
    about `legs`, all that were pulled so far; at `until` the desk puts them back by itself (RULINGS 17)."""

    account: AccountId
    position_id: PositionId
    order_id: OrderId
    legs: tuple[str, ...]
    until: datetime
    at: datetime


class PullSettled(Struct, frozen=True, tag=True):
    """What becomes of pulled legs. `outcome`: `back` (they are placed again), `left` (the plan forgets them),
    `changed` (other exits were said meanwhile). `by` is empty when nobody had answered in time."""

    account: AccountId
    position_id: PositionId
    legs: tuple[str, ...]
    outcome: str
    by: PersonId
    at: datetime


class GapFound(Struct, frozen=True, tag=True):
    """The price lies beyond the stop, and nobody could act when it went there (RELIABILITY C-7). `percent` of
    the stop's price; `away_s`: how long the desk was away, None when it was there and the stop reached the
    venue too late. What follows is what `policy` says, which was chosen with the order; `is_spent`: exits
    within the collars were too narrow, and what is left is not to go at market."""

    account: AccountId
    position_id: PositionId
    stop: Price
    price: Price
    percent: Decimal
    policy: GapPolicy
    away_s: Decimal | None
    remind_at: datetime
    at: datetime
    is_spent: bool = False


class GapReminded(Struct, frozen=True, tag=True):
    """Nobody has answered yet, and nobody guards the position."""

    account: AccountId
    position_id: PositionId
    remind_at: datetime
    at: datetime


class GapSettled(Struct, frozen=True, tag=True):
    """What a person has said about a gap. `outcome`: `exit`, `reanchor`, `left` (the plan forgets the stop),
    `changed` (other exits were said)."""

    account: AccountId
    position_id: PositionId
    outcome: str
    by: PersonId
    at: datetime


ExitEvent = (
    PlanSet
    | BracketSet
    | ExitTriggered
    | TrailMoved
    | PositionUncovered
    | PositionCovered
    | SwapBegun
    | SwapEnded
    | StopMissing
    | PositionDust
    | DustGone
    | GapFound
    | GapReminded
    | GapSettled
    | StopPulled
    | PullSettled
)
