"""How a planted bug is written down: a context manager that patches the real code while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

Patch = Iterator[None]


class Mutant(Struct, frozen=True):
    """A planted bug: what it is, how it gets in, and which invariants may catch it."""

    name: str
    plant: Callable[[], Any]
    caught_by: frozenset[str]


PLANTED: list[Mutant] = []
"""Every mutant, in the order in which the modules say them."""


Planter = Callable[..., Callable[[Callable[[], Patch]], Callable[[], Any]]]


def planter(shelf: list[Mutant]) -> Planter:
    """How mutants of one kind of day are registered: `@mutant(*invariants)`, under the function's name."""

    def mutant(*caught_by: str) -> Callable[[Callable[[], Patch]], Callable[[], Any]]:
        def registered(function: Callable[[], Patch]) -> Callable[[], Any]:
            plant = contextmanager(function)
            shelf.append(Mutant(function.__name__, plant, frozenset(caught_by)))
            return plant

        return registered

    return mutant


mutant = planter(PLANTED)
"""For the day of a desk and its venue."""
