"""Warnings before the daily loss limit, and what happens when it is reached."""

from __future__ import annotations

from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.halts import withdraw_entries
from trading.domain.warning import LIMIT_REACHED, usage_of_day

CAUSE = "daily_loss"


def risk_looked(d: Deciding, report: rp.RiskLooked) -> None:
    """Warn when today's loss has reached a level that was not told today; several at once are told by the
    highest. At the limit itself, what waits to add risk is withdrawn."""
    account = d.book.account(report.account)
    usage = usage_of_day(d.book, account, d.now, report.price_age_s) if account is not None else None
    if account is None or usage is None:
        return
    if usage.level > account.risk_warned:
        d.emit(ev.RiskWarned(report.account, usage.level, usage.loss, usage.limit, d.now))
    if usage.level >= LIMIT_REACHED:
        withdraw_entries(d, (report.account,), CAUSE)
