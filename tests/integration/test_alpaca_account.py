"""A real process of the desk with an account at the local Alpaca: a typed line, kill -9, and after."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.main.vaulting import open_vault
from bot.settings_model import Settings
from db.store import open_store
from tests.fakes.alpaca_server import KEY, SECRET, AlpacaServer, venue
from tests.fakes.alpaca_words import asset
from tests.fakes.binance_server import until
from tests.integration.test_binance_account import AT, Desk
from trading.clock import SystemClock
from trading.domain.ids import AccountId, PersonId
from trading.entropy import SeededEntropy
from trading.ports import Credentials
from trading.venue_keys import Fitness, KeyCheck, NewKey

D = Decimal
pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.fixture
async def server() -> AsyncIterator[AlpacaServer]:
    made = venue(SystemClock().now, asset("AAPL"), cash="25000")
    await made.start()
    made.exchange.quote("AAPL", D("99.99"), D("100"))
    yield made
    await made.stop()


async def keep_key(home: Path) -> None:
    """As somebody has entered it before."""
    store = await open_store(f"sqlite:///{home}/desk.db")
    try:
        opened = await open_vault(store, store.registers, Settings(home=home), SeededEntropy(1))
        check = KeyCheck(AT, Fitness.FIT, may_trade=True, may_withdraw=False)
        new = NewKey(AccountId("shares"), PersonId("owner"), "alpaca", "paper")
        await opened.keys.keep(new, Credentials(KEY, SECRET), check, AT)
    finally:
        await store.close()


async def test_a_share_is_bought_by_a_typed_line_and_is_there_after_kill_nine(
    tmp_path: Path, server: AlpacaServer
) -> None:
    await keep_key(tmp_path)
    first = Desk(tmp_path, server.rest, "OPENOUTCRY_ALPACA_BASE_URL")
    second = Desk(tmp_path, server.rest, "OPENOUTCRY_ALPACA_BASE_URL")
    try:
        await first.start()
        await first.ready(("/accounts", "alpaca, paper side"), ("/price alpaca-paper:aapl", "99.99 × 2"))
        first.say("/buy aapl 1000 tp 5% sl 2% on shares")
        await first.hears("[1]", "Buy")
        first.say("1")
        await until(lambda: server.exchange.positions.get("AAPL") == 10, 60)
        await first.hears("Bought 10 ALPACA-PAPER:AAPL")
        await first.kill()
        await second.start()
        await second.ready(("/accounts", "alpaca, paper side"), ("/price alpaca-paper:aapl", "99.99 × 2"))
        at = len(second.told)
        second.say("/positions on shares")
        await second.hears("ALPACA-PAPER:AAPL", since=at)
        bought = [one for one in server.exchange.orders.values() if one.told()["side"] == "buy"]
        assert len(bought) == 1 and server.exchange.positions["AAPL"] == 10
    finally:
        for desk in (first, second):
            if desk.process is not None:
                await desk.kill()
