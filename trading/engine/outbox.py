"""Carries effects to brokers, and turns answers and silence into reports. No choices are made here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec.structs import replace

from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import AccountId, ClientOrderId, PositionId
from trading.domain.order import OrderStatus, OrderType, Role
from trading.domain.position import Position
from trading.domain.request import RequestKind
from trading.domain.stops import is_stopped
from trading.engine.lease import Lease
from trading.engine.listening import listen
from trading.engine.quiet import Quiet
from trading.engine.resolve import resolved
from trading.engine.rounds import Rounds, VenueLook
from trading.engine.sending import alone, answered, submitted
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock
from trading.telemetry import Telemetry

if TYPE_CHECKING:
    from trading.domain.decide import Message

T = TypeVar("T")


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
    """One worker per account: effects of an account go out in the order in which they were decided."""

    def __init__(self, engine: Writer, settings: EngineSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._brokers: dict[AccountId, Broker] = {}
        self._queues: dict[AccountId, asyncio.Queue[fx.Effect]] = {}
        self._tasks: dict[asyncio.Task[None], None] = {}
        self._timers: dict[PositionId, tuple[datetime, asyncio.Task[None]]] = {}
        self._flat_tries: dict[AccountId, tuple[str, int]] = {}
        self._flat_asked: set[AccountId] = set()
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
        self._brokers[account] = broker
        queue = self._queues[account] = asyncio.Queue()

        def resolve(cid: ClientOrderId) -> None:
            self.put([fx.Resolve(account, cid)])

        rounds = Rounds(self._engine, account, broker, self._settings, since, resolve)
        self.rounds[account] = rounds
        self._start(self._work(queue, broker), f"effects:{account}", ends=False)
        self._start(listen(self._engine, rounds, broker, self._settings), f"reports:{account}", ends=False)
        self._start(rounds.run(), f"rounds:{account}", ends=False)
        quiet = self._quiet[account] = Quiet(self._engine, account, broker, self._settings)
        self._start(quiet.run(), f"quiet:{account}", ends=False)

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
            self._in_flight += 1
            queue.put_nowait(effect)

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

    async def _work(self, queue: asyncio.Queue[fx.Effect], broker: Broker) -> None:
        while True:
            effect = await queue.get()
            try:
                await self._carry(effect, broker)
            finally:
                self._in_flight -= 1

    async def _carry(self, effect: fx.Effect, broker: Broker) -> None:
        match effect:
            case fx.Submit():
                await self._submit(effect, broker)
            case fx.Cancel():
                cid = effect.client_order_id
                await self._ask(effect, RequestKind.CANCEL, broker, lambda: broker.cancel(cid))
            case fx.Replace():
                cid = effect.client_order_id
                terms = (effect.quantity, effect.limit_price, effect.stop_price)
                await self._ask(effect, RequestKind.REPLACE, broker, lambda: broker.replace(cid, *terms))
            case fx.Resolve():
                self._quiet[effect.account].wake()
                # Beside the queue: a venue that does not answer must not hold up the account's exits.
                self._aside(self._resolve(effect, broker), f"resolve:{effect.client_order_id}")
            case fx.Compare():
                self.rounds[effect.account].hurry()
            case fx.CheckFlat():
                self._aside(self._check_flat(effect.account, broker), f"flat:{effect.account}")

    async def _submit(self, effect: fx.Submit, broker: Broker) -> None:
        """Exactly one send. Every order gets exactly one report out of it."""
        orders = effect.orders
        unknown = await self._engine.lease.must_hold(broker.profile.fence_s)
        if unknown:
            self._not_sent(effect, "no_lease", f"whether it may still be sent cannot be read: {unknown}")
            return
        if orders[0].item.is_entry and not self.rounds[effect.account].is_open:
            # Beside the queue: an exit must not wait behind an entry that does.
            self._aside(self._submit_later(effect, broker), f"waits:{orders[0].item.client_order_id}")
            return
        if orders[0].item.is_entry and self._is_halted(effect.account, orders[0].item.symbol):
            self._not_sent(effect, "halted", "it was halted before the order left, so it was not sent")
            return
        self.sent += 1
        sent_at, sent_s = self._engine.clock.now(), self._engine.clock.elapsed_s()
        cids = [approved.item.client_order_id for approved in orders]
        call = submitted(orders, broker)
        for answer in await self._answers(RequestKind.SUBMIT, effect.account, cids, broker, call):
            if isinstance(answer, rp.Silent):
                self._sent_s[answer.client_order_id] = sent_s
            is_taken = isinstance(answer, rp.Accepted)
            self._engine.report(replace(answer, sent_at=sent_at) if is_taken else answer)

    def _not_sent(self, effect: fx.Submit, code: str, text: str) -> None:
        """Nothing left us, which is certain."""
        now = self._engine.clock.now()
        for approved in effect.orders:
            cid = approved.item.client_order_id
            self._engine.report(rp.Rejected(effect.account, cid, code, text, now))

    async def _submit_later(self, effect: fx.Submit, broker: Broker) -> None:
        """An entry waits until the venue was compared with after a break, and not longer than its price is
        worth anything."""
        if await self.rounds[effect.account].opened():
            await self._submit(effect, broker)
        else:
            text = "the venue did not say in time what it holds, so nothing was sent"
            self._not_sent(effect, "not_compared", text)

    def _is_halted(self, account: AccountId, symbol: str) -> bool:
        """Whether nothing that adds risk may leave: what was decided before a halt may still wait here."""
        known = self._engine.book.account(account)
        if known is None:
            return False
        return is_stopped(self._engine.book, known, symbol, self._engine.clock.now())

    async def _ask(
        self,
        effect: fx.Cancel | fx.Replace,
        kind: RequestKind,
        broker: Broker,
        call: Callable[[], Awaitable[rp.BrokerReport]],
    ) -> None:
        """A cancel or a change. Silence says nothing about the order: it has it resolved."""
        account, cid = effect.account, effect.client_order_id
        refused = rp.CancelRefused if kind is RequestKind.CANCEL else rp.ReplaceRefused
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

    async def _timed(self, call: Awaitable[T]) -> T:
        async with asyncio.timeout(self._settings.send_timeout_s):
            return await call

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

    async def _resolve(self, effect: fx.Resolve, broker: Broker) -> None:
        order = self._engine.book.order_of_client_id(effect.client_order_id)
        if order is None:
            return
        if order.status in (OrderStatus.WORKING, OrderStatus.PARTIAL):
            # A request was refused or lost; what follows from the answer may be the same request again: each
            # time after a longer pause, or a venue that refuses for ever is asked for ever (X25).
            again = max((request.attempt for request in order.requests), default=1) - 1
            pause = self._settings.resolve_pause_s * 2 ** min(again, 16)
            await self._engine.clock.sleep_s(min(pause, self._settings.flat_pause_max_s))
        cid = order.client_order_id
        if order.status is OrderStatus.IN_DOUBT:
            if cid in self._asked:
                return
            self._asked.add(cid)
        try:
            sent_s = self._sent_s.get(cid)
            for report in await resolved(order, broker, self._engine, self._settings, sent_s):
                self._engine.report(report)
        finally:
            self._asked.discard(cid)
        self._sent_s.pop(cid, None)

    async def _check_flat(self, account: AccountId, broker: Broker) -> None:
        if account in self._flat_asked:
            return
        self._flat_asked.add(account)
        try:
            await self._pause_before_flat(account)
            self._engine.report(await self._flat_answer(account, broker))
        finally:
            self._flat_asked.discard(account)

    async def _pause_before_flat(self, account: AccountId) -> None:
        """The first question of a flatten goes out at once, each further one after twice the pause."""
        known = self._engine.book.account(account)
        flattening = known.flattening if known else None
        cause = flattening.command_id if flattening else ""
        asked_for, tries = self._flat_tries.get(account, (cause, 0))
        tries = tries if asked_for == cause else 0
        self._flat_tries[account] = (cause, tries + 1)
        if tries:
            pause = self._settings.flat_pause_s * 2 ** min(tries - 1, 16)
            await self._engine.clock.sleep_s(min(pause, self._settings.flat_pause_max_s))
            while wait_s := self._until_open_s(account, cause):
                await self._engine.clock.sleep_s(min(wait_s, self._settings.flat_pause_max_s))

    def _until_open_s(self, account: AccountId, cause: str) -> float:
        """Seconds until a market opens in which this flatten could close anything. 0 when one is open, when
        an order is still to end, or when it is another flatten by now: a closed market refuses each try."""
        book, now = self._engine.book, self._engine.clock.now()
        known = book.account(account)
        live = list(book.live_positions(account))
        flattening = known.flattening if known else None
        if flattening is None or flattening.command_id != cause or not live:
            return 0.0
        orders = [order for position in live for order in book.orders_of(position)]
        if any(order.is_entry or order.type is OrderType.MARKET for order in orders):
            return 0.0
        contracts = [book.instrument(account, position.symbol) for position in live]
        opens = [contract.session.next_open(now) if contract else now for contract in contracts]
        return (min(opens) - now).total_seconds()

    async def _flat_answer(self, account: AccountId, broker: Broker) -> rp.FlatChecked:
        clock = self._engine.clock
        try:
            seen = await self._timed(broker.snapshot())
        except (BrokerSilent, TimeoutError):
            return rp.FlatChecked(account, broker.profile.venue, None, None, clock.now())
        positions = sum(1 for quantity in seen.positions.values() if quantity)
        # What another hand has waiting there is not ours to cancel, and no reason to go on.
        ours = (self._engine.book.order_of_client_id(one.client_order_id) for one in seen.orders)
        waiting = sum(1 for order in ours if order is not None and not order.is_foreign)
        return rp.FlatChecked(account, broker.profile.venue, positions, waiting, clock.now())


def _is_leaving(book: Book, position: Position) -> bool:
    """Whether the order of a time exit is on its way."""
    return any(order.role is Role.TIME for order in book.orders_of(position))
