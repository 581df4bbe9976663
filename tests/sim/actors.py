"""Who makes things happen: people with thumbs, and a market that walks and leaps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.exits import (
    BreakEven,
    ExitPlan,
    Level,
    LevelKind,
    PriceSpec,
    PriceSpecKind,
    Size,
    SizeKind,
    Target,
    Trail,
)
from trading.domain.ids import CommandId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, TimeInForce
from trading.domain.position import Position
from trading.entropy import SeededEntropy
from trading.ports import Denied, Taken

D = Decimal
OWNER = PersonId("owner")
PATIENCE = 400
"""How often a person presses again when no answer came."""

TIDE_S = 40


def pick(draw: SeededEntropy, *choices: Any) -> Any:
    """One of them."""
    return choices[int(draw.fraction() * len(choices))]


class Person:
    """Types commands, presses twice, presses again when the desk was away, or forgets to confirm."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self._draw = world.entropy.fork(f"person:{name}")
        self._count = 0

    async def trade(self, commands: int) -> None:
        """So many commands, with pauses."""
        for _ in range(commands):
            await self._world.clock.sleep_s(0.05 + 6 * self._draw.fraction() ** 2)
            if self._draw.fraction() < 0.15:
                # A thumb that slips: several at once.
                await asyncio.gather(*(self._one() for _ in range(2)))
            else:
                await self._one()

    async def _one(self) -> None:
        process = self._world.process
        if process.engine is None or not process.is_ready:
            return
        self._count += 1
        command_id = CommandId(f"{self._name}:1:{self._count}")
        command = self._think(process.engine.book, command_id)
        if command is None:
            return
        if self._draw.fraction() < 0.08:
            self._world.note("proposed", {"command": command_id})
            return
        await confirm(self._world, command, self._draw)

    def _think(self, book: Book, command_id: CommandId) -> cm.Command | None:
        draw = self._draw
        instrument: Instrument = pick(draw, *INSTRUMENTS)
        quote = book.marks.get(instrument.symbol)
        if quote is None:
            return None
        seen = cm.Seen(instrument, quote, quote.mid * D("0.004"))
        about = {"command_id": command_id, "person": OWNER, "account": ACCOUNT}
        position = book.current_position(ACCOUNT, instrument.symbol)
        held = position if position is not None and position.is_open else None
        orders = [o for o in book.open_orders(ACCOUNT) if o.symbol == instrument.symbol]
        dice = draw.fraction()
        if dice < 0.42 or (held is None and not orders and dice < 0.8):
            return self._open(about, seen, held)
        if dice < 0.54 and held is not None:
            return self._close(about, seen, held)
        if dice < 0.68 and held is not None:
            return self._exits(about, seen, held)
        if dice < 0.76 and orders:
            return self._modify(about, seen, pick(draw, *orders))
        if dice < 0.86:
            named = (pick(draw, *orders).order_id,) if orders and draw.fraction() < 0.7 else ()
            return cm.CancelOrders(**about, order_ids=named)
        return self._govern(about, book)

    def _govern(self, about: dict[str, Any], book: Book) -> cm.Command:
        draw = self._draw
        dice = draw.fraction()
        account = book.account(ACCOUNT)
        assert account is not None
        is_halted = account.halt is not cm.HaltState.ACTIVE or book.desk_state is not cm.HaltState.ACTIVE
        if is_halted and dice < 0.6:
            desk = book.desk_state is not cm.HaltState.ACTIVE
            return cm.SetHalt(**about, state=cm.HaltState.ACTIVE, reason="go on", desk=desk)
        if dice < 0.35:
            return cm.Flatten(**about, only=pick(draw, "", "winners", "losers", "long", "short"))
        if dice < 0.5:
            return cm.Flatten(**about, halt=True)
        if dice < 0.7:
            state = pick(draw, cm.HaltState.HALTED, cm.HaltState.REDUCE_ONLY)
            return cm.SetHalt(**about, state=state, reason="pause", desk=draw.fraction() < 0.3)
        return cm.SetLimit(**about, name="order_notional_max", value=D(pick(draw, 20_000, 100_000)))

    def _open(self, about: dict[str, Any], seen: cm.Seen, held: Position | None) -> cm.OpenPosition:
        draw, instrument = self._draw, seen.instrument
        long = held.is_long if held is not None and draw.fraction() < 0.9 else draw.fraction() < 0.6
        if instrument.is_future:
            size = Size(SizeKind.CONTRACTS, D(pick(draw, 1, 2, 3, 7)))
        else:
            size = pick(
                draw,
                Size(SizeKind.SPEND, D(pick(draw, 100, 900, 4_000))),
                Size(SizeKind.BASE, D(pick(draw, "0.01", "0.3333", "0.7"))),
            )
        kind: OrderType = pick(
            draw, *[OrderType.MARKET] * 4, OrderType.LIMIT, OrderType.LIMIT, OrderType.STOP
        )
        away = D(pick(draw, "0.05", "0.2", "0.8"))
        better, worse = (-away, away) if long else (away, -away)
        limit = PriceSpec(PriceSpecKind.FROM_MID, better) if kind is OrderType.LIMIT else None
        stop = PriceSpec(PriceSpecKind.FROM_MID, worse) if kind is OrderType.STOP else None
        life = TimeInForce.GTC
        if kind is OrderType.LIMIT:
            life = pick(draw, TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.GTD)
        return cm.OpenPosition(
            **about,
            seen=seen,
            is_long=long,
            size=size,
            order_type=kind,
            limit=limit,
            stop=stop,
            time_in_force=life,
            expires_at=self._in(20) if life is TimeInForce.GTD else None,
            exits=self._plan() if draw.fraction() < 0.75 else ExitPlan(),
            confirmed=("duplicate",),
        )

    def _in(self, most_s: float) -> Any:
        return self._world.clock.now() + timedelta(seconds=1 + int(most_s * self._draw.fraction()))

    def _plan(self) -> ExitPlan:
        draw = self._draw
        stop = Level(LevelKind.PERCENT, D(pick(draw, "0.3", "1", "2"))) if draw.fraction() < 0.8 else None
        targets: tuple[Target, ...] = ()
        dice = draw.fraction()
        if dice < 0.5:
            levels = (Level(LevelKind.PERCENT, D(x)) for x in ("0.2", "0.5", "1.1"))
            targets = tuple(Target(level) for level in levels)
        elif dice < 0.75:
            level = Level(LevelKind.R, D(2)) if stop else Level(LevelKind.PERCENT, D("0.6"))
            targets = (Target(level, D(50)),)
        return ExitPlan(
            targets=targets,
            stop=stop,
            trail=self._trail() if draw.fraction() < 0.4 else None,
            break_even=BreakEven(1) if targets and stop and draw.fraction() < 0.5 else None,
            exit_at=self._in(60) if draw.fraction() < 0.25 else None,
        )

    def _trail(self) -> Trail:
        draw = self._draw
        percent = Level(LevelKind.PERCENT, D(pick(draw, "0.3", "0.8")))
        distance = pick(draw, percent, Level(LevelKind.ATR, D(1)))
        activation = Level(LevelKind.PERCENT, D("0.2")) if draw.fraction() < 0.3 else None
        return Trail(distance, activation)

    def _close(self, about: dict[str, Any], seen: cm.Seen, held: Position) -> cm.ClosePosition:
        draw = self._draw
        close = cm.ClosePosition(
            **about,
            position_id=held.position_id,
            size=Size(SizeKind.POSITION, D(pick(draw, 10, 50, 100))),
            seen=seen,
        )
        if draw.fraction() < 0.7:
            return close
        percent = D(pick(draw, "0.1", "0.5")) * (1 if held.is_long else -1)
        if draw.fraction() < 0.7:
            return replace(
                close, order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.FROM_MID, percent)
            )
        return replace(close, order_type=OrderType.STOP, stop=PriceSpec(PriceSpecKind.FROM_MID, -percent))

    def _exits(self, about: dict[str, Any], seen: cm.Seen, held: Position) -> cm.SetExits:
        draw = self._draw
        fresh = self._plan()
        exits = cm.SetExits(**about, position_id=held.position_id, seen=seen)
        dice = draw.fraction()
        if dice < 0.4:
            return replace(exits, stop=Level(LevelKind.PERCENT, D(pick(draw, "0.2", "0.7", "1.5"))))
        if dice < 0.6 and fresh.targets:
            return replace(exits, targets=fresh.targets)
        if dice < 0.75:
            return replace(exits, trail=self._trail())
        if dice < 0.85:
            return replace(exits, break_even=BreakEven(0))
        if dice < 0.93:
            return replace(exits, exit_at=self._in(30))
        return replace(exits, clear=(pick(draw, "targets", "stop", "trail", "exit_at"),))

    def _modify(self, about: dict[str, Any], seen: cm.Seen, order: Order) -> cm.Command:
        draw, instrument = self._draw, seen.instrument
        if order.role is not Role.ENTRY and order.group:
            return cm.CancelOrders(**about, order_ids=(order.order_id,))
        scale = (D(100) + D(pick(draw, "-0.2", "0.1", "0.3"))) / D(100)

        def moved(price: Price | None) -> Price | None:
            return instrument.price_nearest(price * scale) if price is not None else None

        quantity = order.quantity
        if draw.fraction() < 0.5:
            quantity = instrument.quantity_down(order.quantity * D(pick(draw, "0.5", "1.5", "2")))
        return cm.ModifyOrder(
            **about,
            order_id=order.order_id,
            seen=seen,
            quantity=Quantity(max(quantity, instrument.lot_size)),
            limit_price=moved(order.limit_price),
            stop_price=moved(order.stop_price),
        )


async def confirm(world: World, command: cm.Command, draw: SeededEntropy) -> None:
    """Press the button: the platform delivers until the desk has answered, sometimes twice."""
    world.note("confirmed", {"command": command.command_id, "verb": type(command).__name__})
    if draw.fraction() < 0.25:
        await asyncio.gather(_deliver(world, command), _deliver(world, command))
    else:
        await _deliver(world, command)
    if draw.fraction() < 0.2:
        await world.clock.sleep_s(10 * draw.fraction())
        await _deliver(world, command)


async def _deliver(world: World, command: cm.Command) -> None:
    for _ in range(PATIENCE):
        process = world.process
        if process.is_dead or not process.is_ready or process.engine is None:
            await world.clock.sleep_s(1)
            continue
        # The chat front is part of the process: it dies with it, and its question with it.
        asked = process.spawn(process.engine.submit(command), f"front:{command.command_id}")
        await asyncio.wait([asked])
        if asked.cancelled() or asked.exception() is not None:
            await world.clock.sleep_s(0.5)
            continue
        answer: Taken | Denied = asked.result()
        codes = [r.code for r in answer.refusals] if isinstance(answer, Denied) else []
        world.note(
            "told",
            {
                "command": command.command_id,
                "taken": isinstance(answer, Taken),
                "repeated": answer.repeated,
                "codes": codes,
            },
        )
        return


class Market:
    """Two symbols that walk; now and then one leaps, and rarely a price is a mistake."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("prices")
        self.last = {"BTC/USD": D(7_000), "MES": D(2_600)}
        self.is_calm = False
        self.is_still = False
        self._began: datetime | None = None
        self._way = 0

    def open(self) -> None:
        """First prices."""
        for instrument in INSTRUMENTS:
            self._world.quote(self._quote(instrument))

    async def walk(self, until: Callable[[], bool]) -> None:
        """Prices until the scenario is over."""
        while not until():
            if self.is_still:
                await self._world.clock.sleep_s(2)
                self._tick()
                continue
            instrument: Instrument = pick(self._draw, *INSTRUMENTS)
            if self._world.recipe.has_bars:
                await self._minute(instrument)
                continue
            await self._world.clock.sleep_s(0.1 + 3 * self._draw.fraction())
            self._step(instrument)
            self._world.quote(self._quote(instrument))
            self._meddle()

    def _tick(self) -> None:
        """Prices that are told again and do not move."""
        for quote in list(self._world.quotes.values()):
            self._world.quote(replace(quote, at=self._world.clock.now(), bid_size=None, ask_size=None))

    def _meddle(self) -> None:
        """The venue ends an order of its own accord, or its stream goes quiet for a while."""
        world, draw = self._world, self._draw
        if self.is_calm:
            return
        if draw.fraction() < world.recipe.venue_cancels_chance:
            seen = world.venue.snapshot(world.clock.now()).orders
            if seen:
                order = pick(draw, *seen)
                world.venue.cancel(order.client_order_id, world.clock.now())
                world.cancel_told(order.client_order_id)
        if draw.fraction() < world.recipe.hides_chance:
            world.faults.hides_reports = not world.faults.hides_reports

    def _step(self, instrument: Instrument) -> None:
        draw = self._draw
        size = 0.0008 if self.is_calm else 0.002
        if not self.is_calm and draw.fraction() < self._world.recipe.gap_chance:
            size = 0.02
        move = (draw.fraction() - 0.5) * 2 * size
        if self.is_calm:
            move += self._tide()
        factor = D(1) + D(str(round(move, 7)))
        self.last[instrument.symbol] = max(
            instrument.price_nearest(self.last[instrument.symbol] * factor), D(100)
        )

    def _tide(self) -> float:
        """In the quiet the market sweeps over every level that still waits, one way and then the other."""
        if self._began is None:
            self._began = self._world.clock.now()
            self._way = pick(self._draw, -1, 0, 0, 0, 1)
        is_first = (self._world.clock.now() - self._began).total_seconds() < TIDE_S
        return 0.003 * self._way * (1 if is_first else -1)

    def _quote(self, instrument: Instrument) -> Quote:
        draw, mid = self._draw, self.last[instrument.symbol]
        spread = instrument.tick_size * pick(draw, 0, 1, 4)
        size: Quantity | None = None
        if self._world.recipe.has_sizes:
            size = Quantity(instrument.quantity_down(D(pick(draw, "0.05", "0.4", "1", "3"))))
            if instrument.is_future:
                size = Quantity(D(pick(draw, 0, 1, 2, 10)))
        return Quote(
            instrument.symbol,
            Price(mid - spread),
            Price(mid + spread),
            self._world.clock.now(),
            size,
            size,
            "walk",
        )

    async def _minute(self, instrument: Instrument) -> None:
        world, at = self._world, self._world.clock.now()
        path = []
        for _ in range(4):
            self._step(instrument)
            path.append(self.last[instrument.symbol])
        bar = Bar(
            instrument.symbol,
            at,
            at + timedelta(seconds=5),
            Price(path[0]),
            Price(max(path)),
            Price(min(path)),
            Price(path[-1]),
            source="walk",
        )
        world.bar_opens(bar)
        await world.clock.sleep_until(bar.ends_at)
        world.bar_closes(bar)
