"""Somebody who starts the desk anew, again and again, while others trade."""

from __future__ import annotations

from tests.sim.world import World


class Operator:
    """Does not look what the desk is in the middle of."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("operator")

    async def deploy(self) -> None:
        """So often, with pauses."""
        for _ in range(self._world.recipe.deploys):
            await self._world.clock.sleep_s(15 + 30 * self._draw.fraction())
            if self._world.came_up.is_set():
                await self._world.restart()
