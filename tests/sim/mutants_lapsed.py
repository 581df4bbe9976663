"""Planted bugs in what a span of time is to bring about."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.sim.planting import Patch, mutant
from trading.domain.decide import waiting
from trading.domain.reports import Wait
from trading.engine import looks


@mutant("I7", "I8")
def an_exit_that_does_not_fill_waits_for_ever() -> Patch:
    """Nobody takes it back, so that the stop never returns."""
    yield from _without(Wait.EXIT)


@mutant("I8")
def a_swap_counts_as_guarded_for_ever() -> Patch:
    """However long it takes, nobody hears that no stop stands."""
    yield from _without(Wait.ROOM)


def _without(wait: Wait) -> Patch:
    def fewer(book: Any, position: Any) -> Any:
        return tuple(span for span in waits(book, position) if span.wait is not wait)

    waits = waiting.waits
    with patch.object(waiting, "waits", fewer), patch.object(looks, "waits", fewer):
        yield
