"""Which phrases of one language stand in what was said in another one."""

from __future__ import annotations

import re
from string import Formatter

from bot.conversation.words import CATALOGUE, DEFAULT, Phrase

ENGLISH, GERMAN = CATALOGUE[DEFAULT], CATALOGUE["de"]
LETTERS_MIN = 9
"""A phrase with fewer letters of its own may stand in any text by chance (`of`, `{n}s`)."""
_SPACE = r"\s+"


def _texts(found: Phrase) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


def _pattern(text: str) -> re.Pattern[str]:
    """The phrase with anything in its places (a number where it counts); lines may break between words."""
    pieces = []
    for literal, name, _, _ in Formatter().parse(text):
        pieces.append(_SPACE.join(re.escape(word) for word in re.split(r"\s+", literal)))
        if name is not None:
            pieces.append(r"\d[\d.,]*" if name == "n" else r"[^\n]{1,80}?")
    return re.compile(rf"(?<!\w){''.join(pieces)}(?!\w)")


def _own(text: str) -> int:
    return sum(letter.isalpha() for literal, _, _, _ in Formatter().parse(text) for letter in literal)


_GERMAN_TEXTS = [text for found in GERMAN.values() for text in _texts(found)]
PATTERNS = {
    key: [_pattern(text) for text in _texts(found) if _own(text) >= LETTERS_MIN]
    for key, found in ENGLISH.items()
    if not any(text in german for text in _texts(found) for german in _GERMAN_TEXTS)
}
"""The English phrases that are long enough to be told from chance, and stand in no German one."""


def english_in(said: str) -> list[str]:
    """The keys of the English phrases that stand in a text."""
    return [key for key, found in PATTERNS.items() if any(one.search(said) for one in found)]
