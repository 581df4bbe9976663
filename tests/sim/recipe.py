"""What a seed means: which venue, how bad the line, the disk and the power are, who trades how much."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tests.sim.focus import QUIET, focus_of
from tests.sim.personality import PLAIN, Personality, as_it_is, personality_of
from tests.sim.venues import ATTACHED_SLOW, BARE_SLOW, BRACKETS, PROFILES, TIERS
from trading.brokers.fills import FillRules
from trading.brokers.paper_faults import Fault
from trading.brokers.profile import PAPER_ATTACHED, PAPER_BARE
from trading.domain.ids import AccountId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy
from trading.ports import VenueProfile

ACCOUNT = AccountId("paper")
BTC = Instrument(
    "BTC/USD",
    InstrumentKind.SPOT,
    "BTC",
    "USD",
    Decimal("0.01"),
    Decimal("0.0001"),
    "USD",
    notional_min=Decimal(1),
    collar_percent=Decimal(3),
)
MES = Instrument(
    "MES",
    InstrumentKind.FUTURE,
    "MES",
    "USD",
    Decimal("0.25"),
    Decimal(1),
    "USD",
    quantity_min=Decimal(1),
    multiplier=Decimal(5),
    margin_fraction=Decimal("0.1"),
)
INSTRUMENTS = (BTC, MES)


POLLED = (0.7725, 0.812)
"""Which draws mean that prices stop and who asks is told."""

VISITED = (0.1061, 0.1446)
"""Which draws mean that somebody else trades on the account."""

HAND_DOES = ("close", "close", "half", "more", "turn", "rest", "take back", "pull", "pull")
"""What a hand at the venue does, each as often as it stands here."""

BRACKETED = 0.153, 0.224
"""Between which draws a day is played where entries carry their exits: a window without a pinned day."""


class Recipe(Struct, frozen=True):
    """One scenario. Chances are per request, append or price step."""

    seed: int
    profile: VenueProfile
    rules: FillRules
    settings: EngineSettings
    cash: Decimal = Decimal(50_000)
    has_bars: bool = False
    people: int = 2
    commands: int = 12
    line: dict[Fault, float] = {}
    repeats_fills: bool = False
    hides_chance: float = 0.0
    breaks_chance: float = 0.0
    straggle_chance: float = 0.0
    disk_full_chance: float = 0.0
    disk_unknown_chance: float = 0.0
    disk_pause_max_s: float = 0.02
    crash_chance: float = 0.0
    crashes_max: int = 4
    gap_chance: float = 0.05
    venue_cancels_chance: float = 0.0
    has_sizes: bool = False
    stays_thin: bool = False
    """Whether prices that do not move go on to be good for as little as before."""
    stops: int = 0
    warns: bool = False
    fumbles: int = 0
    hushes: float = 0.0
    hands: int = 0
    tells_hands: bool = True
    """Whether the venue tells the desk's key what another key has traded; positions it tells in any case."""
    hand_does: tuple[str, ...] = HAND_DOES
    belated: bool = False
    """Whether a venue that tells nothing of other keys' trades tells their fills after all, a minute later,
    in its history only."""
    personality: Personality = PLAIN
    poison: bool = False
    """Whether the venue tells something, again and again, that no decision survives."""
    disk_spells: float = 0.0
    """How often, by price step, the disk fills up for a while."""
    bad_ticks: float = 0.0
    """How often a price that never was is told right before a true one."""
    power: bool = False
    """Whether crashes are power failures: what the disk was not asked to sync is gone."""
    jumps: float = 0.0
    """How often, by price step, somebody sets the clock of the desk's machine."""
    freezes: float = 0.0
    """How often the machine sleeps after a commit; half of the time another process takes over."""
    slips: float = 0.0
    """How often a venue answers an order otherwise than it does."""
    doubt_budget_s: float = 600.0
    """After so long a person is asked about an order in doubt: short on some days, so that venues are silent
    for longer."""
    hides_longer: float = 0.0
    """How often, by order, the venue hides one for longer than it promises."""
    wrong_words: float = 0.0
    """How often a person who looked says the contrary of what is there."""
    polls: bool = False
    """Whether the desk asks for prices that have stopped, and the venue sees what its stream does not say."""
    guests: int = 0
    """How many commands somebody has who trades on another person's account, and locks themself out."""
    deploys: int = 0
    """How often somebody starts the desk anew while people trade."""
    pace: float = 1.0
    """How slowly people type: so many times the pauses of somebody in a hurry."""
    leaning: str = ""
    """What people have in mind half of the time (`thinking.Thinker.lean`); empty: this and that."""
    bars: int = 0
    """How often somebody bars symbols, or frees them."""
    bots: int = 0
    """How often somebody starts, ends or forgets a bot; 0: nobody has any, and nothing runs them."""
    profiles: int = 0
    """How often somebody starts, stops, changes or answers a profile; 0: nobody has any, and nothing runs
    them."""
    anchors: bool = False
    """Whether the desk keeps an anchor, and an old copy of its database is put back in the end."""

    @property
    def has_hands(self) -> bool:
        """Whether somebody trades past the desk. Where exits are orders like any other (no reduce-only), one
        that rests can cross with what a hand does, and nobody can prevent that."""
        return bool(self.hands) and self.profile.reduce_only


def recipe_of(seed: int) -> Recipe:
    """What a seed means: a swarm of trouble, or one family of it and nothing else, or everything."""
    day, focus = mixed(seed), focus_of(seed)
    if not focus:
        return _visited(_polled(day))
    profile = focus.pop("profile", day.profile)
    day = replace(day, profile=as_it_is(profile, focus["personality"]), **focus)
    if day.profiles:
        day = replace(day, people=1, has_bars=False, jumps=0.0, anchors=False)
    if day.has_sizes and day.rules.touch_share is None:
        day = replace(day, rules=replace(day.rules, touch_share=Decimal(1)))
    return _visited(_polled(_bracketed(_hung(day))))


def mixed(seed: int) -> Recipe:
    """Swarm testing: every seed switches on a part of the trouble, some of them none or one, some all."""
    draw = SeededEntropy(seed).fork("recipe")

    def chance(most: float, share: float) -> float:
        """Off, or up to `most`."""
        on, level = draw.fraction() < share, draw.fraction()
        return most * level if on else 0.0

    mood = draw.fraction()
    share = 0.1 if mood < 0.15 else 1.0 if mood > 0.9 else 0.45
    personality = personality_of(seed, share)
    profile = PROFILES[int(draw.fraction() * len(PROFILES))]
    has_bars = draw.fraction() < 0.2
    has_sizes = not has_bars and draw.fraction() < 0.35
    latency_s = (0.0, 0.0, 0.3, 1.2)[int(draw.fraction() * 4)]
    rules = FillRules(
        slippage_bps=Decimal(5) if draw.fraction() < 0.3 else Decimal(0),
        touch_probability=0.5 if draw.fraction() < 0.5 else 0.0,
        touch_share=Decimal(1) if has_sizes else None,
        latency_s=latency_s,
    )
    doubts = _doubts(seed, profile, has_bars=has_bars)
    day = Recipe(
        seed=seed,
        profile=as_it_is(profile, personality),
        rules=rules,
        settings=EngineSettings(snapshot_every=40 if draw.fraction() < 0.5 else 10_000),
        has_bars=has_bars,
        people=1 + int(draw.fraction() * 3),
        commands=8 + int(draw.fraction() * 14),
        line={
            Fault.LOST_BEFORE: chance(0.15, share),
            Fault.LOST_AFTER: max(chance(0.15, share), 0.25 if doubts["hides_longer"] else 0.0),
            Fault.LATE: chance(0.15, share),
        },
        repeats_fills=draw.fraction() < share * 0.6,
        hides_chance=chance(0.05, share),
        straggle_chance=chance(0.3, share) if profile.fence_s else 0.0,
        disk_full_chance=chance(0.08, share),
        disk_unknown_chance=chance(0.04, share * 0.6),
        disk_pause_max_s=(0.0, 0.02, 0.3)[int(draw.fraction() * 3)],
        crash_chance=chance(0.05, max(share, 0.1) if mood < 0.15 else 0.75),
        crashes_max=1 + int(draw.fraction() * 5),
        gap_chance=chance(0.2, 0.6),
        venue_cancels_chance=chance(0.04, share * 0.6),
        has_sizes=has_sizes,
        personality=personality,
        **_guards(seed),
        **_store(seed),
        slips=_slips(seed),
        **doubts,
    )
    return _with_profiles(_with_bars(_with_bots(_bracketed(_hung(_on_its_rung(day))))))


BARRED = ((0.0594, 0.0645), (0.1766, 0.182), (0.2203, 0.2254), (0.3391, 0.3449))
"""The draws of days on which somebody bars symbols, drawn like those with bots."""
BOT_DAYS = ((0.0062, 0.0168), (0.2425, 0.2536), (0.5714, 0.5815), (0.8831, 0.8971))
"""The draws of days on which somebody has bots: windows in which no day lies that was pinned before them."""


def _with_bars(day: Recipe) -> Recipe:
    """One day in fifty, from a draw of its own: all others stay what they were."""
    drawn = SeededEntropy(day.seed).fork("bars symbols").fraction()
    return replace(day, bars=8) if any(low <= drawn < high for low, high in BARRED) and not day.bots else day


def _with_bots(day: Recipe) -> Recipe:
    """One day in twenty, from a draw of its own: all others stay what they were."""
    drawn = SeededEntropy(day.seed).fork("keeps bots").fraction()
    if day.anchors or not any(low <= drawn < high for low, high in BOT_DAYS):
        return day
    draw = SeededEntropy(day.seed).fork("how bots are kept")
    bots, has_bars, which = 3 + int(9 * draw.fraction()), draw.fraction() < 0.4, draw.fraction()
    if day.profile.native_stop and not (day.profile.native_oco or day.profile.reduce_only):
        # A stop alone leaves no room for what a bot sells.
        day = replace(day, profile=as_it_is(PROFILES[int(which * len(PROFILES))], day.personality))
    if has_bars:
        # Three of the five think when a bar closes.
        day = replace(day, has_bars=True, has_sizes=False, rules=replace(day.rules, touch_share=None))
    return replace(day, bots=bots, people=1, stops=min(day.stops, 2), commands=min(day.commands, 12))


PROFILE_DAYS = ((0.1867, 0.1971), (0.6305, 0.6432))
"""The draws of days on which profiles trade, chosen like those of bots."""


def _with_profiles(day: Recipe) -> Recipe:
    """One day in forty, from a draw of its own. Candles are made of its prices, its clock is right: what
    a late candle must not do has tests of its own."""
    drawn = SeededEntropy(day.seed).fork("keeps profiles").fraction()
    if day.anchors or day.bots or not any(low <= drawn < high for low, high in PROFILE_DAYS):
        return day
    deeds = 10 + int(14 * SeededEntropy(day.seed).fork("how profiles are kept").fraction())
    people, stops, commands = 1, min(day.stops, 2), min(day.commands, 8)
    return replace(
        day, profiles=deeds, people=people, stops=stops, commands=commands, has_bars=False, jumps=0.0
    )


def _bracketed(day: Recipe) -> Recipe:
    """A few of the days on venues with stops and reduce-only orders are played where entries carry their
    exits, most of them filled in parts. Draw and window as of `_hung`."""
    draw = SeededEntropy(day.seed).fork("whole brackets")
    drawn, which, in_parts = draw.fraction(), draw.fraction(), draw.fraction()
    if not (BRACKETED[0] <= drawn < BRACKETED[1] and day.profile.native_stop and day.profile.reduce_only):
        return day
    if day.profile.attached_exits:
        return day
    profile = as_it_is(BRACKETS[int(which * len(BRACKETS))], day.personality)
    straggle = day.straggle_chance if profile.fence_s else 0.0
    day = replace(day, profile=profile, straggle_chance=straggle)
    if in_parts < 0.6 and not day.has_bars:
        return replace(day, has_sizes=True, rules=replace(day.rules, touch_share=Decimal(1)))
    return day


def _hung(day: Recipe) -> Recipe:
    """A few of the days on venues with stops and reduce-only orders are played where exits hang on the
    position. The draw is their own, and its window one in which no day lies that was pinned before it: those
    and all others stay what they were."""
    drawn = SeededEntropy(day.seed).fork("hangs on the position").fraction()
    if not (0.415 <= drawn < 0.48 and day.profile.native_stop and day.profile.reduce_only):
        return day
    profile = as_it_is(ATTACHED_SLOW if day.profile.fence_s else PAPER_ATTACHED, day.personality)
    if drawn < 0.45 and not day.has_bars:
        # Filled in parts, what is held grows and shrinks more often.
        return replace(day, profile=profile, has_sizes=True, rules=replace(day.rules, touch_share=Decimal(1)))
    return replace(day, profile=profile)


def _polled(day: Recipe) -> Recipe:
    """On some days prices stop for a while, and who asks is told. The draw is their own, and its window one
    in which no day lies that was pinned before it."""
    drawn = SeededEntropy(day.seed).fork("prices that stop").fraction()
    if not POLLED[0] <= drawn < POLLED[1] or day.has_bars:
        return day
    bare = PAPER_BARE if not day.profile.fence_s else BARE_SLOW
    profile = day.profile if drawn < POLLED[0] + 0.01 else as_it_is(bare, day.personality)
    return replace(day, profile=profile, polls=True, hushes=0.04)


def _visited(day: Recipe) -> Recipe:
    """On some days somebody else trades on the account, too. Drawn like the days on which prices stop."""
    drawn = SeededEntropy(day.seed).fork("somebody else").fraction()
    is_visited = VISITED[0] <= drawn < VISITED[1] and not day.jumps
    return replace(day, guests=12) if is_visited else day


def _on_its_rung(day: Recipe) -> Recipe:
    """Two days of five are played on a venue between the whole bracket and nothing, from draws of their own:
    the other days stay what they were."""
    draw = SeededEntropy(day.seed).fork("rung")
    is_between, which, late = draw.fraction() < 0.4, draw.fraction(), draw.fraction()
    if not is_between:
        return day
    profile = TIERS[int(which * len(TIERS))]
    straggle = max(0.3 * (late - 0.5), 0.0) if profile.fence_s else 0.0
    return replace(day, profile=as_it_is(profile, day.personality), straggle_chance=straggle)


def _guards(seed: int) -> dict[str, Any]:
    """Who pauses, locks out and maintains, from draws of their own: the rest of the day stays what it was."""
    draw = SeededEntropy(seed).fork("guards")
    stops = 3 + int(draw.fraction() * 8) if draw.fraction() < 0.5 else 0
    clumsy = SeededEntropy(seed).fork("fumbles")
    fumbles = 2 + int(clumsy.fraction() * 6) if clumsy.fraction() < 0.3 else 0
    streams = SeededEntropy(seed).fork("streams")
    breaks = 0.08 * streams.fraction() if streams.fraction() < 0.4 else 0.0
    hand = SeededEntropy(seed).fork("hand at the venue")
    hands = 2 + int(hand.fraction() * 8) if hand.fraction() < 0.3 else 0
    tells_hands, is_belated = hand.fraction() < 0.6, hand.fraction() < 0.7
    return {
        "stops": stops,
        "warns": draw.fraction() < 0.5,
        "fumbles": fumbles,
        "hushes": 0.04 if fumbles else 0.0,
        "breaks_chance": breaks,
        "hands": hands,
        "tells_hands": tells_hands,
        "belated": is_belated and not tells_hands,
    }


def _slips(seed: int) -> float:
    draw = SeededEntropy(seed).fork("slips")
    return 0.1 + 0.4 * draw.fraction() if draw.fraction() < 0.4 else 0.0


def _store(seed: int) -> dict[str, Any]:
    """What becomes of the database, from draws of its own."""
    draw = SeededEntropy(seed).fork("store")
    return {
        "anchors": draw.fraction() < 0.12,
        "poison": draw.fraction() < 0.06,
        "disk_spells": 0.04 * draw.fraction() if draw.fraction() < 0.15 else 0.0,
        "bad_ticks": 0.08 * draw.fraction() if draw.fraction() < 0.2 else 0.0,
        "power": draw.fraction() < 0.4,
        "jumps": 0.06 * draw.fraction() if draw.fraction() < 0.12 else 0.0,
        "freezes": 0.3 * draw.fraction() if draw.fraction() < 0.2 else 0.0,
    }


def _doubts(seed: int, profile: VenueProfile, *, has_bars: bool) -> dict[str, Any]:
    """How doubt goes, from draws of its own. A clock is set on days on which nobody pauses: what such a day
    must do is told by the clock of those who paused."""
    draw = SeededEntropy(seed).fork("doubts")
    is_short, hides, is_wrong = (draw.fraction() < share for share in (0.4, 0.4, 0.3))
    budget_s = 14 + 26 * draw.fraction()
    return {
        "doubt_budget_s": budget_s if is_short else 600.0,
        "hides_longer": 0.6 + 0.4 * draw.fraction() if hides and profile.visibility_s else 0.0,
        "wrong_words": 0.4 * draw.fraction() if is_wrong else 0.0,
    }


def calm(seed: int) -> Recipe:
    """The seed's day with a good line and a good disk, each on the next kind of venue: a crash is the
    only trouble, so that each point at which one is planned is reached."""
    venues = (*PROFILES, *TIERS)
    return replace(mixed(seed), profile=venues[seed % len(venues)], people=2, commands=14, **QUIET)
