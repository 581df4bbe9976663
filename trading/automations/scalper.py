"""The scalper: quotes a little below the bid, takes a quick target counted from volatility and spread."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trading.automations.command import NoteLevel
from trading.automations.costing import (
    affordable,
    capital_of,
    cents,
    loss_at,
    over_budget,
    trip_of,
    under_fees,
    under_minimum,
)
from trading.automations.deal import DealMachine, DealState, Rung, away, fills, toward
from trading.automations.knobs import FEE, LOSSES, REST, decimal, whole
from trading.automations.machine import begun, rules_of
from trading.automations.preview import LineKind, Preview, entries_of, exit_of
from trading.automations.turn import Turn
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.money import HUNDRED, ZERO, Price, percent_of, plain
from trading.domain.order import Side
from trading.parameters import Settings


class ScalperRules(Struct, frozen=True):
    """The settings of a scalper, as docs/bots/scalper.md explains them."""

    order: Decimal
    window: int
    entry_ranges: Decimal
    target_ranges: Decimal
    stop_ranges: Decimal
    target_percent_min: Decimal
    stop_percent_max: Decimal
    spread_percent_max: Decimal
    hold_bars: int
    rest_minutes: int
    losses_max: int
    fee_percent: Decimal


class ScalperState(DealState, frozen=True, kw_only=True, tag="scalper"):
    """What a scalper knows: the true ranges of its last bars, the close before, and how far above its entry
    the deal's target lies."""

    rules: ScalperRules
    ranges: tuple[Decimal, ...] = ()
    last_close: Price | None = None
    gain: Decimal = ZERO


class Levels(Struct, frozen=True):
    """Where a scalper would enter, how far above that it would leave, and where it would give up."""

    entry: Price
    gain: Decimal
    stop: Price


def levels_of(
    rules: ScalperRules, instrument: Instrument, bid: Decimal, ask: Decimal, range_: Decimal
) -> Levels:
    """Levels at this bid and ask, when bars range over so much: the target no nearer than its least and the
    spread above it, the stop no farther than its most."""
    entry = instrument.price_down(bid - rules.entry_ranges * range_)
    least = percent_of(entry, rules.target_percent_min) + (ask - bid)
    gain = max(rules.target_ranges * range_, least)
    most = percent_of(entry, rules.stop_percent_max)
    stop = instrument.price_down(entry - min(rules.stop_ranges * range_, most))
    return Levels(entry, gain, max(stop, Price(ZERO)))


class Scalper(DealMachine[ScalperState]):
    """See docs/bots/scalper.md."""

    name = "scalper"
    version = 1
    summary = "quick small targets around spread and volatility"
    state = ScalperState
    parameters = (
        decimal("order", "100", "0.01", None, "money of each deal"),
        whole("window", 14, 2, 200, "closed bars whose mean true range is the volatility"),
        decimal("entry_ranges", "0.5", "0", "10", "how far below the bid it buys, in mean ranges"),
        decimal("target_ranges", "1", "0.1", "20", "how far above its entry it sells, in mean ranges"),
        decimal("stop_ranges", "2", "0.1", "50", "how far below its entry it gives up, in mean ranges"),
        decimal(
            "target_percent_min",
            "0.4",
            "0.01",
            "50",
            "the least target beside the spread, in percent of the entry",
        ),
        decimal("stop_percent_max", "2", "0.1", "50", "the farthest stop, in percent of the entry"),
        decimal(
            "spread_percent_max",
            "0.1",
            "0",
            "5",
            "the widest spread at which it quotes, in percent of the bid",
        ),
        whole("hold_bars", 20, 1, 10_000, "bars after which it sells whatever it brings"),
        REST,
        LOSSES,
        FEE,
    )

    def begin(
        self, settings: Settings, budget: Decimal, instrument: Instrument, now: datetime
    ) -> ScalperState:
        return ScalperState(
            **begun(settings, self.version, budget, instrument, now), rules=rules_of(settings, ScalperRules)
        )

    def target(self, state: ScalperState) -> Price | None:
        average = state.average
        return None if average is None else state.instrument.price_up(average + state.gain)

    def rest_after(self, state: ScalperState) -> timedelta:
        return timedelta(minutes=state.rules.rest_minutes)

    def losses_max(self, state: ScalperState) -> int:
        return state.rules.losses_max

    def on_price(self, turn: Turn[ScalperState]) -> None:
        """A spread that has become too wide ends the quote."""
        state = turn.state
        assert state.bid is not None and state.ask is not None
        if state.bar_at is None and state.deals == 0:
            refusal = check(state.rules, state.may_spend, state.instrument, state.bid)
            if refusal is not None:
                turn.fail(refusal.code, refusal.sentence)
        elif state.deal is not None and state.is_flat and self._is_wide(state):
            self.withdraw(turn)

    @staticmethod
    def _is_wide(state: ScalperState) -> bool:
        assert state.bid is not None and state.ask is not None
        return state.ask - state.bid > percent_of(state.bid, state.rules.spread_percent_max)

    def on_bar(self, turn: Turn[ScalperState], bar: Bar) -> None:
        state = turn.state
        before = state.last_close if state.last_close is not None else bar.open
        range_ = max(bar.high, before) - min(bar.low, before)
        turn.keep(ranges=(*state.ranges, range_)[-state.rules.window :], last_close=bar.close)
        if state.deal is not None and not state.is_flat:
            self._hold(turn)
        elif len(turn.state.ranges) == state.rules.window:
            self._quote(turn)

    def _hold(self, turn: Turn[ScalperState]) -> None:
        """What has not filled by the end of a bar in which something has is not wanted any more; and too
        long without an end is an end."""
        self.withdraw(turn)
        state = turn.state
        assert state.deal is not None
        deal = replace(state.deal, bars=state.deal.bars + 1)
        turn.keep(deal=deal)
        if deal.bars >= state.rules.hold_bars:
            turn.close_all("time")

    def _quote(self, turn: Turn[ScalperState]) -> None:
        """A quote for the next bar: a new one, or the one that rests at its new level."""
        state, rules = turn.state, turn.state.rules
        assert state.bid is not None and state.ask is not None
        if state.deal is not None and (state.deal.has_traded or state.deal.is_leaving):
            return
        mean = sum(state.ranges, ZERO) / len(state.ranges)
        seen = levels_of(rules, state.instrument, state.bid, state.ask, mean)
        if self._is_wide(state):
            self.withdraw(turn)
            turn.note(NoteLevel.INFO, "spread_wide", bid=state.bid, ask=state.ask)
            return
        quantity = affordable(state.instrument, rules.order, seen.entry, rules.fee_percent)
        if state.instrument.is_too_small(quantity, seen.entry):
            return
        if state.deal is not None:
            rungs = (Rung(seen.entry, quantity),)
            turn.change(
                deal=replace(state.deal, anchor=seen.entry, rungs=rungs, stop=seen.stop), gain=seen.gain
            )
        elif self.may_begin(turn):
            if rules.order > state.may_spend:
                turn.fail("spent", "What is left of the budget is less than one order.")
                return
            turn.change(gain=seen.gain)
            self.begin_deal(turn, Side.BUY, seen.entry, [Rung(seen.entry, quantity)], seen.stop)

    def preview(
        self, settings: Settings, budget: Decimal, instrument: Instrument, price: Price
    ) -> Preview | Refusal:
        """In a market so quiet that the least target counts and so wild that the farthest stop does."""
        rules = rules_of(settings, ScalperRules)
        refusal = check(rules, budget, instrument, price)
        if refusal is not None:
            return refusal
        quantity = affordable(instrument, rules.order, price, rules.fee_percent)
        planned = fills([Rung(price, quantity)])
        target = toward(instrument, price, rules.target_percent_min, Side.BUY)
        stop = away(instrument, price, rules.stop_percent_max, Side.BUY)
        trip = trip_of(instrument, quantity, price, target, rules.fee_percent)
        worst = loss_at(instrument, planned, stop, rules.fee_percent)
        return Preview(
            self.name,
            instrument.symbol,
            instrument.currency,
            price,
            (
                *entries_of(instrument, planned, Side.BUY),
                exit_of(instrument, LineKind.TARGET, Side.SELL, target, quantity),
                exit_of(instrument, LineKind.STOP, Side.SELL, stop, quantity),
            ),
            capital=capital_of(instrument, planned, rules.fee_percent),
            worst=worst,
            worst_at=stop,
            round_trip=trip,
            facts={
                "hit_rate_needed_percent": plain((worst / (worst + trip) * HUNDRED).quantize(Decimal("0.1"))),
                "worst_deal": cents(worst),
            },
        )


def check(rules: ScalperRules, budget: Decimal, instrument: Instrument, price: Decimal) -> Refusal | None:
    """Why a scalper with these rules would not do at this price."""
    refusal = under_fees("target_percent_min", rules.target_percent_min, rules.fee_percent)
    if refusal is not None:
        return refusal
    quantity = affordable(instrument, rules.order, price, rules.fee_percent)
    refusal = under_minimum(instrument, "order", price, quantity, rules.order)
    return refusal or over_budget("order", rules.order, budget, instrument)
