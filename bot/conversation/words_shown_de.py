"""What words_shown.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "shown.to.card": "Karte",
    "shown.to.calendar": "Kalender",
    "shown.title": "Ergebniskarte {subject}",
    "shown.result": "Ergebnis",
    "shown.amount": "Betrag",
    "shown.in_r": "In R gerechnet",
    "shown.entry": "Einstieg",
    "shown.exit": "Ausstieg",
    "shown.now": "Jetzt",
    "shown.size": "Größe",
    "shown.held": "Gehalten",
    "shown.ended": "Beendet durch",
    "shown.trips": "Trades",
    "shown.win_rate": "Trefferquote",
    "shown.average_r": "Mittleres R",
    "shown.hide": "Beträge verbergen",
    "shown.show": "Beträge zeigen",
    "shown.hidden": "Beträge und der Name des Kontos sind verborgen: das darf weitergegeben werden.",
    "shown.nothing": "In diesem Zeitraum wurde nichts ausgeführt. {line} zeigt alles von früher.",
    "shown.no_position": "In {symbol} gab es nie eine Position. {line} zeigt das ganze Konto.",
    "shown.month": "Monat",
    "shown.days": "Tage",
    "shown.days_counted": "{won} gewonnen, {lost} verloren",
    "shown.best_day": "Bester Tag",
    "shown.worst_day": "Schlechtester Tag",
    "shown.empty_month": "In diesem Monat wurde nichts ausgeführt.",
    "shown.earlier": "◀ {month}",
    "shown.later": "{month} ▶",
}
