"""What words_account.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "log.mode.live": "Einstiege handeln ab jetzt echtes Geld, durch {person}.",
    "log.mode.live-off": "Mit echtem Geld wird nichts mehr eröffnet, durch {person}; Ausstiege gehen hinaus.",
    "alert.mode.live": "💶 Das Konto {account} handelt ab jetzt echtes Geld",
    "alert.mode.live-off": "Das Konto {account} eröffnet mit echtem Geld nichts mehr",
    "alert.mode.why.live": "Seine Limits sind zuerst klein: /limits erhöht sie, jedes nach einer Weile.",
    "alert.mode.why.live-off": "Was gehalten wird, lässt sich schließen; /mode live beginnt wieder.",
}
