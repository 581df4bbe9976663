"""Symbols from file names and the contracts behind them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trading.domain.instrument import InstrumentKind
from trading.feeds.catalogue import es_session, instrument_for
from trading.feeds.naming import symbol_of
from trading.feeds.search import found

NAMES = {
    "BTC_USDT.csv.gz": "BTC/USDT",
    "/data/crypto_5m/BTC_USDT-5m.csv": "BTC/USDT",
    "BTC_USD_coinbase_trade_bars.csv.gz": "BTC/USD",
    "ES_1m_201310.csv.gz": "ES",
    "ESH4_1m_201310.csv.gz": "ESH4",
    "AAPL_trade_bars.csv.gz": "AAPL",
    "EURUSD_1h_quote_bars.csv.gz": "EUR/USD",
    "EURUSD.csv": "EUR/USD",
    "SPY.csv.gz": "SPY",
    "XRP_USDT_perp_1h.csv.gz": "XRP/USDT",
    "BTC_PERP_1m_2022-01.csv.gz": "BTC/PERP",
    "BTCUSDT-trades.csv": "BTC/USDT",
    "btcusd_1m.CSV.GZ": "BTC/USD",
    "AIG_quotes_first_hour.csv.gz": "AIG",
}


@pytest.mark.parametrize("name", list(NAMES))
def test_the_first_part_of_a_file_name_is_its_symbol(name: str) -> None:
    assert symbol_of(name) == NAMES[name]


def test_dollars_that_are_coins_settle_as_dollars() -> None:
    for symbol in ("BTC/USDT", "ETH/USDC", "BTC/USD", "BTC/PERP", "SPY", "ES", "EUR/USD"):
        assert instrument_for(symbol).currency == "USD", symbol
    assert instrument_for("ETH/BTC").currency == "BTC"
    assert instrument_for("USD/JPY").currency == "JPY"


def test_contracts_have_their_ticks_lots_and_collars() -> None:
    es = instrument_for("ESH4")
    assert es.kind is InstrumentKind.FUTURE
    assert (es.tick_value.value, es.multiplier) == (Decimal("12.50"), Decimal(50))
    assert es.lot_size == 1
    eur = instrument_for("EUR/USD", decimals=3)
    assert eur.kind is InstrumentKind.SPOT
    assert (eur.tick_size, eur.lot_size) == (Decimal("0.00001"), Decimal(1))
    assert instrument_for("DOGE/USDT", decimals=5).tick_size == Decimal("0.00001")
    assert instrument_for("SPY").quantity_down(Decimal("1.23456")) == Decimal("1.2345")
    collars = {symbol: instrument_for(symbol).collar_percent for symbol in ("BTC/USDT", "ES", "SPY", "AAPL")}
    assert collars == {"BTC/USDT": 3, "ES": 3, "SPY": 3, "AAPL": 10}


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2013-10-06T21:59", False),  # Sunday 16:59 in Chicago
        ("2013-10-06T22:00", True),
        ("2013-10-07T20:14", True),
        ("2013-10-07T20:15", False),  # 15:15: the pause of those years
        ("2013-10-07T20:30", True),
        ("2013-10-07T21:15", False),  # 16:15: the daily break
        ("2013-10-07T22:00", True),
        ("2013-10-11T21:14", True),
        ("2013-10-11T22:30", False),  # Friday evening
        ("2013-10-12T15:00", False),
    ],
)
def test_the_e_mini_keeps_the_hours_of_2013(at: str, is_open: bool) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert es_session(instant).is_open(instant) is is_open


def test_the_e_mini_of_today_pauses_once_a_day() -> None:
    session = es_session(datetime(2026, 1, 1, tzinfo=UTC))
    assert session.is_open(datetime(2026, 1, 6, 21, 20, tzinfo=UTC))
    assert not session.is_open(datetime(2026, 1, 6, 22, 30, tzinfo=UTC))
    assert session.is_open(datetime(2026, 1, 6, 23, 0, tzinfo=UTC))


def test_currencies_trade_from_sunday_to_friday_evening() -> None:
    session = instrument_for("EUR/USD").session
    for at, is_open in (
        ("2018-06-03T20:59", False),
        ("2018-06-03T21:00", True),
        ("2018-06-06T03:00", True),
        ("2018-06-08T20:59", True),
        ("2018-06-08T21:00", False),
    ):
        assert session.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is is_open, at


def test_search_returns_all_that_tie_and_nothing_worse() -> None:
    known = [instrument_for(s) for s in ("BTC/USDT", "BTC/USD", "BTCDOM/USD", "ETH/USD", "ES", "ESH4", "SPY")]

    def symbols(text: str) -> list[str]:
        return [one.symbol for one in found(text, known)]

    assert symbols("btc") == ["BTC/USD", "BTC/USDT"]
    assert symbols("BTC/USDT") == symbols("btcusdt") == symbols("btc-usdt") == ["BTC/USDT"]
    assert symbols("es") == ["ES"]
    assert symbols("bitcoin") == ["BTC/USD", "BTC/USDT"]
    assert symbols("btcd") == ["BTCDOM/USD"]
    assert symbols("e-mini") == ["ES", "ESH4"]
    assert symbols("spx") == []
