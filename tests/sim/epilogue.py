"""What an operator may do to a desk at the end of its day, judged apart: an old backup is put back (B07)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.sim.oracle import Breach
from tests.sim.recipe import ACCOUNT, BTC
from tests.sim.thinking import OWNER
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.commands import HaltState
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind
from trading.domain.ids import CommandId
from trading.domain.money import HUNDRED
from trading.ports import Denied, Taken

STARTS_S = 30.0
"""So long a desk that was put back is watched before anybody touches it."""


async def restored(world: World) -> list[Breach]:
    """The copy that was made in the middle of the day is put back while the venue is hours ahead. Nothing new
    may go out until a person has looked, and no order may bear a name that the venue has seen before."""
    if not await _is_older(world):
        return []
    mark = len(world.timeline)
    used = {row["cid"] for what, row in world.timeline if what == "send"}
    await world.restore()
    _prices_again(world)
    await world.clock.sleep_s(STARTS_S)
    engine = world.process.engine
    assert engine is not None
    found = []
    if engine.book.desk.halt.state is HaltState.ACTIVE:
        found.append(Breach("B07", "an old backup was put back, and the desk did not stop entries"))
    await _buy(world, "restored:1")
    if any(what == "send" and row["entry"] for what, row in world.timeline[mark:]):
        found.append(Breach("B07", "an entry went out although an old backup was put back"))
    await _resume(world)
    if engine.book.desk.halt.state is not HaltState.ACTIVE:
        found.append(Breach("B07", "a desk that was put back could not be opened again"))
    # The account may go on being halted, because it differs from its venue.
    await _buy(world, "restored:2")
    await world.clock.sleep_s(STARTS_S)
    again = [row["cid"] for what, row in world.timeline[mark:] if what == "send" and row["cid"] in used]
    if again:
        found.append(Breach("B07", f"{again[0]} was the name of another order in the days that are lost"))
    return [*found, *(Breach(*one) for one in world.failures)]


async def _is_older(world: World) -> bool:
    """Whether the copy lacks anything that was anchored: one that was made at the end of the day is no old
    one, and what was written in the anchor's last second may be missing unnoticed."""
    assert world.backup is not None
    copied = dict(world.backup.execute("SELECT stream, seq FROM stream"))
    anchored = await world.anchor.read()
    heads = anchored.heads if anchored is not None else {}
    return any(copied.get(stream, 0) < seq for stream, (seq, _) in heads.items())


def _prices_again(world: World) -> None:
    for quote in list(world.quotes.values()):
        world.quote(replace(quote, at=world.clock.now()))


async def _asked(world: World, command: Any) -> Taken | Denied | None:
    process = world.process
    if process.engine is None or not process.is_ready:
        return None
    return await process.engine.submit(command)


async def _resume(world: World) -> None:
    """Somebody has looked at the venue and opens the desk, then the account."""
    for desk in (True, False):
        command_id = CommandId(f"restored:resume:{desk}")
        await _asked(
            world, cm.SetHalt(command_id, OWNER, ACCOUNT, HaltState.ACTIVE, "looked at the venue", desk=desk)
        )


async def _buy(world: World, name: str) -> Taken | Denied | None:
    _prices_again(world)
    quote = world.quotes[BTC.symbol]
    seen = cm.Seen(BTC, quote, quote.mid / HUNDRED)
    return await _asked(
        world,
        cm.OpenPosition(
            command_id=CommandId(name),
            person=OWNER,
            account=ACCOUNT,
            seen=seen,
            is_long=True,
            size=Size(SizeKind.SPEND, HUNDRED),
            exits=ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(1))),
            confirmed=("duplicate",),
        ),
    )
