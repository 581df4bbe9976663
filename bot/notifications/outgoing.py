"""What waits to go out and what may go now: order inside each chat's lane, turns between chats and lanes.

Pure: every method is told the instant; courier.py does what it says. Every collection here has a bound.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

from bot.conversation.messenger import Lane
from bot.notifications.budget import Meter, Quickest, Rules, Turns

_SWEEP_FROM = 1_024
_LOOSE_MAX = 128


@dataclass(slots=True, eq=False)
class Parcel:
    """One message on its way. `key`: what it edits, so that a newer edit can take its place; `pieces`: how
    many messages the platform makes of it; `ticket`: its number, older ones have smaller numbers; `request`:
    the number of its present request."""

    chat: str
    lane: Lane
    deadline_s: float
    pieces: int = 1
    key: Hashable = None
    ticket: int = 0
    request: int = 0
    began_s: float = 0.0


P = TypeVar("P", bound=Parcel)


class _Chat(Generic[P]):
    """One chat: what waits in each lane, which lanes have a request under way, until when it rests."""

    def __init__(self, name: str, meter: Meter, turns: Turns) -> None:
        self.name = name
        self.meter = meter
        self.turns = turns
        self.lanes: tuple[deque[P], ...] = tuple(deque() for _ in Lane)
        self.busy: set[Lane] = set()
        self.waiting = 0
        self.paused_until = -inf
        self.filed = 0
        self.ready: Lane | None = None

    def open_lanes(self) -> list[Lane]:
        """Lanes whose next message waits only for its time."""
        return [lane for lane in Lane if self.lanes[lane] and lane not in self.busy]

    def free_at(self, lane: Lane, now: float) -> float:
        """When the next message of this lane may go."""
        return max(self.paused_until, self.meter.free_at(lane, self.lanes[lane][0].pieces, now))


class Outgoing(Generic[P]):
    """Parcels in, parcels out at the instant at which each may go."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._quickest = Quickest(rules.warm_up)
        self._meter = Meter(rules.bot, self._quickest, rules.late_s)
        self._turns = Turns(rules.shares)
        self._chats: dict[str, _Chat[P]] = {}
        self._sweep_at = _SWEEP_FROM
        # Every lane's waiting parcels by ticket, oldest first.
        self._lanes: tuple[dict[int, P], ...] = tuple({} for _ in Lane)
        self._ready: tuple[deque[tuple[_Chat[P], int]], ...] = tuple(deque() for _ in Lane)
        self._resting: list[tuple[float, int, _Chat[P], int]] = []
        self._deadlines: list[tuple[float, int, P]] = []
        self._edits: dict[Hashable, P] = {}
        self._paused_until = -inf
        self._flying = 0
        self._tickets = 0

    # ------------------------------------------------------------ in

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(lane) for lane in self._lanes)

    def everything(self) -> list[P]:
        """Whatever waits."""
        return [parcel for lane in self._lanes for parcel in lane.values()]

    def edit_of(self, key: Hashable) -> P | None:
        """The waiting edit of this message."""
        return self._edits.get(key)

    def put(self, parcel: P, now: float) -> P | None:
        """Take a parcel in. Returns the one that found no room: the newest of the lowest lane, which may be
        this one; None when there was room."""
        chat = self._chat(parcel.chat, now)
        victim: P | None = None
        if chat.waiting >= self._rules.chat_waiting_max:
            lowest = max(lane for lane in Lane if chat.lanes[lane])
            victim = chat.lanes[lowest][-1]
        elif self.waiting >= self._rules.waiting_max:
            lowest = max(lane for lane in Lane if self._lanes[lane])
            victim = next(reversed(self._lanes[lowest].values()))
        if victim is not None:
            if victim.lane <= parcel.lane:
                return parcel
            self.withdraw(victim, now)
        self._tickets += 1
        parcel.ticket = self._tickets
        heapq.heappush(self._deadlines, (parcel.deadline_s, parcel.ticket, parcel))
        self._enter(chat, parcel, now, is_first=False)
        return victim

    def again(self, parcel: P, now: float) -> None:
        """Put a parcel that certainly did not arrive back at the head of its lane."""
        self._enter(self._chat(parcel.chat, now), parcel, now, is_first=True)
        heapq.heappush(self._deadlines, (parcel.deadline_s, parcel.ticket, parcel))

    def is_waiting(self, parcel: P) -> bool:
        """Whether it waits for its turn."""
        return self._lanes[parcel.lane].get(parcel.ticket) is parcel

    def withdraw(self, parcel: P, now: float) -> bool:
        """Take a waiting parcel out; False when it does not wait."""
        if not self.is_waiting(parcel):
            return False
        chat = self._chats[parcel.chat]
        chat.lanes[parcel.lane].remove(parcel)
        self._leave(chat, parcel)
        if chat.ready is not None and not chat.lanes[chat.ready]:
            self._file(chat, now)
        return True

    def move(self, old: str, new: str, now: float) -> None:
        """Everything that waits for `old` waits for `new` instead, in the same order."""
        chat = self._chats.get(old)
        if chat is None or old == new:
            return
        parcels = sorted((one for lane in chat.lanes for one in lane), key=lambda one: one.ticket)
        for parcel in parcels:
            self.withdraw(parcel, now)
            parcel.chat = new
            self._enter(self._chat(new, now), parcel, now, is_first=False)

    def expired(self, now: float) -> list[P]:
        """Take out whatever has waited too long."""
        found = []
        while self._deadlines and self._deadlines[0][0] <= now:
            parcel = heapq.heappop(self._deadlines)[2]
            # A deadline may have been put off since.
            if parcel.deadline_s > now:
                if self.is_waiting(parcel):
                    heapq.heappush(self._deadlines, (parcel.deadline_s, parcel.ticket, parcel))
            elif self.withdraw(parcel, now):
                found.append(parcel)
        return found

    # ------------------------------------------------------------ out

    def pick(self, now: float) -> P | None:
        """The parcel that goes now, its request begun; None when none may."""
        self._rouse(now)
        if self._paused_until > now:
            return None
        lanes = []
        for lane in Lane:
            chat = self._first(lane)
            if chat is not None and self._free_at(chat, lane, now) <= now:
                lanes.append(lane)
        if not lanes:
            return None
        lane = self._turns.choose(lanes)
        chat = self._ready[lane].popleft()[0]
        parcel = chat.lanes[lane].popleft()
        self._leave(chat, parcel)
        self._turns.spend(lane)
        chat.turns.spend(lane)
        chat.busy.add(lane)
        self._flying += 1
        parcel.began_s = now
        self._tickets += 1
        parcel.request = self._tickets
        self._meter.take(parcel.request, lane, parcel.pieces, now)
        chat.meter.take(parcel.request, lane, parcel.pieces, now)
        self._file(chat, now)
        return parcel

    def over(self, parcel: P, now: float) -> None:
        """Its request has an answer, or was given up."""
        chat = self._chats[parcel.chat]
        self._quickest.note(now - parcel.began_s)
        self._meter.over(parcel.request, now)
        chat.meter.over(parcel.request, now)
        self._flying -= 1
        chat.busy.discard(parcel.lane)
        # A chat that is in line keeps its place, unless something more urgent was held up.
        if chat.ready is None or parcel.lane < chat.ready:
            self._file(chat, now)

    def pause(self, chat: str | None, until: float, now: float) -> None:
        """The platform wants a pause, in one chat or (None) everywhere."""
        if chat is None:
            self._paused_until = max(self._paused_until, until)
        else:
            found = self._chat(chat, now)
            found.paused_until = max(found.paused_until, until)
            self._file(found, now)

    def paused_until(self, chat: str) -> float:
        """Until when the platform wants nothing in this chat."""
        found = self._chats.get(chat)
        return max(self._paused_until, found.paused_until if found is not None else -inf)

    def next_at(self, now: float) -> float:
        """When to look again if nothing else happens; infinity: never."""
        self._rouse(now)
        while self._deadlines and not self.is_waiting(self._deadlines[0][2]):
            heapq.heappop(self._deadlines)
        found = self._deadlines[0][0] if self._deadlines else inf
        if self._resting:
            found = min(found, self._resting[0][0])
        for lane in Lane:
            chat = self._first(lane)
            if chat is not None:
                found = min(found, max(self._paused_until, self._free_at(chat, lane, now)))
        return found

    # ------------------------------------------------------------ inside

    def _chat(self, name: str, now: float) -> _Chat[P]:
        self._tidy()
        chat = self._chats.get(name)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._sweep(now)
            meter = Meter(self._rules.of_chat(name), self._quickest, self._rules.late_s)
            chat = self._chats[name] = _Chat(name, meter, Turns(self._rules.shares))
        return chat

    def _sweep(self, now: float) -> None:
        """Forget chats of which nothing counts any more."""
        for name, chat in list(self._chats.items()):
            is_idle = not chat.waiting and not chat.busy and chat.paused_until <= now
            if is_idle and chat.meter.is_empty(now):
                del self._chats[name]
        self._sweep_at = max(_SWEEP_FROM, 2 * len(self._chats))

    def _enter(self, chat: _Chat[P], parcel: P, now: float, *, is_first: bool) -> None:
        lane = parcel.lane
        own = chat.lanes[lane]
        is_new = not own
        if is_new:
            chat.turns.wake(lane)
        if not self._lanes[lane]:
            self._turns.wake(lane)
        if is_first:
            own.appendleft(parcel)
        else:
            own.append(parcel)
        self._lanes[lane][parcel.ticket] = parcel
        chat.waiting += 1
        if parcel.key is not None:
            self._edits[parcel.key] = parcel
        # A chat that is in line keeps its place, unless it now has something more urgent.
        if is_new and (chat.ready is None or lane < chat.ready):
            self._file(chat, now)

    def _leave(self, chat: _Chat[P], parcel: P) -> None:
        chat.waiting -= 1
        del self._lanes[parcel.lane][parcel.ticket]
        if parcel.key is not None and self._edits.get(parcel.key) is parcel:
            del self._edits[parcel.key]

    def _file(self, chat: _Chat[P], now: float) -> None:
        """Put a chat where it belongs: in line for a lane, or to rest until one of its lanes is free."""
        chat.filed += 1
        chat.ready = None
        lanes = chat.open_lanes()
        if not lanes:
            return
        free = [chat.free_at(lane, now) for lane in lanes]
        ready = [lane for lane, at in zip(lanes, free, strict=True) if at <= now]
        if ready:
            chat.ready = chat.turns.choose(ready)
            self._ready[chat.ready].append((chat, chat.filed))
        else:
            self._tickets += 1
            heapq.heappush(self._resting, (min(free), self._tickets, chat, chat.filed))

    def _rouse(self, now: float) -> None:
        resting = self._resting
        while resting and (resting[0][0] <= now or resting[0][2].filed != resting[0][3]):
            _, _, chat, filed = heapq.heappop(resting)
            if chat.filed == filed:
                self._file(chat, now)

    def _first(self, lane: Lane) -> _Chat[P] | None:
        """The chat that is first in line."""
        ring = self._ready[lane]
        while ring and ring[0][0].filed != ring[0][1]:
            ring.popleft()
        return ring[0][0] if ring else None

    def _free_at(self, chat: _Chat[P], lane: Lane, now: float) -> float:
        """When the whole bot may send this chat's next message of this lane."""
        spare = self._rules.flying_spare if lane <= Lane.URGENT else 0
        if self._flying >= self._rules.flying_max + spare:
            return inf
        return self._meter.free_at(lane, chat.lanes[lane][0].pieces, now)

    def _tidy(self) -> None:
        """What was put in line or to rest more than once lies about until its turn comes: not too much."""
        most = _LOOSE_MAX + 2 * len(self._chats)
        if len(self._resting) > most:
            self._resting = [one for one in self._resting if one[2].filed == one[3]]
            heapq.heapify(self._resting)
        for ring in self._ready:
            if len(ring) > most:
                kept = [one for one in ring if one[0].filed == one[1]]
                ring.clear()
                ring.extend(kept)
        if len(self._deadlines) > _LOOSE_MAX + 2 * self.waiting:
            self._deadlines = [one for one in self._deadlines if self.is_waiting(one[2])]
            heapq.heapify(self._deadlines)
