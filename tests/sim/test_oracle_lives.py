"""What the judge makes of lives that go on, and of legs that a venue ends together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from tests.sim.oracle_mistakes import Versions
from tests.sim.oracle_pulled import Pulls

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


def given_up(*ended: str) -> list[str]:
    """The venue ends these legs of a position, and the desk watches it itself from then on."""
    roles = {"stop": "sl", "target": "tp1"}
    orders = {
        role: {
            "role": role,
            "position_id": "a/X/1",
            "client_order_id": role,
            "type": "limit",
            "intended_at": NOON,
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
