"""The local Alpaca in a process of its own, with many accounts, each of which is served so often a second.

Run as `python -m benchmarks._account_server FILE RATE`: the file holds JSON, by key what is held and what
waits there. It says `port N`; each line is
answered with how many requests were made, how many of them had to wait for their turn, and of which kinds.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.alpaca_exchange import Exchange
from tests.fakes.alpaca_server import AlpacaServer, Answer
from tests.fakes.alpaca_stream import Stream
from tests.fakes.alpaca_words import Resting, asset


class Everybody(Stream):
    """Lets every account in, and ends none for another."""

    async def _hear(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        if message.get("action") == "authenticate":
            said = {"status": "authorized", "action": "authenticate"}
            await self._send(socket, {"stream": "authorization", "data": said})
        else:
            await self._send(socket, {"stream": "listening", "data": message.get("data")})


def now() -> datetime:
    """The venue's clock is right."""
    return datetime.now(UTC)


class AccountServer(AlpacaServer):
    """A key leads to its account; requests of one beyond `rate_s` a second wait for their turn."""

    def __init__(self, accounts: dict[str, Exchange], rate_s: float) -> None:
        super().__init__(next(iter(accounts.values())))
        self.stream = Everybody("", "", self.faults)
        self._accounts = accounts
        self._apart_s = 1 / rate_s
        self._next_s: dict[str, float] = {}
        self.count: Counter[str] = Counter()
        self.late = 0
        self.doors: Counter[str] = Counter()

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            key = request.headers.get("APCA-API-KEY-ID", "")
            self.count[key] += 1
            self.doors["/".join(request.path.split("/")[2:4])[:12]] += 1
            at_s = asyncio.get_running_loop().time()
            turn_s = max(at_s, self._next_s.get(key, 0.0))
            self._next_s[key] = turn_s + self._apart_s
            if turn_s > at_s:
                self.late += 1
                await asyncio.sleep(turn_s - at_s)
            self.exchange = self._accounts[key]  # answered before anybody else is let in
            return self._carried_out(answer, request)

        return handle


def account(symbols: list[str], seen: dict[str, Any]) -> Exchange:
    """One that holds and has waiting what the file says."""
    made = Exchange(now, Decimal(seen["cash"]), *(asset(one) for one in symbols))
    made.positions = {symbol: Decimal(held) for symbol, held in seen["held"].items()}
    for body in seen["orders"]:
        began = datetime.fromisoformat(body["at"])
        order = Resting(body, made.assets[body["symbol"]], body["id"], began)
        made.orders[order.id] = made.by_cid[order.cid] = order
    return made


async def main(told: dict[str, Any], rate_s: float) -> None:
    server = AccountServer(
        {key: account(told["symbols"], seen) for key, seen in told["accounts"].items()}, rate_s
    )
    await server.start()
    print(f"port {server.port}", flush=True)
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.readline():
        print(json.dumps([server.count.total(), server.late, server.doors.most_common(6)]), flush=True)
    await server.stop()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), float(sys.argv[2])))
