"""The door to what stands at the top of a chat: put a board up, take it down, ask what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from trading.boards import Board
from trading.domain.ids import PersonId

TOPIC = "#"
"""What parts a chat from a topic inside it, in the name of a board's place; no chat's id holds it."""


def place(chat: str, topic: str) -> str:
    """Where a board stands: a chat, or a topic of it."""
    return f"{chat}{TOPIC}{topic}" if topic else chat


def chat_of(name: str) -> str:
    """The chat (`platform:chat`, or the chat alone) without its topic."""
    return name.partition(TOPIC)[0]


def topic_of(name: str) -> str:
    """The topic; empty for the chat itself."""
    return name.partition(TOPIC)[2]


class Placed(StrEnum):
    """What became of the wish for a board."""

    NEW = "new"
    AGAIN = "again"  # it stands there already: shown and pinned anew
    NO_PLACE = "no_place"  # this platform keeps nothing at the top of a chat
    TAKEN = "taken"  # another person's board of this kind stands there
    FULL = "full"  # as many boards as this desk keeps


class Boards(Protocol):
    """Whoever keeps the boards. Raises JournalUnavailable when a wish cannot be written down."""

    def kinds(self) -> Sequence[str]:
        """Which kinds there are, the usual one first."""
        ...

    def standing(self, platform: str, chat: str) -> Sequence[Board]:
        """What stands in a chat."""
        ...

    async def put_up(self, platform: str, chat: str, kind: str, person: PersonId) -> Placed:
        """Have a board of this person's accounts in this chat."""
        ...

    async def take_down(self, platform: str, chat: str, kind: str) -> bool:
        """Have it no more; False when none stood there."""
        ...


class NoBoards:
    """For desks whose chats keep nothing at their top: the console, replay."""

    def kinds(self) -> Sequence[str]:
        """The usual one, so that its name is understood."""
        return ("positions",)

    def standing(self, platform: str, chat: str) -> Sequence[Board]:
        """Nothing."""
        return ()

    async def put_up(self, platform: str, chat: str, kind: str, person: PersonId) -> Placed:
        """Nowhere."""
        return Placed.NO_PLACE

    async def take_down(self, platform: str, chat: str, kind: str) -> bool:
        """Nothing."""
        return False


NO_BOARDS = NoBoards()
