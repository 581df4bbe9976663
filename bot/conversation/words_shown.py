"""Words of `/pnl card` and `/pnl calendar`: a result to be shown around, and a month of days."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "shown.to.card": "Card",
    "shown.to.calendar": "Calendar",
    "shown.title": "P&L card {subject}",
    "shown.result": "Result",
    "shown.amount": "Amount",
    "shown.in_r": "In R",
    "shown.entry": "Entry",
    "shown.exit": "Exit",
    "shown.now": "Now",
    "shown.size": "Size",
    "shown.held": "Held",
    "shown.ended": "Ended by",
    "shown.trips": "Round trips",
    "shown.win_rate": "Win rate",
    "shown.average_r": "Average R",
    "shown.hide": "Hide amounts",
    "shown.show": "Show amounts",
    "shown.hidden": "Amounts and the account's name are hidden: this may be passed on.",
    "shown.nothing": "Nothing was filled in this period. {line} shows all of the past.",
    "shown.no_position": "There was never a position in {symbol}. {line} shows the whole account.",
    "shown.month": "Month",
    "shown.days": "Days",
    "shown.days_counted": "{won} won, {lost} lost",
    "shown.best_day": "Best day",
    "shown.worst_day": "Worst day",
    "shown.empty_month": "Nothing was filled in this month.",
    "shown.earlier": "◀ {month}",
    "shown.later": "{month} ▶",
}
