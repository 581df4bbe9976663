"""Spans of a swap pass whatever the clock of the machine says, and swaps in a row share theirs."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_swap import holding
from tests.unit.domain.test_exit_levels import target
from trading.domain.decide.waiting import waits
from trading.domain.reports import Wait

D = Decimal


def test_an_exit_whose_clock_was_set_back_is_taken_back_by_the_timer() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    desk.accept(desk.open_role("target"))
    desk.wait(-600)
    desk.look()
    assert desk.sent == []
    desk.look(Wait.EXIT)
    assert desk.sent == ["cancel exit-3"]


def test_a_target_that_waited_for_room_while_the_clock_was_set_back_is_looked_at_anew() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.price("6800")
    desk.wait(-600)
    desk.cancel(stop)
    assert desk.named("SwapEnded")[0].outcome == "left"
    assert desk.sent == ["sell stop 0.3 stop 6633"]


def test_a_swap_counts_as_guarded_until_its_time_is_over_whatever_the_clock_says() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    desk.wait(-600)
    desk.look()
    assert desk.position.uncovered_since is None
    desk.look(Wait.ROOM)
    assert desk.position.uncovered_since == desk.now
    assert Wait.ROOM not in {span.wait for span in waits(desk.book, desk.position)}


def test_swaps_in_a_row_have_no_time_of_their_own_until_a_stop_stands() -> None:
    desk = holding(replace(plan(stop="1%"), targets=(target("2%:50"), target("3%:50"))))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    desk.fill(desk.open_role("target"), price="6834")
    began = desk.position.uncovered_since
    assert began == desk.now and desk.position.swap is None
    desk.wait(3)
    desk.touched("tp2", "6901")
    desk.wait(5)
    desk.look(Wait.ROOM)
    assert desk.position.uncovered_since == began
