"""Groups, supergroups, topics and channels of a Telegram cloud: who is in, who joins, what they become."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.fakes.telegram_directory import rights
from tests.fakes.telegram_text import automatic
from tests.fakes.telegram_world import (
    TELEGRAM_SERVICE,
    Account,
    Body,
    ChatMessage,
    TelegramChat,
    TelegramWorld,
)

if TYPE_CHECKING:
    from tests.fakes.telegram_people import TelegramPerson

SUPERGROUP_ZERO = -1_002_000_000_000  # ids of supergroups and channels need 52 bits
GROUP_ZERO = -4_800_000_000
SERVICE_FIELDS = ("new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id")


class Groups:
    """Makes chats of several people for a server, and does to them what their owners do."""

    def __init__(self, world: TelegramWorld) -> None:
        self.world = world

    # ------------------------------------------------------------ making

    def group(
        self,
        title: str,
        owner: TelegramPerson,
        members: Iterable[TelegramPerson] = (),
        *,
        has_bot: bool = True,
    ) -> TelegramChat:
        """A basic group; the first of its people owns it. The bot is told that it was put in."""
        return self._make("group", title, owner, members, has_bot)

    def supergroup(
        self,
        title: str,
        owner: TelegramPerson,
        members: Iterable[TelegramPerson] = (),
        *,
        has_bot: bool = True,
        username: str = "",
        topics: Iterable[str] = (),
    ) -> TelegramChat:
        """A supergroup, public with a username, a forum with topics (their numbers: chat.topics)."""
        chat = self._make("supergroup", title, owner, members, False)
        chat.username = username
        for name in topics:
            self.topic(chat, name)
        if has_bot:
            self.add_bot(chat, owner)
        return chat

    def channel(
        self, title: str, owner: TelegramPerson, *, has_bot: bool = True, username: str = ""
    ) -> TelegramChat:
        """A channel; the bot is an administrator of it, as it must be."""
        chat = self._make("channel", title, owner, (), False)
        chat.username = username
        if has_bot:
            self.add_bot(chat, owner, "administrator")
        return chat

    def topic(self, chat: TelegramChat, name: str) -> int:
        """A new topic of a forum; its message_thread_id."""
        chat.is_forum = True
        made = self.world.post(chat, {}, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        chat.topics[made.message_id] = name
        return made.message_id

    def close_topic(self, chat: TelegramChat, number: int, *, is_closed: bool = True) -> None:
        """Nobody but administrators writes in it any more; or everybody does again."""
        (chat.closed_topics.add if is_closed else chat.closed_topics.discard)(number)
        notice = "forum_topic_closed" if is_closed else "forum_topic_reopened"
        self.world.post(chat, {}, {notice: {}, "message_thread_id": number, "is_topic_message": True})

    def delete_topic(self, chat: TelegramChat, number: int) -> None:
        """A topic goes with everything that stands in it. The bot is told nothing."""
        del chat.topics[number]
        chat.closed_topics.discard(number)
        for message in list(chat.messages.values()):
            if message.thread == number or message.message_id == number:
                message.is_deleted = True
                if message.message_id in chat.pinned:
                    chat.pinned.remove(message.message_id)

    def _make(
        self, kind: str, title: str, owner: TelegramPerson, members: Iterable[TelegramPerson], has_bot: bool
    ) -> TelegramChat:
        zero = GROUP_ZERO if kind == "group" else SUPERGROUP_ZERO
        chat = TelegramChat(zero - self.world.number(), kind, title)
        chat.members[owner.id] = "creator"
        chat.members.update((person.id, "member") for person in members)
        self.world.chats[chat.id] = chat
        if has_bot:
            self.add_bot(chat, owner)
        return chat

    # ------------------------------------------------------------ the bot in them

    def add_bot(self, chat: TelegramChat, by: TelegramPerson, status: str = "member") -> None:
        """Put the bot into a chat."""
        self._bot_becomes(chat, by, status)
        if chat.kind != "channel":
            notice = self.world.post(
                chat, {"from": by.account.body()}, {"new_chat_members": [self.world.bot.body()]}
            )
            self.world.updates.add("message", notice.body)

    def promote_bot(self, chat: TelegramChat, by: TelegramPerson) -> None:
        """Make the bot an administrator: from then on it hears everything."""
        self._bot_becomes(chat, by, "administrator")

    def kick_bot(self, chat: TelegramChat, by: TelegramPerson) -> None:
        """Throw the bot out; the last that it hears."""
        self._bot_becomes(chat, by, "kicked")

    def delete_group(self, chat: TelegramChat) -> None:
        """The group is no more."""
        chat.is_deleted = True

    def _bot_becomes(self, chat: TelegramChat, by: TelegramPerson, status: str) -> None:
        old, chat.bot_status = chat.bot_status, status
        self.world.updates.add("my_chat_member", member_change(self.world, chat, by.account, old, status))
        self.world.glance(chat, "bot is now", status)

    # ------------------------------------------------------------ people in them

    def join(self, chat: TelegramChat, person: TelegramPerson, status: str = "member") -> None:
        """Somebody comes in."""
        chat.members[person.id] = status
        self._service(chat, person.account, {"new_chat_members": [person.account.body()]})

    def leave(self, chat: TelegramChat, person: TelegramPerson) -> None:
        """Somebody goes."""
        chat.members[person.id] = "left"
        self._service(chat, person.account, {"left_chat_member": person.account.body()})

    def upgrade(self, chat: TelegramChat, by: TelegramPerson) -> TelegramChat:
        """The group becomes a supergroup with another id: service messages in both, the old one is closed."""
        new = TelegramChat(SUPERGROUP_ZERO - self.world.number(), "supergroup", chat.title)
        new.members.update(chat.members)
        new.bot_status = chat.bot_status
        self.world.chats[new.id] = new
        self._service(chat, by.account, {"migrate_to_chat_id": new.id})
        chat.moved_to = new.id
        self._service(new, by.account, {"migrate_from_chat_id": chat.id})
        return new

    def announce(self, channel: TelegramChat, text: str, linked: TelegramChat | None = None) -> ChatMessage:
        """A channel post; `linked`: the discussion group into which Telegram forwards it by itself."""
        entities = automatic(text)
        content: Body = {"text": text} | ({"entities": entities} if entities else {})
        post = self.world.post(channel, {"sender_chat": channel.body()}, content)
        if channel.bot_status == "administrator":
            self.world.updates.add("channel_post", post.body)
        if linked is not None:
            origin = {
                "type": "channel",
                "chat": channel.body(),
                "message_id": post.message_id,
                "date": int(post.at),
            }
            sender = {"from": _service_user(), "sender_chat": channel.body()}
            more = {"forward_origin": origin, "is_automatic_forward": True}
            forwarded = self.world.post(linked, sender, content | more)
            if is_heard(self.world, forwarded):
                self.world.updates.add("message", forwarded.body)
        return post

    def _service(self, chat: TelegramChat, by: Account, content: Body) -> None:
        notice = self.world.post(chat, {"from": by.body()}, content)
        if is_heard(self.world, notice):
            self.world.updates.add("message", notice.body)


def _service_user() -> Body:
    return {"id": TELEGRAM_SERVICE, "is_bot": False, "first_name": "Telegram"}


def member_change(world: TelegramWorld, chat: TelegramChat, by: Account, old: str, new: str) -> Body:
    """A ChatMemberUpdated about the bot."""
    bot = world.bot.body()
    return {
        "chat": chat.body(),
        "from": by.body(),
        "date": int(world.now()),
        "old_chat_member": {"user": bot, "status": old} | rights(old),
        "new_chat_member": {"user": bot, "status": new} | rights(new),
    }


def is_heard(world: TelegramWorld, message: ChatMessage) -> bool:
    """Whether the bot gets an update of the message. In groups, with privacy mode on and no administrator's
    rank: commands that are not for another bot, replies to it, service messages."""
    chat, body = message.chat, message.body
    if chat.bot_status in ("left", "kicked"):
        return False
    if chat.kind == "private" or chat.bot_status == "administrator" or not world.is_private_in_groups:
        return True
    if any(field in body for field in SERVICE_FIELDS):
        return True
    if body.get("reply_to_message", {}).get("from", {}).get("id") == world.bot.id:
        return True
    return any(_is_for(command, world.bot.username) for command in message.marked("bot_command"))


def _is_for(command: str, username: str) -> bool:
    _, _, name = command.partition("@")
    return not name or name.lower() == username.lower()
