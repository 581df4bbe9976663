"""What words_calendar.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "calendar.title": "Wann {symbol} gehandelt wird",
    "calendar.all": "Märkte, in denen du etwas hältst oder die du beobachtest",
    "calendar.always": "rund um die Uhr offen",
    "calendar.open": "offen bis {at} (noch {span})",
    "calendar.closed": "geschlossen, öffnet {at} (in {span})",
    "calendar.next": "Nächste Zeiten, auf deiner Uhr",
    "calendar.stretch": "{opens} bis {closes}",
    "calendar.days": "Feiertage und kurze Tage",
    "calendar.no_days": "Keiner ist bekannt.",
    "calendar.holiday": "{day}  geschlossen",
    "calendar.short": "{day}  nur {opens} bis {closes}",
    "calendar.zone": "Tage und kurze Zeiten sind die der Börse ({zone}).",
    "calendar.which": "Welcher Markt? Tippe /calendar und ein Symbol; was du hältst oder beobachtest, "
    "steht hier.",
}
