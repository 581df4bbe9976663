"""What is stored of a profile counts, and a death at any step leaves it as it was or as it was to be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from db.problem import CommitUnknown, DatabaseProblem, problem
from db.store import memory_store
from tests.sim.steward import profile_of
from trading.parameters import ParameterHistory
from trading.profiles.profile import TradingProfile
from trading.profiles.roster import Roster
from trading.strategies.table import STRATEGIES

NOW = datetime(2018, 4, 4, tzinfo=UTC)


class Failing:
    """The real store; the next write fails before or after its commit."""

    def __init__(self) -> None:
        self._store = memory_store().profiles
        self.fails = ""

    async def profiles(self) -> Sequence[TradingProfile]:
        return await self._store.profiles()

    async def put_profile(self, profile: TradingProfile) -> None:
        if self.fails == "before":
            raise problem("disk_full")
        await self._store.put_profile(profile)
        self._lose()

    async def drop_profile(self, profile_id: str) -> None:
        if self.fails == "before":
            raise problem("disk_full")
        await self._store.drop_profile(profile_id)
        self._lose()

    def _lose(self) -> None:
        if self.fails == "after":
            unknown = problem("commit_unknown")
            raise CommitUnknown(unknown.code, unknown.sentence)


def _changed(one: TradingProfile, value: str) -> TradingProfile:
    history = one.history.changed(STRATEGIES[one.strategy], {"slow": value}, "owner", NOW)
    assert isinstance(history, ParameterHistory)
    return replace(one, history=history)


@pytest.mark.parametrize(("fails", "number"), [("before", 2), ("after", 3)])
def test_a_death_at_any_step_of_a_change_leaves_every_revision(fails: str, number: int) -> None:
    async def scene() -> None:
        store = Failing()
        roster = Roster(store)  # type: ignore[arg-type]  # what a roster asks of a store, and no more
        one = _changed(profile_of("coins", 1, 60), "5")
        await roster.put(one)
        store.fails = fails
        with pytest.raises(DatabaseProblem):
            await roster.put(_changed(one, "9"))
        (known,) = roster.every()
        assert (known.history.number, len(known.history.revisions)) == (number, number)
        reborn = Roster(store)  # type: ignore[arg-type]  # as above
        await reborn.load()
        assert list(reborn.every()) == [known], "a start finds what the desk went by"

    asyncio.run(scene())


@pytest.mark.parametrize(("fails", "left"), [("before", 1), ("after", 0)])
def test_a_profile_that_was_dropped_although_nobody_knew_is_gone_at_once(fails: str, left: int) -> None:
    async def scene() -> None:
        store, changes = Failing(), []
        roster = Roster(store)  # type: ignore[arg-type]  # as above
        roster.changed = lambda: changes.append(len(roster.running()))
        one = replace(profile_of("coins", 1, 60), is_running=True)
        await roster.put(one)
        store.fails = fails
        with pytest.raises(DatabaseProblem):
            await roster.drop(one)
        assert len(roster.every()) == left and changes == [1, left]

    asyncio.run(scene())
