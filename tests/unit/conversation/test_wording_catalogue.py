"""The catalogue is whole: every key that the code says exists, and none of its places stays empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.words import CATALOGUE, DEFAULT, chosen, joined, places, say

BOT = Path(__file__).parents[3] / "bot"
ENGLISH = CATALOGUE[DEFAULT]


def sayings() -> Iterator[tuple[str, int, str, set[str] | None]]:
    """Every `say("key", …)` in bot/: file, line, key, the names given (None when they are spread with **)."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name not in {"say", "_say", "_print"} or not isinstance(first, ast.Constant):
                continue
            names = [keyword.arg for keyword in node.keywords]
            given = None if None in names else {one for one in names if one is not None}
            yield path.name, node.lineno, str(first.value), given


def test_every_key_that_is_said_stands_in_the_catalogue() -> None:
    assert [(file, line, key) for file, line, key, _ in sayings() if key not in ENGLISH] == []


def test_no_place_is_left_unfilled_or_filled_in_vain() -> None:
    wrong = [
        (file, line, key, sorted(given ^ places(ENGLISH[key])))
        for file, line, key, given in sayings()
        if given is not None and key in ENGLISH and given != places(ENGLISH[key])
    ]
    assert wrong == []


def test_other_languages_have_the_same_places() -> None:
    for locale, phrases in CATALOGUE.items():
        for key, found in phrases.items():
            assert key in ENGLISH, f"{locale} has {key}, English has not"
            assert places(found) == places(ENGLISH[key]), f"{locale}: {key}"


def test_a_language_without_a_phrase_falls_back_to_english() -> None:
    assert say("word.yes", "xx") == "yes"


def test_an_unknown_key_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="no key"):
        say("no.such.key")


def test_a_counting_phrase_needs_its_number() -> None:
    with pytest.raises(AssertionError, match="needs n"):
        chosen("count.orders")


def test_two_subjects_may_not_use_the_same_key() -> None:
    with pytest.raises(AssertionError, match="same keys"):
        joined(({"a": "1"}, {"a": "2"}))
