"""Every inbox keeps an update before it is answered, takes it up again after a crash, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.inbox import Inbox
from db.inbox import SqlInbox
from db.store import Store
from tests.contract.stores import store
from trading.chats import Received

__all__ = ["store"]

AT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


@pytest.fixture
def inbox(store: Store) -> Inbox:
    """The inbox of each store."""
    return SqlInbox(store.writer)


def update(number: int, *, platform: str = "telegram", seconds: int = 0) -> Received:
    """An update that somebody sent."""
    at = AT + timedelta(seconds=seconds)
    return Received(platform, str(number), "-1001", at, f'{{"n":"{number} ✓"}}')


async def test_what_is_stored_waits_until_it_is_done(inbox: Inbox, store: Store) -> None:
    assert list(await inbox.store([update(1), update(2)])) == [update(1), update(2)]
    inbox.done("telegram", ["1"])
    after_a_crash = SqlInbox(store.writer)
    assert [one.update_id for one in await after_a_crash.waiting("telegram")] == ["1", "2"]
    await inbox.flush()
    assert [one.update_id for one in await after_a_crash.waiting("telegram")] == ["2"]


async def test_an_update_that_is_known_is_not_new_again(inbox: Inbox) -> None:
    await inbox.store([update(1), update(2)])
    inbox.done("telegram", ["1"])
    assert list(await inbox.store([update(2), update(1), update(3), update(3)])) == [update(3)]
    assert list(await inbox.store([update(1, platform="discord")])) == [update(1, platform="discord")]


async def test_what_was_done_is_written_with_the_next_batch(inbox: Inbox, store: Store) -> None:
    await inbox.store([update(1)])
    inbox.done("telegram", ["1", "never"])
    await inbox.store([update(2)])
    after_a_crash = SqlInbox(store.writer)
    assert [one.update_id for one in await after_a_crash.waiting("telegram")] == ["2"]


async def test_every_start_counts_its_try_before_it_begins(store: Store) -> None:
    await SqlInbox(store.writer).store([update(1)])
    for tries in (1, 2, 3):
        await SqlInbox(store.writer).counted("telegram", ["1", "never"])
        (found,) = await SqlInbox(store.writer).waiting("telegram")
        assert (found.tries, found.body, found.at, found.chat) == (tries, update(1).body, AT, "-1001")


async def test_what_was_set_aside_is_never_taken_up_again(inbox: Inbox) -> None:
    await inbox.store([update(1), update(2)])
    await inbox.set_aside("telegram", ["1"])
    assert [one.update_id for one in await inbox.waiting("telegram")] == ["2"]
    assert list(await inbox.store([update(1)])) == []
    assert await inbox.prune(AT + timedelta(days=9)) == 0


async def test_the_oldest_waits_at_the_front(inbox: Inbox) -> None:
    await inbox.store([update(9, seconds=5), update(10, seconds=1), update(11, seconds=5)])
    order = [one.update_id for one in await inbox.waiting("telegram")]
    assert order[0] == "10" and set(order[1:]) == {"9", "11"}


async def test_only_what_is_done_and_old_is_forgotten(inbox: Inbox) -> None:
    await inbox.store([update(1), update(2), update(3, seconds=60)])
    inbox.done("telegram", ["1", "3"])
    await inbox.flush()
    assert await inbox.prune(AT + timedelta(seconds=30)) == 1
    assert list(await inbox.store([update(1), update(3)])) == [update(1)]


async def test_a_batch_of_a_hundred_is_one_commit(inbox: Inbox) -> None:
    many = [update(number) for number in range(100)]
    assert len(await inbox.store(many)) == 100
    inbox.done("telegram", [one.update_id for one in many])
    await inbox.flush()
    await inbox.flush()
    assert list(await inbox.waiting("telegram")) == []
