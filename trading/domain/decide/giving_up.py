"""No stop stood for too long: what the account wants then is done, once (RELIABILITY C-6, X34)."""

from __future__ import annotations

from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide.closing import start_flatten
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import check_cover
from trading.domain.decide.waiting import is_over
from trading.domain.ids import CommandId
from trading.domain.position import UNPROTECTED
from trading.domain.reports import Wait


def give_up(d: Deciding, report: rp.TimeCame) -> None:
    """A position's time has come: is it still without its stop? Then it is closed at market, as a flatten
    that goes on until nothing is left, or people only hear of it."""
    position = d.book.position(report.position_id) if report.position_id else None
    if position is None or not position.is_open or position.is_given_up:
        return
    check_cover(d, position)
    position = d.position(position)
    if not is_over(d.book, position, report, Wait.STOP) or d.cannot_leave(position):
        return
    assert position.uncovered_since is not None
    account, name, since = position.account, position.position_id, position.uncovered_since
    closes = d.account(account).limits.unprotected_s_max > 0
    d.emit(ev.StopMissing(account, name, since, closes, d.now))
    if closes:
        cause = CommandId(f"{UNPROTECTED}{name}:{since.isoformat()}")
        start_flatten(d, account, cause, [d.position(position)], is_panic=False)
