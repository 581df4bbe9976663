"""A real process of the desk with an account at the local Kraken: it shows everything and opens nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.kraken_server import KEY, SECRET, KrakenServer
from tests.integration.test_binance_account import Desk, keep_key

KRAKEN = (("/accounts", "kraken"), ("/price kraken:btc", "64,000"))
pytestmark = [pytest.mark.wire, pytest.mark.slow]


async def test_an_account_at_kraken_is_opened_shown_and_trades_only_when_somebody_says_so(
    tmp_path: Path,
) -> None:
    sea = KrakenServer()
    sea.engine.balances = {"ZUSD": Decimal(10_000), "XETH": Decimal(2)}
    await sea.start()
    sea.quote("XXBTZUSD", "64000", "64000.10")
    await keep_key(tmp_path, "live", "kraken", (KEY, SECRET))
    desk = Desk(tmp_path, sea.base, "OPENOUTCRY_KRAKEN_BASE_URL")
    try:
        await desk.start()
        await desk.ready(*KRAKEN)
        at = len(desk.told)
        desk.say("/buy btc 100 sl 2% on spot", "1", "/health")
        await desk.hears("POST BalanceEx", since=at)
        await desk.hears("spot heard", since=at)
        assert sea.engine.orders == [], "real money is off until somebody says so"
        assert sea.streams.listeners == 1
    finally:
        await desk.kill()
        await sea.stop()
