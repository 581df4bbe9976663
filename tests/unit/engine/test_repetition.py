"""The same command id gives the same answer: at once, in the same batch, later, and after a restart."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from tests.fakes.pit import PAPER
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from tests.unit.engine.test_commit import buying
from trading.domain.commands import NoteOpinion
from trading.domain.ids import CommandId, PersonId
from trading.domain.opinion import Lean, Stance
from trading.engine.batch import fingerprint_of
from trading.engine.inbox import Answers
from trading.engine.settings import EngineSettings
from trading.ports import Denied, Taken

D = Decimal


def bought(pit: MarkedPit) -> Decimal:
    position = pit.position()
    return position.quantity if position else D(0)


def test_a_second_press_buys_nothing() -> None:
    async def scene(pit: MarkedPit) -> None:
        first = await pit.engine.submit(buying(pit, "nonce-1"))
        second = await pit.engine.submit(buying(pit, "nonce-1"))
        assert isinstance(first, Taken)
        assert isinstance(second, Taken)
        assert (first.repeated, second.repeated) == (False, True)
        assert first.facts == second.facts
        await pit.settle()
        assert bought(pit) == D("0.001")

    in_marked_pit(scene)


def test_two_presses_in_one_batch_buy_once() -> None:
    async def scene(pit: MarkedPit) -> None:
        answers = await asyncio.gather(*(pit.engine.submit(buying(pit, "nonce-1")) for _ in range(10)))
        assert [answer.repeated for answer in answers] == [False] + [True] * 9
        assert len({str(answer.facts) for answer in answers if isinstance(answer, Taken)}) == 1
        await pit.settle()
        assert bought(pit) == D("0.001")

    in_marked_pit(scene)


def test_a_press_after_a_restart_gets_the_stored_answer() -> None:
    async def scene(pit: MarkedPit) -> None:
        first = await pit.engine.submit(buying(pit, "nonce-1"))
        await pit.settle()
        await pit.again()
        await pit.quote("6700")
        pit.since()
        # Next to something new in the same batch: that is decided, this is not decided again.
        second, other = await asyncio.gather(
            pit.engine.submit(buying(pit, "nonce-1")), pit.engine.submit(buying(pit, "nonce-2"))
        )
        assert isinstance(first, Taken)
        assert isinstance(second, Taken)
        assert second.repeated
        assert second.facts == first.facts
        assert isinstance(other, Taken)
        assert not other.repeated
        await pit.settle()
        assert bought(pit) == D("0.002")
        assert [what for what in pit.since() if what.startswith("submit")] == ["submit entry"]

    in_marked_pit(scene)


def test_a_denial_is_repeated_too() -> None:
    async def scene(pit: MarkedPit) -> None:
        first = await pit.engine.submit(buying(pit, "nonce-1", "5"))
        await pit.again()
        second = await pit.engine.submit(buying(pit, "nonce-1", "5"))
        assert isinstance(first, Denied)
        assert isinstance(second, Denied)
        assert second.refusals == first.refusals
        assert (first.repeated, second.repeated) == (False, True)
        assert len(pit.named("CommandDenied")) == 1

    in_marked_pit(scene)


@pytest.mark.parametrize("restart", [False, True])
def test_other_words_under_the_same_id_are_refused(restart: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.engine.submit(buying(pit, "nonce-1"))
        await pit.settle()
        if restart:
            await pit.again()
        other = await pit.engine.submit(buying(pit, "nonce-1", "0.002"))
        assert isinstance(other, Denied)
        assert other.refusals[0].code == "key_reused"
        assert "nothing was done" in other.refusals[0].sentence
        await pit.settle()
        assert bought(pit) == D("0.001")

    in_marked_pit(scene)


def test_other_words_in_the_same_batch_are_refused() -> None:
    async def scene(pit: MarkedPit) -> None:
        first, second = await asyncio.gather(
            pit.engine.submit(buying(pit, "nonce-1")), pit.engine.submit(buying(pit, "nonce-1", "0.002"))
        )
        assert isinstance(first, Taken)
        assert isinstance(second, Denied)
        assert second.refusals[0].code == "key_reused"

    in_marked_pit(scene)


def test_a_moved_market_makes_no_other_command() -> None:
    async def scene(pit: MarkedPit) -> None:
        first = buying(pit, "nonce-1")
        await pit.quote("6750")
        second = buying(pit, "nonce-1")
        assert first.seen != second.seen
        assert fingerprint_of(first) == fingerprint_of(second)
        await pit.engine.submit(first)
        answer = await pit.engine.submit(second)
        assert answer.repeated

    in_marked_pit(scene)


def test_an_opinion_that_is_asked_for_again_is_the_first_one() -> None:
    async def scene(pit: MarkedPit) -> None:
        def noted(score: str) -> NoteOpinion:
            at = pit.clock.now()
            stance = Stance("BTC/USD", "q", Lean.BEARISH, D(score), D(1), at)
            return NoteOpinion(CommandId("profile:1:opinion"), PersonId("owner"), PAPER, stance)

        first = await pit.engine.submit(noted("-0.3"))
        await pit.again()
        second = await pit.engine.submit(noted("-0.5"))
        assert isinstance(first, Taken) and isinstance(second, Taken)
        assert (second.repeated, second.facts) == (True, {"buying": "0.7", "selling": "1"})
        assert len(pit.named("OpinionGiven")) == 1

    in_marked_pit(scene)


def test_a_twin_of_a_failed_command_fails_with_it() -> None:
    async def scene(pit: MarkedPit) -> None:
        pit.trouble.plan("before")
        answers = await asyncio.gather(*(pit.engine.submit(buying(pit, "nonce-1")) for _ in range(2)))
        assert all(isinstance(answer, Denied) for answer in answers)
        assert isinstance(await pit.engine.submit(buying(pit, "nonce-1")), Taken)
        await pit.settle()
        assert bought(pit) == D("0.001")

    in_marked_pit(scene)


def test_old_answers_leave_memory_and_stay_in_the_store() -> None:
    async def scene(pit: MarkedPit) -> None:
        for number in range(4):
            await pit.engine.submit(buying(pit, f"nonce-{number}"))
        answer = await pit.engine.submit(buying(pit, "nonce-0"))
        assert isinstance(answer, Taken)
        assert answer.repeated
        await pit.settle()
        assert bought(pit) == D("0.004")
        assert pit.engine.book.account(PAPER) is not None

    in_marked_pit(scene, settings=EngineSettings(answers_kept_max=2))


def test_the_memory_of_answers_is_bounded() -> None:
    answers = Answers(2)
    for number in range(3):
        answers.put(f"c{number}", "f", b"{}")
    assert answers.get("c0") is None
    assert answers.get("c2") == ("f", b"{}")
