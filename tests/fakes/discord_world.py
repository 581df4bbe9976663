"""What a Discord cloud remembers: users, servers, channels, messages, interactions, commands. No wire here.

Ids are snowflakes, objects are Discord's own JSON. Rules of the REST interface: discord_rest.py; of the
gateway: discord_gateway.py; what people do: discord_people.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_places import DM, DiscordChannel, DiscordGuild, DiscordMessage, DiscordUser
from tests.fakes.discord_refusals import MISSING_ACCESS, UNKNOWN_CHANNEL, Body, Refusal
from trading.ports import Clock

EPOCH_MS = 1_420_070_400_000
ANSWER_S = 3.0
"""So long an interaction waits for its first answer."""
TOKEN_S = 900.0
"""So long an answered interaction may be followed up."""
NONCE_S = 300.0


@dataclass(slots=True)
class Interaction:
    """One thing that somebody did with the bot, and what the bot made of it."""

    id: str
    token: str
    kind: int
    user: DiscordUser
    channel: DiscordChannel
    body: Body
    at_s: float
    answered: int = 0
    """The type of the first answer; 0 for none yet."""
    message: DiscordMessage | None = None
    """Of a press: what was pressed."""
    original: DiscordMessage | None = None
    choices: list[Body] = field(default_factory=list)
    modal: Body | None = None
    followups: list[DiscordMessage] = field(default_factory=list)
    answered_s: float = 0.0
    shown_s: float = 0.0
    """When its message first said more than that it takes a while."""


class DiscordWorld:
    """One application with its bot, and everybody around it."""

    def __init__(self, clock: Clock, token: str) -> None:
        self.clock = clock
        self.token = token
        self._count = 0
        self.bot = DiscordUser(self.snowflake(), "Open Outcry", is_bot=True)
        self.users: dict[str, DiscordUser] = {self.bot.id: self.bot}
        self.guilds: dict[str, DiscordGuild] = {}
        self.channels: dict[str, DiscordChannel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: list[Body] = []
        self.guild_commands: dict[str, list[Body]] = {}
        self.nonces: dict[tuple[str, str], tuple[float, DiscordMessage]] = {}
        self.dispatch: Callable[[str, Body, int], None] = lambda *_: None
        """To the gateway: event, its data, the intent that it needs (0: none)."""
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    @property
    def application_id(self) -> str:
        """The application's id: its bot's."""
        return self.bot.id

    def snowflake(self) -> str:
        """A new id, later than all before it."""
        self._count += 1
        ms = int(self.clock.now().timestamp() * 1000) - EPOCH_MS
        return str(ms << 22 | self._count)

    def stamp(self) -> str:
        """The instant as Discord writes it."""
        return self.clock.now().isoformat()

    # ------------------------------------------------------------ who and where

    def user(self, name: str) -> DiscordUser:
        """A new user."""
        made = DiscordUser(self.snowflake(), name)
        self.users[made.id] = made
        return made

    def direct(self, user: DiscordUser) -> DiscordChannel:
        """The direct chat of a user with the bot."""
        for one in self.channels.values():
            if one.recipient is user:
                return one
        made = DiscordChannel(self.snowflake(), DM, recipient=user)
        self.channels[made.id] = made
        return made

    def channel(self, channel_id: str) -> DiscordChannel:
        """A channel that the bot can see. Raises Refusal."""
        found = self.channels.get(channel_id)
        if found is None or found.is_deleted:
            raise Refusal(*UNKNOWN_CHANNEL)
        if found.guild is not None and not (found.guild.has_bot and found.bot_may_see):
            raise Refusal(*MISSING_ACCESS)
        return found

    # ------------------------------------------------------------ messages

    def put_message(self, channel: DiscordChannel, author: DiscordUser, **fields: Any) -> DiscordMessage:
        """A message, whole as Discord shows it, put into its channel; nobody is told yet."""
        body: Body = {
            "id": self.snowflake(),
            "channel_id": channel.id,
            "author": author.body(),
            "content": "",
            "timestamp": self.stamp(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
            **fields,
        }
        made = DiscordMessage(body, channel)
        channel.messages[made.id] = made
        return made

    def told(self, event: str, message: DiscordMessage, **more: Any) -> None:
        """Everybody who may see the message hears of it."""
        if message.ephemeral_to:
            self.changed()
            return
        guild = message.channel.guild
        data = {**message.body, **more}
        if guild is not None:
            data["guild_id"] = guild.id
        self.dispatch(event, data, 1 << 12 if guild is None else 1 << 9)
        self.changed()

    def edited(self, message: DiscordMessage, fields: Body) -> None:
        """The message says something else from now on."""
        message.versions.append(dict(message.body))
        message.body.update(fields)
        message.body["edited_timestamp"] = self.stamp()
        self.told("MESSAGE_UPDATE", message)

    # ------------------------------------------------------------ waiting

    def changed(self) -> None:
        """Something that a test may wait for has happened."""
        for one in list(self._waiters):
            if not one[1].done() and one[0]():
                one[1].set_result(None)
        self._waiters = [one for one in self._waiters if not one[1].done()]

    async def until(self, is_so: Callable[[], bool], patience_s: float = 20.0) -> None:
        """Return once it is so. Raises TimeoutError."""
        if is_so():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((is_so, future))
        async with asyncio.timeout(patience_s):
            await future
