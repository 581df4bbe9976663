"""The best set of a sweep goes to work on paper with one press, once, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from bot.conversation.layout import as_text
from bot.conversation.researching import Run, Sort, Winner, Wish
from bot.main.researching_process import Outcome
from bot.main.researching_winner import KEPT_MAX, Winners, winner_of
from tests.journeys.test_profile_journey import Trader, in_trade
from trading.domain.ids import PersonId

RUN = "abcdef012345"
PRESS = f"profile:winner {RUN}"


class Shelf:
    """A research with one sweep's best set on it."""

    def __init__(self, winner: Winner) -> None:
        self.kept = winner

    async def winner(self, run_id: str, person: PersonId) -> Winner | None:
        return self.kept if (run_id, person) == (self.kept.run_id, self.kept.person) else None


def _winner(
    t: Trader,
    symbols: tuple[str, ...] = ("BTC/USD",),
    settings: dict[str, str] | None = None,
    age: timedelta = timedelta(),
) -> Winner:
    at = t.floor.pit.clock.now() - age
    chosen = {"fast": "10"} if settings is None else settings
    line = "/sweep BTC/USD@1m trend_following fast=5,10"
    return Winner(RUN, PersonId("owner"), "trend_following", symbols, "1m", chosen, at, line)


async def _pressed(t: Trader) -> str:
    screens = await t.chat.screens(action=PRESS)
    await t.floor.quiet()
    return "\n".join(as_text(one) for one in screens)


def _profiles(t: Trader) -> list[str]:
    assert t.floor.desk is not None
    return [one.name for one in t.floor.desk.every()]


def test_one_press_starts_the_best_set_on_paper_and_a_second_changes_nothing() -> None:
    async def scene(t: Trader) -> None:
        t.chat.research = Shelf(_winner(t))
        said = await _pressed(t)
        assert "sweep-abcdef01 is running" in said, said
        assert t.floor.desk is not None
        (made,) = t.floor.desk.every()
        assert made.is_running and made.account == "paper" and made.strategy == "trend_following"
        assert made.history.revisions[-1].settings["fast"] == "10"
        assert "sweep-abcdef01" in await _pressed(t)
        assert _profiles(t) == ["sweep-abcdef01"]

    in_trade(scene)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"symbols": ("NOSUCH/USD",)}, "not among the symbols of this desk"),
        ({"settings": {"nosuch": "1"}}, "has no parameter nosuch"),
    ],
)
def test_what_cannot_be_started_says_why(more: dict[str, Any], says: str) -> None:
    async def scene(t: Trader) -> None:
        t.chat.research = Shelf(_winner(t, **more))
        said = await _pressed(t)
        assert says in said, said
        assert _profiles(t) == []

    in_trade(scene)


def test_a_day_later_the_sweep_is_played_anew_and_nobody_elses_is_started() -> None:
    async def scene(t: Trader) -> None:
        t.chat.research = Shelf(_winner(t, age=timedelta(days=2)))
        assert "more than a day old" in await _pressed(t)
        assert "no sweep of yours" in await t.say("/profile winner 999999")
        assert _profiles(t) == []

    in_trade(scene)


def _run(*series: str, sort: Sort = Sort.SWEEP, run_id: str = RUN) -> Run:
    wish = Wish(sort, series, "trend_following", over=("fast=5,10",))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Run(run_id, wish, PersonId("owner"), "console", "c", "", at, "en", "UTC", "1,234.56")


def _outcome() -> Outcome:
    row = {"settings": {"fast": "10"}, "inside": INSIDE}
    summary = {
        "strategy": "trend_following", "axes": {"fast": ["5", "10"]}, "fixed": {"stop_atr": "2"}, "bars": 9,
        "inside_percent": 70, "objective": "net", "agreement": None, "sets": [row],
    }  # fmt: skip
    return Outcome(json.encode({"summary": summary, "walk": []}), b"")


INSIDE = {"percent": "3", "drawdown_percent": "1", "trips": 4, "profit_factor": None}


def test_the_best_set_is_kept_with_its_symbols_and_candles(tmp_path: Path) -> None:
    shelf, now = Winners(tmp_path), _run("BTC/USDT@1h").at
    shelf.keep(_run("BTC/USDT@1h", "ETH/USDT@1h"), _outcome(), now)
    found = shelf.find(RUN, PersonId("owner"))
    assert found is not None and (found.symbols, found.frame) == (("BTC/USDT", "ETH/USDT"), "1h")
    assert found.settings == {"stop_atr": "2", "fast": "10"}
    assert shelf.find(RUN, PersonId("somebody")) is None and shelf.find("nosuch", PersonId("owner")) is None


def test_what_no_profile_could_look_at_is_not_kept() -> None:
    now = _run("SPY").at
    assert winner_of(_run("BTC/USDT@1h", "ETH/USDT@5m"), _outcome(), now) is None
    assert winner_of(_run("BTC/USDT@7m"), _outcome(), now) is None
    assert winner_of(_run("BTC/USDT@1h", sort=Sort.BACKTEST), _outcome(), now) is None
    assert winner_of(_run("BTC/USDT@1h"), Outcome(b"{", b""), now) is None


def test_so_many_sweeps_are_remembered(tmp_path: Path) -> None:
    shelf = Winners(tmp_path)
    for number in range(KEPT_MAX + 5):
        run = _run("BTC/USDT@1h", run_id=f"{number:012}")
        shelf.keep(run, _outcome(), run.at)
    assert len(list(tmp_path.glob("*.json"))) == KEPT_MAX
