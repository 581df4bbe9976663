"""What words_watch.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "watch.title": "Beobachtet",
    "watch.none": "Du beobachtest nichts. Nimm etwas auf:",
    "watch.change": "{percent} in {span}",
    "watch.bell": "🔔 {levels}",
    "watch.no_price": "noch kein Kurs",
    "watch.added": "Du beobachtest jetzt: {symbols}.",
    "watch.removed": "Du beobachtest nicht mehr: {symbols}.",
    "watch.cleared": "Du beobachtest nichts mehr.",
    "watch.there": "{symbols} beobachtest du schon.",
    "watch.not_there": "„{typed}“ beobachtest du nicht: /watch zeigt die Liste.",
    "watch.full": "Höchstens {n} Symbole: nimm vorher eines mit /watch del und seinem Namen weg.",
    "watch.which": "Welches? Tippe /watch btc eth oder /watch del btc.",
    "watch.no_symbol": "„{typed}“ ist kein Symbol: tippe /watch btc eth.",
    "watch.board": "Hier anheften",
    "board.orders": "Offene Orders",
    "board.watchlist": "Beobachtet",
    "board.watchlist_empty": "Nichts wird beobachtet: /watch btc eth nimmt etwas auf.",
    "board.filled": "{quantity} ausgeführt",
    "board.cash": "Guthaben",
    "board.today": "Heute",
    "board.waiting": "Wartende Einstiege",
}
