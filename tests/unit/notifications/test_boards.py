"""A board says what is true, edits itself only when that changes, and outlives people and crashes."""

from __future__ import annotations

from itertools import pairwise

from bot.conversation.boarding import Placed
from bot.conversation.messenger import (
    Lane,
    NotShown,
)
from bot.notifications.board_life import Pace
from bot.notifications.budget import TELEGRAM
from bot.notifications.courier import Courier
from tests.unit.notifications.desk import OWNER
from tests.unit.notifications.wall import World, play, put_up
from trading.domain.ids import PersonId


def test_a_board_is_sent_silently_pinned_once_and_remembered() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        assert [what for _, what, _ in world.wall.log] == ["send", "pin"]
        lines = world.wall.texts()[0].splitlines()
        assert lines[:2] == ["Positions", "[PAPER]"]
        assert lines[2] == "BTC/USD long 0.1 · $0.00 (0%)"
        assert lines[3].strip() == "10,000.00 → 10,000.00 · held by the venue"
        assert lines[5] == "All: $0.00 (0%)"
        assert lines[6] == "Changed 2018-04-04 01:00:00 UTC · prices at most 1s old then"
        manner = world.wall.manners[0]
        assert manner.lane is Lane.BOARD and manner.is_silent
        (board,) = await world.kept.boards()
        assert (board.channel, board.message, board.is_pinned) == ("telegram:7", "1", True)

    play(story)


def test_it_is_edited_at_most_every_five_seconds_and_in_a_group_every_ten() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world, "7")
        await put_up(world, "-100")
        for n in range(60):
            await world.pass_s(1, price=f"{10_001 + n}")
        for chat, least, count in (("7", 5.0, 12), ("-100", 10.0, 6)):
            edits = world.wall.times("edit", chat)
            assert len(edits) == count
            assert all(b - a >= least for a, b in pairwise(edits))

    play(story)


def test_nothing_is_edited_while_no_visible_digit_moves() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        await world.pass_s(120, price="10000")
        await world.pass_s(20, price="10000.001")
        first = len(world.wall.times("edit"))
        world.tape.said = "REPLAY 2018-04-04"
        await world.pass_s(60, price="10000.001")
        assert first <= 1 and len(world.wall.times("edit")) == first
        await world.pass_s(10, price="10007")
        assert len(world.wall.times("edit")) == first + 1
        text = world.wall.texts()[0]
        assert "+$0.70 (+0.07%)" in text and "10,007.00" in text and "REPLAY" in text

    play(story)


def test_a_committed_event_is_shown_at_once_when_its_pace_allows() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await put_up(world)
        assert "You hold nothing." in world.wall.texts()[0]
        await world.pass_s(7.3)
        world.commit(world.desk.bought())
        await world.loop.quiet()
        assert world.wall.times("edit") == [7.3] and "BTC/USD long" in world.wall.texts()[0]
        world.commit(world.desk.fill(world.desk.leg("tp1"), "10200"))
        await world.pass_s(4)
        assert len(world.wall.times("edit")) == 1
        await world.pass_s(2)
        assert "long 0.05" in world.wall.texts()[0]

    play(story)


def test_events_of_strangers_wake_nothing() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await put_up(world, person=PersonId("somebody else"))
        world.commit(world.desk.bought())
        assert not world.boards._stirred

    play(story)


def test_a_stale_price_is_marked_and_its_age_grows_in_steps() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        world.price("10000")
        await put_up(world)
        await world.pass_s(12)
        assert "STALE, over 10s old" in world.wall.texts()[0]
        assert "(stale prices)" in world.wall.texts()[0]
        await world.pass_s(600)
        assert "STALE, over 10m old" in world.wall.texts()[0]
        assert len(world.wall.times("edit")) <= 7
        await world.pass_s(3, price="10000")
        await world.pass_s(4, price="10000")
        assert "STALE" not in world.wall.texts()[0]

    play(story)


def test_a_closed_market_is_no_alarm() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        world.tape.is_trading = False
        await put_up(world)
        await world.pass_s(100)
        assert "market closed" in world.wall.texts()[0] and "STALE" not in world.wall.texts()[0]
        assert world.wall.times("edit") == []

    play(story)


def test_a_taken_down_board_is_gone_also_after_a_restart() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await put_up(world)
        assert await world.boards.take_down("telegram", "7", "positions")
        assert not await world.boards.take_down("telegram", "7", "positions")
        await world.loop.quiet()
        assert world.wall.texts() == [] and world.boards.standing("telegram", "7") == []
        await world.kill()
        await world.begin()
        await world.pass_s(20)
        assert world.wall.texts() == []

    play(story)


def test_a_board_that_is_taken_down_while_it_is_sent_leaves_nothing_behind() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.wall.takes_s = 1.0
        await world.boards.put_up("telegram", "7", "positions", OWNER)
        await world.pass_s(0.5)
        await world.boards.take_down("telegram", "7", "positions")
        await world.pass_s(10)
        assert world.wall.texts() == [] and await world.kept.boards() == []

    play(story)


def test_a_message_too_old_to_delete_says_that_it_is_over() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await put_up(world)
        world.wall.fails = lambda what, chat: NotShown("too old") if what == "delete" else None
        await world.boards.take_down("telegram", "7", "positions")
        await world.loop.quiet()
        assert world.wall.texts() == ["This board was taken down. /board on brings it back."]

    play(story)


def test_a_group_that_may_read_nothing_sees_nothing() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world, "-100")
        assert "BTC/USD" in world.wall.texts("-100")[0]
        world.readable = False
        world.boards.forget_taste()
        await world.pass_s(15, price="10100")
        assert "BTC" not in world.wall.texts("-100")[0] and "sees nothing" in world.wall.texts("-100")[0]
        world.readable = True
        await world.pass_s(75, price="10100")
        assert "10,100.00" in world.wall.texts("-100")[0]

    play(story)


def test_a_person_who_reads_differently_is_served_differently() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world)
        world.zone = "Asia/Tokyo"
        world.boards.forget_taste(OWNER)
        await world.pass_s(15, price="10100")
        assert "JST" in world.wall.texts()[0]

    play(story)


def test_a_second_person_does_not_take_over_a_groups_board() -> None:
    async def story(world: World) -> None:
        await world.begin(Pace(boards_max=2))
        await put_up(world, "-100")
        other = PersonId("other")
        assert await world.boards.put_up("telegram", "-100", "positions", other) is Placed.TAKEN
        assert await world.boards.put_up("console", "terminal", "positions", OWNER) is Placed.NO_PLACE
        await put_up(world, "8")
        assert await world.boards.put_up("telegram", "9", "positions", OWNER) is Placed.FULL

    play(story)


def test_a_thousand_boards_of_one_desk_share_the_platforms_limit() -> None:
    async def story(world: World) -> None:
        await world.begin()
        courier = Courier(world.wall, world.clock, TELEGRAM)
        world.boards._messengers["telegram"] = courier  # type: ignore[index]  # a dict it is
        world.desk.bought()
        for n in range(1_000):
            await world.boards.put_up("telegram", f"{n}", "positions", OWNER)
        await world.pass_s(90, price="10000")
        assert len(world.wall.pinned) == 1_000
        world.wall.log.clear()
        await world.pass_s(40, price="10100")
        edits = [at for at, what, _ in world.wall.log if what == "edit"]
        assert len({chat for _, what, chat in world.wall.log if what == "edit"}) == 1_000
        assert len(edits) <= 30 * 41
        assert all("10,100.00" in text for text in world.wall.standing.values())

    play(story)


def test_a_desk_without_boards_does_nothing_at_all() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await world.pass_s(1)
        steps = world.loop._timer_count
        world.commit(world.desk.bought())
        await world.pass_s(3_600)
        assert world.loop._timer_count - steps <= 3_601 and world.wall.log == []
        assert world.asked_wording == 0

    play(story)


def test_the_board_of_the_whole_desk_shows_everybody_to_its_operator_and_nothing_to_others() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        bob = PersonId("bob")
        world.desk.open_account("bobs", bob)
        for chat, person in (("7", OWNER), ("8", bob)):
            assert await world.boards.put_up("telegram", chat, "desk", person) is Placed.NEW
            await world.loop.quiet()
        await world.pass_s(20, price="10100")
        (mine,), (his,) = world.wall.texts("7"), world.wall.texts("8")
        assert mine.splitlines()[0] == "The whole desk"
        assert "paper" in mine and "bobs" in mine and "+$10.00" in mine
        assert "paper" not in his and "+$10.00" not in his

    play(story)
