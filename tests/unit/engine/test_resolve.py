"""Silence is resolved by evidence, or by a proof of absence: three answers after fence and visibility."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.pit import OWNER, PAPER, START, Pit, in_pit
from tests.unit.engine.answering import (
    CID,
    FILL,
    ORDER,
    SETTINGS,
    SLOW,
    Answer,
    Answering,
    Desk,
    Looks,
    asked,
    kinds,
    known,
)
from trading.brokers.profile import PAPER_FULL
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.doubt import AbsenceProof, StreamSaid, flaw
from trading.domain.ids import ClientOrderId, FillId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderStatus, OrderType
from trading.domain.request import Request, RequestKind, RequestStatus
from trading.engine.pace import Pace
from trading.engine.resolve import reports_of
from trading.engine.seeking import resolved_at_once
from trading.ports import VenueOrder
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal


def proof_of(reports: Sequence[rp.BrokerReport]) -> AbsenceProof:
    (report,) = reports
    assert isinstance(report, rp.AbsenceProven)
    return report.proof


def test_three_negatives_after_the_fence_prove_absence_once_they_span_the_visibility() -> None:
    reports, venue = asked(lambda _: None)
    proof = proof_of(reports)
    # An earlier life has sent it: before 5 s, or until 6 s, if it did not know yet that it was overtaken. The
    # venue could take it until 16 s and hide it for 5 s more.
    counted = [second for second in venue.asked_s if second >= 16]
    assert counted == [17, 19, 21, 23]
    assert reports[0].at == START + timedelta(seconds=23)
    assert [(one.at, one.after_s) for one in proof.negatives] == [
        (START + timedelta(seconds=second), D(second - 5)) for second in (17, 21, 23)
    ]
    assert (proof.fence_s, proof.visibility_s) == (D(11), D(5)) and proof.answers == 4
    assert proof.stream is StreamSaid.UNHEARD
    assert flaw(proof) == ""


def test_the_sending_is_where_the_fence_begins_when_this_life_has_sent_it() -> None:
    reports, _ = asked(lambda _: None, sent_s=2.0)
    proof = proof_of(reports)
    assert proof.fence_s == 10
    assert proof.negatives[0].at == START + timedelta(seconds=13)  # the first question after 12 s
    assert proof.negatives[0].after_s == D(11)
    assert proof.stream is StreamSaid.NOTHING


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_proves_nothing_and_hides_nothing(hours: int) -> None:
    async def set_clock(clock: VirtualClock, desk: Desk) -> None:
        clock.jump(timedelta(hours=hours))

    reports, venue = asked(lambda _: None, at=set_clock)
    assert [second for second in venue.asked_s if second >= 16] == [17, 19, 21, 23]
    assert proof_of(reports).negatives[0].after_s == D(12)
    assert all(since <= START + timedelta(hours=min(hours, 0)) for since in venue.since[1:])


def test_a_stop_may_be_hidden_for_longer() -> None:
    profile = replace(SLOW, visibility_conditional_s=60.0)
    stop = replace(ORDER, type=OrderType.STOP, limit_price=None, stop_price=Price(D(6500)))
    proof = proof_of(asked(lambda _: None, order=stop, profile=profile)[0])
    assert proof.visibility_s == 60 and proof.negatives[-1].after_s >= D(70)
    assert len(proof.negatives) == 3 and proof.answers > 25
    plain = proof_of(asked(lambda _: None, profile=profile)[0])
    assert plain.visibility_s == 5


def test_a_venue_that_hides_nothing_is_asked_three_times_at_once() -> None:
    reports, venue = asked(lambda _: None, profile=PAPER_FULL)
    assert proof_of(reports).answers == 3 and venue.asked_s == [5, 5, 5]


def test_failed_questions_count_as_nothing() -> None:
    reports, venue = asked(lambda second: None if int(second) % 3 == 0 else "silent")
    proof = proof_of(reports)
    assert proof.answers == 3
    assert [one.after_s for one in proof.negatives] == [16, 22, 28]
    assert len([second for second in venue.asked_s if second >= 16]) == 9


def test_a_thousand_failed_questions_lose_nothing() -> None:
    reports, venue = asked(lambda second: "silent" if second < 2_005 else known("working"))
    assert kinds(reports) == ["Accepted"]
    assert len(venue.asked_s) > 1_000


def test_a_question_that_hangs_is_given_up_in_time() -> None:
    reports, venue = asked(lambda second: "hangs" if second < 20 else None)
    assert kinds(reports) == ["AbsenceProven"]
    assert venue.asked_s[1] - venue.asked_s[0] == SETTINGS.ask_timeout_s + SETTINGS.resolve_pause_s


def test_an_order_that_shows_late_was_there_all_along() -> None:
    reports, _ = asked(lambda second: known("working") if second >= 19 else None)
    assert kinds(reports) == ["Accepted"]


def test_two_negatives_and_then_evidence_prove_nothing() -> None:
    reports, _ = asked(lambda second: known("working") if second >= 19 else None)
    assert kinds(reports) == ["Accepted"]


def test_a_sign_of_it_makes_all_answers_before_it_worthless() -> None:
    # Its fill is told at 17 s and not its order, of which nothing is known again from 19 s on.
    part = known("working", "1")
    reports, _ = asked(lambda second: part if second == 17 else None)
    assert proof_of(reports).negatives[0].at == START + timedelta(seconds=19)


def test_a_position_that_nobody_can_explain_is_no_proof() -> None:
    looks = lambda second: ("1", False) if second < 100 else ("0", False)  # noqa: E731 - a plan
    reports, _ = asked(lambda _: None, looks=looks)
    assert proof_of(reports).negatives[-1].at >= START + timedelta(seconds=100)
    explained, _ = asked(lambda _: None, looks=lambda _: ("1", False), held="1")
    assert proof_of(explained).held == 1


def test_an_order_in_the_venues_list_is_there() -> None:
    reports, venue = asked(lambda _: None, looks=lambda _: ("0", True))
    assert kinds(reports) == ["Accepted"] and venue.asked_s[-1] == 23


def test_without_a_look_at_what_is_held_nothing_is_proven() -> None:
    looks = lambda second: "silent" if second < 60 else ("0", False)  # noqa: E731 - a plan
    reports, _ = asked(lambda _: None, looks=looks)
    assert proof_of(reports).negatives[-1].at >= START + timedelta(seconds=60)


def test_an_order_that_is_not_in_doubt_is_never_proven_absent() -> None:
    assert asked(lambda _: None, status=OrderStatus.WORKING)[0] == []


@pytest.mark.parametrize("during_the_look", [False, True])
def test_news_of_it_while_the_last_questions_are_out_end_the_proof(during_the_look: bool) -> None:
    held: list[Desk] = []

    async def meanwhile(clock: VirtualClock, desk: Desk) -> None:
        held.append(desk)
        if not during_the_look:
            await clock.sleep_s(18)
            filled()

    def filled() -> None:
        held[0].book.put_order(replace(ORDER, status=OrderStatus.PARTIAL))

    def looks(_: float) -> Looks:
        filled()
        return ("0", False)

    reports, venue = asked(lambda _: None, at=meanwhile, looks=looks)
    assert reports == [] and venue.asked_s[-1] in (23, 25)


def test_an_answer_from_before_a_change_that_was_told_meanwhile_says_nothing() -> None:
    """X27: what was found had the old name, and the history the end of that."""
    held: list[Desk] = []
    end = rp.CanceledReported(PAPER, ClientOrderId("V1"), "replaced", START, None, VenueOrderId("V1"))

    async def meanwhile(clock: VirtualClock, desk: Desk) -> None:
        held.append(desk)

    def history(_: float) -> list[rp.BrokerReport]:
        order = held[0].book.order(ORDER.order_id)
        assert order is not None
        held[0].book.put_order(
            replace(order, limit_price=Price(D(6500)), venue_order_id=VenueOrderId("V1+1"))
        )
        return [end]

    def says(at_s: float) -> Answer:
        if at_s < 8:
            return "silent" if at_s < 6 else known("working")
        return replace(known("working", limit="6500"), venue_order_id="V1+1", older_venue_ids=("V1",))

    reports, venue = asked(says, history, at=meanwhile)
    assert venue.asked_s == [5, 7, 9]
    told = [(one.limit_price, one.venue_order_id) for one in reports if isinstance(one, rp.Replaced)]
    assert all(limit == 6500 for limit, _ in told) and "CanceledReported" not in kinds(reports)


def test_a_change_that_is_carried_out_while_it_is_asked_about_ends_nothing() -> None:
    """X27: it was found under the name that the history calls replaced; nobody has told of the change yet."""
    end = rp.CanceledReported(PAPER, ClientOrderId("V1"), "replaced", START, None, VenueOrderId("V1"))

    def says(at_s: float) -> VenueOrder:
        if at_s < 6:
            return known("working")
        return replace(known("working", limit="6500"), venue_order_id="V1+1", older_venue_ids=("V1",))

    reports, venue = asked(says, lambda _: [end])
    assert venue.asked_s == [5, 7]
    assert "CanceledReported" not in kinds(reports)
    assert [one.limit_price for one in reports if isinstance(one, rp.Replaced)] == [6500]


@pytest.mark.parametrize(
    ("found", "history", "expected"),
    [
        (known("working"), [], ["Accepted"]),
        (known("working", "1"), [FILL], ["Accepted", "FillReported"]),
        (known("canceled"), [], ["Accepted", "CanceledReported"]),
        (known("expired"), [], ["Accepted", "ExpiredReported"]),
        (known("rejected"), [], ["Rejected"]),
        (known("working", quantity="3"), [], ["Accepted", "Replaced"]),
        (known("working", limit="6650"), [], ["Accepted", "Replaced"]),
        (None, [FILL], ["FillReported"]),
        (
            known("canceled", "1"),
            [FILL, rp.CanceledReported(PAPER, CID, "oco", START)],
            ["Accepted", "FillReported", "CanceledReported"],
        ),
        (None, [rp.Rejected(PAPER, CID, "funds", "Not enough.", START)], ["Rejected"]),
    ],
)
def test_evidence_becomes_the_missing_reports(
    found: VenueOrder | None, history: list[rp.BrokerReport], expected: list[str]
) -> None:
    reports, _ = asked(lambda _: found, lambda _: history)
    assert kinds(reports) == expected


def test_the_venues_own_reason_is_kept() -> None:
    ended = rp.CanceledReported(PAPER, CID, "oco", START)
    reports, _ = asked(lambda _: known("canceled"), lambda _: [ended])
    assert reports[-1] == ended
    accepted = reports[0]
    assert isinstance(accepted, rp.Accepted)
    assert accepted.venue_order_id == VenueOrderId("V1")


def test_fills_that_never_show_are_not_waited_for_for_ever() -> None:
    reports, venue = asked(lambda _: known("canceled", "1"))
    assert kinds(reports) == ["Accepted", "CanceledReported"]
    assert len([second for second in venue.asked_s if second >= 20]) == SETTINGS.resolve_tries_max


@pytest.mark.parametrize(("answer", "expected"), [(None, ["AbsenceProven"]), ("silent", [])])
def test_at_a_start_nobody_waits_for_a_proof(answer: Answer, expected: list[str]) -> None:
    async def main(loop: VirtualLoop) -> tuple[list[rp.BrokerReport], float]:
        clock = VirtualClock(loop, START)
        broker: Any = Answering(clock, lambda _: answer, lambda _: (), lambda _: ("0", False), PAPER_FULL)
        desk = Desk(clock, ORDER, OrderStatus.IN_DOUBT, Quantity(D(0)))
        return list(await resolved_at_once(ORDER, broker, desk, SETTINGS, Pace(clock))), clock.elapsed_s()

    reports, took_s = run(main)
    assert kinds(reports) == expected and took_s == 0


def test_fills_that_are_seen_later_are_waited_for() -> None:
    reports, venue = asked(lambda _: known("canceled", "1"), lambda second: [FILL] if second >= 9 else [])
    assert kinds(reports) == ["Accepted", "FillReported", "CanceledReported"]
    assert venue.asked_s == [5, 7, 9]


BOOKED = replace(ORDER, filled=Quantity(D(1)), fill_ids=(FillId("F1"),), venue_order_id=VenueOrderId("V1"))
SECOND = replace(FILL, fill_id=FillId("F2"))


def test_a_fill_that_is_booked_is_not_waited_for_where_the_history_begins_after_it() -> None:
    """As it does when the order was sent while the clock was ahead."""
    status = OrderStatus.PARTIAL
    reports, venue = asked(lambda _: known("canceled", "1"), order=BOOKED, status=status, held="1")
    assert kinds(reports) == ["CanceledReported"] and venue.asked_s == [5]


@pytest.mark.parametrize("early", [(), (FILL,), (FILL, FILL)])
def test_a_fill_that_is_booked_is_not_counted_twice(early: tuple[rp.BrokerReport, ...]) -> None:
    def told(second: float) -> list[rp.BrokerReport]:
        return [*early, SECOND] if second >= 9 else [*early]

    status = OrderStatus.PARTIAL
    reports, venue = asked(lambda _: known("canceled", "2"), told, BOOKED, status=status, held="1")
    assert kinds(reports) == ["FillReported"] * (len(early) + 1) + ["CanceledReported"]
    assert venue.asked_s == [5, 7, 9]


def test_other_orders_in_the_history_are_no_evidence() -> None:
    stranger = replace(FILL, client_order_id=ClientOrderId("SOMEBODY"))
    reports, _ = asked(lambda _: None, lambda _: [stranger])
    assert kinds(reports) == ["AbsenceProven"]


def test_what_has_not_left_yet_is_not_asked_about() -> None:
    """An entry waits for the look after a break, and its cancel is refused: the venue cannot know it, and an
    answer from before it left must not count towards a proof."""

    async def scene(pit: Pit) -> None:
        await pit.quote("6700")
        pit.engine.outbox.rounds[PAPER].broke()
        asked: list[Any] = []
        find = pit.broker.find

        async def noted(cid: Any) -> Any:
            asked.append(cid)
            return await find(cid)

        pit.broker.find = noted  # type: ignore[method-assign, assignment]  # looks over its shoulder
        buying = asyncio.create_task(pit.buy("1000"))
        await pit.clock.sleep_s(0.5)
        (order,) = pit.engine.book.open_orders(PAPER)
        assert order.status is OrderStatus.SUBMITTING
        await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, (order.order_id,)))
        await pit.clock.sleep_s(1)
        assert pit.named("CancelFailed")
        assert asked == []
        await buying

    in_pit(scene)


@pytest.mark.parametrize(
    ("status", "venue_says", "expected"),
    [
        (OrderStatus.WORKING, "canceled", ["CanceledReported"]),
        (OrderStatus.PARTIAL, "expired", ["ExpiredReported"]),
        (OrderStatus.WORKING, "working", ["Accepted"]),
        (OrderStatus.IN_DOUBT, "canceled", ["Accepted", "CanceledReported"]),
    ],
)
def test_of_what_is_over_nobody_says_that_it_stands(
    status: OrderStatus, venue_says: str, expected: list[str]
) -> None:
    """A cancel that was carried out would be called failed a moment before, and the end somebody else's."""

    async def scene(pit: Pit) -> None:
        order = replace(ORDER, status=status, venue_order_id=VenueOrderId("V1"))
        made = reports_of(order, known(venue_says), [], pit.clock)
        assert [type(report).__name__ for report in made] == expected

    in_pit(scene)


@pytest.mark.parametrize("ends", ["canceled", "expired"])
def test_the_newest_name_of_what_is_over_is_told(ends: str) -> None:
    """X27: its fills are told under that name, and would be another hand's."""

    async def scene(pit: Pit) -> None:
        order = replace(ORDER, status=OrderStatus.WORKING, venue_order_id=VenueOrderId("V1"))
        found = replace(known(ends), venue_order_id="V1+1", older_venue_ids=("V1",))
        first, *others = reports_of(order, found, [], pit.clock)
        assert isinstance(first, rp.Replaced) and first.venue_order_id == "V1+1"
        assert [type(report).__name__ for report in others] in (["CanceledReported"], ["ExpiredReported"])

    in_pit(scene)


@pytest.mark.parametrize("ends", ["canceled", "expired"])
def test_a_change_that_nobody_answered_is_told_of_what_is_over(ends: str) -> None:
    """What it had filled beyond its old quantity would seem to be too much, and done (seed 890111)."""

    async def scene(pit: Pit) -> None:
        asked_for = Request(RequestKind.REPLACE, 1, 1, START, status=RequestStatus.AMBIGUOUS)
        order = replace(ORDER, status=OrderStatus.WORKING, venue_order_id=VenueOrderId("V1"))
        found = known(ends, "3", quantity="8")
        fill = replace(FILL, quantity=Quantity(D(3)))
        made = reports_of(replace(order, requests=(asked_for,)), found, [fill], pit.clock)
        assert isinstance(made[0], rp.Replaced) and made[0].quantity == 8
        assert [type(report).__name__ for report in made[1:3]] == ["Accepted", "FillReported"]
        # One that nobody asked to change may have been made smaller by its venue: its end says all.
        assert not any(isinstance(one, rp.Replaced) for one in reports_of(order, found, [fill], pit.clock))

    in_pit(scene)


def test_what_is_said_of_other_orders_ends_nothing() -> None:
    other = rp.Rejected(PAPER, ClientOrderId("other"), "lot", "No.", START)
    reports, _ = asked(lambda _: None, lambda _: [other])
    assert kinds(reports) == ["AbsenceProven"]
