"""A report that no decision survives: the venue tells it again after every start, until it is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.sim.recipe import ACCOUNT
from trading.domain import decide as deciding
from trading.domain.ids import ClientOrderId
from trading.domain.reports import CanceledReported
from trading.engine import batch
from trading.engine.poison import TRIES_MAX

if TYPE_CHECKING:
    from tests.sim.world import World

CID = ClientOrderId("POISON")
EVERY_S = 25.0
TELLINGS = 6


class Poisonous(Exception):
    """What deciding the report ends in: a rule of the desk that does not hold."""


class SimTries:
    """Counts that outlive every process of the day."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    async def count(self, key: str) -> int:
        """As the port says."""
        self._counts[key] += 1
        return self._counts[key]

    async def all(self) -> dict[str, int]:
        """As the port says."""
        return dict(self._counts)


@contextmanager
def poisonous() -> Iterator[None]:
    """While it is open, the report cannot be decided."""

    def fatal(book: Any, message: Any, context: Any) -> Any:
        if type(message) is CanceledReported and message.client_order_id == CID:
            raise Poisonous("this report breaks the desk")
        return real(book, message, context)

    real = deciding.decide
    with patch.object(batch, "decide", fatal):
        yield


async def tell(world: World) -> None:
    """The venue tells it, whoever listens."""
    for _ in range(TELLINGS):
        await world.clock.sleep_s(EVERY_S)
        engine = world.process.engine
        if engine is not None and world.process.is_ready:
            world.fire("K02")
            engine.report(CanceledReported(ACCOUNT, CID, "venue", world.clock.now()))


def died(world: World) -> None:
    """A process has ended of it. More than so many, and nobody ever sets it aside."""
    world.machine.poisoned += 1
    if world.machine.poisoned >= TRIES_MAX:
        world.fail("K02", f"the same report ended the desk {world.machine.poisoned} times")
