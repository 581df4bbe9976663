"""A desk whose database is damaged: it starts, shows what its venue holds, says why, and sends nothing (B06).

Orders that stand at the venue go on working there. Who may do what stands in the database, so that only the
terminal is answered.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from bot.cli_exits import Exit
from bot.cli_options import RunOptions
from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from bot.conversation.retelling import told_as
from bot.conversation.screen import Kind, Line, Screen, Table, gap, line, table, title
from bot.conversation.wording import Wording
from bot.main.chats import build_console
from bot.main.last_language import noted_language
from bot.main.paper_desk import PaperDesk
from bot.main.shutting import Signals
from bot.settings_model import Settings
from db.problem import DatabaseProblem
from trading.ports import BrokerSilent, Clock, Entropy, VenueSnapshot
from trading.telemetry import Telemetry

DAMAGED = frozenset({"corrupt", "chain_broken", "io"})
"""Codes after which nothing may be written any more, and nothing can be believed but the venue."""
ASK_S = 8.0


class SafeMode:
    """One life of such a desk. `stop` ends it."""

    def __init__(
        self,
        settings: Settings,
        options: RunOptions,
        clock: Clock,
        entropy: Entropy,
        stop: asyncio.Event,
    ) -> None:
        self._settings = settings
        self._options = options
        self._clock = clock
        self._entropy = entropy
        self._stop = stop
        self._wording = Wording(noted_language(settings.home, os.environ, settings.language))

    async def instead_of(self, desk: Callable[[], Awaitable[int]], telemetry: Telemetry) -> int:
        """Run the desk; when its database turns out to be damaged, run this in its place."""
        try:
            return await desk()
        except DatabaseProblem as problem:
            if self._stop.is_set() or problem.code not in DAMAGED:
                raise
            telemetry.log("error", "safe_mode", why=problem.sentence)
            why = problem.sentence
        return await self.run(why)

    async def run(self, why: str) -> int:
        """Until the person leaves, or a signal comes."""
        self._why = why
        self._paper = PaperDesk(self._settings, self._options, self._clock, self._entropy)
        Signals(self._stop).install(asyncio.get_running_loop())
        console = build_console(self._settings, self._clock, self._entropy, self._paper.feed, self._answer)
        first = await self.screen()
        if not console.has_front:
            sys.stderr.write(as_text(first) + "\n")
        # The venue is in this process: what it holds for us goes on working, at prices.
        parts = [
            asyncio.create_task(self._paper.run_market(lambda quote: None), name="market"),
            asyncio.create_task(self._paper.run_clock(), name="paper-clock"),
        ]
        chat = asyncio.create_task(console.run([first]), name="console")
        stopped = asyncio.create_task(self._stop.wait(), name="stop")
        try:
            await asyncio.wait({chat, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if chat.done() and not console.has_front and not self._options.once:
                await stopped
        finally:
            for task in (*parts, chat, stopped):
                task.cancel()
            await asyncio.gather(*parts, chat, stopped, return_exceptions=True)
            self._paper.close()
        return Exit.DATABASE

    async def _answer(self, incoming: Incoming) -> list[Screen]:
        """Whatever is asked: how it stands."""
        return [await self.screen()]

    async def screen(self) -> Screen:
        """What the venue holds, why nothing is sent, and the cure."""
        blocks = [
            title(self._wording.say("safe.title")),
            line(told_as(self._wording, "safe.why", self._why)),
            gap(),
        ]
        try:
            async with asyncio.timeout(ASK_S):
                seen = await self._paper.broker.snapshot()
        except (BrokerSilent, TimeoutError):
            return Screen(
                (
                    *blocks,
                    line(self._wording.say("safe.silent")),
                    gap(),
                    line(self._wording.say("safe.cure")),
                ),
                kind=Kind.ALERT,
            )
        return Screen(
            (*blocks, *self._held(seen), gap(), line(self._wording.say("safe.cure"))), kind=Kind.ALERT
        )

    def _held(self, seen: VenueSnapshot) -> list[Line | Table]:
        words, say = self._wording, self._wording.say
        held = [(symbol, words.quantity(quantity)) for symbol, quantity in seen.positions.items() if quantity]
        if not held and not seen.orders:
            return [line(say("safe.flat"))]
        blocks: list[Line | Table] = [line(say("safe.held", n=len(held), orders=len(seen.orders)))]
        symbol, quantity, price = say("safe.symbol"), ">" + say("safe.quantity"), ">" + say("safe.price")
        if held:
            blocks.append(table((symbol, quantity), held))
        if seen.orders:
            waiting = [
                (one.symbol, words.quantity(one.quantity), words.price(at) if at is not None else "")
                for one in seen.orders
                for at in (one.stop_price or one.limit_price,)
            ]
            blocks.append(table((say("safe.order"), quantity, price), waiting))
        return blocks
