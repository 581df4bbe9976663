"""What a key may do is asked of the venue itself, with its real client library, against local servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from tests.fakes import alpaca_server, binance_server, kraken_server
from tests.fakes.alpaca_faults import Fault as AlpacaFault
from tests.fakes.alpaca_server import AlpacaServer
from tests.fakes.alpaca_words import asset
from tests.fakes.binance_faults import Fault
from tests.fakes.binance_server import BinanceServer
from tests.fakes.kraken_server import KrakenServer
from trading.brokers.alpaca_profile import AlpacaSite
from trading.brokers.ccxt_wire import Endpoint
from trading.brokers.key_look import Sites, VenueLook
from trading.clock import SystemClock
from trading.ports import Credentials, Probe
from trading.venue_keys import Fitness, KeyCheck, KeyLook, judged

pytestmark = pytest.mark.wire

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
ALPACA_KEY = alpaca_server.KEY, alpaca_server.SECRET
KRAKEN_KEY = kraken_server.KEY, kraken_server.SECRET
BINANCE_KEY = binance_server.KEY, binance_server.SECRET


class Venues:
    """A live and a test side of Binance, a test side of Alpaca, and a look at all of them."""

    def __init__(self) -> None:
        self.live, self.paper = BinanceServer(), BinanceServer()
        clock = SystemClock()
        self.alpaca: AlpacaServer = alpaca_server.venue(clock.now, asset("AAPL"), cash="1000")
        self.sea = KrakenServer()
        self.clock = clock

    async def start(self) -> None:
        for server in (self.live, self.paper, self.alpaca, self.sea):
            await server.start()
        sides = {"live": Endpoint("live", self.live.base), "paper": Endpoint("paper", self.paper.base)}
        stocks = {side: AlpacaSite(side, self.alpaca.rest, self.alpaca.socket) for side in ("paper", "live")}
        self.venue_look: KeyLook = VenueLook(
            self.clock, Sites(sides, stocks, {"live": Endpoint("live", self.sea.base)})
        )

    async def look(self, venue: str, side: str, key: tuple[str, str]) -> KeyCheck:
        with Credentials(*key) as held:
            return await self.venue_look.look(venue, side, held)

    async def stop(self) -> None:
        for server in (self.live, self.paper, self.alpaca, self.sea):
            await server.stop()


@asynccontextmanager
async def opened() -> AsyncIterator[Venues]:
    venues = Venues()
    await venues.start()
    try:
        yield venues
    finally:
        await venues.stop()


@pytest.fixture
async def venues() -> AsyncIterator[Venues]:
    async with opened() as made:
        yield made


async def test_a_key_that_only_trades_from_one_address_is_fit(venues: Venues) -> None:
    found = await venues.look("binance", "live", BINANCE_KEY)
    assert (found.fitness, found.code, found.note) == (Fitness.FIT, "", "")
    assert (found.may_trade, found.may_withdraw, found.bound_to_address) == (True, False, True)
    assert ("GET", "account/apiRestrictions") in {(how, what) for how, what, _ in venues.live.asked}


@pytest.mark.parametrize(
    ("right", "code"),
    [
        ("enableWithdrawals", "withdraws"),
        ("permitsUniversalTransfer", "transfers"),
        ("enableInternalTransfer", "transfers"),
    ],
)
async def test_a_key_that_takes_money_out_is_refused(venues: Venues, right: str, code: str) -> None:
    venues.live.rights[right] = True
    found = await venues.look("binance", "live", BINANCE_KEY)
    assert (found.fitness, found.code, found.may_withdraw) == (Fitness.UNFIT, code, True)
    assert "take that right away" in found.note


async def test_a_key_that_works_from_everywhere_is_fit_and_noted(venues: Venues) -> None:
    venues.live.rights["ipRestrict"] = False
    found = await venues.look("binance", "live", BINANCE_KEY)
    assert (found.fitness, found.code, found.bound_to_address) == (Fitness.FIT, "every_address", False)


async def test_a_key_that_may_not_trade_is_refused(venues: Venues) -> None:
    venues.live.rights["enableSpotAndMarginTrading"] = False
    found = await venues.look("binance", "live", BINANCE_KEY)
    assert (found.fitness, found.code) == (Fitness.UNFIT, "no_trading")


async def test_the_test_side_tells_no_rights_and_that_is_said(venues: Venues) -> None:
    found = await venues.look("binance", "paper", BINANCE_KEY)
    assert (found.fitness, found.code, found.may_withdraw) == (Fitness.FIT, "untold", None)


@pytest.mark.parametrize("named", ["live", "paper"])
async def test_a_key_of_the_other_side_of_binance_is_called_that(venues: Venues, named: str) -> None:
    (venues.live if named == "live" else venues.paper).faults.plan(Fault.KEY)
    found = await venues.look("binance", named, BINANCE_KEY)
    assert (found.fitness, found.code) == (Fitness.UNFIT, "wrong_environment")


async def test_a_key_that_no_side_takes_is_refused(venues: Venues) -> None:
    for key in (("another-key", BINANCE_KEY[1]), (BINANCE_KEY[0], "another-secret")):
        found = await venues.look("binance", "live", key)
        assert (found.fitness, found.code) == (Fitness.UNFIT, "refused")
        assert found.note.endswith(".")
        assert not any(one in found.note for one in key)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.GATEWAY, Fault.GARBLED, Fault.BUSY, Fault.UNKNOWN])
async def test_a_venue_that_gives_no_answer_says_nothing_against_a_key(venues: Venues, fault: Fault) -> None:
    venues.live.faults.plan(fault)
    found = await venues.look("binance", "live", BINANCE_KEY)
    assert (found.fitness, found.code) == (Fitness.UNKNOWN, "silent")


async def test_a_venue_that_is_down_says_nothing_against_a_key(venues: Venues) -> None:
    await venues.live.stop()
    found = await venues.look("binance", "live", BINANCE_KEY)
    assert found.fitness is Fitness.UNKNOWN
    await venues.live.start()


async def test_alpaca_tells_of_the_account_and_not_of_the_key(venues: Venues) -> None:
    found = await venues.look("alpaca", "paper", ALPACA_KEY)
    assert (found.fitness, found.code) == (Fitness.FIT, "untold")
    assert (found.may_trade, found.may_withdraw, found.bound_to_address) == (True, None, None)
    venues.alpaca.account |= {"trading_blocked": True}
    assert (await venues.look("alpaca", "paper", ALPACA_KEY)).code == "no_trading"


async def test_a_key_of_the_other_side_of_alpaca_is_known_by_its_letters_and_not_sent(venues: Venues) -> None:
    for side, key in (("live", ALPACA_KEY), ("paper", ("AKLIVE00000000000001", "secret"))):
        found = await venues.look("alpaca", side, key)
        assert (found.fitness, found.code) == (Fitness.UNFIT, "wrong_environment")
    assert venues.alpaca.asked == []


async def test_alpaca_refuses_a_key_and_silence_is_no_refusal(venues: Venues) -> None:
    found = await venues.look("alpaca", "paper", ("PKOLD000000000000001", "old"))
    assert (found.fitness, found.code) == (Fitness.UNFIT, "refused")
    venues.alpaca.faults.plan.append(AlpacaFault.DOWN)
    assert (await venues.look("alpaca", "paper", ALPACA_KEY)).fitness is Fitness.UNKNOWN


@pytest.mark.parametrize(
    ("right", "code"),
    [("", ""), ("withdraw-funds", "withdraws"), ("add-withdraw-address", "withdraws")],
)
async def test_kraken_tells_the_rights_of_a_key(venues: Venues, right: str, code: str) -> None:
    venues.sea.rights += [right] if right else []
    found = await venues.look("kraken", "live", KRAKEN_KEY)
    assert (found.code, found.may_withdraw) == (code, bool(code))
    assert (found.fitness is Fitness.UNFIT) is bool(code)
    venues.sea.rights = [one for one in venues.sea.rights if one != right]
    venues.sea.addresses = []
    assert (await venues.look("kraken", "live", KRAKEN_KEY)).code == "every_address"
    venues.sea.rights.remove("modify-trades")
    found = await venues.look("kraken", "live", KRAKEN_KEY)
    assert (found.fitness, found.code, "modify-trades" in found.note) == (Fitness.UNFIT, "no_trading", True)
    found = await venues.look("kraken", "live", ("another-key", KRAKEN_KEY[1]))
    assert (found.fitness, found.code) == (Fitness.UNFIT, "refused")


async def test_it_knows_which_venues_there_are(venues: Venues) -> None:
    assert tuple(venues.venue_look.venues) == ("binance", "kraken", "alpaca", "alpaca-parts", "alpaca-coins")
    assert venues.venue_look.grade("binance") == venues.venue_look.grade("alpaca") == "bronze"
    assert tuple(venues.venue_look.environments("binance")) == ("paper", "live")
    assert venues.venue_look.grade("alpaca-coins") == "bronze"
    assert tuple(venues.venue_look.environments("kraken")) == ("live",)
    assert tuple(venues.venue_look.environments("bybit")) == ()


def test_what_is_worse_is_said_first() -> None:
    all_at_once = Probe("live", False, True, "It may withdraw.", "withdraws", bound_to_address=False)
    assert judged(all_at_once, AT).code == "withdraws"
    assert judged(Probe("live", True, False, code="clock", note="The clock is off."), AT) == KeyCheck(
        AT, Fitness.UNKNOWN, code="silent", note="The clock is off."
    )
