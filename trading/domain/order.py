"""An order: what we asked a venue to do, and what the venue's evidence says became of it.

Status moves on venue evidence only. What *we asked for* is kept in `requests`, a machine of its own
(`request.py`), never in the status. The transition table is data: code, tests and docs come from it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from trading.domain.doubt import AbsenceProof
from trading.domain.exits import ExitPlan
from trading.domain.ids import (
    AccountId,
    ClientOrderId,
    CommandId,
    FillId,
    OrderId,
    PersonId,
    PositionId,
    VenueOrderId,
)
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.request import Request, RequestKind, RequestStatus


class Side(StrEnum):
    """Which way an order goes. Long and short are words for positions."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        """The side that undoes this one."""
        return Side.SELL if self is Side.BUY else Side.BUY

    @property
    def sign(self) -> int:
        """+1 for buy, -1 for sell."""
        return 1 if self is Side.BUY else -1


class OrderType(StrEnum):
    """FIX order types; TRAILING_STOP is a stop whose trigger follows the best price."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"


CONDITIONAL = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})
"""Orders that sleep until a price: venues keep them apart from the others, and show them later."""


class TimeInForce(StrEnum):
    """How long an order lives."""

    GTC = "gtc"
    DAY = "day"
    IOC = "ioc"
    FOK = "fok"
    GTD = "gtd"


class Role(StrEnum):
    """What an order is for, seen from its position."""

    ENTRY = "entry"
    TARGET = "target"
    STOP = "stop"
    TRAIL = "trail"
    CLOSE = "close"  # a person, `/close`, `/sell`
    TIME = "time"
    FLATTEN = "flatten"  # `/flatten`, `/panic`


THROTTLED: Final = "throttled"
"""The code of a refusal that says nothing about the order: too many requests, and it was not taken."""

NOT_FREE: Final = "not_free"
"""The code of an exit that we did not send: the venue does not hold any more what it was to close."""

NOTHING_LEFT: Final = "reduce_only"
"""The code of an exit that was refused because the venue holds nothing that it could reduce."""

STOP_PASSED: Final = "stop_passed"
"""The code of a stop that was refused because the price was beyond it already (RELIABILITY X33)."""

LEG_ROLES = (Role.TARGET, Role.STOP, Role.TRAIL)


class OrderStatus(StrEnum):
    """What venue evidence says. IN_DOUBT: nobody knows, and it is never resent."""

    SUBMITTING = "submitting"
    IN_DOUBT = "in_doubt"
    WORKING = "working"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    NOT_PLACED = "not_placed"

    @property
    def is_done(self) -> bool:
        """Whether the venue holds nothing of it any more (a late fill may still arrive)."""
        return self in DONE


class Evidence(StrEnum):
    """What can move a status."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SILENCE = "silence"
    FILL_PART = "fill_part"
    FILL_WHOLE = "fill_whole"
    CANCELED = "canceled"
    EXPIRED = "expired"
    ABSENCE_PROVEN = "absence_proven"


DONE = frozenset(
    {
        OrderStatus.FILLED,
        OrderStatus.CANCELED,
        OrderStatus.EXPIRED,
        OrderStatus.REJECTED,
        OrderStatus.NOT_PLACED,
    }
)

_S, _E = OrderStatus, Evidence
TRANSITIONS: dict[tuple[OrderStatus, Evidence], OrderStatus] = {
    (_S.SUBMITTING, _E.ACCEPTED): _S.WORKING,
    (_S.SUBMITTING, _E.REJECTED): _S.REJECTED,
    (_S.SUBMITTING, _E.SILENCE): _S.IN_DOUBT,
    (_S.IN_DOUBT, _E.ACCEPTED): _S.WORKING,
    (_S.IN_DOUBT, _E.REJECTED): _S.REJECTED,
    (_S.IN_DOUBT, _E.SILENCE): _S.IN_DOUBT,
    (_S.IN_DOUBT, _E.ABSENCE_PROVEN): _S.NOT_PLACED,
    # An order that waits is ended by the venue's word for it, and by nothing else.
    **{
        (status, evidence): after
        for status in (_S.SUBMITTING, _S.IN_DOUBT, _S.WORKING, _S.PARTIAL)
        for evidence, after in ((_E.CANCELED, _S.CANCELED), (_E.EXPIRED, _S.EXPIRED))
    },
    # A venue may accept and refuse later (Alpaca does); what has filled until then stays filled.
    (_S.WORKING, _E.REJECTED): _S.REJECTED,
    (_S.PARTIAL, _E.REJECTED): _S.REJECTED,
    # An acknowledgement that comes late never takes a fill back.
    **{(status, _E.ACCEPTED): status for status in (_S.WORKING, _S.PARTIAL, *sorted(DONE))},
    # It is there after all, although it was called absent: the venue's word is the truth.
    (_S.NOT_PLACED, _E.ACCEPTED): _S.WORKING,
    # A fill is always true, even after the order was thought dead (X24, late fill).
    **{
        (status, evidence): after
        for status in OrderStatus
        for evidence, after in ((_E.FILL_PART, _S.PARTIAL), (_E.FILL_WHOLE, _S.FILLED))
    },
    # More fills on a full order: an overfill by the venue; the ledger accepts the truth (X29).
    (_S.FILLED, _E.FILL_PART): _S.FILLED,
}


_FAILED = frozenset({RequestStatus.REFUSED, RequestStatus.AMBIGUOUS})


def status_after(status: OrderStatus, evidence: Evidence) -> OrderStatus | None:
    """The status that `evidence` leads to, or None when the table has no such step."""
    return TRANSITIONS.get((status, evidence))


class Order(Struct, frozen=True, gc=False):
    """One order of ours, with what has become of it.

    `cost` is Σ price × quantity × multiplier of its fills, `fee` their fees, both in the instrument's
    currency. `group` names orders of which the venue lets only the position's quantity trade.
    """

    order_id: OrderId
    client_order_id: ClientOrderId
    account: AccountId
    position_id: PositionId
    symbol: str
    side: Side
    type: OrderType
    quantity: Quantity
    role: Role
    limit_price: Price | None = None
    stop_price: Price | None = None
    trail_distance: Decimal | None = None  # absolute, quote currency
    trail_percent: Decimal | None = None  # of the best price; instead of trail_distance
    activation_price: Price | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    expires_at: datetime | None = None
    post_only: bool = False
    reduce_only: bool = False
    attached: bool = False  # to the position: the venue keeps it to all that is held, and ends it with that
    parent: ClientOrderId = ClientOrderId("")  # of a leg that went to the venue with its entry: that entry
    group: str = ""
    leg: int = 0  # which target (1-based) this order serves
    tag: str = "manual"
    command_id: CommandId = CommandId("")
    attempt: int = 1
    intended_at: datetime | None = None
    status: OrderStatus = OrderStatus.SUBMITTING
    filled: Quantity = Quantity(ZERO)
    cost: Decimal = ZERO
    fee: Decimal = ZERO
    venue_order_id: VenueOrderId | None = None
    older_venue_ids: tuple[VenueOrderId, ...] = ()  # what the venue called it before it was changed (X27)
    reason: str = ""
    reference_price: Price | None = None  # the fresh mid that the gate saw; what exposure is reserved at
    requests: tuple[Request, ...] = ()  # the newest of each kind, as long as it matters; rows keep them all
    request_count: int = 0  # how many were ever made
    fill_ids: tuple[FillId, ...] = ()  # a fill that is reported twice is booked once
    number: int = 0  # the n-th order of its account: what people type (`#17`), never given twice
    exits: ExitPlan | None = None  # of an addition: they replace the position's own when it first fills
    exits_atr: Decimal | None = None  # the average true range that was known when they were asked for
    asked_at: datetime | None = None  # when a person's line or press reached the desk
    sent_at: datetime | None = None  # when it left for the venue
    absence: AbsenceProof | None = None  # why it counts as not placed, when that was proven
    escalated_at: datetime | None = None  # when a person had to be asked what became of it
    taken_at: datetime | None = None  # when the venue's word for it was written down
    refusal: str = ""  # the code of the venue's refusal
    was_to_end: bool = False  # we have asked for its end at some time, whatever came of that
    is_foreign: bool = False  # of another hand at the venue: booked, never touched
    collar: Decimal | None = None  # percent of the price that an exit at once may slip (C-7); 0: none
    person: PersonId = PersonId("")  # of an entry: who wants it
    serves: str = ""  # of an order of a bot: the name under which that bot knows it

    @property
    def remaining(self) -> Quantity:
        """What may still fill."""
        return Quantity(max(self.quantity - self.filled, ZERO))

    @property
    def quantity_at_most(self) -> Quantity:
        """What it stands for at the venue, also when a change is carried out that nobody has answered."""
        change = self.request(RequestKind.REPLACE)
        terms = change.terms if change is not None and change.status.is_open else None
        return Quantity(max(self.quantity, terms.quantity if terms is not None else ZERO))

    @property
    def remaining_at_most(self) -> Quantity:
        """What may still fill, also when a change is carried out of which nothing is known yet."""
        return Quantity(max(self.quantity_at_most - self.filled, ZERO))

    @property
    def is_open(self) -> bool:
        """Whether it may still fill, as far as anybody knows (in doubt counts)."""
        return self.status not in DONE

    @property
    def venue_names(self) -> tuple[VenueOrderId, ...]:
        """All names that the venue is known to have had for it, the newest last."""
        newest = self.venue_order_id
        return self.older_venue_ids if newest is None else (*self.older_venue_ids, newest)

    def renamed(self, venue_order_id: VenueOrderId | None) -> Order:
        """The order under the venue's newest name for it; None or the name that is known: as it was."""
        if not venue_order_id or venue_order_id == self.venue_order_id:
            return self
        older = tuple(name for name in self.venue_names if name != venue_order_id)
        return replace(self, venue_order_id=venue_order_id, older_venue_ids=older)

    def status_at(self, quantity: Quantity) -> OrderStatus:
        """Its status once the venue has given it this quantity. Made as small as what has filled, nothing of
        it is left; what is attached and seemed full may turn out to have grown before."""
        if ZERO < quantity <= self.filled:
            return OrderStatus.FILLED
        return OrderStatus.PARTIAL if self.status is OrderStatus.FILLED else self.status

    @property
    def status_unchanged(self) -> OrderStatus:
        """Its status when a change was not carried out after all: what has filled may have been all of it."""
        is_full = self.status is OrderStatus.PARTIAL and self.filled >= self.quantity
        return OrderStatus.FILLED if is_full else self.status

    def request(self, kind: RequestKind) -> Request | None:
        """The newest request of that kind that still matters: unanswered, refused, or not carried out."""
        for request in self.requests:
            if request.kind is kind:
                return request
        return None

    @property
    def is_canceling(self) -> bool:
        """Whether a cancel is on its way, or taken and not carried out yet."""
        asked = self.request(RequestKind.CANCEL)
        return asked is not None and asked.status not in _FAILED

    @property
    def is_cancel_failed(self) -> bool:
        """Whether a cancel was refused, or nobody knows what became of it. No proof that the order lives."""
        asked = self.request(RequestKind.CANCEL)
        return asked is not None and asked.status in _FAILED

    @property
    def is_changing(self) -> bool:
        """Whether a change is on its way."""
        asked = self.request(RequestKind.REPLACE)
        return asked is not None and asked.status not in _FAILED

    @property
    def is_growing_again(self) -> bool:
        """Whether it was asked more than once to be larger: that the newest wish is refused does not say that
        an earlier one, which nobody answered, was not carried out."""
        asked = self.request(RequestKind.REPLACE)
        terms = asked.terms if asked is not None and asked.attempt > 1 else None
        return terms is not None and terms.quantity > self.quantity

    @property
    def is_change_failed(self) -> bool:
        """Whether a change was refused, or nobody knows what became of it."""
        asked = self.request(RequestKind.REPLACE)
        return asked is not None and asked.status in _FAILED

    @property
    def is_entry(self) -> bool:
        """Whether it opens or enlarges a position."""
        return self.role is Role.ENTRY

    @property
    def is_leg(self) -> bool:
        """Whether it rests at the venue for a leg of a bracket (a market exit that the desk sends when a
        level is touched has a leg's role, too)."""
        return self.role in LEG_ROLES and (bool(self.group) or not self.leaves_now)

    @property
    def leaves_now(self) -> bool:
        """Whether it is to trade at once: at market, or within a collar and never resting."""
        return self.type is OrderType.MARKET or self.collar is not None

    @property
    def average_price(self) -> Decimal | None:
        """For display: cost per unit (multiplier included), None before the first fill."""
        return self.cost / self.filled if self.filled else None
