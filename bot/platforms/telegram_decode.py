"""What an update of Telegram means for the desk: a line, a press, a chat that came or went, or nothing.

Who wrote is `from.id`, never the chat. Somebody else's words (forwarded, through another bot) are marked;
what has no author whom the desk could know (channels, anonymous admins, business accounts) means nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.incoming import Incoming
from bot.conversation.sealing import sealed_line
from bot.conversation.secrecy import redacted
from bot.conversation.words import language_of
from bot.platforms.telegram_shapes import MEDIA, Chat, Membership, Message, Press, Update, User

PLATFORM = "telegram"
TEXT_MAX = 4_096
"""A longer text than Telegram sends is cut before anything reads it (M10)."""
NAME_MAX = 64

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)")
_NOT_ALIVE = frozenset({"left", "kicked"})


class Me(Struct, frozen=True):
    """Who the bot is on Telegram."""

    user_id: int
    username: str


class What(StrEnum):
    """What an update comes to."""

    SAID = "said"  # a line
    PRESSED = "pressed"  # a button
    POLITE = "polite"  # something that is no command: one sentence answers it
    MOVED = "moved"  # the chat has another id
    MET = "met"  # the bot may speak in the chat
    PARTED = "parted"  # the bot may not speak there any more


class Arrived(Struct, frozen=True):
    """An update, understood. `polite` is a key of the catalogue; `secrets` the kinds that were taken out;
    `card_ref` names the message whose button was pressed, as `MessageRef.message_id` does."""

    update_id: int
    what: What
    chat: str
    user: str
    is_group: bool
    at: datetime
    name: str = ""
    title: str = ""
    message_id: str = ""
    thread: str = ""
    incoming: Incoming | None = None
    polite: str = ""
    press_id: str = ""
    card_ref: str = ""
    moved_to: str = ""
    secrets: tuple[str, ...] = ()
    language: str = ""


def without_secrets(update: Update) -> Update:
    """The update as it may be kept: keys and seed phrases are gone, and said to be (T22). In place."""
    for message in (update.message, update.edited_message):
        if message is None:
            continue
        message.text, in_text = redacted(sealed_line(message.text[:TEXT_MAX]))
        message.caption, in_caption = redacted(message.caption[:TEXT_MAX])
        update.secrets = list(dict.fromkeys((*update.secrets, *in_text, *in_caption)))
    return update


def decoded(update: Update, me: Me, received: datetime) -> Arrived | None:
    """What it means; None when it means nothing to this desk.

    Args:
        update: without its secrets already.
        received: when it came in: a press carries no time of its own.
    """
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, received)
    if update.message is not None:
        return _said(update, update.message, me, received)
    if update.edited_message is not None:
        return _said(update, update.edited_message, me, received, is_edited=True)
    if update.my_chat_member is not None:
        return _member(update.update_id, update.my_chat_member, received)
    return None


# ---------------------------------------------------------------- lines


def _said(
    update: Update, message: Message, me: Me, received: datetime, *, is_edited: bool = False
) -> Arrived | None:
    chat, author = message.chat, message.from_user
    if message.migrate_to_chat_id:
        at = _instant(message.date, received)
        moved_to = str(message.migrate_to_chat_id)
        user = str(author.id) if author else ""
        return Arrived(update.update_id, What.MOVED, str(chat.id), user, True, at, moved_to=moved_to)
    if author is None or author.is_bot or chat.type == "channel" or message.is_automatic_forward:
        return None
    if message.sender_chat is not None or message.business_connection_id:
        return None
    text = _addressed(message, me)
    if text is None and not update.secrets:
        return None
    at = _instant(message.edit_date if is_edited else message.date, received)
    whole = Arrived(
        update.update_id,
        What.SAID,
        str(chat.id),
        str(author.id),
        not chat.is_private,
        at,
        name=_name(author),
        title=_title(chat),
        message_id=str(message.message_id),
        thread=str(message.message_thread_id) if message.is_topic_message else "",
        secrets=tuple(update.secrets),
        language=language_of(author.language_code),
    )
    if update.secrets:
        return _polite(whole, "chat.secret")
    kind = _media(message)
    if kind or not text:
        return _polite(whole, f"telegram.media.{kind}") if kind and not is_edited else None
    incoming = Incoming(
        platform=PLATFORM,
        chat=whole.chat,
        # An edit is another thing than the message was: it must not pass for its redelivery.
        message_id=f"{message.message_id}e{message.edit_date}" if is_edited else str(message.message_id),
        person=whole.user,
        at=at,
        text=text,
        is_edited=is_edited,
        is_forwarded=_is_foreign(message),
        is_group=whole.is_group,
        language=whole.language,
        topic=whole.thread,
    )
    return replace(whole, incoming=incoming)


def _addressed(message: Message, me: Me) -> str | None:
    """The line without the bot's name; None when it is not for us: another bot's command, talk in a group."""
    text = message.text.strip()
    match = _COMMAND.match(text)
    if match is not None:
        if match[2] and match[2].casefold() != me.username.casefold():
            return None
        rest = text[match.end() :].strip()
        # A link may open the desk's menu and nothing else: what it brings along is not read (M14).
        if match[1].casefold() == "start":
            return f"/start {rest}" if message.chat.is_private and rest else "/start"
        return f"/{match[1]} {rest}".rstrip()
    if message.chat.is_private:
        return text
    mention = f"@{me.username}"
    if me.username and text[: len(mention)].casefold() == mention.casefold():
        return text[len(mention) :].strip() or "/help"
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and answered.from_user.id == me.user_id:
        return text
    return None


def menu_only(incoming: Incoming) -> str:
    """The line to carry out of one that a deep link may have written: `/start` alone (M14)."""
    return "/start" if incoming.text.startswith("/start ") else incoming.text


def _is_foreign(message: Message) -> bool:
    return message.forward_origin is not None or bool(message.forward_date) or message.via_bot is not None


def _media(message: Message) -> str:
    return next((kind for kind in MEDIA if getattr(message, kind) is not None), "")


# ---------------------------------------------------------------- presses, coming and going


def _pressed(update_id: int, press: Press, received: datetime) -> Arrived | None:
    card = press.message
    if card is None or press.from_user.is_bot or not press.data or press.inline_message_id:
        return None
    is_group = not card.chat.is_private
    incoming = Incoming(
        platform=PLATFORM,
        chat=str(card.chat.id),
        message_id=f"press-{press.id}",
        person=str(press.from_user.id),
        at=received,
        action=press.data[:64],
        card_id=str(card.message_id),
        is_group=is_group,
        language=language_of(press.from_user.language_code),
        topic=str(card.message_thread_id) if card.is_topic_message else "",
    )
    return Arrived(
        update_id,
        What.PRESSED,
        incoming.chat,
        incoming.person,
        is_group,
        received,
        name=_name(press.from_user),
        title=_title(card.chat),
        incoming=incoming,
        language=incoming.language,
        press_id=press.id,
        card_ref=f"p{card.message_id}" if card.photo else str(card.message_id),
    )


def _member(update_id: int, change: Membership, received: datetime) -> Arrived | None:
    if change.chat.type == "channel":
        return None
    what = What.PARTED if change.new_chat_member.status in _NOT_ALIVE else What.MET
    return Arrived(
        update_id,
        what,
        str(change.chat.id),
        str(change.from_user.id),
        not change.chat.is_private,
        _instant(change.date, received),
        name=_name(change.from_user),
        title=_title(change.chat),
    )


# ---------------------------------------------------------------- inside


def _polite(whole: Arrived, key: str) -> Arrived:
    return replace(whole, what=What.POLITE, polite=key)


def _instant(seconds: int, received: datetime) -> datetime:
    """Telegram's time, which a clock of ours that goes ahead must not make older than it is."""
    try:
        return min(datetime.fromtimestamp(seconds, UTC), received) if seconds > 0 else received
    except (OverflowError, ValueError, OSError):
        return received


def _name(user: User) -> str:
    return " ".join(part for part in (user.first_name, user.last_name) if part)[:NAME_MAX]


def _title(chat: Chat) -> str:
    return (chat.title or chat.first_name or chat.username)[:NAME_MAX]
