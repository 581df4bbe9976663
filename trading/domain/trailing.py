"""The arithmetic of a trailing stop: where it stands behind a best price, and the way back. Unrounded.

A percent trail keeps its ratio to the best price, an absolute one its distance (docs/adr/0007).
"""

from __future__ import annotations

from decimal import Decimal

from trading.domain.money import HUNDRED, ZERO


def stop_behind(best: Decimal, distance: Decimal | None, percent: Decimal | None, long: bool) -> Decimal:
    """The stop that guards a long (short: `long` False) whose best price was `best`."""
    away = best * percent / HUNDRED if percent is not None else distance or ZERO
    return best - away if long else best + away


def best_ahead(stop: Decimal, distance: Decimal | None, percent: Decimal | None, long: bool) -> Decimal:
    """The best price that has put the stop where it stands; inexact for percents: round it to the tick."""
    if percent is not None:
        return stop * HUNDRED / (HUNDRED - percent if long else HUNDRED + percent)
    return stop + (distance or ZERO) if long else stop - (distance or ZERO)
