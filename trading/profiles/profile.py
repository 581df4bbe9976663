"""A profile: who has which strategy trade which symbols on which candles, as values; and where it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from trading.domain.exits import ExitPlan, Size
from trading.domain.ids import AccountId, CommandId, PersonId, PositionId
from trading.parameters import ParameterHistory
from trading.strategies.scorecard import Scorecard

TAG = "profile:"
"""How the tags of their orders, and the ids of what they cause, begin."""
PROFILES_MAX = 50
"""How many profiles a person may have."""
SYMBOLS_MAX = 50
"""How many symbols a profile may trade."""
REVISIONS_MAX = 500
"""How often the settings of one profile may be changed: all of it is remembered."""
HANDED_MAX = 200
"""How many positions of other hands are remembered as handed to a profile or taken back from it."""
BLACKOUTS_MAX = 20
SCORECARDS_KEPT = 200
"""How many scorecards of one profile and symbol are kept, newest first."""


class Mode(StrEnum):
    """What a profile does when its strategy wants to enter."""

    AUTOMATIC = "automatic"
    PROPOSE = "propose"  # a person is asked, and may say yes until the next candle closes


class Voice(StrEnum):
    """What an opinion from outside may do to an entry: make it smaller or forbid it, never enlarge it."""

    OFF = "off"  # nobody is asked
    ON = "on"  # asked when all rules agreed; without an answer the rules go on alone
    NEEDED = "needed"  # as ON, and without an answer nothing is entered


class Blackout(Struct, frozen=True):
    """A stretch of time [from_at, until) in which a profile enters nothing: news, a holiday."""

    from_at: datetime
    until: datetime


class TradingProfile(Struct, frozen=True):
    """One profile. Its orders carry `tag`; `direction` is `both`, `long`, `short` or `none`.

    `protections`: what keeps it from entering for a while, by name, with settings as written. `handed` are
    positions that were given to it, `released` those of its own that a person has taken back.
    `since`: when it was started last; candles that closed before are not its business.
    """

    profile_id: str
    person: PersonId
    account: AccountId
    name: str
    strategy: str
    frame_s: int
    size: Size
    symbols: tuple[str, ...] = ()
    mode: Mode = Mode.PROPOSE
    is_running: bool = False
    direction: str = "both"
    opinion: Voice = Voice.ON
    protections: Mapping[str, Mapping[str, str]] = {}
    history: ParameterHistory = ParameterHistory()
    handed: tuple[PositionId, ...] = ()
    released: tuple[PositionId, ...] = ()
    since: datetime | None = None
    blackouts: tuple[Blackout, ...] = ()

    @property
    def tag(self) -> str:
        """What its orders carry."""
        return f"{TAG}{self.name}"


class Outcome(StrEnum):
    """What became of a candle of a profile."""

    REFUSED = "refused"  # a rule of the strategy said no
    PROTECTED = "protected"  # a protection held the entry back
    VETOED = "vetoed"  # an opinion forbade it
    DENIED = "denied"  # the desk's own gate said no
    ENTERED = "entered"  # the entry went out
    PROPOSED = "proposed"  # a person was asked
    EXPIRED = "expired"  # nobody said yes in time
    HELD = "held"  # the position is there already, or another hand's is
    LEFT = "left"  # the position was closed
    LATE = "late"  # the candle was looked at too long after its close
    MISSING = "missing"  # there was no candle although the market was open
    BROKEN = "broken"  # its prices could not be used


class Kept(Struct, frozen=True):
    """What a profile made of one candle that closed at `closed_at`. `settings`: number of the revision that
    judged it. `sentence`: why not, where no rule of the strategy says it; `until`: how long that holds.
    `left`: the share of the quantity that an opinion left, empty where nobody was asked. `size` and `exits`
    are those of an entry that went out, was proposed, or was vetoed; of a vetoed one `price` and `quantity`
    (base or contracts) say what it would have been."""

    profile_id: str
    symbol: str
    frame_s: int
    closed_at: datetime
    outcome: Outcome
    card: Scorecard | None = None
    settings: int = 0
    code: str = ""
    sentence: str = ""
    until: datetime | None = None
    command_id: CommandId = CommandId("")
    position_id: PositionId = PositionId("")
    left: str = ""
    size: Size | None = None
    exits: ExitPlan | None = None
    price: Decimal | None = None
    quantity: Decimal | None = None


class SeriesMark(Struct, frozen=True):
    """How far the candles of a symbol and frame were dealt with. `anchored_at`: when the first candle began
    that indicators were opened on, so that a restart gives the same numbers (RULINGS 20)."""

    symbol: str
    frame_s: int
    anchored_at: datetime
    judged_at: datetime


class ProfileStore(Protocol):
    """Where profiles, their scorecards and the marks of series survive a restart. Raises
    JournalUnavailable."""

    async def profiles(self) -> Sequence[TradingProfile]:
        """All of them, the oldest first."""
        ...

    async def put_profile(self, profile: TradingProfile) -> None:
        """It is like this from now on."""
        ...

    async def drop_profile(self, profile_id: str) -> None:
        """It is no more, nor are its scorecards."""
        ...

    async def keep(self, kept: Sequence[Kept], marks: Sequence[SeriesMark]) -> None:
        """Write down what became of candles, over what stood there for the same ones, and how far that is
        with each series: all or nothing."""
        ...

    async def kept(
        self, profile_id: str, symbol: str = "", *, command_id: str = "", limit: int = 20
    ) -> Sequence[Kept]:
        """What a profile made of its candles, newest first; of all symbols, or of one; of the one whose
        entry has this command id."""
        ...

    async def marks(self) -> Sequence[SeriesMark]:
        """How far each series is."""
        ...

    async def prune(self, most: int = SCORECARDS_KEPT) -> None:
        """Forget all but the newest of each profile and symbol."""
        ...


def cause_of(profile: TradingProfile, symbol: str, closed_at: datetime, what: str) -> CommandId:
    """The id of what a candle makes a profile do: it grows from the profile, the symbol, the frame, the
    candle's end and `what` (`long`, `short`, `exit`), so that whoever comes to the same candle again does
    nothing new."""
    said = "\x1f".join((profile.profile_id, symbol, str(profile.frame_s), closed_at.isoformat(), what))
    digest = hashlib.blake2s(said.encode(), digest_size=12).hexdigest()
    return CommandId(f"{TAG}{digest}")
