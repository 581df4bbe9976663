"""The levels of a grid: where its cells lie, what each may spend, and which rules make no grid."""

from __future__ import annotations

from collections.abc import Iterable, Set
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from trading.automations.costing import Fill, affordable, cents, loss_at, trip_of
from trading.automations.deal import away, beyond
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Price, plain
from trading.domain.order import Side

NEVER = Price(ZERO)


class GridRules(Struct, frozen=True):
    """The settings of a grid bot, as docs/bots/grid.md explains them."""

    lower: Decimal
    upper: Decimal
    range_percent: Decimal
    cells: int
    spacing: str
    mode: str
    trail: bool
    stop_percent: Decimal
    target_percent: Decimal
    slip_percent: Decimal
    fee_percent: Decimal


class Cell(Struct, frozen=True):
    """Between two neighbouring levels: a long cell buys at `low` and sells at `high`, a short one the other
    way round. `limit` is what its entry is ordered at, `quantity` how much; `is_out` once all of that is
    held and waits for its exit. A retired cell enters no more."""

    low: Price
    high: Price
    side: Side
    quantity: Decimal
    limit: Price
    is_out: bool = False
    is_retired: bool = False

    @property
    def exit_price(self) -> Price:
        """Where it leaves."""
        return self.high if self.side is Side.BUY else self.low

    @property
    def dearest(self) -> Fill:
        """The entry that costs most in the end: the first one may be better than those that come later."""
        if self.side is Side.BUY:
            return Fill(max(self.limit, self.low), self.quantity)
        return Fill(min(self.limit, self.high), self.quantity)


def bounds_of(rules: GridRules, price: Decimal) -> tuple[Decimal, Decimal]:
    """The lowest and the highest level: as set, else around the price."""
    lower = rules.lower or price * (HUNDRED - rules.range_percent) / HUNDRED
    upper = rules.upper or price * (HUNDRED + rules.range_percent) / HUNDRED
    return lower, upper


def level_of(rules: GridRules, instrument: Instrument, bounds: tuple[Decimal, Decimal], number: int) -> Price:
    """The level of that number, on the tick: 0 is the lowest, `cells` the highest; others lie beyond."""
    lower, upper = bounds
    if rules.spacing == "geometric":
        ratio = (upper / lower) ** (Decimal(1) / rules.cells)
        return instrument.price_nearest(lower * ratio**number)
    return instrument.price_nearest(lower + (upper - lower) * number / rules.cells)


def cell_at(
    rules: GridRules,
    instrument: Instrument,
    bounds: tuple[Decimal, Decimal],
    number: int,
    money: Decimal,
    price: Decimal,
) -> Cell:
    """The cell above level `number` with so much money, when the market is at `price`."""
    low = level_of(rules, instrument, bounds, number)
    high = level_of(rules, instrument, bounds, number + 1)
    is_long = rules.mode == "long" or (rules.mode == "neutral" and low + high <= price * 2)
    side = Side.BUY if is_long else Side.SELL
    limit = entry_limit(instrument, rules, side, low, high, price)
    # The first entry may be cheaper than the later ones, which are to fit into the same money.
    dear = max(limit, low if side is Side.BUY else high)
    return Cell(low, high, side, affordable(instrument, money, dear, rules.fee_percent), limit)


def entry_limit(
    instrument: Instrument, rules: GridRules, side: Side, low: Price, high: Price, price: Decimal
) -> Price:
    """Where a cell enters: at its level, or about the price when that is better already."""
    at_once = beyond(instrument, price, rules.slip_percent, side)
    return min(low, at_once) if side is Side.BUY else max(high, at_once)


def cells_at(rules: GridRules, budget: Decimal, instrument: Instrument, price: Decimal) -> dict[str, Cell]:
    """All cells of a grid that begins at this price, by number; the budget is shared equally."""
    bounds = bounds_of(rules, price)
    money = budget / rules.cells
    return {
        str(number): cell_at(rules, instrument, bounds, number, money, price) for number in range(rules.cells)
    }


def nearer_side(cells: Iterable[Cell], price: Decimal, now: Set[Side]) -> Side:
    """The side of a neutral grid whose next entry is nearer. `now`: the sides that enter; one that does so
    alone goes on until the price is an eighth of the way between both entries beyond the middle, so that a
    price that trembles there does not have all orders canceled and placed again."""
    made = list(cells)
    lows = [cell.low for cell in made if cell.side is Side.BUY]
    highs = [cell.high for cell in made if cell.side is Side.SELL]
    if not (lows and highs):
        return Side.BUY if lows else Side.SELL
    buy, sell = max(lows), min(highs)
    middle, slack = (buy + sell) / 2, (sell - buy) / 8
    if now == {Side.BUY}:
        middle += slack
    elif now == {Side.SELL}:
        middle -= slack
    return Side.BUY if price <= middle else Side.SELL


def guard_of(
    rules: GridRules, instrument: Instrument, lowest: Price, highest: Price
) -> tuple[Price | None, Price | None]:
    """Where the whole is given up: below the lowest level, above the highest."""
    if not rules.stop_percent:
        return None, None
    below = away(instrument, lowest, rules.stop_percent, Side.BUY) if rules.mode != "short" else None
    above = away(instrument, highest, rules.stop_percent, Side.SELL) if rules.mode != "long" else None
    return below, above


def worst_of(rules: GridRules, instrument: Instrument, cells: dict[str, Cell]) -> tuple[Decimal, Price]:
    """The worst case in money and where it happens; a price of 0 where no stop stands below."""
    made = list(cells.values())
    below, above = guard_of(rules, instrument, made[0].low, made[-1].high)
    longs = [cell.dearest for cell in made if cell.side is Side.BUY]
    shorts = [cell.dearest for cell in made if cell.side is Side.SELL]
    sides = []
    if longs:
        at = below or NEVER
        sides.append((loss_at(instrument, longs, at, rules.fee_percent), at))
    if shorts:
        at = above or made[-1].high
        sides.append((loss_at(instrument, shorts, at, rules.fee_percent, long=False), at))
    return max(sides)


def check(rules: GridRules, budget: Decimal, instrument: Instrument, price: Decimal) -> Refusal | None:
    """Why a grid with these rules would not do at this price."""
    lower, upper = bounds_of(rules, price)
    if lower >= upper:
        text = (
            f"The upper level {plain(upper)} must lie above the lower level {plain(lower)}. "
            f"Swap them, or give an upper above {plain(lower)}."
        )
        return Refusal("upside_down", text, "upper", plain(upper))
    if not lower <= price <= upper:
        text = (
            f"The price is {plain(price)}, outside of the grid from {plain(lower)} to {plain(upper)}. "
            f"Give a lower and an upper with {plain(price)} between them."
        )
        return Refusal("price_outside", text, "lower" if price < lower else "upper", plain(price))
    return (
        _mode(rules, instrument)
        or _widths(rules, instrument, price)
        or _money(rules, budget, instrument, price)
    )


def _mode(rules: GridRules, instrument: Instrument) -> Refusal | None:
    if rules.mode == "long":
        return None
    if not instrument.shortable:
        text = f"{instrument.symbol} cannot be sold short, and a {rules.mode} grid does that. Use mode long."
        return Refusal("not_shortable", text, "mode", rules.mode)
    if not rules.stop_percent:
        text = f"A {rules.mode} grid sells short, which without a stop loses without end. Give stop_percent."
        return Refusal("stop_missing", text, "stop_percent", "0")
    if rules.mode == "neutral" and rules.trail:
        text = "A neutral grid has no side to trail to. Use mode long or short, or trail no."
        return Refusal("trail_neutral", text, "trail", "yes")
    return None


def _widths(rules: GridRules, instrument: Instrument, price: Decimal) -> Refusal | None:
    bounds = bounds_of(rules, price)
    levels = [level_of(rules, instrument, bounds, number) for number in range(rules.cells + 1)]
    pairs = list(pairwise(levels))
    if any(high - low < instrument.tick_size for low, high in pairs):
        most = int((bounds[1] - bounds[0]) / instrument.tick_size)
        text = (
            f"Some of the {rules.cells} cells are narrower than a tick of {plain(instrument.tick_size)}. "
            f"Use fewer cells than {most}, or a wider range."
        )
        return Refusal("under_tick", text, "cells", str(rules.cells))
    low, high = min(pairs, key=lambda pair: pair[1] / pair[0])
    trip = trip_of(instrument, Decimal(1), low, high, rules.fee_percent)
    if trip <= ZERO:
        text = (
            f"Each round trip from {plain(low)} to {plain(high)} would lose "
            f"{cents(-trip)} {instrument.currency} a unit: the cell is narrower than the fees of both ways. "
            f"Use fewer cells than {rules.cells}, or a wider range."
        )
        return Refusal("below_fees", text, "cells", str(rules.cells))
    return None


def _money(rules: GridRules, budget: Decimal, instrument: Instrument, price: Decimal) -> Refusal | None:
    cells = cells_at(rules, budget, instrument, price)
    for cell in cells.values():
        if instrument.is_too_small(cell.quantity, cell.limit) or not cell.quantity:
            text = (
                f"One cell would spend {cents(budget / rules.cells)} {instrument.currency}, "
                f"which is less than {instrument.symbol} trades at {plain(cell.limit)}. "
                f"Use fewer cells than {rules.cells}, or a larger budget."
            )
            return Refusal("too_small", text, "cells", str(rules.cells))
    worst, at = worst_of(rules, instrument, cells)
    if worst > budget:
        text = (
            f"At {plain(at)} this grid would have lost {cents(worst)} {instrument.currency}, more than "
            f"its budget of {cents(budget)} {instrument.currency}. "
            "Give a nearer stop_percent or a narrower range."
        )
        return Refusal("worst_over_budget", text, "stop_percent", plain(rules.stop_percent))
    return None
