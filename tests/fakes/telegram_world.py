"""What a Telegram cloud knows: people, chats and messages, as plain dictionaries of the Bot API.

Wire facts are those of protocols/telegram-bot-api.md. What does not belong here: what a bot may ask for
(telegram_methods*.py), what people do (telegram_people.py), how it travels (telegram_server.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_updates import UpdateLine
from trading.ports import Clock

Body = dict[str, Any]

ANONYMOUS_ADMIN = 1087968824
CHANNEL_BOT = 136817688
TELEGRAM_SERVICE = 777000
FIRST_PERSON = 7_100_000_001  # people of today have ids beyond 32 bits
GLANCES_MAX = 20_000
KINDS_WITH_BOX_IDS = ("private", "group")  # their messages are numbered together, in the bot's one box


class Refusal(Exception):
    """An answer that is no: status, description, parameters, as they go over the wire."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str, **parameters: int) -> Refusal:
    """400."""
    return Refusal(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refusal:
    """403."""
    return Refusal(403, f"Forbidden: {description}")


@dataclass(slots=True, eq=False)
class Account:
    """A user, human or bot."""

    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False
    language: str = "en"
    is_deactivated: bool = False

    def body(self) -> Body:
        """As the Bot API says it."""
        said: Body = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            said["username"] = self.username
        if not self.is_bot:
            said["language_code"] = self.language
        return said


@dataclass(slots=True, eq=False)
class ChatMessage:
    """A message as it stands in its chat now; `versions` are its earlier bodies, oldest first."""

    chat: TelegramChat
    message_id: int
    body: Body
    at: float
    is_from_bot: bool
    is_silent: bool = False
    is_deleted: bool = False
    picture: bytes = b""
    versions: list[Body] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Text or caption."""
        return str(self.body.get("text", self.body.get("caption", "")))

    @property
    def entities(self) -> list[Body]:
        """The entities of text or caption."""
        found: list[Body] = self.body.get("entities") or self.body.get("caption_entities") or []
        return found

    @property
    def labels(self) -> list[list[str]]:
        """The inline keyboard as a person sees it, row by row."""
        return [[button["text"] for button in row] for row in self.rows]

    @property
    def rows(self) -> list[list[Body]]:
        """The inline keyboard's buttons."""
        return _rows(self.body)

    @property
    def is_pinned(self) -> bool:
        """At the top of its chat."""
        return self.message_id in self.chat.pinned

    @property
    def thread(self) -> int:
        """The topic it stands in; 0 outside topics."""
        return int(self.body.get("message_thread_id", 0))

    def marked(self, kind: str) -> list[str]:
        """The pieces of text that carry an entity of the kind (bold, code, url, mention, ...)."""
        units = self.text.encode("utf-16-le")
        return [
            units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
            for one in self.entities
            if one["type"] == kind
        ]

    def button(self, label: str) -> Body | None:
        """The button whose label is, or else contains, the words."""
        every = [button for row in self.rows for button in row]
        exact = [button for button in every if button["text"] == label]
        near = [button for button in every if label.casefold() in button["text"].casefold()]
        return next(iter(exact or near), None)


@dataclass(slots=True, frozen=True)
class Glance:
    """Something that a person saw happen: message, edit, delete, pin, unpin, action, answer."""

    kind: str
    text: str
    message: ChatMessage | None
    is_silent: bool
    at: float


@dataclass(slots=True, eq=False)
class TelegramChat:
    """One chat. `bot_status`: member, administrator, left, kicked (in a private chat: blocked)."""

    id: int
    kind: str
    title: str
    username: str = ""
    is_forum: bool = False
    bot_status: str = "left"
    can_bot_pin: bool = True
    can_bot_post: bool = True
    moved_to: int = 0
    is_deleted: bool = False
    owner: Account | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    numbered: int = 0
    glances: deque[Glance] = field(default_factory=lambda: deque(maxlen=GLANCES_MAX))

    def body(self) -> Body:
        """As the Bot API says it."""
        said: Body = {"id": self.id, "type": self.kind}
        said["first_name" if self.kind == "private" else "title"] = self.title
        if self.username:
            said["username"] = self.username
        if self.is_forum:
            said["is_forum"] = True
        return said

    @property
    def visible(self) -> list[ChatMessage]:
        """What stands in the chat, oldest first."""
        return [message for message in self.messages.values() if not message.is_deleted]

    @property
    def from_bot(self) -> list[ChatMessage]:
        """What the bot has said and not taken away, oldest first; service messages are left out."""
        return [one for one in self.visible if one.is_from_bot and "pinned_message" not in one.body]

    def transcript(self) -> list[str]:
        """Everything that happened, one line each, as somebody looking over the shoulder would tell it."""
        return [_told(glance) for glance in self.glances]


def _told(glance: Glance) -> str:
    message = glance.message
    if message is None or glance.kind not in ("message", "edit"):
        return f"({glance.kind}) {glance.text}"
    sender: Body = message.body.get("from") or {}
    name = sender.get("first_name", message.chat.title)
    how = " (edited)" if glance.kind == "edit" else " (silent)" if glance.is_silent else ""
    return f"{name}{how}: {glance.text}"


class TelegramWorld:
    """All state of the cloud as far as one bot can see it.

    Args:
        clock: the only source of time here; message dates, query ages, limits and retries live by it.
        token: the bot's token; its id is the part before the colon.
    """

    def __init__(self, clock: Clock, token: str, username: str) -> None:
        self.clock = clock
        self.token = token
        self.bot = Account(int(token.split(":")[0]), "Open Outcry", username, is_bot=True)
        self.accounts: dict[int, Account] = {self.bot.id: self.bot}
        self.chats: dict[int, TelegramChat] = {}
        self.queries: dict[str, Body] = {}
        self.files: dict[str, tuple[Body, bytes]] = {}
        self.updates = UpdateLine(clock)
        self.is_private_in_groups = True  # privacy mode: in groups only commands and replies reach the bot
        self._boxed = 0
        self._numbers = 0
        self._awaited: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self.updates.on_poll = self.changed

    # ------------------------------------------------------------ time and numbers

    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now().timestamp()

    def number(self) -> int:
        """A number that was not used before: for ids of people, chats, queries, files."""
        self._numbers += 1
        return self._numbers

    def next_message_id(self, chat: TelegramChat) -> int:
        """Private chats and groups share one row of numbers; supergroups and channels have their own."""
        if chat.kind in KINDS_WITH_BOX_IDS:
            self._boxed += 1
            return self._boxed
        chat.numbered += 1
        return chat.numbered

    # ------------------------------------------------------------ what happens in chats

    def post(
        self,
        chat: TelegramChat,
        sender: Body,
        content: Body,
        *,
        is_silent: bool = False,
        at: float | None = None,
        picture: bytes = b"",
    ) -> ChatMessage:
        """A new message, seen by everybody in the chat. `sender`: its from/sender_chat fields."""
        at = self.now() if at is None else at
        message_id = self.next_message_id(chat)
        body = {"message_id": message_id, **sender, "chat": chat.body(), "date": int(at), **content}
        is_from_bot = sender.get("from", {}).get("id") == self.bot.id
        message = ChatMessage(chat, message_id, body, at, is_from_bot, is_silent, picture=picture)
        chat.messages[message_id] = message
        self.glance(chat, "message", _summary(body), message, is_silent)
        return message

    def rewrite(self, message: ChatMessage, body: Body, picture: bytes | None = None) -> None:
        """The message says something else from now on."""
        message.versions.append(message.body)
        message.body = body
        if picture is not None:
            message.picture = picture
        self.glance(message.chat, "edit", _summary(body), message, True)

    def delete(self, message: ChatMessage) -> None:
        """The message is gone for everybody."""
        message.is_deleted = True
        if message.message_id in message.chat.pinned:
            message.chat.pinned.remove(message.message_id)
        self.glance(message.chat, "delete", message.text, message, True)

    def glance(
        self,
        chat: TelegramChat,
        kind: str,
        text: str,
        message: ChatMessage | None = None,
        is_silent: bool = True,
    ) -> None:
        """Keep what people could see, and wake whoever waits for it."""
        chat.glances.append(Glance(kind, text, message, is_silent, self.now()))
        self.changed()

    def private_chat(self, account: Account) -> TelegramChat:
        """The person's chat with the bot; made when first needed, not started yet."""
        chat = self.chats.get(account.id)
        if chat is None:
            chat = TelegramChat(account.id, "private", account.first_name, account.username, owner=account)
            chat.members[account.id] = "member"
            self.chats[account.id] = chat
        return chat

    def keep_file(self, content: bytes, name: str, claimed_size: int = 0) -> tuple[str, Body]:
        """Store bytes; the answer is their file_id and what getFile says. `claimed_size`: instead of the
        content's own, so that a test can hold a huge file without making it."""
        number = self.number()
        file_id = f"AgACAgIAAxk-{number:08d}"
        about: Body = {
            "file_id": file_id,
            "file_unique_id": f"AQAD{number:08d}",
            "file_size": claimed_size or len(content),
            "file_path": f"files/{number}_{name}",
        }
        self.files[file_id] = (about, content)
        return file_id, about

    # ------------------------------------------------------------ waiting without sleeping

    def changed(self) -> None:
        """Something happened: whoever waits looks again."""
        if not self._awaited:
            return
        still = []
        for sight, future in self._awaited:
            if future.done():
                continue
            found = sight()
            if found:
                future.set_result(found)
            else:
                still.append((sight, future))
        self._awaited = still

    async def until(self, sight: Callable[[], Any]) -> Any:
        """Wait until `sight()` is true, and return what it gave. It is asked again after every change: a
        message, an edit, a press, a request that was answered."""
        found = sight()
        if found:
            return found
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._awaited.append((sight, future))
        return await future


def _summary(body: Body) -> str:
    """A message in one line: words, pictures, buttons."""
    parts = [f"[{kind}]" for kind in MEDIA if kind in body]
    parts += [f"<{kind}>" for kind in SERVICE if kind in body]
    words = body.get("text", body.get("caption"))
    if words:
        parts.append(words)
    for row in _rows(body):
        parts += [f"[{button['text']}]" for button in row]
    return " ".join(parts)


def _rows(body: Body) -> list[list[Body]]:
    found: list[list[Body]] = body.get("reply_markup", {}).get("inline_keyboard", [])
    return found


MEDIA = (
    "photo", "document", "voice", "sticker", "location", "contact", "video", "audio", "animation", "dice",
)  # fmt: skip
SERVICE = (
    "new_chat_members", "left_chat_member", "pinned_message", "migrate_to_chat_id", "migrate_from_chat_id",
    "group_chat_created", "supergroup_chat_created", "forum_topic_created", "new_chat_title",
)  # fmt: skip
