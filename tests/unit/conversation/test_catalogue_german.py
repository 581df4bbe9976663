"""German is complete: each English phrase has its German one, of the same shape and in one style."""

from __future__ import annotations

import re

from bot.conversation.words import CATALOGUE, DEFAULT, Phrase

ENGLISH = CATALOGUE[DEFAULT]
GERMAN = CATALOGUE["de"]
SAME = frozenset(
    {
        "ADX",
        "BTC",
        "Bots",
        "Budget",
        "Cron",
        "Discord",
        "Drawdown",
        "Export",
        "Funding",
        "GB",
        "Journal",
        "Limit",
        "Limits",
        "MB",
        "Margin",
        "Name",
        "Open",
        "Order",
        "Orders",
        "Outcry",
        "Position",
        "RSI",
        "Schema",
        "Sharpe",
        "Sortino",
        "Status",
        "Stop",
        "Symbol",
        "Telegram",
        "Tick",
        "Trend",
        "auto",
        "cron",
        "in",
        "long",
        "neutral",
        "p50",
        "p95",
        "p99",
        "short",
        "wild",
    }
)
"""Words that German traders say as English ones do. A phrase of these alone may be the same in both."""
TYPED = frozenset({"discord.ticket.size.like", "discord.ticket.price.like", "discord.ticket.exits.like"})
"""Phrases that are lines to type, which are the same in every language."""


def _texts(found: Phrase) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", re.sub(r"\{[^}]*\}", " ", text)))


def test_every_english_phrase_has_a_german_one() -> None:
    assert sorted(ENGLISH.keys() - GERMAN.keys()) == []
    assert sorted(GERMAN.keys() - ENGLISH.keys()) == []


def test_german_counts_where_english_counts() -> None:
    shapes = {key: isinstance(found, str) for key, found in ENGLISH.items()}
    assert [key for key, found in GERMAN.items() if isinstance(found, str) is not shapes[key]] == []


def test_no_german_phrase_is_the_english_one_unless_its_words_are_the_same() -> None:
    untranslated = [
        key
        for key, found in GERMAN.items()
        if found == ENGLISH[key] and key not in TYPED and not all(_words(t) <= SAME for t in _texts(found))
    ]
    assert untranslated == []


def test_german_quotes_and_dashes_are_of_one_style() -> None:
    wrong = {
        key: text
        for key, found in GERMAN.items()
        for text in _texts(found)
        if re.search(r"[—”]|“[^„]*“", text)
    }
    assert wrong == {}, "„so“, and no long dash"
    assert {
        key for key, found in GERMAN.items() for text in _texts(found) if text.count("„") != text.count("“")
    } == set()


def test_german_speaks_to_one_person_as_du() -> None:
    formal = re.compile(r"\b(Ihnen|Ihrem|Ihren|Ihrer|Sie (können|müssen|haben|sind|wollen)|bitte)\b")
    assert {key: text for key, found in GERMAN.items() for text in _texts(found) if formal.search(text)} == {}


def test_a_line_to_type_is_the_same_in_german() -> None:
    """Verbs are English everywhere: a German sentence names the commands that its English one names."""
    verbs = re.compile(r"(?<![\w/}.])/([a-z_]+)")
    for key, found in GERMAN.items():
        said = {verb for text in _texts(found) for verb in verbs.findall(text)}
        known = {verb for text in _texts(ENGLISH[key]) for verb in verbs.findall(text)}
        assert said == known, key


def test_a_verb_fits_into_a_menu_in_german_too() -> None:
    """Discord cuts a description at 100 characters, and so does the menu of Telegram."""
    long = {key: len(str(said)) for key, said in GERMAN.items() if re.fullmatch(r"verb\.\w+", key)}
    assert {key: length for key, length in long.items() if length > 100} == {}
    options = {key: len(str(said)) for key, said in GERMAN.items() if key.startswith("discord.option.")}
    assert {key: length for key, length in options.items() if length > 100} == {}
