"""A symbol's card, the desk at a glance, the first screen, help, and what this is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.conversation.screen import Kind
from bot.conversation.verbs import VERBS, Shape
from bot.conversation.verbs_document import GROUPS
from bot.handlers.table import HANDLERS, merged
from tests.unit.handlers.views_stage import PAPER, START, Stage
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.domain.order import OrderStatus

VIEWS = {verb.name for verb in VERBS if verb.group in ("see", "guard", "self") and verb.stage == 1}


async def test_a_symbols_card_shows_both_sides_age_and_session() -> None:
    stage = await Stage().opened()
    stage.wait(seconds=12)
    assert await stage.say("/price BTC") == (
        "BTC/USD\n"
        "[PAPER]\n"
        "Bitcoin in USD\n"
        "Bid     7,400.00\n"
        "Ask     7,401.00\n"
        "Spread  1.00 (0.01%)\n"
        "Age     12s ago\n"
        "Market  open around the clock\n"
        "Tick      0.01\n"
        "Smallest  0.00000001 BTC / $1.00"
    )


async def test_a_source_without_a_spread_shows_its_last_price() -> None:
    stage = await Stage().opened()
    stage.price("BTC/USD", "7450")
    said = await stage.say("/price BTC")
    assert "Last    7,450.00" in said
    assert "Bid" not in said and "Spread" not in said


async def test_a_closed_market_says_when_it_opens() -> None:
    stage = await Stage().opened()
    stage.price("SPY", "260")
    said = await stage.say("/price SPY")
    assert "Market  closed opens 2018-04-04 13:30 UTC (in 12h 30m)" in said
    assert "closed, 0 ms old" in said


async def test_a_future_shows_what_a_tick_is_worth() -> None:
    stage = await Stage().opened()
    said = await stage.say("/price ES")
    assert "Tick      0.25 = $12.50" in said
    assert "Smallest  1 contract" in said
    assert "Market  open until 2018-04-04 21:00 UTC" in said


async def test_a_price_that_never_came_is_awaited() -> None:
    stage = await Stage().opened()
    del stage.market.quotes["BTC/USD"], stage.book.marks["BTC/USD"]
    said = await stage.say("/price BTC")
    assert "There is no price of BTC/USD yet" in said
    assert "Age" not in said
    del stage.market.quotes["ES"]
    assert "no price yet" in await stage.say("/start")


def bar(minute: int, opens: int) -> Bar:
    """A minute that rises by 100 and falls 50 below its open."""
    at = START + timedelta(minutes=minute)
    first, high, low, last = (Price(Decimal(opens + more)) for more in (0, 120, -50, 100))
    return Bar("BTC/USD", at, at + timedelta(minutes=1), first, high, low, last)


async def test_the_card_shows_the_range_of_its_bars_and_your_position() -> None:
    stage = await Stage().opened()
    stage.market.past["BTC/USD"] = [bar(-2, 7000), bar(-1, 7100)]
    await stage.buy()
    said = await stage.say("/price BTC")
    assert "Range 2m  6,950.00 – 7,220.00 +2.86%" in said
    assert "You hold  long 0.1 · -$0.05 (-0.01%)" in said


async def test_an_unknown_symbol_is_refused_with_a_hint() -> None:
    stage = await Stage().opened()
    screen = await stage.screen("/price BTCC")
    assert screen.kind is Kind.REFUSAL
    assert "did you mean BTC/USD" in await stage.say("/price BTCC")


async def test_a_word_that_two_symbols_share_is_asked() -> None:
    stage = await Stage().opened()
    stage.price("BTC/EUR", "6000")
    screen = await stage.screen("/price BTC")
    assert {button.label for button in screen.all_buttons} == {"BTC/USD", "BTC/EUR"}
    assert "6,000.00" in await stage.press(screen, "BTC/EUR")


async def test_the_status_shows_the_desk_at_a_glance() -> None:
    stage = await Stage().opened()
    await stage.buy()
    assert await stage.say("/status") == (
        "Status\n"
        "[PAPER]\n"
        "State    active\n"
        "Equity   $9,999.21\n"
        "Today    -$0.79 (-0.01%)\n"
        "Open     1 position, 0 orders\n"
        "Venue    paper (holds exits itself)\n"
        "Mode     paper only\n"
        "Journal  8 events abababababab\n"
        "\n"
        "replay       Price  Age\n"
        "BTC/USD   7,400.50  0 ms\n"
        "ES       2,600.125  0 ms"
    )


async def test_an_order_in_doubt_stands_on_top_of_the_status() -> None:
    from trading.domain import reports as rp
    from trading.domain.exits import PriceSpec, PriceSpecKind
    from trading.domain.order import OrderType

    stage = await Stage().opened()
    stage.takes_exits = False
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    (order,) = stage.book.open_orders(PAPER)
    await stage.take(rp.Silent(PAPER, order.client_order_id, "no answer in time", stage.clock.at))
    assert next(stage.book.open_orders(PAPER)).status is OrderStatus.IN_DOUBT
    assert "1 order is in doubt" in await stage.say("/status")


async def test_the_first_screen_says_what_to_type() -> None:
    stage = await Stage().opened()
    said = await stage.say("/start")
    assert said.startswith("Open Outcry\n[PAPER]\n")
    for part in (
        "$10,000.00 Paper",
        "/buy BTC 100 tp 5% sl 2%",
        "/positions",
        "/panic",
        "Paper money: real prices, no real orders.",
    ):
        assert part in said, part


async def test_the_first_screen_proposes_what_has_a_price() -> None:
    stage = await Stage().opened()
    stage.market.instruments.pop("BTC/USD")
    stage.market.quotes.pop("BTC/USD")
    assert "/buy ES 1c tp 5% sl 2%" in await stage.say("/start")


async def test_help_lists_every_verb_of_the_table() -> None:
    stage = await Stage().opened()
    said = await stage.say("/help")
    missing = [verb.name for verb in VERBS if f"/{verb.name} " not in said]
    assert missing == []


async def test_help_explains_one_verb_with_examples() -> None:
    stage = await Stage().opened()
    said = await stage.say("/help halt")
    assert said.startswith("/halt\n")
    assert "/halt [reduce|all] [account|desk] [REASON]" in said
    assert "/halt desk" in said
    assert "Also" in said and "freeze" in said


async def test_compact_help_is_one_line_a_group() -> None:
    stage = await Stage().opened()
    await stage.say("/settings compact on")
    assert len((await stage.say("/help")).splitlines()) < 3 * len(GROUPS) + 6


async def test_the_version_names_program_and_journal() -> None:
    stage = await Stage().opened()
    await stage.say("/halt desk")
    said = await stage.say("/version")
    assert said.startswith("Open Outcry 1.0\n[paper only]\n")
    assert "Journal paper  4 events abababababab" in said
    assert "Journal desk   1 event abababababab" in said


def test_every_verb_that_shows_guards_or_sets_up_is_answered() -> None:
    assert VIEWS - set(HANDLERS) == set()


def test_every_verb_that_is_answered_stands_in_the_table() -> None:
    assert set(HANDLERS) - {verb.name for verb in VERBS} == set()


def test_a_verb_that_two_rooms_answer_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="same verbs"):
        merged(({"start": HANDLERS["start"]}, {"start": HANDLERS["help"]}))


@pytest.mark.parametrize("held", [False, True])
async def test_every_example_of_these_verbs_gets_a_screen(held: bool) -> None:
    stage = await Stage().opened()
    if held:
        await stage.buy()
    lines = [
        example
        for verb in VERBS
        if verb.name in VIEWS and verb.shape is Shape.PLAIN
        for example in (*verb.examples, f"/{verb.name}")
    ]
    for line in lines:
        for screen in await stage.screens(line):
            assert screen.blocks, line


async def test_every_looking_button_leads_somewhere() -> None:
    from bot.conversation.grammar import NotUnderstood, parse

    stage = await Stage().opened()
    stage.clock.at = datetime(2018, 4, 4, 1, 0, tzinfo=UTC)
    await stage.buy()
    for name in sorted(VIEWS):
        screens = await stage.screens(f"/{name}" if name not in ("position", "price") else f"/{name} BTC")
        for button in screens[0].all_buttons:
            if button.action.is_navigation:
                verb, _, argument = button.action.id.partition(":")
                line = f"/{verb} {argument}".rstrip()
                assert not isinstance(parse(line), NotUnderstood), (name, line)
