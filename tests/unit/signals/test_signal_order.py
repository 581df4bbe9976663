"""A believed signal becomes an order as a typed line would, or a score: never twice, never too large."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.conversation.signalling import Heard
from bot.handlers.signal_order import carry_out
from tests.unit.handlers.views_stage import PAPER
from tests.unit.signals.stage import URL, SignalStage


@pytest.fixture
async def desk() -> SignalStage:
    stage = SignalStage()
    await stage.opened()
    made = await stage.say("/signals new tv")
    assert f"{URL}/signal/" in made and "prev_market_position" in made
    return stage


async def send(desk: SignalStage, nonce: str, line: str = "", **fields: Any) -> Heard:
    return await carry_out(desk.tools, await desk.source(), await desk.signal(nonce, line, **fields))


async def live(desk: SignalStage, most: str = "500") -> None:
    screen = await desk.screen(f"/signals live tv max {most}")
    assert "Let tv trade?" in "\n".join(str(block) for block in screen.blocks)
    assert "tv trades now" in await desk.press(screen, "Let it trade")


def orders(desk: SignalStage) -> int:
    return sum(1 for _ in desk.book.live_positions(PAPER))


async def test_a_new_source_orders_nothing_and_earns_a_score(desk: SignalStage) -> None:
    assert (await send(desk, "1", "buy btc 100")).code == "dry"
    desk.price("BTC/USD", "7600", "7601")
    assert (await send(desk, "2", "sell btc")).code == "dry"
    score = (await desk.source()).score
    assert (score.heard, score.passed, score.trips, score.wins) == (2, 2, 1, 1)
    # Bought at 7401, sold at 7600, ten basis points a side.
    assert score.percent == ((Decimal(7600) - 7401) * 100 / 7401 - Decimal("0.2")).quantize(Decimal("0.0001"))
    assert orders(desk) == 0
    page = await desk.say("/signals tv")
    assert "dry-run" in page and "2, 2 would have passed" in page and "1, 100% won" in page


async def test_what_the_gate_would_refuse_does_not_pass_in_dry_run_either(desk: SignalStage) -> None:
    heard = await send(desk, "1", "buy btc 900000")
    assert heard.code == "refused" and heard.why
    score = (await desk.source()).score
    assert (score.heard, score.passed) == (1, 0)


async def test_once_it_may_trade_its_order_is_one_like_a_typed_one(desk: SignalStage) -> None:
    await live(desk)
    heard = await send(desk, "1", "buy btc 100 sl 2%")
    assert heard.code == "sent"
    (position,) = [one for one in desk.book.live_positions(PAPER) if one.is_open]
    source = await desk.source()
    assert f"signal:{source.source_id}:1" in desk.answers and position.quantity * 7401 < 101
    rows = await desk.tools.ledger.orders([PAPER], limit=9)
    assert {row.order.tag for row in rows if row.order.is_entry} == {"signal-tv"}
    assert any(not row.order.is_entry for row in rows), "its stop stands"
    assert (await send(desk, "2", "close btc")).code == "sent"
    assert not [one for one in desk.book.live_positions(PAPER) if one.is_open]


async def test_the_same_signal_again_changes_nothing(desk: SignalStage) -> None:
    await live(desk)
    before = await desk.source()
    signal = await desk.signal("1", "buy btc 100")
    await carry_out(desk.tools, before, signal)
    assert (await carry_out(desk.tools, await desk.source(), signal)).code == "again"
    # A desk that died between the order and the note of it: the order's own id keeps it single.
    assert (await carry_out(desk.tools, before, signal)).code == "sent"
    (position,) = [one for one in desk.book.live_positions(PAPER) if one.is_open]
    assert position.quantity * 7401 < 101


async def test_it_may_not_use_more_than_it_was_given(desk: SignalStage) -> None:
    await live(desk, "50")
    heard = await send(desk, "1", "buy btc 100")
    assert heard.code == "refused" and "more than the $50.00" in heard.why
    assert orders(desk) == 0


async def test_a_signal_that_waited_while_the_desk_was_away_is_refused(desk: SignalStage) -> None:
    await live(desk)
    signal = await desk.signal("1", "buy btc 100", late_s=61)
    heard = await carry_out(desk.tools, await desk.source(), signal)
    assert heard.code == "refused" and "a signal is worth a minute" in heard.why


async def test_a_source_that_believes_something_else_is_stopped(desk: SignalStage) -> None:
    await live(desk)
    heard = await send(desk, "1", action="buy", symbol="BTCUSD", size="100", before="short", after="flat")
    assert heard.code == "refused" and "believes that BTC/USD is short, and it is flat" in heard.why
    assert (await send(desk, "2", action="buy", symbol="BTCUSD", size="100", before="flat")).code == "sent"
    assert (await send(desk, "3", action="sell", symbol="BTCUSD", before="long", after="flat")).code == "sent"
    heard = await send(desk, "4", action="sell", symbol="BTCUSD", before="long", after="flat")
    assert heard.code == "refused"


async def test_a_sale_is_no_short_unless_it_says_so_and_turning_round_takes_two(desk: SignalStage) -> None:
    await live(desk)
    assert (await send(desk, "1", action="sell", symbol="BTCUSD", size="100")).code == "refused"
    assert (await send(desk, "2", action="sell", symbol="BTCUSD", size="100", after="short")).code == "sent"
    heard = await send(desk, "3", action="buy", symbol="BTCUSD", size="100", after="long")
    assert heard.code == "refused" and "close first, then enter" in heard.why
    assert (await send(desk, "4", action="buy", symbol="BTCUSD", after="flat")).code == "sent"


async def test_what_is_no_order_is_refused_with_its_sentence(desk: SignalStage) -> None:
    await live(desk)
    for nonce, line in enumerate(("/panic", "/halt", "/settings zone UTC", "buy nothing 100", "buy btc")):
        heard = await send(desk, str(nonce), line)
        assert heard.code == "refused" and heard.why, line
    assert (await send(desk, "8", action="buy", symbol="QQQZZZ", size="1")).code == "refused"
    assert orders(desk) == 0


async def test_the_usual_size_is_used_when_none_is_said(desk: SignalStage) -> None:
    await desk.say("/signals size tv 100")
    await live(desk)
    assert (await send(desk, "1", action="buy", symbol="BTC/USD")).code == "sent"


async def test_back_to_dry_run_ends_its_orders_at_once(desk: SignalStage) -> None:
    await live(desk)
    await desk.say("/signals dry tv")
    assert (await send(desk, "1", "buy btc 100")).code == "dry"
    assert orders(desk) == 0


# ---------------------------------------------------------------- in chat


async def test_names_are_checked_and_bounded(desk: SignalStage) -> None:
    assert "is no name for a source" in await desk.say("/signals new TV/1")
    assert "already" in await desk.say("/signals new tv")
    assert "You have no source x" in await desk.say("/signals x")
    assert "/signals live tv max 500" in await desk.say("/signals live tv")
    assert "Say which one" in await desk.say("/signals live")
    for number in range(9):
        await desk.say(f"/signals new s{number}")
    assert "delete one first" in await desk.say("/signals new more")
    assert "tv" in await desk.say("/signals")


async def test_a_secret_is_shown_once_sealed_and_gone_with_its_source(desk: SignalStage) -> None:
    (secret,) = desk.vault.kept.values()
    kept = await desk.store.registers.settings((await desk.source()).person)
    assert secret not in str(kept) and secret not in await desk.say("/signals tv")
    assert "has a new secret" in await desk.say("/signals rotate tv")
    (newer,) = desk.vault.kept.values()
    assert newer != secret
    await desk.say("/signals delete tv")
    assert desk.vault.kept == {} and "Nobody sends signals" in await desk.say("/signals")


async def test_without_an_address_there_are_no_signals() -> None:
    stage = SignalStage()
    stage.facts = stage.facts.__class__(version="1.0")
    await stage.opened()
    assert "OPENOUTCRY_SIGNALS_URL" in await stage.say("/signals")
