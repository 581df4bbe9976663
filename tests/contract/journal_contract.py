"""What every journal promises; `test_journal_contract.py` holds each one against it."""

from __future__ import annotations

from datetime import UTC, datetime

from trading.domain import events as ev
from trading.domain.commands import HaltState
from trading.domain.ids import DESK, AccountId, CommandId, PersonId, StreamId
from trading.ports import Append, Entry, Journal, KeyUse, StoredEvent

ANN = StreamId("ann-paper")
BOB = StreamId("bob-paper")
AT = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)


def entry(text: str, account: str = ANN, at: datetime = AT) -> Entry:
    """An event that differs by `text`."""
    event = ev.HaltChanged(AccountId(account), HaltState.HALTED, text, PersonId("ann"), at)
    return Entry(event, f"correlation {text}", f"cause {text}")


def append(expected_seq: int, *texts: str, stream: StreamId = ANN, keys: tuple[KeyUse, ...] = ()) -> Append:
    """Events for a stream, named by texts."""
    return Append(stream, expected_seq, tuple(entry(text, stream) for text in texts), keys)


def key(name: str, fingerprint: str = "print", result: bytes = b'{"done":true}') -> KeyUse:
    """A command id that is used up."""
    return KeyUse(CommandId(name), fingerprint, result)


async def stored(journal: Journal, stream: StreamId = ANN, after: int = 0) -> list[StoredEvent]:
    """Everything after a sequence number."""
    return [one async for one in journal.read(stream, after)]


async def texts(journal: Journal, stream: StreamId = ANN, after: int = 0) -> list[str]:
    """The texts of everything after a sequence number."""
    events = [one.event for one in await stored(journal, stream, after)]
    return [event.reason for event in events if isinstance(event, ev.HaltChanged)]


__all__ = ["ANN", "AT", "BOB", "DESK", "append", "entry", "key", "stored", "texts"]
