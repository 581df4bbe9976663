"""What is heavy and wanted by few: loaded in a thread when somebody first wants it; the loop goes on."""

from __future__ import annotations

import asyncio
from importlib import import_module

STRATEGIES = ("trading.strategies.table", "trading.strategies.protections", "trading.profiles.runner")
"""The rooms behind `/strategy` and profiles, with the array and indicator libraries below them."""


async def load_strategies() -> None:
    """From now on importing them takes no time. Cheap twice; who never asks never pays."""
    await asyncio.to_thread(_load, STRATEGIES)


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        import_module(name)
