"""Rows of telling, on every store: written with the cursor, marked, found again, pruned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from db.store import Store
from tests.contract.stores import store
from trading.delivery import Card, Deliveries, Delivery, State
from trading.domain import events as ev
from trading.domain.ids import DESK, AccountId, PersonId
from trading.ports import Append, Entry

__all__ = ["store"]

ANN, BOB = PersonId("ann"), PersonId("bob")
AT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


@pytest.fixture
async def deliveries(store: Store) -> Deliveries:
    """The port of each store, over a journal with three events."""
    epoch = await store.journal.next_epoch()
    events = [
        ev.Noticed(AccountId(DESK), f"n{n}", "start", ev.Level.INFO, {}, AT + timedelta(seconds=n))
        for n in range(3)
    ]
    entries = tuple(Entry(event, "x", "x") for event in events)
    await store.journal.append([Append(DESK, 0, entries)], epoch)
    return store.deliveries


def row(seq: int, channel: str = "telegram:1", person: PersonId = ANN) -> Delivery:
    """A row that waits."""
    return Delivery(channel, DESK, seq, person, AT + timedelta(seconds=seq))


async def test_rows_and_cursor_are_written_together(store: Store, deliveries: Deliveries) -> None:
    await deliveries.fan_out([row(1), row(2)], "fan", {DESK: 2})
    assert [found for found, _ in await deliveries.unfinished()] == [row(1), row(2)]
    assert dict(await store.registers.cursors("fan")) == {DESK: 2}


async def test_a_row_comes_with_its_event(deliveries: Deliveries) -> None:
    await deliveries.fan_out([row(2)], "fan", {DESK: 2})
    ((_, stored),) = await deliveries.unfinished()
    assert stored.seq == 2 and isinstance(stored.event, ev.Noticed) and stored.event.code == "n1"


async def test_fanning_out_again_leaves_a_row_as_it_is(deliveries: Deliveries) -> None:
    await deliveries.fan_out([row(1)], "fan", {DESK: 1})
    told = replace(row(1), state=State.TOLD, told_at=AT, message="9", topic="start", lane=1)
    await deliveries.mark([told])
    await deliveries.fan_out([row(1)], "fan", {DESK: 1})
    assert await deliveries.unfinished() == []
    ((found, _),) = await deliveries.of_person(ANN, limit=5)
    assert found == told


async def test_what_may_have_arrived_is_unfinished_too(deliveries: Deliveries) -> None:
    await deliveries.fan_out([row(1), row(2), row(3)], "fan", {DESK: 3})
    await deliveries.mark([replace(row(1), state=State.SENDING), replace(row(2), state=State.KEPT)])
    found = [(one.seq, one.state) for one, _ in await deliveries.unfinished()]
    assert found == [(1, State.SENDING), (3, State.WAITING)]
    assert dict(await deliveries.states()) == {"sending": 1, "kept": 1, "waiting": 1}


async def test_the_inbox_is_of_one_person_newest_first_and_each_event_once(deliveries: Deliveries) -> None:
    rows = [row(1), row(1, "console:terminal"), row(2), row(3, "telegram:2", BOB)]
    await deliveries.fan_out(rows, "fan", {DESK: 3})
    await deliveries.mark([replace(row(2), state=State.TOLD, told_at=AT)])
    assert [found.seq for found, _ in await deliveries.of_person(ANN, limit=5)] == [2, 1]
    assert [found.seq for found, _ in await deliveries.of_person(ANN, limit=1, skip=1)] == [1]
    assert [found.seq for found, _ in await deliveries.of_person(BOB, limit=5)] == [3]


async def test_what_came_to_nothing_is_not_in_the_inbox(deliveries: Deliveries) -> None:
    await deliveries.fan_out([row(1)], "fan", {DESK: 1})
    await deliveries.mark([replace(row(1), state=State.VOID)])
    assert await deliveries.of_person(ANN, limit=5) == []


async def test_what_waits_for_ever_stands_in_the_inbox_at_last(deliveries: Deliveries) -> None:
    await deliveries.fan_out([row(1), row(2)], "fan", {DESK: 2})
    await deliveries.mark([replace(row(1), state=State.TOLD, told_at=AT)])
    await deliveries.put_card(Card("telegram:1", "o1", "5", AT))
    await deliveries.prune(AT + timedelta(days=1))
    assert dict(await deliveries.states()) == {"kept": 1}
    assert await deliveries.card("telegram:1", "o1") is None


async def test_a_card_is_found_by_its_chat_and_order(deliveries: Deliveries) -> None:
    await deliveries.put_card(Card("telegram:1", "o1", "5", AT))
    await deliveries.put_card(Card("telegram:1", "o1", "6", AT))
    assert await deliveries.card("telegram:1", "o1") == Card("telegram:1", "o1", "6", AT)
    assert await deliveries.card("telegram:2", "o1") is None
