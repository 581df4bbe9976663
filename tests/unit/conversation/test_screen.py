"""Screens as values: what a builder makes, what is stripped, what a button may carry."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text, cells, laid_out, said_by_desk, said_by_person
from bot.conversation.screen import (
    Action,
    Align,
    Document,
    Line,
    Screen,
    Span,
    badges,
    bold,
    button,
    clean,
    code,
    gap,
    good,
    kv,
    line,
    look,
    row,
    table,
    title,
    warn,
)

AT = datetime(2018, 4, 4, 1, 0, 5, tzinfo=UTC)
CARD = Screen.of(
    title("Review"),
    kv(("Account", "paper"), None, ("P&L", good("+$3.00"))),
    gap(),
    table(("Symbol", ">Price"), [("BTC/USD", "7,000.00"), ("ES", "2,600.25")]),
    badges("PAPER", warn("REPLAY 2018")),
    "plain words",
).with_buttons(row(button("Buy", "n1", confirming=True), None, button("Cancel", "n2")), ())


def test_a_card_reads_as_it_was_built() -> None:
    assert as_text(CARD, 60).splitlines() == [
        "Review",
        "Account  paper",
        "P&L      +$3.00",
        "",
        "Symbol      Price",
        "BTC/USD  7,000.00",
        "ES       2,600.25",
        "[PAPER] [REPLAY 2018]",
        "plain words",
    ]


def test_a_transcript_holds_text_and_button_labels() -> None:
    said = said_by_desk(AT, Screen.of("Sure?").with_buttons(row(button("Yes", "n1"), button("No", "n2"))))
    assert said == {
        "at": "2018-04-04T01:00:05Z",
        "direction": "out",
        "text": "Sure?",
        "buttons": ["Yes", "No"],
    }
    assert said_by_person(AT, "[Yes]")["direction"] == "in"


def test_a_table_that_is_too_wide_is_told_row_by_row() -> None:
    wide = table(("Symbol", ">Price", "Note"), [("BTC/USD", "7,000.00", "x" * 30)])
    stacked = ["BTC/USD", "  Price  7,000.00", "  Note   " + "x" * 30]
    assert as_text(Screen.of(wide), 40).splitlines() == stacked
    assert as_text(Screen.of(wide), 100).splitlines()[1] == "BTC/USD  7,000.00  " + "x" * 30


def test_a_row_that_does_not_fit_its_columns_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="2 columns"):
        table(("a", "b"), [("1",)])


def test_a_heading_with_an_arrow_stands_right() -> None:
    assert [column.align for column in table(("a", ">b"), []).columns] == [Align.LEFT, Align.RIGHT]


@given(
    st.text(max_size=300),
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=90)), max_size=4),
    st.integers(1, 300),
)
def test_no_line_is_wider_than_the_room(text: str, pairs: list[tuple[str, str]], width: int) -> None:
    screen = Screen.of(text, kv(*pairs), table(("A", ">B"), pairs), badges(*(name for name, _ in pairs)))
    room = max(40, min(200, width))
    assert all(cells(one.text.rstrip()) <= room for one in laid_out(screen, width))


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=40)))
def test_wrapping_loses_no_word(words: list[str]) -> None:
    assert as_text(Screen.of(" ".join(words)), 40).split() == words


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x1bcreset", "reset"),
        ("a\nb\tc\r\nd\u2028e", "a b c d e"),
        ("x\u202egnp.exe", "xgnp.exe"),
        ("B\u200bT\u2060C", "BTC"),
        ("bell\x07\x9b31m", "bell31m"),
        ("half \ud83d", "half "),
        ("tag\U000e0041", "tag"),
        ("naïve 日本 – “ok”\u00a0fine", "naïve 日本 – “ok”\u00a0fine"),
    ],
)
def test_dynamic_text_is_stripped_of_what_repaints_a_terminal(dirty: str, shown: str) -> None:
    assert clean(dirty) == shown
    assert Span(dirty).text == shown


@given(st.text())
def test_nothing_unseen_is_left_in_any_text(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u2066\u200b" for c in shown)


def test_names_headings_and_labels_are_clean_too() -> None:
    assert kv(("a\x1b[2J", "b")).pairs[0][0] == "a"
    assert table(("h\x07",), []).columns[0].title == "h"
    assert button(" Buy\n", "n").label == "Buy"


def test_an_action_fits_into_64_bytes() -> None:
    assert Action("x" * 64).id
    for wrong in ("", "x" * 65, "ä" * 33, "a\nb"):
        with pytest.raises(AssertionError):
            Action(wrong)


def test_a_nonce_acts_and_a_look_only_shows() -> None:
    assert not button("Buy", "ABC234").action.is_navigation
    assert look("Refresh", "positions", "BTC").action.is_navigation
    with pytest.raises(AssertionError, match="no colon"):
        button("Buy", "a:b")


def test_the_confirming_button_is_the_one_that_says_yes() -> None:
    assert CARD.confirming is not None
    assert CARD.confirming.label == "Buy"
    assert CARD.without_buttons().confirming is None
    assert [one.label for one in CARD.all_buttons] == ["Buy", "Cancel"]


def test_a_link_leads_to_the_web_only() -> None:
    with pytest.raises(AssertionError, match="web link"):
        Span("x", link="javascript:alert(1)")


def test_a_document_has_a_bare_name() -> None:
    assert Document("fills.csv", b"").name == "fills.csv"
    for wrong in ("../fills.csv", ".bashrc", "a/b", ""):
        with pytest.raises(AssertionError):
            Document(wrong, b"")


def test_lines_join_strings_spans_and_lines() -> None:
    joined = line("a ", bold("b"), line(" ", code("/c")))
    assert joined.text == "a b /c"


def incoming(text: str = "", action: str = "") -> Incoming:
    return Incoming("console", "terminal", "s-in1", "local", AT, text=text, action=action)


def test_a_typed_line_is_named_by_its_message_and_a_press_by_its_nonce() -> None:
    assert incoming("/buy").command_id == "console:terminal:s-in1"
    assert incoming(action="ABC234").command_id == "ABC234"
    assert incoming(action="positions:BTC").command_id == "console:terminal:s-in1"


def test_a_look_reads_as_if_it_were_typed() -> None:
    assert incoming(action="positions:BTC").typed == "/positions BTC"
    assert incoming(action="positions:").typed == "/positions"
    assert incoming("/pnl day").typed == "/pnl day"
    assert incoming(action="ABC234").typed == ""


def test_a_press_carries_no_text() -> None:
    with pytest.raises(AssertionError, match="no text"):
        incoming("/buy", "ABC234")


def test_the_garbage_collector_has_nothing_to_look_at_on_a_page() -> None:
    every = [
        CARD,
        *CARD.blocks,
        *(span for block in CARD.blocks if isinstance(block, Line) for span in block.spans),
    ]
    assert len(every) > 4
    assert not [one for one in every if gc.is_tracked(one)]
