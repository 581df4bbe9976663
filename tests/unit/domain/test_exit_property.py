"""Whatever order fills, cancels, changes and crashes come in: exits never sell more than is held, what is
naked is said to be, and targets keep their shares."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, NOW
from tests.unit.domain.obedient_venue import ObedientVenue
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_exit_levels import level
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.ids import PositionId
from trading.domain.money import rounded_down
from trading.domain.order import OrderStatus, OrderType
from trading.domain.position import Guard, LegKind, Position
from trading.domain.reports import TimeCame

D = Decimal
ENTRY = "0.37"
STEPS = (
    "carry",
    "carry",
    "hear",
    "hear",
    "fill",
    "fill",
    "end",
    "touch",
    "close",
    "rest",
    "stop",
    "time",
    "crash",
)
STANDING = (OrderStatus.WORKING, OrderStatus.PARTIAL)

programs = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), min_size=12, max_size=50)


class Floor:
    """A desk and a venue in the middle of a position with everything that may end it."""

    def __init__(self, *, guards: bool, long: bool) -> None:
        self.long = long
        self.desk = PureDesk(guards=guards)
        self.desk.price("6700")
        exits = replace(
            plan("1%", "2%", "3%", stop="2%", trail="90", even=1), exit_at=NOW + timedelta(seconds=30)
        )
        # As an order that rests: it fills piece by piece, when the program says so.
        self.venue = ObedientVenue(self.desk, guards=guards)
        at = PriceSpec(PriceSpecKind.ABSOLUTE, D(6700))
        self.desk.buy(ENTRY, exits=exits, long=long, order_type=OrderType.LIMIT, limit=at)

    def take(self, step: str, number: int) -> None:
        """One step of a program; `number` chooses whom it meets and how much."""
        desk, venue = self.desk, self.venue
        match step:
            case "carry":
                venue.carry()
            case "hear":
                venue.hear()
            case "rest":
                venue.rest()
            case "crash":
                venue.crash()
            case "fill" if venue.open:
                held = venue.open[number % len(venue.open)]
                part = rounded_down(held.left * (number + 1) / 10, BTC.lot_size) or held.left
                venue.fill(held, part, D(6700))
            case "end" if venue.open and number < 4:
                venue.end(venue.open[number % len(venue.open)], "venue")
            case _:
                self.act(step, number)
        desk.wait(1)

    def act(self, step: str, number: int) -> None:
        """What needs a position."""
        desk = self.desk
        position = self.position
        if position is None or not position.is_open:
            return
        match step:
            case "touch" if position.bracket is not None and position.bracket.legs:
                leg = position.bracket.legs[number % len(position.bracket.legs)]
                if leg.price is not None:
                    desk.touched(leg.name, str(leg.price))
            case "close":
                desk.price("6700")
                desk.close(str(10 * (number + 1)))
            case "stop":
                desk.price("6700")
                desk.exits(stop=level(f"{1 + number % 3}%"))
            case "time":
                desk.tell(TimeCame(position.account, desk.now, position.position_id))
            case _:
                pass

    @property
    def position(self) -> Position | None:
        """What the book says, if there is anything."""
        return self.desk.book.position(PositionId("paper/BTC/USD/1"))

    # ------------------------------------------------------------ what must hold

    def must_hold(self) -> None:
        """After every step."""
        held = self.venue.position if self.long else -self.venue.position
        assert held >= 0, "exits have sold more than was held"
        if self.position is None or not self.position.is_open:
            return
        self.promised_at_most_what_is_held(self.position)
        self.naked_is_said(self.position)

    def promised_at_most_what_is_held(self, position: Position) -> None:
        """Exits that no group binds together never add up to more than the position (RULINGS 16)."""
        exits = [o for o in self.desk.book.orders_of(position) if not o.is_entry]
        assert all(o.remaining <= abs(position.quantity) or o.group for o in exits)
        if not self.venue.guards:
            assert sum(o.remaining for o in exits) <= abs(position.quantity)

    def naked_is_said(self, position: Position) -> None:
        """A plan with a stop, and no stop that stands: then the time since is in the book."""
        bracket = position.bracket
        if position.plan.stop is None or (bracket is not None and bracket.guard is Guard.BOT):
            return
        stops = [o for o in self.desk.book.orders_of(position) if o.role.value in ("stop", "trail")]
        stands = any(o.status in STANDING and o.remaining >= abs(position.quantity) for o in stops)
        assert stands or position.uncovered_since is not None

    def shares_are_kept(self) -> None:
        """When all is quiet, what is held is shared among the targets that still wait, as documented."""
        position = self.position
        if position is None or not position.is_open or position.bracket is None:
            return
        held = abs(position.quantity)
        targets = [leg for leg in position.bracket.legs if leg.kind is LegKind.TARGET]
        waiting = [leg for leg in targets if not leg.is_done]
        if not waiting:
            return
        assert sum(leg.quantity for leg in waiting) == held
        equal = rounded_down(held / len(waiting), BTC.lot_size)
        for leg in waiting[:-1]:
            assert leg.quantity == equal
        for leg in position.bracket.legs:
            if leg.kind is not LegKind.TARGET:
                assert leg.quantity == held


def played(program: list[tuple[str, int]], *, guards: bool, long: bool) -> Floor:
    """A program from the first order to the quiet after the last step."""
    floor = Floor(guards=guards, long=long)
    # Something is held before the program begins; how much of the entry, the program says.
    opening = [("carry", 0), ("fill", program[0][1] if program else 9), ("hear", 0), ("hear", 0)]
    for step, number in [*opening, *program]:
        floor.take(step, number)
        floor.must_hold()
    floor.venue.rest()
    floor.must_hold()
    return floor


@given(programs, st.booleans())
@example([("carry", 0), ("fill", 9), ("hear", 0), ("carry", 0), ("fill", 3), ("crash", 0), ("rest", 0)], True)
def test_a_group_at_the_venue_never_sells_too_much(program: list[tuple[str, int]], long: bool) -> None:
    floor = played(program, guards=True, long=long)
    assert_settled(floor)


@given(programs, st.booleans())
@example([("rest", 0), ("touch", 1), ("carry", 0), ("close", 4), ("touch", 0), ("rest", 0)], True)
def test_exits_that_we_watch_never_sell_too_much(program: list[tuple[str, int]], long: bool) -> None:
    floor = played(program, guards=False, long=long)
    assert_settled(floor)


def assert_settled(floor: Floor) -> None:
    """Book and venue tell the same story, and every leg has its share."""
    position = floor.position
    assert position is not None
    assert position.quantity == floor.venue.position
    floor.shares_are_kept()
    flight = [o for o in floor.desk.orders if o.status in (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT)]
    assert flight == []
    markets = [o for o in floor.desk.orders if o.type is OrderType.MARKET and not o.is_entry]
    assert all(o.order_id in {h.order.order_id for h in floor.venue.open} for o in markets)
