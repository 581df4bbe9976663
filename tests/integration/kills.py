"""Kills a trading process at random instants, starts it again, and compares venue and journal at the end."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from db.maintenance import verify
from tests.fakes.pit import PAPER
from tests.integration.kill_victim import Core
from trading.brokers.paper_records import Filled, Taken
from trading.brokers.tape import FileTape
from trading.domain.events import OrderFilled, OrderIntended
from trading.domain.ids import StreamId
from trading.domain.order import OrderStatus, OrderType

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Toll:
    """What the kills have cost: every list must stay empty."""

    kills: int = 0
    fills: int = 0
    orders: int = 0
    starts_s: list[float] = field(default_factory=list)
    lost_fills: list[str] = field(default_factory=list)
    phantom_fills: list[str] = field(default_factory=list)
    second_orders: list[str] = field(default_factory=list)
    unwritten_orders: list[str] = field(default_factory=list)
    manual_steps: list[str] = field(default_factory=list)

    @property
    def breaches(self) -> list[str]:
        """All of them."""
        return [
            *self.lost_fills,
            *self.phantom_fills,
            *self.second_orders,
            *self.unwritten_orders,
            *self.manual_steps,
        ]


def kill_often(folder: Path, seed: int, times: int) -> Toll:
    """Start, let it trade for a random while, SIGKILL; `times` times over. Then judge."""
    chance = random.Random(seed)
    toll = Toll()
    for life in range(times):
        began = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.kill_victim", str(folder), str(seed), str(life)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout is not None
        # Some are killed while they are still starting: recovery is interrupted, too.
        if life % 5 != 4:
            assert process.stdout.readline().strip() == b"ready", "the victim did not come up"
            toll.starts_s.append(perf_counter() - began)
        try:
            process.wait(chance.uniform(0.02, 0.4))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            toll.kills += 1
        else:
            toll.manual_steps.append(f"life {life} ended by itself with {process.returncode}")
        process.stdout.close()
    asyncio.run(judge(folder, toll))
    return toll


async def judge(folder: Path, toll: Toll) -> None:
    """One more ordinary start, then the venue's tape against the journal."""
    core = await Core(folder).begin()
    core.price(Decimal(1000))
    if not await core.settled():
        toll.manual_steps.append("the last start did not come to rest")
    # What the market filled just now arrives by itself.
    await asyncio.sleep(0.2)
    await core.settled()
    book = core.engine.book
    for order in book.open_orders(PAPER):
        if order.type is OrderType.MARKET or order.status is OrderStatus.IN_DOUBT:
            toll.manual_steps.append(f"{order.order_id} is {order.status.value}")
    account = book.account(PAPER)
    assert account is not None
    if account.halt_reason:
        toll.manual_steps.append(f"the account is halted: {account.halt_reason}")
    journal_fills, intents = await written(core)
    held = {symbol: q for symbol, q in (await core.broker.snapshot()).positions.items() if q}
    ours = {p.symbol: p.quantity for p in book.live_positions(PAPER) if p.quantity}
    if held != ours:
        toll.manual_steps.append(f"the venue holds {held}, the book {ours}")
    await core.end()
    against_tape(folder, toll, journal_fills, intents)
    verdict = await verify(f"sqlite:///{folder / 'desk.db'}")
    if not verdict.is_sound:
        toll.manual_steps.append(f"the chain is broken: {verdict.fault}")


async def written(core: Core) -> tuple[Counter[str], dict[str, str]]:
    """What the journal says: fills by id, and orders by client id with the command of an entry."""
    journal_fills: Counter[str] = Counter()
    intents: dict[str, str] = {}
    async for stored in core.store.journal.read(StreamId(PAPER), 0):
        event = stored.event
        if isinstance(event, OrderFilled):
            journal_fills[event.fill_id] += 1
        if isinstance(event, OrderIntended):
            intended = event.order
            intents[intended.client_order_id] = intended.command_id if intended.is_entry else ""
    return journal_fills, intents


def against_tape(folder: Path, toll: Toll, journal_fills: Counter[str], intents: dict[str, str]) -> None:
    """What the venue's own tape says."""
    entries: Counter[str] = Counter()
    tape = FileTape(folder / "venue.tape")
    records = tape.read()
    tape.close()
    for record in records:
        if isinstance(record, Taken):
            toll.orders += 1
            cid = record.order.client_order_id
            if cid not in intents:
                toll.unwritten_orders.append(f"{cid} reached the venue and is in no journal")
            elif intents[cid]:
                entries[intents[cid]] += 1
        elif isinstance(record, Filled):
            toll.fills += 1
            fill_id = record.report.fill_id
            if journal_fills.pop(fill_id, 0) != 1:
                toll.lost_fills.append(f"{fill_id} is not booked exactly once")
    toll.second_orders += [
        f"{command} has {count} entries" for command, count in entries.items() if count > 1
    ]
    toll.phantom_fills += [f"{fill} is in the journal only" for fill in journal_fills]
