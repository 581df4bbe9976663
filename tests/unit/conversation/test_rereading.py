"""What the desk completes by itself, and what it leaves alone."""

import pytest

from bot.conversation.grammar import NotUnderstood, parse
from bot.conversation.rereading import understood
from bot.conversation.verbs import VERBS

HELD = ("BTC/USD",)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/tp 5%", "/tp BTC/USD 5%"),
        ("/sl 6900", "/sl BTC/USD 6900"),
        ("trail after 2% by 1%", "/trail BTC/USD after 2% by 1%"),
        ("/breakeven", "/breakeven BTC/USD"),
        ("/be now", "/breakeven BTC/USD now"),
        ("/bracket tp 2% sl 1%", "/bracket BTC/USD tp 2% sl 1%"),
        ("/close", "/close BTC/USD"),
        ("/close 50%", "/close BTC/USD 50%"),
        ("sell", "/sell BTC/USD"),
        ("/close all", "/flatten"),
        ("/cancel BTC", "/cancelall BTC"),
        ("/cancel all", "/cancelall"),
    ],
)
def test_the_only_open_position_needs_no_name(typed: str, said: str) -> None:
    parsed, line = understood(typed, lambda: HELD)
    assert line == said
    assert not isinstance(parsed, NotUnderstood)


@pytest.mark.parametrize("typed", ["/tp 5%", "/close", "/close 50%", "sell"])
@pytest.mark.parametrize("held", [(), ("BTC/USD", "ETH/USD")])
def test_a_symbol_is_never_guessed_among_none_or_several(typed: str, held: tuple[str, ...]) -> None:
    parsed, line = understood(typed, lambda: held)
    assert line == typed
    assert isinstance(parsed, NotUnderstood)


@pytest.mark.parametrize(
    "typed",
    ["/buy", "/buy 100", "/short 1%", "/close all of BTC", "/close short", "/cancel BTC #3", "gibberish x"],
)
def test_nothing_that_opens_is_ever_completed(typed: str) -> None:
    parsed, line = understood(typed, lambda: HELD)
    assert line == typed
    assert parsed == parse(typed)


def test_what_can_be_read_is_read_as_it_stands() -> None:
    for row in VERBS:
        for example in row.examples:
            assert understood(example, lambda: HELD) == (parse(example), example)
