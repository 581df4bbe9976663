"""Who is about on a day: people who trade, stop, fumble, deploy, keep bots or profiles, or trade past it."""

from __future__ import annotations

import asyncio

from tests.sim.actors import Person, Warden
from tests.sim.barring import Barrer
from tests.sim.deploying import Operator
from tests.sim.fumbling import Fumbler
from tests.sim.guest import Guest
from tests.sim.hand import Hand
from tests.sim.keeper import Keeper
from tests.sim.poison import tell
from tests.sim.steward import Steward
from tests.sim.world import World


def people_of(world: World) -> list[asyncio.Task[None]]:
    """Everybody whom the recipe wants, at work."""
    people = [
        asyncio.create_task(Person(world, f"p{n}").trade(world.recipe.commands), name=f"person:{n}")
        for n in range(world.recipe.people)
    ]
    if world.recipe.poison:
        people.append(asyncio.create_task(tell(world), name="poison"))
    people.append(asyncio.create_task(Operator(world).deploy(), name="operator"))
    if world.recipe.stops:
        people.append(asyncio.create_task(Warden(world).guard(world.recipe.stops), name="warden"))
    if world.recipe.guests:
        people.append(asyncio.create_task(Guest(world).trade(world.recipe.guests), name="guest"))
    if world.recipe.bars:
        people.append(asyncio.create_task(Barrer(world).bar(world.recipe.bars), name="barrer"))
    if world.recipe.fumbles:
        people.append(asyncio.create_task(Fumbler(world).fumble(world.recipe.fumbles), name="fumbler"))
    if world.recipe.bots:
        people.append(asyncio.create_task(Keeper(world).keep(world.recipe.bots), name="keeper"))
    if world.recipe.profiles:
        people.append(asyncio.create_task(Steward(world).keep(world.recipe.profiles), name="steward"))
    if world.recipe.has_hands:
        people.append(asyncio.create_task(Hand(world).meddle(world.recipe.hands), name="hand"))
    return people
