"""The table of verbs is whole, and everything that is made from it is made from it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.conversation.grammar import NotUnderstood, canonical, parse
from bot.conversation.grammar_shapes import Asked
from bot.conversation.verbs import ANNOUNCED, BY_WORD, EXPANSIONS, VERBS, Right, Shape, Verb, verb
from bot.conversation.verbs_document import (
    GROUPS,
    MENU_HELP_LENGTH_MAX,
    MENU_MAX,
    in_group,
    menu,
    usage,
    verbs_markdown,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "verbs.md"
STAGE_1 = """
start help buy sell short cover close tp sl trail breakeven bracket orders order modify cancel cancelall
positions position portfolio balance pnl history equity price status risk limits halt resume panic flatten
repeat preset settings why ledger export version health
"""
STAGE_2 = """
inbox logs board chart pause lockout maintenance alerts schedule health
"""
STAGE_3 = "doubt reconcile guard"
STAGE_4 = "link unlink join roles role approve second audit pin performance stats watch blacklist config"
STAGE_5 = """
sentiment regime calendar copilot strategies strategy newbot bots bot stopall profile protections marketdir
backtest sweep signals
"""
STAGE_6 = "accounts keys mode"


def test_every_verb_of_this_stage_is_in_the_table() -> None:
    assert {row.name for row in VERBS} == {
        *STAGE_1.split(),
        *STAGE_2.split(),
        *STAGE_3.split(),
        *STAGE_4.split(),
        *STAGE_5.split(),
        *STAGE_6.split(),
    }


def test_the_page_of_verbs_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == verbs_markdown()


def test_no_word_names_two_verbs_or_a_verb_that_is_not_here() -> None:
    words = Counter(word for row in VERBS for word in (row.name, *row.aliases))
    words.update(EXPANSIONS.keys())
    assert [word for word, count in words.items() if count > 1] == []
    assert not set(words) & set(ANNOUNCED)


def test_every_platform_can_list_all_commands() -> None:
    assert len(menu()) <= MENU_MAX
    for name, text in menu():
        assert name.isascii()
        assert name.islower()
        assert name.isalpha()
        assert len(name) <= 32
        assert 0 < len(text) <= MENU_HELP_LENGTH_MAX


def test_every_group_has_a_title_and_every_verb_a_group() -> None:
    assert [row for group in GROUPS for row in in_group(group)] == list(VERBS)


@pytest.mark.parametrize("row", VERBS, ids=[row.name for row in VERBS])
def test_the_examples_of_a_verb_are_read_as_that_verb(row: Verb) -> None:
    assert row.examples
    for example in row.examples:
        parsed = parse(example)
        assert not isinstance(parsed, (NotUnderstood, Asked)), example
        assert parsed.verb == row.name
    assert row.help.endswith(".")
    assert row.long_help.endswith((".", ")."))


def test_aliases_and_short_words_lead_to_a_verb() -> None:
    for row in VERBS:
        for alias in row.aliases:
            assert BY_WORD[alias] is row
    for word, meaning in EXPANSIONS.items():
        assert canonical_of("/" + word) == "/" + meaning


def canonical_of(line: str) -> str:
    """The canonical line of a line that must be read."""
    parsed = parse(line)
    assert not isinstance(parsed, (NotUnderstood, Asked))
    return canonical(parsed)


def test_verbs_that_trade_need_a_trader_and_those_that_open_ask_first() -> None:
    for row in VERBS:
        if row.group in ("trade", "protect"):
            assert row.right is not Right.LOOK, row.name
        if row.shape is Shape.ORDER:
            assert row.asks_first, row.name


def test_only_the_full_name_finds_a_row() -> None:
    assert verb("buy").name == "buy"
    with pytest.raises(KeyError):
        verb("b")


def test_usage_shows_arguments_in_their_order() -> None:
    assert usage(verb("stats")) == "/stats [day|week|month|year|all] [SYMBOL] [on NAME]"
    assert usage(verb("performance")).startswith("/performance [by symbol|tag|exit|hour|")
    assert usage(verb("cancel")) == "/cancel #ORDER …"


def test_every_verb_that_is_announced_says_what_to_do_meanwhile() -> None:
    for word in ANNOUNCED:
        parsed = parse("/" + word)
        assert isinstance(parsed, NotUnderstood)
        assert parsed.code == "verb_later"
        assert ANNOUNCED[word] in parsed.sentence
