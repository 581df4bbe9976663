"""What people, the scheduler and bots want, in imperative. A command carries all that deciding needs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.commands_bot import BotActs as BotActs
from trading.domain.commands_bot import DropBot as DropBot
from trading.domain.commands_bot import EditBot as EditBot
from trading.domain.commands_bot import FailBot as FailBot
from trading.domain.commands_bot import StartBot as StartBot
from trading.domain.commands_bot import TellBot as TellBot
from trading.domain.commands_opinion import NoteOpinion as NoteOpinion
from trading.domain.commands_timed import DropAlerts as DropAlerts
from trading.domain.commands_timed import DropSchedule as DropSchedule
from trading.domain.commands_timed import MissSlots as MissSlots
from trading.domain.commands_timed import PauseSchedule as PauseSchedule
from trading.domain.commands_timed import SeeAlerts as SeeAlerts
from trading.domain.commands_timed import SetSchedule as SetSchedule
from trading.domain.exits import BreakEven, ExitPlan, GapPolicy, Level, PriceSpec, Size, Target, Trail
from trading.domain.ids import AccountId, CommandId, OrderId, PersonId, PositionId, VenueOrderId
from trading.domain.measure import Indicator, Measure
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderType, TimeInForce
from trading.domain.seen import Seen as Seen
from trading.domain.timed import Side


class OpenPosition(Struct, frozen=True, tag=True):
    """Buy (long) or short: open a position or add to one on the same side."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    seen: Seen
    is_long: bool
    size: Size
    order_type: OrderType = OrderType.MARKET
    limit: PriceSpec | None = None
    stop: PriceSpec | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    expires_at: datetime | None = None
    post_only: bool = False
    exits: ExitPlan = ExitPlan()
    tag: str = "manual"
    confirmed: tuple[str, ...] = ()  # codes of warnings that the person has seen and pressed through
    is_question: bool = False  # only to be judged, so that a refusal is on record: never sent
    asked_at: datetime | None = None  # when the person's line or press reached the desk
    seconded_by: PersonId = PersonId("")  # who agrees, where one person alone may not
    serves: str = ""  # as in `Order.serves`


class ClosePosition(Struct, frozen=True, tag=True):
    """Sell, cover or close: reduce-only, can never open or flip. `size` POSITION percent, BASE, SPEND,
    CONTRACTS or MAX."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    position_id: PositionId
    size: Size
    seen: Seen
    order_type: OrderType = OrderType.MARKET
    limit: PriceSpec | None = None
    stop: PriceSpec | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    expires_at: datetime | None = None
    post_only: bool = False
    reason: str = "close"
    tag: str = "manual"
    expects: str = ""  # "long" or "short" when the verb says it (/sell, /cover)
    asked_at: datetime | None = None
    serves: str = ""  # as in `Order.serves`


class SetExits(Struct, frozen=True, tag=True):
    """Change a position's exits. `None` leaves a part as it is; `clear` names parts to remove
    (`targets`, `stop`, `trail`, `break_even`, `exit_at`, `gap`)."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    position_id: PositionId
    seen: Seen
    targets: tuple[Target, ...] | None = None
    stop: Level | None = None
    trail: Trail | None = None
    break_even: BreakEven | None = None
    exit_at: datetime | None = None
    clear: tuple[str, ...] = ()
    gap: GapPolicy | None = None


class ModifyOrder(Struct, frozen=True, tag=True):
    """Change quantity (total) or prices of a working order."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    order_id: OrderId
    seen: Seen
    quantity: Quantity | None = None
    limit_price: Price | None = None
    stop_price: Price | None = None


class CancelOrders(Struct, frozen=True, tag=True):
    """Cancel these orders; empty `order_ids` = all entries of the account (symbol filter optional).
    Exits of open positions are canceled only when named."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    order_ids: tuple[OrderId, ...] = ()
    symbol: str = ""


class Flatten(Struct, frozen=True, tag=True):
    """Cancel and close by filter: `symbol`, `only` in ("", "winners", "losers", "long", "short"), `tag`.
    `prices` maps symbols to mids, for winners and losers. `halt` makes it a panic: the account is halted
    too and a proof of flat follows."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    symbol: str = ""
    only: str = ""
    tag: str = ""
    halt: bool = False
    prices: dict[str, Decimal] = {}


class HaltState(StrEnum):
    """What may be sent. FLATTEN: nothing but exits, and everything is being closed."""

    ACTIVE = "active"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"
    FLATTEN = "flatten"


class AnswerDoubt(Struct, frozen=True, tag=True):
    """What a person saw at the venue about an order that the desk could not settle. `venue_order_id` is the
    venue's own name for it, when it is there and the person gives it."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    order_id: OrderId
    is_there: bool
    venue_order_id: VenueOrderId = VenueOrderId("")


class AnswerGuard(Struct, frozen=True, tag=True):
    """A person's answer about what guards a position. `choice`: `back` (what another hand has ended at the
    venue is placed again), `leave` (it stays away: the plan forgets it); where the price has jumped over the
    stop also `exit` (out at once) and `reanchor` (a new stop, as far from here as the first was)."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    position_id: PositionId
    symbol: str
    choice: str


class AcknowledgeFreeze(Struct, frozen=True, tag=True):
    """A person has looked at the venue after an order that counted as not placed had filled."""

    command_id: CommandId
    person: PersonId
    account: AccountId


class SetHalt(Struct, frozen=True, tag=True):
    """Halt or resume: one account, or the whole desk when `desk` is set. `until` makes it a pause, which
    ends by itself at that instant."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    state: HaltState
    reason: str
    desk: bool = False
    until: datetime | None = None


class SetMaintenance(Struct, frozen=True, tag=True):
    """Begin or end maintenance of the whole desk. `account` is the one from which it was said."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    is_on: bool
    reason: str


class LockOut(Struct, frozen=True, tag=True):
    """A person locks all their accounts against entries until then, irrevocably. `account` is the one from
    which it was said."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    until: datetime
    reason: str


class BarSymbols(Struct, frozen=True, tag=True):
    """Open nothing in these symbols any more, or (`is_barred` false) free them: all that are barred when none
    is named."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    symbols: tuple[str, ...]
    is_barred: bool
    reason: str = ""


class SetLimit(Struct, frozen=True, tag=True):
    """Change one risk limit of an account by its name in `Limits`: what allows less counts at once, what
    allows more when it has cooled off. The value that it has calls off a raise that waits."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    name: str
    value: Decimal


class SetRole(Struct, frozen=True, tag=True):
    """Give `member` a role on the account (`viewer`, `trader`, `risk_officer`, `admin`), or none (empty).
    `name` is how people call them."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    member: PersonId
    role: str
    name: str = ""


class OpenAccount(Struct, frozen=True, tag=True):
    """Open an account with cash (paper), or register one at a venue with the cash that is there. `left`: what
    else the venue holds by symbol, signed, which is the person's own business and stays out of the book."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    venue: str
    mode: str  # "paper", or "live-off": real money, with which nothing is opened until `SetMode` says so
    currency: str
    deposit: Decimal
    label: str = ""
    left: dict[str, Decimal] = {}


class SetMode(Struct, frozen=True, tag=True):
    """Let an account's entries trade with real money (`live`), or stop that (`live-off`)."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    mode: str


class MoveCash(Struct, frozen=True, tag=True):
    """A person says that money came to the account (or left it, negative) at its venue: what the venue tells
    beyond the book. `booked` is the cash that they were shown."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    moved: Decimal
    booked: Decimal


class SetAlert(Struct, frozen=True, tag=True):
    """Tell the person once (or each time that, when it `repeats`) the mid comes to `price` from that side; or
    what `of` says instead of the mid. `value`: what the indicator is now, as whoever asks has seen it, None
    while it cannot be told; `anchored_at`: from which bar on. Without a symbol (`seen` None) it is about the
    account's day."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    seen: Seen | None
    side: Side
    price: Price
    repeats: bool = False
    note: str = ""
    of: Measure = Measure.PRICE
    indicator: Indicator | None = None
    value: Decimal | None = None
    until: datetime | None = None
    is_critical: bool = False
    anchored_at: datetime | None = None


class RunSlot(Struct, frozen=True, tag=True):
    """A slot of a recurring order has come: use it up and judge `order` like any other. The id is
    `job:<schedule>:<slot>`, the order's too."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    schedule_id: str
    slot: datetime
    order: OpenPosition


class Tell(Struct, frozen=True, tag=True):
    """Write down what people must hear, once for this id: the `Noticed` of a job's slot. `account` may be
    `desk`; fields as in `Noticed`."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    code: str
    topic: str
    level: str
    facts: dict[str, str] = {}


class LookNow(Struct, frozen=True, tag=True):
    """Hold what the venue says against the book now, not at the next round."""

    command_id: CommandId
    person: PersonId
    account: AccountId


class SettleDrift(Struct, frozen=True, tag=True):
    """A person says what is true of a symbol: `adopt` (the book takes what the venue holds), `close` (and
    what it holds beyond the book is closed), `ignore` (exactly this difference is left alone). `held` and
    `booked` are what the person was shown."""

    command_id: CommandId
    person: PersonId
    account: AccountId
    symbol: str
    choice: str
    held: Decimal
    booked: Decimal
    seen: Seen


Command = (
    OpenPosition
    | ClosePosition
    | SetExits
    | ModifyOrder
    | CancelOrders
    | Flatten
    | AnswerDoubt
    | AnswerGuard
    | AcknowledgeFreeze
    | SetHalt
    | SetMaintenance
    | LockOut
    | BarSymbols
    | SetLimit
    | OpenAccount
    | SetMode
    | MoveCash
    | SetAlert
    | DropAlerts
    | SeeAlerts
    | SetSchedule
    | PauseSchedule
    | DropSchedule
    | RunSlot
    | MissSlots
    | Tell
    | LookNow
    | SettleDrift
    | SetRole
    | NoteOpinion
    | StartBot
    | TellBot
    | EditBot
    | DropBot
    | BotActs
    | FailBot
)
