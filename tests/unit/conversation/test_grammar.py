"""docs/grammar.md is run: every golden line, and what the page promises about all lines."""

from __future__ import annotations

import pytest

from bot.conversation.grammar import (
    Asked,
    NotUnderstood,
    OrderLine,
    Parsed,
    VerbLine,
    canonical,
    complete,
    nearest_verb,
    parse,
    parse_words,
)
from bot.conversation.grammar_nearest import distance
from bot.conversation.words_grammar import ENGLISH
from tests.fuzz.golden import golden_lines

GOLDEN = golden_lines()
LOOKS_PER_WORD = 12


def reading(parsed: Parsed) -> str:
    """A reading as the page writes it."""
    if isinstance(parsed, NotUnderstood):
        return f"! {parsed.code}"
    if isinstance(parsed, Asked):
        return "? " + " | ".join(line for _, line in parsed.choices)
    return canonical(parsed)


def test_the_page_holds_at_least_150_golden_lines() -> None:
    assert len({typed for typed, _ in GOLDEN}) >= 150


@pytest.mark.parametrize(("typed", "promised"), GOLDEN, ids=[typed for typed, _ in GOLDEN])
def test_a_golden_line_reads_as_promised(typed: str, promised: str) -> None:
    assert reading(parse(typed)) == promised


def test_every_golden_reading_reads_as_itself() -> None:
    for typed, promised in GOLDEN:
        if promised[0] == "/":
            assert reading(parse(promised)) == promised, typed


def test_every_golden_answer_to_a_question_leads_on() -> None:
    for typed, promised in GOLDEN:
        if promised[0] == "?":
            for line in promised[2:].split(" | "):
                assert not isinstance(parse(line), (NotUnderstood, Asked)), (typed, line)


def test_every_code_of_a_refusal_is_shown_by_a_line() -> None:
    shown = {promised[2:] for _, promised in GOLDEN if promised[0] == "!"}
    refusals = {key.removeprefix("grammar.") for key in ENGLISH if not key.startswith("grammar.ask_")}
    # These need characters or lengths that a page cannot show well; they have tests of their own.
    assert refusals - shown <= {
        "line_long",
        "several_lines",
        "symbol_form",
        "size_missing",
        "name_form",
        "name_missing",
        "moment_form",
    }
    assert shown <= refusals


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/buy BTC " + "1" * 500, "line_long"),
        ("/buy BTC 100\n/sell BTC", "several_lines"),
        ("/buy BTC\u200b 100", "characters"),
        ("/buy BTC \u202e100", "characters"),
        ("/buy BTC 100\x00", "characters"),
        ("/buy \ud800 100", "characters"),
        ("/buy BTC 1\u0660", "characters"),
        ("/buy BTC² 100", "characters"),
        ("/buy BТC 100", "characters"),  # a Cyrillic letter inside
        ("/buy BTC$ 100", "symbol_form"),
        ("/buy BTC risk", "size_missing"),
        ("/buy BTC size", "size_missing"),
        ("/buy BTC 100 tag #1", "name_form"),
        ("/buy BTC 100 on", "name_missing"),
        ("/panic on", "name_missing"),
        ("/buy BTC 100 exit in later", "moment_form"),
        ("/buy BTC 100 exit 5x", "moment_form"),
    ],
)
def test_what_a_page_cannot_show_is_refused_too(line: str, code: str) -> None:
    parsed = parse(line)
    assert isinstance(parsed, NotUnderstood)
    assert parsed.code == code


def test_a_refusal_says_what_was_typed_and_what_to_type() -> None:
    parsed = parse("/buy BTC 1e5")
    assert isinstance(parsed, NotUnderstood)
    assert (parsed.field, parsed.value) == ("size", "1e5")
    assert "1e5" in parsed.sentence
    assert "100000" in parsed.sentence


def test_a_misspelt_verb_gets_the_whole_line_with_the_nearest_one() -> None:
    parsed = parse("/byu BTC 100 sl 2%")
    assert isinstance(parsed, NotUnderstood)
    assert parsed.suggestions == ("/buy BTC 100 sl 2%",)


def test_a_question_offers_lines_with_one_reading_each() -> None:
    parsed = parse("b btc 1.500 sl 2%")
    assert isinstance(parsed, Asked)
    assert parsed.choices == (("1.5", "b btc 1.5 sl 2%"), ("1500", "b btc 1500 sl 2%"))
    assert "1.500" in parsed.sentence


def test_two_open_numbers_are_asked_one_after_the_other() -> None:
    first = parse("buy BTC 1.500 @ 64.000")
    assert isinstance(first, Asked)
    second = parse(first.choices[0][1])
    assert isinstance(second, Asked)
    assert [line for _, line in second.choices] == ["buy BTC 1.5 @ 64", "buy BTC 1.5 @ 64000"]


def test_spaces_of_other_kinds_are_spaces() -> None:
    assert parse("/buy\u00a0BTC\u202f100\t sl 2%") == parse("/buy BTC 100 sl 2%")


def test_names_keep_their_capitals_and_symbols_lose_them() -> None:
    parsed = parse("/buy btc 100 on Paper-2 tag Breakout")
    assert isinstance(parsed, OrderLine)
    assert (parsed.symbol, parsed.account, parsed.tag) == ("BTC", "Paper-2", "Breakout")


def test_free_text_keeps_every_letter() -> None:
    assert parse("/halt größere Nachrichten, um zwei") == VerbLine(
        "halt", {"reason": "größere Nachrichten, um zwei"}
    )


def test_a_line_costs_a_fixed_number_of_looks_per_word() -> None:
    worst = [typed for typed, _ in GOLDEN] + [
        "/buy BTC tp " + "1% " * 150,
        "/buy BTC 100 tp " + "1%," * 150,
        "/buy BTC 100 tp " + "1," * 200,
        "/buy " + "1." * 200,
        "/buy " + "1,000" * 80,
        "/cancel " + "#1 " * 150,
        "/modify " + "@ " * 200,
        "/buy BTC" + " at 1.500" * 50,
        "/buy BTC" + " stop 5%" * 50,
        "close BTC" + " 50" * 100,
        "/bracket BTC" + " be" * 150,
    ]
    for line in worst:
        words = line.split()
        _, looks = parse_words(words)
        # @ glued to a price counts as a word of its own, and a question looks at its answers
        # and at theirs, twice: four each at most.
        assert looks <= LOOKS_PER_WORD * 2 * len(words) * (1 + 4 + 16 + 64), line


def test_looks_grow_with_the_length_and_not_with_its_square() -> None:
    short = parse_words(("/buy BTC 100 tp" + " 1%" * 5).split())[1]
    long = parse_words(("/buy BTC 100 tp" + " 1%" * 150).split())[1]
    assert long <= short * 30


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("/bu", ["/buy"]),
        ("bre", ["breakeven"]),
        ("BT", ["BTC/USD"]),
        ("/buy b", ["BTC/USD"]),
        ("/buy BTC/USD 100 tra", ["trail", "trailing"]),
        ("/sell BTC/USD tr", []),
        ("/tp BTC/USD o", ["off"]),
        ("/pnl w", ["week", "weekly"]),
        ("/panic ", ["now", "on"]),
        ("/help so", []),
        ("/nothing x", []),
    ],
)
def test_a_half_typed_line_is_completed(prefix: str, expected: list[str]) -> None:
    assert complete(prefix, ("BTC/USD", "ES")) == expected


def test_an_empty_line_completes_to_every_verb() -> None:
    assert "/buy" in complete("", ("BTC/USD",))
    assert "/buy" in complete("/", ())


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("byu", "buy"),
        ("/sel", "sell"),
        ("postions", "positions"),
        ("portfolo", "portfolio"),
        ("cancellall", "cancelall"),
        ("shrot", "short"),
        ("bcktest", "backtest"),
        ("xyzzy", ""),
        ("", ""),
        ("b" * 400, ""),
    ],
)
def test_the_nearest_verb_is_found(word: str, meant: str) -> None:
    assert nearest_verb(word) == meant


def test_two_neighbours_swapped_are_one_slip() -> None:
    assert distance("byu", "buy") == 1
    assert distance("short", "shirts") == 2


@pytest.mark.parametrize(
    "line", ["buy btc 100 sl 2%", "/positions", "btc", "/pnl daily 3", "b eth 50", "/nonsense"]
)
def test_a_line_behind_do_means_what_it_means_alone(line: str) -> None:
    assert parse(f"/do {line}") == parse(line)
    assert parse(f"/DO@desk_bot {line}") == parse(line)
