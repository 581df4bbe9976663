"""What people hear about what guards a position: a stop that did not come, dust."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from bot.notifications.alerts import alert, is_news
from bot.notifications.policy import Urgency
from tests.unit.notifications.desk import ACCOUNT, Desk, text
from trading.domain import events as ev
from trading.domain.ids import CommandId
from trading.domain.money import Quantity
from trading.domain.position import UNPROTECTED


def test_a_stop_that_did_not_come_is_told_with_what_is_done_about_it() -> None:
    desk = Desk()
    desk.buy()
    stored = desk.fill(desk.orders()[0], "10000")
    gap = stored[0]
    name, since = next(iter(desk.book.live_positions(ACCOUNT))).position_id, desk.now
    missing = ev.StopMissing(ACCOUNT, name, since, True, since + timedelta(seconds=12))
    made = alert([replace(gap, event=missing)], desk.scene())
    assert made is not None and text(made).startswith("🚨 BTC/USD: no stop stood for 12s\nIt is being closed")
    assert made.urgency is Urgency.URGENT
    made = alert([replace(gap, event=replace(missing, closes=False))], desk.scene())
    assert made is not None and "It stays, because your limit unprotected_s is off" in text(made)
    begun = ev.FlattenStarted(ACCOUNT, CommandId(f"{UNPROTECTED}{name}"), (name,), (), False, since)
    assert not is_news(replace(gap, event=begun), desk.scene())
    assert is_news(replace(gap, event=replace(begun, command_id=CommandId("x"))), desk.scene())


def test_dust_is_told_and_that_it_is_none_any_more() -> None:
    desk = Desk()
    desk.buy()
    (filled, *_) = desk.fill(desk.orders()[0], "10000")
    name = next(iter(desk.book.live_positions(ACCOUNT))).position_id
    held, small = Quantity(Decimal("0.0001")), Decimal("0.9")
    event = ev.PositionDust(ACCOUNT, name, held, small, "notional_min", "At least 1 USD.", desk.now)
    dust = [replace(filled, event=event)]
    made = alert(dust, desk.scene())
    assert made is not None and text(made).startswith("0.0001 BTC/USD is too little to trade\n")
    assert "The venue says: At least 1 USD. What is left is dust" in text(made)
    gone = replace(dust[0], event=ev.DustGone(ACCOUNT, name, Decimal("1.2"), desk.now))
    made = alert([gone], desk.scene())
    assert made is not None and "It is worth $1.20: its exits stand again" in text(made)
