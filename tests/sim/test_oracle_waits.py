"""What the judge gives a desk time for: the dead, and those who obey a venue, owe nothing meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sim.oracle_again import Again
from tests.sim.test_oracle import AT, CONFIRMED, FILLED, REPORT, SENT, TAKEN, event, intended, walked


def test_an_entry_that_fills_long_after_a_halt_is_seen_when_the_desk_has_had_its_time() -> None:
    halt = event(3, "HaltChanged", state="halted", until=None, reason="tired")
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"), halt, event(4, "CancelRequested"))
    late = {**FILLED, "report": {**REPORT, "at": AT + timedelta(seconds=70)}, "t_s": 70.0}
    assert walked(*waits, late) == {"I13"}
    assert walked(*waits, {"what": "boot", "which": 2, "t_s": 5.0}, late) == {"I13"}
    assert walked(*waits, {"what": "boot", "which": 2, "t_s": 20.0}, late) == set(), (
        "a dead desk cancels nothing"
    )
    refused = {"what": "refused", "cid": "CID", "t_s": 30.0}
    assert walked(*waits, refused, late) == set(), "the venue keeps it, the desk may wait with the next try"
    assert walked(*waits, {**refused, "t_s": 15.0}, late) == {"I13"}, "it is due"
    crash = {"what": "crash", "which": "restart", "t_s": 65.0}
    assert walked(*waits, {**refused, "t_s": 18.0}, crash, late) == set(), "the dead are not due"
    assert walked(*waits, {**refused, "t_s": 18.0}, {**crash, "which": "overtaken"}, late) == {"I13"}
    assert walked(*waits, crash, late) == {"I13"}
    assert walked(*waits, {**crash, "t_s": 55.0}, late) == set()


def test_a_venue_that_does_not_say_for_how_long_is_left_alone_for_longer_each_time() -> None:
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"))
    refused = {**event(3, "CancelFailed", reason="not now"), "t_s": 1.0}
    busy = [{"what": "fault", "fault": "X06", "t_s": at_s} for at_s in (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)]
    late = {"what": "quote", "symbol": "X", "at": AT}
    assert walked(*waits, refused, *busy, {**late, "t_s": 140.0}) == set()
    assert walked(*waits, refused, *busy, {**late, "t_s": 150.0}) == {"I7"}
    assert walked(*waits, refused, *busy[:4], {**late, "t_s": 80.0}) == {"I7"}, (
        "a quarter of a minute is shorter"
    )
    apart = [{**one, "t_s": n * 90.0} for n, one in enumerate(busy)]
    failed = {**refused, "t_s": 451.0}
    assert walked(*waits, *apart, failed, {**late, "t_s": 500.0}) == {"I7"}, "those are not in a row"


def test_a_cancel_that_is_wished_for_anew_is_no_repetition() -> None:
    """The swap before it ended because its exit was turned down."""
    name = "a/X/1/exit-2"
    asked = [{**event(n, "CancelRequested", order_id=name, cause="tp1"), "t_s": n * 5.0} for n in range(4)]
    swap = event(9, "SwapBegun", position_id="a/X/1", cancels=[name])
    refused = event(8, "OrderRejected", order_id="a/X/1/exit-3")

    def said(*rows: dict[str, Any]) -> int:
        judge = Again()
        return sum(1 for row in (intended(role="stop", order_id=name), *rows) for _ in judge.row(row))

    assert said(*asked) == 1
    assert said(*asked[:2], refused, swap, *asked[2:]) == 0
    assert said(*asked[:2], swap, *asked[2:]) == 1, "nothing was turned down"
    assert said(*asked[:2], refused, *asked[2:]) == 1, "nobody wishes for it anew"
    assert said(refused, swap, swap, *asked) == 1
