"""Signals of a running desk: believed, written down, then carried out one after the other.

What was believed stands in the durable inbox before its sender hears so; its id there grows from source and
nonce, so that the same signal again is known, also after a restart.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import DecodeError, ValidationError, json

from bot.conversation.flood import Buckets, Pace
from bot.conversation.handling import Tools
from bot.conversation.inbox import TRIES_MAX, Inbox, Received
from bot.conversation.signalling import (
    BODY_MAX,
    PLATFORM,
    NotBelieved,
    Signal,
    Source,
    believed,
    place_of,
    source_at,
)
from bot.handlers.signal_order import carry_out
from bot.platforms.signal_webhook import signal_route
from bot.platforms.web import Route
from trading.domain.reports import Noted, Report
from trading.ports import JournalUnavailable, VaultLocked
from trading.telemetry import MUTE, Telemetry

PACE = Pace(burst=10, per_s=0.5)
"""Of one address: ten at once, then one in two seconds."""
ALL_PACE = Pace(burst=60, per_s=10)
"""Of everybody together, so that guessing addresses costs the desk nothing."""
QUEUE_MAX = 100
TOPIC = "rejection"
_ADDRESS = re.compile(r"[0-9a-f]{32}")
_NOBODY = "-"


class SignalDesk:
    """Takes signals at its route, and carries them out in `run`."""

    def __init__(
        self,
        tools: Tools,
        inbox: Inbox,
        report: Callable[[Report], None],
        telemetry: Telemetry = MUTE,
    ) -> None:
        self._tools = tools
        self._inbox = inbox
        self._report = report
        self._telemetry = telemetry
        self._waiting: asyncio.Queue[Received] = asyncio.Queue(QUEUE_MAX)
        self._rest = asyncio.Event()
        self._each = Buckets(PACE, tools.clock.elapsed_s)
        self._all = Buckets(ALL_PACE, tools.clock.elapsed_s)

    @property
    def route(self) -> Route:
        """For the desk's web server."""
        return signal_route(self.take, BODY_MAX)

    async def take(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """Believe it and write it down: status and code of the answer."""
        status, code = await self._taken(address, body, headers)
        self._telemetry.count("signals", code=code)
        return status, code

    async def _taken(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        if not self._all.take(_NOBODY) or not self._each.take(address[:32]):
            return 429, "pace"
        if self._waiting.full():
            return 503, "full"
        try:
            source = await self._source(address)
            secret = await self._tools.vault.get(place_of(source)) if source is not None else None
            if source is None or not secret:
                # An address that nobody has gets the answer of a wrong secret.
                return 401, "secret"
            signal = believed(source.source_id, secret, body, headers, self._tools.clock.now())
            row = Received(
                PLATFORM,
                f"{signal.source_id}:{signal.nonce}",
                signal.source_id,
                self._tools.clock.now(),
                json.encode(signal).decode(),
            )
            if signal.nonce in source.nonces or not await self._inbox.store([row]):
                return 409, "again"
        except NotBelieved as problem:
            return problem.status, problem.code
        except (JournalUnavailable, VaultLocked):
            return 503, "store"
        self._waiting.put_nowait(row)
        return 202, "taken"

    async def _source(self, address: str) -> Source | None:
        return await source_at(self._tools.registers, address) if _ADDRESS.fullmatch(address) else None

    # ------------------------------------------------------------ carried out

    async def run(self) -> None:
        """Until cancelled; first what an earlier life has left."""
        for row in await self._left():
            await self._carry(row)
        while True:
            self._rest.set()
            row = await self._waiting.get()
            self._rest.clear()
            await self._carry(row)

    @property
    def waiting(self) -> int:
        """How many were taken and not carried out."""
        return self._waiting.qsize()

    async def idle(self) -> None:
        """Return when nothing is being carried out."""
        await self._rest.wait()

    async def _left(self) -> Sequence[Received]:
        """What was stored and never finished. What has ended the desk three times is set aside."""
        rows = await self._inbox.waiting(PLATFORM)
        bad = [row.update_id for row in rows if row.tries >= TRIES_MAX]
        if bad:
            await self._inbox.set_aside(PLATFORM, bad)
        good = [row for row in rows if row.tries < TRIES_MAX]
        await self._inbox.counted(PLATFORM, [row.update_id for row in good])
        return good

    async def _carry(self, row: Received) -> None:
        try:
            signal = json.decode(row.body, type=Signal)
        except (DecodeError, ValidationError):
            self._inbox.done(PLATFORM, [row.update_id])
            return
        source = await source_at(self._tools.registers, signal.source_id)
        if source is not None:
            heard = await carry_out(self._tools, source, signal)
            if heard.code == "refused" and source.is_live:
                facts = {"source": source.name, "said": heard.line, "why": heard.why}
                now = self._tools.clock.now()
                self._report(Noted(source.account, "signal_refused", TOPIC, "warning", facts, now))
        self._inbox.done(PLATFORM, [row.update_id])
