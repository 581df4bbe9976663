"""Asks venues what a key may do, without an account of the desk: when it is entered, and daily.

A key that the named side does not take is tried at the other one, so that a mix-up is called by its name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from trading.domain.ids import AccountId
from trading.ports import BrokerSilent, Clock, Credentials, Probe
from trading.venue_keys import Fitness, KeyCheck, judged

if TYPE_CHECKING:
    from trading.brokers.alpaca_profile import AlpacaSite
    from trading.brokers.ccxt_wire import Endpoint

BINANCE: Final = "binance"
ALPACA: Final = "alpaca"
KRAKEN: Final = "kraken"
SIDES: Final = ("paper", "live")
ONLY_LIVE: Final = (KRAKEN,)
"""Venues without a side for practice."""
NOBODY: Final = AccountId("key-check")
WRONG_SIDE: Final = "wrong_environment"


class Sites(NamedTuple):
    """Where the venues are, by environment, if not where everybody finds them."""

    binance: Mapping[str, Endpoint] = {}
    alpaca: Mapping[str, AlpacaSite] = {}
    kraken: Mapping[str, Endpoint] = {}


class VenueLook:
    """`trading.venue_keys.KeyLook` over the adapters, which are imported when one is asked."""

    def __init__(self, clock: Clock, sites: Sites | None = None) -> None:
        self._clock = clock
        self._sites = sites or Sites()
        self._asks: dict[str, Callable[[str, Credentials], Awaitable[Probe]]] = {
            BINANCE: self._binance,
            KRAKEN: self._kraken,
            ALPACA: self._alpaca,
            f"{ALPACA}-parts": self._alpaca,
            f"{ALPACA}-coins": self._alpaca,
        }

    @property
    def venues(self) -> Sequence[str]:
        """Those whose adapters take orders."""
        return tuple(self._asks)

    def grade(self, venue: str) -> str:
        """The least of the grades that the venue's markets have."""
        from trading.brokers.grade import VENUES, Grade

        found = [grade for profile, grade in VENUES if venue in (profile.venue, profile.venue.split("-")[0])]
        return min(found, key=list(Grade).index).value

    def environments(self, venue: str) -> Sequence[str]:
        """Most have a test side and a real one."""
        if venue in ONLY_LIVE:
            return SIDES[1:]
        return SIDES if venue in self._asks else ()

    async def look(self, venue: str, environment: str, credentials: Credentials) -> KeyCheck:
        """One probe; one more at the other side when the key is refused."""
        found = await self._judged(venue, environment, credentials)
        if found.code == "refused" and len(self.environments(venue)) > 1:
            other = SIDES[1 - SIDES.index(environment)]
            there = await self._judged(venue, other, credentials)
            if there.fitness is not Fitness.UNKNOWN and there.code not in ("refused", WRONG_SIDE):
                return self._wrong_side()
        return found

    async def _judged(self, venue: str, environment: str, credentials: Credentials) -> KeyCheck:
        if venue.startswith(ALPACA) and not _has_letters_of(environment, credentials):
            return self._wrong_side()
        try:
            probe = await self._asks[venue](environment, credentials)
        except BrokerSilent as silent:
            return KeyCheck(self._clock.now(), Fitness.UNKNOWN, code="silent", note=str(silent))
        return judged(probe, self._clock.now())

    def _wrong_side(self) -> KeyCheck:
        return KeyCheck(self._clock.now(), Fitness.UNFIT, code=WRONG_SIDE)

    async def _binance(self, environment: str, credentials: Credentials) -> Probe:
        from trading.brokers.binance import BinanceBroker
        from trading.brokers.ccxt_wire import Credentials as Held
        from trading.brokers.ccxt_wire import Endpoint

        endpoint = self._sites.binance.get(environment) or Endpoint(environment)
        held = Held(credentials.key, credentials.secret)
        broker = BinanceBroker(NOBODY, held, self._clock, endpoint=endpoint)
        try:
            return await broker.probe()
        finally:
            await broker.close()

    async def _kraken(self, environment: str, credentials: Credentials) -> Probe:
        from trading.brokers.ccxt_wire import Credentials as Held
        from trading.brokers.ccxt_wire import Endpoint
        from trading.brokers.kraken import KrakenBroker

        endpoint = self._sites.kraken.get(environment) or Endpoint(environment)
        held = Held(credentials.key, credentials.secret)
        broker = KrakenBroker(NOBODY, held, self._clock, endpoint=endpoint)
        try:
            return await broker.probe()
        finally:
            await broker.close()

    async def _alpaca(self, environment: str, credentials: Credentials) -> Probe:
        from trading.brokers.alpaca import AlpacaBroker
        from trading.brokers.alpaca_profile import LIVE, PAPER, AlpacaMarket
        from trading.brokers.alpaca_wire import AlpacaKeys

        site = self._sites.alpaca.get(environment) or (LIVE if environment == LIVE.environment else PAPER)
        held = AlpacaKeys(credentials.key, credentials.secret)
        broker = AlpacaBroker(NOBODY, AlpacaMarket.SHARES, site, held, self._clock)
        try:
            return await broker.probe()
        finally:
            await broker.close()


def _has_letters_of(environment: str, credentials: Credentials) -> bool:
    """Whether a key begins as Alpaca's keys of that side do: another one is not even sent there."""
    from trading.brokers.alpaca_profile import PREFIXES

    return credentials.key.startswith(PREFIXES[environment])
