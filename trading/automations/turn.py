"""One step of a bot while it is made: the state so far and what it wants done. Every order goes through here.

Here stands what is the same for all bots: an event that comes twice changes nothing twice, no order leaves
that would break the budget, and what a bot cannot handle stops it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from msgspec.structs import replace

from trading.automations.booking import booked, covered, netted
from trading.automations.command import (
    BotCommand,
    Cancel,
    CloseAll,
    Guard,
    Note,
    NoteLevel,
    Place,
    StopSelf,
)
from trading.automations.event import OrderEnded, OrderEvent, OrderFilled, OrderRefused, OrderTaken
from trading.automations.state import (
    ORDERS_KEPT,
    BotOrder,
    BotState,
    Guarding,
    Life,
    OrderKind,
    Reason,
    with_fee,
)
from trading.domain.money import ZERO, Price, Quantity, plain
from trading.domain.order import OrderType, Side

REFUSALS_MAX: Final = 3
"""Refusals in a row, with nothing taken between them, after which a bot stops itself."""
WAIT: Final = timedelta(minutes=1)
"""How long a slot rests after a refusal; twice as long after each further one."""
LONG_WAIT: Final = timedelta(hours=1)
"""How long a slot rests when what it would place does not fit."""


S = TypeVar("S", bound=BotState)


class Turn(Generic[S]):
    """The step that is being made for the bot `name` at the instant `at`."""

    def __init__(self, name: str, state: S, at: datetime) -> None:
        self.name = name
        self.state = state
        self.at = at
        self.commands: list[BotCommand] = []
        self.is_dirty = False

    def change(self, **changes: Any) -> None:
        """The state with these fields changed; what should rest is compared anew at the end of the step."""
        self.state = replace(self.state, **changes)
        self.is_dirty = True

    def keep(self, **changes: Any) -> None:
        """The state with these fields changed, none of which moves an order."""
        self.state = replace(self.state, **changes)

    def see(self, bid: Price, ask: Price) -> None:
        """The market's newest price; by itself it moves no order."""
        self.state = replace(self.state, bid=bid, ask=ask, seen_at=self.at)

    def note(self, level: NoteLevel, code: str, **facts: object) -> None:
        """A line for the activity log."""
        said = {name: plain(fact) if isinstance(fact, Decimal) else str(fact) for name, fact in facts.items()}
        self.commands.append(Note(level, code, said, self.at))

    def fail(self, code: str, sentence: str) -> None:
        """This bot cannot go on: it ends its orders, keeps its guard, and says so."""
        if self.state.life is Life.ERROR:
            return
        for order in self.state.open_orders:
            self.cancel(order)
        self._over(Life.ERROR, code, sentence)

    def end(self, code: str, sentence: str) -> None:
        """This bot has done what it was made for."""
        if self.state.is_flat:
            self.guard(None, None)
        self._over(Life.STOPPED, code, sentence)

    def _over(self, life: Life, code: str, sentence: str) -> None:
        self.change(life=life, reason=Reason(code, sentence))
        is_error = life is Life.ERROR
        guard = self.state.guard
        is_guarded = None
        if not self.state.is_flat:
            level = guard and (guard.below if self.state.held > ZERO else guard.above)
            is_guarded = level is not None
        self.note(NoteLevel.ERROR if is_error else NoteLevel.INFO, code, sentence=sentence)
        self.commands.append(StopSelf(code, sentence, is_error, is_guarded))

    # ------------------------------------------------------------ what goes out

    def may(self, slot: str) -> bool:
        """Whether the slot may try now."""
        until = self.state.waits.get(slot)
        return until is None or self.at >= until

    def rest(self, slot: str, span: timedelta) -> None:
        """Keep a slot from trying again for a while."""
        self.change(waits={**self.state.waits, slot: self.at + span})

    def _tag(self, slot: str) -> str:
        """A new tag for the slot: it grows from its cause and is given once."""
        number = self.state.serials.get(slot, 0) + 1
        self.change(serials={**self.state.serials, slot: number})
        return f"{self.name}/{slot}/{number}"

    def _keep(self, order: BotOrder) -> None:
        orders = {**self.state.orders, order.tag: order}
        early = {fill.tag for fill in self.state.early}
        over = [tag for tag, one in orders.items() if not one.is_open and tag not in early]
        for tag in over[: max(len(over) - ORDERS_KEPT, 0)]:
            del orders[tag]
        self.change(orders=orders)

    def place(self, order: BotOrder, why: str) -> None:
        """Send an order, whose tag is still empty, unless its slot rests, it is too small or too dear."""
        state = self.state
        if not self.may(order.slot):
            return
        if order.opens:
            assert order.limit is not None, "what opens has a limit: only then is it known what it may cost"
            cost = with_fee(state.charge(order.limit, order.quantity), state.fee_percent)
            left = state.may_spend - state.committed
            if state.instrument.is_too_small(order.quantity, order.limit):
                self._skip(order, "too_small", quantity=order.quantity, price=order.limit)
                return
            if cost > left:
                self._skip(order, "beyond_budget", cost=cost, left=left)
                return
        order = replace(order, tag=self._tag(order.slot))
        self._keep(order)
        self.commands.append(
            Place(
                order.tag,
                order.side,
                order.type,
                Quantity(order.quantity),
                order.limit,
                order.stop,
                not order.opens,
                why,
            )
        )

    def _skip(self, order: BotOrder, code: str, **facts: object) -> None:
        self.note(NoteLevel.WARNING, code, slot=order.slot, **facts)
        self.rest(order.slot, LONG_WAIT)

    def cancel(self, order: BotOrder) -> None:
        """Ask once for the end of an order."""
        if not order.is_canceling:
            self._keep(replace(order, is_canceling=True))
            self.commands.append(Cancel(order.tag))

    def guard(self, below: Price | None, above: Price | None) -> None:
        """Have the guard stand at these levels."""
        state = self.state
        now = state.guard
        if now is None and below is None and above is None:
            return
        if now is not None and (now.below, now.above) == (below, above):
            return
        if now is None:
            if not self.may("guard"):
                return
            tag = self._tag("guard")
            self._keep(BotOrder(tag, "guard", OrderKind.GUARD, "", False, Side.SELL))
        else:
            tag = now.tag
        self.change(guard=Guarding(tag, below, above))
        self.commands.append(Guard(tag, below, above))

    def close_all(self, reason: str) -> None:
        """Have everything closed: once, and again when it was refused or ended early."""
        if self.state.closing != reason:
            self.change(closing=reason)
        is_open = any(o.kind is OrderKind.CLOSE and o.is_open for o in self.state.orders.values())
        if is_open or self.state.is_flat or not self.may("close"):
            return
        for order in self.state.open_orders:
            self._keep(replace(order, is_canceling=True))
        side = Side.SELL if self.state.held > ZERO else Side.BUY
        tag = self._tag("close")
        self._keep(BotOrder(tag, "close", OrderKind.CLOSE, "", False, side))
        self.commands.append(CloseAll(tag, reason))

    # ------------------------------------------------------------ what comes back

    def hear(self, event: OrderEvent) -> tuple[BotOrder, tuple[Decimal, ...]] | None:
        """Book what became of an order. For a new fill: the order as it was, and round trips that ended."""
        order = self.state.orders.get(event.tag)
        if order is None:
            self._stranger(event)
            return None
        match event:
            case OrderTaken():
                if self.state.refusals and order.is_open:
                    self.change(refusals=0)
            case OrderRefused():
                self._refused(order, event)
            case OrderEnded():
                self._ended(order, event)
            case OrderFilled():
                return self._filled(order, event)
        return None

    def _stranger(self, event: OrderEvent) -> None:
        """An order that is not remembered: of an old one nothing new comes, of an unknown one nothing may."""
        if not isinstance(event, OrderFilled):
            return
        slot, _, number = event.tag.removeprefix(f"{self.name}/").rpartition("/")
        if number.isdecimal() and 0 < int(number) <= self.state.serials.get(slot, 0):
            self.note(NoteLevel.WARNING, "old_fill", tag=event.tag, quantity=event.quantity)
        else:
            text = f"A fill of {event.tag} came, which this bot never gave; look at the position by hand."
            self.fail("unknown_fill", text)

    def _refused(self, order: BotOrder, event: OrderRefused) -> None:
        if order.has_ended:
            return
        self._keep(replace(order, has_ended=True, final=order.filled))
        refusals = self.state.refusals + 1
        self.change(refusals=refusals)
        self.rest(order.slot, WAIT * 2 ** (refusals - 1))
        self.note(NoteLevel.WARNING, "refused", tag=order.tag, sentence=event.sentence)
        if order.kind is OrderKind.GUARD:
            self.change(guard=None)
            if not self.state.is_flat:
                self.close_all("guard_refused")
        if refusals >= REFUSALS_MAX:
            text = f"{refusals} orders in a row were refused, the last one because: {event.sentence}"
            self.fail("refused", text)

    def _ended(self, order: BotOrder, event: OrderEnded) -> None:
        if order.has_ended:
            return
        was_expected = order.is_canceling or not order.is_open or event.is_ours
        self._keep(replace(order, has_ended=True, final=event.filled))
        if order.kind is OrderKind.GUARD:
            self.change(guard=None)
        if not was_expected:
            self.rest(order.slot, WAIT)
            self.note(NoteLevel.INFO, "ended", tag=order.tag, filled=order.filled)

    def _filled(self, order: BotOrder, fill: OrderFilled) -> tuple[BotOrder, tuple[Decimal, ...]] | None:
        if fill.fill_id in order.fill_ids:
            return None
        if not order.opens and fill.quantity > covered(self.state, order) and self._entries_are_open():
            # Told before the entry that it closes: it waits for that one, and nothing else is begun.
            seen = replace(
                order, filled=order.filled + fill.quantity, fill_ids=(*order.fill_ids, fill.fill_id)
            )
            self._keep(seen)
            self.change(early=(*self.state.early, fill), closing=self.state.closing or "guard")
            return None
        made = self._book(order, fill)
        if order.opens:
            self.catch_up()
        return made

    def _entries_are_open(self) -> bool:
        return any(order.opens and order.is_open for order in self.state.orders.values())

    def catch_up(self) -> None:
        """Book the exits that were told early, once their entries are known or nothing more can come."""
        for fill in self.state.early:
            order = self.state.orders[fill.tag]
            if fill.quantity > covered(self.state, order) and self._entries_are_open():
                continue
            self.change(early=tuple(one for one in self.state.early if one is not fill))
            known = tuple(one for one in order.fill_ids if one != fill.fill_id)
            self._book(replace(order, filled=order.filled - fill.quantity, fill_ids=known), fill)

    def _book(self, order: BotOrder, fill: OrderFilled) -> tuple[BotOrder, tuple[Decimal, ...]]:
        made = booked(self.state, order, fill)
        self.change(
            **{name: getattr(made.state, name) for name in ("lots", "statistic", "dust", "dust_cost")}
        )
        filled = order.filled + fill.quantity
        # What the venue closes for us is over with the position, whatever quantity it had in mind.
        is_over = order.kind is OrderKind.CLOSE and self.state.is_flat
        self._keep(
            replace(
                order,
                filled=filled,
                fill_ids=(*order.fill_ids, fill.fill_id),
                has_ended=order.has_ended or is_over,
            )
        )
        self.note(
            NoteLevel.INFO, "filled", tag=order.tag, price=fill.price, quantity=fill.quantity, fee=fill.fee
        )
        for trip in made.trips:
            level = NoteLevel.SUCCESS if trip > ZERO else NoteLevel.WARNING
            self.note(level, "round_trip", tag=order.tag, pnl=trip)
        if order.kind is OrderKind.GUARD and not self.state.closing:
            self.change(closing="guard")
        self._suspicious(order, filled, made.beyond)
        return order, made.trips

    def net(self) -> None:
        """While everything is being closed: long and short parts that make up nothing are over."""
        if self.state.closing:
            state = netted(self.state)
            self.change(lots=state.lots, statistic=state.statistic)

    def _suspicious(self, order: BotOrder, filled: Decimal, beyond: Decimal) -> None:
        """What a venue's fill must not do; it is booked all the same, because it is true."""
        state = self.state
        if order.kind is OrderKind.PLAIN and filled > order.quantity:
            text = f"{order.tag} was to trade {plain(order.quantity)} and has traded {plain(filled)}."
            self.fail("overfilled", text)
        elif beyond > ZERO:
            text = f"{order.tag} has traded {plain(beyond)} more than was held; look at the position by hand."
            self.fail("more_than_held", text)
        elif order.opens and sum((lot.reserved for lot in state.lots.values()), ZERO) > state.budget:
            text = f"What is held has cost more than the budget of {plain(state.budget)}: a fill came late."
            self.fail("beyond_budget", text)


def entry(slot: str, lot: str, side: Side, quantity: Decimal, limit: Price) -> BotOrder:
    """A limit order that opens, before it has a tag."""
    return BotOrder("", slot, OrderKind.PLAIN, lot, True, side, OrderType.LIMIT, quantity, limit)


def leaving(slot: str, lot: str, side: Side, quantity: Decimal, limit: Price) -> BotOrder:
    """A limit order that closes, before it has a tag."""
    return BotOrder("", slot, OrderKind.PLAIN, lot, False, side, OrderType.LIMIT, quantity, limit)
