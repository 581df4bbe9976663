"""Nothing in a picture is a box where a letter should be, or a number that has lost its end."""

from __future__ import annotations

import pytest

from bot.conversation.words import CATALOGUE
from bot.conversation.words_chart import ENGLISH
from bot.pictures.canvas import Canvas, is_drawn, legible
from bot.pictures.frame import BIG, cut


def test_every_word_inside_a_picture_can_be_drawn() -> None:
    for language in CATALOGUE.values():
        for key, phrase in language.items():
            if key.startswith(("picture.", "exit.target", "exit.stop", "exit.trail", "chart.entry")):
                assert isinstance(phrase, str)
                assert legible(phrase) == phrase, (key, phrase)
    assert any(key.startswith("picture.") for key in ENGLISH)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("€1,234.56", "EUR 1,234.56"),
        ("1\u00a0234.56", "1 234.56"),
        ("Zürich – Café", "Zurich - Cafe"),
        ("日本 🚀", "?? ?"),
        ("$PEPE +2.3% (0.1R)", "$PEPE +2.3% (0.1R)"),
    ],
)
def test_letters_that_the_font_lacks_are_replaced(text: str, shown: str) -> None:
    assert legible(text) == shown
    assert all(is_drawn(letter) for letter in shown)


def test_a_long_name_keeps_both_its_ends() -> None:
    canvas = Canvas(100, 100, (0, 0, 0))
    address = "0x6982508145454Ce325dDbE47a25d4ec3d2311933"
    short = cut(canvas, address, 38, 300)
    assert canvas.width_of(short, 38) <= 300
    assert short.startswith("0x69") and short.endswith("933") and "…" in short
    assert cut(canvas, "BTC/USD", BIG, 1000) == "BTC/USD"
    assert cut(canvas, "BTC/USD", BIG, 1) == "B…"
