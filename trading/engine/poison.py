"""Messages that cannot be decided: counted before the process ends of them, set aside after the third time.

A report of a venue comes again after each start, so that one which breaks a rule of ours would end the desk
for ever. The count must outlive the process; whoever gives `Tries` knows where it is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

import msgspec

from trading.domain.book import Account
from trading.domain.commands import HaltState, SetHalt
from trading.domain.decide import Message
from trading.domain.events import Refusal
from trading.domain.ids import CommandId, PersonId
from trading.domain.reports import Noted
from trading.engine.inbox import Waiting

TRIES_MAX = 3
CODE = "message_quarantined"
MACHINE = PersonId("machine")
REFUSAL = Refusal(
    "quarantined", "The desk ended three times while it decided this: it was set aside, nothing was done."
)
_WHEN = frozenset({"at", "sent_at", "asked_at", "seen", "prices", "quote"})
"""What may differ between two tellings of the same."""
_encode = msgspec.json.Encoder(decimal_format="string").encode


class Tries(Protocol):
    """How often each message has ended the desk, by a key that its next telling has too."""

    async def count(self, key: str) -> int:
        """Once more; returns how often by now. Raises JournalUnavailable."""
        ...

    async def all(self) -> dict[str, int]:
        """Every count that is kept. Raises JournalUnavailable."""
        ...


class LifeTries:
    """Counts of this life only: for replay and tests, where nobody comes back."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    async def count(self, key: str) -> int:
        """As the port says."""
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key]

    async def all(self) -> dict[str, int]:
        """As the port says."""
        return dict(self._counts)


class Poisoned(Exception):
    """Deciding `item` has failed with `error`. Nothing of its batch was written."""

    def __init__(self, item: Waiting, error: Exception) -> None:
        super().__init__(type(item.message).__name__)
        self.item = item
        self.error = error


class Poison:
    """What is set aside, and what follows from it."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._aside: Collection[str] = ()

    async def load(self) -> None:
        """Know what earlier lives have set aside. Raises JournalUnavailable."""
        self._aside = {key for key, count in (await self._tries.all()).items() if count >= TRIES_MAX}

    def is_aside(self, message: Message) -> bool:
        """Whether this message is not decided any more."""
        return bool(self._aside) and key_of(message) in self._aside

    async def is_enough(self, message: Message) -> bool:
        """Count one more try; whether it was the last. Raises JournalUnavailable."""
        key = key_of(message)
        if await self._tries.count(key) < TRIES_MAX:
            return False
        self._aside = {*self._aside, key}
        return True

    def consequences(self, message: Message, account: Account | None, now: datetime) -> list[Message]:
        """Its account opens nothing new until a person has looked, and somebody is told."""
        if account is None:
            return []
        name = type(message).__name__
        command_id = CommandId(f"machine:quarantine:{key_of(message)}")
        reason = f"a message ended the desk three times ({name})"
        return [
            SetHalt(command_id, MACHINE, account.account, HaltState.REDUCE_ONLY, reason),
            Noted(account.account, CODE, "halt", "error", {"message": name}, now),
        ]


def key_of(message: Message) -> str:
    """What a message says, whenever it is told."""
    said = [getattr(message, name) for name in message.__struct_fields__ if name not in _WHEN]
    return hashlib.blake2s(_encode([type(message).__name__, said]), digest_size=16).hexdigest()
