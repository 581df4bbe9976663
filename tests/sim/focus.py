"""Days with a focus: calm but for one family of trouble, and that one thick; and days on which everything
happens. What a swarm of many kinds thins out until it never shows is met here every few days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sim.personality import PLAIN, Personality, Spell
from tests.sim.venues import BARE_SLOW, PAIR_SLOW, PROFILES, SLOW, STOPS_SLOW, TIERS
from trading.brokers.paper_faults import Fault
from trading.brokers.profile import PAPER_BARE, PAPER_FULL, PAPER_PAIR, PAPER_STOPS
from trading.entropy import SeededEntropy

FOCUSED = 0.4
"""The share of the days that have a focus (RELIABILITY D-1 wants 15 % of "calm and one fault")."""
EVERYTHING = 0.1
"""The share on which everything happens."""

LEAPING = 0.08
"""The share of what is left that has prices leap. Drawn apart: the other days stay what they were."""

Family = Callable[[SeededEntropy], dict[str, Any]]

QUIET: dict[str, Any] = {
    "line": {},
    "repeats_fills": False,
    "hides_chance": 0.0,
    "breaks_chance": 0.0,
    "hands": 0,
    "straggle_chance": 0.0,
    "disk_full_chance": 0.0,
    "disk_unknown_chance": 0.0,
    "crash_chance": 0.0,
    "venue_cancels_chance": 0.0,
    "personality": PLAIN,
    "slips": 0.0,
    "doubt_budget_s": 600.0,
    "hides_longer": 0.0,
    "wrong_words": 0.0,
    "anchors": False,
    "freezes": 0.0,
    "jumps": 0.0,
    "bad_ticks": 0.0,
    "poison": False,
    "disk_spells": 0.0,
}
"""A good venue, a good line, a good disk, and no power cut."""


def _pick(draw: SeededEntropy, *choices: Any) -> Any:
    return choices[int(draw.fraction() * len(choices))]


def _some(draw: SeededEntropy, least: float, most: float) -> float:
    return least + (most - least) * draw.fraction()


# ---------------------------------------------------------------- the families


def ids(draw: SeededEntropy) -> dict[str, Any]:
    """Answers get lost where a client order id may be used again: whoever asks twice buys twice."""
    return {
        "profile": _pick(draw, *PROFILES, *TIERS),
        "personality": Personality(cid_scope=_pick(draw, "open_only", "open_only", "none", "forever")),
        "line": {Fault.LOST_AFTER: _some(draw, 0.15, 0.35), Fault.LOST_BEFORE: _some(draw, 0.0, 0.1)},
        "leaning": "enter",
    }


def halts(draw: SeededEntropy) -> dict[str, Any]:
    """Stops and goes, while entries wait at the venue and others wait for their turn to be sent."""
    return {
        "profile": _pick(draw, *PROFILES, *TIERS),
        "stops": 8 + int(8 * draw.fraction()),
        "line": {Fault.LATE: _some(draw, 0.1, 0.4)},
        "freezes": _pick(draw, 0.0, 0.3),
        "leaning": _pick(draw, "wait", "enter"),
        "people": 3,
    }


def frozen(draw: SeededEntropy) -> dict[str, Any]:
    """A hand of which the desk's key hears nothing: symbols freeze, and people go on trying."""
    return {
        "profile": _pick(draw, PAPER_FULL, PAPER_PAIR, SLOW, PAIR_SLOW),
        "hands": 8 + int(8 * draw.fraction()),
        "hand_does": ("close", "half", "more", "more", "turn", "rest"),
        "tells_hands": False,
        "belated": draw.fraction() < 0.5,
        "leaning": "enter",
        "people": 3,
    }


def pairs(draw: SeededEntropy) -> dict[str, Any]:
    """Stops and targets beside each other that the venue does not bind, filled in small parts."""
    return {
        "profile": _pick(draw, PAPER_PAIR, PAPER_PAIR, PAIR_SLOW, PAPER_STOPS),
        "has_sizes": True,
        "personality": Personality(renames=draw.fraction() < 0.5),
        "leaning": "guard",
    }


def hand(draw: SeededEntropy) -> dict[str, Any]:
    """A hand that makes larger and smaller what the desk guards."""
    return {
        "profile": _pick(draw, PAPER_FULL, PAPER_PAIR, SLOW, PAIR_SLOW),
        "hands": 10 + int(10 * draw.fraction()),
        "hand_does": ("close", "half", "half", "more", "more", "turn"),
        "tells_hands": True,
        "personality": Personality(refuses_stops=_pick(draw, 0.0, 0.5), renames=draw.fraction() < 0.5),
        "leaning": "guard",
    }


def clocks(draw: SeededEntropy) -> dict[str, Any]:
    """The machine's clock is set while nobody knows what became of orders: again and again, or seldom and for
    long, while another hand trades and the stream tells little."""
    is_long = draw.fraction() < 0.4
    return {
        "profile": _pick(draw, SLOW, BARE_SLOW, PAIR_SLOW, STOPS_SLOW),
        "jumps": _some(draw, 0.01, 0.03) if is_long else _some(draw, 0.15, 0.35),
        "straggle_chance": _some(draw, 0.2, 0.5),
        "hands": 10 if is_long else 0,
        "hand_does": ("close", "half", "more", "more"),
        "personality": Personality(frames_lost=0.6 if is_long else 0.0),
        "line": {Fault.LOST_BEFORE: _some(draw, 0.15, 0.3), Fault.LOST_AFTER: _some(draw, 0.0, 0.1)},
        "crash_chance": 0.0,
        "leaning": "enter",
    }


def refusals(draw: SeededEntropy) -> dict[str, Any]:
    """A venue that refuses cancels and changes for a while, and people with second thoughts."""
    spells = _pick(draw, (), (Spell.CROWDED, Spell.REVOKED))
    return {
        "profile": _pick(draw, *PROFILES, *TIERS),
        "personality": Personality(
            spells=spells,
            spell_chance=_some(draw, 0.06, 0.2),
            refuses_changes=_some(draw, 0.3, 0.8),
            takes_cancels=_pick(draw, 0.0, 0.5),
            frames_lost=_pick(draw, 0.0, 0.2),
        ),
        "deploys": _pick(draw, 0, 0, 4),
        "pace": _some(draw, 1, 4),
        "leaning": _pick(draw, "regret", "regret", "guard"),
    }


def hidden(draw: SeededEntropy) -> dict[str, Any]:
    """A venue that hides orders for longer than it promises, and people who must answer for them soon."""
    return {
        "profile": _pick(draw, SLOW, BARE_SLOW, PAIR_SLOW, STOPS_SLOW),
        "line": {Fault.LOST_AFTER: _some(draw, 0.15, 0.3)},
        "hides_longer": 1.0,
        "doubt_budget_s": _some(draw, 14, 20),
        "wrong_words": _pick(draw, 0.0, 0.4),
        "leaning": "enter",
        "people": 3,
    }


def deaf(draw: SeededEntropy) -> dict[str, Any]:
    """Orders go through, and nobody answers what became of them."""
    spells = _pick(draw, (Spell.DEAF,), (Spell.DEAF, Spell.FROZEN), (Spell.MAINTENANCE, Spell.FROZEN))
    return {
        "profile": _pick(draw, *PROFILES, *TIERS),
        "personality": Personality(spells=spells, spell_chance=_some(draw, 0.05, 0.15)),
        "line": {Fault.LOST_AFTER: _some(draw, 0.1, 0.25)},
        "leaning": _pick(draw, "enter", "wait"),
    }


def swaps(draw: SeededEntropy) -> dict[str, Any]:
    """One order may rest at a time: stops make room for exits, some of which come to nothing."""
    return {
        "profile": _pick(draw, PAPER_STOPS, STOPS_SLOW),
        "has_sizes": draw.fraction() < 0.5,
        "personality": Personality(
            takes_cancels=_pick(draw, 0.3, 0.9),
            spells=_pick(draw, (), (Spell.HALTED,), (Spell.CROWDED,)),
            spell_chance=_some(draw, 0.05, 0.12),
        ),
        "line": {Fault.LATE: _pick(draw, 0.0, 0.2)},
        "crash_chance": _pick(draw, 0.01, 0.03),
        "leaning": "scalp",
    }


def ends(draw: SeededEntropy) -> dict[str, Any]:
    """Orders end without a word: by the venue, by a hand in its app, and the frame that says so is lost."""
    return {
        "profile": _pick(draw, PAPER_FULL, PAPER_PAIR, SLOW, PAIR_SLOW),
        "venue_cancels_chance": _some(draw, 0.0, 0.08),
        "hands": 10 + int(10 * draw.fraction()),
        "hand_does": ("pull", "pull", "pull", "rest"),
        "personality": Personality(
            frames_lost=_some(draw, 0.6, 0.95),
            cancels_stops=_pick(draw, 0.0, 0.1),
            turns_down=_pick(draw, 0.0, 0.1),
        ),
        "pace": _some(draw, 2, 4),
        "leaning": _pick(draw, "wait", "wait", "guard"),
    }


def lives(draw: SeededEntropy) -> dict[str, Any]:
    """The machine sleeps, another one takes over, and the disk does not say what it has written."""
    return {
        "profile": _pick(draw, *PROFILES, *TIERS),
        "freezes": _some(draw, 0.1, 0.4),
        "disk_unknown_chance": _pick(draw, 0.0, 0.05),
        "power": True,
        "anchors": draw.fraction() < 0.3,
        "leaning": "enter",
    }


def answers(draw: SeededEntropy) -> dict[str, Any]:
    """A venue that answers otherwise than it does."""
    return {"profile": _pick(draw, *PROFILES, *TIERS), "slips": _some(draw, 0.2, 0.6), "leaning": "enter"}


def leaps(draw: SeededEntropy) -> dict[str, Any]:
    """The price leaps over stops while the desk is away or writes, and little can be sold behind it."""
    return {
        "profile": _pick(draw, PAPER_BARE, PAPER_BARE, BARE_SLOW, PAPER_PAIR, PAPER_FULL, SLOW),
        "gap_chance": _some(draw, 0.3, 0.7),
        "disk_pause_max_s": _pick(draw, 0.02, 0.5, 1.0),
        "crash_chance": _some(draw, 0.02, 0.05),
        "deploys": 2 + int(4 * draw.fraction()),
        "has_sizes": draw.fraction() < 0.6,
        "personality": Personality(refuses_passed=draw.fraction() < 0.7, tells_old=_pick(draw, 0.0, 0.4)),
        "leaning": _pick(draw, "enter", "guard", "scalp"),
    }


FAMILIES: tuple[Family, ...] = (
    ids,
    halts,
    frozen,
    pairs,
    hand,
    clocks,
    refusals,
    refusals,
    hidden,
    deaf,
    swaps,
    swaps,
    ends,
    ends,
    lives,
    answers,
)


# ---------------------------------------------------------------- what a seed gets


def kind_of(seed: int) -> str:
    """The name of a seed's family; `everything`, or `mixed`: the swarm as it was drawn."""
    family, _ = _drawn(seed)
    return family.__name__ if family is not None else "mixed"


def focus_of(seed: int) -> dict[str, Any]:
    """What is changed of the seed's swarm of trouble, from draws of its own; nothing on half of the days."""
    family, draw = _drawn(seed)
    if family is None or family is everything:
        return everything(draw) if family is not None else {}
    crashes = _some(draw, 0.01, 0.05) if draw.fraction() < 0.4 else 0.0
    return {
        **QUIET,
        "stops": 0,
        "fumbles": 0,
        "hushes": 0.0,
        "has_bars": False,
        "people": 2,
        "commands": 14 + int(10 * draw.fraction()),
        "crash_chance": crashes,
        "pace": _some(draw, 1, 3),
        **family(draw),
    }


def _drawn(seed: int) -> tuple[Family | None, SeededEntropy]:
    draw = SeededEntropy(seed).fork("focus")
    dice = draw.fraction()
    if dice < FOCUSED:
        return FAMILIES[int(draw.fraction() * len(FAMILIES))], draw
    if dice < FOCUSED + EVERYTHING:
        return everything, draw
    return leaps if draw.fork("prices leap").fraction() < LEAPING else None, draw


def everything(draw: SeededEntropy) -> dict[str, Any]:
    """Nothing is spared but what is judged apart."""
    return {
        "line": {
            fault: _some(draw, 0.02, 0.12) for fault in (Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE)
        },
        "repeats_fills": True,
        "hides_chance": _some(draw, 0.0, 0.05),
        "breaks_chance": _some(draw, 0.0, 0.08),
        "hands": 2 + int(6 * draw.fraction()),
        "disk_full_chance": _some(draw, 0.0, 0.06),
        "disk_unknown_chance": _some(draw, 0.0, 0.03),
        "crash_chance": _some(draw, 0.01, 0.05),
        "venue_cancels_chance": _some(draw, 0.0, 0.04),
        "personality": Personality(
            cid_scope=_pick(draw, "forever", "open_only", "none"),
            frames_lost=_some(draw, 0.02, 0.2),
            repeats_max=3,
            shuffles=True,
            spells=tuple(Spell),
            spell_chance=_some(draw, 0.02, 0.07),
            refuses_stops=_some(draw, 0.0, 0.4),
            cancels_stops=_some(draw, 0.0, 0.08),
            turns_down=_some(draw, 0.0, 0.2),
            takes_cancels=draw.fraction(),
        ),
        "stops": _pick(draw, 0, 1, 3),
        "leaning": _pick(draw, "enter", "guard", "regret"),
        "pace": _some(draw, 1, 2),
        "fumbles": 5 + int(6 * draw.fraction()),
        "hushes": 0.04,
        "warns": True,
        "slips": _some(draw, 0.05, 0.3),
        "doubt_budget_s": _some(draw, 14, 40),
        "wrong_words": _some(draw, 0.0, 0.3),
        "freezes": _some(draw, 0.0, 0.2),
        "jumps": _some(draw, 0.0, 0.03),
        "bad_ticks": _some(draw, 0.0, 0.05),
        "disk_spells": _some(draw, 0.0, 0.02),
        "power": True,
    }
