"""The definition pages: their defaults are the code's, their golden runs are what is decided, by hand too."""

import math

import numpy as np
import pytest

from tests.unit.strategies.by_hand import BY_HAND
from tests.unit.strategies.pages import Page, page_of
from trading.domain.events import Refusal
from trading.parameters import Settings, defaults, validated, written
from trading.strategies.bars import Columns, millis
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

NAMES = sorted(STRATEGIES)
WRITTEN = 0.00006
"""Pages are written with four digits after the point."""


def run_of(page: Page) -> Columns:
    """The bars of a golden run as arrays."""
    rows = [(bar.open, bar.high, bar.low, bar.close) for bar in page.bars]
    opened, high, low, close = np.array(rows, dtype=np.float64).T
    at_ms = np.array([millis(bar.at) for bar in page.bars], dtype=np.int64)
    return Columns("GOLD", page.frame_s, at_ms, opened, high, low, close, np.ones(len(at_ms)))


def settings_of(name: str, page: Page) -> Settings:
    """The settings of a golden run."""
    settings = validated(STRATEGIES[name], page.settings)
    assert not isinstance(settings, Refusal), settings
    return settings


def near(found: float | None, told: float | None) -> bool:
    """Whether a number is the one that a page tells; what a page leaves empty is not known."""
    if told is None or found is None or math.isnan(found):
        return told is None and (found is None or math.isnan(found))
    return abs(found - told) < WRITTEN


@pytest.mark.parametrize("name", NAMES)
def test_the_defaults_of_a_page_are_those_of_the_strategy(name: str) -> None:
    strategy = STRATEGIES[name]
    usual = written(defaults(strategy))
    told = [[row[0], row[1], row[-1]] for row in page_of(name).defaults]
    assert told == [[one.name, usual[one.name], one.meaning] for one in strategy.parameters]


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_run_is_what_the_formulas_give_by_hand(name: str) -> None:
    page = page_of(name)
    by_hand = BY_HAND[name](page.bars, settings_of(name, page))
    assert len(page.bars) >= 30 and any(said.entry for said in page.said)
    for index, (told, found) in enumerate(zip(page.said, by_hand, strict=True)):
        assert (told.entry, told.exit) == (found.entry, found.exit), index
        assert near(found.stop, told.stop) and near(found.target, told.target), index
        assert told.numbers.keys() <= found.numbers.keys()
        assert all(near(found.numbers[key], value) for key, value in told.numbers.items()), (index, found)


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_run_is_what_the_strategy_decides(name: str) -> None:
    page = page_of(name)
    strategy, settings, bars = STRATEGIES[name], settings_of(name, page), run_of(page)
    plan = strategy.plan(bars, settings, Context())
    for index, told in enumerate(page.said):
        assert (int(plan.entry[index]), bool(plan.exit[index])) == (told.entry, told.exit), index
        assert near(float(plan.stop[index]), told.stop) and near(float(plan.target[index]), told.target), (
            index
        )
        card = strategy.explain(bars, settings, Context(), index)
        numbers = {
            f"{verdict.rule}.{key}": value
            for verdict in card.verdicts
            for key, value in verdict.numbers.items()
        }
        for key, value in told.numbers.items():
            assert near(float(numbers[key] or "nan"), value), (index, key, numbers[key])


@pytest.mark.parametrize("name", NAMES)
def test_the_bars_that_must_not_be_entered_are_refused_by_the_rule_that_the_page_names(name: str) -> None:
    page = page_of(name)
    strategy, settings, bars = STRATEGIES[name], settings_of(name, page), run_of(page)
    assert len(page.refused) >= 2
    for index, rule in page.refused:
        card = strategy.explain(bars, settings, Context(), index)
        assert not card.decided and card.refused_by is not None and card.refused_by.rule == rule, index
