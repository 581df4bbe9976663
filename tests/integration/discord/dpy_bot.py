"""discord.py's own Client against our server: a bot that echoes, as its documentation would write it."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Iterator

import discord
import yarl
from discord import app_commands

from tests.fakes.discord_server import DiscordServer


class Ticket(discord.ui.Modal, title="Ticket"):
    """A form with two fields."""

    symbol: discord.ui.TextInput[Ticket] = discord.ui.TextInput(label="Symbol", custom_id="symbol")
    size: discord.ui.TextInput[Ticket] = discord.ui.TextInput(
        label="Size", custom_id="size", required=False, default="10"
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"ticket {self.symbol.value} {self.size.value}")


class Card(discord.ui.View):
    """Buttons and a select that outlive the process."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Go", custom_id="go")
    async def go(self, interaction: discord.Interaction, button: discord.ui.Button[Card]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="gone", view=None)

    @discord.ui.select(
        custom_id="pick", options=[discord.SelectOption(label="One"), discord.SelectOption(label="Two")]
    )
    async def pick(self, interaction: discord.Interaction, select: discord.ui.Select[Card]) -> None:
        await interaction.response.edit_message(content=f"picked {select.values[0]}")


class EchoBot(discord.Client):
    """Greets, echoes, defers, opens a form, completes."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.05, heartbeat_timeout=5.0)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.up = asyncio.Event()
        self.resumed = asyncio.Event()

    async def setup_hook(self) -> None:
        self.add_view(Card())
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.up.set()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(message.content)
        if message.content:
            await message.channel.send(f"you said {message.content}", nonce=str(message.id))


def echo_bot() -> EchoBot:
    """The bot with its commands."""
    intents = discord.Intents.default()
    bot = EchoBot(intents)

    @bot.tree.command(description="Say it again")
    async def echo(interaction: discord.Interaction, words: str, times: int = 1) -> None:
        await interaction.response.send_message(" ".join([words] * times), ephemeral=True)

    @bot.tree.command(description="Take a while")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("done", ephemeral=True)
        await interaction.followup.send("more", ephemeral=True)

    @bot.tree.command(description="Show a card")
    async def card(interaction: discord.Interaction) -> None:
        embed = discord.Embed(title="A card", description="with words").add_field(name="Price", value="7,400")
        await interaction.response.send_message(embed=embed, view=Card())

    @bot.tree.command(description="Fill it in")
    async def ticket(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Ticket())

    @bot.tree.command(description="A picture")
    async def picture(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("see", file=discord.File(io.BytesIO(b"\x89PNG"), "a.png"))

    @echo.autocomplete("words")
    async def words(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=one, value=one) for one in ("hello", "help") if one.startswith(current)
        ]

    return bot


@contextlib.contextmanager
def addressed(server: DiscordServer) -> Iterator[None]:
    """discord.py asks our server instead of Discord's: the addresses are globals of its classes."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = server.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        discord.http.Route.BASE = base
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway


@contextlib.asynccontextmanager
async def running(server: DiscordServer, bot: EchoBot) -> AsyncIterator[EchoBot]:
    """The bot, connected and ready."""
    with addressed(server):
        task = asyncio.create_task(bot.start(server.token))
        try:
            async with asyncio.timeout(20):
                await bot.up.wait()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)
