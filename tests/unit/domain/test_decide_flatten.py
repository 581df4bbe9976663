"""Flatten and panic: everything that is named goes, nothing flips, and flat is proven by the venue's word."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.order import OrderType

D = Decimal
H = cm.HaltState


def checked(desk: PureDesk, positions: int | None = 0, orders: int | None = 0) -> None:
    desk.tell(rp.FlatChecked(PAPER, "paper", positions, orders, desk.now))


def state(desk: PureDesk) -> cm.HaltState:
    return desk.account.halt


def panic(desk: PureDesk) -> None:
    desk.do(cm.Flatten, halt=True)


@pytest.mark.parametrize("guards", [False, True])
@pytest.mark.parametrize("long", [False, True])
def test_a_panic_ends_flat_halted_and_proven(guards: bool, long: bool) -> None:
    desk = holding(guards=guards, long=long, exits=plan("2%", stop="1%"))
    side, price = ("sell", "6600") if long else ("buy", "6800")
    desk.buy("0.1", long=long, order_type=OrderType.LIMIT, limit=at(price))
    entry = desk.open_role("entry")
    desk.accept(entry)
    panic(desk)
    assert desk.said[:2] == ["HaltChanged", "FlattenStarted"]
    assert state(desk) is H.FLATTEN
    assert desk.sent[0].startswith("cancel entry-")
    assert desk.sent[1:] == [f"{side} market 0.3"]
    assert desk.last.facts == {"positions": 1, "orders": 1}
    desk.cancel(entry)
    desk.fill(desk.open_role("flatten"), price="6700")
    for order in desk.orders:
        desk.cancel(order, "oco")
    assert desk.sent == ["check flat"]
    checked(desk)
    assert desk.said == ["FlatProven", "HaltChanged"]
    assert state(desk) is H.HALTED
    assert desk.account.halt_reason == "panic: flat and proven"
    assert desk.account.flattening is None


def test_a_panic_recalls_resting_closes_before_it_sells() -> None:
    desk = holding()
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    resting = desk.open_role("close")
    desk.accept(resting)
    panic(desk)
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(resting)
    assert desk.sent == ["sell market 0.3"]


def test_a_panic_with_nothing_held_is_proven_at_once() -> None:
    desk = PureDesk()
    panic(desk)
    assert desk.sent == ["check flat"]
    checked(desk)
    assert state(desk) is H.HALTED


def test_a_fill_of_a_canceled_entry_is_flattened_too() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"), exits=plan("2%", stop="1%"))
    entry = desk.open_role("entry")
    desk.accept(entry)
    panic(desk)
    assert desk.sent == ["cancel entry-1"]
    desk.fill(entry, price="6600")
    assert "sell market 0.1" in desk.sent


@pytest.mark.parametrize(
    ("positions", "words"),
    [(None, "does not answer"), (2, "still reports 2 positions")],
)
def test_not_flat_yet_is_said_once_and_asked_again(positions: int | None, words: str) -> None:
    desk = PureDesk()
    panic(desk)
    checked(desk, positions)
    assert desk.said == ["HaltChanged"]
    assert desk.account.halt_reason == f"panic: not proven flat yet, the venue {words}"
    assert desk.sent == ["check flat"]
    checked(desk, positions)
    assert (desk.said, desk.sent) == ([], ["check flat"])
    checked(desk, 0, 1)
    assert desk.sent == ["check flat"]
    checked(desk)
    assert desk.said == ["FlatProven", "HaltChanged"]


def test_the_venues_word_does_not_outweigh_our_own_book() -> None:
    desk = holding()
    panic(desk)
    checked(desk)
    assert "FlatProven" not in desk.said
    assert desk.account.flattening is not None


def test_a_refused_exit_waits_for_the_next_look() -> None:
    desk = holding()
    panic(desk)
    desk.reject(desk.open_role("flatten"), "market_closed", "Closed now.")
    assert desk.sent == ["check flat"]
    assert desk.orders == []
    checked(desk, 1)
    assert desk.sent == ["sell market 0.3"]


def test_nothing_is_resumed_before_the_proof() -> None:
    desk = holding()
    panic(desk)
    desk.do(cm.SetHalt, state=H.ACTIVE, reason="")
    assert desk.refused == ["still_flattening"]
    desk.fill(desk.open_role("flatten"))
    checked(desk)
    desk.do(cm.SetHalt, state=H.ACTIVE, reason="")
    assert state(desk) is H.ACTIVE
    desk.buy("0.1")
    assert desk.refused == []


def test_a_panic_stays_a_panic_when_a_flatten_follows() -> None:
    desk = holding()
    panic(desk)
    desk.do(cm.Flatten, symbol="BTC/USD")
    desk.fill(desk.open_role("flatten"))
    checked(desk)
    assert state(desk) is H.HALTED


# ---------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("more", "price", "goes"),
    [
        ({}, "6700", True),
        ({"symbol": "BTC/USD"}, "6700", True),
        ({"symbol": "ETH/USD"}, "6700", False),
        ({"only": "winners"}, "6800", True),
        ({"only": "winners"}, "6700", False),
        ({"only": "winners"}, "6600", False),
        ({"only": "losers"}, "6600", True),
        ({"only": "losers"}, "6800", False),
        ({"only": "long"}, "6700", True),
        ({"only": "short"}, "6700", False),
        ({"tag": "manual"}, "6700", True),
        ({"tag": "grid"}, "6700", False),
        ({"symbol": "BTC/USD", "only": "losers"}, "6800", False),
    ],
)
def test_a_filter_closes_what_it_names(more: dict[str, Any], price: str, goes: bool) -> None:
    desk = holding()
    desk.price(price)
    desk.do(cm.Flatten, **more)
    if goes:
        assert desk.sent == ["sell market 0.3"]
        assert state(desk) is H.ACTIVE
    else:
        assert desk.refused == ["nothing_to_close"]
        assert desk.sent == []


def test_a_short_gains_when_the_price_falls() -> None:
    desk = holding(long=False)
    desk.price("6600")
    desk.do(cm.Flatten, only="winners")
    assert desk.sent == ["buy market 0.3"]


def test_a_flatten_without_panic_ends_with_its_own_proof() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.do(cm.Flatten, symbol="BTC/USD")
    desk.fill(desk.open_role("flatten"))
    for order in desk.orders:
        desk.cancel(order, "oco")
    assert desk.sent == ["check flat"]
    checked(desk, 5, 3)  # others are none of its business
    assert desk.said == ["FlatProven"]
    assert state(desk) is H.ACTIVE
    assert desk.account.flattening is None


def test_a_flatten_of_waiting_entries_cancels_them() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.do(cm.Flatten)
    assert desk.sent == ["cancel entry-1"]
    desk.cancel(desk.orders[0])
    assert desk.sent == ["check flat"]


def test_two_flattens_at_once_press_on_with_both() -> None:
    desk = holding()
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    resting = desk.open_role("close")
    desk.do(cm.Flatten, only="long")
    desk.do(cm.Flatten, symbol="BTC/USD")
    desk.cancel(resting)
    assert desk.sent == ["sell market 0.3"]


def test_a_flatten_goes_on_after_a_new_session() -> None:
    desk = holding()
    panic(desk)
    order = desk.open_role("flatten")
    desk.silence(order)
    desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, proof_of(desk.book, order), desk.now))
    again = desk.open_role("flatten")
    assert again.order_id != order.order_id
    desk.fill(again)
    desk.tell(rp.BrokerConnected(PAPER, "paper", False, desk.now))
    assert desk.sent == ["check flat"]


def test_a_panic_is_proven_by_a_look_of_its_own() -> None:
    """The venue was asked for the panic before it: what it said is older than this one."""
    desk = PureDesk()
    panic(desk)
    first = desk.account.flattening
    panic(desk)
    second = desk.account.flattening
    assert first is not None and second is not None and first != second
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now, asked_for=first.command_id))
    assert (desk.said, desk.sent) == ([], ["check flat"])
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now, asked_for=second.command_id))
    assert desk.said == ["FlatProven", "HaltChanged"]


@pytest.mark.parametrize("age_s", [11, -1])
def test_a_panic_is_not_proven_by_a_look_that_has_waited_to_be_written_down(age_s: int) -> None:
    """The disk was full for half a minute, or the clock was set back: by now somebody may have traded."""
    desk = PureDesk()
    panic(desk)
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now - timedelta(seconds=age_s)))
    assert (desk.said, desk.sent) == ([], ["check flat"])
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now - timedelta(seconds=9)))
    assert desk.said == ["FlatProven", "HaltChanged"]
