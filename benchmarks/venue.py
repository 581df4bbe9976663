"""Confirm to request on the wire, against a local Binance in a process of its own, beside a bare ccxt call;
how long protective orders wait in a flood of entries; how soon a fill is known that the stream swallowed.

Run: python -m benchmarks.venue
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from benchmarks._desk import LIMITLESS, BenchDesk, row, scratch
from tests.contract.venue_under_test import approved
from tests.fakes.binance_server import KEY, SECRET
from trading.brokers.binance import BinanceBroker
from trading.brokers.binance_exchange import opened
from trading.brokers.binance_markets import Markets
from trading.brokers.ccxt_wire import Credentials, Endpoint
from trading.brokers.limits import Budget
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain.exits import PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ids import AccountId, ClientOrderId, CommandId, OrderId, PersonId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side, TimeInForce
from trading.engine.reconcile import connect
from trading.ports import Taken

D = Decimal
ACCOUNT, PERSON = AccountId("bench"), PersonId("bench")
SYMBOLS = 24
CALLS = 300
FLOOD_S, FLOOD_A_SECOND = 4, 1_000
MISSED = 24


class Venue:
    """The other process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        sockets = f"ws://127.0.0.1:{port}"
        self.endpoint = Endpoint("live", f"http://127.0.0.1:{port}", sockets, 8.0)

    def tell(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((json.dumps(words) + "\n").encode())

    async def times(self) -> dict[str, float]:
        """When each order arrived, by its name on the wire."""
        assert self.process.stdout is not None
        self.tell("times")
        told: dict[str, float] = json.loads(await self.process.stdout.readline())
        return told


@asynccontextmanager
async def venue() -> AsyncIterator[Venue]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks._venue_server", str(SYMBOLS)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdout is not None
    port = int((await process.stdout.readline()).split()[1])
    try:
        yield Venue(process, port)
    finally:
        process.terminate()
        await process.wait()


def broker(
    at: Venue, clock: SystemClock, budget: Budget, markets: Markets, desk: BenchDesk | None
) -> BinanceBroker:
    def symbol_of(cid: ClientOrderId) -> str | None:
        order = desk.engine.book.order_of_client_id(cid) if desk is not None else None
        return None if order is None else order.symbol

    return BinanceBroker(
        ACCOUNT,
        Credentials(KEY, SECRET),
        clock,
        endpoint=at.endpoint,
        symbol_of=symbol_of,
        budget=budget,
        markets=markets,
    )


async def bare(at: Venue) -> list[float]:
    """ccxt alone: call to arrival."""
    clock = SystemClock()
    wire = await opened(Credentials(KEY, SECRET), at.endpoint, lambda: int(clock.now().timestamp() * 1000))
    called: dict[str, float] = {}
    for number in range(CALLS + 20):
        name = f"bare-{number}"
        params = {
            "symbol": "C0USDT", "side": "BUY", "type": "LIMIT", "timeInForce": "IOC", "quantity": "1",
            "price": "90", "newClientOrderId": name, "newOrderRespType": "FULL",
        }  # fmt: skip
        called[name] = perf_counter()
        await wire.call("order", ["private"], "POST", params)
    await wire.close()
    arrived = await at.times()
    return [arrived[name] - began for name, began in called.items()][20:]


async def confirmed(at: Venue, desk: BenchDesk, instrument: Instrument) -> list[float]:
    """The desk: command to arrival, commits included; one after the other."""
    asked: dict[str, float] = {}
    for number in range(CALLS + 20):
        quote = priced(desk, instrument)
        command = entry(f"confirm:{number}", instrument, quote, "90", TimeInForce.IOC)
        began = perf_counter()
        answer = await desk.engine.submit(command)
        assert isinstance(answer, Taken), answer
        order = desk.engine.book.order(answer.facts["order_id"])
        assert order is not None
        asked[order.client_order_id] = began
        await desk.idle()
    arrived = await at.times()
    return [arrived[name] - began for name, began in asked.items()][20:]


def priced(desk: BenchDesk, instrument: Instrument) -> Quote:
    quote = Quote(instrument.symbol, Price(D(100)), Price(D("100.01")), desk.clock.now(), source="bench")
    desk.engine.on_quote(quote)
    return quote


def entry(
    key: str, instrument: Instrument, quote: Quote, limit: str, force: TimeInForce = TimeInForce.GTC
) -> cm.OpenPosition:
    spec = PriceSpec(PriceSpecKind.ABSOLUTE, D(limit))
    seen, size = cm.Seen(instrument, quote), Size(SizeKind.BASE, D(1))
    return cm.OpenPosition(
        CommandId(key), PERSON, ACCOUNT, seen, True, size, OrderType.LIMIT, spec, time_in_force=force
    )


async def opened_desk(folder: Path) -> BenchDesk:
    desk = await BenchDesk(folder).open()
    command = cm.OpenAccount(CommandId("open"), PERSON, ACCOUNT, "binance", "paper", "USDT", LIMITLESS)
    await desk.engine.submit(command)
    for name in ("order_notional_max", "position_notional_max", "gross_exposure_max"):
        await desk.engine.submit(cm.SetLimit(CommandId(name), PERSON, ACCOUNT, name, LIMITLESS))
    for name in ("orders_per_10_s_max", "orders_per_minute_max"):
        await desk.engine.submit(cm.SetLimit(CommandId(name), PERSON, ACCOUNT, name, LIMITLESS))
    await desk.engine.submit(cm.SetLimit(CommandId("twice"), PERSON, ACCOUNT, "duplicate_window_s", D(0)))
    return desk


async def missed(at: Venue, desk: BenchDesk, markets: Markets) -> list[float]:
    """Fills whose frames the stream has swallowed: from the fill to the book."""
    waits: dict[str, str] = {}
    for number in range(MISSED):
        instrument = markets.instrument(f"C{number % SYMBOLS}/USDT")
        assert instrument is not None
        answer = await desk.engine.submit(
            entry(f"missed:{number}", instrument, priced(desk, instrument), "99.5")
        )
        assert isinstance(answer, Taken), answer
        waits[answer.facts["order_id"]] = instrument.symbol
    await desk.idle()
    chance, filled_s, repaired = random.Random(7), {}, []

    async def fill(order_id: str, symbol: str) -> None:
        await asyncio.sleep(chance.random() * 10)
        at.tell("lose", 1)
        at.tell("quote", symbol.replace("/", ""), "99", "99.01")
        filled_s[order_id] = perf_counter()

    filling = [asyncio.create_task(fill(order_id, symbol)) for order_id, symbol in waits.items()]
    left = set(waits)
    while left:
        for order_id in list(left):
            order = desk.engine.book.order(OrderId(order_id))
            if order is not None and order.status is OrderStatus.FILLED:
                repaired.append(perf_counter() - filled_s[order_id])
                left.discard(order_id)
        await asyncio.sleep(0.005)
    await asyncio.gather(*filling)
    return repaired


async def flood(at: Venue) -> tuple[list[float], int]:
    """Entries a thousand a second, and now and then a stop: how long the stops wait until they arrive."""
    clock = SystemClock()
    session = broker(at, clock, Budget(clock), Markets(), None)
    await session.snapshot()
    called: dict[str, float] = {}

    def made(name: str, role: Role) -> Order:
        is_stop = role is Role.STOP
        return Order(
            OrderId(name), ClientOrderId(name), ACCOUNT, PositionId("p"), "C1/USDT",
            Side.SELL if is_stop else Side.BUY, OrderType.STOP if is_stop else OrderType.LIMIT,
            Quantity(D("0.1")), role, limit_price=None if is_stop else Price(D(90)),
            stop_price=Price(D(80)) if is_stop else None,
        )  # fmt: skip

    async def send(name: str, role: Role) -> None:
        called[name] = perf_counter()
        try:
            await session.submit(approved(made(name, role)))
        except Exception as error:  # noqa: BLE001 - what is not sent is counted by its absence at the venue
            refused.append(error)

    refused: list[Exception] = []
    await session.submit(approved(Order(
        OrderId("hold"), ClientOrderId("hold"), ACCOUNT, PositionId("p"), "C1/USDT", Side.BUY,
        OrderType.MARKET, Quantity(D(100)), Role.ENTRY,
    )))  # fmt: skip
    tasks, began, sent = [], perf_counter(), 0
    while (passed := perf_counter() - began) < FLOOD_S:
        while sent < passed * FLOOD_A_SECOND:
            tasks.append(asyncio.create_task(send(f"entry-{sent}", Role.ENTRY)))
            if sent % 100 == 50:
                tasks.append(asyncio.create_task(send(f"stop-{sent}", Role.STOP)))
            sent += 1
        await asyncio.sleep(0.001)
    await asyncio.gather(*tasks)
    arrived = await at.times()
    await session.close()
    stops = [
        arrived[name] - at_s for name, at_s in called.items() if name.startswith("stop") and name in arrived
    ]
    lost = sum(name.startswith("stop") and name not in arrived for name in called)
    assert not lost, f"{lost} stops never left"
    return stops, sent


@asynccontextmanager
async def connected(at: Venue, clock: SystemClock) -> AsyncIterator[tuple[BenchDesk, Markets]]:
    """A desk whose account is up at the venue."""
    with scratch() as folder:
        desk, markets = await opened_desk(Path(folder)), Markets()
        session = broker(at, clock, Budget(clock), markets, desk)
        await connect(desk.engine, ACCOUNT, session)
        await session.snapshot()
        await desk.idle()
        yield desk, markets
        await desk.close()
        await session.close()


async def main() -> None:
    clock = SystemClock()
    async with venue() as at:
        floor = await bare(at)
        async with connected(at, clock) as (desk, markets):
            instrument = markets.instrument("C0/USDT")
            assert instrument is not None
            ours = await confirmed(at, desk, instrument)
        low = row("bare ccxt: call -> on the wire", floor)
        high = row("confirm -> on the wire, commits included", ours, "p50 <= 8 ms, p99 <= 30 ms")
        print(f"{'over the bare call':52} p50 {high['p50'] - low['p50']:9.3f} ms   (<= 3 ms)")
    # At a venue of its own: six hundred orders of the rows above have used up much of the minute's weight.
    async with venue() as at, connected(at, clock) as (desk, markets):
        row("missed fill -> in the book", await missed(at, desk, markets), "p99 <= 15 s", unit="s")
    async with venue() as at:
        stops, sent = await flood(at)
        row(f"stop in a flood of {sent / FLOOD_S:.0f} entries/s -> wire", stops, "max <= 1 s")
        print(f"{'the slowest of ' + str(len(stops)):52} {max(stops):9.3f} s")


if __name__ == "__main__":
    asyncio.run(main())
