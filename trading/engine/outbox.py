"""Carries effects to brokers, and turns answers and silence into reports. No choices are made here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import AccountId, ClientOrderId, PositionId
from trading.domain.order import Order, OrderStatus, Role
from trading.domain.position import Position
from trading.domain.request import RequestKind
from trading.domain.stops import is_stopped
from trading.engine.flat import FlatChecks
from trading.engine.lane import Lane, stake_in
from trading.engine.lease import Lease
from trading.engine.listening import listen
from trading.engine.once_more import barred, is_moot, reads_first
from trading.engine.quiet import Quiet
from trading.engine.restraint import RestrainedBroker, Restraint, told_to
from trading.engine.rounds import Rounds, VenueLook
from trading.engine.seeking import resolved
from trading.engine.sending import alone, answered, submitted
from trading.engine.settings import EngineSettings
from trading.ports import Broker, Clock
from trading.telemetry import Telemetry

if TYPE_CHECKING:
    from trading.domain.decide import Message

Queued = fx.Submit | fx.Cancel | fx.Replace | fx.CheckFlat | fx.Compare


class Writer(Protocol):
    """What the outbox needs of the engine."""

    clock: Clock
    book: Book
    lease: Lease
    telemetry: Telemetry

    def report(self, report: Message) -> None:
        """Take a report."""
        ...

    def failed(self, error: BaseException) -> None:
        """One of the outbox's tasks has broken: nothing may be decided any more."""
        ...


NO_SESSION = "there is no connection to the venue"
"""Why an order certainly did not leave."""


class Outbox:
    """One worker per account: effects of an account go out in the order in which they were decided, exits
    behind a jump by what they stand to lose."""

    def __init__(self, engine: Writer, settings: EngineSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._brokers: dict[AccountId, RestrainedBroker] = {}
        self._queues: dict[AccountId, Lane[Queued]] = {}
        self._tasks: dict[asyncio.Task[None], None] = {}
        self._timers: dict[PositionId, tuple[datetime, asyncio.Task[None]]] = {}
        self._flat = FlatChecks(engine, settings)
        self._restraints: dict[str, Restraint] = {}
        self._sent_s: dict[ClientOrderId, float] = {}
        self._asked: set[ClientOrderId] = set()
        self._quiet: dict[AccountId, Quiet] = {}
        self._in_flight = 0
        self.rounds: dict[AccountId, Rounds] = {}
        """How each account's venue is looked at."""
        self.sent = 0
        """How many submits were handed to brokers since the start."""

    @property
    def is_busy(self) -> bool:
        """Whether an effect waits or is on its way, or a venue was not asked yet what it holds."""
        return self._in_flight > 0 or not all(one.has_asked for one in self.rounds.values())

    def attach(self, account: AccountId, broker: Broker, since: datetime) -> None:
        """From now on this account's effects go to `broker`, and its reports come in. Entries wait until the
        venue was looked at once; `since` says from when on its history is read for that."""
        broker = self._brokers[account] = self.restrained(account, broker)
        queue = self._queues[account] = Lane[Queued]()

        resolve = partial(self.ask, account)
        rounds = Rounds(self._engine, account, broker, self._settings, since, resolve)
        self.rounds[account] = rounds
        self._start(self._work(queue, broker), f"effects:{account}", ends=False)
        self._start(listen(self._engine, rounds, broker, self._settings), f"reports:{account}", ends=False)
        self._start(rounds.run(), f"rounds:{account}", ends=False)
        quiet = self._quiet[account] = Quiet(self._engine, account, broker, self._settings)
        self._start(quiet.run(), f"quiet:{account}", ends=False)

    def restrained(self, account: AccountId, broker: Broker) -> RestrainedBroker:
        """The broker behind its venue's restraint, which is one for all accounts there."""
        if isinstance(broker, RestrainedBroker):
            return broker
        clock, venue = self._engine.clock, broker.profile.venue
        restraint = self._restraints.setdefault(venue, Restraint(clock))

        def told(seconds: float) -> None:
            self._engine.telemetry.count("venue_busy", account=account)
            self._engine.report(told_to(account, venue, seconds, clock.now()))

        return RestrainedBroker(broker, restraint, told)

    def broker(self, account: AccountId) -> Broker | None:
        """The account's broker, if a session is up."""
        return self._brokers.get(account)

    def looks(self) -> list[VenueLook]:
        """How each account's venue is looked at."""
        return [one.told() for one in self.rounds.values()]

    def put(self, effects: Sequence[fx.Effect]) -> None:
        """Queue effects of committed decisions."""
        for effect in effects:
            queue = self._queues.get(effect.account)
            if queue is None:
                self._no_broker(effect)
                continue
            if isinstance(effect, fx.Resolve):
                self.ask(effect.account, effect.client_order_id)
                continue
            self._in_flight += 1
            queue.put(self._engine.clock.elapsed_s(), effect, stake_in(self._engine.book, effect))

    def ask(self, account: AccountId, client_order_id: ClientOrderId) -> None:
        """Have an order asked about. Beside the queue: a question waits behind no request, and a venue that
        does not answer it must not hold up the account's exits."""
        self._quiet[account].wake()
        name = f"resolve:{client_order_id}"
        self._aside(self._resolve(client_order_id, self._brokers[account]), name)

    def watch_clock(self, book: Book, positions: Iterable[Position]) -> None:
        """Set, move or drop the timers of these positions' time exits."""
        for changed in positions:
            position = book.position(changed.position_id) or changed
            bracket = position.bracket
            wanted = bracket.exit_at if bracket is not None and position.is_open else None
            known = self._timers.get(position.position_id)
            has_rung = known is not None and known[0] == wanted and known[1].done()
            if known is not None and known[0] == wanted and not has_rung:
                continue
            if has_rung and _is_leaving(book, position):
                continue
            if known is not None:
                known[1].cancel()
                del self._timers[position.position_id]
            if wanted is not None:
                # An exit that was refused (a closed market) is tried again, after a pause: by seconds that
                # pass, for a clock may be set back meanwhile.
                pause_s = self._settings.time_again_s if has_rung else 0.0
                name = f"time-exit:{position.position_id}"
                task = asyncio.create_task(self._ring(position, wanted, pause_s), name=name)
                task.add_done_callback(self._watched)
                self._timers[position.position_id] = (wanted, task)

    async def close(self) -> None:
        """Stop all workers; what was on its way is in doubt and is resolved at the next start."""
        tasks = [*self._tasks, *(task for _, task in self._timers.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._timers.clear()

    # ------------------------------------------------------------ inside

    async def _ring(self, position: Position, at: datetime, pause_s: float) -> None:
        if pause_s:
            await self._engine.clock.sleep_s(pause_s)
        await self._engine.clock.sleep_until(at)
        self._engine.report(rp.TimeCame(position.account, self._engine.clock.now(), position.position_id))

    def _no_broker(self, effect: fx.Effect) -> None:
        """No session for that account: nothing left us, which is certain."""
        now = self._engine.clock.now()
        text = NO_SESSION
        match effect:
            case fx.Submit():
                self._not_sent(effect, "no_session", text)
            case fx.Cancel():
                self._engine.report(rp.CancelRefused(effect.account, effect.client_order_id, text, now))
            case fx.Replace():
                self._engine.report(rp.ReplaceRefused(effect.account, effect.client_order_id, text, now))
            case _:
                pass

    async def _work(self, queue: Lane[Queued], broker: RestrainedBroker) -> None:
        while True:
            put_s, effect = await queue.get()
            try:
                await self._carry(effect, broker, put_s)
            finally:
                self._in_flight -= 1

    async def _carry(self, effect: Queued, broker: RestrainedBroker, put_s: float) -> None:
        match effect:
            case fx.Submit():
                await self._submit(effect, broker, put_s)
            case fx.Cancel():
                cid = effect.client_order_id
                await self._ask(effect, RequestKind.CANCEL, broker, lambda: broker.cancel(cid))
            case fx.Replace():
                cid = effect.client_order_id
                terms = (effect.quantity, effect.limit_price, effect.stop_price)
                await self._ask(effect, RequestKind.REPLACE, broker, lambda: broker.replace(cid, *terms))
            case fx.Compare():
                self.rounds[effect.account].hurry()
            case fx.CheckFlat():
                self._aside(self._flat.check(effect.account, broker), f"flat:{effect.account}")

    async def _submit(
        self, effect: fx.Submit, broker: RestrainedBroker, put_s: float, *, is_aside: bool = False
    ) -> None:
        """Exactly one send. Every order gets exactly one report out of it."""
        orders = effect.orders
        first, restraint = orders[0].item, broker.restraint
        is_once_more = not broker.profile.reduce_only and reads_first(self._engine.book, first)
        if is_once_more and not is_aside:
            # Beside the queue: what the venue says of it must not hold up the account's other exits.
            self._aside(self._submit(effect, broker, put_s, is_aside=True), f"reads:{first.client_order_id}")
            return
        if first.is_entry and (restraint.wait_s() or not self.rounds[effect.account].is_open):
            # Beside the queue: an exit must not wait behind an entry that does.
            self._aside(self._submit_later(effect, broker, put_s), f"waits:{first.client_order_id}")
            return
        if not first.is_entry and restraint.wait_s(is_urgent=True):
            await restraint.opened(is_urgent=True)
            if is_moot(self._engine.book, first):
                self._not_sent(effect, "moot", "nothing was left to close when the venue listened again")
                return
        if is_once_more:
            compare = self.rounds[effect.account].hurry
            bar = await barred(first, broker, self._engine, self._settings, compare)
            if bar is not None:
                self._not_sent(effect, *bar)
                return
        unknown = await self._engine.lease.must_hold(broker.profile.fence_s)
        if unknown:
            self._not_sent(effect, "no_lease", f"whether it may still be sent cannot be read: {unknown}")
            return
        if first.is_entry and self._is_halted(first):
            self._not_sent(effect, "halted", "it was halted before the order left, so it was not sent")
            return
        self.sent += 1
        sent_at, sent_s = self._engine.clock.now(), self._engine.clock.elapsed_s()
        cids = [approved.item.client_order_id for approved in orders]
        self._sent_s.update(dict.fromkeys(cids, sent_s))
        call = submitted(orders, broker)
        for answer in await self._answers(RequestKind.SUBMIT, effect.account, cids, broker, call):
            if not isinstance(answer, rp.Silent):
                self._sent_s.pop(answer.client_order_id, None)
            is_taken = isinstance(answer, rp.Accepted)
            self._engine.report(replace(answer, sent_at=sent_at) if is_taken else answer)

    def _not_sent(self, effect: fx.Submit, code: str, text: str) -> None:
        """Nothing left us, which is certain."""
        now = self._engine.clock.now()
        for approved in effect.orders:
            cid = approved.item.client_order_id
            self._engine.report(rp.Rejected(effect.account, cid, code, text, now))

    async def _submit_later(self, effect: fx.Submit, broker: RestrainedBroker, put_s: float) -> None:
        """An entry waits until the venue was compared with after a break, and listens; and not longer than
        its price is worth anything."""
        clock, most_s = self._engine.clock, self._settings.entries_wait_s
        if not await self.rounds[effect.account].opened():
            text = "the venue did not say in time what it holds, so nothing was sent"
            self._not_sent(effect, "not_compared", text)
            return
        wait_s = broker.restraint.wait_s()
        if clock.elapsed_s() + wait_s - put_s > most_s:
            busy = "the venue wants no requests for now (too many), so nothing was sent: try again later"
            late = "what goes first took too long, so nothing was sent: try again"
            self._not_sent(effect, "venue_busy" if wait_s else "not_in_time", busy if wait_s else late)
            return
        await broker.restraint.opened(is_urgent=False)
        await self._submit(effect, broker, put_s)

    def _is_halted(self, order: Order) -> bool:
        """Whether nothing that adds risk may leave: what was decided before a halt may still wait here."""
        book, now = self._engine.book, self._engine.clock.now()
        known = book.account(order.account)
        return known is not None and is_stopped(book, known, order.symbol, now, order.person)

    async def _ask(
        self,
        effect: fx.Cancel | fx.Replace,
        kind: RequestKind,
        broker: RestrainedBroker,
        call: Callable[[], Awaitable[rp.BrokerReport]],
    ) -> None:
        """A cancel or a change. Silence says nothing about the order: it has it resolved."""
        account, cid = effect.account, effect.client_order_id
        refused = rp.CancelRefused if kind is RequestKind.CANCEL else rp.ReplaceRefused
        await broker.restraint.opened(is_urgent=True)
        unknown = await self._engine.lease.must_hold(broker.profile.fence_s)
        if unknown:
            self._engine.report(refused(account, cid, unknown, self._engine.clock.now()))
            return
        for answer in await self._answers(kind, account, (cid,), broker, alone(call())):
            self._engine.report(answer)

    async def _answers(
        self,
        kind: RequestKind,
        account: AccountId,
        cids: Sequence[ClientOrderId],
        broker: Broker,
        call: Awaitable[Sequence[rp.BrokerReport]],
    ) -> list[rp.BrokerReport]:
        timeout_s = self._settings.send_timeout_s
        return await answered(self._engine, timeout_s, kind, account, cids, broker.profile, call)

    def _aside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._in_flight += 1

        def over(_: asyncio.Task[None]) -> None:
            self._in_flight -= 1

        self._start(work, name).add_done_callback(over)

    def _start(self, work: Coroutine[Any, Any, None], name: str, *, ends: bool = True) -> asyncio.Task[None]:
        """A task that is kept until it ends; when it breaks (or ends and never should) the engine hears."""
        task = asyncio.create_task(work, name=name)
        self._tasks[task] = None

        def over(finished: asyncio.Task[None]) -> None:
            self._tasks.pop(finished, None)
            self._watched(finished)
            if not ends and not finished.cancelled():
                self._engine.failed(AssertionError(f"the task {name} ended"))

        task.add_done_callback(over)
        return task

    def _watched(self, finished: asyncio.Task[None]) -> None:
        if not finished.cancelled() and (error := finished.exception()) is not None:
            self._engine.failed(error)

    async def _resolve(self, cid: ClientOrderId, broker: RestrainedBroker) -> None:
        order = self._engine.book.order_of_client_id(cid)
        is_unsent = order is not None and order.status is OrderStatus.SUBMITTING
        if order is None or (is_unsent and cid not in self._sent_s):
            # It has not left yet, and gets its report from there. An answer from before that would prove
            # nothing, and the fence counts from when it leaves.
            return
        pause_s, later_s = self._settings.resolve_pause_s, 0.0
        if order.status in (OrderStatus.WORKING, OrderStatus.PARTIAL):
            # A request was refused or lost. When the order stands the same will be asked for again: each time
            # after a longer pause, or a venue that refuses for ever is asked for ever (X25).
            again = max((request.attempt for request in order.requests), default=1) - 1
            later_s = min(pause_s * 2 ** min(again, 16), self._settings.again_pause_max_s) - pause_s
            await self._engine.clock.sleep_s(pause_s)
        if order.status is OrderStatus.IN_DOUBT:
            if cid in self._asked:
                return
            self._asked.add(cid)
        try:
            sent_s, pace = self._sent_s.get(cid), broker.restraint.pace
            found = await resolved(order, broker, self._engine, self._settings, pace, sent_s)
            if later_s and all(isinstance(report, rp.Accepted) for report in found):
                # Whether it has ended is known soon, however often it was asked for.
                await self._engine.clock.sleep_s(later_s)
                found = await resolved(order, broker, self._engine, self._settings, pace, sent_s)
            for report in found:
                self._engine.report(report)
        finally:
            self._asked.discard(cid)
        self._sent_s.pop(cid, None)


def _is_leaving(book: Book, position: Position) -> bool:
    """Whether the order of a time exit is on its way."""
    return any(order.role is Role.TIME for order in book.orders_of(position))
