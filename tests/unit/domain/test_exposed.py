"""After a start what stands to lose most is seen to first: positions without their stop, then the largest."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.contracts import BTC, PAPER, SPY, TOKEN
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain.decide import Context
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.exposed import notional_of, orders_first, positions_first
from trading.domain.instrument import Instrument
from trading.domain.ladder import ExitSupport
from trading.domain.order import Order

D = Decimal


def held(
    desk: PureDesk, instrument: Instrument, size: str, price: str, *, stands: bool = True, stop: str = "1%"
) -> Order | None:
    """Buy and fill; with a stop that the venue has accepted, or not answered for."""
    desk.instrument = instrument
    desk.price(price)
    desk.buy(size, exits=plan(stop=stop) if stop else plan())
    entry = next(o for o in desk.orders if o.symbol == instrument.symbol)
    desk.accept(entry)
    desk.fill(entry, price=price)
    found = [o for o in desk.orders if o.symbol == instrument.symbol]
    if not found:
        return None
    (leg,) = found
    (desk.accept if stands else desk.silence)(leg)
    return leg


def three() -> PureDesk:
    """A small guarded position, the largest guarded one, one of a middle size whose stop is in doubt."""
    desk = PureDesk(exits=ExitSupport(stop=True, reduce_only=True))
    held(desk, BTC, "0.01", "6700")
    held(desk, SPY, "10", "270")
    held(desk, TOKEN, "100", "2", stands=False)
    return desk


def deciding(desk: PureDesk) -> Deciding:
    return Deciding(desk.book.staged(), Context(desk.now, b"k" * 32, live_allowed=False))


def test_positions_without_their_stop_come_first_and_then_the_largest() -> None:
    desk = three()
    d = deciding(desk)
    found = [one.symbol for one in positions_first(d, d.book.live_positions(PAPER))]
    assert found == ["MEME/USDC", "SPY", "BTC/USD"]


def test_a_position_that_wants_no_stop_does_not_push_ahead() -> None:
    desk = three()
    held(desk, BTC, "0.02", "6700", stop="")
    d = deciding(desk)
    assert positions_first(d, d.book.live_positions(PAPER))[0].symbol == "MEME/USDC"


def test_what_is_held_is_worth_the_price_of_now_or_what_it_cost() -> None:
    desk = three()
    desk.instrument = SPY
    desk.price("300")
    assert notional_of(desk.book, desk.position) == 3000
    del desk.book.marks["SPY"]
    assert notional_of(desk.book, desk.position) == 2700


def test_orders_come_by_what_is_held_and_what_they_would_trade() -> None:
    desk = three()
    # The stop of a large position before that of a small one, whatever came first.
    assert [one.symbol for one in orders_first(desk.book, desk.orders)] == ["SPY", "MEME/USDC", "BTC/USD"]
    desk.instrument = BTC
    desk.buy("1", exits=plan())
    assert orders_first(desk.book, desk.orders)[0].is_entry
    # Without a price of now a market order counts by what is held of its position.
    del desk.book.marks["BTC/USD"]
    assert orders_first(desk.book, desk.orders)[-1].is_entry


def test_a_session_asks_first_about_what_stands_to_lose_most() -> None:
    desk = three()
    for instrument, stop in ((BTC, "6690"), (SPY, "269")):
        desk.instrument = instrument
        desk.exits(stop=plan(stop=stop).stop)
    desk.restart()
    asked = desk.named("ReplaceFailed", of_last=True)
    assert [desk.order(one.order_id).symbol for one in asked] == ["SPY", "BTC/USD"]
