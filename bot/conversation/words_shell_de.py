"""What words_shell.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "console.secret": "Es steht auf diesem Bildschirm und vielleicht in dem, was das Terminal sich merkt: "
    "leere beides, dann widerruf es dort, wo es gemacht wurde, und mach ein neues.",
    "console.bye": "Auf Wiedersehen. Was aufgeschrieben ist, bleibt; starte wieder mit `openoutcry run`.",
    "console.updated": "~ aktualisiert #{number}",
    "console.no_buttons": "Karte #{number} hat keine Knöpfe (mehr): tippe /help, um zu sehen, was du tun "
    "kannst.",
    "console.nothing_to_press": "Für „{text}“ gibt es keinen Knopf: tippe /help, um zu sehen, was du tun "
    "kannst.",
    "console.no_such_button": (
        "Karte #{card} hat einen Knopf, „{text}“ drückt also nichts: tippe 1.",
        "Karte #{card} hat keinen Knopf „{text}“: tippe eine Nummer von 1 bis {n}.",
    ),
    "console.saved": "Gespeichert in {path}",
    "console.not_saved": "{path} konnte nicht geschrieben werden ({reason}): mach dort Platz, dann frag "
    "noch einmal.",
    "console.too_long": "Diese Zeile ist länger als {n} Bytes, darum wurde nichts davon getan: sende sie in "
    "Teilen.",
    "console.no_input": "Hier kann niemand tippen (stdin ist geschlossen oder kein Terminal, keine Pipe und "
    "keine Datei), darum gibt es in diesem Terminal keinen Chat; der Desk läuft weiter.",
}
