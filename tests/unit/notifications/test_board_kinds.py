"""Boards of orders, of a watchlist and of an account; and boards in a topic of a chat."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.notifications.desk import ACCOUNT, OWNER
from tests.unit.notifications.wall import World, play, put_up
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.ids import CommandId
from trading.domain.money import Price
from trading.domain.timed import Side


def shown(world: World, chat: str = "7") -> list[str]:
    (text,) = world.wall.texts(chat)
    return text.splitlines()


def test_a_board_of_orders_lists_what_waits_and_forgets_what_is_done() -> None:
    async def story(world: World) -> None:
        await world.begin()
        await put_up(world, kind="orders")
        assert shown(world)[0] == "Orders" and "No order waits." in shown(world)[2]
        world.commit(world.desk.bought())
        await world.pass_s(6)
        text = "\n".join(shown(world))
        assert "#3 BTC/USD sell 0.05 BTC" in text and "tp1" in text and "stop loss" in text
        world.commit(world.desk.fill(world.desk.leg("tp1"), "10200"))
        await world.pass_s(6)
        assert "tp1" not in "\n".join(shown(world))

    play(story)


def test_a_board_of_a_watchlist_shows_prices_and_the_alerts_beside_them() -> None:
    async def story(world: World) -> None:
        world.watchlist = ("BTC/USD", "XYZ/USD")
        await world.begin()
        world.price("10000")
        await put_up(world, kind="watchlist")
        assert shown(world)[:3] == ["Watchlist", "BTC/USD  10,000.00", "XYZ/USD  NO PRICE YET"]
        assert "XYZ/USD" in world.tape.wanted and "BTC/USD" not in world.tape.wanted
        level = Price(Decimal(11_000))
        command = cm.SetAlert(CommandId("a:b:1"), OWNER, ACCOUNT, world.desk.seen, Side.ABOVE, level)
        world.commit(world.desk.do(command))
        await world.pass_s(6, price="10007")
        assert shown(world)[1:3] == ["BTC/USD  10,007.00", "  🔔 > 11,000.00"]
        world.watchlist = ()
        world.boards.forget_taste(OWNER)
        await world.pass_s(6, price="10007")
        assert "Nothing stands on the watchlist" in shown(world)[1]

    play(story)


def test_a_board_of_an_account_shows_what_today_has_made() -> None:
    async def story(world: World) -> None:
        await world.begin()
        equity = world.desk.book.equity(world.desk.book.accounts[ACCOUNT])
        world.desk.do(rp.DayTurned(ACCOUNT, "2018-04-04", equity, world.desk.now))
        world.desk.bought()
        await put_up(world, kind="account")
        await world.pass_s(6, price="9900")
        text = " ".join("\n".join(shown(world)).split())
        assert "Account [PAPER]" in text and "Equity $9,989.50" in text and "Today -$10.50" in text
        assert "Loss limit of today 2.1% used" in text and "Held 1" in text

    play(story)


def test_kinds_stand_beside_each_other_and_nothing_is_edited_without_news() -> None:
    async def story(world: World) -> None:
        world.watchlist = ("BTC/USD",)
        await world.begin()
        world.price("10000")
        for kind in ("positions", "orders", "watchlist", "account"):
            await put_up(world, kind=kind)
        assert len(world.wall.texts()) == 4
        await world.pass_s(60, price="10000")
        assert world.wall.times("edit") == []
        assert [one.kind for one in world.boards.standing("telegram", "7")] == [
            "positions",
            "orders",
            "watchlist",
            "account",
        ]

    play(story)


def test_a_topic_has_its_own_board_which_moves_with_its_chat() -> None:
    async def story(world: World) -> None:
        await world.begin()
        world.desk.bought()
        await put_up(world, "-100#45")
        await put_up(world, "-100")
        assert [
            (manner.thread, chat)
            for manner, (_, what, chat) in zip(
                world.wall.manners, [one for one in world.wall.log if one[1] == "send"], strict=True
            )
        ] == [("45", "-100"), ("", "-100")]
        assert [one.channel for one in world.boards.standing("telegram", "-100#45")] == ["telegram:-100#45"]
        for n in range(30):
            await world.pass_s(1, price=f"{10_001 + n}")
        assert len(world.wall.times("edit", "-100")) == 6  # three each: a group, so every ten seconds
        await world.boards.moved("telegram", "-100", "-200")
        await world.pass_s(12, price="10050")
        assert {one.channel for one in await world.kept.boards()} == {"telegram:-200", "telegram:-200#45"}
        assert sorted(manner.thread for manner in world.wall.manners[-2:]) == ["", "45"]
        assert await world.boards.take_down("telegram", "-200#45", "positions")
        await world.pass_s(1)
        assert [one.channel for one in await world.kept.boards()] == ["telegram:-200"]

    play(story)
