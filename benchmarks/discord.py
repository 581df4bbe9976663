"""Command to card over real sockets, 500 people on one process, beside a bare discord.py that only echoes.

The local Discord and its people run in a process of their own. Run: python -m benchmarks.discord
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from statistics import median

from benchmarks._desk import BenchDesk, row, scratch
from benchmarks._phone import Phone
from benchmarks.telegram import PERSON, BenchMarket
from bot.conversation.dialogue import Dialogue
from bot.conversation.flood import Pace
from bot.conversation.handling import DeskFacts, Tools
from bot.conversation.people import Known, People
from bot.conversation.surroundings import Surroundings
from bot.handlers.table import HANDLERS
from bot.main.collecting import started, uncollected_start
from bot.platforms.discord_front import Discord, DiscordHooks, DiscordOptions, Line
from bot.platforms.discord_gateway import HttpDialler
from bot.platforms.discord_link import HttpWire, Link
from bot.platforms.discord_out import DiscordMessenger
from db.inbox import SqlInbox
from db.people import SqlPeople
from scheduler.watched_settings import WatchedRegisters
from trading.domain.exits import ExitPlan
from trading.domain.ids import AccountId
from trading.entropy import SystemEntropy

POSITIONS = 20
SINGLE, WARM = 300, 50
EACH, EVERY_S = 4, 5.0
"""Commands of each of the 500 people, and how often one asks: a hundred a second in all."""
PHONE = "benchmarks._discord_phone"


@asynccontextmanager
async def front(desk: BenchDesk, people: People, phone: Phone) -> AsyncIterator[None]:
    """Discord on top of the desk."""
    entropy = SystemEntropy()
    link = Link(phone.about["token"], HttpWire(phone.about["api"]), desk.clock)
    own = DiscordMessenger(link, entropy)
    tools = Tools(
        desk=desk.engine,
        book=lambda: desk.engine.book,
        market=BenchMarket(desk),
        ledger=desk.store.ledger,
        registers=WatchedRegisters(desk.store.registers, lambda person, name: None),
        clock=desk.clock,
        entropy=entropy,
        facts=DeskFacts(version="1.0", feed="replay", fee_bps=Decimal(10)),
        atr=lambda _: None,
        identify=people.identify,
    )

    async def nobody(*_: object) -> None:
        return

    discord = Discord(
        Line(link, HttpDialler()),
        own,
        own,
        Dialogue(tools, HANDLERS).answer,
        people,
        SqlInbox(desk.store.writer),
        Surroundings(desk.clock, entropy),
        DiscordHooks(lambda _: None, nobody),
        DiscordOptions(person_pace=Pace(10**9, 10**9)),
    )
    task = asyncio.create_task(discord.run())
    await discord.is_ready.wait()
    started()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ours(folder: Path) -> float:
    """The desk with some open positions; returns the median of one command after the other, in ms."""
    desk = await BenchDesk(folder).open()
    account = AccountId("g0")
    await desk.account(account, guards=False, fills=True)
    quotes = [desk.quote(f"C{index}/USD") for index in range(POSITIONS)]
    await asyncio.gather(
        *(desk.engine.submit(desk.buy(account, f"b:{q.symbol}", q, plan=ExitPlan())) for q in quotes)
    )
    await desk.idle()
    phone = Phone(PHONE)
    people = People(SqlPeople(desk.store.writer, desk.store.reader))
    for user in phone.about["ids"]:
        await people.join(Known("discord", user, PERSON, "P", desk.clock.now()))
    async with front(desk, people, phone):
        await phone.do(do="single", count=WARM)
        alone = await phone.do(do="single", count=SINGLE)
        row("desk: one after the other, command to deferred", alone["deferred"])
        row("desk: one after the other, command to card", alone["card"])
        await phone.do(do="burst")
        active = await phone.do(do="paced", each=EACH, every_s=EVERY_S)
        row("desk: 500 people active, command to deferred", active["deferred"], "limit p99 1000 ms")
        row("desk: 500 people active, command to card", active["card"], "limit p50 15 ms")
        once = await phone.do(do="burst")
        row("desk: 500 commands at one instant, deferred", once["deferred"], "limit p99 1000 ms")
        row("desk: 500 commands at one instant, card", once["card"])
        lost = alone["lost"] + active["lost"] + once["lost"]
        print(f"{'desk: commands that never had their card':52} {lost}   limit 0")
    phone.close()
    await desk.close()
    return float(median(alone["card"])) * 1e3


async def bare() -> float:
    """discord.py as its makers ship it: answers the command, and nothing else; the median in ms."""
    import discord
    import yarl
    from discord import app_commands

    phone = Phone(PHONE)
    discord.http.Route.BASE = phone.about["api"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(phone.about["gateway"])
    is_up = asyncio.Event()

    class Echo(discord.Client):
        async def setup_hook(self) -> None:
            await tree.sync()

        async def on_ready(self) -> None:
            is_up.set()

    client = Echo(intents=discord.Intents.none(), guild_ready_timeout=0.05)
    tree = app_commands.CommandTree(client)

    @tree.command(name="positions", description="echo")
    async def positions(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("none")

    task = asyncio.create_task(client.start(phone.about["token"]))
    await is_up.wait()
    await phone.do(do="single", count=WARM)
    alone = await phone.do(do="single", count=SINGLE)
    row("bare discord.py: one after the other, command to echo", alone["card"])
    active = await phone.do(do="paced", each=EACH, every_s=EVERY_S)
    row("bare discord.py: 500 people active, command to echo", active["card"])
    await client.close()
    await asyncio.gather(task, return_exceptions=True)
    phone.close()
    return float(median(alone["card"])) * 1e3


async def main() -> None:
    """Both in one run."""
    with scratch() as folder, uncollected_start():
        mine = await ours(Path(folder))
    echo = await bare()
    print(f"{'desk / bare discord.py, one after the other':52} {mine / echo:.1f} x   limit 20 x")


if __name__ == "__main__":
    asyncio.run(main())
