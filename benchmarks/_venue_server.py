"""The local Binance in a process of its own: it notes when each order arrived, and obeys lines on stdin.

Run as `python -m benchmarks._venue_server SYMBOLS`. It says `port N`; each line is JSON:
`["quote", name, bid, ask]`, `["lose", n]` (frames of the user stream), `["times"]` (answered with one line:
name -> instant).
"""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from time import perf_counter

from aiohttp import web

from tests.fakes.binance_server import BinanceServer, Listed


class TimedServer(BinanceServer):
    """Notes the instant at which each request to place an order arrived."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.arrived: dict[str, float] = {}
        self.engine.balances = {"USDT": Decimal(10**12)}
        self.engine.commission = "quote"
        for at in range(symbols):
            self.engine.list_symbol(Listed(f"C{at}USDT", f"C{at}", "USDT", lot=Decimal("0.001")))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        at = perf_counter()
        answer = await super()._serve(request)
        if request.method == "POST" and request.match_info["path"] == "order":
            self.arrived[self.asked[-1][2].get("newClientOrderId", "")] = at
        return answer


async def main(symbols: int) -> None:
    server = TimedServer(symbols)
    await server.start()
    for at in range(symbols):
        server.quote(f"C{at}USDT", "100", "100.01")
    print(f"port {server.port}", flush=True)
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        match json.loads(line):
            case ["quote", name, bid, ask]:
                server.quote(name, bid, ask)
            case ["lose", count]:
                server.streams.lost += count
            case ["times"]:
                print(json.dumps(server.arrived), flush=True)
            case unknown:
                raise ValueError(unknown)
    await server.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
