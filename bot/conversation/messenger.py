"""A platform's way out, and everything that can go wrong on it: plain errors, the same on every platform.

What does not belong here: how fast one may send (notifications/courier.py), what a platform's own errors are.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from bot.conversation.screen import Screen


class MessageRef(Struct, frozen=True):
    """Where a message stands, so that it can be edited."""

    platform: str
    chat: str
    message_id: str


class Lane(IntEnum):
    """What goes first when a chat or a bot may not send everything at once; lower is sooner."""

    ANSWER = 0  # somebody looks at the screen and waits
    URGENT = 1  # risk, halts, exits: may wake somebody
    NORMAL = 2
    QUIET = 3  # digests, what may wait for the morning
    BOARD = 4  # messages that edit themselves: the newest state is all that counts


class Manner(Struct, frozen=True):
    """How a message goes out. `is_silent`: no sound on the phone. `is_repeat`: an earlier attempt may have
    arrived. `reply_to`: the message that it answers. `thread`: a topic inside the chat."""

    lane: Lane = Lane.ANSWER
    is_silent: bool = False
    is_repeat: bool = False
    reply_to: str = ""
    thread: str = ""


PLAINLY = Manner()


class Messenger(Protocol):
    """A platform's way out. It renders; it never decides."""

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """Deliver a new message. Raises Undelivered."""
        ...

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Replace a message that was delivered before; one that says the same already is fine.
        Raises Undelivered."""
        ...


class BoardMessenger(Messenger, Protocol):
    """A platform whose chats can keep a message at their top."""

    async def pin(self, ref: MessageRef) -> None:
        """Keep the message at the top of its chat, without a sound. Raises Undelivered."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is fine. Raises Undelivered."""
        ...


class Undelivered(ConnectionError):
    """A message did not arrive, or nobody knows. The subclass says what to do."""


class TooFast(Undelivered):
    """The platform wants a pause; nothing was delivered. `is_whole_bot`: not only this chat."""

    def __init__(self, retry_after_s: float, *, is_whole_bot: bool = False) -> None:
        super().__init__(f"retry after {retry_after_s:g} s")
        self.retry_after_s = retry_after_s
        self.is_whole_bot = is_whole_bot


class Unreachable(Undelivered):
    """The platform cannot be reached; certainly nothing was delivered."""


class MaybeDelivered(Undelivered):
    """The request went out and no answer came: it may have arrived."""


class ChatGone(Undelivered):
    """Nobody hears us there any more (blocked, deleted, kicked): trying again is no use."""


class ChatMoved(Undelivered):
    """The chat has another id now; nothing was delivered."""

    def __init__(self, chat: str) -> None:
        super().__init__(f"the chat is {chat} now")
        self.chat = chat


class MessageGone(Undelivered):
    """The message that was to be edited, pinned or answered is not there: send a new one."""


class NotShown(Undelivered):
    """The platform will not show this content (too long, not understood): a plainer message may pass."""


class Refused(Undelivered):
    """The platform does not let this bot in at all: its token is wrong or was revoked."""
