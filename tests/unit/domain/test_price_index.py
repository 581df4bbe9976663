"""The price index against a naive model that looks at every level."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trading.domain.price_index import PriceIndex

D = Decimal


class NaiveIndex:
    """The same rules, told one level at a time."""

    def __init__(self) -> None:
        self.watched: dict[Hashable, dict[str, Any]] = {}
        self.seq = 0

    def add(self, key: Hashable, kind: str, **facts: Any) -> None:
        self.seq += 1
        self.watched.pop(key, None)
        self.watched[key] = {"kind": kind, "seq": self.seq, **facts}

    def stop(self, watch: dict[str, Any]) -> Decimal | None:
        if watch["kind"] in ("above", "below"):
            return D(watch["price"])
        if watch["activation"] is not None:
            return None
        away = watch["best"] * watch["distance"] / 100 if watch["is_percent"] else watch["distance"]
        return D(watch["best"] - away if watch["kind"] == "long" else watch["best"] + away)

    def touched(self, low: Decimal, high: Decimal) -> list[Hashable]:
        hits = []
        for key, watch in self.watched.items():
            stop = self.stop(watch)
            if stop is None:
                continue
            depth = low - stop if watch["kind"] in ("below", "long") else stop - high
            if watch["kind"] == "above":
                depth = stop - high
            if depth <= 0:
                hits.append((depth, watch["seq"], key))
        for _, _, key in hits:
            del self.watched[key]
        for watch in self.watched.values():
            if watch["kind"] in ("above", "below"):
                continue
            is_long = watch["kind"] == "long"
            extreme, armed = (high if is_long else low), watch["activation"]
            if armed is not None:
                if extreme >= armed if is_long else extreme <= armed:
                    watch["activation"], watch["best"] = None, extreme
            else:
                watch["best"] = max(watch["best"], extreme) if is_long else min(watch["best"], extreme)
        return [key for _, _, key in sorted(hits, key=lambda hit: hit[:2])]


prices = st.integers(80, 120).map(D)
keys = st.integers(0, 12)
steps = st.one_of(
    st.tuples(st.just("above"), keys, prices),
    st.tuples(st.just("below"), keys, prices),
    st.tuples(
        st.just("trail"),
        keys,
        st.booleans(),
        st.integers(1, 12).map(D),
        st.booleans(),
        prices,
        st.none() | prices,
    ),
    st.tuples(st.just("remove"), keys),
    st.tuples(st.just("tick"), prices),
    st.tuples(st.just("range"), prices, prices),
)


def carry_out(index: PriceIndex, naive: NaiveIndex, step: tuple[Any, ...]) -> None:
    match step:
        case ("above", key, price):
            index.add_above(key, price)
            naive.add(key, "above", price=price)
        case ("below", key, price):
            index.add_below(key, price)
            naive.add(key, "below", price=price)
        case ("trail", key, is_long, distance, is_percent, best, activation):
            index.add_trail(key, is_long, distance, is_percent, best, activation)
            if activation is not None and (best >= activation if is_long else best <= activation):
                activation = None
            naive.add(
                key,
                "long" if is_long else "short",
                distance=distance,
                is_percent=is_percent,
                best=best,
                activation=activation,
            )
        case ("remove", key):
            assert index.remove(key) == (naive.watched.pop(key, None) is not None)
        case ("tick", price):
            assert index.tick(price) == naive.touched(price, price)
        case ("range", one, other):
            low, high = min(one, other), max(one, other)
            assert index.touched(low, high) == naive.touched(low, high)
        case _:
            raise AssertionError(step)


@settings(max_examples=400, deadline=None)
@given(st.lists(steps, max_size=60))
def test_any_history_of_levels_fires_what_a_naive_look_at_each_fires(history: list[tuple[Any, ...]]) -> None:
    index, naive = PriceIndex(), NaiveIndex()
    for step in history:
        carry_out(index, naive, step)
        assert len(index) == len(naive.watched)
        for key, watch in naive.watched.items():
            assert index.stop_of(key) == naive.stop(watch)
            assert index.best_of(key) == (watch["best"] if watch["kind"] in ("long", "short") else None)


def test_many_levels_that_come_and_go_leave_no_dead_entries_behind() -> None:
    index, naive = PriceIndex(), NaiveIndex()
    for round_ in range(40):
        for key in range(60):
            price = D(100 + (key * 7 + round_) % 50)
            carry_out(index, naive, ("above", key, price + 60))
            carry_out(
                index, naive, ("trail", ("t", key), key % 2 == 0, D(key % 9 + 1), key % 3 == 0, price, None)
            )
        for key in range(0, 60, 2):
            carry_out(index, naive, ("remove", key))
            carry_out(index, naive, ("remove", ("t", key)))
        carry_out(index, naive, ("tick", D(120 + round_ % 5)))
    assert len(index) == len(naive.watched)
    assert len(index._above) < 400


def test_the_deepest_hit_comes_first_and_equals_keep_their_order() -> None:
    index = PriceIndex()
    for key, price in (("late", 104), ("early", 101), ("twin", 101)):
        index.add_above(key, D(price))
    assert index.tick(D(105)) == ["early", "twin", "late"]
    assert index.tick(D(105)) == []


def test_a_trailing_stop_is_tested_where_it_stood_before_the_range_moved_it() -> None:
    index = PriceIndex()
    index.add_trail("guard", True, D(5), False, D(100))
    assert index.touched(D(96), D(110)) == []
    assert index.best_of("guard") == 110
    assert index.stop_of("guard") == 105
    assert index.tick(D(105)) == ["guard"]


def test_a_trailing_stop_that_waits_does_nothing_before_its_activation() -> None:
    index = PriceIndex()
    index.add_trail("guard", False, D(2), True, D(100), D(90))
    assert index.tick(D(200)) == []
    assert index.stop_of("guard") is None
    assert index.tick(D(90)) == []
    assert index.stop_of("guard") == D("91.8")
    assert index.tick(D("91.8")) == ["guard"]


def test_an_older_higher_peak_stays_aside_until_the_price_overtakes_it() -> None:
    index = PriceIndex()
    index.add_trail("old", True, D(30), False, D(120))
    index.add_trail("new", True, D(3), False, D(100))
    index.tick(D(110))
    assert (index.best_of("old"), index.best_of("new")) == (D(120), D(110))
    index.tick(D(125))
    assert (index.best_of("old"), index.best_of("new")) == (D(125), D(125))
    assert index.tick(D(122)) == ["new"]
    assert index.tick(D(95)) == ["old"]


def test_testing_without_lifting_moves_no_best_price_and_wakes_nothing() -> None:
    index = PriceIndex()
    index.add_trail("guard", True, D(5), False, D(100))
    index.add_trail("sleeper", True, D(5), False, D(100), D(110))
    index.add_above("target", D(112))
    assert index.fired(D(111), D(111), lifts=False) == []
    assert (index.best_of("guard"), index.stop_of("sleeper")) == (D(100), None)
    assert index.fired(D(95), D(112), lifts=False) == [("guard", D(95)), ("target", D(112))]
    assert index.fired(D(111), D(111)) == []
    assert index.stop_of("sleeper") == D(106)
