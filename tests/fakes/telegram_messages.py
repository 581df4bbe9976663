"""What a bot says and changes: send, edit, delete, pin, answer a press. Rules and complaints are Telegram's.

Wire facts: protocols/telegram-bot-api.md, chapters 2, 5 and 6. Length is counted in UTF-16 units, the
stricter of the two readings.
"""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram_access import Access
from tests.fakes.telegram_arguments import (
    UPLOAD_BYTES_MAX,
    Arguments,
    keyboard,
    picture_size,
    upload,
)
from tests.fakes.telegram_faults import REFUSALS
from tests.fakes.telegram_text import formatted, units
from tests.fakes.telegram_world import (
    Body,
    ChatMessage,
    Refusal,
    TelegramChat,
    bad,
)

TEXT_MAX = 4096
CAPTION_MAX = 1024
ANSWER_MAX = 200
DELETABLE_S = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
ACTIONS = frozenset(
    (
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    )
)  # fmt: skip


class Messages(Access):
    """The methods that write into chats. `query_life_s`: how long a press may be answered."""

    query_life_s = 180.0

    # ------------------------------------------------------------ sending

    def send_message(self, arguments: Arguments) -> Body:
        """sendMessage."""
        chat = self.open_chat(arguments)
        return self._send(chat, arguments, self._words(arguments, "text", TEXT_MAX))

    def send_photo(self, arguments: Arguments) -> Body:
        """sendPhoto."""
        chat = self.open_chat(arguments)
        content, picture = self._photo(arguments, "photo")
        return self._send(chat, arguments, content | self._caption(arguments), picture)

    def send_document(self, arguments: Arguments) -> Body:
        """sendDocument."""
        chat = self.open_chat(arguments)
        given = upload(arguments, "document")
        if isinstance(given, str):
            about, content = self._known_file(given)
            name = about["file_path"].partition("_")[2]
        else:
            if not given.content:
                raise bad("file must be non-empty")
            if len(given.content) > UPLOAD_BYTES_MAX:
                raise Refusal(413, "Request Entity Too Large")
            name, content = given.name, given.content
            _, about = self.world.keep_file(content, name)
        document = {**_plain(about), "file_name": name}
        return self._send(chat, arguments, {"document": document} | self._caption(arguments), content)

    def send_chat_action(self, arguments: Arguments) -> bool:
        """sendChatAction."""
        chat = self.open_chat(arguments)
        action = arguments.text("action")
        if action not in ACTIONS:
            raise bad("wrong parameter action in request")
        self.world.glance(chat, "action", action)
        return True

    def _send(self, chat: TelegramChat, arguments: Arguments, content: Body, picture: bytes = b"") -> Body:
        placed: Body = {}
        thread = arguments.whole("message_thread_id")
        if thread:
            if thread not in chat.topics:
                raise bad("message thread not found")
            if thread in chat.closed_topics and chat.bot_status != "administrator":
                raise bad("TOPIC_CLOSED")
            placed = {"message_thread_id": thread, "is_topic_message": True}
        answered = self._answered(chat, arguments)
        if answered is not None:
            placed["reply_to_message"] = {k: v for k, v in answered.body.items() if k != "reply_to_message"}
        markup = keyboard(arguments)
        if markup is not None:
            # Only inline keyboards belong to the message; the others belong to the chat's input line.
            placed["reply_markup"] = markup if "inline_keyboard" in markup else None
        self.spend(chat)
        if arguments.flag("protect_content"):
            placed["has_protected_content"] = True
        kept = {name: value for name, value in placed.items() if value is not None}
        message = self.world.post(
            chat,
            self._signature(chat),
            content | kept,
            is_silent=arguments.flag("disable_notification"),
            picture=picture,
        )
        if markup is not None and "inline_keyboard" not in markup:
            self.world.glance(chat, "input line", ", ".join(sorted(markup)), message)
        return message.body

    def _signature(self, chat: TelegramChat) -> Body:
        if chat.kind == "channel":
            return {"sender_chat": chat.body(), "from": self.world.bot.body()}
        return {"from": self.world.bot.body()}

    def _answered(self, chat: TelegramChat, arguments: Arguments) -> ChatMessage | None:
        reply = arguments.structure("reply_parameters") or {}
        number = int(reply.get("message_id", arguments.whole("reply_to_message_id")))
        if not number:
            return None
        elsewhere = self.world.chats.get(int(reply.get("chat_id", chat.id) or chat.id), chat)
        found = elsewhere.messages.get(number)
        if found is not None and not found.is_deleted:
            return found
        if reply.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")

    def _words(self, arguments: Arguments, name: str, most: int) -> Body:
        """Text and its entities, checked. Raises Refusal."""
        is_text = name == "text"
        given = arguments.structure("entities" if is_text else "caption_entities")
        text, entities = formatted(arguments.text(name), arguments.text("parse_mode"), given)
        if is_text and not text:
            raise bad("message text is empty")
        if units(text) > most:
            raise bad("message is too long" if is_text else "message caption is too long")
        said: Body = {name: text} if text else {}
        if entities:
            said["entities" if is_text else "caption_entities"] = entities
        preview = arguments.structure("link_preview_options")
        if arguments.flag("disable_web_page_preview"):
            preview = {"is_disabled": True}
        if is_text and isinstance(preview, dict):
            said["link_preview_options"] = preview
        return said

    def _caption(self, arguments: Arguments) -> Body:
        return self._words(arguments, "caption", CAPTION_MAX)

    def _photo(self, arguments: Arguments, name: str) -> tuple[Body, bytes]:
        given = upload(arguments, name)
        if isinstance(given, str):
            about, content = self._known_file(given)
        else:
            content = given.content
            picture_size(content)
            _, about = self.world.keep_file(content, given.name)
        width, height = picture_size(content)
        full = {**_plain(about), "width": width, "height": height}
        if max(width, height) <= 90:
            return {"photo": [full]}, content
        small_id, small = self.world.keep_file(content, "small.png", claimed_size=len(content) // 10 or 1)
        scale = 90 / max(width, height)
        thumb = {
            **_plain(small),
            "file_id": small_id,
            "width": max(1, int(width * scale)),
            "height": max(1, int(height * scale)),
        }
        return {"photo": [thumb, full]}, content

    def _known_file(self, file_id: str) -> tuple[Body, bytes]:
        if file_id not in self.world.files:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.world.files[file_id]

    # ------------------------------------------------------------ editing

    def edit_message_text(self, arguments: Arguments) -> Body:
        """editMessageText. Without reply_markup the keyboard goes."""
        message = self._editable(arguments)
        if "text" not in message.body:
            raise bad("there is no text in the message to edit")
        return self._rewrite(message, arguments, self._words(arguments, "text", TEXT_MAX))

    def edit_message_caption(self, arguments: Arguments) -> Body:
        """editMessageCaption."""
        message = self._editable(arguments)
        if not {"photo", "document"} & set(message.body):
            raise bad("there is no caption in the message to edit")
        kept = {name: message.body[name] for name in ("photo", "document") if name in message.body}
        return self._rewrite(message, arguments, kept | self._caption(arguments))

    def edit_message_media(self, arguments: Arguments) -> Body:
        """editMessageMedia: another picture or document in the same message."""
        message = self._editable(arguments)
        media = arguments.structure("media")
        if not isinstance(media, dict) or media.get("type") not in ("photo", "document"):
            raise bad("can't parse InputMedia: type must be one of photo, document")
        inner = Arguments({**media, media["type"]: media.get("media", "")}, arguments.files)
        if media["type"] == "photo":
            content, picture = self._photo(inner, "photo")
        else:
            given = upload(inner, "document")
            about, picture = (
                self._known_file(given)
                if isinstance(given, str)
                else (self.world.keep_file(given.content, given.name)[1], given.content)
            )
            content = {"document": _plain(about)}
        return self._rewrite(message, arguments, content | self._caption(inner), picture)

    def edit_message_reply_markup(self, arguments: Arguments) -> Body:
        """editMessageReplyMarkup."""
        message = self._editable(arguments)
        return self._rewrite(message, arguments, _content(message.body))

    def _message(self, chat: TelegramChat, arguments: Arguments, complaint: str) -> ChatMessage:
        found = chat.messages.get(arguments.whole("message_id"))
        if found is None or found.is_deleted:
            raise bad(complaint)
        return found

    def _editable(self, arguments: Arguments) -> ChatMessage:
        if arguments.text("inline_message_id"):
            raise bad("MESSAGE_ID_INVALID")  # this bot sends no inline messages
        chat = self.open_chat(arguments)
        if not arguments.text("message_id"):
            raise bad("message identifier is not specified")
        message = self._message(chat, arguments, "message to edit not found")
        if not message.is_from_bot or "pinned_message" in message.body:
            raise bad("message can't be edited")
        return message

    def _rewrite(
        self, message: ChatMessage, arguments: Arguments, content: Body, picture: bytes | None = None
    ) -> Body:
        markup = keyboard(arguments, is_edit=True)
        body = {name: value for name, value in message.body.items() if name not in _CONTENT_FIELDS}
        body |= content
        if markup is not None:
            body["reply_markup"] = markup
        if _shown(body) == _shown(message.body) and (picture is None or picture == message.picture):
            raise bad(NOT_MODIFIED)
        self.spend(message.chat)
        body["edit_date"] = int(self.world.now())
        self.world.rewrite(message, body, picture)
        return body

    # ------------------------------------------------------------ taking away, keeping at the top

    def delete_message(self, arguments: Arguments) -> bool:
        """deleteMessage."""
        chat = self.open_chat(arguments)
        message = self._message(chat, arguments, "message to delete not found")
        is_foreign = not message.is_from_bot and chat.kind != "private" and chat.bot_status != "administrator"
        if is_foreign or message.at < self.world.now() - DELETABLE_S:
            raise bad("message can't be deleted")
        self.world.delete(message)
        return True

    def pin_chat_message(self, arguments: Arguments) -> bool:
        """pinChatMessage."""
        chat = self._pinnable(arguments)
        message = self._message(chat, arguments, "message to pin not found")
        if message.is_pinned:
            return True
        chat.pinned.append(message.message_id)
        is_silent = arguments.flag("disable_notification")
        self.world.glance(chat, "pin", message.text, message, is_silent)
        pinned = {k: v for k, v in message.body.items() if k != "reply_to_message"}
        notice = self.world.post(chat, self._signature(chat), {"pinned_message": pinned}, is_silent=is_silent)
        self.world.updates.add("channel_post" if chat.kind == "channel" else "message", notice.body)
        return True

    def unpin_chat_message(self, arguments: Arguments) -> bool:
        """unpinChatMessage; without a message the newest one."""
        chat = self._pinnable(arguments)
        number = arguments.whole("message_id") or (chat.pinned[-1] if chat.pinned else 0)
        if number not in chat.pinned:
            raise bad("message to unpin not found")
        chat.pinned.remove(number)
        self.world.glance(chat, "unpin", chat.messages[number].text, chat.messages[number])
        return True

    def unpin_all_chat_messages(self, arguments: Arguments) -> bool:
        """unpinAllChatMessages."""
        chat = self._pinnable(arguments)
        chat.pinned.clear()
        self.world.glance(chat, "unpin", "all")
        return True

    def _pinnable(self, arguments: Arguments) -> TelegramChat:
        chat = self.open_chat(arguments)
        if chat.kind != "private" and not (chat.bot_status == "administrator" and chat.can_bot_pin):
            raise bad("not enough rights to manage pinned messages in the chat")
        return chat

    # ------------------------------------------------------------ presses

    def answer_callback_query(self, arguments: Arguments) -> bool:
        """answerCallbackQuery, once and in time."""
        query = self.world.queries.get(arguments.text("callback_query_id"))
        now_s = self.world.clock.elapsed_s()
        if query is None or query["answer"] is not None or now_s > query["at_s"] + self.query_life_s:
            raise REFUSALS["too old"]
        text = arguments.text("text")
        if units(text) > ANSWER_MAX:
            raise bad("MESSAGE_TOO_LONG")
        query["answer"] = {
            "text": text,
            "is_alert": arguments.flag("show_alert"),
            "url": arguments.text("url"),
        }
        self.world.glance(query["chat"], "alert" if arguments.flag("show_alert") else "answer", text)
        return True


_CONTENT_FIELDS = frozenset(
    (
        "text",
        "entities",
        "link_preview_options",
        "caption",
        "caption_entities",
        "photo",
        "document",
        "reply_markup",
        "edit_date",
    )
)


def _content(body: Body) -> Body:
    return {k: v for k, v in body.items() if k in _CONTENT_FIELDS - {"reply_markup", "edit_date"}}


def _plain(about: Body) -> Body:
    return {name: about[name] for name in ("file_id", "file_unique_id", "file_size")}


def _shown(body: Body) -> dict[str, Any]:
    """What counts for `not modified`: the content and its markup; a picture is known by its bytes."""
    return {k: v for k, v in body.items() if k in _CONTENT_FIELDS - {"edit_date", "photo", "document"}}
