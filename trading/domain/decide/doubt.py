"""How doubt ends: by a proof of absence, or by a person who has looked; and when a person must be asked."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply import leg_name
from trading.domain.decide.bracketed import entry_of, of_entry
from trading.domain.decide.closing import press_on
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import exit_now, sync
from trading.domain.decide.swap import step
from trading.domain.doubt import AbsenceProof, flaw, proof_text
from trading.domain.money import ZERO
from trading.domain.order import CONDITIONAL, Order, OrderStatus, Role
from trading.domain.position import Position


def absent(d: Deciding, order: Order, report: rp.AbsenceProven) -> None:
    """A proof ends the doubt. What is no proof must never have come this far."""
    if order.status is not OrderStatus.IN_DOUBT:
        return
    if _has_moved(d, order, report):
        # What the venue held was explained by a book that is an older one by now.
        d.then(fx.Resolve(order.account, order.client_order_id))
        return
    if flaw(_as_known_now(d, order, report.proof)):
        # Another order has shown meanwhile that the venue hides for longer than this proof has waited.
        d.then(fx.Resolve(order.account, order.client_order_id))
        return
    missing = flaw(report.proof)
    assert not missing, f"{order.order_id} is not proven absent: {missing}"
    said = proof_text(report.proof)
    d.emit(ev.OrderNotPlaced(order.account, order.order_id, said, d.now, report.proof))
    for leg in _in_doubt_with(d, order):
        # They were in the same request, and are nowhere without it.
        d.emit(ev.OrderNotPlaced(leg.account, leg.order_id, said, d.now, report.proof))
    _after_absence(d, order)


def _in_doubt_with(d: Deciding, entry: Order) -> list[Order]:
    """The exits that left with an entry, as long as nobody knows of them either."""
    return [one for one in of_entry(d, entry) if one.status is OrderStatus.IN_DOUBT]


def _as_known_now(d: Deciding, order: Order, proof: AbsenceProof) -> AbsenceProof:
    """The proof by what the account has learned of its venue since it was gathered."""
    account = d.account(order.account)
    learned_s = account.visibility_s
    if order.type in CONDITIONAL:
        learned_s = max(learned_s, account.visibility_conditional_s)
    return replace(proof, visibility_s=max(proof.visibility_s, learned_s))


def _has_moved(d: Deciding, order: Order, report: rp.AbsenceProven) -> bool:
    """Whether something was booked in the symbol between the venue's answer and now."""
    symbol = order.symbol
    live = d.book.live_positions(order.account)
    beyond = report.proof.held - sum((p.quantity for p in live if p.symbol == symbol), ZERO)
    ignored = d.account(order.account).ignored
    return bool(beyond) and all((one.symbol, one.difference) != (symbol, beyond) for one in ignored)


def unresolved(d: Deciding, report: rp.DoubtUnresolved) -> None:
    """Have a person asked, once: the desk itself goes on seeking."""
    order = d.book.order_of_client_id(report.client_order_id)
    if order is None:
        return
    entry = entry_of(d, order)
    if entry is not None and entry.status is OrderStatus.IN_DOUBT:
        return  # people are asked about the entry, and what they say goes for its exits
    if order.status is OrderStatus.IN_DOUBT and order.escalated_at is None:
        d.emit(
            ev.DoubtEscalated(
                order.account,
                order.order_id,
                report.waited_s,
                report.answers,
                report.failures,
                report.trouble,
                d.now,
            )
        )


def answer_doubt(d: Deciding, command: cm.AnswerDoubt) -> None:
    """Take a person's word for what the venue has. It is asked for only when nothing else was found."""
    order = d.book.order(command.order_id)
    refusal = _unfit(order, command)
    if refusal is not None or order is None:
        symbol = order.symbol if order is not None else ""
        d.deny(command.account, command.command_id, "doubt", symbol, *([refusal] if refusal else []))
        return
    d.emit(
        ev.DoubtAnswered(
            order.account, order.order_id, command.is_there, command.venue_order_id, command.person, d.now
        )
    )
    d.facts = {"order_id": order.order_id}
    if command.is_there:
        d.then(fx.Resolve(order.account, order.client_order_id))
    else:
        for leg in _in_doubt_with(d, order):
            d.emit(
                ev.DoubtAnswered(
                    leg.account, leg.order_id, False, command.venue_order_id, command.person, d.now
                )
            )
        _after_absence(d, order)
        # A flatten may have waited for nothing but this order.
        press_on(d, order.account)


def _unfit(order: Order | None, command: cm.AnswerDoubt) -> ev.Refusal | None:
    if order is None or order.account != command.account:
        return ev.Refusal("no_order", "There is no such order: /orders lists those that wait.")
    if order.status is not OrderStatus.IN_DOUBT:
        status = order.status.value.replace("_", " ")
        text = f"#{order.number} is not in doubt, it is {status}: /order #{order.number} tells its story."
        return ev.Refusal("not_in_doubt", text)
    if order.escalated_at is None:
        text = (
            f"The desk still asks about #{order.number}, and what it finds counts more than what a screen of "
            "the venue shows now. You are asked when that comes to nothing."
        )
        return ev.Refusal("still_asking", text)
    return None


def _after_absence(d: Deciding, order: Order) -> None:
    """An entry is never sent again; an exit that never arrived is placed anew with its next id, unless its
    stop has another place by now, or a person is asked about it."""
    position = d.book.position(order.position_id)
    assert position is not None, f"no position {order.position_id}"
    if position.is_open and not order.is_entry:
        if order.is_leg or _is_over(position, order):
            sync(d, position, "resize")
        elif order.leaves_now:
            exit_now(d, position, order.role, leg_name(order) or order.role.value, order.quantity)
    step(d, position)


def _is_over(position: Position, order: Order) -> bool:
    """Whether the stop that has sent this exit sleeps, is gone, or was set anew since."""
    if order.role is not Role.STOP or not order.leaves_now:
        return False
    leg = position.bracket.leg("sl") if position.bracket is not None else None
    return position.gap is not None or leg is None or leg.order_id != order.order_id
