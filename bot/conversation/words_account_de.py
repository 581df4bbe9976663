"""What words_account.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "notice.venue_unknown": "⚠ Das Konto {account} liegt bei {venue}; dort kann dieser Desk nicht handeln",
    "notice.venue_unknown.why": "Sein Schlüssel bleibt, wo er ist; openoutcry keys zeigt, was es gibt.",
    "notice.key_of_another_side": "⚠ Der Schlüssel von {account} ist für {venue} ({side}), das Konto nicht",
    "notice.key_of_another_side.why": "Mit ihm wird nichts gesendet: lege ihn unter einem anderen Konto ab.",
    "notice.venue_locked": "⚠ Der Schlüssel von Konto {account} lässt sich nicht öffnen: dorthin geht nichts",
    "notice.venue_locked.why": "{why}",
    "log.mode.live": "Einstiege handeln ab jetzt echtes Geld, durch {person}.",
    "log.mode.live-off": "Mit echtem Geld wird nichts mehr eröffnet, durch {person}; Ausstiege gehen hinaus.",
    "alert.mode.live": "💶 Das Konto {account} handelt ab jetzt echtes Geld",
    "alert.mode.live-off": "Das Konto {account} eröffnet mit echtem Geld nichts mehr",
    "alert.mode.why.live": "Seine Limits sind zuerst klein: /limits erhöht sie, jedes nach einer Weile.",
    "alert.mode.why.live-off": "Was gehalten wird, lässt sich schließen; /mode live beginnt wieder.",
}
