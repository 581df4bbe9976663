"""Planted bugs in the gate, and in what is picked up after a lost COMMIT."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.sim.planting import Patch, mutant
from trading.domain import risk
from trading.engine import loop, outbox


def _blind(*names: str) -> Any:
    """A gate that lets these checks pass, whatever they find."""

    def check(self: Any, name: str, passed: bool, *rest: Any) -> None:
        real(self, name, passed or name in names, *rest)

    real = risk._Gate.check
    return patch.object(risk._Gate, "check", check)


@mutant("I13")
def a_stale_price_is_accepted() -> Patch:
    """A card of minutes ago still trades."""
    with _blind("price_fresh"):
        yield


@mutant("I13")
def a_limit_far_through_the_market_is_accepted() -> Patch:
    """Nobody compares a limit with the market."""
    with _blind("price_collar"):
        yield


@mutant("I13")
def the_same_order_twice_is_not_asked_about() -> Patch:
    """Who types an order twice has it twice."""
    with _blind("duplicate"):
        yield


@mutant("I14")
def a_flood_of_entries_goes_out() -> Patch:
    """Nobody counts how many entries leave in a while."""
    with _blind("rate_10_s", "rate_minute"):
        yield


@mutant("I8")
def a_lost_commit_sets_no_timers() -> Patch:
    """What was written although nobody said so is read again, and its time exits never ring."""

    async def settled(self: loop.Engine) -> bool:
        with patch.object(outbox.Outbox, "watch_clock", lambda self, book, positions: None):
            return await real(self)

    real = loop.Engine._settled_with_store
    with patch.object(loop.Engine, "_settled_with_store", settled):
        yield
