"""Which watched exits a price touches, and that the watches follow the book."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_exit_levels import level
from trading.domain.exits import ExitPlan
from trading.domain.market import Bar
from trading.domain.money import Price, plain
from trading.domain.reports import PriceTouched, TrailRose
from trading.engine.triggers import Triggers

D = Decimal


def watching(exits: ExitPlan, *, long: bool = True) -> tuple[PureDesk, Triggers]:
    desk = holding(exits=exits, long=long)
    triggers = Triggers()
    triggers.sync(desk.book, desk.position.position_id)
    return desk, triggers


def told(reports: Sequence[PriceTouched | TrailRose]) -> list[str]:
    """`touched sl 6633`, `rose 7000`."""
    return [
        f"touched {report.leg} {plain(report.quote.bid)}"
        if isinstance(report, PriceTouched)
        else f"rose {plain(report.best_price)}"
        for report in reports
    ]


def quoted(desk: PureDesk, triggers: Triggers, bid: str, ask: str = "") -> list[str]:
    return told(triggers.on_quote(desk.price(bid, ask)))


def barred(desk: PureDesk, triggers: Triggers, o: str, h: str, lo: str, c: str) -> list[str]:
    first, high, low, last = (Price(D(value)) for value in (o, h, lo, c))
    return told(triggers.on_bar(Bar("BTC/USD", desk.now, desk.now, first, high, low, last)))


def test_a_price_between_the_levels_touches_nothing() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    assert len(triggers) == 2
    for price in ("6700", "6633.01", "6833.99"):
        assert quoted(desk, triggers, price) == []


def test_a_long_is_closed_at_the_bid_and_a_short_at_the_ask() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    assert quoted(desk, triggers, "6633.01", "6900") == []
    assert quoted(desk, triggers, "6633", "6900") == ["touched sl 6633"]
    desk, triggers = watching(plan("2%", stop="1%"), long=False)
    assert quoted(desk, triggers, "6000", "6700") == []
    assert quoted(desk, triggers, "6000", "6566") == ["touched tp1 6000"]


def test_a_level_fires_once_until_the_book_wants_it_again() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    assert quoted(desk, triggers, "6600") == ["touched sl 6600"]
    assert quoted(desk, triggers, "6590") == []
    # Nothing came of it (the decision found it overtaken): the watch comes back.
    triggers.sync(desk.book, desk.position.position_id)
    assert quoted(desk, triggers, "6580") == ["touched sl 6580"]


def test_a_leg_that_is_being_sold_is_not_watched() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    desk.touched("sl", "6600")
    triggers.sync(desk.book, desk.position.position_id)
    assert len(triggers) == 1
    order = desk.open_role("stop")
    desk.reject(order, "venue_unavailable", "Not now.")
    triggers.sync(desk.book, desk.position.position_id)
    assert len(triggers) == 2
    assert quoted(desk, triggers, "6600") == ["touched sl 6600"]


def test_a_moved_stop_moves_its_watch() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    desk.exits(stop=level("6690"))
    triggers.sync(desk.book, desk.position.position_id)
    assert len(triggers) == 2
    assert quoted(desk, triggers, "6690") == ["touched sl 6690"]


def test_a_flat_position_is_watched_no_more() -> None:
    desk, triggers = watching(plan("1%", "2%", stop="1%", trail="5%"))
    assert len(triggers) == 4
    desk.close()
    desk.fill(desk.open_role("close"))
    triggers.sync(desk.book, desk.position.position_id)
    assert len(triggers) == 0
    assert quoted(desk, triggers, "1000") == []


def test_in_a_bar_the_worst_comes_first() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    assert barred(desk, triggers, "6700", "6900", "6600", "6800") == ["touched sl 6633", "touched tp1 6834"]


def test_a_bar_tells_the_level_and_not_its_close() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    assert barred(desk, triggers, "6700", "6834", "6700", "6710") == ["touched tp1 6834"]


def test_a_trail_is_told_with_its_best_price_first() -> None:
    desk, triggers = watching(plan(trail="2%"))
    assert quoted(desk, triggers, "7000") == []
    assert quoted(desk, triggers, "6861") == []
    assert quoted(desk, triggers, "6860") == ["rose 7000", "touched trail 6860"]


@pytest.mark.parametrize("long", [True, False])
def test_a_trail_that_never_rose_is_told_with_what_it_began_with(long: bool) -> None:
    desk = holding(exits=plan(trail="2%"), long=long)
    best = Price(D("6700.006") if long else D("6699.994"))
    desk.book.put_position(replace(desk.position, bracket=replace(desk.bracket, best_price=best)))
    triggers = Triggers()
    triggers.sync(desk.book, desk.position.position_id)
    rose, _ = quoted(desk, triggers, "6500" if long else "6900")
    assert rose == f"rose {plain(best)}", "rounded to a tick it would seem to have risen"


def test_an_absolute_trail_of_a_short_follows_down() -> None:
    desk, triggers = watching(plan(trail="100"), long=False)
    assert quoted(desk, triggers, "6500") == []
    assert quoted(desk, triggers, "6599.99") == []
    assert quoted(desk, triggers, "6600") == ["rose 6500", "touched trail 6600"]


def test_a_trail_sleeps_until_its_activation() -> None:
    desk, triggers = watching(plan(trail="1%", start="2%"))
    assert quoted(desk, triggers, "6500") == []
    assert quoted(desk, triggers, "6834") == []
    assert quoted(desk, triggers, "6765.66") == ["rose 6834", "touched trail 6765.66"]


def test_a_trail_that_sleeps_wakes_where_an_addition_has_moved_its_activation() -> None:
    """As it would after a start (seed 870122)."""
    desk, triggers = watching(plan(trail="1%", start="2%"))
    desk.price("6600")
    desk.buy("0.3")
    desk.fill(desk.open_role("entry"), price="6600")
    triggers.sync(desk.book, desk.position.position_id)
    assert quoted(desk, triggers, "6782.99") == []
    assert quoted(desk, triggers, "6783") == []
    assert quoted(desk, triggers, "6715.17") == ["rose 6783", "touched trail 6715.17"]


def test_another_symbols_price_touches_nothing() -> None:
    desk, triggers = watching(plan("2%", stop="1%"))
    quote = desk.price("1")
    assert triggers.on_quote(replace(quote, symbol="ETH/USD")) == ()


def test_legs_that_the_venue_holds_are_not_watched() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    triggers = Triggers()
    triggers.sync(desk.book, desk.position.position_id)
    assert quoted(desk, triggers, "6000") == []
    desk.cancel(desk.open_role("stop"), "venue")
    triggers.sync(desk.book, desk.position.position_id)
    assert quoted(desk, triggers, "6000") == ["touched sl 6000"]


def test_a_position_that_was_turned_round_is_watched_on_its_other_side() -> None:
    desk, triggers = watching(plan(trail="1%"))
    position = desk.position
    turned = replace(position, quantity=-position.quantity, bracket=desk.bracket)
    desk.book.put_position(turned)
    triggers.sync(desk.book, position.position_id)
    assert len(triggers) == 1
    # A long would be out here; a short is out when the ask has risen.
    assert quoted(desk, triggers, "6600") == []
    assert quoted(desk, triggers, "6700", "6701") == ["rose 6600", "touched trail 6700"]
