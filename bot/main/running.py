"""`openoutcry run`: the desk until somebody ends it. Core parts are fatal, front ends and feeds are not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Any

from bot.cli_exits import Exit
from bot.cli_options import RunOptions
from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts, Prefs, Tools
from bot.conversation.people import People
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Surroundings
from bot.conversation.words import say
from bot.handlers.table import HANDLERS
from bot.main import collecting
from bot.main.boarding import build_boards
from bot.main.bots import add_bots
from bot.main.chats import build_console, hello
from bot.main.deaths import Deaths
from bot.main.gauging import Gauging
from bot.main.illustrating import illustrator
from bot.main.key_office import KeyOffice
from bot.main.last_language import keep_noting
from bot.main.measuring import Looked, answering
from bot.main.observing import Observing
from bot.main.opining import closing_opinion
from bot.main.paging import Paging
from bot.main.paper_desk import PaperDesk, add_price_watches
from bot.main.phone import Desk, Doors
from bot.main.phones import Phones
from bot.main.profiling import with_profiles
from bot.main.researching_desk import research_of
from bot.main.safe_mode import SafeMode
from bot.main.shutting import ShutDown, Signals, Step
from bot.main.supervising import Kind, Supervisor
from bot.main.timekeeping import build_timekeeper, nightly_into
from bot.main.vaulting import open_vault
from bot.main.venue_desk import VenueDesk
from bot.main.wiring import (
    OWNER,
    PAPER,
    Beside,
    Memory,
    build_engine,
    build_tools,
    default_prefs,
    desk_painter,
    exported,
    in_flight,
    new_key,
    open_paper_account,
)
from bot.notifications.boards import Boards
from bot.notifications.newsstand import NewsStand
from bot.notifications.notices import feed_noted, found_words, start_noted
from bot.notifications.notifier import Notifier
from bot.platforms.console import Console, Ended
from bot.settings_model import Settings, told_settings
from db.anchor import ANCHOR_FILE, FileAnchor
from db.store import Store, open_store
from scheduler.timekeeper import Timekeeper
from scheduler.watched_settings import WatchedRegisters
from trading.clock import SystemClock
from trading.domain.ids import PersonId
from trading.engine.anchor import AnchorKeeper
from trading.engine.reconcile import as_found, connect, start_report
from trading.engine.report import StartReport
from trading.engine.settings import EngineSettings
from trading.entropy import SystemEntropy
from trading.ports import JournalUnavailable

ONCE_WAIT_S = 120.0
"""How long `--once` waits for an order that the market has not filled yet."""
STOP_S = 10.0


def run_desk(settings: Settings, options: RunOptions) -> int:
    """Run until the chat ends (with `--once`), the person leaves, or a signal comes."""
    return asyncio.run(Running(settings, options).run())


class Running:
    """One life of the desk."""

    def __init__(self, settings: Settings, options: RunOptions) -> None:
        self.settings, self.options = settings, options
        self.clock, self.entropy = SystemClock(), SystemEntropy()
        self.stop = asyncio.Event()
        self.began_s = self.clock.elapsed_s()
        self.eyes = Observing(settings, self.clock)
        self.shut = ShutDown(self.clock, self.eyes.telemetry)
        self.boards: Boards | None = None
        self.keeper: Timekeeper | None = None

    async def run(self) -> int:
        """Start in the order of RELIABILITY C-5: the book first, then the venue, then the chats."""
        self.eyes.open()
        try:
            safe = SafeMode(self.settings, self.options, self.clock, self.entropy, self.stop)
            return await safe.instead_of(self._with_own_store, self.eyes.telemetry)
        finally:
            self.eyes.close()

    async def _with_own_store(self) -> int:
        store = await open_store(self.settings.store_url)
        try:
            return await self._with_store(store)
        finally:
            await store.close()

    async def _with_store(self, store: Store) -> int:
        deaths = Deaths(store.registers, self.clock)
        with suppress(JournalUnavailable):
            await deaths.begin()
        self.watched = WatchedRegisters(store.registers, self._setting_changed)
        memory = Memory(store.journal, store.ledger, self.watched)
        rules = EngineSettings(live_allowed=self.settings.live, raise_cools=self.settings.raise_cools)
        engine, replayed = await build_engine(memory, self.clock, self.entropy, rules, self.eyes.telemetry)
        self.engine = engine
        keeper = AnchorKeeper(store.journal, FileAnchor(self.settings.home / ANCHOR_FILE), self.clock)
        lost = await keeper.gone_back()
        if lost:
            engine.key = await new_key(store.registers, self.entropy)
        engine.committed(keeper.wake)
        self.paper = PaperDesk(self.settings, self.options, self.clock, self.entropy)
        engine.contract = self.paper.market.instrument
        self.page = Paging(engine.report, self.clock)
        self.supervisor = Supervisor(
            self.clock, self.page, telemetry=self.eyes.telemetry, redactor=self.eyes.logbook.redactor
        )
        add = self.supervisor.add
        beside = self.clock, self.supervisor, self.eyes.telemetry
        self.venues = VenueDesk(engine, self.paper.market, self.settings, *beside, self._say)
        add("engine", Kind.CORE, engine.run)
        add("market", Kind.CORE, partial(self.paper.run_market, engine.on_quote))
        add("paper-clock", Kind.CORE, self.paper.run_clock)
        add_price_watches(add, engine, self.paper.market)
        self.gauging = await Gauging(engine, self.paper.market, self.watched, self.clock).begin(
            self.supervisor, self.shut
        )
        add("anchor", Kind.WATCH, keeper.run)
        self._plan_the_end(memory, keeper)
        try:
            self.supervisor.start()
            await self._while_alive(open_paper_account(engine, self.settings.cash))
            if lost:
                await self._while_alive(keeper.freeze(engine, PAPER, lost))
            report = await self._connect(store, replayed)
            await deaths.halt_if_dying(engine, PAPER)
            code = await self._open(store, memory, report, deaths)
            await self.shut.run()
            with suppress(JournalUnavailable):
                await deaths.end()
            return code
        finally:
            await self.shut.run()

    async def _connect(self, store: Store, replayed: int) -> StartReport:
        """Every account to its venue; what that found."""
        before = self.eyes.heartbeat.corrected(as_found(self.engine))
        await connect(self.engine, PAPER, self.paper.broker)
        self.opened = await open_vault(store, self.watched, self.settings, self.entropy)
        self.office = KeyOffice.of(self.opened, self.settings, self.engine, self.clock, self.entropy)
        await self.office.open(self.supervisor, self.settings.home, self.venues)
        await self._settled()
        return start_report(before, self.engine, replayed, self.clock.elapsed_s() - self.began_s)

    # ------------------------------------------------------------ chats

    async def _open(self, store: Store, memory: Memory, report: StartReport, deaths: Deaths) -> int:
        """Everything that people see, then their words until the end."""
        engine, market = self.engine, self.paper.market
        people = People(store.people)
        await people.load()
        doors = Doors.of(people, self.watched, engine, self.clock, self.entropy)
        notifier = Notifier(
            store,
            self.clock,
            book=lambda: engine.book,
            note=market.note,
            defaults=self._prefs(),
            trouble=self.eyes.trouble("telling"),
        )
        boards, messengers = self._boards(store, people)
        looks = engine.outbox.looks, self.venues.looks
        looked = Looked(engine, market, market, *looks, deaths=deaths.recent, version=version("openoutcry"))
        self.eyes.attach(engine, self.page, looked, self.supervisor)
        tools = build_tools(
            engine,
            memory,
            market,
            self.clock,
            self.entropy,
            self._facts(report),
            prefs=self._prefs(),
            beside=Beside(
                desk_painter(self.clock, telemetry=self.eyes.telemetry),
                NewsStand(store.deliveries, lambda: engine.book, market.note),
                boards,
                people.identify,
                doors.linking,
                doors.joining,
                self.gauging.gauge,
                self.gauging.paths,
                self.opened.vault,
                closing_opinion(self.settings, self.watched, self.clock, self.eyes.telemetry, self.shut),
                self.venues,
                self.office.desk,
                self.office.links,
                self.research,
            ),
        )
        tools = await with_profiles(
            tools, store.profiles, market, self.supervisor, self.settings.home, self.eyes.telemetry
        )
        notifier.illustrator = illustrator(tools, self._prefs())
        await keep_noting(self.shut, self.settings.home, self.watched, OWNER, self._prefs())
        dialogue = Dialogue(tools, HANDLERS, auto_confirm=self.options.yes)
        answer = answering(dialogue.answer, self.eyes.telemetry, self.clock)
        console = build_console(self.settings, self.clock, self.entropy, self.paper.feed, answer, tools)
        if console.has_front:
            notifier.open(f"console:{console.chat}", console, console.chat)
        else:
            self.eyes.logbook.also_to(sys.stderr)
        self.page.announce_with(notifier.announce)
        engine.committed(notifier.wake)
        engine.committed(boards.wake)
        market.subscribe_status(lambda feed: engine.report(feed_noted(feed, self.clock.now())))
        self.shut.add(Step.TELLING, notifier.flush)
        self.supervisor.add("notifier", Kind.NOTIFIER, notifier.run)
        if self.opened.notice:
            self._say(self.opened.notice, "warning", self.opened.facts)
        first = await dialogue.answer(hello(self.clock.now()))
        around = Surroundings(self.clock, self.entropy, self.eyes.telemetry)
        said = (self._say, self.research.shown_or(notifier.cards.shown, console), tools)
        desk = Desk(engine, store, self.watched, people, notifier, boards, answer, doors, around, *said)
        phones = Phones(self.settings, desk, self.paper.feed, self.supervisor, self.shut, self.eyes)
        first += await phones.open(messengers, self.office.routes(), has_terminal=console.has_front)
        await boards.load()
        self.supervisor.add("boards", Kind.BOARD, boards.run)
        self.supervisor.start()
        await self._keep_time(tools)
        if report.has_found or report.positions or report.open_orders:
            engine.report(start_noted(report, self.clock.now()))
        return await self._until_the_end(console, first, notifier)

    async def _keep_time(self, tools: Tools) -> None:
        """Jobs, digests, recurring orders: begun last, so that what they cause is heard."""
        self.keeper = build_timekeeper(
            self.engine,
            tools,
            backup=nightly_into(self.settings.store_url, self.settings.home / "backups"),
            more=[self.office.daily()],
            want=self.paper.market.want,
            telemetry=self.eyes.telemetry,
        )
        self.shut.add(Step.SCHEDULER, self.keeper.close)
        await self.keeper.start()
        add_bots(self.supervisor, self.engine, self.paper.market, self.settings)

    def _setting_changed(self, person: PersonId, name: str) -> None:
        """A person wants something else from now on."""
        if self.keeper is not None:
            self.keeper.setting_changed(person, name)
        if self.boards is not None:
            self.boards.forget_taste(person if not person.startswith("group:") else None)

    def _boards(self, store: Store, people: People) -> tuple[Boards, dict[str, Any]]:
        messengers: dict[str, Any] = {}
        boards = build_boards(
            store,
            messengers,
            self.clock,
            lambda: self.engine.book,
            self.paper.market,
            people,
            self._prefs(),
            self.eyes.telemetry,
        )
        self.shut.add(Step.FRONTS, boards.close)
        around = (self.clock, messengers, self.supervisor, self.eyes.telemetry)
        self.research = research_of(self.settings.home, *around)
        self.boards = boards
        return boards, messengers

    def _say(self, code: str, level: str, facts: Mapping[str, str] | None = None) -> None:
        self.page(code, level, facts or {})

    def _prefs(self) -> Prefs:
        return default_prefs(self.settings)

    def _facts(self, report: StartReport) -> DeskFacts:
        seqs = self.engine.memory.seqs
        return DeskFacts(
            version=version("openoutcry"),
            feed=self.settings.feed,
            profile=self.settings.profile,
            fee_bps=self.settings.fee_bps,
            slippage_bps=self.settings.slippage_bps,
            live_allowed=self.settings.live,
            raise_cools=self.settings.raise_cools,
            folder=str(self.settings.home),
            settings=told_settings(self.settings),
            signals_url=self.settings.signals_url,
            started_at=self.clock.now(),
            journal_heads=lambda: {stream: (seq, "") for stream, seq in seqs.items()},
            journal_read=self.engine.journal.read,
            journal_export=partial(exported, self.settings.store_url),
            health=self.eyes.health,
            started=partial(found_words, report),
        )

    # ------------------------------------------------------------ the end

    def _plan_the_end(self, memory: Memory, keeper: AnchorKeeper) -> None:
        """What is done last, whatever happens: protective orders stay where they are."""
        engine, shut = self.engine, self.shut
        shut.add_drain(engine, writer=lambda: self.supervisor.state("engine").value == "running")

        async def rest() -> None:
            await engine.outbox.close()
            await engine.memory.rest()
            await self.supervisor.stop()
            await engine.memory.save(engine.book)
            with suppress(JournalUnavailable):
                await keeper.note()
            assert memory.journal is engine.journal

        async def close_venue() -> None:
            self.paper.close()
            await self.venues.close()

        shut.add(Step.WRITER, rest)
        shut.add(Step.WRITER, close_venue)

    async def _while_alive(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for something that only comes while the core parts live."""
        task = asyncio.create_task(work, name="start")
        broken = asyncio.create_task(self.supervisor.broken(), name="broken")
        await asyncio.wait({task, broken}, return_when=asyncio.FIRST_COMPLETED)
        if broken.done():
            task.cancel()
            await broken
        broken.cancel()
        await task

    async def _until_the_end(self, console: Console, first: list[Screen], notifier: Notifier) -> int:
        signals = Signals(self.stop)
        signals.install(asyncio.get_running_loop())
        collecting.started()
        chat = asyncio.create_task(console.run(first), name="console")
        stopped = asyncio.create_task(self.stop.wait(), name="stop")
        broken = asyncio.create_task(self.supervisor.broken(), name="broken")
        waiting: set[asyncio.Task[Any]] = {chat, stopped, broken}
        try:
            while True:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if broken in done:
                    await broken
                if stopped in done:
                    break
                if chat in done:
                    waiting.discard(chat)
                    if self._is_over(chat.result()):
                        break
            if self.options.once:
                await self._settled(ONCE_WAIT_S, fills=True)
                await notifier.flush()
        finally:
            ending = [chat, stopped, broken]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)
        return Exit.OK

    def _is_over(self, ended: Ended) -> bool:
        """Whether the desk ends with its chat: when the person left, or with `--once`."""
        if ended is Ended.NO_INPUT and not self.settings.has_phone:
            sys.stderr.write(say("console.no_input") + "\n")
        return self.options.once or ended in (Ended.LEFT, Ended.OUTPUT_GONE)

    async def _settled(self, most_s: float = STOP_S, *, fills: bool = False) -> None:
        """Wait until nothing is on its way (with `fills`: and no market order waits for its fill)."""
        until = self.clock.elapsed_s() + most_s
        while self.clock.elapsed_s() < until:
            if self.engine.is_idle and not (fills and in_flight(self.engine)):
                return
            await self.clock.sleep_s(0.002)
