"""What came in from a chat: who, where, which message, the typed text or the pressed button."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.ids import CommandId


class Incoming(Struct, frozen=True):
    """One message or one press, in no platform's words.

    `person` is the platform's own id of the human being, `message_id` the id of this very message or press
    (a redelivery has the same one), `card_id` the message whose button was pressed. Exactly one of `text`
    and `action` is set. `at` is the platform's instant, which may be whole seconds only; `received_at` is
    when it reached this desk, by the desk's own clock.
    """

    platform: str
    chat: str
    message_id: str
    person: str
    at: datetime
    text: str = ""
    action: str = ""
    label: str = ""  # what stood on the pressed button
    card_id: str = ""
    is_edited: bool = False  # the person changed a message that was sent before: never carried out
    is_forwarded: bool = False  # somebody else's words: never carried out
    is_group: bool = False  # others read the answer
    is_in_doubt: bool = False  # somebody else may be on this way too: nothing that trades is carried out
    received_at: datetime | None = None
    language: str = ""  # the author's on the platform, when it is one of the catalogue's
    topic: str = ""  # inside the chat, where there are such

    def __post_init__(self) -> None:
        assert not (self.text and self.action), "a press carries no text"
        assert self.at.tzinfo is not None, "instants are aware"

    @property
    def reached_at(self) -> datetime:
        """What an order's latency counts from."""
        return self.received_at or self.at

    @property
    def is_press(self) -> bool:
        """Whether a button was pressed."""
        return bool(self.action)

    @property
    def typed(self) -> str:
        """The line to read: what was typed, or what a read-only button stands for (`/positions BTC`)."""
        verb, colon, argument = self.action.partition(":")
        return f"/{verb} {argument}".rstrip() if colon else self.text

    @property
    def command_id(self) -> CommandId:
        """The cause that order ids grow from: the nonce of an acting button, else `platform:chat:message`."""
        if self.action and ":" not in self.action:
            return CommandId(self.action)
        return CommandId(f"{self.platform}:{self.chat}:{self.message_id}")
