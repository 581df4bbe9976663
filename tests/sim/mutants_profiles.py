"""Planted bugs in automatic trading: whose signal it is, whether it may go out, whose position it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim import steward
from tests.sim.planting import Patch, mutant
from trading.domain import commands as cm
from trading.domain.ids import CommandId
from trading.profiles import acting, deciding
from trading.profiles import profile as profile_module
from trading.profiles.profile import Kept, Mode, TradingProfile
from trading.profiles.roster import Roster
from trading.profiles.runner import Runner


@mutant("PROFILE", "I1")
def who_comes_to_a_candle_again_enters_again() -> Patch:
    """The id of an order grows from how often somebody has come to its candle."""
    times = count()

    def cause(profile: TradingProfile, symbol: str, closed_at: datetime, what: str) -> CommandId:
        return CommandId(f"{real(profile, symbol, closed_at, what)}{next(times)}")

    real = profile_module.cause_of
    with patch.object(acting, "cause_of", cause):
        yield


@mutant("PROFILE")
def what_was_begun_before_a_stop_goes_out_after_it() -> Patch:
    """The profile counts as it was when its candle closed."""
    with patch.object(Runner, "_current", lambda self, profile: profile):
        yield


@mutant("PROFILE")
def a_proposal_goes_out_without_a_press() -> Patch:
    """A profile that is to ask acts."""

    async def propose(self: Any, profile: TradingProfile, instrument: Any, kept: Kept) -> Kept:
        done: Kept = await self._send(replace(profile, mode=Mode.AUTOMATIC), instrument, kept)
        return done

    with patch.object(acting.Actor, "_propose", propose):
        yield


@mutant("PROFILE")
def orders_of_a_profile_carry_no_tag() -> Patch:
    """Nobody can tell whose the position is."""

    def entry(profile: TradingProfile, kept: Kept, seen: cm.Seen) -> cm.OpenPosition:
        return replace(real(profile, kept, seen), tag="")

    real = deciding.entry_of
    with patch.object(acting, "entry_of", entry), patch.object(steward, "entry_of", entry):
        yield


@mutant("PROFILE")
def what_was_taken_back_is_left_all_the_same() -> Patch:
    """A profile leaves whatever it has opened, whoever has taken it back."""

    def owns(profile: TradingProfile, position: Any) -> bool:
        return real(replace(profile, released=()), position)

    real = deciding.owns
    with patch.object(acting, "owns", owns):
        yield


@mutant("PROFILE")
def what_is_handed_over_stays_with_who_had_it() -> Patch:
    """A position that goes to another profile keeps its first owner, too."""

    def handed(profile: TradingProfile, others: Any, position: Any) -> list[TradingProfile]:
        return real(profile, others, position)[-1:]

    real = deciding.handed_over
    with patch.object(steward, "handed_over", handed):
        yield


@mutant("PROFILE")
def two_profiles_trade_one_symbol() -> Patch:
    """Nobody looks who else trades it."""
    with patch.object(steward, "rivals", lambda profile, others: {}):
        yield


@mutant("PROFILE")
def a_stop_is_not_written_down() -> Patch:
    """The profile stands still, until the next start."""

    async def put(self: Roster, profile: TradingProfile) -> None:
        if profile.is_running:
            await real(self, profile)
            return
        self._profiles[profile.profile_id] = profile
        self.changed()

    real = Roster.put
    with patch.object(Roster, "put", put):
        yield


@mutant("PROFILE")
def what_is_not_known_to_be_written_counts_as_not_written() -> Patch:
    """After a lost COMMIT another profile may have the symbols of one that runs from the next start on."""

    async def stored(self: Roster, writing: Any) -> None:
        await writing

    with patch.object(Roster, "_whatever_is_stored", stored):
        yield


@mutant("PROFILE")
def an_old_candle_is_entered() -> Patch:
    """However late it is looked at."""
    with patch.object(acting, "may_act_until", lambda closed_at, frame_s: closed_at + timedelta(hours=9)):
        yield


@mutant("PROFILE")
def a_candle_from_before_the_start_is_acted_on() -> Patch:
    """A profile acts on what has closed before somebody started it."""

    made = Runner.__init__

    def init(self: Any, parts: Any, runs: Any, *more: Any) -> None:
        made(self, parts, lambda: [replace(one, since=None) for one in runs()], *more)

    with patch.object(Runner, "__init__", init):
        yield
