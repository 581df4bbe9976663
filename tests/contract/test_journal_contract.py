"""Every journal keeps what the port promises: all or nothing, in order, once, and chained."""

from __future__ import annotations

import asyncio

import pytest

from db.store import Store
from tests.contract.journal_contract import ANN, AT, BOB, DESK, append, entry, key, stored, texts
from tests.contract.stores import store
from trading.domain import events as ev
from trading.ports import PROTOCOL, Append, Journal, JournalUnavailable, KeyTaken, Snapshot, StaleWriter

__all__ = ["store"]


@pytest.fixture
def journal(store: Store) -> Journal:
    """The port of each store."""
    return store.journal


async def test_an_empty_journal_has_no_heads(journal: Journal) -> None:
    assert dict(await journal.heads()) == {}
    assert await stored(journal) == []
    assert dict(await journal.snapshots()) == {}


async def test_what_was_appended_is_read_back_whole(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one", "two")], epoch)
    first, second = await stored(journal)
    assert (first.stream, first.seq, second.seq) == (ANN, 1, 2)
    assert first.event == entry("one").event
    assert first.event.at == AT
    assert (second.correlation_id, second.causation_id) == ("correlation two", "cause two")
    assert dict(await journal.heads()) == {ANN: (2, second.hash)}


async def test_reading_starts_after_a_number(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one", "two", "three")], epoch)
    assert await texts(journal, after=1) == ["two", "three"]
    assert await texts(journal, after=3) == []


async def test_more_than_a_page_is_read_in_order(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    names = [f"event {number}" for number in range(2_345)]
    await journal.append([append(0, *names)], epoch)
    assert await texts(journal) == names


async def test_streams_have_their_own_numbers_and_chains(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "a"), append(0, "b", stream=BOB), append(0, "d", stream=DESK)], epoch)
    await journal.append([append(1, "a2"), append(1, "b2", stream=BOB)], epoch)
    heads = await journal.heads()
    assert {stream: seq for stream, (seq, _) in heads.items()} == {ANN: 2, BOB: 2, DESK: 1}
    assert len({link for _, link in heads.values()}) == 3
    assert await texts(journal, BOB) == ["b", "b2"]


async def test_appends_to_one_stream_in_one_call_follow_each_other(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one"), append(1, "two"), append(2, "three")], epoch)
    assert await texts(journal) == ["one", "two", "three"]


async def test_a_wrong_number_writes_nothing_anywhere(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one")], epoch)
    for wrong in (0, 2):
        with pytest.raises(StaleWriter):
            await journal.append([append(0, "b", stream=BOB, keys=(key("k"),)), append(wrong, "two")], epoch)
    assert {stream: seq for stream, (seq, _) in (await journal.heads()).items()} == {ANN: 1}
    assert await journal.used(key("k").command_id) is None


async def test_an_append_without_events_guards_a_stream(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "halted", stream=DESK)], epoch)
    with pytest.raises(StaleWriter):
        await journal.append([append(0, stream=DESK), append(0, "intent")], epoch)
    await journal.append([append(1, stream=DESK), append(0, "intent")], epoch)
    assert await texts(journal) == ["intent"]
    assert await texts(journal, DESK) == ["halted"]


async def test_epochs_rise_and_older_writers_are_refused(journal: Journal) -> None:
    old = await journal.next_epoch()
    new = await journal.next_epoch()
    assert new == old + 1
    with pytest.raises(StaleWriter):
        await journal.append([append(0, "late")], old)
    await journal.append([append(0, "one")], new)
    assert await texts(journal) == ["one"]


async def test_an_older_program_is_refused_and_the_newer_one_goes_on(journal: Journal) -> None:
    newer = await journal.next_epoch(PROTOCOL + 1)
    with pytest.raises(JournalUnavailable, match="newer version"):
        await journal.next_epoch(PROTOCOL)
    assert await journal.epoch() == newer
    await journal.append([append(0, "one")], newer)
    assert await journal.next_epoch(PROTOCOL + 1) == newer + 1


async def test_a_newer_program_takes_over_from_an_older_one_in_order(journal: Journal) -> None:
    older = await journal.next_epoch(PROTOCOL)
    await journal.append([append(0, "one")], older)
    newer = await journal.next_epoch(PROTOCOL + 1)
    with pytest.raises(StaleWriter):
        await journal.append([append(1, "late")], older)
    await journal.append([append(1, "two")], newer)
    assert await texts(journal) == ["one", "two"]


async def test_a_used_key_gives_the_stored_answer(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one", keys=(key("chat:1", "first", b"\x00answer"),))], epoch)
    with pytest.raises(KeyTaken) as taken:
        await journal.append(
            [append(1, "again", keys=(key("chat:2"), key("chat:1", "second"))), append(0, "b", stream=BOB)],
            epoch,
        )
    assert taken.value.uses == (key("chat:1", "first", b"\x00answer"),)
    assert await journal.used(key("chat:2").command_id) is None
    assert await journal.used(key("chat:1").command_id) == key("chat:1", "first", b"\x00answer")
    assert await texts(journal) == ["one"]
    await journal.append([append(1, "two", keys=(key("chat:2"),))], epoch)
    assert await texts(journal) == ["one", "two"]


async def test_a_key_without_events_is_kept_too(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([Append(ANN, 0, (), (key("denied"),))], epoch)
    assert await journal.used(key("denied").command_id) == key("denied")
    assert dict(await journal.heads()) == {}


async def test_writers_at_the_same_time_take_turns(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    outcomes = await asyncio.gather(
        *(journal.append([append(0, f"writer {number}")], epoch) for number in range(8)),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, StaleWriter)]
    assert len(refused) == 7
    assert len(await texts(journal)) == 1


async def test_the_newest_snapshot_on_the_chain_is_found(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one", "two", "three"), append(0, "b", stream=BOB)], epoch)
    hashes = {one.seq: one.hash for one in await stored(journal)}
    for seq in (1, 2, 3):
        await journal.save_snapshot(Snapshot(ANN, seq, hashes[seq], f"book {seq}".encode()))
    assert dict(await journal.snapshots()) == {ANN: Snapshot(ANN, 3, hashes[3], b"book 3")}


async def test_a_snapshot_of_another_story_is_passed_over(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one", "two", "three")], epoch)
    hashes = {one.seq: one.hash for one in await stored(journal)}
    good = Snapshot(ANN, 2, hashes[2], b"good")
    await journal.save_snapshot(good)
    await journal.save_snapshot(Snapshot(ANN, 3, hashes[1], b"bad"))
    assert dict(await journal.snapshots()) == {ANN: good}


async def test_saving_a_snapshot_twice_keeps_the_last(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    await journal.append([append(0, "one")], epoch)
    (one,) = await stored(journal)
    await journal.save_snapshot(Snapshot(ANN, 1, one.hash, b"first"))
    await journal.save_snapshot(Snapshot(ANN, 1, one.hash, b"second"))
    assert (await journal.snapshots())[ANN].body == b"second"


async def test_odd_characters_survive_unchanged(journal: Journal) -> None:
    epoch = await journal.next_epoch()
    names = ['quote " and \\', "line\nbreak\ttab", "zażółć 😀 \u2028", "\x1f\x7f", "{}[]$1 :name ? %s"]
    await journal.append([append(0, *names, keys=(key("schlüssel ☃", "", b"\x00\xff"),))], epoch)
    assert await texts(journal) == names
    assert await journal.used(key("schlüssel ☃").command_id) == key("schlüssel ☃", "", b"\x00\xff")


async def test_the_journal_refuses_when_it_cannot_write(store: Store) -> None:
    journal = store.journal
    epoch = await journal.next_epoch()
    await store.close()
    with pytest.raises(JournalUnavailable):
        await journal.append([append(0, "one")], epoch)


async def test_an_event_cannot_be_changed_or_deleted(store: Store) -> None:
    epoch = await store.journal.next_epoch()
    await store.journal.append([append(0, "one", "two")], epoch)
    before = await stored(store.journal)
    for sql in ("UPDATE event SET body = 'x'", "DELETE FROM event WHERE seq = 2"):
        with pytest.raises(JournalUnavailable, match="append-only"):
            await store.writer.run(lambda conn, sql=sql: conn.exec_driver_sql(sql))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
    assert await stored(store.journal) == before
    assert isinstance(before[0].event, ev.HaltChanged)


async def test_the_newest_writers_number_is_known_to_everybody(journal: Journal) -> None:
    assert await journal.epoch() == 0
    first = await journal.next_epoch()
    assert await journal.epoch() == first
    second = await journal.next_epoch()
    assert await journal.epoch() == second > first
