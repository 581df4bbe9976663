"""The judge of what fills behind a halt: a desk that had its time answers for it, a dead one does not."""

from __future__ import annotations

from datetime import timedelta

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
