"""One code, one phone: who types it where, how often, and what a crash in the middle leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.incoming import Incoming
from bot.conversation.linking import CODES_MAX, META, Linking
from bot.conversation.one_time import WRONG_IN_ALL_MAX
from bot.conversation.people import Channel, ChannelKind, Known, NoPeople, People
from db.registers import SqlRegisters
from db.store import memory_store
from tests.fakes.hand_clock import HandClock
from trading.domain.commands import Command, Tell
from trading.domain.ids import CommandId, PersonId
from trading.entropy import SeededEntropy
from trading.ports import Denied, JournalUnavailable, Taken

ANN = PersonId("ann")


class Written:
    """A desk that writes notices down, each command id once; or that takes nothing."""

    def __init__(self) -> None:
        self.told: dict[CommandId, Tell] = {}
        self.is_full = False

    async def submit(self, command: Command) -> Taken | Denied:
        if self.is_full:
            raise JournalUnavailable("the disk is full")
        assert isinstance(command, Tell)
        self.told.setdefault(command.command_id, command)
        return Taken(command.command_id, {})

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.told.values()]


class Scene:
    """Ann is known on Telegram."""

    def __init__(self) -> None:
        self.clock = HandClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.people = People(NoPeople())
        self.registers: SqlRegisters = memory_store().registers
        self.desk = Written()
        self.asked = 0
        self.left: list[tuple[str, str]] = []
        self.linking = self.another(1)

    def another(self, seed: int) -> Linking:
        linking = Linking(self.people, self.registers, self.desk, self.clock, SeededEntropy(seed))

        async def leaves(channel: Channel, sentence: str) -> None:
            self.left.append((channel.name, sentence))

        linking.leaves = leaves
        return linking

    async def code(self) -> str:
        if self.people.person("telegram", "1") is None:
            now = self.clock.now()
            await self.people.join(Known("telegram", "1", ANN, "Ann", now))
            await self.people.reached(Channel("telegram", "1", ANN, ChannelKind.PRIVATE, "Ann", now))
        return await self.ask(ANN)

    async def ask(self, person: PersonId, message: str = "") -> str:
        self.asked += 1
        message = message or str(self.asked)
        incoming = Incoming("telegram", "1", message, "1", self.clock.now(), "/link")
        return await self.linking.code(person, incoming)

    async def say(
        self, text: str, user: str = "5", platform: str = "discord", *, is_group: bool = False
    ) -> str:
        incoming = Incoming(platform, f"dm{user}", "1", user, self.clock.now(), text, is_group=is_group)
        outcome = await self.linking.tried(incoming, "Ann too")
        return outcome.key if outcome else ""


async def test_a_code_makes_its_sender_the_same_person_once() -> None:
    scene = Scene()
    code = await scene.code()
    assert await scene.say(f"/link {code.lower()}") == "done"
    assert scene.people.person("discord", "5") == ANN
    assert scene.people.channel("discord", "dm5") is not None
    assert scene.desk.codes == ["phone_linked"]
    assert await scene.say(code, "6") == "wrong" and scene.people.person("discord", "6") is None


async def test_codes_do_not_work_where_they_were_made_nor_where_others_read() -> None:
    scene = Scene()
    code = await scene.code()
    assert await scene.say(code, "9", "telegram") == "same_platform"
    assert await scene.say(code, is_group=True) == "private"
    assert await scene.say(code) == "done"


async def test_one_user_for_each_person_and_platform_and_one_person_for_each_user() -> None:
    scene = Scene()
    assert await scene.say(await scene.code()) == "done"
    assert await scene.say(await scene.code(), "6") == "taken"
    assert await scene.say(await scene.code(), "5") == "known"
    await scene.people.join(Known("discord", "7", PersonId("bob"), "Bob", scene.clock.now()))
    assert await scene.say(await scene.code(), "7") == "somebody_else"


async def test_a_code_lives_five_minutes_and_a_newer_one_ends_it() -> None:
    scene = Scene()
    first = await scene.code()
    second = await scene.code()
    assert await scene.say(first) == "wrong"
    scene.clock.advance(10 * 60)
    assert await scene.say(second) == "wrong"
    assert await scene.say(await scene.code()) == "done"


async def test_five_wrong_codes_lock_their_sender_and_a_mob_ends_all_codes() -> None:
    scene = Scene()
    code = await scene.code()
    assert [await scene.say("AAAAA-AAAAA") for _ in range(5)] == ["wrong"] * 4 + ["locked"]
    assert await scene.say(code) == "locked"
    for number in range(WRONG_IN_ALL_MAX):
        await scene.say("AAAAA-AAAAA", f"mob{number // 4}")
    assert await scene.say(code, "8") == "wrong"
    assert scene.people.phones(ANN) == [scene.people.phones(ANN)[0]]


async def test_only_hashes_are_kept_and_never_more_than_fit() -> None:
    scene = Scene()
    code = await scene.code()
    kept = await scene.registers.meta(META)
    assert kept and code not in kept and code.replace("-", "") not in kept
    for number in range(CODES_MAX + 5):
        await scene.ask(PersonId(f"p{number}"))
    assert (await scene.registers.meta(META) or "").count('"person"') == CODES_MAX


async def test_a_code_survives_a_restart() -> None:
    scene = Scene()
    code = await scene.code()
    scene.linking = scene.another(2)
    await scene.linking.start()
    assert await scene.say(code) == "done"


async def test_a_message_that_is_read_again_shows_the_same_code_and_opens_no_used_one() -> None:
    scene = Scene()
    await scene.code()
    code = await scene.ask(ANN, "m7")
    scene.linking = scene.another(2)
    await scene.linking.start()
    assert await scene.ask(ANN, "m7") == code and await scene.ask(ANN, "m8") != code
    assert await scene.say(code) == "wrong", "a newer one ends it"
    newer = await scene.ask(ANN, "m9")
    assert await scene.say(newer) == "done"
    assert await scene.ask(ANN, "m9") == newer
    assert await scene.say(newer, "6") == "wrong" and scene.people.person("discord", "6") is None


async def test_a_link_that_a_crash_cut_off_is_finished_at_the_next_start() -> None:
    scene = Scene()
    code = await scene.code()
    scene.desk.is_full = True
    with pytest.raises(JournalUnavailable):
        await scene.say(code)
    scene.desk.is_full = False
    scene.linking = scene.another(2)
    await scene.linking.start()
    assert scene.people.person("discord", "5") == ANN and scene.desk.codes == ["phone_linked"]
    scene.linking = scene.another(3)
    await scene.linking.start()
    assert scene.desk.codes == ["phone_linked"]


async def test_a_store_that_was_full_is_tried_again_with_the_next_code() -> None:
    scene = Scene()
    code = await scene.code()
    scene.desk.is_full = True
    with pytest.raises(JournalUnavailable):
        await scene.say(code)
    scene.desk.is_full = False
    other = await scene.ask(PersonId("bob"))
    assert await scene.say(other) == "somebody_else" and scene.desk.codes == ["phone_linked"]


async def test_who_is_unlinked_is_a_stranger_and_the_chat_gets_a_last_word() -> None:
    scene = Scene()
    await scene.say(await scene.code())
    assert await scene.linking.unlink(ANN, "discord", "telegram")
    assert scene.people.person("discord", "5") is None and scene.people.channel("discord", "dm5") is None
    assert scene.people.person("telegram", "1") == ANN
    ((name, sentence),) = scene.left
    assert name == "discord:dm5" and "Unlinked from Telegram" in sentence
    assert scene.desk.codes == ["phone_linked", "phone_unlinked"]
    assert not await scene.linking.unlink(ANN, "discord", "telegram")
    assert await scene.say(await scene.code(), "6") == "done"
