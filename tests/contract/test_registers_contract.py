"""Every register keeps small things until they are changed or dropped, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db.registers import SqlRegisters
from db.store import Store
from tests.contract.stores import store
from trading.domain.ids import DESK, PersonId
from trading.ports import Pending

__all__ = ["store"]

ANN = PersonId("ann")
AT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


@pytest.fixture
def registers(store: Store) -> SqlRegisters:
    """The port of each store."""
    return store.registers


def question(nonce: str, expires_at: datetime = AT) -> Pending:
    """A question that waits."""
    return Pending(nonce, ANN, "console:1", b"\x00\xffbody", expires_at)


async def test_a_question_is_kept_until_dropped(registers: SqlRegisters) -> None:
    assert await registers.pending("n1") is None
    await registers.put_pending(question("n1"))
    await registers.put_pending(question("n2"))
    assert await registers.pending("n1") == question("n1")
    await registers.drop_pending(["n1", "never"])
    assert await registers.pending("n1") is None
    assert await registers.pending("n2") == question("n2")


async def test_putting_a_question_again_replaces_it(registers: SqlRegisters) -> None:
    later = question("n1", AT + timedelta(minutes=5))
    await registers.put_pending(question("n1"))
    await registers.put_pending(later)
    assert await registers.pending("n1") == later


async def test_only_expired_questions_are_pruned(registers: SqlRegisters) -> None:
    for number in range(3):
        await registers.put_pending(question(f"n{number}", AT + timedelta(seconds=number)))
    await registers.drop_pending([], expired_before=AT + timedelta(seconds=1))
    assert await registers.pending("n0") is None
    assert await registers.pending("n1") is not None
    await registers.drop_pending([])
    assert await registers.pending("n2") is not None


async def test_settings_belong_to_one_person(registers: SqlRegisters) -> None:
    bob = PersonId("bob")
    await registers.put_setting(ANN, "zone", "Europe/Berlin")
    await registers.put_setting(ANN, "language", "de")
    await registers.put_setting(bob, "zone", "UTC")
    await registers.put_setting(ANN, "zone", "Europe/Zürich")
    assert dict(await registers.settings(ANN)) == {"zone": "Europe/Zürich", "language": "de"}
    await registers.put_setting(ANN, "zone", None)
    await registers.put_setting(ANN, "never", None)
    assert dict(await registers.settings(ANN)) == {"language": "de"}
    assert dict(await registers.settings(bob)) == {"zone": "UTC"}


async def test_facts_about_the_desk_are_kept(registers: SqlRegisters) -> None:
    assert await registers.meta("key") is None
    await registers.put_meta("key", "one")
    await registers.put_meta("key", "two")
    assert await registers.meta("key") == "two"


async def test_each_reader_has_its_own_cursor(registers: SqlRegisters) -> None:
    await registers.put_cursor("notifier", DESK, 3)
    await registers.put_cursor("notifier", DESK, 9)
    await registers.put_cursor("boards", DESK, 1)
    assert dict(await registers.cursors("notifier")) == {DESK: 9}
    assert dict(await registers.cursors("nobody")) == {}
