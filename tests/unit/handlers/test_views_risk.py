"""The screens that guard: what is used of each limit, changing one, stopping and opening again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.conversation.layout import as_text
from bot.conversation.screen import Kind
from bot.handlers.risk import limit_named, short, uses
from tests.unit.handlers.views_stage import PAPER, Stage
from trading.domain.commands import HaltState
from trading.domain.exits import ExitPlan, Level, LevelKind, PriceSpec, PriceSpecKind
from trading.domain.limits import LIMIT_HELP, is_raise
from trading.domain.order import OrderType

STOP = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(2)))


async def test_every_limit_is_shown_with_what_is_used_of_it() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=STOP)
    assert await stage.say("/risk") == (
        "Risk\n"
        "[PAPER]\n"
        "Today                 -$0.79 (-0.01%)\n"
        "May still be lost     $499.21\n"
        "If all stops are hit  -$14.80\n"
        "Free to spend         $9,259.16\n"
        "\n"
        "Limit            Used     Of\n"
        "Loss today      $0.79   $500  ░░░░░\n"
        "All exposure   $740.1  $300K  ░░░░░\n"
        "Position       $740.1  $200K  ░░░░░\n"
        "Order              $0  $100K  ░░░░░\n"
        "Entries 10 s        1     10  ░░░░░\n"
        "Entries 1 min       1    100  ░░░░░"
    )


async def test_a_waiting_entry_counts_for_order_position_and_exposure() -> None:
    stage = await Stage().opened()
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    account = stage.book.account(PAPER)
    assert account is not None
    found = {use.name: use.used for use in uses(stage.book, account, stage.clock.at)}
    assert found["order_notional"] == found["position_notional"] == found["gross_exposure"] == 700


async def test_a_position_without_a_stop_is_named() -> None:
    stage = await Stage().opened()
    await stage.buy()
    assert "Without a stop        BTC/USD" in await stage.say("/risk")


async def test_limits_are_listed_by_their_short_names() -> None:
    stage = await Stage().opened()
    said = await stage.say("/limits")
    for name in LIMIT_HELP:
        assert short(name) in said
    assert "daily_loss          5% ($500.00)" in said
    assert "price_age_s         as the feed says" in said


async def test_lowering_a_limit_works_at_once() -> None:
    stage = await Stage().opened()
    assert await stage.say("/limits order_notional 5k") == ("Limit order_notional: $100,000.00 → $5,000.00.")
    account = stage.book.account(PAPER)
    assert account is not None and account.limits.order_notional_max == 5000


async def test_raising_a_limit_asks_first() -> None:
    stage = await Stage().opened()
    screen = await stage.screen("/limits order_notional 200k")
    assert screen.kind is Kind.REVIEW
    assert as_text(screen) == (
        "Raise order_notional?\n"
        "[PAPER]\n"
        "Now   $100,000.00\n"
        "Then  $200,000.00\n"
        "largest notional of one order\n"
        "It counts from the press on: this desk has no cooling-off time."
    )
    account = stage.book.account(PAPER)
    assert account is not None and account.limits.order_notional_max == 100_000
    assert await stage.press(screen, "Raise") == "Limit order_notional: $100,000.00 → $200,000.00."
    account = stage.book.account(PAPER)
    assert account is not None and account.limits.order_notional_max == 200_000


async def test_a_raise_cools_off_where_it_is_shown_and_called_off() -> None:
    stage = await Stage().opened()
    stage.facts = replace(stage.facts, raise_cools=timedelta(hours=24))
    screen = await stage.screen("/limits order_notional 200k")
    assert as_text(screen).endswith(
        "It counts 1d after the press. Until then the old one binds, and /limits order_notional calls it off."
    )
    done = await stage.press(screen, "Raise")
    assert done.replace("\n", " ") == (
        "Limit order_notional: $200,000.00 in 1d; until then $100,000.00. "
        "/limits order_notional calls it off."
    )
    then = "$100,000.00, then $200,000.00 from 2018-04-05 01:00 UTC on"
    assert then in await stage.say("/limits")
    one = await stage.screen("/limits order_notional")
    assert then in as_text(one) and "Asked by owner" in as_text(one)
    kept = "Limit order_notional stays $100,000.00: the raise is called off."
    assert await stage.press(one, "Keep $100,000.00") == kept
    assert "then" not in await stage.say("/limits")
    logs = await stage.say("/logs")
    assert "Limit order_notional_max is going to be 200,000" in logs
    assert "Limit order_notional_max stays as it is: 200,000 was called off by owner." in logs


async def test_a_second_press_raises_nothing_again() -> None:
    stage = await Stage().opened()
    screen = await stage.screen("/limits order_notional 200k")
    await stage.press(screen, "Raise")
    await stage.say("/limits order_notional 1k")
    await stage.press(screen, "Raise")
    account = stage.book.account(PAPER)
    assert account is not None and account.limits.order_notional_max == 1000


async def test_a_daily_loss_in_money_becomes_its_share_of_the_day() -> None:
    stage = await Stage().opened()
    assert await stage.say("/limits daily_loss $300") == ("Limit daily_loss: 5% ($500.00) → 3% ($300.00).")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("/limits order_notional 5%", "is money in the account's currency"),
        ("/limits orders_per_minute $5", "is a plain number"),
        ("/limits daily_loss 5eur", "is a share of the day's first equity"),
        ("/limits ordr_notional 5k", "did you mean order_notional?"),
        ("/limits order_notional 100k", "is $100,000.00 already"),
    ],
)
async def test_a_limit_that_cannot_be_is_refused_with_its_cure(line: str, part: str) -> None:
    stage = await Stage().opened()
    screen = await stage.screen(line)
    assert screen.kind is Kind.REFUSAL
    assert part in as_text(screen)


async def test_one_limit_is_explained_by_its_name() -> None:
    stage = await Stage().opened()
    said = await stage.say("/limits gross")
    assert "$300,000.00\nlargest sum of all positions and waiting entries" in said


def test_more_room_is_a_raise_whatever_the_unit() -> None:
    d = Decimal
    assert is_raise("order_notional_max", d(1), d(2)) and not is_raise("order_notional_max", d(2), d(1))
    assert is_raise("daily_loss_percent_max", d(5), d(0)) and not is_raise(
        "daily_loss_percent_max", d(0), d(5)
    )
    assert is_raise("duplicate_window_s", d(10), d(5)) and not is_raise("duplicate_window_s", d(0), d(5))
    assert is_raise("price_age_s_max", d(0), d(5)) and is_raise("price_age_s_max", d(5), d(0))
    assert not is_raise("price_age_s_max", d(9), d(5))


def test_a_limit_is_known_by_every_name_that_means_one() -> None:
    assert limit_named("daily_loss") == limit_named("daily-loss") == "daily_loss_percent_max"
    assert limit_named("ORDER_NOTIONAL") == "order_notional_max"
    assert limit_named("order") is None


# ---------------------------------------------------------------- halt and resume


async def test_a_halt_works_at_once_and_keeps_its_reason() -> None:
    stage = await Stage().opened()
    said = await stage.say("/halt news at two")
    assert said == (
        "HALTED account paper (news at two): no entry goes out, exits do.\n"
        "/resume and a reason opens it again."
    )
    account = stage.book.account(PAPER)
    assert account is not None
    assert (account.halt, account.halt_reason) == (HaltState.REDUCE_ONLY, "news at two")
    assert account.halted_by == "owner" and account.halted_at == stage.clock.at
    assert "[HALTED: EXITS ONLY by owner at 01:00: news at two]" in await stage.say("/positions")
    for line in ("/status", "/risk"):
        assert "HALTED: EXITS ONLY by owner at 01:00: news at two" in await stage.say(line)


async def test_a_halt_says_what_it_withdraws() -> None:
    stage = await Stage().opened()
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    assert "1 entry that waited is being canceled." in await stage.say("/halt all")
    assert list(stage.book.open_orders(PAPER)) == []


async def test_the_whole_desk_is_halted_by_name() -> None:
    stage = await Stage().opened()
    assert "HALTED the whole desk (by hand)" in await stage.say("/halt desk")
    assert stage.book.desk_state is HaltState.REDUCE_ONLY
    assert "[DESK HALTED: EXITS ONLY by owner at 01:00: by hand]" in await stage.say("/positions")


async def test_halting_twice_changes_nothing() -> None:
    stage = await Stage().opened()
    await stage.say("/halt")
    assert "It is so already" in await stage.say("/halt")
    assert "nothing goes out but exits" in await stage.say("/halt all")


async def test_resuming_wants_a_reason_and_says_why_it_was_halted() -> None:
    stage = await Stage().opened()
    await stage.say("/halt fat finger")
    said = await stage.say("/resume")
    assert "HALTED: EXITS ONLY by owner at 01:00: fat finger (account paper)." in said
    assert "Say why it may open again: /resume the news is out" in said
    account = stage.book.account(PAPER)
    assert account is not None and account.halt is HaltState.REDUCE_ONLY


async def test_resuming_asks_and_then_opens() -> None:
    stage = await Stage().opened()
    await stage.say("/halt fat finger")
    screen = await stage.screen("/resume hands are washed")
    assert screen.kind is Kind.REVIEW
    assert "HALTED: EXITS ONLY by owner at 01:00: fat finger\nYour reason  hands are washed" in as_text(
        screen
    )
    said = await stage.press(screen, "Resume")
    assert said == "RESUMED account paper (hands are washed): entries go out again."
    account = stage.book.account(PAPER)
    assert account is not None and account.halt is HaltState.ACTIVE


async def test_a_resume_that_is_canceled_leaves_it_halted() -> None:
    stage = await Stage().opened()
    await stage.say("/halt")
    screen = await stage.screen("/resume too early")
    await stage.press(screen, "Cancel")
    account = stage.book.account(PAPER)
    assert account is not None and account.halt is HaltState.REDUCE_ONLY


async def test_resuming_the_wrong_one_names_the_right_one() -> None:
    stage = await Stage().opened()
    assert "Nothing is halted for account paper" in await stage.say("/resume why not")
    await stage.say("/halt desk storm")
    said = await stage.say("/resume why not")
    assert "but for the whole desk" in said and said.endswith("/resume desk and why.")
