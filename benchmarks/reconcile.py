"""500 accounts with 10,000 positions begin at a venue that serves each twenty times a second: how long until
every account is compared with it, and how long for those that stand to lose most.

The real desk of accounts (`bot.main.venue_desk`) with the adapter of Alpaca, against the local Alpaca in a
process of its own; each position has a stop that rests at the venue.
Run: python -m benchmarks.reconcile [ACCOUNTS]
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from msgspec.structs import replace

from benchmarks._desk import LIMITLESS, BenchDesk, NotingBroker, scratch
from bot.main.supervising import Supervisor
from bot.main.venue_desk import VenueDesk
from bot.settings_model import Settings
from tests.fakes.alpaca_words import asset
from trading.brokers.alpaca_assets import instrument_of
from trading.brokers.alpaca_profile import AlpacaMarket
from trading.brokers.alpaca_words import WireAsset, read
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.instrument import Instrument, Session
from trading.domain.place import bare
from trading.engine.settings import EngineSettings
from trading.entropy import SystemEntropy
from trading.feeds.market import Market
from trading.ports import Credentials, Taken, VenueKey
from trading.telemetry import MUTE
from trading.venue_keys import NoVenueKeys

ACCOUNTS, EACH = 500, 20
RATE_S = 20.0
TOP = Decimal("0.05")
WAIT_S = 300.0
PLACE = "ALPACA-PAPER"
PLAN = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(2)))


def shares() -> list[Instrument]:
    """What is held: as the adapter lists it, in a market that never closes."""
    found = []
    for number in range(EACH):
        row = read(WireAsset, json.dumps(asset(f"S{number}")).encode())
        made = instrument_of(row, AlpacaMarket.SHARES, PLACE)
        assert made is not None
        found.append(replace(made, session=Session()))
    return found


def key_of(account: AccountId) -> str:
    return f"PK{account.upper()}"


class Keys(NoVenueKeys):
    """A key for every account, none of them secret."""

    def __init__(self, accounts: Sequence[AccountId]) -> None:
        super().__init__()
        at = datetime.now(UTC)
        self._shown = [VenueKey(one, PersonId(one), "alpaca", "paper", "0001", 1, at) for one in accounts]

    async def all_shown(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """All."""
        return self._shown

    async def keys_of(self, account: AccountId) -> Credentials | None:
        """Its own."""
        return Credentials(key_of(account), "local-secret")


async def filled_up(folder: Path, accounts: Sequence[AccountId]) -> dict[str, object]:
    """Open positions of all sizes, with their stops; what the venue must say of them, by key."""
    # The broker that fills them lists no orders: a look at it would seek them all.
    desk = await BenchDesk(folder, EngineSettings(look_every_s=0)).open()
    listed, brokers = shares(), []
    for number, account in enumerate(accounts):
        brokers.append(await opened(desk, account))
        quotes = [desk.quote(one.symbol) for one in listed]
        much = Decimal(1 + number * 7919 % len(accounts))
        answers = await asyncio.gather(
            *(
                desk.engine.submit(
                    cm.OpenPosition(
                        CommandId(f"{account}:{one.symbol}"),
                        PersonId(account),
                        account,
                        cm.Seen(one, quote),
                        True,
                        Size(SizeKind.BASE, much),
                        exits=PLAN,
                    )
                )
                for one, quote in zip(listed, quotes, strict=True)
            )
        )
        assert all(isinstance(one, Taken) for one in answers), answers[0]
        await desk.idle()
    seen = {key_of(account): told(desk, account) for account in accounts}
    await desk.close()
    return {"symbols": [bare(one.symbol) for one in listed], "accounts": seen}


async def opened(desk: BenchDesk, account: AccountId) -> NotingBroker:
    """An account of the venue, whose orders fill at once for now."""
    engine, person = desk.engine, PersonId(account)
    command = cm.OpenAccount(
        CommandId(f"open:{account}"), person, account, "alpaca", "paper", "USD", LIMITLESS
    )
    await engine.submit(command)
    for name in ("order_notional_max", "position_notional_max", "gross_exposure_max", "orders_per_10_s_max",
                 "orders_per_minute_max"):  # fmt: skip
        await engine.submit(cm.SetLimit(CommandId(f"{name}:{account}"), person, account, name, LIMITLESS))
    broker = NotingBroker(account, desk.clock, guards=True, fills=True)
    engine.outbox.attach(account, broker, desk.clock.now())
    engine.report(rp.BrokerConnected(account, "bench", True, desk.clock.now()))
    await desk.idle()
    return broker


def told(desk: BenchDesk, account: AccountId) -> dict[str, object]:
    """The same account as the venue has it."""
    book = desk.engine.book
    orders = list(book.open_orders(account))
    assert len(orders) == EACH, f"{account} has {len(orders)} stops"
    known = book.account(account)
    assert known is not None
    return {
        "cash": str(known.cash),
        "held": {bare(one.symbol): str(one.quantity) for one in book.live_positions(account)},
        "orders": [
            {
                "id": one.venue_order_id, "client_order_id": one.client_order_id, "symbol": bare(one.symbol),
                "side": "sell", "type": "stop", "time_in_force": "gtc", "qty": str(one.quantity),
                "stop_price": str(one.stop_price), "at": (one.intended_at or desk.clock.now()).isoformat(),
            }
            for one in orders
        ],
    }  # fmt: skip


@asynccontextmanager
async def venue(file: Path) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The other process, and where it listens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks._account_server", str(file), str(RATE_S)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    assert process.stdout is not None
    port = int((await process.stdout.readline()).split()[1])
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        await process.wait()


async def reconciled(folder: Path, base: str, accounts: Sequence[AccountId]) -> dict[AccountId, float]:
    """A start: seconds until each account was compared with its venue as a whole."""
    desk = await BenchDesk(folder).open()
    engine, clock = desk.engine, desk.clock
    engine.settings = desk.engine.settings
    for one in shares():
        desk.quote(one.symbol)
    pages: list[tuple[str, Mapping[str, str]]] = []

    def page(code: str, level: str, facts: Mapping[str, str]) -> None:
        pages.append((code, facts))

    supervisor = Supervisor(clock, page)
    market = Market([], clock, SystemEntropy())
    settings = Settings(home=folder, alpaca_base_url=base)
    venues = VenueDesk(engine, market, settings, clock, supervisor, MUTE, page)
    done: dict[AccountId, float] = {}
    began = perf_counter()
    beginning = asyncio.create_task(venues.begin(Keys(accounts)))
    while len(done) < len(accounts) and perf_counter() - began < WAIT_S:
        for name, rounds in engine.outbox.rounds.items():
            if rounds.is_open and name not in done:
                done[name] = perf_counter() - began
        await asyncio.sleep(0.01)
    await beginning
    await desk.idle()
    frozen = [one.account for one in engine.book.accounts.values() if one.frozen]
    assert not frozen and not pages, (frozen[:3], pages[:3])
    waiting = sum(len(list(engine.book.open_orders(one))) for one in accounts)
    assert waiting == len(accounts) * EACH, f"{waiting} stops are left"
    await engine.outbox.close()
    await supervisor.stop()
    await venues.close()
    await desk.close()
    return done


async def main(count: int) -> None:
    accounts = [AccountId(f"a{number}") for number in range(count)]
    with scratch() as home:
        folder = Path(home)
        file = folder / "venue.json"
        file.write_text(json.dumps(await filled_up(folder, accounts)))
        worth = {name: sum(map(Decimal, seen["held"].values())) for name, seen in seen_in(file).items()}
        async with venue(file) as (base, process):
            done = await reconciled(folder, base, accounts)
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(b"asked\n")
            asked, late, doors = json.loads(await process.stdout.readline())
        top = sorted(accounts, key=lambda one: -worth[key_of(one)])[: max(int(count * TOP), 1)]
        name = f"{count} accounts, {count * EACH} positions compared"
        whole = max(done.values()) if len(done) == count else float("inf")
        print(f"{name:52} {whole:9.2f} s   (<= 60 s)   {asked} requests, {late} waited for their turn")
        print(f"{'':52} {', '.join(f'{door} {n}' for door, n in doors)}")
        first = max(done.get(one, float("inf")) for one in top)
        print(f"{f'the {len(top)} that stand to lose most':52} {first:9.2f} s   (<= 5 s)")


def seen_in(file: Path) -> dict[str, dict[str, dict[str, str]]]:
    """What the venue was told, by key."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(file.read_text())["accounts"]
    return found


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS))
