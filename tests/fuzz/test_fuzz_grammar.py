"""Fuzzed lines: no exception, no unintended command; and the judge itself is judged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.conversation.grammar import (
    Asked,
    ExitsLine,
    NotUnderstood,
    OrderLine,
    Parsed,
    VerbLine,
    parse,
)
from bot.conversation.verbs import BY_WORD, Right
from tests.fuzz.fuzz_grammar import CHUNK, run
from tests.fuzz.golden import golden_lines
from tests.fuzz.lines import lines
from tests.fuzz.oracle import BEGINNINGS, complaints
from trading.domain.exits import Level, LevelKind, PriceSpec, PriceSpecKind, Size, SizeKind

QUICK_SEEDS = range(6)
HALF_A_MILLION = 50  # chunks


@pytest.mark.parametrize("seed", QUICK_SEEDS)
def test_ten_thousand_bent_lines_never_order_what_was_not_typed(seed: int) -> None:
    tally = run(seed, CHUNK)
    assert tally.failures == []
    # A fuzzer that only makes refusals would prove nothing.
    assert tally.kinds["OrderLine"] > CHUNK // 50
    assert tally.kinds["ExitsLine"] > CHUNK // 500
    assert tally.kinds["Asked"] > CHUNK // 100


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1])
def test_a_million_bent_lines_never_order_what_was_not_typed(half: int) -> None:
    for place in range(HALF_A_MILLION):
        tally = run(1000 + half * HALF_A_MILLION + place, CHUNK)
        assert tally.failures == []


def test_the_same_seed_makes_the_same_lines() -> None:
    assert list(lines(7, 300)) == list(lines(7, 300))
    assert list(lines(7, 300)) != list(lines(8, 300))


def _buy(**fields: object) -> OrderLine:
    return OrderLine(**{"verb": "buy", "symbol": "BTC", **fields})  # type: ignore[arg-type]  # named per case


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("sell BTC", _buy()),
        ("please buy BTC", _buy()),
        ("buy BTC", OrderLine("short", "BTC")),
        ("sell BTC", OrderLine("sell", "BTC", reduce_only=False)),
        ("buy BTC", _buy(reduce_only=True)),
        ("buy BTC 1.000", _buy(size=Size(SizeKind.BARE, Decimal(1)))),
        ("buy BTC 1,5", _buy(size=Size(SizeKind.BARE, Decimal("1.5")))),
        ("buy BTC 100", _buy(size=Size(SizeKind.BARE, Decimal(1000)))),
        ("buy BTC 100 @ 64", _buy(limit=PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(65)))),
        ("sl BTC 61500", ExitsLine("sl", "BTC", stop_loss=Level(LevelKind.PRICE, Decimal(6150)))),
        ("buy BTC\u200b", _buy()),
        ("buy BTC " + " " * 600, _buy()),
        ("panics", VerbLine("panic")),
        ("positions", VerbLine("flatten")),
        ("buy BTC 1.5", Asked("?", ())),
        ("buy", NotUnderstood("symbol_missing", "")),
    ],
)
def test_the_judge_sees_a_reading_that_is_wrong(line: str, wrong: Parsed) -> None:
    assert complaints(line, wrong) != []


def test_the_judge_knows_every_word_that_leads_to_an_act() -> None:
    for word, row in BY_WORD.items():
        if row.right is not Right.LOOK:
            assert word in BEGINNINGS[row.name], (
                f"{word} leads to {row.name}: enter it in the oracle, or not at all"
            )


def test_every_golden_line_satisfies_the_judge() -> None:
    for typed, _ in golden_lines():
        assert complaints(typed, parse(typed), deep=True) == [], typed
