"""Bots in the book: what may be begun, and how each ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.domain.bot_desk import BotDesk, bought, place
from tests.unit.domain.contracts import ES, OWNER, PAPER
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.automation import (
    BOT_CHANGES_KEPT,
    BOTS_MAX,
    BotClose,
    BotEnding,
    BotGuard,
    Bots,
    BotStatus,
    HeardKind,
)
from trading.domain.decide.bot_move import order_waits
from trading.domain.ids import OrderId
from trading.domain.ladder import ExitSupport
from trading.domain.money import Price
from trading.domain.order import Role, Side
from trading.domain.position import Guard

D = Decimal


# ---------------------------------------------------------------- begun and ended


def test_a_bot_begins_with_its_contract_and_its_number() -> None:
    desk = BotDesk()
    assert desk.said == ["InstrumentListed", "BotStarted"]
    assert (desk.bot.bot_id, desk.bot.symbol, desk.bot.person) == ("paper/bot-1", "BTC/USD", OWNER)
    assert desk.bot.tag == "bot:b" and desk.account.bots.of_tag("bot:b") is desk.bot
    assert desk.account.bots.of_tag("manual") is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "B"}, "bot_name"),
        ({"name": "b"}, "bot_exists"),
        ({"name": "c"}, "bots_symbol"),
        ({"name": "c", "instrument": ES, "budget": "0"}, "bot_budget"),
        ({"name": "c", "instrument": ES, "budget": "10000.01"}, "bot_budget"),
    ],
)
def test_what_cannot_begin_is_refused_with_its_reason(given: dict[str, Any], code: str) -> None:
    desk = BotDesk()
    desk.begin(**given)
    assert desk.refused == [code] and len(desk.account.bots.every) == 1


def test_a_bot_does_not_begin_where_somebody_holds_something() -> None:
    desk = BotDesk(begins=False)
    desk.buy("0.01")
    desk.begin()
    assert desk.refused == ["bot_needs_symbol"]


def test_where_a_stop_leaves_no_room_the_desk_watches_the_stop_of_a_bot() -> None:
    desk = bought(exits=ExitSupport(stop=True))
    position = desk.position
    assert position.bracket is not None and position.bracket.guard is Guard.BOT
    assert [o.role for o in desk.orders] == []
    # What it sells rests at the venue, which a stop there would not leave room for.
    desk.act(place("s1", "6800", "0.02", reduce_only=True))
    (sale,) = desk.orders
    assert (sale.serves, sale.quantity) == ("s1", D("0.02"))


def test_what_such_a_bot_leaves_behind_gets_its_stop_at_the_venue() -> None:
    desk = bought(exits=ExitSupport(stop=True))
    desk.act(ending=BotEnding("told", "It was told to stop.", False, True))
    assert [(o.role, o.stop_price) for o in desk.orders] == [(Role.STOP, D(6400))]
    position = desk.position
    assert position.bracket is not None and position.bracket.guard is Guard.STOP


def test_a_bot_that_works_goes_on_with_other_settings_and_hears_of_them() -> None:
    desk = BotDesk()
    desk.do(cm.EditBot, bot_id=desk.bot.bot_id, settings={"stop_percent": "4"})
    assert desk.said == ["BotEdited"] and desk.heard() == [("edited", "", "")]
    assert desk.bot.settings == {"stop_percent": "4"}
    assert [(one.before, one.by) for one in desk.bot.changes] == [({}, OWNER)]
    desk.do(cm.EditBot, bot_id=desk.bot.bot_id, settings={"stop_percent": "4"})
    assert desk.refused == ["no_change"]
    desk.do(cm.EditBot, bot_id="paper/bot-9", settings={})
    assert desk.refused == ["no_bot"]


def test_a_bot_that_is_to_end_is_not_changed_any_more() -> None:
    desk = BotDesk()
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="finish")
    desk.do(cm.EditBot, bot_id=desk.bot.bot_id, settings={"stop_percent": "4"})
    assert desk.refused == ["bot_not_working"] and desk.bot.changes == ()


def test_the_newest_changes_of_a_bot_are_remembered() -> None:
    desk = BotDesk()
    for number in range(BOT_CHANGES_KEPT + 3):
        desk.do(cm.EditBot, bot_id=desk.bot.bot_id, settings={"stop_percent": str(number)})
    assert len(desk.bot.changes) == BOT_CHANGES_KEPT
    assert desk.bot.changes[-1].before == {"stop_percent": str(BOT_CHANGES_KEPT + 1)}


def test_a_bot_does_not_begin_in_a_symbol_that_is_barred_and_one_that_works_waits() -> None:
    desk = BotDesk(begins=False)
    desk.do(cm.BarSymbols, symbols=("BTC/USD",), is_barred=True, reason="news")
    desk.begin()
    assert desk.refused == ["frozen"] and "news" in desk.sentence
    desk.do(cm.BarSymbols, symbols=("BTC/USD",), is_barred=False, reason="")
    desk.begin()
    desk.do(cm.BarSymbols, symbols=("BTC/USD",), is_barred=True, reason="news")
    for number in range(5):
        desk.act(place(f"t{number}"))
    assert desk.bot.status is BotStatus.ACTIVE and len(desk.bot.later) == 5 and not desk.heard()
    desk.do(cm.BarSymbols, symbols=("BTC/USD",), is_barred=False, reason="")
    desk.act()
    assert not desk.bot.later and len(desk.orders) == 5


def test_a_bot_does_not_begin_behind_a_halt() -> None:
    desk = BotDesk(begins=False)
    desk.do(cm.SetHalt, state=cm.HaltState.HALTED, reason="storm")
    desk.begin()
    assert desk.refused == ["account_halt"] and "storm" in desk.sentence


def test_an_account_remembers_so_many_bots_and_one_that_is_over_makes_room() -> None:
    desk = BotDesk()
    for number in range(1, BOTS_MAX):
        desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="leave")
        desk.act(ending=BotEnding("told", "It was told to stop.", False))
        assert desk.bot.status is BotStatus.STOPPED
        desk.begin(f"b{number}")
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="leave")
    desk.act(ending=BotEnding("told", "It was told to stop.", False))
    desk.begin("more")
    assert desk.refused == ["bots_full"]
    desk.do(cm.DropBot, bot_id=desk.account.bots.every[0].bot_id)
    desk.begin("more")
    assert desk.bot.name == "more" and desk.bot.number == BOTS_MAX + 1
    desk.do(cm.DropBot, bot_id=desk.bot.bot_id)
    assert desk.refused == ["bot_there"]


def test_one_that_is_over_begins_anew_in_its_place() -> None:
    desk = BotDesk()
    desk.act(ending=BotEnding("target", "Enough.", False))
    desk.begin("b")
    assert [one.bot_id for one in desk.account.bots.every] == ["paper/bot-2"]


def test_a_bot_is_told_to_end_in_one_of_three_ways_and_once() -> None:
    desk = BotDesk()
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="dance")
    assert desk.refused == ["bot_wish"]
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="finish", reason="storm")
    assert desk.heard() == [("told", "", "finish")] and desk.bot.reason == "storm"
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="finish")
    assert desk.refused == ["no_change"]
    desk.act(ending=BotEnding("told", "It was told to stop.", False))
    assert desk.bot.reason == "storm", "why it was told is why it ended"
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="close")
    assert desk.refused == ["bot_over"]
    desk.do(cm.TellBot, bot_id="paper/bot-9", wish="close")
    assert desk.refused == ["no_bot"]
    desk.do(cm.DropBot, bot_id="paper/bot-9")
    assert desk.refused == ["no_bot"]


# ---------------------------------------------------------------- its stop, its exits, its end


def test_the_first_entry_brings_the_stop_and_a_later_one_leaves_it() -> None:
    desk = bought(guards=True)
    assert desk.position.plan.stop is not None and desk.position.plan.stop.value == D(6400)
    assert desk.open_role("stop").stop_price == D(6400)
    desk.act(place("t2", "6500"))
    assert desk.said == ["OrderIntended", "BotMoved"]


def test_a_guard_that_moves_moves_the_stop_and_the_same_again_does_nothing() -> None:
    desk = bought(guards=True)
    desk.accept(desk.open_role("stop"))
    desk.act(BotGuard("g/1", below=Price(D(6500))))
    assert "PlanSet" in desk.said and desk.sent[0].startswith("replace exit-")
    desk.act(BotGuard("g/1", below=Price(D(6500))))
    assert desk.said == ["BotMoved"]


def test_a_guard_that_moves_before_the_first_fill_is_the_plan_of_what_waits() -> None:
    desk = BotDesk()
    desk.act(BotGuard("g/1", below=Price(D(6400))), place("t1"))
    desk.act(BotGuard("g/1", below=Price(D(6450))))
    assert desk.position.plan.stop is not None and desk.position.plan.stop.value == D(6450)


def test_a_short_is_guarded_above() -> None:
    desk = BotDesk(instrument=ES, cash="100000")
    desk.act(BotGuard("g/1", above=Price(D(6900))))
    assert desk.bot.guard is not None and desk.bot.guard.above == D(6900)


def test_an_exit_rests_beside_the_stop_under_its_own_name() -> None:
    desk = bought(guards=True)
    desk.act(place("t2", "6800", "0.02", reduce_only=True))
    assert [order.serves for order in desk.orders if order.role.value == "close"] == ["t2"]


@pytest.mark.parametrize("holds", [True, False])
def test_an_exit_that_would_close_nothing_is_an_answer(holds: bool) -> None:
    desk = bought() if holds else BotDesk()
    side = Side.BUY if holds else Side.SELL
    desk.act(place("t2", "6800", "0.02", reduce_only=True, side=side))
    assert ("refused", "t2", "nothing_to_close") in desk.heard()


def test_right_after_a_start_exits_wait_for_a_price() -> None:
    desk = bought()
    desk.book.marks.clear()
    exit_ = place("t2", "6800", "0.02", reduce_only=True)
    desk.act(exit_)
    assert desk.bot.later == (exit_,)
    assert order_waits(desk.book, PAPER, desk.bot, exit_, desk.seen(), desk.now, live_allowed=False)


def test_who_closes_everything_hears_when_it_is_done() -> None:
    desk = bought(guards=True)
    desk.do(cm.SetLimit, name="orders_per_10_s_max", value=D(1))
    desk.act(place("t2", "6500"))
    desk.act(BotClose("c/1", "told"))
    assert ("ended", "t2", "") in desk.heard(), "what waited is not wanted any more"
    assert desk.bot.closing == "c/1"
    desk.fill(desk.open_role("flatten"))
    desk.cancel(desk.open_role("stop"), "oco")
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now))
    assert desk.heard()[-1] == ("flat", "c/1", "")
    desk.act()
    assert desk.bot.closing == ""


def test_who_holds_nothing_has_closed_everything_at_once() -> None:
    desk = BotDesk()
    desk.act(BotClose("c/1", "told"))
    assert desk.heard() == [("flat", "c/1", "")] and desk.bot.closing == ""


def test_a_flatten_of_somebody_else_tells_a_bot_nothing_that_closes_nothing() -> None:
    desk = BotDesk()
    desk.do(cm.Flatten, halt=True)
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now))
    assert desk.heard() == []


def test_a_bot_that_fails_ends_its_orders_and_keeps_its_stop() -> None:
    desk = bought(guards=True)
    desk.act(place("t2", "6500"))
    desk.accept(*desk.orders)
    desk.do(cm.FailBot, bot_id=desk.bot.bot_id, code="bug", sentence="Oh.")
    assert desk.sent == ["cancel entry-3"]
    ended = desk.named("BotEnded")[-1]
    assert (ended.status, ended.code, ended.is_guarded) == (BotStatus.ERROR, "bug", True)
    desk.do(cm.FailBot, bot_id=desk.bot.bot_id, code="bug", sentence="Again.")
    assert desk.said == []
    desk.do(cm.FailBot, bot_id="paper/bot-9", code="bug", sentence="Who?")
    assert desk.refused == ["no_bot"]


def test_a_bot_that_holds_nothing_fails_without_a_word_about_a_stop() -> None:
    desk = BotDesk()
    desk.do(cm.FailBot, bot_id=desk.bot.bot_id, code="bug", sentence="Oh.")
    assert desk.named("BotEnded")[-1].is_guarded is None


@pytest.mark.parametrize("wish", ["close", "leave"])
def test_one_that_has_failed_is_ended_by_the_desk(wish: str) -> None:
    desk = bought(guards=True)
    desk.do(cm.FailBot, bot_id=desk.bot.bot_id, code="bug", sentence="Oh.")
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish=wish)
    assert desk.bot.status is BotStatus.STOPPED
    assert ("FlattenStarted" in desk.said) is (wish == "close")


def test_one_that_has_failed_and_holds_nothing_is_simply_over() -> None:
    desk = BotDesk()
    desk.do(cm.FailBot, bot_id=desk.bot.bot_id, code="bug", sentence="Oh.")
    desk.do(cm.TellBot, bot_id=desk.bot.bot_id, wish="close")
    assert desk.said == ["BotTold", "BotEnded"]


def test_a_bot_that_ends_itself_with_an_error_says_why() -> None:
    desk = bought()
    desk.act(ending=BotEnding("refused", "Three refusals.", True, True))
    assert (desk.bot.status, desk.bot.reason) == (BotStatus.ERROR, "Three refusals.")
    desk.fill(desk.order(OrderId(f"{desk.position.position_id}/entry-1")), "0.01", fill_id="late")
    assert desk.bot.heard == (), "nobody listens any more"


def test_an_order_of_another_life_is_not_its_own() -> None:
    desk = BotDesk()
    desk.act(place("t1"))
    (order,) = desk.orders
    desk.accept(order)
    desk.act(ending=BotEnding("told", "It was told to stop.", False))
    desk.cancel(desk.orders[0])
    desk.begin("b")
    desk.act(place("t1"))
    desk.fill(order, "0.01", fill_id="late")
    assert [(one.kind, one.tag) for one in desk.bot.heard][-1] == (HeardKind.FILLED, "")


def test_an_unknown_bot_is_left_as_it_is() -> None:
    bots = Bots()
    assert bots.of_id("x") is None and bots.of_name("x") is None and bots.in_symbol("X") is None
    assert bots.without("x") == bots


def test_a_person_changes_nothing_that_a_bot_relies_on_until_the_bot_is_over() -> None:
    desk = bought(guards=True)
    desk.act(place("t2", "6500"))
    entry = next(order for order in desk.orders if order.serves == "t2")
    desk.accept(entry)

    def change() -> list[str]:
        change = {"order_id": entry.order_id, "seen": desk.seen(), "limit_price": Price(D(6510))}
        desk.do(cm.ModifyOrder, **change)
        return desk.refused

    assert change() == ["bots_symbol"]
    desk.exits(clear=("stop",))
    assert desk.refused == ["bots_symbol"]
    desk.buy("0.01")
    assert desk.refused == ["bots_symbol"] and "/bot b stop" in desk.sentence
    desk.act(ending=BotEnding("told", "It was told to stop.", False))
    # It has asked for the end of its orders: until the venue carries that out they are the desk's alone.
    assert change() != ["bots_symbol"]
    desk.exits(clear=("stop",))
    assert desk.refused == []


def test_every_bot_of_an_account_is_told_at_once() -> None:
    desk = BotDesk(cash="100000")
    desk.do(cm.FailBot, bot_id=desk.bot.bot_id, code="bug", sentence="Oh.")
    desk.begin("c", instrument=ES)
    desk.do(cm.TellBot, bot_id="", wish="dance")
    assert desk.refused == ["bot_wish"]
    desk.do(cm.TellBot, bot_id="", wish="close")
    assert desk.last.facts == {"bots": 2} and desk.said == ["BotTold", "BotEnded", "BotTold"]
    desk.do(cm.TellBot, bot_id="", wish="close")
    assert desk.said == [], "it is doing that already"
    desk.act(ending=BotEnding("told", "It was told to stop.", False), seen=cm.Seen(ES))
    desk.do(cm.TellBot, bot_id="", wish="close")
    assert desk.refused == ["no_bots"]
