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
COIN = asset("BTC/USD", "crypto", min_trade_increment="0.001", min_order_size="0.001", price_increment="0.01")
pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.fixture
async def server() -> AsyncIterator[AlpacaServer]:
    made = venue(SystemClock().now, asset("AAPL"), COIN, cash="25000")
    await made.start()
    for name in ("AAPL", "BTC/USD"):
        made.exchange.quote(name, D("99.99"), D("100"))
    yield made
    await made.stop()


async def keep_key(home: Path, name: str = "shares", house: str = "alpaca") -> None:
    """As somebody has entered it before."""
    store = await open_store(f"sqlite:///{home}/desk.db")
    try:
        opened = await open_vault(store, store.registers, Settings(home=home), SeededEntropy(1))
        check = KeyCheck(AT, Fitness.FIT, may_trade=True, may_withdraw=False)
        new = NewKey(AccountId(name), PersonId("owner"), house, "paper")
        await opened.keys.keep(new, Credentials(KEY, SECRET), check, AT)
    finally:
        await store.close()


def stops(server: AlpacaServer) -> list[str]:
    """Ids of the stops that rest at the venue."""
    return [one.id for one in server.exchange.orders.values() if one.is_open and one.type == "stop"]


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
        await until(lambda: len(stops(server)) == 1, 60)
        await first.kill()
        (left,) = stops(server)
        await second.start()
        await second.ready(("/accounts", "alpaca, paper side"), ("/price alpaca-paper:aapl", "99.99 × 2"))
        at = len(second.told)
        second.say("/positions on shares")
        await second.hears("ALPACA-PAPER:AAPL", since=at)
        bought = [one for one in server.exchange.orders.values() if one.told()["side"] == "buy"]
        assert len(bought) == 1 and server.exchange.positions["AAPL"] == 10
        # What the first desk left at the venue is the second's: it stands, and nothing was put beside it.
        assert stops(server) == [left]
        server.exchange.quote("AAPL", D("97"), D("97.01"))
        await server.stream.flush()
        await until(lambda: not server.exchange.positions, 60)
        assert server.exchange.orders[left].filled == 10 and not stops(server)
        await second.hears("10 ALPACA-PAPER:AAPL", "97")
    finally:
        for desk in (first, second):
            if desk.process is not None:
                await desk.kill()


@pytest.mark.parametrize(
    ("house", "typed", "symbol"), [("alpaca-parts", "aapl", "AAPL"), ("alpaca-coins", "btc", "BTC/USD")]
)
async def test_parts_of_shares_and_coins_are_bought_for_money_and_watched_by_the_desk(
    tmp_path: Path, server: AlpacaServer, house: str, typed: str, symbol: str
) -> None:
    await keep_key(tmp_path, "some", house)
    desk = Desk(tmp_path, server.rest, "OPENOUTCRY_ALPACA_BASE_URL")
    try:
        await desk.start()
        await desk.ready(("/accounts", f"{house}, paper side"), (f"/price {house}-paper:{typed}", "99.99"))
        desk.say(f"/buy {typed} 50 sl 2% on some")
        await desk.hears("[1]", "Buy")
        desk.say("1")
        await until(lambda: server.exchange.positions.get(symbol) == D("0.5"), 60)
        await desk.hears(f"{house.upper()}-PAPER:{symbol}")
        assert not [one for one in server.exchange.orders.values() if one.is_open], "no stop of any kind"
        # The stop is the desk's own: it sells when the price is there and the market is open.
        server.exchange.quote(symbol, D("97"), D("97.01"))
        await until(lambda: house.endswith("parts") or not server.exchange.positions, 60)
    finally:
        if desk.process is not None:
            await desk.kill()
