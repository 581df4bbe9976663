"""The machine that the desk runs on: a disk that fills up or answers late, a clock that jumps, sleep."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.sim.poison import SimTries
from tests.sim.stores import Disk

if TYPE_CHECKING:
    from tests.sim.process import Process
    from tests.sim.world import World

FROZEN_MAX_S = 40.0
FULL_MAX_S = 45.0
SLOW_DISK_S = 0.1
OLD_CHANCE = 0.04


class Machine:
    """What goes wrong around the process. Draws of its own, so that the rest of a day stays what it is."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._disk = world.entropy.fork("disk")
        self._sleep = world.entropy.fork("sleep")
        self._old = world.entropy.fork("older versions")
        self._full_until_s = 0.0
        self.disk = Disk(world.entropy.fork("power"))
        self.tries = SimTries()
        self.poisoned = 0
        self.overtaken: list[Process] = []
        self._skew = timedelta()

    def pass_time(self) -> None:
        """A price step: what may begin now."""
        self._fill_disk()
        self._jump()

    def disk_fault(self) -> str:
        """What this append meets: nothing, a full disk, or a COMMIT whose answer is lost."""
        if not self._world.has_trouble:
            return ""
        if self._world.plan.disk:
            return self._world.plan.disk.popleft()
        draw = self._disk.fraction()
        if draw < self._world.recipe.disk_full_chance or self._world.loop.time() < self._full_until_s:
            return "full"
        return (
            "unknown"
            if draw < self._world.recipe.disk_full_chance + self._world.recipe.disk_unknown_chance
            else ""
        )

    def is_old(self, number: int) -> bool:
        """Whether somebody starts an older version of the desk where the newer one has run: one host of
        several that was forgotten."""
        return number > 1 and self._world.has_trouble and self._old.fraction() < OLD_CHANCE

    def disk_pause_s(self) -> float:
        """How long the disk takes; others may run meanwhile."""
        pause_s = self._disk.fraction() * self._world.recipe.disk_pause_max_s
        if pause_s > SLOW_DISK_S:
            self._world.fire("B13")
        return pause_s

    def _fill_disk(self) -> None:
        """A price step: somebody may fill the disk for a while."""
        if self._world.recipe.disk_spells and self._sleep.fraction() < self._world.recipe.disk_spells:
            self._full_until_s = self._world.loop.time() + FULL_MAX_S * self._sleep.fraction()

    def _jump(self) -> None:
        """A price step: somebody may set the machine's clock, an hour off at most, or set it right."""
        if not self._world.recipe.jumps or self._sleep.fraction() >= self._world.recipe.jumps:
            return
        self._world.fire("C01")
        if self._skew:
            self.set_right()
        else:
            # Never before the first day began: what a new day means has tests of its own.
            back_s = min(3_600.0, self._world.loop.time())
            self._skew = timedelta(seconds=round((3_600 + back_s) * self._sleep.fraction() - back_s))
            self._world.desk_clock.jump(self._skew)

    def set_right(self) -> None:
        """The machine's clock tells the time again."""
        self._world.desk_clock.jump(-self._skew)
        self._skew = timedelta()

    def freezes_s(self) -> float:
        """How long the machine sleeps now. Half of the time somebody starts the desk elsewhere meanwhile."""
        if not self._world.has_trouble or self._sleep.fraction() >= self._world.recipe.freezes:
            return 0.0
        self._world.fire("C04")
        if self._sleep.fraction() < 0.5 and self._world.process.is_ready:
            self._world.take_over()
        return FROZEN_MAX_S * self._sleep.fraction()
