"""Every store keeps one row for each chat and kind of board, as it was put last, until it is dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from db.boards import SqlBoards
from db.store import Store
from tests.contract.stores import store
from trading.boards import Board, BoardStore
from trading.domain.ids import PersonId

__all__ = ["store"]

AT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
MINE = Board("telegram:7", "positions", PersonId("ann"), AT)


@pytest.fixture
def boards(store: Store) -> BoardStore:
    """The port of each store."""
    return SqlBoards(store.writer, store.reader)


async def test_a_board_is_kept_as_it_was_put_last(boards: BoardStore) -> None:
    assert await boards.boards() == []
    await boards.put_board(MINE)
    assert await boards.boards() == [MINE]
    sent = replace(MINE, message="12+p13", is_pinned=True)
    await boards.put_board(sent)
    assert await boards.boards() == [sent]


async def test_chats_and_kinds_do_not_touch_each_other_and_the_oldest_is_first(boards: BoardStore) -> None:
    group = replace(MINE, channel="telegram:-100", at=AT - timedelta(days=1))
    orders = replace(MINE, kind="orders", at=AT + timedelta(days=1))
    for one in (MINE, group, orders):
        await boards.put_board(one)
    assert await boards.boards() == [group, MINE, orders]
    await boards.drop_board("telegram:7", "positions")
    await boards.drop_board("telegram:7", "never")
    assert await boards.boards() == [group, orders]
