"""Who makes things happen: people with thumbs, and a market that walks and leaps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from tests.sim.tape import Asked
from tests.sim.thinking import OWNER, Thinker, pick
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.freezing import Frozen
from trading.domain.ids import CommandId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.domain.position import Position
from trading.entropy import SeededEntropy
from trading.ports import Denied, Taken

D = Decimal
PATIENCE = 400
"""How often a person presses again when no answer came."""

TIDE_S = 40


class Person:
    """Types commands, presses twice, presses again when the desk was away, or forgets to confirm."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self._draw = world.entropy.fork(f"person:{name}")
        self._thinker = Thinker(self._draw, world.clock, hangs=world.recipe.profile.attached_exits)
        self._count = 0

    async def trade(self, commands: int) -> None:
        """So many commands, with pauses."""
        for _ in range(commands):
            pause_s = 0.05 + 6 * self._draw.fraction() ** 2
            await self._world.clock.sleep_s(pause_s * self._world.recipe.pace)
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
        book, leaning = process.engine.book, self._world.recipe.leaning
        command = self._thinker.lean(book, command_id, leaning) if leaning else None
        command = command or self._thinker.think(book, command_id)
        if command is None or (leaning and self._is_beside_the_point(command)):
            return
        if self._draw.fraction() < 0.08:
            self._world.note("proposed", {"command": command_id})
            return
        await confirm(self._world, command, self._draw)

    def _is_beside_the_point(self, command: cm.Command) -> bool:
        """On a day with a focus a panic or a halt ends mostly what the day is about."""
        return isinstance(command, cm.SetHalt | cm.Flatten) and self._draw.fraction() < 0.8


class Warden:
    """Stops and goes: pauses, lockouts, maintenance and resumes, at any time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("warden")
        self._thinker = Thinker(self._draw, world.clock, hangs=world.recipe.profile.attached_exits)

    async def guard(self, commands: int) -> None:
        """So many commands, with pauses."""
        for count in range(commands):
            await self._world.clock.sleep_s(1 + 14 * self._draw.fraction())
            engine = self._world.process.engine
            if engine is None or not self._world.process.is_ready:
                continue
            command = self._thinker.stop_or_go(engine.book, CommandId(f"warden:1:{count}"))
            await confirm(self._world, command, self._draw)


class Settler:
    """Somebody who sees that a symbol is frozen, and says what is true; or lets it be."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("settler")
        self._answers = world.entropy.fork("settler's answers")
        self._count = 0
        self.is_over = False

    async def watch(self) -> None:
        """Until the trouble is over."""
        while not self.is_over:
            await self._world.clock.sleep_s(5 + 20 * self._draw.fraction())
            engine = self._world.process.engine
            account = engine.book.account(ACCOUNT) if engine is not None else None
            for frozen in account.frozen if account is not None else ():
                choice: str = pick(self._draw, "adopt", "adopt", "close", "ignore", "")
                if choice:
                    await self._settle(frozen, choice)
            for position in list(engine.book.live_positions(ACCOUNT)) if engine is not None else ():
                answer: str = pick(self._answers, "back", "leave", "", "") if position.pulled else ""
                if answer:
                    await self._guard(position, answer)

    async def _settle(self, frozen: Frozen, choice: str) -> None:
        self._count += 1
        instrument = next(one for one in INSTRUMENTS if one.symbol == frozen.symbol)
        command = cm.SettleDrift(
            CommandId(f"settler:1:{self._count}"),
            OWNER,
            ACCOUNT,
            frozen.symbol,
            choice,
            frozen.held,
            frozen.booked,
            cm.Seen(instrument, self._world.quotes.get(frozen.symbol)),
        )
        await confirm(self._world, command, self._draw)

    async def _guard(self, position: Position, answer: str) -> None:
        """Say what is to become of a stop that the hand has ended."""
        self._count += 1
        command = cm.AnswerGuard(
            CommandId(f"settler:1:{self._count}"),
            OWNER,
            ACCOUNT,
            position.position_id,
            position.symbol,
            answer,
        )
        await confirm(self._world, command, self._answers)


async def confirm(world: World, command: cm.Command, draw: SeededEntropy) -> None:
    """Press the button: the platform delivers until the desk has answered, sometimes twice."""
    asked = Asked(world.loop.time(), command, is_double=draw.fraction() < 0.25)
    place = len(world.asked)
    await press(world, asked)
    if draw.fraction() < 0.2:
        asked = replace(asked, again_s=10 * draw.fraction())
        world.asked[place] = asked
        await _press_again(world, asked)


async def press(world: World, asked: Asked) -> None:
    """One press, as the sheet says, without the platform's later repetition."""
    command = asked.command
    world.asked.append(asked)
    is_sure = not isinstance(command, cm.OpenPosition) or "duplicate" in command.confirmed
    row = {"command": command.command_id, "verb": type(command).__name__, "sure": is_sure}
    world.note("confirmed", row)
    world.confirmed.append(command)
    if asked.is_double:
        world.fire("T02")
        await asyncio.gather(deliver(world, command), deliver(world, command))
    else:
        await deliver(world, command)


async def _press_again(world: World, asked: Asked) -> None:
    if asked.again_s is not None:
        await world.clock.sleep_s(asked.again_s)
        world.fire("T03")
        await deliver(world, asked.command)


async def press_later(world: World, asked: Asked) -> None:
    """The press of a sheet, at its instant."""
    await world.clock.sleep_s(asked.at_s - world.loop.time())
    await press(world, asked)
    await _press_again(world, asked)


async def deliver(world: World, command: cm.Command) -> None:
    for _ in range(PATIENCE):
        process = world.process
        if process.is_dead or not process.is_ready or process.engine is None:
            await world.clock.sleep_s(1)
            continue
        # The chat front is part of the process: it dies with it, and its question with it.
        asked = process.spawn(process.engine.submit(command), f"front:{command.command_id}")
        await asyncio.wait([asked])
        if asked.cancelled() or asked.exception() is not None:
            world.fire("T01")
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
        self._silence = world.entropy.fork("silence")
        self._hushed_until_s: dict[str, float] = {}
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
            if not self._is_hushed(instrument.symbol):
                self._world.quote(self._quote(instrument))
            elif self._world.recipe.polls:
                self._world.hushed.move(self._quote(instrument))
            self._meddle()

    def _is_hushed(self, symbol: str) -> bool:
        """Now and then the prices of one symbol stop for a while."""
        now_s = self._world.loop.time()
        if self.is_calm:
            return False
        if self._world.recipe.hushes and self._silence.fraction() < self._world.recipe.hushes:
            self._world.fire("X47")
            self._hushed_until_s[symbol] = now_s + 15 + 40 * self._silence.fraction()
        return now_s < self._hushed_until_s.get(symbol, 0.0)

    def _tick(self) -> None:
        """Prices that are told again and do not move."""
        thin = {} if self._world.recipe.stays_thin else {"bid_size": None, "ask_size": None}
        for quote in list(self._world.quotes.values()):
            self._world.quote(replace(quote, at=self._world.clock.now(), **thin))

    def _meddle(self) -> None:
        """The venue ends an order of its own accord, or its stream goes quiet for a while."""
        world, draw = self._world, self._draw
        if self.is_calm:
            return
        world.moods.pass_time()
        world.machine.pass_time()
        if world.moods.chance(world.recipe.personality.cancels_stops):
            self._cancel_a_stop()
        if draw.fraction() < world.recipe.venue_cancels_chance:
            seen = world.venue.snapshot(world.clock.now()).orders
            if seen:
                order = pick(draw, *seen)
                world.venue.end_by_itself(order.client_order_id, world.clock.now())
                world.fire("X35")
                world.cancel_told(order.client_order_id)
        if draw.fraction() < world.recipe.hides_chance:
            world.faults.hides_reports = not world.faults.hides_reports
            if world.faults.hides_reports:
                world.fire("X19")
        is_cut = world.recipe.breaks_chance and draw.fraction() < world.recipe.breaks_chance
        if is_cut and world.broker is not None and world.process.is_ready:
            world.broker.inner.cut()  # what the stream held for us is lost

    def _cancel_a_stop(self) -> None:
        """The venue does not want a stop any more (X35)."""
        world = self._world
        stops = [one for one in world.venue.snapshot(world.clock.now()).orders if one.stop_price is not None]
        if stops:
            chosen = stops[world.moods.pick(len(stops))].client_order_id
            world.fire("X35")
            world.venue.end_by_itself(chosen, world.clock.now())
            world.cancel_told(chosen)

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
