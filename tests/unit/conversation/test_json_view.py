"""The shapes of `--json`: exact texts for numbers, UTC for instants, the same keys always."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.json_view import (
    DeskState,
    FeedState,
    average,
    bookings_json,
    bracket_json,
    closed_json,
    equity_json,
    fills_json,
    leg_state,
    orders_json,
    positions_json,
    status_json,
)
from tests.unit.handlers.test_views_money import close, traded
from tests.unit.handlers.views_stage import PAPER, START, Stage
from trading.domain.exits import ExitPlan, Level, LevelKind, Target, Trail
from trading.domain.money import Price, Quantity
from trading.domain.position import Bracket, Guard, Leg, LegKind

PLAN = ExitPlan(
    targets=(
        Target(Level(LevelKind.PERCENT, Decimal(2)), Decimal(50)),
        Target(Level(LevelKind.PERCENT, Decimal(4))),
    ),
    stop=Level(LevelKind.PERCENT, Decimal(2)),
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def numbers_in(value: Any) -> list[float]:
    """Every JSON number, wherever it stands."""
    if isinstance(value, dict):
        return [one for inner in value.values() for one in numbers_in(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in numbers_in(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


async def test_an_open_position_has_its_bracket_leg_by_leg() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    stage.price("BTC/USD", "7500", "7501")
    (position,) = positions_json(stage.book, [PAPER])
    assert position == {
        "symbol": "BTC/USD",
        "side": "long",
        "quantity": "0.1",
        "average_price": "7401",
        "realised_pnl": "0",
        "unrealised_pnl": "9.95",
        "bracket": [
            {
                "name": "sl",
                "kind": "stop",
                "price": "7252.98",
                "quantity": "0.1",
                "state": "working",
                "guard": "venue",
                "at": None,
            },
            {
                "name": "tp1",
                "kind": "target",
                "price": "7549.02",
                "quantity": "0.05",
                "state": "working",
                "guard": "venue",
                "at": None,
            },
            {
                "name": "tp2",
                "kind": "target",
                "price": "7697.04",
                "quantity": "0.05",
                "state": "working",
                "guard": "venue",
                "at": None,
            },
        ],
        "fees": "0.7401",
        "currency": "USD",
        "mark_price": "7500.5",
        "mark_at": "2018-04-04T01:00:00Z",
        "uncovered_since": None,
        "unprotected_s": "0",
        "is_dust": False,
        "opened_at": "2018-04-04T01:00:00Z",
        "account": "paper",
        "position_id": "paper/BTC/USD/1",
        "tag": "manual",
    }


async def test_without_a_price_the_unrealised_gain_is_unknown() -> None:
    stage = await Stage().opened()
    await stage.buy()
    stage.book.marks.clear()
    (position,) = positions_json(stage.book, [PAPER])
    assert position["unrealised_pnl"] is None and position["mark_price"] is None
    assert position["bracket"] == []


async def test_a_short_is_unsigned_and_says_its_side() -> None:
    stage = await Stage().opened()
    await stage.buy(is_long=False)
    (position,) = positions_json(stage.book, [PAPER])
    assert (position["side"], position["quantity"]) == ("short", "0.1")


async def test_fills_and_orders_come_oldest_first() -> None:
    stage = await traded()
    fills = fills_json(await stage.store.ledger.fills([PAPER]))
    assert [(one["side"], one["at"]) for one in fills] == [
        ("buy", "2018-04-04T01:00:00Z"),
        ("sell", "2018-04-04T01:10:00Z"),
    ]
    assert list(fills[0])[:8] == [
        "at", "symbol", "side", "quantity", "price", "fee", "client_order_id", "tag",
    ]  # fmt: skip
    assert fills[1]["realised_pnl"] == "9.9"
    orders = orders_json(stage.book, await stage.store.ledger.orders([PAPER]))
    assert [one["role"] for one in orders] == ["entry", "stop", "close"]
    assert orders[0]["average_price"] == "7401" and orders[1]["average_price"] is None
    assert orders[1]["stop_price"] == "7252.98" and orders[1]["status"] == "canceled"


async def test_the_average_of_a_future_is_a_price_not_a_notional() -> None:
    stage = await Stage().opened()
    stage.price("ES", "1000", "1000.25")
    await stage.buy("ES", "1")
    (order,) = orders_json(stage.book, await stage.store.ledger.orders([PAPER]))
    assert order["average_price"] == "1000.25"
    assert positions_json(stage.book, [PAPER])[0]["average_price"] == "1000.25"


async def test_closed_positions_tell_what_is_left_after_fees() -> None:
    stage = await traded()
    (closed,) = closed_json(await stage.store.ledger.closed([PAPER]))
    assert closed["net_pnl"] == "8.4099"
    assert (closed["entry_price"], closed["exit_price"], closed["reason"]) == ("7401", "7500", "close")
    assert closed["closed_at"] == "2018-04-04T01:10:00Z"
    assert positions_json(stage.book, [PAPER]) == []


async def test_the_equity_is_deposits_and_what_was_earned() -> None:
    stage = await traded()
    await stage.buy()
    stage.price("BTC/USD", "7600", "7601")
    found = equity_json(stage.book, [PAPER])
    parts = {
        name: Decimal(found[name])
        for name in ("equity", "deposits", "realised_pnl", "unrealised_pnl", "fees")
    }
    assert parts["equity"] == (
        parts["deposits"] + parts["realised_pnl"] + parts["unrealised_pnl"] - parts["fees"]
    )
    assert found["currency"] == "USD"
    assert found["accounts"][0]["account"] == "paper"


async def test_accounts_in_two_currencies_are_not_added_up() -> None:
    from tests.unit.handlers.views_stage import OWNER
    from trading.domain.commands import OpenAccount
    from trading.domain.ids import AccountId, CommandId

    stage = await Stage().opened()
    euros = AccountId("euros")
    await stage.submit(OpenAccount(CommandId("e"), OWNER, euros, "paper", "paper", "EUR", Decimal(5), ""))
    found = equity_json(stage.book, [PAPER, euros])
    assert found["equity"] is None and found["currency"] is None
    assert [one["equity"] for one in found["accounts"]] == ["10000", "5"]


async def test_bookings_balance_event_by_event() -> None:
    stage = await traded()
    rows = bookings_json(await stage.store.ledger.bookings([PAPER]))
    sums: dict[int, Decimal] = {}
    for one in rows:
        sums[one["seq"]] = sums.get(one["seq"], Decimal(0)) + Decimal(one["value"])
    assert len(sums) == 3 and set(sums.values()) == {Decimal(0)}
    assert [one["seq"] for one in rows] == sorted(one["seq"] for one in rows)


async def test_the_status_has_halts_feeds_and_the_journal() -> None:
    stage = await traded()
    await stage.say("/halt desk storm")
    at = START + timedelta(minutes=11)
    desk = DeskState(
        "1.0",
        at,
        False,
        "replay",
        [
            FeedState("BTC/USD", START + timedelta(minutes=10), False, True, "REPLAY 2018-04-04"),
            FeedState("ES", None, True, True),
        ],
        12,
        "ab" * 32,
    )
    found = status_json(stage.book, [PAPER], desk)
    assert (found["halt"], found["halt_reason"]) == ("reduce_only", "storm")
    assert (found["halted_by"], found["halt_until"], found["maintenance"]) == ("owner", None, False)
    assert found["accounts"][0]["locked_out_until"] is None
    assert found["accounts"][0]["positions"] == 0 and found["accounts"][0]["mode"] == "paper"
    assert found["feed"]["prices"][0]["age_s"] == "60" and found["feed"]["prices"][1]["at"] is None
    assert found["journal"] == {"events": 12, "head": "ab" * 32}


async def test_every_sum_is_a_text_and_every_instant_is_utc() -> None:
    stage = await traded()
    await stage.buy(plan=PLAN)
    ledger = stage.store.ledger
    shown = [
        positions_json(stage.book, [PAPER]),
        orders_json(stage.book, await ledger.orders([PAPER])),
        fills_json(await ledger.fills([PAPER])),
        closed_json(await ledger.closed([PAPER])),
        equity_json(stage.book, [PAPER]),
    ]
    assert numbers_in(shown) == []
    text = json.dumps(shown)
    assert "E-" not in text and "E+" not in text
    instants = re.findall(r'"(?:at|opened_at|closed_at|mark_at)": "([^"]+)"', text)
    assert instants and all(_INSTANT.fullmatch(one) for one in instants)


async def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    stage = await Stage().opened()
    stage.clock.at = datetime(2018, 4, 4, 3, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    await stage.buy()
    (order,) = orders_json(stage.book, await stage.store.ledger.orders([PAPER]))
    assert order["at"] == datetime(2018, 4, 4, 1, 0, tzinfo=UTC).isoformat().replace("+00:00", "Z")


async def test_a_partial_close_keeps_average_and_adds_realised() -> None:
    stage = await Stage().opened()
    await stage.buy()
    stage.price("BTC/USD", "7501", "7502")
    await close(stage, "50")
    (position,) = positions_json(stage.book, [PAPER])
    assert (position["quantity"], position["average_price"], position["realised_pnl"]) == (
        "0.05",
        "7401",
        "5",
    )


def test_an_average_has_at_most_twelve_digits() -> None:
    assert average(Decimal(22201) / 3) == Decimal("7400.33333333")
    assert str(average(Decimal("0.00001234567890123456"))) == "0.0000123456789012"
    assert average(Decimal(7401)) == 7401


async def test_a_leg_says_how_it_stands() -> None:
    stage = await Stage(guards=False).opened()
    percent = LevelKind.PERCENT
    trail = Trail(Level(percent, Decimal(1)), Level(percent, Decimal(2)))
    at = START + timedelta(hours=1)
    await stage.buy(plan=ExitPlan(stop=Level(percent, Decimal(2)), trail=trail, exit_at=at))
    (position,) = positions_json(stage.book, [PAPER])
    states = {leg["name"]: (leg["state"], leg["guard"], leg["at"]) for leg in position["bracket"]}
    assert states == {
        "sl": ("watched", "bot", None),
        "trail": ("inactive", "bot", None),
        "time": ("watched", "bot", "2018-04-04T02:00:00Z"),
    }
    held = stage.book.current_position(PAPER, "BTC/USD")
    assert held is not None and bracket_json(stage.book, held) == position["bracket"]


async def test_a_leg_without_an_order_at_the_venue_is_missing() -> None:
    stage = await Stage().opened()
    leg = Leg("sl", LegKind.STOP, Quantity(Decimal(1)), Price(Decimal(90)))
    bracket = Bracket((leg,), Guard.VENUE)
    assert leg_state(stage.book, bracket, leg) == "missing"


async def test_a_pause_that_is_over_and_a_lockout_that_is_not_are_told_as_they_bind() -> None:
    stage = await traded()
    await stage.say("/pause 1h lunch")
    await stage.say("/lockout 2h")
    until = stage.clock.at + timedelta(hours=2)
    await stage.say(f"/lockout until {until:%Y-%m-%d %H:%M} nobody can end it earlier")

    def account_at(at: datetime) -> dict[str, Any]:
        desk = DeskState("1.0", at, False, "replay", [], 12, "ab" * 32)
        found: dict[str, Any] = status_json(stage.book, [PAPER], desk)["accounts"][0]
        return found

    now = account_at(stage.clock.at)
    assert (now["halt"], now["halt_reason"], now["halted_by"]) == ("reduce_only", "lunch", "owner")
    assert now["halt_until"] is not None and now["locked_out_until"] is not None
    later = account_at(stage.clock.at + timedelta(minutes=61))
    assert (later["halt"], later["halt_until"]) == ("active", None)
    assert later["locked_out_until"] == now["locked_out_until"]
