"""Who was told what, and how that went: one row for each event and chat (RULINGS 11).

The journal says what happened; a row only says that one chat still has to hear of it, or has heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import PersonId, StreamId
from trading.ports import StoredEvent


class State(StrEnum):
    """How far telling one chat of one event has come."""

    WAITING = "waiting"
    SENDING = "sending"  # handed to the platform; after a crash nobody knows whether it arrived
    TOLD = "told"
    COUNTED = "counted"  # one of the many in a digest
    KEPT = "kept"  # the person wants no message of this kind, or has no chat: it stands in the inbox
    VOID = "void"  # it came to nothing before it was told


UNFINISHED = (State.WAITING, State.SENDING)


class Delivery(Struct, frozen=True):
    """One event on its way to one chat. `channel` is `platform:chat`, empty for a person without a chat;
    `lane` as in `bot.conversation.messenger.Lane`; `message` is the platform's id of what was sent."""

    channel: str
    stream: StreamId
    seq: int
    person: PersonId
    at: datetime
    topic: str = ""
    lane: int = 2
    state: State = State.WAITING
    told_at: datetime | None = None
    message: str = ""


class Card(Struct, frozen=True):
    """A message that shows how one order stands, so that its fill can replace it."""

    channel: str
    subject: str  # an order id
    message: str
    at: datetime


class Deliveries(Protocol):
    """The rows of telling, and the place up to which the journal was fanned out."""

    async def fan_out(self, rows: Sequence[Delivery], reader: str, read: Mapping[StreamId, int]) -> None:
        """Add rows (one that exists stays as it is) and move the reader's cursors, in one transaction."""
        ...

    async def mark(self, rows: Sequence[Delivery]) -> None:
        """Write down how far these are."""
        ...

    async def are_told(self, channel: str, events: Sequence[tuple[StreamId, int]]) -> bool:
        """Whether this chat was told of all of these."""
        ...

    async def keep(self, channel: str) -> None:
        """Nobody is told through this channel any more: what still waits there only stands in the inbox."""
        ...

    async def unfinished(self) -> Sequence[tuple[Delivery, StoredEvent]]:
        """Everything that is not told yet, oldest first, with its event."""
        ...

    async def of_person(
        self, person: PersonId, *, limit: int, skip: int = 0
    ) -> Sequence[tuple[Delivery, StoredEvent]]:
        """What a person was told or would have been, newest first; each event once."""
        ...

    async def states(self) -> Mapping[str, int]:
        """How many rows are in each state."""
        ...

    async def put_card(self, card: Card) -> None:
        """Remember where an order's card stands; a newer one replaces it."""
        ...

    async def card(self, channel: str, subject: str) -> Card | None:
        """Where an order's card stands in this chat."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget what was finished before that instant, and cards that are older; what still waits from
        before then is not told any more: it only stands in the inbox from now on."""
        ...
