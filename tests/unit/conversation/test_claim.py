"""One code, one owner: wrong codes lock, old codes end, and nothing but its hash is kept."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from bot.conversation.claim import Claim
from bot.conversation.incoming import Incoming
from bot.conversation.one_time import ALPHABET, WRONG_IN_ALL_MAX, code_in
from bot.conversation.people import NoPeople, People
from db.registers import SqlRegisters
from db.store import memory_store
from tests.fakes.hand_clock import HandClock
from trading.domain.ids import PersonId
from trading.entropy import SeededEntropy

OWNER = PersonId("owner")


class Scene:
    """A desk that nobody has claimed yet."""

    def __init__(self) -> None:
        self.clock = HandClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.people = People(NoPeople())
        self.registers: SqlRegisters = memory_store().registers
        self.claim = self.another(1)

    def another(self, seed: int) -> Claim:
        return Claim(self.people, self.registers, self.clock, SeededEntropy(seed), person=OWNER)

    async def say(self, text: str, user: str = "5", *, is_group: bool = False) -> str:
        incoming = Incoming(
            "telegram", "-1" if is_group else user, "1", user, self.clock.now(), text, is_group=is_group
        )
        outcome = await self.claim.tried(incoming, "Ann")
        return outcome.key if outcome else ""


async def test_the_code_makes_its_sender_the_owner_once() -> None:
    scene = Scene()
    code = await scene.claim.start()
    assert math.log2(len(ALPHABET)) * len(code.replace("-", "")) >= 40
    assert not set("0O1IL") & set(ALPHABET)
    assert await scene.say(f"/start {code}") == "done"
    assert scene.people.person("telegram", "5") == OWNER and scene.claim.code == ""
    assert await scene.say(code, "6") == ""
    assert scene.people.person("telegram", "6") is None
    assert await scene.another(2).start() == ""


async def test_a_code_is_read_however_it_is_typed() -> None:
    for form in ("{}", " {} ", "/claim {}", "/start@desk_bot {}", "/START {}"):
        for change in (str, str.lower, lambda t: t.replace("-", ""), lambda t: t.replace("-", " ")):
            assert code_in(form.format(change("ABCDE-FGHJK"))) == "ABCDEFGHJK", form
    for text in ("/buy BTC 100", "ABCDE", "ABCDE-FGHJKL", "hello there", "/start", "x" * 10_000):
        assert code_in(text) == ""


async def test_five_wrong_codes_lock_their_sender_and_nobody_else() -> None:
    scene = Scene()
    code = await scene.claim.start()
    answers = [await scene.say("AAAAA-AAAAA") for _ in range(5)]
    assert answers == ["wrong"] * 4 + ["locked"]
    assert await scene.say(code) == "locked"
    assert await scene.say("BBBBB-BBBBB", "6") == "wrong"
    scene.clock.advance(14 * 60)
    assert await scene.say(code) == "locked"
    assert await scene.say(code, "6") == "done"


async def test_an_old_code_is_worth_nothing() -> None:
    scene = Scene()
    code = await scene.claim.start()
    scene.clock.advance(15 * 60)
    assert await scene.say(code) == "expired"
    again = await scene.claim.start()
    assert again != code and await scene.say(code) == "wrong" and await scene.say(again) == "done"


async def test_a_mob_that_guesses_ends_the_code() -> None:
    scene = Scene()
    code = await scene.claim.start()
    for number in range(WRONG_IN_ALL_MAX):
        await scene.say("AAAAA-AAAAA", f"mob{number // 4}")
    assert await scene.say(code, "7") == "expired"


async def test_a_code_works_in_private_only() -> None:
    scene = Scene()
    code = await scene.claim.start()
    assert await scene.say(code, is_group=True) == "private"
    assert await scene.say(code) == "done"


async def test_only_a_hash_is_kept_and_it_is_gone_afterwards() -> None:
    scene = Scene()
    code = await scene.claim.start()
    kept = await scene.registers.meta("claim:telegram")
    assert kept and code not in kept and code.replace("-", "") not in kept
    await scene.say(code)
    assert await scene.registers.meta("claim:telegram") == ""
