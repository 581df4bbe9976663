"""How a bot lives: what stops it, what it does then, and what a person can tell it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from tests.unit.automations.market import COIN, D, Market, begun, limits, thawed
from trading.automations import command as cm
from trading.automations import event as ev
from trading.automations.dca import Dca
from trading.automations.grid import Grid
from trading.automations.state import Life
from trading.domain.money import Price, Quantity
from trading.domain.reports import Liquidity

RULES: Final[dict[str, Any]] = {
    "order": "100.1",
    "safety": "100.1",
    "safeties": 1,
    "step_percent": "2",
    "slip_percent": 0,
    "stop_percent": "8",
}


def bought() -> Market:
    """A DCA bot that holds 1 at 100, with a safety order at 98, a target at 101.50 and a guard at 92."""
    market = begun(Dca(), "450", **RULES)
    market.price("100")
    market.price("100")
    assert market.held == 1
    return market


def test_three_refusals_in_a_row_stop_it_and_its_guard_stays() -> None:
    market = bought()
    market.refuses = "/target/"
    for _ in range(9):
        market.price("97")
    (end,) = market.ends
    assert (end.code, end.is_error, end.is_guarded) == ("refused", True, True)
    assert end.sentence.endswith("because: It was not in the mood.")
    assert market.state.life is Life.ERROR
    assert not market.orders
    assert market.guard is not None and market.guard.below == 92
    market.price("91")
    assert market.held == 0 == market.state.held


def test_what_was_refused_is_tried_again_a_minute_later_under_a_new_tag() -> None:
    market = bought()
    market.orders.clear()
    market.tell(ev.OrderRefused("dca/target/1", "Not now.", market.now))
    for seconds, tag in ((59, "dca/target/1"), (60, "dca/target/2")):
        seen = Price(D(100))
        market.tell(ev.PriceSeen(seen, seen, market.now + timedelta(seconds=seconds)))
        assert market.tags[-1] == tag


def test_a_fill_that_it_never_ordered_stops_it() -> None:
    market = bought()
    before = market.state.held
    market.tell(ev.OrderFilled("dca/rung-9/1", "x", Price(D(100)), Quantity(D(1)), D(0), market.now))
    assert [end.code for end in market.ends] == ["unknown_fill"]
    assert market.state.held == before


def test_more_than_it_ordered_is_booked_and_stops_it() -> None:
    market = bought()
    market.fill("dca/rung-1/1", market.orders["dca/rung-1/1"].place.side, D(98), D(3), Liquidity.MAKER)
    assert market.state.held == market.held == 4
    assert [end.code for end in market.ends] == ["overfilled"]


def test_a_fill_that_comes_twice_is_booked_once() -> None:
    market = bought()
    fill = ev.OrderFilled("dca/rung-1/1", "again", Price(D(98)), Quantity(D("0.5")), D("0.049"), market.now)
    market.tell(fill)
    once = market.state
    market.tell(fill)
    assert market.state.lots == once.lots
    assert market.state.statistic == once.statistic


def test_an_exit_that_is_told_before_its_entry_waits_for_it() -> None:
    market = bought()
    at = market.now
    market.orders["dca/rung-1/1"].filled = D(1)
    market.tell(ev.OrderFilled("dca/guard/1", "g", Price(D(92)), Quantity(D(2)), D(0), at))
    assert market.state.held == 1
    market.tell(ev.OrderFilled("dca/rung-1/1", "e", Price(D(98)), Quantity(D(1)), D(0), at))
    assert market.state.held == 0
    assert market.state.statistic.realised == 184 - 198 - D("0.1")


def test_a_guard_that_is_refused_closes_what_is_held() -> None:
    market = bought()
    market.tell(ev.OrderRefused("dca/guard/1", "The price is beyond it.", market.now))
    market.price("95")
    assert market.held == 0
    assert "dca/close/1" in market.tags


def test_told_to_finish_it_buys_no_more_and_lets_the_target_end_it() -> None:
    market = bought()
    market.tell(ev.Told("finish", market.now))
    assert market.state.wish == "finish"
    assert list(limits(market).values()) == [("sell", D("101.5"), D(1))]
    market.price("97")
    market.price("102")
    assert market.held == 0
    assert market.state.life is Life.STOPPED
    market.price("100")
    assert not market.orders


def test_told_to_close_it_sells_at_once() -> None:
    market = bought()
    market.tell(ev.Told("close", market.now))
    assert not market.orders
    market.price("99")
    assert market.held == 0
    assert market.state.life is Life.STOPPED


def test_told_to_leave_it_keeps_what_it_holds_under_its_guard() -> None:
    market = bought()
    market.tell(ev.Told("leave", market.now))
    assert not market.orders
    assert market.state.life is Life.STOPPED
    assert market.held == 1
    assert market.guard is not None and market.guard.below == 92
    assert [(end.code, end.is_error, end.is_guarded) for end in market.ends] == [("told", False, True)]


def test_resumed_it_goes_on_where_it_stood() -> None:
    market = bought()
    before = sorted(limits(market).values())
    market.tell(ev.Told("leave", market.now))
    market.tell(ev.Told("resume", market.now))
    assert market.state.life is Life.ACTIVE
    assert sorted(limits(market).values()) == before


def test_a_price_of_before_changes_nothing() -> None:
    market = bought()
    old = ev.PriceSeen(Price(D(1)), Price(D(1)), market.now.replace(year=2023))
    assert market.machine.step(market.state, old) == (market.state, ())


def test_a_bar_that_comes_again_changes_nothing() -> None:
    market = begun(Grid(), "1000")
    market.price("100")
    state = market.state
    market.price("100")
    again = market.state
    assert again.bar_at > state.bar_at
    market.now = market.now.replace(hour=0, minute=0)
    market.price("100")
    assert market.state.bar_at == again.bar_at


def test_what_is_lost_is_not_spent_again() -> None:
    market = bought()
    market.price("90")
    assert market.held == 0
    assert market.state.may_spend == D(450) + market.state.statistic.realised
    assert market.state.may_spend < 450


def test_coins_that_a_venue_keeps_as_its_fee_are_never_sold() -> None:
    market = begun(Dca(), "450", **RULES)
    market.price("100")
    at = market.now
    fill = ev.OrderFilled("dca/rung-0/1", "f", Price(D(100)), Quantity(D(1)), D(0), at, fee_base=D("0.0015"))
    market.orders.pop("dca/rung-0/1")
    market.tell(fill)
    assert market.state.held == D("0.9985")
    assert ("sell", D("101.66"), D("0.998")) in limits(market).values()
    sold = ev.OrderFilled("dca/target/1", "s", Price(D("101.66")), Quantity(D("0.998")), D(0), at)
    market.tell(sold)
    assert market.state.is_flat
    assert market.state.dust == D("0.0005")


def test_a_state_survives_json_in_every_phase_of_its_life() -> None:
    market = bought()
    for price in ("98", "97", "101", "103", "100", "100", "80", "80", "80"):
        market.price(price)
        assert thawed(market.machine, market.state) == market.state


def test_an_order_that_ended_unasked_is_given_again_after_a_while() -> None:
    market = bought()
    market.orders.pop("dca/rung-1/1")
    market.tell(ev.OrderEnded("dca/rung-1/1", market.now, Quantity(D(0))))
    assert "dca/rung-1/2" not in market.tags
    market.price("100")
    market.price("100")
    assert market.orders["dca/rung-1/2"].place.limit == 98


def test_the_log_says_what_a_round_trip_has_brought() -> None:
    market = bought()
    market.price("102")
    (note,) = [one for one in market.notes if one.code == "round_trip"]
    assert note.level is cm.NoteLevel.SUCCESS
    assert note.facts == {"tag": "dca/target/1", "pnl": "1.798"}
    assert market.state.statistic.round_trips == market.state.statistic.wins == 1
    assert market.state.instrument is COIN
