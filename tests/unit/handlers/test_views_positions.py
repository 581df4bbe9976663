"""The screens of what is held: quantities, averages, marks, exits, who watches them, buttons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.layout import as_text
from bot.conversation.screen import Kind, Tone
from tests.unit.handlers.views_stage import PAPER, Stage
from trading.domain import events as ev
from trading.domain.apply import apply
from trading.domain.exits import ExitPlan, Level, LevelKind, Target, Trail
from trading.domain.ids import AccountId
from trading.excursion import Path

PLAN = ExitPlan(
    targets=(
        Target(Level(LevelKind.R, Decimal(2)), Decimal(50)),
        Target(Level(LevelKind.R, Decimal(3))),
    ),
    stop=Level(LevelKind.PERCENT, Decimal(2)),
)


async def test_an_empty_account_is_told_what_to_type() -> None:
    stage = await Stage().opened()
    assert await stage.say("/positions") == (
        "Positions\n[PAPER]\nYou hold nothing.\nType for example /buy BTC 100 tp 5% sl 2%"
    )


async def test_the_list_shows_gain_way_stop_and_guard() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    stage.price("BTC/USD", "7500", "7501")
    assert await stage.say("/positions") == (
        "Positions\n"
        "[PAPER]\n"
        "BTC/USD long 0.1 · +$9.95 (+1.34%, +0.7R)\n"
        "  7,401.00 → 7,500.50 · stop 7,252.98 · held by the venue"
    )


async def test_a_compact_person_gets_one_line_for_each_position() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    await stage.say("/settings compact on")
    said = await stage.say("/positions")
    assert said.splitlines()[2:] == ["BTC/USD long 0.1 · -$0.05 (-0.01%, 0.0R) · held by the venue"]


async def test_one_position_shows_every_exit_with_its_distance() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=5)
    stage.price("BTC/USD", "7500", "7501")
    assert await stage.say("/position BTC") == (
        "BTC/USD long\n"
        "[PAPER]\n"
        "Quantity    0.1 BTC\n"
        "Average     7,401.00\n"
        "Mark        7,500.50\n"
        "Unrealised  +$9.95 (+1.34%, +0.7R)\n"
        "Realised    $0.00\n"
        "Fees        $0.74\n"
        "Opened      2018-04-04 01:00 UTC (5m ago)\n"
        "\n"
        "held by the venue\n"
        "Exit     Price    Away  Size\n"
        "Stop  7,252.98   -3.3%   0.1\n"
        "TP 1  7,697.04  +2.62%  0.05\n"
        "TP 2  7,845.06  +4.59%  0.05"
    )


class Noted:
    """What was noted of every open position."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def paths_of(self, account: AccountId) -> Mapping[str, Path]:
        return {}

    def open_path(self, position_id: str) -> Path | None:
        return self.path


async def test_a_position_says_how_far_the_price_went_where_all_of_its_time_was_heard() -> None:
    stage = await Stage().opened()
    await stage.buy()
    position = next(stage.book.live_positions(PAPER))
    assert position.opened_at is not None
    path = Path(Decimal(7_549), Decimal(7_327), position.opened_at, position.opened_at)
    stage.paths = Noted(path)
    assert "Since then  best 7,549.00 (+2%), worst 7,327.00 (-1%)" in await stage.say("/position btc")
    stage.paths = Noted(replace(path, is_broken=True))
    assert "Since then" not in await stage.say("/position btc")
    stage.paths = Noted(replace(path, since=position.opened_at + timedelta(seconds=1)))
    assert "Since then" not in await stage.say("/position btc")


async def test_what_we_watch_says_so() -> None:
    stage = await Stage(guards=False).opened()
    await stage.buy(plan=PLAN)
    assert "watched by us" in await stage.say("/position BTC")
    assert "held by the venue" not in await stage.say("/positions")


async def test_a_time_exit_is_ours_even_at_a_venue_that_holds_the_rest() -> None:
    stage = await Stage().opened()
    at = stage.clock.at + timedelta(hours=4)
    await stage.buy(plan=ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(2)), exit_at=at))
    said = await stage.say("/position BTC")
    assert "watched by us" in next(one for one in said.splitlines() if one.startswith("Time"))
    assert "The time exit is watched by us" in said


async def test_a_trail_before_its_activation_waits_to_begin() -> None:
    stage = await Stage().opened()
    percent = LevelKind.PERCENT
    trail = Trail(Level(percent, Decimal(1)), Level(percent, Decimal(2)))
    await stage.buy(plan=ExitPlan(stop=Level(percent, Decimal(2)), trail=trail))
    assert "waits to begin" in await stage.say("/position BTC")


async def test_a_position_without_exits_is_warned_about() -> None:
    stage = await Stage().opened()
    await stage.buy()
    said = await stage.say("/position BTC")
    assert "no exits\nNothing ends this position by itself: /sl BTC/USD 2% sets a stop." in said


async def test_an_uncovered_position_is_told_loudly() -> None:
    stage = await Stage().opened()
    stage.takes_exits = False
    await stage.buy(plan=PLAN)
    stage.wait(seconds=30)
    assert "Nothing has guarded BTC/USD for 30s: no stop stands." in await stage.say("/position BTC")
    assert "UNPROTECTED" in await stage.say("/positions")
    assert "No stop stands for BTC/USD" in await stage.say("/status")
    assert "on its way" in await stage.say("/position BTC")


async def test_how_long_nothing_guarded_it_is_added_up() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    held = next(iter(stage.book.live_positions(PAPER)))
    began = ev.PositionUncovered(PAPER, held.position_id, "no stop stands", stage.clock.at)
    over = ev.PositionCovered(PAPER, held.position_id, Decimal(75), stage.clock.at + timedelta(seconds=75))
    apply(stage.book, began)
    apply(stage.book, over)
    assert "Without its stop so far: 1m 15s." in await stage.say("/position BTC")
    assert "Without a stop today, all positions together: 1m 15s." in await stage.say("/status")


async def test_dust_is_told_on_every_card() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    held = next(iter(stage.book.live_positions(PAPER)))
    account, name = held.account, held.position_id
    small, gone = Decimal("0.7"), Decimal("1.2")
    dust = ev.PositionDust(account, name, held.quantity, small, "notional_min", "At least 1.", stage.clock.at)
    apply(stage.book, dust)
    assert "This is worth $0.70, too little for the venue to trade" in await stage.say("/position BTC")
    assert "DUST, unprotected" in await stage.say("/positions")
    assert "Too little to trade, so without a stop: BTC/USD." in await stage.say("/status")
    over = ev.DustGone(account, name, gone, stage.clock.at)
    apply(stage.book, over)
    since = stage.clock.at
    at = since + timedelta(seconds=11)
    missing = ev.StopMissing(account, name, since, True, at)
    await stage.write([missing, replace(missing, closes=False), dust, over], "", "")
    said = await stage.say("/why BTC")
    assert "DUST: worth $0.70, too little for the venue to trade (At least 1.)." in said
    assert "No stop stood for 11s: closed at market, as unprotected_s wants." in said
    assert "No stop stood for 11s; unprotected_s is off, so it stays." in said
    assert "Worth $1.20: no dust any more." in said
    assert "dust" not in await stage.say("/status")


async def test_a_stale_mark_is_marked_everywhere() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    stage.wait(minutes=5)
    for line in ("/positions", "/position BTC", "/price BTC", "/status"):
        assert "stale: 5m old" in await stage.say(line), line
    for line in ("/portfolio", "/balance", "/equity", "/risk"):
        assert "* counts a price that is stale" in await stage.say(line), line
    assert "(stale prices)" in await stage.say("/pnl")


async def test_a_replayed_price_names_its_original_date() -> None:
    stage = await Stage().opened()
    stage.market.notes["BTC/USD"] = "REPLAY 2018-04-04 01:00"
    await stage.buy(plan=PLAN)
    for line in ("/positions", "/position BTC", "/price BTC", "/status", "/portfolio", "/start", "/risk"):
        assert "[REPLAY 2018-04-04 01:00]" in await stage.say(line), line


async def test_two_replayed_dates_name_their_symbols() -> None:
    stage = await Stage().opened()
    stage.market.notes.update({"BTC/USD": "REPLAY 2018-04-04", "ES": "REPLAY 2013-10-07"})
    said = await stage.say("/status")
    assert "[BTC/USD REPLAY 2018-04-04] [ES REPLAY 2013-10-07]" in said


async def test_the_close_buttons_only_look_and_name_the_whole_symbol() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=PLAN)
    screen = await stage.screen("/position BTC")
    actions = {button.label: button.action for button in screen.all_buttons}
    assert actions["Close 25%"].id == "close:BTC/USD 25%"
    assert [label for label in actions if label.startswith("Close")] == [
        "Close 25%",
        "Close 50%",
        "Close 75%",
        "Close 100%",
    ]
    assert all(action.is_navigation for action in actions.values())


async def test_nothing_held_offers_the_price() -> None:
    stage = await Stage().opened()
    screen = await stage.screen("/position BTC")
    assert screen.kind is Kind.REFUSAL
    assert as_text(screen) == "You hold nothing in BTC/USD; /positions shows what you hold."
    assert screen.all_buttons[0].action.id == "price:BTC/USD"


async def test_a_short_gains_when_the_price_falls() -> None:
    stage = await Stage().opened()
    await stage.buy(is_long=False, plan=ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(1))))
    stage.price("BTC/USD", "7326", "7326")
    said = await stage.say("/position BTC")
    assert said.startswith("BTC/USD short\n")
    assert "Unrealised  +$7.40 (+1%, +1.0R)" in said
    assert "Stop  7,474.00  +2.02%" in said


async def test_an_entry_that_waits_is_counted() -> None:
    from trading.domain.exits import PriceSpec, PriceSpecKind
    from trading.domain.order import OrderType

    stage = await Stage().opened()
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    assert "1 entry waits: /orders shows it." in await stage.say("/positions")
    assert "1 entry waits: /orders shows it." in await stage.say("/position BTC")


async def test_losses_are_written_in_the_tone_of_losses() -> None:
    stage = await Stage().opened()
    await stage.buy()
    stage.price("BTC/USD", "7000", "7001")
    screen = await stage.screen("/positions")
    tones = [span.tone for block in screen.blocks for span in getattr(block, "spans", ())]
    assert Tone.BAD in tones and Tone.GOOD not in tones


async def test_somebody_elses_account_does_not_exist() -> None:
    from trading.domain.commands import OpenAccount
    from trading.domain.ids import AccountId, CommandId, PersonId

    stage = await Stage().opened()
    await stage.submit(
        OpenAccount(
            CommandId("other"), PersonId("bob"), AccountId("bobs"), "paper", "paper", "USD", Decimal(1), ""
        )
    )
    for verb in ("positions", "portfolio", "balance", "pnl", "history", "equity", "status", "risk", "ledger"):
        foreign, unknown = await stage.say(f"/{verb} on bobs"), await stage.say(f"/{verb} on nobody")
        assert foreign.replace("bobs", "nobody") == unknown, verb
        assert "You have no account" in foreign, verb
