"""What words_notice.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "notice.start": "▶ Der Desk ist wieder da",
    "notice.feed_lost": "⚠ Keine Kurse von {feed}",
    "notice.feed_lost.why": "{reason}. Mit veralteten Kursen wird nichts Neues eröffnet; Ausstiege an der "
    "Börse stehen, Ausstiege, die dieser Desk überwacht, warten auf einen Kurs.",
    "notice.feed_back": "✅ Kurse von {feed} sind wieder da",
    "notice.feed_ended": "■ {feed} ist zu Ende",
    "notice.feed_ended.why": "Es kommen keine Kurse mehr: Einstiege sind geschlossen.",
}
