"""Why: the journal's own answer, for orders that were made, that were triggered, and that were not made."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from bot.conversation.words_why import ENGLISH
from bot.handlers.story import _TELLERS, CHECKS, SILENT
from tests.unit.handlers.views_stage import PAPER, Stage
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.exits import ExitPlan, Level, LevelKind, Target
from trading.domain.ladder import ExitSupport
from trading.domain.money import Quantity

PLAN = ExitPlan(
    targets=(Target(Level(LevelKind.PERCENT, Decimal(5))),), stop=Level(LevelKind.PERCENT, Decimal(2))
)


async def test_an_order_is_explained_from_the_ask_to_the_fill() -> None:
    stage = await Stage().opened()
    await stage.buy()
    said = await stage.say("/why #1")
    lines = said.splitlines()
    assert lines[0] == "Why: #1 BTC/USD"
    assert lines[2:6] == [
        "2018-04-04",
        "01:00:00 #1 buy 0.1 BTC at market (entry)",
        "  You asked for it (console:chat:1).",
        "  Gate: 17 checks passed at a price of 7,400.50. Limits: version 1.",
    ]
    assert "  ✓ order: 740.1 of 100,000" in lines
    assert "  ✓ age of the price: 0 s of 120 s" in lines
    assert "  ✓ market open: yes" in lines
    assert lines[-3:-1] == [
        "01:00:00 The venue took #1 (0 ms after it was written down).",
        "01:00:00 #1 filled 0.1 at 7,401.00, fee $0.74.",
    ]
    assert lines[-1].startswith("Journal paper, events ")


async def test_a_triggered_exit_names_the_price_that_did_it() -> None:
    stage = await Stage(guards=False).opened()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=3)
    stage.price("BTC/USD", "7200", "7201")
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None
    quote = stage.market.quotes["BTC/USD"]
    await stage.take(rp.PriceTouched(PAPER, held.position_id, "sl", quote, stage.clock.at))
    said = await stage.say("/why #2")
    assert "01:03:00 Stop was reached: price 7,200.00, source test." in said
    assert "Sent because Stop was reached." in said
    assert "#2 filled 0.1 at 7,200.00, fee $0.72. -$20.10" in said
    whole = await stage.say("/why BTC")
    assert "BTC/USD is flat, ended by Stop: -$21.56" in whole
    assert whole.index("#1 buy") < whole.index("Stop was reached") < whole.index("is flat")


async def test_an_order_that_was_not_made_is_answered_too() -> None:
    stage = await Stage().opened()
    await stage.say("/halt storm")
    from trading.domain.commands import OpenPosition, Seen
    from trading.domain.exits import Size, SizeKind
    from trading.domain.ids import CommandId
    from trading.ports import Denied

    answer = await stage.submit(
        OpenPosition(
            CommandId("c"),
            stage.book.accounts[PAPER].owner,
            PAPER,
            Seen(stage.market.instruments["BTC/USD"], stage.market.quotes["BTC/USD"]),
            True,
            Size(SizeKind.BASE, Decimal("0.1")),
        )
    )
    assert isinstance(answer, Denied)
    for line in ("/why", "/why BTC"):
        said = await stage.say(line)
        assert "Refused: /buy BTC/USD" in said, line
        assert "Account paper is halted by owner at 01:00 UTC: storm. Only exits" in said.replace(
            "\n", " "
        ), line
        assert "[account_halt reduce_only]" in said.replace("\n", " "), line


async def test_exits_at_the_venue_are_told_with_their_prices() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    said = (await stage.say("/why BTC")).replace("\n", " ")
    assert "Exits: Stop 7,252.98, TP 1 7,771.05 (held by the venue; set from the fill's price)" in said
    assert "#2 sell 0.1 BTC stop 7,252.98 (stop loss)" in said
    assert "Stop: placed to guard the position." in await stage.say("/why #2")


ATTACHED = ExitSupport(stop=True, trailing=True, attached=True, reduce_only=True)


async def test_exits_that_hang_on_the_position_are_told_with_what_the_venue_makes_of_them() -> None:
    stage = await Stage().opened()
    await stage.take(rp.BrokerConnected(PAPER, "paper", False, stage.clock.at, ATTACHED))
    await stage.buy(plan=PLAN)
    stop = next(o for o in stage.book.open_orders(PAPER) if o.stop_price is not None)
    await stage.take(
        rp.Replaced(
            PAPER,
            stop.client_order_id,
            Quantity(Decimal("0.05")),
            None,
            stop.stop_price,
            "attached",
            stage.clock.at,
        )
    )
    said = (await stage.say("/why BTC")).replace("\n", " ")
    assert "(attached to the position at the venue; set from the fill's price)" in said
    assert "The venue keeps #2 as large as the position: 0.05 at 7,252.98." in said
    assert "attached to the position" in (await stage.say("/positions")).replace("\n", " ")
    assert "keeps stop and target as large as the position" in (await stage.say("/status")).replace("\n", " ")


async def test_exits_that_the_venue_did_not_attach_are_told_as_orders_of_their_own() -> None:
    stage = await Stage().opened()
    await stage.take(rp.BrokerConnected(PAPER, "paper", False, stage.clock.at, ATTACHED))
    await stage.buy(plan=PLAN)
    stop = next(o for o in stage.book.open_orders(PAPER) if o.stop_price is not None)
    await stage.take(rp.Rejected(PAPER, stop.client_order_id, "stop_refused", "No.", stage.clock.at))
    said = (await stage.say("/why BTC")).replace("\n", " ")
    assert "the venue did not attach them to the position, so each is an order of its own" in said


async def test_only_the_newest_position_of_a_symbol_is_told() -> None:
    from tests.unit.handlers.test_views_money import close

    stage = await Stage().opened()
    await stage.buy()
    await close(stage)
    stage.wait(minutes=1)
    stage.price("BTC/USD", "7400", "7401")
    await stage.buy()
    said = await stage.say("/why BTC")
    assert "#3 buy" in said and "#1 buy" not in said


async def test_an_order_that_does_not_exist_is_not_found() -> None:
    stage = await Stage().opened()
    assert await stage.say("/why #99") == "There is no order #99 of yours; /orders lists them."


async def test_a_symbol_that_was_never_traded_has_no_story() -> None:
    stage = await Stage().opened()
    assert "The journal holds nothing about that." in await stage.say("/why ES")


async def test_a_long_story_shows_its_newest_lines() -> None:
    stage = await Stage().opened()
    stage.takes_exits = False
    await stage.buy(plan=PLAN)
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and held.bracket is not None
    for leg in held.bracket.legs:
        order = stage.book.order(leg.order_id) if leg.order_id else None
        assert order is not None
        for _ in range(15):
            await stage.take(rp.Silent(PAPER, order.client_order_id, "no answer", stage.clock.at))
    said = await stage.say("/why BTC")
    assert "earlier lines: /export journal has them." in said
    assert len(said.splitlines()) < 40


def test_every_event_about_an_order_or_a_position_can_be_told() -> None:
    about = {
        kind
        for kind in get_args(ev.Event)
        if {"order_id", "position_id"} & set(kind.__struct_fields__)
        or kind in (ev.OrderIntended, ev.CommandDenied, ev.InstrumentListed)
    }
    assert about - set(_TELLERS) - SILENT == set()


def test_every_check_of_the_gate_has_its_words() -> None:
    assert {f"why.check.{name}" for name in CHECKS} <= set(ENGLISH)
