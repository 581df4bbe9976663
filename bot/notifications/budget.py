"""How many messages may go out in which time: a platform's rules as data, and the windows that keep them.

Pure: every method is told the instant. What goes first among what may go stands in outgoing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from msgspec import Struct

from bot.conversation.messenger import Lane

_RECENT = 256


class Limit(Struct, frozen=True):
    """At most `count` messages of lane `since` and of the lanes below it in any `period_s` seconds.

    `is_pace`: only spreads them, so it counts from when a request begins; else the platform counts, and what
    matters is when the request may have arrived there at the latest.
    """

    count: int
    period_s: float
    since: Lane = Lane.ANSWER
    is_pace: bool = False


class Rules(Struct, frozen=True):
    """What one platform allows, and the bounds of what waits here. Durations in seconds.

    `bot`, `private`, `group`: the limits of the whole bot and of one chat of either kind; a chat is a group
    when its id begins with `group_prefix` (nothing: there are no groups). `shares`: how many turns each lane
    gets when all of them wait. `deadlines_s`: how long a message of each lane may wait for its turn.
    `attempt_s`: a request without an answer is given up after so long. `chat_waiting_max`, `waiting_max`: so
    many messages wait for one chat, and in all. `flying_max`: so many requests are under way at once;
    ANSWER and URGENT may go `flying_spare` beyond. `late_s`: a request that is older counts as arrived.
    `warm_up`: after so many answers it is known how fast an answer can be.
    """

    bot: tuple[Limit, ...] = ()
    private: tuple[Limit, ...] = ()
    group: tuple[Limit, ...] = ()
    group_prefix: str = ""
    shares: tuple[int, ...] = (60, 30, 6, 2, 2)
    deadlines_s: tuple[float, ...] = (60.0, 120.0, 300.0, 900.0, 60.0)
    attempt_s: float = 60.0
    chat_waiting_max: int = 100
    waiting_max: int = 20_000
    flying_max: int = 256
    flying_spare: int = 64
    late_s: float = 1.0
    warm_up: int = 20

    def of_chat(self, chat: str) -> tuple[Limit, ...]:
        """The limits of one chat."""
        return self.group if self.group_prefix and chat.startswith(self.group_prefix) else self.private


# 30 a second for the bot, 1 a second in a private chat with short bursts, 20 a minute in a group (Telegram's
# FAQ; protocols/telegram-bot-api.md, section 6). The thousandths are for clocks that differ and for
# what is not known exactly of the quickest way.
_BOT = (Limit(30, 1.005), Limit(4, 0.12, Lane.NORMAL, is_pace=True))
# What nobody waits for leaves a fifth of a group's minute free, boards take no more than half of it.
_GROUP = (
    Limit(20, 60.01),
    Limit(3, 3.01),
    Limit(16, 60.01, Lane.NORMAL),
    Limit(1, 1.01, Lane.NORMAL),
    Limit(10, 60.01, Lane.BOARD),
)

TELEGRAM = Rules(
    bot=_BOT,
    private=(Limit(3, 3.01), Limit(1, 1.01, Lane.NORMAL), Limit(1, 2.01, Lane.BOARD)),
    group=_GROUP,
    group_prefix="-",
)
"""One a second in a private chat for what nobody asked for; answers and alarms may use a burst of three in
three seconds, which keeps the same rate."""

TELEGRAM_STRICT = Rules(
    bot=_BOT,
    private=(Limit(1, 1.01), Limit(1, 2.01, Lane.BOARD)),
    group=(*_GROUP, Limit(1, 1.01)),
    group_prefix="-",
)
"""Never two in one second into one chat, whoever waits: for servers that allow no burst at all."""

UNLIMITED = Rules()
"""No limits, only order and bounds: the console, benchmarks."""


class Quickest:
    """The shortest time from request to answer of late; 0 until that is known.

    A request arrives at the latest one way back before its answer and at the earliest one way out after it
    began. Two requests whose distance is counted from answer to beginning, less a whole way, are therefore
    never nearer to each other over there than here, however much the ways vary.
    """

    def __init__(self, warm_up: int) -> None:
        self._warm_up = warm_up
        self._seen = 0
        self._now_s = inf
        self._before_s = inf

    def note(self, seconds: float) -> None:
        """A request took so long."""
        self._seen += 1
        self._now_s = min(self._now_s, seconds)
        if self._seen % _RECENT == 0:
            self._before_s, self._now_s = self._now_s, inf

    @property
    def seconds(self) -> float:
        """The shortest way of late."""
        return min(self._now_s, self._before_s) if self._seen >= self._warm_up else 0.0


class _Window:
    """One limit: who is inside it."""

    def __init__(self, limit: Limit, late_s: float) -> None:
        self.limit = limit
        self._late_s = 0.0 if limit.is_pace else late_s
        self._inside: dict[int, tuple[float, float | None, int]] = {}

    def take(self, request: int, pieces: int, now: float) -> None:
        """A request begins."""
        self._inside[request] = (now, None, pieces)

    def arrived(self, request: int, at: float) -> None:
        """The request is over and arrived then, at the latest."""
        found = self._inside.get(request)
        if found is not None:
            self._inside[request] = (found[0], max(found[0], min(at, found[0] + self._late_s)), found[2])

    def free_at(self, pieces: int, now: float, overdue: float) -> float:
        """The first instant at which `pieces` more may go; what is under way since before `overdue` may have
        arrived then, but a request that hangs holds its place for a bounded time only."""
        ends = []
        for request, (began, at, _) in self._inside.items():
            latest = max(began, min(overdue, began + self._late_s)) if at is None else at
            ends.append((latest + self.limit.period_s, request))
        ends.sort()
        used = 0
        for end, request in ends:
            if end <= now:
                if self._inside[request][1] is not None:
                    del self._inside[request]
            else:
                used += self._inside[request][2]
        # What is larger than the whole limit goes when the window is empty.
        excess = used + min(pieces, self.limit.count) - self.limit.count
        if excess <= 0:
            return now
        for end, request in ends:
            if end > now:
                excess -= self._inside[request][2]
                if excess <= 0:
                    return end
        return ends[-1][0]

    def is_empty(self, now: float) -> bool:
        """Whether nobody is inside any more."""
        return all(at is not None and at + self.limit.period_s <= now for _, at, _ in self._inside.values())


class Meter:
    """All limits of one chat, or of the whole bot."""

    def __init__(self, limits: Sequence[Limit], quickest: Quickest, late_s: float) -> None:
        self._windows = [_Window(limit, late_s) for limit in limits]
        self._quickest = quickest
        self._under_way: set[int] = set()

    def free_at(self, lane: Lane, pieces: int, now: float) -> float:
        """The first instant at which a message of this lane may go, if nothing else goes before."""
        if not self._windows:
            return now
        overdue = now - self._quickest.seconds
        found = now
        for window in self._windows:
            if lane >= window.limit.since:
                found = max(found, window.free_at(pieces, now, overdue))
        return found

    def take(self, request: int, lane: Lane, pieces: int, now: float) -> None:
        """A request begins."""
        if not self._windows:
            return
        self._under_way.add(request)
        for window in self._windows:
            if lane >= window.limit.since:
                window.take(request, pieces, now)

    def over(self, request: int, now: float) -> None:
        """The request has its answer, or is given up."""
        self._under_way.discard(request)
        at = now - self._quickest.seconds
        for window in self._windows:
            window.arrived(request, at)

    def is_empty(self, now: float) -> bool:
        """Whether nothing is remembered that still counts."""
        return not self._under_way and all(window.is_empty(now) for window in self._windows)


class Turns:
    """Whose turn it is among lanes that wait: by their shares, the higher lane first, none for ever last.

    Start-time fair queueing: a lane that begins to wait starts at the present mark; each turn moves its own
    start on by one over its share; the lane that would be done first goes.
    """

    def __init__(self, shares: Sequence[int]) -> None:
        self._steps = [1.0 / share for share in shares]
        self._starts = [0.0] * len(self._steps)
        self._mark = 0.0

    def wake(self, lane: Lane) -> None:
        """The lane has something to send again."""
        self._starts[lane] = max(self._starts[lane], self._mark)

    def choose(self, lanes: Sequence[Lane]) -> Lane:
        """Which of these goes next."""
        return min(lanes, key=lambda lane: (self._starts[lane] + self._steps[lane], lane))

    def spend(self, lane: Lane) -> None:
        """It went."""
        self._mark = max(self._mark, self._starts[lane])
        self._starts[lane] += self._steps[lane]
