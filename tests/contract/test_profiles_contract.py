"""Every store keeps profiles as they were put last, their newest scorecards, and how far each series is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from db.store import Store
from tests.contract.stores import store
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId, PositionId
from trading.parameters import ParameterHistory, Revision
from trading.profiles.profile import (
    Kept,
    Mode,
    Outcome,
    ProfileStore,
    SeriesMark,
    TradingProfile,
    cause_of,
)
from trading.strategies.scorecard import Scorecard, Verdict

__all__ = ["store"]

AT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
TREND = TradingProfile(
    "paper/profile-2",
    PersonId("ann"),
    AccountId("paper"),
    "trend",
    "pipeline",
    300,
    Size(SizeKind.RISK, Decimal("0.5")),
    ("BTC/USD", "SOL/USD"),
    Mode.AUTOMATIC,
    True,
    protections={"cooldown": {"minutes": "30"}},
    history=ParameterHistory((Revision(1, {"fast": "20"}, "ann", AT),)),
    handed=(PositionId("paper/BTC/USD/1"),),
    since=AT,
)
CARD = Scorecard(
    "pipeline", 1, "BTC/USD", 300, 1_772_600_000_000, 1, (Verdict("trend", True, {"fast": "12.5"}),), True
)


def kept(number: int, symbol: str = "BTC/USD", **more: object) -> Kept:
    one = Kept("paper/profile-2", symbol, 300, AT + number * timedelta(minutes=5), Outcome.REFUSED, CARD)
    return replace(one, **more)


@pytest.fixture
def profiles(store: Store) -> ProfileStore:
    """The port of each store."""
    return store.profiles


async def test_a_profile_is_kept_as_it_was_put_last_and_the_tenth_comes_after_the_second(
    profiles: ProfileStore,
) -> None:
    assert await profiles.profiles() == []
    tenth = replace(TREND, profile_id="paper/profile-10", name="late")
    await profiles.put_profile(tenth)
    await profiles.put_profile(TREND)
    assert await profiles.profiles() == [TREND, tenth]
    stopped = replace(TREND, is_running=False, symbols=())
    await profiles.put_profile(stopped)
    assert await profiles.profiles() == [stopped, tenth]


async def test_the_newest_scorecard_comes_first_and_the_same_candle_has_one(profiles: ProfileStore) -> None:
    entered = kept(
        2, outcome=Outcome.ENTERED, command_id=CommandId("profile:a"), left="0.5", sentence="x", until=AT
    )
    await profiles.keep([kept(1), kept(2), kept(1, "SOL/USD", card=None)], [])
    await profiles.keep([entered], [])
    assert await profiles.kept("paper/profile-2", "BTC/USD") == [entered, kept(1)]
    assert await profiles.kept("paper/profile-2", limit=1) == [entered]
    assert await profiles.kept("paper/profile-2", command_id="profile:a") == [entered]
    assert len(await profiles.kept("paper/profile-2")) == 3
    assert await profiles.kept("paper/profile-1") == []


async def test_only_the_newest_of_each_symbol_survive_a_pruning(profiles: ProfileStore) -> None:
    await profiles.keep([kept(n, symbol) for n in range(5) for symbol in ("BTC/USD", "SOL/USD")], [])
    await profiles.prune(2)
    left = [(one.symbol, one.closed_at) for one in await profiles.kept("paper/profile-2")]
    assert left == [
        (symbol, AT + n * timedelta(minutes=5)) for n in (4, 3) for symbol in ("BTC/USD", "SOL/USD")
    ]


async def test_a_profile_goes_with_its_scorecards(profiles: ProfileStore) -> None:
    other = replace(TREND, profile_id="paper/profile-1")
    await profiles.put_profile(TREND)
    await profiles.put_profile(other)
    await profiles.keep([kept(1), kept(1, profile_id="paper/profile-1")], [])
    await profiles.drop_profile("paper/profile-2")
    assert await profiles.profiles() == [other]
    assert await profiles.kept("paper/profile-2") == []
    assert len(await profiles.kept("paper/profile-1")) == 1


async def test_a_series_knows_how_far_it_is(profiles: ProfileStore) -> None:
    mark = SeriesMark("BTC/USD", 300, AT, AT + timedelta(minutes=5))
    await profiles.keep([], [mark, replace(mark, frame_s=60)])
    await profiles.keep([], [replace(mark, judged_at=AT + timedelta(minutes=10))])
    assert await profiles.marks() == [
        replace(mark, frame_s=60),
        replace(mark, judged_at=AT + timedelta(minutes=10)),
    ]


def test_the_cause_of_an_order_grows_from_its_candle_alone() -> None:
    first = cause_of(TREND, "BTC/USD", AT, "long")
    assert first == cause_of(replace(TREND, mode=Mode.PROPOSE, name="other"), "BTC/USD", AT, "long")
    others = {
        cause_of(replace(TREND, profile_id="paper/profile-3"), "BTC/USD", AT, "long"),
        cause_of(replace(TREND, frame_s=60), "BTC/USD", AT, "long"),
        cause_of(TREND, "SOL/USD", AT, "long"),
        cause_of(TREND, "BTC/USD", AT + timedelta(minutes=5), "long"),
        cause_of(TREND, "BTC/USD", AT, "short"),
    }
    assert first not in others and len(others) == 5
