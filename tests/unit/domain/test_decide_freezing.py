"""What freezes entries by itself, what thaws them, and that exits never wait behind it."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from tests.fakes.proofs import PROOF
from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_doubt import overdue, said
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.freezing import FreezeCause, raised_visibility
from trading.domain.order import Order, OrderStatus, OrderType
from trading.domain.stops import is_stopped

D = Decimal
S = OrderStatus


def desk_with(*prices: str) -> tuple[PureDesk, list[Order]]:
    """A desk with a limit order on its way at each price."""
    desk = PureDesk(guards=True)
    desk.price("6700")
    made = []
    for price in prices:
        desk.buy("0.01", order_type=OrderType.LIMIT, limit=at(price))
        made.append(desk.orders[-1])
    return desk, made


def causes(desk: PureDesk) -> list[str]:
    return [one.cause.value for one in desk.account.freezes]


def answers(desk: PureDesk) -> None:
    desk.tell(rp.VenueAnswers(PAPER, desk.now))


# ---------------------------------------------------------------- sends in a row


def test_two_sends_in_a_row_without_an_answer_freeze_entries() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    desk.silence(first)
    assert causes(desk) == [] and desk.account.sends_silent == 1
    desk.silence(second)
    assert desk.said == ["OrderInDoubt", "EntriesFrozen"]
    (event,) = desk.named("EntriesFrozen")
    assert (event.cause, event.detail) == (FreezeCause.SENDS, "#1, #2")
    desk.buy("0.01")
    assert desk.refused == ["frozen"]
    assert desk.sentence == (
        "Entries of account paper are frozen since 01:00 UTC: 2 orders in a row got no answer (#1, #2). "
        "Exits go out. It opens by itself when the venue answers and no order is sought any more."
    )


def test_an_answer_in_between_begins_the_count_anew() -> None:
    desk, (first, second, third) = desk_with("6600", "6500", "6400")
    desk.silence(first)
    desk.accept(second)
    assert desk.account.sends_silent == 0
    desk.silence(third)
    assert causes(desk) == []
    desk, (first, second, third) = desk_with("6600", "6500", "6400")
    desk.silence(first)
    desk.reject(second)
    desk.silence(third)
    assert causes(desk) == []


def test_what_is_heard_of_an_order_later_is_no_answer_to_a_send() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    desk.silence(first)
    desk.accept(first)
    assert desk.account.sends_silent == 1
    desk.silence(second)
    assert causes(desk) == ["sends"]


def test_a_group_leaves_in_one_send() -> None:
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.fill(entry, price="6700")
    stop, target = desk.open_role("stop"), desk.open_role("target")
    assert stop.group == target.group != ""
    desk.silence(stop)
    desk.silence(target)
    assert desk.account.sends_silent == 1 and causes(desk) == []
    desk.silence(target)
    assert desk.account.sends_silent == 1


def test_it_thaws_when_the_venue_answers_and_nothing_is_sought() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    desk.silence(first)
    desk.silence(second)
    desk.accept(first)
    answers(desk)
    assert causes(desk) == ["sends"]
    desk.accept(second)
    answers(desk)
    assert desk.said == ["EntriesThawed"] and causes(desk) == [] and desk.account.sends_silent == 0
    assert desk.named("EntriesThawed")[0].by == ""
    desk.buy("0.01")
    assert desk.refused == []
    answers(desk)
    assert desk.said == []


def test_what_a_person_was_asked_about_bars_no_other_symbol() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    desk.silence(first)
    desk.silence(second)
    desk.accept(second)
    desk.tell(overdue(first))
    answers(desk)
    assert causes(desk) == [] and desk.status(first) is S.IN_DOUBT
    assert desk.account.reserved == D("66") + D("65")


# ---------------------------------------------------------------- a venue that does not answer


def test_a_venue_that_does_not_answer_freezes_once_and_thaws_by_itself() -> None:
    desk, _ = desk_with()
    desk.tell(rp.VenueQuiet(PAPER, desk.now))
    assert desk.said == ["EntriesFrozen"] and causes(desk) == ["unanswered"]
    desk.tell(rp.VenueQuiet(PAPER, desk.now))
    assert desk.said == []
    account = desk.book.account(PAPER)
    assert account is not None and is_stopped(desk.book, account, "BTC/USD", desk.now)
    desk.buy("0.01")
    assert "the venue does not answer" in desk.sentence
    answers(desk)
    assert causes(desk) == []


def test_exits_go_out_while_entries_are_frozen() -> None:
    desk = holding()
    desk.tell(rp.VenueQuiet(PAPER, desk.now))
    desk.close("50")
    assert desk.refused == [] and desk.sent == ["sell market 0.15"]


# ---------------------------------------------------------------- a fill after all


def absent(desk: PureDesk, order: Order) -> None:
    desk.silence(order)
    desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, PROOF, desk.now))


def test_a_fill_of_an_absent_order_is_an_alarm_until_somebody_has_looked() -> None:
    desk, (order,) = desk_with("6600")
    absent(desk, order)
    desk.fill(order, "0.004", price="6600")
    assert desk.said[:3] == ["OrderFilled", "EntriesFrozen", "VisibilityRaised"]
    assert causes(desk) == ["turned_up"]
    desk.buy("0.01")
    assert "#1 counted as not placed and was at the venue after all" in desk.sentence
    assert "/doubt seen" in desk.sentence
    desk.fill(order, "0.006", price="6600")
    assert "EntriesFrozen" not in desk.said
    answers(desk)
    assert causes(desk) == ["turned_up"]
    desk.do(cm.AcknowledgeFreeze)
    assert desk.said == ["EntriesThawed"] and desk.named("EntriesThawed")[0].by == OWNER
    assert causes(desk) == []
    desk.do(cm.AcknowledgeFreeze)
    assert desk.refused == ["no_change"]


def test_a_venue_that_hid_an_order_is_given_more_time_from_then_on() -> None:
    desk, (order,) = desk_with("6600")
    absent(desk, order)
    desk.fill(order, price="6600")
    (event,) = desk.named("VisibilityRaised")
    assert (event.is_conditional, event.visibility_s) == (False, D(20))
    assert desk.account.visibility_s == D(20) and desk.account.visibility_conditional_s == 0


def test_a_proof_from_before_a_venue_was_given_more_time_is_none() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    absent(desk, first)
    desk.fill(first, price="6600")
    desk.silence(second)
    desk.tell(rp.AbsenceProven(PAPER, second.client_order_id, PROOF, desk.now))
    now = desk.book.order(second.order_id)
    assert now is not None and now.status is OrderStatus.IN_DOUBT and desk.said == []
    assert [type(one) for one in desk.last.effects] == [fx.Resolve]


def test_stops_teach_only_about_stops() -> None:
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.01", order_type=OrderType.STOP, stop=at("6800"))
    order = desk.open_role("entry")
    absent(desk, order)
    desk.fill(order, price="6800")
    assert desk.named("VisibilityRaised")[0].is_conditional
    assert desk.account.visibility_s == 0 and desk.account.visibility_conditional_s == D(20)


def test_what_is_known_already_is_not_learned_again() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    absent(desk, first)
    absent(desk, second)
    desk.fill(first, price="6600")
    assert len(desk.named("VisibilityRaised")) == 1
    desk.fill(second, price="6500")
    assert len(desk.named("VisibilityRaised")) == 1
    assert desk.account.visibility_s == D(20) and causes(desk) == ["sends", "turned_up"]


def test_a_persons_word_teaches_nothing_about_the_venue() -> None:
    desk, (order,) = desk_with("6600")
    desk.silence(order)
    desk.tell(overdue(order))
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    desk.fill(order, price="6600")
    assert causes(desk) == ["turned_up"] and desk.named("VisibilityRaised") == []


def test_so_much_more_time_is_given() -> None:
    assert raised_visibility(D(4), D(12)) == D(20)
    assert raised_visibility(D(30), D(42)) == D(60)
    assert raised_visibility(D(30), D(90)) == D(90)


# ---------------------------------------------------------------- reminders


def test_what_is_still_in_doubt_is_told_again() -> None:
    desk, (first, second) = desk_with("6600", "6500")
    desk.silence(first)
    desk.silence(second)
    desk.accept(second)
    desk.tell(rp.DoubtWaits(PAPER, desk.now))
    assert desk.said == ["DoubtLasts"] and desk.named("DoubtLasts")[0].order_ids == (first.order_id,)
    desk.accept(first)
    desk.tell(rp.DoubtWaits(PAPER, desk.now))
    assert desk.said == []


def test_a_proof_that_an_old_journal_lacks_teaches_nothing() -> None:
    desk, (order,) = desk_with("6600")
    absent(desk, order)
    desk.book.put_order(replace(desk.order(order), absence=None))
    desk.fill(order, price="6600")
    assert causes(desk) == ["turned_up"] and desk.named("VisibilityRaised") == []
