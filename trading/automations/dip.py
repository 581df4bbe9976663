"""The dip bot: waits for a fall from a high, and for a sign that it is over, then buys in a ladder."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trading.automations.command import NoteLevel
from trading.automations.costing import capital_of, loss_at, over_budget, trip_of, under_fees, under_minimum
from trading.automations.deal import DealMachine, DealState, Rung, away, beyond, fills, rung, toward
from trading.automations.knobs import FEE, LOSSES, REST, SLIP, choice, decimal, whole
from trading.automations.machine import begun, rules_of
from trading.automations.preview import LineKind, Preview, entries_of, exit_of
from trading.automations.turn import Turn
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.money import HUNDRED, ZERO, Price, plain
from trading.domain.order import Side
from trading.parameters import Settings


class DipRules(Struct, frozen=True):
    """The settings of a dip bot, as docs/bots/dip.md explains them."""

    drop_percent: Decimal
    window: int
    confirm: str
    rebound_percent: Decimal
    order: Decimal
    entries: int
    ladder_percent: Decimal
    volume_scale: Decimal
    target_percent: Decimal
    stop_percent: Decimal
    hold_bars: int
    rest_minutes: int
    losses_max: int
    slip_percent: Decimal
    fee_percent: Decimal


class DipState(DealState, frozen=True, kw_only=True, tag="dip"):
    """What a dip bot knows: the highs of its window, and of a fall that waits for its sign the lowest low
    and the close before."""

    rules: DipRules
    highs: tuple[Price, ...] = ()
    low: Price | None = None
    last_close: Price | None = None


def rungs_at(rules: DipRules, instrument: Instrument, price: Decimal) -> tuple[Rung, ...]:
    """The ladder of a deal that begins at this price: the first at once, the others below."""
    found = []
    money = rules.order
    for number in range(rules.entries):
        if number == 0:
            limit = beyond(instrument, price, rules.slip_percent, Side.BUY)
        else:
            limit = away(instrument, price, rules.ladder_percent * number, Side.BUY)
        found.append(rung(instrument, money, limit, rules.fee_percent))
        money *= rules.volume_scale
    return tuple(found)


class Dip(DealMachine[DipState]):
    """See docs/bots/dip.md."""

    name = "dip"
    version = 1
    summary = "buys in a ladder after a fall that seems to be over, sells above the average"
    state = DipState
    parameters = (
        decimal(
            "drop_percent", "5", "0.1", "90", "how far the close must lie below the window's high, in percent"
        ),
        whole("window", 48, 2, 500, "closed bars in which the high is looked for"),
        choice("confirm", "rebound", ("none", "rebound", "candle"), "the sign that the fall is over"),
        decimal(
            "rebound_percent",
            "1",
            "0.01",
            "50",
            "how far a close must lie above the low, in percent (rebound)",
        ),
        decimal("order", "100", "0.01", None, "money of the first purchase"),
        whole("entries", 3, 1, 10, "number of purchases in the ladder"),
        decimal(
            "ladder_percent", "1.5", "0.01", "30", "distance between them, in percent of the first price"
        ),
        decimal("volume_scale", "1", "0.1", "5", "each purchase's money, as a multiple of the one before"),
        decimal("target_percent", "2", "0.01", "500", "where all is sold, above the average, in percent"),
        decimal("stop_percent", "8", "0.1", "99", "where all is given up, below the first price, in percent"),
        whole("hold_bars", 0, 0, 100_000, "bars after which all is sold whatever it brings; 0: never"),
        REST,
        LOSSES,
        SLIP,
        FEE,
    )

    def begin(self, settings: Settings, budget: Decimal, instrument: Instrument, now: datetime) -> DipState:
        return DipState(
            **begun(settings, self.version, budget, instrument, now), rules=rules_of(settings, DipRules)
        )

    def target(self, state: DipState) -> Price | None:
        average = state.average
        if average is None:
            return None
        return toward(state.instrument, average, state.rules.target_percent, Side.BUY)

    def rest_after(self, state: DipState) -> timedelta:
        return timedelta(minutes=state.rules.rest_minutes)

    def losses_max(self, state: DipState) -> int:
        return state.rules.losses_max

    def on_price(self, turn: Turn[DipState]) -> None:
        """It thinks when a bar closes; only what it cannot do at all it says at once."""
        state = turn.state
        if state.bar_at is None and state.deals == 0 and state.ask is not None:
            refusal = check(state.rules, state.may_spend, state.instrument, state.ask)
            if refusal is not None:
                turn.fail(refusal.code, refusal.sentence)

    def on_bar(self, turn: Turn[DipState], bar: Bar) -> None:
        state = turn.state
        if state.deal is not None:
            self._hold(turn)
        elif self.may_begin(turn) and len(state.highs) == state.rules.window:
            self._watch(turn, bar)
        highs = (*turn.state.highs, bar.high)[-state.rules.window :]
        turn.keep(highs=highs, last_close=bar.close)

    def _hold(self, turn: Turn[DipState]) -> None:
        """Another bar of the deal: too long without an end is an end."""
        state = turn.state
        assert state.deal is not None
        deal = replace(state.deal, bars=state.deal.bars + 1)
        turn.keep(deal=deal)
        if state.rules.hold_bars and deal.bars >= state.rules.hold_bars:
            if state.is_flat:
                self.withdraw(turn)
            else:
                turn.close_all("time")

    def _watch(self, turn: Turn[DipState], bar: Bar) -> None:
        """Is this a fall, and is it over?"""
        state, rules = turn.state, turn.state.rules
        high = max(state.highs)
        if state.low is None:
            if bar.close > high * (HUNDRED - rules.drop_percent) / HUNDRED:
                return
            turn.note(NoteLevel.INFO, "dip_seen", high=high, close=bar.close)
            turn.keep(low=bar.low)
            if rules.confirm == "none":
                self._enter(turn)
            return
        if bar.close >= high:
            turn.note(NoteLevel.INFO, "dip_over", high=high, close=bar.close)
            turn.keep(low=None)
            return
        low = min(state.low, bar.low)
        turn.keep(low=low)
        if rules.confirm == "rebound":
            is_over = bar.close >= low * (HUNDRED + rules.rebound_percent) / HUNDRED
        else:
            is_over = bar.close > bar.open and state.last_close is not None and bar.close > state.last_close
        if is_over:
            self._enter(turn)

    def _enter(self, turn: Turn[DipState]) -> None:
        state = turn.state
        assert state.ask is not None
        turn.keep(low=None)
        refusal = check(state.rules, state.may_spend, state.instrument, state.ask)
        if refusal is not None:
            turn.fail(refusal.code, refusal.sentence)
            return
        rungs = rungs_at(state.rules, state.instrument, state.ask)
        stop = away(state.instrument, state.ask, state.rules.stop_percent, Side.BUY)
        self.begin_deal(turn, Side.BUY, state.ask, rungs, stop)

    def preview(
        self, settings: Settings, budget: Decimal, instrument: Instrument, price: Price
    ) -> Preview | Refusal:
        """As if the sign came at this price."""
        rules = rules_of(settings, DipRules)
        refusal = check(rules, budget, instrument, price)
        if refusal is not None:
            return refusal
        planned = fills(rungs_at(rules, instrument, price))
        stop = away(instrument, price, rules.stop_percent, Side.BUY)
        target = toward(instrument, planned[0].price, rules.target_percent, Side.BUY)
        quantity = sum((one.quantity for one in planned), ZERO)
        return Preview(
            self.name,
            instrument.symbol,
            instrument.currency,
            price,
            (
                *entries_of(instrument, planned, Side.BUY),
                exit_of(instrument, LineKind.TARGET, Side.SELL, target, planned[0].quantity),
                exit_of(instrument, LineKind.STOP, Side.SELL, stop, quantity),
            ),
            capital=capital_of(instrument, planned, rules.fee_percent),
            worst=loss_at(instrument, planned, stop, rules.fee_percent),
            worst_at=stop,
            round_trip=trip_of(instrument, planned[0].quantity, planned[0].price, target, rules.fee_percent),
            facts={"needs_high": plain(instrument.price_up(price * 100 / (100 - rules.drop_percent)))},
        )


def check(rules: DipRules, budget: Decimal, instrument: Instrument, price: Decimal) -> Refusal | None:
    """Why a dip bot with these rules would not do at this price."""
    deep = rules.ladder_percent * (rules.entries - 1)
    if rules.stop_percent <= deep:
        text = (
            f"The stop {plain(rules.stop_percent)} % below the first price would be reached before the last "
            f"purchase of the ladder, which lies {plain(deep)} % below it. "
            f"Make stop_percent more than {plain(deep)}."
        )
        return Refusal("stop_above_ladder", text, "stop_percent", plain(rules.stop_percent))
    refusal = under_fees("target_percent", rules.target_percent, rules.fee_percent)
    if refusal is not None:
        return refusal
    rungs = rungs_at(rules, instrument, price)
    money = rules.order
    for one in rungs:
        refusal = under_minimum(instrument, "order", one.price, one.quantity, money)
        if refusal is not None:
            return refusal
        money *= rules.volume_scale
    return over_budget("order", capital_of(instrument, fills(rungs), rules.fee_percent), budget, instrument)
