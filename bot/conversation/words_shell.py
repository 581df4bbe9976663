"""Words around the desk: the terminal chat, the command line and the settings."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "console.secret": "It stands on this screen and perhaps in what the terminal remembers: clear both, then "
    "revoke it where it was made, and make a new one.",
    "console.bye": "Goodbye. What is written down stays; start again with `openoutcry run`.",
    "console.updated": "~ updated #{number}",
    "console.no_buttons": "Card #{number} has no buttons (any more): type /help to see what you can do.",
    "console.nothing_to_press": "There is no button for “{text}”: type /help to see what you can do.",
    "console.no_such_button": (
        "Card #{card} has one button, so “{text}” presses nothing: type 1.",
        "Card #{card} has no button “{text}”: type a number from 1 to {n}.",
    ),
    "console.saved": "Saved to {path}",
    "console.not_saved": "Could not write {path} ({reason}): free that place, then ask again.",
    "console.too_long": "That line is longer than {n} bytes, so nothing of it was done: send it in parts.",
    "console.no_input": "Nobody can type here (stdin is closed or not a terminal, pipe or file), "
    "so there is no chat in this terminal; the desk runs on.",
}
