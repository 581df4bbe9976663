"""All that is known now: accounts, positions, orders. Built from events by `apply`, and by nothing else.

A `Book` may have a parent: then it is a *staged* book that holds only what changed (RULINGS 6). The loop
decides on it, writes down, and merges it into the parent with `publish`; when the write fails, it goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.automation import Bots
from trading.domain.barring import Barred
from trading.domain.commands import HaltState
from trading.domain.freezing import Adopted, Freeze, Frozen, Ignored
from trading.domain.halting import OPEN, DeskPart, Halt, Lockout
from trading.domain.ids import DESK, AccountId, ClientOrderId, OrderId, PersonId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.ladder import ExitSupport
from trading.domain.limits import Limits, Raise
from trading.domain.market import Quote
from trading.domain.money import ZERO
from trading.domain.order import DONE, Order
from trading.domain.position import Position
from trading.domain.recent import Flattening as Flattening
from trading.domain.recent import RecentEntry as RecentEntry
from trading.domain.rights import DeskRole, Member, Right, rights_of
from trading.domain.shelf import DONE_KEPT_MAX as DONE_KEPT_MAX
from trading.domain.shelf import Shelf
from trading.domain.shelf import is_live as is_live
from trading.domain.timed import PriceAlert, Recurring, Ringing


class Account(Struct, frozen=True):
    """One account and its running totals. `exposure` is Σ |cost| of positions, `reserved`
    Σ notional of entries that may fill, `halt` what was written last; whether a pause binds: `halting`;
    `risk_warned` % of the daily limit told."""

    account: AccountId
    owner: PersonId
    venue: str
    mode: str
    currency: str
    label: str = ""
    cash: Decimal = ZERO
    capital: Decimal = ZERO  # deposits less withdrawals
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    halt: HaltState = HaltState.ACTIVE
    halt_reason: str = ""
    limits: Limits = Limits()
    limits_version: int = 1
    day: str = ""
    day_equity: Decimal = ZERO
    day_capital: Decimal = ZERO
    exits: ExitSupport = ExitSupport()  # what its venue holds of them
    exposure: Decimal = ZERO
    reserved: Decimal = ZERO
    recent: tuple[RecentEntry, ...] = ()
    flattening: Flattening | None = None
    order_count: int = 0
    halted_by: PersonId = PersonId("")
    halted_at: datetime | None = None
    halt_until: datetime | None = None
    lockout: Lockout | None = None
    risk_warned: int = 0
    alerts: tuple[PriceAlert, ...] = ()
    alert_count: int = 0  # ever set: numbers are given once
    schedules: tuple[Recurring, ...] = ()
    schedule_count: int = 0
    frozen: tuple[Frozen, ...] = ()  # symbols in which nothing is opened
    ignored: tuple[Ignored, ...] = ()
    adopted: tuple[Adopted, ...] = ()  # differences, oldest first
    freezes: tuple[Freeze, ...] = ()  # of all symbols
    sends_silent: int = 0  # in a row, the newest included
    visibility_s: Decimal = ZERO  # learned from the venue, where it is more than it promises
    visibility_conditional_s: Decimal = ZERO
    members: tuple[Member, ...] = ()  # people beside the owner
    unprotected_s: Decimal = ZERO  # of all its positions together, since the day began
    unprotected_worst_s: Decimal = ZERO  # the longest of those times that is over
    raises: tuple[Raise, ...] = ()  # of limits, that wait
    ringing: tuple[Ringing, ...] = ()  # critical alerts that nobody has seen
    bots: Bots = Bots()
    barred: tuple[Barred, ...] = ()  # symbols in which a person lets nothing be opened

    def frozen_in(self, symbol: str) -> Frozen | None:
        """Why nothing is opened in a symbol; None when it is as any other."""
        return next((one for one in self.frozen if one.symbol == symbol), None)

    def role_of(self, person: PersonId) -> DeskRole | None:
        """What a person is who does not own the account; None for its owner and for everybody else."""
        return next((one.role for one in self.members if one.person == person), None)

    def rights_of(self, person: PersonId) -> frozenset[Right]:
        """What a person may do with the account; nothing at all for a stranger to it."""
        return rights_of(person, self.role_of(person), is_owner=person == self.owner)

    @property
    def halting(self) -> Halt:
        """The account's halt with who, why, since and until."""
        return Halt(self.halt, self.halt_reason, self.halted_by, self.halted_at, self.halt_until)


class AccountPart(Struct, frozen=True):
    """What a snapshot of an account's stream holds."""

    account: Account
    positions: tuple[Position, ...]
    orders: tuple[Order, ...]
    instruments: tuple[Instrument, ...]
    position_counts: dict[str, int]


class Book:
    """The state that decisions are made on. Screens read it through the published (parentless) book."""

    def __init__(self, parent: Book | None = None) -> None:
        self.parent = parent
        self.accounts: dict[AccountId, Account] = {}
        self.orders: dict[OrderId, Order] = {}
        self.positions: dict[PositionId, Position] = {}
        self.by_client_id: dict[ClientOrderId, OrderId] = {}
        self.by_venue_id: dict[tuple[AccountId, str], OrderId] = {}  # all names that it had
        self.current: dict[tuple[AccountId, str], PositionId] = {}
        self.position_counts: dict[tuple[AccountId, str], int] = {}
        self.instruments: dict[tuple[AccountId, str], Instrument] = {}
        self.desk_part: DeskPart | None = None
        self.marks: dict[str, Quote] = parent.marks if parent else {}
        self._shelves: dict[AccountId, Shelf] = {}

    # ------------------------------------------------------------ reading

    def account(self, account: AccountId) -> Account | None:
        """The account, or None when there is none."""
        found = self.accounts.get(account)
        return self.parent.account(account) if found is None and self.parent else found

    def account_ids(self) -> tuple[AccountId, ...]:
        """Every account's id."""
        return tuple(dict.fromkeys((*(self.parent.account_ids() if self.parent else ()), *self.accounts)))

    def order(self, order_id: OrderId) -> Order | None:
        """The order, open or recently done."""
        found = self.orders.get(order_id)
        return self.parent.order(order_id) if found is None and self.parent else found

    def order_of_client_id(self, client_order_id: ClientOrderId) -> Order | None:
        """The order behind the id that the venue knows."""
        order_id = self.by_client_id.get(client_order_id)
        if order_id is None:
            return self.parent.order_of_client_id(client_order_id) if self.parent else None
        return self.order(order_id)

    def order_of_venue_id(self, account: AccountId, venue_order_id: str) -> Order | None:
        """The order that a venue calls, or once called, so; known of orders that it has renamed (X27)."""
        order_id = self.by_venue_id.get((account, venue_order_id))
        older = self.parent.order_of_venue_id(account, venue_order_id) if self.parent else None
        return older if order_id is None else self.order(order_id)

    def position(self, position_id: PositionId) -> Position | None:
        """The position, live or recently closed."""
        found = self.positions.get(position_id)
        return self.parent.position(position_id) if found is None and self.parent else found

    def current_position(self, account: AccountId, symbol: str) -> Position | None:
        """The newest position in the symbol; while that is done, one that a late fill has opened again."""
        position_id = self.current.get((account, symbol))
        if position_id is None and self.parent is not None:
            # Which one it is may be old news; what it holds may have changed in this very batch.
            position_id = getattr(self.parent.current_position(account, symbol), "position_id", None)
        found = self.position(position_id) if position_id is not None else None
        if found is None or is_live(found):
            return found
        return next((one for one in self.live_positions(account) if one.symbol == symbol), found)

    def position_count(self, account: AccountId, symbol: str) -> int:
        """How many positions the account has begun in the symbol."""
        count = self.position_counts.get((account, symbol))
        inherited = self.parent.position_count(account, symbol) if count is None and self.parent else 0
        return inherited if count is None else count

    def instrument(self, account: AccountId, symbol: str) -> Instrument | None:
        """The contract as the account last traded it."""
        found = self.instruments.get((account, symbol))
        return self.parent.instrument(account, symbol) if found is None and self.parent else found

    @property
    def desk(self) -> DeskPart:
        """What binds every account."""
        if self.desk_part is not None:
            return self.desk_part
        return self.parent.desk if self.parent else DeskPart()

    @property
    def desk_state(self) -> HaltState:
        """The halt state that binds everybody, as it was last written down."""
        return self.desk.halt.state

    @property
    def desk_halt_reason(self) -> str:  # why the desk is halted
        return self.desk.halt.reason

    def halt_of(self, name: AccountId) -> Halt:
        """The halt of an account, or of the whole desk when `name` is `desk`."""
        if name == AccountId(DESK):
            return self.desk.halt
        account = self.account(name)
        return account.halting if account is not None else OPEN

    def live_positions(self, account: AccountId) -> Iterator[Position]:
        """Positions that hold something or have an open order, in the order in which they began."""
        if self.parent is None:
            shelf = self._shelves.get(account)
            for position_id in shelf.live if shelf else ():
                yield self.positions[position_id]
            return
        seen = set()
        for position in self.parent.live_positions(account):
            seen.add(position.position_id)
            own = self.positions.get(position.position_id, position)
            if is_live(own):
                yield own
        for position in self.positions.values():
            if position.account == account and position.position_id not in seen and is_live(position):
                yield position

    def open_orders(self, account: AccountId) -> Iterator[Order]:
        """Orders that may still fill, by position."""
        for position in self.live_positions(account):
            yield from self.orders_of(position)

    def orders_of(self, position: Position) -> list[Order]:
        """The open orders of a position."""
        # Asked several times for each command and answer: without a call for each order.
        own, older = self.orders, self.parent.orders if self.parent else self.orders
        found = (own.get(order_id) or older.get(order_id) for order_id in position.order_ids)
        return [order for order in found if order is not None and order.status not in DONE]

    def mid(self, symbol: str) -> Decimal | None:
        """The newest mid price, however old; None before the first."""
        return quote.mid if (quote := self.marks.get(symbol)) else None

    def unrealised(self, position: Position) -> Decimal:
        """Unrealised P&L at the newest mid; zero while no price is known."""
        instrument = self.instrument(position.account, position.symbol)
        mid = self.mid(position.symbol)
        if instrument is None or mid is None or not position.quantity:
            return ZERO
        return position.unrealised(instrument, mid)

    def equity(self, account: Account) -> Decimal:
        """Cash, plus what is held at the newest mid (at cost where no price is known)."""
        total = account.cash
        for position in self.live_positions(account.account):
            if not position.quantity:
                continue
            instrument = self.instrument(position.account, position.symbol)
            if instrument is not None and not instrument.is_future:
                total += position.cost
            total += self.unrealised(position)
        return total

    def forgets(self, account: AccountId) -> bool:
        """Whether done orders of the account have left the memory, so that an unknown one may be our own."""
        if self.parent is not None:
            return self.parent.forgets(account)
        shelf = self._shelves.get(account)
        return shelf is not None and len(shelf.done_orders) >= DONE_KEPT_MAX

    # ------------------------------------------------------------ writing (by apply.py only)

    def put_position(self, position: Position) -> None:
        """Store the newest state of a position."""
        self.positions[position.position_id] = position

    def put_order(self, order: Order) -> None:
        """Store the newest state of an order."""
        self.orders[order.order_id] = order
        self.by_client_id[order.client_order_id] = order.order_id
        for name in order.venue_names:
            self.by_venue_id[(order.account, name)] = order.order_id

    # ------------------------------------------------------------ staging

    def staged(self) -> Book:
        """A book on top of this one that collects changes."""
        assert self.parent is None, "a stage stands on a book, not on another stage"
        return Book(self)

    def publish(self, staged: Book) -> None:
        """Take over what a staged child changed."""
        assert staged.parent is self, "only a child can be published"
        self.accounts.update(staged.accounts)
        self.by_client_id.update(staged.by_client_id)
        self.by_venue_id.update(staged.by_venue_id)
        self.current.update(staged.current)
        self.position_counts.update(staged.position_counts)
        self.instruments.update(staged.instruments)
        if staged.desk_part is not None:
            self.desk_part = staged.desk_part
        for order in staged.orders.values():
            self._take_order(order)
        for position in staged.positions.values():
            self._take_position(position)

    def _shelf(self, account: AccountId) -> Shelf:
        shelf = self._shelves.get(account)
        if shelf is None:
            shelf = self._shelves[account] = Shelf()
        return shelf

    def _take_order(self, order: Order) -> None:
        before = self.orders.get(order.order_id)
        self.orders[order.order_id] = order
        shelf = self._shelf(order.account)
        shelf.orders[order.order_id] = None
        if order.is_open or (before is not None and not before.is_open):
            return
        shelf.done_orders.append(order.order_id)
        while len(shelf.done_orders) > DONE_KEPT_MAX:
            old = self.orders.get(shelf.done_orders.popleft())
            if old is not None and not old.is_open:
                del self.orders[old.order_id], shelf.orders[old.order_id]
                # Another hand's order that traded for two positions has a row for each, under one name.
                if self.by_client_id.get(old.client_order_id) == old.order_id:
                    del self.by_client_id[old.client_order_id]
                for name in old.venue_names:
                    self.by_venue_id.pop((old.account, name), None)

    def _take_position(self, position: Position) -> None:
        before = self.positions.get(position.position_id)
        self.positions[position.position_id] = position
        shelf = self._shelf(position.account)
        shelf.positions[position.position_id] = None
        if is_live(position):
            shelf.live[position.position_id] = None
            return
        shelf.live.pop(position.position_id, None)
        # One that began and ended between two publications counts as done as well.
        if before is not None and not is_live(before):
            return
        shelf.done_positions.append(position.position_id)
        while len(shelf.done_positions) > DONE_KEPT_MAX:
            old = self.positions.get(shelf.done_positions.popleft())
            if old is not None and not is_live(old):
                del self.positions[old.position_id], shelf.positions[old.position_id]
                if self.current.get((old.account, old.symbol)) == old.position_id:
                    del self.current[(old.account, old.symbol)]

    # ------------------------------------------------------------ snapshots

    def part(self, account: AccountId) -> AccountPart:
        """An account's share of this (parentless) book."""
        assert self.parent is None
        shelf = self._shelf(account)
        return AccountPart(
            account=self.accounts[account],
            positions=tuple(self.positions[p] for p in shelf.positions),
            orders=tuple(self.orders[o] for o in shelf.orders),
            instruments=tuple(i for (a, _), i in self.instruments.items() if a == account),
            position_counts={s: n for (a, s), n in self.position_counts.items() if a == account},
        )

    def restore(self, part: AccountPart) -> None:
        """Put an account's share back."""
        account = part.account.account
        self.accounts[account] = part.account
        for instrument in part.instruments:
            self.instruments[(account, instrument.symbol)] = instrument
        self.position_counts.update({(account, s): n for s, n in part.position_counts.items()})
        shelf = self._shelf(account)
        for order in part.orders:
            self.put_order(order)
            shelf.orders[order.order_id] = None
            if not order.is_open:
                shelf.done_orders.append(order.order_id)
        for position in part.positions:
            self.positions[position.position_id] = position
            self.current[(account, position.symbol)] = position.position_id
            shelf.positions[position.position_id] = None
            if is_live(position):
                shelf.live[position.position_id] = None
            else:
                shelf.done_positions.append(position.position_id)


def same(one: Book, other: Book) -> bool:
    """Whether two parentless books say the same of every account (marks and history bounds aside)."""
    if set(one.accounts) != set(other.accounts) or one.desk != other.desk:
        return False
    return all(_comparable(one.part(a)) == _comparable(other.part(a)) for a in one.accounts)


def _comparable(part: AccountPart) -> tuple[object, ...]:
    positions = sorted(part.positions, key=lambda position: position.position_id)
    orders = sorted(part.orders, key=lambda order: order.order_id)
    return (part.account, positions, orders, part.position_counts)
