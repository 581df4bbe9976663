"""People of other desks: what they type is understood here, or the page says what to type instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.conversation.grammar import NotUnderstood, canonical, parse
from bot.conversation.grammar_shapes import Asked
from bot.conversation.verbs_elsewhere import CONDOR, FREQTRADE, FREQTRADE_HABITS, Elsewhere, page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "coming-from.md"
ALL = (*FREQTRADE, *FREQTRADE_HABITS, *CONDOR)
VERBS_OF_FREQTRADE = """
status order trades count locks unlock marketdir forceexit forcelong forceshort reload_trade cancel_open_order
profit performance balance daily weekly monthly stats entries exits mix_tags whitelist blacklist logs health
pause show_config version
"""
"""As the mission lists them."""


def meaning(line: str) -> str:
    """The canonical line of a line that must be read."""
    parsed = parse(line)
    assert not isinstance(parsed, (NotUnderstood, Asked)), line
    return canonical(parsed)


def test_the_page_is_what_the_rows_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_verb_of_freqtrade_has_its_row() -> None:
    words = {re.split(r"\W+", row.theirs)[1] for row in FREQTRADE}
    assert words >= set(VERBS_OF_FREQTRADE.split())


@pytest.mark.parametrize("row", FREQTRADE, ids=lambda row: row.theirs)
def test_what_is_typed_there_means_here_what_the_page_says(row: Elsewhere) -> None:
    assert meaning(row.theirs) == meaning(row.ours)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.theirs)
def test_every_line_of_the_page_is_understood(row: Elsewhere) -> None:
    assert meaning(row.ours)
