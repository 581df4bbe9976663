"""Tells people what happened: one fan reads the journal for everybody, one teller a chat delivers.

At least once: a row of telling is written in the commit that moves the fan's cursor, and marked when the
message is out; each message carries the codes of its events, so that what is told twice is recognised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from bot.conversation.handling import PREFS, Prefs, prefs_from
from bot.conversation.hearing import hearing_from
from bot.conversation.messenger import PLAINLY, Manner, MessageRef, Messenger, Unreachable
from bot.conversation.screen import Picture, Screen
from bot.conversation.wording import Wording
from bot.notifications.cards import Cards
from bot.notifications.fan import Cursors, Fan, Trouble
from bot.notifications.marking import Marks
from bot.notifications.policy import DEFAULT_POLICY, Policy
from bot.notifications.scene import no_note
from bot.notifications.standby import Heard
from bot.notifications.teller import Channel, Illustrate, Sources, Taste, Teller, no_picture
from trading.delivery import Deliveries
from trading.domain.book import Book
from trading.domain.ids import PersonId
from trading.domain.rights import OPERATOR
from trading.ports import Clock, Journal, Registers, StoredEvent


def unheard(what: str) -> None:
    """For desks without a log."""


class Books(Cursors, Registers, Protocol):
    """The registers with their cursors."""


class Stores(Protocol):
    """The stores that telling reads and writes."""

    @property
    def journal(self) -> Journal:
        """What happened."""
        ...

    @property
    def registers(self) -> Books:
        """How far it was told, and how each person reads."""
        ...

    @property
    def deliveries(self) -> Deliveries:
        """Who was told what."""
        ...


class Notifier:
    """The fan and the tellers of all chats. `wake` is what `Engine.committed` takes.

    Args:
        book: the published book (`lambda: engine.book`).
        note: what screens must say about a symbol's price (`market.note`).
        defaults: how a person reads who has set nothing.
        trouble: told what goes wrong with a delivery, for the log; never raises.
    """

    def __init__(
        self,
        stores: Stores,
        clock: Clock,
        *,
        book: Callable[[], Book],
        note: Callable[[str], str] = no_note,
        defaults: Prefs = PREFS,
        policy: Policy = DEFAULT_POLICY,
        trouble: Trouble = unheard,
    ) -> None:
        self._registers = stores.registers
        self._defaults = defaults
        self._deliveries = stores.deliveries
        self._marks = Marks(stores.deliveries, trouble)
        self.illustrator: Illustrate = no_picture
        """Draws what goes with a message; whoever builds the desk sets it."""
        self._gone_listeners: list[Callable[[str], None]] = []
        self.cards = Cards(stores.deliveries, clock, trouble)
        """Where the cards of orders stand: platforms that edit tell it (`shown`)."""
        self._sources = Sources(
            self.cards,
            self._marks,
            clock,
            book,
            policy,
            trouble,
            Heard(stores.deliveries),
            self._peers,
            note,
            self._gone,
            self._illustrate,
        )
        self._channels: dict[str, Channel] = {}
        self._people: dict[PersonId, list[str]] = {}
        self._tellers: dict[str, Teller] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: asyncio.Future[None] | None = None
        self._fan = Fan(
            stores.journal,
            stores.registers,
            stores.deliveries,
            clock,
            book,
            policy,
            channels=lambda person: self._people.get(person, ()),
            people=lambda: self._people,
            told=self._told,
            trouble=trouble,
        )

    async def _illustrate(
        self, person: PersonId, accounts: Sequence[str], wording: Wording
    ) -> Picture | None:
        return await self.illustrator(person, accounts, wording)

    # ------------------------------------------------------------ chats

    def open(
        self,
        name: str,
        messenger: Messenger,
        chat: str,
        person: PersonId = OPERATOR,
        *,
        edits: bool = False,
        is_gone: bool = False,
    ) -> None:
        """From now on this chat is told what its person has to hear, first what it was not told yet.

        Args:
            name: `platform:chat`, the same for ever.
            edits: whether a fill may take the place of the card of its press.
            is_gone: nobody hears it now (the bot is blocked): its news waits until it is opened again.
        """
        self.close(name)

        async def taste() -> Taste:
            kept = await self._registers.settings(person)
            prefs = prefs_from(kept, self._defaults)
            return Taste(Wording(prefs.language, prefs.zone, prefs.number_format), hearing_from(kept))

        self._channels[name] = Channel(name, messenger, chat, person, taste, edits)
        self._people.setdefault(person, []).append(name)
        teller = self._teller(name)
        teller.channel = self._channels[name]
        teller.revive(is_gone=is_gone)
        self._start(name)

    def close(self, name: str) -> None:
        """This chat hears nothing new; what it was not told yet waits until it is opened again."""
        channel = self._channels.pop(name, None)
        if channel is not None:
            self._people[channel.person].remove(name)
            if not self._people[channel.person]:
                del self._people[channel.person]

    async def forget(self, name: str) -> None:
        """This chat is its person's no longer: what it was not told stands in the inbox alone from now on.
        Raises JournalUnavailable."""
        self.close(name)
        self._tellers.pop(name, None)
        task = self._tasks.get(name)
        if task is not None:
            await self._end([task])
        await self._marks.rest()
        await self._deliveries.keep(name)

    def is_back(self, platform: str) -> None:
        """A platform that was out of reach answers again: do not wait out the pause."""
        for name, teller in self._tellers.items():
            if name.startswith(f"{platform}:") and not teller.is_idle and not teller.is_gone:
                teller.revive()
                self._start(name)

    def listen_gone(self, listener: Callable[[str], None]) -> None:
        """Have `listener` hear the name of each channel that nobody hears any more."""
        self._gone_listeners.append(listener)

    def _gone(self, name: str) -> None:
        for listener in self._gone_listeners:
            listener(name)

    # ------------------------------------------------------------ what happens

    def wake(self, stored: Sequence[StoredEvent] = ()) -> None:
        """These were committed; without events: look again."""
        self._fan.wake(stored)

    def announce(self, made: Callable[[Wording], Screen]) -> None:
        """Tell everybody something that cannot be in the journal."""
        for name in list(self._channels):
            self._teller(name).announce(made)
            self._start(name)

    async def run(self) -> None:
        """Tell for ever; chats do not wait for each other."""
        self._failed = asyncio.get_running_loop().create_future()
        fan = asyncio.create_task(self._fan.run(), name="fan")
        for name in self._tellers:
            self._start(name)
        try:
            await asyncio.wait((fan, self._failed), return_when=asyncio.FIRST_COMPLETED)
            for ended in (fan, self._failed):
                if ended.done():
                    ended.result()
        finally:
            await self._end([fan, *self._tasks.values()])
            self._failed.cancel()
            self._failed = None

    async def flush(self) -> None:
        """Tell now what is there; what cannot be delivered is told after the next start."""
        await self._fan.round()
        names = [name for name, teller in self._tellers.items() if not teller.is_idle]
        await asyncio.gather(*(self._tellers[name].flush() for name in names if name in self._channels))
        await self._marks.rest()

    async def skip_to_now(self) -> None:
        """Tell only what comes from now on."""
        await self._fan.skip()

    @property
    def waiting(self) -> int:
        """How many chats have something to hear that is not out yet."""
        return sum(not teller.is_idle for teller in self._tellers.values())

    # ------------------------------------------------------------ inside

    def _told(self, name: str, stored: StoredEvent, is_repeat: bool) -> None:
        """A row is durable: its chat has to hear of the event."""
        self._teller(name).take(stored, is_repeat)
        self._start(name)

    def _peers(self, name: str) -> list[Teller]:
        """The other phones of a phone's person."""
        own = self._channels.get(name)
        names = self._people.get(own.person, []) if own is not None else []
        return [self._teller(other) for other in names if other != name]

    def _teller(self, name: str) -> Teller:
        teller = self._tellers.get(name)
        if teller is None:
            channel = self._channels.get(name) or Channel(name, _Nowhere(), "", OPERATOR, _tasteless)
            teller = self._tellers[name] = Teller(channel, self._sources)
        return teller

    def _start(self, name: str) -> None:
        """Let a chat's teller work, unless it does, or its chat is not open (yet)."""
        if self._failed is None or name not in self._channels:
            return
        task = self._tasks.get(name)
        if task is None or task.done():
            self._tasks[name] = asyncio.create_task(self._tellers[name].run(), name=f"teller:{name}")
            self._tasks[name].add_done_callback(lambda done: self._over(name, done))

    def _over(self, name: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)
        elif error is None and name in self._tellers:
            teller = self._tellers[name]
            if not teller.is_idle and not teller.is_gone:
                self._start(name)

    async def _end(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        ending = list(tasks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


async def _tasteless() -> Taste:
    return Taste()


class _Nowhere:
    """Stands in for a chat that is not open: its teller never starts."""

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """Nobody is there."""
        raise Unreachable

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Nobody is there."""
        raise Unreachable
