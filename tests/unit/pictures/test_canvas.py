"""Nothing in a picture is a box where a letter should be, or a number that has lost its end."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from bot.conversation.words import CATALOGUE
from bot.conversation.words_chart import ENGLISH
from bot.pictures.canvas import Anchor, Canvas, is_drawn, is_legible, legible, spelled
from bot.pictures.frame import BIG, cut


def test_every_word_inside_a_picture_can_be_drawn() -> None:
    for language in CATALOGUE.values():
        for key, phrase in language.items():
            if key.startswith(("picture.", "exit.target", "exit.stop", "exit.trail", "chart.entry")):
                assert isinstance(phrase, str)
                assert is_legible(phrase), (key, phrase)
    assert any(key.startswith("picture.") for key in ENGLISH)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("€1,234.56", "EUR 1,234.56"),
        ("1\u00a0234.56", "1 234.56"),
        ("Zürich – Café", "Zurich - Cafe"),
        ("日本 🚀", "?? ?"),
        ("Schließen", "Schliessen"),
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


def test_umlauts_keep_their_dots_and_other_accents_are_told_to_be_lost() -> None:
    assert spelled("März über €5").text == "Marz uber EUR 5"
    assert spelled("März über €5").dotted == (1, 5)
    assert spelled("a\u0308").dotted == (0,), "two code points are one letter"
    assert is_legible("Größe, Verkäufe – 5 €") and is_legible("Why?")
    assert not is_legible("Café") and not is_legible("日本")


@pytest.mark.parametrize("anchor", ["la", "lm", "ma", "mm", "ra", "rm", "ls", "rs"])
def test_the_dots_stand_above_their_letter_however_the_words_are_placed(anchor: Anchor) -> None:
    def drawn(text: str) -> Image.Image:
        canvas = Canvas(400, 200, (0, 0, 0))
        canvas.text(200, 100, text, 40, (255, 255, 255), anchor)
        return Image.open(io.BytesIO(canvas.png())).convert("L")

    dots = ImageChops.difference(drawn("xxuxx"), drawn("xxüxx")).getbbox()
    letters, alone = drawn("xxuxx").getbbox(), drawn("xx xx").getbbox()
    assert dots is not None and letters is not None and alone is not None
    left, top, right, bottom = dots
    middle = (letters[0] + letters[2]) / 2
    assert abs((left + right) / 2 - middle) <= 2, "the letter is the middle one"
    assert 10 <= right - left <= 16 and 3 <= bottom - top <= 8
    assert 1 <= letters[1] - bottom <= 6, "just above it"
