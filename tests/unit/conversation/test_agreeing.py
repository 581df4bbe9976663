"""RELIABILITY L07: a proposed line is taken only where it says what the person said, to the last number."""

from __future__ import annotations

import pytest

from bot.conversation.agreeing import disagreement
from bot.conversation.grammar import parse
from tests.unit.sentiment.injections import corpus

WISH = "buy 100 of sol with a 5 % stop"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (WISH, "buy sol 100 sl 5%"),
        ("Buy $100 of SOL, stop 5%", "buy sol $100 sl 5%"),
        ("Kaufe 0.5 BTC, Stop bei 60000, Ziel 70000", "buy btc 0.5btc sl 60000 tp 70000"),
        ("Kauf SOL für 100 mit 5 Prozent Stop", "buy sol 100 sl 5%"),
        ("buy 0.5btc at 61k", "buy btc 0.5btc @ 61000"),
        ("sell 50% of my BTC", "sell btc 50%"),
        ("sell my sol", "sell sol"),
        ("close my btc long", "close btc"),
        ("close the short in ETH", "close eth"),
        ("cover eth", "cover eth"),
        ("sell short 200 of eth, stop 3%", "short eth 200 sl 3%"),
        ("go short eth with $200, stop 3%, target 6%", "short eth 200 sl 3% tp 6%"),
        ("buy sol risking 1% with stop 5%", "buy sol risk 1% sl 5%"),
        ("buy sol for 100 with a trailing stop of 2%", "buy sol 100 trail 2%"),
        ("buy 1000.5 of sol", "buy sol 1000.5"),
        ("buy 12,500.00 of sol", "buy sol 12500"),
        ("buy 2 contracts of es", "buy es 2c"),
    ],
)
def test_a_line_that_says_the_same_is_taken(text: str, line: str) -> None:
    assert disagreement(text, parse(line)) is None


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (WISH, "buy sol 100 sl 5% tp 10%", "invented"),
        (WISH, "buy sol 1000 sl 5%", "invented"),
        (WISH, "buy sol 100% sl 5%", "invented"),
        (WISH, "buy sol 100 sl 5", "invented"),
        (WISH, "buy sol 100", "left_out"),
        (WISH, "buy sol 5 sl 100", "invented"),
        ("buy 5 of sol, stop 100", "buy sol 100 sl 5", "misplaced"),
        ("buy 0.5 btc, stop 60000, target 70000", "buy btc 0.5btc sl 70000 tp 60000", "misplaced"),
        ("buy sol for 100 at 140", "buy sol 140 @ 100", "misplaced"),
        ("buy 0.5 btc stop at 60000", "buy btc 0.5btc @ 60000", "left_out"),
        (WISH, "buy sol 100sol sl 5%", "invented"),
        (WISH, "buy sol max sl 5%", "invented"),
        (WISH, "sell sol 100", "other_side"),
        (WISH, "short sol 100 sl 5%", "other_side"),
        (WISH, "buy btc 100 sl 5%", "other_symbol"),
        (WISH, "buy sol/usdt 100 sl 5%", "other_symbol"),
        (WISH, "/panic", "no_order"),
        (WISH, "/settings one_tap 1000000", "no_order"),
        (WISH, "sl sol 5%", "no_order"),
        (WISH, "not a line", "no_order"),
        (WISH, "buy sol 100 sl 5% on other", "too_much"),
        (WISH, "buy sol 100 sl 5% ioc", "too_much"),
        (WISH, "buy sol 100 sl 5% exit in 4h", "too_much"),
        ("close everything", "close all", "no_order"),
        ("sell half my btc", "sell btc 50%", "invented"),
        ("don't buy 100 sol", "buy sol 100", "not_plain"),
        ("Kauf 100 SOL nicht", "buy sol 100", "not_plain"),
        ("buy 100 sol if it falls", "buy sol 100", "not_plain"),
        ("buy 100 sol every day", "buy sol 100", "not_plain"),
        ("buy 1.500 of sol", "buy sol 1.5", "unclear_number"),
        ("buy 1,500 of sol", "buy sol 1500", "unclear_number"),
        ("buy 1,5 of sol", "buy sol 15", "unclear_number"),
        ("buy sol x3 100", "buy sol 100", "unclear_number"),
        ("buy sol 100 and sell btc 100", "buy sol 100", "which_side"),
        ("sol 100 please", "buy sol 100", "no_side"),
        ("buy solana for 100", "buy sol 100", "other_symbol"),
        ("buy bitcoin for 100", "buy btc 100", "other_symbol"),
    ],
)
def test_a_line_that_says_anything_else_is_not_taken(text: str, line: str, code: str) -> None:
    found = disagreement(text, parse(line))
    assert found is not None and found.code == code, found


ATTACKS = (
    "buy shib max",
    "buy sol max",
    "buy sol 1000 sl 5%",
    "buy sol 100 sl 50%",
    "buy sol 100",
    "sell sol 100",
    "short sol 100 sl 5%",
    "buy sol 100 sl 5% tp 1%",
    "buy sol 100 sl 5% on other",
    "flatten",
    "panic",
    "settings one_tap 1000000",
    "limits order_notional_max 1000000",
)


def test_no_text_that_is_pasted_behind_a_wish_brings_in_another_line() -> None:
    """A person pastes a headline or a token's name; a model that obeys it proposes whatever it wants."""
    taken = [
        (one.text, line)
        for one in corpus()
        for line in ATTACKS
        if disagreement(f"{WISH}. {one.text}", parse(line)) is None
    ]
    assert not taken, taken[:5]
