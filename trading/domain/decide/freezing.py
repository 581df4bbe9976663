"""What freezes entries, and what thaws those that doubt froze. Exits are never in its way."""

from __future__ import annotations

from collections.abc import Iterator

from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain import reports as rp
from trading.domain.decide.deciding import Deciding
from trading.domain.freezing import BY_ITSELF, DRIFT, SENDS_MAX, FreezeCause, Frozen, raised_visibility
from trading.domain.ids import AccountId, PersonId
from trading.domain.order import CONDITIONAL, Order, OrderStatus

NOBODY = PersonId("")


def sent_in_silence(d: Deciding, order: Order) -> None:
    """After a send that nobody answered: so many in a row, and no other may follow."""
    account = d.account(order.account)
    if account.sends_silent >= SENDS_MAX:
        doubted = ", ".join(f"#{one.number}" for one in _in_doubt(d, order.account))
        freeze(d, order.account, FreezeCause.SENDS, doubted)


def venue_heard(d: Deciding, report: rp.VenueQuiet | rp.VenueAnswers | rp.DoubtWaits) -> None:
    """A venue that is looked at while something is in doubt: it answers or not, and doubt lasts."""
    match report:
        case rp.VenueQuiet():
            venue_quiet(d, report)
        case rp.VenueAnswers():
            venue_answers(d, report)
        case rp.DoubtWaits():
            doubt_waits(d, report)


def venue_quiet(d: Deciding, report: rp.VenueQuiet) -> None:
    """The venue answers nothing: what is there protects, and nothing is added (X08)."""
    freeze(d, report.account, FreezeCause.UNANSWERED, "")


def venue_answers(d: Deciding, report: rp.VenueAnswers) -> None:
    """Thaw what thaws by itself, once nothing is sought any more; what a person was asked about bars its own
    room in the limits and nothing else."""
    if any(order.escalated_at is None for order in _in_doubt(d, report.account)):
        return
    for one in d.account(report.account).freezes:
        if one.cause in BY_ITSELF:
            d.emit(ed.EntriesThawed(report.account, one.cause, NOBODY, d.now))


def doubt_waits(d: Deciding, report: rp.DoubtWaits) -> None:
    """Tell again what is in doubt."""
    found = tuple(order.order_id for order in _in_doubt(d, report.account))
    if found:
        d.emit(ed.DoubtLasts(report.account, found, d.now))


def turned_up(d: Deciding, order: Order) -> None:
    """An order that counted as not placed is there: somebody was wrong, the venue or a person. Nothing is
    added until a person has looked, and proofs wait longer from now on."""
    freeze(d, order.account, FreezeCause.TURNED_UP, f"#{order.number}")
    if order.absence is None:
        return
    is_conditional = order.type in CONDITIONAL
    account = d.account(order.account)
    known_s = account.visibility_conditional_s if is_conditional else account.visibility_s
    raised_s = raised_visibility(order.absence.visibility_s, order.absence.negatives[-1].after_s)
    if raised_s > known_s:
        d.emit(ed.VisibilityRaised(order.account, order.order_id, is_conditional, raised_s, d.now))


def acknowledge(d: Deciding, command: cm.AcknowledgeFreeze) -> None:
    """A person has looked."""
    causes = [one.cause for one in d.account(command.account).freezes if one.cause not in BY_ITSELF]
    if not causes:
        text = "Nothing waits for you to look at it: /status shows how things stand."
        d.deny(command.account, command.command_id, "doubt", "", ev.Refusal("no_change", text))
        return
    for cause in causes:
        d.emit(ed.EntriesThawed(command.account, cause, command.person, d.now))


def freeze(d: Deciding, account: AccountId, cause: FreezeCause, detail: str) -> None:
    """Freeze, once for each cause."""
    if all(one.cause is not cause for one in d.account(account).freezes):
        d.emit(ed.EntriesFrozen(account, cause, detail, d.now))


def freeze_symbol(d: Deciding, account: AccountId, frozen: Frozen, venue: str) -> None:
    """Close a symbol for entries, those that wait included."""
    d.emit(ev.SymbolFrozen(account, frozen, venue, d.now))
    for order in list(d.book.open_orders(account)):
        if order.is_entry and order.symbol == frozen.symbol:
            d.ask_cancel(order, DRIFT)


def _in_doubt(d: Deciding, account: AccountId) -> Iterator[Order]:
    return (one for one in d.book.open_orders(account) if one.status is OrderStatus.IN_DOUBT)
