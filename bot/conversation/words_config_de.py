"""What words_config.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "config.title": "Wie dieser Desk eingestellt ist",
    "config.none": "Dieser Desk wurde ohne eigene Einstellungen gestartet.",
    "config.empty": "leer",
    "config.rest": ("{n} weitere ist, wie sie kommt.", "{n} weitere sind, wie sie kommen."),
    "config.all": "Alle",
    "config.how": "Geheimnisse stehen hier als ***. Eine Änderung gilt ab dem nächsten Start: "
    "docs/configuration.md sagt, was jede ist. Deine eigenen stehen in /settings.",
}
