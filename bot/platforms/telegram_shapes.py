"""The parts of Telegram's updates that this desk reads, as typed values: nothing else of an update is kept.

An update of another shape is refused by msgspec and counted, never half read. Names are Telegram's own.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

Id = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class User(Struct, omit_defaults=True):
    """Who did it."""

    id: Id
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""


class Chat(Struct, omit_defaults=True):
    """Where it happened. `type`: private, group, supergroup, channel."""

    id: Id
    type: str = "private"
    title: str = ""
    first_name: str = ""
    username: str = ""

    @property
    def is_private(self) -> bool:
        """Whether the chat is one person's own with the bot."""
        return self.type == "private"


class Presence(Struct, omit_defaults=True):
    """A field of which only its being there matters."""


class Entity(Struct, omit_defaults=True):
    """A piece of text that means something. Offsets in UTF-16 units."""

    type: str
    offset: int = 0
    length: int = 0


class Said(Struct, omit_defaults=True):
    """The message that was answered: only whose it was."""

    from_user: User | None = field(default=None, name="from")


class Message(Struct, omit_defaults=True):
    """A message, as far as the desk reads it."""

    message_id: int
    chat: Chat
    date: int = 0
    from_user: User | None = field(default=None, name="from")
    sender_chat: Chat | None = None
    text: str = ""
    caption: str = ""
    edit_date: int = 0
    message_thread_id: int = 0
    is_topic_message: bool = False
    forward_origin: Presence | None = None
    forward_date: int = 0
    is_automatic_forward: bool = False
    via_bot: User | None = None
    business_connection_id: str = ""
    reply_to_message: Said | None = None
    migrate_to_chat_id: int = 0
    migrate_from_chat_id: int = 0
    photo: list[Presence] | None = None
    voice: Presence | None = None
    audio: Presence | None = None
    video: Presence | None = None
    video_note: Presence | None = None
    animation: Presence | None = None
    sticker: Presence | None = None
    document: Presence | None = None
    location: Presence | None = None
    venue: Presence | None = None
    contact: Presence | None = None
    poll: Presence | None = None
    dice: Presence | None = None
    story: Presence | None = None


MEDIA = (
    "photo",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "document",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
    "story",
)
"""Fields of a message that is more, or something else, than text."""


class Card(Struct, omit_defaults=True):
    """The message whose button was pressed. What it says is not read: the desk knows what it sent."""

    message_id: int
    chat: Chat
    photo: list[Presence] | None = None
    message_thread_id: int = 0
    is_topic_message: bool = False


class Press(Struct, omit_defaults=True):
    """A pressed button."""

    id: str
    from_user: User = field(name="from")
    message: Card | None = None
    inline_message_id: str = ""
    data: str = ""


class Member(Struct, omit_defaults=True):
    """What the bot is in a chat now: member, administrator, restricted, left, kicked."""

    status: str = ""


class Membership(Struct, omit_defaults=True):
    """The bot came, went, was blocked or let in again."""

    chat: Chat
    from_user: User = field(name="from")
    date: int = 0
    new_chat_member: Member = field(default_factory=Member)


class Update(Struct, omit_defaults=True):
    """One update. `secrets` is ours: the kinds of secrets that were taken out before it was stored."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Press | None = None
    my_chat_member: Membership | None = None
    secrets: list[str] = field(default_factory=list)


ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked for; channel posts, inline queries and business messages are not."""
