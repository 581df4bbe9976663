"""The DCA bot: buys at once, more at each step down and on a schedule, sells all of it above the average."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trading.automations.costing import (
    capital_of,
    loss_at,
    over_budget,
    trip_of,
    under_fees,
    under_minimum,
)
from trading.automations.deal import DealMachine, DealState, Rung, away, beyond, fills, rung, toward
from trading.automations.knobs import FEE, LOSSES, REST, SLIP, decimal, whole
from trading.automations.machine import begun, rules_of
from trading.automations.preview import Line, LineKind, Preview
from trading.automations.turn import Turn
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, plain
from trading.domain.order import Side
from trading.parameters import Settings


class DcaRules(Struct, frozen=True):
    """The settings of a DCA bot, as docs/bots/dca.md explains them."""

    order: Decimal
    safety: Decimal
    safeties: int
    volume_scale: Decimal
    step_percent: Decimal
    step_scale: Decimal
    resting: int
    every_hours: Decimal
    repeats: int
    target_percent: Decimal
    stop_percent: Decimal
    rest_minutes: int
    losses_max: int
    slip_percent: Decimal
    fee_percent: Decimal


class DcaState(DealState, frozen=True, kw_only=True, tag="dca"):
    """What a DCA bot knows; `repeated`: how many purchases of the schedule this deal has made."""

    rules: DcaRules
    repeated: int = 0


def deviations(rules: DcaRules) -> tuple[Decimal, ...]:
    """How far below the first price each safety order lies, in percent."""
    found, sum_, step = [], ZERO, rules.step_percent
    for _ in range(rules.safeties):
        sum_ += step
        found.append(sum_)
        step *= rules.step_scale
    return tuple(found)


def rungs_at(rules: DcaRules, instrument: Instrument, ask: Decimal) -> tuple[Rung, ...]:
    """The first order, then the safety orders, for a deal that begins at this ask."""
    first = beyond(instrument, ask, rules.slip_percent, Side.BUY)
    made = [rung(instrument, rules.order, first, rules.fee_percent)]
    money = rules.safety
    for percent in deviations(rules):
        price = away(instrument, ask, percent, Side.BUY)
        # Steps that lead below zero are refused before a bot begins; a price of none buys nothing.
        made.append(rung(instrument, money, price, rules.fee_percent) if price > ZERO else Rung(price, ZERO))
        money *= rules.volume_scale
    return tuple(made)


class Dca(DealMachine[DcaState]):
    """See docs/bots/dca.md."""

    name = "dca"
    version = 1
    summary = "buys in steps down and on a schedule, sells everything above the average"
    state = DcaState
    parameters = (
        decimal("order", "100", "0.01", None, "money of the first purchase, and of each of the schedule"),
        decimal("safety", "100", "0.01", None, "money of the first safety order"),
        whole("safeties", 5, 0, 40, "number of safety orders"),
        decimal(
            "volume_scale", "1", "0.1", "5", "each safety order's money, as a multiple of the one before"
        ),
        decimal(
            "step_percent",
            "1.5",
            "0.01",
            "50",
            "how far below the first price the first one lies, in percent",
        ),
        decimal("step_scale", "1", "0.1", "5", "each further step, as a multiple of the one before"),
        whole("resting", 40, 1, 40, "how many of the first and the safety orders rest at once"),
        decimal("every_hours", "0", "0", "8760", "hours between purchases of the schedule; 0: no schedule"),
        whole("repeats", 0, 0, 500, "purchases of the schedule in one deal"),
        decimal("target_percent", "1.5", "0.01", "500", "where all is sold, above the average, in percent"),
        decimal(
            "stop_percent",
            "0",
            "0",
            "99",
            "where all is given up, below the first price, in percent; 0: never",
        ),
        REST,
        LOSSES,
        SLIP,
        FEE,
    )

    def begin(self, settings: Settings, budget: Decimal, instrument: Instrument, now: datetime) -> DcaState:
        return DcaState(
            **begun(settings, self.version, budget, instrument, now), rules=rules_of(settings, DcaRules)
        )

    def target(self, state: DcaState) -> Price | None:
        average = state.average
        if average is None:
            return None
        return toward(state.instrument, average, state.rules.target_percent, Side.BUY)

    def rest_after(self, state: DcaState) -> timedelta:
        return timedelta(minutes=state.rules.rest_minutes)

    def losses_max(self, state: DcaState) -> int:
        return state.rules.losses_max

    def may_rest(self, state: DcaState, number: int, resting: int) -> bool:
        # A purchase of the schedule stands behind the safety orders and waits for none of them.
        return resting < state.rules.resting or number > state.rules.safeties

    def on_price(self, turn: Turn[DcaState]) -> None:
        state = turn.state
        assert state.ask is not None
        if self.may_begin(turn):
            refusal = check(state.rules, state.may_spend, state.instrument, state.ask)
            if refusal is not None:
                turn.fail(refusal.code, refusal.sentence)
                return
            rules = state.rules
            stop = (
                away(state.instrument, state.ask, rules.stop_percent, Side.BUY)
                if rules.stop_percent
                else None
            )
            rungs = rungs_at(rules, state.instrument, state.ask)
            turn.change(repeated=0)
            self.begin_deal(turn, Side.BUY, state.ask, rungs, stop)
        else:
            self._schedule(turn)

    def _schedule(self, turn: Turn[DcaState]) -> None:
        """A purchase of the schedule, when its time has come. One that was slept through is made once."""
        state = turn.state
        deal, rules = state.deal, state.rules
        if deal is None or deal.is_leaving or state.wish is not None or state.closing:
            return
        if not rules.every_hours or state.repeated >= rules.repeats:
            return
        every = timedelta(seconds=int(rules.every_hours * 3600))
        due = int((turn.at - deal.began_at) / every)
        if due <= state.repeated:
            return
        assert state.ask is not None
        price = beyond(state.instrument, state.ask, rules.slip_percent, Side.BUY)
        more = rung(state.instrument, rules.order, price, rules.fee_percent)
        turn.change(repeated=min(due, rules.repeats), deal=replace(deal, rungs=(*deal.rungs, more)))

    def preview(
        self, settings: Settings, budget: Decimal, instrument: Instrument, price: Price
    ) -> Preview | Refusal:
        rules = rules_of(settings, DcaRules)
        refusal = check(rules, budget, instrument, price)
        if refusal is not None:
            return refusal
        rungs = rungs_at(rules, instrument, price)
        lines = [
            Line(LineKind.ENTRY, Side.BUY, one.price, one.quantity, instrument.notional(*fill).value)
            for one, fill in zip(rungs, fills(rungs), strict=True)
        ]
        first = rungs[0]
        target = toward(instrument, first.price, rules.target_percent, Side.BUY)
        lines.append(_line(instrument, LineKind.TARGET, target, first.quantity))
        all_fills = (*fills(rungs), *fills(rungs[:1]) * rules.repeats)
        quantity = sum((one.quantity for one in all_fills), ZERO)
        stop = Price(ZERO)
        if rules.stop_percent:
            stop = away(instrument, price, rules.stop_percent, Side.BUY)
            lines.append(_line(instrument, LineKind.STOP, stop, quantity))
        spent = sum((one.price * one.quantity for one in all_fills), ZERO)
        return Preview(
            self.name,
            instrument.symbol,
            instrument.currency,
            price,
            tuple(lines),
            capital=capital_of(instrument, all_fills, rules.fee_percent),
            worst=loss_at(instrument, all_fills, stop, rules.fee_percent),
            worst_at=stop,
            round_trip=trip_of(instrument, first.quantity, first.price, target, rules.fee_percent),
            facts={
                "deepest_percent": plain(deviations(rules)[-1]) if rules.safeties else "0",
                "average_when_full": plain(instrument.price_nearest(spent / quantity)),
                "has_stop": "yes" if rules.stop_percent else "no",
            },
        )


def _line(instrument: Instrument, kind: LineKind, price: Price, quantity: Decimal) -> Line:
    return Line(kind, Side.SELL, price, quantity, instrument.notional(price, quantity).value)


def check(rules: DcaRules, budget: Decimal, instrument: Instrument, ask: Decimal) -> Refusal | None:
    """Why a DCA bot with these rules would not do at this price."""
    deep = deviations(rules)[-1] if rules.safeties else ZERO
    if deep >= 100:
        text = (
            f"The last safety order would lie {plain(deep)} % below the first price, beneath zero. "
            "Make step_percent, step_scale or safeties smaller."
        )
        return Refusal("steps_too_deep", text, "step_percent", plain(rules.step_percent))
    if rules.stop_percent and rules.stop_percent <= deep:
        text = (
            f"The stop {plain(rules.stop_percent)} % below the first price would be reached before the last "
            f"safety order, which lies {plain(deep)} % below it. Make stop_percent more than {plain(deep)}."
        )
        return Refusal("stop_above_safety", text, "stop_percent", plain(rules.stop_percent))
    if rules.repeats and not rules.every_hours:
        text = f"{rules.repeats} repeats need hours between them. Give every_hours, or make repeats 0."
        return Refusal("schedule_without_time", text, "every_hours", "0")
    refusal = under_fees("target_percent", rules.target_percent, rules.fee_percent)
    if refusal is not None:
        return refusal
    rungs = rungs_at(rules, instrument, ask)
    money = rules.order
    for number, one in enumerate(rungs):
        field = "order" if number == 0 else "safety"
        refusal = under_minimum(instrument, field, one.price, one.quantity, money)
        if refusal is not None:
            return refusal
        money = rules.safety if number == 0 else money * rules.volume_scale
    planned = (*fills(rungs), *fills(rungs[:1]) * rules.repeats)
    return over_budget("safety", capital_of(instrument, planned, rules.fee_percent), budget, instrument)
