"""Sides of venues outside: where each is, its prices, and a broker for each account there.

Nothing of a venue is loaded before an account of this desk is there: a desk on paper pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from bot.conversation.venues import CallTimes, SiteLook
from bot.settings_model import Settings
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.mode import PAPER
from trading.domain.order import Order
from trading.domain.place import place_for
from trading.feeds.feed import Feed
from trading.ports import Broker, Clock, Credentials
from trading.telemetry import Telemetry

if TYPE_CHECKING:
    from trading.brokers.ccxt_wire import Endpoint

CURRENCIES: Final = {
    "binance": "USDT",
    "kraken": "USD",
    "alpaca": "USD",
    "alpaca-parts": "USD",
    "alpaca-coins": "USD",
}
"""Venues that accounts can be at, and what an account there counts in."""


class Session(Broker, Protocol):
    """A broker that can hang up. `stream_age_s`: since its stream last said something, None before that."""

    @property
    def stream_age_s(self) -> float | None:
        """In seconds."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class Seat(Struct, frozen=True):
    """What a broker needs to know of its account: `symbols` that the book knows there, and where an order
    trades in the book's word."""

    account: AccountId
    credentials: Credentials
    symbols: Sequence[str]
    symbol_of: Callable[[ClientOrderId], str | None]


@dataclass(frozen=True)
class Site:
    """One side of a venue. `prefix` stands before each of its symbols: no price of another place is ever
    taken for one of its own."""

    name: str
    prefix: str
    currency: str
    feed: Feed
    session: Callable[[Seat], Session]
    look: Callable[[], SiteLook]
    close: Callable[[], Awaitable[None]]
    foreseen: Callable[[Order, Instrument], str] = lambda order, instrument: ""
    """The sentence with which an order would be refused there; empty: none that is known without asking."""


def build_site(
    venue: str, environment: str, settings: Settings, clock: Clock, telemetry: Telemetry
) -> Site | None:
    """That side of that venue; None when this desk knows no such venue."""
    if venue.startswith("alpaca") and venue in CURRENCIES:
        return _alpaca(venue, environment, settings, clock, telemetry)
    made = {"binance": _binance, "kraken": _kraken}.get(venue)
    return None if made is None else made(environment, settings, clock, telemetry)


def binance_endpoint(environment: str, settings: Settings) -> Endpoint:
    """Where Binance is: its own address, or the operator's."""
    from trading.brokers.ccxt_wire import Endpoint

    base = settings.binance_base_url
    return Endpoint(environment, base, base.replace("http", "ws", 1))


def kraken_endpoint(environment: str, settings: Settings) -> Endpoint:
    """Where Kraken is: its own address, or the operator's."""
    from trading.brokers.ccxt_wire import Endpoint

    base = settings.kraken_base_url
    return Endpoint(environment, base, base.replace("http", "ws", 1))


def _binance(environment: str, settings: Settings, clock: Clock, telemetry: Telemetry) -> Site:
    from trading.brokers.binance import BinanceBroker
    from trading.brokers.binance_exchange import opened
    from trading.brokers.binance_line import Line
    from trading.brokers.binance_markets import Markets
    from trading.brokers.calls import Calls
    from trading.brokers.ccxt_wire import Credentials as Held
    from trading.brokers.foreseen import at_binance
    from trading.brokers.limits import Budget
    from trading.feeds.binance_prices import BinancePrices

    endpoint = binance_endpoint(environment, settings)
    prefix, currency = f"{place_for('binance', environment)}:", CURRENCIES["binance"]
    markets = Markets(prefix)
    name = "binance" if environment != PAPER else "binance paper"
    calls = Calls(name, clock, telemetry)
    budget = Budget(clock, calls=calls)

    def now_ms() -> int:
        return int(clock.now().timestamp() * 1000)

    # Without a key: prices and rules are public.
    line = Line(lambda: opened(Held("", ""), endpoint, now_ms), clock, budget, markets, endpoint.deadline_s)

    def session(seat: Seat) -> Session:
        held = Held(seat.credentials.key, seat.credentials.secret)
        return BinanceBroker(
            seat.account,
            held,
            clock,
            endpoint=endpoint,
            currency=currency,
            symbols=seat.symbols,
            symbol_of=seat.symbol_of,
            budget=budget,
            markets=markets,
        )

    feed = BinancePrices(line, clock, name, currency)

    def look() -> SiteLook:
        times = [CallTimes(one.door, one.n, one.silent, one.p50_s, one.p95_s) for one in calls.looks()]
        return SiteLook(name, budget.left, budget.weight_max, (("prices", feed.stream_age_s),), tuple(times))

    return Site(name, prefix, currency, feed, session, look, line.close, at_binance)


def _kraken(environment: str, settings: Settings, clock: Clock, telemetry: Telemetry) -> Site | None:
    from trading.brokers.calls import Calls
    from trading.brokers.ccxt_wire import Credentials as Held
    from trading.brokers.foreseen import at_kraken
    from trading.brokers.kraken import KrakenBroker
    from trading.brokers.kraken_exchange import opened
    from trading.brokers.kraken_line import CALLS_MAX, Line, budget_of
    from trading.brokers.kraken_markets import Markets
    from trading.brokers.limits import Budget
    from trading.feeds.kraken_prices import KrakenPrices

    if environment == PAPER:
        return None  # Kraken spot has no side for practice
    endpoint = kraken_endpoint(environment, settings)
    prefix, currency, name = f"{place_for('kraken', environment)}:", CURRENCIES["kraken"], "kraken"
    markets, calls = Markets(prefix), Calls(name, clock, telemetry)
    budgets: list[Budget] = []

    def now_ms() -> int:
        return int(clock.now().timestamp() * 1000)

    # Without a key: prices and rules are public, and count for the address instead of the key.
    public = Budget(clock, calls=calls)
    line = Line(lambda: opened(Held("", ""), endpoint, now_ms), clock, public, markets, endpoint.deadline_s)

    def session(seat: Seat) -> Session:
        budgets.append(budget_of(clock, calls))  # each key has its own
        return KrakenBroker(
            seat.account,
            Held(seat.credentials.key, seat.credentials.secret),
            clock,
            endpoint=endpoint,
            currency=currency,
            symbols=seat.symbols,
            budget=budgets[-1],
            markets=markets,
        )

    feed = KrakenPrices(line, clock, name, currency)

    def look() -> SiteLook:
        times = [CallTimes(one.door, one.n, one.silent, one.p50_s, one.p95_s) for one in calls.looks()]
        left = min((one.left for one in budgets), default=CALLS_MAX)
        return SiteLook(name, left, CALLS_MAX, (("prices", feed.stream_age_s),), tuple(times))

    return Site(name, prefix, currency, feed, session, look, line.close, at_kraken)


ALPACA_DATA: Final = "https://data.alpaca.markets"
ALPACA_STREAM: Final = "wss://stream.data.alpaca.markets"


def _alpaca(venue: str, environment: str, settings: Settings, clock: Clock, telemetry: Telemetry) -> Site:
    """`alpaca` itself is whole shares: they alone have stops at the venue."""
    from trading.brokers.alpaca_placed import PlacedAlpaca
    from trading.brokers.alpaca_profile import LIVE, AlpacaMarket, AlpacaSite
    from trading.brokers.alpaca_profile import PAPER as PRACTICE
    from trading.brokers.alpaca_wire import REQUESTS_MAX, AlpacaKeys
    from trading.brokers.calls import Calls
    from trading.brokers.foreseen import at_alpaca
    from trading.brokers.limits import Budget
    from trading.feeds.alpaca_prices import AlpacaPrices

    base, place = settings.alpaca_base_url, place_for(venue, environment)
    at = PRACTICE if environment == PAPER else LIVE
    if base:
        at = AlpacaSite(environment, base, f"{base.replace('http', 'ws', 1)}/stream")
    name = venue.replace("-", " ") + (" paper" if environment == PAPER else "")
    calls = Calls(name, clock, telemetry)
    budgets: list[Budget] = []
    market = AlpacaMarket(venue.partition("-")[2] or AlpacaMarket.SHARES)
    stream = base.replace("http", "ws", 1) or ALPACA_STREAM
    feed = AlpacaPrices(market, at, base or ALPACA_DATA, place, clock, name, stream)

    def session(seat: Seat) -> Session:
        keys = AlpacaKeys(seat.credentials.key, seat.credentials.secret)
        feed.use(keys)
        budgets.append(Budget(clock, weight_max=REQUESTS_MAX, calls=calls))  # each account has its own
        return PlacedAlpaca(place, seat.account, market, at, keys, clock, budget=budgets[-1])

    def look() -> SiteLook:
        times = [CallTimes(one.door, one.n, one.silent, one.p50_s, one.p95_s) for one in calls.looks()]
        left = min((one.left for one in budgets), default=REQUESTS_MAX)
        return SiteLook(name, left, REQUESTS_MAX, (("prices", feed.age_s),), tuple(times))

    async def close() -> None:
        """Its feed hangs up by itself, each account's session with the account."""

    def foreseen(order: Order, instrument: Instrument) -> str:
        return at_alpaca(order, instrument, market)

    return Site(name, f"{place}:", CURRENCIES[venue], feed, session, look, close, foreseen)
