"""What was decided and what happened: the journal's words. An event holds all that replaying it needs.

To change a field's meaning add a version and a lift in `db/codec.py`: rows store name, version and JSON."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.doubt import AbsenceProof
from trading.domain.events_bot import BotEvent as BotEvent
from trading.domain.events_doubt import DoubtAnswered as DoubtAnswered
from trading.domain.events_doubt import DoubtEscalated as DoubtEscalated
from trading.domain.events_doubt import Doubting as Doubting
from trading.domain.events_doubt import Freezing as Freezing
from trading.domain.events_exits import BracketSet as BracketSet
from trading.domain.events_exits import DustGone as DustGone
from trading.domain.events_exits import ExitEvent as ExitEvent
from trading.domain.events_exits import ExitTriggered as ExitTriggered
from trading.domain.events_exits import GapFound as GapFound
from trading.domain.events_exits import GapReminded as GapReminded
from trading.domain.events_exits import GapSettled as GapSettled
from trading.domain.events_exits import PlanSet as PlanSet
from trading.domain.events_exits import PositionCovered as PositionCovered
from trading.domain.events_exits import PositionDust as PositionDust
from trading.domain.events_exits import PositionUncovered as PositionUncovered
from trading.domain.events_exits import PullSettled as PullSettled
from trading.domain.events_exits import StopMissing as StopMissing
from trading.domain.events_exits import StopPulled as StopPulled
from trading.domain.events_exits import SwapBegun as SwapBegun
from trading.domain.events_exits import SwapEnded as SwapEnded
from trading.domain.events_exits import TrailMoved as TrailMoved
from trading.domain.events_guard import Guarding as Guarding
from trading.domain.events_guard import HaltChanged as HaltChanged
from trading.domain.events_guard import LimitChanged as LimitChanged
from trading.domain.events_guard import LimitRaiseAsked as LimitRaiseAsked
from trading.domain.events_guard import LimitRaiseDropped as LimitRaiseDropped
from trading.domain.events_guard import LockoutSet as LockoutSet
from trading.domain.events_guard import MaintenanceChanged as MaintenanceChanged
from trading.domain.events_guard import ModeSet as ModeSet
from trading.domain.events_guard import PersonLocked as PersonLocked
from trading.domain.events_guard import RiskWarned as RiskWarned
from trading.domain.events_guard import RoleSet as RoleSet
from trading.domain.events_guard import SymbolsBarred as SymbolsBarred
from trading.domain.events_opinion import OpinionGiven as OpinionGiven
from trading.domain.events_request import CancelFailed as CancelFailed
from trading.domain.events_request import CancelRequested as CancelRequested
from trading.domain.events_request import CancelTaken as CancelTaken
from trading.domain.events_request import ReplaceFailed as ReplaceFailed
from trading.domain.events_request import ReplaceRequested as ReplaceRequested
from trading.domain.events_request import RequestSent as RequestSent
from trading.domain.events_timed import TimedEvent
from trading.domain.events_venue import DriftIgnored as DriftIgnored
from trading.domain.events_venue import FreezeEvent as FreezeEvent
from trading.domain.events_venue import OrderAdopted as OrderAdopted
from trading.domain.events_venue import SymbolFrozen as SymbolFrozen
from trading.domain.events_venue import SymbolThawed as SymbolThawed
from trading.domain.freezing import Adopted
from trading.domain.ids import AccountId, CommandId, FillId, OrderId, PersonId, PositionId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.ladder import ExitSupport
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import Liquidity


class Booking(Struct, frozen=True, gc=False):
    """One line of a double entry (zero per event and currency). `book`: `cash`, `position:<symbol>`,
    `realised`, `fees`, `capital`, `funding`."""

    book: str
    value: Decimal
    currency: str


class Refusal(Struct, frozen=True):
    """Why not: a stable code, a sentence that says what to type instead, the field and its value (B7)."""

    code: str
    sentence: str
    field: str = ""
    value: str = ""


class Check(Struct, frozen=True, gc=False):
    """One check of the gate with the numbers that it compared."""

    name: str
    passed: bool
    value: str = ""
    limit: str = ""


class GateDecision(Struct, frozen=True, gc=False):
    """Why an order may leave: price seen and its age, limits version, checks made."""

    decision_id: str
    price: Price | None
    price_at: datetime | None
    source: str
    limits_version: int
    checks: tuple[Check, ...] = ()


class AccountOpened(Struct, frozen=True, tag=True):
    account: AccountId
    owner: PersonId
    venue: str
    mode: str
    currency: str
    label: str
    command_id: CommandId
    at: datetime


class CashMoved(Struct, frozen=True, tag=True):
    """Deposit, withdrawal, funding: never profit."""

    account: AccountId
    reason: str
    bookings: tuple[Booking, ...]
    at: datetime


class InstrumentListed(Struct, frozen=True, tag=True):
    """The contract data that later events of this account rely on."""

    account: AccountId
    instrument: Instrument
    at: datetime


class VenueConnected(Struct, frozen=True, tag=True):
    """What the account's venue can do from now on."""

    account: AccountId
    venue: str
    guards_exits: bool
    at: datetime
    exits: ExitSupport | None = None  # None in old journals: everything, or nothing


class CommandDenied(Struct, frozen=True, tag=True):
    """We said no. Journaled so that `/why` can tell. `by`: who asked; here and elsewhere empty for what the
    desk does by itself, and in journals of before."""

    account: AccountId
    command_id: CommandId
    verb: str
    symbol: str
    refusals: tuple[Refusal, ...]
    at: datetime
    by: PersonId = PersonId("")


class OrderIntended(Struct, frozen=True, tag=True):
    """Written before the venue hears of it."""

    account: AccountId
    order: Order
    gate: GateDecision
    cause: str  # command id, or `tp1`, `sl`, … for our own exits
    at: datetime
    by: PersonId = PersonId("")
    seconded_by: PersonId = PersonId("")  # who agreed to it, where one person alone may not


class OrderAccepted(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    venue_order_id: VenueOrderId
    at: datetime
    sent_at: datetime | None = None


class OrderRejected(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    code: str
    reason: str
    at: datetime


class OrderInDoubt(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    reason: str
    at: datetime


class OrderNotPlaced(Struct, frozen=True, tag=True):
    """Absence was proven. The proof is kept: `evidence`, and a sentence (all that older journals have)."""

    account: AccountId
    order_id: OrderId
    proof: str
    at: datetime
    evidence: AbsenceProof | None = None


class OrderFilled(Struct, frozen=True, tag=True):
    """One fill, with its bookings. `realised` is before fees, zero for entries.

    `contained`: the adopted difference that holds this fill already (as it was before it): what is held does
    not change, and the bookings are the fee and what the real price makes of the one that it was adopted at.
    `fee_base`: units that the venue has taken as its fee; their worth at the fill's price is part of `fee`.
    """

    account: AccountId
    order_id: OrderId
    position_id: PositionId
    fill_id: FillId
    quantity: Quantity
    price: Price
    fee: Decimal
    currency: str
    liquidity: Liquidity
    realised: Decimal
    bookings: tuple[Booking, ...]
    at: datetime
    is_late: bool = False
    contained: Adopted | None = None
    fee_base: Decimal = ZERO


class OrderCanceled(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    reason: str
    at: datetime


class OrderExpired(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    at: datetime


class OrderReplaced(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None
    reason: str
    at: datetime
    venue_order_id: VenueOrderId | None = None  # its new name, where the change has given it one


class PositionClosed(Struct, frozen=True, tag=True):
    """Flat. `realised` before fees; `reason` as in `Position.last_exit`."""

    account: AccountId
    position_id: PositionId
    symbol: str
    reason: str
    realised: Decimal
    fees: Decimal
    currency: str
    at: datetime


class DayStarted(Struct, frozen=True, tag=True):
    """What daily limits are counted from."""

    account: AccountId
    day: str
    equity: Decimal
    at: datetime


class FlattenStarted(Struct, frozen=True, tag=True):
    """A flatten or panic is under way for these positions."""

    account: AccountId
    command_id: CommandId
    position_ids: tuple[PositionId, ...]
    order_ids: tuple[OrderId, ...]
    is_panic: bool
    at: datetime
    by: PersonId = PersonId("")


class FlatProven(Struct, frozen=True, tag=True):
    """The account holds no position and no open order, by our book and by the venue's own answer."""

    account: AccountId
    venue: str
    positions: int
    orders: int
    proof: str
    at: datetime


class Level(StrEnum):
    """How an entry of the activity log is marked (MISSION B3)."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


class Noticed(Struct, frozen=True, tag=True):
    """News that is no trade: a feed is lost, a job was missed. `code` names it for good (`notice.<code>…` are
    its words), `topic` is its kind, `facts` are its numbers and names as text. `account` may be `desk`."""

    account: AccountId
    code: str
    topic: str
    level: Level
    facts: dict[str, str]
    at: datetime


Event = (
    AccountOpened
    | CashMoved
    | InstrumentListed
    | VenueConnected
    | CommandDenied
    | OrderIntended
    | OrderAccepted
    | OrderRejected
    | OrderInDoubt
    | OrderNotPlaced
    | Doubting
    | Freezing
    | OrderFilled
    | OrderCanceled
    | OrderExpired
    | RequestSent
    | CancelRequested
    | CancelTaken
    | CancelFailed
    | ReplaceRequested
    | OrderReplaced
    | ReplaceFailed
    | ExitEvent
    | PositionClosed
    | DayStarted
    | Guarding
    | SymbolsBarred
    | FlattenStarted
    | FlatProven
    | Noticed
    | OrderAdopted
    | FreezeEvent
    | TimedEvent
    | OpinionGiven
    | BotEvent
)
