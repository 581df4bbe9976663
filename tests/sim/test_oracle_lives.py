"""What the judge makes of lives that go on, and of legs that a venue ends together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from tests.sim.oracle import Oracle
from tests.sim.oracle_cover import Cover
from tests.sim.oracle_known import Known
from tests.sim.oracle_looks import Looks
from tests.sim.oracle_mistakes import Versions
from tests.sim.oracle_pulled import Pulls
from tests.sim.test_oracle import CONFIRMED, FILLED, PROOF, REPORT, TAKEN, asked_at, intended
from tests.sim.test_oracle import SENT as LEFT
from tests.sim.test_oracle import event as written

BOOT = {"what": "boot", "which": 1}
OLDER = {"what": "older", "protocol": 0}
WRITTEN = {"what": "event"}
SENT = {"what": "send"}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def said(*rows: dict[str, Any]) -> int:
    """How often an older version did something."""
    versions = Versions()
    return sum(len(versions.row(row)) for row in rows)


def crash(which: str) -> dict[str, Any]:
    return {"what": "crash", "which": which}


def test_a_life_that_was_overtaken_goes_on_while_nobody_has_written_after_it() -> None:
    """Seed 23221: the second process died before it had taken anything over."""
    overtaken = (BOOT, WRITTEN, crash("overtaken"), BOOT, crash("epoch"), BOOT, OLDER)
    assert not said(*overtaken, SENT)
    assert said(BOOT, WRITTEN, crash("overtaken"), BOOT, WRITTEN, crash("epoch"), BOOT, OLDER, SENT) == 1
    assert said(BOOT, WRITTEN, crash("epoch"), BOOT, OLDER, SENT) == 1


def given_up(*ended: str, new: str = "") -> list[str]:
    """The venue ends these legs of a position, and the desk watches it itself from then on."""
    roles = {"stop": "sl", "target": "tp1", "trail": "trail"}
    orders = {
        role: {
            "role": role,
            "position_id": "a/X/1",
            "client_order_id": role,
            "type": "limit",
            "intended_at": NOON + timedelta(seconds=55 * (role == new)),
        }
        for role in roles
    }
    legs = [{"name": name, "is_done": False} for name in roles.values()]
    oracle: Any = SimpleNamespace(
        orders={role: SimpleNamespace(order=order) for role, order in orders.items()},
        brackets={"a/X/1": {"guard": "pair", "legs": legs}},
        positions={"a/X/1": 1},
    )
    pulls, found = Pulls(), list[str]()
    at = NOON + timedelta(minutes=1)
    for role in ended:
        found += pulls.row(
            {"what": "venue", "type": "Ended", "reason": "venue", "client_order_id": role}, oracle
        )
    events: list[dict[str, Any]] = [{"type": "OrderCanceled", "order_id": role, "at": at} for role in ended]
    events.append({"type": "BracketSet", "position_id": "a/X/1", "reason": "venue_refused", "at": at})
    for event in events:
        found += pulls.row({"what": "event", "event": event}, oracle)
    return found + list(pulls.row({"what": "commit"}, oracle))


def test_a_stop_that_the_venue_ends_alone_is_placed_again() -> None:
    assert len(given_up("stop")) == 1
    assert not given_up("stop", "target"), "seed 19164: what becomes of the target decides"
    assert len(given_up("trail", "stop")) == 1
    assert not given_up("trail", "stop", new="stop"), "seed 97993: it is not wanted there"


def frozen(looked_s: float, written_s: float, *faults: str) -> int:
    """Another hand held one for ten seconds: a look at so many seconds found it, written so much later."""
    looks = Looks()
    for fault in faults:
        assert not looks.beside({"what": "fault", "fault": fault})
    looks.moved("X", Decimal(1), NOON)
    looks.moved("X", Decimal(0), NOON + timedelta(seconds=10))
    one = {"symbol": "X", "held": Decimal(1), "seen_at": NOON + timedelta(seconds=looked_s)}
    at = NOON + timedelta(seconds=written_s)
    return len(looks.froze({"type": "SymbolFrozen", "frozen": one, "at": at}))


def test_what_a_look_has_found_is_dated_by_the_venue_where_the_machines_clock_was_set() -> None:
    assert not frozen(5, 50)
    assert frozen(5, 600) == 1, "no disk is full for that long"
    assert not frozen(5, 600, "B03", "C01"), "seed 41377: the clock ran ahead"
    assert frozen(300, 600, "C01") == 1, "it held none when it was asked"


def test_a_position_that_other_fills_make_up_for_tells_of_none() -> None:
    """Two that nobody has heard of, until a third one shows that something is wrong."""
    proof = {**PROOF, "held": Decimal(0)}
    doubt = written(2, "OrderInDoubt")
    absent = {**written(3, "OrderNotPlaced", proof="none", evidence=proof), "t_s": 40.0}
    rows = (CONFIRMED, intended(), LEFT, TAKEN, *asked_at(8.0, 10.0, 12.0), doubt)

    def said(*fills: tuple[float, str]) -> list[str]:
        oracle, told = Oracle(), []
        for n, (at_s, side) in enumerate(fills):
            report = {**REPORT, "fill_id": f"F{n}"}
            told.append({**FILLED, "side": side, "report": report, "t_s": at_s})
        oracle.walk([*rows, *told, absent])
        return [
            one.sentence
            for one in oracle.breaches
            if "had told of its fill" in one.sentence and "for" in one.sentence
        ]

    assert said((20.0, "buy"))
    assert not said((20.0, "buy"), (20.5, "sell"))
    assert not said((20.0, "buy"), (20.5, "sell"), (39.0, "sell"))
    assert said((20.0, "buy"), (20.5, "sell"), (25.0, "sell"))


@pytest.mark.parametrize(
    ("held", "parent", "expected"),
    [(-6, "CID", 0), (-7, "CID", 1), (6, "CID", 1), (-6, "", 1)],
    ids=["all that is there", "more is there", "the other side", "the desk sizes it"],
)
def test_a_stop_that_its_venue_sizes_guards_what_the_venue_holds(
    held: int, parent: str, expected: int
) -> None:
    """Another hand, of which the desk hears nothing, bought one of the seven back."""
    stop = {"role": "stop", "position_id": "a/X/1", "symbol": "X", "side": "buy", "type": "stop"}
    known = Known({**stop, "quantity": Decimal(6), "parent": parent})
    known.status = "working"
    oracle: Any = MagicMock()
    oracle.orders = {"o": known}
    oracle.positions, oracle.held = {"a/X/1": Decimal(-7)}, {"X": Decimal(held)}
    oracle.plans = {"a/X/1": {"stop": {"value": Decimal(9)}, "trail": None}}
    oracle.brackets = {"a/X/1": {"guard": "bracket"}}
    oracle.rests.dust, oracle.pulls.open, oracle.pulls.gaps.asked = set(), set(), set()
    oracle.along.is_asleep.return_value = False
    cover = Cover()

    def found(at_s: float) -> int:
        begun = {"what": "event", "event": {"type": "EntriesThawed", "at": NOON + timedelta(seconds=at_s)}}
        return sum(1 for row in (begun, {"what": "commit", "t_s": at_s}) for _ in cover.seen(oracle, row))

    assert [found(0), found(20)] == [0, expected]
