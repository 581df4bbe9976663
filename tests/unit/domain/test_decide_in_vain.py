"""Exits that the venue refuses because it holds nothing of the position, which the book still holds."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_watched import rings, timed
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.order import NOTHING_LEFT, OrderType, Role

D = Decimal


def tried(desk: PureDesk) -> bool:
    """A price is beyond the stop: whether an exit goes out. The venue holds nothing that it could reduce."""
    desk.touched("sl", "6620")
    if not desk.sent:
        return False
    desk.reject(desk.open_role("stop"), NOTHING_LEFT)
    return True


def pauses(desk: PureDesk, seconds: int) -> list[int]:
    """Seconds between the tries, with a price in each of them."""
    tries = []
    for second in range(seconds):
        if tried(desk):
            tries.append(second)
        desk.wait(1)
    return [later - earlier for earlier, later in pairwise(tries)]


def test_what_seems_gone_is_tried_less_and_less_often_and_never_given_up() -> None:
    assert pauses(holding(exits=plan("2%", stop="1%")), 45) == [2, 4, 8, 8, 8, 8]


def test_the_venue_is_asked_at_once_what_it_holds() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    tried(desk)
    assert fx.Compare(PAPER) in desk.last.effects
    desk.wait(2)
    desk.touched("sl", "6620")
    desk.reject(desk.open_role("stop"), "halted")
    assert fx.Compare(PAPER) not in desk.last.effects, "that says nothing about what is held"


def test_another_refusal_does_not_lengthen_the_pause() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    for _ in range(4):
        desk.touched("sl", "6620")
        assert desk.sent == ["sell market 0.3"]
        desk.reject(desk.open_role("stop"), "halted")
        desk.wait(2)


def test_a_refused_entry_says_nothing_about_what_is_held() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.buy("0.1")
    desk.reject(desk.open_role("entry"), NOTHING_LEFT)
    assert desk.last.effects == [] and desk.position.vain is None
    assert tried(desk)


def test_a_fill_ends_the_pause() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    for pause in (2, 4, 2):
        assert tried(desk)
        desk.wait(pause)
    desk.touched("sl", "6620")
    assert desk.sent == []
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6620")
    desk.touched("sl", "6500")
    assert desk.sent == ["sell market 0.4"]
    desk.reject(desk.open_role("stop"), NOTHING_LEFT)
    vain = desk.position.vain
    assert vain is not None and vain.times == 1, "and it counts anew"


def test_what_was_under_way_already_is_no_new_try() -> None:
    desk = holding(exits=plan("1%", "2%", stop="3%"))
    desk.touched("tp1", "6767")
    desk.touched("tp2", "6900")
    first, second = desk.orders
    desk.wait(1)
    desk.reject(first, NOTHING_LEFT)
    desk.wait(1)
    desk.reject(second, NOTHING_LEFT)
    desk.wait(1.9)
    desk.touched("tp1", "6900")
    assert desk.sent == []
    desk.wait(0.1)
    desk.touched("tp1", "6900")
    assert desk.sent == ["sell market 0.15"]


@pytest.mark.parametrize("seconds", [-600, 2])
def test_a_clock_that_is_set_back_does_not_lengthen_the_pause(seconds: int) -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    tried(desk)
    desk.wait(seconds)
    assert tried(desk)
    vain = desk.position.vain
    assert vain is not None and vain.times == (1 if seconds < 0 else 2)


def test_a_time_exit_waits_for_the_pause_as_well() -> None:
    desk, _ = timed()
    desk.wait(3_600)
    rings(desk)
    desk.reject(desk.open_role("time"), NOTHING_LEFT)
    desk.wait(1.9)
    rings(desk)
    assert desk.sent == []
    desk.wait(0.1)
    rings(desk)
    assert desk.sent == ["sell market 0.3"]


def test_what_was_passed_while_the_desk_was_away_is_heard_in_spite_of_the_pause() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    tried(desk)
    desk.wait(2)
    tried(desk)
    desk.wait(3)
    name, quote = desk.position.position_id, desk.price("6840")
    touch = rp.PriceTouched(PAPER, name, "tp1", quote, desk.now)
    desk.tell(touch)
    assert desk.sent == []
    desk.tell(replace(touch, away_s=D(2)))
    assert [one.role for one in desk.orders] == [Role.TARGET]


def test_a_person_may_close_all_the_same() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    tried(desk)
    desk.close()
    assert desk.sent == ["sell market 0.3"]
    desk.reject(desk.open_role("close"), NOTHING_LEFT)
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    assert desk.sent == ["sell limit 0.3 limit 6900"]
