"""`openoutcry certify`, a real process against local venues: matrix, grade, nothing left open."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from bot.main.certified import certified
from tests.fakes import alpaca_server, kraken_server
from tests.fakes.alpaca_words import asset
from tests.fakes.binance_server import BinanceServer
from tests.fakes.kraken_server import KrakenServer
from tests.integration.test_binance_account import keep_key, resting
from trading.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.fixture
async def server() -> AsyncIterator[BinanceServer]:
    made = BinanceServer()
    made.engine.balances = {"USDT": Decimal(10_000)}
    made.engine.commission = "quote"
    await made.start()
    made.quote("BTCUSDT", "64000", "64000.10")
    yield made
    await made.stop()


async def certify(
    home: Path, server: BinanceServer | KrakenServer | None, *words: str, **more: str
) -> tuple[int, str]:
    """The command's exit code and all that it said."""
    foreign = ("OPENOUTCRY", "TELEGRAM", "DISCORD", "LANG", "LC_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    env |= {"OPENOUTCRY_HOME": str(home), **more}
    if server is not None:
        env[f"OPENOUTCRY_{words[0].upper()}_BASE_URL"] = server.base
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "certify", *words),
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(process.communicate(), 110)
    assert process.returncode is not None
    return process.returncode, told.decode()


async def test_an_adapter_that_keeps_its_word_is_silver_and_leaves_nothing_open(
    tmp_path: Path, server: BinanceServer
) -> None:
    await keep_key(tmp_path)
    code, told = await certify(tmp_path, server, "binance", "--account", "spot")
    assert code == Exit.OK, told
    assert told.count("✓") == 12 and "✗" not in told, told
    assert "silver on this desk" in told
    assert certified(tmp_path)["binance"].grade == "silver"
    assert resting(server) == []
    held = sum(one.filled * (1 if one.side == "BUY" else -1) for one in server.engine.rows)
    assert held == 0 and sum(one.filled for one in server.engine.rows) > 0


async def test_a_case_that_does_not_hold_is_named_and_no_grade_is_given(
    tmp_path: Path, server: BinanceServer
) -> None:
    await keep_key(tmp_path)
    server.rights["enableSpotAndMarginTrading"] = False
    server.engine.balances = {"USDT": Decimal(1)}
    code, told = await certify(tmp_path, server, "binance", "--account", "spot")
    assert code == Exit.DATA, told
    assert "✗ RESTS" in told and "stays at bronze" in told
    assert certified(tmp_path) == {} and resting(server) == []


async def test_no_key_and_one_for_real_money_get_a_sentence(tmp_path: Path, server: BinanceServer) -> None:
    code, told = await certify(tmp_path, server, "binance", "--account", "spot")
    assert (code, "No key of account spot at binance" in told) == (Exit.SETTINGS, True), told
    await keep_key(tmp_path, "live")
    code, told = await certify(tmp_path, server, "binance", "--account", "spot")
    assert (code, "for real money" in told) == (Exit.SETTINGS, True), told
    assert server.engine.rows == []


async def test_kraken_only_looks_at_orders_and_keeps_its_grade(tmp_path: Path) -> None:
    sea = KrakenServer()
    sea.engine.balances = {"ZUSD": Decimal(10_000)}
    await sea.start()
    try:
        sea.quote("XXBTZUSD", "64000", "64000.10")
        await keep_key(tmp_path, "live", "kraken", (kraken_server.KEY, kraken_server.SECRET))
        code, told = await certify(tmp_path, sea, "kraken", "--account", "spot")
        assert code == Exit.OK, told
        assert told.count("✓") == 5 and "✗" not in told and "stays at bronze" in told, told
        assert sea.engine.orders == [] and sea.count("AddOrder") == 2 and sea.count("CancelOrder") == 0
        assert all(params["validate"] == "true" for _, path, params in sea.asked if path == "AddOrder")
        assert certified(tmp_path) == {}
        sea.rights.append("withdraw-funds")
        code, told = await certify(tmp_path, sea, "kraken", "--account", "spot")
        assert code == Exit.DATA and "✗ KEY" in told, told
    finally:
        await sea.stop()


async def test_alpacas_paper_side_is_traded_with_the_least_sizes(tmp_path: Path) -> None:
    house = alpaca_server.venue(SystemClock().now, asset("SPY"), asset("AAPL"), cash="10000")
    await house.start()
    try:
        house.exchange.quote("SPY", Decimal("99.99"), Decimal(100))
        await keep_key(tmp_path, "paper", "alpaca", (alpaca_server.KEY, alpaca_server.SECRET))
        more = {"OPENOUTCRY_ALPACA_BASE_URL": house.rest}
        code, told = await certify(tmp_path, None, "alpaca", "--account", "spot", **more)
        assert code == Exit.OK, told
        assert told.count("✓") == 12 and "silver on this desk" in told, told
        assert not house.exchange.positions
        assert not [one for one in house.exchange.orders.values() if one.is_open]
    finally:
        await house.stop()
