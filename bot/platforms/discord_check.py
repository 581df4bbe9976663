"""Whether a token works, and how its bot is invited: asked once, by a person who sets Discord up."""

from __future__ import annotations

import asyncio

import discord
from msgspec import Struct

from bot.conversation.messenger import Undelivered
from bot.conversation.surroundings import Surroundings
from bot.platforms.discord_gateway import Gateway, HttpDialler
from bot.platforms.discord_link import HttpWire, Link, quiet_loggers

LISTENS_S = 20.0
SCOPES = ("bot", "applications.commands")


class Found(Struct, frozen=True):
    """A bot that works. `invite`: where its owner lets it into a server; `servers`: in how many it is;
    `is_public`: anybody may invite it."""

    name: str
    application: str
    invite: str
    servers: int
    is_public: bool


def permissions() -> discord.Permissions:
    """What the bot needs in a server: to be seen, to answer, to show pictures, to pin its board."""
    return discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
        pin_messages=True,
    )


def invite(application: str) -> str:
    """The address that lets the bot into a server with the rights that it needs."""
    return discord.utils.oauth_url(int(application), permissions=permissions(), scopes=SCOPES)


async def checked(token: str, api_url: str, gateway_url: str, around: Surroundings) -> Found:
    """The bot of a token that Discord knows and whose gateway lets it listen. Raises Undelivered."""
    quiet_loggers()
    link = Link(token, HttpWire(api_url), around.clock)
    try:
        me = await link.call("GET", "/users/@me")
        application = await link.call("GET", "/oauth2/applications/@me")
        servers = await link.call("GET", "/users/@me/guilds")
        await _listens(link, gateway_url, around)
    finally:
        await link.close_link()
    number = str(application["id"])
    return Found(
        str(me.get("username", "")),
        number,
        invite(number),
        len(servers or ()),
        bool(application.get("bot_public")),
    )


async def _listens(link: Link, gateway_url: str, around: Surroundings) -> None:
    """Connect as the desk will, once. Raises Undelivered."""
    gateway = Gateway(link, HttpDialler(), around, lambda *_: None, url=gateway_url)
    running = asyncio.ensure_future(gateway.run())
    listening = asyncio.ensure_future(gateway.is_listening.wait())
    try:
        await asyncio.wait((running, listening), timeout=LISTENS_S, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        if not listening.done():
            raise Undelivered("the gateway does not let it listen")
    finally:
        running.cancel()
        listening.cancel()
        await asyncio.gather(running, listening, return_exceptions=True)
