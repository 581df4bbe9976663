"""Looks at a key as soon as its venue has refused an order over it (X50), and not only with the daily round.

The look itself draws the consequences; here is only when: at once, and then at most once a minute an account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from trading.domain.events import OrderRejected
from trading.domain.ids import AccountId
from trading.key_checking import KeyChecking
from trading.ports import Clock, JournalUnavailable, StoredEvent

AGAIN_S = 60.0
ABOUT_A_KEY = frozenset({"key", "key_refused", "key_rights"})
"""Codes with which the adapters say that an order was refused because of its key."""


class KeyAlarm:
    """A listener of the engine. `run` is the part that looks."""

    def __init__(self, checking: KeyChecking, clock: Clock) -> None:
        self._checking = checking
        self._clock = clock
        self._refused: dict[AccountId, str] = {}
        self._looked_s: dict[AccountId, float] = {}
        self._woken = asyncio.Event()

    def committed(self, stored: Sequence[StoredEvent]) -> None:
        """A batch was written down."""
        for one in stored:
            if isinstance(one.event, OrderRejected) and one.event.code in ABOUT_A_KEY:
                self._refused[one.event.account] = f"{one.stream}:{one.seq}"
                self._woken.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            refused, self._refused = self._refused, {}
            for account, cause in refused.items():
                now_s = self._clock.elapsed_s()
                if now_s - self._looked_s.get(account, -AGAIN_S) >= AGAIN_S:
                    self._looked_s[account] = now_s
                    with suppress(JournalUnavailable):  # the next refusal, or the daily round, looks again
                        await self._checking.one(account, cause)
