"""What words_chat.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "chat.stranger": "Das ist ein privater Handelsdesk, und er kennt dich nicht. Wenn er deiner ist, "
    "schreib mir hier privat den Code, den er dort zeigt, wo er läuft.",
    "chat.not_yours": "Dieser Knopf ist nicht deiner: nur wer gefragt hat, kann ihn drücken.",
    "chat.private_first": "Das ist nur für deine Augen: schreib mir einmal privat, dann frag noch einmal.",
    "chat.sent_privately": "Das ist nur für deine Augen: es steht in unserem privaten Chat.",
    "chat.sending": "sende …",
    "chat.repeat": "(Wiederholung)",
    "chat.not_shown": "Die Antwort konnte hier nicht gezeigt werden. Was du verlangt hast, ist "
    "aufgeschrieben: tippe /status, um zu sehen, wie es steht.",
    "chat.too_fast": "Das war schneller, als dieser Desk liest, darum wurde manches nicht getan: warte "
    "einen Moment, dann sende die letzte Zeile noch einmal.",
    "chat.fault": "Ein Fehler im Programm hat diese Antwort verhindert ({what}). Was gesendet wurde, ist "
    "aufgeschrieben: tippe /status, um zu sehen, wie es steht.",
    "chat.secret": "Das sah aus wie {what}. Nichts davon wurde behalten, und es wurde nicht ausgeführt.",
    "chat.secret.safer": "Behandle es als bekannt, auch wenn niemand mitgelesen hat. Schlüssel von "
    "Handelsplätzen kommen über /keys add (die Seite des Desks) oder openoutcry keys add herein; Token "
    "gehören in die Datei .env auf dem Rechner des Desks; nichts davon in einen Chat.",
    "secret.private_key": "ein privater Schlüssel",
    "secret.bot_token": "das Token eines Bots",
    "secret.api_key": "ein API-Schlüssel oder ein Passwort",
    "secret.seed_phrase": "eine Seed-Phrase",
    "chat.platform.telegram": "Telegram",
    "chat.platform.discord": "Discord",
    "chat.platform.console": "das Terminal",
    "claim.done": "Dieser Desk ist jetzt deiner. Niemand sonst kann ihn von hier benutzen.",
    "claim.wrong": "Der Code ist falsch: sieh noch einmal nach, wo der Desk läuft, und sende ihn genau so.",
    "claim.locked": "Zu viele falsche Codes: warte 15 Minuten.",
    "claim.expired": "Der Code ist zu alt oder verbraucht: starte den Desk neu, er zeigt einen neuen.",
    "claim.private": "Ein Code gilt nur in einem privaten Chat mit diesem Bot: sende ihn dort.",
    "claim.your_bot": "deinen Bot",
    "group.no_trade": "Aus einer Gruppe wird nicht gehandelt: sag es in unserem privaten Chat, oder tippe "
    "hier zuerst /settings groups on.",
    "group.no_read": "In dieser Gruppe schweigt der Desk über Konten: frag in unserem privaten Chat, oder "
    "tippe hier /settings groups read.",
    "group.only_here": "„groups“ wird in der Gruppe gesetzt, für die es gilt: tippe dort /settings groups "
    "on.",
    "group.unknown": "„{typed}“ ist keine Einstellung einer Gruppe: schreib on (lesen und handeln), read "
    "oder silent.",
    "group.on": "Du kannst in dieser Gruppe jetzt lesen und handeln. Alle in ihr sehen die Antworten; deine "
    "Knöpfe kannst nur du drücken.",
    "group.read": "In dieser Gruppe kannst du zusehen, aber nicht handeln.",
    "group.silent": "In dieser Gruppe wird nichts mehr über Konten gesagt.",
    "dialogue.in_doubt": "Jemand anderes hat vielleicht das Token dieses Bots: von hier wird nicht "
    "gehandelt, bis das vorbei ist. Nimm das Terminal des Desks; /halt geht auch hier.",
    "notice.inbox_quarantined": "Eine Nachricht wurde nach drei Versuchen beiseitegelegt",
    "notice.inbox_quarantined.why": "Jedes Mal endete der Desk, während er sie las (Nachricht {message} in "
    "{platform}). Sie wird nicht wieder gelesen. Die Konten ihres Absenders sind für neue Einstiege "
    "angehalten: sieh nach, was offen ist, dann tippe /resume.",
    "reason.quarantined": "eine Nachricht von {platform} hat den Desk dreimal beendet",
}
