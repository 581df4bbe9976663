"""A venue in a process of its own: it goes on trading while the desk is killed, and its line is bad.

Run as `python -m tests.integration.venue_server FOLDER SEED`. It says `port N`, matches against prices that
walk, and writes everything on its tape in FOLDER.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
from aiohttp import web
from msgspec.structs import replace

from tests.integration.venue_wire import (
    ACCOUNT,
    PRICES,
    PROFILE,
    REQUEST,
    Answer,
    Cancel,
    Change,
    Find,
    History,
    Look,
    News,
    Request,
    Submit,
    encode,
)
from tests.sim.recipe import INSTRUMENTS
from trading.brokers.fills import FillRules
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.tape import FileTape
from trading.clock import SystemClock
from trading.domain.market import Bar, Quote
from trading.domain.money import Price
from trading.domain.reports import BrokerReport
from trading.entropy import SeededEntropy

CASH = Decimal(50_000)
TICK_S = 0.01
TRAVEL_MAX_S = 0.015
LOST_BEFORE, LOST_AFTER, LATE = 0.02, 0.02, 0.02
LATE_S = 2.0
"""Longer than the desk waits for an answer."""
POLL_MAX_S = 0.5
BAR_S = 0.5
"""So long is a line of the prices that are written down for the judge of real kills."""


class Server:
    """The venue, its prices, and the stream of what happened."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.clock = SystemClock()
        self.venue = PaperVenue(
            ACCOUNT,
            {one.symbol: one for one in INSTRUMENTS}.get,
            SeededEntropy("venue"),
            cash=CASH,
            profile=PROFILE,
            rules=FillRules(latency_s=0.003, touch_probability=0.5),
            tape=FileTape(folder / "venue.jsonl"),
        )
        draw = SeededEntropy(f"venue:{seed}")
        self.prices, self.line = draw.fork("prices"), draw.fork("line")
        self.last = {"BTC/USD": Decimal(7_000), "MES": Decimal(2_600)}
        self.quotes: dict[str, Quote] = {}
        self.told: list[BrokerReport] = []
        self.grown = asyncio.Event()
        self._bars: dict[str, Bar] = {}
        self._written = (folder / PRICES).open("ab", buffering=0)

    async def run(self) -> None:
        """Serve until the end comes from outside."""
        app = web.Application()
        app.router.add_post("/call", self.call)
        app.router.add_get("/news", self.news)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._walk()
        print(f"port {runner.addresses[0][1]}", flush=True)
        while True:
            await self.clock.sleep_s(TICK_S)
            self._walk()

    def _walk(self) -> None:
        for instrument in INSTRUMENTS:
            move = Decimal(str(round((self.prices.fraction() - 0.5) * 0.004, 7)))
            last = instrument.price_nearest(self.last[instrument.symbol] * (1 + move))
            self.last[instrument.symbol] = last
            tick = instrument.tick_size
            quote = Quote(instrument.symbol, Price(last - tick), Price(last + tick), self.clock.now())
            self.quotes[instrument.symbol] = quote
            self.told += self.venue.on_market(quote)
            self._note(quote)
        self.told += self.venue.wake(self.clock.now())
        self.grown.set()
        self.grown = asyncio.Event()

    def _note(self, quote: Quote) -> None:
        bar = self._bars.get(quote.symbol)
        if bar is not None and quote.at - bar.at >= timedelta(seconds=BAR_S):
            self._written.write(msgspec.json.encode(bar) + b"\n")
            bar = None
        if bar is None:
            bar = Bar(quote.symbol, quote.at, quote.at, quote.bid, quote.ask, quote.bid, quote.ask)
        self._bars[quote.symbol] = replace(
            bar, ends_at=quote.at, low=min(bar.low, quote.bid), high=max(bar.high, quote.ask), close=quote.ask
        )

    # ------------------------------------------------------------ the two doors

    async def call(self, request: web.Request) -> web.Response:
        """One request: on its way, carried out, and its answer on its way; each leg may fail."""
        asked: Request = REQUEST.decode(await request.read())
        fate = self.line.fraction()
        await self.clock.sleep_s(TRAVEL_MAX_S * self.line.fraction())
        if fate < LOST_BEFORE:
            return self._cut(request)
        answer = self._answer(asked)
        self.told += self.venue.drain()
        if fate < LOST_BEFORE + LOST_AFTER:
            return self._cut(request)
        is_late = fate < LOST_BEFORE + LOST_AFTER + LATE
        await self.clock.sleep_s(LATE_S if is_late else TRAVEL_MAX_S * self.line.fraction())
        return web.Response(body=encode(answer), content_type="application/json")

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    def _answer(self, asked: Request) -> Answer:
        venue, now = self.venue, self.clock.now()
        match asked:
            case Submit(orders) if len(orders) == 1:
                return Answer((venue.submit(orders[0], now),))
            case Submit(orders):
                return Answer(tuple(venue.submit_group(orders, now)))
            case Cancel(cid):
                return Answer((venue.cancel(cid, now),))
            case Change(cid, quantity, limit, stop):
                return Answer((venue.replace(cid, quantity, limit, stop, now),))
            case Find(cid):
                return Answer(found=venue.find(cid))
            case History(since):
                return Answer(tuple(venue.history(since)))
            case Look():
                return Answer(snapshot=venue.snapshot(now))

    async def news(self, request: web.Request) -> web.Response:
        """What happened behind a place; without one, where the stream stands now."""
        after = int(request.query.get("after", "-1"))
        if 0 <= after == len(self.told):
            try:
                async with asyncio.timeout(POLL_MAX_S):
                    await self.grown.wait()
            except TimeoutError:
                pass
        told = tuple(self.told[after:]) if after >= 0 else ()
        news = News(len(self.told), told, tuple(self.quotes.values()))
        return web.Response(body=encode(news), content_type="application/json")


if __name__ == "__main__":
    asyncio.run(Server(Path(sys.argv[1]), int(sys.argv[2])).run())
