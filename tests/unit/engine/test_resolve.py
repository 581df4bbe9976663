"""Silence is resolved by evidence, or by a proof of absence: three answers after fence and visibility."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.pit import PAPER, START
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.doubt import AbsenceProof, StreamSaid, flaw
from trading.domain.ids import ClientOrderId, FillId, OrderId, PositionId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Position
from trading.engine.resolve import resolved, resolved_at_once
from trading.engine.settings import EngineSettings
from trading.ports import BrokerSilent, Clock, VenueOrder, VenueProfile, VenueSnapshot
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal
CID = ClientOrderId("A" * 26)
SLOW = replace(PAPER_FULL, fence_s=10.0, visibility_s=5.0, visibility_conditional_s=7.0)
SETTINGS = EngineSettings(resolve_pause_s=2.0, resolve_tries_max=12)
ORDER = Order(
    OrderId("paper/BTC/USD/1/entry-1"),
    CID,
    PAPER,
    PositionId("paper/BTC/USD/1"),
    "BTC/USD",
    Side.BUY,
    OrderType.LIMIT,
    Quantity(D(2)),
    Role.ENTRY,
    limit_price=Price(D(6600)),
    intended_at=START,
)
FILL = rp.FillReported(
    PAPER, CID, FillId("F1"), Quantity(D(1)), Price(D(6600)), D("0.6"), rp.Liquidity.MAKER, START
)


def known(status: str, filled: str = "0", quantity: str = "2", limit: str = "6600") -> VenueOrder:
    """The order as the venue tells it."""
    amount, total = Quantity(D(filled)), Quantity(D(quantity))
    return VenueOrder(CID, "V1", "BTC/USD", status, total, amount, Price(D(limit)))


Answer = VenueOrder | None | str


class Desk:
    """A book with this one order in doubt, and what it holds."""

    def __init__(self, clock: VirtualClock, order: Order, status: OrderStatus, held: Quantity) -> None:
        self.clock: Clock = clock
        self.book = Book()
        self.book.put_order(replace(order, status=status))
        self.book.publish(_holding(self.book, held))


def _holding(book: Book, held: Quantity) -> Book:
    staged = book.staged()
    staged.put_position(Position(ORDER.position_id, PAPER, "BTC/USD", quantity=held))
    return staged


class Answering:
    """A venue that answers questions by a plan: seconds since the start -> what it says."""

    def __init__(
        self,
        clock: VirtualClock,
        says: Callable[[float], Answer],
        history: Callable[[float], Sequence[rp.BrokerReport]],
        looks: Callable[[float], tuple[str, bool] | str],
        profile: VenueProfile,
    ) -> None:
        self.profile = profile
        self.clock = clock
        self.says = says
        self.told = history
        self.looks = looks
        self.asked_s: list[float] = []
        self.since: list[datetime] = []

    def _now_s(self) -> float:
        return self.clock.elapsed_s()

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        assert client_order_id == CID
        self.asked_s.append(self._now_s())
        answer = self.says(self._now_s())
        if answer == "hangs":
            await self.clock.sleep_s(1_000)
        if isinstance(answer, str):
            raise BrokerSilent("no answer")
        return answer

    async def history(self, since: datetime) -> Sequence[rp.BrokerReport]:
        self.since.append(since)
        return list(self.told(self._now_s()))

    async def snapshot(self) -> VenueSnapshot:
        looks = self.looks(self._now_s())
        if isinstance(looks, str):
            raise BrokerSilent("no answer")
        held, has_order = looks
        positions = {"BTC/USD": Quantity(D(held))} if D(held) else {}
        orders = (known("working"),) if has_order else ()
        return VenueSnapshot(self.clock.now(), positions, orders, D(0))


def asked(
    says: Callable[[float], Answer],
    history: Callable[[float], Sequence[rp.BrokerReport]] = lambda _: (),
    order: Order = ORDER,
    *,
    looks: Callable[[float], tuple[str, bool] | str] = lambda _: ("0", False),
    status: OrderStatus = OrderStatus.IN_DOUBT,
    held: str = "0",
    profile: VenueProfile = SLOW,
    sent_s: float | None = None,
    at: Callable[[VirtualClock, Desk], Awaitable[None]] | None = None,
) -> tuple[list[rp.BrokerReport], Answering]:
    """What came out of asking, from five seconds after the sending on."""

    async def main(loop: VirtualLoop) -> tuple[list[rp.BrokerReport], Answering]:
        clock = VirtualClock(loop, START)
        venue = Answering(clock, says, history, looks, profile)
        desk = Desk(clock, order, status, Quantity(D(held)))
        await clock.sleep_s(5)
        meanwhile = asyncio.ensure_future(at(clock, desk)) if at is not None else None
        broker: Any = venue  # only its questions are asked
        found = await resolved(order, broker, desk, SETTINGS, sent_s)
        if meanwhile is not None:
            await meanwhile
        return list(found), venue

    return run(main)


def proof_of(reports: Sequence[rp.BrokerReport]) -> AbsenceProof:
    (report,) = reports
    assert isinstance(report, rp.AbsenceProven)
    return report.proof


def kinds(reports: Sequence[rp.BrokerReport]) -> list[str]:
    return [type(report).__name__ for report in reports]


def test_three_negatives_after_the_fence_prove_absence_once_they_span_the_visibility() -> None:
    reports, venue = asked(lambda _: None)
    proof = proof_of(reports)
    # An earlier life has sent it: before 5 s. The venue could take it until 15 s and hide it until 20 s.
    counted = [second for second in venue.asked_s if second >= 15]
    assert counted == [15, 17, 19, 21]
    assert reports[0].at == START + timedelta(seconds=21)
    assert [(one.at, one.after_s) for one in proof.negatives] == [
        (START + timedelta(seconds=second), D(second - 5)) for second in (15, 19, 21)
    ]
    assert (proof.fence_s, proof.visibility_s) == (D(10), D(5)) and proof.answers == 4
    assert proof.stream is StreamSaid.UNHEARD
    assert flaw(proof) == ""


def test_the_sending_is_where_the_fence_begins_when_this_life_has_sent_it() -> None:
    reports, _ = asked(lambda _: None, sent_s=2.0)
    proof = proof_of(reports)
    assert proof.negatives[0].at == START + timedelta(seconds=13)  # the first question after 12 s
    assert proof.negatives[0].after_s == D(11)
    assert proof.stream is StreamSaid.NOTHING


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_proves_nothing_and_hides_nothing(hours: int) -> None:
    async def set_clock(clock: VirtualClock, desk: Desk) -> None:
        clock.jump(timedelta(hours=hours))

    reports, venue = asked(lambda _: None, at=set_clock)
    assert [second for second in venue.asked_s if second >= 15] == [15, 17, 19, 21]
    assert proof_of(reports).negatives[0].after_s == D(10)
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
    assert [one.after_s for one in proof.negatives] == [10, 16, 22]
    assert len([second for second in venue.asked_s if second >= 15]) == 7


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
    looks = lambda second: ("0", second < 30)  # noqa: E731 - a plan
    reports, _ = asked(lambda _: None, looks=looks)
    assert proof_of(reports).negatives[0].at > START + timedelta(seconds=21)


def test_without_a_look_at_what_is_held_nothing_is_proven() -> None:
    looks = lambda second: "silent" if second < 60 else ("0", False)  # noqa: E731 - a plan
    reports, _ = asked(lambda _: None, looks=looks)
    assert proof_of(reports).negatives[-1].at >= START + timedelta(seconds=60)


def test_an_order_that_is_not_in_doubt_is_never_proven_absent() -> None:
    assert asked(lambda _: None, status=OrderStatus.WORKING)[0] == []


def test_news_of_it_while_the_last_question_is_out_end_the_proof() -> None:
    async def filled(clock: VirtualClock, desk: Desk) -> None:
        await clock.sleep_s(16)
        desk.book.put_order(replace(ORDER, status=OrderStatus.PARTIAL))

    reports, _ = asked(lambda _: None, at=filled)
    assert reports == []


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
        return list(await resolved_at_once(ORDER, broker, desk, SETTINGS)), clock.elapsed_s()

    reports, took_s = run(main)
    assert kinds(reports) == expected and took_s == 0


def test_fills_that_are_seen_later_are_waited_for() -> None:
    reports, venue = asked(lambda _: known("canceled", "1"), lambda second: [FILL] if second >= 9 else [])
    assert kinds(reports) == ["Accepted", "FillReported", "CanceledReported"]
    assert venue.asked_s == [5, 7, 9]


def test_other_orders_in_the_history_are_no_evidence() -> None:
    stranger = replace(FILL, client_order_id=ClientOrderId("SOMEBODY"))
    reports, _ = asked(lambda _: None, lambda _: [stranger])
    assert kinds(reports) == ["AbsenceProven"]
