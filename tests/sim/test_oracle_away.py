"""What the judge does not ask for: nobody acts while the machine sleeps or the desk is down."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sim.oracle_collar import Collars
from tests.sim.oracle_doubted import Doubted
from tests.sim.oracle_gaps import Gaps
from tests.sim.oracle_stale import Stale

D = Decimal
NAME = "a/X/1"


def watching() -> tuple[Doubted, Any]:
    """Long, with a stop at 100 that has just come into doubt."""
    order = {"position_id": NAME, "role": "stop", "stop_price": D(100)}
    legs = [{"kind": "stop", "is_done": False, "price": D(100)}]
    oracle: Any = SimpleNamespace(
        orders={"s": SimpleNamespace(order=order, status="in_doubt")},
        brackets={NAME: {"guard": "stop", "legs": legs}},
        positions={NAME: D(1)},
        held={"X": D(1)},
        looks=SimpleNamespace(frozen=set()),
    )
    judge = Doubted()
    doubt = {"what": "event", "event": {"type": "OrderInDoubt", "order_id": "s"}, "t_s": 0.0}
    assert not [*judge.seen(oracle, doubt)]
    return judge, oracle


def beyond(at_s: float) -> dict[str, Any]:
    return {"what": "quote", "symbol": "X", "bid": D(99), "ask": D(99), "t_s": at_s}


def said(*rows: dict[str, Any]) -> int:
    judge, oracle = watching()
    return sum(len([*judge.seen(oracle, row)]) for row in rows)


@pytest.mark.parametrize(("fault", "most_s"), [("C04", 45.0), ("K02", 20.0)])
def test_who_sleeps_or_has_been_ended_looks_at_no_price(fault: str, most_s: float) -> None:
    away = {"what": "fault", "fault": fault, "t_s": 1.0}
    assert said(beyond(2.0), beyond(9.0)) == 1
    assert said(away, beyond(2.0), beyond(most_s)) == 0
    assert said(away, beyond(most_s + 2), beyond(most_s + 9)) == 1, "so long at most"
    awake = {"what": "event", "event": {"type": "Noticed"}, "t_s": 3.0}
    assert said(away, awake, beyond(4.0), beyond(11.0)) == 1, "who writes is there"


@pytest.mark.parametrize(
    ("role", "status", "quantity", "sentences"),
    [
        ("flatten", "in_doubt", "1", 0),
        ("close", "in_doubt", "1", 0),
        ("flatten", "in_doubt", "0.9", 1),
        ("flatten", "not_placed", "1", 1),
        ("target", "in_doubt", "1", 1),
    ],
)
def test_what_is_on_its_way_out_is_not_sent_twice(
    role: str, status: str, quantity: str, sentences: int
) -> None:
    """164395: a flatten of all of it was in doubt when the price passed the stop."""
    judge, oracle = watching()
    leaving = {"position_id": NAME, "role": role, "quantity": D(quantity)}
    oracle.orders["f"] = SimpleNamespace(order=leaving, status=status)
    found = [one for row in (beyond(2.0), beyond(9.0)) for one in judge.seen(oracle, row)]
    assert len(found) == sentences


def passed(*rows: dict[str, Any]) -> int:
    """Sentences about a target at 110 that leaves at market after these rows of a new life."""
    leg = {"kind": "target", "name": "tp1", "is_done": False, "price": D(110)}
    oracle: Any = SimpleNamespace(
        orders={"o": SimpleNamespace(order={"position_id": NAME}, left=D(0))},
        brackets={NAME: {"guard": "bot", "legs": [leg]}},
        plans={},
        positions={NAME: D(1)},
    )
    exit_now: dict[str, Any] = {
        "order_id": "t",
        "position_id": NAME,
        "role": "target",
        "leg": 1,
        "type": "market",
    }
    sent = {"type": "OrderIntended", "order": {**exit_now, "limit_price": None, "symbol": "X"}}
    connected: dict[str, Any] = {"type": "VenueConnected", "exits": {"immediate": True}}
    day: list[dict[str, Any]] = [
        {"what": "boot"},
        {"what": "event", "event": connected},
        *rows,
        {"what": "event", "event": sent},
    ]
    judge = Collars()
    return sum(1 for row in day for _ in judge.row(row, oracle))


def priced(bid: int) -> dict[str, Any]:
    return {"what": "quote", "symbol": "X", "bid": D(bid), "ask": D(bid)}


def test_a_target_that_the_first_price_of_a_life_has_passed_is_asked_for_at_its_own_price() -> None:
    assert passed(priced(111)) == 1
    assert passed(priced(109), priced(111)) == 0


def test_by_a_clock_that_was_set_the_second_price_of_a_life_may_be_the_first_of_now() -> None:
    clock = {"what": "fault", "fault": "C01"}
    assert passed(priced(111), priced(109)) == 1
    assert passed(clock, priced(111), priced(109)) == 0
    assert passed(clock, priced(111), priced(112)) == 1, "whichever it was"


def test_what_held_a_target_holds_it_until_its_end_is_written_down() -> None:
    ended = {"what": "event", "event": {"type": "OrderCanceled", "order_id": "o"}}
    assert passed(ended, priced(111)) == 0
    assert passed(ended, {"what": "published"}, priced(111)) == 1


def unasked(*rows: dict[str, Any]) -> int:
    """Sentences about the price of a symbol that stopped at 0 s, and a stop that only the desk watches."""
    leg = {"kind": "stop", "is_done": False, "price": D(100)}
    oracle: Any = SimpleNamespace(
        orders={},
        brackets={NAME: {"guard": "bot", "legs": [leg]}},
        positions={NAME: D(1)},
        held={"X": D(1)},
        rests=SimpleNamespace(dust={}),
        pulls=SimpleNamespace(gaps=SimpleNamespace(asked=set())),
        looks=SimpleNamespace(frozen=set()),
    )
    judge = Stale()
    heard = {"what": "quote", "symbol": "X", "t_s": 0.0}
    return sum(1 for row in ({"what": "boot", "t_s": 0.0}, heard, *rows) for _ in judge.row(row, oracle))


def test_who_sleeps_asks_for_no_price_that_has_stopped() -> None:
    """Seed 88188."""
    sleep = {"what": "fault", "fault": "C04", "t_s": 1.0}
    awake = {"what": "event", "event": {"type": "Noticed"}, "t_s": 12.0}
    look = {"what": "unheard", "symbol": "X"}
    assert unasked({**look, "t_s": 10.5}) == 1
    assert unasked(sleep, {**look, "t_s": 12.0}, {**look, "t_s": 46.0}) == 0
    assert unasked(sleep, {**look, "t_s": 57.0}) == 1, "no machine sleeps so long"
    assert unasked(sleep, awake, {**look, "t_s": 21.0}) == 0
    assert unasked(sleep, awake, {**look, "t_s": 23.0}) == 1, "it is awake"
    other = {"what": "fault", "fault": "B03", "t_s": 2.0}
    assert unasked(sleep, other, {**look, "t_s": 40.0}) == 0, "whatever else goes wrong meanwhile"
    assert unasked(sleep, {"what": "boot", "t_s": 5.0}, {**look, "t_s": 15.5}) == 1, "another life"


def left_without(*events: dict[str, Any]) -> int:
    """Sentences about a position that a person leaves without its stop, whose plan has one in the end."""
    oracle: Any = SimpleNamespace(
        orders={},
        brackets={},
        positions={NAME: D(1)},
        plans={NAME: {"stop": D(100)}},
        confirmed={"c": "SetExits"},
    )
    judge = Gaps()
    judge.asked.add(NAME)
    left: dict[str, Any] = {"type": "GapSettled", "position_id": NAME, "outcome": "left", "by": "p"}
    rows: list[dict[str, Any]] = [{"what": "event", "event": one} for one in (left, *events)]
    rows.append({"what": "commit"})
    return sum(1 for row in rows for _ in judge.row(row, oracle))


def test_what_an_entry_opens_again_in_the_same_breath_brings_a_stop_of_its_own() -> None:
    assert left_without() == 1
    assert left_without({"type": "PositionClosed", "position_id": NAME}) == 0, "seed 104707"
