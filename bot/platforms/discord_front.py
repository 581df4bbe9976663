"""Discord as one front end: who am I, what an earlier life left, the commands, then events until the end.

Everything that can fail for want of a connection is tried again for ever; only a token or a right that
Discord refuses ends it (`Refused`), and neither stops trading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.conversation.flood import Pace
from bot.conversation.inbox import KEPT_S, Inbox, JournalUnavailable
from bot.conversation.messenger import Messenger, Refused, TooFast, Undelivered
from bot.conversation.people import People
from bot.conversation.strangers import WayIn
from bot.conversation.surroundings import Surroundings
from bot.platforms.discord_answer import Answer
from bot.platforms.discord_commands import command_bodies
from bot.platforms.discord_gateway import Dialler, Gateway
from bot.platforms.discord_intake import PERSON_PACE, Intake, Quarantined
from bot.platforms.discord_link import Link, quiet_loggers
from bot.platforms.discord_offering import Suggest, nothing_suggested
from bot.platforms.discord_out import DiscordMessenger
from bot.platforms.discord_serving import Serving

FLUSH_S = 0.25
PRUNE_S = 3_600.0
START_RETRY_S, START_RETRY_MAX_S = 1.0, 60.0
STOP_S = 5.0


@dataclass(frozen=True)
class DiscordHooks:
    """What the roof wants to hear of. `conflict`: True when somebody else answers with this bot's token,
    False when that is over; `quarantined`: an event was set aside; `suggest`: what may be offered while one
    types."""

    conflict: Callable[[bool], None]
    quarantined: Quarantined
    suggest: Suggest = nothing_suggested


@dataclass(frozen=True)
class Line:
    """The two ways to Discord: requests, and the gateway."""

    link: Link
    dialler: Dialler


@dataclass(frozen=True)
class DiscordOptions:
    """What the operator may choose. `gateway_url`: empty asks Discord."""

    gateway_url: str = ""
    person_pace: Pace = PERSON_PACE


class Discord:
    """The Discord front end.

    Args:
        line: the wire, whose link is shared with `own`.
        own: Discord's messenger.
        messenger: the way out for what the bot sends by itself: `own`, or the courier around it.
        answer: the conversation.
        ways_in: how strangers come in: the first code (claim), a linked platform.
    """

    def __init__(
        self,
        line: Line,
        own: DiscordMessenger,
        messenger: Messenger,
        answer: Answer,
        people: People,
        inbox: Inbox,
        around: Surroundings,
        hooks: DiscordHooks,
        options: DiscordOptions = DiscordOptions(),
        *ways_in: WayIn,
    ) -> None:
        link = self._link = line.link
        self._inbox = inbox
        self._around = around
        self._hooks = hooks
        self.serving = Serving(
            answer,
            messenger,
            own,
            link,
            people,
            inbox,
            around,
            ways_in=ways_in,
            suggest=hooks.suggest,
            conflict=hooks.conflict,
        )
        self.intake = Intake(self.serving, people, inbox, around, pace=options.person_pace)
        self.gateway = Gateway(link, line.dialler, around, self._event, url=options.gateway_url)
        self._is_closed = asyncio.Event()
        self._catching: set[asyncio.Task[None]] = set()
        self.name = ""
        """The bot's name; empty until Discord has said it."""

    @property
    def is_ready(self) -> asyncio.Event:
        """Set while events come in."""
        return self.gateway.is_listening

    async def run(self) -> None:
        """Serve until cancelled. Raises Refused for what Discord refuses for good. May be run again."""
        quiet_loggers()
        tasks = [
            asyncio.create_task(self._keep(), name="discord-inbox"),
            asyncio.create_task(self.intake.store(), name="discord-store"),
        ]
        try:
            await self._begin()
            await self._listen_until_closed()
            await asyncio.Event().wait()
        finally:
            tasks += self._catching
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._end()

    async def close_intake(self) -> None:
        """Take nothing more. What is being answered goes on."""
        self._is_closed.set()
        self.serving.is_closing = True

    def _event(self, name: str, said: dict[str, Any]) -> None:
        """Hand an event over; a new session has missed what was typed before it."""
        self.intake.take(name, said)
        if name == "READY":
            task = asyncio.create_task(self.intake.catch_up(self._link), name="discord-catch-up")
            self._catching.add(task)
            task.add_done_callback(self._catching.discard)

    async def _listen_until_closed(self) -> None:
        """Raises Refused."""
        if self._is_closed.is_set():
            return
        listening = asyncio.ensure_future(self.gateway.run())
        closed = asyncio.ensure_future(self._is_closed.wait())
        try:
            await asyncio.wait((listening, closed), return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            listening.cancel()
            closed.cancel()
            await asyncio.gather(listening, closed, return_exceptions=True)

    async def _begin(self) -> None:
        await self._insisted(self._introduce)
        await self._insisted(self._recover)
        await self._insisted(self._set_commands)

    async def _introduce(self) -> None:
        me = await self._link.call("GET", "/users/@me")
        application = await self._link.call("GET", "/oauth2/applications/@me")
        self.intake.me, self.name = str(me["id"]), str(me.get("username", ""))
        self.serving.application = str(application["id"])

    async def _recover(self) -> None:
        taken = await self.intake.recover(self._hooks.quarantined)
        if taken:
            self._around.telemetry.log("info", "discord_recovered", events=taken)

    async def _set_commands(self) -> None:
        await self._link.call("PUT", f"/applications/{self.serving.application}/commands", command_bodies())

    async def _insisted(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Until it works. Raises Refused."""
        failures = 0
        while True:
            pause_s = min(START_RETRY_MAX_S, START_RETRY_S * 2 ** min(failures, 8))
            try:
                await attempt()
                return
            except Refused:
                raise
            except TooFast as failure:
                pause_s = failure.retry_after_s
            except (Undelivered, JournalUnavailable) as failure:
                if not failures:
                    reason = type(failure).__name__
                    self._around.telemetry.log("warning", "discord_not_started", reason=reason)
            failures += 1
            await self._around.clock.sleep_s(pause_s * (0.5 + self._around.entropy.fraction() / 2))

    async def _keep(self) -> None:
        """Write down what was answered while nothing new comes, and forget what is long done."""
        pruned_s = self._around.clock.elapsed_s() - PRUNE_S
        while True:
            try:
                await self._inbox.flush()
                if self._around.clock.elapsed_s() - pruned_s >= PRUNE_S:
                    pruned_s = self._around.clock.elapsed_s()
                    await self._inbox.prune(self._around.clock.now() - timedelta(seconds=KEPT_S))
            except JournalUnavailable:
                self._around.telemetry.count("discord_inbox_not_flushed")
            await self._around.clock.sleep_s(FLUSH_S)

    async def _end(self) -> None:
        """What is being answered gets a moment; the rest stays in the inbox for the next life."""
        try:
            async with asyncio.timeout(STOP_S):
                await self.serving.rest()
        except TimeoutError:
            self._around.telemetry.log("warning", "discord_stopped_in_flight", jobs=self.serving.in_flight)
        await self.serving.stop()
        try:
            await self._inbox.flush()
        except JournalUnavailable:
            self._around.telemetry.count("discord_inbox_not_flushed")
        await self._link.close_link()
