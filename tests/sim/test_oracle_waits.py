"""What the judge gives a desk time for: the dead, and those who obey a venue, owe nothing meanwhile."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any

from tests.sim.oracle import Oracle
from tests.sim.oracle_again import Again
from tests.sim.oracle_doubted import Doubted
from tests.sim.oracle_known import Known
from tests.sim.oracle_lasting import Lasting
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
    lost = {"what": "fault", "fault": "B10"}
    assert said(*asked[:3], lost, *asked[3:]) == 0, "the book was loaded anew, and what it shows begins anew"
    assert said(*asked[:3], {**lost, "fault": "B03"}, *asked[3:]) == 1


def test_whom_a_message_has_ended_asks_for_nothing_until_it_is_started_again() -> None:
    """Seed 89885: what starts it waits for longer each time."""
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"))
    refused = {**event(3, "CancelFailed", reason="no connection"), "t_s": 24.0}
    ended = {"what": "fault", "fault": "K02", "t_s": 25.0}
    back = {"what": "boot", "which": 2, "t_s": 48.0}
    wrote = {**event(4, "Noticed"), "t_s": 26.0}
    late = {"what": "quote", "symbol": "X", "at": AT}
    assert walked(*waits, refused, {**late, "t_s": 50.0}) == {"I7"}
    assert walked(*waits, refused, ended, {**late, "t_s": 50.0}) == set()
    assert walked(*waits, refused, ended, back, {**late, "t_s": 69.0}) == set()
    assert walked(*waits, refused, ended, back, {**late, "t_s": 71.0}) == {"I7"}
    assert walked(*waits, refused, ended, wrote, {**late, "t_s": 50.0}) == {"I7"}, "it was there"


PANIC = event(1, "FlattenStarted", is_panic=True, position_ids=[])
HAND = {"what": "hand", "cid": "HAND-1", "told": True}


def proven(after_s: float) -> dict[str, Any]:
    at = AT + timedelta(seconds=after_s)
    return event(2, "FlatProven", proof="the venue reports no position", at=at)


def bought(cid: str, after_s: float) -> dict[str, Any]:
    report = {**REPORT, "client_order_id": cid, "at": AT + timedelta(seconds=after_s)}
    return {**FILLED, "report": report}


def test_what_a_hand_buys_after_the_venue_said_that_it_is_flat_is_no_lie_of_the_proof() -> None:
    looked = {"what": "looked", "at": AT + timedelta(seconds=2)}
    assert walked(PANIC, HAND, bought("HAND-1", 3), looked, proven(5)) == set(), "the answer came late"
    assert walked(PANIC, HAND, looked, bought("HAND-1", 3), proven(13)) == set(), "it was written down late"
    assert walked(PANIC, HAND, looked, bought("HAND-1", 3), proven(50)) == {"FLAT"}, "it is too old by then"
    assert walked(PANIC, HAND, bought("HAND-1", 1), looked, proven(5)) == {"FLAT"}, "the venue had said so"
    assert walked(PANIC, HAND, looked, bought("HAND-1", 3), proven(90)) == {"FLAT"}, "nobody has asked since"
    assert walked(looked, PANIC, HAND, bought("HAND-1", 3), proven(5)) == {"FLAT"}, "asked before the panic"


def test_what_the_desk_itself_buys_after_the_venue_said_that_it_is_flat_is() -> None:
    looked = {"what": "looked", "at": AT}
    rows = (CONFIRMED, intended(), SENT, TAKEN, bought("CID", 3))
    assert "FLAT" in walked(
        event(1, "FlattenStarted", is_panic=True, position_ids=[]), looked, *rows, proven(5)
    )


def test_a_stop_that_was_jumped_over_does_not_come_back_while_a_person_is_asked() -> None:
    oracle = Oracle()
    oracle.positions["a/X/1"] = Decimal(1)
    oracle.plans["a/X/1"] = {"stop": {"value": Decimal(9)}, "trail": None}
    ended = event(1, "SwapEnded", position_id="a/X/1", outcome="filled")

    def said() -> list[tuple[str, str]]:
        lasting = Lasting()
        return [one for row in (ended, {"what": "commit"}) for one in lasting.row(row, oracle)]

    assert [invariant for invariant, _ in said()] == ["I8"]
    oracle.pulls.gaps.asked.add("a/X/1")
    assert said() == []


def test_who_sleeps_looks_at_no_stop_until_it_wakes() -> None:
    stop = {"order_id": "o", "role": "stop", "position_id": "a/X/1", "stop_price": Decimal(9)}
    leg = {"kind": "stop", "price": Decimal(9), "is_done": False}
    oracle: Any = SimpleNamespace(
        orders={"o": SimpleNamespace(order=stop, status="in_doubt")},
        brackets={"a/X/1": {"guard": "exits", "legs": [leg]}},
        positions=defaultdict(lambda: Decimal(1)),
        held={"X": Decimal(1)},
        looks=SimpleNamespace(frozen=set()),
    )
    doubt = {**event(1, "OrderInDoubt", order_id="o"), "t_s": 0.0}
    awake = {**event(2, "RequestSent", order_id="another"), "t_s": 12.0}

    def said(*rows: dict[str, Any], prices: tuple[float, ...]) -> int:
        doubted = Doubted()
        price = {"what": "quote", "symbol": "X", "bid": Decimal(8), "ask": Decimal(8)}
        quotes = [{**price, "t_s": at_s} for at_s in prices]
        day = sorted((doubt, *rows, *quotes), key=lambda row: row["t_s"])
        return sum(1 for row in day for _ in doubted.seen(oracle, row))

    sleep = {"what": "fault", "fault": "C04", "t_s": 1.0}
    assert said(prices=(2.0, 9.0)) == 1
    assert said(sleep, prices=(2.0, 9.0)) == 0
    assert said(sleep, awake, prices=(2.0, 9.0, 13.0, 18.0)) == 0
    assert said(sleep, awake, prices=(2.0, 9.0, 13.0, 20.0)) == 1, "it is awake"
    assert said(sleep, prices=(2.0, 47.0, 54.0)) == 1, "no machine sleeps so long"
    # Who has asked for its end already, so that an exit can leave, has nothing left to write down.
    begun = {**event(1, "SwapBegun", position_id="a/X/1", cancels=["o"]), "t_s": -1.0}
    ended = {**event(2, "SwapEnded", position_id="a/X/1", outcome="left"), "t_s": -0.5}
    assert said(begun, prices=(2.0, 9.0)) == 0
    assert said({**begun, "event": {**begun["event"], "cancels": ["another"]}}, prices=(2.0, 9.0)) == 1
    assert said(begun, ended, prices=(2.0, 9.0)) == 1, "it was to end no more"
    oracle.held["X"] = Decimal(0)
    assert said(prices=(2.0, 9.0)) == 0, "a hand has closed it: nothing is there that could leave"


def test_an_order_is_not_full_while_nobody_knows_whether_it_has_grown() -> None:
    stands = (CONFIRMED, intended(), SENT, TAKEN)
    asked = event(3, "ReplaceRequested", quantity=Decimal(5), limit_price=None, stop_price=None)
    booked: dict[str, Any] = {"fill_id": "F1", "position_id": "a/X/1", "contained": None, "bookings": []}
    filled = event(4, "OrderFilled", **{**REPORT, **booked})
    ended = event(6, "OrderCanceled", reason="requested")
    gone = {"what": "venue", "type": "Ended", "client_order_id": "CID", "symbol": "X", "reason": "requested"}

    def found(*rows: dict[str, Any]) -> set[str]:
        told = (event(2, "OrderAccepted"), *rows)
        numbers = count(2)
        return walked(*stands, *({**row, "seq": next(numbers)} if "event" in row else row for row in told))

    def failed(*, is_silent: bool) -> dict[str, Any]:
        return event(5, "ReplaceFailed", reason="", is_silent=is_silent)

    assert found(FILLED, filled, gone, ended) == {"I6"}, "it was full"
    assert found(asked, FILLED, filled, failed(is_silent=True), gone, ended) == set()
    assert found(asked, FILLED, filled, failed(is_silent=False), gone, ended) == {"I6"}
    assert found(asked, failed(is_silent=False), FILLED, filled, gone, ended) == {"I6"}
    # Whoever says that it is not there says so of its change, too (seed 102217).
    doubt = event(4, "OrderInDoubt", reason="")
    word = event(5, "DoubtAnswered", is_there=False, venue_order_id="", by="p")
    late = event(6, "OrderFilled", **{**REPORT, **booked})
    unsure = (CONFIRMED, intended(), SENT, TAKEN, {**asked, "seq": 2})
    rows = (*unsure, {**doubt, "seq": 3}, {**word, "seq": 4}, FILLED, {**late, "seq": 5}, gone)
    assert "I6" in walked(*rows, {**ended, "seq": 6}), "it is full with what it stood for"


def test_a_position_that_closes_once_more_wishes_its_exits_away_anew() -> None:
    """Entries have filled in between, each time."""
    name = "a/X/1/exit-2"
    asked = [{**event(n, "CancelRequested", order_id=name, cause="flat"), "t_s": n * 2.0} for n in range(4)]

    def said(*rows: dict[str, Any]) -> int:
        judge = Again()
        return sum(1 for row in (intended(role="stop", order_id=name), *rows) for _ in judge.row(row))

    def closed(position_id: str) -> dict[str, Any]:
        return event(9, "PositionClosed", position_id=position_id)

    assert said(*asked[:2], closed("a/X/1"), *asked[2:]) == 0
    assert said(*asked[:2], closed("a/X/2"), *asked[2:]) == 1, "another one"
    assert said(closed("a/X/1"), *asked) == 1, "once"


def test_what_a_sleeper_is_answered_is_held_against_what_it_knew_before() -> None:
    """It has written down a fill that it takes in when it wakes; until then something is missing."""
    promised = {"what": "promises", "spans_s": (0.0, 0.0, 0.0), "budget_s": 5.0}
    doubt = {**event(2, "OrderInDoubt"), "t_s": 1.0}
    sleep = {"what": "fault", "fault": "C04", "t_s": 1.5}
    answers = [{"what": "asked", "cid": "CID", "s": at_s, "t_s": at_s} for at_s in range(2, 14)]
    begun = (promised, CONFIRMED, intended(), SENT, doubt)
    person = {**event(3, "DoubtEscalated"), "t_s": 14.0}
    assert walked(*begun, *answers, person) == {"I7"}
    assert walked(*begun, sleep, *answers, person) == set()


def test_a_filled_stop_that_an_unanswered_change_may_have_enlarged_is_not_wanted_twice() -> None:
    stop = Known({"quantity": Decimal(1), "role": "stop", "type": "stop", "position_id": "a/X/1"})
    stop.changed({"type": "ReplaceRequested", "quantity": Decimal(3)})
    stop.filled, stop.status = Decimal(1), "partial"
    nobody = SimpleNamespace(asked=set[str]())
    day: Any = SimpleNamespace(
        looks=SimpleNamespace(frozen=set[str]()),
        rests=SimpleNamespace(dust=set[str]()),
        pulls=SimpleNamespace(gaps=nobody, open=set[str]()),
        positions={"a/X/1": Decimal(2)},
        plans={"a/X/1": {"stop": {"kind": "percent"}}},
        brackets={},
        orders={"a/X/1/exit-4": stop},
    )

    def told() -> list[tuple[str, str]]:
        lasting = Lasting()
        ended = {"what": "event", "event": {"type": "SwapEnded", "position_id": "a/X/1"}}
        return [one for row in (ended, {"what": "commit"}) for one in lasting.row(row, day)]

    assert told() == [], "a second stop would sell twice"
    stop.changed({"type": "ReplaceFailed", "is_silent": True})
    assert told() == [], "silence is no answer"
    stop.changed({"type": "ReplaceFailed", "is_silent": False})
    assert [invariant for invariant, _ in told()] == ["I8"]
