"""What a profile makes of what its strategy says: sides, exits, sizes, owners. Pure; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target, Trail
from trading.domain.ids import AccountId, CommandId
from trading.domain.instrument import Instrument
from trading.domain.opinion import Factor
from trading.domain.position import Position
from trading.profiles.profile import HANDED_MAX, Kept, TradingProfile
from trading.strategies.scorecard import Scorecard, Verdict

if TYPE_CHECKING:
    from trading.strategies.fanout import Candidate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

LATE_LEAST = timedelta(seconds=60)
LATE_MOST = timedelta(minutes=10)
DIRECTION, BLACKOUT = "direction", "blackout"
"""Rules that a profile may say no by, as strategies call them."""
_SIDES = {"both": (1, -1), "long": (1,), "short": (-1,), "none": ()}
SIZES = frozenset(
    {SizeKind.BARE, SizeKind.SPEND, SizeKind.BASE, SizeKind.CONTRACTS, SizeKind.EQUITY, SizeKind.RISK}
)
"""What the size of a profile may be: all of the cash is never one."""


class Directions(Struct, frozen=True):
    """Which sides a person allows whatever a strategy says: of every market, and of single ones (a regime
    that was set by hand)."""

    everywhere: str = "both"
    of_symbol: dict[str, str] = {}

    def allow(self, profile: TradingProfile, symbol: str, side: int) -> bool:
        """Whether a profile may enter this side now."""
        said = (profile.direction, self.everywhere, self.of_symbol.get(symbol, "both"))
        return all(side in _SIDES.get(one, ()) for one in said)


def may_act_until(closed_at: datetime, frame_s: int) -> datetime:
    """Until when an entry may still go out that belongs at the open behind this candle: for a tenth of the
    frame, at least a minute and at most ten."""
    tenth = timedelta(seconds=frame_s) / 10
    return closed_at + min(max(tenth, LATE_LEAST), LATE_MOST)


def owns(profile: TradingProfile, position: Position) -> bool:
    """Whether a position is the profile's to close: it opened it and nobody has taken it back, or it was
    handed to it."""
    if position.account != profile.account or position.symbol not in profile.symbols:
        return False
    if position.position_id in profile.handed:
        return True
    return position.tag == profile.tag and position.position_id not in profile.released


def owners(profiles: Iterable[TradingProfile], position: Position) -> list[TradingProfile]:
    """Those of which a position is theirs to close: never more than one."""
    return [one for one in profiles if owns(one, position)]


def handed_over(
    profile: TradingProfile, others: Iterable[TradingProfile], position: Position
) -> list[TradingProfile]:
    """The profiles that change when a position is given to one of them, in the order in which they are to be
    stored: who had it loses it first, so that whatever dies between two of them it has one owner or none."""
    changed = [
        taken_back(one, position) for one in owners(others, position) if one.profile_id != profile.profile_id
    ]
    mine = replace(
        profile,
        handed=(*profile.handed, position.position_id)[-HANDED_MAX:],
        released=tuple(p for p in profile.released if p != position.position_id),
    )
    return [*changed, mine]


def begun_anew(profile: TradingProfile, positions: Iterable[Position]) -> TradingProfile:
    """A profile that was just made, among what lives on its account: what one of the same name has left there
    when it was deleted is its person's, until somebody hands it over."""
    left = (one for one in positions if one.account == profile.account and one.tag == profile.tag)
    return replace(profile, released=tuple(one.position_id for one in left))


def taken_back(profile: TradingProfile, position: Position) -> TradingProfile:
    """The profile when nobody but a person and its exits close the position any more."""
    return replace(
        profile,
        handed=tuple(p for p in profile.handed if p != position.position_id),
        released=(*profile.released, position.position_id)[-HANDED_MAX:],
    )


def held(book: Book, account: AccountId, symbol: str) -> Position | None:
    """What the account has or is about to have in a symbol; None when it is flat and nothing waits."""
    position = book.current_position(account, symbol)
    return position if position is not None and (position.is_open or position.order_ids) else None


def exits_of(candidate: Candidate, instrument: Instrument) -> ExitPlan:
    """A strategy's levels as exits: numbers of indicators become prices only here, on the instrument's own
    ticks."""

    def level(value: float) -> Level | None:
        if not isfinite(value):
            return None
        price = instrument.price_nearest(Decimal(repr(value)))
        return Level(LevelKind.PRICE, price) if price > 0 else None

    by_ms = candidate.exit_by_ms
    leave_at = _EPOCH + timedelta(milliseconds=by_ms) if by_ms else None
    target, distance = level(candidate.target), level(candidate.trail)
    return ExitPlan(
        targets=(Target(target),) if target is not None else (),
        stop=level(candidate.stop),
        trail=Trail(distance) if distance is not None else None,
        exit_at=leave_at,
    )


def shrunk(size: Size, factor: Factor, instrument: Instrument) -> Size:
    """What an opinion leaves of a size. Never more than `size`: a factor is at most 1, and what is counted in
    units is rounded down to the lot."""
    assert size.kind in SIZES, "a profile's size grows and shrinks with its number"
    value = size.value * factor.value
    is_units = size.kind in (SizeKind.BASE, SizeKind.CONTRACTS) or (
        size.kind is SizeKind.BARE and instrument.is_future
    )
    return replace(size, value=instrument.quantity_down(value) if is_units else value)


def forbidden(card: Scorecard, rule: str) -> Scorecard:
    """The card of an entry that a rule of the profile's own forbids now: DIRECTION, BLACKOUT."""
    refused = tuple(
        replace(one, passed=False, why=rule) if one.rule == rule else one for one in card.verdicts
    )
    if all(one.rule != rule for one in refused):
        refused = (*refused, Verdict(rule, False, {}, rule))
    return replace(card, verdicts=refused, decided=False)


def is_blacked_out(profile: TradingProfile, at: datetime) -> bool:
    """Whether a candle closes inside one of the profile's blackout windows."""
    return any(one.from_at <= at < one.until for one in profile.blackouts)


def entry_of(profile: TradingProfile, kept: Kept, seen: cm.Seen) -> cm.OpenPosition:
    """The entry that a candle stands for, on the market as it is now."""
    assert kept.card is not None and kept.size is not None and kept.exits is not None, "it was worked out"
    return cm.OpenPosition(
        kept.command_id,
        profile.person,
        profile.account,
        seen,
        kept.card.side > 0,
        kept.size,
        exits=kept.exits,
        tag=profile.tag,
        # The same candle cannot enter twice, so what looks like the same order again is another one.
        confirmed=("duplicate",),
    )


def token_of(command_id: CommandId) -> str:
    """What names an entry on a button: short, and nothing but letters and digits."""
    return command_id.partition(":")[2]


def rivals(profile: TradingProfile, others: Iterable[TradingProfile]) -> dict[str, TradingProfile]:
    """Symbols of a profile that another running one trades on the same account: one owner each."""
    return {
        symbol: other
        for other in others
        if other.is_running and other.account == profile.account and other.profile_id != profile.profile_id
        for symbol in other.symbols
        if symbol in profile.symbols
    }
