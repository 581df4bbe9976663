"""What a bot asks about: itself, chats, members, files, its menu of commands.

Wire facts: protocols/telegram-bot-api.md, chapter 2.
"""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram_arguments import Arguments
from tests.fakes.telegram_messages import Messages
from tests.fakes.telegram_world import Body, TelegramChat, TelegramWorld, bad

DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024
COMMANDS_MAX = 100
DESCRIPTION_MAX = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
SCOPES = frozenset(
    (
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    )
)
Menu = tuple[str, int, int, str]


class Directory:
    """The methods that only ask, and the menu. `commands`: what was set, by scope and language."""

    def __init__(self, world: TelegramWorld, messages: Messages) -> None:
        self.world = world
        self.messages = messages
        self.commands: dict[Menu, list[Body]] = {}
        self.descriptions: dict[str, str] = {}

    # ------------------------------------------------------------ who and where

    def get_me(self, _: Arguments) -> Body:
        """getMe."""
        return self.world.bot.body() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.world.is_private_in_groups,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def get_chat(self, arguments: Arguments) -> Body:
        """getChat."""
        chat = self.messages.chat(arguments)
        if chat.moved_to:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
        said = chat.body() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": True,
                "limited_gifts": True,
                "unique_gifts": True,
                "premium_subscription": True,
                "gifts_from_channels": True,
            },
        }
        if chat.pinned:
            said["pinned_message"] = chat.messages[chat.pinned[-1]].body
        return said

    def get_chat_member(self, arguments: Arguments) -> Body:
        """getChatMember."""
        chat = self.messages.open_chat(arguments)
        user = arguments.whole("user_id")
        if user not in self.world.accounts:
            raise bad("invalid user_id specified")
        return self.member(chat, user)

    def get_chat_administrators(self, arguments: Arguments) -> list[Body]:
        """getChatAdministrators."""
        chat = self.messages.open_chat(arguments)
        if chat.kind == "private":
            raise bad("there are no administrators in the private chat")
        ranks = ("creator", "administrator")
        people = [user for user, status in chat.members.items() if status in ranks]
        if chat.bot_status in ranks:
            people.append(self.world.bot.id)
        return [self.member(chat, user) for user in people]

    def get_chat_member_count(self, arguments: Arguments) -> int:
        """getChatMemberCount."""
        chat = self.messages.open_chat(arguments)
        here = [s for s in (*chat.members.values(), chat.bot_status) if s not in ("left", "kicked")]
        return len(here)

    def member(self, chat: TelegramChat, user: int) -> Body:
        """A ChatMember."""
        status = chat.bot_status if user == self.world.bot.id else chat.members.get(user, "left")
        return {"user": self.world.accounts[user].body(), "status": status} | rights(status)

    def leave_chat(self, arguments: Arguments) -> bool:
        """leaveChat."""
        chat = self.messages.open_chat(arguments)
        if chat.kind == "private":
            raise bad("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        self.world.glance(chat, "left", self.world.bot.first_name)
        return True

    # ------------------------------------------------------------ files

    def get_file(self, arguments: Arguments) -> Body:
        """getFile."""
        found = self.world.files.get(arguments.text("file_id"))
        if found is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if found[0]["file_size"] > DOWNLOAD_BYTES_MAX:
            raise bad("file is too big")
        return dict(found[0])

    # ------------------------------------------------------------ the menu

    def set_my_commands(self, arguments: Arguments) -> bool:
        """setMyCommands."""
        given = arguments.structure("commands")
        if not isinstance(given, list):
            raise bad("can't parse commands: expected an Array of BotCommand")
        if len(given) > COMMANDS_MAX:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        kept = []
        for one in given:
            if not isinstance(one, dict):
                raise bad("can't parse BotCommand: expected an Object")
            command = str(one.get("command", "")).removeprefix("/")
            description = str(one.get("description", ""))
            if not _COMMAND.match(command):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= DESCRIPTION_MAX:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
            kept.append({"command": command, "description": description})
        self.commands[self._menu(arguments)] = kept
        return True

    def get_my_commands(self, arguments: Arguments) -> list[Body]:
        """getMyCommands."""
        return self.commands.get(self._menu(arguments), [])

    def delete_my_commands(self, arguments: Arguments) -> bool:
        """deleteMyCommands."""
        self.commands.pop(self._menu(arguments), None)
        return True

    def _menu(self, arguments: Arguments) -> Menu:
        scope: Any = arguments.structure("scope") or {"type": "default"}
        if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
            raise bad("can't parse BotCommandScope: unsupported type specified")
        kind = str(scope["type"])
        chat = 0
        if kind in ("chat", "chat_administrators", "chat_member"):
            chat = self.messages.chat(Arguments({"chat_id": scope.get("chat_id", "")})).id
        return kind, chat, int(scope.get("user_id", 0)), arguments.text("language_code")

    def set_described(self, arguments: Arguments) -> bool:
        """setMyDescription, setMyShortDescription, setMyName: kept as said."""
        for name in ("description", "short_description", "name"):
            if name in arguments.values:
                self.descriptions[name] = arguments.text(name)
        return True


def rights(status: str) -> Body:
    """The fields that a ChatMember of the status must have."""
    if status == "creator":
        return {"is_anonymous": False}
    if status == "kicked":
        return {"until_date": 0}
    if status != "administrator":
        return {}
    rights = (
        "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
        "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
        "can_edit_stories can_delete_stories can_pin_messages"
    )
    return {right: right not in ("can_be_edited", "is_anonymous") for right in rights.split()}
