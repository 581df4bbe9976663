"""Profiles on days of trouble: crashes change nothing where the market is the same; the judge knows lies."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sim.crash import points_of
from tests.sim.oracle_profiles import ProfileJudge
from tests.sim.recipe import recipe_of
from tests.sim.scenario import play, played
from tests.sim.scenarios import SCENARIOS
from tests.sim.scenarios_profiles import (
    DEPLOYED,
    HANDED_OVER,
    LOST_START,
    PROFILES,
    PROPOSED,
    SIGNAL,
    STARTED_BEHIND,
    STOPPED_WAITING,
    TAKEN_BACK,
    TOO_LATE,
    UNANSWERED,
)
from tests.sim.scripted import Script


def _done(script: Script, crash_at: tuple[int, ...] = ()) -> list[str]:
    """What profiles had sent, in order: the sides of entries, and exits."""
    outcome = played(script, crash_at, keeps=True)
    assert outcome.breaches == []
    done = []
    for row in outcome.timeline:
        order = row["event"].get("order") if row["what"] == "event" else None
        if order is None or row["event"]["type"] != "OrderIntended":
            continue
        if order["command_id"].startswith("profile:") and order["role"] == "entry":
            done.append(order["side"])
        elif order["role"] == "close" and row["event"]["cause"].startswith("profile:"):
            done.append("exit")
    return done


def test_profiles_do_on_the_named_days_what_the_names_say() -> None:
    assert _done(SIGNAL) == ["buy", "exit"]
    assert _done(PROPOSED) == ["buy"]
    for script in (UNANSWERED, STOPPED_WAITING, TOO_LATE, STARTED_BEHIND, LOST_START):
        assert _done(script) == [], script.name
    assert _done(TAKEN_BACK) == ["buy"]
    assert _done(HANDED_OVER)[0] == "exit"
    assert _done(DEPLOYED) == ["buy", "exit"]
    assert len(PROFILES) >= 10 and set(PROFILES) <= set(SCENARIOS)


@pytest.mark.parametrize("script", [SIGNAL, TAKEN_BACK], ids=lambda one: one.name.replace(" ", "-"))
def test_some_crashes_send_what_would_have_been_sent(script: Script) -> None:
    whole, points = _done(script), points_of(SCENARIOS.index(script))
    assert points > 20
    for point in range(3, points + 1, max(points // 7, 1)):
        assert _is_as_good(_done(script, (point,)), whole), f"crash at {point}"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("script", [SIGNAL, PROPOSED], ids=lambda one: one.name.replace(" ", "-"))
def test_no_crash_sends_more_or_less(script: Script) -> None:
    whole = _done(script)
    points = range(1, points_of(SCENARIOS.index(script)) + 1)
    assert [point for point in points if not _is_as_good(_done(script, (point,)), whole)] == []


def _is_as_good(done: list[str], whole: list[str]) -> bool:
    """Nothing went out twice. An entry that died on its way is not sent again, and who lay down over a candle
    is flat at another time than who did not: then the turn of the averages is a sale of its own."""
    return done == whole or (
        len({*done}) == len(done) and done[0] == whole[0] and {*done} <= {*whole, "sell"}
    )


def test_one_day_in_forty_has_profiles() -> None:
    days = [recipe_of(seed) for seed in range(1_000, 5_000)]
    assert 50 < sum(bool(day.profiles) for day in days) < 130
    assert not any(day.profiles and (day.bots or day.anchors or day.has_bars or day.jumps) for day in days)


def test_a_day_with_profiles_is_the_same_day_twice() -> None:
    seed = next(seed for seed in range(1_000, 3_000) if recipe_of(seed).profiles)
    assert play(seed).trace == play(seed).trace


# ---------------------------------------------------------------- the judge

CLOSED = datetime(2018, 4, 4, 0, 1, tzinfo=UTC)
POSITION = "paper/X/1"
PROFILE: dict[str, Any] = {
    "what": "profile told",
    "profile_id": "paper/profile-1",
    "account": "paper",
    "name": "p",
    "frame_s": 60,
    "symbols": ("X",),
    "mode": "automatic",
    "is_running": True,
    "direction": "both",
    "handed": (),
    "released": (),
    "since": CLOSED - timedelta(hours=1),
}
BAR = {"what": "barred", "symbol": "X", "ends_at": CLOSED}


def _cause(what: str, closed_at: datetime = CLOSED) -> str:
    said = "\x1f".join(("paper/profile-1", "X", "60", closed_at.isoformat(), what))
    return "profile:" + hashlib.blake2s(said.encode(), digest_size=12).hexdigest()


def _hands_in(side: int = 1, after_s: float = 1, **more: Any) -> dict[str, Any]:
    row = {
        "what": "handed in",
        "command": _cause({1: "long", -1: "short", 0: "exit"}[side]),
        "account": "paper",
        "symbol": "X",
        "side": side,
        "position": POSITION if not side else "",
        "tag": "profile:p",
        "at": CLOSED + timedelta(seconds=after_s),
    }
    return {**row, **more}


def _intends(tag: str = "profile:p", command: str = "") -> dict[str, Any]:
    order = {
        "order_id": f"{POSITION}/entry-1",
        "position_id": POSITION,
        "role": "entry",
        "command_id": command or _cause("long"),
        "tag": tag,
    }
    return {"what": "event", "event": {"type": "OrderIntended", "order": order}}


def _said(*rows: dict[str, Any]) -> list[str]:
    judge = ProfileJudge()
    return [text for row in (PROFILE, BAR, *rows) for text in judge.row(row)]


def test_a_signal_that_becomes_one_order_is_right() -> None:
    assert _said(_hands_in(), _intends(), _hands_in(0, 70)) == []


STANDS = {**PROFILE, "is_running": False}
STORED = {**STANDS, "what": "profile stored"}
BOOT = {"what": "boot"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((STANDS, _hands_in()), "stands still"),
        ((STORED, BOOT, _hands_in()), "stands still"),
        (({**PROFILE, "mode": "propose"}, _hands_in()), "only proposes"),
        (({**PROFILE, "direction": "short"}, _hands_in()), "must not"),
        (({**PROFILE, "since": CLOSED}, _hands_in()), "from before"),
        ((_hands_in(after_s=61),), "61 s after its candle"),
        ((_hands_in(tag=""),), "handed in as nobody"),
        ((_hands_in(command="profile:1"),), "grew from no candle"),
        ((_hands_in(), _hands_in(-1)), "led paper/profile-1 to"),
        ((_intends(),), "nobody has handed in or agreed to"),
        ((_hands_in(), _intends(tag="")), "and was handed in as"),
        ((_intends("", "p:1"), _hands_in(0)), "not its own"),
        ((_hands_in(), _intends(), {**PROFILE, "released": (POSITION,)}, _hands_in(0)), "not its own"),
        (({**PROFILE, "profile_id": "paper/profile-2", "name": "q"},), "trade X on one account"),
    ],
)
def test_the_judge_of_profiles_knows_a_lie(rows: tuple[dict[str, Any], ...], words: str) -> None:
    assert any(words in text for text in _said(*rows)), _said(*rows)


def test_what_was_written_and_not_told_may_be_so_or_not() -> None:
    assert _said(STORED, _hands_in()) == []


def test_what_was_handed_on_is_not_left_by_who_had_it() -> None:
    given = {"what": "handed over", "position": POSITION, "to": "paper/profile-2"}
    assert any("not its own" in text for text in _said(_hands_in(), _intends(), given, _hands_in(0, 70)))
