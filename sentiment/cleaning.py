"""Text from outside, made harmless to look at: one line, no hidden characters, no look-alikes, bounded.

What changes by more than its spaces when it is cleaned was made to be read differently by people and by
machines, and is thrown away (RELIABILITY L02). What stays is shown as plain text and never read as a command.
"""

from __future__ import annotations

import re
import unicodedata

TEXT_MAX = 200
URL_MAX = 300
_SPACE = re.compile(r"\s+")
_FRACTION = "\u2044"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_URL = re.compile(r"https?://([A-Za-z0-9.-]{1,253})(?::\d{1,5})?(/[!-~]*)?")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
"""Alphabets with letters that look alike; a word that mixes two of them is a disguise."""


def cleaned(text: str, limit: int = TEXT_MAX) -> str:
    """`text` as one line of at most `limit` characters; empty when it hides something."""
    plain = _SPACE.sub(" ", text).strip()
    if not plain or any(unicodedata.category(one) in _HIDDEN for one in plain):
        return ""
    composed = unicodedata.normalize("NFC", plain)
    if unicodedata.normalize("NFKC", composed) != composed and _letters_change(composed):
        return ""
    if any(_is_mixed(word) for word in composed.split(" ")):
        return ""
    return composed if len(composed) <= limit else composed[: limit - 1].rstrip() + "…"


def _letters_change(text: str) -> bool:
    """Whether compatibility forms hide letters or digits (full width, circled, mathematical): typographic
    signs such as … and ½ may stay."""
    return any(unicodedata.category(one)[0] in "LN" and _is_form(one) for one in text)


def _is_form(one: str) -> bool:
    simple = unicodedata.normalize("NFKC", one)
    return simple != one and _FRACTION not in simple


def _is_mixed(word: str) -> bool:
    found = set()
    for one in word:
        if one.isalpha():
            name = unicodedata.name(one, "")
            found |= {script for script in _SCRIPTS if name.startswith(script)}
    return len(found) > 1


def cleaned_url(url: str) -> str:
    """An address over the web in plain ASCII, without fragment; empty for anything else."""
    text = url.strip().partition("#")[0]
    if len(text) > URL_MAX or not _URL.fullmatch(text):
        return ""
    return text


def host_of(url: str) -> str:
    """The lower-case host of a cleaned address, without `www.`."""
    found = _URL.fullmatch(url)
    return found.group(1).lower().removeprefix("www.") if found else ""


def path_of(url: str) -> str:
    """The path of a cleaned address; empty when it has none."""
    found = _URL.fullmatch(url)
    return (found.group(2) or "").partition("?")[0] if found else ""
