"""The single writer: decide, write down, take in, then hand out effects. Commits in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from trading.domain.book import Book
from trading.domain.commands import Command
from trading.domain.decide import Context, Message
from trading.domain.events import Refusal
from trading.domain.ids import DESK, AccountId, StreamId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.order import OrderStatus
from trading.domain.reports import BrokerConnected, DayTurned, PauseEnded, Rejected, Silent
from trading.engine.alert_watch import AlertWatch
from trading.engine.answering import repeated, settle
from trading.engine.batch import Batch, fingerprint_of
from trading.engine.comeback import Comeback, Touch, most_first
from trading.engine.commits import CommitTimes
from trading.engine.inbox import Answers, Inbox, Waiting
from trading.engine.lease import Lease
from trading.engine.looks import Looks
from trading.engine.memory import Memory
from trading.engine.outbox import NO_SESSION, Outbox
from trading.engine.pauses import Pauses
from trading.engine.poison import REFUSAL, LifeTries, Poison, Poisoned, Tries
from trading.engine.repeats import with_stored_answers, without_repeats
from trading.engine.settings import EngineSettings
from trading.engine.ticks import BadTicks
from trading.engine.triggers import Key, Triggers
from trading.ports import (
    Clock,
    Denied,
    Journal,
    JournalUnavailable,
    KeyTaken,
    StaleWriter,
    StoredEvent,
    Taken,
)
from trading.telemetry import MUTE, Telemetry

Listener = Callable[[Sequence[StoredEvent]], None]


class Engine:
    """The desk's heart: one inbox, one writer, one decision function.

    `book` is the published book: what is durable. Only this class changes it.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        key: bytes,
        settings: EngineSettings | None = None,
        telemetry: Telemetry = MUTE,
        tries: Tries | None = None,
    ) -> None:
        self.settings = settings or EngineSettings()
        self.clock = clock
        self.book = Book()
        self.triggers = Triggers()
        self.comeback = Comeback()
        self.alerts = AlertWatch()
        self.outbox = Outbox(self, self.settings)
        self.looks = Looks(clock, lambda: self.book, self.report, self.failed)
        self.pauses = Pauses(clock, lambda: self.book, self.report, self.failed, self.settings.time_again_s)
        self.memory = Memory(journal, self.settings)
        self.lease = Lease(journal, self.memory, clock)
        self.poison = Poison(tries or LifeTries())
        self.journal = journal
        self.key = key
        self.contract: Callable[[str], Instrument | None] = lambda symbol: None
        """The contract behind a symbol, for what another hand trades; whoever builds the desk sets it."""
        self.unwritten = ""
        """Why nothing can be written now; empty when all is well."""
        self.telemetry = telemetry
        self._inbox = Inbox(self.settings.commands_waiting_max, self.settings.reports_waiting_max)
        self.commits = CommitTimes(clock)
        self._answers = Answers(self.settings.answers_kept_max)
        self._listeners: list[Listener] = []
        self._busy = False
        self._trails_round: list[Key] = []
        self._trails_next_s = 0.0
        self._day = 0  # the newest day (its ordinal) of which a price was seen
        self._bad_ticks = BadTicks(self.settings.bad_tick_percent)

    # ------------------------------------------------------------ what others call

    async def submit(self, command: Command) -> Taken | Denied:
        """`trading.ports.Desk.submit`."""
        fingerprint = fingerprint_of(command)
        known = self._answers.get(command.command_id)
        if known is not None:
            return repeated(command.command_id, fingerprint, *known)
        answer: asyncio.Future[Taken | Denied] = asyncio.get_running_loop().create_future()
        if not self._inbox.put_command(command, answer, fingerprint):
            text = "Too many commands wait already: try again in a few seconds."
            return Denied(command.command_id, (Refusal("busy", text),))
        return await answer

    def report(self, report: Message) -> None:
        """Take a report from a venue, a feed or a timer."""
        self._inbox.put_report(report)

    def on_quote(self, quote: Quote) -> None:
        """A new quote: the mark moves, and exits that it touches are decided."""
        if self._bad_ticks.is_suspect(self.book.marks.get(quote.symbol), quote):
            return
        quote = self.comeback.dated(quote, self.clock.now())
        self._mark(quote, quote.at)
        if not quote.is_of_before:
            self._touched(quote, self.triggers.on_quote(quote), self.alerts.on_quote(quote))

    def on_bar(self, bar: Bar) -> None:
        """A bar has closed."""
        ask = bar.ask_close if bar.ask_close is not None else bar.close
        quote = Quote(bar.symbol, bar.close, ask, bar.ends_at, bar.bid_size, bar.ask_size, bar.source)
        quote = self.comeback.dated(quote, self.clock.now())
        self._mark(quote, bar.at)
        if not quote.is_of_before:
            self._touched(quote, self.triggers.on_bar(bar), self.alerts.on_bar(bar))

    def _mark(self, quote: Quote, at: datetime) -> None:
        """What is held is worth this from now on, on the day of `at`."""
        if at.toordinal() != self._day:
            self._note_day(at)
        self.book.marks[quote.symbol] = quote

    def _touched(self, quote: Quote, touches: Sequence[Touch], alerts: Iterable[Message]) -> None:
        """A price is a fact of now: what it touches is decided."""
        for report in self.comeback.marked(self.book, quote, touches):
            self._inbox.put_report(report)
        for alert in alerts:
            self._inbox.put_report(alert)
        self._note_trails(quote.at)

    def _note_day(self, at: datetime) -> None:
        """The first price of a new day: whoever holds something begins it with what the last price of the
        day before made of it, so that a loss of the night counts. Others begin it when they first act."""
        known, self._day = self._day, at.toordinal()
        if not known or known > self._day:
            return
        day = at.astimezone(UTC).date().isoformat()  # days of limits begin at midnight UTC
        for account in self.book.accounts.values():
            held = any(position.is_open for position in self.book.live_positions(account.account))
            if held and account.day and account.day < day:
                equity = self.book.equity(account)
                self._inbox.put_report(DayTurned(account.account, day, equity, self.clock.now()))

    def _note_trails(self, at: datetime) -> None:
        """Now and then, a slice at a time, have the best prices of trails written down: after a crash a stop
        must not stand lower than where it was known to be (RULINGS 7)."""
        now_s = self.clock.elapsed_s()
        if now_s < self._trails_next_s:
            return
        if not self._trails_round:
            self._trails_round = list(self.triggers.trail_keys)
        part = self._trails_round[: self.settings.trails_slice]
        del self._trails_round[: self.settings.trails_slice]
        if not self._trails_round:
            self._trails_next_s = now_s + self.settings.trails_every_s
        for report in self.triggers.trails_to_note(part, at):
            self._inbox.put_report(report)

    def committed(self, listener: Listener) -> None:
        """Have `listener` called with every batch of events once it is durable."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        """How many commands and reports wait to be decided."""
        return len(self._inbox)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits, nothing is being decided and nothing is on its way to a venue."""
        return not (self._inbox or self._busy or self.outbox.is_busy)

    @property
    def commit_s(self) -> float:
        """Seconds of the slowest commit of the last half minute, one that has not come back included."""
        return self.commits.slowest_s

    # ------------------------------------------------------------ the writer

    def failed(self, error: BaseException) -> None:
        """A task that carries effects or hears a venue has broken: `run` ends with its error."""
        self._inbox.fail(error)

    async def load(self) -> int:
        """Bring the book back from the journal; returns how many events were replayed.

        The book stays as it is until the new one is whole, also when the store fails half way.
        """
        book = Book()
        book.marks = self.book.marks  # prices are no history: they come from the feed
        replayed = await self.memory.load(book)
        self.book = book
        self.comeback.begin(book, max(self.memory.last_at.values(), default=None))
        self.triggers = Triggers()
        for account in self.book.accounts:
            for position in self.book.live_positions(account):
                self.triggers.sync(self.book, position.position_id)
        self.alerts.load(self.book)
        await self.poison.load()
        return replayed

    async def run(self) -> None:
        """Decide for ever. Whatever goes wrong in here ends the process: start is the recovery path."""
        # Timers die with the process: a pause that ended meanwhile rings at once.
        self.pauses.watch_all()
        self.looks.watch_all()
        try:
            while True:
                batch = await self._inbox.take(self.settings.batch_max)
                self._busy = True
                try:
                    await self._decide(batch)
                finally:
                    self._busy = False
        finally:
            self.pauses.close()
            self.looks.close()

    async def _decide(self, waiting: list[Waiting]) -> None:
        fresh = without_repeats(self._answers, waiting)
        while fresh:
            try:
                batch = self._staged(fresh)
            except Poisoned as poisoned:
                fresh = await self._set_aside(fresh, poisoned)
                continue
            try:
                if not batch.is_empty:
                    began = self.lease.look()
                    with self.commits.timed():
                        await self.journal.append(batch.appends(self.memory.seqs), self.memory.epoch)
                    self.lease.seen(began)
                    self.telemetry.took("commit", self.clock.elapsed_s() - began.elapsed_s)
            except KeyTaken as taken:
                fresh = with_stored_answers(self._answers, fresh, taken.uses)
                continue
            except StaleWriter:
                raise
            except JournalUnavailable as problem:
                fresh = await self._not_written(fresh, problem)
                continue
            self.unwritten = ""
            self._publish(batch)
            return

    def _staged(self, waiting: list[Waiting]) -> Batch:
        batch = Batch(self.book.staged())
        now = self.clock.now()
        rules = self.settings
        context = Context(now, self.key, rules.live_allowed, self.contract, rules.raise_cools)
        for item in most_first(self.book, waiting):
            if item.answer is None and self.poison.is_aside(item.message):
                continue
            account = getattr(item.message, "account", None)
            if account is not None and not isinstance(item.message, DayTurned | PauseEnded):
                self._turn_day(batch, account, context)
                self._end_pauses(batch, account, context)
            try:
                batch.decide(item, context)
            except Exception as error:
                raise Poisoned(item, error) from error
        return batch

    def _turn_day(self, batch: Batch, account_id: AccountId, context: Context) -> None:
        """Daily limits of who holds nothing count from the first moment at which anything is decided."""
        account = batch.staged.account(account_id)
        day = context.now.date().isoformat()
        if account is None or account.day == day:
            return
        equity = batch.staged.equity(account)
        batch.decide(Waiting(DayTurned(account_id, day, equity, context.now)), context)

    def _end_pauses(self, batch: Batch, account_id: AccountId, context: Context) -> None:
        """A pause whose end has come is written down before anything else is decided: what is decided now
        already counts as after it, also when no timer has rung (the desk was down, the machine slept)."""
        for name in (AccountId(DESK), account_id):
            halt = batch.staged.halt_of(name)
            if halt.until is not None and halt.is_over(context.now):
                batch.decide(Waiting(PauseEnded(name, halt.until, context.now)), context)

    def _publish(self, batch: Batch) -> None:
        stored = batch.stored(self.memory.seqs)
        self.memory.advance(stored)
        self.book.publish(batch.staged)
        for item, answer, result in batch.answers:
            self._answers.put(answer.command_id, item.fingerprint, result)
            settle(item, answer)
        # Nothing may stand between the commit and the venue: everything else comes after.
        self.outbox.put(batch.effects)
        for position_id in batch.concerned:
            self.triggers.sync(self.book, position_id)
        self.outbox.watch_clock(self.book, batch.staged.positions.values())
        self.looks.watch({**batch.staged.positions, **batch.touched})
        self.pauses.watch((AccountId(DESK), *batch.staged.accounts))
        for account in batch.staged.accounts.values():
            self.alerts.sync(account, self.book)
        if stored:
            for listener in self._listeners:
                listener(stored)
        self.memory.maybe_snapshot(self.book)

    # ------------------------------------------------------------ what cannot be decided, or not written

    async def _set_aside(self, waiting: list[Waiting], poisoned: Poisoned) -> list[Waiting]:
        """Deciding this message has failed. It ends the process, and comes again; after the third time it is
        left out, its account opens nothing new, people hear of it, and the rest goes on (RULINGS 21)."""
        item = poisoned.item
        if not await self.poison.is_enough(item.message):
            raise poisoned.error from poisoned
        if item.answer is not None:
            settle(item, Denied(getattr(item.message, "command_id"), (REFUSAL,)))  # noqa: B009 - see repeats.py
        rest = [one for one in waiting if one is not item]
        account = getattr(item.message, "account", None)
        known = self.book.account(account) if account is not None else None
        return rest + [
            Waiting(one) for one in self.poison.consequences(item.message, known, self.clock.now())
        ]

    async def _not_written(self, waiting: list[Waiting], problem: JournalUnavailable) -> list[Waiting]:
        """Nothing was written, so nothing is sent: commands are refused, reports wait and come again."""
        self.unwritten = str(problem)
        for item in waiting:
            if item.answer is not None:
                settle(item, await self._unrecorded(item, problem))
        reports = [item for item in waiting if item.answer is None]
        pause = self.settings.write_pause_s
        while reports:
            await self.clock.sleep_s(pause)
            pause = min(pause * 2, self.settings.write_pause_max_s)
            # Evidence waits as long as it takes; people do not.
            for item in self._inbox.take_commands():
                settle(item, await self._unrecorded(item, problem))
            if await self._settled_with_store():
                break
        else:
            await self._settled_with_store()
        return reports

    async def _unrecorded(self, item: Waiting, problem: JournalUnavailable) -> Taken | Denied:
        """What to say of a command that cannot be written now: perhaps an earlier life did write it."""
        command_id = getattr(item.message, "command_id")  # noqa: B009 - as above
        text = f"This cannot be recorded, so it was not sent: {problem}"
        try:
            use = await self.journal.used(command_id)
        except JournalUnavailable:
            use = None
        if use is not None:
            return repeated(command_id, item.fingerprint, use.fingerprint, use.result)
        return Denied(command_id, (Refusal("not_recorded", text),))

    async def _settled_with_store(self) -> bool:
        """Whether the store answers; if it knows more than we do, the book is loaded anew."""
        try:
            heads: Mapping[StreamId, tuple[int, str]] = await self.journal.heads()
            if any(self.memory.seqs.get(stream, 0) != seq for stream, (seq, _) in heads.items()):
                before = self.book
                await self.load()
                self.pauses.watch_all()
                self.looks.watch_all()
                for name in self.book.account_ids():
                    self.outbox.watch_clock(self.book, list(self.book.live_positions(name)))
                self._pick_up(before)
        except JournalUnavailable:
            return False
        return True

    def _pick_up(self, before: Book) -> None:
        """What was written although the store could not say so was never sent: resolve it like at a start.
        Orders that `before` knew are on their way, and their answers come."""
        now = self.clock.now()
        text = "the store did not say in time that it was written down"
        for name in self.book.account_ids():
            account, broker = self.book.account(name), self.outbox.broker(name)
            if account is None:
                continue
            for order in self.book.open_orders(name):
                if order.status is OrderStatus.SUBMITTING and before.order(order.order_id) is None:
                    # While a session is still to begin nothing can leave: that is certain, and no doubt.
                    cid = order.client_order_id
                    unsent = Rejected(name, cid, "no_session", NO_SESSION, now)
                    self._inbox.put_report(Silent(name, cid, text, now) if broker is not None else unsent)
                elif broker is not None and before.order(order.order_id) != order:
                    # What was to be asked about it was written down as well, and comes no more.
                    self.outbox.ask(name, order.client_order_id)
            if broker is not None:
                exits = account.exits
                self._inbox.put_report(BrokerConnected(name, account.venue, exits.is_whole, now, exits))
