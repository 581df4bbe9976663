"""How a venue behaves beyond what it promises: data that a seed draws, and the moods that pass over it.

A profile (`trading.ports.VenueProfile`) says what a venue can do. A personality says how it goes wrong: a
stream that drops, repeats and shuffles frames, a server in maintenance, a key that is refused for a while,
stops that it does not want, requests that it counts.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from trading.domain.market import Quote
from trading.domain.money import Price
from trading.entropy import SeededEntropy
from trading.ports import VenueProfile

if TYPE_CHECKING:
    from tests.sim.world import World
    from trading.engine.loop import Engine


class Spell(StrEnum):
    """What comes over a venue for a while, with its row in the catalogue of faults."""

    HALTED = "X46"  # no order is taken, nothing is matched
    MAINTENANCE = "X49"  # nothing is answered at all
    CROWDED = "X06"  # orders are refused, questions go unanswered: too many requests
    REVOKED = "X50"  # the key is refused
    DEAF = "X08"  # questions fail, orders go through
    FROZEN = "X19"  # the stream says nothing and stays open


LONGEST_S = {
    Spell.HALTED: 40.0,
    Spell.MAINTENANCE: 45.0,
    Spell.CROWDED: 25.0,
    Spell.REVOKED: 40.0,
    Spell.DEAF: 60.0,
    Spell.FROZEN: 60.0,
}

REQUESTS_MAX = 400
"""Requests within `REQUESTS_S` after which the venue bans whoever sends them (I14). A desk that asks with
pauses stays far below; one that asks in a loop does not."""
REQUESTS_S = 10.0


class Personality(Struct, frozen=True):
    """Chances are per frame, order or price step. `repeats_max`: how often a frame may come at most."""

    cid_scope: str = "forever"
    frames_lost: float = 0.0
    repeats_max: int = 1
    shuffles: bool = False
    spells: tuple[Spell, ...] = ()
    spell_chance: float = 0.0
    refuses_stops: float = 0.0
    cancels_stops: float = 0.0
    turns_down: float = 0.0
    renames: bool = False  # a change gives an order a new name, under which the venue speaks of it
    refuses_changes: float = 0.0  # a cancel or a change is refused, for now
    refuses_passed: bool = False  # a stop whose price was passed when it gets there is not taken (X33)
    tells_old: float = 0.0  # how often the first price after a start is one of before
    takes_cancels: float = 0.0  # a cancel is taken first, and carried out a moment later

    @property
    def hides(self) -> bool:
        """Whether the stream may have withheld what only the history tells."""
        return bool(self.frames_lost or Spell.FROZEN in self.spells or self.cancels_stops)


PLAIN = Personality()

TRUE_REFUSALS = frozenset({"refused", "halted", "stop_refused", "stop_passed", "throttled"})
"""Codes with which these venues refuse before they take anything, and say so in their documents."""


def personality_of(seed: int, share: float) -> Personality:
    """From draws of its own: the rest of the seed's day stays what it was."""
    draw = SeededEntropy(seed).fork("personality")

    def on(of: float = 1.0) -> bool:
        return draw.fraction() < share * of

    scope = ("forever", "forever", "open_only", "none")[int(draw.fraction() * 4)]
    spells = tuple(spell for spell in Spell if on(0.35))
    return Personality(
        cid_scope=scope,
        frames_lost=0.25 * draw.fraction() if on(0.6) else 0.0,
        repeats_max=2 + int(4 * draw.fraction()) if on(0.6) else 1,
        shuffles=on(0.6),
        spells=spells,
        spell_chance=0.02 + 0.05 * draw.fraction() if spells else 0.0,
        refuses_stops=0.6 * draw.fraction() if on(0.6) else 0.0,
        cancels_stops=0.1 * draw.fraction() if on(0.6) else 0.0,
        turns_down=0.4 * draw.fraction() if on(0.6) else 0.0,
        takes_cancels=draw.fraction() if on(0.6) else 0.0,
        renames=SeededEntropy(seed).fork("names").fraction() < 0.3,
        refuses_passed=SeededEntropy(seed).fork("passed").fraction() < 0.3,
    )


def as_it_is(profile: VenueProfile, personality: Personality) -> VenueProfile:
    """The profile that an honest adapter would give this venue."""
    codes = profile.definitive_codes | TRUE_REFUSALS
    return replace(profile, cid_scope=personality.cid_scope, definitive_codes=codes)


class Moods:
    """What is over the venue right now, and how many requests it has counted."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("moods")
        self._feed = world.entropy.fork("feed")
        self._old = world.entropy.fork("prices of before")
        self._until_s: dict[Spell, float] = {}
        self._says_after = False  # whether the crowd of now says for how long
        self._words = world.entropy.fork("too many requests")
        self._asked_s: list[float] = []
        self.is_banned = False

    def pass_time(self) -> None:
        """A price step: a spell may begin."""
        personality = self._world.recipe.personality
        if not personality.spells or self._draw.fraction() >= personality.spell_chance:
            return
        spell = personality.spells[int(self._draw.fraction() * len(personality.spells))]
        self._says_after = self._words.fraction() < 0.6 if spell is Spell.CROWDED else self._says_after
        self._until_s[spell] = self._world.loop.time() + LONGEST_S[spell] * self._draw.fraction()

    def is_on(self, spell: Spell) -> bool:
        """Whether the spell is over the venue."""
        until_s = self._until_s.get(spell)
        return until_s is not None and self._world.has_trouble and until_s > self._world.loop.time()

    def meets(self, spell: Spell) -> bool:
        """Whether a request or a frame meets the spell: then a fault has happened."""
        if not self.is_on(spell):
            return False
        self._world.fire(spell.value)
        return True

    def chance(self, level: float) -> bool:
        """Whether something happens that has this chance."""
        return bool(level) and self._world.has_trouble and self._draw.fraction() < level

    def pick(self, most: int) -> int:
        """One of 0 … most - 1."""
        return int(self._draw.fraction() * most)

    def wait_s(self, most_s: float) -> float:
        """Up to so long."""
        return most_s * self._draw.fraction()

    def tell_old(self, engine: Engine) -> None:
        """A feed that has kept prices of before may tell them first; they may be far from those of now."""
        world, level = self._world, self._world.recipe.personality.tells_old
        for quote in list(world.quotes.values()) if level and world.has_trouble else ():
            if self._old.fraction() >= level:
                continue
            factor = Decimal(str(round(0.92 + 0.16 * self._old.fraction(), 4)))
            # On no tick: the judge knows it again by its price.
            price = Price((quote.bid * factor).quantize(Decimal("0.01")) + Decimal("0.001"))
            old = replace(quote, bid=price, ask=price, at=world.clock.now() - timedelta(seconds=90))
            world.fire("X48")
            world.note("badtick", {"symbol": old.symbol, "prices": (old.bid, old.ask)})
            engine.on_quote(old)

    def bad_tick(self, quote: Quote) -> Quote | None:
        """A price that never was: a digit lost, a digit too many, or nothing at all."""
        level = self._world.recipe.bad_ticks
        if not level or not self._world.has_trouble or self._feed.fraction() >= level:
            return None
        factor = (Decimal("0.1"), Decimal("0.6"), Decimal(10), Decimal(0))[int(self._feed.fraction() * 4)]
        return replace(quote, bid=Price(quote.bid * factor), ask=Price(quote.ask * factor))

    def after_s(self) -> float | None:
        """For how long a crowded venue wants to hear nothing (whole seconds, as `Retry-After` has them); None
        when it does not say."""
        left_s = self._until_s[Spell.CROWDED] - self._world.loop.time()
        return float(1 + int(left_s)) if self._says_after else None

    def ban(self, why: str) -> None:
        """Whoever asks so is banned: said once."""
        if not self.is_banned:
            self.is_banned = True
            self._world.note("banned", {"at": self._world.clock.now(), "why": why})

    def count(self) -> None:
        """A request arrives. Too many at once get their sender banned, which no desk may risk (I14)."""
        now_s = self._world.loop.time()
        asked = self._asked_s
        asked.append(now_s)
        if len(asked) <= REQUESTS_MAX:
            return
        if now_s - asked[-REQUESTS_MAX - 1] < REQUESTS_S:
            self.ban(f"{REQUESTS_MAX} requests within seconds")
        del asked[:-REQUESTS_MAX]
