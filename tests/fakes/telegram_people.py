"""The people of a Telegram cloud, who use it as humans do: talk, press, edit, forward, block, upgrade groups.

A person's verbs act at once (they are the other side of the wire); what the bot makes of it is awaited with
`sees`, `hears` or `until`, never by sleeping. What is done to groups as a whole: telegram_groups.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_groups import Groups, is_heard, member_change
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

PATIENCE_S = 20.0


class NotThere(AssertionError):
    """A person looks for something that is not on the screen."""


@dataclass(slots=True)
class Press:
    """A button that was pressed; the spinner on it turns until the bot answers."""

    query_id: str
    body: Body
    query: Body

    @property
    def is_answered(self) -> bool:
        """The spinner has stopped."""
        return self.query["answer"] is not None

    @property
    def answer(self) -> str:
        """What the bot said in the little notice; empty when nothing (yet)."""
        return str((self.query["answer"] or {}).get("text", ""))

    @property
    def is_alert(self) -> bool:
        """The notice has to be clicked away."""
        return bool((self.query["answer"] or {}).get("is_alert"))


class TelegramPerson:
    """A human with a phone. `chat` is the private chat with the bot; every verb takes another as `chat=`."""

    def __init__(self, world: TelegramWorld, account: Account) -> None:
        self.world = world
        self.account = account
        self.chat = world.private_chat(account)
        self._heard = 0

    @property
    def id(self) -> int:
        """The user's id, beyond 32 bits."""
        return self.account.id

    # ------------------------------------------------------------ talking

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
        content: Body = {"text": text}
        entities = automatic(text)
        if entities:
            content["entities"] = entities
        return self.send(content | more, chat, thread=thread, at=at, reply_to=reply_to)

    def start(self, payload: str = "") -> ChatMessage:
        """Press START: the chat begins (again)."""
        if self.chat.bot_status == "kicked":
            self.unblock()
        return self.say(f"/start {payload}".rstrip())

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

    # ------------------------------------------------------------ pressing

    def press(self, label: str, message: ChatMessage | None = None) -> Press | None:
        """Press the button with the label (or part of it) on the newest message that has it, in the private
        chat, or on that message. None: the button opens a link. Raises NotThere."""
        message = message or self._newest_with(label)
        button = message.button(label)
        if button is None:
            raise NotThere(f"no button {label!r} on {message.text!r}: {message.labels}")
        if "callback_data" not in button:
            return None
        return self.press_data(message, button["callback_data"])

    def press_data(self, message: ChatMessage, data: str) -> Press:
        """What a modified app can do: a press with any data, also on a message that has no such button."""
        query_id = str(4_382_000_000_000_000_000 + self.world.number())
        body: Body = {
            "id": query_id,
            "from": self.account.body(),
            "message": message.body,
            "chat_instance": str(-8_000_000_000_000_000_000 + message.chat.id),
            "data": data,
        }
        query: Body = {
            "answer": None,
            "at_s": self.world.clock.elapsed_s(),
            "chat": message.chat,
            "by": self.id,
        }
        self.world.queries[query_id] = query
        self.world.updates.add("callback_query", body)
        self.world.changed()
        return Press(query_id, body, query)

    def press_again(self, press: Press, *, is_new_query: bool = False) -> Press:
        """The app sends the same press once more, under a new update_id (`is_new_query`: and a new id of
        its own)."""
        if is_new_query:
            message = self.world.chats[press.body["message"]["chat"]["id"]].messages[
                press.body["message"]["message_id"]
            ]
            return self.press_data(message, press.body["data"])
        self.world.updates.add("callback_query", press.body)
        return press

    def _newest_with(self, label: str) -> ChatMessage:
        for message in reversed(self.chat.from_bot):
            if message.button(label) is not None:
                return message
        raise NotThere(f"no button {label!r} in sight; the screen says:\n" + "\n".join(self.transcript()))

    # ------------------------------------------------------------ coming and going

    def block(self) -> None:
        """Stop and block the bot."""
        self._set_status("kicked")

    def unblock(self) -> None:
        """Let the bot write again."""
        self._set_status("member")

    def delete_account(self) -> None:
        """The account is no more."""
        self.account.is_deactivated = True
        self.world.glance(self.chat, "left", "Deleted Account")

    def delete_chat(self) -> None:
        """Clear the history on both sides; the bot may still write."""
        for message in self.chat.visible:
            message.is_deleted = True
        self.chat.pinned.clear()
        self.world.glance(self.chat, "cleared", "")

    def _set_status(self, status: str) -> None:
        old, self.chat.bot_status = self.chat.bot_status, status
        change = member_change(self.world, self.chat, self.account, old, status)
        self.world.updates.add("my_chat_member", change)
        self.world.glance(self.chat, "bot is now", status)

    # ------------------------------------------------------------ looking

    @property
    def screen(self) -> list[ChatMessage]:
        """What stands in the private chat, oldest first."""
        return self.chat.visible

    @property
    def last(self) -> ChatMessage:
        """The newest message of the bot. Raises NotThere."""
        found = self.chat.from_bot
        if not found:
            raise NotThere(f"the bot has said nothing to {self.account.first_name}")
        return found[-1]

    def transcript(self, chat: TelegramChat | None = None) -> list[str]:
        """What happened, line by line."""
        return (chat or self.chat).transcript()

    async def sees(self, words: str, chat: TelegramChat | None = None) -> ChatMessage:
        """Wait until a message of the bot says the words now; the newest one that does."""

        def sight() -> ChatMessage | None:
            for message in reversed((chat or self.chat).from_bot):
                if words in message.text:
                    return message
            return None

        found: ChatMessage = await self._patiently(sight, f"a message with {words!r}", chat)
        return found

    async def hears(self) -> ChatMessage:
        """Wait for the next message of the bot in the private chat, one after the other, none twice."""

        def sight() -> ChatMessage | None:
            for message in self.chat.messages.values():
                if message.is_from_bot and message.message_id > self._heard:
                    return message
            return None

        message: ChatMessage = await self._patiently(sight, "a message", None)
        self._heard = message.message_id
        return message

    async def answered(self, press: Press | None) -> str:
        """Wait until the spinner stops; what the notice says."""
        assert press is not None
        await self._patiently(lambda: press.is_answered, "an answer to the press", None)
        return press.answer

    async def _patiently(self, sight: Any, what: str, chat: TelegramChat | None) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.world.until(sight)
        except TimeoutError:
            lines = "\n".join(self.transcript(chat))
            raise NotThere(f"{self.account.first_name} waited for {what}; so far:\n{lines}") from None


class People(Groups):
    """Makes people for a server, and groups for people."""

    def person(self, name: str = "Ann", *, username: str = "", language: str = "en") -> TelegramPerson:
        """Somebody new, who has not started the bot yet."""
        number = FIRST_PERSON + self.world.number()
        account = Account(number, name, username, language=language)
        self.world.accounts[account.id] = account
        return TelegramPerson(self.world, account)


_CONTENT = frozenset(
    (
        "text", "entities", "caption", "caption_entities", "photo", "document", "voice", "sticker",
        "location", "contact", "dice",
    )
)  # fmt: skip


def _plain(about: Body) -> Body:
    return {name: about[name] for name in ("file_id", "file_unique_id", "file_size")}
