"""Words of `/calendar`: when a market trades."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "calendar.title": "When {symbol} trades",
    "calendar.all": "Markets that you hold or watch",
    "calendar.always": "open around the clock",
    "calendar.open": "open until {at} (for {span} more)",
    "calendar.closed": "closed, opens {at} (in {span})",
    "calendar.next": "Next hours, on your clock",
    "calendar.stretch": "{opens} to {closes}",
    "calendar.days": "Holidays and short days",
    "calendar.no_days": "None is known.",
    "calendar.holiday": "{day}  closed",
    "calendar.short": "{day}  {opens} to {closes} only",
    "calendar.zone": "Days and short hours are those of the exchange ({zone}).",
    "calendar.which": "Of which market? Type /calendar and a symbol; what you hold or watch stands here.",
}
