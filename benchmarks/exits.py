"""An exit that we watch: the decision alone, and from the tick to the broker with 10,000 guarded positions.

Run: python -m benchmarks.exits
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from benchmarks._desk import BenchDesk, NotingBroker, row, scratch
from benchmarks.desk import floor
from trading.domain.decide import Context, decide
from trading.domain.ids import AccountId
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.domain.reports import PriceTouched

POSITIONS = 10_000
SYMBOLS = 500
TURNS = 400


async def guarded(desk: BenchDesk, count: int) -> None:
    """Open positions that we watch, 20 accounts with one in each of 500 symbols."""
    per_account = SYMBOLS
    for number in range(count // per_account):
        account = AccountId(f"g{number}")
        await desk.account(account, guards=False, fills=True)
        for start in range(0, per_account, 100):
            commands = []
            for index in range(start, start + 100):
                quote = desk.quote(f"C{index}/USD")
                commands.append(desk.buy(account, f"{account}:{index}", quote))
            await asyncio.gather(*(desk.engine.submit(command) for command in commands))
    await desk.idle()


def decision_alone(desk: BenchDesk) -> list[float]:
    """Deciding one touched stop on a staged book: events, bookings of nothing, effect; no commit."""
    book = desk.engine.book
    account = AccountId("g0")
    context = Context(desk.clock.now(), b"k" * 32)
    price = Price(Decimal(97))
    spent = []
    for position in list(book.live_positions(account))[:TURNS]:
        quote = Quote(position.symbol, price, price, context.now, source="bench")
        report = PriceTouched(account, position.position_id, "sl", quote, context.now)
        began = perf_counter()
        decision = decide(book.staged(), report, context)
        spent.append(perf_counter() - began)
        assert [type(event).__name__ for event in decision.events] == ["ExitTriggered", "OrderIntended"]
    return spent


async def tick_to_broker(desk: BenchDesk) -> list[float]:
    """A tick through one position's stop; until the exit order is in the broker's hands."""
    spent = []
    brokers = desk.engine.outbox
    for index in range(TURNS):
        symbol = f"C{index}/USD"
        account = AccountId(f"g{index % (POSITIONS // SYMBOLS)}")
        broker = brokers.broker(account)
        # Only this account's position shall be hit: the others' stops are where this one's was.
        for other in range(POSITIONS // SYMBOLS):
            if AccountId(f"g{other}") != account:
                position = desk.engine.book.current_position(AccountId(f"g{other}"), symbol)
                if position is not None:
                    for key in list(desk.engine.triggers._by_position.get(position.position_id, ())):
                        desk.engine.triggers._remove(key)
        assert isinstance(broker, NotingBroker)
        broker.noted.clear()
        began = perf_counter()
        desk.quote(symbol, "97")
        # Waiting without spinning: a spinning loop would starve the thread that commits.
        await broker.noted.wait()
        spent.append(max(broker.handed.values()) - began)
        await desk.idle()
    return spent


async def main() -> None:
    """Print the figures."""
    with scratch() as name:
        base = row("floor: sqlite3, one row a durable commit", floor(Path(name)))
        desk = await BenchDesk(Path(name)).open()
        await guarded(desk, POSITIONS)
        print(f"{len(desk.engine.triggers)} levels watched")
        row("decision + events of one exit", decision_alone(desk), "≤ 150 us", unit="us")
        found = row("tick → exit order at the broker", await tick_to_broker(desk), "p99 ≤ 10 ms")
        print(f"{'':52} {found['p50'] / base['p50']:9.1f} × floor")
        await desk.close()


if __name__ == "__main__":
    asyncio.run(main())
