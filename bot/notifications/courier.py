"""Carries messages to a platform as fast as it allows and no faster; urgent first, fair between chats.

Wraps a platform's own messenger and is one itself. What is allowed: budget.py; what goes next: outgoing.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypeVar

from bot.conversation.messenger import (
    PLAINLY,
    BoardMessenger,
    ChatMoved,
    Lane,
    Manner,
    MaybeDelivered,
    MessageRef,
    TooFast,
    Undelivered,
)
from bot.conversation.screen import Screen
from bot.notifications.budget import Rules
from bot.notifications.outgoing import Outgoing, Parcel
from trading.ports import Clock
from trading.telemetry import MUTE, Telemetry

T = TypeVar("T")
_MOVES_MAX = 1_000
_NAP_MIN_S = 0.001

Moved = Callable[[str, str], Awaitable[None]]
"""Told the old and the new id of a chat that moved, before the message is sent there."""


class Crowded(TooFast):
    """Too much waits already, or its turn did not come in time: keep the message for later. Nothing was
    delivered."""


async def unmoved(old: str, new: str) -> None:
    """For platforms whose chats keep their ids."""


def one_piece(screen: Screen) -> int:
    """For platforms that make one message of every screen."""
    return 1


@dataclass(slots=True, eq=False)
class _Errand(Parcel):
    """A parcel with what is to be done, who waits for it and since when."""

    call: Callable[[str], Awaitable[Any]] | None = None
    waiters: list[asyncio.Future[Any]] = field(default_factory=list)
    since_s: float = 0.0
    has_moved: bool = False


class Courier:
    """`BoardMessenger` that keeps a platform's limits. A call returns once the message was delivered, or
    raises what the platform raised; `Crowded` when it never was its turn.

    Args:
        messenger: the platform's own; called with one request per chat and lane at a time.
        rules: what the platform allows.
        moved: told of a chat that has another id now; the message is then sent there once.
        pieces: how many messages the platform makes of a screen.
    """

    def __init__(
        self,
        messenger: BoardMessenger,
        clock: Clock,
        rules: Rules,
        telemetry: Telemetry = MUTE,
        *,
        moved: Moved = unmoved,
        pieces: Callable[[Screen], int] = one_piece,
    ) -> None:
        self._messenger = messenger
        self._clock = clock
        self._rules = rules
        self._telemetry = telemetry
        self._moved = moved
        self._pieces = pieces
        self._outgoing: Outgoing[_Errand] = Outgoing(rules)
        self._moves: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = inf
        self._is_closed = False

    # ------------------------------------------------------------ Messenger

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """Deliver a new message, when it is its turn. Raises Undelivered."""

        def call(there: str) -> Awaitable[MessageRef]:
            return self._messenger.send(there, screen, manner)

        ref: MessageRef = await self._carry(chat, manner.lane, call, self._pieces(screen))
        return ref

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Replace a message, when it is its turn; a newer edit of the same message takes the place of one
        that still waits, and both return once the newer one is delivered. Raises Undelivered."""

        def call(there: str) -> Awaitable[None]:
            return self._messenger.edit(_at(ref, there), screen, manner)

        await self._carry(ref.chat, manner.lane, call, key=ref)

    async def pin(self, ref: MessageRef) -> None:
        """Keep the message at the top of its chat. Raises Undelivered."""

        def call(there: str) -> Awaitable[None]:
            return self._messenger.pin(_at(ref, there))

        await self._carry(ref.chat, Lane.NORMAL, call)

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away. Raises Undelivered."""

        def call(there: str) -> Awaitable[None]:
            return self._messenger.delete(_at(ref, there))

        await self._carry(ref.chat, Lane.NORMAL, call)

    # ------------------------------------------------------------ what others ask

    @property
    def waiting(self) -> int:
        """How many messages wait for their turn."""
        return self._outgoing.waiting

    async def close(self) -> None:
        """Refuse what waits (`Crowded`: it stays with its caller) and end what is under way."""
        self._is_closed = True
        for errand in self._outgoing.everything():
            self._withdraw(errand, Crowded(0.0, is_whole_bot=True))
        tasks = [*self._tasks, *((self._timer,) if self._timer is not None else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------ the way of one message

    async def _carry(
        self,
        chat: str,
        lane: Lane,
        call: Callable[[str], Awaitable[T]],
        pieces: int = 1,
        key: Hashable = None,
    ) -> T:
        now = self._clock.elapsed_s()
        chat = self._moves.get(chat, chat)
        deadline_s = now + self._rules.deadlines_s[lane]
        if self._is_closed:
            raise Crowded(0.0, is_whole_bot=True)
        if (until := self._outgoing.paused_until(chat)) > deadline_s:
            raise TooFast(until - now)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        errand = self._outgoing.edit_of(key) if key is not None else None
        if errand is not None:
            self._renew(errand, lane, call, deadline_s, now)
            errand.waiters.append(done)
        else:
            errand = _Errand(chat, lane, deadline_s, pieces, key, call=call, waiters=[done], since_s=now)
            self._admit(errand, now)
        try:
            # Whatever may go at once goes in the caller's own task: no detour for the common case.
            if self._pump(errand):
                await self._attempt(errand)
            return await done
        finally:
            self._forsake(errand, done)

    def _admit(self, errand: _Errand, now: float) -> None:
        victim = self._outgoing.put(errand, now)
        if victim is not None:
            self._telemetry.count("courier_crowded", lane=victim.lane.name.lower())
            self._fail(victim, Crowded(self._rules.deadlines_s[victim.lane]))

    def _renew(
        self,
        errand: _Errand,
        lane: Lane,
        call: Callable[[str], Awaitable[Any]],
        deadline_s: float,
        now: float,
    ) -> None:
        """A newer edit takes the place of a waiting one, in the more urgent of both lanes."""
        self._telemetry.count("courier_merged", lane=lane.name.lower())
        errand.call = call
        errand.deadline_s = max(errand.deadline_s, deadline_s)
        if lane < errand.lane:
            self._outgoing.withdraw(errand, now)
            errand.lane = lane
            self._admit(errand, now)

    def _forsake(self, errand: _Errand, done: asyncio.Future[Any]) -> None:
        """A caller is gone: what nobody waits for any more is not sent."""
        if not done.done():
            done.cancel()
        elif not done.cancelled():
            done.exception()  # looked at, also when the caller was called away meanwhile
        if done in errand.waiters:
            errand.waiters.remove(done)
            if not errand.waiters:
                self._outgoing.withdraw(errand, self._clock.elapsed_s())

    async def _attempt(self, errand: _Errand) -> None:
        """One request and what becomes of it."""
        assert errand.call is not None
        is_over = False
        limit = asyncio.timeout(self._rules.attempt_s)
        try:
            async with limit:
                result = await errand.call(errand.chat)
        except TooFast as refusal:
            self._over(errand)
            is_over = True
            self._hold(errand, refusal)
        except ChatMoved as move:
            self._over(errand)
            is_over = True
            await self._follow(errand, move)
        except TimeoutError as error:
            said = MaybeDelivered(f"no answer within {self._rules.attempt_s:g} s")
            self._fail(errand, said if limit.expired() else error)
        except asyncio.CancelledError:
            self._fail(errand, MaybeDelivered("given up under way"))
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
            self._fail(errand, error)
        else:
            self._succeed(errand, result)
        finally:
            if not is_over:
                self._over(errand)
            if not self._is_closed:
                self._pump()

    def _over(self, errand: _Errand) -> None:
        self._outgoing.over(errand, self._clock.elapsed_s())

    def _hold(self, errand: _Errand, refusal: TooFast) -> None:
        """The platform wants a pause; nothing was delivered, so the message keeps its place."""
        now = self._clock.elapsed_s()
        until = now + max(0.0, refusal.retry_after_s)
        self._telemetry.count("courier_too_fast", scope="bot" if refusal.is_whole_bot else "chat")
        self._telemetry.log(
            "warning",
            "too_fast",
            chat=errand.chat,
            retry_after_s=refusal.retry_after_s,
            is_whole_bot=refusal.is_whole_bot,
        )
        self._outgoing.pause(None if refusal.is_whole_bot else errand.chat, until, now)
        if until > errand.deadline_s or self._is_closed:
            self._fail(errand, refusal)
        elif errand.waiters:
            self._outgoing.again(errand, now)

    async def _follow(self, errand: _Errand, move: ChatMoved) -> None:
        """The chat has another id: tell whoever keeps ids, then send there, once."""
        old, new = errand.chat, move.chat
        if errand.has_moved or old == new:
            self._fail(errand, move)
            return
        errand.has_moved = True
        try:
            await self._moved(old, new)
        except Exception as error:  # noqa: BLE001 - a store that is down must not lose the message
            self._telemetry.log("error", "move_not_kept", old=old, new=new, error=str(error))
        if len(self._moves) >= _MOVES_MAX:
            self._moves.pop(next(iter(self._moves)))
        self._moves[old] = new
        now = self._clock.elapsed_s()
        self._outgoing.move(old, new, now)
        errand.chat = new
        if self._is_closed:
            self._fail(errand, Crowded(0.0, is_whole_bot=True))
        elif errand.waiters:
            self._outgoing.again(errand, now)

    def _succeed(self, errand: _Errand, result: object) -> None:
        lane = errand.lane.name.lower()
        self._telemetry.count("courier_sent", lane=lane)
        self._telemetry.took("courier_wait_seconds", errand.began_s - errand.since_s, lane=lane)
        for waiter in errand.waiters:
            if not waiter.done():
                waiter.set_result(result)
        errand.waiters.clear()

    def _fail(self, errand: _Errand, error: Exception) -> None:
        kind = type(error).__name__ if isinstance(error, Undelivered) else "other"
        self._telemetry.count("courier_failed", lane=errand.lane.name.lower(), kind=kind)
        for waiter in errand.waiters:
            if not waiter.done():
                waiter.set_exception(error)
        errand.waiters.clear()

    def _withdraw(self, errand: _Errand, error: Exception) -> None:
        if self._outgoing.withdraw(errand, self._clock.elapsed_s()):
            self._fail(errand, error)

    # ------------------------------------------------------------ the pump

    def _pump(self, own: _Errand | None = None) -> bool:
        """Begin whatever may go now. Returns whether `own` may: its caller carries it itself."""
        now = self._clock.elapsed_s()
        is_own = False
        for late in self._outgoing.expired(now):
            self._telemetry.count("courier_expired", lane=late.lane.name.lower())
            self._fail(late, Crowded(self._rules.deadlines_s[late.lane]))
        while (errand := self._outgoing.pick(now)) is not None:
            if errand is own:
                is_own = True
            else:
                task = asyncio.get_running_loop().create_task(self._attempt(errand), name="courier")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        self._telemetry.level("courier_waiting", self._outgoing.waiting)
        self._set_timer(self._outgoing.next_at(now), now)
        return is_own

    def _set_timer(self, at: float, now: float) -> None:
        if at >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        loop = asyncio.get_running_loop()
        self._timer = loop.create_task(self._later(max(_NAP_MIN_S, at - now)), name="courier timer")

    async def _later(self, seconds: float) -> None:
        await self._clock.sleep_s(seconds)
        self._timer = None
        self._timer_at = inf
        self._pump()


def _at(ref: MessageRef, chat: str) -> MessageRef:
    """The same message under the present id of its chat."""
    return ref if ref.chat == chat else MessageRef(ref.platform, chat, ref.message_id)
