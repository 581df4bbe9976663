"""Hears an account's venue. A stream that breaks, or is silent for longer than it may be, is begun anew."""

from __future__ import annotations

import asyncio

from trading.domain import reports as rp
from trading.engine.rounds import Rounds, Writer
from trading.engine.settings import EngineSettings
from trading.engine.verdict import heard
from trading.ports import Broker, BrokerSilent


async def listen(engine: Writer, rounds: Rounds, broker: Broker, settings: EngineSettings) -> None:
    """For ever. What was missed while the stream was gone is in the venue's history: entries wait until that
    was read (RELIABILITY X19, X20)."""
    breaks = 0
    most_s = broker.profile.stream_silent_s or None
    while True:
        stream = aiter(broker.reports())
        if breaks:
            rounds.mended()
        try:
            while True:
                async with asyncio.timeout(most_s):
                    report = await anext(stream)
                breaks = 0
                if isinstance(report, rp.LinkBack):
                    rounds.mended()
                elif not isinstance(report, rp.LinkAlive):
                    engine.report(heard(report, broker.profile))
        except (BrokerSilent, TimeoutError, StopAsyncIteration) as end:
            rounds.broke()
            _told(engine, rounds, broker, breaks, str(end) or "it said nothing for too long")
        # The first break is mended at once; one session only (X21) must not become a war over it.
        pause_s = settings.relisten_pause_s * breaks
        breaks += 1
        await engine.clock.sleep_s(min(pause_s, settings.relisten_pause_max_s))


def _told(engine: Writer, rounds: Rounds, broker: Broker, breaks: int, reason: str) -> None:
    """The first break is mended before anybody could look; one that comes back at once is told."""
    engine.telemetry.count("stream_broke", account=rounds.account)
    if breaks == 1:
        facts = {"venue": broker.profile.venue, "reason": reason}
        noted = rp.Noted(rounds.account, "stream_broke", "operation", "warning", facts, engine.clock.now())
        engine.report(noted)
