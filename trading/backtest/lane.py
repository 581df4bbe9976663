"""One symbol on its way through the past: it knows at which instant it does something next, and does it."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import NamedTuple

from trading.backtest.conditions import Conditions
from trading.backtest.finder import Ending, View, ending_in, first_reach, view_of
from trading.backtest.purse import Purse, Wish
from trading.backtest.results import Fill, Held, Refused, Trip
from trading.backtest.signals import NONE, Signals
from trading.backtest.striking import ENTRY, SIGNAL, TIME, at_level, at_market, dealt
from trading.backtest.ticks import Ticks
from trading.domain.events import Refusal
from trading.domain.money import ZERO, Price, Quantity

CLOSES, OPENS = 0, 2
"""Order within an instant: bars end before others begin (`trading.feeds.merging`)."""
EVERY = 1 << 30
"""Behind every symbol."""


class Moment(NamedTuple):
    """When something is next."""

    ms: int
    phase: int


class Log:
    """What has happened so far, of all symbols of a run, in its order."""

    def __init__(self) -> None:
        self.fills: list[Fill] = []
        self.trips: list[Trip] = []
        self.refused: list[Refused] = []


class Leaving(NamedTuple):
    """How a position will end: by one of its exits, or (None) at the open of a bar by what was decided."""

    bar: int
    ending: Ending | None
    why: str


class Lane:
    """One symbol: flat, waiting for the open after a decision, or holding.

    `moment` is when it acts next, None when nothing can come any more.
    """

    def __init__(self, ticks: Ticks, signals: Signals, conditions: Conditions, order: int, log: Log) -> None:
        self.ticks = ticks
        self.instrument = ticks.instrument
        self._log = log
        self.is_long = True
        self.quantity: Decimal = ZERO
        self.entry_price: Decimal = ZERO
        self.waiting: Decimal = ZERO
        self.moment: Moment | None = None
        self._signals = signals
        self._conditions = conditions
        self._order = order
        self._touch_fills = bool(conditions.rules.touch_probability)
        self._place = 0  # of the signal that is next, or that is held
        self._wanted: Decimal = ZERO  # what the entry that waits will buy
        self._leaving: Leaving | None = None
        self._entered = self._entered_ms = 0
        self._entry_fee: Decimal = ZERO
        self._views: dict[int, View] = {}
        self._next_signal(0)

    # ------------------------------------------------------------ what happens at `moment`

    def act(self, purse: Purse) -> None:
        """Do what is due, and find out when something is next."""
        if self._leaving is not None:
            self._leave(purse, self._leaving)
        elif self._wanted:
            self._enter(purse)
        else:
            self._decide(purse)

    def _next_signal(self, begin: int) -> None:
        """Go on with the first signal at or after the close of a bar."""
        self._place = bisect_left(self._signals.index, begin, self._place)
        self._await_close()

    def _await_close(self) -> None:
        if self._place >= len(self._signals):
            self.moment = None
            return
        self.moment = Moment(int(self.ticks.ends_ms[self._signals.index[self._place]]), CLOSES)

    def _decide(self, purse: Purse) -> None:
        assert self.moment is not None
        if self._is_taken(purse, self.moment.ms, self._order):
            self.moment = Moment(int(self.ticks.at_ms[self._signals.index[self._place] + 1]), OPENS)
        else:
            self._place += 1
            self._await_close()

    def _is_taken(self, purse: Purse, ms: int, order: int, opens: int | None = None) -> bool:
        """Whether the signal at hand becomes an order, and of how much; `opens`: the bar whose open is there
        already."""
        signals, place, ticks = self._signals, self._place, self.ticks
        index = signals.index[place]
        is_long = signals.side[place] > 0
        price = ticks.price(ticks.ask.close[index] if is_long else ticks.bid.close[index])
        met = None
        if opens is not None:
            met = ticks.price(ticks.ask.open[opens] if is_long else ticks.bid.open[opens])
        wish = Wish(is_long, price, self._level(signals.stop[place]), met)
        quantity = purse.quantity_of(self, wish, ms, order)
        if isinstance(quantity, Refusal):
            self._log.refused.append(Refused(ms, ticks.symbol, quantity.code))
            return False
        self.is_long, self._wanted = is_long, quantity
        self.waiting = self.instrument.notional(price, quantity).value
        return True

    def _level(self, ticks: int) -> Price | None:
        return None if ticks == NONE else self.ticks.price(ticks)

    def _enter(self, purse: Purse) -> None:
        """Take the open, and look for the bar in which it ends."""
        index = self._signals.index[self._place] + 1
        self._enter_at(purse, index)

    def _enter_at(self, purse: Purse, index: int) -> None:
        ticks, rules = self.ticks, self._conditions.rules
        price = ticks.price(ticks.ask.open[index] if self.is_long else ticks.bid.open[index])
        terms, strike = at_market(self.is_long, price)
        quantity = self._wanted
        paid, fee = dealt(self.instrument, terms, strike, Quantity(quantity), rules)
        at_ms = int(ticks.at_ms[index])
        self._log.fills.append(Fill(at_ms, ticks.symbol, self.is_long, paid, quantity, fee, ENTRY))
        self._wanted = self.waiting = ZERO
        self.quantity, self.entry_price = quantity, paid
        self._entered, self._entered_ms, self._entry_fee = index, at_ms, fee
        purse.settled -= fee
        self._await_end(index)

    def _await_end(self, index: int) -> None:
        signals, place, ticks = self._signals, self._place, self.ticks
        count, side = len(ticks), 1 if self.is_long else -1
        at = bisect_left(signals.exits, index)
        leave = signals.exits[at] + 1 if at < len(signals.exits) else count
        due = signals.leave_by[place]
        end, why = (due, TIME) if due < leave else (leave, SIGNAL)
        view = self._view(side)
        levels = (signals.stop[place], signals.target[place], signals.trail[place])
        found = first_reach(view, side, index, end, *levels, self._touch_fills)
        if found.bar < end:
            ending = ending_in(view, side, found, *levels, found.bar == index, self._touch_fills)
            self._leaving = Leaving(found.bar, ending, ending.why)
            clock = ticks.at_ms if ending.at_open else ticks.ends_ms
            self.moment = Moment(int(clock[found.bar]), OPENS if ending.at_open else CLOSES)
        elif end < count:
            self._leaving = Leaving(end, None, why)
            self.moment = Moment(int(ticks.at_ms[end]), OPENS)
        else:
            self._leaving, self.moment = None, None

    def _view(self, side: int) -> View:
        view = self._views.get(side)
        if view is None:
            view = view_of(self.ticks.bid if side > 0 else self.ticks.ask, side)
            self._views[side] = view
        return view

    def _leave(self, purse: Purse, leaving: Leaving) -> None:
        ticks, quantity, why = self.ticks, self.quantity, leaving.why
        bar, ending = leaving.bar, leaving.ending
        is_buy = not self.is_long
        if ending is None:
            side = ticks.ask if is_buy else ticks.bid
            terms, strike = at_market(is_buy, ticks.price(side.open[bar]))
        else:
            terms, strike = at_level(
                why,
                is_buy,
                ticks.price(ending.level),
                ticks.price(ending.met),
                at_open=ending.at_open,
                arrives=bar == self._entered,
                touch_fills=self._touch_fills,
            )
        price, fee = dealt(self.instrument, terms, strike, Quantity(quantity), self._conditions.rules)
        assert self.moment is not None, "it leaves when its moment has come"
        ms = self.moment.ms
        self._log.fills.append(Fill(ms, self.instrument.symbol, is_buy, price, quantity, fee, why))
        self._settle(purse, price, fee, ms, why)
        self._leaving = None
        if why == SIGNAL and self._turns_round(purse, bar):
            self._enter_at(purse, bar)
        else:
            self._next_signal(bar)

    def _turns_round(self, purse: Purse, index: int) -> bool:
        """Whether the bar that said leave also said enter the other way: then the same open does both."""
        before = self._place
        self._place = bisect_left(self._signals.index, index - 1, self._place)
        if self._place < len(self._signals) and self._signals.index[self._place] == index - 1:
            wants_long = self._signals.side[self._place] > 0
            if wants_long != self.is_long:
                # At an open, whatever closes at that instant has closed.
                return self._is_taken(purse, int(self.ticks.at_ms[index]), EVERY, index)
        self._place = before
        return False

    def _settle(self, purse: Purse, price: Decimal, fee: Decimal, ms: int, why: str) -> None:
        instrument, quantity, entry = self.instrument, self.quantity, self.entry_price
        per_unit = price - entry if self.is_long else entry - price
        realised = per_unit * quantity * instrument.multiplier
        stop = self._level(self._signals.stop[self._place])
        risk = abs(entry - stop) * quantity * instrument.multiplier if stop is not None else None
        purse.settled += realised - fee
        self._log.trips.append(
            Trip(
                instrument.symbol,
                self.is_long,
                quantity,
                entry,
                price,
                self._entered_ms,
                ms,
                realised,
                self._entry_fee + fee,
                why,
                risk,
            )
        )
        self.quantity = ZERO

    # ------------------------------------------------------------ what others ask

    def mid_at(self, ms: int, order: int) -> Decimal:
        """The mid of the newest bar that has closed by then; at one instant, symbols close in their order."""
        ticks = self.ticks
        ends = ticks.ends_ms
        index = int(ends.searchsorted(ms, "right" if self._order <= order else "left")) - 1
        if ticks.is_one_price:
            return ticks.price(ticks.bid.close[index])
        return (ticks.price(ticks.bid.close[index]) + ticks.price(ticks.ask.close[index])) / 2

    def held(self) -> Held | None:
        """What is left at the end."""
        if not self.quantity:
            return None
        instrument, side = self.instrument, self.ticks.bid if self.is_long else self.ticks.ask
        price = self.ticks.price(side.close[-1])
        cost = instrument.notional(self.entry_price, self.quantity).value
        now = instrument.notional(price, self.quantity).value
        gained = now - cost if self.is_long else cost - now
        return Held(
            self.ticks.symbol,
            self.is_long,
            self.quantity,
            self.entry_price,
            self._entered_ms,
            gained,
            self._entry_fee,
        )
