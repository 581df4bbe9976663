"""Which markets are asked about again: those of what has moved, and all of them now and then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from trading.brokers.binance_activity import AGAIN, HELD_MAX, JUST_NOW, LAG, Activity
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.money import Quantity
from trading.domain.reports import BrokerReport, ExpiredReported
from trading.feeds.catalogue import instrument_for

D = Decimal
START = datetime(2026, 1, 5, 12, tzinfo=UTC)
BTC, ETH = instrument_for("BTC/USDT"), instrument_for("ETH/USDT")


class Floor:
    """An account whose questions are counted."""

    def __init__(self) -> None:
        self.activity = Activity("USDT")
        self.now = START
        self.asked: list[str] = []
        self.told: dict[str, list[BrokerReport]] = {}

    def wait(self, span: timedelta) -> None:
        self.now += span

    def holds(self, **totals: int) -> None:
        self.activity.balances({name: D(value) for name, value in totals.items()}, self.now)

    async def look(self, since: datetime = START) -> list[str]:
        """Which markets a look asks about."""
        self.asked.clear()
        for instrument in (BTC, ETH):

            async def ask(begin: datetime, symbol: str = instrument.symbol) -> Sequence[BrokerReport]:
                assert begin <= since
                self.asked.append(symbol)
                return self.told.get(symbol, [])

            self.answer = await self.activity.since(instrument, since, self.now, ask)
        return list(self.asked)


async def test_a_quiet_account_is_asked_once_and_a_moved_balance_asks_its_market_again() -> None:
    floor = Floor()
    floor.holds(USDT=100, BTC=1)
    assert await floor.look() == ["BTC/USDT", "ETH/USDT"]
    floor.wait(timedelta(seconds=30))
    floor.holds(USDT=100, BTC=1)
    assert await floor.look() == []
    floor.holds(USDT=90, BTC=2)
    assert await floor.look() == ["BTC/USDT"]
    floor.wait(timedelta(seconds=1))
    assert await floor.look() == [], "what is asked in one breath shares an answer"
    floor.wait(LAG - timedelta(seconds=1))
    assert await floor.look() == ["BTC/USDT"], "a fill may be shown after the balance that it has moved"
    floor.wait(JUST_NOW)
    assert await floor.look() == [], "and no longer"


async def test_what_is_older_than_the_answer_is_asked_for() -> None:
    floor = Floor()
    floor.holds(USDT=100)
    await floor.look()
    floor.wait(timedelta(minutes=1))
    assert await floor.look(START - timedelta(hours=1)) == ["BTC/USDT", "ETH/USDT"]
    assert await floor.look(START + timedelta(seconds=5)) == []


async def test_cash_that_moved_alone_asks_everywhere() -> None:
    floor = Floor()
    floor.holds(USDT=100, BTC=1)
    await floor.look()
    floor.wait(timedelta(minutes=1))
    floor.holds(USDT=99, BTC=1)
    assert await floor.look() == ["BTC/USDT", "ETH/USDT"]


async def test_no_answer_is_believed_for_ever() -> None:
    floor = Floor()
    floor.holds(USDT=100)
    await floor.look()
    floor.wait(AGAIN + timedelta(seconds=1))
    floor.holds(USDT=100)
    assert await floor.look() == ["BTC/USDT", "ETH/USDT"]


async def test_an_answer_of_before_tells_only_what_was_asked_for() -> None:
    floor = Floor()
    early = ExpiredReported(AccountId("a"), ClientOrderId("one"), START)
    late = replace(early, client_order_id=ClientOrderId("two"), at=START + timedelta(minutes=5))
    floor.told["ETH/USDT"] = [early, late]
    floor.holds(USDT=100)
    await floor.look()
    assert list(floor.answer) == [early, late]
    floor.wait(timedelta(minutes=6))
    assert await floor.look(START + timedelta(minutes=1)) == []
    assert list(floor.answer) == [late]


def test_a_museum_of_coins_is_followed_only_where_it_moves() -> None:
    activity = Activity("USDT")
    few = {f"C{n}/USDT": Quantity(D(1)) for n in range(HELD_MAX)}
    assert activity.followed(few) == list(few)
    many = {f"C{n}/USDT": Quantity(D(1)) for n in range(400)}
    assert Activity("USDT").followed(many) == []
    activity = Activity("USDT")
    activity.followed(many)
    assert activity.followed({**many, "C7/USDT": Quantity(D(2))}) == ["C7/USDT"]
    gone = {name: held for name, held in many.items() if name != "C9/USDT"}
    assert sorted(activity.followed(gone)) == ["C7/USDT", "C9/USDT"]


async def test_what_is_sent_makes_every_answer_one_of_before() -> None:
    floor = Floor()
    floor.holds(USDT=100, BTC=1)
    await floor.look()
    floor.holds(USDT=100, BTC=1)
    assert floor.activity.is_fresh(floor.now)
    floor.activity.touched()
    assert not floor.activity.is_fresh(floor.now), "the balances are read anew"
    floor.wait(timedelta(seconds=1))
    floor.holds(USDT=90, BTC=2)
    assert await floor.look() == ["BTC/USDT"], "a fill of this very moment is found"
