"""The stores that are held against the contracts of Journal, Ledger and Registers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.store import Store, memory_store, open_store
from trading.ports import Journal, Ledger, Registers

KINDS = (
    pytest.param("file", id="file"),
    pytest.param("memory", id="memory"),
    pytest.param("postgres", id="postgres", marks=pytest.mark.pg),
)


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of each kind."""
    if request.param == "memory":
        opened = memory_store()
    elif request.param == "file":
        opened = await open_store(f"sqlite:///{tmp_path}/desk.db")
    else:
        opened = await open_store(request.getfixturevalue("postgres_url"))
    yield opened
    await opened.close()


def ports(store: Store) -> tuple[Journal, Ledger, Registers]:
    """The type checker's proof that a store offers the ports as they are declared."""
    return store.journal, store.ledger, store.registers
