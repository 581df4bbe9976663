"""A phone that is quiet as long as the other one rings: what is urgent comes here when it does not there.

A person chooses for each platform what it hears. What must not be missed and is off here waits a moment for
the other phone; when nobody was told there in time, or nobody can be, it is told here, and says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

from bot.conversation.hearing import ALWAYS, Hearing, Loudness
from bot.notifications.alerts import Alert
from bot.notifications.policy import Urgency
from trading.delivery import Deliveries
from trading.domain.ids import StreamId
from trading.ports import Clock, JournalUnavailable, StoredEvent

TERMINAL = "console"
"""Nobody may be looking at it: what is shown there counts for nobody as told."""
HEARD_MAX = 20_000


class Peer(Protocol):
    """Another phone of the same person."""

    @property
    def name(self) -> str:
        """`platform:chat`."""
        ...

    @property
    def takes_news(self) -> bool:
        """Whether it took the last message that it was given, or was given none."""
        ...


class Turn(Enum):
    """What becomes of a message that is off here."""

    KEPT = "kept"  # the other phone has it, or nobody is to be told at all
    WAITS = "waits"  # for the other phone
    HERE = "here"  # the other phone does not take it
    ALONE = "alone"  # there is no other phone that would ring


class Heard:
    """Which phone has told of which event, lately. What an earlier life told is asked of the store."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._told: OrderedDict[tuple[str, StreamId, int], None] = OrderedDict()

    def note(self, name: str, members: Sequence[StoredEvent]) -> None:
        """This phone has told of these."""
        for one in members:
            self._told[name, one.stream, one.seq] = None
        while len(self._told) > HEARD_MAX:
            self._told.popitem(last=False)

    def by(self, names: Sequence[str], members: Sequence[StoredEvent]) -> bool:
        """Whether one of these phones has told of all of them in this life."""
        return any(all((name, one.stream, one.seq) in self._told for one in members) for name in names)

    async def before(self, names: Sequence[str], members: Sequence[StoredEvent]) -> bool:
        """The same, in any life."""
        for name in names:
            keys = [(one.stream, one.seq) for one in members]
            try:
                if await self._deliveries.are_told(name, keys):
                    return True
            except JournalUnavailable:
                return False
        return False


class Standby:
    """The messages of one phone that wait for another.

    Args:
        wait_s: how long the other phone has.
        peers: the person's phones, by the name of this one.
    """

    def __init__(
        self,
        name: str,
        heard: Heard,
        clock: Clock,
        wait_s: float,
        peers: Callable[[str], Sequence[Peer]],
    ) -> None:
        self._name = name
        self._heard = heard
        self._clock = clock
        self._wait_s = wait_s
        self._peers = peers
        self._until_s: dict[object, float] = {}

    def until_s(self, key: object) -> float:
        """Until when a message waits (`Clock.elapsed_s`)."""
        return self._until_s[key]

    async def turn(self, key: object, made: Alert, members: Sequence[StoredEvent], hearing: Hearing) -> Turn:
        """Whose turn it is to tell a message that is off on this phone."""
        if not must_be_heard(made) or hearing.is_muted(made.topic, made.reason):
            return Turn.KEPT
        ringing = [one for one in self._peers(self._name) if _rings(one, made, hearing)]
        if not ringing:
            return self._over(key, Turn.ALONE)
        names = [one.name for one in ringing]
        if self._heard.by(names, members):
            return self._over(key, Turn.KEPT)
        now_s = self._clock.elapsed_s()
        if key not in self._until_s:
            if await self._heard.before(names, members):
                return Turn.KEPT
            self._until_s[key] = now_s + self._wait_s
        if now_s < self._until_s[key] and any(one.takes_news for one in ringing):
            return Turn.WAITS
        return self._over(key, Turn.HERE)

    def _over(self, key: object, turn: Turn) -> Turn:
        if turn is Turn.KEPT:
            self._until_s.pop(key, None)
        return turn

    def told(self, key: object) -> None:
        """The message is out: forget it."""
        self._until_s.pop(key, None)


def must_be_heard(made: Alert) -> bool:
    """Whether a person must hear of it on one phone at least."""
    return made.urgency is Urgency.URGENT or made.topic in ALWAYS


def _rings(peer: Peer, made: Alert, hearing: Hearing) -> bool:
    platform = peer.name.partition(":")[0]
    if platform == TERMINAL:
        return False
    return hearing.choice(made.topic, made.reason, platform) is not Loudness.OFF
