"""What keeps a profile from entering for a while: its protections, judged on the account as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from trading.domain.book import Account, Book
from trading.domain.events import Refusal
from trading.domain.market import Bar
from trading.domain.position import Position
from trading.parameters import Settings, validated
from trading.ports import Ledger
from trading.profiles.profile import TradingProfile
from trading.row import ClosedRow
from trading.strategies.bars import Columns, columns
from trading.strategies.protections import PROTECTIONS, Pause, Seen, pauses

LOOKED_BACK = timedelta(days=60)
"""The longest memory of a protection with its longest rest."""
TRIPS_MAX = 2_000
CandlesOf = Callable[[str, int], Sequence[Bar]]


async def pauses_of(
    profile: TradingProfile,
    symbol: str,
    side: int,
    *,
    book: Book,
    ledger: Ledger,
    candles: CandlesOf,
    now: datetime,
) -> tuple[Pause, ...]:
    """Everything that holds this entry back now, with its sentence and its end."""
    account = book.account(profile.account)
    if account is None or not profile.protections:
        return ()
    trips = await ledger.closed([profile.account], since=now - LOOKED_BACK, limit=TRIPS_MAX)
    return pauses(chosen(profile), _seen(profile, symbol, side, account, book, trips, candles, now))


async def rests_of(
    profile: TradingProfile, *, book: Book, ledger: Ledger, candles: CandlesOf, now: datetime
) -> list[Pause]:
    """Everything that holds any entry of a profile back now: of the whole account once, of a symbol where
    either side of it is held back. The one that lasts longest comes first."""
    account = book.account(profile.account)
    if account is None or not profile.protections:
        return []
    trips = await ledger.closed([profile.account], since=now - LOOKED_BACK, limit=TRIPS_MAX)
    found: dict[tuple[str, str], Pause] = {}
    for symbol in profile.symbols:
        for side in (1, -1):
            for one in pauses(
                chosen(profile), _seen(profile, symbol, side, account, book, trips, candles, now)
            ):
                found.setdefault((one.protection, one.symbol), one)
    return sorted(found.values(), key=lambda one: one.until, reverse=True)


def chosen(profile: TradingProfile) -> dict[str, Settings]:
    """The protections of a profile with checked settings; one whose settings are not taken any more stands
    at its defaults, since less protection is what nobody asked for."""
    found: dict[str, Settings] = {}
    for name, raw in profile.protections.items():
        if name in PROTECTIONS:
            settings = validated(PROTECTIONS[name], raw)
            if isinstance(settings, Refusal):
                settings = {one.name: one.default for one in PROTECTIONS[name].parameters}
            found[name] = settings
    return found


def _seen(
    profile: TradingProfile,
    symbol: str,
    side: int,
    account: Account,
    book: Book,
    trips: Sequence[ClosedRow],
    candles: CandlesOf,
    now: datetime,
) -> Seen:
    live = list(book.live_positions(account.account))
    sides = {one.symbol: _side(book, one) for one in live}
    sides = {name: one for name, one in sides.items() if one}
    # An entry that waits for its fill counts as opened now: the next one must not slip in beside it.
    opened = [one.opened_at or now for one in live if one.symbol in sides]
    bars: dict[str, Columns] = {}
    if "correlation" in profile.protections:
        for name in {symbol, *sides}:
            known = candles(name, profile.frame_s)
            if known:
                bars[name] = columns(known, name, profile.frame_s)
    return Seen(
        symbol,
        side,
        now,
        trips,
        [*opened, *(one.opened_at for one in trips)],
        book.equity(account),
        sides,
        bars,
    )


def _side(book: Book, position: Position) -> int:
    """+1 long, -1 short; what only waits counts by its entry, 0 for what is done."""
    if position.is_open:
        return 1 if position.is_long else -1
    return next((one.side.sign for one in book.orders_of(position) if one.is_entry), 0)
