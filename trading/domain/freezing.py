"""What freezes entries by itself: of a symbol, when book and venue disagree; of an account, by doubt.

By doubt: its venue does not answer, or was wrong. Not a halt: nobody said it. A symbol waits until a person
has said what is true, most of the rest thaws by itself. Exits go out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.halting import instant_text
from trading.domain.ids import OrderId, PositionId
from trading.domain.money import Price, plain

DRIFT = "drift"
LIQUIDATION = "liquidation"


class Frozen(Struct, frozen=True, gc=False):
    """`held` is what the venue says it holds (signed), `booked` what the book says; `lost` are the numbers of
    orders that should wait at the venue and do not. `reason`: `drift`, or `liquidation`, which a person
    acknowledges."""

    symbol: str
    reason: str
    held: Decimal
    booked: Decimal
    lost: tuple[int, ...]
    at: datetime
    seen_at: datetime | None = None  # by the venue's clock, when it said what it holds; None in old journals
    has_moved: bool = False  # a fill was booked since: nobody knows what the difference is now

    @property
    def difference(self) -> Decimal:
        """What the venue holds beyond the book, signed."""
        return self.held - self.booked

    @property
    def sentence(self) -> str:
        """Why nothing is opened in the symbol."""
        lines = f"type /reconcile {self.symbol} to say what is true"
        if self.reason == LIQUIDATION:
            return f"The venue itself closed {self.symbol}: {lines}."
        if self.difference:
            holds = f"the venue holds {plain(self.held)}, the book {plain(self.booked)}"
        else:
            holds = "the venue does not hold " + ", ".join(f"#{number}" for number in self.lost)
        return f"{self.symbol} is not opened meanwhile: {holds}; {lines}."


class Ignored(Struct, frozen=True, gc=False):
    """A difference that a person has said to leave alone: exactly this one, and no other. What the venue had
    filled at `seen_at` (its clock; None in old journals) is part of it, and no more so once it is booked."""

    symbol: str
    difference: Decimal
    seen_at: datetime | None = None


class Adopted(Struct, frozen=True, gc=False):
    """A difference that a person has adopted, at the price of then, with no fill to show for it: provisional
    until its fills are told (RELIABILITY X16).

    What the venue held at `seen_at` (its clock) is booked: whatever it filled until then is contained. `left`
    (signed) is what no fill explains yet; where opposite ones made up the difference, the first of them
    leaves more than there was. `price` is what `left` is booked at. `entry_sign`: +1 it bought, -1 it sold
    what is held; 0 it took from what was held.
    """

    symbol: str
    order_id: OrderId
    position_id: PositionId
    left: Decimal
    price: Price
    seen_at: datetime
    entry_sign: int = 0


ADOPTED_KEPT = 3
"""So many adopted differences of a symbol are remembered: what a forgotten one contained, the next older
than the fill contains as well, at its own price."""


def containing(adopted: Iterable[Adopted], symbol: str, at: datetime) -> Adopted | None:
    """The adopted difference that already contains a fill which the venue made at `at`."""
    return next((one for one in adopted if one.symbol == symbol and at <= one.seen_at), None)


def holds_none(frozen: Iterable[Frozen], ignored: Iterable[Ignored], symbol: str, booked: Decimal) -> bool:
    """Whether the venue is known to hold nothing of what the book says: an exit would only be refused, again
    and again."""
    for one in frozen:
        if one.symbol == symbol:
            return one.reason == DRIFT and one.held * booked <= 0 < abs(booked)
    return any(
        one.symbol == symbol and (booked + one.difference) * booked <= 0 < abs(booked) for one in ignored
    )


SENDS_MAX = 2
"""So many sends in a row without an answer, and nothing more that adds risk is sent (RELIABILITY N03)."""

VISIBILITY_MIN_S = Decimal(20)
"""The least that a venue is believed to need, once it has shown an order later than it promised."""


class FreezeCause(StrEnum):
    """Why entries do not go out."""

    SENDS = "sends"  # orders went out and nobody answered, several times in a row
    UNANSWERED = "unanswered"  # the venue answers no questions
    TURNED_UP = "turned_up"  # an order that counted as not placed is at the venue: a person must look


BY_ITSELF = frozenset({FreezeCause.SENDS, FreezeCause.UNANSWERED})
"""What thaws once the venue answers and nothing is sought any more."""


class Freeze(Struct, frozen=True):
    """One cause, since when, and which orders are meant (`#17, #18`)."""

    cause: FreezeCause
    at: datetime
    detail: str = ""


def freeze_sentence(account: str, found: Freeze, now: datetime) -> str:
    """Why an entry does not go out, and what opens it again."""
    since = instant_text(found.at, now)
    why = {
        FreezeCause.SENDS: f"{SENDS_MAX} orders in a row got no answer ({found.detail})",
        FreezeCause.UNANSWERED: "the venue does not answer",
        FreezeCause.TURNED_UP: f"{found.detail} counted as not placed and was at the venue after all",
    }[found.cause]
    if found.cause in BY_ITSELF:
        cure = "It opens by itself when the venue answers and no order is sought any more"
    else:
        cure = "It opens when somebody has looked at the venue: /doubt seen"
    return f"Entries of account {account} are frozen since {since}: {why}. Exits go out. {cure}."


def raised_visibility(promised_s: Decimal, waited_s: Decimal) -> Decimal:
    """How long a venue is believed to hide an order, after it hid one for longer than it promised: twice the
    promise, and at least as long as was waited in vain."""
    return max(promised_s * 2, waited_s, VISIBILITY_MIN_S)
