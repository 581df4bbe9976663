"""Messages in the making: news that merges with what may still come, or that may yet come to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.notifications.alerts import TABLE, Alert, alert, group_of, is_news, is_settled, joins, same_as
from bot.notifications.digest import Digest
from bot.notifications.policy import Policy, Urgency
from bot.notifications.scene import Scene
from trading.domain import events as ev
from trading.domain.ids import OrderId, StreamId
from trading.domain.moment import seconds_between
from trading.ports import Clock, StoredEvent

_ENDS_DOUBT = (
    ev.OrderAccepted,
    ev.OrderRejected,
    ev.OrderNotPlaced,
    ev.OrderFilled,
    ev.OrderCanceled,
    ev.OrderExpired,
)


@dataclass(slots=True)
class Group:
    """The events of one message, oldest first, and until when it waits for more (`Clock.elapsed_s`)."""

    due_s: float
    members: list[StoredEvent] = field(default_factory=list)


class Waiting:
    """Takes events in, gives messages out. Knows no messenger and no journal."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self.doubted: set[OrderId] = set()
        self.digest = Digest()
        self._policy = policy
        self._clock = clock
        self._groups: dict[tuple[str, str], Group] = {}
        self._names = 0
        self._repeated: dict[str, float] = {}
        self._before: tuple[StoredEvent, tuple[str, str]] | None = None

    def __bool__(self) -> bool:
        return bool(self._groups or self.digest)

    def take(self, stored: StoredEvent, scene: Scene) -> None:
        """Sort one event in: into a message, into the digest, or nowhere."""
        event = stored.event
        if TABLE[type(event)] is not None and is_news(stored, scene):
            self._take_news(stored, scene)
        if isinstance(event, ev.OrderInDoubt):
            self.doubted.add(event.order_id)
        elif self.doubted and isinstance(event, _ENDS_DOUBT):
            self.doubted.discard(event.order_id)

    def _take_news(self, stored: StoredEvent, scene: Scene) -> None:
        before = self._before
        if before is not None and before[0].stream == stored.stream and joins(stored, before[0]):
            self._groups[before[1]].members.append(stored)
            self._before = (stored, before[1])
            return
        if self._repeats(same_as(stored, scene)):
            return
        now = self._clock.now()
        name = group_of(stored, scene)
        key = (str(stored.stream), name)
        is_full = key not in self._groups and len(self._groups) >= self._policy.waiting_max
        if isinstance(stored.event, ev.PositionUncovered):
            # A gap that is over is told by its end; one that lasts is an alarm however long ago it began.
            if is_settled(stored, scene):
                return
        elif is_full or self._policy.is_old(stored.event.at, now):
            self.digest.count(stored)
            self._before = None
            return
        if not name:
            self._names += 1
            key = (str(stored.stream), f"alone:{self._names}")
        group = self._groups.get(key)
        if group is None:
            age_s = max(0.0, float(seconds_between(stored.event.at, now)))
            hold_s = self._policy.hold_s(stored.event) - age_s
            group = self._groups[key] = Group(self._clock.elapsed_s() + max(0.0, hold_s))
        group.members.append(stored)
        self._before = (stored, key)

    def _repeats(self, name: str) -> bool:
        """Whether the same was told a while ago."""
        if not name:
            return False
        now_s = self._clock.elapsed_s()
        told_s = self._repeated.get(name)
        if told_s is not None and now_s - told_s < self._policy.repeat_s:
            return True
        self._repeated.pop(name, None)
        self._repeated[name] = now_s
        if len(self._repeated) > self._policy.waiting_max:
            del self._repeated[next(iter(self._repeated))]
        return False

    def ready(self, scene: Scene, *, everything: bool = False) -> list[tuple[tuple[str, str], Alert]]:
        """The messages that wait for nothing any more, oldest first; too many become the digest.

        They stay here until `told` is called, so that nothing is lost when it cannot be delivered. With
        `everything`, merging ends now; what may come to nothing still waits for its time.
        """
        now_s = self._clock.elapsed_s()
        found: list[tuple[tuple[str, str], Alert]] = []
        for key, group in list(self._groups.items()):
            first = group.members[0]
            ends = everything and not isinstance(first.event, ev.PositionUncovered)
            if not (ends or group.due_s <= now_s or is_settled(first, scene)):
                continue
            made = alert(group.members, scene)
            if made is None:
                self.told(key)
            else:
                found.append((key, made))
        if len(found) <= self._policy.single_max:
            return found
        # Alarms are never merged; should there be too many even of those, the newest are told singly.
        alarms = [one for one in found if one[1].urgency is Urgency.URGENT][-self._policy.single_max :]
        kept = {key for key, _ in alarms}
        for key, _ in found:
            if key not in kept:
                for member in self._groups[key].members:
                    self.digest.count(member)
                self.told(key)
        return alarms

    def told(self, key: tuple[str, str]) -> None:
        """The message is out: forget it."""
        self._groups.pop(key, None)
        if self._before is not None and self._before[1] == key:
            self._before = None

    def digest_told(self) -> None:
        """The digest is out: begin a new one."""
        self.digest = Digest()

    @property
    def due_s(self) -> float | None:
        """When the next message has waited long enough; None when none waits."""
        return min((group.due_s for group in self._groups.values()), default=None)

    def safe(self, read: Mapping[StreamId, int]) -> dict[StreamId, int]:
        """How far everything is told: the cursor stands before the first event of what still waits."""
        found = dict(read)
        for group in self._groups.values():
            first = group.members[0]
            found[first.stream] = min(found.get(first.stream, first.seq), first.seq - 1)
        return found
