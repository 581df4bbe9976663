"""Event -> screen: every event has its row, and the words and figures are right."""

from __future__ import annotations

import typing
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.conversation.screen import Kind
from bot.notifications.alerts import FOLLOWERS, TABLE, alert, group_of, is_news, joins
from bot.notifications.event_code import event_code, listed
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene
from tests.fakes.proofs import PROOF
from tests.unit.notifications.desk import ACCOUNT, BTC, OWNER, START, Desk, news, text, told
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.freezing import Adopted
from trading.domain.ids import AccountId, CommandId, StreamId
from trading.ports import StoredEvent


def test_every_event_has_a_row_and_nothing_else_has() -> None:
    assert set(TABLE) == set(typing.get_args(ev.Event))
    assert set(FOLLOWERS) | set(FOLLOWERS.values()) <= set(TABLE)


def test_a_filled_entry_tells_price_cost_position_and_exits() -> None:
    desk = Desk()
    made = told(desk, desk.bought())
    assert text(made).splitlines() == [
        "✅ Bought 0.1 BTC/USD at 10,000.00",
        "$1,000.00, fee $0.50",
        "Long 0.1 at 10,000.00",
        "Exits SL 9,900.00 · TP1 10,200.00 · TP2 10,300.00 · the venue guards",
        f"{made.codes[0]} · paper",
    ]
    assert (made.topic, made.urgency) == (Topic.FILL, Urgency.NORMAL)
    assert made.screen.kind is Kind.ALERT and made.screen.event_code == made.codes[0]


def test_an_entry_without_exits_says_that_nothing_guards_it() -> None:
    desk = Desk()
    assert "Nothing guards it: /sl BTC/USD" in text(told(desk, desk.bought(exits=ExitPlan())))


def test_a_short_entry_is_called_short() -> None:
    desk = Desk()
    desk.buy(is_long=False)
    lines = text(told(desk, desk.fill(desk.orders()[0], "10000"))).splitlines()
    assert lines[0] == "✅ Shorted 0.1 BTC/USD at 10,000.00"
    assert lines[2] == "Short 0.1 at 10,000.00"


def test_a_partial_fill_says_how_much_of_what_was_asked() -> None:
    desk = Desk()
    desk.buy("0.3", ExitPlan())
    made = told(desk, desk.fill(desk.orders()[0], "10000", "0.1"))
    assert text(made).startswith("✅ Bought 0.1 of 0.3 BTC/USD at 10,000.00")


def test_a_reached_target_tells_profit_r_and_what_is_left() -> None:
    desk = Desk()
    desk.bought()
    made = told(desk, desk.fill(desk.leg("tp1"), "10200"))
    lines = text(made).splitlines()
    assert lines[0] == "🎯 Target 1: sold 0.05 BTC/USD at 10,200.00"
    assert lines[1] == "+$10.00 · +2.00R · fee $0.50"
    assert lines[2] == "Long 0.05 at 10,000.00"
    assert "TP1" not in lines[3] and "TP2 10,300.00" in lines[3]
    assert made.topic is Topic.EXIT


def test_a_stop_tells_the_loss_and_the_whole_result_in_one_message() -> None:
    desk = Desk()
    desk.bought()
    desk.fill(desk.leg("tp1"), "10200")
    desk.wait(3_840)
    stored = desk.fill(desk.leg("sl"), "9890", "0.05")
    filled, closed = news(desk, stored)
    assert joins(closed, filled)
    assert text(told(desk, stored)).splitlines()[:3] == [
        "🛑 Stop: sold 0.05 BTC/USD at 9,890.00",
        "-$5.50 · -1.10R · fee $0.50",
        "Flat · +$4.50 · +0.45R · net +$3.00 after fees of $1.50 · held 1h 4m",
    ]


def test_a_closing_by_hand_is_yours() -> None:
    desk = Desk()
    desk.bought(exits=ExitPlan())
    position = next(desk.book.live_positions(ACCOUNT))
    size = Size(SizeKind.MAX)
    command = cm.ClosePosition(CommandId("n0"), OWNER, ACCOUNT, position.position_id, size, desk.seen)
    desk.do(command)
    assert text(told(desk, desk.fill(desk.orders()[0], "10100"))).startswith("👤 You: sold 0.1 BTC/USD")


def test_a_panic_is_named_and_ends_with_one_proof() -> None:
    desk = Desk()
    desk.bought(exits=ExitPlan())
    started = desk.do(cm.Flatten(CommandId("n1"), OWNER, ACCOUNT, halt=True))
    assert news(desk, started) == [], "who pressed has the answer before their eyes"
    assert text(told(desk, desk.fill(desk.orders()[0], "10100"))).startswith("🚨 Panic: sold 0.1 BTC/USD")
    proven = news(desk, desk.do(rp.FlatChecked(ACCOUNT, "paper", 0, 0, desk.now)))
    assert [type(one.event) for one in proven] == [ev.FlatProven, ev.HaltChanged]
    assert joins(proven[1], proven[0])
    made = told(desk, proven)
    assert "Flat and proven" in text(made) and "stays halted" in text(made)
    assert made.topic is Topic.HALT and made.urgency is Urgency.URGENT


def test_ten_fills_of_one_order_make_one_message_with_their_codes() -> None:
    desk = Desk()
    desk.buy("0.1", ExitPlan())
    order = desk.orders()[0]
    stored = [one for _ in range(10) for one in desk.fill(order, "10000", "0.01", "0.1")]
    fills = news(desk, stored)
    assert len({group_of(one, desk.scene()) for one in fills}) == 1
    made = told(desk, stored)
    assert "$1,000.00, fee $1.00 · in 10 fills" in text(made)
    assert all(code in text(made) for code in made.codes) and len(made.codes) == 10


def test_the_price_of_several_fills_is_their_weighted_mean() -> None:
    desk = Desk()
    desk.buy("0.4", ExitPlan())
    order = desk.orders()[0]
    stored = desk.fill(order, "10000", "0.3") + desk.fill(order, "10004", "0.1")
    assert text(told(desk, stored)).startswith("✅ Bought 0.4 BTC/USD at 10,001.00")


def test_a_rejected_entry_tells_the_venues_reason() -> None:
    desk = Desk()
    desk.buy()
    order = desk.orders()[0]
    stored = desk.do(rp.Rejected(ACCOUNT, order.client_order_id, "funds", "Too little cash.", desk.now))
    made = told(desk, stored)
    assert text(made).splitlines()[:2] == [
        "❌ Rejected by the venue: market buy 0.1 BTC/USD",
        "Too little cash. (funds)",
    ]
    assert made.topic is Topic.REJECT


def test_a_refused_exit_is_an_alarm_that_says_who_watches_now() -> None:
    desk = Desk()
    desk.buy()
    desk.fill(desk.orders()[0], "10000")
    order = desk.leg("sl")
    stored = desk.do(rp.Rejected(ACCOUNT, order.client_order_id, "no_stops", "No stops here.", desk.now))
    rejected = next(one for one in stored if isinstance(one.event, ev.OrderRejected))
    made = alert([rejected], desk.scene())
    assert made is not None
    assert (made.topic, made.urgency) == (Topic.RISK, Urgency.URGENT)
    assert "This desk watches the exits of BTC/USD itself now" in text(made)


@pytest.mark.parametrize(
    ("source", "heard"), [("console:terminal", False), ("job:dca", True), ("webhook:tv", True)]
)
def test_a_denial_is_told_only_when_nobody_waited_for_it(source: str, heard: bool) -> None:
    desk = Desk()
    stored = desk.buy("100000", source=source)
    assert [type(one.event) for one in stored] == [ev.CommandDenied]
    assert bool(news(desk, stored)) is heard
    made = alert(stored, desk.scene())
    assert made is not None and text(made).startswith("🚫 Denied: buy BTC/USD\nOne order may be at most")


def test_the_press_of_a_button_is_waited_for() -> None:
    desk = Desk()
    event = ev.CommandDenied(ACCOUNT, CommandId("nonce"), "buy", "BTC/USD", (), desk.now)
    assert not is_news(desk.write(event, "nonce", "nonce"), desk.scene())


def test_canceled_orders_make_one_message_and_legs_none() -> None:
    desk = Desk()
    desk.bought()
    legs = [desk.leg("tp1"), desk.leg("tp2"), desk.leg("sl")]
    desk.fill(legs[2], "9900")
    for leg in legs[:2]:
        report = rp.CanceledReported(ACCOUNT, leg.client_order_id, "oco", desk.now)
        assert news(desk, desk.do(report)) == []
    desk.buy("0.1", ExitPlan())
    desk.buy("0.2", ExitPlan())
    stored = [
        one
        for order in desk.orders()
        for one in desk.do(rp.CanceledReported(ACCOUNT, order.client_order_id, "requested", desk.now))
    ]
    assert len({group_of(one, desk.scene()) for one in news(desk, stored)}) == 1
    assert text(told(desk, stored)).startswith("Canceled 2 orders\n· market buy 0.1 BTC/USD")


def test_what_had_filled_before_a_cancel_is_told() -> None:
    desk = Desk()
    desk.buy("0.3", ExitPlan())
    order = desk.orders()[0]
    desk.fill(order, "10000", "0.1")
    stored = desk.do(rp.CanceledReported(ACCOUNT, order.client_order_id, "ioc", desk.now))
    assert text(told(desk, stored)).splitlines()[1:3] == [
        "It was to fill at once; what did not is withdrawn.",
        "0.1 of it had filled.",
    ]


def test_a_guard_that_the_venue_ended_by_itself_is_an_alarm() -> None:
    desk = Desk()
    desk.bought()
    report = rp.CanceledReported(ACCOUNT, desk.leg("sl").client_order_id, "venue", desk.now)
    stored = desk.do(report)
    kinds = [type(one.event) for one in news(desk, stored)]
    assert ev.OrderCanceled in kinds and ev.BracketSet in kinds
    canceled = next(one for one in stored if isinstance(one.event, ev.OrderCanceled))
    made = alert([canceled], desk.scene())
    assert made is not None and made.topic is Topic.RISK
    assert text(made).startswith("⚠ The venue ended an exit by itself: stop sell 0.1 BTC/USD at 9,900.00")


def test_doubt_and_its_end_are_told_with_the_proof_in_words() -> None:
    desk = Desk()
    desk.buy()
    order = desk.orders()[0]
    stored = desk.do(rp.Silent(ACCOUNT, order.client_order_id, "no answer in 8 s", desk.now))
    made = told(desk, stored)
    assert text(made).startswith("❓ In doubt: market buy 0.1 BTC/USD\n")
    assert "never sent again" in text(made) and made.urgency is Urgency.URGENT
    stored = desk.do(rp.AbsenceProven(ACCOUNT, order.client_order_id, PROOF, desk.now))
    said = " ".join(text(told(desk, stored)).split())
    assert (
        "3 successful answers by paper did not know it, the first 8s after it was sent, the last 12s." in said
    )
    older = replace(stored[-1], event=replace(stored[-1].event, evidence=None, proof="Nobody knows it."))
    assert "Proof: Nobody knows it." in text(told(desk, [older]))
    assert "Nothing was traded" in text(told(desk, stored))


def test_an_acceptance_is_news_only_after_a_doubt() -> None:
    desk = Desk()
    desk.buy()
    order = desk.orders()[0]
    stored = desk.accept(order)[:1]
    assert not is_news(stored[0], desk.scene())
    doubted = desk.scene(doubted={order.order_id})
    assert is_news(stored[0], doubted)
    made = alert(stored, doubted)
    assert made is not None and text(made).startswith("✅ No longer in doubt: market buy")


def test_a_position_without_its_stop_is_told_and_forgotten_when_it_has_it() -> None:
    desk = Desk()
    desk.buy()
    stored = desk.fill(desk.orders()[0], "10000")
    gap = next(one for one in stored if isinstance(one.event, ev.PositionUncovered))
    made = alert([gap], desk.scene())
    assert made is not None and text(made).startswith("⚠ BTC/USD is without a stop\n")
    assert made.urgency is Urgency.URGENT
    desk.accept_all()
    assert alert([gap], desk.scene()) is None


def test_a_guard_that_is_back_says_how_long_it_was_gone() -> None:
    desk = Desk()
    desk.buy()
    desk.fill(desk.orders()[0], "10000")
    desk.wait(12)
    stored = [one for order in desk.orders() for one in desk.accept(order)]
    covered = [one for one in stored if isinstance(one.event, ev.PositionCovered)]
    made = alert(covered, desk.scene())
    assert made is not None and "It had no stop for 12s." in text(made)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (cm.HaltState.HALTED, "⛔ Account paper is halted: nothing new goes out"),
        (cm.HaltState.REDUCE_ONLY, "🟡 Account paper only reduces"),
        (cm.HaltState.FLATTEN, "🚨 Account paper is being flattened"),
        (cm.HaltState.ACTIVE, "✅ Account paper trades again"),
    ],
)
def test_halts_say_who_why_and_what_opens_again(state: cm.HaltState, words: str) -> None:
    desk = Desk()
    stored = desk.write(ev.HaltChanged(ACCOUNT, state, "news at eight", OWNER, desk.now))
    made = alert([stored], desk.scene())
    assert made is not None and text(made).startswith(words)
    assert "Reason: news at eight · by owner" in text(made)
    assert ("/resume" in text(made)) is (state is not cm.HaltState.ACTIVE)


def test_a_halt_of_the_desk_names_the_desk() -> None:
    desk = Desk()
    event = ev.HaltChanged(AccountId("desk"), cm.HaltState.HALTED, "", OWNER, desk.now)
    made = alert([desk.write(event)], desk.scene())
    assert made is not None and text(made).startswith("⛔ The desk is halted")


def test_a_changed_limit_is_told_to_who_did_not_type_it() -> None:
    desk = Desk()
    change = ev.LimitChanged(ACCOUNT, "order_notional_max", Decimal(5_000), OWNER, desk.now)
    typed = desk.write(change, "console:terminal:3", "console:terminal:3")
    assert not is_news(typed, desk.scene())
    made = alert([desk.write(change)], desk.scene())
    assert made is not None and text(made).startswith("Limit order_notional_max is now 5,000\nby owner")


def test_a_raise_is_told_to_whoever_asked_for_it_too() -> None:
    desk = Desk()
    asked = ev.LimitRaiseAsked(
        ACCOUNT, "order_notional_max", Decimal(5_000), OWNER, desk.now, desk.now + timedelta(days=1)
    )
    typed = desk.write(asked, "console:terminal:3", "console:terminal:3")
    assert is_news(typed, desk.scene())
    made = alert([typed], desk.scene())
    assert made is not None and made.topic is Topic.HALT
    assert text(made).startswith("⏳ Limit order_notional_max on paper is going to be 5,000 at 2018-")
    assert "/limits order_notional_max calls it off" in text(made)
    dropped = ev.LimitRaiseDropped(ACCOUNT, "order_notional_max", Decimal(5), "no_right", OWNER, desk.now)
    made = alert([desk.write(dropped)], desk.scene())
    assert made is not None and "may not raise limits any more" in text(made)


def test_a_replayed_price_says_so_with_its_date() -> None:
    desk = Desk()
    stored = news(desk, desk.bought())
    scene = desk.scene(note=lambda symbol: f"REPLAY 2018-04-04 01:00 ({symbol})")
    made = alert(stored, scene)
    assert made is not None and text(made).endswith("· paper · REPLAY 2018-04-04 01:00 (BTC/USD)")


def test_every_alert_can_be_told_when_the_book_has_forgotten_all_about_it() -> None:
    desk = Desk()
    desk.bought()
    desk.fill(desk.leg("tp1"), "10200")
    desk.fill(desk.leg("sl"), "9900")
    lost = Scene(desk.scene().wording, Book())
    for stored in desk.journal:
        if TABLE[type(stored.event)] is not None:
            is_news(stored, lost)
            group_of(stored, lost)
            made = alert([stored], lost)
            assert made is None or text(made).strip()


def test_a_fill_that_came_late_says_that_it_counts() -> None:
    desk = Desk()
    desk.buy("0.3", ExitPlan())
    order = desk.orders()[0]
    desk.do(rp.CanceledReported(ACCOUNT, order.client_order_id, "requested", desk.now))
    assert "This fill came late" in text(told(desk, desk.fill(order, "10000")))


def test_a_fill_that_was_adopted_before_says_that_only_the_price_is_corrected() -> None:
    desk = Desk()
    desk.buy("0.3", ExitPlan())
    order = desk.orders()[0]
    (stored,) = [one for one in desk.fill(order, "10000") if isinstance(one.event, ev.OrderFilled)]
    filled = stored.event
    assert isinstance(filled, ev.OrderFilled)
    adopted = Adopted(order.symbol, order.order_id, order.position_id, Decimal("0.3"), filled.price, desk.now)
    contained = replace(stored, event=replace(filled, contained=adopted))
    said = "part of a difference that was adopted"
    assert said in text(told(desk, [contained]))
    assert said not in text(told(desk, [stored]))


def test_the_code_of_an_event_is_short_stable_and_different_by_stream() -> None:
    desk = Desk()
    event = desk.journal[0].event
    one = StoredEvent(StreamId("paper"), 42, event, "", "", "")
    other = StoredEvent(StreamId("second"), 42, event, "", "", "")
    assert event_code(one) == event_code(one) != event_code(other)
    assert event_code(one)[:1] == "#" and event_code(one)[4:] == "-0042"
    assert listed(f"#{n}" for n in range(14)).endswith("#11 +2")


def test_cash_that_moves_by_itself_is_told() -> None:
    desk = Desk()
    lines = (ev.Booking("cash", Decimal("-3.2"), "USD"), ev.Booking("funding", Decimal("3.2"), "USD"))
    made = alert([desk.write(ev.CashMoved(ACCOUNT, "funding", lines, desk.now))], desk.scene())
    assert made is not None and text(made).startswith("Cash -$3.20: funding")
    assert made.urgency is Urgency.QUIET
    opened = [one for one in desk.journal if isinstance(one.event, ev.CashMoved)][:1]
    assert news(desk, opened) == []


def test_a_venue_that_holds_no_exits_is_told() -> None:
    desk = Desk()
    stored = desk.do(rp.BrokerConnected(ACCOUNT, "paper", False, desk.now + timedelta(days=1)))
    made = told(desk, stored)
    assert text(made).startswith("⚠ paper does not hold exits: this desk watches them itself now")
    assert BTC.symbol not in text(made) and desk.now == START
