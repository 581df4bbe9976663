"""Telegram as one front end: who am I, the menu, what an earlier life left, then updates until the end.

Everything that can fail for want of a connection is tried again for ever; only a token that Telegram does not
know ends it (`Refused`), and neither stops trading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.conversation.flood import Pace
from bot.conversation.inbox import KEPT_S, Inbox, JournalUnavailable
from bot.conversation.messenger import Messenger, Refused, TooFast, Undelivered
from bot.conversation.people import People
from bot.conversation.strangers import WayIn
from bot.conversation.surroundings import Surroundings
from bot.conversation.verbs_document import MenuOf, menu, owners_menu
from bot.platforms.telegram_decode import Me
from bot.platforms.telegram_intake import PERSON_PACE, Intake, Quarantined
from bot.platforms.telegram_link import Link, quiet_loggers
from bot.platforms.telegram_menus import Menus
from bot.platforms.telegram_out import TelegramCalls, TelegramMessenger
from bot.platforms.telegram_poll import WAIT_S, TelegramPoll
from bot.platforms.telegram_press import Answer
from bot.platforms.telegram_serving import Moved, Serving
from bot.platforms.telegram_webhook import TelegramWebhook

FLUSH_S = 0.25
PRUNE_S = 3_600.0
START_RETRY_S, START_RETRY_MAX_S = 1.0, 60.0
STOP_S = 5.0


@dataclass(frozen=True)
class TelegramHooks:
    """What the roof wants to hear of. `conflict`: True when somebody else takes this bot's updates, False
    when that is over; `quarantined`: an update was set aside; `moved`: a chat has another id. `menu_of`: the
    verbs that a person may use; None: everybody is shown all."""

    conflict: Callable[[bool], None]
    quarantined: Quarantined
    moved: Moved | None = None
    menu_of: MenuOf | None = None


@dataclass(frozen=True)
class TelegramOptions:
    """What the operator may choose. `webhook_url`: empty polls."""

    webhook_url: str = ""
    webhook_secret: str = ""
    poll_timeout_s: int = WAIT_S
    person_pace: Pace = PERSON_PACE


class Telegram:
    """The Telegram front end.

    Args:
        link: the wire (`Link(token, api_url)`), shared with `own`.
        own: Telegram's messenger.
        messenger: the way out for answers: `own`, or the courier around it.
        answer: the conversation.
        ways_in: how strangers come in: the first code (claim), a linked platform.
    """

    def __init__(
        self,
        link: Link,
        own: TelegramMessenger,
        messenger: Messenger,
        answer: Answer,
        people: People,
        inbox: Inbox,
        around: Surroundings,
        hooks: TelegramHooks,
        options: TelegramOptions = TelegramOptions(),
        *ways_in: WayIn,
    ) -> None:
        self._link = link
        self._inbox = inbox
        self._around = around
        self._hooks = hooks
        self.calls = TelegramCalls(link)
        self.menus: Menus | None = None
        if hooks.menu_of is not None:
            self.menus = Menus(self.calls, people, hooks.menu_of, owners_menu(), around)
        self.serving = Serving(
            answer, messenger, own, people, inbox, around, ways_in=ways_in, moved=hooks.moved
        )
        self.intake = Intake(self.serving, people, inbox, around, pace=options.person_pace)
        self.poll = TelegramPoll(
            self.calls,
            self.intake,
            self.serving,
            around,
            conflict=hooks.conflict,
            wait_s=options.poll_timeout_s,
        )
        self.webhook: TelegramWebhook | None = None
        if options.webhook_url:
            self.webhook = TelegramWebhook(
                self.calls,
                self.intake,
                self.serving,
                around,
                url=options.webhook_url,
                secret=options.webhook_secret,
            )
        self._is_closed = asyncio.Event()
        self.is_ready = asyncio.Event()
        """Set once the bot knows who it is and takes updates."""

    @property
    def name(self) -> str:
        """`@username`; empty until Telegram has said it."""
        return f"@{self.intake.me.username}" if self.intake.me.username else ""

    async def run(self) -> None:
        """Serve until cancelled. Raises Refused for a token that Telegram does not know. May be run again."""
        quiet_loggers()
        keeping = asyncio.create_task(self._keep(), name="telegram-inbox")
        try:
            await self._begin()
            self.is_ready.set()
            if self.webhook is None:
                await self._take_until_closed()
            await asyncio.Event().wait()
        finally:
            self.is_ready.clear()
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await self._end()

    async def _take_until_closed(self) -> None:
        """Poll until the intake is closed. Raises Refused."""
        if self._is_closed.is_set():
            return
        polling = asyncio.ensure_future(self.poll.run())
        closed = asyncio.ensure_future(self._is_closed.wait())
        try:
            await asyncio.wait((polling, closed), return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                polling.result()
        finally:
            polling.cancel()
            closed.cancel()
            await asyncio.gather(polling, closed, return_exceptions=True)

    async def close_intake(self) -> None:
        """Take nothing more: what is not taken waits with Telegram. What is being answered goes on."""
        self._is_closed.set()
        self.serving.is_closing = True

    async def _begin(self) -> None:
        await self._insisted(self._introduce)
        # Before the menu: what somebody asked for before a crash, or before the last stop, is answered first.
        await self._insisted(self._recover)
        if self.webhook is not None:
            await self._insisted(self.webhook.announce)
        else:
            await self._insisted(self.calls.delete_webhook)
        await self._insisted(self._set_menu)

    async def _introduce(self) -> None:
        found = await self.calls.me()
        self.intake.me = Me(int(found.get("id", 0)), str(found.get("username", "")))

    async def _recover(self) -> None:
        taken = await self.intake.recover(self._hooks.quarantined)
        if taken:
            self._around.telemetry.log("info", "telegram_recovered", updates=taken)

    async def _set_menu(self) -> None:
        whole = list(menu())
        # Most people have an account of their own: that is what they may do. Others have a menu of their own.
        await self.calls.set_commands(list(owners_menu()) if self.menus else whole, "all_private_chats")
        await self.calls.set_commands(whole, "all_group_chats")
        if self.menus is not None:
            await self.menus.everybody()

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
                    self._around.telemetry.log("warning", "telegram_not_started", reason=reason)
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
                self._around.telemetry.count("telegram_inbox_not_flushed")
            await self._around.clock.sleep_s(FLUSH_S)

    async def _end(self) -> None:
        """What is being answered gets a moment; the rest stays in the inbox for the next life."""
        try:
            async with asyncio.timeout(STOP_S):
                await self.serving.rest()
        except TimeoutError:
            self._around.telemetry.log("warning", "telegram_stopped_in_flight", jobs=self.serving.in_flight)
        await self.serving.stop()
        if self.menus is not None:
            await self.menus.stop()
        try:
            await self._inbox.flush()
        except JournalUnavailable:
            self._around.telemetry.count("telegram_inbox_not_flushed")
        await self._link.close_link()
