"""Messages in the making: news that merges with what may still come, or that may yet come to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation.wording import Wording
from bot.notifications.alerts import Alert, alert, group_of, is_settled, joins, same_as
from bot.notifications.digest import Digest
from bot.notifications.policy import Policy, Urgency
from bot.notifications.scene import Scene
from trading.delivery import State
from trading.domain import events as ev
from trading.domain.book import Book
from trading.domain.ids import OrderId
from trading.domain.moment import seconds_between
from trading.domain.order import OrderStatus
from trading.ports import Clock, StoredEvent

Key = tuple[str, str]

_ENDS_DOUBT = (
    ev.OrderAccepted,
    ev.OrderRejected,
    ev.OrderNotPlaced,
    ev.DoubtAnswered,
    ev.OrderFilled,
    ev.OrderCanceled,
    ev.OrderExpired,
)


class Doubted:
    """Which orders were in doubt when they were last told of: only their end is news."""

    WORDS = Wording()

    def __init__(self) -> None:
        self._orders: set[OrderId] = set()

    def begin(self, book: Book) -> None:
        """Those that are in doubt now."""
        for account in book.accounts:
            orders = book.open_orders(account)
            self._orders |= {o.order_id for o in orders if o.status is OrderStatus.IN_DOUBT}

    def note(self, stored: StoredEvent) -> None:
        """Take one event in."""
        event = stored.event
        if isinstance(event, ev.OrderInDoubt):
            self._orders.add(event.order_id)
        elif self._orders and isinstance(event, _ENDS_DOUBT) and not getattr(event, "is_there", False):
            self._orders.discard(event.order_id)

    def scene(self, book: Book) -> Scene:
        """What is needed to say whether an event is news."""
        return Scene(self.WORDS, book, doubted=self._orders)


@dataclass(slots=True)
class Group:
    """The events of one message, oldest first, and until when it waits for more (`Clock.elapsed_s`).
    `is_repeat`: an earlier attempt to tell may have arrived."""

    due_s: float
    members: list[StoredEvent] = field(default_factory=list)
    is_repeat: bool = False


class Waiting:
    """Takes news in, gives messages out. Knows no messenger and no journal."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self.digest = Digest()
        self._policy = policy
        self._clock = clock
        self._groups: dict[Key, Group] = {}
        self._names = 0
        self._is_flooded = False
        self._repeated: dict[str, float] = {}
        self._before: tuple[StoredEvent, Key] | None = None

    def __bool__(self) -> bool:
        return bool(self._groups or self.digest)

    def take(self, stored: StoredEvent, scene: Scene, *, is_repeat: bool = False) -> State:
        """Sort one piece of news in. WAITING: it is part of a message (or of the digest) from now on; KEPT:
        it only repeats what was told; VOID: it is over already."""
        before = self._before
        if before is not None and before[0].stream == stored.stream and joins(stored, before[0]):
            group = self._groups[before[1]]
            group.members.append(stored)
            group.is_repeat |= is_repeat
            self._before = (stored, before[1])
            return State.WAITING
        if self._repeats(same_as(stored, scene)):
            return State.KEPT
        now = self._clock.now()
        name = group_of(stored, scene)
        key = (str(stored.stream), name)
        is_full = key not in self._groups and len(self._groups) >= self._policy.waiting_max
        if isinstance(stored.event, ev.PositionUncovered):
            # A gap that is over is told by its end; one that lasts is an alarm however long ago it began.
            if is_settled(stored, scene):
                return State.VOID
        elif is_full or self._policy.is_old(stored.event.at, now):
            self._before = None
            self.digest.count(stored)
            return State.WAITING
        if not name:
            self._names += 1
            key = (str(stored.stream), f"alone:{self._names}")
        group = self._groups.setdefault(key, Group(self._due_s(stored)))
        group.members.append(stored)
        group.is_repeat |= is_repeat
        self._before = (stored, key)
        return State.WAITING

    def _due_s(self, stored: StoredEvent) -> float:
        age_s = max(0.0, float(seconds_between(stored.event.at, self._clock.now())))
        return self._clock.elapsed_s() + max(0.0, self._policy.hold_s(stored.event) - age_s)

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

    def hold(self, key: Key, until_s: float) -> None:
        """The message waits for something else until then, at most."""
        self._groups[key].due_s = until_s

    def ready(
        self,
        scene: Scene,
        *,
        everything: bool = False,
        is_loud: Callable[[Alert], bool] = lambda made: True,
        is_heard: Callable[[list[StoredEvent]], bool] = lambda members: False,
    ) -> tuple[list[tuple[Key, Alert]], list[StoredEvent]]:
        """The messages that wait for nothing any more, oldest first; and events that came to nothing. Too
        many messages become the digest.

        Messages stay here until `told` is called, so that nothing is lost when one cannot be delivered. With
        `everything`, merging ends now; what may come to nothing still waits for its time. Only what `is_loud`
        counts as many; an alarm that was `is_heard` elsewhere is one of the many.
        """
        now_s = self._clock.elapsed_s()
        found: list[tuple[Key, Alert]] = []
        void: list[StoredEvent] = []
        for key, group in list(self._groups.items()):
            first = group.members[0]
            ends = everything and not isinstance(first.event, ev.PositionUncovered)
            if not (ends or group.due_s <= now_s or is_settled(first, scene)):
                continue
            made = alert(group.members, scene)
            if made is None:
                void += self.told(key)
            else:
                found.append((key, made))
        loud = [one for one in found if is_loud(one[1])]
        if len(loud) <= self._policy.single_max and not self._is_flooded:
            return found, void
        # Until the digest is out, what comes joins it.
        self._is_flooded = True
        # Alarms are never merged; should there be too many even of those, the newest are told singly.
        alarms = [
            one
            for one in loud
            if one[1].urgency is Urgency.URGENT and not is_heard(self._groups[one[0]].members)
        ][-self._policy.single_max :]
        kept = {key for key, _ in alarms}
        for key, _ in loud:
            if key not in kept:
                for member in self.told(key):
                    self.digest.count(member)
        silent = [one for one in found if one not in loud]
        return alarms + silent, void

    def members(self, key: Key) -> list[StoredEvent]:
        """The events of one message."""
        return self._groups[key].members

    def is_repeat(self, key: Key) -> bool:
        """Whether an earlier attempt to tell this message may have arrived."""
        return self._groups[key].is_repeat

    def may_have_arrived(self, key: Key) -> None:
        """An attempt to tell it got no answer."""
        self._groups[key].is_repeat = True

    def told(self, key: Key) -> list[StoredEvent]:
        """The message is out: forget it. Returns its events."""
        group = self._groups.pop(key, None)
        if self._before is not None and self._before[1] == key:
            self._before = None
        return group.members if group is not None else []

    def digest_told(self) -> None:
        """The digest is out: begin a new one."""
        self.digest = Digest()
        self._is_flooded = False

    @property
    def due_s(self) -> float | None:
        """When the next message has waited long enough; None when none waits."""
        return min((group.due_s for group in self._groups.values()), default=None)
