"""What words_telegram.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "telegram.claim.shown": "Damit dieser Desk auf Telegram deiner wird, öffne {bot} und sende innerhalb "
    "von 15 Minuten diesen Code: {code}",
    "telegram.lost_answer": "Die Antwort ging unterwegs verloren: tippe /status, um zu sehen, wie es steht.",
    "telegram.secret.deleted": "Die Nachricht wurde hier gelöscht. Telegram hat sie vielleicht anderswo "
    "gezeigt: widerruf es jetzt dort, wo es gemacht wurde, und mach ein neues.",
    "telegram.secret.stays": "Die Nachricht konnte nicht gelöscht werden: lösche sie jetzt selbst, dann "
    "widerruf es dort, wo es gemacht wurde, und mach ein neues.",
    "telegram.media.photo": "Bilder werden hier nicht gelesen: tippe den Befehl als Text.",
    "telegram.media.voice": "Sprachnachrichten werden hier nicht gehört: tippe den Befehl als Text.",
    "telegram.media.audio": "Ton wird hier nicht gehört: tippe den Befehl als Text.",
    "telegram.media.video": "Videos werden hier nicht angesehen: tippe den Befehl als Text.",
    "telegram.media.video_note": "Videos werden hier nicht angesehen: tippe den Befehl als Text.",
    "telegram.media.animation": "Bilder werden hier nicht gelesen: tippe den Befehl als Text.",
    "telegram.media.sticker": "Sticker bedeuten hier nichts: tippe /help, um zu sehen, was etwas bedeutet.",
    "telegram.media.document": "Dateien werden hier nicht geöffnet: tippe den Befehl als Text.",
    "telegram.media.location": "Orte bedeuten hier nichts: tippe /help, um zu sehen, was etwas bedeutet.",
    "telegram.media.venue": "Orte bedeuten hier nichts: tippe /help, um zu sehen, was etwas bedeutet.",
    "telegram.media.contact": "Kontakte bedeuten hier nichts: tippe /help, um zu sehen, was etwas bedeutet.",
    "telegram.media.poll": "Umfragen bedeuten hier nichts: tippe /help, um zu sehen, was etwas bedeutet.",
    "telegram.media.dice": "Dieser Desk würfelt nicht: tippe /help, um zu sehen, was er tut.",
    "telegram.media.story": "Storys werden hier nicht gelesen: tippe den Befehl als Text.",
    "notice.telegram_conflict": "Jemand anderes holt die Nachrichten dieses Telegram-Bots ab",
    "notice.telegram_conflict.why": "Ein anderes Programm fragt mit demselben Token danach. Orders über "
    "Telegram werden solange abgelehnt. Wenn das kein zweiter Desk von dir ist, widerruf das Token bei "
    "@BotFather (/revoke) und setz das neue.",
    "notice.telegram_conflict_over": "Die Nachrichten dieses Telegram-Bots kommen wieder nur hierher",
    "notice.telegram_conflict_over.why": "Orders über Telegram werden wieder angenommen.",
}
