"""When nothing settles an order in time: a person is asked, and what they say is where the search goes on."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.pit import PAPER, START
from tests.unit.engine.answering import (
    CID,
    FILL,
    ORDER,
    SLOW,
    Answer,
    Desk,
    Looks,
    asked,
    kinds,
    known,
)
from trading.domain import reports as rp
from trading.domain.doubt import Trouble
from trading.domain.ids import ClientOrderId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import OrderStatus, OrderType
from trading.domain.request import Request, RequestKind
from trading.engine.resolve import age_s
from trading.engine.settings import EngineSettings
from trading.virtual_time import VirtualClock

D = Decimal


def unresolved(told: list[rp.Report]) -> rp.DoubtUnresolved:
    (report,) = told
    assert isinstance(report, rp.DoubtUnresolved)
    return report


def test_a_person_is_asked_once_when_the_time_is_over_and_the_search_goes_on() -> None:
    told: list[rp.Report] = []
    answers = lambda second: "silent" if second < 900 else known("working")  # noqa: E731 - a plan
    order = replace(ORDER, intended_at=START + timedelta(seconds=5))
    reports, venue = asked(answers, order=order, told=told)
    assert kinds(reports) == ["Accepted"]
    report = unresolved(told)
    assert D(600) <= report.waited_s < D(602) and report.at == START + timedelta(seconds=605)
    assert (report.answers, report.failures) == (0, 301) and report.trouble is Trouble.SILENCE
    assert 900 <= venue.asked_s[-1] < 902


def test_who_slept_over_an_answer_asks_once_more_before_a_person_is_asked() -> None:
    told: list[rp.Report] = []
    settings = EngineSettings(doubt_budget_s=40.0)

    def answers(second: float) -> Answer:
        return "silent" if second < 38 else "hangs" if second < 45 else known("working")

    reports, venue = asked(answers, told=told, settings=settings)
    assert venue.asked_s[-2:] == [39, 49], "the time was over when that answer was given up"
    assert kinds(reports) == ["Accepted"] and told == []


def test_a_venue_that_hides_stops_for_long_has_more_time() -> None:
    profile = replace(SLOW, visibility_conditional_s=2_400.0)
    stop = replace(ORDER, type=OrderType.STOP, limit_price=None, stop_price=Price(D(6500)))
    told: list[rp.Report] = []
    looks = lambda second: ("1", False) if second < 2_600 else ("0", False)  # noqa: E731 - a plan
    asked(lambda _: None, order=stop, profile=profile, looks=looks, told=told)
    assert unresolved(told).waited_s >= D(2_410)


@pytest.mark.parametrize(
    ("says", "looks", "trouble"),
    [
        (None, ("1", False), Trouble.POSITION),
        (None, "silent", Trouble.SILENCE),
        (known("working", "1"), ("0", False), Trouble.FILLS),
    ],
)
def test_what_was_in_the_way_is_told(says: Answer, looks: Looks, trouble: Trouble) -> None:
    told: list[rp.Report] = []
    settings = EngineSettings(doubt_budget_s=40.0)
    asked(
        lambda second: says if second < 80 else known("working"),
        looks=lambda _: looks,
        told=told,
        settings=settings,
    )
    assert unresolved(told).trouble is trouble


def test_after_the_persons_word_that_it_is_not_there_nobody_asks_any_more() -> None:
    async def answered(clock: VirtualClock, desk: Desk) -> None:
        await clock.sleep_s(50)
        desk.book.put_order(replace(ORDER, status=OrderStatus.NOT_PLACED))

    reports, venue = asked(lambda _: "silent", at=answered)
    assert reports == [] and venue.asked_s[-1] < 56


def named(clock: VirtualClock, desk: Desk) -> Awaitable[None]:
    """A person says how the venue calls the order."""

    async def answered() -> None:
        await clock.sleep_s(50)
        desk.book.put_order(replace(ORDER, status=OrderStatus.IN_DOUBT, venue_order_id=VenueOrderId("V1")))

    return answered()


def test_a_fill_is_found_by_the_venues_id_that_a_person_gave() -> None:
    stranger = replace(FILL, client_order_id=ClientOrderId("WEB"), venue_order_id=VenueOrderId("V1"))
    other = replace(stranger, venue_order_id=VenueOrderId("V2"))
    reports, venue = asked(
        lambda _: None, lambda _: [other, stranger], looks=lambda _: ("1", False), at=named
    )
    assert reports == [replace(stranger, client_order_id=CID)]
    assert venue.asked_s[-1] >= 55


def test_an_order_that_waits_is_found_by_the_venues_id_that_a_person_gave() -> None:
    reports, _ = asked(lambda _: None, looks=lambda second: ("0" if second >= 55 else "1", "web"), at=named)
    assert kinds(reports) == ["Accepted"]
    accepted = reports[0]
    assert isinstance(accepted, rp.Accepted) and accepted.venue_order_id == "V1"


@pytest.mark.parametrize(
    ("hours", "asked_s"),
    [(0.0, 602), (0.1, 242), (0.5, 25), (-3.0, 602)],
    ids=["just sent", "six minutes ago", "half an hour ago", "the clock was set back"],
)
def test_the_time_of_a_doubt_goes_on_over_restarts(hours: float, asked_s: int) -> None:
    """An earlier life has sent it (no `sent_s`): fence and visibility begin anew, the budget does not."""
    told: list[rp.Report] = []
    order = replace(ORDER, intended_at=START + timedelta(seconds=5) - timedelta(hours=hours))
    asked(lambda second: "silent" if second < 700 else known("working"), order=order, told=told)
    report = unresolved(told)
    began_s = (report.at - START).total_seconds() - 5
    assert asked_s - 12 <= began_s <= asked_s
    assert report.waited_s >= D(600) and report.failures >= 3


def test_when_it_was_sent_counts_and_not_when_it_was_decided() -> None:
    submit = Request(RequestKind.SUBMIT, 1, 1, START, sent_at=START + timedelta(seconds=40))
    later = START + timedelta(seconds=100)
    assert age_s(replace(ORDER, requests=(submit,)), later) == 60
    assert age_s(replace(ORDER, requests=(replace(submit, sent_at=None),)), later) == 100
    assert age_s(replace(ORDER, intended_at=None), later) == 0


def test_what_the_venue_made_of_a_hidden_order_is_a_sign_of_it_and_ends_no_search() -> None:
    """It was made larger as it was taken, and its history tells that before any question sees the order."""
    grown = rp.Replaced(PAPER, CID, Quantity(D(10)), None, None, "attached", START)
    reports, venue = asked(lambda second: None if second < 9 else known("working"), lambda _: [grown])
    assert kinds(reports)[-1] == "Accepted"
    assert venue.asked_s[0] == 5 and venue.asked_s[-1] >= 9


def test_of_an_order_that_is_not_in_doubt_such_a_sign_says_nothing() -> None:
    grown = rp.Replaced(PAPER, CID, Quantity(D(10)), None, None, "attached", START)
    reports, venue = asked(lambda _: None, lambda _: [grown], status=OrderStatus.WORKING)
    assert (reports, venue.asked_s) == ([], [5])
