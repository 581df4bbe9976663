"""Notes how far the price goes while positions are open, so that a later question needs no old bars.

It listens to the market beside the engine, and writes now and then through the registers: nothing here is on
an order's path. After a restart the bars that the market remembers say what was not heard meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import json

from trading.domain.book import Book
from trading.domain.events import OrderFilled, PositionClosed
from trading.domain.ids import AccountId, PositionId
from trading.domain.market import Bar, Print, Quote
from trading.domain.position import Position
from trading.excursion import UNHEARD_MAX, Path
from trading.ports import Clock, JournalUnavailable, MarketData, Registers, StoredEvent

EVERY_S = 60.0
"""How often it is written down, at most: what a crash can take is in the bars of the last minutes."""
CLOSED_MAX = 500
"""Closed positions of an account whose paths are kept, the newest: as many as `/stats` looks at."""
BARS_MAX = 2_000
"""More than the market remembers: all of it."""
OPEN_NAME = "paths:open"
_Kept = dict[PositionId, Path]
_decode = json.Decoder(_Kept).decode
_encode = json.Encoder(decimal_format="string").encode


class Extremes:
    """`trading.excursion.Paths` over the market's prices.

    Call `load` once, then `hear` with every event of the market and `committed` with every batch of events;
    `run` writes. A price costs the same however many hold its symbol: it widens the stretch that runs now,
    and positions take over whole stretches when they end or are written down.

    Args:
        market: whose bars tell what was not heard.
        registers: where it is written down, one fact for all open positions, one an account for the others.
        book: the published book.
    """

    def __init__(
        self, market: MarketData, registers: Registers, clock: Clock, book: Callable[[], Book]
    ) -> None:
        self._market = market
        self._registers = registers
        self._clock = clock
        self._book = book
        self._open: dict[PositionId, _Held] = {}
        self._runs: dict[str, _Run] = {}
        self._ended: dict[AccountId, _Kept] = {}
        """What is to be written of closed positions."""
        self._is_changed = False

    async def load(self) -> None:
        """Go on with what was written down; positions that were never heard of begin at their first fill."""
        text = await self._registers.meta(OPEN_NAME)
        noted = _decode(text) if text else {}
        book = self._book()
        for name in book.account_ids():
            for position in book.live_positions(name):
                if position.is_open:
                    self._begin(position, noted.pop(position.position_id, None))
        for position_id, path in noted.items():
            closed = book.position(position_id)
            if closed is not None:
                self._end(_Held(closed, path), closed.closed_at or path.until)

    # ------------------------------------------------------------ listening

    def hear(self, event: Quote | Print | Bar) -> None:
        """A price: nothing where nothing is held in its symbol."""
        run = self._runs.get(event.symbol)
        if run is None:
            return
        if isinstance(event, Bar):
            run.take(event.low, event.high, event.at, event.ends_at)
        else:
            price = event.mid if isinstance(event, Quote) else event.price
            run.take(price, price, event.at, event.at)
        self._is_changed = True

    def committed(self, stored: Sequence[StoredEvent]) -> None:
        """Positions begin with their first fill and end when they are flat."""
        for one in stored:
            event = one.event
            if isinstance(event, OrderFilled) and event.position_id not in self._open:
                position = self._book().position(event.position_id)
                if position is not None and position.is_open:
                    self._begin(position, self._ended.get(event.account, {}).pop(event.position_id, None))
            elif isinstance(event, PositionClosed):
                held = self._open.pop(event.position_id, None)
                if held is not None:
                    self._end(held, event.at)
                    run = self._runs[held.symbol]
                    run.holders -= 1
                    if not run.holders:
                        del self._runs[held.symbol]

    # ------------------------------------------------------------ asking and writing

    async def paths_of(self, account: AccountId) -> Mapping[str, Path]:
        """As `Paths`. Raises JournalUnavailable."""
        kept = await self._closed(account)
        kept |= self._ended.get(account, {})
        self._take_over()
        kept |= {name: held.path for name, held in self._open.items() if held.account == account}
        return {str(name): path for name, path in kept.items()}

    def open_path(self, position_id: str) -> Path | None:
        """As `Paths`."""
        held = self._open.get(PositionId(position_id))
        if held is None:
            return None
        run = self._runs[held.symbol]
        self._catch_up(held)
        held.first = len(run.stretches)
        run.begin(run.stretches[-1].since)
        return held.path

    async def run(self) -> None:
        """Write now and then, for ever."""
        while True:
            await self._clock.sleep_s(EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write down what has changed; what cannot be written now is tried again the next time."""
        try:
            for account, ended in list(self._ended.items()):
                kept = await self._closed(account) | ended
                newest = sorted(kept.items(), key=lambda one: one[1].until)[-CLOSED_MAX:]
                await self._registers.put_meta(_closed_name(account), _encode(dict(newest)).decode())
                # What has ended meanwhile waits for the next time.
                left = {name: path for name, path in self._ended[account].items() if name not in ended}
                self._ended[account] = left
                if not left:
                    del self._ended[account]
            if self._is_changed:
                self._take_over()
                open_now = {name: held.path for name, held in self._open.items()}
                await self._registers.put_meta(OPEN_NAME, _encode(open_now).decode())
                self._is_changed = False
        except JournalUnavailable:
            return

    # ------------------------------------------------------------ inside

    def _begin(self, position: Position, path: Path | None) -> None:
        held = _Held(position, path or self._first(position))
        self._open[position.position_id] = held
        run = self._runs.setdefault(position.symbol, _Run())
        held.first = run.begin(held.path.since)
        run.holders += 1
        self._is_changed = True

    def _end(self, held: _Held, at: datetime) -> None:
        self._catch_up(held)
        self._fill(held, at)
        path = held.path
        if at - path.until <= UNHEARD_MAX:
            path = path.with_price(path.lowest, path.highest, path.until, at)
        self._ended.setdefault(held.account, {})[held.position_id] = path
        self._is_changed = True

    def _take_over(self) -> None:
        """Have every open position take over what was heard; then the stretches begin anew."""
        for held in self._open.values():
            self._catch_up(held)
            held.first = 0
        for run in self._runs.values():
            run.renew()

    def _catch_up(self, held: _Held) -> None:
        run = self._runs.get(held.symbol)
        for stretch in run.stretches[held.first :] if run is not None else ():
            if stretch.low is not None and stretch.high is not None:
                self._take(held, stretch.low, stretch.high, stretch.at, stretch.until)

    def _take(self, held: _Held, low: Decimal, high: Decimal, at: datetime, until: datetime) -> None:
        """A stretch of prices; what went before it unheard is asked of the market's bars."""
        if at - held.path.until > UNHEARD_MAX:
            self._fill(held, at)
        self._join(held, low, high, at, until)

    def _fill(self, held: _Held, until: datetime) -> None:
        """What the market's bars say between the last price and `until`."""
        for bar in self._market.bars(held.symbol, BARS_MAX):
            if bar.at >= held.path.since and held.path.until < bar.ends_at <= until:
                self._join(held, bar.low, bar.high, bar.at, bar.ends_at)

    def _join(self, held: _Held, low: Decimal, high: Decimal, at: datetime, until: datetime) -> None:
        if at - held.path.until > UNHEARD_MAX and self._rested(held, at):
            at = held.path.until
        held.path = held.path.with_price(low, high, at, until)

    def _rested(self, held: _Held, at: datetime) -> bool:
        """Whether the market was closed since the last price, but for as long as is let pass."""
        is_open = self._market.is_open
        begun, ended = held.path.until + UNHEARD_MAX, at - UNHEARD_MAX
        return not is_open(held.symbol, begun) and not is_open(held.symbol, ended)

    def _first(self, position: Position) -> Path:
        """A path that begins with the entry, at what it cost."""
        instrument = self._book().instrument(position.account, position.symbol)
        since = position.opened_at or self._clock.now()
        price = (instrument and position.average_price(instrument)) or Decimal(0)
        return Path(price, price, since, since)

    async def _closed(self, account: AccountId) -> _Kept:
        text = await self._registers.meta(_closed_name(account))
        return _decode(text) if text else {}


class _Stretch:
    """The extremes of prices heard one after the other; `since`: from when on they count."""

    __slots__ = ("at", "high", "low", "since", "until")

    def __init__(self, since: datetime) -> None:
        self.since = self.at = self.until = since
        self.low: Decimal | None = None
        self.high: Decimal | None = None


class _Run:
    """What is heard of one symbol, in stretches: a new one with each position and after each break."""

    __slots__ = ("holders", "stretches")

    def __init__(self) -> None:
        self.stretches: list[_Stretch] = []
        self.holders = 0

    def begin(self, since: datetime) -> int:
        """A new stretch; its number."""
        self.stretches.append(_Stretch(since))
        return len(self.stretches) - 1

    def renew(self) -> None:
        """Forget what all positions have taken over."""
        self.stretches = [_Stretch(self.stretches[-1].since)]

    def take(self, low: Decimal, high: Decimal, at: datetime, until: datetime) -> None:
        """A price, or the range of a bar: one that began before the newest position counts for the others."""
        for stretch in reversed(self.stretches):
            if at >= stretch.since:
                break
        else:
            return
        if stretch.low is None or stretch.high is None:
            stretch.low, stretch.high, stretch.at, stretch.until = low, high, at, until
        elif at - stretch.until > UNHEARD_MAX:
            self.begin(stretch.since)
            self.take(low, high, at, until)
        else:
            stretch.low, stretch.high = min(stretch.low, low), max(stretch.high, high)
            stretch.until = max(stretch.until, until)


class _Held:
    """An open position, its path so far, and the number of its first stretch that is not in it."""

    __slots__ = ("account", "first", "path", "position_id", "symbol")

    def __init__(self, position: Position, path: Path) -> None:
        self.account = position.account
        self.position_id = position.position_id
        self.symbol = position.symbol
        self.path = path
        self.first = 0


def _closed_name(account: AccountId) -> str:
    return f"paths:closed:{account}"
