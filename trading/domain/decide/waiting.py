"""What about a position is a matter of time. Spans that pass within one life of the desk are counted on the
clock that never jumps, by whoever sets the timers; instants that must survive a restart are wall time."""

from __future__ import annotations

from datetime import datetime, timedelta

from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.position import Position
from trading.domain.reports import Span, Wait

PROTECT_WITHIN = timedelta(seconds=10)
"""How long a position may be without its stop before people hear of it, whatever the reason."""
PATIENCE = timedelta(seconds=2)
"""How long an exit may wait for its fill before the stop comes back; an older target is looked at anew."""
ANSWER_WITHIN = timedelta(seconds=60)
"""How long a person may think about a stop that another hand has ended (X36)."""


def waits(book: Book, position: Position) -> tuple[Span, ...]:
    """The spans that run for a position now."""
    spans: list[Span] = []
    allowed = stop_within(book, position)
    if allowed is not None and position.bare_from is not None:
        spans.append(Span(Wait.STOP, position.bare_from, allowed))
    if position.pulled is not None:
        # Rings even when the clock was set back from the time that the person was told.
        spans.append(Span(Wait.ANSWER, position.pulled.asked_at, ANSWER_WITHIN))
    swap = position.swap
    if swap is not None and position.uncovered_since is None:
        spans.append(Span(Wait.ROOM, swap.at, PROTECT_WITHIN))
    sent = book.order(swap.exit_id) if swap is not None and swap.exit_id else None
    if swap is not None and sent is not None and not sent.is_canceling:
        spans.append(Span(Wait.EXIT, sent.intended_at or swap.at, PATIENCE))
    return tuple(spans)


def stop_within(book: Book, position: Position) -> timedelta | None:
    """How long the stop of a position that has none may still be missing in all; None when nothing has to be
    done then, or a person is asked whether it is to come back."""
    account = book.account(position.account)
    is_asked = position.pulled is not None or position.gap is not None
    if account is None or position.bare_from is None or position.is_given_up or is_asked:
        return None
    allowed_s = account.limits.unprotected_s_max
    return timedelta(microseconds=int(allowed_s * 1_000_000)) if allowed_s else PROTECT_WITHIN


def is_over(book: Book, position: Position, report: rp.TimeCame, wait: Wait) -> bool:
    """Whether the span that runs now is one that the timer says is over: what ended and began anew while the
    report waited to be decided has its whole time."""
    runs = next((span for span in waits(book, position) if span.wait is wait), None)
    return runs is not None and any(goes_on(span, runs) for span in report.over)


def goes_on(before: Span, now: Span) -> bool:
    """Whether this is the same span. The stop's has its beginning corrected when the clock is set back."""
    if before.wait is not now.wait:
        return False
    return now.since <= before.since if now.wait is Wait.STOP else now.since == before.since


def next_instant(position: Position, now: datetime) -> datetime | None:
    """When a person's time to answer is over, or a position without its stop is to be told again."""
    moments = [] if position.pulled is None else [position.pulled.until]
    if position.gap is not None:
        moments.append(position.gap.remind_at)
    return min((at for at in moments if at > now), default=None)
