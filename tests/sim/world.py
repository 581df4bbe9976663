"""What survives a crash: time, the venue with its tape, the store, the people, and the truth about all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from tests.fakes.anchor import KeptAnchor
from tests.sim.bots import run_beside
from tests.sim.candles import Bars
from tests.sim.faults import known
from tests.sim.hiding import Hiding
from tests.sim.hushed import Hushed
from tests.sim.line import SeededFaults, SimBroker
from tests.sim.machine import Machine
from tests.sim.personality import Moods, Spell
from tests.sim.process import Process, SimJournal, owned_tasks
from tests.sim.recipe import ACCOUNT, INSTRUMENTS, Recipe
from tests.sim.renaming import Renaming
from tests.sim.slips import Slips
from tests.sim.stores import copied, empty_store, put_back
from tests.sim.tape import Asked, Plan, Tape, TapedEntropy
from tests.sim.temper import TemperedBroker
from tests.sim.venue import SimVenue
from trading.brokers.paper_records import Filled, Record, Taken
from trading.brokers.tape import MemoryTape
from trading.domain.commands import Command
from trading.domain.events import SwapBegun
from trading.domain.ids import ClientOrderId
from trading.domain.market import Bar, Quote
from trading.domain.reports import BrokerReport, CanceledReported
from trading.engine.anchor import AnchorKeeper
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.entropy import SeededEntropy
from trading.ports import PROTOCOL, Append, JournalUnavailable, StoredEvent, VenueProfile
from trading.virtual_time import VirtualClock, VirtualLoop

START = datetime(2018, 4, 4, tzinfo=UTC)
KEY = b"k" * 32
DOWNTIME_MAX_S = 25.0
ON_THE_WAY = ("publish", "submit:", "group:", "straggler")
"""Hooks between the line in the journal and the venue's answer."""


SWAP_CRASH_CHANCE = 0.7


class NotingTape(MemoryTape):
    """The venue's memory; each record also takes its place among everything else that happened."""

    def __init__(self, noted: Callable[[Record], None]) -> None:
        super().__init__(keeps=True)
        self._noted = noted

    def write(self, *records: Record) -> None:
        """Keep and tell."""
        super().write(*records)
        for record in records:
            self._noted(record)


class World:
    """One simulated desk. `recipe` says how bad it gets; `crash_at` names hook numbers at which it dies."""

    def __init__(
        self,
        loop: VirtualLoop,
        recipe: Recipe,
        crash_at: Iterable[int] | None = None,
        tape: Tape | None = None,
    ) -> None:
        self.loop = loop
        self.recipe = recipe
        self.clock = VirtualClock(loop, START)
        self.entropy = SeededEntropy(recipe.seed) if tape is None else TapedEntropy(recipe.seed, tape)
        self.desk_clock = VirtualClock(loop, START)
        """What the desk's machine believes; the venue and everybody else have the right time."""
        self._crashes = self.entropy.fork("crash")
        self._net = self.entropy.fork("net")
        self.machine = Machine(self)
        self._crash_at = None if crash_at is None else frozenset(crash_at)
        self.faults = SeededFaults(
            self.entropy.fork("faults"), dict(recipe.line), repeats_fills=recipe.repeats_fills, fire=self.fire
        )
        self.tape = NotingTape(lambda record: self.note("venue", record))
        self.timeline: list[tuple[str, Any]] = []
        self.times_s: list[float] = []
        self.fired: Counter[str] = Counter()
        self.failures: list[tuple[str, str]] = []
        self.cause: BaseException | None = None
        self.hooks = 0
        self.hook_names: list[str] = []
        self.crashes = 0
        self.is_tempting = False
        self.is_over = False
        self.is_frozen = self.is_resting = False
        self.has_trouble = True
        self.hiding = Hiding(self)
        self.roles: dict[ClientOrderId, str] = {}
        self.plan = Plan()
        self.quotes: dict[str, Quote] = {}
        self.confirmed: list[Command] = []
        self.asked: list[Asked] = []
        self.store = empty_store()
        self.key = KEY
        self.anchor = KeptAnchor()
        self.backup: sqlite3.Connection | None = None
        self.venue = SimVenue(
            ACCOUNT,
            {one.symbol: one for one in INSTRUMENTS}.get,
            self.entropy.fork("venue"),
            cash=recipe.cash,
            profile=recipe.profile,
            rules=recipe.rules,
            waits_for_open=recipe.has_bars,
            tape=self.tape,
        )
        self.moods, self.hushed, self.bars = Moods(self), Hushed(self), Bars(self)
        self.process = Process(self, 0)
        self.broker: SimBroker | None = None
        self.came_up = asyncio.Event()
        loop.set_task_factory(owned_tasks)

    @cached_property
    def slips(self) -> Slips:
        """What comes back instead of answers."""
        return Slips(self)

    @cached_property
    def naming(self) -> Renaming:
        """What the venue calls orders that were changed."""
        return Renaming(self)

    # ------------------------------------------------------------ the truth

    def note(self, what: str, content: Any) -> None:
        """Something happened; nothing that happened later stands before it."""
        if what == "venue" and isinstance(content, Taken):
            self.hiding.taken(content.order)
            self.roles[content.order.client_order_id] = content.order.role.value
        self.timeline.append((what, content))
        self.times_s.append(self.loop.time())
        if what == "venue" and isinstance(content, Filled) and self.faults.repeats_fills:
            self.fire("X14")

    def fire(self, fault: str, **about: Any) -> None:
        """A fault of the catalogue happens now: it is counted, and marked in the timeline."""
        self.fired[known(fault)] += 1
        self.note("fault", {"fault": fault, **about})

    def committed(self, appends: Sequence[Append]) -> None:
        """These events are durable now."""
        for append in appends:
            self.is_tempting |= any(isinstance(entry.event, SwapBegun) for entry in append.entries)
            for seq, entry in enumerate(append.entries, start=append.expected_seq + 1):
                self.note("event", (append.stream, seq, entry.event))
        self.note("commit", {})

    def fail(self, invariant: str, sentence: str, cause: BaseException | None = None) -> None:
        """An invariant was broken while the scenario ran."""
        self.failures.append((invariant, sentence))
        self.cause = self.cause or cause

    # ------------------------------------------------------------ trouble

    def crashes_at(self, name: str) -> bool:
        """Whether the power goes at this hook."""
        self.hooks += 1
        self.hook_names.append(name)
        if not self.has_trouble:
            return False
        if self._crash_at is not None:
            dies = self.hooks in self._crash_at
        else:
            # The worst moment is when a stop was just asked to go.
            chance = self.recipe.crash_chance
            level = max(chance, SWAP_CRASH_CHANCE) if chance and self.is_tempting else chance
            dies = self.crashes < self.recipe.crashes_max and self._crashes.fraction() < level
            self.is_tempting = False
        if dies:
            self.crashes += 1
            if name.startswith("append:"):
                self.fire("B04")
            elif name.startswith(ON_THE_WAY):
                self.fire("K01")
            self.note("crash", name)
        return dies

    def take_over(self) -> None:
        """A second process begins although the first one lives: two versions, two machines, one database."""
        self.fire("K05")
        self.note("crash", "overtaken")
        self.process.is_overtaken = True
        self.machine.overtaken.append(self.process)
        self.process.ended.set()

    def straggles_s(self, profile: VenueProfile) -> float:
        """How much later than its answer was given up a request arrives; 0 = it does not straggle."""
        if self.plan.stragglers:
            self.fire("N02")
            return self.plan.stragglers.popleft()
        if not self.has_trouble or self._net.fraction() >= self.recipe.straggle_chance:
            return 0.0
        self.fire("N02")
        return profile.fence_s * self._net.fraction()

    def later(self, delay_s: float, act: Callable[[], None]) -> None:
        """Something on its way that no crash of the desk stops."""
        self.loop.call_later(delay_s, act)

    def pass_on(self) -> None:
        """What the venue has to say goes to whoever is connected, and is lost on others."""
        if self.broker is not None and not self.process.is_dead:
            self.broker.inner.wake()
        else:
            self.venue.wake(self.clock.now())

    # ------------------------------------------------------------ lives

    async def live(self) -> None:
        """One life after the other, until the scenario is over."""
        number = 0
        while not self.is_over:
            number += 1
            protocol = PROTOCOL - self.machine.is_old(number)
            process = self.process = Process(self, number, protocol)
            self.broker = None
            process.spawn(self._boot(process), "boot")
            await process.ended.wait()
            self.came_up.clear()
            if process.is_overtaken:
                continue
            await process.buried()
            if self.recipe.power and process.has_crashed:
                self.fire("B05")
                self.store = self.machine.disk.after_power_loss() or self.store
            await self.clock.sleep_s(self._crashes.fraction() * DOWNTIME_MAX_S)

    async def _boot(self, process: Process) -> None:
        self.note("boot", process.number)
        if process.protocol < PROTOCOL:
            self.fire("K06")
            self.note("older", {"protocol": process.protocol})
        journal = SimJournal(process, self.store.journal)
        keeper = AnchorKeeper(journal, self.anchor, self.desk_clock)
        lost = await keeper.gone_back() if self.recipe.anchors else ""
        if lost:
            # Names that grow from the old key may be at the venue already.
            self.key = self.entropy.fork(f"key:{process.number}").token(32)
        settings = replace(self.recipe.settings, doubt_budget_s=self.recipe.doubt_budget_s)
        engine = Engine(journal, self.desk_clock, self.key, settings, tries=self.machine.tries)
        engine.contract = {one.symbol: one for one in INSTRUMENTS}.get
        try:
            engine.memory.epoch = await journal.next_epoch()
        except JournalUnavailable:
            process.kill()  # a newer version has traded here: this one says so and ends
            return
        await engine.load()

        def published(stored: Sequence[StoredEvent]) -> None:
            process.hook("publish")
            self.note("published", {})

        engine.committed(published)
        process.engine = engine
        for quote in self.quotes.values():
            engine.book.marks[quote.symbol] = quote
        self.venue.renamed = self.naming.changed
        # What the venue said while nobody listened is in its history, not on the new stream.
        self.venue.drain()
        inner = TemperedBroker(self, ACCOUNT, self.venue, self.clock, faults=self.faults, reports_max=100_000)
        broker = SimBroker(process, inner)
        process.spawn(engine.run(), "engine")
        run_beside(process, engine)
        self.hushed.watch(process, engine)
        process.is_ready = True
        self.moods.tell_old(engine)
        self.broker = broker
        if self.recipe.anchors:
            if lost:
                await keeper.freeze(engine, ACCOUNT, lost)
            engine.committed(keeper.wake)
            process.spawn(keeper.run(), "anchor")
        if engine.book.account(ACCOUNT) is not None:
            await connect(engine, ACCOUNT, broker)
        self.came_up.set()

    def back_up(self) -> None:
        """The nightly copy, which somebody may put back one day."""
        self.backup = copied()

    async def restore(self) -> None:
        """Somebody ends the desk and puts the copy in the place of the database."""
        assert self.backup is not None
        self.note("crash", "restore")
        self.fire("B07")
        self.process.kill()
        self.came_up.clear()
        self.store = put_back(self.backup)
        await self.came_up.wait()

    async def restart(self) -> None:
        """A deploy: the process ends, the next one begins."""
        self.fire("K04")
        self.note("crash", "restart")
        self.process.kill()
        await self.came_up.wait()

    # ------------------------------------------------------------ prices

    def quote(self, quote: Quote) -> None:
        """A quote, to the venue and to the desk if it listens."""
        self.quotes[quote.symbol] = quote
        self.note("quote", quote)
        if self.moods.is_on(Spell.HALTED):
            self._only_desk_sees(quote)
            return
        process, broker = self.process, self.broker
        if process.is_dead or not process.is_ready or broker is None or process.engine is None:
            self.venue.on_quote(quote)
            return
        broker.inner.on_market(quote)
        self._tell_price(process.engine, quote)

    def _only_desk_sees(self, quote: Quote) -> None:
        """A venue that is halted matches nothing; prices come from elsewhere and go on."""
        if not self.process.is_dead and self.process.is_ready and self.process.engine is not None:
            self._tell_price(self.process.engine, quote)

    def _tell_price(self, engine: Engine, quote: Quote) -> None:
        """The desk hears a price; now and then a mistake comes right before it."""
        bad = self.moods.bad_tick(quote)
        if bad is not None:
            self.fire("X48")
            self.note("badtick", {"symbol": bad.symbol, "prices": (bad.bid, bad.ask)})
            engine.on_quote(bad)
        engine.on_quote(quote)
        self.process.wake_bots()

    def bar_opens(self, bar: Bar) -> None:
        """The venue sees the open; the desk sees bars when they have closed."""
        if self.broker is not None and not self.process.is_dead and self.process.is_ready:
            self.broker.inner.on_bar_open(bar)
        else:
            self.venue.on_bar_open(bar)

    def bar_closes(self, bar: Bar) -> None:
        """A whole bar, to the venue and to the desk if it listens."""
        at = bar.ends_at
        ask = bar.close if bar.ask_close is None else bar.ask_close
        self.quotes[bar.symbol] = Quote(bar.symbol, bar.close, ask, at)
        self.note("bar", bar)
        process, broker = self.process, self.broker
        if process.is_dead or not process.is_ready or broker is None or process.engine is None:
            self.venue.on_bar_close(bar)
            return
        broker.inner.on_bar_close(bar)
        process.engine.on_bar(bar)
        process.wake_bots(bar)

    def cancel_told(self, client_order_id: ClientOrderId) -> None:
        """The venue ended an order by itself and says so, and how much of it had filled."""
        found = self.venue.find(client_order_id)
        filled = found.filled if found is not None else None
        self.told(CanceledReported(ACCOUNT, client_order_id, "venue", self.clock.now(), filled))

    def end(self, client_order_id: ClientOrderId) -> None:
        """The venue carries out a cancel that it has taken, if there is anything left to end."""
        answer = self.venue.cancel(client_order_id, self.clock.now())
        if isinstance(answer, CanceledReported):
            self.told(answer)

    def turn_down(self, client_order_id: ClientOrderId) -> None:
        """The venue rejects what it had accepted, and says so."""
        report = self.venue.turn_down(client_order_id, self.clock.now())
        if report is not None:
            self.fire("X59")
            self.told(report)

    def told(self, report: BrokerReport) -> None:
        """The stream says so, to whoever listens."""
        report = self.naming.called(report)
        engine = self.process.engine
        is_heard = not self.faults.hides_reports and not self.moods.is_on(Spell.FROZEN)
        is_heard = is_heard and not self.hiding.is_withheld(report)
        if self.process.is_ready and engine is not None and is_heard:
            self.loop.call_soon(engine.report, report)

    def cash(self) -> Decimal:
        """What the venue says is in the account."""
        return self.venue.snapshot(self.clock.now()).cash
