"""Words for time, yes and no, and units: what wording.py writes between numbers."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "time.days": "{n}d",
    "time.hours": "{n}h",
    "time.minutes": "{n}m",
    "time.seconds": "{n}s",
    "time.milliseconds": "{n} ms",
    "time.now": "just now",
    "time.ago": "{span} ago",
    "time.ahead": "in {span}",
    "time.never": "never",
    "word.yes": "yes",
    "word.no": "no",
    "word.none": "–",
    "unit.shares": ("{n} share", "{n} shares"),
    "unit.contracts": ("{n} contract", "{n} contracts"),
    "unit.K": "{digits}K",
    "unit.M": "{digits}M",
    "unit.B": "{digits}B",
    "unit.T": "{digits}T",
    "count.orders": ("{n} order", "{n} orders"),
    "count.positions": ("{n} position", "{n} positions"),
    "count.fills": ("{n} fill", "{n} fills"),
    "count.events": ("{n} event", "{n} events"),
    "count.bookings": ("{n} booking", "{n} bookings"),
    "count.rows": ("{n} row", "{n} rows"),
}
