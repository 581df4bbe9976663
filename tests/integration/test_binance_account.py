"""A real process of the desk with an account at the local Binance: typed lines, kill -9, what stands then."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from db.store import open_store
from tests.fakes.binance_server import KEY, SECRET, BinanceServer, until
from trading.domain.ids import AccountId, PersonId
from trading.entropy import SeededEntropy
from trading.ports import Credentials
from trading.venue_keys import Fitness, KeyCheck, NewKey

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = AccountId("spot")
BINANCE = (("/accounts", "binance, paper side"), ("/price binance-paper:btc", "64,000"))
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
pytestmark = pytest.mark.wire


async def keep_key(
    home: Path, environment: str = "paper", venue: str = "binance", pair: tuple[str, str] = (KEY, SECRET)
) -> None:
    """As somebody has entered it before."""
    store = await open_store(f"sqlite:///{home}/desk.db")
    try:
        opened = await open_vault(store, store.registers, Settings(home=home), SeededEntropy(1))
        check = KeyCheck(AT, Fitness.FIT, may_trade=True, may_withdraw=False)
        new = NewKey(ACCOUNT, PersonId("owner"), venue, environment)
        await opened.keys.keep(new, Credentials(*pair), check, AT)
    finally:
        await store.close()


class Desk:
    """`openoutcry run` with a chat on pipes."""

    def __init__(self, home: Path, base: str, setting: str = "OPENOUTCRY_BINANCE_BASE_URL") -> None:
        self.told: list[str] = []
        self.more = {"OPENOUTCRY_HOME": str(home), setting: base, "COLUMNS": "160"}
        self.process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        foreign = ("OPENOUTCRY", "TELEGRAM", "DISCORD")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        env |= self.more
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=ROOT,
            env=env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.told.append(line.decode().rstrip())

    def say(self, *lines: str) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write("".join(f"{one}\n" for one in lines).encode())

    async def hears(self, *texts: str, since: int = 0) -> None:
        """Wait for one line that holds all of these."""

        def has() -> bool:
            return any(all(text in one for text in texts) for one in self.told[since:])

        try:
            await until(has, 60)
        except TimeoutError:
            raise AssertionError(f"{texts} was not said:\n" + "\n".join(self.told)) from None

    async def ready(self, *asks: tuple[str, str]) -> None:
        """Wait until the account is there and its place has a price: a start waits only so long."""
        await self.hears("[1]", "Help")
        for line, text in asks:
            for _ in range(20):
                if any(text in one for one in self.told):
                    break
                self.say(line)
                await asyncio.sleep(0.5)
            else:
                raise AssertionError(f"{text} was not said:\n" + "\n".join(self.told[-60:]))

    async def kill(self) -> None:
        assert self.process is not None and self._reading is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        await self._reading


@pytest.fixture
async def server() -> AsyncIterator[BinanceServer]:
    made = BinanceServer()
    made.engine.balances = {"USDT": Decimal(10_000), "ETH": Decimal(2)}
    made.engine.commission = "quote"
    await made.start()
    made.quote("BTCUSDT", "64000", "64000.10")
    yield made
    await made.stop()


@pytest.fixture
async def desk(tmp_path: Path, server: BinanceServer) -> AsyncIterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def build() -> Desk:
        made.append(Desk(tmp_path, server.base))
        return made[-1]

    yield build
    for one in made:
        if one.process is not None:
            await one.kill()


def resting(server: BinanceServer) -> list[tuple[str, str, Decimal, Decimal]]:
    """What waits at the venue: side, type, quantity, stop."""
    return [(one.side, one.type, one.quantity, one.stop) for one in server.engine.rows if one.is_open]


@pytest.mark.slow
async def test_a_typed_order_survives_kill_nine_with_its_position_and_its_exits(
    tmp_path: Path, server: BinanceServer, desk: Callable[..., Desk]
) -> None:
    await keep_key(tmp_path)
    first = desk()
    await first.start()
    await first.ready(*BINANCE)
    first.say("/buy btc 1000 tp 5% sl 2% on spot")
    await first.hears("[1]", "Buy")
    first.say("1")
    await until(lambda: any(kind.startswith("STOP") for _, kind, _, _ in resting(server)), 60)
    bought = [one for one in server.engine.rows if one.side == "BUY"]
    assert len(bought) == 1 and bought[0].filled > 0
    first.say("/health")
    await first.hears("POST order")
    await first.hears("requests left this minute", "prices ", "spot heard")
    await first.kill()
    assert len(resting(server)) == 1, "the stop rests at the venue, whatever becomes of the desk"

    second = desk()
    await second.start()
    await second.ready(*BINANCE)
    at = len(second.told)
    second.say("/positions on spot")
    await second.hears("BINANCE-PAPER:BTC/USDT", since=at)
    assert len([one for one in server.engine.rows if one.side == "BUY"]) == 1
    side, kind, quantity, stop = resting(server)[0]
    assert (side, quantity) == ("SELL", bought[0].filled) and kind.startswith("STOP")
    assert stop == Decimal("62720.10")
    # The target is watched by the desk, over the venue's own prices.
    server.quote("BTCUSDT", "67300", "67300.10")
    await until(lambda: sum(one.filled for one in server.engine.rows if one.side == "SELL") > 0, 60)
    await until(lambda: not resting(server), 60)
    sold = sum(one.filled for one in server.engine.rows if one.side == "SELL")
    assert sold == bought[0].filled, "flat, and not more than that"
    told = "\n".join(first.told + second.told)
    assert "ETH" not in told, "what was there before the desk came is nobody's business"


def test_a_desk_on_paper_loads_nothing_of_any_venue(tmp_path: Path) -> None:
    script = (
        "import sys; from bot.cli import main; code = main(['run', '--once']);"
        "print(code, sorted(m for m in sys.modules if 'ccxt' in m or 'binance' in m or 'alpaca' in m))"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENOUTCRY")}
    env |= {"OPENOUTCRY_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=b"/buy btc 100\n1\n",
        capture_output=True,
        env=env,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.stdout.decode().splitlines()[-1] == "0 []", done.stderr.decode()[-2000:]
