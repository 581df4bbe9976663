"""The price has jumped over a stop, and nobody could act when it did: out, ask, or a new stop (C-7).

Decided from the facts of now and never from what may have happened meanwhile; which of the three was chosen
with the order.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.apply import leg_name
from trading.domain.bracket import entry_price_of
from trading.domain.decide.collar import is_spent, market_of
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.forget import forget_leg
from trading.domain.decide.legs import check_cover, exit_now, is_enforced, sync
from trading.domain.exits import GapPolicy, Level, LevelKind
from trading.domain.ids import PersonId
from trading.domain.money import HUNDRED, Price
from trading.domain.order import Order, OrderType, Role
from trading.domain.position import Leg, Position

REMIND_AFTER = timedelta(minutes=15)
"""How long after the question people hear of it again; each time after twice as long."""

DOUBLED_MAX = 4

GAP_CHOICES = ("exit", "reanchor", "leave")

CENT = Decimal("0.01")
_OUT = (GapPolicy.EXIT, GapPolicy.LIMIT)


def gapped(d: Deciding, position: Position, leg: Leg, away_s: Decimal | None) -> bool:
    """See to a stop whose level the first price since a start lies beyond. False: it is to be carried out."""
    price = market_of(d, position)
    if spent(d, position):
        return True
    if away_s is None or price is None or not is_beyond(d, position):
        return False
    return _follow(d, position, leg, price, away_s)


def passed(d: Deciding, position: Position) -> bool:
    """See to a stop that the venue has refused, because its price was passed when it got there."""
    position = d.position(position)
    leg = position.bracket.leg("sl") if position.bracket is not None else None
    chosen = position.plan.gap or GapPolicy.EXIT
    if leg is None or leg.price is None or leg.is_done or chosen in _OUT:
        return spent(d, position)
    if position.gap is not None:
        return True
    # The venue knows that it was passed; where no price of ours shows it, it lies at the stop or beyond.
    price = market_of(d, position)
    return _follow(d, position, leg, price if price and is_beyond(d, position) else leg.price, None)


def is_of_now(d: Deciding, position: Position, order: Order) -> bool:
    """Whether a stop that the venue has refused, as its price was passed, is that of what is held now: not of
    an earlier life, and not where it stood before it was moved, unless the price lies beyond that as well."""
    position = d.position(position)
    leg = position.bracket.leg("sl") if position.bracket is not None else None
    if leg is None or leg.order_id != order.order_id:
        return False
    return order.stop_price == leg.price or is_beyond(d, position) is not False


def go_on(d: Deciding, position: Position, order: Order, *, asked: bool) -> None:
    """An exit within a collar has ended, and something is left: the next one may slip further, as long as the
    price lies beyond the stop. What a target's left that was passed while the desk was away goes at market.
    `asked`: we wanted its end, and whoever did goes on."""
    bracket = position.bracket
    leg = bracket.leg(leg_name(order)) if bracket is not None else None
    if asked or leg is None or leg.is_done or leg.order_id != order.order_id:
        return
    if order.role is Role.TARGET:
        exit_now(d, position, Role.TARGET, leg.name, order.remaining)
    elif position.gap is None and _must_be_out(d, position, leg) and not spent(d, position):
        exit_now(d, position, Role.STOP, "sl", leg.quantity)


def _must_be_out(d: Deciding, position: Position, leg: Leg) -> bool:
    """Whether what is left goes out, too: the price still lies beyond the stop, or a person has said exit,
    and then it may have come back."""
    return leg.price == position.out_at or bool(is_beyond(d, position))


def is_beyond(d: Deciding, position: Position) -> bool | None:
    """Whether the price of now lies at or beyond the stop; None without a price or a stop."""
    price, stop = market_of(d, position), position.bracket.stop_price if position.bracket else None
    if price is None or stop is None:
        return None
    return price <= stop if position.is_long else price >= stop


def _follow(d: Deciding, position: Position, leg: Leg, price: Price, away_s: Decimal | None) -> bool:
    """What the policy says. Whether that is something else than to be out."""
    assert leg.price is not None, "a stop has a price"
    if leg.price == position.out_at:
        return False  # a person has said so, however often the venue refuses it
    anchor = _anchor(d, position, price)
    policy = position.plan.gap or GapPolicy.EXIT
    if policy is GapPolicy.REANCHOR and anchor is None:
        policy = GapPolicy.EXIT
    if policy is GapPolicy.LIMIT and not d.account(position.account).exits.immediate:
        policy = GapPolicy.ASK
    tried = d.book.order(leg.order_id) if leg.order_id else None
    if policy in _OUT and tried is not None and tried.leaves_now:
        return False  # told already; its exit was refused, and is tried again
    _found(d, position, leg.price, price, policy, away_s)
    if policy in _OUT:
        return False
    _leave_off(d, position)
    if policy is GapPolicy.ASK:
        _sleep(d, position)
    elif anchor is not None:
        _stop_at(d, position, anchor, "gap")
    return True


def _leave_off(d: Deciding, position: Position) -> None:
    """What a life before this one had begun for the stop that was jumped over is not gone on with: its exit
    would leave as soon as there is room for it, whatever is chosen now."""
    swap = d.position(position).swap
    if swap is not None and swap.role is Role.STOP and swap.exit_id is None:
        d.emit(ev.SwapEnded(position.account, position.position_id, "gap", d.now))


def _found(
    d: Deciding,
    position: Position,
    stop: Price,
    price: Price,
    policy: GapPolicy,
    away_s: Decimal | None,
    *,
    is_spent: bool = False,
) -> None:
    account, name = position.account, position.position_id
    percent = (abs(price - stop) / stop * HUNDRED).quantize(CENT)
    remind_at = d.now + REMIND_AFTER
    d.emit(ev.GapFound(account, name, stop, price, percent, policy, away_s, remind_at, d.now, is_spent))


def _sleep(d: Deciding, position: Position) -> None:
    """A person is asked, and until they answer the stop does nothing."""
    sync(d, position, "gap")
    check_cover(d, position)


def spent(d: Deciding, position: Position) -> bool:
    """Ask a person where all collars were too narrow and nothing is to go at market. Whether that is so."""
    stop = position.bracket.stop_price if position.bracket is not None else None
    if stop is None or position.gap is not None or not is_spent(d, position):
        return False
    _found(d, position, stop, market_of(d, position) or stop, GapPolicy.ASK, None, is_spent=True)
    _leave_off(d, position)
    _sleep(d, position)
    return True


def _anchor(d: Deciding, position: Position, price: Price) -> Price | None:
    """A stop as far from `price` as the first one was from the entry; None where that is no price."""
    bracket, instrument = position.bracket, d.instrument_of(position)
    assert bracket is not None
    distance = bracket.risk_per_unit
    if not distance and bracket.stop_price is not None:
        distance = abs(entry_price_of(position, instrument) - bracket.stop_price)
    if not distance:
        return None
    anchor = instrument.price_nearest(price - distance if position.is_long else price + distance)
    is_away = anchor < price if position.is_long else anchor > price
    return anchor if anchor > 0 and is_away else None


def _stop_at(d: Deciding, position: Position, anchor: Price, cause: str) -> None:
    """The plan's stop is at this price from now on. Break-even would put it back beyond the market, and an
    exit that is on its way or in doubt was that of the stop before."""
    if any(one.role is Role.STOP and one.leaves_now for one in d.exits_in_flight(position)):
        _unserved(d, position)
    plan = replace(d.position(position).plan, stop=Level(LevelKind.PRICE, anchor), break_even=None)
    d.emit(ev.PlanSet(position.account, position.position_id, plan, None, cause, d.now, d.by))
    sync(d, position, "gap", fresh_stop=True)


def answer_gap(d: Deciding, position: Position, command: cm.AnswerGuard) -> None:
    """Do what a person says about a stop that was jumped over."""
    price = market_of(d, position)
    if command.choice == "leave" or price is None:
        settle_gap(d, position, "left", command.person)
        forget_leg(d, position, "sl", command.command_id)
        sync(d, position, "gap")
        return
    anchor = _anchor(d, position, price) if command.choice == "reanchor" else None
    settle_gap(d, position, "exit" if anchor is None else "reanchor", command.person)
    if anchor is not None:
        _stop_at(d, position, anchor, command.command_id)
        return
    for order in d.exits_in_flight(position):
        if not order.leaves_now and not is_enforced(position):
            d.ask_cancel(order, "sl")
    _begin_anew(d, position)
    exit_now(d, position, Role.STOP, "sl")


def _begin_anew(d: Deciding, position: Position) -> None:
    """What went out at market before anybody was asked is no attempt of the exit that a person wants."""
    position = d.position(position)
    bracket = position.bracket
    leg = bracket.leg("sl") if bracket is not None else None
    last = d.book.order(leg.order_id) if leg is not None and leg.order_id else None
    if bracket is None or last is None or last.is_open or last.type is not OrderType.MARKET:
        return
    _unserved(d, position)


def _unserved(d: Deciding, position: Position) -> None:
    """No order serves the stop any more, so that what becomes of the last one is not about it."""
    bracket = d.position(position).bracket
    assert bracket is not None
    legs = tuple(replace(one, order_id=None) if one.name == "sl" else one for one in bracket.legs)
    after = replace(bracket, legs=legs)
    d.emit(ev.BracketSet(position.account, position.position_id, after, "gap", d.now))


def settle_gap(d: Deciding, position: Position, outcome: str, by: PersonId) -> None:
    """The question is over."""
    d.emit(ev.GapSettled(position.account, position.position_id, outcome, by, d.now))


def remind(d: Deciding, position: Position) -> None:
    """Nobody has answered, and nobody guards the position: that is told again."""
    gap = d.position(position).gap
    if gap is not None and d.now >= gap.remind_at:
        pause = REMIND_AFTER * 2 ** min(gap.reminders + 1, DOUBLED_MAX)
        d.emit(ev.GapReminded(position.account, position.position_id, d.now + pause, d.now))
