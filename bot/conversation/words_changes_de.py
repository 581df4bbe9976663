"""What words_changes.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "exit.at_once_long": "Ein Stop bei {price} ist nicht unter dem Markt ({market}) und würde {symbol} "
    "sofort schließen: um jetzt rauszugehen, tippe /close {symbol}.",
    "exit.at_once_short": "Ein Stop bei {price} ist nicht über dem Markt ({market}) und würde {symbol} "
    "sofort schließen: um jetzt rauszugehen, tippe /close {symbol}.",
    "exit.even_waits": "{symbol} ist noch nicht ausgeführt, es gibt also keinen Einstand, auf den ein Stop "
    "kann: tippe /breakeven {symbol} after tp1.",
    "cancel.done": "{order} ist schon {state}: es gibt nichts zu stornieren, und /order {order} sagt, warum.",
    "modify.done": "{order} ist schon {state} und kann nicht geändert werden: /order {order} erzählt ihre "
    "Geschichte.",
    "modify.pending": "Die Börse hat auf die letzte Änderung oder das Storno von {order} noch nicht "
    "geantwortet: warte auf ihre Antwort (/order {order}).",
    "modify.venue_refuses": "Die Börse von {account} würde diese Änderung ablehnen, darum wurde nichts "
    "verlangt: {why}",
    "modify.no_change": "So steht {order} schon: nichts zu ändern.",
    "modify.no_limit": "{order} hat kein Limit zu ändern: /cancel {order} und eine neue platzieren.",
    "modify.no_stop": "{order} hat keinen Stop-Kurs zu ändern: /cancel {order} und eine neue platzieren.",
    "modify.wrong_side_buy": "Eine Stop-Order zum Kauf wartet über dem Markt ({market}): tippe einen "
    "höheren Kurs.",
    "modify.wrong_side_sell": "Eine Stop-Order zum Verkauf wartet unter dem Markt ({market}): tippe einen "
    "tieferen Kurs.",
    "orders.older": "Ältere: nenne ein Symbol, wie in /orders all BTC.",
    "orders.took": "+{span}",
}
