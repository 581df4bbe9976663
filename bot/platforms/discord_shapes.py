"""The parts of Discord's gateway events that this desk reads, as typed values: nothing else of them is kept.

An event of another shape is refused by msgspec and counted, never half read. Names are Discord's own.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

Snowflake = Annotated[str, Meta(pattern=r"^\d{1,20}$")]

DIRECT = 1
"""The type of a channel that is one person's own with the bot."""
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
"""Types of an interaction."""
SUB_COMMAND, SUB_GROUP = 1, 2
EPHEMERAL, SILENT = 1 << 6, 1 << 12
"""Flags of a message: only one person sees it; no sound."""


class User(Struct, omit_defaults=True):
    """Who did it."""

    id: Snowflake
    username: str = ""
    global_name: str | None = None
    bot: bool = False


class Member(Struct, omit_defaults=True):
    """Who did it, in a server."""

    user: User


class Option(Struct, omit_defaults=True):
    """What was filled in behind a command; a sub-command has options of its own."""

    name: str
    type: int = 3
    value: str | int | float | bool | None = None
    options: list[Option] = field(default_factory=list)
    focused: bool = False


class Field(Struct, omit_defaults=True):
    """One line of a form."""

    custom_id: str = ""
    value: str | None = None


class Row(Struct, omit_defaults=True):
    """A row of a form."""

    components: list[Field] = field(default_factory=list)


class Data(Struct, omit_defaults=True):
    """What was done: the command with its options, the pressed or chosen component, the form."""

    name: str = ""
    options: list[Option] = field(default_factory=list)
    custom_id: str = ""
    component_type: int = 0
    values: list[str] = field(default_factory=list)
    components: list[Row] = field(default_factory=list)


class Origin(Struct, omit_defaults=True):
    """Whose command a message answers."""

    user: User | None = None


class Card(Struct, omit_defaults=True):
    """The message whose button was pressed. What it says is not read: the desk knows what it sent."""

    id: Snowflake
    flags: int = 0
    interaction_metadata: Origin | None = None


class Place(Struct, omit_defaults=True):
    """The channel that it happened in."""

    id: Snowflake
    type: int = 0
    name: str | None = None


class Interaction(Struct, omit_defaults=True):
    """A slash command, a press, a choice, a form, a half-typed option."""

    id: Snowflake
    type: int
    token: str
    channel_id: Snowflake = "0"
    guild_id: Snowflake | None = None
    channel: Place | None = None
    user: User | None = None
    member: Member | None = None
    message: Card | None = None
    data: Data = field(default_factory=Data)
    locale: str = ""

    @property
    def author(self) -> User | None:
        """Who did it, wherever it was."""
        return self.member.user if self.member is not None else self.user


class Presence(Struct, omit_defaults=True):
    """A field of which only its being there matters."""


class Reference(Struct, omit_defaults=True):
    """What a message points at. `type` 1: it repeats another one's words."""

    type: int = 0


class Message(Struct, omit_defaults=True):
    """A message that somebody wrote."""

    id: Snowflake
    channel_id: Snowflake
    author: User
    guild_id: Snowflake | None = None
    content: str = ""
    type: int = 0
    edited_timestamp: str | None = None
    mentions: list[User] = field(default_factory=list)
    webhook_id: str | None = None
    message_reference: Reference | None = None
    attachments: list[Presence] = field(default_factory=list)
    sticker_items: list[Presence] = field(default_factory=list)


class Gone(Struct, omit_defaults=True):
    """A server, a channel or a thread in which the bot is no more. `unavailable`: only for a while."""

    id: Snowflake
    unavailable: bool = False


class Event(Struct, omit_defaults=True):
    """One event. `secrets` is ours: the kinds of secrets that were taken out before it was stored."""

    interaction: Interaction | None = None
    message: Message | None = None
    secrets: list[str] = field(default_factory=list)
