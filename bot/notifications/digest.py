"""Many news, or old ones, as one message: counts, the span of time, and what was realised."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from bot.conversation.screen import Kind, Line, Screen, Span, dim, line, title
from bot.notifications.alerts import TABLE
from bot.notifications.event_code import event_code
from bot.notifications.scene import Scene
from trading.domain.events import OrderFilled, PositionClosed
from trading.domain.ids import StreamId
from trading.domain.money import ZERO
from trading.ports import StoredEvent

ORDER = (
    "alert.count_fills",
    "alert.count_exits",
    "alert.count_closed",
    "alert.count_rejects",
    "alert.count_orders",
    "alert.count_risk",
    "alert.count_halts",
    "alert.count_prices",
    "alert.count_jobs",
    "alert.count_notices",
)


class Digest:
    """News that is only counted. One for each run of old or plentiful news."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._realised: dict[str, Decimal] = {}
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._codes: tuple[str, str] = ("", "")
        self.is_repeat = False
        """An attempt to tell it may have arrived."""
        self.counted: list[tuple[StreamId, int]] = []
        """Which events it counts."""

    def __bool__(self) -> bool:
        return bool(self.counted)

    @property
    def has_words(self) -> bool:
        """Whether there is anything to say: small news (a deposit of days ago) is counted in silence."""
        return bool(self._counts)

    def count(self, stored: StoredEvent) -> None:
        """Take one piece of news in."""
        event = stored.event
        self.counted.append((stored.stream, stored.seq))
        row = TABLE[type(event)]
        if row is None or not row.counted:
            return
        is_exit = isinstance(event, OrderFilled) and "/exit-" in event.order_id
        self._counts["alert.count_exits" if is_exit else row.counted] += 1
        if isinstance(event, PositionClosed):
            self._realised[event.currency] = self._realised.get(event.currency, ZERO) + event.realised
        self._first_at = min(self._first_at or event.at, event.at)
        self._last_at = max(self._last_at or event.at, event.at)
        code = event_code(stored)
        self._codes = (self._codes[0] or code, code)

    def screen(self, scene: Scene) -> Screen:
        """The message; its code is the one of the last event that it counts."""
        say = scene.wording.say
        assert self._first_at is not None and self._last_at is not None, "an empty digest is not told"
        first, last = scene.wording.instant(self._first_at), scene.wording.instant(self._last_at)
        blocks: list[Line] = [
            title(say("alert.digest")),
            line(dim(say("alert.digest_span", first=first, last=last))),
        ]
        blocks += [line("· ", say(key, n=self._counts[key])) for key in ORDER if self._counts[key]]
        for currency, realised in sorted(self._realised.items()):
            pnl = scene.wording.pnl(realised, currency)
            text = say("alert.count_realised", pnl=pnl.text)
            blocks.append(line("· ", Span(text, tone=pnl.tone)))
        blocks.append(line(say("alert.digest_more")))
        begin, end = self._codes
        blocks.append(line(dim(begin if begin == end else f"{begin} … {end}")))
        return Screen(tuple(blocks), kind=Kind.ALERT, event_code=end)
