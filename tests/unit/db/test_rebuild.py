"""What is derived can be thrown away: a rebuild makes the same rows again."""

import random

import pytest
from sqlalchemy import Connection, delete

from db import write
from db.chain import rebuild_now, verify_now
from db.store import memory_store
from db.tables import DERIVED
from tests.unit.db.history import History
from tests.unit.db.rows import derived


def emptied(conn: Connection) -> None:
    with conn.begin():
        for table in DERIVED:
            conn.execute(delete(table))


@pytest.mark.parametrize("seed", range(6))
async def test_a_rebuild_gives_the_same_rows(seed: int) -> None:
    store = memory_store()
    epoch = await store.journal.next_epoch()
    chance = random.Random(seed)
    lives = {f"account-{n}": History(seed * 10 + n, f"account-{n}").appends(120) for n in range(3)}
    while lives:
        chosen = chance.sample(sorted(lives), chance.randint(1, len(lives)))
        batch = [one for name in chosen if (one := next(lives[name], None))]
        await store.journal.append(batch, epoch)
        lives = {n: i for n, i in lives.items() if n not in chosen or any(b.stream == n for b in batch)}
    live = await store.writer.run(derived)
    assert all(live.values())
    await store.writer.run(emptied)
    assert await store.writer.run(rebuild_now) == (await store.writer.run(verify_now)).events
    assert await store.writer.run(derived) == live
    await store.close()


async def test_a_writer_that_forgets_writes_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    remembering, forgetting = memory_store(), memory_store()
    for store, known_max in ((remembering, 100_000), (forgetting, 0)):
        monkeypatch.setattr(write, "KNOWN_MAX", known_max)
        epoch = await store.journal.next_epoch()
        for one in History(77).appends(200):
            await store.journal.append([one], epoch)
    assert await remembering.writer.run(derived) == await forgetting.writer.run(derived)
    await remembering.close()
    await forgetting.close()
