"""Named days of profiles (`make crash`): a signal, its exit; who stops, hands over, and takes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.sim.recipe import ACCOUNT
from tests.sim.scripted import Act, Script, asks, buy, disk, guarded, price, restart, unheard, with_name
from tests.sim.steward import answered, handed, profile_of, put, started, stopped
from tests.sim.world import World
from trading.engine.loop import Engine
from trading.profiles.profile import Mode, Outcome, TradingProfile
from trading.profiles.profile_desk import ProfileDesk

BTC, FRAME_S = "BTC/USD", 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TRIES = 90
Deed = Callable[[World, ProfileDesk, Engine], Awaitable[bool]]


def tries(at_s: float, deed: Deed) -> Act:
    """A person tries it once, whatever comes of it."""

    async def do(world: World, name: str) -> None:
        desk, engine = world.process.profiles, world.process.engine
        if desk is not None and engine is not None:
            await deed(world, desk, engine)

    return Act(at_s, do)


def does(at_s: float, deed: Deed) -> Act:
    """A person does something about a profile, again after each crash until the desk has heard it."""

    async def do(world: World, name: str) -> None:
        for _ in range(TRIES):
            desk, engine, is_ready = world.process.profiles, world.process.engine, world.process.is_ready
            if is_ready and desk is not None and engine is not None and await deed(world, desk, engine):
                return
            await world.clock.sleep_s(1)

    return Act(at_s, do)


def begins(mode: Mode = Mode.AUTOMATIC) -> Deed:
    """Somebody makes a profile and starts it."""

    async def deed(world: World, desk: ProfileDesk, engine: Engine) -> bool:
        return await started(world, desk, profile_of("coins", 1, FRAME_S, mode))

    return deed


async def makes(world: World, desk: ProfileDesk, engine: Engine) -> bool:
    """Somebody makes a second one, which stands still."""
    return await put(world, desk, profile_of("both", 2, FRAME_S))


async def begins_second(world: World, desk: ProfileDesk, engine: Engine) -> bool:
    """Somebody starts the second one."""
    return await started(world, desk, _of(desk, 2))


def _of(desk: ProfileDesk, number: int = 1) -> TradingProfile:
    return next(one for one in desk.every() if one.profile_id == f"{ACCOUNT}/profile-{number}")


async def stops(world: World, desk: ProfileDesk, engine: Engine) -> bool:
    """Somebody ends it."""
    return await stopped(world, desk, _of(desk))


async def asks_from_now_on(world: World, desk: ProfileDesk, engine: Engine) -> bool:
    """Somebody wants to be asked."""
    return await put(world, desk, replace(_of(desk), mode=Mode.PROPOSE))


def gives(is_mine: bool, number: int = 1) -> Deed:
    """Somebody hands the position over, or takes it back, as far as that is not so already."""

    async def deed(world: World, desk: ProfileDesk, engine: Engine) -> bool:
        position = engine.book.current_position(ACCOUNT, BTC)
        if position is None or not position.is_open:
            return False
        one = _of(desk, number)
        is_its = position.position_id in one.handed or (
            position.tag == one.tag and position.position_id not in one.released
        )
        return is_its is is_mine or await handed(world, desk, one, position)

    return deed


async def agrees(world: World, desk: ProfileDesk, engine: Engine) -> bool:
    """Somebody says yes to what is proposed."""
    for kept in await desk.kept(_of(desk), limit=4):
        if kept.outcome is Outcome.PROPOSED:
            return await answered(world, desk, engine, _of(desk), kept)
    return any(one.outcome is Outcome.ENTERED for one in await desk.kept(_of(desk), limit=4))


def over() -> Act:
    """Time for the last candle."""

    async def do(world: World, name: str) -> None:
        await world.clock.sleep_s(timedelta(seconds=FRAME_S).total_seconds())

    return Act(190, do)


async def _aligned(world: World, name: str) -> None:
    passed_s = (world.clock.now() - _EPOCH).total_seconds()
    await world.clock.sleep_s(60 - passed_s % 60)


ON_THE_MINUTE = Act(0, _aligned)
"""What follows is counted from the end of a candle."""
UP, DOWN = "7010", "6975"
SIGNAL = Script(
    "a profile whose strategy buys, and sells when the averages turn",
    "full",
    (ON_THE_MINUTE, does(1, begins()), price(10, BTC, UP), price(100, BTC, DOWN), over()),
    profiles=True,
)
PROPOSED = Script(
    "a profile that proposes, and somebody who says yes",
    "full",
    (ON_THE_MINUTE, does(1, begins(Mode.PROPOSE)), price(10, BTC, UP), does(34, agrees), over()),
    profiles=True,
)
UNANSWERED = Script(
    "a profile that proposes, and nobody answers",
    "full",
    (ON_THE_MINUTE, does(1, begins(Mode.PROPOSE)), price(10, BTC, UP), price(100, BTC, DOWN), over()),
    profiles=True,
)
STOPPED_WAITING = Script(
    "a profile that is stopped while its order waits for a price",
    "full",
    (
        ON_THE_MINUTE,
        does(1, begins()),
        price(10, BTC, UP),
        unheard(20, BTC),
        does(37, stops),
        price(41, BTC, UP),
        over(),
    ),
    profiles=True,
)
ASKED_WAITING = with_name(
    STOPPED_WAITING,
    "a profile that is to ask, from when its order waits for a price",
    acts=(
        ON_THE_MINUTE,
        does(1, begins()),
        price(10, BTC, UP),
        unheard(20, BTC),
        does(37, asks_from_now_on),
        price(41, BTC, UP),
        over(),
    ),
)
TAKEN_BACK = Script(
    "a position that is taken back from a profile keeps its stop and is left by nobody",
    "full",
    (
        ON_THE_MINUTE,
        does(1, begins()),
        price(10, BTC, UP),
        does(40, gives(False)),
        price(100, BTC, DOWN),
        over(),
    ),
    profiles=True,
)
HANDED_OVER = Script(
    "a position that is handed to a profile is left by it",
    "bare",
    (
        ON_THE_MINUTE,
        does(1, begins()),
        asks(4, buy(BTC, "0.1", guarded("3", stop="2"))),
        does(8, gives(True)),
        price(20, BTC, UP),
        price(100, BTC, DOWN),
        over(),
    ),
    profiles=True,
)
GIVEN_ON = Script(
    "a position goes from one profile to another and back to its person",
    "full",
    (
        ON_THE_MINUTE,
        does(1, begins()),
        does(2, makes),
        price(10, BTC, UP),
        does(40, gives(True, 2)),
        does(60, gives(False, 2)),
        price(100, BTC, DOWN),
        over(),
    ),
    profiles=True,
)
DEPLOYED = Script(
    "a deploy while a candle closes on which a profile buys",
    "full",
    (ON_THE_MINUTE, does(1, begins()), price(10, BTC, UP), restart(29.9), price(100, BTC, DOWN), over()),
    profiles=True,
)
STOPPED_FOR_GOOD = Script(
    "a profile that was stopped, and a deploy before its signal",
    "full",
    (ON_THE_MINUTE, does(1, begins()), does(4, stops), restart(8), price(12, BTC, UP), over()),
    profiles=True,
)
TOO_LATE = Script(
    "a profile whose price comes too late for its candle",
    "full",
    (ON_THE_MINUTE, does(1, begins()), price(10, BTC, UP), unheard(20, BTC), price(115, BTC, UP), over()),
    profiles=True,
)
STARTED_BEHIND = Script(
    "a profile that is started right behind a candle on which it would have bought",
    "full",
    (
        ON_THE_MINUTE,
        does(1, begins()),
        price(40, BTC, UP),
        does(50, stops),
        does(62, begins()),
        over(),
    ),
    profiles=True,
)
LOST_START = Script(
    "a profile whose start is lost with the answer to a COMMIT, and another one that wants its symbol",
    "full",
    (
        ON_THE_MINUTE,
        does(1, makes),
        disk(3, "unknown"),
        tries(4, begins()),
        tries(6, begins_second),
        restart(8),
        over(),
    ),
    profiles=True,
)
PROFILES: tuple[Script, ...] = (
    SIGNAL,
    with_name(SIGNAL, "a profile at a venue whose exits we watch", venue="bare"),
    PROPOSED,
    UNANSWERED,
    STOPPED_WAITING,
    ASKED_WAITING,
    TAKEN_BACK,
    HANDED_OVER,
    GIVEN_ON,
    DEPLOYED,
    STOPPED_FOR_GOOD,
    TOO_LATE,
    STARTED_BEHIND,
    LOST_START,
)
