"""The line of updates that wait for the bot: numbered, kept for a day, fetched by one poller or pushed.

Wire facts: protocols/telegram-bot-api.md, chapter 3. What does not belong here: pushing to a webhook
(telegram_webhook.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from trading.ports import Clock

KEPT_S = 24 * 3600
LIMIT_MAX = 100
TIMEOUT_MAX_S = 50
FIRST_UPDATE = 835_000_001
CONFLICT_PAUSE_S = 3.0
REPEATED_SOON_S = 3.0
REPEATED_AT_ONCE_S = 0.5
# Sent only to bots that ask for them by name.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_CAME = "Conflict: terminated by setWebhook request"
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Ended(Exception):
    """A long poll that was ended from outside: status and description of its answer."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class UpdateLine:
    """Updates in order. `on_new` is told of each one as it comes (the webhook listens there), `on_poll` when
    somebody begins to wait for one or is told to go."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.waiting: deque[tuple[float, dict[str, Any]]] = deque()
        self.allowed: tuple[str, ...] = ()
        self.on_new: Callable[[], None] = lambda: None
        self.on_poll: Callable[[], None] = lambda: None
        self.made = 0
        self.confirmed: deque[dict[str, Any]] = deque(maxlen=1000)
        self.polls = 0
        self.conflicts = 0
        self._next_id = FIRST_UPDATE
        self._poll: asyncio.Future[None] | None = None
        self._last_offset: int | None = None
        self._last_start_s = float("-inf")
        self._next_conflict_s = float("-inf")

    # ------------------------------------------------------------ what goes in

    def add(self, kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
        """A new update, unless the bot did not ask for its kind."""
        if (kind not in self.allowed) if self.allowed else kind in NOT_BY_DEFAULT:
            return None
        update = {"update_id": self._next_id, kind: content}
        self._next_id += 1
        self.made += 1
        self._put(update)
        return update

    def deliver_again(self, update: dict[str, Any]) -> None:
        """Delivery is at least once: the same update, with its old number, in its place in the line."""
        entry = (self.clock.elapsed_s(), update)
        others = [one for one in self.waiting if one[1]["update_id"] != update["update_id"]]
        self.waiting = deque(sorted([*others, entry], key=lambda one: one[1]["update_id"]))
        self._tell()

    def skip_numbers(self, count: int) -> None:
        """The next update's number leaps: numbers grow, nobody promised that they have no holes."""
        self._next_id += count

    def _put(self, update: dict[str, Any]) -> None:
        self.waiting.append((self.clock.elapsed_s(), update))
        self._tell()

    def _tell(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self.on_new()

    # ------------------------------------------------------------ what goes out

    @property
    def is_polled(self) -> bool:
        """Somebody holds a long poll open right now."""
        return self._poll is not None and not self._poll.done()

    def forget_old(self) -> None:
        """Updates are kept for a day."""
        oldest = self.clock.elapsed_s() - KEPT_S
        while self.waiting and self.waiting[0][0] < oldest:
            self.waiting.popleft()

    def clear(self) -> None:
        """drop_pending_updates."""
        self.waiting.clear()

    async def poll(self, offset: int, limit: int, timeout_s: int) -> list[dict[str, Any]]:
        """getUpdates. Raises Ended when another poller, a webhook or a revoked token comes in between."""
        self.polls += 1
        self.end_poll(409, OTHER_POLLER)
        limit, timeout_s = self._slowed(offset, limit, timeout_s)
        self.forget_old()
        self._confirm(offset)
        if not self.waiting and timeout_s > 0:
            await self._wait(timeout_s)
            self.forget_old()
        return [update for _, update in self.waiting][:limit] if limit < len(self.waiting) else self._all()

    def end_poll(self, code: int, description: str) -> None:
        """The older poller, if there is one, is told that it has to go."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Ended(code, description))
            # A poller that hung up without a word never looks at it.
            self._poll.exception()

    async def conflict_pause(self) -> None:
        """The first conflict is answered at once; while they repeat, three seconds later."""
        self.conflicts += 1
        self.on_poll()
        now_s = self.clock.elapsed_s()
        left_s = self._next_conflict_s - now_s
        self._next_conflict_s = max(now_s, self._next_conflict_s) + CONFLICT_PAUSE_S
        if left_s > 0:
            await self.clock.sleep_s(left_s)

    def _all(self) -> list[dict[str, Any]]:
        return [update for _, update in self.waiting]

    def _slowed(self, offset: int, limit: int, timeout_s: int) -> tuple[int, int]:
        """Whoever repeats an offset quickly gets a longer wait, then a single update."""
        now_s = self.clock.elapsed_s()
        if offset == self._last_offset:
            if timeout_s < REPEATED_SOON_S and now_s < self._last_start_s + REPEATED_SOON_S:
                timeout_s = int(REPEATED_SOON_S)
            if now_s < self._last_start_s + REPEATED_AT_ONCE_S:
                limit = 1
        self._last_offset = offset
        self._last_start_s = now_s
        return limit, timeout_s

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
            return
        while self.waiting and self.waiting[0][1]["update_id"] < offset:
            self.confirmed.append(self.waiting.popleft()[1])

    async def _wait(self, timeout_s: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = future
        self.on_poll()
        alarm = asyncio.ensure_future(self.clock.sleep_s(timeout_s))
        alarm.add_done_callback(lambda _: None if future.done() else future.set_result(None))
        try:
            await future
        finally:
            alarm.cancel()
            if self._poll is future:
                self._poll = None
