"""Boards: messages at the top of chats that edit themselves when what they show has changed, and only then.

What a board shows: board_views.py; what becomes of one: board_life.py; how fast a chat may be told at all:
the courier behind the messenger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.conversation.boarding import Placed, chat_of, place, topic_of
from bot.conversation.messenger import BoardMessenger
from bot.conversation.wording import Wording
from bot.notifications.board_kinds import KINDS
from bot.notifications.board_life import PACE, Around, Life, Pace
from bot.notifications.board_views import FEED, Prices
from bot.notifications.trouble import Feed
from trading.boards import Board, BoardStore
from trading.domain.book import Book
from trading.domain.ids import DESK, AccountId, PersonId
from trading.ports import Clock, StoredEvent
from trading.telemetry import MUTE, Telemetry


async def nothing_watched(person: PersonId) -> tuple[str, ...]:
    """For desks whose people keep no watchlist."""
    return ()


async def nothing_past() -> Sequence[StoredEvent]:
    """For desks without a ledger."""
    return ()


async def everything_readable(channel: str) -> bool:
    """For desks whose groups see what their people see."""
    return True


class Boards:
    """All boards of this desk (`bot.conversation.boarding.Boards`).

    Args:
        messengers: by platform; a platform that is not among them keeps no boards. May grow later.
        prices: what must be said of a price (the market).
        wording: how a person reads.
        is_group: whether others read along in a chat (`platform:chat`).
        readable: whether a group may see anything of accounts; asked of groups only.
    """

    def __init__(
        self,
        store: BoardStore,
        messengers: Mapping[str, BoardMessenger],
        clock: Clock,
        book: Callable[[], Book],
        prices: Prices,
        wording: Callable[[PersonId], Awaitable[Wording]],
        *,
        is_group: Callable[[str], bool],
        readable: Callable[[str], Awaitable[bool]] = everything_readable,
        pace: Pace = PACE,
        telemetry: Telemetry = MUTE,
    ) -> None:
        self.past: Callable[[], Awaitable[Sequence[StoredEvent]]] = nothing_past
        """What was committed lately on all accounts, in its order; whoever builds the desk sets it."""
        self._feed = Feed()
        self.watchlist: Callable[[PersonId], Awaitable[tuple[str, ...]]] = nothing_watched
        """The symbols that a person keeps an eye on; whoever builds the desk sets it."""
        self._store = store
        self._messengers = messengers
        self._clock = clock
        self._book = book
        self._is_group = is_group
        self._pace = pace
        flying = asyncio.Semaphore(pace.flying_max)
        self._around = Around(
            store,
            messengers,
            clock,
            book,
            prices,
            wording,
            readable,
            self._watched,
            pace,
            telemetry,
            flying,
            self._feed,
        )
        self._lives: dict[tuple[str, str], Life] = {}
        self._people: dict[PersonId, set[tuple[str, str]]] = {}
        self._stirred: set[tuple[str, str]] = set()
        self._woken = asyncio.Event()
        self._farewells: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------ what the desk calls

    async def load(self) -> None:
        """Read what stands where; once, before `run`. Raises JournalUnavailable."""
        for board in await self._store.boards():
            if board.kind in KINDS and board.channel.partition(":")[0] in self._messengers:
                self._begin(board)
        if any(kind == FEED for _, kind in self._lives):
            self._feed.begin(await self.past())

    def wake(self, stored: Sequence[StoredEvent]) -> None:
        """These were committed (a listener of `engine.committed`). Without boards it costs nothing."""
        if not self._lives:
            return
        if self._feed.note(stored):
            self._stirred.update(key for key in self._lives if key[1] == FEED)
        if any(one.stream == DESK for one in stored):
            self._stirred.update(self._lives)
        else:
            accounts = self._book().accounts
            for name in {one.event.account for one in stored}:
                account = accounts.get(AccountId(name))
                if account is not None:
                    for person in (account.owner, *(one.person for one in account.members)):
                        self._stirred |= self._people.get(person, set())
        if self._stirred:
            self._woken.set()

    def heard(self, platform: str, chat: str) -> None:
        """Somebody wrote in this chat: a board that nobody heard any more is tried again."""
        for life in self._of_chat(f"{platform}:{chat}"):
            if life.is_dead:
                life.is_dead = False
                self._stir(life)

    def forget_taste(self, person: PersonId | None = None) -> None:
        """A person (None: anybody) reads differently from now on, or a group may see something else."""
        for life in self._lives.values():
            if person in (None, life.board.person):
                life.forget_taste()
                self._stir(life)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A chat has another id, and its old messages cannot be reached there. Raises JournalUnavailable.

        May be called from inside a board's own edit (by the courier): it waits for no board.
        """
        for life in self._of_chat(f"{platform}:{old}"):
            before = life.board
            self._remove(life)
            try:
                await life.move(place(f"{platform}:{new}", topic_of(before.channel)))
                await self._store.drop_board(before.channel, before.kind)
            finally:
                self._add(life)
                self._stir(life)

    async def run(self) -> None:
        """Keep all boards up to date, for ever. While there are none, it sleeps."""
        round_at = 0.0
        while True:
            self._woken.clear()
            now = self._clock.elapsed_s()
            keys, self._stirred = list(self._stirred), set()
            if now >= round_at:
                keys, round_at = list(self._lives), now + self._pace.look_s
            for number, key in enumerate(keys, 1):
                life = self._lives.get(key)
                if life is not None:
                    life.look()
                if number % self._pace.slice == 0:
                    await self._clock.sleep_s(0)
            await self._rest(round_at)

    async def close(self) -> None:
        """Let go; what stands in the chats stays there."""
        tasks = [life.task for life in self._lives.values() if life.task is not None]
        tasks += self._farewells
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------ what /board calls

    def kinds(self) -> Sequence[str]:
        """Which kinds there are, the usual one first."""
        return tuple(KINDS)

    def standing(self, platform: str, chat: str) -> Sequence[Board]:
        """What stands in a chat."""
        return [life.board for life in self._in(f"{platform}:{chat}")]

    async def put_up(self, platform: str, chat: str, kind: str, person: PersonId) -> Placed:
        """Have a board of this person's accounts in this chat. Raises JournalUnavailable."""
        if platform not in self._messengers or kind not in KINDS:
            return Placed.NO_PLACE
        channel = f"{platform}:{chat}"
        life = self._lives.get((channel, kind))
        if life is None:
            if len(self._lives) >= self._pace.boards_max:
                return Placed.FULL
            board = Board(channel, kind, person, self._clock.now())
            await self._store.put_board(board)
            if kind == FEED:
                self._feed.begin(await self.past())
            self._stir(self._begin(board))
            return Placed.NEW
        if life.board.person != person:
            return Placed.TAKEN
        # Whoever asks for it again wants to see it.
        life.show_again()
        self._stir(life)
        return Placed.AGAIN

    async def take_down(self, platform: str, chat: str, kind: str) -> bool:
        """Have it no more. Raises JournalUnavailable."""
        channel = f"{platform}:{chat}"
        if (channel, kind) not in self._lives:
            return False
        await self._store.drop_board(channel, kind)
        life = self._lives.get((channel, kind))
        if life is not None:
            self._remove(life)
            life.is_over = True
            task = asyncio.create_task(life.farewell(), name="board farewell")
            self._farewells.add(task)
            task.add_done_callback(self._farewells.discard)
        return True

    # ------------------------------------------------------------ inside

    async def _watched(self, person: PersonId) -> tuple[str, ...]:
        return await self.watchlist(person)

    def _begin(self, board: Board) -> Life:
        life = Life(self._around, board, is_group=self._is_group(board.channel))
        self._add(life)
        return life

    def _add(self, life: Life) -> None:
        self._lives[life.key] = life
        self._people.setdefault(life.board.person, set()).add(life.key)

    def _remove(self, life: Life) -> None:
        del self._lives[life.key]
        own = self._people[life.board.person]
        own.discard(life.key)
        if not own:
            del self._people[life.board.person]

    def _of_chat(self, channel: str) -> list[Life]:
        """Those in a chat and in all its topics."""
        return [life for (there, _), life in list(self._lives.items()) if chat_of(there) == channel]

    def _in(self, channel: str) -> list[Life]:
        return [life for kind in KINDS if (life := self._lives.get((channel, kind))) is not None]

    def _stir(self, life: Life) -> None:
        self._stirred.add(life.key)
        self._woken.set()

    async def _rest(self, round_at: float) -> None:
        """Until something was committed or asked for; with boards, until it is time to look at the prices."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._woken.wait())]
        if self._lives:
            pause_s = max(0.0, round_at - self._clock.elapsed_s())
            waits.append(asyncio.ensure_future(self._clock.sleep_s(pause_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
