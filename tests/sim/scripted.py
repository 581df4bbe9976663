"""Days that are written down instead of drawn: who asks what at which second, which price, which fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from tests.sim.actors import deliver
from tests.sim.personality import PLAIN
from tests.sim.recipe import ACCOUNT, INSTRUMENTS, Recipe
from tests.sim.thinking import OWNER
from tests.sim.venues import VENUES
from trading.brokers.fills import FillRules
from trading.brokers.paper_faults import Fault
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Level, LevelKind, PriceSpec, PriceSpecKind, Size, SizeKind, Target
from trading.domain.ids import CommandId, OrderId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderType
from trading.engine.settings import EngineSettings
from trading.profile import VenueProfile

if TYPE_CHECKING:
    from tests.sim.world import World

D = Decimal
SYMBOLS = {one.symbol: one for one in INSTRUMENTS}
Make = Callable[["World", CommandId], cm.Command]
Deed = Callable[["World", str], Awaitable[None]]


class Act(Struct, frozen=True):
    """What happens at a second of the script. Distances to the act before it are kept, also when that one
    took long because the desk was away."""

    at_s: float
    do: Deed


class Script(Struct, frozen=True):
    """A named day."""

    name: str
    venue: str
    acts: Sequence[Act]
    latency_s: float = 0.3
    has_sizes: bool = False
    stays_thin: bool = False
    budget_s: float = 600.0
    """After so long a person is asked about an order in doubt."""
    disk_pause_s: float = 0.02
    """How long the disk takes at most to write something down."""
    hides_longer: float = 0.0
    """How often the venue hides an order whose answer was lost for longer than it promises."""
    fee_in_base: bool = False
    """Whether the venue takes its fee out of the coins that are bought (X30)."""
    refuses_passed: bool = False
    """Whether the venue does not take a stop whose price was passed when it gets there (X33)."""
    tells_old: bool = False
    """Whether the first price after a start is one of before."""
    polls: bool = False
    """Whether the desk asks for prices that have stopped."""
    renames: bool = False
    """Whether a change gives an order a new name at the venue (X27)."""
    bots: bool = False
    """Whether bots are run."""
    profiles: bool = False
    """Whether profiles trade."""
    restarts: bool = True
    """Whether the quiet begins with a restart, which would heal what is only forgotten in memory."""

    def recipe(self) -> Recipe:
        """A day without people and without chance; the seed only shuffles what is ready at one instant."""
        share = D(1) if self.has_sizes else None
        rules = FillRules(latency_s=self.latency_s, touch_share=share, fee_in_base=self.fee_in_base)
        return Recipe(
            seed=sum(map(ord, self.name)) * 2 + self.restarts,
            profile=self._profile(),
            rules=rules,
            settings=EngineSettings(snapshot_every=25),
            people=0,
            commands=0,
            disk_pause_max_s=self.disk_pause_s,
            has_sizes=self.has_sizes,
            stays_thin=self.stays_thin,
            doubt_budget_s=self.budget_s,
            hides_longer=self.hides_longer,
            polls=self.polls,
            bots=int(self.bots),
            profiles=int(self.profiles),
            personality=replace(
                PLAIN,
                refuses_passed=self.refuses_passed,
                tells_old=float(self.tells_old),
                renames=self.renames,
            ),
        )

    def _profile(self) -> VenueProfile:
        """What an adapter says of the venue: the code of such a refusal is one that it knows."""
        profile = VENUES[self.venue]
        codes = profile.definitive_codes | ({"stop_passed"} if self.refuses_passed else set())
        return replace(profile, definitive_codes=codes)

    async def act(self, world: World) -> None:
        """All acts, one after the other."""
        await world.came_up.wait()
        before_s = 0.0
        for number, one in enumerate(self.acts, start=1):
            await world.clock.sleep_s(one.at_s - before_s)
            before_s = one.at_s
            await one.do(world, f"s:1:{number}")
        await world.clock.sleep_s(12)


# ---------------------------------------------------------------- what people ask


def asks(at_s: float, *makes: Make, presses: int = 1) -> Act:
    """A person confirms; several commands leave at one instant, each pressed so often."""

    async def do(world: World, name: str) -> None:
        commands = [make(world, CommandId(f"{name}{n}")) for n, make in enumerate(makes)]
        for command in commands:
            sure = not isinstance(command, cm.OpenPosition) or "duplicate" in command.confirmed
            row = {"command": command.command_id, "verb": type(command).__name__, "sure": sure}
            world.note("confirmed", row)
            world.confirmed.append(command)
        await asyncio.gather(*(deliver(world, command) for command in commands for _ in range(presses)))

    return Act(at_s, do)


def _about(command_id: CommandId) -> dict[str, Any]:
    return {"command_id": command_id, "person": OWNER, "account": ACCOUNT}


def _seen(world: World, symbol: str) -> cm.Seen:
    quote = world.quotes[symbol]
    return cm.Seen(SYMBOLS[symbol], quote, quote.mid * D("0.004"))


def buy(
    symbol: str,
    size: str,
    exits: ExitPlan | None = None,
    *,
    limit: str | None = None,
    stop: str | None = None,
    short: bool = False,
    **more: Any,
) -> Make:
    """An entry in units or contracts; limit and stop are prices."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        kind = OrderType.LIMIT if limit else OrderType.STOP if stop else OrderType.MARKET
        given = {name: value(world) if callable(value) else value for name, value in more.items()}
        return cm.OpenPosition(
            **_about(command_id),
            seen=_seen(world, symbol),
            is_long=not short,
            size=Size(SizeKind.CONTRACTS if SYMBOLS[symbol].is_future else SizeKind.BASE, D(size)),
            order_type=kind,
            limit=PriceSpec(PriceSpecKind.ABSOLUTE, D(limit)) if limit else None,
            stop=PriceSpec(PriceSpecKind.ABSOLUTE, D(stop)) if stop else None,
            exits=exits or ExitPlan(),
            confirmed=("duplicate",),
            **given,
        )

    return make


def unsure(make: Make) -> Make:
    """The same, by somebody who has not said that it may be the same order again."""

    def made(world: World, command_id: CommandId) -> cm.Command:
        command = make(world, command_id)
        assert isinstance(command, cm.OpenPosition)
        return replace(command, confirmed=())

    return made


def guarded(*targets: str, stop: str | None = "1", **more: Any) -> ExitPlan:
    """Exits in percent of the entry."""
    return ExitPlan(
        targets=tuple(Target(Level(LevelKind.PERCENT, D(one))) for one in targets),
        stop=Level(LevelKind.PERCENT, D(stop)) if stop else None,
        **more,
    )


def percent(value: str) -> Level:
    """A distance from the entry."""
    return Level(LevelKind.PERCENT, D(value))


def close(symbol: str, share: int = 100, number: int = 1, *, limit: str | None = None) -> Make:
    """Close a share of a position."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        return cm.ClosePosition(
            **_about(command_id),
            position_id=_position(symbol, number),
            size=Size(SizeKind.POSITION, D(share)),
            seen=_seen(world, symbol),
            order_type=OrderType.LIMIT if limit else OrderType.MARKET,
            limit=PriceSpec(PriceSpecKind.ABSOLUTE, D(limit)) if limit else None,
        )

    return make


def _position(symbol: str, number: int) -> PositionId:
    return PositionId(f"{ACCOUNT}/{symbol}/{number}")


def _entry(symbol: str, number: int) -> OrderId:
    return OrderId(f"{_position(symbol, number)}/entry-1")


def exits(symbol: str, **change: Any) -> Make:
    """Change a position's exits; callables get the world."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        given = {name: value(world) if callable(value) else value for name, value in change.items()}
        return cm.SetExits(
            **_about(command_id), position_id=_position(symbol, 1), seen=_seen(world, symbol), **given
        )

    return make


def change(symbol: str, *, number: int = 1, size: str | None = None, limit: str | None = None) -> Make:
    """Change a working entry."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        return cm.ModifyOrder(
            **_about(command_id),
            order_id=_entry(symbol, number),
            seen=_seen(world, symbol),
            quantity=Quantity(D(size)) if size else None,
            limit_price=Price(D(limit)) if limit else None,
        )

    return make


def cancel(*symbols: str) -> Make:
    """Cancel the first entries of these symbols; all entries when none is named."""
    return lambda world, command_id: cm.CancelOrders(
        **_about(command_id), order_ids=tuple(_entry(symbol, 1) for symbol in symbols)
    )


def says(kind: type[Any], **fields: Any) -> Make:
    """Any other command; callables among the fields get the world."""

    def make(world: World, command_id: CommandId) -> cm.Command:
        given = {name: value(world) if callable(value) else value for name, value in fields.items()}
        made: cm.Command = kind(**_about(command_id), **given)
        return made

    return make


def after(seconds: float) -> Callable[[World], Any]:
    """An instant from now, for a field of a command."""
    return lambda world: world.clock.now() + timedelta(seconds=seconds)


def seen(symbol: str) -> Callable[[World], Any]:
    """What the market shows now, for a field of a command."""
    return lambda world: _seen(world, symbol)


# ---------------------------------------------------------------- what the world does


def _deed(at_s: float, act: Callable[[World], object]) -> Act:
    async def do(world: World, name: str) -> None:
        act(world)

    return Act(at_s, do)


def price(at_s: float, symbol: str, mid: str, size: str | None = None, *, stays: bool = False) -> Act:
    """The market moves to this price. With a `size` only so much may trade there, and the price goes back to
    where it was at once, unless it `stays`."""

    def move(world: World) -> None:
        instrument: Instrument = SYMBOLS[symbol]
        amount = Quantity(D(size)) if size else None
        tick = instrument.tick_size
        now, before = world.clock.now(), world.quotes.get(symbol)
        world.quote(Quote(symbol, Price(D(mid) - tick), Price(D(mid) + tick), now, amount, amount, "walk"))
        if size and not stays and before is not None:
            world.quote(replace(before, at=now))

    return _deed(at_s, move)


def unheard(at_s: float, symbol: str) -> Act:
    """Nothing is heard of the symbol's price until the next one is told."""
    return _deed(at_s, lambda world: world.quotes.pop(symbol))


def moves_unheard(at_s: float, symbol: str, mid: str) -> Act:
    """The market moves there, and only who asks hears of it."""

    def move(world: World) -> None:
        tick, now = SYMBOLS[symbol].tick_size, world.clock.now()
        world.hushed.move(Quote(symbol, Price(D(mid) - tick), Price(D(mid) + tick), now, source="walk"))

    return _deed(at_s, move)


def lost(at_s: float, about: str, fault: Fault = Fault.LOST_AFTER, times: int = 1) -> Act:
    """The next requests of a kind (`submit`, `change`, `find`, `history`, `snapshot`) meet a fault."""
    return _deed(at_s, lambda world: world.faults.plan_for(about, fault, times))


def straggles(at_s: float, delay_s: float) -> Act:
    """The next order is swallowed by the line and arrives so much later."""
    return _deed(at_s, lambda world: world.plan.stragglers.append(delay_s))


def silence(at_s: float, *, on: bool = True) -> Act:
    """The stream goes silent, or speaks again."""

    def hush(world: World) -> None:
        world.faults.hides_reports = on
        if on:
            world.fire("X19")

    return _deed(at_s, hush)


def repeats(at_s: float) -> Act:
    """From now on fills are told twice."""
    return _deed(at_s, lambda world: setattr(world.faults, "repeats_fills", True))


def disk(at_s: float, *faults: str) -> Act:
    """The next appends meet these: `full`, `unknown` (the answer to COMMIT is lost), or nothing."""
    return _deed(at_s, lambda world: world.plan.disk.extend(faults))


def venue_ends(at_s: float, role: str) -> Act:
    """The venue ends its open orders of this role by itself."""

    def end(world: World) -> None:
        now = world.clock.now()
        for order in world.venue.snapshot(now).orders:
            if world.roles.get(order.client_order_id) == role:
                world.fire("X35")
                world.venue.end_by_itself(order.client_order_id, now)
                world.cancel_told(order.client_order_id)

    return _deed(at_s, end)


def restart(at_s: float, *moves: Act) -> Act:
    """A deploy; the moves happen while the desk is away."""

    async def do(world: World, name: str) -> None:
        world.process.kill()
        world.fire("K04")
        world.note("crash", "restart")
        for one in moves:
            await one.do(world, name)
        await world.came_up.wait()

    return Act(at_s, do)


def with_name(script: Script, name: str, **changes: Any) -> Script:
    """The same day on another venue."""
    return replace(script, name=name, **changes)
