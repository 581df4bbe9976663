"""The long poll: ask for updates, have them written down, and only then ask for the next ones.

Telegram forgets an update as soon as a later one is asked for, so the offset moves after our commit and never
before. python-telegram-bot's own Updater moves it first (RULINGS 14).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.conversation.inbox import JournalUnavailable
from bot.conversation.messenger import Refused, TooFast, Undelivered
from bot.conversation.surroundings import Surroundings
from bot.platforms.telegram_intake import Intake
from bot.platforms.telegram_link import Conflicting
from bot.platforms.telegram_out import TelegramCalls
from bot.platforms.telegram_serving import Serving

WAIT_S = 25
RETRY_S, RETRY_MAX_S = 0.5, 30.0
CONFLICT_QUIET_S = 30.0
"""Without a conflict for so long, nobody else polls any more."""
CONFLICT_PAUSE_S = 3.0

_WEBHOOK = "webhook is active"


class TelegramPoll:
    """Asks for updates until it is cancelled.

    Args:
        conflict: hears True when somebody else begins to take this bot's updates, False when that is over.
        wait_s: how long Telegram holds a question open.
    """

    def __init__(
        self,
        calls: TelegramCalls,
        intake: Intake,
        serving: Serving,
        around: Surroundings,
        *,
        conflict: Callable[[bool], None],
        wait_s: int = WAIT_S,
    ) -> None:
        self._calls = calls
        self._intake = intake
        self._serving = serving
        self._around = around
        self._conflict = conflict
        self._wait_s = wait_s
        self._offset = 0
        self._failures = 0
        self._conflict_at_s: float | None = None
        self.is_reaching = asyncio.Event()
        """Set while the last question was answered."""

    async def run(self) -> None:
        """Poll. Raises Refused when the token is not (any more) known: trading goes on without this chat."""
        while True:
            await self._serving.room()
            try:
                raw = await self._calls.updates(self._offset, self._wait_s)
                await self._intake.take(raw)
            except Refused:
                raise
            except Conflicting as failure:
                await self._in_conflict(str(failure))
            except TooFast as failure:
                await self._around.clock.sleep_s(failure.retry_after_s)
            except (Undelivered, JournalUnavailable) as failure:
                await self._failed(type(failure).__name__)
            else:
                self._answered(raw)

    def _answered(self, raw: Sequence[object]) -> None:
        """Taken and written down: the next question confirms it."""
        if self._failures:
            self._around.telemetry.log("info", "telegram_reached_again", failures=self._failures)
        self._failures = 0
        self.is_reaching.set()
        numbers = [number for one in raw if (number := _number(one)) is not None]
        if numbers:
            self._offset = max(numbers) + 1
        self._look_at_conflict()

    async def _failed(self, reason: str) -> None:
        """Wait longer each time, and never two desks in step."""
        self._failures += 1
        self.is_reaching.clear()
        self._around.telemetry.count("telegram_poll_failures", reason=reason)
        if self._failures == 1:
            self._around.telemetry.log("warning", "telegram_unreachable", reason=reason)
        pause_s = min(RETRY_MAX_S, RETRY_S * 2 ** min(self._failures - 1, 8))
        await self._around.clock.sleep_s(pause_s * (0.5 + self._around.entropy.fraction() / 2))

    # ------------------------------------------------------------ somebody else (T12)

    async def _in_conflict(self, text: str) -> None:
        is_news = self._conflict_at_s is None
        self._conflict_at_s = self._around.clock.elapsed_s()
        self._serving.is_in_doubt = True
        if is_news:
            self._around.telemetry.log("error", "telegram_conflict")
            self._conflict(True)
        if _WEBHOOK in text:
            # Somebody has set one with our token; ours is the desk that polls.
            try:
                await self._calls.delete_webhook()
            except Refused:
                raise
            except Undelivered as failure:
                self._around.telemetry.count("telegram_poll_failures", reason=type(failure).__name__)
        pause_s = CONFLICT_PAUSE_S * (0.5 + self._around.entropy.fraction())
        await self._around.clock.sleep_s(pause_s)

    def _look_at_conflict(self) -> None:
        if self._conflict_at_s is None:
            return
        if self._around.clock.elapsed_s() - self._conflict_at_s >= CONFLICT_QUIET_S:
            self._conflict_at_s = None
            self._serving.is_in_doubt = False
            self._around.telemetry.log("info", "telegram_conflict_over")
            self._conflict(False)


def _number(raw: object) -> int | None:
    """The number of an update, also of one that is not understood: it must not come again for ever."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None
