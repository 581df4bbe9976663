"""A rest that is too little for the venue to trade (X31): told once, left alone, part of what comes next."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, NOW, PAPER, SPY, held
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.dust import tradable_from
from trading.domain.ladder import ExitSupport
from trading.domain.market import Quote
from trading.domain.position import Dust, Guard, Position

D = Decimal
STOPS = ExitSupport(stop=True)


def small(size: str = "0.0001", price: str = "6700", *, long: bool = True) -> PureDesk:
    """So much of a larger entry has filled, and its stop was refused as too little."""
    desk = PureDesk(exits=STOPS)
    desk.price(price)
    desk.buy("0.3", exits=plan("2%", stop="1%"), long=long)
    entry = desk.open_role("entry")
    desk.fill(entry, size, price)
    desk.cancel(entry)
    desk.reject(desk.open_role("stop"), "notional_min", "Too little.")
    return desk


@pytest.mark.parametrize("long", [True, False])
def test_it_is_told_once_and_not_tried_again(long: bool) -> None:
    desk = small(long=long)
    (told,) = desk.named("PositionDust")
    assert (abs(told.quantity), told.worth, told.code) == (D("0.0001"), D("0.67"), "notional_min")
    assert desk.position.uncovered_since is None
    for leg in ("sl", "tp1"):
        desk.touched(leg, "6500" if (leg == "sl") == long else "6900")
        assert desk.said == []
    desk.restart()
    assert not desk.named("OrderIntended", of_last=True)
    assert not desk.named("PositionUncovered", of_last=True)


def test_a_close_is_refused_with_what_helps() -> None:
    desk = small()
    desk.close()
    assert desk.refused == ["dust"]
    assert "no less than 1 USD" in desk.sentence
    assert "adds to it" in desk.sentence


def test_an_entry_takes_it_along_and_all_of_it_is_guarded() -> None:
    desk = small()
    desk.buy("0.2")
    desk.fill(desk.open_role("entry"), price="6700")
    assert desk.position.dust is None
    # A plain stop: it was the size that the venue refused, not the kind.
    assert "sell stop 0.2001 stop 6633" in desk.sent


def test_a_panic_is_proven_beyond_it_and_says_so() -> None:
    desk = small()
    desk.do(cm.Flatten, halt=True)
    assert desk.sent == ["check flat"]
    symbol = desk.position.symbol
    desk.tell(rp.FlatChecked(PAPER, "paper", 1, 0, desk.now, ((symbol, D("0.0002")),)))
    assert not desk.named("FlatProven")  # more than the book knows: no dust of ours
    desk.tell(rp.FlatChecked(PAPER, "paper", 1, 0, desk.now, ((symbol, D("0.0001")),)))
    (proof,) = desk.named("FlatProven")
    assert "beyond dust (0.0001 BTC/USD, too little to trade)" in proof.proof
    assert desk.account.halt is cm.HaltState.HALTED


def test_a_flatten_of_nothing_else_is_done_and_says_so() -> None:
    desk = small()
    desk.do(cm.Flatten, symbol=desk.position.symbol)
    desk.tell(rp.FlatChecked(PAPER, "paper", 1, 0, desk.now, ((desk.position.symbol, D("0.0001")),)))
    (proof,) = desk.named("FlatProven")
    assert proof.proof.startswith("nothing is left of the positions that were named beyond dust")


def test_a_flatten_cancels_what_still_rests_beside_it() -> None:
    desk = PureDesk(exits=STOPS)
    desk.price("6700")
    desk.buy("0.0003", exits=plan(stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    stop = desk.open_role("stop")
    desk.accept(stop)
    desk.fill(stop, "0.0002", "6630")
    desk.book.put_position(_dusty(desk.position))
    desk.do(cm.Flatten)
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(stop)
    assert "check flat" in desk.sent


def test_a_flatten_sends_no_part_that_is_too_little_beside_a_stop_that_rests() -> None:
    desk = PureDesk(exits=STOPS)
    desk.price("6700")
    desk.buy("0.3", exits=plan(stop="1%"))
    entry = desk.open_role("entry")
    desk.fill(entry, "0.2999", price="6700")
    stop = desk.open_role("stop")
    desk.accept(stop)
    desk.fill(entry, "0.0001", price="6700")
    desk.tell(rp.ReplaceRefused(PAPER, stop.client_order_id, "not now", desk.now))
    desk.do(cm.Flatten)
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(stop)
    assert desk.sent == ["sell market 0.3"]


def _dusty(position: Position) -> Position:
    return replace(position, dust=Dust(D("0.67"), NOW))


def test_when_it_is_worth_more_its_exits_stand_again() -> None:
    desk = small()
    desk.touched("dust", "10400")
    assert desk.said == []
    desk.touched("dust", "10500.01")
    assert desk.said[0] == "DustGone"
    assert desk.position.dust is None
    assert desk.named("OrderIntended", of_last=True)
    desk.touched("dust", "10600")
    assert desk.said == []


def test_a_target_whose_share_is_too_little_goes_with_the_next() -> None:
    desk = PureDesk(exits=ExitSupport())
    desk.price("6700")
    desk.buy("0.0002", exits=plan("2%", "3%", stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    desk.touched("tp1", "6840")
    desk.reject(desk.open_role("target"), "notional_min")
    assert not desk.named("PositionDust")
    assert desk.bracket.legs[1].is_done and desk.bracket.legs[2].quantity == D("0.0002")


def test_an_exit_for_everything_that_is_refused_is_the_venues_word() -> None:
    desk = PureDesk(exits=ExitSupport())
    desk.price("6700")
    desk.buy("0.0002", exits=plan(stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    desk.touched("sl", "6600")
    exit_order = desk.open_role("stop")
    desk.reject(exit_order, "notional_min")
    assert desk.named("PositionDust")[0].worth == D("1.32")
    desk.touched("sl", "6500")
    assert desk.said == []


def test_a_stop_too_small_at_its_own_price_is_watched() -> None:
    desk = PureDesk(exits=STOPS)
    desk.price("6700")
    desk.buy("0.00015", exits=plan(stop="2%"))
    desk.fill(desk.open_role("entry"), price="6700")
    desk.reject(desk.open_role("stop"), "notional_min")
    assert not desk.named("PositionDust")


def test_the_price_from_which_it_can_be_traded() -> None:
    rest = replace(held(BTC, "-0.0001", "7000"), dust=Dust(D("0.7"), NOW))
    assert tradable_from(rest, BTC) == 10_500
    worth = replace(rest, dust=Dust(D("1.4"), NOW))
    assert tradable_from(worth, BTC) == 14_700
    share = replace(held(SPY, "0.5", "400"), dust=Dust(D(200), NOW))
    assert tradable_from(share, SPY) is None


def test_an_entry_that_is_refused_as_too_little_makes_no_dust() -> None:
    desk = PureDesk(exits=STOPS)
    desk.price("6700")
    desk.buy("0.3", exits=plan(stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    desk.buy("0.1")
    desk.reject(desk.open_role("entry"), "notional_min")
    assert not desk.named("PositionDust")
    assert isinstance(desk.book.marks[desk.position.symbol], Quote)


def test_a_stop_that_is_too_small_later_is_watched_and_not_sent_again() -> None:
    desk = small()
    desk.touched("dust", "10600")
    desk.reject(desk.open_role("stop"), "notional_min")
    assert desk.bracket.guard is Guard.BOT
    assert desk.sent == []
