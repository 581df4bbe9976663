"""`openoutcry run`: the desk until somebody ends it. Core tasks are fatal, front ends and feeds are not."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot.cli_exits import Exit
from bot.cli_options import RunOptions
from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts, Prefs
from bot.conversation.incoming import Incoming
from bot.conversation.screen import Screen
from bot.conversation.words import say
from bot.main.wiring import (
    OWNER,
    PAPER,
    Memory,
    build_dialogue,
    build_engine,
    desk_painter,
    open_paper_account,
    paper_rules,
    raise_if_dead,
    replay_feed,
)
from bot.notifications.notices import feed_noted, start_noted, unwritten_screen
from bot.notifications.notifier import Notifier
from bot.platforms.console import Console, Ended
from bot.platforms.console_front import front_for
from bot.settings_model import Settings
from db.store import Store, open_store
from trading.brokers.fills import LIVE_RULES
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_BARE, PAPER_FULL
from trading.brokers.tape import FileTape
from trading.clock import SystemClock
from trading.domain.market import Print, Quote
from trading.domain.order import OrderStatus, OrderType
from trading.engine.reconcile import as_found, connect, start_report
from trading.engine.settings import EngineSettings
from trading.entropy import SystemEntropy
from trading.feeds.feed import Feed
from trading.feeds.market import Market
from trading.ports import MarketEvent

TAPE = "paper.tape"
ONCE_WAIT_S = 120.0
"""How long `--once` waits for an order that the market has not filled yet."""
WAKE_S = 1.0
STOP_S = 10.0


async def exported(url: str) -> bytes:
    """All events of the database as JSON lines."""
    from db.maintenance import export

    lines: list[str] = []
    await export(url, lines.append)
    return "".join(lines).encode()


def run_desk(settings: Settings, options: RunOptions) -> int:
    """Run until the chat ends (with `--once`), the person leaves, or a signal comes."""
    return asyncio.run(Running(settings, options).run())


class Running:
    """One life of the desk."""

    def __init__(self, settings: Settings, options: RunOptions) -> None:
        self.settings = settings
        self.options = options
        self.clock = SystemClock()
        self.entropy = SystemEntropy()
        self.stop = asyncio.Event()
        self.began_s = self.clock.elapsed_s()

    async def run(self) -> int:
        """Start in the order of RELIABILITY C-5: the book first, then the venue, then the chat."""
        store = await open_store(self.settings.store_url)
        try:
            return await self._with_store(store)
        finally:
            await store.close()

    async def _with_store(self, store: Store) -> int:
        memory = Memory(store.journal, store.ledger, store.registers)
        engine, replayed = await build_engine(
            memory, self.clock, self.entropy, EngineSettings(live_allowed=self.settings.live)
        )
        self.engine = engine
        self.market = self._market()
        broker = self._paper_broker()
        core = [
            asyncio.create_task(engine.run(), name="engine"),
            asyncio.create_task(self._feed(broker), name="market"),
            asyncio.create_task(self._wake(broker), name="paper-clock"),
        ]
        edge: list[asyncio.Task[None]] = []
        try:
            await self._while_alive(core, open_paper_account(engine, self.settings.cash))
            before = as_found(engine)
            await connect(engine, PAPER, broker)
            await self._settled()
            report = start_report(before, engine, replayed, self.clock.elapsed_s() - self.began_s)
            dialogue = build_dialogue(
                engine,
                memory,
                self.market,
                self.clock,
                self.entropy,
                self._facts(store),
                prefs=self._prefs(),
                auto_confirm=self.options.yes,
                painter=desk_painter(self.clock),
            )
            console = self._console(dialogue)
            prefs = self._prefs()
            notifier = Notifier(
                store, self.clock, book=lambda: engine.book, note=self.market.note, defaults=prefs
            )
            notifier.open(f"console:{console.chat}", console, console.chat)
            engine.committed(notifier.wake)
            self.market.subscribe_status(lambda feed: engine.report(feed_noted(feed, self.clock.now())))
            edge.append(asyncio.create_task(notifier.run(), name="notifier"))
            edge.append(asyncio.create_task(self._watch_store(notifier), name="store-watch"))
            first = await self._first_screens(dialogue)
            if report.has_found or report.positions or report.open_orders:
                engine.report(start_noted(report, self.clock.now()))
            return await self._until_the_end(core, console, first, notifier)
        finally:
            await self._shut([*edge, *core], memory)
            broker.venue.close()

    # ------------------------------------------------------------ parts

    def _prefs(self) -> Prefs:
        return Prefs(zone=self.settings.time_zone, one_tap_limit=self.settings.one_tap)

    def _market(self) -> Market:
        self.feed = self._price_feed()
        return Market([self.feed], self.clock, self.entropy)

    def _price_feed(self) -> Feed:
        kind, _, exchange = self.settings.feed.partition(":")
        if kind == "ccxt":
            from trading.feeds.ccxt_public import CcxtFeed

            return CcxtFeed(exchange, self.clock, self.entropy)
        return replay_feed(self.clock, loop=self.options.loop, speed=float(self.options.speed))

    def _paper_broker(self) -> PaperBroker:
        settings = self.settings
        venue = PaperVenue(
            PAPER,
            self.market.instrument,
            self.entropy,
            cash=settings.cash,
            profile=PAPER_BARE if settings.profile == "bare" else PAPER_FULL,
            rules=paper_rules(LIVE_RULES, settings),
            tape=FileTape(settings.home / TAPE),
            is_open=self.market.is_open,
        )
        return PaperBroker(PAPER, venue, self.clock)

    def _facts(self, store: Store) -> DeskFacts:
        seqs = self.engine.memory.seqs
        return DeskFacts(
            version=version("openoutcry"),
            feed=self.settings.feed,
            profile=self.settings.profile,
            fee_bps=self.settings.fee_bps,
            slippage_bps=self.settings.slippage_bps,
            live_allowed=self.settings.live,
            folder=str(self.settings.home),
            started_at=self.clock.now(),
            journal_heads=lambda: {stream: (seq, "") for stream, seq in seqs.items()},
            journal_export=partial(exported, self.settings.store_url),
        )

    def _console(self, dialogue: Dialogue) -> Console:
        from bot.conversation.grammar import complete

        def words(before: str) -> Sequence[str]:
            return complete(before, [one.symbol for one in self.feed.instruments()])

        return Console(
            front_for(Path(self.settings.home), words),
            dialogue.answer,
            self.clock.now,
            session=self.entropy.token(4).hex(),
            exports=self.settings.home / "exports",
            person=str(OWNER),
        )

    async def _first_screens(self, dialogue: Dialogue) -> list[Screen]:
        hello = Incoming(
            platform="console",
            chat="terminal",
            message_id="hello",
            person=str(OWNER),
            at=self.clock.now(),
            text="/start",
        )
        screens = await dialogue.answer(hello)
        return [*screens, *(Screen.of(say(key)) for key in self.settings.notices)]

    # ------------------------------------------------------------ edges

    async def _feed(self, broker: PaperBroker) -> None:
        def heard(event: MarketEvent) -> None:
            if isinstance(event, Quote | Print):
                broker.on_market(event)
            if isinstance(event, Quote):
                self.engine.on_quote(event)

        self.market.subscribe(heard)
        await self.market.run()
        # All feeds have ended, and said so: the desk goes on without new prices.
        await asyncio.Event().wait()

    async def _wake(self, broker: PaperBroker) -> None:
        while True:
            await self.clock.sleep_s(WAKE_S)
            broker.wake()

    async def _watch_store(self, notifier: Notifier) -> None:
        """Say once when nothing can be written down any more, and so nothing is sent."""
        told = ""
        while True:
            await self.clock.sleep_s(WAKE_S)
            if self.engine.unwritten and not told:
                notifier.announce(partial(unwritten_screen, self.engine.unwritten))
            told = self.engine.unwritten

    # ------------------------------------------------------------ the end

    async def _while_alive(self, core: Sequence[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        """Wait for something that only comes while the core tasks live."""
        task = asyncio.create_task(work, name="start")
        await asyncio.wait({task, *core}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        raise_if_dead({one.get_name(): one for one in core})
        await task

    async def _until_the_end(
        self,
        core: Sequence[asyncio.Task[None]],
        console: Console,
        first: Sequence[Screen],
        notifier: Notifier,
    ) -> int:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop.set)
        chat = asyncio.create_task(console.run(first), name="console")
        stopped = asyncio.create_task(self.stop.wait(), name="stop")
        waiting: set[asyncio.Task[object]] = {chat, stopped, *core}
        while True:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            raise_if_dead({one.get_name(): one for one in core})
            if stopped in done:
                break
            if chat in done:
                waiting.discard(chat)
                if self._is_over(chat.result()):
                    break
        if self.options.once:
            await self._settled(ONCE_WAIT_S, fills=True)
        await notifier.flush()
        chat.cancel()
        stopped.cancel()
        await asyncio.gather(chat, stopped, return_exceptions=True)
        return Exit.OK

    def _is_over(self, ended: Ended) -> bool:
        """Whether the desk ends with its chat: when the person left, or with `--once`."""
        if ended is Ended.NO_INPUT:
            sys.stderr.write(say("console.no_input") + "\n")
        return self.options.once or ended in (Ended.LEFT, Ended.OUTPUT_GONE)

    async def _settled(self, most_s: float = STOP_S, *, fills: bool = False) -> None:
        """Wait until nothing is on its way (with `fills`: and no market order waits for its fill)."""
        until = self.clock.elapsed_s() + most_s
        while self.clock.elapsed_s() < until:
            if self.engine.is_idle and not (fills and self._in_flight()):
                return
            await self.clock.sleep_s(0.002)

    def _in_flight(self) -> bool:
        book = self.engine.book
        return any(
            order.type is OrderType.MARKET or order.status in (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT)
            for account in book.accounts
            for order in book.open_orders(account)
        )

    async def _shut(self, tasks: Sequence[asyncio.Task[None]], memory: Memory) -> None:
        """Intake is closed; let what is on its way arrive, save where we are, then stop. Protective orders
        stay where they are."""
        if not any(task.done() for task in tasks if task.get_name() == "engine"):
            # A writer that has died lets nothing come to rest any more.
            await self._settled()
        await self.engine.outbox.close()
        await self.engine.memory.rest()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.engine.memory.save(self.engine.book)
        assert memory.journal is self.engine.journal
