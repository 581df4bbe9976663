"""One board's life: drawn when there may be news, edited when that is news, sent anew when it is gone.

Nothing here waits for another board. Which boards there are and when they are looked at: boards.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.boarding import chat_of, topic_of
from bot.conversation.messenger import (
    BoardMessenger,
    ChatGone,
    Lane,
    Manner,
    MaybeDelivered,
    MessageGone,
    MessageRef,
    NotShown,
    Refused,
    Undelivered,
)
from bot.conversation.screen import Block, Kind, Screen, dim, line, look, row
from bot.conversation.wording import Wording
from bot.notifications.board_kinds import KINDS
from bot.notifications.board_views import FEED, Prices, Seen, Sight, account_names, footer, seen
from bot.notifications.trouble import Feed
from trading.boards import Board, BoardStore
from trading.domain.book import Book
from trading.domain.ids import PersonId
from trading.ports import Clock, JournalUnavailable
from trading.telemetry import Telemetry

_WAYS = {
    "orders": ("board.orders", "orders"),
    "watchlist": ("watch.title", "watch"),
    "account": ("board.account", "balance"),
    FEED: ("view.status", "status"),
}
QUIETLY = Manner(lane=Lane.BOARD, is_silent=True)


class Pace(Struct, frozen=True):
    """How often, in seconds. `private_s`, `group_s`: the least time between two edits of one board (RULINGS
    13); `anew_s`: between two messages, when people delete it; `look_s`: between two looks at the prices;
    `taste_s`: how long it is remembered how a person reads and what a group may see; `retry_max_s`: the
    longest pause after failures. `boards_max`: so many boards are kept; `flying_max`: so many of them are
    drawn and on their way at once, so that what arrives was drawn a moment ago; `slice`: so many are looked
    at before others get their turn."""

    private_s: float = 5.0
    group_s: float = 10.0
    anew_s: float = 60.0
    look_s: float = 1.0
    taste_s: float = 60.0
    retry_max_s: float = 60.0
    boards_max: int = 10_000
    flying_max: int = 64
    slice: int = 10


PACE = Pace()


@dataclass(frozen=True)
class Around:
    """What all boards share; the names are explained at `Boards`."""

    store: BoardStore
    messengers: Mapping[str, BoardMessenger]
    clock: Clock
    book: Callable[[], Book]
    prices: Prices
    wording: Callable[[PersonId], Awaitable[Wording]]
    readable: Callable[[str], Awaitable[bool]]
    watchlist: Callable[[PersonId], Awaitable[tuple[str, ...]]]
    pace: Pace
    telemetry: Telemetry
    flying: asyncio.Semaphore
    feed: Feed


class Life:
    """A board while this process lives. Instants are on `Clock.elapsed_s`."""

    def __init__(self, around: Around, board: Board, *, is_group: bool) -> None:
        self.board = board
        self.is_dead = False
        self.is_over = False
        self.task: asyncio.Task[None] | None = None
        self._a = around
        self._is_group = is_group
        # What stands there, as far as is known.
        self._seen: Seen | None = None
        self._shown: tuple[Block, ...] | None = None
        self._next_at = 0.0  # the next edit
        self._anew_at = 0.0  # the next message
        self._wording = Wording()
        self._is_readable = True
        self._watchlist: tuple[str, ...] = ()
        self._taste_until = -inf
        self._failures = 0
        self._is_kept = True

    @property
    def key(self) -> tuple[str, str]:
        """Chat and kind."""
        return self.board.channel, self.board.kind

    # ------------------------------------------------------------ what the keeper calls

    def forget_taste(self) -> None:
        """The person reads differently from now on, or the group may see something else."""
        self._taste_until = -inf

    def show_again(self) -> None:
        """Shown and pinned once more, in its pace."""
        self.board = replace(self.board, is_pinned=False)
        self._shown = self._seen = None
        self.is_dead = False

    async def move(self, channel: str) -> None:
        """It stands in this chat from now on, as a message yet to be sent. Waits for no turn: it may be
        called from inside one. Raises JournalUnavailable."""
        self._anew_at = self._next_at = 0.0
        await self._keep(replace(self.board, channel=channel, message="", is_pinned=False))

    def look(self) -> None:
        """Have it drawn when it may be edited and there may be news."""
        now = self._a.clock.elapsed_s()
        if self.is_dead or self.task is not None or self._next_at > now:
            return
        is_settled = self.board.message and self.board.is_pinned and self._is_kept
        is_known = self._shown is not None and self._taste_until > now
        # When not one digit has moved there is nothing to draw.
        if is_settled and is_known and (not self._is_readable or seen(self._sight()) == self._seen):
            return
        self.task = asyncio.create_task(self._turn(), name=f"board {self.board.channel}")

    async def farewell(self) -> None:
        """Take the message away; where that is not possible, say on it that it is over."""
        if self.task is not None:
            await asyncio.wait((self.task,))
        if not self.board.message:
            return
        messenger = self._messenger()
        over = Screen((line(dim(self._wording.say("board.over"))),), kind=Kind.BOARD)
        try:
            try:
                await messenger.delete(self._ref())
            except NotShown:
                await messenger.edit(self._ref(), over, QUIETLY)
        except Undelivered as error:
            self._a.telemetry.log("info", "board_left_behind", error=str(error))

    # ------------------------------------------------------------ one turn

    async def _turn(self) -> None:
        """One try to make a board say what is true."""
        pace_s = self._a.pace.group_s if self._is_group else self._a.pace.private_s
        try:
            async with self._a.flying:
                await self._learn_taste()
                if await self._show():
                    self._next_at = max(self._next_at, self._a.clock.elapsed_s() + pace_s)
            self._failures = 0
        except ChatGone:
            # Nobody hears us there: not before somebody writes.
            self.is_dead = True
            self._a.telemetry.log("info", "board_dead", channel=self.board.channel)
        except (Undelivered, JournalUnavailable) as error:
            self._failures += 1
            pause_s = min(self._a.pace.retry_max_s, pace_s * 2 ** min(self._failures - 1, 10))
            self._next_at = max(self._next_at, self._a.clock.elapsed_s() + pause_s)
            self._a.telemetry.count("board_failed", kind=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one board must not end the others
            self._failures += 1
            self._next_at = self._a.clock.elapsed_s() + self._a.pace.retry_max_s
            self._a.telemetry.log("error", "board_broken", channel=self.board.channel, error=repr(error))
        finally:
            self.task = None

    async def _show(self) -> bool:
        """Whether the chat was told anything."""
        messenger = self._messenger()
        sight = self._sight()
        found = seen(sight)
        blocks = KINDS[self.board.kind](found) if self._is_readable else self._hidden()
        screen = self._screen(blocks, sight, found)
        has_told = False
        if self.board.message and blocks != self._shown:
            has_told = True
            await self._edit(messenger, screen)
        elif not self.board.message:
            has_told = True
            await self._send(messenger, screen)
        if not self.board.message:
            self._next_at = self._anew_at
            return has_told
        self._seen, self._shown = found, blocks
        if not self._is_kept:
            await self._keep(self.board)
        if not self.board.is_pinned:
            await self._pin(messenger)
        return has_told

    async def _edit(self, messenger: BoardMessenger, screen: Screen) -> None:
        self._shown = self._seen = None  # not known until the answer is there
        try:
            await messenger.edit(self._ref(), screen, QUIETLY)
        except MessageGone:
            # The person has deleted it: once more, but not sooner than in a minute.
            await self._keep(replace(self.board, message="", is_pinned=False))
        else:
            self._a.telemetry.count("board_edited")

    async def _send(self, messenger: BoardMessenger, screen: Screen) -> None:
        try:
            manner = replace(QUIETLY, thread=topic_of(self.board.channel))
            ref = await messenger.send(self._ref().chat, screen, manner)
        except MaybeDelivered:
            # It may stand there, and nobody can edit it: another one at the earliest in a minute.
            self._next_at = self._anew_at = self._a.clock.elapsed_s() + self._a.pace.anew_s
            raise
        self._anew_at = self._a.clock.elapsed_s() + self._a.pace.anew_s
        await self._keep(replace(self.board, message=ref.message_id, is_pinned=False))

    async def _pin(self, messenger: BoardMessenger) -> None:
        try:
            await messenger.pin(self._ref())
        except MessageGone:
            await self._keep(replace(self.board, message="", is_pinned=False))
            return
        except (NotShown, Refused):
            # It may not pin here: the board is kept up to date all the same.
            self._a.telemetry.log("info", "board_not_pinned", channel=self.board.channel)
        await self._keep(replace(self.board, is_pinned=True))

    async def _keep(self, board: Board) -> None:
        """Remember where it stands; a store that cannot write is tried again with the next turn."""
        self.board = board
        if self.is_over:
            return
        self._is_kept = False
        await self._a.store.put_board(board)
        self._is_kept = True

    async def _learn_taste(self) -> None:
        now = self._a.clock.elapsed_s()
        if self._taste_until > now:
            return
        self._wording = await self._a.wording(self.board.person)
        self._is_readable = not self._is_group or await self._a.readable(self.board.channel)
        if self.board.kind == "watchlist":
            self._watchlist = await self._a.watchlist(self.board.person)
        self._taste_until = now + self._a.pace.taste_s

    def _sight(self) -> Sight:
        book = self._a.book()
        names = account_names(book.accounts, self.board.person, self.board.kind)
        now, kind = self._a.clock.now(), self.board.kind
        troubles = self._a.feed.newest if kind == FEED else ()
        return Sight(self._wording, book, self._a.prices, names, now, kind, self._watchlist, troubles)

    def _screen(self, blocks: tuple[Block, ...], sight: Sight, found: Seen) -> Screen:
        if not self._is_readable:
            return Screen(blocks, kind=Kind.BOARD)
        screen = Screen((*blocks, footer(sight, found)), kind=Kind.BOARD)
        key, verb = _WAYS.get(self.board.kind, ("view.positions", "positions"))
        return screen.with_buttons(row(look(self._wording.say(key), verb)))

    def _hidden(self) -> tuple[Block, ...]:
        return (line(dim(self._wording.say("board.hidden"))),)

    def _ref(self) -> MessageRef:
        platform, _, chat = chat_of(self.board.channel).partition(":")
        return MessageRef(platform, chat, self.board.message)

    def _messenger(self) -> BoardMessenger:
        return self._a.messengers[self._ref().platform]
