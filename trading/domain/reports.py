"""What the world tells us, in past tense: venue answers, fills, prices that touched, timers that rang."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.doubt import AbsenceProof, Trouble
from trading.domain.ids import AccountId, ClientOrderId, FillId, OrderId, PositionId, VenueOrderId
from trading.domain.ladder import ExitSupport
from trading.domain.market import Quote
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Side
from trading.domain.reports_timed import AlertDue as AlertDue
from trading.domain.reports_timed import AlertMeasured as AlertMeasured
from trading.domain.reports_timed import AlertTouched as AlertTouched
from trading.domain.reports_timed import SeriesAnchored as SeriesAnchored
from trading.domain.request import RequestKind


class Liquidity(StrEnum):
    """Who waited in the book."""

    MAKER = "maker"
    TAKER = "taker"


class Accepted(Struct, frozen=True, tag=True):
    """The venue has the order."""

    account: AccountId
    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId
    at: datetime
    sent_at: datetime | None = None  # when it left us; set by whoever sent it


class Rejected(Struct, frozen=True, tag=True):
    """The venue certainly does not have the order. `code` is stable, `reason` a sentence."""

    account: AccountId
    client_order_id: ClientOrderId
    code: str
    reason: str
    at: datetime


class Sent(Struct, frozen=True, tag=True):
    """A request about an order left us, and its answer is not there yet."""

    account: AccountId
    client_order_id: ClientOrderId
    request: RequestKind
    at: datetime


class Silent(Struct, frozen=True, tag=True):
    """Nobody knows whether a request was carried out."""

    account: AccountId
    client_order_id: ClientOrderId
    reason: str
    at: datetime
    request: RequestKind = RequestKind.SUBMIT


class FillReported(Struct, frozen=True, tag=True):
    """One fill. `fee` in the instrument's currency (positive = we pay). Symbol and side are what makes a fill
    of an order that is not ours tellable; its `client_order_id` is whatever the venue calls the order."""

    account: AccountId
    client_order_id: ClientOrderId
    fill_id: FillId
    quantity: Quantity
    price: Price
    fee: Decimal
    liquidity: Liquidity
    at: datetime
    venue_order_id: VenueOrderId | None = None
    symbol: str = ""
    side: Side | None = None
    cause: str = ""  # `liquidation` when the venue itself sold it
    fee_base: Decimal = ZERO  # units of what was traded that were taken as a fee, beside `fee` (X30)
    is_sought: bool = False  # the venue was asked: none of our orders is called so


class CanceledReported(Struct, frozen=True, tag=True):
    """The venue ended the order unfilled or partly filled. `reason`: `requested`, `oco`, `ioc`, `fok`,
    `post_only`, `reduce_only`, `venue` (by itself), `unsaid` (it is over, and nobody says why). `filled`: how
    much of it had filled, where the venue says so."""

    account: AccountId
    client_order_id: ClientOrderId
    reason: str
    at: datetime
    filled: Quantity | None = None
    venue_order_id: VenueOrderId | None = None  # under which name; an older one of a chain ends nothing


class ExpiredReported(Struct, frozen=True, tag=True):
    """The order's time was over."""

    account: AccountId
    client_order_id: ClientOrderId
    at: datetime


class CancelTaken(Struct, frozen=True, tag=True):
    """The venue has taken a cancel and will see to it: no proof that the order has ended."""

    account: AccountId
    client_order_id: ClientOrderId
    at: datetime


class CancelRefused(Struct, frozen=True, tag=True):
    """A cancel was refused; no proof that the order lives (X25)."""

    account: AccountId
    client_order_id: ClientOrderId
    reason: str
    at: datetime


class Replaced(Struct, frozen=True, tag=True):
    """The venue changed quantity (total, fills included) or prices of a working order. Also sent unasked:
    it has reduced a member of a group (`reason = "oco"`), or kept what is attached to a position as large as
    that (`"attached"`).
    """

    account: AccountId
    client_order_id: ClientOrderId
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None
    reason: str
    at: datetime
    venue_order_id: VenueOrderId | None = None  # its new name, where a change gives it one


class ReplaceRefused(Struct, frozen=True, tag=True):
    """The change was refused; the order is as it was, or gone."""

    account: AccountId
    client_order_id: ClientOrderId
    reason: str
    at: datetime


class AbsenceProven(Struct, frozen=True, tag=True):
    """The proof of absence of RELIABILITY C-4 for an order that was in doubt."""

    account: AccountId
    client_order_id: ClientOrderId
    proof: AbsenceProof
    at: datetime


class DoubtUnresolved(Struct, frozen=True, tag=True):
    """An order was sought for as long as that may take, and nothing settles the matter. Fields as in
    `DoubtEscalated`."""

    account: AccountId
    client_order_id: ClientOrderId
    waited_s: Decimal
    answers: int
    failures: int
    trouble: Trouble
    at: datetime


class VenueQuiet(Struct, frozen=True, tag=True):
    """For so long the venue has not answered any question about the account."""

    account: AccountId
    at: datetime


class VenueAnswers(Struct, frozen=True, tag=True):
    """The venue has said what the account holds, while entries were frozen."""

    account: AccountId
    at: datetime


class DoubtWaits(Struct, frozen=True, tag=True):
    """Orders are in doubt for so long that people must hear of it (again)."""

    account: AccountId
    at: datetime


class LinkBack(Struct, frozen=True, tag=True):
    """The venue's stream broke and mended itself: what happened between is not on it."""

    account: AccountId
    at: datetime


class LinkAlive(Struct, frozen=True, tag=True):
    """The venue's stream said something that is no report: a heartbeat."""

    account: AccountId
    at: datetime


BrokerReport = (
    Accepted
    | Rejected
    | Silent
    | FillReported
    | CanceledReported
    | ExpiredReported
    | CancelTaken
    | CancelRefused
    | Replaced
    | ReplaceRefused
    | AbsenceProven
)
"""All that can come from a venue about an order."""

StreamReport = BrokerReport | LinkBack | LinkAlive
"""All that a venue's stream can say."""


class PriceTouched(Struct, frozen=True, tag=True):
    """A watched level was reached (bot-guarded exits). `leg` as in `Leg.name`; `quote` is what hit it.
    `away_s`: how long the desk was away, when this is the first price of the symbol since it came back."""

    account: AccountId
    position_id: PositionId
    leg: str
    quote: Quote
    at: datetime
    away_s: Decimal | None = None


class TrailRose(Struct, frozen=True, tag=True):
    """The best price since entry moved (bot-guarded trails, coalesced)."""

    account: AccountId
    position_id: PositionId
    best_price: Price
    at: datetime


class Wait(StrEnum):
    """What a position waits for while time passes."""

    STOP = "stop"  # for its stop to stand: then it is given up
    ROOM = "room"  # for the end of a swap, while which it counts as guarded
    EXIT = "exit"  # for the fill of an exit that room was made for
    ANSWER = "answer"  # for what a person says about a stop that was pulled


class Span(Struct, frozen=True, gc=False):
    """A wait that `lasts` so long. `since` says which one it is, as the journal has its beginning: how long
    it has lasted is counted on the clock that never jumps, and anew from each start of the desk on."""

    wait: Wait
    since: datetime
    lasts: timedelta


class TimeCame(Struct, frozen=True, tag=True):
    """A timer rang: a position's time exit (`position_id`), or an order's expiry (`order_id`). `is_look`: it
    was set because something about the position wants to be looked at; `over`: the spans that have passed."""

    account: AccountId
    at: datetime
    position_id: PositionId | None = None
    order_id: OrderId | None = None
    is_look: bool = False
    over: tuple[Span, ...] = ()


class DayTurned(Struct, frozen=True, tag=True):
    """A new trading day of an account; `equity` is what its limits start from."""

    account: AccountId
    day: str
    equity: Decimal
    at: datetime


class PauseEnded(Struct, frozen=True, tag=True):
    """The instant has come at which a pause was to end. `account` may be `desk`; `until` says which pause, so
    that a timer that rings late cannot end a newer one."""

    account: AccountId
    until: datetime
    at: datetime


class RaiseDue(Struct, frozen=True, tag=True):
    """The instant has come at which a limit was to allow more; `due` says which raise of it."""

    account: AccountId
    name: str
    due: datetime
    at: datetime


class RiskLooked(Struct, frozen=True, tag=True):
    """Time to look at what today has lost. `price_age_s` is by symbol how old a price may be to be believed,
    in seconds (`STALE_AFTER_S` where it says nothing)."""

    account: AccountId
    at: datetime
    price_age_s: dict[str, Decimal] = {}


class BrokerConnected(Struct, frozen=True, tag=True):
    """A venue session begins (also at each start): what it can do. Reconciliation follows."""

    account: AccountId
    venue: str
    guards_exits: bool
    at: datetime
    exits: ExitSupport | None = None


class DriftFound(Struct, frozen=True, tag=True):
    """Twice in a row, with nothing on its way, the venue's own account of itself was not what the book says:
    what it holds of a symbol, or that orders wait there (`lost` are those that do not)."""

    account: AccountId
    venue: str
    symbol: str
    held: Decimal
    booked: Decimal
    lost: tuple[int, ...]
    at: datetime
    seen_at: datetime | None = None  # when it said so, by its own clock
    entered: Decimal | None = None  # what was ever bought or shorted of it in its position, as booked then


class DriftGone(Struct, frozen=True, tag=True):
    """Book and venue say the same of a symbol again."""

    account: AccountId
    symbol: str
    at: datetime


class FlatChecked(Struct, frozen=True, tag=True):
    """The venue's own answer to "what is left?" after a flatten: its counts, or silence (None); `held` names
    what it holds by symbol. `at`: when it was asked; `asked_for`: the flatten that went on then, None: nobody
    noted."""

    account: AccountId
    venue: str
    positions: int | None
    orders: int | None
    at: datetime
    held: tuple[tuple[str, Decimal], ...] = ()
    asked_for: str | None = None


class Noted(Struct, frozen=True, tag=True):
    """Somebody outside of the core has something to say that people must hear, and that must survive a
    crash: it becomes `Noticed`. Fields as there."""

    account: AccountId
    code: str
    topic: str
    level: str
    facts: dict[str, str]
    at: datetime


Report = (
    BrokerReport
    | DoubtUnresolved
    | Sent
    | VenueQuiet
    | VenueAnswers
    | DoubtWaits
    | PriceTouched
    | TrailRose
    | TimeCame
    | DayTurned
    | PauseEnded
    | RaiseDue
    | RiskLooked
    | BrokerConnected
    | FlatChecked
    | DriftFound
    | DriftGone
    | Noted
    | AlertTouched
    | AlertMeasured
    | SeriesAnchored
    | AlertDue
)
