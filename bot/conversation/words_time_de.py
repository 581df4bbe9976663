"""What words_time.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "time.days": "{n}\u00a0d",
    "time.hours": "{n}\u00a0h",
    "time.minutes": "{n}\u00a0min",
    "time.seconds": "{n}\u00a0s",
    "time.milliseconds": "{n}\u00a0ms",
    "time.now": "gerade eben",
    "time.ago": "vor {span}",
    "time.ahead": "in {span}",
    "time.never": "nie",
    "word.yes": "ja",
    "word.no": "nein",
    "word.none": "–",
    "unit.shares": ("{n} Aktie", "{n} Aktien"),
    "unit.contracts": ("{n} Kontrakt", "{n} Kontrakte"),
    "unit.K": "{digits}\u00a0Tsd.",
    "unit.M": "{digits}\u00a0Mio.",
    "unit.B": "{digits}\u00a0Mrd.",
    "unit.T": "{digits}\u00a0Bio.",
    "count.orders": ("{n} Order", "{n} Orders"),
    "count.positions": ("{n} Position", "{n} Positionen"),
    "count.fills": ("{n} Ausführung", "{n} Ausführungen"),
    "count.events": ("{n} Ereignis", "{n} Ereignisse"),
    "count.bookings": ("{n} Buchung", "{n} Buchungen"),
    "count.rows": ("{n} Zeile", "{n} Zeilen"),
}
