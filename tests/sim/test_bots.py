"""Bots on days of trouble: crashes change nothing where the market is the same, and the judge knows a lie."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from tests.sim.crash import points_of
from tests.sim.oracle_bots import BotJudge, state_of
from tests.sim.recipe import recipe_of
from tests.sim.scenario import play, played
from tests.sim.scenarios import SCENARIOS
from tests.sim.scenarios_bots import (
    AVERAGED,
    BESIDE_A_STOP,
    BOTS,
    CRASHED_FOR_THE_BOT,
    EDITED,
    FLAT,
    GRID,
    NEUTRAL,
    STOPPED_OUT,
)
from tests.sim.scripted import Script

D = Decimal


def _end(script: Script, crash_at: tuple[int, ...] = ()) -> dict[str, Any]:
    """What the bot knows in the end, without instants and numbers of orders; nothing is broken on the way."""
    outcome = played(script, crash_at, keeps=True)
    assert outcome.breaches == []
    assert outcome.crashes == len(crash_at)
    moved = [row["event"] for row in outcome.timeline if row["what"] == "event" and "state" in row["event"]]
    state = state_of(moved[-1]["state"])
    lots = {name: (lot["quantity"], lot["cost"]) for name, lot in state["lots"].items()}
    statistic = {name: state["statistic"][name] for name in ("round_trips", "wins", "realised", "fills")}
    return {"life": state["life"], "lots": lots, **statistic}


@pytest.mark.part_of("test_no_crash_leaves_the_bot_elsewhere")
@pytest.mark.parametrize("script", CRASHED_FOR_THE_BOT, ids=lambda one: one.name.replace(" ", "-"))
def test_some_crashes_leave_the_bot_where_it_would_have_been(script: Script) -> None:
    whole = _end(script)
    points = points_of(SCENARIOS.index(script))
    assert points > 20
    for point in range(3, points + 1, max(points // 6, 1)):
        assert _end(script, (point,)) == whole, f"crash at {point}"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("script", CRASHED_FOR_THE_BOT, ids=lambda one: one.name.replace(" ", "-"))
def test_no_crash_leaves_the_bot_elsewhere(script: Script) -> None:
    whole = _end(script)
    points = range(1, points_of(SCENARIOS.index(script)) + 1)
    assert [point for point in points if _end(script, (point,)) != whole] == []


def test_bots_do_on_the_named_days_what_the_names_say() -> None:
    assert _end(GRID)["round_trips"] >= 2
    assert _end(FLAT)["life"] == "stopped"
    assert _end(STOPPED_OUT)["life"] == "stopped" and D(_end(STOPPED_OUT)["realised"]) < 0
    assert _end(AVERAGED)["round_trips"] >= 1
    assert _end(BESIDE_A_STOP)["round_trips"] >= 2
    assert _end(NEUTRAL)["round_trips"] >= 2
    assert _end(EDITED)["life"] == "stopped" and D(_end(EDITED)["realised"]) < 0
    assert len(BOTS) >= 10 and set(BOTS) <= set(SCENARIOS)


def test_one_day_in_twenty_has_bots() -> None:
    days = [recipe_of(seed) for seed in range(1_000, 3_000)]
    assert 60 < sum(bool(day.bots) for day in days) < 140
    assert any(day.bots and day.has_bars for day in days)


def test_a_day_with_bots_is_the_same_day_twice() -> None:
    seed = next(seed for seed in range(1_000, 3_000) if recipe_of(seed).bots > 5)
    assert play(seed).trace == play(seed).trace


# ---------------------------------------------------------------- the judge


def _written(**state: Any) -> str:
    whole = {"orders": {}, "lots": {}, "dust": "0", "early": [], **state}
    return base64.b64encode(json.dumps(whole).encode()).decode()


def _moved(version: int, *tags: str, later: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "BotMoved",
        "bot_id": "a/bot-1",
        "version": version,
        "later": [{"tag": tag} for tag in later],
        "state": _written(orders={tag: {"kind": "plain"} for tag in tags}),
    }


def _sent(tag: str, order_id: str = "a/X/1/entry-1", symbol: str = "X") -> dict[str, Any]:
    order = {"order_id": order_id, "command_id": f"a/bot-1:{tag}", "serves": tag, "symbol": symbol}
    return {"type": "OrderIntended", "order": order}


STARTED = {
    "type": "BotStarted",
    "command_id": "p:1",
    "bot": {"bot_id": "a/bot-1", "name": "g", "symbol": "X", "budget": D(1)},
}


def _said(*events: dict[str, Any]) -> list[str]:
    judge = BotJudge()
    return [text for event in (STARTED, *events) for text in judge.event(event, {"p:1": "StartBot"})]


def test_a_wish_that_becomes_one_order_is_right() -> None:
    assert _said(_sent("t1"), _moved(1, "t1"), _moved(2, "t1", "t2", later=("t2",))) == []


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((_moved(1, "t1"),), "nothing became of it"),
        ((_sent("t1"), _moved(1)), "did not wish for it"),
        ((_sent("t1"), _sent("t1", "a/X/1/entry-2"), _moved(1, "t1")), "wished for t1 once"),
        ((_moved(2),), "moved from 0 to 2"),
        ((_sent("t1", symbol="Y"), _moved(1, "t1")), "for a bot in X"),
    ],
)
def test_the_judge_of_bots_knows_a_lie(events: tuple[dict[str, Any], ...], words: str) -> None:
    assert any(words in text for text in _said(*events)), _said(*events)


def test_nobody_begins_a_bot_that_nobody_confirmed() -> None:
    assert list(BotJudge().event(STARTED, {}))


def test_a_bot_that_believes_what_is_not_so_is_seen_at_the_end() -> None:
    bot = {"name": "g", "symbol": "X", "status": "active", "heard": [], "state": _written(dust="2")}
    final = {"positions": [{"symbol": "X", "quantity": D(1)}], "account": {"bots": {"every": [bot]}}}
    assert list(BotJudge().at_end(final))
