"""X48: a price that leaps moves nothing until the next one confirms it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.unit.domain.test_bracket import plan
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.engine.ticks import BadTicks

D = Decimal
AT = datetime(2018, 4, 4, tzinfo=UTC)


def quote(bid: str, ask: str = "") -> Quote:
    return Quote("BTC/USD", Price(D(bid)), Price(D(ask or bid)), AT)


@pytest.mark.parametrize(
    ("prices", "believed"),
    [
        (["6700", "6710"], [True, True]),
        (["6700", "7370"], [True, True]),  # exactly the band of 10 %
        (["6700", "7370.01"], [True, False]),
        (["6700", "6029.99"], [True, False]),
        (["6700", "670"], [True, False]),
        (["6700", "8000", "8010"], [True, False, True]),  # confirmed
        (["6700", "8000", "6710"], [True, False, True]),  # it was a bad tick
        (["6700", "8000", "6710", "8000"], [True, False, True, False]),  # the old suspect is forgotten
        (["6700", "8000", "3000"], [True, False, False]),  # two different leaps confirm nothing
        (["6700", "8000", "3000", "3010"], [True, False, False, True]),
        (["6700", "0"], [True, False]),
        (["6700", "0", "0"], [True, False, False]),  # zero is never confirmed
        (["6700", "-5"], [True, False]),
        (["0"], [False]),
    ],
)
def test_a_leap_needs_a_second_witness(prices: list[str], believed: list[bool]) -> None:
    ticks, last = BadTicks(D(10)), None
    found = []
    for price in prices:
        suspect = ticks.is_suspect(last, quote(price))
        found.append(not suspect)
        if not suspect:
            last = quote(price)
    assert found == believed


def test_a_missing_ask_is_no_price() -> None:
    assert BadTicks(D(10)).is_suspect(None, quote("6700", "0"))


def test_a_leap_of_the_ask_alone_is_a_leap() -> None:
    ticks, last = BadTicks(D(10)), quote("6700", "6701")
    assert ticks.is_suspect(last, quote("6700", "67010"))
    assert not ticks.is_suspect(last, quote("6700", "6702"))
    # A spread that opens far and stays is the market.
    assert ticks.is_suspect(last, quote("6700", "9000"))
    assert not ticks.is_suspect(last, quote("6710", "9010"))


def test_symbols_do_not_confirm_each_other() -> None:
    ticks, last = BadTicks(D(10)), quote("6700")
    assert ticks.is_suspect(last, quote("8000"))
    other = Quote("ETH/USD", Price(D(8000)), Price(D(8000)), AT)
    assert not ticks.is_suspect(None, other)
    assert not ticks.is_suspect(last, quote("8000"))


def test_a_bad_ask_closes_no_short() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", long=False, exits=plan(stop="5%"))
        pit.engine.on_quote(Quote("BTC/USD", Price(D(6700)), Price(D(67000)), pit.clock.now()))
        await pit.settle()
        assert not pit.named("ExitTriggered")
        await pit.quote("6699", "6700")
        assert not pit.named("ExitTriggered")

    in_marked_pit(scene, bare=True)


def test_one_bad_tick_triggers_no_stop() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("50%", stop="5%"))
        pit.engine.on_quote(Quote("BTC/USD", Price(D(670)), Price(D(670)), pit.clock.now()))
        pit.engine.on_quote(Quote("BTC/USD", Price(D("0.01")), Price(D("0.01")), pit.clock.now()))
        await pit.settle()
        assert pit.engine.book.mid("BTC/USD") == D(6700)
        await pit.quote("6690")
        assert not pit.named("ExitTriggered")
        # Two that agree are a crash, and the stop goes.
        await pit.quote("5000")
        assert not pit.named("ExitTriggered")
        await pit.quote("4990")
        (triggered,) = pit.named("ExitTriggered")
        assert (triggered.leg, triggered.price) == ("sl", D(4990))

    in_marked_pit(scene, bare=True)
