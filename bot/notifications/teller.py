"""One chat's teller: merges what its person has to hear, and delivers it at least once, at its own pace.

Each chat has one, so that a chat that takes nothing holds up nobody else. What it has not told yet stands in
the rows of telling; this room only holds it in hand.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.hearing import Hearing, Loudness
from bot.conversation.messenger import Lane, Manner, MessageRef, Messenger, Undelivered
from bot.conversation.screen import Picture, Screen, line
from bot.conversation.wording import Wording
from bot.notifications.alerts import Alert
from bot.notifications.cards import Cards
from bot.notifications.handing import Came, Handing, rest
from bot.notifications.marking import Marks
from bot.notifications.policy import Policy, Urgency
from bot.notifications.scene import Scene, no_note
from bot.notifications.standby import Heard, Standby, Turn
from bot.notifications.waiting import Key, Waiting
from trading.delivery import Delivery, State
from trading.domain.book import Book
from trading.domain.ids import PersonId, StreamId
from trading.ports import Clock, JournalUnavailable, StoredEvent

JAM = 3
"""More messages than that are told in the order of their weight."""
LANES = {Urgency.URGENT: Lane.URGENT, Urgency.NORMAL: Lane.NORMAL, Urgency.QUIET: Lane.QUIET}


class Taste(Struct, frozen=True):
    """How a person reads, and what they want to hear."""

    wording: Wording = Wording()
    hearing: Hearing = Hearing()


@dataclass(frozen=True)
class Channel:
    """One chat of one person. `name` (`platform:chat`) is its name in the rows of telling: never change it.
    `edits`: a fill may take the place of the card that its press has left."""

    name: str
    messenger: Messenger
    chat: str
    person: PersonId
    taste: Callable[[], Awaitable[Taste]]
    edits: bool = False


Illustrate = Callable[[PersonId, Sequence[str], Wording], Awaitable[Picture | None]]
"""Draws the curve of an account for a person; None where there is nothing to draw."""


async def no_picture(person: PersonId, accounts: Sequence[str], wording: Wording) -> Picture | None:
    """For desks that draw nothing."""
    return None


@dataclass(frozen=True)
class Sources:
    """What every teller works with. `trouble` is told what goes wrong with a delivery, for the log; `gone`
    that nobody hears a chat any more. `heard`: what each phone was told of; `peers`: the other phones of a
    phone's person."""

    cards: Cards
    marks: Marks
    clock: Clock
    book: Callable[[], Book]
    policy: Policy
    trouble: Callable[[str], None]
    heard: Heard
    peers: Callable[[str], Sequence[Teller]]
    note: Callable[[str], str] = no_note
    gone: Callable[[str], None] = lambda name: None
    illustrate: Illustrate = no_picture


class Teller:
    """Tells one chat what its person needs to hear."""

    def __init__(self, channel: Channel, sources: Sources) -> None:
        self.channel = channel
        self._s = sources
        self._clock = sources.clock
        self._policy = sources.policy
        self._fresh: deque[tuple[StoredEvent, bool]] = deque()
        self._waiting = Waiting(sources.policy, sources.clock)
        self._announced: deque[Callable[[Wording], Screen]] = deque(maxlen=sources.policy.announcements_max)
        self._handing = Handing(sources.clock, sources.policy.retry_s, sources.trouble)
        self._standby = Standby(
            channel.name, sources.heard, sources.clock, sources.policy.standby_s, sources.peers
        )
        self._held: set[Key] = set()
        self._downs = 0
        self._is_gone = False
        self._woken = asyncio.Event()
        self._hurried = asyncio.Event()
        self._turn = asyncio.Lock()

    # ------------------------------------------------------------ what others call

    def take(self, stored: StoredEvent, is_repeat: bool) -> None:
        """This chat has to hear of an event."""
        self._fresh.append((stored, is_repeat))
        self._woken.set()

    def announce(self, made: Callable[[Wording], Screen]) -> None:
        """Tell something that cannot be in the journal (the disk is full): as soon as the chat takes it, and
        only while this process lives."""
        self._announced.append(made)
        self._woken.set()

    def revive(self, *, is_gone: bool = False) -> None:
        """Begin anew: somebody is there (or is known not to be), and no pause is waited out."""
        self._is_gone = is_gone
        self._downs = 0
        self._woken.set()
        self._hurried.set()
        self._hurried.clear()

    def reconsider(self) -> None:
        """The other phone was told, or cannot be: what waits for it is looked at again."""
        for key in self._held:
            self._waiting.hold(key, self._clock.elapsed_s())
        if self._held:
            self._woken.set()

    @property
    def name(self) -> str:
        """`platform:chat`."""
        return self.channel.name

    @property
    def takes_news(self) -> bool:
        """Whether it took the last message that it was given, or was given none."""
        return not self._downs and not self._is_gone

    @property
    def is_gone(self) -> bool:
        """Whether nobody hears this chat until it is opened again."""
        return self._is_gone

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self._fresh or self._waiting or self._announced)

    async def run(self) -> None:
        """Tell until nothing is left to tell."""
        while not self.is_idle:
            self._woken.clear()
            async with self._turn:
                pause_s = await self._round()
            if self._is_gone:
                return
            if not self.is_idle:
                # A chat that takes nothing is left alone for a while, however much happens meanwhile.
                await rest(self._clock, pause_s, self._hurried if self._downs else self._woken)

    async def flush(self) -> None:
        """Tell now what is there, once, without waiting for more: before the desk ends."""
        self._hurried.set()
        self._woken.set()
        try:
            async with self._turn:
                await self._round(everything=True)
        finally:
            self._hurried.clear()

    # ------------------------------------------------------------ one round

    async def _round(self, *, everything: bool = False) -> float | None:
        """Merge, deliver. Returns after how many seconds to look again; None: when woken."""
        if self._is_gone:
            return None
        try:
            taste = await self.channel.taste()
        except JournalUnavailable as problem:
            self._s.trouble(f"{self.channel.name}: {problem}")
            taste = Taste()
        scene = Scene(taste.wording, self._s.book(), self._s.note)
        self._sort_in(scene)
        came = await self._announce(taste)
        if came is Came.OUT:
            came = await self._tell(scene, taste, everything)
        if came is Came.OUT:
            self._downs = 0
            due_s = self._waiting.due_s
            return None if due_s is None else max(0.0, due_s - self._clock.elapsed_s())
        self._downs += 1
        if came is Came.GONE:
            self._is_gone = True
            self._s.gone(self.channel.name)
        if self._downs == 1:
            self._stir_peers()
        pause_s: float = self._policy.down_s * 2 ** min(self._downs - 1, 10)
        return min(pause_s, self._policy.down_max_s)

    def _sort_in(self, scene: Scene) -> None:
        done: list[Delivery] = []
        while self._fresh:
            stored, is_repeat = self._fresh.popleft()
            state = self._waiting.take(stored, scene, is_repeat=is_repeat)
            if state is not State.WAITING:
                done.append(self._row(stored.stream, stored.seq, state))
        if done:
            self._s.marks.put(done)

    async def _announce(self, taste: Taste) -> Came:
        while self._announced:
            screen = self._announced[0](taste.wording)
            came, _ = await self._deliver(screen, Manner(Lane.URGENT), taste)
            if came is not Came.OUT and came is not Came.MAYBE:
                return came
            self._announced.popleft()
        return Came.OUT

    async def _tell(self, scene: Scene, taste: Taste, everything: bool) -> Came:
        """Deliver what is ready: alarms, the digest, the rest."""
        ready, void = self._waiting.ready(
            scene,
            everything=everything,
            is_loud=lambda made: self._loudness(made, taste) is not Loudness.OFF,
            is_heard=self._is_heard,
        )
        if void:
            self._s.marks.put([self._row(one.stream, one.seq, State.VOID) for one in void])
        # A handful is told as it happened; where people would wait for an alarm, it goes first.
        is_jam = len(ready) > JAM or self._waiting.digest or self._downs
        urgent = [one for one in ready if is_jam and one[1].urgency is Urgency.URGENT]
        came = await self._tell_each(urgent, taste)
        if came is Came.OUT:
            # It tells of what is older than the rest.
            came = await self._tell_digest(scene, taste)
        if came is not Came.OUT:
            return came
        return await self._tell_each([one for one in ready if one not in urgent], taste)

    async def _tell_each(self, ready: Sequence[tuple[Key, Alert]], taste: Taste) -> Came:
        for key, made in ready:
            came = await self._tell_one(key, made, taste)
            if came is not Came.OUT:
                return came
        return Came.OUT

    async def _tell_one(self, key: Key, made: Alert, taste: Taste) -> Came:
        loudness = self._loudness(made, taste)
        lane = LANES[made.urgency]
        members = list(self._waiting.members(key))
        if loudness is Loudness.OFF:
            turn = await self._standby.turn(key, made, members, taste.hearing)
            if turn is Turn.WAITS:
                self._held.add(key)
                self._waiting.hold(key, self._standby.until_s(key))
                return Came.OUT
            if turn is Turn.KEPT:
                self._forget(key)
                self._s.marks.put([self._row(m.stream, m.seq, State.KEPT, made, lane) for m in members])
                return Came.OUT
            if turn is Turn.HERE:
                made = replace(made, screen=_instead(made.screen, taste.wording))
        made = await self._illustrated(made, taste)
        await self._s.marks.put([self._row(m.stream, m.seq, State.SENDING, made, lane) for m in members])
        is_silent = loudness is Loudness.SILENT
        manner = Manner(lane, is_silent=is_silent, is_repeat=self._waiting.is_repeat(key))
        ref = await self._replace_card(made)
        came = Came.OUT
        if ref is None:
            came, ref = await self._deliver(made.screen, manner, taste)
        if came is Came.MAYBE:
            self._waiting.may_have_arrived(key)
            return Came.DOWN
        if came is not Came.OUT:
            # Certainly not there: after a crash it is no repetition.
            if not manner.is_repeat:
                self._s.marks.put([self._row(m.stream, m.seq, State.WAITING, made, lane) for m in members])
            return came
        message = ref.message_id if ref is not None else ""
        members = self._forget(key)
        self._s.marks.put([self._row(m.stream, m.seq, State.TOLD, made, lane, message) for m in members])
        self._s.heard.note(self.name, members)
        self._stir_peers()
        return Came.OUT

    async def _illustrated(self, made: Alert, taste: Taste) -> Alert:
        """The message with its picture, where one belongs to it and can be drawn; words alone are enough."""
        if not made.curve_of:
            return made
        try:
            picture = await self._s.illustrate(self.channel.person, made.curve_of, taste.wording)
        except JournalUnavailable as problem:
            self._s.trouble(f"{self.channel.name}: {problem}")
            return made
        return made if picture is None else replace(made, screen=made.screen.with_picture(picture))

    def _loudness(self, made: Alert, taste: Taste) -> Loudness:
        if made.everywhere:
            return Loudness.ON
        now, zone, platform = self._clock.now(), taste.wording.zone, self.name.partition(":")[0]
        return taste.hearing.loudness(made.topic, made.urgency, made.reason, now, zone, platform)

    def _is_heard(self, members: list[StoredEvent]) -> bool:
        """Whether another phone has told of these."""
        return self._s.heard.by([one.name for one in self._s.peers(self.name)], members)

    def _forget(self, key: Key) -> list[StoredEvent]:
        self._held.discard(key)
        self._standby.told(key)
        return self._waiting.told(key)

    def _stir_peers(self) -> None:
        for peer in self._s.peers(self.name):
            peer.reconsider()

    async def _tell_digest(self, scene: Scene, taste: Taste) -> Came:
        digest = self._waiting.digest
        if not digest:
            return Came.OUT
        message = ""
        if digest.has_words:
            manner = Manner(Lane.QUIET, is_repeat=digest.is_repeat)
            came, ref = await self._deliver(digest.screen(scene), manner, taste)
            if came is Came.MAYBE:
                # It stands for many: better told twice than never.
                digest.is_repeat = True
                return Came.DOWN
            if came is not Came.OUT:
                return came
            message = ref.message_id if ref is not None else ""
        self._waiting.digest_told()
        rows = [self._row(stream, seq, State.COUNTED) for stream, seq in digest.counted]
        self._s.marks.put([replace(row, message=message, lane=Lane.QUIET) for row in rows])
        return Came.OUT

    def _row(
        self,
        stream: StreamId,
        seq: int,
        state: State,
        made: Alert | None = None,
        lane: Lane = Lane.NORMAL,
        message: str = "",
    ) -> Delivery:
        now = self._clock.now()
        return Delivery(
            self.channel.name,
            stream,
            seq,
            self.channel.person,
            now,
            made.topic.value if made is not None else "",
            lane,
            state,
            now if state in (State.TOLD, State.COUNTED) else None,
            message,
        )

    # ------------------------------------------------------------ delivery

    async def _replace_card(self, made: Alert) -> MessageRef | None:
        """A fill that comes while its author still looks at the card takes the card's place."""
        if not self.channel.edits or made.order is None:
            return None
        order = self._s.book().order(made.order)
        is_ours = order is not None and self._is_press_of_ours(order.command_id or "")
        card = await self._s.cards.of(self.channel.name, made.order, waits=is_ours)
        if card is None or self._clock.now() - card.at > timedelta(seconds=self._policy.card_s):
            return None
        platform, _, chat = self.channel.name.partition(":")
        ref = MessageRef(platform, chat, card.message)
        try:
            await self.channel.messenger.edit(ref, made.screen, Manner(Lane.ANSWER))
        except Undelivered:
            return None
        return ref

    def _is_press_of_ours(self, command_id: str) -> bool:
        """Whether a command may come from a press or a line in this very chat."""
        return ":" not in command_id or command_id.startswith(f"{self.channel.name}:")

    async def _deliver(self, screen: Screen, manner: Manner, taste: Taste) -> tuple[Came, MessageRef | None]:
        return await self._handing.deliver(self.channel, screen, manner, taste.wording, self._hurried)


def _instead(screen: Screen, wording: Wording) -> Screen:
    """The message where another phone should have told it."""
    return replace(screen, blocks=(line(wording.say("alert.instead")), *screen.blocks))
