"""The way out to Discord: screens as messages of the bot, edited, pinned, deleted; answers to interactions.

It renders; it never decides. A screen that needs several messages is one to the caller: its `message_id`
names them all, joined by `+`. Nothing that goes out may call anybody (`allowed_mentions`: none, D10).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import discord
from msgspec.structs import replace

from bot.conversation.messenger import (
    PLAINLY,
    ChatGone,
    Manner,
    MaybeDelivered,
    MessageGone,
    MessageRef,
    NotShown,
    TooFast,
    Unreachable,
)
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Entropy
from bot.platforms.discord_decode import PLATFORM
from bot.platforms.discord_encode import components, embed, is_blank, parts
from bot.platforms.discord_link import File, Link, NotAllowed
from bot.platforms.discord_shapes import EPHEMERAL, SILENT

SHOWN_MAX = 4_000
NONCE_MAX = 25
TRIES = 2
REPLY_TRIES, REPLY_PAUSE_S, REPLY_PAUSE_MAX_S = 6, 0.5, 60.0
"""An answer is tried again for half a minute when the line breaks."""
NOBODY = discord.AllowedMentions.none().to_dict()


class Shown(NamedTuple):
    """A message that stands in a chat."""

    ref: MessageRef
    screen: Screen


class Cards:
    """What was shown lately, by chat and message, so that a press knows which card it edits. Bounded; after a
    restart nothing is known, and then nothing is overwritten."""

    def __init__(self) -> None:
        self._cards: OrderedDict[tuple[str, str], Shown] = OrderedDict()
        self.order_told: Callable[[MessageRef, str], None] | None = None
        """Hears which message shows how an order stands."""

    def put(self, ref: MessageRef, screen: Screen, *, is_lasting: bool = True) -> None:
        """This stands there now. Not `is_lasting`: only an interaction's token can edit it, for a while."""
        if is_lasting and screen.subject and self.order_told is not None:
            self.order_told(ref, screen.subject)
        key = (ref.chat, last_part(ref))
        if not screen.buttons and not screen.event_code:
            self._cards.pop(key, None)
            return
        self._cards[key] = Shown(ref, replace(screen, documents=(), picture=None))
        if len(self._cards) > SHOWN_MAX:
            self._cards.popitem(last=False)

    def card(self, chat: str, message_id: str) -> Shown | None:
        """The card whose message with buttons is this one."""
        return self._cards.get((chat, message_id))


def last_part(ref: MessageRef) -> str:
    """The message of several that carries the buttons: the last one."""
    return ref.message_id.rpartition("+")[2]


class Payload(NamedTuple):
    """One message's body and its files."""

    body: dict[str, Any]
    files: tuple[File, ...] = ()


def payloads(screen: Screen) -> list[Payload]:
    """The messages that a screen makes: buttons, picture and files on the last one."""
    files = [File(one.name, one.body) for one in screen.documents]
    picture = ""
    if screen.picture is not None:
        picture = f"{screen.picture.name}.png"
        files.insert(0, File(picture, screen.picture.png))
    if is_blank(screen) and files and not picture:
        return [Payload({"embeds": [], "components": components(screen)}, tuple(files))]
    pieces = parts(screen)
    made = []
    for number, piece in enumerate(pieces, 1):
        is_last = number == len(pieces)
        text = "" if picture and is_blank(screen) else piece
        body: dict[str, Any] = {
            "embeds": [embed(text, screen, picture if is_last else "")],
            "components": components(screen) if is_last else [],
        }
        made.append(Payload(body, tuple(files) if is_last else ()))
    return made


class DiscordMessenger:
    """`Messenger` and `BoardMessenger` for Discord; every wait has an end, every failure is one of
    `messenger.py`."""

    def __init__(self, link: Link, entropy: Entropy, cards: Cards | None = None) -> None:
        self._link = link
        self._entropy = entropy
        self.cards = cards or Cards()

    # ------------------------------------------------------------ Messenger

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """Deliver a new message. Raises Undelivered. The nonce makes a repeat the same message (D09)."""
        code = screen.event_code or self._entropy.token(9).hex()
        sent = []
        for number, one in enumerate(payloads(screen)):
            body = {**one.body, "nonce": nonce(code, number), "enforce_nonce": True}
            if manner.is_silent:
                body["flags"] = SILENT
            if manner.reply_to.isdigit():
                body["message_reference"] = {"message_id": manner.reply_to, "fail_if_not_exists": False}
            sent.append(await self._sent(chat, body, one.files))
        ref = MessageRef(PLATFORM, chat, "+".join(sent))
        self.cards.put(ref, screen)
        return ref

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Replace a message that was delivered before. Raises Undelivered; MessageGone also when the new
        screen needs more messages than the old one."""
        old = ref.message_id.split("+")
        made = payloads(screen)
        if len(made) > len(old):
            raise MessageGone("the new text needs more messages than the old one")
        surplus, kept = old[: len(old) - len(made)], old[len(old) - len(made) :]
        for part, one in zip(kept, made, strict=True):
            body = {**one.body, "allowed_mentions": NOBODY, "attachments": _kept(one.files)}
            await self._call("PATCH", ref.chat, f"/messages/{_id(part)}", body, files=one.files)
        for part in surplus:
            await self.delete(MessageRef(PLATFORM, ref.chat, part))
        self.cards.put(ref, screen)

    # ------------------------------------------------------------ BoardMessenger

    async def pin(self, ref: MessageRef) -> None:
        """Keep the message at the top of its chat. Raises Undelivered (NotShown without the right to)."""
        try:
            await self._call("PUT", ref.chat, f"/messages/pins/{_id(last_part(ref))}")
        except NotAllowed as failure:
            raise NotShown(str(failure)) from None

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is fine. Raises Undelivered (NotShown when Discord
        does not let the bot delete it)."""
        for part in ref.message_id.split("+"):
            try:
                await self._call("DELETE", ref.chat, f"/messages/{_id(part)}")
            except MessageGone:
                continue
            except ChatGone as failure:
                raise NotShown(str(failure)) from None

    # ------------------------------------------------------------ what only Discord has

    async def direct(self, user: str) -> str:
        """The direct chat with a user. Raises Undelivered."""
        found = await self._link.call("POST", "/users/@me/channels", {"recipient_id": user})
        return str(found["id"])

    # ------------------------------------------------------------ inside

    async def _sent(self, chat: str, body: dict[str, Any], files: Sequence[File]) -> str:
        body["allowed_mentions"] = NOBODY
        tries = 0
        while True:
            tries += 1
            try:
                made = await self._call("POST", chat, "/messages", body, files=files)
            except MaybeDelivered:
                # With its nonce a second time is the same message.
                if tries >= TRIES:
                    raise
            else:
                return str(made["id"])

    async def _call(
        self, method: str, chat: str, rest: str, body: Any = None, *, files: Sequence[File] = ()
    ) -> Any:
        if not (chat.isascii() and chat.isdigit()):
            raise ChatGone("not a channel of Discord")
        return await self._link.call(method, f"/channels/{chat}{rest}", body, files=files)


class Replies:
    """Answers to one interaction, by its own token: for 15 minutes, and for one person's eyes where others
    could read along.

    Args:
        is_hidden: nobody else sees what is said here.
    """

    def __init__(
        self, link: Link, application: str, interaction_id: str, token: str, *, is_hidden: bool
    ) -> None:
        self._link = link
        self._begin = f"/interactions/{interaction_id}/{token}/callback"
        self._hook = f"/webhooks/{application}/{token}"
        self.is_hidden = is_hidden

    async def first(self, kind: int, data: dict[str, Any] | None = None) -> None:
        """The first answer. Raises Undelivered: `TokenOver` after three seconds, `Acknowledged` when there
        was one."""
        body: dict[str, Any] = {"type": kind}
        if data is not None:
            body["data"] = data
        await self._link.call("POST", self._begin, body, is_open=True, within_s=3.0)

    async def say(self, screen: Screen) -> None:
        """Answer at once, without having said that it takes a while. Raises Undelivered."""
        one = payloads(screen)[-1]
        data = {**one.body, "allowed_mentions": NOBODY, "flags": EPHEMERAL}
        await self.first(discord.InteractionResponseType.channel_message.value, data)

    async def edit(self, screen: Screen) -> str:
        """The message that answers shows this; what needs more messages follows. The ids, joined by `+`."""
        made = payloads(screen)
        body = {**made[0].body, "allowed_mentions": NOBODY, "attachments": _kept(made[0].files)}
        first = await self._patiently("PATCH", f"{self._hook}/messages/@original", body, made[0].files)
        ids = [str(first["id"])]
        for one in made[1:]:
            ids.append(await self._more(one))
        return "+".join(ids)

    async def more(self, screen: Screen, *, is_aside: bool = False) -> str:
        """A further message. `is_aside`: for this person alone. The ids, joined by `+`."""
        return "+".join([await self._more(one, is_aside=is_aside) for one in payloads(screen)])

    async def _more(self, one: Payload, *, is_aside: bool = False) -> str:
        body = {**one.body, "allowed_mentions": NOBODY}
        if self.is_hidden or is_aside:
            body["flags"] = EPHEMERAL
        made = await self._patiently("POST", self._hook, body, one.files)
        return str(made["id"])

    async def _patiently(self, method: str, path: str, body: Any, files: Sequence[File]) -> Any:
        """Somebody looks at a loading sign: a pause that Discord wants, or a line that breaks, is waited for
        while the token lives. A new message is not sent twice; an edit may be."""
        tries = 0
        while True:
            tries += 1
            try:
                return await self._link.call(method, path, body, files=files, is_open=True)
            except TooFast as failure:
                if tries >= REPLY_TRIES or failure.retry_after_s > REPLY_PAUSE_MAX_S:
                    raise
                await self._link.pause(failure.retry_after_s)
            except (Unreachable, MaybeDelivered) as failure:
                may_be_twice = isinstance(failure, MaybeDelivered) and method == "POST"
                if tries >= REPLY_TRIES or may_be_twice:
                    raise
                await self._link.pause(REPLY_PAUSE_S * 2**tries)


def _kept(files: Sequence[File]) -> list[dict[str, Any]]:
    """An edit says which files are there afterwards: the new ones, none of the old."""
    return [{"id": number, "filename": file.name} for number, file in enumerate(files)]


def nonce(code: str, number: int) -> str:
    """What makes a repeat recognisable: the event's own code, or a digest of it where that is too long."""
    text = f"{code}/{number}" if number else code
    if len(text) <= NONCE_MAX:
        return text
    return hashlib.blake2s(text.encode(), digest_size=12).hexdigest()


def _id(part: str) -> str:
    if not (part.isascii() and part.isdigit()):
        raise MessageGone("not a message of Discord")
    return part
