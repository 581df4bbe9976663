"""The desk's own jobs, as data: what each is called, when it is due, what it does about missed slots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.job import Missed
from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.events import Level
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.domain.order import TimeInForce
from trading.domain.reports import Noted
from trading.domain.schedule import Calendar, Interval, Schedule
from trading.domain.timed import slot_command_id
from trading.ports import Clock, Desk, MarketData, Registers

DESK_PERSON = PersonId("desk")
PENDING_KEPT = timedelta(days=1)
STALE_AGAIN = timedelta(hours=1)
STALE_LONG = timedelta(minutes=15)
"""A price that was told of as old within the hour is told of again only when it is older than this."""
EXPIRY_GRACE = timedelta(seconds=60)
"""So long a venue has to end an order by itself, before we ask it to."""


@dataclass(frozen=True)
class Standing:
    """A job of the desk. `remembers`: the last slot is kept over restarts (in the registers); what is done
    every minute anyway need not be. `says`: whether people hear of slots that were missed."""

    name: str
    schedule: Schedule
    run: Callable[[datetime], Awaitable[None]]
    missed: Missed = Missed.RUN_ONCE
    remembers: bool = False
    says: bool = False


def told(job: str, slot: datetime, code: str, topic: str, level: Level, facts: dict[str, str]) -> cm.Tell:
    """What tells people, once for each slot of a job."""
    return cm.Tell(slot_command_id(job, slot), DESK_PERSON, AccountId(DESK), code, topic, level.value, facts)


# ---------------------------------------------------------------- backups


def backup_job(desk: Desk, backup: Callable[[datetime], Awaitable[str]]) -> Standing:
    """Every night at 03:17 UTC. `backup(slot)` writes one and returns an empty text, or a sentence why it
    could not; a failure is told, a success is not. One that was missed is made up for once."""

    async def run(slot: datetime) -> None:
        problem = await backup(slot)
        if problem:
            await desk.submit(
                told("backup", slot, "backup_failed", "operation", Level.ERROR, {"problem": problem})
            )

    return Standing("backup", Calendar(3, 17), run, remembers=True)


# ---------------------------------------------------------------- keys of venues


def keys_job(check: Callable[[str], Awaitable[object]]) -> Standing:
    """Every day at 04:41 UTC: every key is asked what it may do, for that changes at venues behind our back
    (X51). `check(cause)` does it. A day that was missed is made up for once."""

    async def run(slot: datetime) -> None:
        await check(slot_command_id("keys", slot))

    return Standing("keys", Calendar(4, 41), run, remembers=True)


# ---------------------------------------------------------------- pruning


def prune_job(registers: Registers, clock: Clock, anchor: datetime) -> Standing:
    """Every hour: questions that nobody can mean any more are forgotten, whether or not anybody talks."""

    async def run(slot: datetime) -> None:
        await registers.drop_pending([], expired_before=clock.now() - PENDING_KEPT)

    return Standing("prune", Interval(3_600, anchor), run)


# ---------------------------------------------------------------- orders that should have ended


def expiry_job(desk: Desk, book: Callable[[], Book], clock: Clock, anchor: datetime) -> Standing:
    """Every minute: an order with an end (`gtd`) that is past and still open is canceled. Venues that know
    such orders end them themselves and are never asked; time exits of positions are the outbox's timers."""

    async def run(slot: datetime) -> None:
        now = clock.now()
        known = book()
        for name in known.account_ids():
            account = known.account(name)
            assert account is not None
            for order in list(known.open_orders(name)):
                ends = order.expires_at if order.time_in_force is TimeInForce.GTD else None
                if ends is None or now - ends < EXPIRY_GRACE or order.is_canceling:
                    continue
                key = CommandId(f"{slot_command_id('expiry', slot)}/{order.order_id}")
                await desk.submit(cm.CancelOrders(key, account.owner, name, (order.order_id,)))

    return Standing("expiry", Interval(60, anchor), run)


# ---------------------------------------------------------------- prices that are too old


def _nobody_is_asked(symbol: str) -> None:
    """For feeds that give every price anyway."""


class StaleLook:
    """Says once that the price of something held is older than its feed promises, once that it is back.

    `want` asks a feed to listen to a symbol: whatever is held or waited for by an alert and has no fresh
    price is asked for again, since after a restart nobody may have looked at it yet.
    """

    def __init__(
        self,
        report: Callable[[Noted], None],
        book: Callable[[], Book],
        market: MarketData,
        clock: Clock,
        want: Callable[[str], None] = _nobody_is_asked,
    ) -> None:
        self._report = report
        self._book = book
        self._market = market
        self._clock = clock
        self._want = want
        self._stale: dict[tuple[AccountId, str], datetime] = {}
        self._told_at: dict[tuple[AccountId, str], datetime] = {}

    async def run(self, slot: datetime) -> None:
        """One look at everything that is held or waited for."""
        now = self._clock.now()
        book = self._book()
        held = {
            (name, position.symbol)
            for name in book.account_ids()
            for position in book.live_positions(name)
            if position.is_open
        }
        for key in [key for key in self._stale if key not in held]:
            del self._stale[key]
            self._told_at.pop(key, None)
        for key in sorted(held):
            self._look(key, now)
        awaited = {alert.symbol for account in book.accounts.values() for alert in account.alerts}
        for symbol in sorted(awaited | {symbol for _, symbol in held}):
            if self._age(symbol, now) is None:
                self._want(symbol)

    def _age(self, symbol: str, now: datetime) -> timedelta | None:
        """How old the price is; None when there is none, or one that is too old."""
        quote = self._market.last(symbol)
        bound = timedelta(seconds=self._market.stale_after_s(symbol))
        return None if quote is None or now - quote.at > bound else now - quote.at

    def _look(self, key: tuple[AccountId, str], now: datetime) -> None:
        account, symbol = key
        if not self._market.is_open(symbol, now):
            return  # a closed market has no new prices to give
        is_stale = self._age(symbol, now) is None
        if is_stale and key not in self._stale:
            quote = self._market.last(symbol)
            since = quote.at if quote else now
            told_at = self._told_at.get(key)
            if told_at is not None and now - told_at < STALE_AGAIN and now - since < STALE_LONG:
                return  # a feed that comes and goes is told of once in a while
            self._told_at[key] = now
            self._stale[key] = since
            self._note(account, "feed_stale", Level.WARNING, symbol, now)
        elif not is_stale and key in self._stale:
            self._note(account, "feed_fresh", Level.SUCCESS, symbol, now)
            del self._stale[key]

    def _note(self, account: AccountId, code: str, level: Level, symbol: str, now: datetime) -> None:
        age_s = (now - self._stale[(account, symbol)]) // timedelta(seconds=1)
        facts = {"symbol": symbol, "age_s": str(age_s)}
        self._report(Noted(account, code, "feed", level.value, facts, now))


def stale_job(look: StaleLook, anchor: datetime) -> Standing:
    """Every half minute."""
    return Standing("stale", Interval(30, anchor), look.run)
