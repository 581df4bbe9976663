"""The way out to Telegram: screens as messages, edited, pinned and deleted. It renders; it never decides.

A screen that needs several messages is one to the caller: its `message_id` names them all, joined by `+`.
A `p` before a number says that this message is a picture, which Telegram edits by other methods.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace
from telegram import InputFile

from bot.conversation.messenger import (
    PLAINLY,
    ChatGone,
    Lane,
    Manner,
    MessageGone,
    MessageRef,
    NotShown,
)
from bot.conversation.screen import Screen, line
from bot.conversation.verbs_document import in_language
from bot.conversation.words import CATALOGUE, DEFAULT, say
from bot.platforms.telegram_decode import PLATFORM
from bot.platforms.telegram_encode import CAPTION_MAX, is_blank, keyboard, parts, text_units
from bot.platforms.telegram_link import Link, ThreadGone, Unmodified, is_too_old
from bot.platforms.telegram_shapes import ALLOWED

SHOWN_MAX = 4_000
ALERT_MAX = 190
"""Characters of a sentence that appears over the chat; Telegram takes 200."""

_NO_PREVIEW = {"is_disabled": True}


class Card(NamedTuple):
    """A message that stands in a chat. `person`: whose answer it is, where others could press it."""

    ref: MessageRef
    screen: Screen
    person: str = ""


class Shown:
    """What was shown lately, by chat and message, so that a press knows which card it edits. Bounded; after a
    restart nothing is known, and then nothing is overwritten."""

    def __init__(self) -> None:
        self._cards: OrderedDict[tuple[str, str], Card] = OrderedDict()
        self.order_told: Callable[[MessageRef, str], None] | None = None
        """Hears which message shows how an order stands."""

    def put(self, ref: MessageRef, screen: Screen, person: str = "") -> None:
        """This stands there now. Pictures and files are not held."""
        if screen.subject and self.order_told is not None:
            self.order_told(ref, screen.subject)
        if not screen.buttons and not screen.event_code:
            self._cards.pop((ref.chat, pressed_part(ref)), None)
            return
        light = replace(screen, documents=(), picture=None)
        self._cards[ref.chat, pressed_part(ref)] = Card(ref, light, person)
        if len(self._cards) > SHOWN_MAX:
            self._cards.popitem(last=False)

    def card(self, chat: str, part: str) -> Card | None:
        """The card whose message with buttons is this one."""
        return self._cards.get((chat, part))


def pressed_part(ref: MessageRef) -> str:
    """The message of several that carries the buttons: the last one."""
    return ref.message_id.rpartition("+")[2]


class TelegramMessenger:
    """`Messenger` and `BoardMessenger` for Telegram; every wait has an end, every failure is one of
    `messenger.py`."""

    def __init__(self, link: Link, shown: Shown | None = None) -> None:
        self._link = link
        self.shown = shown or Shown()

    # ------------------------------------------------------------ Messenger

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """Deliver a new message. Raises Undelivered."""
        screen = _repeated(screen) if manner.is_repeat else screen
        buttons = keyboard(screen)
        sent: list[str] = []
        if screen.picture is not None and (text_units(screen) <= CAPTION_MAX):
            sent.append(await self._photo(chat, screen, manner, buttons))
        else:
            if screen.picture is not None:
                await self._photo(chat, replace(screen, blocks=()), manner, None)
            if not (is_blank(screen) and screen.documents and not buttons):
                pieces = parts(screen)
                for number, piece in enumerate(pieces, 1):
                    last = number == len(pieces)
                    sent.append(await self._text(chat, piece, manner, buttons if last else None))
        for document in screen.documents:
            file = InputFile(document.body, filename=document.name)
            made = await self._new("sendDocument", chat, manner, document=file)
            sent = sent or [made]
        ref = MessageRef(PLATFORM, chat, "+".join(sent))
        self.shown.put(ref, screen)
        return ref

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Replace a message that was delivered before. Raises Undelivered; MessageGone also when the new
        screen does not fit the old message's kind or number of parts."""
        old = ref.message_id.split("+")
        if old[-1].startswith("p") or screen.picture is not None or screen.documents:
            await self._edit_photo(ref, screen)
        else:
            pieces = parts(screen)
            if len(pieces) > len(old):
                raise MessageGone("the new text needs more messages than the old one")
            surplus, kept = old[: len(old) - len(pieces)], old[len(old) - len(pieces) :]
            buttons = keyboard(screen)
            for part, piece in zip(kept, pieces, strict=True):
                await self._edit(ref.chat, part, piece, buttons if part == kept[-1] else None)
            for part in surplus:
                await self.delete(MessageRef(PLATFORM, ref.chat, part))
        card = self.shown.card(ref.chat, pressed_part(ref))
        self.shown.put(ref, screen, card.person if card else "")

    # ------------------------------------------------------------ BoardMessenger

    async def pin(self, ref: MessageRef) -> None:
        """Keep the message at the top of its chat, without a sound. Raises Undelivered."""
        try:
            await self._link.call(
                "pinChatMessage",
                chat_id=_chat_id(ref.chat),
                message_id=_number(pressed_part(ref)),
                disable_notification=True,
            )
        except Unmodified:
            return

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is fine. Raises Undelivered (NotShown when Telegram
        does not let the bot delete it)."""
        for part in ref.message_id.split("+"):
            try:
                await self._link.call("deleteMessage", chat_id=_chat_id(ref.chat), message_id=_number(part))
            except MessageGone as gone:
                if "can't be deleted" in str(gone):
                    raise NotShown(str(gone)) from gone

    # ------------------------------------------------------------ what only Telegram has

    async def answer_press(self, press_id: str, alert: str = "") -> None:
        """End the button's waiting sign, with a sentence over the chat when there is one. A press that is too
        old is let be (T17). Raises Undelivered."""
        shown: dict[str, Any] = {"text": alert[:ALERT_MAX], "show_alert": True} if alert else {}
        try:
            await self._link.call("answerCallbackQuery", callback_query_id=press_id, **shown)
        except NotShown as failure:
            if not is_too_old(failure):
                raise

    # ------------------------------------------------------------ inside

    async def _text(self, chat: str, html: str, manner: Manner, buttons: dict[str, Any] | None) -> str:
        return await self._new(
            "sendMessage",
            chat,
            manner,
            text=html,
            parse_mode="HTML",
            reply_markup=buttons,
            link_preview_options=_NO_PREVIEW,
        )

    async def _photo(self, chat: str, screen: Screen, manner: Manner, buttons: dict[str, Any] | None) -> str:
        assert screen.picture is not None
        caption = None if is_blank(screen) else parts(screen, CAPTION_MAX)[0]
        photo = InputFile(screen.picture.png, filename=f"{screen.picture.name}.png")
        made = await self._new(
            "sendPhoto",
            chat,
            manner,
            photo=photo,
            caption=caption,
            parse_mode="HTML" if caption else None,
            reply_markup=buttons,
        )
        return f"p{made}"

    async def _new(self, method: str, chat: str, manner: Manner, **arguments: Any) -> str:
        if manner.is_silent:
            arguments["disable_notification"] = True
        if manner.reply_to.isdigit():
            arguments["reply_parameters"] = {
                "message_id": int(manner.reply_to),
                "allow_sending_without_reply": True,
            }
        thread = int(manner.thread) if manner.thread.isdigit() else None
        try:
            made = await self._link.call(
                method, chat_id=_chat_id(chat), message_thread_id=thread, **arguments
            )
        except ThreadGone as gone:
            if manner.lane is Lane.BOARD:
                # What stood in a topic was meant for those who read there, not for all of the group.
                raise ChatGone(str(gone)) from gone
            made = await self._link.call(method, chat_id=_chat_id(chat), **arguments)
        return str(made["message_id"])

    async def _edit(self, chat: str, part: str, html: str, buttons: dict[str, Any] | None) -> None:
        try:
            await self._link.call(
                "editMessageText",
                chat_id=_chat_id(chat),
                message_id=_number(part),
                text=html,
                parse_mode="HTML",
                reply_markup=buttons,
                link_preview_options=_NO_PREVIEW,
            )
        except Unmodified:
            return

    async def _edit_photo(self, ref: MessageRef, screen: Screen) -> None:
        part = ref.message_id
        if not part.startswith("p") or "+" in part or screen.documents or text_units(screen) > CAPTION_MAX:
            raise MessageGone("a message of another kind cannot become this one")
        where: dict[str, Any] = {"chat_id": _chat_id(ref.chat), "message_id": _number(part)}
        caption = "" if is_blank(screen) else parts(screen, CAPTION_MAX)[0]
        buttons = keyboard(screen)
        try:
            if screen.picture is None:
                await self._link.call(
                    "editMessageCaption", caption=caption, parse_mode="HTML", reply_markup=buttons, **where
                )
            else:
                await self._edit_media(where, screen.picture.png, caption, buttons)
        except Unmodified:
            return

    async def _edit_media(
        self, where: dict[str, Any], png: bytes, caption: str, buttons: dict[str, Any] | None
    ) -> None:
        media = InputFile(png, filename="picture.png", attach=True)
        photo = {"type": "photo", "media": media.attach_uri, "caption": caption, "parse_mode": "HTML"}
        await self._link.call("editMessageMedia", media=photo, reply_markup=buttons, picture=media, **where)


class TelegramCalls:
    """What the bot asks of Telegram about itself: who it is, its updates, its menu, its webhook."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def me(self) -> dict[str, Any]:
        """The bot's own user. Raises Undelivered."""
        found: dict[str, Any] = await self._link.call("getMe")
        return found

    async def updates(self, offset: int, wait_s: int, most: int = 100) -> list[Any]:
        """The next updates; an empty list when none came in `wait_s`. Raises Undelivered."""
        found = await self._link.call(
            "getUpdates",
            within_s=wait_s + 10.0,
            offset=offset,
            limit=most,
            timeout=wait_s,
            allowed_updates=list(ALLOWED),
        )
        return found if isinstance(found, list) else []

    async def set_commands(
        self, commands: Iterable[tuple[str, str]], scope: str = "default", chat: str = ""
    ) -> None:
        """The menu of a scope, or of the one chat: name and one line, for each language whose words we have;
        Telegram shows everybody theirs. Raises Undelivered."""
        names = list(commands)
        for language in ("", *(one for one in CATALOGUE if one != DEFAULT)):
            await self._set_commands(
                in_language(names, language) if language else names, scope, chat, language
            )

    async def _set_commands(
        self, commands: Sequence[tuple[str, str]], scope: str, chat: str, language: str
    ) -> None:
        rows = [{"command": name, "description": text[:256]} for name, text in commands[:100]]
        where: dict[str, Any] = {"type": scope} | ({"chat_id": _chat_id(chat)} if chat else {})
        said: dict[str, Any] = {"language_code": language} if language else {}
        await self._link.call("setMyCommands", commands=rows, scope=where, **said)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates delivered to `url`, each with the secret. Raises Undelivered."""
        await self._link.call(
            "setWebhook", url=url, secret_token=secret, allowed_updates=list(ALLOWED), max_connections=20
        )

    async def delete_webhook(self) -> None:
        """Have updates kept until they are asked for. Raises Undelivered."""
        await self._link.call("deleteWebhook")


def _repeated(screen: Screen) -> Screen:
    return replace(screen, blocks=(line(say("chat.repeat")), *screen.blocks))


def _chat_id(chat: str) -> int | str:
    bare = chat.removeprefix("-")
    if not (bare.isascii() and bare.isdigit()):
        raise ChatGone("not a chat of Telegram")
    return int(chat)


def _number(part: str) -> int:
    bare = part.removeprefix("p")
    if not (bare.isascii() and bare.isdigit()):
        raise MessageGone("not a message of Telegram")
    return int(bare)
