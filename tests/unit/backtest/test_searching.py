"""A search that learns: it finds what is good with few sets, shares its study, and goes on where it was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.unit.strategies.drawn import walk
from trading.backtest.conditions import Conditions
from trading.backtest.cores import Work, swept
from trading.backtest.reading import bundled_ticks
from trading.backtest.report import Tried
from trading.backtest.searching import Search, question, searched
from trading.backtest.sweep import Axis, axis_of, grid, ranked, settings_of, split_of
from trading.backtest.ticks import Ticks
from trading.domain.events import Refusal
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

PULLBACK = STRATEGIES["pullback"]


@pytest.fixture(scope="module")
def spy() -> Ticks:
    return bundled_ticks(["SPY"])[0]


def axes(*texts: str) -> list[Axis]:
    found = [axis_of(PULLBACK, text) for text in texts]
    return [axis for axis in found if not isinstance(axis, Refusal)]


def search(ticks: Ticks, count: int, store: str = "", *, cores: int = 1, seed: int = 1) -> Search:
    work = Work([ticks], "pullback", Conditions(), split_of([ticks], 70), Context())
    over = axes("fast=10..60:5", "rsi_below=25..55:5", "stop_atr=1..4:0.5")
    return Search(work, PULLBACK, over, {"slow": "200"}, count, "percent", seed, store, cores)


def names(found: list[Tried]) -> list[tuple[str, ...]]:
    return [tuple(one.settings.values()) for one in found]


def test_every_set_is_another_and_says_what_a_sweep_says_of_it(spy: Ticks) -> None:
    one = search(spy, 20)
    found = list(searched(one))
    assert len(found) == 20 and len(set(names(found))) == 20
    chosen = settings_of(PULLBACK, one.fixed, [tried.settings for tried in found])
    assert list(swept(one.work, chosen, 1)) == found
    assert all(tried.outside is not None for tried in found)


def test_it_comes_near_the_best_of_all_with_a_tenth_of_them(spy: Ticks) -> None:
    one = search(spy, 54)
    every = list(swept(one.work, settings_of(PULLBACK, one.fixed, list(grid(one.axes))), 2))
    best = [tried.inside.percent for tried in ranked(every, "percent")]
    found = ranked(list(searched(one)), "percent")[0].inside.percent
    assert found >= best[len(best) // 50]


def test_the_same_seed_asks_the_same(spy: Ticks) -> None:
    assert names(list(searched(search(spy, 15)))) == names(list(searched(search(spy, 15))))


def test_two_that_name_the_same_store_share_one_study(spy: Ticks, tmp_path: Path) -> None:
    store = str(tmp_path / "shared" / "study.log")
    first = list(searched(search(spy, 8, store)))
    second = list(searched(search(spy, 14, store, seed=2)))
    assert names(second)[:8] == names(first) and len(set(names(second))) == 14
    third = list(searched(search(spy, 14, store, seed=3)))
    assert names(third) == names(second) and third == second


def test_a_search_that_was_left_goes_on_where_it_was(spy: Ticks, tmp_path: Path) -> None:
    store = str(tmp_path / "study.log")
    going = searched(search(spy, 12, store))
    seen = [next(going) for _ in range(5)]
    going.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    again = list(searched(search(spy, 12, store)))
    assert names(again)[:5] == names(seen) and len(again) == 12


def test_a_database_is_a_store_too(spy: Ticks, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'study.db'}"
    first = list(searched(search(spy, 4, store)))
    assert names(list(searched(search(spy, 6, store))))[:4] == names(first)


def test_another_question_is_another_study(spy: Ticks) -> None:
    one = search(spy, 5)
    other = one._replace(objective="calmness")
    shorter = one._replace(work=one.work._replace(series=[spy.upto(3_000)]))
    dearer = one._replace(work=one.work._replace(conditions=Conditions(cash=Decimal(5))))
    assert len({question(each) for each in (one, other, shorter, dearer)}) == 4
    assert question(one) == question(search(spy, 50, "elsewhere", seed=9))


def test_a_small_room_is_known_whole_and_then_it_ends(spy: Ticks) -> None:
    one = search(spy, 30)._replace(axes=axes("fast=20,30", "rsi_below=30,40"))
    assert len(list(searched(one))) == 4


def test_sets_that_a_strategy_does_not_take_are_left_out(spy: Ticks) -> None:
    one = search(spy, 6)._replace(axes=axes("fast=150,250", "rsi_below=30,35,40"))
    found = list(searched(one))
    assert found and all(tried.settings["fast"] == "150" for tried in found)


def test_it_learns_from_the_inside_alone() -> None:
    """The same inside with another outside asks for the same sets."""
    drawn = walk(4_000, 3)
    bars = drawn.close
    assert np.isfinite(bars).all()
    whole = bundled_ticks(["EUR/USD"])[0]
    split = split_of([whole], 70)
    assert split is not None
    cut = int(whole.at_ms.searchsorted(split))
    one = search(whole, 14)
    short = search(whole, 14)
    # Bars far outside only: the study's own outcomes inside do not change with them.
    rest = whole.upto(cut + (len(whole) - cut) // 2)
    short = short._replace(work=short.work._replace(series=[rest], split_ms=split))
    one = one._replace(work=one.work._replace(split_ms=split))
    insides = [[tried.inside.percent for tried in searched(each)] for each in (one, short)]
    assert names(list(searched(one))) == names(list(searched(short)))
    assert insides[0] == insides[1]
