"""What a venue's answer proves (RELIABILITY C-3): the one place between an answer and what is made of it.

A refusal is certain only by a code that the venue's profile lists; everything else is silence, and silence
is looked up. No adapter can pass by: it returns an answer, or raises `BrokerSilent`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.order import THROTTLED, OrderStatus
from trading.domain.request import RequestKind
from trading.profile import VenueProfile

FUNDS: Final = "insufficient_funds"
"""The code for too little money. While an order's fate is unknown the money may be where that order is."""

ANSWERS: Final[dict[RequestKind, tuple[type, ...]]] = {
    RequestKind.SUBMIT: (rp.Accepted, rp.Rejected),
    RequestKind.CANCEL: (rp.CanceledReported, rp.CancelTaken, rp.CancelRefused),
    RequestKind.REPLACE: (rp.Replaced, rp.ReplaceRefused),
}
"""What answers what; anything else is no answer."""


def verdicts(
    answers: Sequence[rp.BrokerReport],
    kind: RequestKind,
    account: AccountId,
    cids: Sequence[ClientOrderId],
    profile: VenueProfile,
    book: Book,
    now: datetime,
) -> list[rp.BrokerReport]:
    """Exactly one report for each order that was asked about, whatever came back."""
    by_cid = {answer.client_order_id: answer for answer in answers}

    def is_in_doubt() -> bool:
        return any(
            order.status is OrderStatus.IN_DOUBT and order.client_order_id not in cids
            for order in book.open_orders(account)
        )

    return [
        _verdict(by_cid.get(cid), kind, account, cid, profile, is_in_doubt=is_in_doubt, now=now)
        for cid in cids
    ]


def _verdict(
    answer: rp.BrokerReport | None,
    kind: RequestKind,
    account: AccountId,
    cid: ClientOrderId,
    profile: VenueProfile,
    *,
    is_in_doubt: Callable[[], bool],
    now: datetime,
) -> rp.BrokerReport:
    doubt = ""
    match answer:
        case _ if not isinstance(answer, ANSWERS[kind]):
            doubt = "the answer says nothing of it"
        case rp.Accepted() if not answer.venue_order_id:
            doubt = "taken without an order id"
        case rp.Rejected() if answer.code not in profile.definitive_codes:
            doubt = f"{answer.code} proves nothing: {answer.reason}"
        case rp.Rejected() if answer.code == FUNDS and is_in_doubt():
            doubt = f"{answer.code} while another order is in doubt: {answer.reason}"
    if doubt or answer is None:
        return rp.Silent(account, cid, doubt, now, kind)
    return answer


def not_taken(
    kind: RequestKind, account: AccountId, cids: Sequence[ClientOrderId], reason: str, now: datetime
) -> list[rp.BrokerReport]:
    """What too many requests mean for each order that was asked about: nothing was carried out."""
    match kind:
        case RequestKind.SUBMIT:
            return [rp.Rejected(account, cid, THROTTLED, reason, now) for cid in cids]
        case RequestKind.CANCEL:
            return [rp.CancelRefused(account, cid, reason, now) for cid in cids]
        case _:
            return [rp.ReplaceRefused(account, cid, reason, now) for cid in cids]


def heard(report: rp.BrokerReport, profile: VenueProfile) -> rp.BrokerReport:
    """What the stream says, believed as far as an answer would be."""
    if isinstance(report, rp.Rejected) and report.code not in profile.definitive_codes:
        reason = f"{report.code} proves nothing: {report.reason}"
        return rp.Silent(report.account, report.client_order_id, reason, report.at)
    return report
