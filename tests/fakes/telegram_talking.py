"""Everything that a human can put into a chat: words, pictures, voices, forwards, words in other names."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram_groups import is_heard
from tests.fakes.telegram_text import automatic
from tests.fakes.telegram_world import (
    ANONYMOUS_ADMIN,
    CHANNEL_BOT,
    FIRST_PERSON,
    Account,
    Body,
    ChatMessage,
    TelegramChat,
    TelegramWorld,
)

TEXT_MAX = 4096


class NotThere(AssertionError):
    """A person looks for something that is not on the screen."""


class Talker:
    """Somebody who writes. `chat` is the private chat with the bot; every verb takes another as `chat=`."""

    def __init__(self, world: TelegramWorld, account: Account) -> None:
        self.world = world
        self.account = account
        self.chat = world.private_chat(account)

    @property
    def id(self) -> int:
        """The user's id, beyond 32 bits."""
        return self.account.id

    def say(
        self,
        text: str,
        chat: TelegramChat | None = None,
        *,
        thread: int = 0,
        at: float | None = None,
        reply_to: ChatMessage | None = None,
        **more: Any,
    ) -> ChatMessage:
        """Write something. `at`: unix seconds when it was really sent. `more`: further fields of the
        message, as the Bot API names them."""
        while len(text) > TEXT_MAX:  # an app cuts what is too long for one message
            self.say(text[:TEXT_MAX], chat, thread=thread, at=at, reply_to=reply_to, **more)
            text = text[TEXT_MAX:]
        content: Body = {"text": text}
        entities = automatic(text)
        if entities:
            content["entities"] = entities
        return self.send(content | more, chat, thread=thread, at=at, reply_to=reply_to)

    def reply(self, message: ChatMessage, text: str, **more: Any) -> ChatMessage:
        """Answer a message."""
        return self.say(text, message.chat, thread=message.thread, reply_to=message, **more)

    def forward(self, message: ChatMessage, chat: TelegramChat | None = None) -> ChatMessage:
        """Forward a message of any chat; commands in it look exactly as if they were typed."""
        kept = {k: v for k, v in message.body.items() if k in _CONTENT}
        origin: Body = {"date": message.body["date"]}
        if "sender_chat" in message.body:
            kind = "channel" if message.chat.kind == "channel" else "chat"
            sender = {"chat": message.body["sender_chat"]} if kind == "channel" else {}
            origin |= {"type": kind, **(sender or {"sender_chat": message.body["sender_chat"]})}
            if kind == "channel":
                origin["message_id"] = message.message_id
        else:
            origin |= {"type": "user", "sender_user": message.body["from"]}
        return self.send(kept | {"forward_origin": origin}, chat)

    def edit(self, message: ChatMessage, text: str) -> ChatMessage:
        """Change what one has written."""
        body = {k: v for k, v in message.body.items() if k not in ("text", "entities")}
        body |= {"text": text, "edit_date": int(self.world.now())}
        entities = automatic(text)
        if entities:
            body["entities"] = entities
        self.world.rewrite(message, body)
        self._tell("edited_message", message)
        return message

    def photo(self, content: bytes, caption: str = "", chat: TelegramChat | None = None) -> ChatMessage:
        """Send a picture."""
        file_id, about = self.world.keep_file(content, "photo.jpg")
        size = {**_plain(about), "file_id": file_id, "width": 800, "height": 600}
        said: Body = {"photo": [size]} | ({"caption": caption} if caption else {})
        return self.send(said, chat)

    def document(
        self, name: str, content: bytes = b"-", size: int = 0, chat: TelegramChat | None = None
    ) -> ChatMessage:
        """Send a file; `size` claims another length than the content's."""
        _, about = self.world.keep_file(content, name, claimed_size=size)
        return self.send({"document": {**_plain(about), "file_name": name}}, chat)

    def voice(self, seconds: int = 3, chat: TelegramChat | None = None) -> ChatMessage:
        """Speak."""
        _, about = self.world.keep_file(b"OggS", "voice.ogg")
        return self.send({"voice": {**_plain(about), "duration": seconds, "mime_type": "audio/ogg"}}, chat)

    def sticker(self, emoji: str = "👍", chat: TelegramChat | None = None) -> ChatMessage:
        """Send a sticker."""
        _, about = self.world.keep_file(b"RIFF", "sticker.webp")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.send({"sticker": {**_plain(about), **shape, "emoji": emoji}}, chat)

    def location(self, chat: TelegramChat | None = None) -> ChatMessage:
        """Say where one is."""
        return self.send({"location": {"latitude": 52.5, "longitude": 13.4}}, chat)

    def contact(self, chat: TelegramChat | None = None) -> ChatMessage:
        """Share a contact."""
        return self.send({"contact": {"phone_number": "+4930000000", "first_name": "Somebody"}}, chat)

    def dice(self, chat: TelegramChat | None = None) -> ChatMessage:
        """Throw a die."""
        return self.send({"dice": {"emoji": "🎲", "value": 4}}, chat)

    def through_bot(self, text: str, chat: TelegramChat | None = None) -> ChatMessage:
        """Send an inline result of some other bot: it looks like one's own message, with via_bot."""
        other = {"id": FIRST_PERSON + 900, "is_bot": True, "first_name": "Gif", "username": "gif"}
        return self.say(text, chat, via_bot=other)

    def through_business(self, text: str) -> ChatMessage:
        """Write to somebody whose account this bot answers for: a business_message, no message."""
        message = self.say_unheard(text)
        message.body["business_connection_id"] = f"business-{self.id}"
        self.world.updates.add("business_message", message.body)
        return message

    def connect_business(self, is_enabled: bool = True) -> None:
        """Put the bot in charge of one's own account: a business_connection."""
        self.world.updates.add(
            "business_connection",
            {
                "id": f"business-{self.id}",
                "user": self.account.body(),
                "user_chat_id": self.id,
                "date": int(self.world.now()),
                "is_enabled": is_enabled,
            },
        )

    def as_group(self, text: str, group: TelegramChat) -> ChatMessage:
        """Write as an anonymous admin: from GroupAnonymousBot, in the group's name."""
        bot = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        return self._in_name_of({"from": bot, "sender_chat": group.body()}, text, group)

    def as_channel(self, text: str, channel: TelegramChat, group: TelegramChat) -> ChatMessage:
        """Write into a group in the name of one's channel."""
        bot = {"id": CHANNEL_BOT, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
        return self._in_name_of({"from": bot, "sender_chat": channel.body()}, text, group)

    def say_unheard(self, text: str, chat: TelegramChat | None = None) -> ChatMessage:
        """Write something of which the bot gets no update (it had no access, or the update was lost)."""
        return self.world.post(chat or self.chat, {"from": self.account.body()}, {"text": text})

    def send(
        self,
        content: Body,
        chat: TelegramChat | None = None,
        *,
        thread: int = 0,
        at: float | None = None,
        reply_to: ChatMessage | None = None,
    ) -> ChatMessage:
        """Any message: its fields as the Bot API names them."""
        chat = chat or self.chat
        if chat is self.chat:
            if chat.bot_status == "kicked":
                raise NotThere(f"{self.account.first_name} has blocked the bot and cannot write to it")
            chat.bot_status = "member"  # who writes first may be written to
        if thread:
            content = content | {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is not None:
            quoted = {k: v for k, v in reply_to.body.items() if k != "reply_to_message"}
            content = content | {"reply_to_message": quoted}
        message = self.world.post(chat, {"from": self.account.body()}, content, at=at)
        self._tell("message", message)
        return message

    def _in_name_of(self, sender: Body, text: str, chat: TelegramChat) -> ChatMessage:
        entities = automatic(text)
        content: Body = {"text": text} | ({"entities": entities} if entities else {})
        message = self.world.post(chat, sender, content)
        self._tell("message", message)
        return message

    def _tell(self, kind: str, message: ChatMessage) -> None:
        """An update for the bot, if it is there and may hear it."""
        if is_heard(self.world, message):
            self.world.updates.add(kind, message.body)


_CONTENT = frozenset(
    (
        "text", "entities", "caption", "caption_entities", "photo", "document", "voice", "sticker",
        "location", "contact", "dice",
    )
)  # fmt: skip


def _plain(about: Body) -> Body:
    return {name: about[name] for name in ("file_id", "file_unique_id", "file_size")}
