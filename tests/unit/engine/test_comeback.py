"""What jumped over its stop while the desk was away, and what did not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.domain.contracts import NOW, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain.exits import Level, LevelKind
from trading.domain.ids import PositionId
from trading.domain.reports import PriceTouched, TimeCame
from trading.engine.comeback import Comeback, Touch, most_first
from trading.engine.inbox import Waiting

D = Decimal


def held() -> PureDesk:
    """In at 6,700, with a stop at 6,633."""
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", exits=plan("2%", stop="1%"))
    (entry,) = desk.orders
    desk.accept(entry)
    desk.fill(entry)
    return desk


def began(desk: PureDesk) -> Comeback:
    """A life that begins a minute after the last one was heard of."""
    comeback = Comeback()
    comeback.begin(desk.book, NOW - timedelta(seconds=60))
    return comeback


def touched(desk: PureDesk, comeback: Comeback, bid: str, leg: str = "sl") -> Decimal | None:
    """How long the desk was away, by what is said of a touch."""
    quote = desk.price(bid)
    found: list[Touch] = [PriceTouched(PAPER, desk.position.position_id, leg, quote, desk.now)]
    (one,) = comeback.marked(desk.book, quote, found)
    assert isinstance(one, PriceTouched)
    return one.away_s


def test_a_first_price_beyond_the_stop_has_jumped_over_it() -> None:
    desk = held()
    comeback = began(desk)
    assert touched(desk, comeback, "6500") == 60
    # Until it was seen on the near side, or was seen to.
    assert touched(desk, comeback, "6510") == 60


def test_what_was_seen_on_the_near_side_is_touched_and_no_gap() -> None:
    desk = held()
    comeback = began(desk)
    comeback.marked(desk.book, desk.price("6650"), [])
    assert touched(desk, comeback, "6500") is None


def test_a_stop_that_was_moved_in_this_life_is_no_stop_of_the_time_before() -> None:
    desk = held()
    comeback = began(desk)
    desk.exits(stop=Level(LevelKind.PRICE, D(6400)))
    assert touched(desk, comeback, "6300") is None


def test_a_book_that_is_loaded_anew_begins_no_new_life() -> None:
    desk = PureDesk()
    comeback = Comeback()
    comeback.begin(desk.book, None)
    later = held()
    comeback.begin(later.book, NOW)
    assert touched(later, comeback, "6500") is None


def test_what_stands_to_lose_most_goes_first() -> None:
    desk = held()
    name = desk.position.position_id
    small = replace(desk.position, position_id=f"{name}0", quantity=D("0.01"))
    desk.book.put_position(small)
    comeback = Comeback()
    comeback._held = {name: D(6633), small.position_id: D(6633)}  # type: ignore[dict-item]  # plain text
    comeback._since = NOW
    quote = desk.price("6500")
    touches = [PriceTouched(PAPER, one, "sl", quote, desk.now) for one in (small.position_id, name)]
    assert [one.position_id for one in comeback.marked(desk.book, quote, touches)] == [name, f"{name}0"]


def test_a_first_price_of_before_is_no_fact_of_now() -> None:
    desk = held()
    comeback = began(desk)
    old = replace(desk.price("6500"), at=NOW - timedelta(seconds=61))
    assert comeback.is_of_before(old, desk.now) and comeback.is_of_before(old, desk.now)
    assert not comeback.is_of_before(desk.price("6500"), desk.now)
    assert not comeback.is_of_before(old, desk.now), "one of this life has come"


def test_what_is_shown_at_a_price_of_before_is_known_to_be() -> None:
    desk = held()
    comeback = began(desk)
    old = replace(desk.price("6500"), at=NOW - timedelta(seconds=61))
    assert comeback.dated(old, desk.now) == replace(old, is_of_before=True)
    fresh = desk.price("6500")
    assert comeback.dated(fresh, desk.now) is fresh


def test_a_first_price_that_is_old_by_the_clock_waits_for_one_that_is_younger() -> None:
    desk = held()
    comeback = began(desk)
    now = desk.now + timedelta(hours=1)  # a clock that runs ahead: nobody can tell, but the feed moves
    first = desk.price("6500")
    assert comeback.is_of_before(first, now)
    assert not comeback.is_of_before(replace(first, at=first.at + timedelta(seconds=1)), now)


def test_a_desk_that_was_never_there_before_takes_every_price() -> None:
    desk = held()
    comeback = Comeback()
    comeback.begin(desk.book, None)
    assert not comeback.is_of_before(replace(desk.price("6500"), at=NOW - timedelta(days=1)), desk.now)


def test_what_is_decided_together_begins_with_what_stands_to_lose_most() -> None:
    desk = held()
    name, quote = desk.position.position_id, desk.price("6500")
    small = replace(desk.position, position_id=PositionId(f"{name}0"), quantity=D("0.01"))
    desk.book.put_position(small)

    def touch(position_id: PositionId, *, is_jump: bool = True) -> Waiting:
        away_s = D(60) if is_jump else None
        return Waiting(PriceTouched(PAPER, position_id, "sl", quote, desk.now, away_s))

    other = Waiting(TimeCame(PAPER, desk.now))
    jumps = [touch(small.position_id), other, touch(name)]
    assert most_first(desk.book, jumps) == [jumps[2], other, jumps[0]]
    touched_now = [touch(small.position_id, is_jump=False), touch(name, is_jump=False)]
    assert most_first(desk.book, touched_now) is touched_now


def test_a_target_was_passed_while_nobody_was_there_by_the_first_price_only() -> None:
    desk = held()
    comeback = began(desk)
    assert touched(desk, comeback, "6900", "tp1") == 60
    assert touched(desk, comeback, "6900", "tp1") is None
