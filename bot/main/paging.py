"""Tells the operator what the desk notices about itself: through the journal, or past it when it is the store
that is broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.alert_notices import notice_screen
from trading.domain.ids import DESK, AccountId
from trading.domain.reports import Noted, Report
from trading.ports import Clock

TOPIC = "operation"


class Paging:
    """What `Watch` and `Supervisor` call.

    Args:
        report: `engine.report`.
        announce: `notifier.announce`, for what cannot be written down; None drops it.
    """

    def __init__(
        self,
        report: Callable[[Report], None],
        clock: Clock,
        announce: Callable[[Callable[[Wording], Screen]], None] | None = None,
    ) -> None:
        self._report = report
        self._clock = clock
        self._announce = announce

    def __call__(self, code: str, level: str, facts: Mapping[str, str], is_durable: bool = True) -> None:
        """Tell it. `notice.<code>` are the words."""
        if is_durable:
            now = self._clock.now()
            self._report(Noted(AccountId(DESK), code, TOPIC, level, dict(facts), now))
        elif self._announce is not None:
            self._announce(partial(notice_screen, code, dict(facts)))

    def announce_with(self, announce: Callable[[Callable[[Wording], Screen]], None]) -> None:
        """From now on, what cannot be written down goes here (the notifier is made after the engine)."""
        self._announce = announce
