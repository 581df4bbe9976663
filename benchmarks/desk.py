"""From a confirmed command to the broker, durable commit included; and commands a second for 100 people.

Run: python -m benchmarks.desk
"""

from __future__ import annotations

import asyncio
import sqlite3
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from benchmarks._desk import BenchDesk, instrument, row, scratch
from trading.domain import commands as cm
from trading.domain.ids import AccountId, CommandId, OrderId, PersonId
from trading.domain.money import Price
from trading.ports import Taken

TURNS = 400
PEOPLE = 100
EACH = 40


def floor(folder: Path) -> list[float]:
    """One row of 512 bytes, one durable commit, with the standard library's own driver."""
    raw = sqlite3.connect(folder / "floor.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT)")
    spent = []
    for turn in range(TURNS):
        began = perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO event VALUES (?, ?)", (turn, "x" * 512))
        raw.execute("COMMIT")
        spent.append(perf_counter() - began)
    raw.close()
    return spent


async def one_by_one(desk: BenchDesk) -> dict[str, list[float]]:
    """One person, one command at a time."""
    account = AccountId("one")
    broker = await desk.account(account)
    spent: dict[str, list[float]] = {"buy": [], "modify": [], "cancel": []}
    for turn in range(TURNS):
        quote = desk.quote("BTC/USD")
        key = f"buy:{turn}"
        began = perf_counter()
        answer = await desk.engine.submit(desk.buy(account, key, quote, limit="99"))
        assert isinstance(answer, Taken), answer
        await desk.idle()
        spent["buy"].append(broker.handed[key] - began)
        order_id, cid = OrderId(answer.facts["order_id"]), answer.facts["client_order_id"]
        seen = cm.Seen(instrument("BTC/USD"), quote)
        modify = cm.ModifyOrder(
            CommandId(f"modify:{turn}"),
            PersonId(account),
            account,
            order_id,
            seen,
            limit_price=Price(Decimal(98)),
        )
        began = perf_counter()
        assert isinstance(await desk.engine.submit(modify), Taken)
        await desk.idle()
        spent["modify"].append(broker.replaced[cid] - began)
        cancel = cm.CancelOrders(CommandId(f"cancel:{turn}"), PersonId(account), account, (order_id,))
        began = perf_counter()
        assert isinstance(await desk.engine.submit(cancel), Taken)
        await desk.idle()
        spent["cancel"].append(broker.canceled[cid] - began)
    return spent


async def all_at_once(desk: BenchDesk) -> float:
    """Commands a second at `Desk.submit`, durable, 100 people each waiting for their answer."""
    accounts = [AccountId(f"p{number}") for number in range(PEOPLE)]
    for account in accounts:
        await desk.account(account)

    async def person(account: AccountId) -> None:
        for turn in range(EACH):
            quote = desk.quote("BTC/USD")
            answer = await desk.engine.submit(desk.buy(account, f"{account}:{turn}", quote, limit="99"))
            assert isinstance(answer, Taken), answer

    began = perf_counter()
    await asyncio.gather(*(person(account) for account in accounts))
    spent = perf_counter() - began
    await desk.idle()
    return PEOPLE * EACH / spent


async def main() -> None:
    """Print the figures."""
    with scratch() as name:
        folder = Path(name)
        base = row("floor: sqlite3, one row a durable commit", floor(folder))
        desk = await BenchDesk(folder).open()
        for what, spent in (await one_by_one(desk)).items():
            found = row(f"{what} → at the broker", spent, "≤ 4 ms, p99 ≤ 15 ms")
            print(f"{'':52} {found['p50'] / base['p50']:9.1f} × floor")
        rates = sorted([await all_at_once(desk)])
        print(f"{'commands a second, durable, 100 people at once':52}     {rates[0]:9.0f} /s   ≥ 2,000")
        await desk.close()


if __name__ == "__main__":
    asyncio.run(main())
