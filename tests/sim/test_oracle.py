"""The oracle judges by itself: it shares no code with what it judges, and it knows a lie when it sees one."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.sim.oracle import Oracle, judged

HERE = Path(__file__).parent
PRODUCT = {"trading", "db", "bot", "scheduler", "sentiment"}
AT = datetime(2026, 1, 5, tzinfo=UTC)
D = Decimal


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("oracle*.py")))
def test_the_oracle_imports_nothing_of_the_product(name: str) -> None:
    tree = ast.parse((HERE / name).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        for module in modules:
            assert module.split(".")[0] not in PRODUCT, f"{name} imports {module}"
            assert not module.startswith("tests") or module.startswith("tests.sim.oracle")


def order(**more: Any) -> dict[str, Any]:
    """An entry as plain data."""
    return {
        "order_id": "a/X/1/entry-1",
        "client_order_id": "CID",
        "account": "a",
        "person": "p",
        "position_id": "a/X/1",
        "symbol": "X",
        "command_id": "p:1",
        "side": "buy",
        "type": "market",
        "role": "entry",
        "group": "",
        "quantity": D(2),
        **more,
    }


def intended(**more: Any) -> dict[str, Any]:
    """The event that writes it down."""
    gate = {"decision_id": "a/X/1/entry-1#1", "checks": [{"passed": True}]}
    event = {
        "type": "OrderIntended",
        "account": "a",
        "order": order(**more),
        "gate": gate,
        "cause": "p:1",
        "at": AT,
    }
    return {"what": "event", "stream": "a", "seq": 1, "event": event}


CONFIRMED = {"what": "confirmed", "command": "p:1", "verb": "OpenPosition"}
SENT = {"what": "send", "cid": "CID", "entry": True, "account": "a", "at": AT}
TAKEN = {"what": "venue", "type": "Taken", "order": order()}
REPORT: dict[str, Any] = {
    "client_order_id": "CID",
    "fill_id": "F1",
    "quantity": D(2),
    "price": D(10),
    "fee": D(1),
    "fee_base": D(0),
    "at": AT,
}
FILLED = {"what": "venue", "type": "Filled", "symbol": "X", "side": "buy", "report": REPORT}


def walked(*rows: dict[str, Any]) -> set[str]:
    """The invariants that these rows break."""
    oracle = Oracle()
    oracle.walk(rows)
    return {breach.invariant for breach in oracle.breaches}


def test_an_honest_day_has_no_breach() -> None:
    assert walked(CONFIRMED, intended(), SENT, TAKEN, FILLED) == set()


def test_an_order_without_a_line_in_the_journal_is_seen() -> None:
    assert walked(CONFIRMED, SENT, TAKEN) == {"I13"}


def test_an_order_that_nobody_confirmed_is_seen() -> None:
    assert walked(intended(), SENT, TAKEN) == {"I1"}


def test_a_second_send_is_seen() -> None:
    assert walked(CONFIRMED, intended(), SENT, SENT, TAKEN) == {"I1"}


PROOF: dict[str, Any] = {
    "negatives": [{"after_s": D(8)}, {"after_s": D(10)}, {"after_s": D(12)}],
    "fence_s": D(8),
    "visibility_s": D(4),
}


def answers(*seconds: str) -> list[dict[str, Any]]:
    return [{"after_s": D(second)} for second in seconds]


@pytest.mark.parametrize(
    "evidence",
    [
        None,
        {**PROOF, "negatives": answers("8", "12")},
        {**PROOF, "negatives": answers("7", "10", "12")},
        {**PROOF, "negatives": answers("8", "10", "11")},
    ],
)
def test_an_order_declared_absent_too_early_is_seen(evidence: Any) -> None:
    doubt = {"type": "OrderInDoubt", "account": "a", "order_id": "a/X/1/entry-1"}
    absent = {"type": "OrderNotPlaced", "account": "a", "order_id": "a/X/1/entry-1", "proof": "none"}
    promised = {"what": "promises", "spans_s": (8.0, 4.0, 4.0), "budget_s": 600.0}
    asked = [{"what": "asked", "cid": "CID", "s": at_s, "t_s": at_s} for at_s in (8.0, 10.0, 12.0)]
    for told, expected in ((evidence, {"I5"}), (PROOF, set())):
        events = (doubt, {**absent, "evidence": told})
        rows = [{"what": "event", "stream": "a", "seq": n, "event": e} for n, e in enumerate(events, start=2)]
        assert walked(promised, CONFIRMED, intended(), SENT, *asked, *rows) == expected


IN_DOUBT = {"type": "OrderInDoubt", "account": "a", "order_id": "a/X/1/entry-1"}
DOUBTED: dict[str, Any] = {"what": "event", "stream": "a", "seq": 2, "event": IN_DOUBT}


def absent_at(at_s: float, **proof: Any) -> dict[str, Any]:
    """The event that declares it absent, with a proof that looks good."""
    event: dict[str, Any] = {"type": "OrderNotPlaced", "account": "a", "order_id": "a/X/1/entry-1"}
    event["proof"] = "none"
    event["evidence"] = {**PROOF, **proof}
    return {"what": "event", "stream": "a", "seq": 3, "event": event, "t_s": at_s}


def asked_at(*seconds: float) -> list[dict[str, Any]]:
    """Questions about it that the venue has answered."""
    return [{"what": "asked", "cid": "CID", "s": at_s, "t_s": at_s} for at_s in seconds]


@pytest.mark.parametrize(
    ("asked", "at_s", "expected"),
    [((8.0, 10.0, 12.0), 12.1, set()), ((8.0, 12.0), 12.1, {"I5"}), ((8.0, 9.0, 10.0), 10.1, {"I5"})],
)
def test_a_proof_that_the_world_does_not_confirm_is_seen(
    asked: tuple[float, ...], at_s: float, expected: set[str]
) -> None:
    promised: dict[str, Any] = {"what": "promises", "spans_s": (8.0, 4.0, 4.0), "budget_s": 600.0}
    sent = {**SENT, "t_s": 0.0}
    before = [promised, CONFIRMED, intended(), sent, DOUBTED]
    assert walked(*before, *asked_at(*asked), absent_at(at_s)) == expected


@pytest.mark.parametrize(("which", "expected"), [("overtaken", set()), ("find", {"I5"})])
def test_a_life_that_is_overtaken_knows_what_it_has_asked(which: str, expected: set[str]) -> None:
    """Until the other one has taken over it writes; one that has died knows nothing any more."""
    promised: dict[str, Any] = {"what": "promises", "spans_s": (8.0, 4.0, 4.0), "budget_s": 600.0}
    before = [promised, CONFIRMED, intended(), {**SENT, "t_s": 0.0}, DOUBTED, *asked_at(8.0, 10.0, 12.0)]
    began = [{"what": "crash", "which": which, "t_s": 12.0}, {"what": "boot", "which": 2, "t_s": 12.0}]
    assert walked(*before, *began, absent_at(12.1)) == expected


def test_an_order_declared_absent_while_the_position_tells_of_it_is_seen() -> None:
    overhidden: dict[str, Any] = {"what": "overhidden", "cid": "CID"}
    filled = [{**one, "t_s": 1.0} for one in (TAKEN, FILLED)]
    rows = [CONFIRMED, intended(), SENT, *filled, overhidden, DOUBTED, *asked_at(2.0, 3.0, 4.0)]
    for at_s, expected in ((10.0, set()), (20.0, {"I5"})):
        assert walked(*rows, absent_at(at_s, held=D(0))) == expected
    asleep = {"what": "fault", "fault": "C04", "t_s": 12.0}
    said = walked(*rows, asleep, absent_at(40.0, held=D(0)))
    assert said == set(), "the proof was whole before the machine slept"
    awake = {**event(2, "Noticed"), "t_s": 25.0}
    assert "I5" in walked(*rows, asleep, awake, absent_at(40.0, held=D(0))), "it was awake long enough"


def event(seq: int, kind: str, **more: Any) -> dict[str, Any]:
    """Something that was written down about the one order."""
    about = {"type": kind, "account": "a", "order_id": "a/X/1/entry-1", "at": AT, **more}
    return {"what": "event", "stream": about["account"], "seq": seq, "event": about}


@pytest.mark.parametrize(
    "stop",
    [
        event(3, "HaltChanged", state="halted", until=None, reason="tired"),
        event(3, "LockoutSet", until=AT + timedelta(hours=1)),
        event(1, "MaintenanceChanged", account="desk", is_on=True),
    ],
)
def test_an_entry_that_a_stop_leaves_at_the_venue_is_seen(stop: dict[str, Any]) -> None:
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"))
    commit = {"what": "commit"}
    wish = event(stop["seq"] + 1 if stop["stream"] == "a" else 3, "CancelRequested")
    assert walked(*waits, stop, commit) == {"I13"}
    assert walked(*waits, stop, wish, commit) == set()


def test_an_entry_that_leaves_although_its_symbol_is_frozen_is_seen() -> None:
    frozen = {"symbol": "X", "held": D(0)}
    freeze = event(2, "SymbolFrozen", frozen=frozen)
    published = {"what": "published"}
    assert walked(CONFIRMED, intended(), freeze, SENT) == set()
    assert walked(CONFIRMED, intended(), freeze, published, SENT) == {"I21"}


def test_an_order_declared_absent_that_the_venue_takes_is_seen() -> None:
    doubt = {"type": "OrderInDoubt", "account": "a", "order_id": "a/X/1/entry-1"}
    absent: dict[str, Any] = {"type": "OrderNotPlaced", "account": "a", "order_id": "a/X/1/entry-1"}
    absent |= {"proof": "none", "evidence": PROOF}
    rows = [{"what": "event", "stream": "a", "seq": n, "event": e} for n, e in ((2, doubt), (3, absent))]
    assert walked(CONFIRMED, intended(), SENT, *asked_at(8.0, 10.0, 12.0), *rows, TAKEN) == {"I5"}


def test_a_doubt_of_which_nobody_is_asked_for_too_long_is_seen() -> None:
    promised = {"what": "promises", "spans_s": (8.0, 4.0, 4.0), "budget_s": 100.0}
    doubt = {"type": "OrderInDoubt", "account": "a", "order_id": "a/X/1/entry-1"}
    begun: list[dict[str, Any]] = [promised, CONFIRMED, intended(), {**SENT, "t_s": 10.0}]
    begun.append({"what": "event", "stream": "a", "seq": 2, "event": doubt, "t_s": 11.0})
    boot = {"what": "boot", "which": 2, "t_s": 90.0}
    late = {"what": "unanswered", "t_s": 156.0}
    assert walked(*begun, boot, {**late, "t_s": 154.0}) == set()
    assert walked(*begun, boot, late) == {"I7"}
    assert walked(*begun, {**boot, "t_s": 120.0}, late) == set(), "this life must have had the time, too"
    clock = {"what": "fault", "fault": "C01", "t_s": 60.0}
    assert walked(*begun, clock, boot, late) == set()
    asked = {"type": "DoubtEscalated", "account": "a", "order_id": "a/X/1/entry-1"}
    escalated = {"what": "event", "stream": "a", "seq": 3, "event": asked, "t_s": 150.0}
    assert walked(*begun, boot, escalated, late) == set()


def test_an_older_version_that_does_anything_is_seen() -> None:
    boot, older = {"what": "boot", "which": 1}, {"what": "older", "protocol": 0}
    exit_sent = {**SENT, "entry": False}
    assert walked(CONFIRMED, boot, intended(), boot, older, exit_sent) == {"I16"}
    assert walked(CONFIRMED, boot, intended(), boot, older, boot, exit_sent) == set()
    first: list[dict[str, Any]] = [CONFIRMED, boot, older, intended()]
    assert walked(*first) == set(), "nothing newer was written before"
    assert walked(*first, boot, older, exit_sent) == set(), "what an older one wrote is not newer"


def test_an_exit_that_flips_the_position_is_seen() -> None:
    out = {**TAKEN, "order": order(client_order_id="OUT", role="close", side="sell", quantity=D(3))}
    report = {**REPORT, "client_order_id": "OUT", "quantity": D(3)}
    fill = {**FILLED, "side": "sell", "report": report}
    assert "I9" in walked(CONFIRMED, intended(), SENT, TAKEN, FILLED, out, fill)


@pytest.mark.parametrize(("side", "is_excused"), [("sell", True), ("buy", False)])
def test_an_entry_that_was_hidden_and_went_the_same_way_excuses_an_exit(side: str, is_excused: bool) -> None:
    """A person's word that it is not there was wrong: nothing tells the desk that less is held."""
    number = {"order_id": "a/X/1/entry-2", "client_order_id": "HID", "command_id": "p:2", "side": side}
    second = {**intended(**number), "seq": 2}
    said = {"type": "OrderInDoubt", "account": "a", "order_id": "a/X/1/entry-2", "at": AT}
    word = {**said, "type": "DoubtAnswered", "is_there": False}
    rows = [
        {**CONFIRMED, "command": "p:2"},
        second,
        {**SENT, "cid": "HID"},
        {"what": "venue", "type": "Taken", "order": order(**number)},
        {
            **FILLED,
            "side": side,
            "report": {**REPORT, "client_order_id": "HID", "fill_id": "F2", "quantity": D(1)},
        },
        {"what": "event", "stream": "a", "seq": 3, "event": said},
        {"what": "event", "stream": "a", "seq": 4, "event": word},
    ]
    out = {**TAKEN, "order": order(client_order_id="OUT", role="close", side="sell", quantity=D(4))}
    report = {**REPORT, "client_order_id": "OUT", "quantity": D(2) if side == "sell" else D(4)}
    fill = {**FILLED, "side": "sell", "report": report}
    found = walked(CONFIRMED, intended(), SENT, TAKEN, FILLED, *rows, out, fill)
    assert ("I9" in found) is not is_excused


def test_what_the_gate_must_stop_is_seen_when_it_comes_through() -> None:
    forbidden = {"what": "forbidden", "command": "p:1", "why": "is far too large"}
    assert walked(CONFIRMED, forbidden, intended(), SENT) == {"I13"}
    quote = {"what": "quote", "symbol": "X", "at": AT - timedelta(minutes=5)}
    assert walked(CONFIRMED, quote, intended(), SENT) == {"I13"}
    strict = {"type": "LimitChanged", "account": "a", "name": "price_age_s_max", "value": D(8)}
    fresh = {**quote, "at": AT - timedelta(seconds=9)}
    rows = {"what": "event", "stream": "a", "seq": 1, "event": strict}
    late = {**intended(), "seq": 2}
    assert walked(CONFIRMED, fresh, intended(), SENT) == set()
    assert walked(CONFIRMED, rows, fresh, late, SENT) == {"I13"}


def test_a_flood_and_an_order_typed_twice_are_seen() -> None:
    def entry(number: int, **more: Any) -> dict[str, Any]:
        cid = f"C{number}"
        row = intended(order_id=f"a/X/1/entry-{number}", client_order_id=cid, **more)
        return {**row, "seq": number + 1}

    assert walked(CONFIRMED, *(entry(n) for n in range(10))) == set()
    assert walked(CONFIRMED, *(entry(n) for n in range(11))) == {"I14"}
    later = {**entry(10), "t_s": 90.0}
    assert walked(CONFIRMED, *(entry(n) for n in range(10)), later) == set(), "the clock was set back"
    unsure = {**CONFIRMED, "sure": False}
    assert walked(unsure, entry(0), entry(1, quantity=D(3))) == set()
    assert walked(unsure, entry(0), entry(1)) == {"I13"}


def test_a_lost_fill_and_wrong_money_are_seen_at_the_end() -> None:
    final = {
        "account": {
            "account": "a",
            "cash": D(100),
            "fees": D(0),
            "realised": D(0),
            "flattening": None,
            "halt": "active",
            "halt_until": None,
            "lockout": None,
            "barred": [],
        },
        "desk": {"halt": {"state": "active", "until": None}, "maintenance": None, "lockouts": []},
        "now": AT,
        "positions": [],
        "orders": [],
        "deposit": D(100),
        "quiet_since": AT,
        "multipliers": {"X": D(1)},
        "futures": [],
        "quotes": {},
    }
    told = {"what": "told", "command": "p:1", "taken": True, "repeated": False, "codes": []}
    breaches = judged([CONFIRMED, intended(), SENT, TAKEN, FILLED, told], final)
    assert {"I2", "I3", "I4", "I7"} <= {breach.invariant for breach in breaches}


def test_an_order_that_ended_unheard_of_is_seen() -> None:
    ended = {"what": "venue", "type": "Ended", "client_order_id": "CID", "reason": "canceled", "t_s": 1.0}
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"), ended)
    late, trouble = {"what": "quote", "symbol": "X", "at": AT, "t_s": 60.0}, {"what": "fault", "fault": "X08"}
    assert walked(*waits, late) == {"I7"}
    assert walked(*waits, {**trouble, "t_s": 50.0}, late) == set()
    assert walked(*waits, event(3, "OrderCanceled"), late) == set()


def test_a_refused_cancel_that_nobody_asks_for_again_is_seen() -> None:
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"))
    refused = {**event(3, "CancelFailed", reason="not now"), "t_s": 1.0}
    late = {"what": "quote", "symbol": "X", "at": AT, "t_s": 60.0}
    assert walked(*waits, refused, late) == {"I7"}
    assert walked(*waits, refused, {"what": "boot", "t_s": 50.0}, late) == set()
    assert walked(*waits, refused, event(4, "CancelRequested"), late) == set()
    asked = [{**event(3 + n, "CancelRequested", cause="again"), "t_s": 0.5} for n in range(8)]
    failed = {**event(11, "CancelFailed", reason="not now"), "t_s": 1.0}
    assert walked(*waits, *asked, failed, {**late, "t_s": 50.0}) == set()
    assert walked(*waits, *asked, failed, late) == {"I7"}, "the pause has an end, however often it was asked"


def test_what_keeps_a_desk_from_asking_counts_for_as_long_as_it_lasts() -> None:
    waits = (CONFIRMED, intended(), SENT, TAKEN, event(2, "OrderAccepted"))
    refused = {**event(3, "CancelFailed", reason="not now"), "t_s": 1.0}
    late = {"what": "quote", "symbol": "X", "at": AT, "t_s": 45.0}
    older = [{"what": "boot", "which": 2, "t_s": 5.0}, {"what": "older", "protocol": 0, "t_s": 5.0}]
    assert walked(*waits, refused, older[0], late) == {"I7"}
    assert walked(*waits, refused, *older, late) == set(), "nobody is there who could ask"
    assert walked(*waits, refused, *older, {**older[0], "t_s": 10.0}, late) == {"I7"}
    asleep = {"what": "fault", "fault": "C04", "t_s": 3.0}
    assert walked(*waits, asleep, refused, late) == set()
    assert walked(*waits, asleep, refused, older[0], late) == {"I7"}, "the next life is awake"
    busy = {"what": "fault", "fault": "X06", "t_s": 3.0}
    assert walked(*waits, busy, refused, {**late, "t_s": 40.0}) == set()
    assert walked(*waits, busy, refused, {**late, "t_s": 60.0}) == {"I7"}


def test_a_stop_that_made_room_and_does_not_come_back_is_seen() -> None:
    plan = event(2, "PlanSet", position_id="a/X/1", plan={"stop": {"kind": "percent", "value": D(1)}})
    fill = {
        "fill_id": "F1",
        "quantity": D(2),
        "price": D(10),
        "fee": D(1),
        "fee_base": D(0),
        "bookings": [],
        "contained": None,
    }
    filled = event(3, "OrderFilled", position_id="a/X/1", **fill)
    ended = event(4, "SwapEnded", position_id="a/X/1", outcome="left")
    day = (CONFIRMED, intended(limit_price=None), SENT, TAKEN, FILLED, plan, filled)
    assert walked(*day, {"what": "commit"}) == set()
    assert walked(*day, ended, {"what": "commit"}) == {"I8"}
    flatten = event(4, "FlattenStarted", position_ids=["a/X/1"], is_panic=False)
    assert walked(*day, flatten, {**ended, "seq": 5}, {"what": "commit"}) == set()
