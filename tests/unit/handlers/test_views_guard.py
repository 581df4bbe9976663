"""What `/why`, `/status` and the cards say about pauses, lockouts, maintenance and warnings."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.conversation.handling import Prefs
from bot.conversation.screen import Kind
from tests.unit.handlers.views_stage import OWNER, PAPER, Stage
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.ids import CommandId
from trading.domain.order import OrderType

BERLIN = Prefs(zone="Europe/Berlin")


async def opened() -> Stage:
    stage = Stage()
    stage.prefs = BERLIN
    return await stage.opened()


async def test_the_times_of_a_pause_are_on_the_persons_clock() -> None:
    stage = await opened()
    said = await stage.say("/pause until 2018-04-05 09:00 holiday")
    assert "until 2018-04-05 09:00 CEST (holiday)" in said
    for line in ("/status", "/risk", "/positions"):
        assert "PAUSED until 2018-04-05 09:00 CEST by owner at 03:00: holiday" in await stage.say(line)


async def test_a_pause_in_another_zone_is_told_in_mine() -> None:
    stage = await opened()
    assert "until 2018-04-05 01:00 CEST" in await stage.say("/pause until 19:00 America/New_York")


async def test_a_pause_that_is_over_shows_nowhere_although_nobody_wrote_it_down() -> None:
    stage = await opened()
    await stage.say("/pause 1h")
    stage.wait(hours=1)
    stage.price("BTC/USD", "7400")
    assert "State    active" in await stage.say("/status")
    assert "Nothing is halted" in await stage.say("/resume it is over")
    screen = await stage.screen("/buy BTC 100")
    assert screen.kind is Kind.REVIEW


async def test_everything_that_binds_has_its_own_line() -> None:
    stage = await opened()
    await stage.say("/pause 2h desk lunch")
    await stage.say("/halt storm")
    await stage.say("/maintenance on new disk")
    await stage.submit(cm.LockOut(CommandId("l"), OWNER, PAPER, stage.clock.at + timedelta(hours=3), "tilt"))
    said = await stage.say("/status")
    for line in (
        "Desk         PAUSED until 05:00 by owner at 03:00: lunch",
        "Maintenance  MAINTENANCE by owner at 03:00: new disk",
        "Account      HALTED: EXITS ONLY by owner at 03:00: storm",
        "Lockout      LOCKED OUT until 06:00 by owner at 03:00: tilt",
    ):
        assert line in said
    card = await stage.say("/resume the storm is over")
    assert "Entries stay closed all the same: MAINTENANCE by owner at 03:00: new disk." in card
    assert "Entries stay closed all the same: LOCKED OUT until 06:00." in card


async def test_a_long_reason_is_cut_in_the_badge_and_whole_in_the_status() -> None:
    stage = await opened()
    reason = "the exchange said that it would be down for an hour and a half because of its new engine"
    await stage.say(f"/halt {reason}")
    assert "…]" in await stage.say("/positions")
    assert reason in " ".join((await stage.say("/status")).split())


async def test_a_lockout_says_what_it_withdraws_before_it_is_typed() -> None:
    stage = await opened()
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    assert "1 entry that waits is withdrawn." in await stage.say("/lockout 1h")
    await stage.say("/lockout until 2018-04-04 04:00 nobody can end it earlier")
    assert list(stage.book.open_orders(PAPER)) == []


async def test_no_button_and_no_yes_flag_locks_anybody_out() -> None:
    stage = await opened()
    (screen,) = await stage.screens("/lockout 1h", yes=True)
    assert screen.all_buttons == ()
    account = stage.book.account(PAPER)
    assert account is not None and account.lockout is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/pause 1h news", "Account paper: PAUSED until 04:00 by owner at 03:00: news."),
        ("/halt storm", "Account paper: HALTED: EXITS ONLY by owner at 03:00: storm."),
    ],
)
async def test_why_tells_a_halt_as_the_last_thing_that_happened(line: str, words: str) -> None:
    stage = await opened()
    await stage.say(line)
    assert words in (await stage.say("/why")).replace("\n", " ")


async def test_why_tells_warnings_and_what_they_withdrew() -> None:
    stage = await opened()
    await stage.buy(quantity="1")
    await stage.buy(quantity="0.01")
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(6000))
    await stage.buy(quantity="0.1", order_type=OrderType.LIMIT, limit=limit)
    stage.price("BTC/USD", "6800")
    await stage.take(rp.RiskLooked(PAPER, stage.clock.at))
    said = (await stage.say("/why BTC")).replace("\n", " ")
    assert "Cancel of #3 asked for: today's loss limit is reached." in said


async def test_why_tells_lockouts_and_the_end_of_pauses() -> None:
    stage = await opened()
    until = stage.clock.at + timedelta(hours=1)
    await stage.submit(cm.LockOut(CommandId("l"), OWNER, PAPER, until, "tilt"))
    assert "Locked out until 04:00 by owner: tilt." in await stage.say("/why")
    await stage.say("/pause 1h")
    stage.wait(hours=1)
    await stage.take(rp.PauseEnded(PAPER, until, stage.clock.at))
    assert "Account paper trades again: the pause is over." in await stage.say("/why")


async def test_why_tells_how_much_of_the_day_was_used() -> None:
    stage = await opened()
    await stage.buy(quantity="1")
    stage.price("BTC/USD", "7100")
    await stage.take(rp.RiskLooked(PAPER, stage.clock.at))
    assert "50 % of today's loss limit was used: $308.40 of $500.00." in await stage.say("/why")


async def test_why_tells_what_happened_to_the_whole_desk() -> None:
    stage = await opened()
    await stage.say("/maintenance on new disk")
    assert "Maintenance began, by owner: new disk." in await stage.say("/why")
