"""Labels that want to stand where their line is and must not cover each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.pictures.frame import Area


class Wish(NamedTuple):
    """A label: where its middle wants to be, how high it is, and how much it matters (lower stays)."""

    at: float
    height: float
    rank: int = 0


class _Pile(NamedTuple):
    """Neighbours that touch: from which wish on, how many, their height, and where the first one begins."""

    first: int
    size: int
    height: float
    start: float


def placed(wishes: Sequence[Wish], top: float, bottom: float) -> list[float | None]:
    """The middles of the labels, in the order of the wishes: none overlaps, all lie inside, and together
    they move as little as they can. Where not all of them fit, those that matter least get None."""
    kept = sorted(range(len(wishes)), key=lambda i: (wishes[i].rank, i))
    while kept and sum(wishes[i].height for i in kept) > bottom - top:
        kept.pop()
    kept.sort(key=lambda i: (wishes[i].at, i))
    found: list[float | None] = [None] * len(wishes)
    for pile in _piles([wishes[i] for i in kept], top, bottom):
        edge = pile.start
        for i in kept[pile.first : pile.first + pile.size]:
            found[i] = edge + wishes[i].height / 2
            edge += wishes[i].height
    return found


def _piles(wishes: Sequence[Wish], top: float, bottom: float) -> list[_Pile]:
    """Labels that would overlap are stacked around the mean of their wishes, until no stacks overlap."""
    piles: list[_Pile] = []
    for place, wish in enumerate(wishes):
        pile = _Pile(place, 1, wish.height, _inside(wish.at - wish.height / 2, wish.height, top, bottom))
        while piles and piles[-1].start + piles[-1].height > pile.start:
            above = piles.pop()
            size, height = above.size + pile.size, above.height + pile.height
            start = _stack_start(wishes[above.first : above.first + size])
            pile = _Pile(above.first, size, height, _inside(start, height, top, bottom))
        piles.append(pile)
    return piles


def _stack_start(stack: Sequence[Wish]) -> float:
    """Where a stack begins so that its labels are, in the mean, where they want to be."""
    offset, total = 0.0, 0.0
    for wish in stack:
        total += wish.at - wish.height / 2 - offset
        offset += wish.height
    return total / len(stack)


def _inside(start: float, height: float, top: float, bottom: float) -> float:
    return min(max(start, top), bottom - height)


def free_spot(wanted: Iterable[Area], taken: Sequence[Area], within: Area) -> Area | None:
    """The first of the places, best ones first, that lies inside and touches none that is taken."""
    for spot in wanted:
        if within.holds(spot) and not any(spot.meets(other) for other in taken):
            return spot
    return None
