"""Whom the desk does not know: how much they may cost, what they are told, by which codes they come in.

They are answered from memory alone: nothing of theirs is written down before a code of theirs was right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from bot.conversation.flood import Buckets, Pace
from bot.conversation.incoming import Incoming
from bot.conversation.surroundings import Surroundings

AT_ONCE_MAX = 100
HINT_PACE = Pace(1, 1 / 600)
"""One polite sentence to a stranger, and the next one ten minutes later."""
STRANGER_PACE = Pace(8, 1 / 30)
STRANGERS_PACE = Pace(30, 3)
"""What all strangers together may cost."""


class Outcome(Struct, frozen=True):
    """What came of a line that looks like a code: `<family>.<key>` names the sentence. `is_in`: its author is
    a person of this desk now."""

    key: str
    is_in: bool = False
    family: str = "claim"
    values: dict[str, str] = {}

    @property
    def said(self) -> str:
        """The sentence's key in the catalogue."""
        return f"{self.family}.{self.key}"


class WayIn(Protocol):
    """How a stranger becomes a person: by a code."""

    async def tried(self, incoming: Incoming, name: str = "", title: str = "") -> Outcome | None:
        """What a stranger's line comes to; None when it is no code for this way in, or when the way is shut.
        Raises JournalUnavailable when it cannot be written down; then nobody has come in."""
        ...


class Strangers:
    """The strangers of one platform."""

    def __init__(self, around: Surroundings, ways_in: Sequence[WayIn]) -> None:
        self._ways_in = ways_in
        elapsed_s = around.clock.elapsed_s
        self._hints = Buckets(HINT_PACE, elapsed_s)
        self._each = Buckets(STRANGER_PACE, elapsed_s)
        self._all = Buckets(STRANGERS_PACE, elapsed_s)
        self._inside = 0

    def welcome(self, user: str) -> bool:
        """Whether a stranger's message is looked at: most of a flood ends here, for the price of a count.
        Whoever is told yes says `leave` afterwards."""
        if self._inside >= AT_ONCE_MAX or not self._each.take(user) or not self._all.take(""):
            return False
        self._inside += 1
        return True

    def leave(self) -> None:
        """One of them was answered, or not."""
        self._inside -= 1

    def may_hint(self, user: str) -> bool:
        """Whether it is time to say again that this desk is private."""
        return self._hints.take(user)

    async def tried(self, incoming: Incoming | None, name: str, title: str) -> Outcome | None:
        """What a line comes to as a code; None when it is none. Raises JournalUnavailable."""
        found: Outcome | None = None
        for way in self._ways_in if incoming is not None else ():
            assert incoming is not None
            outcome = await way.tried(incoming, name, title)
            if outcome is not None and outcome.is_in:
                return outcome
            found = outcome or found
        return found
