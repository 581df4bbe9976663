"""What people are told unasked: fills on their card, news as direct messages, on an unkind Discord."""

from __future__ import annotations

from tests.fakes.discord_limits import DiscordLimits
from tests.fakes.discord_people import DiscordPerson
from tests.fakes.pit import PAPER
from tests.integration.discord.desk import DiscordDesk
from tests.integration.discord.telling import Telling, ringing
from trading.domain import commands as cm
from trading.domain.commands import HaltState
from trading.domain.ids import CommandId


async def halted(desk: DiscordDesk, state: HaltState, name: str) -> None:
    """News that nobody typed: a job halts the account, or opens it."""
    account = desk.pit.engine.book.accounts[PAPER]
    command = cm.SetHalt(CommandId(f"job:{name}"), account.owner, account.account, state, name)
    await desk.pit.engine.submit(command)
    await desk.settle()


def lines(ann: DiscordPerson, word: str) -> list[str]:
    """What Ann's phone shows of it now."""
    return [message.text for message in ann.seen() if word in message.text]


def test_a_fill_right_after_its_press_takes_the_place_of_its_card() -> None:
    async def scene(desk: DiscordDesk, telling: Telling, ann: DiscordPerson) -> None:
        act = await desk.done(ann.command("buy", symbol="BTC", size="1000"))
        ann.press("Buy", act.reply)
        await desk.settle()
        await desk.pit.quote("7400", "7401")
        await desk.settle(5)
        assert "Bought" in act.reply.text, ann.transcript()
        assert len(lines(ann, "Bought")) == 1

    ringing(scene)


def test_the_card_of_an_order_from_a_server_lives_in_the_direct_chat() -> None:
    async def scene(desk: DiscordDesk, telling: Telling, ann: DiscordPerson) -> None:
        bob = desk.server.person("Bob")
        club = desk.server.guild("Club", ann, bob).channels[0]
        await desk.done(ann.command("settings", club, name="groups", value="on"))
        act = await desk.done(ann.command("buy", club, symbol="BTC", size="1000"))
        ann.press("Buy", act.reply)
        await desk.settle()
        await desk.pit.quote("7400", "7401")
        await desk.settle(5)
        assert len(lines(ann, "Bought")) == 1, ann.transcript()
        assert "Sent" in act.reply.text and not bob.seen(club)

    ringing(scene)


def test_d07_news_waits_while_the_direct_chat_is_closed_and_comes_afterwards() -> None:
    async def scene(desk: DiscordDesk, telling: Telling, ann: DiscordPerson) -> None:
        ann.user.closed_dms = True
        await halted(desk, HaltState.REDUCE_ONLY, "storm")
        await desk.settle(60)
        channel = desk.people.channel("discord", ann.dm.id)
        assert channel is not None and not channel.is_alive and not lines(ann, "storm")
        ann.user.closed_dms = False
        ann.say("/balance")
        await desk.settle(60)
        assert len(lines(ann, "Reason: storm")) == 1

    ringing(scene)


def test_t20_hours_without_discord_lose_nothing() -> None:
    async def scene(desk: DiscordDesk, telling: Telling, ann: DiscordPerson) -> None:
        desk.server.faults.outage = "closed"
        desk.server.gateway.hang_up(1006)
        await halted(desk, HaltState.REDUCE_ONLY, "storm")
        await desk.settle(4 * 3_600)
        desk.server.faults.outage = ""
        await desk.settle(300)
        assert lines(ann, "storm"), ann.transcript()
        assert desk.pit.task is not None and not desk.pit.task.done()

    ringing(scene)


def test_t13_a_stream_of_news_keeps_the_bounds_of_discord() -> None:
    async def scene(desk: DiscordDesk, telling: Telling, ann: DiscordPerson) -> None:
        for number in range(20):
            state = HaltState.REDUCE_ONLY if number % 2 == 0 else HaltState.ACTIVE
            await halted(desk, state, f"news-{number}")
        await desk.settle(180)
        said = "\n".join(message.text for message in ann.seen())
        assert all(f"news-{number}" in said for number in range(0, 20, 2))
        assert desk.server.limiter.refused == 0

    ringing(scene, limits=DiscordLimits())
