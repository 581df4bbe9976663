"""What a line says beyond what its verb would carry out is refused with a sentence, never dropped."""

from __future__ import annotations

import pytest

from bot.conversation.grammar import NotUnderstood, VerbLine, parse
from bot.conversation.verbs import VERBS, Verb

BOUND = [row for row in VERBS if any(one.needs or one.never_with or one.alone for one in row.arguments)]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("/mode paper live", "live"),
        ("/mode live-off I know what I do", "I know what I do"),
        ("/mode please", "please"),
        ("/keys binance", "binance"),
        ("/keys check binance-paper live", "live"),
        ("/keys add binance paper now", "now"),
        ("/unlink now", "now"),
        ("/preset list scalp", "scalp"),
        ("/preset delete scalp BTC", "BTC"),
        ("/doubt #3 absent 1234", "1234"),
        ("/limits 500", "500"),
        ("/reconcile adopt", "adopt"),
        ("/board orders", "orders"),
        ("/pnl card daily", "daily"),
        ("/pnl calendar 14", "14"),
        ("/pnl hide", "hide"),
        ("/pnl 2026-01-05", "2026-01-05"),
        ("/export json", "json"),
        ("/doubt there", "there"),
        ("/doubt absent", "absent"),
        ("/pnl week daily", "daily"),
        ("/pnl weekly year", "weekly"),
        ("/logs clear error", "error"),
        ("/logs 30 clear", "30"),
    ],
)
def test_a_word_that_would_do_nothing_refuses_the_line(line: str, word: str) -> None:
    read = parse(line)
    assert isinstance(read, NotUnderstood), read
    verb = line.split()[0]
    assert f"{verb} cannot take “{word}”" in read.sentence and "type /" in read.sentence


@pytest.mark.parametrize(
    "line",
    [
        "/mode live I want real money",
        "/keys remove binance-paper now",
        "/keys add binance paper",
        "/preset save scalp 1% sl 1%",
        "/preset use scalp BTC",
        "/doubt #3 there 1234",
        "/doubt seen",
        "/logs all error 30",
        "/logs clear",
        "/limits order 500",
        "/reconcile BTC adopt",
        "/strategy macd BTC 1h",
        "/board on orders",
        "/pnl card BTC hide",
        "/pnl daily 14",
        "/pnl calendar 2026-01-05",
        "/export fills json month",
    ],
)
def test_where_it_says_something_it_is_read(line: str) -> None:
    assert isinstance(parse(line), VerbLine)


@pytest.mark.parametrize("row", BOUND, ids=lambda row: row.name)
def test_what_an_argument_needs_is_an_argument_of_the_same_verb(row: Verb) -> None:
    names = {one.name: one for one in row.arguments}
    for one in row.arguments:
        assert not one.needs or one.needs in names
        assert set(one.never_with) <= set(names)
        assert set(one.unless) | set(one.alone) <= set(one.choices)
        assert set(one.only) <= set(names[one.needs].choices if one.needs else ())
