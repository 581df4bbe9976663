"""One move of a bot: its state, and all that it wants, each of which passes the gate as everybody's does."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_bot as eb
from trading.domain.automation import (
    Automation,
    BotCancel,
    BotClose,
    BotGuard,
    BotPlace,
    BotStatus,
    Heard,
    HeardKind,
)
from trading.domain.book import Book
from trading.domain.decide.bot_symbol import bot_of, end_bot, end_orders, orders_of, position_of
from trading.domain.decide.closing import close_position, start_flatten
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.entry import EntryPlan, open_position, plan_entry
from trading.domain.decide.legs import sync
from trading.domain.exits import ExitPlan, Level, LevelKind, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ids import AccountId, CommandId
from trading.domain.money import ZERO, Price, plain
from trading.domain.position import Position
from trading.domain.seen import Seen

WAITS: Final = frozenset(
    {
        "rate_10_s",
        "rate_minute",
        "maintenance",
        "desk_halt",
        "account_halt",
        "lockout",
        "frozen",
        "market_open",
        "no_price",
        "price_fresh",
    }
)
"""Refusals that say "not now": the entry waits, and goes when nothing says so any more. Each other one is an
answer that the bot hears."""


def bot_acts(d: Deciding, command: cm.BotActs) -> None:
    """One move of a bot: its state and all that it wants, in one append; of an older state nothing."""
    bot = bot_of(d, command)
    if bot is None:
        return
    if bot.version != command.version or bot.status is not BotStatus.ACTIVE:
        # Nothing is written: whoever runs it looks at the book and goes on from there.
        d.refusals = (ev.Refusal("bot_moved", f"The bot {bot.name} has moved on.", "version"),)
        return
    _Move(d, bot, command).make()


class _Move:
    """One move in the making."""

    def __init__(self, d: Deciding, bot: Automation, command: cm.BotActs) -> None:
        self.d = d
        self.bot = bot
        self.command = command
        self.guard = bot.guard
        self.later: list[BotPlace] = []
        flat = any(one.kind is HeardKind.FLAT for one in bot.heard[: command.heard])
        self.closing = "" if flat else bot.closing

    def make(self) -> None:
        """What waited goes first: it was wanted first."""
        canceled = {one.tag for one in self.command.wants if isinstance(one, BotCancel)}
        for place in self.bot.later:
            if place.tag in canceled:
                self.later.append(place)  # until it is asked for below
            else:
                self._place(place)
        for want in self.command.wants:
            match want:
                case BotPlace():
                    self._place(want)
                case BotCancel():
                    self._cancel(want.tag)
                case BotGuard():
                    self._move_guard(want)
                case _:
                    self._close(want)
        command, bot = self.command, self.bot
        self.d.emit(
            eb.BotMoved(
                account=command.account,
                bot_id=bot.bot_id,
                version=bot.version + 1,
                heard=command.heard,
                state=command.state,
                at=self.d.now,
                later=tuple(self.later),
                guard=self.guard,
                closing=self.closing,
                notes=command.notes,
            )
        )
        self._end()
        self.d.facts = {"version": bot.version + 1}

    def _end(self) -> None:
        ending = self.command.ending
        if ending is None:
            return
        position = position_of(self.d, self.bot)
        if position is not None:
            end_orders(self.d, position, self.command.command_id)
        status = BotStatus.ERROR if ending.is_error else BotStatus.STOPPED
        sentence = ending.sentence if ending.is_error else self.bot.reason or ending.sentence
        end_bot(self.d, self.bot, status, ending.code, sentence)

    def _answer(self, tag: str, kind: HeardKind, refusal: ev.Refusal | None = None) -> None:
        """The bot hears by itself what no order will say."""
        code, sentence = (refusal.code, refusal.sentence) if refusal is not None else ("", "")
        heard = Heard(kind, self.d.now, tag, code=code, sentence=sentence)
        self.d.emit(eb.BotHeard(self.command.account, self.bot.bot_id, heard, self.d.now))

    # ------------------------------------------------------------ orders

    def _place(self, place: BotPlace) -> None:
        if place.reduce_only:
            self._place_exit(place)
            return
        d, seen = self.d, self.command.seen
        over = _over_budget(d, self.bot, place, seen)
        if over is not None:
            self._answer(place.tag, HeardKind.REFUSED, over)
            return
        held = position_of(d, self.bot)
        is_first = held is None or not held.is_open
        command = entry_of(self.command.account, self.bot, place, seen, self.guard, is_first=is_first)
        if _waits(plan_entry(d.book, command, d.now, live_allowed=d.context.live_allowed)):
            self.later.append(place)
            return
        open_position(self.d, command)
        self._heard_back(place)

    def _place_exit(self, place: BotPlace) -> None:
        if self.d.book.marks.get(self.bot.symbol) is None:
            self.later.append(place)  # right after a start
            return
        position = position_of(self.d, self.bot)
        if position is None or not position.is_open or position.quantity * place.side.sign > 0:
            text = f"Nothing of {self.bot.symbol} is held that this could close."
            self._answer(place.tag, HeardKind.REFUSED, ev.Refusal("nothing_to_close", text))
            return
        close_position(
            self.d,
            cm.ClosePosition(
                command_id=CommandId(self.bot.cause(place.tag)),
                person=self.command.person,
                account=self.command.account,
                position_id=position.position_id,
                size=Size(SizeKind.BASE, place.quantity),
                seen=self.command.seen,
                order_type=place.type,
                limit=_price(place.limit),
                stop=_price(place.stop),
                tag=self.bot.tag,
                serves=place.tag,
            ),
        )
        self._heard_back(place)

    def _heard_back(self, place: BotPlace) -> None:
        """What was refused is an answer to the bot, none to whoever runs it."""
        if self.d.refusals:
            self._answer(place.tag, HeardKind.REFUSED, self.d.refusals[0])
            self.d.refusals = ()

    def _cancel(self, tag: str) -> None:
        if any(one.tag == tag for one in self.later):
            self.later = [one for one in self.later if one.tag != tag]
            self._answer(tag, HeardKind.ENDED)
            return
        for order in orders_of(self.d, self.bot):
            if order.serves == tag:
                self.d.ask_cancel(order, self.command.command_id, is_new=True)

    def _move_guard(self, guard: BotGuard) -> None:
        self.guard = guard
        position = position_of(self.d, self.bot)
        if position is None:
            return
        plan = replace(position.plan, stop=stop_of(guard, is_long=_is_long(self.d, position)))
        if plan == position.plan:
            return
        cause = self.command.command_id
        d = self.d
        d.emit(ev.PlanSet(position.account, position.position_id, plan, None, cause, d.now, d.by))
        sync(d, position, "command", fresh_stop=True)

    def _close(self, close: BotClose) -> None:
        position = position_of(self.d, self.bot)
        for place in self.later:
            self._answer(place.tag, HeardKind.ENDED)
        self.later = []
        if position is None:
            self._answer(close.tag, HeardKind.FLAT)
            return
        self.closing = close.tag
        cause = CommandId(self.bot.cause(close.tag))
        start_flatten(self.d, self.command.account, cause, [position], is_panic=False)


def entry_of(
    account: AccountId,
    bot: Automation,
    place: BotPlace,
    seen: Seen,
    guard: BotGuard | None,
    *,
    is_first: bool,
) -> cm.OpenPosition:
    """An entry of a bot as anybody would ask for it. The first one brings the stop: what is held has one."""
    is_long = place.side.sign > 0
    stop = stop_of(guard, is_long=is_long) if guard is not None and is_first else None
    return cm.OpenPosition(
        command_id=CommandId(bot.cause(place.tag)),
        person=bot.person,
        account=account,
        seen=seen,
        is_long=is_long,
        size=Size(SizeKind.CONTRACTS if seen.instrument.is_future else SizeKind.BASE, place.quantity),
        order_type=place.type,
        limit=_price(place.limit),
        stop=_price(place.stop),
        exits=ExitPlan(stop=stop),
        tag=bot.tag,
        # A bot means it: two of its orders may well be alike.
        confirmed=("duplicate",),
        serves=place.tag,
    )


def order_waits(
    book: Book,
    account: AccountId,
    bot: Automation,
    place: BotPlace,
    seen: Seen,
    now: datetime,
    *,
    live_allowed: bool,
) -> bool:
    """Whether nothing is wrong with an order of a bot but the moment."""
    if place.reduce_only:
        return book.marks.get(bot.symbol) is None
    held = book.current_position(account, bot.symbol)
    is_first = held is None or not held.is_open
    command = entry_of(account, bot, place, seen, bot.guard, is_first=is_first)
    return _waits(plan_entry(book, command, now, live_allowed=live_allowed))


def _waits(plan: EntryPlan | tuple[ev.Refusal, ...]) -> bool:
    refusals = plan.refusals if isinstance(plan, EntryPlan) else plan
    return bool(refusals) and all(one.code in WAITS for one in refusals)


def stop_of(guard: BotGuard, *, is_long: bool) -> Level | None:
    """The stop of what is held on a side."""
    price = guard.below if is_long else guard.above
    return None if price is None else Level(LevelKind.PRICE, price)


def _price(price: Price | None) -> PriceSpec | None:
    return None if price is None else PriceSpec(PriceSpecKind.ABSOLUTE, price)


def _is_long(d: Deciding, position: Position) -> bool:
    if position.quantity:
        return position.is_long
    return next((o.side.sign > 0 for o in d.book.orders_of(position) if o.is_entry), True)


def _over_budget(d: Deciding, bot: Automation, place: BotPlace, seen: Seen) -> ev.Refusal | None:
    """A bot has its own bounds; this one holds whatever is wrong with it."""
    instrument = seen.instrument
    price = place.limit or place.stop
    assert price is not None, "what a bot opens has a price"
    position = position_of(d, bot)
    waiting: Decimal = sum(
        (
            instrument.notional(o.limit_price or o.stop_price or ZERO, o.remaining).value
            for o in orders_of(d, bot)
            if o.is_entry
        ),
        ZERO,
    )
    held = abs(position.cost) if position is not None else ZERO
    bound = (held + waiting + instrument.notional(price, place.quantity).value) * instrument.margin_fraction
    if bound <= bot.budget:
        return None
    text = f"That would bind {plain(bound)}, and the budget of {bot.name} is {plain(bot.budget)}."
    return ev.Refusal("bot_over_budget", text, "budget", plain(bot.budget))
