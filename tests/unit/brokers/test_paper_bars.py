"""The paper venue on bars: each rule of docs/paper-broker.md with its numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.unit.brokers.paper_stage import (
    MINUTE,
    T0,
    always_closed,
    bar,
    buy,
    exit_of,
    future,
    held_from_100,
    play,
    sell,
    spot,
    told,
    venue_on_bars,
)
from trading.domain.order import TimeInForce
from trading.domain.reports import Accepted, Rejected

D = Decimal


def test_a_market_order_fills_at_the_open_of_the_first_bar_at_or_after_it() -> None:
    venue = venue_on_bars()
    play(venue, bar(0, "100", "101", "99", "100"))
    venue.submit(buy("b", "1"), T0 + MINUTE)
    assert told(play(venue, bar(1, "102", "103", "101", "102"))) == ["b 1@102 12:01"]


def test_an_order_between_two_opens_takes_no_part_in_the_bar_that_runs() -> None:
    venue = venue_on_bars()
    running = bar(0, "100", "110", "90", "100")
    venue.on_bar_open(running)
    venue.submit(buy("b", "1", limit="95"), T0 + timedelta(seconds=30))
    assert not venue.on_bar_close(running)
    assert told(play(venue, bar(1, "100", "100", "94", "96"))) == ["b 1@95 12:02"]


def test_latency_moves_an_order_to_a_later_bar() -> None:
    venue = venue_on_bars(latency_s=61)
    venue.submit(buy("b", "1"), T0)
    bars = [bar(minute, str(100 + minute), "110", "90", "100") for minute in range(4)]
    assert told(play(venue, *bars)) == ["b 1@102 12:02"]


def test_legs_that_arise_from_a_fill_at_the_open_see_the_range_of_that_bar() -> None:
    venue = venue_on_bars()
    venue.submit(buy("entry", "1"), T0)
    first = bar(0, "100", "111", "99", "110")
    assert told(venue.on_bar_open(first)) == ["entry 1@100 12:00"]
    venue.submit_group([exit_of("tp", "1", limit="110"), exit_of("sl", "1", stop="95")], T0)
    assert told(venue.on_bar_close(first)) == ["tp 1@110 12:01", "sl canceled oco"]


def test_the_stop_wins_when_stop_and_target_lie_in_one_bar() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit_group([exit_of("tp", "1", limit="110"), exit_of("sl", "1", stop="95")], T0 + MINUTE)
    assert told(play(venue, bar(1, "100", "115", "90", "100"))) == ["sl 1@95 12:02", "tp canceled oco"]


def test_a_gap_through_the_stop_fills_at_the_open() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit(exit_of("sl", "1", stop="95"), T0 + MINUTE)
    play(venue, bar(1, "100", "101", "99", "100"))
    assert told(play(venue, bar(2, "90", "96", "89", "91"))) == ["sl 1@90 12:02"]


def test_a_gap_beyond_a_target_fills_at_the_better_open() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit(exit_of("tp", "1", limit="110"), T0 + MINUTE)
    play(venue, bar(1, "100", "101", "99", "100"))
    assert told(play(venue, bar(2, "115", "116", "114", "115"))) == ["tp 1@115 12:02"]


def test_a_limit_that_is_only_touched_waits_unless_luck_is_allowed() -> None:
    for chance, expected in ((0.0, []), (1.0, ["b 1@95 12:01"])):
        venue = venue_on_bars(touch_probability=chance)
        venue.submit(buy("b", "1", limit="95"), T0)
        assert told(play(venue, bar(0, "100", "101", "95", "96"))) == expected


def test_luck_at_the_touch_repeats_itself_with_the_same_seed() -> None:
    def run() -> list[str]:
        venue = venue_on_bars(touch_probability=0.3)
        venue.submit(buy("b", "1", limit="95"), T0)
        return told(play(venue, *(bar(minute, "100", "101", "95", "96") for minute in range(30))))

    assert run() == run() != []


def test_a_trailing_stop_is_tested_before_the_bar_moves_it() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit(exit_of("trail", "1", trail="5"), T0 + MINUTE)
    assert told(play(venue, bar(1, "100", "120", "96", "119"))) == []
    assert venue.stop_of(exit_of("trail", "1").client_order_id) == 115
    assert told(play(venue, bar(2, "119", "119", "114", "114"))) == ["trail 1@115 12:03"]


def test_a_trailing_stop_with_activation_sleeps_until_the_price_is_there() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit(exit_of("trail", "1", trail="5", activation_price=D(110)), T0 + MINUTE)
    assert told(play(venue, bar(1, "100", "109", "80", "100"), bar(2, "100", "112", "100", "111"))) == []
    assert told(play(venue, bar(3, "110", "111", "106", "106"))) == ["trail 1@107 12:04"]


def test_a_stop_limit_that_gapped_beyond_its_limit_waits_there() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit(exit_of("sl", "1", stop="95", limit="94"), T0 + MINUTE)
    assert told(play(venue, bar(1, "100", "100", "98", "99"), bar(2, "90", "93", "89", "92"))) == []
    assert told(play(venue, bar(3, "92", "95", "92", "95"))) == ["sl 1@94 12:04"]


def test_three_targets_and_a_stop_trade_the_position_and_no_more() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    legs = [exit_of(f"tp{n}", size, limit=price) for n, size, price in
            ((1, "0.3", "105"), (2, "0.3", "110"), (3, "0.4", "115"))]  # fmt: skip
    venue.submit_group([*legs, exit_of("sl", "1", stop="95"), exit_of("trail", "1", trail="30")], T0 + MINUTE)
    assert told(play(venue, bar(1, "100", "111", "99", "111"))) == [
        "tp1 0.3@105 12:02",
        "sl becomes 0.7",
        "trail becomes 0.7",
        "tp2 0.3@110 12:02",
        "sl becomes 0.4",
        "trail becomes 0.4",
    ]
    assert told(play(venue, bar(2, "111", "111", "94", "94"))) == [
        "sl 0.4@95 12:03",
        "tp3 canceled oco",
        "trail canceled oco",
    ]
    assert venue.snapshot(T0).positions == {}


def test_volume_share_fills_in_parts_over_bars() -> None:
    venue = venue_on_bars(volume_share=D("0.1"))
    venue.submit(buy("b", "2.5"), T0)
    bars = [bar(minute, "100", "100", "100", "100", volume="10") for minute in range(3)]
    assert told(play(venue, *bars)) == ["b 1.0@100 12:00", "b 1.0@100 12:01", "b 0.5@100 12:02"]


def test_slippage_is_taken_against_us_and_stops_at_the_limit() -> None:
    venue = venue_on_bars(slippage_bps=D(10))
    venue.submit(buy("market", "1"), T0)
    venue.submit(buy("limit", "1", limit="100.05"), T0)
    assert told(play(venue, bar(0, "100", "100", "100", "100"))) == [
        "market 1@100.1 12:00",
        "limit 1@100.05 12:00",
    ]


def test_impact_grows_with_the_share_of_the_volume_that_is_taken() -> None:
    venue = venue_on_bars(impact_bps=D(100), volume_share=D(1))
    venue.submit(buy("b", "5"), T0)
    assert told(play(venue, bar(0, "100", "100", "100", "100", volume="10"))) == ["b 5@100.5 12:00"]


def test_quote_bars_buy_at_the_ask_and_sell_at_the_bid() -> None:
    venue = venue_on_bars()
    asks: dict[str, Any] = {"ask_open": D(101), "ask_high": D(112), "ask_low": D(100), "ask_close": D(111)}
    venue.submit(buy("b", "1"), T0)
    first = bar(0, "100", "111", "99", "110", **asks)
    assert told(venue.on_bar_open(first)) == ["b 1@101 12:00"]
    venue.submit(sell("tp", "1", limit="111", reduce_only=True), T0)
    assert told(venue.on_bar_close(first)) == []


def test_a_day_order_ends_with_the_day() -> None:
    venue = venue_on_bars()
    venue.submit(buy("b", "1", limit="90", time_in_force=TimeInForce.DAY), T0)
    assert told(play(venue, bar(719, "100", "100", "95", "95"))) == []
    assert told(play(venue, bar(720, "95", "95", "80", "80"))) == ["b ExpiredReported"]


def test_an_ioc_order_is_gone_after_the_first_open() -> None:
    venue = venue_on_bars()
    venue.submit(buy("b", "1", limit="90", time_in_force=TimeInForce.IOC), T0)
    assert told(play(venue, bar(0, "100", "100", "80", "80"))) == ["b canceled ioc"]


def test_a_closed_market_refuses_what_wants_to_trade_now() -> None:
    venue = venue_on_bars(spot(session=always_closed()))
    answer = venue.submit(buy("b", "1", limit="90", time_in_force=TimeInForce.IOC), T0)
    assert isinstance(answer, Rejected) and answer.code == "market_closed"
    answer = venue.submit(buy("m", "1"), T0)
    assert isinstance(answer, Rejected) and answer.code == "market_closed"
    assert isinstance(venue.submit(buy("l", "1", limit="90"), T0), Accepted)


def test_a_future_moves_cash_by_what_it_realises_and_holds_margin() -> None:
    venue = venue_on_bars(future(), taker_bps=D(0))
    venue.submit(sell("short", "1", symbol="ES", reference_price=D(1000)), T0)
    play(venue, bar(0, "1000", "1000", "1000", "1000", symbol="ES"))
    assert venue.snapshot(T0).cash == 10_000
    answer = venue.submit(sell("more", "2", symbol="ES"), T0 + MINUTE)
    assert isinstance(answer, Rejected) and answer.code == "insufficient_funds"
    venue.submit(buy("cover", "1", symbol="ES", reduce_only=True), T0 + MINUTE)
    play(venue, bar(1, "990", "990", "990", "990", symbol="ES"))
    assert venue.snapshot(T0).cash == 10_500


def test_what_cannot_be_shorted_is_not_shorted() -> None:
    venue = venue_on_bars(spot(shortable=False))
    answer = venue.submit(sell("s", "1"), T0)
    assert isinstance(answer, Rejected) and answer.code == "not_shortable"


def test_a_new_quantity_keeps_the_order_in_the_running_bar() -> None:
    venue = venue_on_bars()
    held_from_100(venue)
    venue.submit(exit_of("sl", "1", stop="95"), T0 + MINUTE)
    running = bar(1, "100", "100", "94", "94")
    venue.on_bar_open(running)
    stop = exit_of("sl", "0.5", stop="95")
    venue.replace(
        stop.client_order_id, stop.quantity, None, stop.stop_price, T0 + MINUTE + timedelta(seconds=5)
    )
    assert told(venue.on_bar_close(running)) == ["sl 0.5@95 12:02"]


def test_a_venue_without_orders_has_no_work() -> None:
    venue = venue_on_bars()
    assert not venue.has_work("BTC/USD")
    venue.submit(buy("b", "1", limit="90"), T0)
    assert venue.has_work("BTC/USD")
    play(venue, bar(0, "100", "100", "80", "80"))
    assert not venue.has_work("BTC/USD")
