"""Every world of one exit order: at most two attempts, two crashes, three fills, a cancel. Breadth first.

The desk's side is the product: both tables of transitions, what fills do, what events do to requests. The
venue's side and the line are small models. A world holds the truth beside the belief, so that each world
can be asked whether the belief may be held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from tests.unit.domain.contracts import NOW, PAPER
from tests.unit.domain.protocol_desk import Broken, made_of
from trading.domain import events as ev
from trading.domain.asking import with_requests
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Price, Quantity
from trading.domain.order import Evidence, Order, OrderStatus, OrderType, Role, Side
from trading.domain.request import RequestKind, RequestStatus

FILLS_MAX, CANCELS_MAX = 3, 1
QUANTITY = 2
"""Units of an attempt: a third fill goes beyond it, as venues do (X29)."""

S, E = OrderStatus, Evidence
GATE = ev.GateDecision("d", None, None, "", 1, (ev.Check("reduce_only", True),))


class Bounds(NamedTuple):
    """How far a search goes. `notes`: whether it matters that a request was written down as sent."""

    attempts: int = 2
    crashes: int = 2
    notes: bool = True


_ORDERS: list[Order] = []
_PLACES: dict[Order, int] = {}
_NEXT: dict[tuple[int, str], int] = {}
"""Each order that anybody ever believed in, once, so that worlds are small; and what each happening makes of
it, asked of the product once."""


def _place(order: Order) -> int:
    place = _PLACES.setdefault(order, len(_ORDERS))
    if place == len(_ORDERS):
        _ORDERS.append(order)
    return place


class Attempt(NamedTuple):
    """One attempt: what the desk believes, what is true, and what is on the line between them.

    `venue`: `none`, `open`, `canceled`, `expired`, `rejected`, `filled`. `line`: messages under way, in any
    order: `submit`, `cancel` to the venue; `accepted`, `rejected`, `taken`, `refused` as answers;
    `canceled`, `expired` from the stream. `told`: how many fills are under way.
    """

    believed: int
    venue: str = "none"
    fills: int = 0
    told: int = 0
    line: frozenset[str] = frozenset()

    @property
    def order(self) -> Order:
        """What the desk believes."""
        return _ORDERS[self.believed]

    def after(self, happening: str) -> Attempt:
        """The same with what the product makes of a happening."""
        key = (self.believed, happening)
        if key not in _NEXT:
            _NEXT[key] = _place(made_of(self.order, happening))
        return self._replace(believed=_NEXT[key])

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come of it at the venue."""
        return "submit" not in self.line and self.venue != "open"


_MOVES: dict[tuple[Attempt, bool, bool, bool], tuple[Attempt, ...]] = {}
_CHECKED: set[Attempt] = set()


class World(NamedTuple):
    """All that is and all that is believed."""

    attempts: tuple[Attempt, ...]
    crashes: int = 0

    @property
    def fills(self) -> int:
        """How often the venue has filled."""
        return sum(one.fills for one in self.attempts)


class Explored(NamedTuple):
    """What a search found: how many worlds and steps, and where belief and truth have come to rest."""

    worlds: int
    steps: int
    at_rest: int
    statuses: frozenset[OrderStatus]
    requests: frozenset[RequestStatus]


def intended(number: int) -> Attempt:
    """A fresh attempt, written down; its submit leaves right after."""
    order_id = OrderId(f"paper/BTC/USD/1/exit-{number}")
    order = Order(
        order_id,
        ClientOrderId(f"C{number}"),
        PAPER,
        PositionId("paper/BTC/USD/1"),
        "BTC/USD",
        Side.SELL,
        OrderType.LIMIT,
        Quantity(Decimal(QUANTITY)),
        Role.CLOSE,
        limit_price=Price(Decimal(1)),
        reduce_only=True,
        attempt=number,
    )
    order, _ = with_requests(None, order, ev.OrderIntended(PAPER, order, GATE, "", NOW))
    return Attempt(_place(order), line=frozenset({"submit"}))


# ---------------------------------------------------------------- what may happen next


def steps(world: World, bounds: Bounds) -> Iterator[World]:
    """Every next world."""
    may_fill = world.fills < FILLS_MAX
    may_cancel = sum(one.order.request_count - 1 for one in world.attempts) < CANCELS_MAX
    for place, attempt in enumerate(world.attempts):
        for after in _moves(attempt, may_fill, may_cancel, bounds.notes):
            yield world._replace(attempts=(*world.attempts[:place], after, *world.attempts[place + 1 :]))
    last = world.attempts[-1]
    is_dead = last.order.status in (S.NOT_PLACED, S.REJECTED, S.CANCELED, S.EXPIRED)
    if is_dead and len(world.attempts) < bounds.attempts:
        # Answers to the old one that are late no more: what they do to an order that is done does not hang on
        # the next one, and was looked at before it.
        late = last._replace(line=last.line & {"submit", "cancel"})
        yield world._replace(attempts=(*world.attempts[:-1], late, intended(len(world.attempts) + 1)))
    if world.crashes < bounds.crashes:
        yield World(tuple(_started_again(one) for one in world.attempts), world.crashes + 1)


def _moves(attempt: Attempt, may_fill: bool, may_cancel: bool, notes: bool) -> tuple[Attempt, ...]:
    """Everything that may happen to one attempt, looked at once."""
    key = (attempt, may_fill, may_cancel, notes)
    if key not in _MOVES:
        found = (*_venue(attempt, may_fill), *_line(attempt), *_desk(attempt, may_cancel, notes))
        for what, after in found:
            check_step(attempt, what, after)
        _MOVES[key] = tuple(after for _, after in found if after != attempt)
    return _MOVES[key]


def _venue(one: Attempt, may_fill: bool) -> Iterator[tuple[str, Attempt]]:
    line = one.line
    if "submit" in line:
        rest = line - {"submit"}
        yield "taking", one._replace(venue="open", line=rest | {"accepted"})
        yield "refusing", one._replace(venue="rejected", line=rest | {"rejected"})
        yield "losing", one._replace(line=rest)
    if "cancel" in line:
        rest = line - {"cancel"}
        if one.venue == "open":
            yield "canceling", one._replace(venue="canceled", line=rest | {"taken", "canceled"})
        else:
            yield "refusing a cancel", one._replace(line=rest | {"refused"})
        yield "losing a cancel", one._replace(line=rest)
    if one.venue == "open":
        for end in ("canceled", "expired"):
            yield f"ending ({end})", one._replace(venue=end, line=line | {end})
    # One fill more than was ordered may come at the very end (X29), and one after a cancel (X24).
    if one.venue in ("open", "filled", "canceled") and may_fill and one.fills <= QUANTITY:
        fills = one.fills + 1
        venue = "filled" if fills >= QUANTITY and one.venue == "open" else one.venue
        yield "a fill", one._replace(venue=venue, fills=fills, told=one.told + 1)


def _line(one: Attempt) -> Iterator[tuple[str, Attempt]]:
    """Whatever is under way to the desk arrives, in any order, or gets lost."""
    for message in sorted(one.line - {"submit", "cancel"}):
        rest = one._replace(line=one.line - {message})
        yield f"the loss of {message}", rest
        yield message, rest.after(message)
    if one.told:
        rest = one._replace(told=one.told - 1)
        yield "the loss of a fill", rest
        yield "fill", rest.after("fill")


def _desk(one: Attempt, may_cancel: bool, notes: bool) -> Iterator[tuple[str, Attempt]]:
    order = one.order
    submit, cancel = order.request(RequestKind.SUBMIT), order.request(RequestKind.CANCEL)
    if notes and submit is not None and submit.status is RequestStatus.INTENDED:
        yield "submit sent", one.after("submit sent")
    if submit is not None and submit.status.is_open and not one.line & {"accepted", "rejected"}:
        yield "the deadline", one.after("silence")
    if notes and cancel is not None and cancel.status is RequestStatus.INTENDED:
        yield "cancel sent", one.after("cancel sent")
    if cancel is not None and cancel.status.is_open and not one.line & {"taken", "refused"}:
        yield "the deadline of a cancel", one.after("unanswered")
    if order.is_open and not order.is_canceling and may_cancel:
        yield "a cancel", one._replace(line=one.line | {"cancel"}).after("cancel")
    yield "a question", _asked(one)
    if order.status is not S.IN_DOUBT:
        # A venue that hides what it has (X07): no proof, and nobody doubts this order.
        yield "a lagging answer", one.after("absence_proven")


def _asked(one: Attempt) -> Attempt:
    """The venue is asked what became of it, and tells the truth. Not while a request may still arrive: that
    is what fence and visibility are for."""
    if "submit" in one.line or "cancel" in one.line:
        return one
    if one.venue == "none":
        return one.after("absence_proven")
    if one.venue == "rejected":
        return one.after("rejected")
    one = one._replace(told=0).after("accepted")  # what is told again is known
    while len(one.order.fill_ids) < one.fills:
        one = one.after("fill")
    if one.venue in ("canceled", "expired"):
        return one.after(one.venue)
    cancel = one.order.request(RequestKind.CANCEL)
    if cancel is not None and not cancel.status.is_owed and one.order.is_open:
        # It stands: what was asked for did not come about, and is asked for anew.
        return one._replace(line=one.line | {"cancel"}).after("cancel")
    return one


def _started_again(one: Attempt) -> Attempt:
    """The process dies and starts: answers are lost, what the stream says meanwhile too; whatever was asked
    for and not answered is in doubt."""
    submit, cancel = one.order.request(RequestKind.SUBMIT), one.order.request(RequestKind.CANCEL)
    one = one._replace(told=0, line=one.line & {"submit", "cancel"})
    if submit is not None and submit.status.is_owed:
        one = one.after("silence")
    if cancel is not None and cancel.status.is_owed:
        one = one.after("unanswered")
    return one


# ---------------------------------------------------------------- what must hold


def check(world: World) -> None:
    """What no world may show."""
    for one in world.attempts:
        _check_one(one)
    alive = [one for one in world.attempts if not one.is_over]
    _must(len(alive) <= 1, "two attempts can fill at once", *world.attempts)


def _check_one(one: Attempt) -> None:
    if one in _CHECKED:
        return
    order, status, cum = one.order, one.order.status, one.order.filled
    _must(cum <= one.fills, "the desk booked more than the venue filled", one)
    _must(status is not S.REJECTED or one.venue == "rejected", "rejected without a refusal", one)
    absent = one.venue == "none" and "submit" not in one.line
    _must(status is not S.NOT_PLACED or absent, "called absent, and it is not", one)
    over = one.venue in ("canceled", "expired", "filled")
    _must(status not in (S.CANCELED, S.EXPIRED) or over, "called over, and it lives", one)
    _must(status not in (S.PARTIAL, S.FILLED) or cum > 0, "called filled without a fill", one)
    bare = status in (S.SUBMITTING, S.IN_DOUBT, S.WORKING, S.REJECTED, S.NOT_PLACED)
    _must(not bare or not cum, "a fill was forgotten", one)
    _must((status is S.FILLED) == (cum >= QUANTITY), "called whole, and it is not, or the other way", one)
    _must(order.is_open or not order.requests, "an order that is done is asked for something", one)
    submit, cancel = order.request(RequestKind.SUBMIT), order.request(RequestKind.CANCEL)
    _must(submit is None or submit.status.is_open, "an answered submit still matters", one)
    _must(status is S.IN_DOUBT or submit is None or submit.status.is_owed, "in doubt, and not said so", one)
    if cancel is not None and cancel.status is RequestStatus.AMBIGUOUS:
        _must(order.is_cancel_failed, "a cancel that nobody answered counts as on its way", one)
    _CHECKED.add(one)


def check_step(old: Attempt, what: str, new: Attempt) -> None:
    """What no step may do."""
    was, now = old.order, new.order
    _must(now.filled >= was.filled, f"{what} took a fill back", new)
    if what == "accepted" and was.status not in (S.SUBMITTING, S.IN_DOUBT):
        _must(now.status is was.status, "an acknowledgement took something back", new)
    if what == "fill":
        _must(now.filled == was.filled + 1, "a fill was not booked", new)
        _must(now.status in (S.PARTIAL, S.FILLED), "a fill was not taken for true", new)
    if what in _NO_EVIDENCE:
        _must(now.status is was.status, f"{what} moved the order", new)
    if what == "the deadline":
        _must(now.request(RequestKind.SUBMIT) is not None, "silence was taken for an answer", new)


_NO_EVIDENCE = frozenset(
    {"taken", "refused", "submit sent", "cancel sent", "a cancel", "the deadline of a cancel"}
)
"""What concerns our requests alone."""


def is_at_rest(world: World) -> bool:
    """Belief and truth agree, and nobody owes anybody an answer."""
    for one in world.attempts:
        believed_open = one.order.is_open
        if believed_open != (one.venue == "open") or one.line or one.told or one.order.filled != one.fills:
            return False
        if any(request.status.is_open for request in one.order.requests):
            return False
        if one.order.status in (S.SUBMITTING, S.IN_DOUBT):
            return False
    return True


def _must(holds: bool, sentence: str, *attempts: Attempt) -> None:
    if not holds:
        seen = "; ".join(
            f"{one.order.status} {one.order.filled} {[r.status.value for r in one.order.requests]} "
            f"(venue {one.venue} {one.fills}, line {sorted(one.line)}, fills told {one.told})"
            for one in attempts
        )
        raise Broken(f"{sentence}: {seen}")


def explore(bounds: Bounds) -> Explored:
    """Look at every world there is. Raises Broken at the first that must not be, or that has no way out."""
    for known in (_ORDERS, _PLACES, _NEXT, _MOVES, _CHECKED):
        known.clear()
    first = World((intended(1),))
    before: dict[World, list[World]] = {first: []}
    queue = deque([first])
    count = 0
    while queue:
        world = queue.popleft()
        for after in steps(world, bounds):
            count += 1
            if after not in before:
                check(after)
                before[after] = []
                queue.append(after)
            before[after].append(world)
    resting = [world for world in before if is_at_rest(world)]
    _all_can_rest(before, resting)
    orders = _ORDERS
    return Explored(
        len(before),
        count,
        len(resting),
        frozenset(order.status for order in orders),
        frozenset(request.status for order in orders for request in order.requests),
    )


def _all_can_rest(before: dict[World, list[World]], resting: list[World]) -> None:
    """No world without a way out: each can still come to where belief and truth agree."""
    reached = set(resting)
    queue = deque(resting)
    while queue:
        for world in before[queue.popleft()]:
            if world not in reached:
                reached.add(world)
                queue.append(world)
    for world in before:
        _must(world in reached, "no way out", *world.attempts)
