"""What the store keeps of chats, as values: updates that came in, who is who, where people can be reached."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from trading.domain.ids import PersonId


class Received(Struct, frozen=True):
    """An update of a platform as it was stored before the platform heard that it arrived.

    `update_id` is the platform's own and unique on it, `body` the update without secrets, in the words of the
    platform's own room. `tries` counts the starts of this desk that have taken it up again.
    """

    platform: str
    update_id: str
    chat: str
    at: datetime
    body: str
    tries: int = 0


class Known(Struct, frozen=True):
    """A platform's user whom the desk knows as a person. `name` is how the platform calls them."""

    platform: str
    user: str
    person: PersonId
    name: str
    at: datetime


class ChannelKind(StrEnum):
    """Who reads along in a chat."""

    PRIVATE = "private"
    GROUP = "group"


class Channel(Struct, frozen=True):
    """A chat in which a person can be reached. Not `is_alive`: nobody hears us there (blocked, left)."""

    platform: str
    chat: str
    person: PersonId
    kind: ChannelKind
    title: str
    at: datetime
    is_alive: bool = True

    @property
    def name(self) -> str:
        """`platform:chat`: what other tables call this chat."""
        return f"{self.platform}:{self.chat}"
