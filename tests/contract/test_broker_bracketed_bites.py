"""Planted bugs in entries that carry their exits: the contract finds each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest

from tests.contract.paper_under_test import PaperUnderTest
from tests.contract.test_broker_contract_bites import changed, fails
from trading.brokers import paper_brackets, paper_matching, paper_venue
from trading.brokers.paper_records import Working
from trading.brokers.paper_state import VenueState
from trading.brokers.profile import PAPER_BRACKETED, PAPER_BRACKETED_WHOLE
from trading.domain.money import Quantity
from trading.ports import VenueProfile


@contextmanager
def sends_them_one_by_one() -> Iterator[None]:
    """The exits are orders of their own, refused while nothing is held."""
    real = paper_venue.PaperVenue.submit_group

    def apart(self: Any, orders: Any, now: datetime) -> Any:
        return real(self, [changed(one, parent="") for one in orders], now)

    with patch.object(paper_venue.PaperVenue, "submit_group", apart):
        yield


@contextmanager
def nobody_sleeps() -> Iterator[None]:
    """Exits meet the market before their entry does."""
    real = Working.__init__

    def awake(self: Any, *arguments: Any) -> None:
        real(self, *arguments)
        self.is_asleep = False

    def all_placed(self: Any, book: Any, work: Any, at: datetime) -> None:
        arrive(self, book, work, at)
        for one in self._state.open.values():
            if one.order.parent:
                book.place(one)

    arrive = paper_matching.Matcher._arrive
    with (
        patch.object(Working, "__init__", awake),
        patch.object(paper_matching.Matcher, "_arrive", all_placed),
    ):
        yield


@contextmanager
def exits_outlive_their_entry() -> Iterator[None]:
    """Whoever cancels the entry leaves its exits there."""
    with patch.object(paper_matching, "dropped", lambda *of: []):
        yield


@contextmanager
def exits_wake_and_never_grow() -> Iterator[None]:
    """The first part wakes them, and the second is not guarded."""
    real = paper_brackets.woken

    def once(state: VenueState, entry: Working, part: Quantity, at: datetime) -> Any:
        return [one for one in real(state, entry, part, at) if state.open[one.client_order_id].is_asleep]

    with patch.object(paper_matching, "woken", once):
        yield


@contextmanager
def the_first_part_wakes_everything() -> Iterator[None]:
    """Whatever the profile says."""
    real = paper_brackets.woken

    def hasty(state: VenueState, entry: Working, part: Quantity, at: datetime) -> Any:
        state.wakes_whole = False
        return real(state, entry, part, at)

    with patch.object(paper_matching, "woken", hasty):
        yield


@contextmanager
def what_wakes_meets_no_price() -> Iterator[None]:
    """A market that lies beyond a stop when it wakes is not noticed until it moves."""
    with patch.object(paper_matching, "sleeping", lambda *of: []):
        yield


BUGS: list[tuple[Any, VenueProfile, str]] = [
    (sends_them_one_by_one, PAPER_BRACKETED, "test_an_entry_carries_exits_only_where_that_was_promised"),
    (nobody_sleeps, PAPER_BRACKETED, "test_exits_sleep_until_their_entry_fills"),
    (exits_outlive_their_entry, PAPER_BRACKETED, "test_exits_go_with_an_entry_that_is_canceled_unfilled"),
    (exits_wake_and_never_grow, PAPER_BRACKETED, "test_a_part_of_an_entry_wakes_as_the_profile_says"),
    (
        the_first_part_wakes_everything,
        PAPER_BRACKETED_WHOLE,
        "test_a_part_is_guarded_at_once_or_not_before_the_last",
    ),
    (what_wakes_meets_no_price, PAPER_BRACKETED, "test_a_price_beyond_an_exit_that_wakes_fills_it"),
]


@pytest.mark.parametrize(("bug", "profile", "case"), BUGS, ids=[bug.__name__ for bug, _, _ in BUGS])
async def test_the_contract_finds_a_planted_bug_in_brackets(
    bug: Any, profile: VenueProfile, case: str
) -> None:
    assert not await fails(case, lambda: PaperUnderTest(profile))
    with bug():
        assert await fails(case, lambda: PaperUnderTest(profile))
