"""What the desk's own rules said in English, told in the language of the person who reads it.

The desk decides once and writes its reason down in English, so that every journal reads the same. Each such
sentence was made from a phrase of the catalogue (a test holds every refusal of the desk against
words_refusal.py), so its facts can be read back out of it and put into the phrase of another language: also
for refusals of journals that were written before that language came. What fits no phrase stays as it is.

What does not belong here: which phrase is said in the first place, and how a number is written (wording.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from string import Formatter

from bot.conversation.wording import Wording
from bot.conversation.words import CATALOGUE, DEFAULT, chosen
from trading.domain.events import Refusal

_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")
_VERBATIM = frozenset(
    {"number", "line", "person", "symbol", "account", "detail", "name", "names", "field", "value"}
)
"""Places whose text is a name, a line or a number of something: never put into another language."""
_WORDS = frozenset({"side", "where", "word", "what", "right", "state"})
"""Places that hold one of a few words of the desk."""
_SENTENCE_END = re.compile(r"(?<=\.) ")


def retold(wording: Wording, refusal: Refusal) -> str:
    """Why not, in the person's language."""
    return told_as(wording, f"refusal.{refusal.code}", refusal.sentence)


def all_retold(wording: Wording, refusals: Iterable[Refusal]) -> list[str]:
    """As `retold`, of several."""
    return [retold(wording, one) for one in refusals]


def because(wording: Wording, reason: str) -> str:
    """Why something happened, as the journal keeps it; what a person or another venue has said stays."""
    return told_as(wording, "because", reason)


def with_reasons(wording: Wording, values: Mapping[str, object]) -> dict[str, object]:
    """What fills a phrase, with the reason and the proof among it in the person's language."""
    told = {
        name: because(wording, text)
        for name in ("reason", "proof")
        if isinstance(text := values.get(name), str)
    }
    return {**values, **told}


def reread(wording: Wording, sentence: str) -> str:
    """What the grammar says of a line that it cannot read, or can read in two ways."""
    return told_as(wording, "grammar", sentence)


def told_as(wording: Wording, prefix: str, sentence: str) -> str:
    """A sentence that was made from the phrase `prefix`, or from one whose key begins with it; else as it is.
    Several such sentences may stand behind each other."""
    if wording.locale == DEFAULT:
        return sentence
    whole = _matched(wording, prefix, sentence)
    if whole is not None:
        return whole
    for end in _SENTENCE_END.finditer(sentence):
        first = _matched(wording, prefix, sentence[: end.start()])
        if first is not None:
            return f"{first} {told_as(wording, prefix, sentence[end.end() :])}"
    return sentence


def _matched(wording: Wording, prefix: str, sentence: str) -> str | None:
    for key, pattern in _patterns(prefix):
        found = pattern.fullmatch(sentence)
        if found is not None:
            values = {name: _fact(wording, name, text) for name, text in found.groupdict().items()}
            return chosen(key, wording.locale).format(**values)
    return None


def _fact(wording: Wording, place: str, text: str) -> str:
    """What stood in a place: a fact of the same kind, written the person's way."""
    if place in _VERBATIM or place.endswith("_typed"):
        return text
    if _NUMBER.fullmatch(text):
        return wording.number(Decimal(text.replace(",", "")), len(text.partition(".")[2]))
    within = _matched(wording, f"said.{place}", text)
    if within is None and place in _WORDS:
        within = _matched(wording, "said.word", text)
    if within is not None or place == "reason":
        return within or because(wording, text)
    return wording.dated(text)


@lru_cache(maxsize=1024)
def _patterns(prefix: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The phrases that a sentence may have been made from, those that say most by themselves first."""
    english = CATALOGUE[DEFAULT]
    keys = [key for key in english if key == prefix or key.startswith(f"{prefix}.")]
    texts = {key: found for key in keys if isinstance(found := english[key], str)}
    return tuple((key, pattern_of(texts[key])) for key in sorted(texts, key=lambda one: -_own(texts[one])))


def _own(text: str) -> int:
    """How many letters of a phrase are its own."""
    return sum(len(literal) for literal, _, _, _ in Formatter().parse(text))


def pattern_of(text: str) -> re.Pattern[str]:
    """What matches exactly the sentences that can be made from a phrase. A place that comes twice holds the
    same both times."""
    return re.compile("".join(_pieces(text)), re.DOTALL)


def _pieces(text: str) -> Iterator[str]:
    seen = set()
    for literal, name, _, _ in Formatter().parse(text):
        yield re.escape(literal)
        if name is None:
            continue
        yield f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
