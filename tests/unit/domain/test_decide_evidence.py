"""What venues say, in whatever order: fills are true and booked once, the guard follows what is held."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.proofs import PROOF, proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_exits import stands
from trading.domain import reports as rp
from trading.domain.ids import ClientOrderId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderStatus, OrderType
from trading.domain.position import Guard
from trading.domain.request import RequestKind

D = Decimal
S = OrderStatus


def bought(*, guards: bool = True, size: str = "0.3") -> PureDesk:
    """A desk whose buy with a target and a stop is on its way."""
    desk = PureDesk(guards=guards)
    desk.price("6700")
    desk.buy(size, exits=plan("2%", stop="1%"))
    return desk


# ---------------------------------------------------------------- entries


def test_a_fill_before_the_acknowledgement_is_true() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.fill(entry, price="6700")
    desk.accept(entry)
    assert desk.status(entry) is S.FILLED
    assert desk.position.quantity == D("0.3")


def test_protection_grows_with_the_fills() -> None:
    """X22: the filled part is protected at once, never more than it."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.fill(entry, "0.1", price="6700")
    assert desk.sent == ["sell stop 0.1 stop 6633", "sell limit 0.1 limit 6834"]
    desk.accept(*desk.orders)
    assert desk.position.uncovered_since is None
    desk.fill(entry, "0.2", price="6730")
    # 6,720 on average: every level moves, the quantity grows.
    assert desk.sent == ["replace exit-2 0.3 stop 6652.8", "replace exit-3 0.3 limit 6854.4"]


@pytest.mark.parametrize("reason", ["requested", "ioc", "venue"])
def test_what_filled_stays_protected_when_the_rest_is_gone(reason: str) -> None:
    """X23."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.fill(entry, "0.1", price="6700")
    desk.accept(*desk.orders)
    desk.cancel(entry, reason)
    assert desk.status(entry) is S.CANCELED
    assert desk.position.quantity == D("0.1")
    assert stands(desk) == ["sl 6633 0.1", "tp1 6834 0.1"]
    assert desk.account.reserved == 0


def test_a_rejected_entry_leaves_nothing() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.reject(entry, "insufficient_funds", "Not enough.")
    assert desk.status(entry) is S.REJECTED
    assert desk.order(entry).reason == "Not enough."
    assert (desk.orders, desk.account.reserved) == ([], D(0))


def test_a_late_fill_opens_and_protects() -> None:
    """X24: the fill comes after the cancel was confirmed."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.cancel(entry)
    assert desk.orders == []
    desk.fill(entry, price="6700")
    assert desk.named("OrderFilled")[0].is_late
    assert desk.status(entry) is S.FILLED
    assert desk.position.quantity == D("0.3")
    # What became of the rest is asked, too: the cancel was not the last word.
    assert desk.sent == ["resolve", "sell stop 0.3 stop 6633", "sell limit 0.3 limit 6834"]


def test_a_fill_wins_the_race_with_its_cancel() -> None:
    """X26."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.ask_cancel(entry)
    desk.fill(entry, price="6700")
    desk.tell(rp.CancelRefused(PAPER, entry.client_order_id, "filled", desk.now))
    desk.cancel(entry)
    assert desk.status(entry) is S.FILLED
    assert desk.position.quantity == D("0.3")
    assert len(desk.named("OrderFilled")) == 1
    assert not desk.named("OrderCanceled")


def test_a_fill_that_is_told_twice_is_booked_once() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.fill(entry, "0.1", price="6700", fee="0.67", fill_id="T1")
    desk.fill(entry, "0.1", price="6700", fee="0.67", fill_id="T1")
    assert desk.said == []
    assert desk.position.quantity == D("0.1")
    assert desk.account.fees == D("0.67")
    desk.fill(entry, "0.2", price="6700", fill_id="T2")
    assert desk.position.quantity == D("0.3")
    assert desk.order(entry).fill_ids == ("T1", "T2")


def test_an_overfill_is_taken_as_the_truth() -> None:
    """X29: more than was ordered; the position is what the venue says, and all of it is protected."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.fill(entry, price="6700")
    desk.accept(*desk.orders)
    desk.fill(entry, "0.05", price="6700")
    assert desk.status(entry) is S.FILLED
    assert desk.position.quantity == D("0.35")
    assert desk.sent == ["resolve", "replace exit-2 0.35 stop 6633", "replace exit-3 0.35 limit 6834"]


def test_somebody_elses_order_changes_nothing() -> None:
    desk = bought()
    stranger = ClientOrderId("NOT-OURS")
    before = desk.account
    made = desk.tell(rp.Accepted(PAPER, stranger, VenueOrderId("V9"), desk.now))
    assert (made.events, made.effects) == ([], [])
    desk.tell(rp.CanceledReported(PAPER, stranger, "venue", desk.now))
    assert desk.account == before


# ---------------------------------------------------------------- silence


def test_silence_is_a_state_and_asks_for_an_answer() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.silence(entry)
    assert desk.said == ["OrderInDoubt"]
    assert desk.sent == ["resolve"]
    assert desk.status(entry) is S.IN_DOUBT
    desk.accept(entry)
    assert desk.status(entry) is S.WORKING


def test_an_absent_entry_is_never_sent_again() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.silence(entry)
    desk.tell(rp.AbsenceProven(PAPER, entry.client_order_id, PROOF, desk.now))
    assert desk.status(entry) is S.NOT_PLACED
    assert (desk.sent, desk.orders) == ([], [])


def test_an_absent_exit_is_placed_anew_with_its_next_id() -> None:
    desk = holding()
    desk.close("50")
    first = desk.open_role("close")
    desk.silence(first)
    desk.tell(rp.AbsenceProven(PAPER, first.client_order_id, proof_of(desk.book, first), desk.now))
    assert desk.sent == ["sell market 0.15"]
    second = desk.open_role("close")
    assert second.order_id == "paper/BTC/USD/1/exit-3"
    assert second.client_order_id != first.client_order_id


def test_a_proof_by_an_older_book_is_sought_anew() -> None:
    """Something was booked after the venue had said what it holds: then nothing explains that any more."""
    desk = holding()
    desk.close("50")
    first = desk.open_role("close")
    desk.silence(first)
    desk.tell(rp.AbsenceProven(PAPER, first.client_order_id, PROOF, desk.now))
    assert desk.status(first) is S.IN_DOUBT
    assert (desk.said, desk.sent) == ([], ["resolve"])


def test_an_end_whose_fills_are_on_their_way_answers_the_cancel() -> None:
    """Its fills come, or the next look asks; an order of which an answer is owed nobody looks after."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.ask_cancel(entry)
    desk.tell(rp.CanceledReported(PAPER, entry.client_order_id, "requested", desk.now, Quantity(D("0.1"))))
    assert (desk.said, desk.sent) == (["CancelTaken"], ["resolve"])
    asked = desk.order(entry).request(RequestKind.CANCEL)
    assert asked is not None and not asked.status.is_owed
    # What the venue ends by itself answers nothing.
    other = bought().open_role("entry")
    assert other.request(RequestKind.CANCEL) is None


def test_a_proof_of_absence_against_an_answer_is_ignored() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.silence(entry)
    desk.accept(entry)
    desk.tell(rp.AbsenceProven(PAPER, entry.client_order_id, PROOF, desk.now))
    assert desk.said == []
    assert desk.status(entry) is S.WORKING


# ---------------------------------------------------------------- exits


def test_the_sibling_shrinks_with_a_partial_exit() -> None:
    """X39: the group never trades more than the position."""
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    target, stop = desk.open_role("target"), desk.open_role("stop")
    desk.fill(target, "0.1", price="6834")
    assert desk.sent == []  # the venue reduces its group itself
    size, price = Quantity(D("0.2")), Price(D(6633))
    desk.tell(rp.Replaced(PAPER, stop.client_order_id, size, None, price, "oco", desk.now))
    assert desk.order(stop).remaining == D("0.2")
    assert stands(desk) == ["sl 6633 0.2", "tp1 6834 0.2"]
    desk.fill(target, "0.2", price="6834")
    assert not desk.position.is_open
    assert desk.sent == []
    desk.cancel(stop, "oco")
    assert desk.orders == []
    (closed,) = desk.named("PositionClosed")
    assert (closed.reason, closed.realised) == ("tp1", D("40.2"))


def test_a_venue_that_refuses_the_legs_leaves_the_watch_to_us() -> None:
    desk = bought()
    desk.fill(desk.open_role("entry"), price="6700")
    stop, target = desk.open_role("stop"), desk.open_role("target")
    assert desk.position.uncovered_since is not None
    desk.reject(stop, "not_supported", "No stops here.")
    assert desk.bracket.guard is Guard.BOT
    assert desk.position.uncovered_since is None
    desk.reject(target, "group", "Another one was refused.")
    assert stands(desk) == ["sl 6633 0.3", "tp1 6834 0.3"]
    assert desk.orders == []
    desk.touched("sl", "6630")
    assert desk.sent == ["sell market 0.3"]


def test_a_stop_whose_price_was_passed_means_out_now() -> None:
    """X33: beyond the stop already when it reached the venue."""
    desk = bought()
    desk.fill(desk.open_role("entry"), price="6700")
    stop = desk.open_role("stop")
    desk.reject(stop, "stop_passed", "The price is beyond it.")
    assert desk.sent == ["sell market 0.3"]
    market = desk.open_role("stop")
    assert market.type is OrderType.MARKET
    desk.fill(market, price="6600")
    assert desk.named("PositionClosed")[0].reason == "sl"


def test_a_stop_that_the_venue_took_away_is_watched_by_us() -> None:
    """X35."""
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.cancel(desk.open_role("stop"), "venue")
    assert desk.bracket.guard is Guard.BOT
    assert desk.position.uncovered_since is None
    assert desk.sent == ["cancel exit-3"]


def test_an_uncovered_time_is_told_with_its_length() -> None:
    desk = bought()
    desk.fill(desk.open_role("entry"), price="6700")
    assert desk.said[-1] == "PositionUncovered"
    desk.wait(3)
    desk.accept(*desk.orders)
    (covered,) = desk.named("PositionCovered")
    assert covered.uncovered_s == D(3)
    assert len(desk.named("PositionUncovered")) == 1


def test_an_overshoot_is_flattened_at_once() -> None:
    """X38: both exits filled in one spike at a venue without groups."""
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    target, stop = desk.open_role("target"), desk.open_role("stop")
    desk.fill(target, price="6834")
    assert not desk.position.is_open
    desk.fill(stop, price="6633")
    assert desk.position.quantity == D("-0.3")
    assert desk.sent == ["buy market 0.3"]
    assert desk.position.plan.is_empty
    desk.fill(desk.open_role("flatten"), price="6640")
    assert not desk.position.is_open
    assert desk.orders == []


def test_an_exit_larger_than_the_position_is_flattened_back() -> None:
    desk = holding()
    desk.close()
    desk.fill(desk.open_role("close"), "0.4", price="6710")
    assert desk.position.quantity == D("-0.1")
    assert desk.sent == ["buy market 0.1"]


def test_fees_never_touch_the_quantity() -> None:
    """X30: fees are money here; what is protected is exactly what is held."""
    desk = bought()
    desk.fill(desk.open_role("entry"), price="6700", fee="2.01")
    assert desk.position.quantity == D("0.3")
    assert desk.position.fees == D("2.01")
    assert [order.quantity for order in desk.orders] == [D("0.3"), D("0.3")]
    assert desk.account.cash == D(10_000) - D(2010) - D("2.01")


def test_a_flat_position_ends_its_waiting_entries() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.accept(desk.open_role("entry"))
    desk.fill(desk.open_role("target"), price="6834")
    assert desk.sent == ["cancel entry-4"]


def test_an_entry_that_fills_after_flat_begins_protected() -> None:
    desk = holding(guards=True, exits=plan("1%", "2%", stop="1%", even=1))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.close()
    desk.fill(desk.open_role("close"), price="6700")
    for order in desk.orders:
        if not order.is_entry:
            desk.cancel(order, "oco")
    desk.fill(entry, price="6600")
    assert desk.position.quantity == D("0.1")
    assert stands(desk) == ["sl 6534 0.1", "tp1 6666 0.05", "tp2 6732 0.05"]
    assert [order.quantity for order in desk.orders] == [D("0.1"), D("0.05"), D("0.05")]


reports = st.lists(st.integers(0, 7), min_size=1, max_size=14)


@given(reports, st.booleans(), st.booleans())
def test_any_order_of_answers_leaves_whole_books(sequence: list[int], guards: bool, long: bool) -> None:
    """Whatever an entry's venue says, and in whatever order: nothing raises and every sum is right."""
    desk = PureDesk(guards=guards)
    desk.price("6700")
    desk.buy("0.3", long=long, exits=plan("2%", stop="1%"))
    entry = desk.open_role("entry")
    cid = entry.client_order_id
    for step in sequence:
        match step:
            case 0:
                desk.accept(entry)
            case 1:
                desk.fill(entry, "0.1", price="6700", fee="0.1")
            case 2:
                desk.fill(entry, "0.1", price="6710", fill_id="SAME")
            case 3:
                desk.cancel(entry)
            case 4:
                desk.reject(entry)
            case 5:
                desk.silence(entry)
            case 6:
                desk.tell(rp.AbsenceProven(PAPER, cid, proof_of(desk.book, entry), desk.now))
            case _:
                desk.tell(rp.ExpiredReported(PAPER, cid, desk.now))
    fills = desk.named("OrderFilled")
    held = sum((fill.quantity for fill in fills), D(0)) * (1 if long else -1)
    assert desk.position.quantity == held
    assert abs(desk.position.cost) == sum((fill.quantity * fill.price for fill in fills), D(0))
    assert desk.account.cash + desk.position.cost == D(10_000) - desk.account.fees
    assert desk.account.exposure == abs(desk.position.cost)
    reserved = desk.order(entry).remaining * 6700 if desk.order(entry).is_open else D(0)
    assert desk.account.reserved == reserved
    for leg in desk.position.bracket.legs if desk.position.bracket else ():
        assert leg.quantity == abs(held)


def test_a_name_that_has_a_successor_ends_nothing_although_the_new_name_was_not_heard_yet() -> None:
    """X27: two changes were on their way, and only the first was answered."""
    desk = bought()
    entry = desk.open_role("entry")
    desk.accept(entry)
    name = desk.order(entry).venue_order_id
    desk.tell(
        rp.CanceledReported(PAPER, entry.client_order_id, "replaced", desk.now, None, venue_order_id=name)
    )
    assert desk.sent == ["resolve"]
    assert desk.status(entry) is S.WORKING
