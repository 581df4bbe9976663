"""Who is who survives a restart, whatever the store; a chat moves, dies and comes back, never doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.conversation.people import Channel, ChannelKind, Known, People
from db.people import SqlPeople
from db.store import Store
from tests.contract.stores import store
from trading.domain.ids import PersonId

__all__ = ["store"]

AT = datetime(2026, 3, 4, tzinfo=UTC)
ANN, BOB = PersonId("ann"), PersonId("bob")
HOME = Channel("telegram", "7000000001", ANN, ChannelKind.PRIVATE, "Ann", AT)
CLUB = Channel("telegram", "-1001234567890123", ANN, ChannelKind.GROUP, "Club “Ω”", AT + timedelta(seconds=1))


@pytest.fixture
async def people(store: Store) -> People:
    """Nobody yet."""
    return await read(store)


async def read(store: Store) -> People:
    """What the store holds, as after a restart."""
    people = People(SqlPeople(store.writer, store.reader))
    await people.load()
    return people


async def test_a_user_stays_the_person_that_they_are(people: People, store: Store) -> None:
    assert people.person("telegram", "7000000001") is None and not people.is_claimed(ANN)
    await people.join(Known("telegram", "7000000001", ANN, "Ann", AT))
    after = await read(store)
    assert after.person("telegram", "7000000001") == ANN and after.is_claimed(ANN)
    assert after.person("discord", "7000000001") is None
    await people.join(Known("telegram", "7000000001", BOB, "Bob", AT))
    assert (await read(store)).person("telegram", "7000000001") == BOB


async def test_chats_of_a_person_are_found_again(people: People, store: Store) -> None:
    await people.reached(HOME)
    await people.reached(CLUB)
    after = await read(store)
    assert after.channels(ANN) == [HOME, CLUB] and after.channels(BOB) == []
    assert [one.name for one in after.channels()] == [f"telegram:{HOME.chat}", f"telegram:{CLUB.chat}"]


async def test_a_dead_chat_is_told_once_and_revives(people: People, store: Store) -> None:
    await people.reached(HOME)
    assert await people.lost("telegram", HOME.chat) == HOME
    assert await people.lost("telegram", HOME.chat) is None
    assert await people.lost("telegram", "5") is None
    assert [one.is_alive for one in (await read(store)).channels()] == [False]
    await people.reached(replace(HOME, at=AT + timedelta(days=1)))
    assert (await read(store)).channels() == [HOME]


async def test_a_group_that_moved_keeps_its_person(people: People, store: Store) -> None:
    await people.reached(CLUB)
    assert await people.moved("telegram", CLUB.chat, "-100999") == replace(CLUB, chat="-100999")
    assert await people.moved("telegram", CLUB.chat, "-100999") is None
    assert (await read(store)).channels() == [replace(CLUB, chat="-100999")]


async def test_a_group_stays_with_who_brought_the_desk(people: People, store: Store) -> None:
    await people.reached(CLUB)
    await people.reached(replace(CLUB, person=BOB, title="Club"))
    assert (await read(store)).channels() == [replace(CLUB, title="Club")]
