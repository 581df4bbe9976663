"""The people of a Telegram cloud, who use it as humans do: talk, press, edit, forward, block, upgrade groups.

A person's verbs act at once (they are the other side of the wire); what the bot makes of it is awaited with
`sees`, `hears` or `until`, never by sleeping. What is done to groups as a whole: telegram_groups.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_groups import Groups, member_change
from tests.fakes.telegram_talking import NotThere, Talker
from tests.fakes.telegram_world import (
    FIRST_PERSON,
    Account,
    Body,
    ChatMessage,
    TelegramChat,
    TelegramWorld,
)

PATIENCE_S = 20.0


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

    def expire(self) -> None:
        """Too much time has passed: an answer comes too late now."""
        self.query["at_s"] = float("-inf")


class TelegramPerson(Talker):
    """A human with a phone. `chat` is the private chat with the bot; every verb takes another as `chat=`."""

    def __init__(self, world: TelegramWorld, account: Account) -> None:
        super().__init__(world, account)
        self._heard = 0

    # ------------------------------------------------------------ pressing

    def press(
        self, label: str, message: ChatMessage | None = None, chat: TelegramChat | None = None
    ) -> Press:
        """Press the button with the label (or part of it) on that message, or on the newest message in the
        chat that has it. Raises NotThere."""
        message = message or self._newest_with(label, chat or self.chat)
        button = message.button(label)
        if button is None:
            raise NotThere(f"no button {label!r} on {message.text!r}: {message.labels}")
        if "callback_data" not in button:
            raise NotThere(f"the button {label!r} opens something and tells the bot nothing: {button}")
        return self.press_data(message, button["callback_data"])

    def press_data(self, message: ChatMessage, data: str) -> Press:
        """What a modified app can do: a press with any data, also on a message that has no such button."""
        query_id = str(4_382_000_000_000_000_000 + self.world.number())
        body: Body = {
            "id": query_id,
            "from": self.account.body(),
            "message": message.body if not message.is_deleted else _inaccessible(message),
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
        if message.chat.bot_status not in ("left", "kicked"):
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

    def _newest_with(self, label: str, chat: TelegramChat) -> ChatMessage:
        for message in reversed(chat.from_bot):
            if message.button(label) is not None:
                return message
        raise NotThere(f"no button {label!r} in sight; so far:\n" + "\n".join(chat.transcript()))

    # ------------------------------------------------------------ coming and going

    def start(self, payload: str = "") -> ChatMessage:
        """Press START: the chat begins (again)."""
        if self.chat.bot_status == "kicked":
            self.unblock()
        return self.say(f"/start {payload}".rstrip())

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

    async def sees(
        self, words: str, chat: TelegramChat | None = None, within_s: float = PATIENCE_S
    ) -> ChatMessage:
        """Wait until a message of the bot says the words now; the newest one that does. Raises NotThere."""

        def sight() -> ChatMessage | None:
            for message in reversed((chat or self.chat).from_bot):
                if words in message.text:
                    return message
            return None

        found: ChatMessage = await self._patiently(sight, f"a message with {words!r}", chat, within_s)
        return found

    async def hears(self, within_s: float = PATIENCE_S) -> ChatMessage:
        """Wait for the next message of the bot in the private chat, one after the other, none twice."""

        def sight() -> ChatMessage | None:
            for message in self.chat.messages.values():
                if message.is_from_bot and message.message_id > self._heard:
                    return message
            return None

        message: ChatMessage = await self._patiently(sight, "a message", None, within_s)
        self._heard = message.message_id
        return message

    async def answered(self, press: Press, within_s: float = PATIENCE_S) -> str:
        """Wait until the spinner stops; what the notice says. Raises NotThere."""
        await self._patiently(lambda: press.is_answered, "an answer to the press", None, within_s)
        return press.answer

    async def _patiently(self, sight: Any, what: str, chat: TelegramChat | None, within_s: float) -> Any:
        try:
            async with asyncio.timeout(within_s):
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


def _inaccessible(message: ChatMessage) -> Body:
    """A message that was deleted: the date 0 says so."""
    return {"chat": message.chat.body(), "message_id": message.message_id, "date": 0}
