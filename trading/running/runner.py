"""Runs bots: shows them prices, bars and what became of their orders, and hands in their moves.

It keeps nothing that a crash could lose: state, orders and what a bot has not heard yet stand in the book,
and a move is written down whole or not at all (ADR 0028). It decides nothing: what a bot may, the desk says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from trading.automations import event as be
from trading.automations.machine import Machine
from trading.automations.state import BotState
from trading.domain.automation import Automation, BotStatus, HeardKind
from trading.domain.book import Account, Book
from trading.domain.commands import HaltState, TellBot
from trading.domain.decide.bot_move import order_waits
from trading.domain.halting import halt_sentence
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.market import Bar, Quote
from trading.domain.moment import seconds_between
from trading.domain.seen import Seen
from trading.ports import Clock, Denied, Desk
from trading.running.stepping import AGAINST, FRAME, Broken, acts_of, failure_of, machine_of, moved, state_of

PULSE_S: Final = 1.0
"""The longest pause between two looks at all bots."""
WAKE_S: Final = 5.0
"""How long a bot that sees no new price waits before it is told that time has passed."""
AT_ONCE: Final = 32
"""Bots that move side by side; the next ones wait until these are written down."""
IDLE_AT_ONCE: Final = 25
"""Accounts that are passed over in one step of the loop."""
BARS_WAITING_MAX: Final = 500
OTHER_WAIT_S: Final = 10.0
"""How long a bar waits for that of the same instant of the market with which its own is compared."""
DESK: Final = PersonId("desk")
STOPPED: Final = (HaltState.HALTED, HaltState.FLATTEN)


class _Running:
    """What is known of one bot beside the book: its decoded state, and what it has not been shown yet."""

    def __init__(self, bot: Automation) -> None:
        self.version = bot.version
        self.frame = bot.settings.get(FRAME, "")
        self.other = bot.settings.get(AGAINST, "")
        self.other_at: datetime | None = None
        self.held_back_s: float | None = None
        self.machine: Machine[Any] = machine_of(bot)
        self.state: BotState = state_of(bot)
        self.bars: list[Bar] = []
        self.quote: Quote | None = None
        self.shown_s = 0.0

    @property
    def lines(self) -> Sequence[tuple[str, str]]:
        """The frame and the symbols of the bars that it is shown."""
        symbols = (
            (self.state.instrument.symbol, self.other) if self.other else (self.state.instrument.symbol,)
        )
        return [(self.frame, symbol) for symbol in symbols]

    def ripe(self, elapsed_s: float) -> Sequence[Bar]:
        """The bars to be shown now. Where it compares two markets, the other's of an instant comes first: its
        own wait for that, but not for long."""
        if not self.other:
            bars, self.bars = self.bars, []
            return bars
        bars = sorted(self.bars, key=lambda bar: (bar.at, bar.symbol != self.other))
        others = [bar.at for bar in bars if bar.symbol == self.other]
        self.other_at = max([*others, *([self.other_at] if self.other_at else [])], default=None)
        shown = [
            bar
            for bar in bars
            if bar.symbol == self.other or (self.other_at is not None and bar.at <= self.other_at)
        ]
        held_back = [bar for bar in bars if bar not in shown]
        if held_back and self.held_back_s is None:
            self.held_back_s = elapsed_s
        if held_back and self.held_back_s is not None and elapsed_s - self.held_back_s >= OTHER_WAIT_S:
            shown, held_back = bars, []
        if not held_back:
            self.held_back_s = None
        self.bars = held_back
        return shown


class Runner:
    """All bots of a desk.

    Args:
        desk: takes their moves.
        book: the published book.
        stale_after_s: by symbol, how old a price may be to be believed (`MarketData.stale_after_s`).
        is_open: whether a symbol trades at an instant (`MarketData.is_open`).
        is_ready: whether an account's venue is there: before that nothing could leave.
        live_allowed: the operator's switch, as the desk's own gate knows it.
        follow: has the candles of a symbol in a frame (empty: its bars) told to `on_bar` from now on; cheap
            twice.
    """

    def __init__(
        self,
        desk: Desk,
        book: Callable[[], Book],
        clock: Clock,
        stale_after_s: Callable[[str], float],
        is_open: Callable[[str, datetime], bool],
        is_ready: Callable[[AccountId], bool],
        *,
        live_allowed: bool = False,
        follow: Callable[[str, str], None] = lambda symbol, frame: None,
    ) -> None:
        self._desk = desk
        self._book = book
        self._clock = clock
        self._stale_after_s = stale_after_s
        self._is_open = is_open
        self._is_ready = is_ready
        self._live_allowed = live_allowed
        self._follow = follow
        self._running: dict[str, _Running] = {}
        self._listening: dict[tuple[str, str], dict[str, _Running]] = {}
        """By frame and symbol: whoever is shown its bars."""
        self._news = asyncio.Event()

    # ------------------------------------------------------------ what wakes it

    def wake(self, *_: Any) -> None:
        """Something was written down, or a price has moved."""
        self._news.set()

    def on_bar(self, bar: Bar, frame: str = "") -> None:
        """A bar of the market has closed, or a candle of a frame."""
        for running in self._listening.get((frame, bar.symbol), {}).values():
            running.bars.append(bar)
            del running.bars[:-BARS_WAITING_MAX]
        self._news.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.pulse()
            self._news.clear()
            waiting = asyncio.ensure_future(self._news.wait())
            pause = asyncio.ensure_future(self._clock.sleep_s(PULSE_S))
            try:
                await asyncio.wait({waiting, pause}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()
                pause.cancel()

    async def pulse(self) -> None:
        """Look at every bot once; those that have something to do do it side by side."""
        known: set[str] = set()
        due: list[tuple[Account, Automation]] = []
        for number, name in enumerate(self._book().account_ids(), 1):
            due += self._due_on(name, known)
            # A slice at a time: whoever else sends orders waits for one, not for all bots of the desk.
            while len(due) >= AT_ONCE:
                await asyncio.gather(*(self._look(*one) for one in due[:AT_ONCE]))
                del due[:AT_ONCE]
            if number % IDLE_AT_ONCE == 0:
                await self._clock.sleep_s(0)
        if due:
            await asyncio.gather(*(self._look(*one) for one in due))
        for gone in set(self._running) - known:
            self._forget(gone)

    def _due_on(self, name: AccountId, known: set[str]) -> list[tuple[Account, Automation]]:
        """The bots of an account that have something to hear, to see or to end; all that work are `known`."""
        book = self._book()
        account = book.account(name)
        if account is None or not account.bots.every:
            return []
        works = [bot for bot in account.bots.every if bot.status is BotStatus.ACTIVE]
        known.update(bot.bot_id for bot in works)
        if not self._is_ready(name):
            return []
        elapsed_s, bound = self._clock.elapsed_s(), self._may_be_stopped(book, account)
        return [(account, bot) for bot in works if bound or self._has_news(book, bot, elapsed_s)]

    @staticmethod
    def _may_be_stopped(book: Book, account: Account) -> bool:
        """Whether anything stands that could end the bots of an account: then each is looked at."""
        desk = book.desk
        is_halted = desk.halt.state in STOPPED or account.halting.state in STOPPED
        return is_halted or account.lockout is not None or bool(desk.lockouts)

    def _has_news(self, book: Book, bot: Automation, elapsed_s: float) -> bool:
        """Whether a look at a bot could come to anything."""
        running = self._running.get(bot.bot_id)
        if running is None or running.version != bot.version or running.bars or bot.heard or bot.later:
            return True
        return book.marks.get(bot.symbol) is not running.quote or elapsed_s - running.shown_s >= WAKE_S

    # ------------------------------------------------------------ one bot

    async def _look(self, account: Account, bot: Automation) -> None:
        try:
            running = self._known(bot)
            if not await self._is_halted(account, bot):
                await self._move(account.account, bot, running)
        except Broken as broken:
            self._forget(bot.bot_id)
            await self._desk.submit(failure_of(account.account, bot, broken.code, str(broken)))

    def _known(self, bot: Automation) -> _Running:
        running = self._running.get(bot.bot_id)
        if running is None or running.version != bot.version:
            bars = running.bars if running is not None else []
            running = self._take_up(bot, bars)
            if running.frame:
                self._follow(bot.symbol, running.frame)
            if running.other:
                self._follow(running.other, running.frame)
        return running

    def _take_up(self, bot: Automation, bars: list[Bar]) -> _Running:
        """Know it by the book's state, with bars that it has not been shown."""
        self._forget(bot.bot_id)
        running = self._running[bot.bot_id] = _Running(bot)
        running.bars = bars
        for line in running.lines:
            self._listening.setdefault(line, {})[bot.bot_id] = running
        return running

    def _forget(self, bot_id: str) -> None:
        running = self._running.pop(bot_id, None)
        for line in running.lines if running is not None else ():
            listeners = self._listening.get(line, {})
            listeners.pop(bot_id, None)
            if not listeners:
                self._listening.pop(line, None)

    async def _is_halted(self, account: Account, bot: Automation) -> bool:
        """Whether somebody has stopped the account for good: then its bots end, and keep what guards them. A
        pause, a freeze or a closed market only make their entries wait."""
        if bot.wish:
            return False
        now = self._clock.now()
        reason, wish = "", "leave"
        desk = self._book().desk
        for name, line, halt in (
            ("The desk", "/resume desk", desk.halt),
            (f"Account {account.account}", "/resume", account.halting),
        ):
            if halt.state in STOPPED and halt.until is None and halt.binds(now):
                reason = halt_sentence(name, line, halt, now)
                wish = "close" if halt.state is HaltState.FLATTEN else wish
        if (account.lockout is not None and account.lockout.binds(now)) or desk.is_locked(bot.person, now):
            reason = "Its person has locked the account against entries."
        if not reason:
            return False
        command_id = CommandId(f"bot:{bot.bot_id}:{bot.version}:halt")
        told = TellBot(command_id, DESK, account.account, bot.bot_id, wish, reason)
        return not isinstance(await self._desk.submit(told), Denied)

    async def _move(self, account: AccountId, bot: Automation, running: _Running) -> None:
        book = self._book()
        quote, seen = book.marks.get(bot.symbol), self._seen(book, account, bot)
        if quote is None and not any(one.kind is HeardKind.TOLD for one in bot.heard):
            return  # right after a start: with the first price it hears what happened meanwhile
        events, bars = self._events(running, quote, seen)
        if not (bot.heard or events) and not self._may_go(book, account, bot, seen):
            return
        move = moved(running.machine, bot, running.state, events, quote)
        if not move.is_news and not self._may_go(book, account, bot, seen):
            running.state = move.state
            return
        acts = acts_of(account, bot, move, seen)
        answer = await self._desk.submit(acts)
        if not isinstance(answer, Denied):
            running.state, running.version = move.state, bot.version + 1
            return
        # Not written: it is as the book says, and sees again what it has seen.
        self._forget(bot.bot_id)
        code = answer.refusals[0].code
        if code in ("no_right", "no_account"):
            raise Broken(code, answer.refusals[0].sentence)
        if code != "bot_moved":
            self._take_up(bot, [*bars, *running.bars])

    def _events(
        self, running: _Running, quote: Quote | None, seen: Seen
    ) -> tuple[Sequence[be.BotEvent], Sequence[Bar]]:
        """What it is shown now: bars that have closed, then the newest price, or that time has passed."""
        now, elapsed_s = self._clock.now(), self._clock.elapsed_s()
        bars = running.ripe(elapsed_s)
        events: list[be.BotEvent] = [be.BarClosed(bar) for bar in bars]
        if quote is None or quote.is_of_before or not self._is_fresh(quote, seen):
            return events, bars
        if quote is not running.quote:
            running.quote, running.shown_s = quote, elapsed_s
            events.append(be.PriceSeen(quote.bid, quote.ask, quote.at))
        elif elapsed_s - running.shown_s >= WAKE_S:
            running.shown_s = elapsed_s
            events.append(be.Woken(now))
        return events, bars

    def _is_fresh(self, quote: Quote, seen: Seen) -> bool:
        age = seconds_between(quote.at, self._clock.now())
        return -seen.stale_after_s <= age <= seen.stale_after_s

    def _may_go(self, book: Book, account: AccountId, bot: Automation, seen: Seen) -> bool:
        """Whether the first of the entries that wait need wait no longer."""
        if not bot.later:
            return False
        now = self._clock.now()
        return not order_waits(book, account, bot, bot.later[0], seen, now, live_allowed=self._live_allowed)

    def _seen(self, book: Book, account: AccountId, bot: Automation) -> Seen:
        instrument = book.instrument(account, bot.symbol)
        assert instrument is not None, "a bot's contract is listed when it begins"
        stale_s = Decimal(str(self._stale_after_s(bot.symbol)))
        is_open = self._is_open(bot.symbol, self._clock.now())
        return Seen(instrument, stale_after_s=stale_s, market_open=is_open)
