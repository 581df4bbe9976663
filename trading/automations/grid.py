"""The grid bot: buys at each level and sells at the next one, again and again, as the price swings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import field
from msgspec.structs import replace

from trading.automations.command import NoteLevel
from trading.automations.costing import capital_of, trip_of
from trading.automations.event import OrderFilled
from trading.automations.grid_levels import (
    Cell,
    GridRules,
    bounds_of,
    cell_at,
    cells_at,
    check,
    entry_limit,
    guard_of,
    nearer_side,
    worst_of,
)
from trading.automations.knobs import FEE, SLIP, choice, decimal, flag, whole
from trading.automations.machine import NO_GUARD, GuardLevels, Machine, begun, rules_of
from trading.automations.preview import Line, LineKind, Preview
from trading.automations.state import BotOrder, BotState, Life
from trading.automations.turn import Turn, entry, leaving
from trading.domain.events import Refusal
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, percent_of, plain, rounded_nearest
from trading.domain.order import Side
from trading.parameters import Settings

_WHY = {
    "guard": "The price came to the stop of the whole grid.",
    "stop": "The price is beyond the stop of the whole grid.",
    "target": "The grid has earned what it was to earn.",
    "guard_refused": "Its guard was refused, so everything was closed.",
}


class GridState(BotState, frozen=True, kw_only=True, tag="grid"):
    """What a grid knows: its cells by number, and the price that it was laid around."""

    rules: GridRules
    start: Price | None = None
    cells: dict[str, Cell] = field(default_factory=dict)


def entering(state: GridState) -> set[Side]:
    """The sides of the entries that may still fill."""
    return {order.side for order in state.open_orders if order.opens}


def sides_of(state: GridState) -> tuple[Side, ...]:
    """The sides on which a grid enters now. A neutral one is long or short, never both: an account has one
    position in a symbol. What it holds decides; else the price, and the other side only once no entry of
    this one can fill any more."""
    if state.rules.mode != "neutral":
        return (Side.BUY, Side.SELL)
    if not state.is_flat:
        side = Side.BUY if state.held > ZERO else Side.SELL
    else:
        assert state.bid is not None and state.ask is not None, "a grid is laid at a price"
        side = nearer_side(state.cells.values(), (state.bid + state.ask) / 2, entering(state))
    return (side,) if entering(state) <= {side} else ()


class Grid(Machine[GridState]):
    """See docs/bots/grid.md."""

    name = "grid"
    version = 1
    summary = "buys at each level and sells at the next, while the price goes to and fro"
    state = GridState
    fixed = frozenset({"lower", "upper", "range_percent", "cells", "spacing", "mode"})
    parameters = (
        decimal("lower", "0", "0", None, "the lowest level; 0: range_percent below the first price"),
        decimal("upper", "0", "0", None, "the highest level; 0: range_percent above the first price"),
        decimal("range_percent", "8", "0.1", "90", "how far the grid reaches on each side, in percent"),
        whole("cells", 16, 2, 200, "number of cells between the lowest and the highest level"),
        choice("spacing", "geometric", ("arithmetic", "geometric"), "equal steps, or equal ratios"),
        choice(
            "mode",
            "long",
            ("long", "neutral", "short"),
            "what it holds: long, long below and short above, short",
        ),
        flag(
            "trail",
            False,
            "whether the lowest cell moves to the top when the price leaves upward (short: downward)",
        ),
        decimal(
            "stop_percent",
            "5",
            "0",
            "90",
            "where all is given up, beyond the outermost level, in percent; 0: never",
        ),
        decimal(
            "target_percent",
            "0",
            "0",
            "1000",
            "gain of the whole at which it ends, in percent of the budget; 0: never",
        ),
        SLIP,
        FEE,
    )

    def begin(self, settings: Settings, budget: Decimal, instrument: Instrument, now: datetime) -> GridState:
        return GridState(
            **begun(settings, self.version, budget, instrument, now), rules=rules_of(settings, GridRules)
        )

    # ------------------------------------------------------------ what it wants

    def wanted(self, state: GridState) -> Sequence[BotOrder]:
        orders = []
        enters = sides_of(state)
        for number, cell in state.cells.items():
            name = f"cell-{number}"
            lot = state.lots.get(name)
            held = abs(lot.quantity) if lot else ZERO
            if held and (cell.is_out or cell.is_retired):
                quantity = state.instrument.quantity_down(held)
                side = cell.side.opposite
                orders.append(leaving(f"{number}/{side.value}", name, side, quantity, cell.exit_price))
            elif not cell.is_out and not cell.is_retired and cell.side in enters:
                orders.append(
                    entry(f"{number}/{cell.side.value}", name, cell.side, cell.quantity - held, cell.limit)
                )
        return orders

    def levels(self, state: GridState) -> GuardLevels:
        live = [cell for cell in state.cells.values() if not cell.is_retired]
        if not live:
            return NO_GUARD
        lowest, highest = min(cell.low for cell in live), max(cell.high for cell in live)
        return guard_of(state.rules, state.instrument, lowest, highest)

    # ------------------------------------------------------------ what it hears

    def on_price(self, turn: Turn[GridState]) -> None:
        state = turn.state
        if state.closing:
            return
        if not state.cells:
            if state.life is Life.ACTIVE:
                self._lay(turn)
            return
        assert state.bid is not None and state.ask is not None
        below, above = self.levels(state)
        if (below is not None and state.bid <= below) or (above is not None and state.ask >= above):
            # What is held the guard closes at the venue; a grid that holds nothing ends here.
            if state.is_flat:
                turn.close_all("stop")
            return
        if state.rules.target_percent:
            gain = state.statistic.realised + state.unrealised()
            if gain >= percent_of(state.budget, state.rules.target_percent):
                turn.close_all("target")
                return
        if state.rules.mode == "neutral" and entering(state) - set(sides_of(state)):
            turn.change()  # the price has gone over to the other side of the grid
        if state.rules.trail and state.life is Life.ACTIVE:
            # One price may leave several cells behind.
            while self._trailed(turn):
                continue

    def _lay(self, turn: Turn[GridState]) -> None:
        state = turn.state
        assert state.ask is not None
        refusal = check(state.rules, state.may_spend, state.instrument, state.ask)
        if refusal is not None:
            turn.fail(refusal.code, refusal.sentence)
            return
        cells = cells_at(state.rules, state.may_spend, state.instrument, state.ask)
        turn.change(start=state.ask, cells=cells)
        turn.note(
            NoteLevel.INFO,
            "grid_laid",
            cells=len(cells),
            lower=cells["0"].low,
            upper=cells[str(len(cells) - 1)].high,
        )

    def _trailed(self, turn: Turn[GridState]) -> bool:
        """Move the cell that the price has left behind to the other end: first it retires, and once nothing
        of it is left, the new one takes its money. Whether anything was done."""
        state = turn.state
        assert state.bid is not None and state.ask is not None and state.start is not None
        up = state.rules.mode == "long"
        numbers = sorted(int(number) for number in state.cells)
        last, edge = (numbers[0], numbers[-1]) if up else (numbers[-1], numbers[0])
        old, end = state.cells[str(last)], state.cells[str(edge)]
        width = end.high - end.low
        if not old.is_retired:
            is_left = state.bid >= end.high + width if up else state.ask <= end.low - width
            if not is_left or f"cell-{last}" in state.lots:
                return False
            turn.change(cells={**state.cells, str(last): replace(old, is_retired=True)})
            return True
        if f"cell-{last}" in state.lots or any(one.lot == f"cell-{last}" for one in state.open_orders):
            return False
        number = edge + 1 if up else edge - 1
        bounds = bounds_of(state.rules, state.start)
        money = state.may_spend / len(state.cells)
        price = state.ask if up else state.bid
        new = cell_at(state.rules, state.instrument, bounds, number, money, price)
        if new.low < state.instrument.tick_size:
            return False
        cells = {key: cell for key, cell in state.cells.items() if key != str(last)}
        turn.change(cells={**cells, str(number): new})
        turn.note(NoteLevel.INFO, "grid_trailed", cell=number, low=new.low, high=new.high)
        return True

    def on_filled(self, turn: Turn[GridState], order: BotOrder, fill: OrderFilled) -> None:
        state = turn.state
        cells = dict(state.cells)
        for number, cell in state.cells.items():
            lot = state.lots.get(f"cell-{number}")
            if lot is None and cell.is_out:
                price = state.ask if cell.side is Side.BUY else state.bid
                assert price is not None
                limit = entry_limit(state.instrument, state.rules, cell.side, cell.low, cell.high, price)
                cells[number] = replace(cell, is_out=False, limit=limit)
            elif lot is not None and not cell.is_out and f"cell-{number}" == order.lot and order.opens:
                # A venue that keeps its fee in units gives less than was ordered: what filled counts.
                filled = order.filled + fill.quantity
                is_whole = filled >= order.quantity or abs(lot.quantity) >= cell.quantity
                cells[number] = replace(cell, is_out=is_whole)
        turn.change(cells=cells)

    def on_flat(self, turn: Turn[GridState]) -> None:
        closing = turn.state.closing
        if closing and closing != "told":
            turn.end(closing, _WHY.get(closing, "Everything was closed."))

    # ------------------------------------------------------------ before it begins

    def preview(
        self, settings: Settings, budget: Decimal, instrument: Instrument, price: Price
    ) -> Preview | Refusal:
        rules = rules_of(settings, GridRules)
        refusal = check(rules, budget, instrument, price)
        if refusal is not None:
            return refusal
        cells = cells_at(rules, budget, instrument, price)
        lines = []
        for cell in cells.values():
            for kind, side, at in (
                (LineKind.ENTRY, cell.side, cell.limit),
                (LineKind.TARGET, cell.side.opposite, cell.exit_price),
            ):
                notional = instrument.notional(at, cell.quantity).value
                lines.append(Line(kind, side, at, cell.quantity, notional))
        made = list(cells.values())
        for side, level in zip(
            (Side.SELL, Side.BUY), guard_of(rules, instrument, made[0].low, made[-1].high), strict=True
        ):
            held = sum((one.quantity for one in made if one.side is side.opposite), ZERO)
            if level is not None and held:
                lines.append(Line(LineKind.STOP, side, level, held, instrument.notional(level, held).value))
        worst, at = worst_of(rules, instrument, cells)
        trips = [trip_of(instrument, one.quantity, one.low, one.high, rules.fee_percent) for one in made]
        percents = [(one.high - one.low) * 100 / one.low for one in made]
        return Preview(
            self.name,
            instrument.symbol,
            instrument.currency,
            price,
            tuple(lines),
            capital=capital_of(instrument, [one.dearest for one in made], rules.fee_percent),
            worst=worst,
            worst_at=at,
            round_trip=min(trips),
            facts={
                "cells": str(rules.cells),
                "spacing_percent": plain(rounded_nearest(min(percents), Decimal("0.001"))),
                "at_once": plain(sum((one.quantity for one in made if _is_at_once(one)), ZERO)),
                "has_stop": "yes" if rules.stop_percent else "no",
            },
        )


def _is_at_once(cell: Cell) -> bool:
    """Whether its entry stands about the first price, away from its level."""
    return cell.limit != (cell.low if cell.side is Side.BUY else cell.high)
