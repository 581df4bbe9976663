"""What an event of Discord means for the desk: a line, a press, a half-typed option, a form, or nothing.

Who did it is the user's id, never the channel, never a role: a server's permissions are a hint that its
admins can change, so they decide nothing here (D03).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.incoming import Incoming
from bot.conversation.sealing import sealed_line
from bot.conversation.secrecy import redacted
from bot.conversation.verbs import BY_WORD, Right
from bot.conversation.words import language_of
from bot.platforms.discord_commands import line_of, line_of_ticket, wants_ticket
from bot.platforms.discord_shapes import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    EPHEMERAL,
    MODAL,
    Event,
    Interaction,
    Message,
    Option,
)

PLATFORM = "discord"
PICK = "pick"
"""The id of a select: what was chosen is an action like that of a button."""
TEXT_MAX = 4_000
_PIN = "pin"
NAME_MAX = 64
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_TALK = frozenset({0, 19})
"""Types of messages that somebody typed: said, answered."""
_FORWARDED = 1


class What(StrEnum):
    """What an event comes to."""

    SAID = "said"  # a line
    PRESSED = "pressed"  # a button or a choice
    POLITE = "polite"  # something that is no command: one sentence answers it
    COMPLETING = "completing"  # an option that is being typed
    TICKET = "ticket"  # a form is to be opened


class Arrived(Struct, frozen=True):
    """An event, understood. `key` is its place in the inbox; `token` of an interaction, empty for a message.

    `polite` is a key of the catalogue; `secrets` the kinds that were taken out; `card` the pressed message,
    `card_owner` whose command that message answers, `is_hidden`: nobody else sees it.
    """

    key: str
    what: What
    chat: str
    user: str
    is_group: bool
    at: datetime
    name: str = ""
    title: str = ""
    message_id: str = ""
    token: str = ""
    incoming: Incoming | None = None
    polite: str = ""
    card: str = ""
    card_owner: str = ""
    is_hidden: bool = False
    secrets: tuple[str, ...] = ()
    interaction: Interaction | None = None
    language: str = ""

    @property
    def only_looks(self) -> bool:
        """Whether it is an interaction that shows something and changes nothing in the market."""
        if not self.token or self.incoming is None:
            return False
        row = BY_WORD.get(self.incoming.typed.partition(" ")[0].removeprefix("/").lower())
        return row is not None and row.right is Right.LOOK

    @property
    def interaction_id(self) -> str:
        """The interaction's id; empty for a message."""
        return self.key if self.token else ""


def without_secrets(event: Event) -> Event:
    """The event as it may be kept: keys and seed phrases are gone, and said to be (T22). In place."""
    found: list[str] = []
    if event.message is not None:
        event.message.content, kinds = redacted(sealed_line(event.message.content[:TEXT_MAX]))
        found += kinds
    if event.interaction is not None:
        if event.interaction.data.name == _PIN:
            _options_sealed(event.interaction.data.options)
        found += _options_redacted(event.interaction.data.options)
        for row in event.interaction.data.components:
            for one in row.components:
                one.value, kinds = redacted((one.value or "")[:TEXT_MAX])
                found += kinds
    event.secrets = list(dict.fromkeys((*event.secrets, *found)))
    return event


def _options_sealed(options: list[Option]) -> None:
    """The digits that a person gives behind `/pin`."""
    is_new = any(one.name == "act" and one.value == "set" for one in options)
    for one in options:
        if isinstance(one.value, str) and one.name == "code":
            one.value = sealed_line(f"/{_PIN} {'set ' if is_new else ''}{one.value}").rpartition(" ")[2]


def _options_redacted(options: list[Option]) -> list[str]:
    found: list[str] = []
    for one in options:
        if isinstance(one.value, str):
            one.value, kinds = redacted(sealed_line(one.value[:TEXT_MAX]))
            found += kinds
        found += _options_redacted(one.options)
    return found


def decoded(event: Event, me: str, received: datetime) -> Arrived | None:
    """What it means; None when it means nothing to this desk.

    Args:
        event: without its secrets already.
        me: the bot's own id.
    """
    if event.interaction is not None:
        return _interaction(event, event.interaction, received)
    if event.message is not None:
        return _message(event, event.message, me, received)
    return None


def instant(snowflake: str, received: datetime) -> datetime:
    """When an id was made; a clock of ours that goes behind must not make it newer than now."""
    return min(_EPOCH + timedelta(milliseconds=int(snowflake) >> 22), received)


# ---------------------------------------------------------------- interactions


def _interaction(event: Event, given: Interaction, received: datetime) -> Arrived | None:
    author = given.author
    if author is None or author.bot:
        return None
    whole = Arrived(
        given.id,
        What.SAID,
        given.channel_id,
        author.id,
        given.guild_id is not None,
        instant(given.id, received),
        name=(author.global_name or author.username)[:NAME_MAX],
        title=((given.channel.name if given.channel else None) or author.username)[:NAME_MAX],
        token=given.token,
        secrets=tuple(event.secrets),
        interaction=given,
        language=language_of(given.locale),
    )
    if event.secrets:
        return replace(whole, what=What.POLITE, polite="chat.secret")
    match given.type:
        case 2:
            if wants_ticket(given.data):
                return replace(whole, what=What.TICKET)
            return _typed(whole, line_of(given.data))
        case 3:
            return _pressed(whole, given)
        case 4:
            return replace(whole, what=What.COMPLETING)
        case 5:
            return _typed(whole, line_of_ticket(given.data))
        case _:
            return None


assert (COMMAND, COMPONENT, AUTOCOMPLETE, MODAL) == (2, 3, 4, 5), "the cases above are these"


def _typed(whole: Arrived, text: str) -> Arrived:
    if not text:
        return replace(whole, what=What.POLITE, polite="discord.unknown")
    return replace(whole, incoming=_incoming(whole, text=text))


def _pressed(whole: Arrived, given: Interaction) -> Arrived | None:
    card = given.message
    if card is None:
        return None
    action = given.data.custom_id
    if action.partition("-")[0] == PICK:
        action = given.data.values[0] if given.data.values else ""
    if not action:
        return None
    owner = card.interaction_metadata.user if card.interaction_metadata is not None else None
    return replace(
        whole,
        what=What.PRESSED,
        card=card.id,
        card_owner=owner.id if owner is not None else "",
        is_hidden=bool(card.flags & EPHEMERAL),
        incoming=_incoming(whole, action=action[:64], card_id=card.id),
    )


def _incoming(whole: Arrived, *, text: str = "", action: str = "", card_id: str = "") -> Incoming:
    return Incoming(
        platform=PLATFORM,
        chat=whole.chat,
        message_id=whole.key,
        person=whole.user,
        at=whole.at,
        text=text[:TEXT_MAX],
        action=action,
        card_id=card_id,
        is_group=whole.is_group,
        language=whole.language,
    )


# ---------------------------------------------------------------- messages


def _message(event: Event, given: Message, me: str, received: datetime) -> Arrived | None:
    author = given.author
    if author.bot or given.webhook_id or given.type not in _TALK:
        return None
    is_group = given.guild_id is not None
    is_called = any(one.id == me for one in given.mentions)
    if is_group and not is_called and not event.secrets:
        return None
    is_edited = given.edited_timestamp is not None
    whole = Arrived(
        f"{given.id}e{given.edited_timestamp}" if is_edited else given.id,
        What.SAID,
        given.channel_id,
        author.id,
        is_group,
        instant(given.id, received),
        name=(author.global_name or author.username)[:NAME_MAX],
        title=author.username[:NAME_MAX],
        message_id=given.id,
        secrets=tuple(event.secrets),
    )
    if event.secrets:
        return replace(whole, what=What.POLITE, polite="chat.secret")
    if is_group:
        # Its answer would be read by everybody there; only a command can be answered to one person alone.
        return None if is_edited else replace(whole, what=What.POLITE, polite="discord.use_do")
    is_foreign = given.message_reference is not None and given.message_reference.type == _FORWARDED
    text = _plain(given.content, me)
    if is_foreign or not text:
        is_said = not is_edited and (is_foreign or given.attachments or given.sticker_items)
        return replace(whole, what=What.POLITE, polite="discord.media") if is_said else None
    return replace(whole, incoming=replace(_incoming(whole, text=text), is_edited=is_edited))


def _plain(text: str, me: str) -> str:
    """The line without the bot's name before it."""
    return re.sub(rf"^\s*<@!?{re.escape(me)}>\s*", "", text).strip()
