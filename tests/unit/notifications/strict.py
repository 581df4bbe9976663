"""A platform that counts: refuses whatever comes faster than it allows, and does what a test tells it to."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation.layout import as_text
from bot.conversation.messenger import PLAINLY, Manner, MessageRef, TooFast
from bot.conversation.screen import Screen
from trading.ports import Clock


class Counted:
    """No more than `count` in any `period_s`; a request that is refused does not count."""

    def __init__(self, count: int, period_s: float) -> None:
        self.count = count
        self.period_s = period_s
        self.inside: deque[float] = deque()

    def wait_s(self, now: float) -> float:
        """How long until one more is allowed."""
        while self.inside and self.inside[0] <= now - self.period_s:
            self.inside.popleft()
        return 0.0 if len(self.inside) < self.count else self.inside[0] + self.period_s - now


@dataclass(frozen=True)
class Told:
    """One message that was delivered: `what` is send, edit, pin or delete."""

    at_s: float
    what: str
    chat: str
    text: str
    manner: Manner = PLAINLY


@dataclass
class Strict:
    """A `BoardMessenger`. `ways`: seconds from request to arrival and from there to the answer, for the n-th
    request; `fails`: an error for (what, chat, text), or None. `chat_windows`: (count, seconds) per chat."""

    clock: Clock
    bot_windows: tuple[tuple[int, float], ...] = ((30, 1.0),)
    chat_windows: tuple[tuple[int, float], ...] = ((1, 1.0),)
    ways: Callable[[int], tuple[float, float]] = lambda n: (0.02, 0.02)
    fails: Callable[[str, str, str], Exception | None] = lambda what, chat, text: None
    told: list[Told] = field(default_factory=list)
    refused: int = 0
    requests: int = 0

    def __post_init__(self) -> None:
        self._bot = [Counted(*one) for one in self.bot_windows]
        self._chats: dict[str, list[Counted]] = defaultdict(
            lambda: [Counted(*one) for one in self.chat_windows]
        )

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        await self._do("send", chat, as_text(screen), manner)
        return MessageRef("strict", chat, str(len(self.told)))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """`Messenger.edit`."""
        await self._do("edit", ref.chat, as_text(screen), manner)

    async def pin(self, ref: MessageRef) -> None:
        """`BoardMessenger.pin`."""
        await self._do("pin", ref.chat, ref.message_id, PLAINLY)

    async def delete(self, ref: MessageRef) -> None:
        """`BoardMessenger.delete`."""
        await self._do("delete", ref.chat, ref.message_id, PLAINLY)

    async def _do(self, what: str, chat: str, text: str, manner: Manner) -> None:
        self.requests += 1
        there_s, back_s = self.ways(self.requests)
        await self.clock.sleep_s(there_s)
        now = self.clock.elapsed_s()
        own = self._chats[chat]
        bot_wait = max((one.wait_s(now) for one in self._bot), default=0.0)
        chat_wait = max((one.wait_s(now) for one in own), default=0.0)
        error = self.fails(what, chat, text)
        if error is None and max(bot_wait, chat_wait) > 0:
            self.refused += 1
            error = TooFast(max(bot_wait, chat_wait), is_whole_bot=bot_wait > chat_wait)
        if error is None:
            for one in (*self._bot, *own):
                one.inside.append(now)
            self.told.append(Told(now, what, chat, text, manner))
        await self.clock.sleep_s(back_s)
        if error is not None:
            raise error

    def texts(self, chat: str) -> list[str]:
        """What this chat was told, oldest first."""
        return [one.text for one in self.told if one.chat == chat]
