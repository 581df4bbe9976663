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
from trading.domain.mode import PAPER
from trading.domain.place import place_for
from trading.feeds.feed import Feed
from trading.ports import Broker, Clock, Credentials
from trading.telemetry import Telemetry

if TYPE_CHECKING:
    from trading.brokers.binance_exchange import Endpoint

CURRENCIES: Final = {"binance": "USDT"}
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


def build_site(
    venue: str, environment: str, settings: Settings, clock: Clock, telemetry: Telemetry
) -> Site | None:
    """That side of that venue; None when this desk knows no such venue."""
    makers = {"binance": _binance}
    made = makers.get(venue)
    return None if made is None else made(environment, settings, clock, telemetry)


def binance_endpoint(environment: str, settings: Settings) -> Endpoint:
    """Where Binance is: its own address, or the operator's."""
    from trading.brokers.binance_exchange import Endpoint

    base = settings.binance_base_url
    return Endpoint(environment, base, base.replace("http", "ws", 1))


def _binance(environment: str, settings: Settings, clock: Clock, telemetry: Telemetry) -> Site:
    from trading.brokers.binance import BinanceBroker
    from trading.brokers.binance_exchange import Credentials as Held
    from trading.brokers.binance_exchange import opened
    from trading.brokers.binance_line import Line
    from trading.brokers.binance_markets import Markets
    from trading.brokers.calls import Calls
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

    return Site(name, prefix, currency, feed, session, look, line.close)
