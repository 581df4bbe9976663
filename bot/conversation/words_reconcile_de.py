"""What words_reconcile.py says, in German."""

from __future__ import annotations

GERMAN: dict[str, str | tuple[str, str]] = {
    "reconcile.title": "Buch und Börse",
    "reconcile.looking": "Ich sehe jetzt nach: was abweicht, wird gemeldet, sobald es zweimal zu sehen ist.",
    "reconcile.compared": "Zuletzt verglichen",
    "reconcile.ago": "vor {age}",
    "reconcile.never": "noch nicht",
    "reconcile.start": "Beim letzten Start",
    "reconcile.agree": "Sie stimmen überein.",
    "reconcile.symbol": "Symbol",
    "reconcile.held": "Börse",
    "reconcile.booked": "Buch",
    "reconcile.lost": "Die Börse hat {orders} nicht.",
    "reconcile.liquidated": "Die Börse selbst hat {symbol} geschlossen: sieh dort nach deiner Margin, dann "
    "sag, dass du es gesehen hast.",
    "reconcile.choices": "Übernehmen: das Buch nimmt, was die Börse hält. Schließen: dazu wird verkauft "
    "oder zurückgekauft, was sie über das Buch hinaus hält. Lassen: genau diese Differenz bleibt, wie sie "
    "ist.",
    "reconcile.adopt": "Übernehmen",
    "reconcile.close": "Schließen",
    "reconcile.ignore": "Lassen",
    "reconcile.seen": "Ich habe es gesehen",
    "reconcile.ignored": "So gelassen: {symbol} um {difference}.",
    "reconcile.nothing": "Buch und Börse stimmen bei {symbol} überein: es gibt nichts zu klären.",
    "reconcile.card.adopt": "{symbol} übernehmen?",
    "reconcile.card.close": "Die Differenz in {symbol} schließen?",
    "reconcile.card.ignore": "Die Differenz in {symbol} so lassen?",
    "reconcile.does.adopt": "Das Buch nimmt {change} zu etwa {price}, ohne Gebühr, als von fremder Hand "
    "gehandelt. Was die Position absichert, wird daran angepasst.",
    "reconcile.does.adopt_orders": "Orders, die nicht dort sind, enden hier; was mit ihnen abgesichert war, "
    "wird neu platziert.",
    "reconcile.does.close": "Das Buch nimmt {change}, und eine Market-Order, die nur abbauen kann, schließt "
    "ebenso viel.",
    "reconcile.does.ignore": "Einstiege in {symbol} gehen wieder hinaus. Das Buch sagt weiter {booked}; du "
    "wirst wieder gefragt, wenn die Differenz eine andere ist.",
    "reconcile.done.adopt": "Übernommen: das Buch sagt, was die Börse hält.",
    "reconcile.done.close": "Übernommen, und die schließende Order ist gesendet: ich melde mich, wenn sie "
    "ausgeführt ist.",
    "reconcile.done.ignore": "So gelassen: Einstiege in {symbol} gehen wieder hinaus.",
    "alert.frozen": "⚠ {symbol}: die Börse hält {held}, das Buch sagt {booked}",
    "alert.frozen_orders": "⚠ {symbol}: die Börse hat {orders} nicht",
    "alert.frozen_liquidated": "🚨 {symbol} wurde von der Börse selbst geschlossen",
    "alert.frozen_why": "In {symbol} wird nichts eröffnet, bis du sagst, was stimmt, oder es vorbei ist. "
    "Ausstiege und alle anderen Symbole laufen weiter.",
    "alert.thawed": "✅ Buch und Börse stimmen bei {symbol} wieder überein",
    "why.frozen": "{symbol} wird nicht eröffnet: die Börse hält {held}, das Buch sagt {booked}.",
    "why.frozen_orders": "{symbol} wird nicht eröffnet: die Börse hat {orders} nicht.",
    "why.frozen_liquidated": "{symbol} wird nicht eröffnet: die Börse selbst hat es geschlossen.",
    "why.thawed.gone": "{symbol} darf wieder eröffnet werden: Buch und Börse stimmen überein.",
    "why.thawed.adopted": "{symbol} darf wieder eröffnet werden: {person} hat übernommen, was die Börse "
    "hält.",
    "why.thawed.closed": "{symbol} darf wieder eröffnet werden: {person} hat die Differenz schließen lassen.",
    "why.thawed.ignored": "{symbol} darf wieder eröffnet werden: {person} lässt die Differenz, wie sie ist.",
    "why.drift_ignored": "{person} lässt eine Differenz von {difference} in {symbol}, wie sie ist.",
    "why.drift_forgotten": "Die Differenz in {symbol}, die bleiben durfte, ist weg; eine neue wird gemeldet.",
}
