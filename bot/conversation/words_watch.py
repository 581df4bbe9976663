"""Words of `/watch` and of the boards beside positions: orders, a watchlist, the account."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "watch.title": "Watchlist",
    "watch.none": "Nothing stands on your watchlist. Put something on it:",
    "watch.change": "{percent} in {span}",
    "watch.bell": "🔔 {levels}",
    "watch.no_price": "no price yet",
    "watch.added": "On your watchlist: {symbols}.",
    "watch.removed": "Off your watchlist: {symbols}.",
    "watch.cleared": "Your watchlist is empty.",
    "watch.there": "{symbols} stands on your watchlist already.",
    "watch.not_there": "“{typed}” does not stand on your watchlist: /watch shows it.",
    "watch.full": "A watchlist holds {n} symbols: take one off with /watch del and its name first.",
    "watch.which": "Which one? Type /watch btc eth, or /watch del btc.",
    "watch.no_symbol": "“{typed}” is no symbol: type /watch btc eth.",
    "watch.board": "Pin it here",
    "board.orders": "Orders",
    "board.watchlist": "Watchlist",
    "board.watchlist_empty": "Nothing stands on the watchlist: /watch btc eth puts something on it.",
    "board.filled": "{quantity} filled",
    "board.cash": "Cash",
    "board.today": "Today",
    "board.waiting": "Entries that wait",
}
