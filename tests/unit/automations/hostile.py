"""A venue that does to a bot what venues do: late answers, answers twice and in the wrong order, fills in
parts, refusals, ends that nobody asked for. What really happened it knows, and compares."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.unit.automations.market import BEGIN, MINUTE, thawed
from trading.automations import command as cm
from trading.automations import event as ev
from trading.automations.machine import Machine
from trading.automations.state import BotState, Life
from trading.domain.market import Bar
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Side

D = Decimal
FEE = D("0.001")
DOES_SOMETHING = cm.Place | cm.CloseAll | cm.Cancel | cm.Guard


class Hostile:
    """One bot among bad luck. `trouble` is the chance of each kind of it."""

    def __init__(self, machine: Machine[Any], state: BotState, chance: Random, trouble: float = 0.15) -> None:
        self.machine = machine
        self.state: Any = state
        self.chance = chance
        self.trouble = trouble
        self.instrument = state.instrument
        self.price = D(100)
        self.now = BEGIN
        self.orders: dict[str, list[Any]] = {}  # tag -> [Place, filled]
        self.canceling: list[str] = []
        self.guard: cm.Guard | None = None
        self.closing: str = ""
        self.queue: list[ev.BotEvent] = []
        self.seen: set[str] = set()
        self.held = ZERO
        self.cash = ZERO
        self.fills = 0
        self.bar: list[Decimal] = []
        self.bar_at = BEGIN

    # ------------------------------------------------------------ the bot

    def tell(self, event: ev.BotEvent) -> None:
        """One event, with everything that must hold of one step."""
        before = self.state
        after, commands = self.machine.step(before, event)
        again = self.machine.step(thawed(self.machine, before), event)
        assert again == (after, commands), "a restart changes what a bot does"
        twice, more = self.machine.step(after, event)
        assert not [one for one in more if isinstance(one, DOES_SOMETHING)], (event, more)
        assert (twice.orders, twice.lots, twice.statistic) == (after.orders, after.lots, after.statistic)
        self.state = after
        for command in commands:
            self.do(command)
        self.check()

    def do(self, command: cm.BotCommand) -> None:
        """What the bot wants, as the venue takes it."""
        match command:
            case cm.Place():
                assert command.tag not in self.seen, f"{command.tag} was placed twice"
                self.seen.add(command.tag)
                if self._luck() or (command.reduce_only and not self.held):
                    self.queue.append(
                        ev.OrderRefused(command.tag, "The venue was not in the mood.", self.now)
                    )
                else:
                    self.orders[command.tag] = [command, ZERO]
                    self.queue.append(ev.OrderTaken(command.tag, self.now))
            case cm.Cancel():
                self.canceling.append(command.tag)
            case cm.Guard():
                self.guard = command
            case cm.CloseAll():
                assert command.tag not in self.seen, f"{command.tag} was placed twice"
                self.seen.add(command.tag)
                if self._luck():
                    self.queue.append(ev.OrderRefused(command.tag, "Not now.", self.now))
                else:
                    self.canceling += list(self.orders)
                    self.closing = command.tag
            case _:
                pass

    def _luck(self) -> bool:
        return self.chance.random() < self.trouble

    def check(self) -> None:
        """What no bad luck may break."""
        state = self.state
        for side in Side:
            lots = (lot.quantity for lot in state.lots.values() if lot.quantity * side.sign < ZERO)
            most = abs(sum(lots, ZERO))
            exits = (o for o in state.open_orders if o.side is side and not (o.opens or o.is_canceling))
            leaving = sum((o.remaining for o in exits), ZERO)
            assert leaving <= most, f"{leaving} rest to {side} and {most} is held"
        assert state.committed <= state.budget, (state.committed, state.budget)
        if not self.instrument.is_future:
            assert self.held >= ZERO, f"sold more than was held: {self.held}"
            if_filled = sum(
                (
                    (o[0].quantity - o[1]) * o[0].limit * (1 + FEE)
                    for o in self.orders.values()
                    if not o[0].reduce_only
                ),
                ZERO,
            )
            assert state.budget + self.cash >= if_filled, (state.budget, self.cash, if_filled)

    # ------------------------------------------------------------ the venue

    def trade(self, tag: str, side: Side, price: Decimal, quantity: Decimal) -> None:
        """A fill, told some time later."""
        self.fills += 1
        fee = quantity * price * FEE
        self.held += side.sign * quantity
        self.cash -= side.sign * quantity * price + fee
        self.queue.append(
            ev.OrderFilled(tag, f"f{self.fills}", Price(price), Quantity(quantity), fee, self.now)
        )

    def part(self, quantity: Decimal) -> Decimal:
        """All of it, or some lots."""
        if not self._luck():
            return quantity
        return max(self.instrument.quantity_down(quantity / 3), self.instrument.lot_size)

    def match(self) -> None:
        """What the price of now fills, and what ends."""
        for tag in [tag for tag in self.canceling if self.chance.random() < 0.6]:
            self.canceling.remove(tag)
            self.end(tag)
        for tag, (place, filled) in list(self.orders.items()):
            buys = place.side is Side.BUY
            if self.price <= place.limit if buys else self.price >= place.limit:
                quantity = self.part(place.quantity - filled)
                if place.reduce_only:
                    quantity = min(quantity, max(-self.held * place.side.sign, ZERO))
                if quantity > ZERO:
                    self.orders[tag][1] += quantity
                    self.trade(tag, place.side, self.price, quantity)
                if self.orders[tag][1] >= place.quantity:
                    del self.orders[tag]
            elif self.chance.random() < self.trouble / 20:
                self.end(tag)
        self._leave()

    def end(self, tag: str) -> None:
        """The order is there no more."""
        found = self.orders.pop(tag, None)
        if found is not None:
            self.queue.append(ev.OrderEnded(tag, self.now, Quantity(found[1])))

    def _leave(self) -> None:
        """Guard and closing, which may trade what is held and nothing else: resting exits give way."""
        guard = self.guard
        level = None if guard is None else (guard.below if self.held > ZERO else guard.above)
        is_hit = level is not None and (self.price <= level if self.held > ZERO else self.price >= level)
        tag = guard.tag if guard is not None and is_hit else self.closing
        if not tag or not self.held:
            if self.closing and not self.held:
                self.queue.append(ev.OrderEnded(self.closing, self.now))
                self.closing = ""
            return
        for resting in list(self.orders):
            if self.orders[resting][0].reduce_only or tag == self.closing:
                self.end(resting)
        side = Side.SELL if self.held > ZERO else Side.BUY
        self.trade(tag, side, self.price, min(self.part(abs(self.held)), abs(self.held)))

    # ------------------------------------------------------------ time

    def deliver(self, share: float = 0.7) -> None:
        """Some of what waits, in any order, some of it twice."""
        self.chance.shuffle(self.queue)
        now = [event for event in self.queue if self.chance.random() < share]
        for event in now:
            self.queue.remove(event)
            self.tell(event)
            if self._luck():
                self.tell(event)

    def live(self, steps: int, wild: int = 120) -> None:
        """So many prices of a random walk, `wild` ticks a step at most."""
        for number in range(steps):
            self.now += timedelta(seconds=self.chance.choice((1, 15, 60, 600)))
            self.price = max(self.price + D(self.chance.randint(-wild, wild)) / 100, D(20))
            self.bar.append(self.price)
            self.match()
            self.deliver()
            spread = D(self.chance.choice((0, 0, 1, 5))) / 100
            self.tell(ev.PriceSeen(Price(self.price), Price(self.price + spread), self.now))
            self.deliver()
            if number % 3 == 2:
                self.close_bar()

    def close_bar(self) -> None:
        """A bar of the last prices."""
        made = [Price(one) for one in self.bar]
        bar = Bar(
            self.instrument.symbol,
            self.bar_at,
            self.now,
            made[0],
            max(made),
            min(made),
            made[-1],
            Quantity(D(1)),
        )
        self.bar, self.bar_at = [], self.now
        self.tell(ev.BarClosed(bar))

    def settle(self) -> None:
        """Everything that waits arrives; then bot and venue must agree to the last digit."""
        for _ in range(60):
            self.now += MINUTE
            self.trouble = 0.0
            self.match()
            self.deliver(1.0)
        state = self.state
        assert not self.queue
        assert state.held == self.held, (state.held, self.held)
        sign = 1 if state.held >= ZERO else -1
        bound = sum((sign * lot.cost + lot.fee for lot in state.lots.values()), ZERO)
        assert abs(state.statistic.realised - bound - self.cash) < D("1e-9")
        mine = {o.tag: o.remaining for o in state.open_orders}
        theirs = {tag: place.quantity - filled for tag, (place, filled) in self.orders.items()}
        assert mine == theirs
        if state.life in (Life.ERROR, Life.STOPPED):
            assert not theirs, "a bot that has ended leaves no order behind"
