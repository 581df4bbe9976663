"""The judge of exits that are tried in vain says so, and leaves everybody else alone."""

from __future__ import annotations

from typing import Any

from tests.sim.oracle_vain import TRIES, InVain

POSITION = "a/X/1"


def event(at_s: float, kind: str, **fields: Any) -> dict[str, Any]:
    return {"what": "event", "t_s": at_s, "event": {"type": kind, **fields}}


def tries(every_s: float, *, code: str = "reduce_only", **order: Any) -> list[dict[str, Any]]:
    """Exits, each of which is refused a second later."""
    sent = {"position_id": POSITION, "role": "trail", "type": "market", "collar": None, **order}
    rows = []
    for count in range(2 * TRIES):
        at_s = count * every_s
        rows.append(event(at_s, "OrderIntended", order=sent))
        rows.append(event(at_s + 1, "OrderRejected", order_id=f"{POSITION}/exit-{count}", code=code))
    return rows


def said(rows: list[dict[str, Any]]) -> list[str]:
    judge = InVain()
    return [sentence for row in rows for sentence in judge.row(row)]


def test_an_exit_every_other_moment_is_said() -> None:
    (sentence,) = said(tries(2))[:1]
    assert POSITION in sentence
    assert said(tries(2, type="limit", collar=1)), "also within a collar"


def test_less_often_is_no_breach() -> None:
    assert said(tries(6)) == []


def test_other_refusals_persons_and_what_rests_are_no_breach() -> None:
    assert said(tries(2, code="halted")) == []
    assert said(tries(2, role="close")) == []
    assert said(tries(2, role="flatten")) == []
    assert said(tries(2, type="stop", role="stop")) == []


def test_a_fill_is_news() -> None:
    rows = tries(2)
    rows.insert(len(rows) // 2, event(15, "OrderFilled", position_id=POSITION))
    assert said(rows) == []
    rows[len(rows) // 2]["event"]["position_id"] = "a/X/2"
    assert said(rows) != []


def test_targets_that_leave_together_are_one_try() -> None:
    """96188: three of them each time, less and less often."""
    assert said(sorted(tries(6, role="target") * 3, key=lambda row: row["t_s"])) == []
    assert said(sorted(tries(2, role="target") * 3, key=lambda row: row["t_s"])) != []
