"""Silence is resolved by evidence, or by a proof of absence: three answers after fence and visibility."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.pit import PAPER, START
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.ids import ClientOrderId, FillId, OrderId, PositionId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.engine.resolve import resolved
from trading.engine.settings import EngineSettings
from trading.ports import BrokerSilent, VenueOrder
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal
CID = ClientOrderId("A" * 26)
SLOW = replace(PAPER_FULL, fence_s=10.0, visibility_s=5.0)
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


class Answering:
    """A venue that answers questions by a plan: seconds since the start -> what it says."""

    def __init__(
        self,
        clock: VirtualClock,
        says: Callable[[float], Answer],
        history: Callable[[float], Sequence[rp.BrokerReport]],
    ) -> None:
        self.profile = SLOW
        self.clock = clock
        self.says = says
        self.told = history
        self.asked_s: list[float] = []

    def _now_s(self) -> float:
        return (self.clock.now() - START).total_seconds()

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        assert client_order_id == CID
        self.asked_s.append(self._now_s())
        answer = self.says(self._now_s())
        if answer == "hangs":
            await self.clock.sleep_s(1_000)
        if isinstance(answer, str):
            raise BrokerSilent("no answer")
        return answer

    async def history(self, since: object) -> Sequence[rp.BrokerReport]:
        assert since == START
        return list(self.told(self._now_s()))


def asked(
    says: Callable[[float], Answer],
    history: Callable[[float], Sequence[rp.BrokerReport]] = lambda _: (),
    order: Order = ORDER,
) -> tuple[list[rp.BrokerReport], Answering]:
    """What came out of asking, from five seconds after the sending on."""

    async def main(loop: VirtualLoop) -> tuple[list[rp.BrokerReport], Answering]:
        clock = VirtualClock(loop, START)
        venue = Answering(clock, says, history)
        await clock.sleep_s(5)
        found = await resolved(order, venue, clock, SETTINGS)  # type: ignore[arg-type]  # only its questions are asked
        return list(found), venue

    return run(main)


def kinds(reports: Sequence[rp.BrokerReport]) -> list[str]:
    return [type(report).__name__ for report in reports]


def test_three_late_negatives_prove_absence() -> None:
    reports, venue = asked(lambda _: None)
    (proof,) = reports
    assert isinstance(proof, rp.AbsenceProven)
    # Given up at 5 s; the venue could take it until 15 s and hide it until 20 s.
    counted = [second for second in venue.asked_s if second >= 20]
    assert len(counted) == 3
    assert proof.at == START + timedelta(seconds=counted[-1])
    assert "3 successful answers" in proof.proof
    assert "fence 10 s, visibility 5 s" in proof.proof


def test_failed_questions_count_as_nothing() -> None:
    reports, venue = asked(lambda second: None if int(second) % 3 == 0 else "silent")
    assert kinds(reports) == ["AbsenceProven"]
    negatives = [second for second in venue.asked_s if second >= 20 and int(second) % 3 == 0]
    assert len(negatives) == 3


def test_a_silent_venue_leaves_it_in_doubt() -> None:
    reports, venue = asked(lambda _: "silent")
    assert reports == []
    late = [second for second in venue.asked_s if second >= 20]
    assert len(late) == SETTINGS.resolve_tries_max


def test_a_question_that_hangs_is_given_up_in_time() -> None:
    reports, venue = asked(lambda second: "hangs" if second < 20 else None)
    assert kinds(reports) == ["AbsenceProven"]
    assert venue.asked_s[1] - venue.asked_s[0] == SETTINGS.ask_timeout_s + SETTINGS.resolve_pause_s


def test_an_order_that_shows_late_was_there_all_along() -> None:
    reports, _ = asked(lambda second: known("working") if second >= 19 else None)
    assert kinds(reports) == ["Accepted"]


def test_two_negatives_and_then_evidence_prove_nothing() -> None:
    reports, _ = asked(lambda second: known("working") if second >= 24 else None)
    assert kinds(reports) == ["Accepted"]


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


def test_fills_that_are_seen_later_are_waited_for() -> None:
    reports, venue = asked(lambda _: known("canceled", "1"), lambda second: [FILL] if second >= 9 else [])
    assert kinds(reports) == ["Accepted", "FillReported", "CanceledReported"]
    assert venue.asked_s == [5, 7, 9]


def test_other_orders_in_the_history_are_no_evidence() -> None:
    stranger = replace(FILL, client_order_id=ClientOrderId("SOMEBODY"))
    reports, _ = asked(lambda _: None, lambda _: [stranger])
    assert kinds(reports) == ["AbsenceProven"]
