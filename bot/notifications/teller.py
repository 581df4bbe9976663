"""One chat's teller: reads the journal from its own cursor and delivers, at least once, at its own pace.

Each chat has a teller with cursors of its own, so that a chat that takes nothing holds up nobody else.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.conversation.messenger import Messenger
from bot.conversation.screen import Kind, Screen, line
from bot.conversation.wording import Wording
from bot.notifications.policy import DEFAULT_POLICY, Policy, hears
from bot.notifications.scene import Scene, no_note
from bot.notifications.unread import Unread
from bot.notifications.waiting import Waiting
from trading.domain.book import Book
from trading.domain.ids import PersonId, StreamId
from trading.domain.order import OrderStatus
from trading.ports import Clock, Journal, JournalUnavailable, StoredEvent

Trouble = Callable[[str], None]
"""Told what went wrong with a delivery, for the log; never raises."""


def unheard(what: str) -> None:
    """For desks without a log."""


class Cursors(Protocol):
    """How far each reader has read each stream (in the registers)."""

    async def cursors(self, reader: str) -> Mapping[StreamId, int]:
        """How far `reader` has read each stream."""
        ...

    async def put_cursor(self, reader: str, stream: StreamId, seq: int) -> None:
        """`reader` is done with everything up to `seq`."""
        ...


@dataclass(frozen=True)
class Channel:
    """One chat of one person. `name` is the reader's name in the cursors: never change it."""

    name: str
    messenger: Messenger
    chat: str
    person: PersonId
    wording: Callable[[], Awaitable[Wording]]


@dataclass(frozen=True)
class Sources:
    """What every teller reads from."""

    journal: Journal
    cursors: Cursors
    clock: Clock
    book: Callable[[], Book]
    note: Callable[[str], str] = no_note
    policy: Policy = DEFAULT_POLICY
    trouble: Trouble = unheard


class Teller:
    """Tells one chat what its person needs to hear."""

    def __init__(self, channel: Channel, sources: Sources) -> None:
        self.channel = channel
        self._s = sources
        self._clock = sources.clock
        self._policy = sources.policy
        self._unread = Unread(sources.journal, {}, sources.policy.unread_max)
        self._waiting = Waiting(sources.policy, sources.clock)
        self._announced: deque[Callable[[Wording], Screen]] = deque(maxlen=sources.policy.announcements_max)
        self._kept: dict[StreamId, int] = {}
        self._kept_at_s = 0.0
        self._is_dirty = False
        self._is_open = False
        self._is_down = False
        self._woken = asyncio.Event()
        self._hurried = asyncio.Event()
        self._turn = asyncio.Lock()

    # ------------------------------------------------------------ what others call

    def wake(self, stored: Sequence[StoredEvent] = ()) -> None:
        """These were committed; without events: look again."""
        self._unread.push(stored)
        self._woken.set()

    def announce(self, made: Callable[[Wording], Screen]) -> None:
        """Tell something that is not in the journal (a feed is lost, the disk is full): as soon as the chat
        takes it, and only while this process lives."""
        self._announced.append(made)
        self._woken.set()

    async def run(self) -> None:
        """Tell for ever."""
        while True:
            self._woken.clear()
            async with self._turn:
                pause_s = await self._round()
            # A chat that takes nothing is left alone for a while, however much happens meanwhile.
            await self._rest(pause_s, self._hurried if self._is_down else self._woken)

    async def flush(self) -> None:
        """Tell now what is there, once, without waiting for more: before the desk ends."""
        self._hurried.set()
        self._woken.set()
        try:
            async with self._turn:
                await self._round(everything=True)
                await self._keep_cursors()
        finally:
            self._hurried.clear()

    async def skip(self) -> None:
        """Begin with what comes from now on."""
        async with self._turn:
            await self._open()
            await self._unread.skip()
            self._is_dirty = True
            await self._keep_cursors()

    # ------------------------------------------------------------ one round

    async def _round(self, *, everything: bool = False) -> float | None:
        """Read, merge, deliver. Returns after how many seconds to look again; None: when woken."""
        self._is_down = True
        try:
            await self._open()
            scene = Scene(Wording(), self._s.book(), self._s.note, self._waiting.doubted)
            async for stored in self._unread.events():
                if hears(self.channel.person, stored, scene.book):
                    self._waiting.take(stored, scene)
            # Most events are no news: how the person reads is looked up only when there is something to say.
            if not self._announced and not self._waiting:
                self._is_down = False
            else:
                wording = await self.channel.wording()
                scene = replace(scene, wording=wording)
                told = await self._announce(wording) and await self._tell(scene, everything)
                self._is_down = not told
        except JournalUnavailable as problem:
            # Reading heals with the store; what is not told yet is still behind the cursor.
            self._s.trouble(f"{self.channel.name}: {problem}")
        return self._policy.down_s if self._is_down else await self._until_next()

    async def _announce(self, wording: Wording) -> bool:
        while self._announced:
            if not await self._deliver(self._announced[0](wording)):
                return False
            self._announced.popleft()
        return True

    async def _open(self) -> None:
        if self._is_open:
            return
        self._kept = dict(await self._s.cursors.cursors(self.channel.name))
        self._unread.read.update(self._kept)
        book = self._s.book()
        for account in book.accounts.values():
            if account.owner == self.channel.person:
                orders = book.open_orders(account.account)
                self._waiting.doubted |= {o.order_id for o in orders if o.status is OrderStatus.IN_DOUBT}
        self._is_open = True

    async def _tell(self, scene: Scene, everything: bool) -> bool:
        """Deliver the digest and every message that is ready; False when the chat takes nothing."""
        ready = self._waiting.ready(scene, everything=everything)
        if self._waiting.digest:
            if not await self._deliver(self._waiting.digest.screen(scene)):
                return False
            self._waiting.digest_told()
            self._is_dirty = True
        for key, made in ready:
            if not await self._deliver(made.screen):
                return False
            self._waiting.told(key)
            self._is_dirty = True
        return True

    async def _until_next(self) -> float | None:
        now_s = self._clock.elapsed_s()
        lags = (seq - self._kept.get(stream, 0) for stream, seq in self._unread.read.items())
        self._is_dirty = self._is_dirty or sum(lags) >= self._policy.cursor_lag_max
        dues = [] if (due_s := self._waiting.due_s) is None else [due_s]
        if self._is_dirty:
            if now_s - self._kept_at_s >= self._policy.cursor_every_s:
                await self._keep_cursors()
            else:
                dues.append(self._kept_at_s + self._policy.cursor_every_s)
        return max(0.0, min(dues) - now_s) if dues else None

    async def _keep_cursors(self) -> None:
        """Note how far everything is told. A digest that is not out yet holds all of it back."""
        if not self._is_dirty or self._waiting.digest:
            return
        try:
            for stream, seq in sorted(self._waiting.safe(self._unread.read).items()):
                if seq > self._kept.get(stream, 0):
                    await self._s.cursors.put_cursor(self.channel.name, stream, seq)
                    self._kept[stream] = seq
        except JournalUnavailable as problem:
            # Told again after a restart, under the same codes.
            self._s.trouble(f"{self.channel.name}: {problem}")
        else:
            self._is_dirty = False
        self._kept_at_s = self._clock.elapsed_s()

    # ------------------------------------------------------------ delivery

    async def _deliver(self, screen: Screen) -> bool:
        """Send, with a bounded number of tries. A message that the chat will not take although it takes a
        plain line is told as that line; False when it takes nothing at all."""
        for pause_s in (*self._policy.retry_s, None):
            if await self._sent(screen):
                return True
            if self._hurried.is_set():
                return False
            if pause_s is not None:
                await self._rest(pause_s, self._hurried)
        wording = await self.channel.wording()
        plain = (line(wording.say("alert.plain")), line(screen.event_code))
        return await self._sent(Screen(plain, kind=Kind.ALERT, event_code=screen.event_code))

    async def _sent(self, screen: Screen) -> bool:
        try:
            await self.channel.messenger.send(self.channel.chat, screen)
        except Exception as error:  # noqa: BLE001 - whatever ails one platform must not reach the others
            self._s.trouble(f"{self.channel.name}: {type(error).__name__}: {error}")
            return False
        return True

    async def _rest(self, seconds: float | None, event: asyncio.Event) -> None:
        """Wait for the event, at most `seconds`."""
        if seconds is None:
            await event.wait()
            return
        timer = asyncio.ensure_future(self._clock.sleep_s(seconds))
        rung = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((timer, rung), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            rung.cancel()
