"""The doors of the trading core. Types are domain types, so no venue word and no chat word leaks in.

Each port has one contract suite in `tests/contract/` that every adapter and every fake passes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from msgspec import Struct

from trading.domain.commands import Command
from trading.domain.events import Event, Refusal
from trading.domain.ids import AccountId, ClientOrderId, CommandId, OrderId, StreamId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote
from trading.domain.measure import Indicator, Reading
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport, StreamReport
from trading.domain.request import Request
from trading.domain.risk import Approved
from trading.opinions import Allowance as Allowance
from trading.opinions import Opinion as Opinion
from trading.opinions import Proposal as Proposal
from trading.opinions import Regime as Regime
from trading.opinions import Regimes as Regimes
from trading.profile import VenueProfile as VenueProfile
from trading.registers import Pending as Pending
from trading.registers import Registers as Registers
from trading.row import BookingRow, ClosedRow, FillRow, OrderRow
from trading.vault import Place as Place
from trading.vault import ShutVault as ShutVault
from trading.vault import Vault as Vault
from trading.vault import VaultLocked as VaultLocked
from trading.venue import Probe as Probe
from trading.venue import VenueOrder as VenueOrder
from trading.venue import VenueSnapshot as VenueSnapshot
from trading.venue_keys import Credentials as Credentials
from trading.venue_keys import VenueKey as VenueKey
from trading.venue_keys import VenueKeys as VenueKeys


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The instant, aware UTC (wall clock: may jump)."""
        ...

    def elapsed_s(self) -> float:
        """Seconds on a clock that never jumps; only differences mean anything."""
        ...

    async def sleep_s(self, seconds: float) -> None:
        """Wait on the clock that never jumps."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now() >= at`."""
        ...


class Entropy(Protocol):
    """The only source of chance; seeded in simulation and replay."""

    def token(self, size: int = 16) -> bytes:
        """`size` random bytes."""
        ...

    def fraction(self) -> float:
        """Uniform in [0, 1): for choices of the paper venue and for jitter, never for money."""
        ...


class BrokerSilent(Exception):
    """Nobody knows whether the request was carried out. The only way to say so."""


class BrokerBusy(BrokerSilent):
    """Too many requests (HTTP 429, 418): this one was certainly not carried out, and whoever knocks on is
    banned. `after_s`: how long the venue wants to hear nothing (`Retry-After`); None = it does not say.
    `is_ours`: our own queue says so and not the venue, which need not be spared for that."""

    def __init__(self, sentence: str, after_s: float | None = None, *, is_ours: bool = False) -> None:
        super().__init__(sentence)
        self.after_s = after_s
        self.is_ours = is_ours


class Broker(Protocol):
    """One account at one venue. Every method has a deadline and raises `BrokerSilent` when nobody knows."""

    @property
    def profile(self) -> VenueProfile:
        """What this venue promises."""
        ...

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """Send exactly once. Returns Accepted or Rejected; fills arrive through `reports`."""
        ...

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """Send orders of one `group` (bracket, OCO) of which only the position's quantity may trade."""
        ...

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """Ask for the end of an order. Returns CanceledReported, CancelTaken or CancelRefused."""
        ...

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """Change a working order: `quantity` is the total, fills included. Replaced or ReplaceRefused."""
        ...

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order. None alone proves nothing (see VenueProfile)."""
        ...

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Fills and ends of orders since then, oldest first, as reports that can be taken again."""
        ...

    async def snapshot(self) -> VenueSnapshot:
        """Positions, open orders, cash."""
        ...

    async def probe(self) -> Probe:
        """Permissions and environment of the credentials."""
        ...

    def reports(self) -> AsyncIterator[StreamReport]:
        """What happens from now on. Raises BrokerSilent when it broke; a mended one says LinkBack."""
        ...


MarketEvent = Quote | Print | Bar


class MarketData(Protocol):
    """Prices in."""

    def instrument(self, symbol: str) -> Instrument | None:
        """The contract of an exact symbol (`BTC/USD`); None when unknown."""
        ...

    def search(self, text: str) -> Sequence[Instrument]:
        """Instruments that a person may mean by `text` (`btc`, `BTCUSD`, `es`), best first."""
        ...

    def last(self, symbol: str) -> Quote | None:
        """The newest quote, however old."""
        ...

    def stale_after_s(self, symbol: str) -> float:
        """The age from which a price of this symbol is stale: twice the feed's cadence."""
        ...

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Whether the market of this symbol trades at `at` (replays judge by the original date)."""
        ...

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        """The newest closed bars, oldest first, at most `count`."""
        ...

    def note(self, symbol: str) -> str:
        """What screens must say about this price: `REPLAY 2018-04-04 01:00`, `feed ended`, or nothing."""
        ...


class Measures(Protocol):
    """Indicators of the market's closed bars."""

    def value(self, symbol: str, indicator: Indicator, anchored_at: datetime | None = None) -> Decimal | None:
        """The indicator at the end of the newest closed bar of its frame, computed from the bar that begins
        at `anchored_at`; None while there are too few."""
        ...

    def reading(
        self, symbol: str, indicator: Indicator, anchored_at: datetime | None = None
    ) -> Reading | None:
        """The same, and where the first bar begins that it is computed from."""
        ...

    def missing(self, symbol: str, indicator: Indicator) -> int:
        """How many closed bars the indicator still waits for; 0 when it has its value."""
        ...

    def frames(self, symbol: str) -> Sequence[str]:
        """The time frames that the market's bars of a symbol can fill, finest first; none without bars."""
        ...


class Entry(Struct, frozen=True, gc=False):
    """One event on its way into a stream, with what it belongs to (one human intent) and its parent."""

    event: Event
    correlation_id: str
    causation_id: str


class KeyUse(Struct, frozen=True):
    """A command id that is used up by what it causes, with the answer that a redelivery gets.

    `fingerprint` is a hash of the command's content: the same key with another content is refused.
    """

    command_id: CommandId
    fingerprint: str
    result: bytes


class Append(Struct, frozen=True):
    """Events for one stream; `expected_seq` is the last sequence number that the writer knows."""

    stream: StreamId
    expected_seq: int
    entries: tuple[Entry, ...]
    keys: tuple[KeyUse, ...] = ()


class StoredEvent(Struct, frozen=True):
    """An event as it stands in the journal."""

    stream: StreamId
    seq: int
    event: Event
    correlation_id: str
    causation_id: str
    hash: str


class Snapshot(Struct, frozen=True):
    """The book of one stream after `seq`; `hash` is the chain's head there."""

    stream: StreamId
    seq: int
    hash: str
    body: bytes


class JournalUnavailable(Exception):
    """Nothing was written (disk full, locked, read-only): nothing may be sent. The text is a sentence."""


class StaleWriter(JournalUnavailable):
    """Another writer was here (sequence or epoch moved): reload before the next decision."""


class KeyTaken(Exception):
    """A command id was used before; `uses` are the stored ones. Nothing of the append was written."""

    def __init__(self, uses: Sequence[KeyUse]) -> None:
        super().__init__(f"{len(uses)} command ids were used before")
        self.uses = tuple(uses)


PROTOCOL = 1
"""The version of what is written down and of how orders go. Whoever changes either so that a program of
before would misread it raises the number: then that program refuses to trade on it (RELIABILITY K06)."""


class Journal(Protocol):
    """The authority and the outbox."""

    async def append(self, appends: Sequence[Append], epoch: int) -> None:
        """All or nothing, one durable transaction with the derived tables and the command keys.

        Raises JournalUnavailable (nothing written), StaleWriter, KeyTaken.
        """
        ...

    async def heads(self) -> Mapping[StreamId, tuple[int, str]]:
        """Last sequence number and hash of every stream."""
        ...

    def read(self, stream: StreamId, after: int) -> AsyncIterator[StoredEvent]:
        """Events with seq > after, in order, in bounded pages."""
        ...

    async def used(self, command_id: CommandId) -> KeyUse | None:
        """The stored answer to a command id, if it was used."""
        ...

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Store; older snapshots of the stream may go, at least two stay."""

    async def snapshots(self) -> Mapping[StreamId, Snapshot]:
        """The newest snapshot of each stream whose hash still matches the chain."""

    async def next_epoch(self, protocol: int = PROTOCOL) -> int:
        """Begin a new writer's reign: appends of older epochs are refused from now on.

        Raises JournalUnavailable when a newer protocol than the writer's has been written here: then the
        reign of whoever writes now goes on undisturbed.
        """

    async def epoch(self) -> int:
        """The number of the newest writer."""


class Ledger(Protocol):
    """The read side, for screens only: derived tables, newest first, always scoped to accounts."""

    async def fills(
        self,
        accounts: Sequence[AccountId],
        *,
        symbol: str = "",
        since: datetime | None = None,
        limit: int = 50,
    ) -> Sequence[FillRow]: ...

    async def orders(
        self, accounts: Sequence[AccountId], *, symbol: str = "", limit: int = 50
    ) -> Sequence[OrderRow]: ...

    async def requests(self, account: AccountId, order_id: OrderId) -> Sequence[Request]:
        """What was asked of the venue about an order of that account, in the order in which it was asked."""
        ...

    async def closed(
        self,
        accounts: Sequence[AccountId],
        *,
        symbol: str = "",
        since: datetime | None = None,
        before: int = 0,
        limit: int = 50,
    ) -> Sequence[ClosedRow]:
        """Positions that went flat. `before`: only those whose closing has a lower number (`ClosedRow.seq`):
        the next page, whatever is closed meanwhile. For one account at a time: numbers are a stream's own."""
        ...

    async def bookings(
        self, accounts: Sequence[AccountId], *, book: str = "", limit: int = 100
    ) -> Sequence[BookingRow]: ...

    async def totals(self, accounts: Sequence[AccountId]) -> Mapping[tuple[str, str], Decimal]:
        """Σ of the bookings by (book, currency), exact."""
        ...

    async def story(
        self,
        accounts: Sequence[AccountId],
        *,
        order_id: OrderId | None = None,
        position_id: str = "",
        symbol: str = "",
        limit: int = 200,
    ) -> Sequence[StoredEvent]:
        """The events that concern an order, a position or a symbol, oldest first: for `/why`."""
        ...

    async def newest(
        self, streams: Sequence[StreamId], *, limit: int, skip: int = 0
    ) -> Sequence[StoredEvent]:
        """Whatever happened in these streams, newest first: for `/logs`."""
        ...


class Taken(Struct, frozen=True, tag=True):
    """The command was decided and written down. `facts` name what it made (order ids, position id)."""

    command_id: CommandId
    facts: dict[str, Any] = {}
    repeated: bool = False


class Denied(Struct, frozen=True, tag=True):
    """We said no; nothing was sent. Each refusal is a sentence with its cure."""

    command_id: CommandId
    refusals: tuple[Refusal, ...]
    repeated: bool = False


class Desk(Protocol):
    """All that chat, scheduler and automations see of trading."""

    async def submit(self, command: Command) -> Taken | Denied:
        """Decide and write down. Returns after the commit; the same command id returns the same answer."""
        ...
