"""A person's sentence as words and numbers, in their order: what a proposed line is held against. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

Number = tuple[Decimal, bool]
"""A value, and whether it stands for percent."""

_PIECE = re.compile(
    r"[$€]?(?<![\w.,])[$€]?(?P<digits>\d+(?:,\d+)*(?:\.\d+)?|\.\d+)"
    r"(?:\s*(?P<times>k|m)(?![^\W\d_]))?(?P<percent>\s*(?:%|percent|pct|prozent))?"
    r"|(?P<word>[^\W\d_]+)|(?P<mark>[,;])",
    re.IGNORECASE,
)
SYMBOL = "symbol"
"""What stands in the pieces where the symbol stood: it keeps its neighbours apart."""
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?|\.\d+")
_TWOFOLD = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""Thousands to some, decimals to others: asked when typed, and so never taken from a sentence."""
_TIMES = {"": Decimal(1), "k": Decimal(1_000), "m": Decimal(1_000_000)}


class Sentence(Struct, frozen=True):
    """`pieces` are folded words, commas and numbers as they follow each other. `is_clear`: every digit
    belongs to a number with one reading."""

    pieces: tuple[str | Number, ...]
    is_clear: bool

    @property
    def words(self) -> frozenset[str]:
        """Every word."""
        return frozenset(one for one in self.pieces if isinstance(one, str))

    @property
    def numbers(self) -> list[Number]:
        """Every number, as often as it is said."""
        return [one for one in self.pieces if not isinstance(one, str)]

    def nearest(self, words: frozenset[str]) -> set[Number]:
        """The numbers that stand nearest to each of these words, before or behind it."""
        found: set[Number] = set()
        places = [place for place, one in enumerate(self.pieces) if not isinstance(one, str)]
        for at, one in enumerate(self.pieces):
            if isinstance(one, str) and one in words and places:
                least = min(abs(place - at) for place in places)
                found |= {self._number(place) for place in places if abs(place - at) == least}
        return found

    def behind(self, words: frozenset[str]) -> set[Number]:
        """The numbers that follow one of these words, with at most one word between."""
        found: set[Number] = set()
        for at, one in enumerate(self.pieces):
            if isinstance(one, str) and one in words:
                found |= {two for two in self.pieces[at + 1 : at + 3] if not isinstance(two, str)}
        return found

    def _number(self, place: int) -> Number:
        one = self.pieces[place]
        assert not isinstance(one, str)
        return one


def sentence_of(text: str, symbol: str) -> Sentence:
    """The pieces of a text, without the parts of `symbol` (which may hold digits)."""
    text = re.sub("[’']", "", text).replace("@", " at ")
    for part in symbol.split("/"):
        text = symbol_word(part).sub(f" {SYMBOL} ", text)
    pieces: list[str | Number] = []
    is_clear = True
    for found in _PIECE.finditer(text):
        if found["word"] or found["mark"]:
            pieces.append((found["word"] or found["mark"]).casefold())
            continue
        digits = found["digits"]
        if not _GROUPED.fullmatch(digits) or _TWOFOLD.fullmatch(digits):
            is_clear = False
            continue
        value = Decimal(digits.replace(",", "")) * _TIMES[(found["times"] or "").lower()]
        pieces.append((value, bool(found["percent"])))
    rest = _PIECE.sub(" ", text)
    return Sentence(tuple(pieces), is_clear and not any(one.isdigit() for one in rest))


def symbol_word(part: str) -> re.Pattern[str]:
    """A symbol as a word of its own; a number may stand right before it (`0.5btc`)."""
    return re.compile(rf"(?<![^\W\d_]){re.escape(part)}(?!\w)", re.IGNORECASE)
