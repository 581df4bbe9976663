"""Planted bugs in what an answer is taken for: refusals that are none, a yes that is none, requests that move
orders."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from tests.sim.planting import Patch, mutant
from trading.domain import book, ledger, naming
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide import adoption, evidence
from trading.domain.decide.deciding import Deciding
from trading.domain.ids import VenueOrderId, client_order_id
from trading.domain.order import Evidence, Order
from trading.engine import outbox, sending, strangers, verdict


class _Any(frozenset[str]):
    """A list on which every code stands."""

    def __contains__(self, code: object) -> bool:
        return True


@mutant("I5")
def any_code_is_a_refusal() -> Patch:
    """What the venue calls an error is taken for "not taken", whatever its profile lists."""

    def gullible(answers: Any, kind: Any, account: Any, cids: Any, profile: Any, book: Any, now: Any) -> Any:
        trusting = replace(profile, definitive_codes=_Any())
        return real(answers, kind, account, cids, trusting, book, now)

    real = verdict.verdicts
    with patch.object(sending, "verdicts", gullible):
        yield


@mutant("I1", "I5", "I8", "I13")
def a_duplicate_id_gets_a_new_one() -> Patch:
    """ "Used before" is read as "choose another one", so that what exists is bought again."""

    async def again(orders: Any, broker: Any) -> Any:
        (answer, *rest) = await real(orders, broker)
        if rest or not isinstance(answer, rp.Rejected) or answer.code != "duplicate":
            return [answer, *rest]
        item = orders[0].item
        cid = client_order_id(b"x" * 32, item.account, item.command_id, item.order_id, 2)
        orders[0].item = replace(item, client_order_id=cid)
        (second,) = await real(orders, broker)
        return [replace(second, client_order_id=item.client_order_id)]

    real = sending.submitted
    with patch.object(outbox, "submitted", again):
        yield


@mutant("I5")
def too_little_money_is_believed_at_once() -> Patch:
    """Although the money may be where an order in doubt is."""
    with patch.object(verdict, "FUNDS", "no_such_code"):
        yield


@mutant("I7")
def a_yes_without_an_order_id_is_believed() -> Patch:
    """Whatever is no error is taken for a success."""

    def naming(answers: Any, *arguments: Any) -> Any:
        named = [
            replace(one, venue_order_id=VenueOrderId("?"))
            if isinstance(one, rp.Accepted) and not one.venue_order_id
            else one
            for one in answers
        ]
        return real(named, *arguments)

    real = verdict.verdicts
    with patch.object(sending, "verdicts", naming):
        yield


@mutant("I6")
def a_cancel_that_was_taken_ends_the_order() -> Patch:
    """The answer to a request moves the order's status."""

    def hasty(d: Deciding, order: Order, report: Any) -> None:
        if isinstance(report, rp.CancelTaken) and order.is_open:
            d.emit(ev.OrderCanceled(order.account, order.order_id, "requested", d.now))
            return
        real(d, order, report)

    real = evidence._answered
    with patch.object(evidence, "_answered", hasty):
        yield


@mutant("I2", "I4")
def what_was_adopted_is_booked_again() -> Patch:
    """The fill of a difference that was adopted moves what is held a second time, when it is told."""

    def never(*_: Any) -> None:
        return None

    with patch.object(adoption, "containing", never):
        yield


@mutant("I2", "I4")
def the_guessed_price_stays() -> Patch:
    """What was adopted keeps the price of then, whatever its fill says."""

    def guessed(
        position: Any, instrument: Any, side: Any, quantity: Any, _: Any, fee: Any, adopted: Any
    ) -> Any:
        return real(position, instrument, side, quantity, adopted.price, fee, adopted)

    real = ledger.told_effect
    with patch.object(adoption, "told_effect", guessed):
        yield


# ---------------------------------------------------------------- names


@mutant("I2", "I3", "I9", "FLAT")
def the_names_that_an_order_had_are_forgotten() -> Patch:
    """What the venue says of an order that was changed counts as another hand's (X27)."""
    with patch.object(book.Book, "order_of_venue_id", lambda self, account, name: None):
        yield


@mutant("I2")
def a_fill_that_is_booked_counts_again_under_another_name() -> Patch:
    """Nobody looks whether an order of ours has the fill already (X27)."""
    with patch.object(adoption, "is_booked", lambda *known: False):
        yield


@mutant("I2")
def a_refused_change_proves_that_no_name_is_new() -> Patch:
    """A fill under an unknown name is another hand's although of the change before nobody has heard (X27)."""

    def sure(*known: Any) -> list[Any]:
        return [one for one in real(*known) if naming.is_being_renamed(one)]

    real = naming.may_be_called_otherwise
    with (
        patch.object(adoption, "may_be_called_otherwise", sure),
        patch.object(strangers, "may_be_called_otherwise", sure),
    ):
        yield


@mutant("I2", "I3")
def nobody_asks_what_the_venue_calls_our_orders() -> Patch:
    """A fill under an unknown name is another hand's, whatever order may have that name by now (X27)."""

    async def unasked(self: Any, history: Any) -> Any:
        return strangers.Unclear()

    with patch.object(strangers.Strangers, "sought", unasked):
        yield


@mutant("I2", "I3", "I7", "I8", "I9", "I17", "FLAT")
def the_end_of_an_older_name_ends_the_order() -> Patch:
    """A change is carried out as cancel and new order: the cancel is taken for the order's end."""

    def ended(d: Any, order: Any, report: Any) -> None:
        evidence._ended(d, order, Evidence.CANCELED, report.reason)

    with patch.object(evidence, "_canceled", ended):
        yield


@mutant("I7")
def a_cancel_that_failed_is_asked_for_at_every_turn() -> Patch:
    """Whatever happens next to the position asks for it again, while the venue is still being asked (X25)."""
    with patch.object(Deciding, "_is_vain", lambda self, order, cause: False):
        yield
