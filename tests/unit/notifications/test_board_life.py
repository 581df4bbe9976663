"""Boards outlive deaths of the process, outages, full disks, people who delete them and groups that move."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.conversation.boarding import Placed
from bot.conversation.messenger import (
    ChatMoved,
    MaybeDelivered,
    NotShown,
    TooFast,
    Unreachable,
)
from bot.notifications.budget import TELEGRAM
from bot.notifications.courier import Courier
from tests.unit.notifications.desk import OWNER
from tests.unit.notifications.wall import World, play, put_up
from trading.ports import JournalUnavailable


def test_a_deleted_board_comes_again_pinned_and_at_most_once_a_minute() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        for n in range(240):
            world.wall.wipe()
            await world.pass_s(1, price=f"{10_001 + n}")
        sends = world.wall.times("send")
        assert 4 <= len(sends) <= 5 and len(world.wall.times("pin")) == len(sends)
        assert all(b - a >= 60 for a, b in pairwise(sends))

    play(story)


def test_an_unpinned_board_goes_on_and_is_not_pinned_again() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        world.wall.pinned.clear()
        for n in range(30):
            await world.pass_s(1, price=f"{10_001 + n}")
        await world.kill()
        await world.begin()
        await world.pass_s(10, price="10500")
        assert len(world.wall.times("pin")) == 1 and "10,500.00" in world.wall.texts()[0]
        assert await world.boards.put_up("telegram", "7", "positions", OWNER) is Placed.AGAIN
        await world.pass_s(10, price="10500")
        assert len(world.wall.times("pin")) == 2 and len(world.wall.texts()) == 1

    play(story)


def test_a_board_whose_chat_is_blocked_rests_until_somebody_writes() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        world.wall.block()
        for n in range(300):
            await world.pass_s(1, price=f"{10_001 + n}")
        assert len(world.wall.times("edit failed")) == 1
        world.wall.fails = lambda what, chat: None
        await world.pass_s(60, price="11000")
        assert world.wall.times("edit") == []
        world.boards.heard("telegram", "7")
        await world.loop.quiet()
        assert "11,000.00" in world.wall.texts()[0]

    play(story)


def test_a_restart_goes_on_with_the_same_message() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        await world.kill()
        world.price("10250")
        await world.begin()
        await world.loop.quiet()
        assert len(world.wall.texts()) == 1 and "10,250.00" in world.wall.texts()[0]
        assert len(world.wall.times("send")) == 1 and len(world.wall.times("pin")) == 1

    play(story)


@pytest.mark.parametrize("dies_at", ["send", "pin"])
def test_a_death_before_anything_is_sent_or_pinned_ends_with_one_pinned_board(dies_at: str) -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.wall.takes_s = 1.0
        await world.boards.put_up("telegram", "7", "positions", OWNER)
        await world.pass_s(0.5 if dies_at == "send" else 1.5)
        await world.kill()
        world.wall.takes_s = 0.0
        await world.begin()
        await world.pass_s(5)
        assert len(world.wall.texts()) == 1 and len(world.wall.pinned) == 1

    play(story)


def test_a_send_whose_answer_is_lost_is_repeated_only_after_a_minute() -> None:
    async def story(world: World) -> None:
        lost = [MaybeDelivered("no answer")]
        world.wall.after = lambda what, chat: lost.pop() if lost and what == "send" else None
        await world.begin()
        await put_up(world)
        await world.pass_s(59)
        assert len(world.wall.times("send")) == 1
        await world.pass_s(10)
        assert len(world.wall.times("send")) == 2 and len(world.wall.pinned) == 1

    play(story)


@pytest.mark.parametrize(
    "error", [Unreachable("no net"), TooFast(3.0), MaybeDelivered("?"), RuntimeError("bug")]
)
def test_after_an_outage_the_newest_state_is_shown_and_nothing_is_flooded(error: Exception) -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        world.wall.fails = lambda what, chat: error
        for n in range(600):
            await world.pass_s(1, price=f"{10_001 + n}")
        assert len(world.wall.times("edit failed")) <= 15
        world.wall.fails = lambda what, chat: None
        await world.pass_s(61, price="10900")
        assert len(world.wall.texts()) == 1 and "10,900.00" in world.wall.texts()[0]

    play(story)


def test_a_chat_where_the_bot_may_not_pin_has_its_board_all_the_same() -> None:
    async def story(world: World) -> None:
        world.wall.fails = lambda what, chat: NotShown("not enough rights") if what == "pin" else None
        await world.begin()
        world.desk.bought()
        await put_up(world)
        for n in range(20):
            await world.pass_s(1, price=f"{10_001 + n}")
        assert len(world.wall.times("pin failed")) == 1 and len(world.wall.times("edit")) >= 3

    play(story)


def test_a_store_that_cannot_write_costs_no_board_and_is_tried_again() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await world.boards.put_up("telegram", "7", "positions", OWNER)
        put, broken = world.kept.put_board, [1, 1, 1]

        async def fails(board: object) -> None:
            if broken:
                broken.pop()
                raise JournalUnavailable("the disk is full")
            await put(board)  # type: ignore[arg-type]  # a board it is

        world.kept.put_board = fails  # type: ignore[method-assign]  # the disk is full for a while
        await world.pass_s(120)
        (board,) = await world.kept.boards()
        assert board.message == "1" and board.is_pinned and len(world.wall.texts()) == 1

    play(story)


def test_a_group_that_moves_has_its_board_in_the_new_place() -> None:
    async def story(world: World) -> None:
        world.wall.fails = lambda what, chat: ChatMoved("-200") if chat == "-1" and moved else None
        moved: list[int] = []
        await world.begin()

        async def told(old: str, new: str) -> None:
            await world.boards.moved("telegram", old, new)

        courier = Courier(world.wall, world.clock, TELEGRAM, moved=told)
        world.boards._messengers["telegram"] = courier  # type: ignore[index]  # a dict it is
        world.desk.bought()
        await put_up(world, "-1")
        moved.append(1)
        await world.pass_s(80, price="10100")
        (board,) = await world.kept.boards()
        assert board.channel == "telegram:-200" and board.is_pinned
        assert len(world.wall.texts("-200")) == 1 and "10,100.00" in world.wall.texts("-200")[0]
        assert world.boards.standing("telegram", "-1") == []

    play(story)
