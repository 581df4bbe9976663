"""Only what a venue's profile lists is a refusal; everything else is silence, and is looked up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import NOW, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import ClientOrderId, VenueOrderId
from trading.domain.money import Quantity
from trading.domain.request import RequestKind
from trading.engine.sending import answered
from trading.engine.verdict import heard, not_taken, verdicts
from trading.ports import BrokerSilent, Clock
from trading.profile import VenueProfile
from trading.virtual_time import VirtualClock, VirtualLoop, run

CID, OTHER = ClientOrderId("C1"), ClientOrderId("C2")
SUBMIT, CANCEL, REPLACE = RequestKind.SUBMIT, RequestKind.CANCEL, RequestKind.REPLACE
PROFILE = replace(PAPER_FULL, definitive_codes=frozenset({"lot", "insufficient_funds", "throttled"}))


def rejected(code: str, cid: ClientOrderId = CID) -> rp.Rejected:
    return rp.Rejected(PAPER, cid, code, "No.", NOW)


def accepted(cid: ClientOrderId = CID, venue_id: str = "V1") -> rp.Accepted:
    return rp.Accepted(PAPER, cid, VenueOrderId(venue_id), NOW)


def judged(
    *answers: rp.BrokerReport, kind: RequestKind = SUBMIT, book: Book | None = None, cids: Any = (CID,)
) -> list[rp.BrokerReport]:
    return verdicts(answers, kind, PAPER, cids, PROFILE, book or Book(), NOW)


@pytest.mark.parametrize("code", ["lot", "throttled", "insufficient_funds"])
def test_a_code_on_the_list_is_a_refusal(code: str) -> None:
    assert judged(rejected(code)) == [rejected(code)]


@pytest.mark.parametrize("code", ["", "internal_error", "-1006", "duplicate", "unknown"])
def test_any_other_code_is_silence(code: str) -> None:
    (told,) = judged(rejected(code))
    assert told == rp.Silent(PAPER, CID, f"{code} proves nothing: No.", NOW)


def test_a_profile_that_lists_nothing_believes_no_refusal() -> None:
    empty = VenueProfile("new", "none", 8.0, 4.0, False, False, False, False)
    (told,) = verdicts([rejected("lot")], SUBMIT, PAPER, (CID,), empty, Book(), NOW)
    assert isinstance(told, rp.Silent)


def test_a_yes_without_an_order_id_is_silence() -> None:
    (told,) = judged(accepted(venue_id=""))
    assert told == rp.Silent(PAPER, CID, "taken without an order id", NOW)
    assert judged(accepted()) == [accepted()]


def test_too_little_money_proves_nothing_while_another_order_is_in_doubt() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1")
    (other,) = desk.orders
    assert judged(rejected("insufficient_funds"), book=desk.book) == [rejected("insufficient_funds")]
    desk.silence(other)
    (told,) = judged(rejected("insufficient_funds"), book=desk.book)
    assert isinstance(told, rp.Silent) and "while another order is in doubt" in told.reason
    assert judged(rejected("lot"), book=desk.book) == [rejected("lot")]
    # Its own doubt is no other's.
    own = other.client_order_id
    assert judged(rejected("insufficient_funds", own), book=desk.book, cids=(own,)) == [
        rejected("insufficient_funds", own)
    ]


def test_every_order_of_a_group_gets_exactly_one_report() -> None:
    told = judged(accepted(OTHER), cids=(CID, OTHER))
    assert told == [rp.Silent(PAPER, CID, "the answer says nothing of it", NOW), accepted(OTHER)]
    assert judged(accepted(), accepted(ClientOrderId("somebody's"))) == [accepted()]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (SUBMIT, rp.CanceledReported(PAPER, CID, "requested", NOW)),
        (CANCEL, accepted()),
        (CANCEL, rejected("lot")),
        (REPLACE, rp.CancelRefused(PAPER, CID, "no", NOW)),
    ],
)
def test_what_answers_something_else_answers_nothing(kind: RequestKind, answer: rp.BrokerReport) -> None:
    (told,) = judged(answer, kind=kind)
    assert told == rp.Silent(PAPER, CID, "the answer says nothing of it", NOW, kind)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (CANCEL, rp.CanceledReported(PAPER, CID, "requested", NOW)),
        (CANCEL, rp.CancelTaken(PAPER, CID, NOW)),
        (CANCEL, rp.CancelRefused(PAPER, CID, "no", NOW)),
        (REPLACE, rp.Replaced(PAPER, CID, Quantity(Decimal(1)), None, None, "", NOW)),
        (REPLACE, rp.ReplaceRefused(PAPER, CID, "no", NOW)),
    ],
)
def test_what_answers_a_request_is_taken(kind: RequestKind, answer: rp.BrokerReport) -> None:
    assert judged(answer, kind=kind) == [answer]


def test_the_stream_is_believed_as_far_as_an_answer() -> None:
    assert heard(rejected("lot"), PROFILE) == rejected("lot")
    assert heard(accepted(), PROFILE) == accepted()
    assert isinstance(heard(rejected("odd"), PROFILE), rp.Silent)


# ---------------------------------------------------------------- the sending itself


class Noted:
    """A desk that only writes down."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.clock: Clock = VirtualClock(loop, NOW)
        self.book = Book()
        self.sent: list[tuple[RequestKind, datetime]] = []

    def report(self, report: rp.Sent) -> None:
        self.sent.append((report.request, report.at))


Call = Callable[[Clock], Awaitable[Sequence[rp.BrokerReport]]]


def asked(call: Call, kind: RequestKind = SUBMIT) -> tuple[list[rp.BrokerReport], list[Any]]:
    """What came of one request, and what was noted meanwhile."""
    found: list[Any] = []

    async def main(loop: VirtualLoop) -> None:
        desk = Noted(loop)
        found.append(await answered(desk, 8.0, kind, PAPER, (CID,), PROFILE, call(desk.clock)))
        found.append(desk.sent)

    run(main)
    return found[0], found[1]


def test_an_answer_at_once_needs_no_note() -> None:
    async def at_once(clock: Clock) -> Sequence[rp.BrokerReport]:
        return [accepted()]

    assert asked(at_once) == ([accepted()], [])


def test_while_an_answer_takes_time_it_is_written_down_that_the_request_left() -> None:
    async def slow(clock: Clock) -> Sequence[rp.BrokerReport]:
        await clock.sleep_s(0.15)
        return [accepted()]

    assert asked(slow) == ([accepted()], [(SUBMIT, NOW)])


async def _swallowed(clock: Clock) -> Sequence[rp.BrokerReport]:
    await clock.sleep_s(3_600)
    return [accepted()]


async def _unreadable(clock: Clock) -> Sequence[rp.BrokerReport]:
    raise BrokerSilent("The answer could not be read.")


async def _cut_off(clock: Clock) -> Sequence[rp.BrokerReport]:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (_swallowed, "no answer in time"),
        (_unreadable, "The answer could not be read."),
        (_cut_off, "the request was cut off on its way"),
    ],
)
@pytest.mark.parametrize("kind", [SUBMIT, CANCEL, REPLACE])
def test_what_is_no_answer_is_silence(call: Call, reason: str, kind: RequestKind) -> None:
    (told,) = asked(call, kind)[0]
    assert isinstance(told, rp.Silent)
    assert (told.reason, told.request) == (reason, kind)


def test_a_desk_that_stops_in_the_middle_of_a_sending_says_nothing() -> None:
    ends: list[str] = []

    async def main(loop: VirtualLoop) -> None:
        desk = Noted(loop)
        call = _swallowed(desk.clock)
        task = asyncio.ensure_future(answered(desk, 8.0, SUBMIT, PAPER, (CID,), PROFILE, call))
        await desk.clock.sleep_s(1)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            ends.append("stopped")

    run(main)
    assert ends == ["stopped"]


@pytest.mark.parametrize(
    ("kind", "expected"), [(SUBMIT, rp.Rejected), (CANCEL, rp.CancelRefused), (REPLACE, rp.ReplaceRefused)]
)
def test_too_many_requests_mean_that_nothing_was_carried_out(kind: RequestKind, expected: type) -> None:
    told = not_taken(kind, PAPER, (CID, OTHER), "Too many requests.", NOW)
    assert [type(one) for one in told] == [expected, expected]
    assert [one.client_order_id for one in told] == [CID, OTHER]
    assert {getattr(one, "reason", "") for one in told} == {"Too many requests."}
