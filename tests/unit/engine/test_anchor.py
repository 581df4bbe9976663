"""An anchor outside of the database: a copy that was put back is noticed before anything is sent."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.anchor import Behind, FileAnchor, behind
from db.problem import DatabaseProblem
from db.store import memory_store
from tests.fakes.anchor import KeptAnchor
from tests.fakes.pit import BTC, OWNER, PAPER, Pit, in_pit
from trading.anchored import Anchored
from trading.domain import commands as cm
from trading.domain.commands import HaltState
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import DESK, CommandId, StreamId
from trading.engine.anchor import AnchorKeeper
from trading.ports import Denied

AT = datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
STREAM = StreamId("paper")


def anchored(seq: int, link: str = "a" * 64) -> Anchored:
    return Anchored(AT, {STREAM: (seq, link)})


async def test_the_file_brings_back_what_was_written(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "desk.anchor")
    assert await anchor.read() is None
    await anchor.write(anchored(7))
    assert await FileAnchor(tmp_path / "desk.anchor").read() == anchored(7)
    assert os.listdir(tmp_path) == ["desk.anchor"]


async def test_the_file_is_never_set_back_by_itself(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "desk.anchor")
    await anchor.write(anchored(7))
    await anchor.write(anchored(3, "b" * 64))
    assert await anchor.read() == anchored(7)
    await anchor.write(anchored(3, "b" * 64), goes_back=True)
    assert await anchor.read() == anchored(3, "b" * 64)


async def test_a_file_that_is_no_anchor_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "desk.anchor").write_text("{torn")
    assert await FileAnchor(tmp_path / "desk.anchor").read() is None


async def test_a_folder_that_is_gone_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem):
        await FileAnchor(tmp_path / "gone" / "desk.anchor").write(anchored(1))


def test_what_was_anchored_is_found_again() -> None:
    async def scene(pit: Pit) -> None:
        keeper = AnchorKeeper(pit.store.journal, KeptAnchor(), pit.clock)
        await keeper.note()
        assert await keeper.gone_back() == ""

    in_pit(scene)


def test_a_journal_that_ends_too_early_is_noticed() -> None:
    async def scene(pit: Pit) -> None:
        anchor = KeptAnchor()
        keeper = AnchorKeeper(pit.store.journal, anchor, pit.clock)
        head, link = (await pit.store.journal.heads())[STREAM]
        await anchor.write(Anchored(AT, {STREAM: (head + 5, link)}))
        said = await keeper.gone_back()
        assert f"paper ends at event {head}, and {head + 5} were written by 2026-01-05 10:30 UTC" in said

    in_pit(scene)


def test_another_history_of_the_same_length_is_noticed() -> None:
    async def scene(pit: Pit) -> None:
        anchor = KeptAnchor()
        await anchor.write(anchored(1, "f" * 64))
        keeper = AnchorKeeper(pit.store.journal, anchor, pit.clock)
        assert await keeper.gone_back() == (
            "the database is another one: event 1 of paper is not what was written"
        )

    in_pit(scene)


def test_an_empty_database_beside_an_anchor_is_noticed() -> None:
    async def scene(pit: Pit) -> None:
        anchor = KeptAnchor()
        await anchor.write(anchored(1))
        keeper = AnchorKeeper(memory_store().journal, anchor, pit.clock)
        assert "put back to an earlier day" in await keeper.gone_back()

    in_pit(scene)


def test_a_frozen_desk_opens_nothing_until_somebody_resumes() -> None:
    async def scene(pit: Pit) -> None:
        anchor = KeptAnchor()
        await anchor.write(Anchored(AT, {DESK: (99, "c" * 64)}))
        keeper = AnchorKeeper(pit.store.journal, anchor, pit.clock)
        why = await keeper.gone_back()
        await keeper.freeze(pit.engine, PAPER, why)
        assert pit.engine.book.desk.halt.state is HaltState.REDUCE_ONLY
        # From now on this journal is the one to compare with, and freezing twice is freezing once.
        assert await keeper.gone_back() == ""
        await keeper.freeze(pit.engine, PAPER, why)
        await pit.quote("7000")
        answer = await pit.engine.submit(buy(pit))
        assert isinstance(answer, Denied)
        assert "put back to an earlier day" in answer.refusals[0].sentence

    in_pit(scene)


def buy(pit: Pit) -> cm.OpenPosition:
    quote = pit.engine.book.marks["BTC/USD"]
    return cm.OpenPosition(
        command_id=CommandId("buy"),
        person=OWNER,
        account=PAPER,
        seen=cm.Seen(BTC, quote, None),
        is_long=True,
        size=Size(SizeKind.SPEND, quote.mid / 10),
    )


async def test_two_notes_at_once_do_not_meet(tmp_path: Path) -> None:
    anchor = FileAnchor(tmp_path / "desk.anchor")
    await asyncio.gather(*(anchor.write(anchored(seq), goes_back=seq % 2 == 0) for seq in range(40)))
    assert os.listdir(tmp_path) == ["desk.anchor"]


def test_what_an_old_copy_lacks_is_told_stream_by_stream() -> None:
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    known = Anchored(at, {StreamId("paper"): (40, "b"), StreamId("desk"): (3, "a")})
    assert behind(known, {"paper": (31, "x"), "desk": (3, "a")}) == [Behind("paper", 31, 40, at)]
    assert behind(known, {"paper": (41, "x")}) == [Behind("desk", 0, 3, at)]
    assert behind(known, {"paper": (40, "b"), "desk": (4, "c")}) == []
    assert behind(None, {"paper": (1, "x")}) == []
