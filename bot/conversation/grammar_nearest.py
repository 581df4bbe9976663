"""The word that somebody meant: nearest by letters left out, added, changed or swapped."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

WORD_LENGTH_MAX = 16
_LONG = 5


@lru_cache(maxsize=4096)
def nearest(word: str, names: tuple[str, ...]) -> str:
    """The name that is one slip away from `word` (two for words of five letters and more); else empty.

    Ties go to the name that comes first. Names come with all their spellings of one letter less from an
    index, so that the cost does not grow with the number of names.
    """
    if len(word) < 2 or len(word) > WORD_LENGTH_MAX or not word.isalnum():
        return ""
    index = _index(names)
    slips = 2 if len(word) >= _LONG else 1
    best, best_key = "", (slips + 1, 0)
    for spelling in _shorter({word}, slips):
        for place in index.get(spelling, ()):
            found = distance(word, names[place])
            if (found, place) < best_key and found < len(names[place]):
                best, best_key = names[place], (found, place)
    return best


def nearest_option(word: str, names: tuple[str, ...]) -> str:
    """The option that begins `word` (`tp5%`), or the nearest one."""
    letters = word.rstrip("0123456789.,%:=")
    if letters != word and letters.rstrip("=:") in names:
        return letters
    return nearest(word, names)


@lru_cache(maxsize=8)
def _index(names: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    index: dict[str, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        for spelling in _shorter({name}, 2 if len(name) >= _LONG - 1 else 1):
            index[spelling] = (*index.get(spelling, ()), place)
    return index


def _shorter(words: Iterable[str], times: int) -> set[str]:
    """The words with up to `times` letters left out."""
    found = set(words)
    last = set(found)
    for _ in range(times):
        last = {word[:i] + word[i + 1 :] for word in last for i in range(len(word))}
        found |= last
    return found


def distance(left: str, right: str) -> int:
    """Slips between two short words; two neighbours swapped are one slip."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
