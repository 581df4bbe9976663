"""Moves of bots: checked by version and budget, written with their orders; what becomes of those waits."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.bot_desk import BotDesk, bought, place
from tests.unit.domain.contracts import NOW, PAPER
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.automation import (
    BotCancel,
    BotNote,
    HeardKind,
)
from trading.domain.decide.bot_move import order_waits

D = Decimal


# ---------------------------------------------------------------- moves


def test_a_move_is_written_with_its_orders() -> None:
    desk = BotDesk()
    desk.act(place("t1"), place("t2", "6500"), notes=(BotNote("INFO", "x", {}, NOW),))
    assert desk.said == ["OrderIntended", "OrderIntended", "BotMoved"]
    assert [order.serves for order in desk.orders] == ["t1", "t2"]
    assert [order.tag for order in desk.orders] == ["bot:b", "bot:b"]
    assert desk.orders[0].command_id == "paper/bot-1:t1"
    assert (desk.bot.version, desk.bot.state) == (1, b"1")
    assert [note.code for note in desk.bot.log] == ["x"]


def test_a_move_from_an_older_version_changes_nothing() -> None:
    desk = BotDesk()
    desk.act(place("t1"))
    desk.act(place("t2"), version=0)
    assert desk.refused == ["bot_moved"] and desk.said == []
    desk.do(cm.BotActs, bot_id="paper/bot-7", version=0, heard=0, state=b"", seen=desk.seen())
    assert desk.refused == ["no_bot"]


def test_what_became_of_orders_waits_until_it_was_heard() -> None:
    desk = BotDesk()
    desk.act(place("t1", size="0.02"), place("t2", "6500"), place("t3", "6400"))
    first, second, third = desk.orders
    desk.accept(first)
    desk.fill(first, "0.01")
    desk.cancel(second)
    desk.tell(rp.ExpiredReported(PAPER, third.client_order_id, desk.now))
    assert desk.heard() == [
        ("taken", "t1", ""),
        ("filled", "t1", ""),
        ("ended", "t2", "requested"),
        ("ended", "t3", "expired"),
    ]
    desk.act(heard=2)
    assert desk.heard() == [("ended", "t2", "requested"), ("ended", "t3", "expired")]


def test_a_refusal_of_the_venue_is_heard_with_its_reason() -> None:
    desk = BotDesk()
    desk.act(place("t1"))
    desk.reject(desk.orders[0], "funds", "No money.")
    (heard,) = desk.bot.heard
    assert (heard.kind, heard.code, heard.sentence) == (HeardKind.REFUSED, "funds", "No money.")


def test_a_refusal_of_the_gate_is_an_answer_to_the_bot_and_the_move_stands() -> None:
    desk = BotDesk()
    desk.do(cm.SetLimit, name="order_notional_max", value=D(10))
    desk.act(place("t1"))
    assert desk.refused == [] and desk.heard() == [("refused", "t1", "order_notional")]
    assert desk.bot.version == 1 and not desk.orders


def test_nothing_beyond_the_budget_leaves() -> None:
    desk = BotDesk()
    desk.act(place("t1", size="0.08"), place("t2", size="0.08"))
    assert [order.serves for order in desk.orders] == ["t1"]
    assert desk.heard() == [("refused", "t2", "bot_over_budget")]


def test_what_is_held_counts_into_the_budget() -> None:
    desk = bought()
    desk.act(place("t2", size="0.14"))
    assert ("refused", "t2", "bot_over_budget") in desk.heard()


def test_entries_beyond_the_rate_wait_in_their_order() -> None:
    desk = BotDesk()
    desk.do(cm.SetLimit, name="orders_per_10_s_max", value=D(1))
    desk.act(place("t1"), place("t2", "6500"), place("t3", "6400"))
    assert [one.tag for one in desk.bot.later] == ["t2", "t3"]
    bot = desk.bot
    assert order_waits(desk.book, PAPER, bot, bot.later[0], desk.seen(), desk.now, live_allowed=False)
    desk.wait(11)
    assert not order_waits(desk.book, PAPER, bot, bot.later[0], desk.seen(), desk.now, live_allowed=False)
    desk.act(BotCancel("t3"))
    assert [order.serves for order in desk.orders] == ["t1", "t2"]
    assert desk.heard() == [("ended", "t3", "")] and not desk.bot.later


def test_a_wish_that_waits_is_taken_back_by_the_very_move_that_wished() -> None:
    desk = BotDesk()
    desk.do(cm.SetLimit, name="orders_per_10_s_max", value=D(1))
    desk.act(place("t1"), place("t2"), BotCancel("t2"))
    assert desk.heard() == [("ended", "t2", "")] and not desk.bot.later


def test_a_bot_cancels_its_orders_by_its_own_names() -> None:
    desk = BotDesk()
    desk.act(place("t1"), place("t2", "6500"))
    desk.accept(*desk.orders)
    desk.act(BotCancel("t2"), BotCancel("t9"))
    assert desk.sent == ["cancel entry-2"]
