"""The momentum bot: goes with a breakout from the channel of the last bars, and trails its stop behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trading.automations.command import NoteLevel
from trading.automations.costing import Fill, affordable, capital_of, cents, loss_at, trip_of, under_minimum
from trading.automations.deal import Deal, DealMachine, DealState, Rung, away, beyond, fills, toward
from trading.automations.knobs import FEE, LOSSES, REST, SLIP, choice, decimal, whole
from trading.automations.machine import begun, rules_of
from trading.automations.preview import LineKind, Preview, entries_of, exit_of
from trading.automations.turn import Turn
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.money import HUNDRED, Price, percent_of, plain
from trading.domain.order import Side
from trading.parameters import Settings


class MomentumRules(Struct, frozen=True):
    """The settings of a momentum bot, as docs/bots/momentum.md explains them."""

    channel: int
    direction: str
    strength: str
    strength_bars: int
    strength_percent: Decimal
    trail_percent: Decimal
    exit_channel: int
    risk_percent: Decimal
    rest_minutes: int
    losses_max: int
    slip_percent: Decimal
    fee_percent: Decimal


class MomentumState(DealState, frozen=True, kw_only=True, tag="momentum"):
    """What a momentum bot knows: highs, lows and closes of its last bars, the closes of the instrument that
    it is compared with, and when the newest of those opened."""

    rules: MomentumRules
    highs: tuple[Price, ...] = ()
    lows: tuple[Price, ...] = ()
    closes: tuple[Price, ...] = ()
    other_closes: tuple[Price, ...] = ()
    other_at: datetime | None = None


def change_percent(closes: tuple[Price, ...], close: Price, bars: int) -> Decimal | None:
    """How far `close` lies above the close `bars` before it, in percent; None: not so many are known."""
    if len(closes) < bars:
        return None
    return (close / closes[-bars] - 1) * HUNDRED


def size_of(
    rules: MomentumRules, budget: Decimal, instrument: Instrument, limit: Price, side: Side
) -> Decimal:
    """Whole lots of an entry: what the budget buys, and no more than what risks `risk_percent` of it on the
    way to the first stop, fees of both ways included."""
    most = affordable(instrument, budget, limit, rules.fee_percent)
    stop = away(instrument, limit, rules.trail_percent, side)
    unit = loss_at(instrument, [Fill(limit, Decimal(1))], stop, rules.fee_percent, long=side is Side.BUY)
    by_risk = instrument.quantity_down(percent_of(budget, rules.risk_percent) / unit)
    return min(most, by_risk)


def trailed(deal: Deal, bar: Bar, percent: Decimal, instrument: Instrument) -> Deal:
    """The deal after a bar: its best price, and its stop that far behind it, never farther than before."""
    assert deal.best is not None and deal.stop is not None
    if deal.side is Side.BUY:
        best = max(deal.best, bar.high)
        return replace(deal, best=best, stop=max(deal.stop, away(instrument, best, percent, deal.side)))
    best = min(deal.best, bar.low)
    return replace(deal, best=best, stop=min(deal.stop, away(instrument, best, percent, deal.side)))


class Momentum(DealMachine[MomentumState]):
    """See docs/bots/momentum.md."""

    name = "momentum"
    version = 1
    summary = "goes with a breakout from the channel, with a trailing stop"
    state = MomentumState
    parameters = (
        whole("channel", 20, 2, 500, "closed bars whose highest high and lowest low make the channel"),
        choice("direction", "long", ("long", "short", "both"), "which breakouts it follows"),
        choice(
            "strength",
            "off",
            ("off", "own", "other"),
            "what must confirm: nothing, its own change, more than the other's",
        ),
        whole("strength_bars", 20, 1, 500, "bars over which the change is measured"),
        decimal("strength_percent", "2", "0", "500", "how much the change must be, in percent"),
        decimal(
            "trail_percent", "4", "0.1", "50", "how far the stop trails behind the best price, in percent"
        ),
        whole(
            "exit_channel", 0, 0, 500, "closed bars whose opposite end also ends the deal; 0: the stop alone"
        ),
        decimal(
            "risk_percent",
            "5",
            "0.1",
            "100",
            "most that a deal may lose at its first stop, in percent of the budget",
        ),
        REST,
        LOSSES,
        SLIP,
        FEE,
    )

    def begin(
        self, settings: Settings, budget: Decimal, instrument: Instrument, now: datetime
    ) -> MomentumState:
        return MomentumState(
            **begun(settings, self.version, budget, instrument, now), rules=rules_of(settings, MomentumRules)
        )

    def target(self, state: MomentumState) -> Price | None:
        """None: a breakout runs until its stop."""
        return None

    def rest_after(self, state: MomentumState) -> timedelta:
        return timedelta(minutes=state.rules.rest_minutes)

    def losses_max(self, state: MomentumState) -> int:
        return state.rules.losses_max

    def on_price(self, turn: Turn[MomentumState]) -> None:
        """It thinks when a bar closes; only what it cannot do at all it says at once."""
        state = turn.state
        if state.bar_at is None and state.deals == 0 and state.ask is not None:
            refusal = check(state.rules, state.may_spend, state.instrument, state.ask)
            if refusal is not None:
                turn.fail(refusal.code, refusal.sentence)

    def on_other_bar(self, turn: Turn[MomentumState], bar: Bar) -> None:
        state = turn.state
        if state.rules.strength != "other" or (state.other_at is not None and bar.at <= state.other_at):
            return
        closes = (*state.other_closes, bar.close)[-state.rules.strength_bars - 1 :]
        turn.keep(other_closes=closes, other_at=bar.at)

    def on_bar(self, turn: Turn[MomentumState], bar: Bar) -> None:
        state, rules = turn.state, turn.state.rules
        if state.deal is not None:
            self._follow(turn, bar)
        elif self.may_begin(turn) and len(state.highs) >= rules.channel:
            self._break(turn, bar)
        kept = max(rules.channel, rules.exit_channel)
        state = turn.state
        turn.keep(
            highs=(*state.highs, bar.high)[-kept:],
            lows=(*state.lows, bar.low)[-kept:],
            closes=(*state.closes, bar.close)[-rules.strength_bars :],
        )

    def _break(self, turn: Turn[MomentumState], bar: Bar) -> None:
        """A close beyond the channel of the bars before it."""
        state, rules = turn.state, turn.state.rules
        if bar.close > max(state.highs[-rules.channel :]) and rules.direction != "short":
            side = Side.BUY
        elif bar.close < min(state.lows[-rules.channel :]) and rules.direction != "long":
            side = Side.SELL
        else:
            return
        strength = self._strength(state, bar)
        if rules.strength != "off" and (strength is None or strength * side.sign < rules.strength_percent):
            shown = "unknown" if strength is None else strength.quantize(Decimal("0.001"))
            turn.note(NoteLevel.INFO, "breakout_weak", side=side.value, close=bar.close, strength=shown)
            return
        price = state.ask if side is Side.BUY else state.bid
        assert price is not None
        limit = beyond(state.instrument, price, rules.slip_percent, side)
        quantity = size_of(rules, state.may_spend, state.instrument, limit, side)
        if not quantity or state.instrument.is_too_small(quantity, limit):
            turn.fail("spent", "What is left of the budget buys less than the venue trades.")
            return
        stop = away(state.instrument, price, rules.trail_percent, side)
        self.begin_deal(turn, side, price, [Rung(limit, quantity)], stop)

    @staticmethod
    def _strength(state: MomentumState, bar: Bar) -> Decimal | None:
        """The change over the last bars, or how much it exceeds the other's; None: not known, as when the
        other's bar of the same instant has not come."""
        rules = state.rules
        own = change_percent(state.closes, bar.close, rules.strength_bars)
        if rules.strength != "other" or own is None:
            return own
        if state.other_at != bar.at:
            return None
        closes = state.other_closes
        theirs = change_percent(closes[:-1], closes[-1], rules.strength_bars)
        return None if theirs is None else own - theirs

    def _follow(self, turn: Turn[MomentumState], bar: Bar) -> None:
        """An entry that has not filled by now is not wanted any more; the stop comes nearer, never goes."""
        state, size = turn.state, turn.state.rules.exit_channel
        assert state.deal is not None
        if state.deal.bars >= 1:
            self.withdraw(turn)
        deal = turn.state.deal
        assert deal is not None
        if not state.is_flat:
            deal = trailed(deal, bar, state.rules.trail_percent, state.instrument)
        is_nearer = deal.stop != state.deal.stop
        (turn.change if is_nearer else turn.keep)(deal=replace(deal, bars=deal.bars + 1))
        if size and len(state.lows) >= size and not state.is_flat:
            fallen = deal.side is Side.BUY and bar.close < min(state.lows[-size:])
            risen = deal.side is Side.SELL and bar.close > max(state.highs[-size:])
            if fallen or risen:
                turn.close_all("channel")

    def preview(
        self, settings: Settings, budget: Decimal, instrument: Instrument, price: Price
    ) -> Preview | Refusal:
        """As if it broke out at this price, upward unless it only goes short."""
        rules = rules_of(settings, MomentumRules)
        refusal = check(rules, budget, instrument, price)
        if refusal is not None:
            return refusal
        side = Side.SELL if rules.direction == "short" else Side.BUY
        limit = beyond(instrument, price, rules.slip_percent, side)
        planned = fills([Rung(limit, size_of(rules, budget, instrument, limit, side))])
        quantity = planned[0].quantity
        stop = away(instrument, price, rules.trail_percent, side)
        # The stop trails from here on: after a way of twice the trail it stands about one trail in front.
        left_at = away(
            instrument, toward(instrument, limit, rules.trail_percent * 2, side), rules.trail_percent, side
        )
        bought, sold = (limit, left_at) if side is Side.BUY else (left_at, limit)
        return Preview(
            self.name,
            instrument.symbol,
            instrument.currency,
            price,
            (
                *entries_of(instrument, planned, side),
                exit_of(instrument, LineKind.STOP, side.opposite, stop, quantity),
            ),
            capital=capital_of(instrument, planned, rules.fee_percent),
            worst=loss_at(instrument, planned, stop, rules.fee_percent, long=side is Side.BUY),
            worst_at=stop,
            round_trip=trip_of(instrument, quantity, bought, sold, rules.fee_percent),
            facts={
                "trip_ends_at": plain(left_at),
                "risk_at_most": cents(percent_of(budget, rules.risk_percent)),
            },
        )


def check(rules: MomentumRules, budget: Decimal, instrument: Instrument, price: Decimal) -> Refusal | None:
    """Why a momentum bot with these rules would not do at this price."""
    if rules.direction != "long" and not instrument.shortable:
        text = f"{instrument.symbol} cannot be sold short. Use direction long."
        return Refusal("not_shortable", text, "direction", rules.direction)
    if rules.trail_percent <= rules.fee_percent * 2:
        text = (
            f"A stop {plain(rules.trail_percent)} % behind the price lies within the fees of a round trip, "
            f"twice {plain(rules.fee_percent)} %. "
            f"Make trail_percent more than {plain(rules.fee_percent * 2)}."
        )
        return Refusal("trail_within_fees", text, "trail_percent", plain(rules.trail_percent))
    side = Side.SELL if rules.direction == "short" else Side.BUY
    limit = beyond(instrument, price, rules.slip_percent, side)
    quantity = size_of(rules, budget, instrument, limit, side)
    money = instrument.notional(limit, quantity).value
    return under_minimum(instrument, "risk_percent", limit, quantity, money)
