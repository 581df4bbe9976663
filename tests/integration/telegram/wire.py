"""Plain HTTP to our server, without any library in between, and two people on its other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import TelegramChat


@dataclass
class Wire:
    """A server, a plain HTTP client, and two people: Ann talks to the bot, Ned never did."""

    telegram: TelegramServer
    http: aiohttp.ClientSession
    ann: TelegramPerson
    ned: TelegramPerson

    async def ask(self, method: str, token: str = "", **arguments: Any) -> tuple[int, Any]:
        """POST JSON; status and body."""
        url = f"{self.telegram.base_url}{token or self.telegram.token}/{method}"
        async with self.http.post(url, json=arguments) as answer:
            return answer.status, await answer.json()

    async def say(self, text: str = "words", **more: Any) -> int:
        """A message of the bot to Ann; its number."""
        status, answer = await self.ask("sendMessage", chat_id=self.ann.id, text=text, **more)
        assert status == 200
        return int(answer["result"]["message_id"])

    def kept(self, kind: str, status: str) -> TelegramChat:
        """A group, supergroup or channel where the bot has that status."""
        make = {"group": self.telegram.group, "supergroup": self.telegram.supergroup}.get(kind)
        chat = make("Desk", self.ann) if make else self.telegram.channel("News", self.ann)
        chat.bot_status = status
        return chat
