"""The catalogue of everything that a person reads: sentences by short key, one dictionary a language.

English sentences stand in `words_<subject>.py`, German ones beside them in `words_<subject>_de.py`; this room
joins them and fills them in. What does not belong here: how a number is written (wording.py does that
before it calls `say`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter
from typing import NamedTuple

from bot import conversation

DEFAULT = "en"


class Plural(NamedTuple):
    """A phrase that depends on the value `n`: `one` for exactly 1, `other` for the rest."""

    one: str
    other: str


Phrase = str | tuple[str, str]
"""What a dictionary holds; a pair is a `Plural`."""


def joined(parts: Iterable[Mapping[str, Phrase]]) -> dict[str, Phrase]:
    """One dictionary from many; a key that stands in two of them is a bug."""
    whole: dict[str, Phrase] = {}
    for part in parts:
        twice = whole.keys() & part.keys()
        assert not twice, f"two subjects use the same keys: {sorted(twice)}"
        whole.update(part)
    return whole


def _of_every_subject(language: str) -> dict[str, Phrase]:
    """The dictionaries of that name in all `words_<subject>.py` here: a new subject is a new file."""
    names = sorted(one.name for one in iter_modules(conversation.__path__) if one.name.startswith("words_"))
    rooms = (import_module(f"{conversation.__name__}.{name}") for name in names)
    return joined(getattr(room, language, {}) for room in rooms)


CATALOGUE: Mapping[str, Mapping[str, Phrase]] = {
    DEFAULT: _of_every_subject("ENGLISH"),
    "de": _of_every_subject("GERMAN"),
}
"""Language -> key -> phrase. Another language may lack keys while it grows; English lacks none."""


def language_of(code: str) -> str:
    """The language of a platform's code (`de-AT`); empty when it is none of the catalogue's."""
    language = code.replace("_", "-").partition("-")[0].lower()
    return language if language in CATALOGUE else ""


@lru_cache(maxsize=8192)
def phrase(key: str, locale: str = DEFAULT) -> Phrase:
    """The phrase of a key, in English when the language has not got it yet; an unknown key is a bug."""
    found = CATALOGUE.get(locale, {}).get(key) or CATALOGUE[DEFAULT].get(key)
    assert found is not None, f"the catalogue has no key {key!r}"
    return found


def chosen(key: str, locale: str = DEFAULT, n: object = None) -> str:
    """The phrase of `key`, unfilled; `n` chooses between one and many where the phrase counts something."""
    found = phrase(key, locale)
    if isinstance(found, str):
        return found
    assert n is not None, f"{key!r} counts something: it needs n"
    return Plural(*found).one if n == 1 else Plural(*found).other


def say(key: str, locale: str = DEFAULT, /, **values: object) -> str:
    """The sentence of `key` with its places filled. Numbers are better written by `Wording.say`."""
    return chosen(key, locale, values.get("n")).format(**values)


def places(found: Phrase) -> frozenset[str]:
    """The names of the places in a phrase (`n` always counts for a pair)."""
    texts = (found,) if isinstance(found, str) else found
    names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
    return frozenset(names if isinstance(found, str) else names | {"n"})
