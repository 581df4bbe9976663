"""Where a bot may speak and how often: chats found by their id, rights, blocks, floods.

Wire facts: protocols/telegram-bot-api.md, chapters 5 and 6.
"""

from __future__ import annotations

from tests.fakes.telegram_arguments import Arguments
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_world import TelegramChat, TelegramWorld, bad, forbidden


class Access:
    """The way from a request to its chat."""

    def __init__(self, world: TelegramWorld, limits: FloodLimits) -> None:
        self.world = world
        self.limits = limits

    def chat(self, arguments: Arguments) -> TelegramChat:
        """The chat that is meant. Raises Refusal: chat not found."""
        words = arguments.text("chat_id").strip()
        if not words:
            raise bad("chat_id is empty")
        found = None
        if words.startswith("@"):
            every = self.world.chats.values()
            found = next((c for c in every if c.username == words[1:] and c.kind != "private"), None)
        elif words.lstrip("-").isdigit():
            found = self.world.chats.get(int(words))
        if found is None:
            raise bad("chat not found")
        return found

    def open_chat(self, arguments: Arguments) -> TelegramChat:
        """The chat, if the bot may speak there. Raises Refusal."""
        chat = self.chat(arguments)
        if chat.moved_to:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
        if chat.is_deleted:
            raise forbidden("the group chat was deleted")
        if chat.kind == "private":
            assert chat.owner is not None
            if chat.owner.is_deactivated:
                raise forbidden("user is deactivated")
            if chat.bot_status == "kicked":
                raise forbidden("bot was blocked by the user")
            if chat.bot_status == "left":
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        kind = f"{chat.kind} chat"
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind}")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind}")
        if not chat.can_bot_post:
            raise bad("not enough rights to send text messages to the chat")
        return chat

    def spend(self, chat: TelegramChat) -> None:
        """One more message or edit. Raises Refusal 429."""
        self.limits.spend(chat.id, self.world.clock.elapsed_s())
